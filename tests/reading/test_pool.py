"""The reader pool: one page that breaks a limit is one page lost."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from crawler.reading.pool import ReaderPool, ReadLimitError
from crawler.reading.prescan import MAX_TAG_ATTRIBUTES, broken_limit
from crawler.reading.profile import Profile
from crawler.reading.reader import read

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
URL = "http://127.0.0.1/news/2026/1.html"
PARAGRAPH = "<p>市里昨天公布了新的公交线路方案，三条线路将在下个月调整站点，沿途居民可以在网上提出意见。</p>"
PAGE = (
    f"<html><head><title>公交线路调整</title></head><body><h1>公交线路调整</h1><div>{PARAGRAPH * 4}</div></body></html>"
)
# Each element alone is cheap; all together they take far more than a second of processor time.
SLOW = (
    "<html><body>"
    + "<div class='a b'><p>一二三，四五六。<a href='/x'>七八九十</a></p></div>" * 130_000
    + "</body></html>"
)


async def attempt(pool: ReaderPool, page: str) -> str:
    """The page's kind, or the reason why it could not be read."""
    try:
        return (await pool.read(page.encode(), URL, {}, Profile(), NOW)).kind
    except ReadLimitError as error:
        return error.reason if error.url == URL else error.url


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    made = ReaderPool(workers=1, cpu_seconds=1, memory_mb=2_000)
    yield made
    made.close()


def test_a_worker_reads_what_the_function_reads(pool: ReaderPool) -> None:
    profile = Profile(host="127.0.0.1", timezone="Asia/Shanghai")
    there = asyncio.run(pool.read(PAGE.encode(), URL, {"Content-Type": "text/html; charset=utf-8"}, profile, NOW))
    assert there == read(PAGE.encode(), URL, {"Content-Type": "text/html; charset=utf-8"}, profile, NOW)
    assert there.text.count("公交线路方案") == 4


def test_a_page_that_takes_too_long_is_lost_and_the_next_one_is_read(pool: ReaderPool) -> None:
    async def both() -> list[str]:
        return [await attempt(pool, SLOW), await attempt(pool, PAGE)]

    assert asyncio.run(both()) == ["read_timeout", "article"]


def test_the_event_loop_runs_on_while_a_worker_reads(pool: ReaderPool) -> None:
    async def ticks_while_reading() -> int:
        reading = asyncio.ensure_future(attempt(pool, SLOW))
        ticks = 0
        while not reading.done():
            await asyncio.sleep(0.02)
            ticks += 1
        return ticks

    assert asyncio.run(ticks_while_reading()) > 10


def test_a_page_that_takes_too_much_memory_is_lost_and_the_next_one_is_read() -> None:
    async def both() -> list[str]:
        async with ReaderPool(workers=1, cpu_seconds=20, memory_mb=24) as small:
            return [await attempt(small, PAGE + PARAGRAPH * 80_000), await attempt(small, PAGE)]

    assert asyncio.run(both()) == ["read_memory", "article"]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_tag_with_thousands_of_attributes_is_not_parsed(workers: int, pool: ReaderPool) -> None:
    monster = PAGE.replace("<div>", "<div " + " ".join(f"a{i}=1" for i in range(60_000)) + ">")
    used = pool if workers else ReaderPool(workers=0)
    started = time.process_time()
    assert asyncio.run(attempt(used, monster)) == "too_many_attributes"
    assert time.process_time() - started < 1


def test_without_workers_a_page_is_read_in_this_process() -> None:
    reading = asyncio.run(ReaderPool(workers=0).read(PAGE.encode(), URL, {}, Profile(), NOW))
    assert reading.title == "公交线路调整"


def test_a_text_of_megabytes_is_no_article() -> None:
    page = PAGE.replace("<div>", "<div><p>" + "一句话。" * 300_000 + "</p>")
    reading = read(page.encode(), URL, {}, Profile(), NOW)
    assert (reading.problem, reading.lines) == ("too_large", [])


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (PAGE, None),
        ("<p " + " ".join(f"x{i}" for i in range(MAX_TAG_ATTRIBUTES + 10)) + ">text", "too_many_attributes"),
        ("<p class='" + "a" * 1_100_000 + "'>text", "too_many_attributes"),
        ("<p " + " ".join(f"x{i}='{'a' * 400}'" for i in range(200)) + ">text", "too_many_attributes"),
        ("<input name='__VIEWSTATE' value='" + "a" * 160_000 + "'>", None),
        ("<b>" * 900_000, "too_many_nodes"),
        ("<img src='data:image/png;base64," + "A" * 200_000 + "'>", None),
        ("<script>if (a<b) {" + "x" * 200_000 + "}</script>", None),
        ("<!-- a<b " + "x " * 100_000 + "-->", None),
        ("text <" + "y" * 10 + ">" + "long text " * 20_000, None),
    ],
)
def test_the_scan_before_parsing_finds_monstrous_tags_only(page: str, reason: str | None) -> None:
    assert broken_limit(page) == reason


def test_the_scan_is_linear() -> None:
    def seconds(page: str) -> float:
        started = time.process_time()
        broken_limit(page)
        return time.process_time() - started

    for unit in ("<a" * 1990 + ">", "<a", "<!--", "<script>", "<a b='", "<p " + "c " * 50, "<"):
        small, large = (seconds(unit * (size // len(unit))) for size in (250_000, 2_000_000))
        assert large < 40 * small + 0.2, unit
