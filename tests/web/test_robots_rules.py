"""Parsing of robots.txt: any bytes, in time."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.web.robots import MAX_BYTES, Rules, decode_robots, looks_like_robots

LONG = "http://a.cn/" + "a" * 1900
HEAVY = {
    "wildcards": "User-agent: *\nDisallow: /" + "*a" * 1000 + "*b$\n",
    "many wildcards": "User-agent: *\n" + ("Disallow: /" + "*a" * 50 + "*b$\n") * 4000,
    "many rules": "User-agent: *\n" + "".join(f"Disallow: /x{n}\n" for n in range(40_000)),
    "many groups": "".join(f"User-agent: w{n}\nDisallow: /\n" for n in range(20_000)),
    "many sitemaps": "".join(f"Sitemap: http://a.cn/{n}.xml\n" for n in range(16_000)),
    "escapes": "User-agent: *\nDisallow: /" + "%e4" * 170_000,
    "odd delays": "User-agent: *\nCrawl-delay: 1e999\nCrawl-delay: nan\nCrawl-delay: -3\nRequest-rate: 1/0\n",
}


@pytest.mark.parametrize("name", HEAVY)
def test_no_robots_takes_long(name: str) -> None:
    started = time.process_time()
    rules = Rules(decode_robots(HEAVY[name].encode()[:MAX_BYTES]))
    rules.allows(LONG, "winnow")
    rules.crawl_delay("winnow")
    rules.sitemaps("http://a.cn/")
    assert time.process_time() - started < 2


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "User-agent: *\n",
                "Disallow: ",
                "Allow: ",
                "/a*b$",
                "\n",
                "Crawl-delay: x",
                "Sitemap: http://[",
                "#",
                "\x00",
                "é",
                ": :",
                "Request-rate: 1/",
            ]
        )
    ),
    st.binary(max_size=20),
)
def test_no_bytes_raise(parts: list[str], noise: bytes) -> None:
    text = decode_robots("".join(parts).encode() + noise)
    looks_like_robots(text)
    rules = Rules(text)
    rules.allows("http://a.cn/axb", "winnow")
    rules.crawl_delay("winnow")
    rules.sitemaps("http://a.cn/")


def test_the_longest_rule_wins_and_allow_wins_ties() -> None:
    rules = Rules("User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /c\nAllow: /c\n")
    assert [rules.allows(f"http://a.cn{path}", "winnow") for path in ("/a/x", "/a/b/x", "/c", "/")] == [
        False,
        True,
        True,
        True,
    ]
