"""Canonical form, shape and traps of URLs."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.outcomes import Reason
from crawler.urls import UrlError, canonical_url, host_of, joined, trap, url_key, url_pattern

ONE_PAGE = {
    "scheme, host and port": [
        "http://Example.CN:80/a",
        "HTTP://example.cn/a",
        "http://example.cn./a",
        "http://example.cn:080/a",
    ],
    "dot segments": ["http://a.cn/x/../b/./c", "http://a.cn/b/c", "http://a.cn/x/%2e%2E/b/c"],
    "percent-encoding": [
        "http://a.cn/%e4%bd%a0?q=%e5%a5%bd",
        "http://a.cn/你?q=好",
        "http://a.cn/%E4%BD%A0?q=%E5%A5%BD",
    ],
    "fragment": ["http://a.cn/x#top", "http://a.cn/x", "http://a.cn/x#!/deep"],
    "order of the query": ["http://a.cn/?b=2&a=1", "http://a.cn/?a=1&b=2", "http://a.cn/?&a=1&&b=2"],
    "tracking": [
        "http://a.cn/x?id=1&utm_source=rss&spm=a.b.c",
        "http://a.cn/x?id=1",
        "http://a.cn/x?fbclid=Z&id=1&from=timeline&isappinstalled=0",
    ],
    "session ids": [
        "http://a.cn/x;jsessionid=A1B2?id=1",
        "http://a.cn/x?id=1&PHPSESSID=abc",
        "http://a.cn/x?id=1&sid=9f86d081884c7d65",
        "http://a.cn/(S(lit3py55t21z5v55vlm25s55))/x?id=1",
        "http://a.cn/x?id=1",
    ],
    "international names": ["http://例子.中国/", "http://xn--fsqu00a.xn--fiqs8s", "http://例子。中国/"],
    "shared from a messenger": [
        "https://mp.weixin.qq.com/s?__biz=MzA4&mid=265&idx=1&sn=9f86d081884c7d659a2f&chksm=ab12&scene=27#rd",
        "https://mp.weixin.qq.com/s?__biz=MzA4&mid=265&idx=1&sn=9f86d081884c7d659a2f",
    ],
}
DIFFERENT_PAGES = [
    (
        "https://mp.weixin.qq.com/s?__biz=MzA4&mid=265&idx=1&sn=9f86d081884c7d65",
        "https://mp.weixin.qq.com/s?__biz=MzA4&mid=265&idx=2&sn=9f86d081884c7d65",
    ),
    (
        "https://mp.weixin.qq.com/s?__biz=MzA4&mid=1&idx=1&sn=aa",
        "https://mp.weixin.qq.com/s?__biz=MzA4&mid=1&idx=1&sn=bb",
    ),
    ("https://mp.weixin.qq.com/s/aBcDeFgHiJkLmNoPqRsTuV", "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv"),
    ("http://a.cn/news?sid=4711", "http://a.cn/news?sid=4712"),
    ("http://a.cn/list?from=20", "http://a.cn/list?from=40"),
    ("http://a.cn/?p=1", "http://a.cn/?p=2"),
    ("http://a.cn/A", "http://a.cn/a"),
    ("http://a.cn/a%2Fb", "http://a.cn/a/b"),
    ("http://a.cn/thread?tid=1&page=2", "http://a.cn/thread?tid=1&page=3"),
    ("https://a.cn/", "http://a.cn/"),
]
BAD = {
    "ftp://a.cn/": Reason.GUARD_SCHEME,
    "file:///etc/passwd": Reason.GUARD_SCHEME,
    "javascript:void(0)": Reason.GUARD_SCHEME,
    "mailto:x@a.cn": Reason.GUARD_SCHEME,
    "http://user:password@a.cn/": Reason.GUARD_USERINFO,
    "http://a.cn:99999/": Reason.GUARD_PORT,
    "http://a.cn:0/": Reason.GUARD_PORT,
    "http://a.cn:8x/": Reason.GUARD_PORT,
    "http://a.cn\\@b.cn/": Reason.URL_INVALID,
    "http://%61.cn/": Reason.URL_INVALID,
    "http:///x": Reason.URL_INVALID,
    "//a.cn/x": Reason.URL_INVALID,
    "": Reason.URL_INVALID,
    "http://a b.cn/": Reason.URL_INVALID,
}


@pytest.mark.parametrize("spellings", ONE_PAGE.values(), ids=ONE_PAGE.keys())
def test_spellings_of_one_page_have_one_key(spellings: list[str]) -> None:
    assert len({url_key(url) for url in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), DIFFERENT_PAGES)
def test_what_tells_articles_apart_stays(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(("url", "reason"), BAD.items())
def test_what_cannot_be_harvested_says_why(url: str, reason: Reason) -> None:
    with pytest.raises(UrlError) as caught:
        canonical_url(url)
    assert caught.value.reason is reason
    assert "password" not in str(caught.value)


def test_links_are_joined_to_their_page() -> None:
    assert joined("http://a.cn/news/1.html", "../x?b=1&a=2#c") == "http://a.cn/x?a=2&b=1"
    assert joined("http://a.cn/news/1.html", "//b.cn") == "http://b.cn/"
    with pytest.raises(UrlError):
        joined("http://a.cn/", "http://[::1")


@given(st.text(max_size=80))
def test_any_text_is_a_url_or_refused_and_canonical_form_is_stable(text: str) -> None:
    for candidate in (text, f"http://{text}", f"http://a.cn/{text}", f"http://a.cn/?{text}"):
        try:
            canonical = canonical_url(candidate)
        except UrlError:
            continue
        assert canonical_url(canonical) == canonical
        assert canonical.isascii()
        assert url_pattern(canonical)
        assert host_of(canonical)
        trap(canonical)


def test_numbers_slugs_and_tokens_share_a_shape() -> None:
    assert url_pattern("http://a.cn/news/2024/05/12345.html?page=3") == "a.cn/news/#/#/#.html?page=#"
    assert url_pattern("http://a.cn/p/how-to-read-a-page.html") == url_pattern(
        "http://a.cn/p/what-to-do-on-a-sunday.html"
    )
    assert url_pattern("http://a.cn/s/9f86d081884c7d65") == url_pattern("http://a.cn/s/03ac674216f3e15c")
    assert url_pattern("http://a.cn/news/list") != url_pattern("http://a.cn/blog/list")


TRAPS = [
    "http://a.cn/x/y/x/y/x/y/",
    "http://a.cn/news/news/news/news/1.html",
    "http://a.cn/calendar/2099/12",
    "http://a.cn/events?month=11&year=2150",
    "http://a.cn/post/?replytocom=5",
    "http://a.cn/wp-login.php?redirect_to=x",
    "http://a.cn/list?a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9&j=10&k=11",
    "http://a.cn/search?q=x",
    "http://a.cn/list?orderby=views",
    "http://a.cn/" + "x" * 2100,
    "http://a.cn/" + "a/b" * 20,
]
NO_TRAPS = [
    "http://a.cn/",
    "http://a.cn/2024/05/12/a-post/",
    "http://a.cn/news/calendar/2024/05",
    "https://mp.weixin.qq.com/s?__biz=MzA4&idx=1&mid=265&sn=9f86d081884c7d659a2f",
    "http://a.cn/forum.php?mod=viewthread&tid=4&page=2",
    "http://a.cn/events/summer-fair-2024.html",
    "http://a.cn/story/how-to-login-safely.html",
    "http://a.cn/sort/politics/1.html",
    "http://a.cn/research/2024/index.html",
    "http://a.cn/a/a/a/1.html",
    "http://a.cn/share/12345.html",
]


@pytest.mark.parametrize("url", TRAPS)
def test_endless_spaces_are_traps(url: str) -> None:
    assert trap(canonical_url(url), this_year=2026)


@pytest.mark.parametrize("url", NO_TRAPS)
def test_articles_and_listings_are_no_traps(url: str) -> None:
    assert trap(canonical_url(url), this_year=2026) is None


def test_no_url_takes_long() -> None:
    evil = [
        "http://a.cn/" + "/." * 50_000,
        "http://a.cn/" + "%" * 100_000,
        "http://a.cn/?" + "a=1&" * 50_000,
        "http://" + "a." * 50_000,
        "http://a.cn/" + "a/" * 50_000,
    ]
    started = time.process_time()
    for url in evil:
        try:
            canonical = canonical_url(url)
        except UrlError:
            continue
        trap(canonical)
        url_pattern(canonical)
    assert time.process_time() - started < 2
