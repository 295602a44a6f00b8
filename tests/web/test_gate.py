"""The quality gate holds what is unlike the good runs before, and nothing else."""

import random
from dataclasses import replace
from typing import Any

import pytest

from crawler.web.gate import RunFacts, Tally, facts_of, judge
from tests.web.articles import article

DAY = 86_400.0


def usual(n: int, seed: int = 0) -> RunFacts:
    """Run n of a site that gives about 40 new articles a day."""
    noise = random.Random(seed * 1000 + n)
    new = noise.randint(25, 55)
    coverage = {
        "title": 1.0,
        "text": 1.0,
        "url": 1.0,
        "published_at": noise.uniform(0.95, 1.0),
        "authors": noise.uniform(0.5, 0.7),
        "source": 0.3,
    }
    return RunFacts(
        at=n * DAY,
        pages=new + 60,
        articles=new + 3,
        new=new,
        read=new + 40,
        failed=noise.randint(0, 3),
        copies=4,
        median_length=noise.uniform(700, 1100),
        coverage=coverage,
        characters=40_000,
    )


HISTORY = [usual(n) for n in range(14)]


def test_a_usual_run_passes() -> None:
    for seed in range(1, 60):
        assert judge([usual(n, seed) for n in range(14)], usual(14, seed)).reasons == []


FAULTS: dict[str, dict[str, Any]] = {
    "60 % fewer articles": {"new": 12},
    "the site went blank": {"new": 0, "articles": 0, "read": 5},
    "dates are gone": {"coverage": usual(14).coverage | {"published_at": 0.2}},
    "texts are half as long": {"median_length": 300.0},
    "texts are twice as long": {"median_length": 2500.0},
    "everything is forbidden": {"forbidden": 60},
    "many failures": {"failed": 20},
    "many broken pages": {"quarantined": 5},
    "a template everywhere": {"same_text": 12},
    "soft 404": {"not_found_pages": 20},
    "mojibake": {"odd_characters": 400},
    "copies only": {"copies": 60},
    "robots.txt flipped": {"robots": 500},
    "killed": {"finish": "memusage_exceeded"},
    "books do not balance": {"gap": 1},
    "state is damaged": {"state_sound": False},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_that_went_wrong_is_held(fault: str) -> None:
    verdict = judge(HISTORY, replace(usual(14), **FAULTS[fault]))
    assert verdict.held
    assert verdict.reasons


def test_a_site_without_history_is_judged_by_absolute_rules_only() -> None:
    assert not judge(HISTORY[:3], replace(usual(14), new=1)).held
    assert judge([], replace(usual(14), gap=2)).held


def test_a_sample_is_not_compared_by_its_count() -> None:
    assert not judge(HISTORY, replace(usual(14), new=3, articles=3, pages=9, read=4, limited=True)).held


def test_a_quiet_day_passes_but_a_long_silence_does_not() -> None:
    slow = [replace(usual(n), new=n % 2, articles=n % 2, pages=30, read=25, coverage={}) for n in range(14)]
    assert not judge(slow, replace(slow[-1], at=15 * DAY, new=0)).held
    assert judge(slow, replace(slow[-1], at=30 * DAY, new=0)).held


def test_runs_without_news_say_nothing_of_how_long_articles_are() -> None:
    quiet = [RunFacts(at=(n + 0.5) * DAY, pages=5) for n in range(14)]
    mixed = [run for pair in zip(HISTORY, quiet, strict=True) for run in pair]
    run = replace(usual(14, seed=1), median_length=900.0)
    assert not judge(mixed, run).held
    assert "median text of 300 characters" in judge(mixed, replace(run, median_length=300.0)).reasons[0]


def test_facts_come_from_counters_and_articles() -> None:
    tally = Tally()
    for n in range(4):
        tally.add(article(text="一样的正文" * 10 if n else "另一个正文" * 30))
    counts = {
        "add": 3,
        "update": 1,
        "done.article": 4,
        "done.listing": 2,
        "failed.timeout": 1,
        "dropped.copy_exact": 5,
        "quarantined.incomplete": 2,
        "filtered.robots": 7,
        "unchanged.not_modified": 9,
    }
    facts = facts_of(counts, tally, at=1.0, finish="finished", gap=0, limited=False, forbidden=0)
    assert (facts.pages, facts.articles, facts.new, facts.read, facts.copies, facts.quarantined, facts.robots) == (
        23,
        4,
        3,
        18,
        5,
        2,
        7,
    )
    assert (facts.same_text, facts.median_length, facts.coverage["text"], facts.coverage["authors"]) == (
        3,
        50.0,
        1.0,
        0.0,
    )
    assert RunFacts.from_dict(facts.as_dict() | {"later": 1}) == facts
