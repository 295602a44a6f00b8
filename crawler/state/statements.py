"""The frontier's statements: those of every lease and page, kept ready (quick.py), and what a row is set to."""

from typing import Any

from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from crawler.outcomes import Outcome
from crawler.state.entries import FrontierEntry, Lease, row_of
from crawler.state.quick import Quick
from crawler.state.schema import ENDED, LEASED, READY, WAITING, frontier


def in_state(state: int) -> ColumnElement[bool]:
    """Rows of a state: READY, WAITING, LEASED or ENDED."""
    # Partial indexes are used only when the state stands in the statement as a number, not as a parameter.
    return frontier.c.state == text(str(state))


FREE: dict[Any, Any] = {"state": READY, "lease_owner": None, "lease_until": None}

REOPENED: dict[Any, Any] = {
    "state": READY,
    "outcome": None,
    "reason": None,
    "attempts": 0,
    "not_before": None,
}

KNOWN = Quick(select(frontier.c.key).where(frontier.c.key.in_(bindparam("keys", expanding=True))), expanding="keys")

# Those that are fetched, or were and gave an answer.
ASKED = Quick(
    select(frontier.c.key).where(
        frontier.c.key.in_(bindparam("keys", expanding=True)),
        func.coalesce(frontier.c.outcome, "") != Outcome.FAILED.value,
        func.coalesce(frontier.c.outcome, "") != Outcome.GONE.value,
    ),
    expanding="keys",
)

_ROW = row_of(FrontierEntry(key=b"", url="", site="", host="", kind=""), "")
ADD = Quick(insert(frontier), columns=list(_ROW))

READY_OF_HOST = Quick(
    select(frontier.c.id, *(frontier.c[name] for name in Lease.__slots__))
    .where(in_state(READY), frontier.c.site == bindparam("of_site"), frontier.c.host == bindparam("of_host"))
    .order_by(frontier.c.priority, frontier.c.id)
    .limit(bindparam("n"))
    .with_for_update(skip_locked=True)
)

TAKE = Quick(
    update(frontier)
    .where(frontier.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=LEASED, lease_owner=bindparam("owner"), lease_until=bindparam("until"), last_run=bindparam("of_run")),
    expanding="ids",
)

WAKE = Quick(
    update(frontier)
    .where(in_state(WAITING), frontier.c.site == bindparam("of_site"), frontier.c.not_before <= bindparam("now"))
    .values(state=READY, not_before=None)
)

POSTPONE = Quick(
    update(frontier)
    .where(frontier.c.key == bindparam("of_key"), frontier.c.state != ENDED)
    .values(
        state=WAITING,
        not_before=bindparam("not_before"),
        attempts=frontier.c.attempts + bindparam("counted"),
        lease_owner=None,
        lease_until=None,
    )
)


def _finish_statement(outcome: Outcome) -> Quick:
    """How a row ends. Validators: a page that was read newly has just those of this visit, all others keep the last
    visit's."""
    values: dict[str, Any] = {
        "state": ENDED,
        "outcome": outcome.value,
        "reason": bindparam("of_reason"),
        "last_run": bindparam("of_run"),
        "not_before": bindparam("due"),
        "revisit": bindparam("of_revisit"),
        "lease_owner": None,
        "lease_until": None,
    }
    for name in ("etag", "last_modified", "content_hash", "article_id"):
        given: ColumnElement[Any] = bindparam(f"of_{name}")
        newly_read = outcome is Outcome.DONE and name in ("etag", "last_modified")
        values[name] = given if newly_read else func.coalesce(given, frontier.c[name])
    if outcome is not Outcome.FILTERED:
        values["fetched_at"] = bindparam("at")
    if outcome is Outcome.GONE:
        values["gone_runs"] = frontier.c.gone_runs + 1
    elif outcome in (Outcome.DONE, Outcome.UNCHANGED, Outcome.DROPPED):
        values["gone_runs"] = 0
    ending = update(frontier).where(frontier.c.key == bindparam("of_key"), frontier.c.state != ENDED)
    return Quick(ending.values(values))


FINISH = {outcome: _finish_statement(outcome) for outcome in Outcome}
