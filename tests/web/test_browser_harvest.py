"""Harvests of a site that needs a browser here and there: what is rendered, what is not, and what is learned of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.reading.profile import Profile
from crawler.state import State
from tests.crawl.harvesting import Ended, records, scrapy
from tests.farm import Farm, Server, serve

pytestmark = pytest.mark.browser

FIELDS = ("title", "text", "authors", "published_at", "views")


def harvest(server: Server, output: Path, *more: str, **settings: Any) -> Ended:
    command = ["crawl", "any", "-a", f"url={server.url}/", "-a", "name=farm", *more]
    return scrapy(command, output, settings, timeout=240)


def counts(output: Path) -> dict[str, int]:
    """winnow/browser/..., as the crawl wrote them."""
    status = json.loads((output / "status" / "farm.json").read_text(encoding="utf-8"))
    name = "winnow/browser/"
    return {key.removeprefix(name): n for key, n in status["counts"].items() if key.startswith(name)}


def test_shells_and_growing_lists_are_harvested_whole_and_remembered(tmp_path: Path) -> None:
    with serve(Farm(articles=5, seed=5, browser=5, second=False, traps=False, light=True)) as server:
        ended = harvest(server, tmp_path)
        assert ended.code == 0, ended.err[-3000:]
        gold = [g for g in server.farm.gold() if g["needs_browser"] or g["found_by_browser"]]
        delivered = {record["url"]: record for record in records(tmp_path, "farm")}
        documents = {url: n for (_, url, status), n in server.hits.items() if status == 200}
    assert len(gold) == 25
    assert {g["url"] for g in gold} <= set(delivered)
    wrong = [(g["url"], f) for g in gold if g["needs_browser"] for f in FIELDS if delivered[g["url"]][f] != g[f]]
    assert not wrong
    shells = sum(g["needs_browser"] for g in gold)
    lists = 3 * 2 + 2  # pages of the shells' lists, growing lists
    assert counts(tmp_path)["pages"] <= shells + lists + 3
    assert max(documents.values()) == 1, "what the crawl had fetched was asked for again"
    with State.open(f"sqlite:///{tmp_path / 'state' / 'winnow.db'}") as state:
        profile = Profile.from_json(state.profiles.get(server.url.partition("//")[2]) or "")
    assert profile.render["article"]
    assert profile.render["listing"]
    assert profile.render["/app/news/#"]


def test_a_harvest_that_needs_no_browser_starts_none(tmp_path: Path) -> None:
    with serve(Farm(articles=12, seed=5, light=True)) as server:
        assert harvest(server, tmp_path, "-a", "max_pages=80").code == 0
    assert counts(tmp_path) == {}


def test_without_a_chromium_one_line_says_so_and_the_rest_is_harvested(tmp_path: Path) -> None:
    with serve(Farm(articles=6, seed=5, browser=2, second=False, traps=False, light=True)) as server:
        ended = harvest(server, tmp_path, BROWSER_PATH="/nowhere/chromium")
        plain = {g["url"] for g in server.farm.gold() if not (g["needs_browser"] or g["found_by_browser"])}
    assert ended.code == 0, ended.err[-3000:]
    assert ended.err.count("no Chromium found") == 1
    assert plain <= {record["url"] for record in records(tmp_path, "farm")}
