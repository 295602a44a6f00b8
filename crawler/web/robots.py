"""robots.txt as RFC 9309 wants it: unreachable means "do not crawl, come back", the answer is kept for a day, across runs."""

import asyncio
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urljoin

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.outcomes import Reason
from crawler.run import run_of
from crawler.state import State
from crawler.urls import UrlError, canonical_url, host_of, other_scheme
from crawler.web.backoff import DAY, let_rest, retry_after
from crawler.web.blocked import header
from crawler.web.errors import PostponedError, RefusedError, WebError

logger = logging.getLogger(__name__)

MAX_BYTES = 512 * 1024  # RFC 9309, 2.5 asks for 500 KiB at least
MAX_REDIRECTS = 5  # 2.3.1.2
MAX_CRAWL_DELAY = 60.0  # seconds; longer ones would make a harvest pointless and are logged
_FIRST_WAIT = 300.0  # seconds until an unreachable robots.txt is asked for again; trebled each time
_LONGEST_WAIT = DAY
_IN_MEMORY = 256  # hosts whose rules are kept parsed


@dataclass(slots=True)
class Rules:
    """What robots.txt of one host says to us. `text` None: there is none, everything is allowed."""

    text: str | None
    _parsed: Any = None

    def __post_init__(self) -> None:
        """Parse once."""
        self._parsed = Protego.parse(self.text) if self.text else None

    def allows(self, url: str, user_agent: str) -> bool:
        """Whether this URL may be fetched."""
        return self._parsed is None or bool(self._parsed.can_fetch(url, user_agent))

    def crawl_delay(self, user_agent: str) -> float | None:
        """Seconds between two requests, as asked for."""
        delay = self._parsed.crawl_delay(user_agent) if self._parsed is not None else None
        return float(delay) if delay and delay > 0 else None

    def sitemaps(self, base: str) -> list[str]:
        """The canonical URLs of its Sitemap lines; what is no URL is left out."""
        found = []
        for link in self._parsed.sitemaps if self._parsed is not None else ():
            try:
                found.append(canonical_url(urljoin(base, link)))
            except ValueError:
                logger.info("Sitemap line of %s is no URL: %.200r", base, link)
        return found


def decode_robots(body: bytes) -> str:
    """The text of a robots.txt: UTF-8, a byte order mark and broken bytes forgiven, at most MAX_BYTES, whole lines only."""
    if len(body) >= MAX_BYTES:
        body = body[:MAX_BYTES].rpartition(b"\n")[0]
    return body.decode("utf-8-sig", errors="replace").replace("\0", "")


def looks_like_robots(text: str) -> bool:
    """Whether a text holds rules at all; a soft 404 in HTML does not."""
    return not text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<?xml", "<head", "<body"))


