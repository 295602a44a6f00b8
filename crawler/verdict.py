"""How a run ends: leases given back, profiles renewed, books closed, the gate asked, the batch delivered."""

import logging
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.article import Article
from crawler.delivery import DeliveryError, deliver
from crawler.exitcodes import Exit
from crawler.outcomes import Outcome, Reason
from crawler.run import Run
from crawler.state import State
from crawler.stripping.audit import ARTICLES, RemovedSample, alarming
from crawler.summary import Summary
from crawler.web.gate import RunFacts, Tally, facts_of, judge

logger = logging.getLogger(__name__)

# Scrapy's closing reasons that mean "done for now"; all others were not wanted.
_COMPLETE = {"finished": "finished", "closespider_timeout": "time_budget"}
_HISTORY = 40  # runs looked back


def end_run(run: Run, reason: str) -> None:
    """Close the run and set `run.exit`. Raises StateError when the state cannot be written."""
    run.release()
    run.fill_categories()
    run.renew_profiles()
    run.keep_rendered()
    books = run.state.books(run.site, run.id)
    run.pending = books.pending
    logger.info("Books of %s: %s", run.site, books.line())
    finish = _COMPLETE.get(reason, reason)
    counts = run.state.runs.counts(run.id)
    facts = facts_of(
        counts,
        run.tally,
        at=run.started.timestamp(),
        finish=finish,
        gap=books.discovered - sum(books.ended.values()) - books.pending - books.leased,
        limited=run.is_limited,
        forbidden=run.answers(403) + run.answers(429),
    )
    summary = _summary(run, facts)
    run.exit = run.exit or _exit_of(run, reason, known=run.state.articles.count(run.site) + facts.copies)
    if run.exit in {Exit.UNREACHABLE, Exit.NOTHING_FOUND}:
        summary.setbacks = _setbacks(run)
    refused = run.exit is Exit.UNREACHABLE and (facts.forbidden or facts.robots)  # it answers, but no longer lets us in
    if run.exit in {Exit.OK, Exit.NOTHING_FOUND} or finish == "time_budget" or refused:
        summary.held = held(run.state, run.site, *_going_out(run, facts, summary.rules))
        if summary.held:
            run.exit = Exit.HELD
            for why in summary.held:
                logger.error("Held back: %s", why)
        elif not refused:
            _deliver(run)
    run.state.runs.finish(
        run.id,
        "closed" if reason in _COMPLETE else "interrupted",
        time.time(),
        verdict=run.exit.name.lower(),
        detail=summary.to_dict(),
    )
    logger.info("%s: %s", run.site, summary.line())


def _going_out(run: Run, facts: RunFacts, rules: dict[str, int]) -> tuple[RunFacts, dict[str, int]]:
    """Facts and rules of what would be delivered: beside the run's articles those that earlier runs left, held back or
    killed. Else a quiet run after a bad one would let the bad articles out."""
    if not run.state.outbox.has_of_other_runs(run.site, run.id):
        return facts, rules
    tally, removed = Tally(), RemovedSample()
    for payload in run.state.outbox.undelivered(run.site):
        article = Article.model_validate_json(payload)
        tally.add(article)
        removed.add(article.removed)
    articles = len(tally.lengths)
    return tally.fill(replace(facts, articles=articles)), dict(removed.rules) | {ARTICLES: articles}


def held(state: State, site: str, facts: RunFacts, rules: dict[str, int]) -> list[str]:
    """Why the delivery of a run is held back; empty when it may go out."""
    passed = {Exit.OK.name.lower(), Exit.INTERRUPTED.name.lower()}
    before = [
        summary
        for row in state.runs.history(site, _HISTORY)
        if row.verdict in passed and (summary := Summary.of_row(row)) is not None and summary.facts
    ]
    verdict = judge([RunFacts.from_dict(summary.facts) for summary in before], facts)
    return verdict.reasons + alarming(rules, [summary.rules for summary in before])


def _deliver(run: Run) -> None:
    output = Path(run.settings["OUTPUT_DIR"])
    try:
        deliver(run.state, run.site, run.id, output)
        for site in sorted(run.touched - {run.site}):
            if _is_at_rest(run.state, site):
                deliver(run.state, site, run.id, output)
    except DeliveryError as error:
        run.end_by(error)


def _is_at_rest(state: State, site: str) -> bool:
    """Whether another site's retractions may go out now: it is not being harvested, and its last run was not held back."""
    rows = state.runs.history(site, 1)
    return bool(rows) and rows[0].state == "closed" and rows[0].verdict != Exit.HELD.name.lower()


def _summary(run: Run, facts: RunFacts) -> Summary:
    return Summary(
        site=run.site,
        pages=run.budget.pages,
        articles=facts.articles,
        copies=facts.copies,
        removed=run.removed.rules.total(),
        seconds=(datetime.now(UTC) - run.started).total_seconds(),
        events=dict(run.events),
        rules=dict(run.removed.rules) | {ARTICLES: facts.articles},
        strings=list(run.removed.top()["strings"]),
        facts=facts.as_dict(),
    )


def _setbacks(run: Run) -> dict[str, int]:
    """Why the URLs of a run gave no article, as OUTCOME/REASON, the most frequent first."""
    ends = Counter({f"postponed/{reason}": n for reason, n in run.postponed.items()})
    for (outcome, reason), n in run.outcomes.items():
        if outcome is not Outcome.DONE or reason is Reason.NO_ARTICLE:
            ends[f"{outcome}/{reason}"] = n
    ends.update({f"link_refused/{reason}": n for reason, n in run.refused.items()})
    if not ends and run.pending:
        ends["postponed/resting"] = run.pending
    return dict(ends.most_common(5))


def _exit_of(run: Run, reason: str, *, known: int) -> Exit:
    if reason not in _COMPLETE or reason == "closespider_timeout":
        return Exit.INTERRUPTED
    answered = any(outcome not in {Outcome.FAILED, Outcome.FILTERED} for outcome, _ in run.outcomes)
    if not answered and (run.budget.pages or run.pending):  # it answered nothing, or rests since it did not
        return Exit.UNREACHABLE
    return Exit.OK if known else Exit.NOTHING_FOUND
