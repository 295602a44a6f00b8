"""scrapy rebuild: a lost state, rebuilt from the deliveries."""

import argparse
from pathlib import Path

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.commandline import WinnowCommand
from crawler.delivery import rebuild_state
from crawler.exitcodes import Exit
from crawler.locks import harvest_lock
from crawler.record import content_hash
from crawler.run import state_url
from crawler.state import State


class Command(WinnowCommand):
    """After it, the next run fetches everything again and delivers only what is new or changed."""

    does = "Rebuild a lost state from the deliveries below the output folder"

    def work(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> Exit:
        """One line a site."""
        if args:
            raise UsageError("takes no site: every delivery that the state does not know is read", print_help=False)
        output = Path(settings["OUTPUT_DIR"])
        with harvest_lock(output), State.open(state_url(settings)) as state:
            rebuilt = rebuild_state(state, output, content_hash)
        for site, number in rebuilt.items():
            print(f"{site}: {number} articles")
        if not rebuilt:
            print(f"nothing to do: the state knows every delivery below {output}")
        return Exit.OK
