"""The end of things: the outcome of a URL whose item or callback failed, and the end of the run."""

import logging
from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from crawler.exitcodes import Exit
from crawler.outcomes import Outcome, Reason
from crawler.run import run_of
from crawler.state import StateError
from crawler.verdict import end_run

logger = logging.getLogger(__name__)


class Closing:
    """Scrapy extension. A fault of the state stops the run at once: nothing could be recorded any more."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        closing = cls(crawler)
        for receiver, signal in (
            (closing.item_dropped, signals.item_dropped),
            (closing.item_error, signals.item_error),
            (closing.spider_error, signals.spider_error),
            (closing.spider_closed, signals.spider_closed),
        ):
            crawler.signals.connect(receiver, signal)
        return closing

    def item_dropped(self, item: Any, exception: DropItem) -> None:
        """A pipeline kept the article out: its reason is the URL's."""
        reason = exception.args[0] if exception.args else Reason.INTERNAL
        run_of(self.crawler).finish(ItemAdapter(item)["lease"], Outcome.DROPPED, Reason(reason))

    def item_error(self, item: Any, failure: Failure) -> None:
        """A pipeline raised: the article is not recorded, and its URL is tried again in the next run."""
        if not self._stops_the_run(failure.value):
            run_of(self.crawler).fail(ItemAdapter(item)["lease"], Reason.INTERNAL)

    def spider_error(self, failure: Failure, response: Response) -> None:
        """The callback raised."""
        if not self._stops_the_run(failure.value):
            run_of(self.crawler).fail(response.meta["lease"], Reason.INTERNAL)

    def _stops_the_run(self, error: BaseException | None) -> bool:
        if not isinstance(error, StateError):
            return False
        run = run_of(self.crawler)
        if run.fault is None:
            run.end_by(error)
            deferred_from_coro(self.crawler.stop_async())
        return True

    def spider_closed(self, reason: str) -> None:
        """Books, profile, verdict, delivery; the exit code of the command comes from here."""
        run = run_of(self.crawler)
        try:
            end_run(run, reason)
        except StateError as error:
            run.end_by(error)
        finally:
            run.close()
        if run.exit is None:
            run.exit = Exit.OK
