"""scrapy verify: is a delivery complete and undamaged?"""

import argparse
from pathlib import Path

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.commandline import WinnowCommand, fail
from crawler.delivery import DeliveryError, verify
from crawler.exitcodes import Exit


class Command(WinnowCommand):
    """Needs nothing but the folder: a consumer can run it on a copy."""

    usage = "FOLDER [FOLDER ...]"
    does = "Check a delivery: chain, hashes, schema, uniqueness"

    def work(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> Exit:
        """One line a folder; 74 when any is damaged, and the line names the file."""
        if not args:
            raise UsageError("give the folder of a delivery, as output/SITE", print_help=False)
        code = Exit.OK
        for folder in args:
            try:
                print(verify(Path(folder)).line())
            except DeliveryError as error:  # the other folders are looked at all the same
                code = fail(error)
        return code
