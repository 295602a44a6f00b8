"""scrapy verify: is a delivery complete and undamaged?"""

import argparse
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.failing import fail
from crawler.delivery import DeliveryError, verify


class Command(ScrapyCommand):
    """Needs nothing but the folder: a consumer can run it on a copy."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Usage."""
        return "FOLDER [FOLDER ...]"

    def short_desc(self) -> str:
        """One line for `scrapy`."""
        return "Check a delivery: chain, hashes, schema, uniqueness"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """One line a folder; 74 when any is damaged, and the line names the file."""
        if not args:
            raise UsageError("give the folder of a delivery, as output/SITE", print_help=False)
        for folder in args:
            try:
                print(verify(Path(folder)).line())
            except DeliveryError as error:
                self.exitcode = fail(error.exit_code, error)
