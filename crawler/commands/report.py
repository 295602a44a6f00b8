"""scrapy report: the last runs of every site, for people."""

import argparse
from datetime import UTC, datetime

from scrapy.settings import BaseSettings

from crawler.commandline import WinnowCommand, check_site_name, existing_state
from crawler.exitcodes import Exit
from crawler.state import Run
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
        with existing_state(settings) as state:
            sites = state.runs.sites()
            for site in args:
                check_site_name(site, sites)
            for site in args or sites:
                print(site)
                for run in state.runs.history(site, opts.runs):
                    print(f"  {_line(run)}")
        return Exit.OK


def _line(run: Run) -> str:
    started = datetime.fromtimestamp(run.started_at, UTC).strftime("%Y-%m-%d %H:%M")
    summary = Summary.of_row(run)
    return f"{started}  {run.verdict or run.state:<13}  {summary.line() if summary else 'no figures'}"
