"""The farm serves what its gold says."""

import html
import re
from typing import Any

import pytest

from tests.farm import Farm
from tests.farm.pages import Pages

SHELLS = {"vue", "react", "state"}


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


def check(farm: Farm, pages: Pages) -> set[str]:
    """Fails when a fact of the gold is not on its page; the layouts that were looked at."""
    seen = set()
    for gold in farm.gold(lambda a: a.section.layout not in SHELLS):
        seen.add(gold["layout"])
        page = served(pages, gold)
        strings = [gold["title"], *gold["text"].split("\n"), *gold["authors"], *gold["tags"], *gold["adverts"]]
        named = ("subtitle", "source", "source_url", "editor", "column", "category")
        strings += [gold[name] for name in named if gold[name]]
        strings += [image[name] for image in gold["images"] for name in ("url", "alt", "caption") if image[name]]
        entry_names = ("url", "title", "excerpt", "date_raw")
        strings += [entry[name] for entry in gold["related"] for name in entry_names if entry[name]]
        neighbours = [gold["previous"], gold["next"]]
        strings += [n[name] for n in neighbours if n for name in ("url", "title", "date_raw") if n[name]]
        if gold["injected"]:
            strings += [*gold["injected"]["strings"], *gold["injected"]["hidden"]]
        missing = [string for string in strings if string not in page]
        assert not missing, (gold["url"], missing)
    return seen


def test_every_fact_of_the_gold_stands_on_its_page(farm: Farm, pages: Pages) -> None:
    assert check(farm, pages) == {"justnews", "table", "wordpress", "dede"}


def test_the_lists_that_grow_and_the_hidden_text_are_true_to_their_gold() -> None:
    farm = Farm(articles=9, seed=2, browser=5)
    assert {"wechat", "scroll", "more"} < check(farm, Pages(farm))


@pytest.mark.parametrize("layout", ["zibll", "dux", "zblog", "phpcms", "hexo"])
def test_other_themes_of_the_second_host_are_true_to_their_gold(layout: str) -> None:
    farm = Farm(articles=90, seed=6, second_layout=layout)
    pages = Pages(farm)
    assert layout in check(farm, pages)
    found: set[str] = set()
    todo = ["/"]
    while todo:
        status, _, body = pages.get("second", todo.pop())
        assert status == 200
        links = set(re.findall(rf'href="{farm.bases["second"]}(/[^"?#]*)"', body.decode())) - found
        links = {link for link in links if "sitemap" not in link}
        found |= links
        todo += links
    gold = {g["url"].removeprefix(farm.bases["second"]) for g in farm.gold() if g["host"] == "second"}
    assert gold <= found
    assert pages.get("second", "/no-such-page")[0] == 404


def test_nothing_is_listed_that_is_not_there(farm: Farm, pages: Pages) -> None:
    for host in ("main", "second"):
        for target in ["/", *[f"/category/{slug}" for slug in farm.sections if host == "main"][:4]]:
            _, _, body = pages.get(host, target)
            for url in set(re.findall(rf'href="({farm.bases[host]}[^"?#]*)"', body.decode())):
                assert pages.get(host, "/" + url.split("/", 3)[3])[0] == 200, url


def test_counters_and_dates_of_the_gold_are_the_ones_shown(farm: Farm, pages: Pages) -> None:
    for gold in farm.gold(lambda a: a.section.layout == "justnews"):
        page = served(pages, gold)
        shown = re.search(r"阅读 ([\d.]+)(K?)<", page)
        assert shown
        assert round(float(shown[1]) * (1000 if shown[2] else 1)) == gold["views"]
        assert f'<span class="entry-action-num">({gold["likes"]})</span>' in page
        assert f"评论 {gold['comments']}<" in page
        stamp = re.search(r'<time class="entry-date published" datetime="([^"]+)"', page)
        day = re.search(r'<span class="entry-date">(\d+)年(\d+)月(\d+)日', page)
        assert stamp or day
        if stamp:
            assert stamp[1] == gold["published_at"]
        elif day:
            assert gold["published_at"][:10] == f"{day[1]}-{int(day[2]):02d}-{int(day[3]):02d}"


def test_old_pages_are_gb18030_under_many_declarations(farm: Farm, pages: Pages) -> None:
    declared = set()
    for gold in farm.gold(lambda a: a.section.layout == "table"):
        _, headers, body = pages.get("main", "/" + gold["url"].split("/", 3)[3])
        assert gold["title"] in body.decode("gb18030")
        meta = re.search(rb"charset=([\w-]+)", body)
        declared.add((headers["Content-Type"], meta[1].decode() if meta else None))
    assert len(declared) >= 8
    assert ("text/html", None) in declared


def test_a_third_of_the_chinese_articles_is_reposted_by_the_second_host(farm: Farm) -> None:
    gold = farm.gold()
    originals = {g["url"]: g for g in gold if g["host"] == "main"}
    reposts = [g for g in gold if g["repost_of"]]
    assert 0.28 < len(reposts) / len([g for g in originals.values() if g["language"] == "zh"]) < 0.38
    assert {g["repost_kind"] for g in reposts} == {"exact", "source", "truncated", "advert"}
    for repost in reposts:
        original = originals[repost["repost_of"]]
        assert repost["title"] == original["title"]
        assert original["text"].startswith(repost["text"])
        assert (repost["text"] == original["text"]) == (repost["repost_kind"] != "truncated")
        assert bool(repost["adverts"]) == (repost["repost_kind"] == "advert")


def test_the_same_seed_gives_the_same_farm_and_another_seed_another() -> None:
    one, same, other = (Farm(articles=30, seed=seed, browser=2) for seed in (5, 5, 6))
    assert one.gold() == same.gold()
    assert one.gold()[0]["text"] != other.gold()[0]["text"]
    path = "/" + one.gold()[0]["url"].split("/", 3)[3]
    first, second = Pages(one), Pages(same)
    assert [first.get("main", path) for _ in range(3)] == [second.get("main", path) for _ in range(3)]


def test_articles_differ_from_each_other_and_in_length() -> None:
    articles = list(Farm(articles=200, seed=8, layouts=("justnews",), second=False).articles.values())
    lengths = sorted(len(a.text) for a in articles)
    assert lengths[0] < 250
    assert 400 < lengths[100] < 1000
    assert lengths[-1] > 2500
    shingles = [{a.text[i : i + 8] for i in range(len(a.text) - 7)} for a in articles]
    for index, mine in enumerate(shingles):
        for others in shingles[:index]:
            assert len(mine & others) < 0.5 * min(len(mine), len(others))


def test_pages_have_the_weight_of_real_ones_unless_light(farm: Farm, pages: Pages) -> None:
    def weight(farm: Farm, pages: Pages) -> int:
        gold = farm.gold(lambda a: a.section.layout == "justnews")
        sizes = sorted(len(pages.get("main", "/" + g["url"].split("/", 3)[3])[2]) for g in gold)
        return sizes[len(sizes) // 2]

    light = Farm(articles=60, seed=3, light=True)
    assert 25_000 < weight(farm, pages) < 45_000
    assert weight(light, Pages(light)) < 22_000
