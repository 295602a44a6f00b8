"""Downloader middleware that lets a request out only when the guard's rules allow it, whatever `dont_filter` says.

It checks what can be told from the URL; the addresses behind a name are checked in crawler.web.handler, at the socket.
"""

from typing import Self

import yarl
from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler

from crawler.outcomes import Reason
from crawler.urls import UrlError, canonical_url, host_of
from crawler.web.addresses import GuardPolicy, check_url
from crawler.web.errors import RefusedError


class GuardMiddleware:
    """Refuses requests outside the crawl's sites, ports, schemes and addresses. First among the downloader middlewares."""

    def __init__(self, crawler: Crawler) -> None:
        self._settings = crawler.settings
        self._stats = crawler.stats
        self._policy = GuardPolicy.build((), private=self._settings.getlist("ALLOW_PRIVATE_ADDRESSES"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_opened, signals.spider_opened)
        return middleware

    def spider_opened(self, spider: Spider) -> None:
        """Take the site rule from the spider: `rules.hosts` of a SiteSpider, else `allowed_domains` (names, or "host:port")."""
        rules = getattr(spider, "rules", None)
        hosts = set(rules.hosts if rules is not None else getattr(spider, "allowed_domains", None) or ())
        hosts |= {host.removeprefix("www.") for host in hosts}  # subdomains come with it
        self._policy = GuardPolicy.build(
            sorted(hosts),
            ports=[int(port) for port in self._settings.getlist("ALLOWED_PORTS")],
            private=self._settings.getlist("ALLOW_PRIVATE_ADDRESSES"),
        )

    def process_request(self, request: Request) -> None:
        """Raises RefusedError."""
        reason = refusal(request.url, self._policy)
        if reason is None and request.meta.get("proxy"):
            reason = Reason.GUARD_ADDRESS  # a proxy would resolve the name out of our sight
        if reason is not None:
            if self._stats is not None:
                self._stats.inc_value(f"winnow/guard/{reason}")
            raise RefusedError(reason, request.url[:300])


def refusal(url: str, policy: GuardPolicy) -> Reason | None:
    """`check_url`, and the HTTP client must see the same host as we do: two readings of one URL are an attack."""
    reason = check_url(url, policy)
    if reason is not None:
        return reason
    try:
        seen = yarl.URL(url)
        same = (seen.raw_host or "").rstrip(".") == host_of(canonical_url(url)).rsplit(":", 1)[0].strip("[]")
    except (ValueError, UrlError):
        return Reason.URL_INVALID
    return None if same else Reason.URL_INVALID
