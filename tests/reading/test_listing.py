"""What listings list, and their next page: on the farm, and in the markups that real sites use."""

from datetime import UTC, datetime

import pytest

from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.reading.reading import Reading
from tests.farm.farm import Farm
from tests.farm.pages import Pages

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOST = "http://news.example"
TITLES = [
    "两江新区开出首班水上巴士",
    "旧书店的最后一个周末",
    "果园里来了会修枝的机器",
    "一条巷子的十二盏路灯",
    "大桥检修改在夜间进行",
]


def listing(entries: str, after: str = "", path: str = "/news/") -> Reading:
    page = f"""<html><head><title>新闻列表_码头网</title></head><body><div class="nav"><a href="/">首页</a><a href="/news/">新闻</a>
    <a href="/sport/">体育</a></div><div class="list">{entries}</div>{after}</body></html>"""
    return read(page.encode(), HOST + path, {}, Profile(), NOW)


def next_page(pager: str, path: str = "/news/") -> str | None:
    entries = "".join(f'<li><a href="/2026/11/0{n}/{n}.html">{title}</a></li>' for n, title in enumerate(TITLES, 1))
    found = listing(f"<ul>{entries}</ul>", f'<div class="pages">{pager}</div>', path).next_page
    return found.removeprefix(HOST) if found else None


def test_farm_listings_list_articles_and_lead_to_their_last_page() -> None:
    farm = Farm(articles=60, seed=5)
    pages = Pages(farm)
    address = farm.bases["main"] + "/"
    seen: list[str] = []
    while address:
        status, headers, body = pages.get("main", address.removeprefix(farm.bases["main"]))
        reading = read(body, address, headers, Profile(), farm.now)
        assert (status, reading.kind) == (200, "listing")
        assert all(entry.published_at and entry.title for entry in reading.entries)
        seen.extend(entry.url for entry in reading.entries)
        address = reading.next_page or ""
    assert set(seen) >= {farm.url(article) for article in farm.listing()}


def test_entry_has_title_excerpt_category_date_and_views() -> None:
    entries = "".join(
        f"""<li class="item"><h3><a href="/a/{n}.html">{title}</a></h3><p>{title}，记者从有关部门了解到，这项工作已经准备了一年多。</p>
        <span><a href="/category/city">城市</a></span> <span>{n}小时前</span> <span>阅读 1.{n}万</span></li>"""
        for n, title in enumerate(TITLES, 1)
    )
    entry = listing(f"<ul>{entries}</ul>").entries[1]
    assert (entry.url, entry.title, entry.category) == (HOST + "/a/2.html", TITLES[1], "城市")
    assert entry.excerpt == f"{TITLES[1]}，记者从有关部门了解到，这项工作已经准备了一年多。"
    assert (entry.published_at, entry.views) == ("2026-11-20T18:00:00+08:00", 12_000)


def test_a_long_excerpt_says_that_it_is_cut() -> None:
    long = "这项工作已经准备了一年多，记者了解到还有许多细节。" * 20
    entries = "".join(
        f'<li><h3><a href="/a/{n}.html">{title}</a></h3><p>{long}</p></li>' for n, title in enumerate(TITLES, 1)
    )
    excerpt = listing(f"<ul>{entries}</ul>").entries[0].excerpt or ""
    assert len(excerpt) == 301
    assert excerpt.endswith("…")


