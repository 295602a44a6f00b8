"""How Scrapy's own log lines look: a scraped or dropped item is one short line at DEBUG, never its text."""

import logging
from typing import Any

from itemadapter import ItemAdapter
from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class LogFormat(LogFormatter):
    """One line an item."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """A recorded article, by id and URL."""
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
