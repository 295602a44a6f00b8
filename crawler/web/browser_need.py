"""Which pages of a crawl are given to the browser, and what that taught: facts per shape of URL, kept in the profile."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from scrapy.http import HtmlResponse, TextResponse
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector

from crawler.outcomes import Reason
from crawler.reading.profile import Profile
from crawler.reading.reading import Reading
from crawler.state import Lease
from crawler.web.blocked import judge_response
from crawler.web.browser_data import Growth, shows_growth
from crawler.web.browser_errors import NoBrowserError, RenderError
from crawler.web.manners import Manners

if TYPE_CHECKING:
    from crawler.web.browser import Browser

logger = logging.getLogger(__name__)

MODES = ("auto", "always", "never")
UNRENDERED = "unrendered"  # flag of a response that a browser would have filled
_PROBES = 3  # renderings in vain that a host may cost before its word "needs no browser" is taken
_RECHECK = 25  # of so many pages of a kind that is said to need none, one is rendered all the same
_MOST_FACTS = 64  # of one host
_EMPTY_MIDDLE = {"app_root", "empty_body", "unfilled"}
_WEAK_SIGNS = {"waiting", "noscript", "scripts_without_text"}
_FEW_ENTRIES = 3  # a list of fewer is a menu or a box beside the text
_ARTICLES = {"article", "related", "neighbour"}
_LISTINGS = {"start", "listing", "page", "link"}
_GAIN_LINKS = 3
_GAIN_TEXT = 300  # characters
_SURE = 0.85  # body_confidence; a footer that was taken for the text has less


def need_of(reading: Reading, html: str, lease_kind: str = "article") -> str | None:
    """Why a browser may show more of a page than its plain reading has: "shell", "partial", "growing"; None: it would not.

    shell: next to nothing but scripts. partial: a frame without the article or the list that was expected in its middle.
    growing: a list that gets longer by scrolling or a button.
    """
    if reading.shell.is_shell:
        return "shell"
    signs = set(reading.shell.signs)
    if signs & _EMPTY_MIDDLE:  # an article or a list that was found all the same may be a footer, a menu
        return "partial"
    if reading.kind == "article":
        return None
    has_list = reading.kind == "listing" and len(reading.entries) >= _FEW_ENTRIES
    if signs & _WEAK_SIGNS and not has_list and (lease_kind in _ARTICLES or "waiting" in signs):
        return "partial"
    # What was reached by turning pages is the last of several, and has no more to load.
    ends = reading.kind == "listing" and not reading.next_page and lease_kind in _LISTINGS - {"page"}
    if ends and shows_growth(html):
        return "growing"
    return None


def least_links(need: str, *, is_longer: bool) -> int:
    """How many new links a rendering must give to count: any, of a page that showed nothing or a list that got longer;
    elsewhere boxes of links fill everywhere."""
    return 1 if need == "shell" or is_longer else _GAIN_LINKS


def gained(before: Reading, after: Reading, least_links: int = _GAIN_LINKS) -> bool:
    """Whether the filled page says more than the plain one: an article, a longer or surer text, or so many new links."""
    if after.kind == "article" and before.kind != "article":
        return True
    links = {link.url for link in after.links} | {entry.url for entry in after.entries}
    known = {link.url for link in before.links} | {entry.url for entry in before.entries}
    is_surer = before.body_confidence < _SURE <= after.body_confidence and after.text != before.text
    return len(links - known) >= least_links or (
        after.kind == before.kind == "article" and (is_surer or len(after.text) > len(before.text) + _GAIN_TEXT)
    )


class Rendering:
    """Gives pages to the browser where that is needed: always after the plain answer, within the same lease."""

    def __init__(
        self,
        mode: str,
        settings: BaseSettings,
        hosts: tuple[str, ...],
        stats: StatsCollector | None,
        learned: dict[str, dict[str, bool]],
        manners: Manners | None = None,
    ) -> None:
        """`learned`: filled with what this run teaches, host -> Profile.render."""
        if mode not in MODES:
            raise ValueError(f"render = {mode!r}: it is one of {', '.join(MODES)}")
        self._mode = mode
        self._settings = settings
        self._hosts = hosts
        self._stats = stats
        self._delay = settings.getfloat("DOWNLOAD_DELAY")
        self._rounds = settings.getint("BROWSER_MORE")
        self._browser: Browser | None = None
        self._learned = learned
        self._manners = manners
        self._turns: dict[str, asyncio.Semaphore] = defaultdict(
            partial(asyncio.Semaphore, settings.getint("BROWSER_TABS"))
        )  # host -> its pages in the browser: as many as are rendered at a time, the others wait for what these teach
        self._vain: Counter[str] = Counter()  # host or shape -> renderings in a row that gave nothing

    def browser(self) -> "Browser":
        """The browser, not yet started; importing what drives it takes a while, so only crawls that need it do."""
        if self._browser is None:
            from crawler.web.browser import Browser

            self._browser = Browser(self._settings, self._hosts, self._stats, manners=self._manners)
        return self._browser

    async def improved(
        self,
        response: TextResponse,
        reading: Reading,
        lease: Lease,
        profile: Profile,
        read: Callable[[TextResponse], Awaitable[Reading]],
    ) -> tuple[TextResponse, Reading]:
        """The page as a browser shows it, and its reading, where that says more; else what was given.

        Raises RenderError when a page that says nothing without a browser could not be rendered, and what `read` raises.
        """
        if self._need(response, reading, lease, profile) is None:
            return response, reading
        async with self._turns[lease.host]:
            return await self._rendered(response, reading, lease, profile, read)

    async def _rendered(
        self,
        response: TextResponse,
        reading: Reading,
        lease: Lease,
        profile: Profile,
        read: Callable[[TextResponse], Awaitable[Reading]],
    ) -> tuple[TextResponse, Reading]:
        need = self._need(response, reading, lease, profile)  # again: others of the host taught something meanwhile
        if need is None:
            return response, reading
        growth = Growth(self._rounds, self._delay) if lease.kind in _LISTINGS else None  # articles do not grow
        is_last = lease.attempts + 1 >= self._settings.getint("ATTEMPTS_MAX")
        try:
            rendered = await self.browser().render(response, growth)
        except NoBrowserError as error:
            self._say_missing(error)
            return _unrendered(response), reading
        except RenderError as error:
            is_last = is_last or error.reason is Reason.RENDER_CRASHED
            if is_last and (reading.kind == "article" or need in {"growing", "partial"}):
                logger.info("%s could not be rendered: its plain page is taken", response.url)
                return response, reading
            raise
        filled = filled_response(response, rendered.html)
        after = await read(filled)
        is_better = gained(reading, after, least_links(need, is_longer=rendered.grown > 0))
        if need == "partial" and lease.kind in _ARTICLES:
            is_better = is_better and after.kind == "article"
        if not is_better and rendered.failed and not is_last:
            raise RenderError(f"{response.url}: {rendered.failed} requests of the page were not answered")
        if judge_response(filled) is Reason.BLOCKED or after.problem is not None or not is_better:
            self._learn(lease, reading.kind, gave=False)
            if rendered.moved and reading.kind != "article":
                reading.refresh = reading.refresh or rendered.moved
            return response, reading
        self._learn(lease, after.kind, gave=True)
        return filled, after

    def _need(self, response: TextResponse, reading: Reading, lease: Lease, profile: Profile) -> str | None:
        if self._mode == "never" or (reading.refresh and not reading.lines):
            return None
        if self._mode == "always":
            return "always"
        html = response.text if reading.kind == "listing" else ""  # only lists grow; decoding is not free
        need = need_of(reading, html, lease.kind)
        shape = _shape(lease)
        known = self._learned.get(lease.host, {}).get(shape, profile.render.get(shape))
        if known and need is None and reading.kind != "article" and lease.kind in _ARTICLES:
            return "partial"
        if need is None or known:
            return need
        if known is False or (need != "shell" and self._vain[lease.host] >= _PROBES):
            return need if is_rechecked(lease.key) else None
        return need

    def _learn(self, lease: Lease, kind: str, *, gave: bool) -> None:
        facts = self._learned.setdefault(lease.host, {})
        shape = _shape(lease)
        self._count("useful" if gave else "in_vain")
        if gave:
            self._vain[lease.host] = self._vain[shape] = 0
            if len(facts) < _MOST_FACTS:
                facts[shape] = True
            if kind in {"article", "listing"}:
                facts[kind] = True
            return
        self._vain[lease.host] += 1
        self._vain[shape] += 1
        if self._vain[shape] >= _PROBES and len(facts) < _MOST_FACTS:
            facts[shape] = False

    def _say_missing(self, error: NoBrowserError) -> None:
        self._count("missing")
        if self._stats is None or self._stats.get_value("winnow/browser/missing") == 1:
            logger.warning("%s", error)

    def _count(self, what: str) -> None:
        if self._stats is not None:
            self._stats.inc_value(f"winnow/browser/{what}")

    async def close(self) -> None:
        """End the browser, if there is one."""
        if self._browser is not None:
            await self._browser.close()


def is_rechecked(key: bytes) -> bool:
    """Whether a page is one of those that a run looks at all the same: by its key, so that small runs have their share too."""
    return int.from_bytes(key[-4:], "big") % _RECHECK == 0


def _shape(lease: Lease) -> str:
    return "/" + lease.pattern.partition("/")[2]


def filled_response(response: TextResponse, html: str) -> HtmlResponse:
    """A response whose body is the filled page. Without validators: a shell that has not changed says nothing of its text."""
    headers = {name: values for name, values in response.headers.items() if not _is_validator(name)}
    headers[b"Content-Type"] = [b"text/html; charset=utf-8"]
    return HtmlResponse(
        response.url,
        status=response.status,
        headers=headers,
        body=b"\xef\xbb\xbf" + html.encode("utf-8", errors="replace"),  # the mark outweighs what the page declares
        request=response.request,
        flags=[*response.flags, "rendered"],
        encoding="utf-8",
    )


def _unrendered(response: TextResponse) -> TextResponse:
    headers = {name: values for name, values in response.headers.items() if not _is_validator(name)}
    return response.replace(headers=headers, flags=[*response.flags, UNRENDERED])


def _is_validator(name: bytes) -> bool:
    return name.lower() in {b"etag", b"last-modified", b"content-length"}
