"""The scheduler: leases URLs from the frontier in small batches and only then builds Requests."""

import logging
import time
from collections import Counter, deque
from typing import Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler

from crawler.budget import Budget
from crawler.outcomes import Outcome
from crawler.run import Run
from crawler.site import SiteSpider
from crawler.state import Lease

logger = logging.getLogger(__name__)

_IN_VAIN = 0.2  # seconds after which URLs are looked for again while the same hosts are busy


class FrontierScheduler:
    """Replaces Scrapy's queues and dupefilter. Memory holds a few leases a host, however many URLs wait."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.settings = crawler.settings
        self.run: Run | None = None
        self._leases: deque[Lease] = deque()
        self._concurrency = max(1, self.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))
        self._per_host = 2 * self._concurrency
        self._half = self.settings.getint("CONCURRENT_REQUESTS") // 2
        self._in_vain: tuple[set[str], float] = (
            set(),
            0.0,
        )  # busy hosts, and until when nothing is looked for (monotonic)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Open the run, take back the leases of a killed predecessor, and put the start URLs in."""
        assert isinstance(spider, SiteSpider)
        arguments = spider.arguments
        budget = Budget(
            max_pages=arguments.max_pages or self.settings.getint("MAX_PAGES"),
            max_depth=self.settings.getint("MAX_DEPTH") if arguments.max_depth is None else arguments.max_depth,
            paging_patience=self.settings.getint("PAGING_PATIENCE"),
            patience=self.settings.getint("PATTERN_PATIENCE"),
        )
        self.run = Run(self.crawler, spider.site, budget)
        self.run.is_limited = arguments.sample is not None or arguments.max_pages is not None
        spider.open_run(self.run)
        self.spider = spider

    def close(self, reason: str) -> None:
        """Give back what was leased and not worked on."""
        if self.run is not None:
            self._leases.clear()
            self.run.release()

    def has_pending_requests(self) -> bool:
        """Whether a URL of this run is due now or within PATIENCE."""
        if self.run is None or self.run.budget.is_spent() or self.spider.is_satisfied():
            return False
        if self._leases:
            return True
        due = self.run.next_due()
        return due is not None and due <= time.time() + self.settings.getfloat("PATIENCE")

    def enqueue_request(self, request: Request) -> bool:
        """Links enter the frontier as URLs; a Request from elsewhere is a programming error and is refused loudly."""
        logger.error("Refused %s: links belong in the frontier, not in Requests", request.url)
        return False

    def next_request(self) -> Request | None:
        """A Request for the most urgent URL of a host that is free, or None."""
        run = self.run
        if run is None or run.budget.is_spent() or self.spider.is_satisfied():
            return None
        waiting = self.spider.first_contact.waiting
        load = Counter(lease.host for key, lease in run.open_leases.items() if key not in waiting)
        busy = {host for host, count in load.items() if count >= self._per_host or self._is_queueing(host)}
        while True:
            for _ in range(len(self._leases)):
                lease = self._leases.popleft()
                if lease.host in busy:
                    self._leases.append(lease)
                    continue
                run.open_leases[lease.key] = lease
                refusal = run.budget.refusal(lease.pattern, lease.depth)
                if refusal is None:
                    run.budget.count_page()
                    return self.spider.request(lease)
                run.finish(lease, Outcome.FILTERED, refusal)
            if not self._refill(run, busy):
                return None

    def _is_queueing(self, host: str) -> bool:
        """Whether a host has all it may have on its way, and half of all slots are taken: the other half is not for queues,
        or hosts that answer slowly would hold them all."""
        assert self.crawler.engine is not None
        downloader = self.crawler.engine.downloader
        slot = downloader.slots.get(host)
        return slot is not None and len(downloader.active) >= self._half and len(slot.active) >= self._concurrency

    def _refill(self, run: Run, busy: set[str]) -> bool:
        """Lease URLs of hosts that are not busy: what waits for a slow host must not keep the others waiting."""
        busy = busy | {lease.host for lease in self._leases}
        if busy and busy == self._in_vain[0] and time.monotonic() < self._in_vain[1]:
            return False
        found = run.lease(self._per_host, self.spider.resting_hosts() | busy)
        self._leases.extend(found)
        if not found:
            self._in_vain = (busy, time.monotonic() + _IN_VAIN)
        return bool(found)
