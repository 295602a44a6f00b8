"""Sources, editors and the column of a print edition."""

import pytest

from crawler.reading.profile import Profile
from crawler.reading.reader import read
from tests.reading.article_page import FETCHED, TEXT, credits_of, page_of


@pytest.mark.parametrize(
    ("info", "source"),
    [
        ("<p>来源：新河网</p>", "新河网"),
        ("<p><span>2024-05-20 18:33:07</span><span>河东区融媒体中心</span><span>2044</span></p>", "河东区融媒体中心"),
        ("<p>2024年05月10日06:58 | 来源：人河网－人河日报</p>", "人河网－人河日报"),
        ("<p>来源：光河网-《光河日报》2024-05-20 03:15</p>", "光河网-《光河日报》"),
        ("<p>2024-05-13 09:16:04 来源: 北青网-北京青年报 北京 举报</p>", "北青网-北京青年报"),
        ("<p>发稿时间：2024-05-20 13:15:00 来源：央河新闻客户端 河东青年网</p>", "央河新闻客户端"),
        ("<p>本文来源于北河商报 2024-05-20 09:47:48</p>", "北河商报"),
        ("<p>02日14:25 作者： 赵婕 出自[人河文学出版社]</p>", "人河文学出版社"),
        ("<p>2024-05-20 14:33·新河社</p>", "新河社"),
        ("<p>2016年05月25日10:10 新河财经</p>", "新河财经"),
        ("<p>http://www.h.example 2005年03月21日 11:21 《理财周刊》</p>", "理财周刊"),
        ("<p>2022-06-02 09:52:19政能河 来自北京市</p>", "政能河"),
        ("<div class='author-name'>河东快评</div><div>发布时间：10-0812:00</div>", "河东快评"),
        ("<div><span>原创</span><span>河东快评</span><span>2019-11-24 07:44:31</span></div>", "河东快评"),
        ("<p>河东新闻 2019-12-11 09:25:45</p>", "河东新闻"),
        ("<p>2019-12-11 09:25:45 <a href='/'>和讯网</a></p>", "和讯网"),
        ("<div>掌上河东</div><div>+关注</div><div>2024-05-13 06:16</div>", "掌上河东"),
        ("<div>上河证券报网络版</div><div>2024-05-26 05:39</div>", "上河证券报网络版"),
        ("<p>2024-05-13 06:16发布于北京河东日报官方账号</p>", "河东日报"),
        ("<p>发布: 2021-1-29 13:18|点击: 313|来自: 互联网</p>", "互联网"),
        ("<p>来源：转载 2015-11-05</p>", "转载"),
        ("<p>来源：快讯 2015-11-05</p>", "快讯"),  # the page says so
        ("<p>2026-11-20 12:00 快讯 阅读 123</p>", None),  # a section
        ("<div>财经频道</div><div>2026-11-20 12:00</div>", None),
    ],
)
def test_sources_below_the_headline(info: str, source: str | None) -> None:
    assert credits_of(page_of(info)).source == source


@pytest.mark.parametrize(
    ("tail", "source"),
    [
        ("<p>来源：河东日报 编辑：苏小亮</p>", "河东日报"),
        ("<p>信息来源： 内河日报</p>", "内河日报"),
        ("<p>《光河日报》（2024年05月20日 03版）</p>", "光河日报"),
        ("<p>（据《河东日报》报道）</p>", "河东日报"),
        ("<p>（原载《河东日报》2019年12月11日）</p>", "河东日报"),
        ("<p>(摘自《上河社会科学院学术季刊》2000年第2期，原文约15，000字)</p>", "上河社会科学院学术季刊"),
        ("<p>——《河东之春》1996年6月号</p>", "河东之春"),
        ("<p>河东质量报》【奋进新征程 建功新时代】</p>", "河东质量报"),
        ("<p>(本文来自澎河新闻，更多原创资讯请下载“澎河新闻”APP)</p>", "澎河新闻"),
        ("<p>来源:河东晚报微信公众号 | 编辑:王小一 | 审核:李小二</p>", "河东晚报微信公众号"),
        ("<p>本文转载自河东晚报，版权归原作者所有。</p>", "河东晚报"),
        ("<p>凡本网注明“来源：河东网”的所有作品，版权均属于河东网，转载请注明。</p>", None),
        ("<p>图片来源：视觉河东</p>", None),
    ],
)
def test_sources_behind_the_text(tail: str, source: str | None) -> None:
    assert credits_of(page_of(tail=tail)).source == source


def test_the_column_of_a_print_edition_line_is_read() -> None:
    assert credits_of(page_of(tail="<p>河东质量报》【奋进新征程 建功新时代】</p>")).column == "奋进新征程 建功新时代"


def test_the_link_of_a_source_is_its_url() -> None:
    found = credits_of(page_of('<p>来源：<a href="http://wire.example/1">新河网</a> 2024-05-20</p>'))
    assert (found.source, found.source_url) == ("新河网", "http://wire.example/1")


def test_a_source_only_in_a_meta_element_is_taken() -> None:
    assert credits_of(page_of(head='<meta name="ContentSource" content="内河日报">')).source == "内河日报"


@pytest.mark.parametrize(
    ("tail", "editor"),
    [
        ("<p>责任编辑：支全明 SF099</p>", "支全明"),
        ("<p>[责任编辑：杜智 PX209]</p>", "杜智"),
        ("<p>责任编辑：李曦_NN2587</p>", "李曦"),
        ("<p>【责任编辑:王頔】</p>", "王頔"),
        ("<p>(责编：胡永秋、杨光宇)</p>", "胡永秋、杨光宇"),
        ("<p>编辑：倪小轩 责任编辑：杨格</p>", "杨格"),
        ("<p>（编辑：小何）返回门户，查看更多</p><p>责任编辑：</p>", "小何"),
        ("<p>本版编辑:Giki</p>", "Giki"),
        ("<p>（ 责任编辑：刘林源 ）</p>", "刘林源"),
        ("<p>编辑：</p>", None),
    ],
)
def test_editors(tail: str, editor: str | None) -> None:
    assert credits_of(page_of(tail=tail)).editor == editor


def test_an_editor_in_brackets_behind_the_last_sentence_is_read_and_the_paragraph_stays() -> None:
    page = page_of(text=(*TEXT[:2], TEXT[2] + "（完）(责任编辑：张小三)"))
    found = credits_of(page)
    assert found.editor == "张小三"
    assert not any(page.blocks[i].text.endswith("张小三)") for i in found.lifted)


def test_a_source_ends_with_its_link() -> None:
    info = '<p>2024-05-20 10:03 来源：<a href="http://a.example/">河东新闻</a><a href="#c">参与互动</a></p>'
    assert credits_of(page_of(info)).source == "河东新闻"


@pytest.mark.parametrize(("label", "source"), [("", "河东早知道"), ("<p>来源：河东日报</p>", "河东日报")])
def test_the_account_that_publishes_stands_back_behind_a_named_source(label: str, source: str) -> None:
    page = f"""<html lang="zh-CN"><head><title>城东老街换新颜</title></head><body><h1 id="activity-name">城东老街换新颜</h1>
        <div id="meta_content"><a id="js_name">河东早知道</a> <em id="publish_time">2024-05-20 09:30</em></div>
        <div class="rich_media_content" id="js_content">{"".join(f"<p>{p}</p>" for p in TEXT)}{label}</div></body></html>"""
    assert read(page.encode(), "http://h.example/s/1", {}, Profile(), FETCHED).source == source
