"""Which blocks are the article: pages of our own, each with one difficulty."""

import numpy as np
import pytest

from crawler.reading.body import find_body, preformatted, stable_selector
from crawler.reading.model import BlockModel, block_model
from crawler.reading.page import Page
from crawler.reading.profile import Profile

SENTENCES = (
    "市水务局昨日通报，城北水厂的改造工程已于上周完工，日供水能力由八万吨提高到十二万吨。",
    "项目负责人介绍，工程历时十四个月，其间没有一天停止向居民供水，全靠临时管线分段切换。",
    "据了解，改造后的水厂采用了新的过滤工艺，出厂水的浊度长期稳定在零点一以下，优于国家标准。",
    "家住水厂附近的居民王先生说，以前夏天水压总是不够，四楼以上常常洗不了澡，今年再没有遇到这种情况。",
    "水务局表示，下一步将更换老城区的三十公里旧管网，计划两年内完成，届时漏损率有望再降五个百分点。",
    "专家认为，水厂的扩容只是第一步，真正的难点在于管网，改造的钱从哪里来、路由谁来挖，都需要早作安排。",
)
OTHERS = (
    (
        "音乐节门票今日开售 首批三万张",
        "备受期待的海岸音乐节今天上午开售首批门票，三万张票在十分钟内售罄，主办方宣布将于下周加售一批站票。",
    ),
    (
        "老街修缮引来各方讨论",
        "历时半年的老街修缮近日拆除了围挡，有人称赞它修旧如旧，也有人觉得新砖太新，失去了从前的味道。",
    ),
    (
        "冬小麦播种进入尾声",
        "农业部门的数据显示，截至本周全市冬小麦播种已完成九成以上，墒情总体良好，预计月底前全部结束。",
    ),
    (
        "地铁九号线延伸段试运行",
        "地铁九号线延伸段今天开始空载试运行，全线新增四座车站，如果一切顺利，将在明年三月投入载客运营。",
    ),
    (
        "少年棋手夺得全国冠军",
        "在昨晚结束的全国少年围棋锦标赛上，年仅十一岁的本市选手以全胜战绩夺冠，赛后他说最想先睡个好觉。",
    ),
)
TITLE = "城北水厂改造完工 日供水能力提高一半"
NAV = (
    "<ul>"
    + "".join(
        f"<li><a href='/{n}/'>{n}</a></li>" for n in ("首页", "新闻", "财经", "体育", "娱乐", "房产", "汽车", "教育")
    )
    + "</ul>"
)
FOOT = "<div><a href='/about'>关于我们</a> | <a href='/ad'>广告服务</a> | <a href='/job'>招聘信息</a><br>版权所有 某某网 未经授权禁止转载</div>"


def page(body: str, after: str = "", before: str = "") -> Page:
    html = (
        f"<html><head><title>{TITLE}_某某网</title></head><body><div class='top'>{NAV}</div><div class='w'><div class='l'>"
        f"<h1>{TITLE}</h1>{before}{body}{after}</div></div><div class='f'>{FOOT}</div></body></html>"
    )
    return Page(html, "http://www.example.com/a/1.html")


def chosen(page: Page, profile: Profile | None = None) -> list[str]:
    return [page.blocks[i].text for i in find_body(page, profile or Profile()).indices]


def paragraphs(count: int = 6) -> str:
    return "".join(f"<p>　　{text}</p>" for text in SENTENCES[:count])


def excerpts() -> str:
    items = "".join(
        f"<li><h3><a href='/b/{i}.html'>{title}</a></h3><p>{text}</p></li>" for i, (title, text) in enumerate(OTHERS)
    )
    return f"<div class='m'><div>相关新闻</div><ul>{items}</ul></div>"


def test_paragraphs_are_the_article_and_nothing_else() -> None:
    assert chosen(page(f"<div class='content'>{paragraphs()}</div>")) == list(SENTENCES)


