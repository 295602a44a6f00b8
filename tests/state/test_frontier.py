"""The frontier: what is fetched next, by whom, and that every URL has exactly one end."""

from crawler.outcomes import Outcome, Reason
from crawler.state import State
from crawler.state.frontier import BATCH
from tests.state.records import NOW, RUN, SITE, add, entry, finish, lease, names


def test_a_url_is_added_once(state: State) -> None:
    assert add(state, [entry("a"), entry("b"), entry("a")]) == 2
    assert add(state, [entry("b"), entry("c")]) == 1
    assert state.frontier.counts(SITE).ready == 3


def test_more_entries_than_one_batch_are_counted_right(state: State) -> None:
    entries = [entry(str(i)) for i in range(2 * BATCH + 7)]
    assert add(state, entries) == len(entries)
    assert add(state, entries) == 0


def test_known_keys_are_found_in_any_state(state: State) -> None:
    entries = [entry(name) for name in "abcd"]
    add(state, entries[:3])
    finish(state, entries[0].key)
    assert state.frontier.known(one.key for one in entries) == {one.key for one in entries[:3]}


def test_listings_come_before_articles_and_articles_before_related_by_depth(state: State) -> None:
    add(
        state,
        [
            entry("related-deep", kind="related", priority=22),
            entry("article", priority=10),
            entry("related", kind="related", priority=21),
            entry("listing", kind="listing", priority=0),
        ],
    )
    assert names(lease(state)) == ["listing", "article", "related", "related-deep"]


def test_urls_of_equal_priority_come_in_the_order_of_their_discovery(state: State) -> None:
    add(state, [entry("9"), entry("7"), entry("8")])
    add(state, [entry("1")])
    assert names(lease(state)) == ["9", "7", "8", "1"]


def test_a_leased_url_is_not_leased_again(state: State) -> None:
    add(state, [entry(str(i)) for i in range(5)])
    assert len(lease(state, 3)) == 3
    assert len(lease(state, 3)) == 2
    assert lease(state, 3) == []


def test_a_lease_takes_no_more_of_a_host_than_allowed(state: State) -> None:
    add(state, [entry(str(i), host=f"host{i % 2}") for i in range(20)])
    leases = lease(state, 10, per_host=3)
    assert sorted(one.host for one in leases) == ["host0"] * 3 + ["host1"] * 3


def test_skipped_hosts_do_not_hide_others_behind_them(state: State) -> None:
    add(
        state,
        [entry(str(i), host="a-busy-host", priority=0) for i in range(500)] + [entry("x", host="idle", priority=9)],
    )
    assert names(lease(state, skip_hosts={"a-busy-host"})) == ["x"]


def test_hosts_take_turns_when_there_are_more_than_a_lease_takes(state: State) -> None:
    add(state, [entry(f"{i}", host=f"host{i:03d}") for i in range(150)])
    seen: list[str] = []
    while leases := lease(state, 4, per_host=1):
        seen += [one.host for one in leases]
    assert sorted(seen) == [f"host{i:03d}" for i in range(150)]


def test_every_host_is_served_before_any_is_served_twice(state: State) -> None:
    add(state, [entry(f"{i}/{j}", host=f"host{i}") for i in range(6) for j in range(3)])
    served = [one.host for _ in range(3) for one in lease(state, 2, per_host=1)]
    assert sorted(served) == [f"host{i}" for i in range(6)]


def test_a_postponed_url_waits_for_its_time_and_counts_the_attempt(state: State) -> None:
    add(state, [entry("a")])
    with state.unit() as connection:
        state.frontier.postpone(connection, lease(state)[0].key, NOW + 60)
    assert lease(state, now=NOW + 59) == []
    assert state.frontier.next_due(SITE) == NOW + 60
    assert [one.attempts for one in lease(state, now=NOW + 60)] == [1]


def test_next_due_is_now_when_a_url_is_ready_and_none_when_nothing_waits(state: State) -> None:
    assert state.frontier.next_due(SITE) is None
    add(state, [entry("a", not_before=NOW + 5), entry("b")])
    assert state.frontier.next_due(SITE) == 0.0
    lease(state)
    assert state.frontier.next_due(SITE) == NOW + 5


def test_a_url_ends_once(state: State) -> None:
    add(state, [entry("a")])
    key = lease(state)[0].key
    assert finish(state, key)
    assert not finish(state, key, Outcome.FAILED, Reason.TIMEOUT)
    assert state.runs.counts(RUN)["done.article"] == 1
    assert "failed.timeout" not in state.runs.counts(RUN)


def test_an_entry_with_an_outcome_enters_ended(state: State) -> None:
    trap = entry("calendar/1970", outcome=Outcome.FILTERED, reason=Reason.TRAP)
    assert add(state, [trap, entry("a")]) == 2
    assert names(lease(state)) == ["a"]
    assert state.runs.counts(RUN)["filtered.trap"] == 1


def test_a_released_owner_gives_back_only_its_own(state: State) -> None:
    add(state, [entry("a", host="one"), entry("b", host="two")])
    lease(state, 1, owner="first")
    lease(state, 1, owner="second")
    with state.unit() as connection:
        assert state.frontier.release(connection, owner="first") == 1
    assert state.frontier.counts(SITE).leased == 1
    assert len(lease(state, owner="third")) == 1


def test_a_silent_owner_loses_its_leases_when_they_end(state: State) -> None:
    add(state, [entry("a")])
    assert len(lease(state, owner="silent")) == 1
    end = NOW + state.frontier.lease_seconds
    assert lease(state, owner="other", now=end - 1) == []
    assert names(lease(state, owner="other", now=end + 40)) == ["a"]