@pytest.mark.parametrize(
    "entries",
    [
        "".join(f'<tr><td>·<a href="/a/{n}.html">{t}</a></td><td>11-0{n}</td></tr>' for n, t in enumerate(TITLES, 1)),
        "<td>" + "<br>".join(f'·<a href="/a/{n}.html">{t}</a> (11-0{n})' for n, t in enumerate(TITLES, 1)) + "</td>",
        "<dl>" + "".join(f'<dt><a href="/a/{n}.html">{t}</a></dt><dd>2026-11-0{n}</dd>' for n, t in enumerate(TITLES, 1)) + "</dl>",
        "".join(f'<a class="card" href="/a/{n}.html"><time>2026年11月{n}日</time><div class="card-title">{t}</div></a>' for n, t in enumerate(TITLES, 1)),
        "".join(f'<article><span>2026/11/0{n}</span><h2><a href="/a/{n}.html">{t}</a></h2><a href="/a/{n}.html">阅读全文</a></article>' for n, t in enumerate(TITLES, 1)),
    ],
    ids=["table", "breaks", "definitions", "card_links", "articles"],
)  # fmt: skip
def test_entries_and_their_dates_are_found_in_every_markup(entries: str) -> None:
    if entries.startswith(("<tr", "<td")):
        entries = f"<table>{entries}</table>"
    found = [(entry.url.removeprefix(HOST), entry.title, entry.published_at) for entry in listing(entries).entries]
    assert found == [(f"/a/{n}.html", title, f"2026-11-0{n}") for n, title in enumerate(TITLES, 1)]


def test_column_links_and_site_navigation_are_no_entries() -> None:
    entries = "".join(
        f'<li>[<a href="/sport/">体育</a>] <a href="/a/{n}.html">{title}</a></li>' for n, title in enumerate(TITLES, 1)
    )
    reading = listing(
        f"<ul>{entries}</ul>", '<div class="footer"><a href="/about.html">关于我们这个网站的一切</a></div>'
    )
    assert [entry.url for entry in reading.entries] == [f"{HOST}/a/{n}.html" for n in range(1, 6)]


@pytest.mark.parametrize(
    ("path", "pager", "expected"),
    [
        ("/news/", '<a href="/news/list_2.html">下一页</a>', "/news/list_2.html"),
        ("/news/list_2.html", '<a href="/news/list_1.html">上页</a> <a href="/news/list_3.html">下页</a>', "/news/list_3.html"),
        ("/news/", '<span>1</span> <a href="/news/page/2">2</a> <a href="/news/page/3">3</a>', "/news/page/2"),
        ("/news/page/3", '<a href="/news/">1</a> <a href="/news/page/2">2</a> <span>3</span>', None),
        ("/news/page/5", '<a href="/news/page/4">4</a> <a href="/news/page/6">6</a> <a href="/news/page/9">9</a>', "/news/page/6"),
        ("/news/?page=2", '<a href="/news/?page=1">1</a> <a href="/news/?page=3">›</a>', "/news/?page=3"),
        ("/blog/", '<a class="older-posts" href="/blog/page/2/">Older Posts →</a>', "/blog/page/2/"),
        ("/", '<a class="extend next" rel="next" href="/page/2/"><i class="fa fa-angle-right"></i></a>', "/page/2/"),
        ("/", '<a href="/page/2/"><i class="icon-chevron-right"></i></a>', "/page/2/"),
        ("/2022/02/", '<span class="current">1</span><a href="/2022/02/page/2/">2</a>', "/2022/02/page/2/"),
        ("/2022/01/page/2/", '<span class="is-invisible"><a href="/2022/01/page/3/">下一页</a></span><a href="/2022/01/">1</a><b>2</b>', None),
    ],
)  # fmt: skip
def test_next_page_of_a_listing(path: str, pager: str, expected: str | None) -> None:
    assert next_page(pager, path) == expected


def test_year_less_dates_take_the_year_above_them() -> None:
    old = "".join(f'<li><span>12-0{n}</span> <a href="/p/{n}/">{t}</a></li>' for n, t in enumerate(TITLES[:3], 1))
    new = "".join(f'<li><span>01-0{n}</span> <a href="/q/{n}/">{t}</a></li>' for n, t in enumerate(TITLES[2:], 1))
    reading = listing(f"<h2>2024</h2><ul>{new}</ul><h2>2023年</h2><ul>{old}</ul>", path="/archives/")
    assert [entry.published_at for entry in reading.entries] == [
        *(f"2024-01-0{n}" for n in (1, 2, 3)),
        *(f"2023-12-0{n}" for n in (1, 2, 3)),
    ]


def test_a_footnote_in_a_link_is_no_page_number() -> None:
    assert next_page('<a href="/news/2.html">¹</a>') is None