def test_line_breaks_in_a_table_cell_make_paragraphs() -> None:
    cell = "<br><br>".join("　　" + text for text in SENTENCES)
    html = (
        f"<html><head><title>{TITLE}</title></head><body><table><tr><td>{NAV}</td></tr><tr><td><table><tr><td align=center>"
        f"<b>{TITLE}</b></td></tr><tr><td>{cell}</td></tr></table></td></tr><tr><td>{FOOT}</td></tr></table></body></html>"
    )
    assert chosen(Page(html, "http://old.example.com/1.htm")) == list(SENTENCES)


def test_spans_in_sections_are_the_article() -> None:
    body = "".join(f"<section><section><span>{text}</span></section></section>" for text in SENTENCES)
    assert chosen(page(f"<div id='js_content' style='visibility:hidden'>{body}</div>")) == list(SENTENCES)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_short_story_is_not_swamped_by_excerpts_of_others(count: int) -> None:
    assert chosen(page(f"<div class='content'>{paragraphs(count)}</div>", excerpts())) == list(SENTENCES[:count])


def test_comments_are_no_text() -> None:
    comments = "".join(
        f"<div><div>网友{i} 2024-05-20 13:09</div><p>{text[:24]}</p><div>回复 赞(3)</div></div>"
        for i, text in enumerate(SENTENCES)
    )
    assert chosen(
        page(f"<div class='content'>{paragraphs(4)}</div>", f"<div class='pl'><h3>网友评论</h3>{comments}</div>")
    ) == list(SENTENCES[:4])


REMARKS = "<h3>评论</h3>" + "".join(
    f"<h4># re: {TITLE} 读者{i}</h4><p>{text}</p>" for i, text in enumerate(SENTENCES * 3)
)


@pytest.mark.parametrize("names", ["comments", "commentlist", "pinglun"])
@pytest.mark.parametrize("profile", [Profile(), Profile(selectors={"body": "div.l"})])
def test_a_box_named_for_comments_goes_however_long_it_is(names: str, profile: Profile) -> None:
    found = page(f"<div class='content'>{paragraphs(2)}</div>", f"<div class='{names}'>{REMARKS}</div>")
    assert chosen(found, profile) == list(SENTENCES[:2])


def test_a_consent_notice_is_no_text() -> None:
    notice = "".join(
        f"<p>We use cookies to improve this site, number {i} of them, until you opt out.</p>" for i in range(30)
    )
    found = page(
        f"<div class='content'>{paragraphs()}</div>", f"<div id='onetrust-consent-sdk'><div>{notice}</div></div>"
    )
    assert chosen(found) == list(SENTENCES)


def test_a_story_inside_a_box_named_for_comments_is_kept() -> None:
    found = page(f"<div class='comments'><div class='content'>{paragraphs()}</div></div>")
    assert chosen(found) == list(SENTENCES)


def test_what_a_paywall_hides_is_text_and_other_hidden_boxes_are_not() -> None:
    spam = f"<div style='display:none'><p>{OTHERS[0][1]}</p></div>"
    rest = "".join(f"<p>{text}</p>" for text in SENTENCES[2:])
    found = page(
        f"<div class='content'>{paragraphs(2)}<div class='paywall' style='display:none'>{rest}</div>{spam}</div>"
    )
    assert chosen(found) == list(SENTENCES)


def test_rows_of_a_data_table_inside_the_article_stay() -> None:
    table = "<table><tr><th>年份</th><th>供水能力（万吨）</th></tr><tr><td>2022</td><td>8</td></tr><tr><td>2023</td><td>12</td></tr></table>"
    found = chosen(
        page(f"<div class='content'>{paragraphs(3)}{table}{''.join(f'<p>{t}</p>' for t in SENTENCES[3:])}</div>")
    )
    assert "2023 | 12" in found


def listing(lines: list[str], gutter: bool) -> str:
    """A listing as blogs have it, with or without a column of line numbers."""
    if not gutter:
        return f"<pre>{chr(10).join(lines)}</pre>"
    numbers = chr(10).join(str(i + 1) for i in range(len(lines)))
    return f"<figure class='highlight'><table><tr><td class='gutter'><pre>{numbers}</pre></td><td class='code'><pre>{chr(10).join(lines)}</pre></td></tr></table></figure>"


