"""How a run ends: leases given back, profiles renewed, books closed, the gate asked, the batch delivered."""

import logging
import time
from pathlib import Path

from crawler.delivery import DeliveryError, deliver
from crawler.exitcodes import Exit
from crawler.outcomes import Outcome, Reason
from crawler.run import Run

logger = logging.getLogger(__name__)

# Closing reasons of Scrapy that mean "done for now", as opposed to stopped by a signal.
_COMPLETE = {"finished"}


def end_run(run: Run, reason: str) -> None:
    """Close the run and set `run.exit`. Raises StateError when the state cannot be written."""
    run.release()
    run.renew_profiles()
    run.exit = _exit_of(run, reason)
    books = run.state.books(run.site, run.id)
    logger.info("Books of %s: %s", run.site, books.line())
    state = "closed" if reason in _COMPLETE else "interrupted"
    run.state.runs.finish(run.id, state, time.time(), verdict=run.exit.name.lower(), detail=dict(run.events))
    try:
        run.delivery = deliver(run.state, run.site, run.id, Path(run.settings["OUTPUT_DIR"]))
    except DeliveryError as error:
        logger.error("%s", error)
        run.exit = error.exit_code


def _exit_of(run: Run, reason: str) -> Exit:
    if run.exit is not None:
        return run.exit
    if reason not in _COMPLETE:
        return Exit.INTERRUPTED
    fetched = sum(n for (outcome, _), n in run.outcomes.items() if outcome not in {Outcome.FAILED, Outcome.FILTERED})
    postponed = run.budget.pages > sum(run.outcomes.values())
    if not fetched and (postponed or any(outcome is Outcome.FAILED for outcome, _ in run.outcomes)):
        return Exit.UNREACHABLE
    if not run.state.articles.count(run.site) and not run.outcomes[Outcome.DROPPED, Reason.COPY_EXACT]:
        return Exit.NOTHING_FOUND
    return Exit.OK
