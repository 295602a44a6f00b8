"""Every request of a rendered page: judged by the guard, answered by our own transport. The browser itself reaches nothing."""

import re
from collections import OrderedDict
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urljoin

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Route
from playwright.async_api import Request as PageRequest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector

from crawler.outcomes import Reason
from crawler.urls import UrlError, canonical_url
from crawler.web.addresses import GuardPolicy
from crawler.web.browser_data import Blocked
from crawler.web.errors import RefusedError, WebError
from crawler.web.guard import refusal
from crawler.web.handler import AiohttpHandler
from crawler.web.manners import Manners

MAX_REQUESTS = 150  # of one page
MAX_PAGE_BYTES = 24 * 1024 * 1024  # of all answers to one page
MAX_POSTED = 64 * 1024  # bytes of a request's body
MAX_REDIRECTS = 5
CONNECTIONS = 4  # to one host
_CACHED_BYTES = 32 * 1024 * 1024
_CACHED_TYPES = ("script",)
_METHODS = {"GET", "HEAD", "POST"}
# Made by us or by the transport; cookies are nobody's business here.
_OWN_HEADERS = re.compile(r"host|cookie|accept-encoding|content-length|connection|te|trailer|upgrade.*|proxy-.*|:.*")
_KEPT_BACK = re.compile(
    r"set-cookie2?|content-length|transfer-encoding|content-encoding|connection|keep-alive|alt-svc|link|refresh"
    r"|clear-site-data|report-to|reporting-endpoints|nel|content-security-policy-report-only|location"
)


class Transport:
    """Fetches what pages load, over the crawl's guarded handler: the site's own hosts as the crawl may ask them, others only
    at public addresses. Scripts are kept, as a browser's cache would.
    """

    def __init__(
        self,
        settings: BaseSettings,
        hosts: tuple[str, ...],
        stats: StatsCollector | None,
        manners: Manners | None = None,
    ) -> None:
        """`manners`: how the site's own hosts are asked; None where there is no state, as for a single page."""
        self._manners = manners
        ports = [int(port) for port in settings.getlist("ALLOWED_PORTS")]
        private = settings.getlist("ALLOW_PRIVATE_ADDRESSES")
        self._own = GuardPolicy.build(hosts, ports, private)
        self._others = GuardPolicy.build((), ports)
        self._settings = settings
        self._stats = stats
        self._handlers: dict[bool, AiohttpHandler] = {}  # is the site's own host -> handler
        self._kept: OrderedDict[str, Response] = OrderedDict()
        self._kept_bytes = 0

    async def fetch(self, request: Request, *, keep: bool) -> Response:
        """The answer behind at most MAX_REDIRECTS redirects, each judged anew. Raises WebError."""
        if keep and request.url in self._kept:
            self._kept.move_to_end(request.url)
            self.count("cached")
            return self._kept[request.url]
        asked = request
        for _ in range(MAX_REDIRECTS + 1):
            if self._manners is not None and self.is_own(asked.url):
                asked.meta["before_sending"] = self._manners.before_sending
                asked.meta["on_response"] = self._manners.on_response
            response = await self._handler(asked.url).download_request(asked)
            location = response.headers.get("Location")
            if not (300 <= response.status < 400 and location):
                if keep and response.status == 200:
                    self._keep(request.url, response)
                return response
            target = urljoin(asked.url, location.decode("latin-1"))
            method = "GET" if response.status == 303 or asked.method == "POST" else asked.method
            asked = asked.replace(url=target, method=method, meta={}, body=b"" if method == "GET" else asked.body)
        raise RefusedError(Reason.TOO_MANY_REDIRECTS, request.url[:200])

    def is_own(self, url: str) -> bool:
        """Whether a URL is the site's own."""
        return refusal(url, self._own) is None

    def _handler(self, url: str) -> AiohttpHandler:
        is_own = self.is_own(url)
        reason = None if is_own else refusal(url, self._others)
        if reason is not None:
            raise RefusedError(reason, url[:300])
        if is_own not in self._handlers:
            limits: dict[str, Any] = {
                "CONCURRENT_REQUESTS": 4 * CONNECTIONS,
                "CONCURRENT_REQUESTS_PER_DOMAIN": CONNECTIONS,
                "DOWNLOAD_TIMEOUT": self._settings.getfloat("BROWSER_TIMEOUT") / 2,
            }
            if not is_own:
                limits["ALLOW_PRIVATE_ADDRESSES"] = []
            settings = BaseSettings(dict(self._settings) | limits)
            self._handlers[is_own] = AiohttpHandler(cast("Crawler", SimpleNamespace(settings=settings)))
        return self._handlers[is_own]

    def _keep(self, url: str, response: Response) -> None:
        self._kept[url] = response
        self._kept_bytes += len(response.body)
        while self._kept_bytes > _CACHED_BYTES:
            self._kept_bytes -= len(self._kept.popitem(last=False)[1].body)

    def count(self, what: str, by: float = 1) -> None:
        """Into winnow/browser/..."""
        if self._stats is not None:
            self._stats.inc_value(f"winnow/browser/{what}", by)  # type: ignore[arg-type]

    async def close(self) -> None:
        """Close the connections."""
        for handler in self._handlers.values():
            await handler.close()
        self._handlers.clear()