@pytest.mark.parametrize("gutter", [False, True])
def test_a_listing_inside_the_article_stays_whole_without_line_numbers(gutter: bool) -> None:
    lines = ["version=2.0.1", "docker run -p 8080:8080 \\", "  --init \\", "  -e ENV=dev", "}"]
    rest = "".join(f"<p>{t}</p>" for t in SENTENCES[3:])
    found = chosen(page(f"<div class='content'>{paragraphs(3)}{listing(lines, gutter)}{rest}</div>"))
    assert found == [*SENTENCES[:3], *lines, *SENTENCES[3:]]


def test_lines_of_a_listing_share_their_fate() -> None:
    found = page(f"<div>{paragraphs(1)}{listing(['a=1', 'b=2', 'c=3'], False)}<p>{SENTENCES[1]}</p></div>")
    is_line = np.array([b.tag == "pre" for b in found.blocks])
    prose = np.array([b.text in SENTENCES for b in found.blocks])
    length = np.array([b.length for b in found.blocks])
    for score, kept in ((0.15, True), (0.05, False)):
        scores = np.where(is_line, np.float32(score), np.float32(0.9) * prose)
        assert bool(preformatted(found, scores, length, prose)[is_line].all()) is kept
    assert not preformatted(found, np.where(is_line, 0.3, 0.0), length, np.zeros(len(prose), bool)).any()


def test_list_inside_the_article_stays() -> None:
    items = "<ul><li>第一阶段更换主干管道十二公里；</li><li>第二阶段更换支线管道十八公里；</li><li>第三阶段安装智能水表。</li></ul>"
    found = chosen(
        page(f"<div class='content'>{paragraphs(3)}{items}{''.join(f'<p>{t}</p>' for t in SENTENCES[3:])}</div>")
    )
    assert "第三阶段安装智能水表。" in found


def test_hidden_blocks_are_no_text() -> None:
    noise = "<div style='display:none'>这里是一段看不见的文字，它说的是另一件事情，与本文没有任何关系，读者也从来没有见过它。</div>"
    assert chosen(
        page(f"<div class='content'>{paragraphs(3)}{noise}{''.join(f'<p>{t}</p>' for t in SENTENCES[3:])}</div>")
    ) == list(SENTENCES)


def test_page_of_links_has_no_sure_body() -> None:
    body = find_body(Page(f"<html><body>{NAV * 4}{FOOT}</body></html>", "http://www.example.com/"), Profile())
    assert body.confidence < 0.5


@pytest.mark.parametrize("html", ["", "<p></p>", "<p>字</p>", "<p>a", "<table><tr><td>1</td></tr></table>"])
def test_any_page_has_a_body_object(html: str) -> None:
    found = Page(html, "")
    body = find_body(found, Profile())
    assert len(body.scores) == len(found.blocks)
    assert 0.0 <= body.confidence <= 1.0


def test_confidence_is_higher_on_a_plain_article_than_on_a_doubtful_page() -> None:
    plain = find_body(page(f"<div class='content'>{paragraphs()}</div>"), Profile()).confidence
    doubtful = find_body(page(excerpts()), Profile()).confidence
    assert plain > 0.9 > doubtful


def test_container_has_a_selector_that_finds_it_again() -> None:
    first = page(f"<div class='content'>{paragraphs()}</div>", excerpts())
    body = find_body(first, Profile())
    assert body.selector is not None
    second = page(f"<div class='content'>{paragraphs(2)}</div>", excerpts())
    known = find_body(second, Profile(selectors={"body": body.selector}))
    assert known.by == "profile"
    assert [second.blocks[i].text for i in known.indices] == list(SENTENCES[:2])


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<div id='article'>{}</div>", "#article"),
        ("<div id='post-10231' class='entry-content clearfix'>{}</div>", "div.entry-content"),
        ("<div class='css-1x2y3z story'>{}</div>", "div.story"),
        ("<main><div>{}</div></main>", None),
        ("<article>{}</article>", "article"),
    ],
)
def test_selector_leaves_out_names_of_one_page_or_build(markup: str, expected: str | None) -> None:
    found = Page("<html><body>" + markup.format(paragraphs()) + "</body></html>", "")
    node = found.nodes[found.blocks[0].node].parent
    assert stable_selector(found, node) == expected


