"""Fills pages that are empty without their scripts, in a Chromium.

Playwright is used directly: the document was fetched by the crawl already (robots, delay, validators, guard), so what
scrapy-playwright adds, a second way to download, would ask for every page twice and past the transport.
"""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Dialog, Page
from playwright.async_api import Error as PlaywrightError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector

from crawler.outcomes import Reason
from crawler.web.browser_data import Blocked, Growth, blocked
from crawler.web.browser_errors import LostError, RenderError
from crawler.web.browser_requests import PageRequests, Transport
from crawler.web.browser_sessions import Session, Sessions
from crawler.web.browser_tab import PREPARED, Tab, TooLargeError
from crawler.web.manners import Manners

logger = logging.getLogger(__name__)

_OPEN = 15.0  # seconds to open a tab before its browser counts as broken
# Seconds before each attempt of a page alone in the browser; as many deaths under it say that the page is to blame.
_PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0)
_TAB_CRASHES = 3  # of a page alone in the browser: that was the page
_MOST_ATTEMPTS = 40  # of a page alone in the browser, those included in which it was not even loaded
_RESTART = 1.0  # seconds before a browser that loaded no page is started again
_CRASHED = re.compile(r"(?:Target|Page) crashed")
_CULPRITS = 3  # pages in a row that crash the browser: then it is the browser


@dataclass(slots=True)
class Rendered:
    """A filled page."""

    html: str
    grown: int = 0  # rounds in which its list got longer
    moved: str | None = None  # where a script wanted to go instead
    failed: int = 0  # of its requests to the site itself, those that another attempt may answer