class PageRequests:
    """The requests of one page under way."""

    def __init__(self, transport: Transport, blocked: Blocked, document: Response) -> None:
        self._transport = transport
        self._blocked = blocked
        self._document = document
        self.is_served = False  # whether the document was handed to the browser
        self._asked = 0
        self._bytes = 0
        self.page: Page | None = None  # its tab, set before it is asked to go anywhere
        self.pending = 0  # requests that wait for their answers
        self.failed = 0  # requests to the site itself that got no answer, or only the word to come again later
        self.moved: str | None = None  # where a script wanted to take the tab

    async def handle(self, route: Route) -> None:
        """Playwright calls this for every request of the page's context."""
        try:
            await self._answer(route)
        except PlaywrightError:  # the page was closed while its answer was on the way
            self._transport.count("unwanted_answers")

    async def _answer(self, route: Route) -> None:
        request = route.request
        kind = request.resource_type
        if request.is_navigation_request() and not self._is_wanted_frame(request):
            await self._navigate(route)
        elif kind in self._blocked.emptied:
            self._transport.count(f"blocked/{kind}")
            await route.fulfill(status=200, content_type="text/css", body="")
        elif kind in self._blocked.types or self._blocked.is_tracker(request.url):
            self._transport.count(f"blocked/{kind if kind in self._blocked.types else 'tracker'}")
            await route.abort("blockedbyclient")
        else:
            self.pending += 1
            try:
                await self._fulfill(route, request)
            finally:
                self.pending -= 1

    async def _navigate(self, route: Route) -> None:
        """The document is the page that the crawl already has; frames, forms, new tabs and moves lead nowhere."""
        request = route.request
        is_main = self._is_of_main_frame(request)
        if is_main and not self.is_served:
            self.is_served = True
            await route.fulfill(status=200, headers=_page_headers(self._document), body=self._document.body)
            return
        self._transport.count("blocked/move" if is_main else "blocked/frame")
        if is_main and request.method == "GET" and request.url != self._document.url:
            self.moved = self.moved or request.url
        await route.abort("aborted")

    async def _fulfill(self, route: Route, request: PageRequest) -> None:
        self._asked += 1
        body = request.post_data_buffer or b""
        if (
            request.method not in _METHODS
            or len(body) > MAX_POSTED
            or self._asked > MAX_REQUESTS
            or self._bytes > MAX_PAGE_BYTES
        ):
            self._transport.count("refused/limit")
            await route.abort("blockedbyclient")
            return
        try:
            canonical_url(request.url)
            headers = {name: value for name, value in request.headers.items() if not _OWN_HEADERS.fullmatch(name)}
            asked = Request(request.url, method=request.method, headers=headers, body=body)
            answer = await self._transport.fetch(
                asked, keep=request.method == "GET" and request.resource_type in _CACHED_TYPES
            )
        except UrlError as error:
            self._transport.count(f"refused/{error.reason}")
        except ValueError:
            self._transport.count(f"refused/{Reason.URL_INVALID}")
        except RefusedError as error:
            self._transport.count(f"refused/{error.reason}")
        except WebError as error:
            self._transport.count("network_errors")
            self._transport.count(f"network_errors/{error.reason}")
            self.failed += error.again and self._transport.is_own(request.url)
        else:
            self.failed += (answer.status >= 500 or answer.status == 429) and self._transport.is_own(request.url)
            self._bytes += len(answer.body)
            self._transport.count("requests")
            self._transport.count("bytes", len(answer.body))
            await route.fulfill(status=answer.status, headers=_page_headers(answer), body=answer.body)
            return
        await route.abort("failed")

    def _is_wanted_frame(self, request: PageRequest) -> bool:
        return "frame" not in self._blocked.types and not self._is_of_main_frame(request)

    def _is_of_main_frame(self, request: PageRequest) -> bool:
        try:
            return self.page is not None and request.frame == self.page.main_frame
        except PlaywrightError:  # a tab that is not open yet
            return False


def _page_headers(response: Response) -> dict[str, str]:
    """Headers as the page may see them."""
    return {
        name.decode("latin-1"): ", ".join(value.decode("latin-1") for value in values)
        for name, values in response.headers.items()
        if not _KEPT_BACK.fullmatch(name.decode("latin-1").lower())
    }