def test_known_container_loses_boxes_that_are_no_text() -> None:
    boxes = "<div class='share-box'>分享到微信</div><div class='related-posts'><a href='/x'>另一篇</a></div><aside>扫码关注</aside><form>订阅</form>"
    found = page(f"<div id='body1'>{paragraphs()}{boxes}</div>")
    body = find_body(found, Profile(selectors={"body": "#body1"}))
    assert [found.blocks[i].text for i in body.indices] == list(SENTENCES)
    assert set(body.reasons.values()) == {"foreign_name", "foreign_tag"}


def test_text_goes_on_behind_a_container_that_a_stray_tag_of_its_own_closed() -> None:
    first, second, *rest = SENTENCES
    halves = f"<div id='body1'><p>{first}</p><p>{second}</div></p>{''.join(f'<p>{text}</p>' for text in rest)}</div><div>版权所有</div>"
    profile = Profile(selectors={"body": "#body1"})
    assert chosen(page(halves), profile) == list(SENTENCES)
    balanced = halves.replace("</div></p>", "</p></div>", 1).replace("</div><div>", "<div>", 1)
    assert chosen(page(balanced), profile) == [first, second]


def test_standfirst_above_a_known_container_is_text() -> None:
    lead = "<div class='head'><p>城北水厂改造工程完工，日供水能力提高一半，下一步将更换三十公里旧管网，漏损率有望再降五个百分点。</p></div>"
    found = page(f"<div id='body1'>{paragraphs()}</div>", before=lead)
    assert chosen(found, Profile(selectors={"body": "#body1"}))[1:] == list(SENTENCES)


@pytest.mark.parametrize(
    ("inside", "asked"),
    [
        ("", False),
        ("<ul class='share'><li>分享到微博</li></ul>", True),
        ("<p><a href='/a'>另一篇报道的标题</a></p>" * 9, True),
    ],
)
def test_a_plain_known_container_is_read_without_the_model(
    inside: str, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[BlockModel] = []

    def model() -> BlockModel:
        calls.append(block_model())
        return calls[-1]

    monkeypatch.setattr("crawler.reading.body.block_model", model)
    text = chosen(page(f"<div class='text'>{paragraphs()}{inside}</div>"), Profile(selectors={"body": "div.text"}))
    assert text == list(SENTENCES[:6])
    assert bool(calls) is asked


def test_known_container_that_is_missing_leaves_it_to_the_model() -> None:
    found = page(f"<div class='content'>{paragraphs()}</div>")
    body = find_body(found, Profile(selectors={"body": "#gone"}))
    assert body.by == "model"
    assert [found.blocks[i].text for i in body.indices] == list(SENTENCES)


def test_floor_over_all_of_our_pages() -> None:
    """A drop below this floor means the shipped model or its features have changed for the worse."""
    hit = found = gold = 0
    for count in range(1, 7):
        for after in ("", excerpts(), FOOT):
            for wrap in ("<div class='content'>{}</div>", "<div>{}</div>", "<td>{}</td>", "<article>{}</article>"):
                made = page(wrap.format(paragraphs(count)), after)
                texts = set(chosen(made))
                hit += len(texts & set(SENTENCES[:count]))
                found += len(texts)
                gold += count
    assert hit / gold >= 0.97
    assert hit / found >= 0.93


def test_a_block_without_letters_or_digits_has_a_say_and_does_no_harm() -> None:
    page = Page("相关阅读<div><div><div>&#0;<div><div><div><div>相关阅读2026-11-01", "http://h.example/a")
    body = find_body(page, Profile())
    assert len(body.scores) == len(page.blocks) > 1
