"""Progress for people: a live line on a terminal, a plain line a minute under cron."""

import logging
import sys
import time
from typing import Self

from rich.console import Console
from rich.status import Status
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import AsyncioLoopingCall

from crawler.run import run_of

logger = logging.getLogger(__name__)

_TTY_SECONDS = 0.5
_PLAIN_SECONDS = 60.0


class Progress:
    """Scrapy extension. `scrapy -s PROGRESS=0` turns it off."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._status: Status | None = None
        self._loop: AsyncioLoopingCall | None = None
        self._started = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        if not crawler.settings.getbool("PROGRESS"):
            raise NotConfigured
        progress = cls(crawler)
        crawler.signals.connect(progress.spider_opened, signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def spider_opened(self) -> None:
        """Start to report."""
        if sys.stderr.isatty():
            self._status = Console(stderr=True).status(self.line())
            self._status.start()
        self._loop = AsyncioLoopingCall(self._tick)
        self._loop.start(_TTY_SECONDS if self._status else _PLAIN_SECONDS, now=False)

    def spider_closed(self) -> None:
        """Stop, and leave the terminal clean."""
        if self._loop is not None:
            self._loop.stop()
        if self._status is not None:
            self._status.stop()

    def line(self) -> str:
        """Where the run stands, in one line."""
        run = run_of(self.crawler)
        waiting = run.count_pending()
        minutes, seconds = divmod(int(time.monotonic() - self._started), 60)
        return f"{run.site}: {run.budget.pages} pages, {run.articles} articles, {waiting} URLs waiting, {minutes}:{seconds:02d}"

    def _tick(self) -> None:
        if self._status is not None:
            self._status.update(self.line())
        else:
            logger.info("%s", self.line())
