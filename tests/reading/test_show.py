"""The page and the terminal output by which a maintainer sees what was read, and why."""

import io
from datetime import UTC, datetime
from typing import Any

import lxml.html
from rich.console import Console

from crawler.article import Removed
from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.reading.show import explain_terminal, show_page

parse: Any = lxml.html.fromstring
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
URL = "http://127.0.0.1/2026/11/20/1.html"
PARAGRAPHS = "".join(
    f"<p>第{n}段：市里昨天公布了新的公交线路方案，三条线路将在下个月调整站点，沿途居民可以提出意见。</p>"
    for n in "一二三"
)
PAGE = f"""<html><head><title>公交线路调整</title><script>alert(1)</script></head><body>
<nav><a href="/">首页</a></nav><article><h1>公交线路调整</h1><p>来源：山城晚报</p><div class="entry" onclick="go()">{PARAGRAPHS}</div>
<div class="related"><h3>相关阅读</h3><ul><li><a href="/2026/11/19/2.html">地铁三号线延长到机场</a></li>
<li><a href="/2026/11/18/3.html">老城区三条街改成单行</a></li></ul></div></article>
<p style="display:none">看不见的字</p></body></html>"""

READING = read(PAGE.encode(), URL, {}, Profile(), NOW, explain=True)
SUFFIX = Removed(kind="injected", slot="title_suffix", text="-乐宝", rule="title_slot", evidence=["on 5 of 5 titles"])


def shown_page() -> str:
    return show_page(PAGE.encode(), {}, READING, "公交线路", [SUFFIX])


def test_show_page_names_what_stripping_takes_out_and_why() -> None:
    text = " ".join(parse(shown_page()).xpath("//section")[0].text_content().split())
    assert "公交线路 -乐宝 injected title_suffix title_slot: on 5 of 5 titles" in text


def test_show_page_colours_every_block_by_its_fate() -> None:
    shown = parse(shown_page())
    original = parse(shown.xpath("//iframe/@srcdoc")[0])
    fates = {e.get("data-fate"): " ".join(e.text_content().split()) for e in original.xpath("//*[@data-fate]")}
    assert fates["text"].startswith("第三段")
    assert fates["related"] == "老城区三条街改成单行"
    assert fates["hidden"] == "看不见的字"
    assert all(e.get("title") for e in original.xpath("//*[@data-fate]"))


def test_the_head_of_a_page_that_is_called_a_banner_is_no_advert() -> None:
    head = '<header class="banner"><div class="navbar"><a href="/">首页</a> <a href="/news/">要闻</a></div></header>'
    fates = read(PAGE.replace("<body>", "<body>" + head).encode(), URL, {}, Profile(), NOW, explain=True).blocks
    assert {fate.fate for fate in fates if "navbar" in fate.path} == {"template"}


def test_nothing_of_the_original_can_run_or_load() -> None:
    shown = parse(shown_page())
    frame = shown.xpath("//iframe")[0]
    original = parse(frame.get("srcdoc"))
    assert frame.get("sandbox") == ""
    assert not original.xpath("//script | //@onclick | //@src | //@href")


def test_terminal_output_names_fields_lines_and_reasons() -> None:
    out = io.StringIO()
    Console(file=out, width=200).print(explain_terminal(READING, "公交线路", [SUFFIX]))
    text = out.getvalue()
    for expected in ("公交线路调整", "山城晚报", "第二段", "地铁三号线延长到机场", "credit", "-乐宝"):
        assert expected in text
