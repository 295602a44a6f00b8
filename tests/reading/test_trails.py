"""Breadcrumb, category and tags."""

import pytest

from crawler.reading.profile import Profile
from tests.reading.article_page import TITLE, credits_of, page_of


@pytest.mark.parametrize(
    ("above", "category", "crumbs"),
    [
        ("<div><a href=/>新河网</a> &gt; <a href=/sz>时政</a> &gt; 正文</div>", "时政", ["新河网", "时政"]),
        ("<div>当前位置：<a href=/>首页</a> &gt; <a href=/zg>中国历史</a> &gt; " + TITLE + "</div>", "中国历史", ["首页", "中国历史"]),
        ("<div>当前位置：<a href=/>首页</a>-&gt;<a href=/js>军事技术</a></div>", "军事技术", ["首页", "军事技术"]),
        ("<div class=crumbs><a href=/>首页</a> / <a href=/a>要闻动态</a> / <a href=/b>今日关注</a></div>", "今日关注", ["首页", "要闻动态", "今日关注"]),
        ("<ol class=breadcrumb><li><a href=/>首页</a></li><li><a href=/a>社会</a></li><li>" + TITLE + "</li></ol>", "社会", ["首页", "社会"]),
        ("<ul><li><a href=/a>攻略&gt;</a></li><li><a href=/b>生活&gt;</a></li><li>" + TITLE + "</li></ul>", "生活", ["攻略", "生活"]),
        ("<div>当前位置：<a href=/>首页</a> <a href=/sg>诗歌</a></div>", "诗歌", ["首页", "诗歌"]),
        ("<div><a href=/>首页</a>/ <a href=/sg>诗歌</a></div>", "诗歌", ["首页", "诗歌"]),
        ("<ol class=breadcrumb><li><a href=/>首页</a> &gt; <a href=/a>社会</a></li></ol>", "社会", ["首页", "社会"]),
    ],
)  # fmt: skip
def test_trails(above: str, category: str, crumbs: list[str]) -> None:
    found = credits_of(page_of(above=above))
    assert (found.category, found.breadcrumb) == (category, crumbs)


@pytest.mark.parametrize("shown", ["工艺", "/ 工艺", "工艺 »"])
def test_a_category_link_beside_the_headline_is_the_category(shown: str) -> None:
    assert credits_of(page_of(f'<p>2024-05-20 <a href="/categories/gongyi/">{shown}</a></p>')).category == "工艺"


def test_of_a_category_and_its_child_the_child_is_taken() -> None:
    info = '<p><a href="/categories/a/">工艺</a> <a href="/categories/a/b/">木工</a></p>'
    assert credits_of(page_of(info)).category == "木工"


@pytest.mark.parametrize(
    ("tail", "tags"),
    [
        ('<p>标签： <a href="/t/1">老街</a><a href="/t/2">夜市</a></p>', ["老街", "夜市"]),
        ("<p>文章关键词： 老街 夜市 招牌</p>", ["老街", "夜市", "招牌"]),
        ('<div class="entry-tag"><a href="/tag/a">老街</a> <a href="/tag/b">夜市</a></div>', ["老街", "夜市"]),
        ("<p><span>#老街</span><span>#夜市</span></p>", ["老街", "夜市"]),
        ("<p>分享到：微信 微博</p>", []),
    ],
)
def test_tags(tail: str, tags: list[str]) -> None:
    assert credits_of(page_of(tail=tail)).tags == tags


def test_keywords_that_the_page_does_not_show_are_no_tags() -> None:
    assert credits_of(page_of(head='<meta name="keywords" content="老街,夜市">')).tags == []


def test_a_selector_of_the_profile_finds_tags_and_category() -> None:
    profile = Profile(selectors={"tags": ".x a", "category": ".y"})
    tail = '<div class="x"><a href="/1">老街</a><a href="/2">夜市</a></div><div class="y"><a href="/c">工艺</a></div>'
    found = credits_of(page_of(tail=tail), profile)
    assert (found.tags, found.category) == (["老街", "夜市"], "工艺")


@pytest.mark.parametrize("menu", ["nav", 'div class="menu"', 'div id="divNavBar"'])
def test_a_menu_of_categories_is_not_the_category(menu: str) -> None:
    above = f'<{menu}><ul><li><a href="/category/yinyue/">音乐</a></li></ul></{menu.split()[0]}>'
    tail = '<p>Posted in <a href="/dushu/" rel="category tag">读书</a> Tagged <a href="/tag/x/" rel="tag">老街</a></p>'
    found = credits_of(page_of(above=above, tail=tail))
    assert (found.category, found.tags) == ("读书", ["老街"])
