"""scrapy deliver: what is recorded and not yet delivered."""

import argparse
import time
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.failing import fail
from crawler.delivery import DeliveryError, deliver
from crawler.exitcodes import Exit
from crawler.locks import FileLock, LockHeldError
from crawler.run import state_url
from crawler.state import State, StateError
from crawler.summary import Summary


class Command(ScrapyCommand):
    """After an interrupted run, or when the gate held a run that is right all the same."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Usage."""
        return "[options] SITE"

    def short_desc(self) -> str:
        """One line for `scrapy`."""
        return "Deliver what is recorded; --force overrides the quality gate"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--force", action="store_true", help="although the last run was held back")
        parser.add_argument("--reason", default="", help="why; recorded with the run")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """One line; 20 when the last run was held back and --force was not given."""
        if len(args) != 1:
            raise UsageError("give one site", print_help=False)
        if opts.force and not opts.reason.strip():
            raise UsageError("--force needs --reason: it is recorded with the run", print_help=False)
        assert self.settings is not None
        output, site = Path(self.settings["OUTPUT_DIR"]), args[0]
        try:
            with FileLock(output / "state" / f"{site}.lock"), State.open(state_url(self.settings)) as state:
                self.exitcode = _deliver(state, site, output, opts.reason.strip() if opts.force else None)
        except (StateError, DeliveryError) as error:
            self.exitcode = fail(error.exit_code, error)
        except LockHeldError as error:
            self.exitcode = fail(Exit.LOCKED, error)


def _deliver(state: State, site: str, output: Path, forced: str | None) -> Exit:
    rows = state.runs.history(site, 1)
    if not rows:
        return fail(Exit.USAGE, f"no run of {site!r} is known")
    summary = Summary.of_row(rows[0]) or Summary(site)
    if summary.held and not summary.forced:
        if forced is None:
            return fail(Exit.HELD, f"held back: {'; '.join(summary.held)}; mend it, or --force --reason '...'")
        summary.forced = forced
        state.runs.finish(rows[0].id, rows[0].state, time.time(), verdict="ok", detail=summary.to_dict())
    delivery = deliver(state, site, rows[0].id, output)
    print(f"{site}: {delivery.articles if delivery else 0} records delivered")
    return Exit.OK
