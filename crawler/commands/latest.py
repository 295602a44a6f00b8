"""scrapy latest: the current articles of a site as one JSONL."""

import argparse
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.failing import fail
from crawler.delivery import DeliveryError, write_latest


class Command(ScrapyCommand):
    """For people who want neither revisions nor retractions."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Usage."""
        return "FOLDER FILE.jsonl"

    def short_desc(self) -> str:
        """One line for `scrapy`."""
        return "Write the newest revision of every article that is not retracted"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Replaces FILE atomically."""
        if len(args) != 2:
            raise UsageError(
                "give the folder of a delivery and a file, as output/SITE articles.jsonl", print_help=False
            )
        try:
            number = write_latest(Path(args[0]), Path(args[1]))
        except DeliveryError as error:
            self.exitcode = fail(error.exit_code, error)
        else:
            print(f"{number} articles -> {args[1]}")
