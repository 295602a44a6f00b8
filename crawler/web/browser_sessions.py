"""The browser's life: started when first needed, renewed now and then, ended whatever it does."""

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
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright, async_playwright
from scrapy.settings import BaseSettings

from crawler.web import browser_program as program
from crawler.web.browser_data import Blocked
from crawler.web.browser_errors import LostError, NoBrowserError
from crawler.web.browser_requests import Transport

logger = logging.getLogger(__name__)

_LAUNCH = 60.0  # seconds to start
_FIRST_LAUNCHES = 3  # a Chromium that never ran is given up after so many
_LOOK_AT_MEMORY = 10  # pages between two looks
CLOSE = 10.0  # seconds to close a page or a browser before its processes are ended
PATIENCE = 120.0  # seconds in which no browser comes to load a page, after which the run goes on without one


@dataclass(slots=True)
class Session:
    """One run of the browser's program."""

    mark: str
    playwright: Playwright
    chromium: Chromium
    pages: int = 0
    open: int = 0
    is_retired: bool = False


class Sessions:
    """`async with sessions.page() as session`: a browser that may open a page. Counts into `transport`."""

    def __init__(self, settings: BaseSettings, transport: Transport, refused: Blocked) -> None:
        self._settings = settings
        self._transport = transport
        self._shows_images = "image" not in refused.types
        self._starting = asyncio.Lock()
        self._retired: list[Session] = []
        self._has_run = False
        self._idle_since: float | None = None  # monotonic; when the first of the starts in vain under way was tried
        self.current: Session | None = None
        self.missing: NoBrowserError | None = None  # a start was tried in vain

    @asynccontextmanager
    async def page(self) -> AsyncIterator[Session]:
        """The browser for one page. Raises NoBrowserError, and LostError when a browser that ran before does not start now."""
        session = await self._started()
        session.open += 1
        try:
            yield session
        finally:
            session.open -= 1
            await self._after(session)

    def works(self) -> None:
        """A page was loaded: earlier trouble is over."""
        self._idle_since = None

    def give_up(self, why: str) -> None:
        """The run goes on without a browser."""
        self.missing = NoBrowserError(why)

    async def _started(self) -> Session:
        async with self._starting:
            if self.missing is not None:
                raise self.missing
            session = self.current
            if session is not None and (session.is_retired or not session.chromium.is_connected()):
                self._retired.append(session)
                self.current = None
                await self._sweep()
            if self.current is None:
                self.current = await self._start()
                self._transport.count("starts")
            self.current.pages += 1
            return self.current

    async def _start(self) -> Session:
        mark = f"winnow-{secrets.token_hex(8)}"
        playwright = await async_playwright().start()
        path = program.find_chromium(self._settings.get("BROWSER_PATH") or "", playwright.chromium.executable_path)
        chromium, why, is_killed = None, program.HOW_TO_GET_ONE, False
        for _ in range(0 if path is None else 1 if self._has_run else _FIRST_LAUNCHES):
            try:
                chromium = await playwright.chromium.launch(
                    executable_path=path,
                    args=program.arguments(mark, shows_images=self._shows_images),
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
                is_killed = "signal=SIGKILL" in str(error)
                if is_killed:
                    break
        if chromium is None:
            await playwright.stop()
            self.in_vain(why, is_final=not (self._has_run or is_killed))
            raise LostError(why)
        self._has_run = True
        logger.info("Started %s %s", path, chromium.version)
        return Session(mark, playwright, chromium)

    def in_vain(self, why: str, *, is_final: bool = False) -> None:
        """A browser came to load no page. Raises NoBrowserError when that is final, or goes on for too long."""
        now = time.monotonic()
        self._idle_since = self._idle_since or now
        if is_final or now - self._idle_since > PATIENCE:
            self.give_up(why)
            assert self.missing is not None
            raise self.missing

    async def _after(self, session: Session) -> None:
        """Retire a browser that has served its pages or takes too much memory, and close those that are idle."""
        if session.pages >= self._settings.getint("BROWSER_PAGES"):
            session.is_retired = True
        elif session.pages % _LOOK_AT_MEMORY == 0:
            used = program.memory_mb(program.family(session.mark))
            if used > self._settings.getint("BROWSER_MEMORY_MB"):
                logger.info("The browser takes %.0f MB: it is started anew", used)
                session.is_retired = True
        await self._sweep()

    async def _sweep(self) -> None:
        for session in [one for one in self._retired if not one.open]:
            self._retired.remove(session)
            await self._ended(session)

    async def _ended(self, session: Session) -> None:
        """Close a browser; what does not close is killed."""
        pids = program.processes(session.mark)
        await self.closed(session, session.chromium.close())
        try:
            async with asyncio.timeout(CLOSE):
                await session.playwright.stop()
        except (PlaywrightError, TimeoutError) as error:
            logger.info("The browser's driver did not end by itself: %s", error)
        for pid in set(pids) & set(program.processes(session.mark)):
            os.kill(pid, signal.SIGKILL)

    async def closed(self, session: Session, closing: Awaitable[None]) -> None:
        """Wait for something of a session to close; a session that cannot is retired."""
        try:
            async with asyncio.timeout(CLOSE):
                await closing
        except TimeoutError:
            session.is_retired = True
            self._transport.count("hangs")
        except PlaywrightError:  # it is gone already
            session.is_retired = True

    async def close(self) -> None:
        """End everything."""
        async with self._starting:
            if self.current is not None:
                self._retired.append(self.current)
                self.current = None
            for session in self._retired:
                await self._ended(session)
            self._retired.clear()


def _said(error: PlaywrightError) -> str:
    """The line of a failed launch that says why."""
    lines = [line.strip(" -║╔╚═╗╝") for line in str(error).splitlines() if "<launch" not in line]
    for told in ("ERROR", "sandbox", "error while loading", "did exit"):
        for line in lines:
            if told in line:
                return line[:300]
    return lines[0][:300] if lines else "no reason given"
