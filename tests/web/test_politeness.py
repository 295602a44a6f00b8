"""robots.txt and back-off against a real server and a real state."""

import asyncio
import time
from collections.abc import Iterator

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse

from crawler.outcomes import Reason
from crawler.state import FrontierEntry, State, frontier_key
from crawler.urls import host_of
from crawler.web import backoff
from crawler.web.backoff import DAY, BackoffMiddleware, delay_for, let_rest, resting_hosts, retry_after
from crawler.web.errors import FetchError, PageError, PostponedError, RefusedError
from crawler.web.guard import GuardMiddleware
from crawler.web.handler import AiohttpHandler
from crawler.web.revisit import RevisitMiddleware
from crawler.web.robots import RobotsMiddleware
from tests.hostile.attacks import endless, raw
from tests.hostile.server import Asked, Behaviour, Hostile
from tests.web.conftest import Crawl

RULES = b"User-agent: *\nDisallow: /private\n\nUser-agent: winnow\nDisallow: /ours*.html$\nCrawl-delay: 3\nSitemap: /map.xml\nSitemap: file:///etc/passwd\n"


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Hostile]:
    """Serves the robots.txt that the test names by its parameter."""
    with Hostile(request.param) as hostile:
        yield hostile


def status(line: str, body: bytes = b"User-agent: *\nDisallow:\n", **headers: str) -> Behaviour:
    async def answer(asked: Asked) -> None:
        await asked.reply(body, line, "text/plain", **headers)

    return answer


async def redirects(asked: Asked) -> None:
    """Six hops, or as many as the query says."""
    hop = int(asked.target.rpartition("/")[2] or 0) if asked.target[1:2].isdigit() else 0
    if hop >= int(asked.headers.get("x-hops", "5")):
        await asked.reply(RULES, kind="text/plain")
    else:
        await asked.reply(status="302 Found", Location=f"/{hop + 1}")


async def astray(asked: Asked) -> None:
    await asked.reply(status="302 Found", Location="http://10.0.0.1/secret")


def judged(crawl: Crawl, *urls: str) -> list[str]:
    """What the middleware says of each URL."""

    async def ask() -> list[str]:
        robots = RobotsMiddleware.from_crawler(crawl)  # type: ignore[arg-type]
        guard = GuardMiddleware(crawl)  # type: ignore[arg-type]
        crawl.spider.allowed_domains = [host_of(urls[0])]
        guard.spider_opened(crawl.spider)  # type: ignore[arg-type]
        crawl.middlewares = [guard, BackoffMiddleware(crawl)]  # type: ignore[arg-type]
        said = []
        for url in urls:
            try:
                await robots.process_request(Request(url))
                said.append("allowed")
            except RefusedError as error:
                said.append(f"refused {error.reason}")
            except PostponedError as error:
                said.append(
                    f"postponed {error.reason}" if (error.not_before or 0) > time.time() else "postponed to the past"
                )
        return said

    return asyncio.run(ask())


@pytest.mark.parametrize("server", [status("200 OK", RULES)], indirect=True)
def test_our_own_group_of_robots_is_obeyed(server: Hostile, crawl: Crawl) -> None:
    said = judged(crawl, server.url("/ours-1.html"), server.url("/ours-1.htm"), server.url("/private"))
    assert said == ["refused robots", "allowed", "allowed"]
    assert crawl.spider.sitemaps == [server.url("/map.xml")]
    assert crawl.engine.downloader.per_slot_settings[f"127.0.0.1:{server.port}"]["delay"] == 3


@pytest.mark.parametrize("server", [status("200 OK", RULES)], indirect=True)
def test_robots_is_asked_once_a_day_over_all_runs(server: Hostile, state: State) -> None:
    for _ in range(3):
        judged(Crawl(state), server.url("/a"), server.url("/b"))
    assert len(server.asked("/robots.txt")) == 1


@pytest.mark.parametrize(
    "server",
    [
        status("500 Internal Server Error"),
        status("503 Service Unavailable", Retry_After="60"),
        status("429 Too Many Requests"),
        raw(end="reset"),
        raw(end="hold"),
        endless(b"HTTP/1.1 200 OK\r\n", b"X-H: " + b"v" * 8000 + b"\r\n", megabytes=20),
    ],
    indirect=True,
)
def test_an_unreachable_robots_means_come_back_later(server: Hostile, state: State) -> None:
    settings = {"DOWNLOAD_TIMEOUT": 0.5}
    for _ in range(2):
        assert judged(Crawl(state, **settings), server.url("/a"), server.url("/b")) == ["postponed robots"] * 2
    assert len(server.visits) <= 2  # the HTTP client itself asks again after a reset
    assert resting_hosts(state) == {f"127.0.0.1:{server.port}"}


