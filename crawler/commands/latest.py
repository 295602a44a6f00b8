"""scrapy latest: the current articles of a site as one JSONL."""

import argparse
from pathlib import Path

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.commandline import WinnowCommand
from crawler.delivery import write_latest
from crawler.exitcodes import Exit


class Command(WinnowCommand):
    """For people who want neither revisions nor retractions."""

    usage = "FOLDER FILE.jsonl"
    does = "Write the newest revision of every article that is not retracted"

    def work(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> Exit:
        """Replaces FILE atomically."""
        if len(args) != 2:
            raise UsageError(
                "give the folder of a delivery and a file, as output/SITE articles.jsonl", print_help=False
            )
        number = write_latest(Path(args[0]), Path(args[1]))
        print(f"{number} articles -> {args[1]}")
        return Exit.OK
