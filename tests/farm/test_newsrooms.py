"""Newsrooms, injections, notices, and the page put back into its theme."""

import html as markup
import random

import lxml.html
import pytest

from tests.farm.newsrooms import PAGES, brands, clean_page, inject, negative_page
from tests.farm.notices import KINDS, RELATIONS, english_reposts, notices
from tests.farm.seedpage import seed_page


def text_of(html: str) -> str:
    return str(lxml.html.document_fromstring(html).xpath("string()"))


@pytest.mark.parametrize("make", [clean_page, negative_page])
def test_newsroom_pages_hold_their_gold(make: type) -> None:
    hosts = set()
    for seed in range(60):
        html, gold = make(seed)
        text = text_of(html)
        assert all(line in text for line in [gold["title"], *gold["lines"], *gold["authors"], gold["site_name"]])
        assert gold["text"] == "\n".join(gold["lines"])
        hosts.add(gold["host"])
    assert len(hosts) == 60 // PAGES


def test_negatives_name_what_looks_like_a_brand() -> None:
    names = ("凯发", "金沙", "太阳", "亚博", "威尼斯", "大发", "开云", "必威", "彩票", "双色球", "澳门", "皇冠", "乐鱼")
    texts = [negative_page(seed)[1]["title"] + negative_page(seed)[1]["text"] for seed in range(200)]
    assert sum(any(name in text for name in names) for text in texts) > 150


@pytest.mark.parametrize("technique", list("abcdefghj"))
def test_injected_strings_are_on_the_page_and_the_article_still_is(technique: str) -> None:
    for seed in range(40):
        html, gold = clean_page(seed)
        brand = random.Random(seed).choice(brands()["known"] + brands()["unknown"])
        dirty, strings = inject(html, gold, technique, brand, random.Random(f"{technique}{seed}"))
        again = inject(html, gold, technique, brand, random.Random(f"{technique}{seed}"))
        assert (dirty, strings) == again
        assert strings
        text = text_of(dirty)
        assert all(string in text or string in markup.unescape(dirty) for string in strings)
        for string in strings:
            text = text.replace(string, "")
        clean = [line for line in gold["lines"] if all(string not in line for string in strings)]
        assert all(line in text for line in clean)


def test_notices_of_a_kind_read_alike_and_are_not_the_same() -> None:
    for kind in KINDS:
        texts = ["\n".join(notice["paras"]) for notice in notices(kind, 100, 1)]
        assert len(set(texts)) == 100
    assert len(KINDS) >= 20
    assert notices("weather", 5, 2) == notices("weather", 5, 2)


def test_english_reposts_belong_to_the_cluster_of_an_earlier_original() -> None:
    stream = english_reposts(300, 1)
    seen: dict[str, list[str]] = {}
    relations = set()
    for document in stream:
        relations.add(document["relation"])
        if document["relation"] == "original":
            seen[document["cluster"]] = document["paras"]
            continue
        original = " ".join(seen[document["cluster"]]).split()
        copy = " ".join(document["paras"]).split()
        assert len(set(copy) & set(original)) > 0.6 * len(set(copy))
    assert relations == {"original", *RELATIONS}
    assert len(stream) == 300


def test_a_saved_text_goes_back_into_its_theme() -> None:
    text = """青山小学建成图书角-诗语岚面膜

源头活水

——青山小学建成图书角

□ 本报记者 沈嘉宁

图书角有书三百册。

孩子们每天都来。

青山晚报》【校园内外】

诗语岚面膜的版权声明:本文内容由互联网用户自发贡献。

(3)
上一篇 2小时前

相关推荐

  • 村里通了公交

    三月起,村里通了公交…

    科研百科 2022年5月12日
    200
  • 雨后修渠,全村出动…

    2022年6月15日
    29
网站地图"""
    html, gold = seed_page(text)
    page = text_of(html)
    assert (gold["title"], gold["brand"], gold["authors"], gold["likes"]) == (
        "青山小学建成图书角",
        "诗语岚面膜",
        ["沈嘉宁"],
        3,
    )
    assert (gold["source"], gold["column"]) == ("青山晚报", "校园内外")
    assert gold["text"] == "源头活水\n图书角有书三百册。\n孩子们每天都来。"
    assert gold["previous"]["date_raw"] == "2小时前"
    assert [(e["title"], e["category"], e["views"]) for e in gold["related"]] == [
        ("村里通了公交", "科研百科", 200),
        ("雨后修渠,全村出动…", None, 29),
    ]
    assert all(line in page for line in gold["lines"])
    assert all(entry["excerpt"] in page for entry in gold["related"])
    with pytest.raises(ValueError, match="disclaimer"):
        seed_page("some text")
