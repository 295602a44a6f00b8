"""How Scrapy's own log lines look: a scraped or dropped item is one short line at DEBUG, never its text."""

import logging
from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class LogFormat(LogFormatter):
    """One line an item, and none that nobody sees: Scrapy's loggers let everything through to a handler that drops it."""

    def __init__(self, *, is_verbose: bool = True) -> None:
        self._is_verbose = is_verbose

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor. LOG_LEVEL is a name or a number."""
        level = crawler.settings["LOG_LEVEL"]
        number = logging.getLevelName(level) if isinstance(level, str) and not level.isdigit() else int(level)
        return cls(is_verbose=number <= logging.DEBUG)

    # That None says "log nothing" is documented, but missing from the types.
    def crawled(  # type: ignore[override]
        self, request: Request, response: Response, spider: Spider
    ) -> LogFormatterResult | None:
        """An answer, as Scrapy says it; None logs nothing."""
        return super().crawled(request, response, spider) if self._is_verbose else None

    def scraped(  # type: ignore[override]
        self, item: Any, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult | None:
        """A recorded article, by id and URL."""
        if not self._is_verbose:
            return None
        record = ItemAdapter(item)
        return {
            "level": logging.DEBUG,
            "msg": "Recorded %(id)s %(url)s",
            "args": {"id": record["id"], "url": record["url"]},
        }

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """A dropped article, by URL and reason."""
        return {
            "level": logging.DEBUG,
            "msg": "Dropped %(url)s: %(reason)s",
            "args": {"url": ItemAdapter(item)["url"], "reason": str(exception)},
        }

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """An article that a pipeline failed on, by URL."""
        return {
            "level": logging.ERROR,
            "msg": "Could not record %(url)s: %(reason)s",
            "args": {"url": ItemAdapter(item)["url"], "reason": repr(exception)},
        }
