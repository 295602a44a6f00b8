"""The title: the headline a reader sees, without names of site and column."""

import pytest

from crawler.reading.profile import Profile
from tests.reading.article_page import TITLE, credits_of, page_of


@pytest.mark.parametrize(
    "raw",
    [
        TITLE,
        TITLE + "-河东网",
        TITLE + "_社会频道_河东网",
        TITLE + "|老街|夜市_河东新闻",
        TITLE + "--社会·民生--河东网",
        TITLE + " - Powered by Discuz!",
        TITLE + "-ag凯河国际",
        "河东网",
        "",
    ],
)
def test_the_heading_is_the_title_whatever_stands_behind_it_in_the_title_element(raw: str) -> None:
    assert credits_of(page_of(raw=raw)).title == TITLE


def test_a_column_in_front_of_the_headline_is_kept() -> None:
    title = "新河视界｜河东遵化：数字农机助力生产"
    found = credits_of(page_of(title=title, raw=title + "-新河网"))
    assert (found.title, found.column) == (title, "新河视界")


def test_og_title_is_taken_without_the_site_when_no_heading_shows_it() -> None:
    page = page_of(title="", raw="", head=f'<meta property="og:title" content="{TITLE} - 河东在线网">')
    assert credits_of(page).title == TITLE


def test_a_heading_of_the_sidebar_is_not_the_title() -> None:
    above = (
        "<div class=side><h3>存档</h3><ul><li><a href=/1>2005年9月</a></li><li><a href=/2>2005年8月</a></li></ul></div>"
    )
    assert credits_of(page_of(above=above)).title == TITLE


def test_a_headline_in_two_blocks_is_joined() -> None:
    title = "河东延续税收优惠政策助企纾困预计四年减负百亿元"
    page = page_of(
        "<div>预计四年减负百亿元</div><p>2024-05-20</p>",
        title="河东延续税收优惠政策助企纾困",
        raw=title + "_河东门户网站",
    )
    assert credits_of(page).title == title


def test_a_headline_without_tag_or_title_is_found_by_its_look() -> None:
    above = '<p>当前位置：<a href="/">首页</a>-&gt;<a href="/j">技术</a></p><p align="center"><font size="5">飞行物理学常识</font></p>'
    page = page_of(above=above, title="", raw="")
    assert credits_of(page).title == "飞行物理学常识"


def test_an_edit_mark_behind_the_headline_is_not_part_of_it() -> None:
    assert credits_of(page_of(title=TITLE + "[编辑]", raw=TITLE + " - 河东百科")).title == TITLE


def test_a_dash_behind_boxes_of_credits_begins_a_subtitle_and_behind_paragraphs_a_line() -> None:
    boxes = "<div>张小三 2024-05-20</div><div>关注</div><div>阅读 325</div>"
    assert credits_of(page_of(boxes + "<p>——写在完工之前的三十天</p>")).subtitle == "——写在完工之前的三十天"
    lines = "<p>路是走出来的</p><p>灯是点起来的</p><p>桥是修起来的</p>"
    assert credits_of(page_of(lines + "<p>——写在完工之前的三十天</p>")).subtitle is None


def test_a_subtitle_with_a_dash_is_a_field_of_its_own() -> None:
    found = credits_of(page_of("<p>——写在完工之前的三十天</p>"))
    assert (found.title, found.subtitle) == (TITLE, "——写在完工之前的三十天")


def test_suffixes_of_the_profile_are_cut() -> None:
    page = page_of(title="", raw=TITLE + " ~ 某站")
    assert credits_of(page, Profile(title_suffixes=(" ~ 某站",))).title == TITLE


@pytest.mark.parametrize(
    "title", ["老街 | 夜市 | 招牌", "从《清洁》看表演：内敛与现实", "5G+工业互联网：一家小厂的三年", "1"]
)
def test_marks_inside_a_headline_stay(title: str) -> None:
    assert credits_of(page_of(title=title, raw=title + "_河东网")).title == title


@pytest.mark.parametrize("title", ["瞄", "夜雨"])
def test_a_very_short_headline_wins_over_the_name_of_the_site(title: str) -> None:
    above = '<div class="logo-title"><a href="http://h.example/">Keep Theme</a></div>'
    page = page_of(above=above, title="", raw=f"{title} | Keep Theme", info=f'<div class="post-title">{title}</div>')
    assert credits_of(page).title == title


def test_a_kicker_that_no_claimed_title_has_is_cut() -> None:
    page = page_of(title='<span class="topline">街区更新</span> 城东老街换新颜', raw="城东老街换新颜 - 河东在线")
    assert credits_of(page).title == "城东老街换新颜"


def test_a_kicker_that_the_claimed_title_has_stays() -> None:
    page = page_of(
        title='<span class="kicker">街区更新</span>城东老街换新颜', raw="街区更新：城东老街换新颜 - 河东在线"
    )
    assert credits_of(page).title == "街区更新城东老街换新颜"


def test_the_name_in_the_host_is_no_part_of_a_claimed_title() -> None:
    page = page_of(
        title="", raw="Old streets and new signs — Hedonglife", url="http://www.hedonglife.example/a", lang="en"
    )
    assert credits_of(page).title == "Old streets and new signs"


def test_the_page_of_a_paper_is_no_title() -> None:
    page = page_of(above="<table><tr><td>第A05版:城事</td></tr></table>", raw="河东日报-2024年05月12日 第A05版:城事")
    assert credits_of(page).title == TITLE
