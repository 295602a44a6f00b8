"""scrapy report: the last runs of every site, for people."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from scrapy.settings import BaseSettings

from crawler.commandline import WinnowCommand, check_site_name, existing_state
from crawler.exitcodes import Exit
from crawler.locks import is_held, site_lock
from crawler.state import Run, State
from crawler.summary import Summary


class Command(WinnowCommand):
    """Reads the runs kept in the state; changes nothing."""

    usage = "[options] [SITE ...]"
    does = "Show the last runs of every site"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--runs", type=int, default=5, help="runs a site (default 5)")

    def work(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> Exit:
        """The sites, each with a line a run, newest first: when (UTC), verdict, figures, and why it was not well."""
        output = Path(settings["OUTPUT_DIR"])
        with existing_state(settings) as state:
            sites = state.runs.sites()
            for site in args:
                check_site_name(site, sites)
            for site in args or sites:
                print(site)
                for run in state.runs.history(site, opts.runs):
                    print(f"  {_line(run, at_work=_is_at_work(state, run, output))}")
        return Exit.OK


def _is_at_work(state: State, run: Run, output: Path) -> bool:
    if run.state != "open":
        return False
    if state.is_sqlite:
        return is_held(site_lock(output, run.site))
    with state.read() as connection:
        return state.presence.is_alive(connection, f"run:{run.id}")


def _line(run: Run, *, at_work: bool) -> str:
    started = datetime.fromtimestamp(run.started_at, UTC).strftime("%Y-%m-%d %H:%M")
    summary = Summary.of_row(run)
    if summary is not None:
        says, figures = run.verdict or run.state, summary.line()
    elif at_work:
        says, figures = "running", "figures when it ends"
    else:
        says, figures = "unfinished", "killed, or told twice to stop; what was done is safe, run again"
    return f"{started}  {says:<13}  {figures}"
