"""The farm serves what its gold says."""

import html
import re
from typing import Any

import pytest

from tests.farm import Farm
from tests.farm.pages import Pages


@pytest.fixture(scope="module")
def farm() -> Farm:
    return Farm(articles=240, seed=3)


@pytest.fixture(scope="module")
def pages(farm: Farm) -> Pages:
    return Pages(farm)


def served(pages: Pages, gold: dict[str, Any]) -> str:
    """The decoded and unescaped text of all pages of an article."""
    texts = []
    for url in gold["page_urls"]:
        status, _, body = pages.get(gold["host"], "/" + url.split("/", 3)[3])
        assert status == 200, url
        texts.append(html.unescape(body.decode("gb18030" if gold["layout"] == "table" else "utf-8")))
    return "\n".join(texts)


def test_every_fact_of_the_gold_stands_on_its_page(farm: Farm, pages: Pages) -> None:
    layouts = set()
    for gold in farm.gold():
        layouts.add(gold["layout"])
        page = served(pages, gold)
        strings = [gold["title"], *gold["text"].split("\n"), *gold["authors"], *gold["tags"], *gold["adverts"]]
        strings += [
            gold[name] for name in ("subtitle", "source", "source_url", "editor", "column", "category") if gold[name]
        ]
        strings += [image[name] for image in gold["images"] for name in ("url", "alt", "caption") if image[name]]
        strings += [
            entry[name] for entry in gold["related"] for name in ("url", "title", "excerpt", "date_raw") if entry[name]
        ]
        neighbours = [gold["previous"], gold["next"]]
        strings += [n[name] for n in neighbours if n for name in ("url", "title", "date_raw") if n[name]]
        if gold["injected"]:
            strings += [*gold["injected"]["strings"], *gold["injected"]["hidden"]]
        missing = [string for string in strings if string not in page]
        assert not missing, (gold["url"], missing)
    assert layouts == {"justnews", "table", "wordpress", "dede"}


def test_nothing_is_listed_that_is_not_there(farm: Farm, pages: Pages) -> None:
    for host in ("main", "second"):
        for target in ["/", *[f"/category/{slug}" for slug in farm.sections if host == "main"][:4]]:
            _, _, body = pages.get(host, target)
            for url in set(re.findall(rf'href="({farm.bases[host]}[^"?#]*)"', body.decode())):
                assert pages.get(host, "/" + url.split("/", 3)[3])[0] == 200, url
