"""scrapy rebuild: a lost state, rebuilt from the deliveries."""

import argparse
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.commands.failing import fail
from crawler.delivery import DeliveryError, rebuild_state
from crawler.record import content_hash
from crawler.run import state_url
from crawler.state import State, StateError


class Command(ScrapyCommand):
    """After it, the next run fetches everything again and delivers only what is new or changed."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """One line for `scrapy`."""
        return "Rebuild a lost state from the deliveries below the output folder"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """One line a site."""
        assert self.settings is not None
        try:
            with State.open(state_url(self.settings)) as state:
                for site, number in rebuild_state(state, Path(self.settings["OUTPUT_DIR"]), content_hash).items():
                    print(f"{site}: {number} articles")
        except (DeliveryError, StateError) as error:
            self.exitcode = fail(error.exit_code, error)
