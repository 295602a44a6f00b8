import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler
from sqlalchemy import select

from crawler.article import Article, Http, Via
from crawler.budget import Budget
from crawler.duplicates import PolicyError, duplicates_of
from crawler.outcomes import Reason
from crawler.run import Run, run_of
from crawler.state.schema import copies
from pipelines.dedupe import Dedupe
from pipelines.record import Record
from tests.duplicates.samples import HARBOUR, ORCHARD


@pytest.fixture
def crawler(tmp_path: Path) -> Iterator[Crawler]:
    """A crawler with a run of its own."""
    made = get_crawler(settings_dict={"OUTPUT_DIR": str(tmp_path)})
    run = Run(made, "one", Budget(100, 10, 5, 50))
    yield made
    run.state.close()


def article(name: str, paras: tuple[str, ...]) -> Article:
    return Article(
        id=name,
        site="one",
        url=f"https://one.example/{name}",
        canonical_url=f"https://one.example/{name}",
        title="老码头的渡船改班",
        text="\n".join(paras),
        fetched_at="2026-05-04T10:00:00+00:00",
        run="r1",
        via=Via(kind="start"),
        http=Http(status=200),
    )


def deliver(crawler: Crawler, step: Dedupe, item: Article) -> list[str]:
    """What the record step does with the decision: the articles it has to retract."""

    step.process_item(item)
    state = run_of(crawler).state
    with state.unit() as connection:
        return [old.article for old in duplicates_of(state).settle(connection, item.id)]


def kept_copies(crawler: Crawler) -> list[dict[str, object]]:

    with run_of(crawler).state.read() as connection:
        return [json.loads(payload) for payload in connection.scalars(select(copies.c.payload))]


def test_a_copy_is_dropped_with_its_reason_and_kept_among_the_copies(crawler: Crawler) -> None:
    step = Dedupe.from_crawler(crawler)
    original = article("a", HARBOUR)
    deliver(crawler, step, original)
    assert original.duplicates is not None
    assert (original.duplicates.role, original.duplicates.cluster) == ("canonical", "a")
    with pytest.raises(DropItem) as exact:
        step.process_item(article("b", HARBOUR))
    with pytest.raises(DropItem) as near:
        step.process_item(article("c", (*HARBOUR[:4], HARBOUR[4] + "点击领取新人礼包")))
    assert (exact.value.args[0], near.value.args[0]) == (Reason.COPY_EXACT, Reason.COPY_NEAR)
    assert [(row["id"], row["duplicates"]["of"], row["duplicates"]["role"]) for row in kept_copies(crawler)] == [  # type: ignore[index]
        ("b", "a", "exact"),
        ("c", "a", "near"),
    ]


def test_a_copy_met_again_is_not_kept_twice(crawler: Crawler) -> None:
    step = Dedupe.from_crawler(crawler)
    deliver(crawler, step, article("a", HARBOUR))
    for _ in range(2):
        with pytest.raises(DropItem):
            step.process_item(article("b", HARBOUR))
    assert len(kept_copies(crawler)) == 1


def test_a_fuller_copy_is_delivered_and_the_teaser_retracted(crawler: Crawler) -> None:
    step = Dedupe.from_crawler(crawler)
    assert deliver(crawler, step, article("a", HARBOUR[:1])) == []
    assert deliver(crawler, step, article("b", HARBOUR)) == ["a"]


def test_a_part_is_delivered_and_linked(crawler: Crawler) -> None:
    step = Dedupe.from_crawler(crawler)
    deliver(crawler, step, article("a", HARBOUR))
    part = article("b", HARBOUR[:1])
    deliver(crawler, step, part)
    assert part.duplicates is not None
    assert (part.duplicates.role, part.duplicates.of) == ("contained", "a")


def test_another_article_is_no_copy(crawler: Crawler) -> None:
    step = Dedupe.from_crawler(crawler)
    deliver(crawler, step, article("a", HARBOUR))
    other = article("b", ORCHARD)
    assert step.process_item(other) is other


def test_a_wrong_policy_stops_the_start(crawler: Crawler) -> None:
    crawler.settings.frozen = False
    crawler.settings.set("DUPLICATES_POLICY", {"exact": "keep"}, "cmdline")
    with pytest.raises(PolicyError):
        Dedupe.from_crawler(crawler)


def test_a_copy_that_no_delivery_has_yet_is_kept_among_the_copies_when_its_original_comes(crawler: Crawler) -> None:
    state, steps = run_of(crawler).state, (Dedupe.from_crawler(crawler), Record.from_crawler(crawler))
    for name, paras in (("teaser", HARBOUR[:2]), ("whole", HARBOUR)):
        item = article(name, paras)
        item.lease = SimpleNamespace(key=name, url=item.url)
        for step in steps:
            item = step.process_item(item)
    assert state.outbox.unsealed("one") == {"part": 1, "copies": 1, "quarantine": 0}
    (copy,) = kept_copies(crawler)
    assert copy["id"] == "teaser"
    assert copy["duplicates"] == {"cluster": "teaser", "role": "near", "of": "whole", "score": 1.0}
