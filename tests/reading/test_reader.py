"""read() as a whole: lines with their fates, images, languages, limits, and that it is a pure function."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.page import Page
from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.reading.reading import Reading
from crawler.reading.themes import recognised, themes

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
URL = "http://news.example/2026/11/19/boats.html"
LINES = [f"第{n}天，镇上的修船师傅带着两个徒弟检查了码头边的木船，把松动的船板换下来，再刷上桐油。" for n in "一二三四"]
PAGE = f"""<!DOCTYPE html><html><head><title>修船的人_码头网</title><meta property="og:type" content="article"></head><body>
<div class="nav"><a href="/">首页</a><a href="/news/">新闻</a></div>
<div class="main"><h1>修船的人</h1><div class="info">2026-11-19 09:30 来源：码头晚报 作者：陈阿海</div>
<div class="content"><p>{LINES[0]}</p><p><img src="/lazy.gif" data-original="/img/boat.jpg" alt="木船"></p><p>{LINES[1]}</p>
<p style="display:none">看不见的一行字</p><p>{LINES[2]}</p><p>{LINES[3]}</p><p>责任编辑：林帆</p></div>
<div class="related"><h3>相关阅读</h3><ul><li><a href="/1.html">桐油是怎么熬出来的</a></li><li><a href="/2.html">老锯子的故事</a></li></ul></div>
</div><div class="footer">码头网 版权所有</div></body></html>"""


def reading_of(page: str = PAGE, url: str = URL, profile: Profile | None = None, explain: bool = False) -> Reading:
    return read(page.encode(), url, {}, profile or Profile(), NOW, explain)


def test_lines_hold_text_credits_and_hidden_text_in_page_order() -> None:
    reading = reading_of()
    assert [line.text for line in reading.lines if line.fate == "text"] == LINES
    fates = {line.text: (line.fate, line.slot) for line in reading.lines}
    assert fates["修船的人"] == ("credit", "title")
    assert fates["2026-11-19 09:30 来源：码头晚报 作者：陈阿海"][0] == "credit"
    assert fates["看不见的一行字"][0] == "hidden"
    assert fates["责任编辑：林帆"] == ("credit", "editor")
    order = [line.text for line in reading.lines]
    assert order.index("修船的人") < order.index(LINES[0]) < order.index("责任编辑：林帆")


def test_every_line_that_is_not_text_names_its_rule() -> None:
    assert all(line.rule for line in reading_of().lines if line.fate != "text")


def test_images_are_absolute_and_lazy_ones_are_found() -> None:
    images = reading_of().images
    assert [(image.url, image.alt) for image in images] == [("http://news.example/img/boat.jpg", "木船")]


@pytest.mark.parametrize(
    ("below", "caption"),
    [
        ("图为码头边的木船。", "图为码头边的木船。"),
        ("桐油要熬三遍（陈阿海摄）", "桐油要熬三遍（陈阿海摄）"),
        ("他一天要刷两条船，刷完就坐在船头抽烟。", None),
    ],
)
def test_a_line_below_an_image_that_speaks_of_it_is_its_caption(below: str, caption: str | None) -> None:
    image = '<p><img src="/lazy.gif" data-original="/img/boat.jpg" alt="木船"></p>'
    page = PAGE.replace(image, f'<div style="text-align:center"><img src="/img/boat.jpg"><br>{below}</div>')
    assert [one.caption for one in reading_of(page).images] == [caption]


def test_fields_of_all_parts_meet_in_one_reading() -> None:
    reading = reading_of()
    assert (reading.kind, reading.title, reading.language) == ("article", "修船的人", "zh")
    assert (reading.source, reading.authors, reading.editor) == ("码头晚报", ["陈阿海"], "林帆")
    assert reading.published_at == "2026-11-19T09:30:00+08:00"
    assert [entry.title for entry in reading.related] == ["桐油是怎么熬出来的", "老锯子的故事"]
    assert reading.problem is None


def test_explain_gives_every_block_of_the_page_a_fate() -> None:
    reading = reading_of(explain=True)
    assert len(reading.blocks) == len(Page(PAGE, URL).blocks)
    fates = {block.text: block.fate for block in reading.blocks}
    assert fates["码头网 版权所有"] == "template"
    assert fates[LINES[0]] == "text"
    assert reading_of().blocks == []


def test_a_profile_that_knows_the_container_reads_the_same_text() -> None:
    profile = Profile(host="news.example", selectors={"body": ".content"}, timezone="Asia/Shanghai")
    assert reading_of(profile=profile).text == reading_of().text


def test_reading_twice_gives_the_same() -> None:
    assert reading_of() == reading_of()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("镇上的修船师傅带着两个徒弟检查了木船。", "zh"),
        ("船大工は二人の弟子と一緒に木の船を調べました。", "ja"),
        ("배 목수는 두 제자와 함께 나무 배를 살폈습니다.", "ko"),
        ("The boat builder and two apprentices looked over the wooden boats.", "en"),
    ],
)
def test_script_of_the_text_decides_the_language(text: str, language: str) -> None:
    assert reading_of(f'<html lang="en"><body><h1>{text}</h1><p>{text * 5}</p></body></html>').language == language


def test_deep_nesting_is_a_problem_not_a_crash() -> None:
    reading = reading_of("<html><body>" + "<div>" * 60_000 + "text" + "</div>" * 60_000)
    assert reading.problem in ("parse_depth", None)
    assert reading_of("<p " + " ".join(f"a{n}=1" for n in range(9_000)) + ">text").problem == "too_many_attributes"


@pytest.mark.parametrize(
    "body", [b"", b"\0\0\0", b"<", b"<html", b"\xff\xfe", "只有文字".encode(), b"<a href='http://[bad'>x</a>"]
)
def test_broken_pages_are_read_without_an_error(body: bytes) -> None:
    assert isinstance(read(body, URL, {}, Profile(), NOW), Reading)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["<div>", "</div>", "<a href='/x'>", "</a>", "<li>", "相关阅读", "上一篇：", "<table><tr><td>", "2026-11-01", "<br>", "文字文字文字文字", "<h1>", "</h1>", "<p hidden>", "&#0;", "<script>", "]]>"]), max_size=40))  # fmt: skip
def test_any_soup_of_markup_is_read(parts: list[str]) -> None:
    reading = reading_of("".join(parts))
    assert all(line.fate for line in reading.lines)


@pytest.mark.parametrize("address", ["http://[/x", "http://a\u2100b.example/x"])
@pytest.mark.parametrize(
    "markup",
    [
        '<link rel="next" href="{}">',
        '<link rel="canonical" href="{}"><meta property="og:url" content="{}">',
        '<base href="{}">',
        '<p><a href="{}">首页</a> &gt; <a href="/news/">新闻</a></p>',
    ],
)
def test_an_address_that_is_none_costs_no_article(address: str, markup: str) -> None:
    page = PAGE.replace("<head>", f"<head>{markup.replace('{}', address)}")
    for url in (URL, ""):
        assert reading_of(page, url).title == "修船的人"
    assert [line.text for line in reading_of(page).lines if line.fate == "text"] == LINES


def test_a_page_of_many_links_takes_linear_time() -> None:
    def seconds(count: int) -> float:
        links = "".join(f"<li><a href='/a/{n}.html'>第{n}个故事讲给你听</a></li>" for n in range(count))
        page = f"<html><body><h1>故事</h1><h3>相关阅读</h3><ul>{links}</ul></body></html>"
        taken = []
        for _ in range(2):  # the better of two: others use the machine, too
            started = time.process_time()
            reading_of(page, "http://news.example/a/")
            taken.append(time.process_time() - started)
        return min(taken)

    seconds(100)
    assert seconds(8_000) < 12 * seconds(1_000) + 0.5


def test_themes_are_recognised_by_their_marks() -> None:
    assert recognised(Page("<html><body><div class='entry-page-prev'>a</div></body></html>", URL)) == "justnews"
    assert recognised(Page('<html><head><meta name="generator" content="Typecho 1.2"></head></html>', URL)) == "typecho"
    assert recognised(Page(PAGE, URL)) is None


@pytest.mark.parametrize(
    "text",
    [
        "从 Discuz! 搬到 dedecms 的经过",
        "PaperMod 与 LoveIt 两个主题的比较",
        'See <a href="https://h.example/LoveIt/">LoveIt</a>',
    ],
)
def test_a_page_that_speaks_of_a_system_does_not_run_on_it(text: str) -> None:
    assert (
        recognised(Page(f"<html><body><h1>{text}</h1><div id='articleContent'>{text}</div></body></html>", URL)) is None
    )


def test_every_theme_has_marks_and_a_body() -> None:
    for name, theme in themes().items():
        assert theme.get("marks") or theme.get("names"), name
        assert theme["body"], name


def test_a_page_without_an_address_has_its_text_even_when_it_looks_like_a_listing() -> None:
    entries = "".join(
        f'<article><h2><a href="/2026/11/0{n}/a.html">Boat number {n} is back</a></h2><p>The yard has repaired boat {n}'
        " and will give it back to its owner on Sunday morning, when the tide is high enough.</p></article>"
        for n in range(1, 8)
    )
    page = f"<html><head><title>Category: boats</title></head><body><main>{entries}</main></body></html>".encode()
    listing = read(page, "http://h.example/category/boats/", {}, Profile(), NOW)
    nameless = read(page, "", {}, Profile(), NOW)
    assert (listing.kind, listing.lines) == ("listing", [])
    assert nameless.kind == "listing"
    assert nameless.lines
