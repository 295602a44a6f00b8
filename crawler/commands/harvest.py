"""scrapy harvest: all or named sites, one after the other; what cron and systemd call."""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType
from rich.table import Table
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import arglist_to_dict

from crawler.commandline import WinnowCommand, check_site_name
from crawler.exitcodes import CannotWriteError, Exit
from crawler.files import write_json
from crawler.locks import harvest_lock
from crawler.preflight import check
from crawler.run import state_url
from crawler.state import State, StateError
from crawler.stopping import LEAVE, STOP
from crawler.summary import Summary, last_summary
from crawler.urls import UrlError, site_name

HEARTBEAT_SECONDS = 10.0
GRACE = 60.0  # seconds beyond the time budget before a site that does not end by itself is told to
# Ends a person's session, service or patience: passed on to the crawl, which has a process group of its own.
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
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


@dataclass(frozen=True, slots=True)
class _Result:
    site: str
    code: Exit
    killed: int = 0  # by this signal
    summary: Summary | None = None


class _Harvest:
    """One call of the command: children, heartbeat, signals, table."""

    def __init__(self, output: Path, state: str, overrides: list[str], budget: float | None) -> None:
        self.output = output
        self.state = state
        self.overrides = overrides
        self.deadline = time.monotonic() + budget if budget else None
        self.child: subprocess.Popen[bytes] | None = None
        self.stopped = False
        self.signalled = False
        self.doing = ""

    def run(self, jobs: list[tuple[str, list[str]]]) -> Exit:
        for number in _SIGNALS:
            signal.signal(number, self._pass_on)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # inherited: a crawl in the background may draw its progress
        threading.Thread(target=self._beat, daemon=True).start()
        results: list[_Result] = []
        for site, arguments in jobs:
            if self.stopped or (self.deadline and time.monotonic() >= self.deadline):
                self.stopped = True
                break
            results.append(self._crawl(site, arguments))
            _clear_line()
            sys.stdout.write(_line(results[-1], self._log(site)) + "\n")
            sys.stdout.flush()
            if results[-1].code in _FATAL:
                break
        _show(results, self.output)
        return self._verdict(results)

    def _verdict(self, results: list[_Result]) -> Exit:
        codes = [result.code for result in results]
        fatal = next((code for code in codes if code in _FATAL), None)
        if fatal is not None:
            return fatal
        stopped = any(result.code is Exit.INTERRUPTED and not result.killed for result in results)
        if self.stopped or stopped:
            return Exit.INTERRUPTED
        if len(codes) == 1:
            return codes[0]
        return Exit.OK if all(code is Exit.OK for code in codes) else Exit.SOME_SITES_FAILED

    def _log(self, site: str) -> Path:
        return self.output / "logs" / f"{site}.log"

    def _crawl(self, site: str, arguments: list[str]) -> _Result:
        began = time.time()
        code = self._run(site, arguments)
        if code < 0:
            ours = self.stopped and -code in {STOP, LEAVE}  # told to stop before it could listen
            return _Result(site, Exit.INTERRUPTED, 0 if ours else -code)
        exit_ = Exit(code) if code in set(Exit) else Exit.CONFIG
        if exit_ in {Exit.USAGE, Exit.LOCKED}:
            return _Result(site, exit_)
        try:
            with State.open(self.state) as state:
                return _Result(site, exit_, summary=last_summary(state, site, began))
        except StateError:  # the crawl has met it too, and said so
            return _Result(site, exit_)

    def _run(self, site: str, arguments: list[str]) -> int:
        """The return code of the site's crawl; -N when signal N ended it. Raises CannotWriteError."""
        self.doing = site
        command = [sys.executable, "-m", "scrapy", "crawl", *arguments, *self.overrides]
        log = self._log(site)
        try:
            log.parent.mkdir(parents=True, exist_ok=True)
            log.open("a").close()
        except OSError as error:
            raise CannotWriteError.at(log, error) from None
        command += ["-s", f"LOG_FILE={log}", "-s", "LOG_FILE_APPEND=False"]
        if self.deadline:
            command += ["-s", f"CLOSESPIDER_TIMEOUT={max(1.0, self.deadline - time.monotonic()):.0f}"]
        # A group of its own: a terminal's Ctrl-C comes once, by way of us, and not to the browser and the readers.
        self.child = subprocess.Popen(command, env=os.environ, stdin=subprocess.DEVNULL, process_group=0)
        if self.stopped:  # while it was started
            self.child.send_signal(STOP)
        while True:
            try:
                return self.child.wait(timeout=1.0)
            except subprocess.TimeoutExpired:
                if self.deadline and time.monotonic() >= self.deadline + GRACE and not self.stopped:
                    self.stopped = True
                    self.child.send_signal(STOP)

    def _pass_on(self, number: int, frame: object) -> None:
        at_once = self.signalled or number == signal.SIGQUIT
        self.stopped = self.signalled = True
        if self.child is not None:
            self.child.send_signal(LEAVE if at_once else STOP)

    def _beat(self) -> None:
        path = self.output / "state" / "heartbeat.json"
        while True:
            with suppress(OSError):  # a full disk: there may be room at the next beat
                write_json(path, {"pid": os.getpid(), "site": self.doing, "at": time.time()})
            time.sleep(HEARTBEAT_SECONDS)


def _line(result: _Result, log: Path) -> str:
    says = f"{result.site}: {result.code.name.lower()} ({int(result.code)})"
    if result.killed:
        memory = " (out of memory?)" if result.killed == signal.SIGKILL else ""
        return f"{says}; killed by signal {result.killed}{memory}; what was done is safe, run again"
    if result.summary is not None:
        return f"{says}; {result.summary.line()}"
    if result.code is Exit.INTERRUPTED:
        return f"{says}; stopped before its end; what was done is safe, run again"
    return f"{says}; see {log}" if result.code in _FATAL else says


def _clear_line() -> None:
    """A crawl that was killed leaves its live line on the terminal, and the cursor hidden."""
    console = Console(stderr=True)
    console.show_cursor()
    console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))


def _show(results: list[_Result], output: Path) -> None:
    """On a terminal, the sites side by side; then where the deliveries are."""
    console = Console()
    if console.is_terminal and any(result.summary for result in results):
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column("site", overflow="fold", min_width=12)  # the one that gives way
        table.add_column("result", no_wrap=True)
        for heading in ("pages", "articles", "copies", "removed", "seconds"):
            table.add_column(heading, justify="right", no_wrap=True)
        for result in results:
            says = "killed" if result.killed else result.code.name.lower()
            table.add_row(result.site, says, *(result.summary.cells() if result.summary else []))
        console.print(table)
    for result in results:
        if (output / result.site).is_dir():
            print(f"delivery: {output / result.site}")
