"""An article in several pages is one record with the facts of all of them."""

from pathlib import Path
from typing import Any

import pytest

from crawler.continuation import take_facts
from crawler.reading.reading import Line, Reading
from tests.crawl.harvesting import records, scrapy
from tests.farm import Farm, serve


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    """The record and the gold of the farm's article in three pages, whose last page names source, column and editor."""
    output: Path = tmp_path_factory.mktemp("output")
    farm = Farm(articles=12, seed=6, light=True, second=False, traps=False)
    with serve(farm) as server:
        ended = scrapy(["crawl", "any", "-a", f"url={server.url}/", "-a", "name=farm"], output)
        assert ended.code == 0, ended.err[-3000:]
        gold = next(g for g in farm.gold() if len(g["page_urls"]) == 3)
    return next(r for r in records(output, "farm") if r["url"] == gold["url"]), gold


@pytest.mark.parametrize("field", ["text", "authors", "source", "column", "editor", "published_at"])
def test_what_only_one_of_the_pages_states_is_in_the_record(
    pair: tuple[dict[str, Any], dict[str, Any]], field: str
) -> None:
    record, gold = pair
    assert gold[field]
    assert record[field] == gold[field]


def test_names_at_the_top_of_a_further_page_are_no_authors() -> None:
    lines = [Line(text) for text in ("张建国", "“三年前的事，我都记得。”", "他把账本合上。", "窗外的雨停了。")]
    first, further = Reading("http://a.example/1.html"), Reading("http://a.example/1_2.html", lines=lines)
    further.authors = ["张建国"]
    take_facts(first, further)
    assert first.authors == []