class Browser:
    """`await browser.render(response)`. Started by the first page; each page has a context of its own, so that nothing (cookies,
    storage, caches) goes from one to another.

    hosts: the site's own, as in GuardPolicy.hosts. Only they may be at addresses that are not public.
    """

    def __init__(
        self,
        settings: BaseSettings,
        hosts: tuple[str, ...] = (),
        stats: StatsCollector | None = None,
        refused: Blocked | None = None,
        manners: Manners | None = None,
    ) -> None:
        self._settings = settings
        self._timeout = settings.getfloat("BROWSER_TIMEOUT")
        self._transport = Transport(settings, hosts, stats, manners)
        self._blocked = blocked() if refused is None else refused
        self._tab_count = settings.getint("BROWSER_TABS")
        self._tabs = asyncio.Semaphore(self._tab_count)
        self._alone = asyncio.Lock()
        self._culprits = 0  # pages that crashed the browser since one was filled
        self.sessions = Sessions(settings, self._transport, self._blocked)

    async def render(self, document: Response, growth: Growth | None = None) -> Rendered:
        """A page with its scripts run. `document` is the answer to its URL; it is not asked for again.

        A browser that is killed or crashes is nobody's fault at first: its pages are filled again, each alone in the browser.
        Only what then crashes it again and again ends in a RenderError of the reason render_crashed.

        Raises NoBrowserError, RenderError.
        """
        growth = growth or Growth()
        async with self._tabs:
            try:
                return await self._attempt(document, growth)
            except LostError as error:
                logger.info("%s is rendered again: %s", document.url, error)
        return await self._suspected(document, growth)

    async def _suspected(self, document: Response, growth: Growth) -> Rendered:
        """A page under which the browser was lost, again with no other page beside it."""
        deaths = crashed_tabs = 0
        why = ""
        async with self._alone:
            for _ in range(_MOST_ATTEMPTS):
                await asyncio.sleep(_PAUSES[deaths])
                async with AsyncExitStack() as held:
                    for _ in range(self._tab_count):
                        await held.enter_async_context(self._tabs)
                    try:
                        return await self._attempt(document, growth)
                    except LostError as error:
                        why = str(error)
                        deaths += error.is_loaded
                        crashed_tabs += error.is_tab
                        if not error.is_loaded:
                            await asyncio.sleep(_RESTART)
                if deaths == len(_PAUSES) or crashed_tabs == _TAB_CRASHES:
                    break
        self._culprits += 1
        if self._culprits == _CULPRITS:
            self.sessions.give_up(f"the browser crashes under page after page, lately {document.url}: {why}")
        raise RenderError(f"{document.url}: {why}", Reason.RENDER_CRASHED)

    async def _attempt(self, document: Response, growth: Growth) -> Rendered:
        async with self.sessions.page() as session:
            requests = PageRequests(self._transport, self._blocked, document)
            try:
                rendered = await self._rendered(session, requests, document, growth)
            except TooLargeError as error:
                raise RenderError(f"{document.url} is too large once filled") from error
            except (PlaywrightError, TimeoutError) as error:
                said = str(error).partition("\n")[0] or "too slow"
                is_tab = _CRASHED.search(said) is not None
                if is_tab or "has been closed" in said or not session.chromium.is_connected():
                    raise self._lost(session, requests, said, is_tab=is_tab) from error
                self._transport.count("failed")
                raise RenderError(f"{document.url}: {said}") from error
            self.sessions.works()
            self._culprits = 0
            return rendered

    def _lost(self, session: Session, requests: PageRequests, why: str, *, is_tab: bool = False) -> LostError:
        self._transport.count("crashes")
        session.is_retired = session.is_retired or not is_tab
        if not requests.is_served:
            self.sessions.in_vain(f"the browser loads no page any more: {why}")
        return LostError(why, is_loaded=requests.is_served, is_tab=is_tab)

    async def _rendered(self, session: Session, requests: PageRequests, document: Response, growth: Growth) -> Rendered:
        started = time.monotonic()
        whole = self._timeout * (3 if growth.rounds else 1)
        context = None
        try:
            async with self._opening(session, requests):
                context = await session.chromium.new_context(
                    accept_downloads=False,
                    service_workers="block",
                    user_agent=self._settings.get("USER_AGENT"),
                    viewport={"width": 1280, "height": 800},
                    reduced_motion="reduce",
                )
                await context.add_init_script(PREPARED)
                await context.route("**/*", requests.handle)
                page = await context.new_page()
                requests.page = page
                self._watch(page)
            async with asyncio.timeout(whole + 5):
                tab = Tab(page, requests, started + self._timeout, time.monotonic)
                await tab.load(document.url)
                grown = await Tab(page, requests, started + whole, time.monotonic).grow(growth)
                html = await tab.html(self._settings.getint("DOWNLOAD_MAXSIZE"))
        finally:
            if context is not None:
                await self.sessions.closed(session, context.close())
            self._transport.count("seconds", time.monotonic() - started)
        self._transport.count("pages")
        self._transport.count("grown", grown)
        return Rendered(html, grown, requests.moved, requests.failed)

    @asynccontextmanager
    async def _opening(self, session: Session, requests: PageRequests) -> AsyncIterator[None]:
        """A browser that does not open a tab is given up; the page is not to blame."""
        try:
            async with asyncio.timeout(_OPEN):
                yield
        except TimeoutError as error:
            raise self._lost(session, requests, "the browser opens no tab any more") from error

    def _watch(self, page: Page) -> None:
        count = self._transport.count

        async def dismiss(dialog: Dialog) -> None:
            count("dialogs")
            try:
                await dialog.dismiss()
            except PlaywrightError:  # its page is gone, and the dialog with it
                count("unwanted_answers")

        async def close(popup: Page) -> None:
            count("popups")
            try:
                await popup.close()
            except PlaywrightError:  # as above
                count("unwanted_answers")

        page.on("dialog", dismiss)
        page.on("popup", close)
        page.on("console", lambda message: count("console_errors") if message.type == "error" else None)
        page.on("pageerror", lambda error: count("page_errors"))

    async def close(self) -> None:
        """End everything."""
        await self.sessions.close()
        await self._transport.close()
        await asyncio.sleep(0.05)  # the loop closes the driver's pipes in its next turns
