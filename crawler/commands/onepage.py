"""One page, fetched for a person to look at: through the guard, without frontier, pipelines or delivery."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.exitcodes import Exit, WinnowError

# What a crawl needs and one page does not. robots.txt is for crawlers; here a person asks for one page.
OVERRIDES = {
    "SCHEDULER": "scrapy.core.scheduler.Scheduler",
    "ITEM_PIPELINES": {},
    "EXTENSIONS": {"scrapy.extensions.corestats.CoreStats": 0},
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
        "crawler.web.guard.GuardMiddleware": 10,
    },
    "LOG_LEVEL": "ERROR",
}


class UnreachableError(WinnowError):
    """The page cannot be had."""

    exit_code = Exit.UNREACHABLE


class Fetched(NamedTuple):
    """The answer, and when it came."""

    response: Response
    fetched_at: datetime


class OnePage(Spider):
    """Fetches one URL, following up to five redirects, each through the guard."""

    name = "onepage"

    def __init__(self, url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url = url
        self.response: Response | None = None
        self.fetched_at = datetime.now(UTC)
        self.fault: str | None = None

    async def start(self) -> AsyncIterator[Any]:
        """The one request."""
        yield self._request(self.url, 5)

    def _request(self, url: str, redirects: int) -> Request:
        return Request(url, self.parse, errback=self.failed, dont_filter=True, cb_kwargs={"redirects": redirects})

    def parse(self, response: Response, redirects: int = 0, **kwargs: Any) -> Any:
        """Keep the response, or follow it."""
        location = response.headers.get("Location")
        if 300 <= response.status < 400 and location and redirects:
            return self._request(response.urljoin(location.decode("latin-1")), redirects - 1)
        self.response = response
        return None

    def failed(self, failure: Failure) -> None:
        """Keep why there is none."""
        self.fault = str(failure.value)


def fetch(process: AsyncCrawlerProcess, url: str) -> Fetched:
    """The answer to `url` and when it came. Raises UnreachableError."""
    crawler = process.create_crawler(OnePage)
    process.crawl(crawler, url=url)
    process.start()
    spider = crawler.spider
    assert isinstance(spider, OnePage)
    if spider.response is None:
        raise UnreachableError(spider.fault or f"no answer from {url}")
    return Fetched(spider.response, spider.fetched_at)
