"""Fills pages that are empty without their scripts: a Chromium that is started when first needed and renewed now and then.

Playwright is used directly: the document was fetched by the crawl already (robots, delay, validators, guard), so what
scrapy-playwright adds, a second way to download, would ask for every page twice and past the transport.
"""

import asyncio
import logging
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser as Chromium
from playwright.async_api import Dialog, Page, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector

from crawler.web import browser_program as program
from crawler.web.browser_data import Blocked, Growth, blocked
from crawler.web.browser_errors import NoBrowserError, RenderError
from crawler.web.browser_requests import PageRequests, Transport
from crawler.web.browser_tab import PREPARED, Tab, TooLargeError

logger = logging.getLogger(__name__)

_LAUNCH = 60.0  # seconds to start
_CLOSE = 10.0  # seconds to close a page or a browser before its processes are ended
_LOOK_AT_MEMORY = 10  # pages between two looks
_OPEN = 15.0  # seconds to open a tab before its browser counts as broken
_ATTEMPTS = 3  # a browser that dies under a page costs one attempt of that page


@dataclass(slots=True)
class Rendered:
    """A filled page."""

    html: str
    grown: int = 0  # rounds in which its list got longer
    moved: str | None = None  # where a script wanted to go instead


@dataclass(slots=True)
class _Session:
    """One run of the browser's program."""

    mark: str
    playwright: Playwright
    chromium: Chromium
    pages: int = 0
    open: int = 0
    is_retired: bool = False


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
    ) -> None:
        self._settings = settings
        self._timeout = settings.getfloat("BROWSER_TIMEOUT")
        self._transport = Transport(settings, hosts, stats)
        self._blocked = blocked() if refused is None else refused
        self._tabs = asyncio.Semaphore(settings.getint("BROWSER_TABS"))
        self._starting = asyncio.Lock()
        self._session: _Session | None = None
        self._retired: list[_Session] = []
        self._missing: NoBrowserError | None = None
        self._has_run = False

    @property
    def is_missing(self) -> bool:
        """Whether a start was tried in vain."""
        return self._missing is not None

    async def render(self, document: Response, growth: Growth | None = None) -> Rendered:
        """A page with its scripts run. `document` is the answer to its URL; it is not asked for again.

        Raises NoBrowserError, RenderError.
        """
        async with self._tabs:
            for attempt in range(1, _ATTEMPTS + 1):
                session = await self._started()
                session.open += 1
                try:
                    return await self._rendered(session, document, growth or Growth())
                except (PlaywrightError, TimeoutError) as error:
                    is_lost = not session.chromium.is_connected()
                    self._transport.count("crashes" if is_lost or "crash" in str(error).lower() else "failed")
                    if isinstance(error, TimeoutError) or attempt == _ATTEMPTS:
                        raise RenderError(
                            f"{document.url}: {str(error).splitlines()[0] if str(error) else 'too slow'}"
                        ) from error
                    logger.info("%s is rendered again: %s", document.url, str(error).partition("\n")[0])
                except TooLargeError as error:
                    raise RenderError(f"{document.url} is too large once filled") from error
                finally:
                    session.open -= 1
                    await self._after(session)
        raise AssertionError("unreachable")

    async def _rendered(self, session: _Session, document: Response, growth: Growth) -> Rendered:
        started = time.monotonic()
        requests = PageRequests(self._transport, self._blocked, document)
        whole = self._timeout * (3 if growth.rounds else 1)
        context = None
        try:
            async with self._opening(session):
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
                await self._closed(session, context.close())
            self._transport.count("seconds", time.monotonic() - started)
        self._transport.count("pages")
        self._transport.count("grown", grown)
        return Rendered(html, grown, requests.moved)

    @asynccontextmanager
    async def _opening(self, session: _Session) -> AsyncIterator[None]:
        """A browser that does not open a tab is given up; the page is not to blame."""
        try:
            async with asyncio.timeout(_OPEN):
                yield
        except TimeoutError as error:
            session.is_retired = True
            raise PlaywrightError("the browser opens no tab any more") from error

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

    # --- the browser's life ----------------------------------------------------------------------------------------
    async def _started(self) -> _Session:
        async with self._starting:
            if self._missing is not None:
                raise self._missing
            session = self._session
            if session is not None and (session.is_retired or not session.chromium.is_connected()):
                self._retired.append(session)
                self._session = None
                await self._sweep()
            if self._session is None:
                self._session = await self._start()
                self._transport.count("starts")
            self._session.pages += 1
            return self._session

    async def _start(self) -> _Session:
        mark = f"winnow-{secrets.token_hex(8)}"
        playwright = await async_playwright().start()
        path = program.find_chromium(self._settings.get("BROWSER_PATH") or "", playwright.chromium.executable_path)
        chromium, why = None, program.HOW_TO_GET_ONE
        for _ in range(_ATTEMPTS if path is not None else 0):
            try:
                chromium = await playwright.chromium.launch(
                    executable_path=path,
                    args=program.arguments(mark),
                    chromium_sandbox=not program.is_root(),
                    env=program.environment(),
                    handle_sigint=False,  # the crawl ends its pages first
                    handle_sigterm=False,
                    handle_sighup=False,
                    timeout=_LAUNCH * 1000,
                )
                break
            except PlaywrightError as error:
                why = f"{path} does not start: {_said(error)}"
        if chromium is None:
            await playwright.stop()
            if self._has_run:  # it did before: what is wrong now may pass
                raise RenderError(why)
            self._missing = NoBrowserError(why)
            raise self._missing
        self._has_run = True
        logger.info("Started %s %s", path, chromium.version)
        return _Session(mark, playwright, chromium)

    async def _after(self, session: _Session) -> None:
        """Retire a browser that has served its pages or takes too much memory, and close those that are idle."""
        if session.pages >= self._settings.getint("BROWSER_PAGES"):
            session.is_retired = True
        elif session.pages % _LOOK_AT_MEMORY == 0:
            used = program.memory_mb(program.processes(session.mark))
            if used > self._settings.getint("BROWSER_MEMORY_MB"):
                logger.info("The browser takes %.0f MB: it is started anew", used)
                session.is_retired = True
        await self._sweep()

    async def _sweep(self) -> None:
        for session in [one for one in self._retired if not one.open]:
            self._retired.remove(session)
            await self._ended(session)

    async def _ended(self, session: _Session) -> None:
        """Close a browser; what does not close is killed."""
        pids = program.processes(session.mark)
        await self._closed(session, session.chromium.close())
        try:
            async with asyncio.timeout(_CLOSE):
                await session.playwright.stop()
        except (PlaywrightError, TimeoutError) as error:
            logger.info("The browser's driver did not end by itself: %s", error)
        for pid in set(pids) & set(program.processes(session.mark)):
            os.kill(pid, signal.SIGKILL)

    async def _closed(self, session: _Session, closing: Awaitable[None]) -> None:
        try:
            async with asyncio.timeout(_CLOSE):
                await closing
        except TimeoutError:
            session.is_retired = True
            self._transport.count("hangs")
        except PlaywrightError:  # it is gone already
            session.is_retired = True

    async def close(self) -> None:
        """End everything."""
        async with self._starting:
            if self._session is not None:
                self._retired.append(self._session)
                self._session = None
            for session in self._retired:
                await self._ended(session)
            self._retired.clear()
        await self._transport.close()
        await asyncio.sleep(0.05)  # the loop closes the driver's pipes in its next turns


def _said(error: PlaywrightError) -> str:
    """The line of a failed launch that says why."""
    lines = [line.strip(" -║╔╚═╗╝") for line in str(error).splitlines()]
    told = [line for line in lines if "ERROR" in line or "sandbox" in line.lower() or "error while loading" in line]
    return (told or lines or [""])[0][:300]