@pytest.mark.parametrize(
    "server",
    [
        status("404 Not Found"),
        status("403 Forbidden", RULES),
        status("200 OK", b"<!DOCTYPE html><p>Disallow: /"),
        astray,
    ],
    indirect=True,
)
def test_no_robots_means_everything_is_allowed(server: Hostile, crawl: Crawl) -> None:
    assert judged(crawl, server.url("/ours-1.html")) == ["allowed"]
    assert not any("secret" in visit.target for visit in server.visits)


@pytest.mark.parametrize("server", [redirects], indirect=True)
def test_five_redirects_to_robots_are_followed(server: Hostile, crawl: Crawl) -> None:
    assert judged(crawl, server.url("/ours-1.html")) == ["refused robots"]
    assert len(server.visits) == 6


@pytest.mark.parametrize(
    "server",
    [
        endless(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + RULES, b"# " + b"x" * 65000 + b"\n", megabytes=50
        )
    ],
    indirect=True,
)
def test_a_huge_robots_is_read_to_its_limit(server: Hostile, crawl: Crawl) -> None:
    assert judged(crawl, server.url("/ours-1.html"), server.url("/a")) == ["refused robots", "allowed"]


def test_retry_after_is_read_in_every_form() -> None:
    now = 1_700_000_000.0
    assert retry_after("120", now) == 120
    assert retry_after(" 1.5 ", now) == 1.5
    assert retry_after("Tue, 14 Nov 2023 22:15:20 GMT", now) == 120
    assert retry_after("99999999999999999999", now) == DAY
    assert retry_after("Tue, 14 Nov 2090 22:15:20 GMT", now) == DAY
    for nothing in (None, "", "-5", "0", "soon", "Tue, 14 Nov 2000 22:15:20 GMT", "1e999x", "nan"):
        assert retry_after(nothing, now) is None


def test_rest_grows_with_each_repetition_and_is_capped() -> None:
    assert delay_for("429", 0, jitter=0) == 60
    assert delay_for("429", 3, jitter=0) == 480
    assert delay_for("429", 0, jitter=1) == pytest.approx(78)
    assert delay_for("blocked", 12, jitter=1) == DAY


def respond(crawl: Crawl, code: int, body: bytes = b"", retry_after: str | None = None) -> None:
    headers = {"Retry-After": retry_after} if retry_after else {}
    answered(BackoffMiddleware(crawl), HtmlResponse("http://a.cn/x", code, headers, body))  # type: ignore[arg-type]


def answered(middleware: BackoffMiddleware, response: HtmlResponse) -> HtmlResponse:
    """What the downloader does with an answer."""
    request = Request(response.url)
    middleware.process_request(request)
    return taken(middleware, request, response)


def taken(middleware: BackoffMiddleware, request: Request, response: HtmlResponse) -> HtmlResponse:
    """The answer to a request that has left."""
    request.meta["on_response"](request, response)
    assert middleware.process_response(request, response) is response
    return response


def test_too_many_requests_stops_the_host_also_in_later_runs(state: State) -> None:
    with pytest.raises(PostponedError) as caught:
        respond(Crawl(state), 429, retry_after="7200")
    assert caught.value.not_before == pytest.approx(time.time() + 7200, abs=5)
    backoff._CACHES.clear()  # as a new process
    assert resting_hosts(state) == {"a.cn"}
    with pytest.raises(PostponedError):
        BackoffMiddleware(Crawl(state)).process_request(Request("http://a.cn/y"))  # type: ignore[arg-type]
    BackoffMiddleware(Crawl(state)).process_request(Request("http://b.cn/y"))  # type: ignore[arg-type]


def test_a_request_waiting_in_the_queue_is_not_sent_into_the_rest(crawl: Crawl, state: State) -> None:
    request = Request("http://a.cn/y")
    BackoffMiddleware(crawl).process_request(request)  # type: ignore[arg-type]
    let_rest(state, "a.cn", "429", 60)
    with pytest.raises(PostponedError):
        request.meta["before_sending"](request)


