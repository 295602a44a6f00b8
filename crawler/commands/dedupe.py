"""scrapy dedupe: everything delivered is compared again, for when rules have improved."""

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.commandline import WinnowCommand, check_site_name, existing_state
from crawler.delivery import deliver
from crawler.duplicates import Policy, read_policy
from crawler.duplicates.corpus import rebuild_index, recluster
from crawler.exitcodes import Exit
from crawler.locks import harvest_lock
from crawler.state import State


class Command(WinnowCommand):
    """Articles that are copies by today's rules are retracted, with the article they are a copy of as the reason."""

    usage = "[options] [SITE]"
    does = "Compare everything delivered again, and retract what turns out to be a copy"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--index-only", action="store_true", help="only rebuild the index from the stored texts")

    def work(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> Exit:
        """One line; retractions are delivered at once."""
        if len(args) > 1:
            raise UsageError("give one site, or none for all", print_help=False)
        output = Path(settings["OUTPUT_DIR"])
        with existing_state(settings) as state, harvest_lock(output):
            if args:
                check_site_name(args[0], state.runs.sites())
            if opts.index_only:
                print(f"{rebuild_index(state)} texts indexed")
                state.commit()
            else:
                policy = read_policy(settings.getdict("DUPLICATES_POLICY"))
                _recluster(state, output, args[0] if args else None, policy)
        return Exit.OK


def _recluster(state: State, output: Path, site: str | None, policy: Policy) -> None:
    now = time.time()
    run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-dedupe"
    sites: set[str] = set()
    with state.unit() as connection:  # decisions and retractions together: a crash leaves both as they were
        copies = recluster(state, site, policy)
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
