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
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import arglist_to_dict

from crawler.commandline import WinnowCommand, check_site_name
from crawler.exitcodes import Exit
from crawler.files import write_json
from crawler.locks import harvest_lock
from crawler.preflight import check
from crawler.run import state_url
from crawler.state import State
from crawler.summary import Summary, last_summary
from crawler.urls import UrlError, site_name

HEARTBEAT_SECONDS = 10.0
GRACE = 60.0  # seconds beyond the time budget before a site that does not end by itself is told to
# Faults that the next site would meet as well.
_FATAL = {Exit.CANNOT_WRITE, Exit.DAMAGED, Exit.CONFIG}


class Command(WinnowCommand):
    """Each site is a process of its own: one that dies, hangs or swells takes no other with it."""

    usage = "[options] [SITE ...]"
    does = "Harvest all sites, the named ones, or a URL; deliver, and say how it went"

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

    def work(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> Exit:
        """Ends with 0, the one site's code, 10 when some sites failed, or the code of what stopped all."""
        if opts.time_budget is not None and opts.time_budget <= 0:
            raise UsageError("--time-budget: give a number of seconds above 0", print_help=False)
        jobs = _jobs(args, opts, get_spider_loader(settings).list())
        check(settings)
        output = Path(settings["OUTPUT_DIR"])
        with harvest_lock(output, "another harvest is running", "nothing to do"):
            return _Harvest(output, state_url(settings), _overrides(settings), opts.time_budget).run(jobs)


def _jobs(names: list[str], opts: argparse.Namespace, spiders: list[str]) -> list[tuple[str, list[str]]]:
    """(site, arguments of `scrapy crawl`) of each. Raises UsageError, WrongUsageError."""
    try:
        given = arglist_to_dict(opts.spargs)
    except ValueError:
        raise UsageError("Invalid -a value, use -a NAME=VALUE", print_help=False) from None
    extra = [part for pair in opts.spargs for part in ("-a", pair)]
    if opts.url:
        if names:
            raise UsageError("give sites or --url, not both", print_help=False)
        if "name" in given and len(opts.url) > 1:
            raise UsageError("-a name=... names one site: give one --url with it", print_help=False)
        return [(given.get("name") or _name_of(url), ["any", "-a", f"url={url}", *extra]) for url in opts.url]
    known = sorted(set(spiders) - {"any"})
    for name in names:
        check_site_name(name, known, "; for any address use --url")
    if not (names or known):
        raise UsageError("no site in spiders/ yet; harvest an address with --url https://...", print_help=False)
    return [(name, [name, *extra]) for name in names or known]


def _name_of(url: str) -> str:
    try:
        return site_name(url)
    except UrlError:
        raise UsageError(f"not a web address: {url!r}", print_help=False) from None


def _overrides(settings: BaseSettings) -> list[str]:
    """Settings given on the command line, to hand on. They are in the process list anyway; secrets belong in files."""
    return [
        part
        for name, value in sorted(settings.items())
        if settings.getpriority(name) == 40 and name != "LOG_FILE"
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


def _line(site: str, code: Exit, summary: Summary | None) -> str:
    figures = summary.line() if summary else "no figures"
    return f"{site}: {code.name.lower()} ({int(code)}); {figures}"


def _show(rows: list[tuple[str, Exit, Summary | None]], output: Path) -> None:
    """On a terminal, the sites side by side; then where the deliveries are."""
    console = Console()
    if console.is_terminal and any(summary for *_, summary in rows):
        table = Table()
        for heading in ("site", "result", "pages", "articles", "copies", "removed", "seconds"):
            table.add_column(heading, justify="left" if heading in {"site", "result"} else "right", overflow="fold")
        for site, code, summary in rows:
            table.add_row(site, code.name.lower(), *(summary.cells() if summary else []))
        console.print(table)
    for site, *_ in rows:
        if (output / site).is_dir():
            print(f"delivery: {output / site}")
