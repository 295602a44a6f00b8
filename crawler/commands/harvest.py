"""scrapy harvest: all or named sites, one after the other; what cron and systemd call."""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import arglist_to_dict

from crawler.commands.failing import fail
from crawler.exitcodes import Exit
from crawler.files import write_json
from crawler.locks import FileLock, LockHeldError
from crawler.preflight import PreflightError, check
from crawler.run import state_url
from crawler.state import State
from crawler.summary import Summary, last_summary
from crawler.urls import UrlError, site_name

HEARTBEAT_SECONDS = 10.0
GRACE = 60.0  # seconds beyond the time budget before a site that does not end by itself is told to
# Faults that the next site would meet as well.
_FATAL = {Exit.CANNOT_WRITE, Exit.DAMAGED, Exit.CONFIG}


class Command(ScrapyCommand):
    """Each site is a process of its own: one that dies, hangs or swells takes no other with it."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Usage."""
        return "[options] [SITE ...]"

    def short_desc(self) -> str:
        """One line for `scrapy`."""
        return "Harvest all sites, the named ones, or a URL; deliver, and say how it went"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument(
            "-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE", help="argument for every spider"
        )
        parser.add_argument(
            "--url", action="append", default=[], help="harvest this address with the spider `any`; may be repeated"
        )
        parser.add_argument(
            "--time-budget", type=float, metavar="SECONDS", help="stop cleanly after this long; the rest waits"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Ends with 0, the one site's code, 10 when some sites failed, or the code of what stopped all."""
        assert self.settings is not None
        jobs = self._jobs(args, opts)
        output = Path(self.settings["OUTPUT_DIR"])
        try:
            check(self.settings)
            with FileLock(output / "state" / "harvest.lock"):
                self.exitcode = _Harvest(output, state_url(self.settings), self._overrides(), opts.time_budget).run(
                    jobs
                )
        except PreflightError as error:
            self.exitcode = fail(error.exit, error)
        except LockHeldError as error:
            self.exitcode = fail(Exit.LOCKED, error)

    def _jobs(self, names: list[str], opts: argparse.Namespace) -> list[tuple[str, list[str]]]:
        """(site, arguments of `scrapy crawl`) of each. Raises UsageError."""
        try:
            arglist_to_dict(opts.spargs)
        except ValueError:
            raise UsageError("Invalid -a value, use -a NAME=VALUE", print_help=False) from None
        extra = [part for pair in opts.spargs for part in ("-a", pair)]
        if opts.url:
            if names:
                raise UsageError("give sites or --url, not both", print_help=False)
            return [(_name_of(url), ["any", "-a", f"url={url}", *extra]) for url in opts.url]
        assert self.settings is not None
        known = sorted(set(get_spider_loader(self.settings).list()) - {"any"})
        for name in names:
            if name not in known:
                raise UsageError(
                    f"no site {name!r}; known: {', '.join(known) or 'none yet'}; for any address use --url",
                    print_help=False,
                )
        if not (names or known):
            raise UsageError("no site in spiders/ yet; harvest an address with --url https://...", print_help=False)
        return [(name, [name, *extra]) for name in names or known]

    def _overrides(self) -> list[str]:
        """Settings given on the command line, to hand on. They are in the process list anyway; secrets belong in files."""
        assert self.settings is not None
        return [
            part
            for name, value in sorted(self.settings.items())
            if self.settings.getpriority(name) == 40 and name != "LOG_FILE"
            for part in ("-s", f"{name}={value}")
        ]


class _Harvest:
    """One call of the command: children, heartbeat, signals, table."""

    def __init__(self, output: Path, state: str, overrides: list[str], budget: float | None) -> None:
        self.output = output
        self.state = state
        self.overrides = overrides
        self.deadline = time.monotonic() + budget if budget else None
        self.child: subprocess.Popen[bytes] | None = None
        self.stopped = False
        self.signals = 0
        self.doing = ""

    def run(self, jobs: list[tuple[str, list[str]]]) -> Exit:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._pass_on)
        threading.Thread(target=self._beat, daemon=True).start()
        rows: list[tuple[str, Exit, Summary | None]] = []
        for site, arguments in jobs:
            if self.stopped or (self.deadline and time.monotonic() >= self.deadline):
                self.stopped = True
                break
            code = self._crawl(site, arguments)
            summary = None
            if code not in _FATAL | {Exit.USAGE, Exit.LOCKED}:
                with State.open(self.state) as state:
                    summary = last_summary(state, site)
            rows.append((site, code, summary))
            sys.stdout.write(_line(site, code, summary) + "\n")
            sys.stdout.flush()
            if code in _FATAL:
                break
        _show(rows, self.output)
        return self._verdict([code for _, code, _ in rows])

    def _verdict(self, codes: list[Exit]) -> Exit:
        fatal = next((code for code in codes if code in _FATAL), None)
        if fatal is not None:
            return fatal
        if self.stopped or Exit.INTERRUPTED in codes:
            return Exit.INTERRUPTED
        if len(codes) == 1:
            return codes[0]
        return Exit.OK if all(code is Exit.OK for code in codes) else Exit.SOME_SITES_FAILED

    def _crawl(self, site: str, arguments: list[str]) -> Exit:
        self.doing = site
        command = [sys.executable, "-m", "scrapy", "crawl", *arguments, *self.overrides]
        logs = self.output / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        command += ["-s", f"LOG_FILE={logs / site}.log", "-s", "LOG_FILE_APPEND=False"]
        if self.deadline:
            command += ["-s", f"CLOSESPIDER_TIMEOUT={max(1.0, self.deadline - time.monotonic()):.0f}"]
        self.child = subprocess.Popen(command, env=os.environ)
        while True:
            try:
                code = self.child.wait(timeout=1.0)
            except subprocess.TimeoutExpired:
                if self.deadline and time.monotonic() >= self.deadline + GRACE and not self.stopped:
                    self.stopped = True
                    self.child.terminate()
                continue
            return Exit(code) if code in set(Exit) else Exit.DAMAGED if code < 0 else Exit.CONFIG

    def _pass_on(self, number: int, frame: object) -> None:
        self.stopped = True
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(number)

    def _beat(self) -> None:
        path = self.output / "state" / "heartbeat.json"
        while True:
            write_json(path, {"pid": os.getpid(), "site": self.doing, "at": time.time()})
            time.sleep(HEARTBEAT_SECONDS)


def _name_of(url: str) -> str:
    try:
        return site_name(url)
    except UrlError:
        raise UsageError(f"not a web address: {url!r}", print_help=False) from None


def _line(site: str, code: Exit, summary: Summary | None) -> str:
    figures = summary.line() if summary else "no figures"
    return f"{site}: {code.name.lower()} ({int(code)}); {figures}"


def _show(rows: list[tuple[str, Exit, Summary | None]], output: Path) -> None:
    console = Console()
    table = Table(title="Harvest")
    for heading in ("site", "result", "pages", "articles", "copies", "removed", "seconds"):
        table.add_column(heading, justify="left" if heading in {"site", "result"} else "right", overflow="fold")
    for site, code, summary in rows:
        cells = summary.cells() if summary else [""] * 5
        table.add_row(site, code.name.lower(), *cells)
    console.print(table)
    for site, *_ in rows:
        if (output / site).is_dir():
            console.print(f"delivery: {output / site}", soft_wrap=True)
