"""Credit lines as a whole: what is lifted out of the text, the names of the site, a site's own selectors, what they cost."""

import time

import pytest

from crawler.reading.creditlines import read_line
from crawler.reading.names import people
from crawler.reading.profile import Profile
from tests.reading.article_page import FETCHED, TEXT, TITLE, credits_of, page_of


@pytest.mark.parametrize(
    "line",
    [
        "责任编辑：杨小格",
        "2024-05-20 16:25:01 来源:上河奉贤 选稿：许小杰",
        "（总台央视记者 奚小霓 张赛）",
        "原标题:老街换新颜",
        "标签： 老街",
    ],
)
def test_a_line_of_nothing_but_credits_is_lifted(line: str) -> None:
    page = page_of(tail=f"<p>{line}</p>")
    assert line in [page.blocks[i].text for i in credits_of(page).lifted]


@pytest.mark.parametrize(
    "line",
    [
        "责任编辑制度从今年起在全市推行，来源：各区上报的数据要逐条核对",
        "周师傅说：来源清楚的食材才敢用",
        "老街的招牌由街道统一制作",
    ],
)
def test_prose_with_a_label_in_it_is_not_lifted(line: str) -> None:
    page = page_of(text=(*TEXT, line))
    assert line not in [page.blocks[i].text for i in credits_of(page).lifted]


@pytest.mark.parametrize(
    ("line", "slot"),
    [
        ("<p class=standfirst>The ferry is full by seven.</p>", "subtitle"),
        ("<p>Posted on 20 May 2024 Updated 21 May 2024</p>", "published_at"),
    ],
)
def test_a_line_of_a_western_page_that_gives_a_field_is_said_to_do_so(line: str, slot: str) -> None:
    page = page_of(info=line, lang="en", title="The early boat", raw="The early boat - The Quay")
    assert [of for of, _ in credits_of(page).lifted.values() if of != "title"] == [slot]


def test_the_names_of_the_site_are_kept_slot_by_slot() -> None:
    page = page_of(
        head='<meta property="og:site_name" content="河东在线">',
        above='<div><a href="/"><img class="logo" src="/logo.png" alt="河东在线标志"></a></div><div>河东首页 &gt; 社会 &gt; 正文</div>',
        tail="<p>Copyright © 2009-2024 河东晚报社 版权所有</p><p>主办单位：河东区委宣传部</p>",
        raw=TITLE + "-ag凯河国际",
    )
    identity = credits_of(page).identity
    assert identity.title_suffix == "ag凯河国际"
    assert identity.og_site_name == "河东在线"
    assert identity.logo == "河东在线标志"
    assert identity.breadcrumb_root == "河东首页"
    assert identity.copyright_holder == "河东晚报社"
    assert identity.icp_holder == "河东区委宣传部"


def test_selectors_of_a_site_class_win() -> None:
    info = '<p class="who">王小一、李小二</p><p class="from">来源：河东画报</p><p class="by">责编：赵小三</p><p>作者：张小四</p>'
    selectors = {"author": ".who", "source": ".from", "editor": ".by", "title": ".headline"}
    page = page_of(info, above='<div class="headline">真正的标题</div>')
    found = credits_of(page, Profile(selectors=selectors))
    assert found.authors == ["王小一", "李小二"]
    assert (found.source, found.editor, found.title) == ("河东画报", "赵小三", "真正的标题")


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("作者：王小一 编辑：赵小三", ["王小一"]),
        ("王小一、李小二", ["王小一", "李小二"]),
        ("Words: Ann Lee | Pictures: Tom Ash", ["Ann Lee"]),
        ("Author: Ann Lee", ["Ann Lee"]),
    ],
)
def test_the_author_of_a_selector_is_the_value_and_not_its_label(byline: str, authors: list[str]) -> None:
    page = page_of(f'<p class="who">{byline}</p>')
    assert credits_of(page, Profile(selectors={"author": ".who"})).authors == authors


@pytest.mark.parametrize(
    "unit", ["来源：", "作者", "（记者", "王小明、", "编辑 ", "》【", " / ", "电（记者", "a:", "12月", "|"]
)
def test_long_adversarial_lines_take_no_time(unit: str) -> None:
    line = unit * (100_000 // len(unit))
    start = time.process_time()
    read_line(line, FETCHED)
    read_line(line[:160], FETCHED)
    people(line, sure=True)
    credits_of(page_of(f"<p>{line}</p><p>{line[:160]}</p>", tail=f"<p>{line}</p>", text=(line[:5000], *TEXT)))
    assert time.process_time() - start < 1.0
