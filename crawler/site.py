"""SiteSpider: the only traversal code. A site is a subclass with a handful of attributes (docs/adding-a-site.md)."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, ClassVar

from scrapy import Request, Spider, signals
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from crawler.arguments import SpiderArguments, parse_arguments
from crawler.article import Article
from crawler.continuation import complete
from crawler.failures import may_be_whole_later, reason_of, resume_of
from crawler.firstcontact import FirstContact
from crawler.outcomes import Outcome, Reason
from crawler.reading.pool import ReaderPool, ReadLimitError
from crawler.reading.profile import Profile
from crawler.reading.reading import Reading
from crawler.record import article_of
from crawler.run import MOST_LISTED, Run
from crawler.spellings import Spellings
from crawler.state import FrontierEntry, Lease
from crawler.traversal import MOST_LINKS, Followed, SiteRules, offered, turn
from crawler.urls import canonical_url, host_of
from crawler.web.backoff import resting_hosts, rests
from crawler.web.browser_errors import RenderError
from crawler.web.browser_need import UNRENDERED, Rendering
from crawler.web.errors import FetchError, WebError
from crawler.web.manners import Manners
from crawler.web.sources import read_source

logger = logging.getLogger(__name__)


_GUESSED_ARTICLES = {"article", "related", "neighbour"}
_NOT_ARTICLES = {"start", "listing", "page"}
_AT_ONCE = 500  # entries of a sitemap that are taken in before others get the event loop
_SURE = 0.7  # of being an article, where the place of the link says otherwise


class SiteSpider(Spider):
    """Follows listings, next pages, articles and related posts of one site within its budgets."""

    # Where to start, and what belongs to the site.
    start_urls: list[str] = []
    sources: list[str] = []  # sitemaps and feeds beyond /sitemap.xml and those that the pages name
    allowed_hosts: tuple[str, ...] = ()  # beyond the hosts of start_urls
    # Shapes of URLs (regular expressions on the whole URL); empty: learned.
    article_urls: str = ""
    listing_urls: str = ""
    ignore_urls: str = ""
    # Reading: CSS selectors, only where the reader errs.
    timezone: str | None = None
    selectors: ClassVar[dict[str, str]] = {}  # the fields are listed in docs/adding-a-site.md
    remove: tuple[str, ...] = ()  # advert boxes
    render: str = "auto"  # or "always", "never"

    arguments_model: type[SpiderArguments] = SpiderArguments

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args)
        self.arguments = parse_arguments(self.arguments_model, kwargs)
        self.site: str = self.name
        self._profiles: dict[str, tuple[Profile, Profile]] = {}  # host -> (learned, with the class's corrections)

    # --- the run ---------------------------------------------------------------------------------------------------
    def open_run(self, run: Run) -> None:
        """Called by the scheduler: takes up what a killed run left, and puts in where to start."""
        self.run = run
        run.resting = lambda: rests(run.state)
        self.followed = Followed()
        self.spellings = Spellings(run)
        self.rules = SiteRules(
            site=self.site,
            hosts=self.own_hosts(),
            refuse=run.refuse,
            article_urls=re.compile(self.article_urls) if self.article_urls else None,
            listing_urls=re.compile(self.listing_urls) if self.listing_urls else None,
            ignore_urls=re.compile(self.ignore_urls) if self.ignore_urls else None,
        )
        self.allowed_domains = sorted(self.rules.hosts)  # the guard reads them
        settings = self.settings
        self.first_contact = FirstContact(run, settings.getint("SURVEY_PAGES"), self._is_full)
        self.pool = ReaderPool(
            workers=settings.getint("READER_WORKERS"),
            cpu_seconds=settings.getint("READER_CPU_SECONDS"),
            memory_mb=settings.getint("READER_MEMORY_MB"),
        )
        hosts = tuple(sorted(self.rules.hosts | {host.removeprefix("www.") for host in self.rules.hosts}))
        self.rendering = Rendering(
            self.render, settings, hosts, self.crawler.stats, run.rendered, Manners(run.state, settings)
        )
        self.crawler.signals.connect(self.rendering.close, signals.spider_closed)
        run.take_up(revisit_all=self.arguments.revisit)
        run.insist(entry for entry in self._seeds() if entry is not None)

    def _seeds(self) -> list[FrontierEntry | None]:
        def seed(url: str, kind: str) -> FrontierEntry | None:
            return self.rules.entry(url, kind, via_kind="start", via_url=None, depth=0)

        maps = [canonical_url(url).split("/", 3) for url in self.start_urls]
        return (
            [seed(url, "start") for url in self.start_urls]
            + [seed(f"{scheme}//{host}/sitemap.xml", "sitemap") for scheme, _, host, *_ in maps]
            + [seed(url, "sitemap") for url in self.sources]
        )

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: the start URLs are frontier entries like all others."""
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    def is_satisfied(self) -> bool:
        """Whether the sample is full."""
        return self.arguments.sample is not None and self.run.handed_over >= self.arguments.sample

    def resting_hosts(self) -> set[str]:
        """Hosts that asked to be left alone for now."""
        return resting_hosts(self.run.state)

    def _is_full(self) -> bool:
        """Whether nothing is fetched until some of what is at work is done with: it fills the memory that it may have
        (SCRAPER_SLOT_MAX_ACTIVE_SIZE), or the run is closing."""
        engine = self.crawler.engine
        if engine is None:
            return False
        fills_memory = engine.scraper.slot is not None and engine.scraper.slot.needs_backout()
        return fills_memory or (engine.needs_backout() and not engine.downloader.needs_backout())

    def request(self, lease: Lease) -> Request:
        """The Request of a lease. Validators let the host answer 304, but not in a run that is to read everything anew;
        `dont_filter` because the frontier's key is unique."""
        validators = (None, None) if self.arguments.revisit else (lease.etag, lease.last_modified)
        return Request(
            lease.url,
            callback=self.parse,
            errback=self.failed,
            dont_filter=True,
            meta={"lease": lease, "validators": validators},
        )

    # --- one page --------------------------------------------------------------------------------------------------
    async def parse(self, response: Response, **kwargs: Any) -> AsyncIterator[Any]:
        """Every answer ends its lease by one outcome; a page with an article hands that to the pipelines, which end it."""
        lease: Lease = response.meta["lease"]
        if 300 < response.status < 400:
            try:
                response = await self._past_itself(response, lease)
            except (WebError, DownloadFailedError):
                self.run.fail(lease, Reason.HTTP_ERROR)
                return
        status = response.status
        if status == 304:
            self.run.unchanged(lease, Reason.NOT_MODIFIED)
        elif 300 <= status < 400:
            self._redirect(lease, _header(response, "Location") or "", response)
        elif status in {404, 410}:
            self.run.gone(lease, status)
        elif status >= 500 or status in {408, 425, 429}:
            self.run.fail(lease, Reason.HTTP_ERROR)
        elif status != 200:
            if lease.kind == "start":
                self.run.event("start_refused", f"{lease.url} answered {status}")
            self.run.finish(lease, Outcome.FAILED, Reason.HTTP_ERROR)
        elif lease.kind in {"sitemap", "feed"}:
            await self._parse_source(response, lease)
        elif not isinstance(response, TextResponse):
            self.run.finish(lease, Outcome.DROPPED, Reason.NOT_HTML)
        else:
            async for article in self._parse_page(response, lease):
                yield article

    async def _past_itself(self, response: Response, lease: Lease) -> Response:
        """The answer behind a redirect to another spelling of the same page (a session id, a tracking key), asked once.

        As a frontier entry it would be known already, and the page lost. Every check of a request applies to it.
        """
        location = _header(response, "Location")
        target = location and self.rules.entry(
            response.urljoin(location), lease.kind, via_kind="redirect", via_url=lease.url, depth=lease.depth
        )
        if not target or target.key != lease.key or target.url == response.url:
            return response
        assert self.crawler.engine is not None
        self.run.budget.count_page()
        return await self.crawler.engine.download_async(Request(target.url, meta={"lease": lease}))

    def _redirect(self, lease: Lease, location: str, response: Response) -> None:
        target = self.rules.entry(
            response.urljoin(location), lease.kind, via_kind="redirect", via_url=lease.url, depth=lease.depth
        )
        if target is None:
            if lease.kind == "start":
                self.run.event(
                    "start_redirects_away", f"{lease.url} leads to {location}: start there instead, or add its host"
                )
            self.run.finish(lease, Outcome.FILTERED, Reason.GUARD_SITE)
            return
        if target.key == lease.key:
            self.run.finish(lease, Outcome.FAILED, Reason.TOO_MANY_REDIRECTS)
            return
        self.run.insist([target])
        self.run.finish(lease, Outcome.DONE, Reason.REDIRECTED)

    async def _parse_source(self, response: Response, lease: Lease) -> None:
        source = read_source(response.body, response.url)
        if source.fault:
            self.run.event("source_fault", f"{response.url}: {source.fault}")
        kind = "sitemap" if source.kind == "sitemapindex" else "article"
        listed = enumerate(source.entries)
        while batch := list(islice(listed, _AT_ONCE)):
            entries = (
                self.rules.entry(
                    e.url, kind, via_kind=lease.kind, via_url=lease.url, depth=lease.depth, turn=turn(rank)
                )
                for rank, e in batch
            )
            self.run.add(entry for entry in entries if entry is not None)
            await asyncio.sleep(0)
        self.run.finish(lease, Outcome.DONE, Reason.SOURCE, **_validators(response))

    async def _parse_page(self, response: TextResponse, lease: Lease) -> AsyncIterator[Article]:
        profile = self.profile_for(lease.host)
        try:
            reading = await self.read(response, profile)
            if reading.problem is not None:
                self.run.quarantine(lease, Reason(reading.problem), reading.encoding, response.body)
                return
            response, reading = await self.rendering.improved(
                response, reading, lease, profile, lambda filled: self.read(filled, profile)
            )
            if reading.refresh and not reading.lines:
                self._redirect(lease, reading.refresh, response)
                return
            if reading.kind == "article" and lease.kind in _NOT_ARTICLES and reading.confidence < _SURE:
                reading.kind = "listing"  # a menu leads to sections: one that lists a single article looks like it
            fruits, left_out = await self._follow(reading, lease, profile)
            if reading.kind != "article":
                self.run.feed(lease.host, reading, expected=lease.kind in _GUESSED_ARTICLES)
                self.run.budget.judge_page(lease.pattern, fruitful=fruits > 0)
                reason = Reason.LISTING if reading.kind == "listing" else Reason.NO_ARTICLE
                if (
                    left_out
                ):  # what is left is taken up in the next run: asked without validators, or it is not sent again
                    self.run.finish(lease, Outcome.DONE, reason, revisit=0.0)
                    return
                revisit = self.run.first_revisit() if UNRENDERED in response.flags else None
                self.run.finish(lease, Outcome.DONE, reason, revisit=revisit, **_validators(response))
                return
            if not profile.version:
                await self.first_contact.profile(lease.host, lease.key, reading)
                profile = self.profile_for(lease.host)
                if profile.version:
                    reading = await self.read(response, profile)
            await self._complete(reading, lease, profile)
        except ReadLimitError as error:
            self.run.quarantine(lease, Reason(error.reason), str(error), response.body)
            return
        except RenderError as error:
            logger.info("%s could not be rendered: %s", lease.url, error)
            if error.reason is Reason.RENDER_CRASHED:  # tried often enough
                self.run.finish(lease, Outcome.FAILED, error.reason)
            else:
                self.run.fail(lease, error.reason)
            return
        except (WebError, DownloadFailedError) as error:
            logger.info("%s is incomplete: %s", lease.url, error)
            self.run.fail(lease, Reason.INCOMPLETE)
            return
        address = self.spellings.address(response.url, reading, lease)
        if address is None:
            self.run.finish(lease, Outcome.DONE, Reason.OTHER_SPELLING)
            return
        if not self.run.hand_over(lease, self.arguments.sample):
            return
        self.run.budget.judge_article(lease.pattern)
        self.run.feed(lease.host, reading, expected=True)
        reading.category = reading.category or self.run.listed.get(lease.url)  # some themes show it in lists only
        yield article_of(reading, address, response, lease, self.run)

    async def _complete(self, reading: Reading, lease: Lease, profile: Profile) -> None:
        """Read the further pages of an article. Raises what a download or a reading can raise."""
        assert self.crawler.engine is not None
        engine = self.crawler.engine

        async def fetch(url: str) -> Reading:
            self.run.budget.count_page()
            response = await engine.download_async(Request(url))
            if response.status != 200 or not isinstance(response, TextResponse):
                raise FetchError(Reason.INCOMPLETE, f"page {url} of an article answered {response.status}")
            return await self.read(response, profile)

        pages = await complete(reading, fetch)
        entries = (
            self.rules.entry(url, "page", via_kind="page", via_url=lease.url, depth=lease.depth) for url in pages
        )
        self.run.add(replace(e, outcome=Outcome.DONE, reason=Reason.CONTINUATION) for e in entries if e is not None)

    async def _follow(self, reading: Reading, lease: Lease, profile: Profile) -> tuple[int, int]:
        """Put a page's links into the frontier; how many may be articles never seen before, how many were left out."""
        if reading.kind == "listing" and len(self.run.listed) < MOST_LISTED:
            self.run.listed.update((entry.url, entry.category) for entry in reading.entries if entry.category)
        offer = await offered(reading, lease, self.rules, profile, self.followed)
        left_out = 0
        if len(links := offer.links()) > MOST_LINKS:
            left_out = offer.leave_out(self.run.state.frontier.known(entry.key for entry in links))
        entries = list(offer.entries.values())
        budget, misjudged = self.run.budget, lease.kind in _GUESSED_ARTICLES and reading.kind != "article"
        likely = {e.key for e in entries if e.kind in _GUESSED_ARTICLES and not budget.refusal(e.pattern, e.depth)}
        promising = {e.key for e in entries if budget.promises(lease.pattern, e.pattern, misjudged=misjudged)} & likely
        page = None
        if reading.kind == "listing" and reading.next_page:
            page = self.rules.entry(reading.next_page, "page", via_kind="listing", via_url=lease.url, depth=lease.depth)
        if not entries and page is None:
            return 0, 0
        with self.run.state.unit() as conn:
            fruits = self.run.add((e for e in entries if e.key in promising), conn)
            articles = fruits + self.run.add((e for e in entries if e.key in likely - promising), conn)
            self.run.add((e for e in entries if e.key not in likely), conn)
            if left_out:
                self.run.leave_out(lease, left_out)
            if page is not None:
                goes_on = budget.paging_goes_on(page.pattern, new_articles=articles)
                self.run.follow_paging(page, conn, new_articles=articles, goes_on=goes_on)
        self.followed.keep(offer.urls)
        return fruits, left_out

    async def read(self, response: TextResponse, profile: Profile) -> Reading:
        """The reading of a response, in a worker process; raises ReadLimitError."""
        headers = {"content-type": _header(response, "Content-Type") or ""}
        return await self.pool.read(response.body, response.url, headers, profile, datetime.now(UTC))

    def profile_for(self, host: str) -> Profile:
        """What was learned of a host, with what the site class states laid over it."""
        learned = self.run.profile(host)
        if host not in self._profiles or self._profiles[host][0] is not learned:
            filtered = replace(learned, filters=tuple(self.settings.getlist("AD_FILTERS")))
            self._profiles[host] = (learned, self.corrected(filtered))
        return self._profiles[host][1]

    def corrected(self, profile: Profile) -> Profile:
        """The profile with what the class states laid over it."""
        return replace(
            profile,
            timezone=self.timezone or profile.timezone,
            selectors=profile.selectors | self.selectors,
            remove=profile.remove + tuple(self.remove),
        )

    def own_hosts(self) -> frozenset[str]:
        """The hosts whose pages belong to the site. Raises UrlError."""
        return frozenset(host_of(canonical_url(url)) for url in self.start_urls) | frozenset(self.allowed_hosts)

    def found_sitemaps(self, host: str, urls: list[str]) -> None:
        """The Sitemap lines of a robots.txt; crawler.web.robots calls this once a host."""
        source = f"{host}/robots.txt"
        entries = (self.rules.entry(url, "sitemap", via_kind="sitemap", via_url=source, depth=0) for url in urls)
        self.run.add(entry for entry in entries if entry is not None)

    async def failed(self, failure: Failure) -> None:
        """No answer: try again later, wait for the host, or put the page aside, as the failure says."""
        lease: Lease = failure.request.meta["lease"]  # type: ignore[attr-defined]
        assert failure.value is not None
        outcome, reason = reason_of(failure.value)
        not_before = resume_of(failure.value)
        if outcome is Outcome.FAILED and not_before is not None:
            self.run.postpone(lease, not_before, reason)
        elif outcome is Outcome.FAILED or (may_be_whole_later(failure.value) and self.run.has_attempts_left(lease)):
            self.run.fail(lease, reason)
        elif outcome is Outcome.QUARANTINED:
            self.run.quarantine(lease, reason, str(failure.value))
        else:
            self.run.finish(lease, outcome, reason)


def _validators(response: Response) -> dict[str, Any]:
    return {"etag": _header(response, "ETag"), "last_modified": _header(response, "Last-Modified")}


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1")[:500] if value else None
