"""Links of article pages: neighbours, related posts, next page, feeds, hidden anchors; on the farm and on small pages."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from crawler.reading.links import outside_text
from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.reading.reading import Reading
from crawler.reading.related import is_related_heading
from tests.farm.farm import Farm
from tests.farm.gold import facts
from tests.farm.pages import Pages

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOST = "http://news.example"
TEXT = "".join(
    f"<p>第{n}天，镇上的修船师傅带着两个徒弟检查了码头边的木船，把松动的船板一块一块换下来，再刷上桐油。</p>"
    for n in "一二三四"
)


def reading_of(after: str, head: str = "", path: str = "/2026/11/08/boats.html") -> Reading:
    page = f"""<html><head><title>修船的人_码头</title>{head}</head><body><div class="main"><h1>修船的人</h1>
    <div class="content">{TEXT}</div>{after}</div></body></html>"""
    return read(page.encode(), HOST + path, {}, Profile(), NOW)


def related_urls(reading: Reading) -> list[str]:
    return [entry.url.removeprefix(HOST) for entry in reading.related]


@cache
def farm_readings() -> list[tuple[dict[str, Any], Reading]]:
    """Gold and reading of every twelfth article of a farm, all layouts among them."""
    farm = Farm(articles=120, seed=3)
    pages = Pages(farm)
    found = []
    for number in list(farm.articles)[::12]:
        gold = facts(farm, farm.articles[number])
        base = next(b for b in farm.bases.values() if gold["url"].startswith(b))
        host = next(name for name, b in farm.bases.items() if b == base)
        _, headers, body = pages.get(host, gold["url"].removeprefix(base))
        found.append((gold, read(body, gold["url"], headers, Profile(), farm.now)))
    return found


def test_neighbours_of_farm_articles_have_address_title_and_date() -> None:
    for gold, reading in farm_readings():
        for side in ("previous", "next"):
            found, expected = getattr(reading, side), gold[side]
            shown = found and {"url": found.url, "title": found.title, "date_raw": found.date_raw}
            assert shown == expected, gold["url"]


def test_related_posts_of_farm_articles_are_found_and_nothing_else() -> None:
    for gold, reading in farm_readings():
        assert {entry.url for entry in reading.related} == {entry["url"] for entry in gold["related"]}, gold["url"]
        titles = {entry["url"]: entry["title"] for entry in gold["related"]}
        assert all(entry.title == titles[entry.url] for entry in reading.related), gold["url"]


def test_next_page_of_a_farm_article_is_its_own_second_page_only() -> None:
    for gold, reading in farm_readings():
        assert reading.next_page == ([*gold["page_urls"], None][1]), gold["url"]


@pytest.mark.parametrize(
    "heading",
    ["相关推荐", "相关阅读：", "■相关链接", "【延伸阅读】", "猜你喜欢", "您可能感兴趣的文章", "你可能還想看", "看了又看 换一换", "往期回顾",
     "其他人也在看", "图文推荐", "推荐阅读", "Related posts", "You may also like", "Read more", "More on this story", "関連記事", "Lire aussi"],
)  # fmt: skip
def test_related_heading_is_known(heading: str) -> None:
    assert is_related_heading(heading)


@pytest.mark.parametrize(
    "line",
    [
        "热门文章",
        "点击排行",
        "最新发布",
        "编辑推荐",
        "相关部门已经介入调查",
        "推荐",
        "评论",
        "Latest news",
        "Most popular",
        "He will read more of it",
    ],
)
def test_other_headings_are_not_related(line: str) -> None:
    assert not is_related_heading(line)


def test_hot_list_and_navigation_are_not_related() -> None:
    reading = reading_of(
        """<div class="box"><h3>相关阅读</h3><ul><li><a href="/2026/11/01/oil.html">桐油是怎么熬出来的</a></li>
        <li><a href="/2026/11/02/saw.html">老锯子和新锯子的故事</a></li></ul></div>
        <div class="box"><h3>点击排行</h3><ul><li><a href="/2026/10/01/hot.html">一条鱼卖出了天价这件事</a></li>
        <li><a href="/2026/10/02/hot.html">码头边上的猫又生了一窝</a></li></ul></div>
        <div class="footer"><a href="/about.html">关于我们的故事和团队</a></div>"""
    )
    assert related_urls(reading) == ["/2026/11/01/oil.html", "/2026/11/02/saw.html"]


def test_adverts_tags_and_authors_in_a_related_list_are_left_out() -> None:
    entries = "".join(
        f"""<li><h4><a href="/2026/11/0{n}/x.html">码头上的第{n}个故事讲给你听</a></h4><a href="/author/7">阿海</a>
        <a href="/tag/boat">木船</a></li>"""
        for n in range(1, 5)
    )
    advert = '<li class="ad"><h4>广告 <a href="https://shop.example/1">买一送一的防水手表限时抢购</a></h4></li>'
    reading = reading_of(f"<div><h3>猜你喜欢</h3><ul>{entries}{advert}</ul></div>")
    assert related_urls(reading) == [f"/2026/11/0{n}/x.html" for n in range(1, 5)]


def test_related_list_without_a_heading_is_found_by_its_container() -> None:
    entries = "".join(f'<li><a href="/2026/11/0{n}/x.html">码头上的第{n}个故事讲给你听</a></li>' for n in range(1, 5))
    assert len(related_urls(reading_of(f'<div class="related-posts"><ul>{entries}</ul></div>'))) == 4


def test_list_on_the_same_subject_is_found_when_its_heading_is_an_image() -> None:
    entries = "".join(f'<li><a href="/c/{n}.html">{title}</a></li>' for n, title in enumerate(
        ["修船的人收了第三个徒弟", "海边修船的人越来越少", "修船的人和他的老工具", "一个修船的人写的日记", "修船的人说船板也会老"]))  # fmt: skip
    other = "".join(f'<li><a href="/d/{n}.html">城里昨天开了新的商场{n}</a></li>' for n in range(5))
    reading = reading_of(f'<div><img src="h.gif"><ul>{entries}</ul></div><div class="b"><ul>{other}</ul></div>')
    assert related_urls(reading) == [f"/c/{n}.html" for n in range(5)]


def test_related_lines_inside_the_text_get_their_fate() -> None:
    page = f"""<html><head><title>修船的人</title></head><body><h1>修船的人</h1><div id="js_content">{TEXT}<p>推荐阅读</p>
    <p><a href="{HOST}/a.html">桐油是怎么熬出来的，老师傅讲了一个下午</a></p></div></body></html>"""
    reading = read(page.encode(), HOST + "/s/1", {}, Profile(), NOW)
    fates = {line.text[:4]: line.fate for line in reading.lines}
    assert fates["推荐阅读"] == "related"
    assert "推荐阅读" not in reading.text


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ('上一篇：<a href="/1.html">老码头</a><br>下一篇：<a href="/3.html">新码头</a>', "新码头"),
        ('<a href="/1.html">上一篇：老码头</a> <a href="/3.html">下一篇：新码头</a>', "新码头"),
        ('<a href="/1.html" title="老码头">上一篇</a> <a href="/3.html" title="新码头">下一篇</a>', "新码头"),
        ('<p>上一篇</p><a href="/1.html">老码头</a><p>下一篇</p><a href="/3.html">新码头</a>', "新码头"),
        ('<nav class="post-navigation"><p class="nav-previous"><a href="/1.html">老码头</a></p><p class="nav-next"><a href="/3.html">新码头</a></p></nav>', "新码头"),
        ('<nav class="post-nav"><a rel="prev" href="/1.html"><b>Previous</b> 老码头</a><a rel="next" href="/3.html"><b>Next</b> 新码头</a></nav>', "新码头"),
    ],
)  # fmt: skip
def test_neighbours_are_found_in_every_markup(markup: str, title: str) -> None:
    reading = reading_of(f'<div class="pn">{markup}</div>', path="/2.html")
    assert reading.previous is not None
    assert reading.next is not None
    assert (reading.previous.url, reading.next.url) == (HOST + "/1.html", HOST + "/3.html")
    assert (reading.previous.title, reading.next.title) == ("老码头", title)
    assert reading.next_page is None


def test_none_is_no_neighbour() -> None:
    reading = reading_of('<p>上一篇：没有了</p><p>下一篇：<a href="/3.html">新码头</a></p>')
    assert reading.previous is None


@pytest.mark.parametrize(
    ("path", "pager", "expected"),
    [
        ("/a/7.html", '<a href="/a/7_2.html">2</a> <a href="/a/7_2.html">下一页</a>', "/a/7_2.html"),
        ("/a/7_2.html", '<a href="/a/7.html">1</a> <b>2</b> <a href="/a/7_3.html">3</a>', "/a/7_3.html"),
        ("/a/7_3.html", '<a href="/a/7.html">1</a> <a href="/a/7_2.html">2</a> <b>3</b>', None),
        ("/a/7", '<a href="/a/7?page=2">Next page</a>', "/a/7?page=2"),
        ("/a/7.html", '<a href="/a/8.html">下一篇</a>', None),
    ],
)
def test_next_page_of_an_article(path: str, pager: str, expected: str | None) -> None:
    reading = reading_of(f'<div class="pages">{pager}</div>', path=path)
    assert reading.next_page == (HOST + expected if expected else None)


def test_a_claimed_next_that_is_another_article_is_no_next_page() -> None:
    assert reading_of("", '<link rel="next" href="/2026/11/09/nets.html">').next_page is None
    assert reading_of("", '<link rel="next" href="/a/7/2">', path="/a/7").next_page == HOST + "/a/7/2"


def test_head_gives_feeds_canonical_and_refresh() -> None:
    reading = reading_of(
        "",
        """<link rel="alternate" type="application/rss+xml" href="/feed"><link rel="canonical" href="/boats">
        <link rel="alternate" hreflang="en" href="/en/"><meta http-equiv="Refresh" content="5; URL='/new.html'">""",
    )
    assert reading.feeds == [HOST + "/feed"]
    assert reading.canonical_url == HOST + "/boats"
    assert reading.refresh == HOST + "/new.html"


def test_hidden_anchors_to_other_sites_are_kept_apart() -> None:
    reading = reading_of(
        '<div style="display:none"><a href="http://bet.example/">大奖</a><a href="/x.html">站内</a></div>'
    )
    assert [(link.url, link.text) for link in reading.hidden_links] == [("http://bet.example/", "大奖")]
    assert "http://bet.example/" not in {link.url for link in reading.links}


def test_text_outside_the_document_is_seen() -> None:
    assert outside_text("<a href=x>赌</a> 场\n<!DOCTYPE html><html><body>a</body></html>尾巴") == ["赌 场", "尾巴"]
    assert outside_text("\ufeff<!-- c --><?xml version='1.0'?><!doctype html><html><body>a</body></html>\n") == []


def test_other_links_carry_the_signature_of_their_list_and_their_zone() -> None:
    reading = reading_of(
        '<div class="hot"><ul><li><a href="/p1.html">甲</a></li><li><a href="/p2.html">乙</a></li></ul></div>'
    )
    one, other = (link for link in reading.links if "/p" in link.url)
    assert one.block == other.block
    assert one.block.endswith("div.hot>ul>li")
    assert one.zone == "main"


def test_a_paragraph_of_the_story_below_a_line_that_says_read_more_stays_text() -> None:
    story = "".join(
        f'<p>In week {n} the harbour crew raised the old ferry a little further, while <a href="/2026/11/0{n}/crew.html">the'
        " shipwright</a> measured every plank and wrote the figures into the long green book of the yard.</p>"
        for n in (1, 2, 3, 4)
    )
    after = "<p><b>Read more:</b></p>"
    page = f"""<html lang="en"><head><title>The ferry</title></head><body><article><h1>The ferry</h1>
    <p>The ferry sank in the storm of March, and nobody in the town believed that it would ever float again.</p>{after}
    {story}</article></body></html>"""
    reading = read(page.encode(), HOST + "/2026/11/08/the-ferry.html", {}, Profile(), NOW)
    assert reading.text.count("the harbour crew raised") == 4
    assert related_urls(reading) == []


def test_selectors_of_a_site_class_name_related_posts_and_next_page() -> None:
    boxes = (
        '<div class="pick"><p>编辑手记</p><a href="/a/1.html">渡口来了新摆渡人</a><a href="/a/2.html">桐油怎么熬才不起泡</a></div>'
        '<div class="more"><h3>相关阅读</h3><a href="/a/8.html">别处的码头新闻一则</a><a href="/a/9.html">别处的码头新闻两则</a></div>'
        '<div class="go"><a href="/2026/11/08/boats-two.html">接着读</a></div>'
    )
    page = f"""<html><head><title>修船的人_码头</title></head><body><div class="main"><h1>修船的人</h1>
    <div class="content">{TEXT}</div>{boxes}</div></body></html>"""
    selectors = {"related": ".pick", "next_page": ".go a"}
    reading = read(page.encode(), HOST + "/2026/11/08/boats.html", {}, Profile(selectors=selectors), NOW)
    assert related_urls(reading) == ["/a/1.html", "/a/2.html"]
    assert reading.next_page == HOST + "/2026/11/08/boats-two.html"
