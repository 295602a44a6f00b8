"""A harvest of the farm, from the front page to what a data team loads, and the harvests after it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.crawl.harvesting import Ended, records, scrapy
from tests.farm import Farm, Server, serve

SITE = "farm"


@dataclass
class Story:
    """One farm and the harvests of it, in order; each test looks at one chapter."""

    farm: Farm
    server: Server
    output: Path
    gold: dict[str, dict[str, Any]] = field(default_factory=dict)

    def harvest(self, *more: str) -> Ended:
        self.server.hits.clear()
        return scrapy(["crawl", "any", "-a", f"url={self.server.url}/", "-a", f"name={SITE}", *more], self.output)

    def records(self) -> dict[str, dict[str, Any]]:
        return {record["url"]: record for record in records(self.output, SITE)}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    farm = Farm(articles=40, seed=11, light=True)
    with serve(farm) as server:
        gold = {g["url"]: g for g in farm.gold() if g["host"] == "main"}
        yield Story(farm, server, tmp_path_factory.mktemp("output"), gold)


@pytest.fixture(scope="module")
def first(story: Story) -> tuple[Ended, dict[str, dict[str, Any]]]:
    ended = story.harvest()
    assert ended.code == 0, ended.err[-3000:]
    return ended, story.records()


@pytest.fixture(scope="module")
def second(story: Story, first: Any) -> tuple[Ended, int, int]:
    ended = story.harvest()
    return ended, story.server.count(200), story.server.count(304)


@pytest.fixture(scope="module")
def third(story: Story, second: Any) -> tuple[Ended, dict[str, Any], dict[str, Any], list[str]]:
    numbers = sorted(story.farm.articles)[:2]
    edited, removed = (story.farm.url(story.farm.articles[number]) for number in numbers)
    story.farm.edit(numbers[0])
    story.farm.remove(numbers[1])
    added = [story.farm.url(story.farm.articles[number]) for number in story.farm.add(3)]
    before = story.records()
    ended = story.harvest("-a", "revisit=1")
    return ended, before[edited], story.records().get(edited, {}), [removed, *added]


def test_every_article_is_delivered_once_and_nothing_else(story: Story, first: Any) -> None:
    _, delivered = first
    assert set(delivered) == set(story.gold)


def test_titles_carry_no_site_name_and_no_injected_brand(story: Story, first: Any) -> None:
    _, delivered = first
    assert {url: record["title"] for url, record in delivered.items()} == {
        url: g["title"] for url, g in story.gold.items()
    }


def test_the_injected_brand_is_nowhere_but_in_what_was_removed(story: Story, first: Any) -> None:
    _, delivered = first
    brand = next(g["injected"]["brand"] for g in story.gold.values() if g["injected"])
    assert not [url for url, record in delivered.items() if brand in record["title"] + record["text"]]
    assert any(brand in span["text"] for record in delivered.values() for span in record["removed"])


def test_dates_are_those_of_the_pages(story: Story, first: Any) -> None:
    _, delivered = first
    wrong = {
        url: (record["published_at"], story.gold[url]["published_at"])
        for url, record in delivered.items()
        if (record["published_at"] or "")[:10] != story.gold[url]["published_at"][:10]
    }
    assert not wrong


def test_texts_are_the_articles_and_nothing_but(story: Story, first: Any) -> None:
    _, delivered = first
    wrong = {}
    for url, record in delivered.items():
        captions = {image["caption"] for image in story.gold[url]["images"]}  # stay in the text, in reading order
        lines = [line for line in record["text"].split("\n") if line not in captions]
        if lines != story.gold[url]["text"].split("\n"):
            wrong[url] = record["text"]
    assert not wrong


def test_the_books_of_the_run_balance(first: Any) -> None:
    ended, _ = first
    (books,) = (line for line in ended.err.splitlines() if "Books of" in line)
    assert "!=" not in books


def test_traps_take_a_bounded_number_of_fetches(story: Story, first: Any) -> None:
    ended, delivered = first
    (books,) = (line for line in ended.err.splitlines() if "Books of" in line)
    done = int(books.partition("done ")[2].split()[0])
    assert done <= len(delivered) + 400


def test_the_delivery_verifies(story: Story, first: Any) -> None:
    ended = scrapy(["verify", str(story.output / SITE)], story.output)
    assert ended.code == 0
    assert "sound" in ended.out


def test_a_second_harvest_of_an_unchanged_site_fetches_no_article_and_delivers_nothing(
    story: Story, second: Any
) -> None:
    ended, read, unchanged = second
    assert ended.code == 0
    assert unchanged > 0
    assert not [
        u
        for (_, u, status) in story.server.hits
        if status == 200 and u.endswith((".html", ".htm")) and u[1:5].isdigit()
    ]
    assert len(list((story.output / SITE).glob("manifest-*.json"))) == 1
    assert read < 60


def test_an_edited_article_is_delivered_as_the_next_revision(third: Any) -> None:
    ended, before, after, _ = third
    assert ended.code == 0, ended.err[-2000:]
    assert (after["rev"], after["op"]) == (before["rev"] + 1, "update")
    assert after["text"] != before["text"]


def test_a_revisit_reads_articles_again_that_have_not_changed(story: Story, third: Any) -> None:
    kept = {url.removeprefix(story.server.url) for url in story.gold} - {third[3][0].removeprefix(story.server.url)}
    sent = {target for (_, target, status) in story.server.hits if status == 200}
    assert kept <= sent
    assert not story.server.count(304)


def test_new_articles_are_found_and_a_page_gone_once_is_kept(story: Story, third: Any) -> None:
    removed, *added = third[3]
    delivered = story.records()
    assert set(added) <= set(delivered)
    assert removed in delivered


def test_a_page_gone_in_two_runs_is_retracted(story: Story, third: Any) -> None:
    removed = third[3][0]
    assert story.harvest("-a", "revisit=1").code == 0
    assert removed not in story.records()
    assert scrapy(["verify", str(story.output / SITE)], story.output).code == 0