class RobotsMiddleware:
    """Downloader middleware: asks for robots.txt before the first page of a host and judges every page by it.

    Raises RefusedError(ROBOTS) for what is disallowed, PostponedError(ROBOTS) while robots.txt cannot be had, WebError where
    nobody answers under http (or https) on a host that answers under the other.
    Hands Sitemap lines to `spider.found_sitemaps(host, urls)` when the spider has that method.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._enabled = crawler.settings.getbool("ROBOTS_OBEY", True)
        self._user_agent = str(crawler.settings["USER_AGENT"]).partition("/")[0]
        self._rules: OrderedDict[str, tuple[float, Rules]] = OrderedDict()
        self._fetching: dict[str, asyncio.Future[Rules]] = {}
        self._silent: dict[str, tuple[float, Reason]] = {}  # origin -> until when it is not asked again, and why

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Judge the request by its host's rules, fetching them first if need be."""
        if not self._enabled or request.meta.get("robots"):
            return
        canonical = canonical_url(request.url)
        rules = await self._rules_for(canonical)
        if not rules.allows(request.url, self._user_agent):
            self._count("refused")
            raise RefusedError(Reason.ROBOTS, request.url[:200])

    async def _rules_for(self, url: str) -> Rules:
        origin = f"{url.partition('://')[0]}://{host_of(url)}"
        known = self._rules.get(origin)
        if known is not None and known[0] > time.time():
            self._rules.move_to_end(origin)
            return known[1]
        if origin in self._silent and self._silent[origin][0] > time.time():
            raise WebError(self._silent[origin][1], f"nobody answers at {origin}")
        if origin in self._fetching:
            return await asyncio.shield(self._fetching[origin])
        future: asyncio.Future[Rules] = asyncio.get_running_loop().create_future()
        self._fetching[origin] = future
        try:
            rules, expires_at = self._kept(origin) or await self._fetched(origin)
        except BaseException as error:
            future.set_exception(error)
            future.exception()  # whether or not anybody else waits for it
            raise
        finally:
            del self._fetching[origin]
        future.set_result(rules)
        self._rules[origin] = (expires_at, rules)
        while len(self._rules) > _IN_MEMORY:
            self._rules.popitem(last=False)
        self._apply(origin, rules)
        return rules

    def _kept(self, origin: str) -> tuple[Rules, float] | None:
        """The rules in the state, unless they are a day old. Raises PostponedError while robots.txt is to be left alone."""
        now = time.time()
        value = run_of(self._crawler).state.hosts.get(host_of(origin), _name(origin), now)
        if value is None:
            return None
        if "retry_at" in value:
            if value["retry_at"] > now:
                raise PostponedError(Reason.ROBOTS, f"robots.txt of {origin} cannot be had", value["retry_at"])
            return None
        return Rules(value["text"]), value["fetched_at"] + DAY

    async def _fetched(self, origin: str) -> tuple[Rules, float]:
        now = time.time()
        try:
            response = await self._ask(origin)
        except PostponedError as error:
            if error.reason is Reason.ROBOTS:  # said by the judge of the answer
                raise
            raise self._unreachable(origin, str(error), max(1.0, (error.not_before or now) - now)) from error
        except RefusedError as error:  # a redirect to where the guard lets nobody go: no rules there for us
            logger.info("robots.txt of %s leads astray: %s", origin, error)
            rules = Rules(None)
        except WebError as error:
            if self._answers_otherwise(origin):  # as a site without TLS does, whatever its links say
                self._silent[origin] = (now + _FIRST_WAIT, error.reason)
                raise WebError(error.reason, f"{origin}: {error}") from error
            raise self._unreachable(origin, str(error), None) from error
        else:
            text = decode_robots(response.body) if response.status < 300 else ""
            rules = Rules(text if looks_like_robots(text) else None)
        state = run_of(self._crawler).state
        with state.unit() as connection:
            value = {"text": rules.text, "fetched_at": now}
            state.hosts.put(connection, host_of(origin), _name(origin), value, expires_at=now + DAY)
        self._count("fetched")
        return rules, now + DAY

    async def _ask(self, origin: str) -> Response:
        """The answer behind at most MAX_REDIRECTS redirects, each a request that the guard judges. Raises WebError."""
        assert self._crawler.engine is not None
        url = f"{origin}/robots.txt"

        def judge(request: Request, response: Response) -> None:
            if response.status >= 500 or response.status == 429:
                wait = retry_after(header(response, "Retry-After"), time.time())
                request.meta["refusal"] = self._unreachable(origin, f"status {response.status}", wait)

        for _ in range(MAX_REDIRECTS + 1):
            meta = {"robots": True, "download_maxsize": MAX_BYTES, "truncate_body": True, "on_response": judge}
            response: Response = await self._crawler.engine.download_async(
                Request(url, meta=meta, dont_filter=True, priority=1000)
            )
            location = header(response, "Location")
            if not (300 <= response.status < 400 and location):
                return response
            try:
                url = canonical_url(urljoin(url, location))
            except UrlError as error:
                raise RefusedError(error.reason, location[:200]) from error
            except ValueError as error:
                raise RefusedError(Reason.URL_INVALID, location[:200]) from error
        raise RefusedError(Reason.TOO_MANY_REDIRECTS, url[:200])

    def _answers_otherwise(self, origin: str) -> bool:
        """Whether the host has given a robots.txt under the other of http and https: it is up, and need not rest."""
        return kept_answer(run_of(self._crawler).state, other_scheme(origin)) is not None

    def _unreachable(self, origin: str, why: str, wait: float | None) -> PostponedError:
        """Remember that robots.txt cannot be had, let the host rest, and say until when."""
        state, host, now = run_of(self._crawler).state, host_of(origin), time.time()
        failures = (state.hosts.get(host, _name(origin), now) or {}).get("failures", 0)
        seconds = wait or min(_LONGEST_WAIT, _FIRST_WAIT * 3 ** min(failures, 10))
        until = let_rest(state, host, "error", seconds)
        with state.unit() as connection:
            value = {"retry_at": until, "failures": failures + 1, "why": why[:200]}
            state.hosts.put(connection, host, _name(origin), value, expires_at=until + 7 * DAY)
        self._count("unreachable")
        logger.warning("robots.txt of %s cannot be had (%s): nothing is fetched there for %.0f s", origin, why, seconds)
        return PostponedError(Reason.ROBOTS, f"robots.txt of {origin}: {why}", until)

    def _apply(self, origin: str, rules: Rules) -> None:
        """Crawl-delay into the download slot of the host, sitemaps to the spider."""
        engine, spider = self._crawler.engine, self._crawler.spider
        assert engine is not None
        delay = rules.crawl_delay(self._user_agent)
        if delay is not None:
            if delay > MAX_CRAWL_DELAY:
                logger.warning(
                    "robots.txt of %s asks for %.0f s between requests; %.0f are kept", origin, delay, MAX_CRAWL_DELAY
                )
            downloader = engine.downloader
            key = host_of(origin)
            slow = max(min(delay, MAX_CRAWL_DELAY), self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
            downloader.per_slot_settings[key] = downloader.per_slot_settings.get(key, {}) | {"delay": slow, "jitter": 0}
            if key in downloader.slots:
                downloader.slots[key].delay = slow
        sitemaps = rules.sitemaps(origin + "/")
        found = getattr(spider, "found_sitemaps", None)
        if sitemaps and found is not None:
            found(host_of(origin), sitemaps)

    def _count(self, what: str) -> None:
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value(f"winnow/robots/{what}")


def kept_rules(state: State, origin: str) -> str | None:
    """The robots.txt of an origin as it was last fetched; None when there is none, or none that is fresh."""
    text: str | None = (kept_answer(state, origin) or {}).get("text")
    return text


def kept_answer(state: State, origin: str) -> dict[str, Any] | None:
    """What an origin answered when it was last asked for its robots.txt (`text`, `fetched_at`); None when it did not."""
    value: dict[str, Any] | None = state.hosts.get(host_of(origin), _name(origin), time.time())
    return value if value is not None and "text" in value else None


def _name(origin: str) -> str:
    return f"robots:{origin.partition(':')[0]}"
