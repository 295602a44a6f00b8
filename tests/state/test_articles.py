"""Articles: when a page makes a new revision, and which events are put out."""

import json

import pytest

from crawler.article import Article
from crawler.state import State, UnsafeRecordError
from tests.state.records import NOW, RUN, SITE, article, record


def events(state: State) -> list[tuple[str, int, str]]:
    """(id, rev, op) of everything in the outbox."""
    batch = state.outbox.seal(SITE, RUN, NOW, 1000)
    if batch is None:
        return []
    lines = [json.loads(line.payload) for line in state.outbox.lines(batch, "part")]
    return [(line["id"], line["rev"], line["op"]) for line in lines]


def gone(state: State, run: str) -> str:
    with state.unit() as connection:
        return state.articles.gone(
            connection, SITE, "a", run=run, now=NOW, fetched_at="2026-01-03T00:00:00Z", status=404
        ).op


def test_a_new_article_is_added_and_the_same_content_is_unchanged(state: State) -> None:
    assert record(state, "a") == "add"
    assert record(state, "a") == "unchanged"
    assert events(state) == [("a", 1, "add")]


def test_changed_content_is_an_update_with_the_next_revision(state: State) -> None:
    record(state, "a", "one")
    assert record(state, "a", "two") == "update"
    assert record(state, "a", "one") == "update"
    assert events(state) == [("a", 1, "add"), ("a", 2, "update"), ("a", 3, "update")]


def test_a_page_gone_in_two_runs_is_retracted_once(state: State) -> None:
    record(state, "a")
    assert gone(state, "run-1") == "unchanged"
    assert gone(state, "run-1") == "unchanged"
    assert gone(state, "run-2") == "retract"
    assert gone(state, "run-3") == "unchanged"
    assert events(state) == [("a", 1, "add"), ("a", 2, "retract")]
    assert state.articles.count(SITE) == 0


def test_a_page_that_is_back_between_two_runs_is_not_retracted(state: State) -> None:
    record(state, "a")
    gone(state, "run-1")
    with state.unit() as connection:
        state.articles.seen(connection, SITE, "a", run="run-2", now=NOW)
    assert gone(state, "run-3") == "unchanged"
    assert record(state, "a") == "unchanged"
    assert gone(state, "run-4") == "unchanged"


def test_a_retracted_article_that_is_back_is_added_again_even_if_unchanged(state: State) -> None:
    record(state, "a")
    gone(state, "run-1")
    gone(state, "run-2")
    assert record(state, "a") == "add"
    assert events(state) == [("a", 1, "add"), ("a", 2, "retract"), ("a", 3, "add")]


def test_a_retraction_is_a_valid_record_that_says_why(state: State) -> None:
    record(state, "a")
    gone(state, "run-1")
    gone(state, "run-2")
    batch = state.outbox.seal(SITE, RUN, NOW, 10)
    assert batch is not None
    line = list(state.outbox.lines(batch, "part"))[-1]
    retraction = Article.model_validate_json(line.payload)
    assert (retraction.op, retraction.reason, retraction.http.status) == ("retract", "http_gone", 404)
    assert retraction.url == article("a")["url"]
    assert retraction.text == ""


def test_an_article_nobody_knows_is_not_retracted(state: State) -> None:
    assert gone(state, "run-1") == "unchanged"
    assert events(state) == []


def test_a_record_that_cannot_be_a_line_leaves_no_trace(state: State) -> None:
    broken = article("a")
    broken["title"] = "half a character: \ud83d"
    with pytest.raises(UnsafeRecordError), state.unit() as connection:
        state.articles.record(connection, broken, "h", now=NOW)
    assert state.articles.count(SITE) == 0
    assert record(state, "a") == "add"


def test_events_count_in_the_run(state: State) -> None:
    record(state, "a", "one")
    record(state, "b", "one")
    record(state, "a", "two", run="run-2")
    assert state.runs.counts(RUN)["add"] == 2
    assert state.runs.counts("run-2") == {"update": 1}


def test_two_sites_deliver_the_same_page_each_on_its_own(state: State) -> None:
    assert record(state, "a") == "add"
    assert record(state, "a", site="another-site") == "add"
    assert record(state, "a", "changed", site="another-site") == "update"
    assert record(state, "a") == "unchanged"
    with state.unit() as connection:
        retracted = state.articles.retract(
            connection, "a", reason="owner", run=RUN, now=NOW, fetched_at="2026-01-03T00:00:00Z", status=200
        )
    assert [one.rev for one in retracted] == [2, 3]


def withdraw(state: State) -> list[tuple[str, int]]:
    with state.unit() as connection:
        return [(one["id"], one["rev"]) for one in state.articles.withdraw(connection, "a", run=RUN)]


def test_what_no_delivery_has_is_withdrawn_without_a_trace_and_may_come_back(state: State) -> None:
    record(state, "a", "one")
    record(state, "a", "two")
    record(state, "b")
    assert withdraw(state) == [("a", 2)]
    assert withdraw(state) == []
    assert (state.articles.count(SITE), state.runs.counts(RUN)["add"]) == (1, 1)
    assert events(state) == [("b", 1, "add")]
    assert record(state, "a", "two") == "add"
    assert events(state) == [("a", 1, "add")]


def test_what_is_sealed_or_delivered_is_not_withdrawn(state: State) -> None:
    record(state, "a", "one")
    assert events(state) == [("a", 1, "add")]
    assert withdraw(state) == []
    record(state, "a", "two")
    assert withdraw(state) == []
    assert events(state) == [("a", 2, "update")]


def test_what_is_not_sealed_yet_can_be_amended(state: State) -> None:
    record(state, "a")
    with state.unit() as connection:
        state.outbox.amend(connection, SITE, "a", {"category": "要闻"})
        state.outbox.amend(connection, SITE, "unknown", {"category": "要闻"})
    batch = state.outbox.seal(SITE, RUN, NOW, 10)
    assert batch is not None
    with state.unit() as connection:
        state.outbox.amend(connection, SITE, "a", {"category": "too late"})
    assert [json.loads(line.payload)["category"] for line in state.outbox.lines(batch, "part")] == ["要闻"]
