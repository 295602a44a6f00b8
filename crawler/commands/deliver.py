"""scrapy deliver: what is recorded and not yet delivered."""

import argparse
import time
from pathlib import Path

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.commandline import WinnowCommand, check_site_name, existing_state
from crawler.delivery import deliver
from crawler.exitcodes import Exit, WinnowError
from crawler.locks import site_lock
from crawler.state import State
from crawler.summary import Summary


class HeldBackError(WinnowError):
    """The quality gate held the site's last run back."""

    exit_code = Exit.HELD


class Command(WinnowCommand):
    """After an interrupted run, or when the gate held a run that is right all the same."""

    usage = "[options] SITE"
    does = "Deliver what is recorded; --force overrides the quality gate"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--force", action="store_true", help="although the last run was held back")
        parser.add_argument("--reason", default="", help="why; recorded with the run")

    def work(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> Exit:
        """One line; 20 when the last run was held back and --force was not given."""
        if len(args) != 1:
            raise UsageError("give one site", print_help=False)
        if opts.force and not opts.reason.strip():
            raise UsageError("--force needs --reason: it is recorded with the run", print_help=False)
        output, site = Path(settings["OUTPUT_DIR"]), args[0]
        with existing_state(settings) as state:
            check_site_name(site, state.runs.sites())
            with site_lock(output, site):
                _deliver(state, site, output, opts.reason.strip() if opts.force else None)
        return Exit.OK


def _deliver(state: State, site: str, output: Path, forced: str | None) -> None:
    last = state.runs.history(site, 1)[0]
    summary = Summary.of_row(last) or Summary(site)
    if summary.held and not summary.forced:
        if forced is None:
            raise HeldBackError(f"held back: {'; '.join(summary.held)}; mend it, or --force --reason '...'")
        summary.forced = forced
        state.runs.finish(last.id, last.state, time.time(), verdict="ok", detail=summary.to_dict())
    delivery = deliver(state, site, last.id, output)
    print(f"{site}: {delivery.articles if delivery else 0} records delivered")