@pytest.mark.parametrize("server", [status("429 Too Many Requests", Retry_After="60")], indirect=True)
def test_of_requests_made_at_once_none_follows_the_one_that_is_refused(server: Hostile, state: State) -> None:
    crawl = Crawl(state, CONCURRENT_REQUESTS_PER_DOMAIN=1)
    middleware = BackoffMiddleware(crawl)  # type: ignore[arg-type]

    async def ask() -> list[object]:
        handler = AiohttpHandler(crawl)  # type: ignore[arg-type]
        requests = [Request(server.url(f"/{n}")) for n in range(5)]
        for request in requests:
            middleware.process_request(request)
        said = await asyncio.gather(*map(handler.download_request, requests), return_exceptions=True)
        await handler.close()
        return list(said)

    said = asyncio.run(ask())
    assert [type(answer) for answer in said] == [TextResponse, *[PostponedError] * 4]
    assert len(server.visits) == 1


def test_a_rest_is_not_shortened_by_a_lighter_cause(state: State) -> None:
    until = let_rest(state, "a.cn", "429", 7200)
    assert let_rest(state, "a.cn", "error") == until


def test_a_host_that_keeps_failing_is_left_alone(crawl: Crawl, state: State) -> None:
    middleware = BackoffMiddleware(crawl)  # type: ignore[arg-type]
    for n in range(4):
        assert not resting_hosts(state)
        middleware.process_exception(Request(f"http://a.cn/{n}"), FetchError(Reason.TIMEOUT))
    assert resting_hosts(state) == {"a.cn"}


def test_one_forbidden_page_stops_nothing_but_three_in_a_row_do(crawl: Crawl, state: State) -> None:
    middleware = BackoffMiddleware(crawl)  # type: ignore[arg-type]
    response = HtmlResponse("http://a.cn/x", 403, body=b"<title>Forbidden</title>")
    for _ in range(2):
        answered(middleware, response)
    with pytest.raises(PostponedError) as caught:
        answered(middleware, response)
    assert caught.value.reason is Reason.BLOCKED


def test_walls_are_no_pages(crawl: Crawl, state: State) -> None:
    with pytest.raises(PageError) as caught:
        respond(crawl, 200, "<html><head><title>页面不存在</title></head><body>首页</body></html>".encode())
    assert caught.value.reason is Reason.NOT_FOUND_PAGE
    assert not resting_hosts(state)
    with pytest.raises(PostponedError) as blocked:
        respond(crawl, 200, "<html><head><title>安全验证</title></head><body>请拖动滑块完成验证</body></html>".encode())
    assert blocked.value.reason is Reason.BLOCKED
    assert resting_hosts(state) == {"a.cn"}


def test_a_known_page_is_asked_for_with_its_validators() -> None:
    request = Request("http://a.cn/x", meta={"validators": ('"v1"', "Tue, 14 Nov 2023 22:15:20 GMT")})
    RevisitMiddleware().process_request(request)
    assert request.headers["If-None-Match"] == b'"v1"'
    assert request.headers["If-Modified-Since"] == b"Tue, 14 Nov 2023 22:15:20 GMT"


def test_a_run_does_not_wait_for_a_host_that_rests(state: State) -> None:
    def entry(host: str) -> FrontierEntry:
        url = f"http://{host}/x"
        return FrontierEntry(
            key=frontier_key("s", url),
            url=url,
            site="s",
            host=host,
            kind="article",
            priority=1,
            depth=0,
            pattern="p",
            via_kind="start",
            via_url=None,
        )

    with state.unit() as connection:
        state.frontier.add(connection, [entry("a.cn")], run="r")
    assert state.frontier.next_due("s", backoff.rests(state)) == 0.0
    until = let_rest(state, "a.cn", "429", 3600)
    assert state.frontier.next_due("s", backoff.rests(state)) == until
    with state.unit() as connection:
        state.frontier.add(connection, [entry("b.cn")], run="r")
    assert state.frontier.next_due("s", backoff.rests(state)) == 0.0


def test_a_page_that_was_under_way_does_not_end_a_rest(crawl: Crawl, state: State) -> None:
    middleware = BackoffMiddleware(crawl)  # type: ignore[arg-type]
    request = Request("http://a.cn/x")
    middleware.process_request(request)
    until = let_rest(state, "a.cn", "429", 3600)
    taken(middleware, request, HtmlResponse("http://a.cn/x", 200, body=b"<html><body><p>text</p></body></html>"))
    assert backoff.rests(state) == {"a.cn": until}
