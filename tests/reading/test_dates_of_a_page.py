"""Which of a page's dates is believed."""

from datetime import datetime

import pytest

from crawler.reading.body import Body
from crawler.reading.dates import Dates, read_dates
from crawler.reading.page import Page
from crawler.reading.profile import Profile

FETCHED = datetime.fromisoformat("2024-06-01T12:00:00+08:00")
TEXT = (
    "入夏以来，老街的三十七户商铺陆续换上了统一的木质招牌，街道只对破损的排水沟做了整理，商户不用停业。",
    "施工方说，全部工程预计在国庆节前完工，届时老街将恢复夜市，由商会统一管理。",
)
ENGLISH = (
    "The thirty-seven shops along the old street have changed their signs since the beginning of summer, one by one.",
    "All work will be finished before the autumn holidays, says the contractor, when the night market is to return.",
)


def page_of(
    head: str,
    info: str,
    url: str = "http://h.example/a",
    tail: str = "",
    lang: str = "zh-CN",
    text: tuple[str, ...] = TEXT,
) -> Page:
    paragraphs = "".join(f"<p>{p}</p>" for p in text)
    return Page(
        f'<html lang="{lang}"><head><title>老街换新颜</title>{head}</head><body><h1>老街换新颜</h1>{info}'
        f"<div>{paragraphs}</div>{tail}</body></html>",
        url,
    )


def dates_of(page: Page, profile: Profile | None = None) -> Dates:
    starts = (TEXT[0][:8], TEXT[1][:8], ENGLISH[0][:8], ENGLISH[1][:8])
    indices = [b.index for b in page.blocks if b.text.startswith(starts)]
    scores = [1.0 if b.index in indices else 0.0 for b in page.blocks]
    body = Body(indices[0], indices[-1] + 1, 0, page.root, indices, scores, 1.0)
    return read_dates(page, body, profile or Profile(), FETCHED)


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2024-05-10T06:58:00+08:00">',
        '<meta name="PubDate" content="2024-05-10 06:58">',
        '<meta name="publishdate" content="2024-05-10 06:58:00">',
        '<meta name="firstpublishedtime" content="2024-05-10 06:58:00">',
        '<meta property="og:time" content="2024-05-10 06:58:00">',
        '<meta name="apub:time" content="5/10/2024, 6:58:00 AM">',
        '<meta name="weibo: article:create_at" content="2024-05-10 06:58:00">',
        '<meta name="publishdate" content="1715295480">',
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-05-10T06:58:00+08:00"}</script>',
        '<script type="application/ld+json">{"@graph":[{"@type":"WebPage"},{"@type":"BlogPosting","datePublished":"2024-05-09T22:58:00.000Z"}]}</script>',
    ],
)  # fmt: skip
def test_claims_in_the_head_are_read(head: str) -> None:
    assert dates_of(page_of(head, "")).published_at == "2024-05-10T06:58:00+08:00"


def test_the_date_below_the_headline_is_read_with_its_raw_form_and_precision() -> None:
    dates = dates_of(page_of("", "<div class=info>2024年05月10日06:58 | 来源：河东日报</div>"))
    assert dates.published is not None
    assert (dates.published.raw, dates.published.precision, dates.published.from_) == (
        "2024年05月10日06:58",
        "minute",
        "byline",
    )


def test_a_date_below_the_headline_wins_over_a_claim_that_disagrees() -> None:
    head = '<meta property="article:published_time" content="2024-05-28T06:58:00+08:00">'
    assert dates_of(page_of(head, "<p>2024-05-10 06:58 来源：河东日报</p>")).published_at == "2024-05-10T06:58:00+08:00"


def test_a_claim_is_taken_when_it_is_finer_than_the_date_shown() -> None:
    head = '<meta property="article:published_time" content="2024-05-10T06:58:31+08:00">'
    assert dates_of(page_of(head, "<p>2024-05-10</p>")).published_at == "2024-05-10T06:58:31+08:00"


def test_an_update_is_the_modification_not_the_publication() -> None:
    dates = dates_of(page_of("", "<p>发布时间：2024-05-10 06:58 更新时间：2024-05-12 08:00</p>"))
    assert (dates.published_at, dates.modified_at) == ("2024-05-10T06:58:00+08:00", "2024-05-12T08:00:00+08:00")


def test_a_bare_z_that_equals_the_clock_shown_is_local_time() -> None:
    head = '<script type="application/ld+json">{"@type":"Article","datePublished":"2024-05-10T23:58:12Z"}</script>'
    assert dates_of(page_of(head, "<p>2024-05-10</p>")).published_at == "2024-05-10T23:58:12+08:00"


def test_a_z_with_milliseconds_is_utc() -> None:
    head = '<script type="application/ld+json">{"@type":"Article","datePublished":"2024-05-10T23:58:12.000Z"}</script>'
    assert dates_of(page_of(head, "")).published_at == "2024-05-11T07:58:12+08:00"


def test_the_zone_of_the_profile_holds_for_naive_times() -> None:
    page = page_of("", "<p>2024-05-10 06:58</p>")
    assert dates_of(page, Profile(timezone="America/New_York")).published_at == "2024-05-10T06:58:00-04:00"