def test_a_host_is_worked_by_one_owner_at_a_time(state: State) -> None:
    add(state, [entry(str(i)) for i in range(10)] + [entry("x", host="other.org")])
    assert len(lease(state, 2, owner="first", skip_hosts={"other.org"})) == 2
    assert names(lease(state, owner="second")) == ["x"]
    with state.unit() as connection:
        state.frontier.release(connection, owner="first")
    assert len(lease(state, owner="second")) == 10


def test_listings_are_reopened_with_their_validators(state: State) -> None:
    add(state, [entry("list", kind="listing"), entry("a"), entry("trap", kind="listing")])
    for one in lease(state):
        if one.url.endswith("trap"):
            finish(state, one.key, Outcome.FILTERED, Reason.TRAP)
        else:
            finish(state, one.key, etag='"1"', last_modified="Mon", content_hash="h", article_id="id")
    with state.unit() as connection:
        assert state.frontier.reopen(connection, SITE, {"listing"}, now=NOW, run="run-2") == 1
    [again] = lease(state)
    assert again.url.endswith("list")
    assert (again.etag, again.last_modified, again.content_hash, again.article_id) == ('"1"', "Mon", "h", "id")
    assert again.attempts == 0


def test_an_article_is_reopened_when_its_revisit_time_has_come(state: State) -> None:
    add(state, [entry("soon"), entry("later"), entry("never")])
    for one, revisit in zip(lease(state), (100.0, 1000.0, None), strict=True):
        finish(state, one.key, revisit=revisit)
    with state.unit() as connection:
        assert state.frontier.reopen(connection, SITE, set(), now=NOW + 100, run="run-2") == 1
    assert [(one.url.rsplit("/", 1)[1], one.revisit) for one in lease(state, now=NOW + 100)] == [("soon", 100.0)]


def test_a_not_modified_answer_keeps_validators_and_a_new_page_replaces_them(state: State) -> None:
    add(state, [entry("list", kind="listing")])

    def visit(outcome: Outcome, reason: Reason, **facts: str) -> str | None:
        [one] = lease(state)
        finish(state, one.key, outcome, reason, **facts)
        with state.unit() as connection:
            state.frontier.reopen(connection, SITE, {"listing"}, now=NOW, run="next")
        return one.etag

    visit(Outcome.DONE, Reason.LISTING, etag='"1"')
    assert visit(Outcome.UNCHANGED, Reason.NOT_MODIFIED) == '"1"'
    assert visit(Outcome.DONE, Reason.LISTING) == '"1"'
    assert visit(Outcome.DONE, Reason.LISTING) is None


def test_gone_pages_count_their_runs_until_they_are_back(state: State) -> None:
    add(state, [entry("a")])

    def visit(outcome: Outcome, reason: Reason) -> int:
        [one] = lease(state)
        finish(state, one.key, outcome, reason, revisit=0.0)
        with state.unit() as connection:
            state.frontier.reopen(connection, SITE, set(), now=NOW, run="next")
        return one.gone_runs

    assert visit(Outcome.GONE, Reason.HTTP_GONE) == 0
    assert visit(Outcome.FAILED, Reason.TIMEOUT) == 1
    assert visit(Outcome.GONE, Reason.HTTP_GONE) == 1
    assert visit(Outcome.DONE, Reason.ARTICLE) == 2
    assert visit(Outcome.DONE, Reason.ARTICLE) == 0


def test_a_page_of_a_listing_is_reopened_by_key_but_not_in_the_run_that_ended_it(state: State) -> None:
    page = entry("list/2", kind="page")
    add(state, [page])
    finish(state, lease(state)[0].key)
    with state.unit() as connection:
        assert state.frontier.reopen_keys(connection, [page.key], run=RUN) == 0
        assert state.frontier.reopen_keys(connection, [page.key], run="run-2") == 1
    assert names(lease(state)) == ["2"]


def test_the_ready_rows_of_a_host_are_read_from_an_index(state: State) -> None:
    add(state, [entry(str(i)) for i in range(100)])
    query = "SELECT id FROM frontier WHERE state = 0 AND site = 'a-site' AND host = 'example.org' ORDER BY priority, id LIMIT 3"
    if state.is_sqlite:
        with state.read() as connection:
            plan = " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))
        assert "frontier_ready" in plan
        assert "TEMP B-TREE" not in plan
    else:
        state.commit()
        with state.read() as connection:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            plan = " ".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {query}"))
        assert "frontier_ready" in plan
        assert "Sort" not in plan


def test_of_two_entries_under_http_and_https_one_is_fetched_until_it_fails(state: State) -> None:
    one, other = entry("a"), entry("a2")
    one.twin, other.twin = other.key, one.key
    assert add(state, [one, other]) == 1
    assert add(state, [other]) == 0
    assert names(lease(state)) == ["a"]
    finish(state, one.key, Outcome.FAILED, Reason.TLS)
    with state.unit() as connection:
        state.frontier.open_twins(connection, [one.key, other.key], run=RUN)
    assert names(lease(state)) == ["a2"]


def test_an_entry_whose_twin_has_failed_is_fetched(state: State) -> None:
    one, other = entry("a"), entry("a2")
    one.twin, other.twin = other.key, one.key
    add(state, [one])
    finish(state, one.key, Outcome.GONE, Reason.HTTP_GONE)
    assert add(state, [other]) == 1
    assert names(lease(state)) == ["a2"]
