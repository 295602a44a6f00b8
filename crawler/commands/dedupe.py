"""scrapy dedupe: everything delivered is compared again, for when rules have improved."""

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.commands.failing import fail
from crawler.delivery import DeliveryError, deliver
from crawler.duplicates import read_policy
from crawler.duplicates.corpus import rebuild_index, recluster
from crawler.exitcodes import Exit
from crawler.locks import FileLock, LockHeldError
from crawler.run import state_url
from crawler.state import State, StateError


class Command(ScrapyCommand):
    """Articles that are copies by today's rules are retracted, with the article they are a copy of as the reason."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Usage."""
        return "[options] [SITE]"

    def short_desc(self) -> str:
        """One line for `scrapy`."""
        return "Compare everything delivered again, and retract what turns out to be a copy"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--index-only", action="store_true", help="only rebuild the index from the stored texts")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """One line; retractions are delivered at once."""
        assert self.settings is not None
        output = Path(self.settings["OUTPUT_DIR"])
        try:
            with FileLock(output / "state" / "harvest.lock"), State.open(state_url(self.settings)) as state:
                if opts.index_only:
                    print(f"{rebuild_index(state)} texts indexed")
                    state.commit()
                    return
                self._recluster(state, output, args[0] if args else None)
        except LockHeldError as error:
            self.exitcode = fail(Exit.LOCKED, error)
        except (StateError, DeliveryError) as error:
            self.exitcode = fail(error.exit_code, error)

    def _recluster(self, state: State, output: Path, site: str | None) -> None:
        assert self.settings is not None
        now = time.time()
        run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-dedupe"
        sites: set[str] = set()
        with state.unit() as connection:  # decisions and retractions together: a crash leaves both as they were
            copies = recluster(state, site, read_policy(self.settings.getdict("DUPLICATES_POLICY")))
            for copy in copies:
                sites.add(copy.site)
                state.articles.retract(
                    connection,
                    copy.article,
                    reason=copy.reason,
                    run=run,
                    now=now,
                    fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
                    status=200,
                )
        state.commit()
        for name in sorted(sites):
            deliver(state, name, run, output)
        print(f"{len(copies)} articles retracted on {len(sites)} sites")