def test_a_page_whose_language_has_many_zones_keeps_its_times_naive() -> None:
    page = page_of("", "<p>Published May 10, 2024 6:58 am</p>", lang="en", text=ENGLISH)
    assert dates_of(page).published_at == "2024-05-10T06:58:00"


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://h.example/2024/05/10/street.html", "2024-05-10"),
        ("http://h.example/n1/2024/0510/c1-2.html", "2024-05-10"),
        ("http://h.example/a/202405/10/WS1.html", "2024-05-10"),
        ("http://h.example/2024-05/10/content_1.htm", "2024-05-10"),
        ("http://h.example/zw/t20240510_2004629.html", "2024-05-10"),
    ],
)
def test_the_address_is_the_last_resort(url: str, day: str) -> None:
    dates = dates_of(page_of("", "", url))
    assert dates.published is not None
    assert ((dates.published_at or "")[:10], dates.published.from_) == (day, "url")


@pytest.mark.parametrize(
    "tail",
    [
        "<h3>相关阅读</h3><ul><li><a href='/b'>城西菜市场延长营业时间</a> 2024-05-02</li></ul>",
        "<p>版权所有 © 2009-2024 河东在线 2024-05-01</p>",
        "<div class=comment-list><p>张三 2024-05-11 10:00</p><p>写得好，支持一下。</p></div>",
        "<p>报名时间：2024-05-20</p>",
    ],
)
def test_other_dates_of_the_page_are_not_taken(tail: str) -> None:
    assert dates_of(page_of("", "", tail=tail)).published_at is None


def test_a_date_behind_the_text_counts_when_it_is_labelled() -> None:
    dates = dates_of(page_of("", "", tail="<p>发表于 2024-05-10 12:40 - (阅读:37;评论:6)</p>"))
    assert dates.published_at == "2024-05-10T12:40:00+08:00"


def test_a_date_after_the_fetch_is_not_believed() -> None:
    assert dates_of(page_of('<meta name="publishdate" content="2031-01-01">', "<p>2031-01-01</p>")).published_at is None


def test_the_line_of_the_date_is_named_only_when_nothing_else_stands_in_it() -> None:
    alone = page_of("", "<p>2024-05-10 06:58</p>")
    block = dates_of(alone).block
    assert block is not None
    assert alone.blocks[block].text == "2024-05-10 06:58"
    assert dates_of(page_of("", "<p>2024-05-10 06:58 本文是系列报道的第一篇</p>")).block is None


def test_a_selector_of_a_site_class_names_the_date() -> None:
    page = page_of("", "<p>2024-05-10 06:58</p><p class=when>2024年5月9日</p>")
    assert (dates_of(page, Profile(selectors={"date": ".when"})).published_at or "")[:10] == "2024-05-09"


STAMPED = '<meta property="article:published_time" content="2024-05-20T10:00:00+00:00"><meta property="article:modified_time" content="{}">'


def test_a_publication_stamped_anew_at_every_save_does_not_win_against_the_date_shown() -> None:
    head = STAMPED.format("2024-05-20T10:00:00+00:00")
    dates = dates_of(page_of(head, "<p>January 31, 2023</p>", lang="en-US", text=ENGLISH))
    assert (dates.published_at or "")[:10] == "2023-01-31"
    assert (dates.modified_at or "")[:10] == "2024-05-20"


def test_a_publication_before_its_change_wins_against_another_date_beside_it() -> None:
    head = STAMPED.format("2024-05-28T10:00:00+00:00")
    dates = dates_of(page_of(head, "<p>January 31, 2023</p>", lang="en-US", text=ENGLISH))
    assert (dates.published_at or "")[:10] == "2024-05-20"


@pytest.mark.parametrize(
    ("other", "day"), [("12/16/2023", "2023-03-01"), ("16/12/2023", "2023-01-03"), ("", "2023-01-03")]
)
def test_how_an_english_page_writes_dates_is_told_by_its_other_dates(other: str, day: str) -> None:
    page = page_of("", "<p>03/01/2023</p>", lang="en", text=ENGLISH, tail=f"<ul><li>{other}</li></ul>")
    assert (dates_of(page).published_at or "")[:10] == day


@pytest.mark.parametrize(
    "info",
    [
        '<div><span title="2024-05-12 10:03:22">20天前</span></div>',
        '<div><a href="/author/1">夜读者</a><span title="2024年05月12日 10:03">20天前发布</span></div>',
        "<div><span><em>2024</em></span> <span><em>05</em>/<em>12</em></span> <span>10:03:22</span></div>",
    ],
)
def test_dates_set_apart_or_in_attributes_are_exact(info: str) -> None:
    assert (dates_of(page_of("", info)).published_at or "")[:16] == "2024-05-12T10:03"


@pytest.mark.parametrize(
    ("tail", "day"),
    [
        ("<div>最后更新: 2024-05-13 11:30:05</div>", "2024-05-13"),
        ("<dl><dt>更新时间：</dt><dd>2024-05-13 11:30</dd></dl>", "2024-05-13"),
        ('<p>x</p><time class="updated" datetime="2024-05-14T09:00:00+08:00">5月14日</time>', "2024-05-14"),
    ],
)
def test_a_change_told_behind_the_text_is_the_modification(tail: str, day: str) -> None:
    dates = dates_of(page_of("", "<p>2024-05-12 10:03</p>", tail=tail))
    assert (dates.published_at or "")[:10] == "2024-05-12"
    assert (dates.modified_at or "")[:10] == day
