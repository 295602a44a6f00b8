"""Runs and their books."""

from collections.abc import Callable

from sqlalchemy import delete

from crawler.outcomes import Outcome, Reason
from crawler.state import State
from crawler.state.schema import frontier
from tests.state.records import NOW, SITE, add, entry, finish, lease


def test_the_books_of_a_run_account_for_every_url(state: State) -> None:
    state.runs.start("run-1", SITE, NOW)
    add(state, [entry(str(i)) for i in range(10)])
    add(state, [entry("trap", outcome=Outcome.FILTERED, reason=Reason.TRAP)])
    leases = lease(state, 6)
    for one, (outcome, reason) in zip(
        leases,
        [
            (Outcome.DONE, Reason.ARTICLE),
            (Outcome.FAILED, Reason.TIMEOUT),
            (Outcome.DROPPED, Reason.EMPTY),
            (Outcome.QUARANTINED, Reason.MOJIBAKE),
            (Outcome.GONE, Reason.HTTP_GONE),
        ],
        strict=False,
    ):
        finish(state, one.key, outcome, reason)
    books = state.books(SITE, "run-1")
    assert books.balance
    assert books.discovered == 11
    assert books.discovered == sum(books.ended.values()) + books.pending + books.leased
    assert (books.pending, books.leased) == (4, 1)
    assert books.line() == (
        "discovered 11 = done 1 + dropped 1 + failed 1 + filtered 1 + gone 1 + quarantined 1 + pending 4 + leased 1"
    )


def test_the_next_run_opens_with_what_is_pending_and_reopens_the_rest(state: State) -> None:
    state.runs.start("run-1", SITE, NOW)
    add(state, [entry("list", kind="listing", priority=0), entry("a", priority=1), entry("b", priority=1)])
    for one in lease(state, 2):
        finish(state, one.key)
    state.runs.finish("run-1", "closed", NOW)
    state.runs.start("run-2", SITE, NOW)
    with state.unit() as connection:
        state.frontier.reopen(connection, SITE, {"listing"}, now=NOW, run="run-2")
    for one in lease(state, run="run-2"):
        finish(state, one.key, Outcome.UNCHANGED, Reason.NOT_MODIFIED, run="run-2")
    books = state.books(SITE, "run-2")
    assert (books.opening, books.added, books.reopened, books.ended) == (1, 0, 1, {"unchanged": 2})
    assert books.balance


def test_a_url_that_vanishes_shows_in_the_books(state: State) -> None:
    state.runs.start("run-1", SITE, NOW)
    add(state, [entry("a"), entry("b")])
    with state.unit() as connection:
        connection.execute(delete(frontier).where(frontier.c.key == entry("a").key))
    books = state.books(SITE, "run-1")
    assert not books.balance
    assert books.gap == 1
    assert books.line().endswith("1 URLs lost")
    state.runs.start("run-2", SITE, NOW)
    assert state.books(SITE, "run-2").balance


def test_a_killed_run_is_found_abandoned_at_the_next_start(state_url: str, open_state: Callable[[str], State]) -> None:
    killed = State.open(state_url)
    killed.runs.start("run-1", SITE, NOW)
    killed.close()
    state = open_state(state_url)
    state.runs.start("run-2", SITE, NOW + 5)
    state.runs.finish("run-2", "closed", NOW + 9, verdict="ok", detail={"note": "好"})
    newest, oldest = state.runs.history(SITE)
    assert (oldest.id, oldest.state, oldest.finished_at) == ("run-1", "abandoned", NOW + 5)
    assert (newest.id, newest.state, newest.verdict, newest.detail) == ("run-2", "closed", "ok", {"note": "好"})
    assert newest.counts["opening"] == 0


def test_two_runs_at_once_on_one_site_share_balanced_books(
    postgresql_url: str, open_state: Callable[[str], State]
) -> None:
    first, second = open_state(postgresql_url), open_state(postgresql_url)
    first.runs.start("run-1", SITE, NOW)
    add(first, [entry(str(i)) for i in range(6)] + [entry(f"x{i}", host="other.org") for i in range(6)], "run-1")
    second.runs.start("run-2", SITE, NOW)
    for one in lease(first, 6, owner="first", skip_hosts={"other.org"}, run="run-1"):
        finish(first, one.key, run="run-1")
    for one in lease(second, 4, owner="second", run="run-2"):
        finish(second, one.key, run="run-2")
    for state, run in ((first, "run-1"), (second, "run-2")):
        books = state.books(SITE, run)
        assert books.balance
        assert (books.pending, books.leased) == (2, 0)
    assert [run.state for run in first.runs.history(SITE)] == ["open", "open"]
