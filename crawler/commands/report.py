"""scrapy report: the last runs of every site, for people."""

import argparse
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand

from crawler.commands.failing import fail
from crawler.run import state_url
from crawler.state import State, StateError
from crawler.summary import Summary


class Command(ScrapyCommand):
    """Reads the runs kept in the state; changes nothing."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Usage."""
        return "[options] [SITE ...]"

    def short_desc(self) -> str:
        """One line for `scrapy`."""
        return "Show the last runs of every site"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--runs", type=int, default=5, help="runs a site (default 5)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """One table a site: when, verdict, figures, what was held and why."""
        assert self.settings is not None
        console = Console()
        try:
            with State.open(state_url(self.settings)) as state:
                for site in args or state.runs.sites():
                    table = Table(title=site)
                    for heading in ("started", "verdict", "pages", "articles", "copies", "removed", "seconds", "notes"):
                        table.add_column(heading, overflow="fold")
                    for row in state.runs.history(site, opts.runs):
                        summary = Summary.of_row(row) or Summary(site)
                        started = datetime.fromtimestamp(row.started_at, UTC).strftime("%Y-%m-%d %H:%M")
                        notes = "; ".join([*summary.held, *(f"{name} x{n}" for name, n in summary.events.items())])
                        figures = (
                            summary.pages,
                            summary.articles,
                            summary.copies,
                            summary.removed,
                            round(summary.seconds),
                        )
                        table.add_row(started, row.verdict or row.state, *map(str, figures), notes)
                    console.print(table)
        except StateError as error:
            self.exitcode = fail(error.exit_code, error)
