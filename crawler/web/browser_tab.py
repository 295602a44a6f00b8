"""One tab: a page is loaded, waited for, made to grow, and read back as HTML."""

import asyncio
from collections.abc import Callable

from playwright.async_api import Page

from crawler.web.browser_data import Growth, more_label
from crawler.web.browser_requests import PageRequests

_LOOK = 0.1  # seconds between two looks at a page
_QUIET = 3  # looks without a change after which a page counts as filled
_EMPTY = 200  # characters of text up to which a page is still waited for
_EMPTY_QUIET = 20  # looks without a change after which an empty page stays one
_PATIENCE = (
    3  # times the slowest answer to a look that is waited for beyond that: what a script does next takes as long
)
_STALLED = 2  # rounds without a new link after which a list has ended
_ROUND = 2.0  # seconds that a list may take to grow

# No way to ask anybody but through requests; no windows, no questions, no end of the page's own.
PREPARED = """
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport", "WebSocket"]) delete window[name];
window.open = () => null;
window.print = () => {};
window.Notification && (window.Notification.requestPermission = async () => "denied");
"""
_SHOWN = """() => {
  const body = document.body;
  if (!body) return [0, 0, 0, false];
  let script = 0;
  for (const e of body.querySelectorAll("script,style,noscript,template")) script += e.textContent.length;
  let links = 0;  // that lead somewhere: buttons come and go
  for (const a of document.links) links += /^http/.test(a.protocol) && !/^#/.test(a.getAttribute("href"));
  const text = document.readyState === "loading" ? 0 : body.textContent.length - script;
  return [document.getElementsByTagName("*").length, text, links, document.readyState === "complete"];
}"""
# Clicks the first visible element that says what makes a list longer and leads nowhere; says whether there was one.
_CLICK_MORE = """label => {
  const wanted = new RegExp(label, "i");
  for (const e of document.querySelectorAll("button, a, [role=button], input[type=button], div, span, p, li")) {
    if (e.children.length > 3) continue;
    const words = e.value || e.textContent;
    if (!words || words.length > 40 || !wanted.test(words) || e.disabled) continue;
    const box = e.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    const link = e.closest("a[href]");
    if (link && !/^(javascript:|#)/i.test(link.getAttribute("href"))) continue;
    (e.querySelector("a, button, span") || e).click();
    return true;
  }
  return false;
}"""
_SCROLL = """() => {
  window.scrollTo(0, 0);
  window.scrollTo(0, document.documentElement.scrollHeight);
  for (const e of document.querySelectorAll("div, main, section, ul, ol")) {
    if (e.scrollHeight > e.clientHeight + 50 && e.clientHeight > 200 &&
        /auto|scroll/.test(getComputedStyle(e).overflowY)) e.scrollTop = e.scrollHeight;
  }
  window.dispatchEvent(new Event("scroll"));  // a page shorter than its window cannot be scrolled
}"""
_HTML = """limit => {
  const root = document.documentElement;
  const html = root ? root.outerHTML : "";
  return html.length > limit ? null : "<!DOCTYPE html>\\n" + html;
}"""


class TooLargeError(Exception):
    """The filled page is larger than a page may be."""


class Tab:
    """A page in the browser. `clock` gives monotonic seconds; `end` is when patience with this page is over."""

    def __init__(self, page: Page, requests: PageRequests, end: float, clock: Callable[[], float]) -> None:
        self._page = page
        self._requests = requests
        self._end = end
        self._clock = clock

    async def load(self, url: str) -> None:
        """Open the page and wait until its scripts seem to be done."""
        left = max(1.0, self._end - self._clock())
        await self._page.goto(url, wait_until="commit", timeout=left * 1000)  # a page that moves on never gets further
        await self._settle(self._end)

    async def _settle(self, end: float) -> None:
        """Wait until nothing changes and nothing is on its way; a page that answers slowly is waited for longer."""
        quiet, last, lag = 0, [-1, -1, -1, 0], 0.0
        while self._clock() < end:
            await asyncio.sleep(_LOOK)
            asked = self._clock()
            shown: list[int] = await self._page.evaluate(_SHOWN)
            lag = max(lag, self._clock() - asked)
            quiet = quiet + 1 if shown == last and shown[3] and not self._requests.pending else 0
            last = shown
            if quiet >= (_QUIET if shown[1] > _EMPTY else _EMPTY_QUIET) + _PATIENCE * lag / _LOOK:
                break

    async def grow(self, growth: Growth) -> int:
        """Scroll and click until the page's list is whole or the budget spent; returns how many rounds gave new links."""
        grown = stalled = 0
        _, _, links, _ = await self._page.evaluate(_SHOWN)
        for _ in range(growth.rounds):
            if stalled >= _STALLED or self._clock() >= self._end:
                break
            await asyncio.sleep(growth.pause)
            await self._page.evaluate(_SCROLL)
            await self._page.evaluate(_CLICK_MORE, more_label())
            before, links = links, await self._more_than(links)
            stalled = 0 if links > before else stalled + 1
            grown += links > before
        return grown

    async def _more_than(self, links: int) -> int:
        """The number of links once it has grown and come to rest, or after _ROUND seconds."""
        end = self._clock() + _ROUND
        quiet, last = 0, links
        while self._clock() < end or self._requests.pending:
            await asyncio.sleep(_LOOK)
            if self._clock() >= self._end:
                break
            _, _, now, _ = await self._page.evaluate(_SHOWN)
            quiet = quiet + 1 if now == last and not self._requests.pending else 0
            last = now
            if quiet >= (2 if now > links else 6):
                break
        return last

    async def html(self, limit: int) -> str:
        """The page as it stands now. Raises TooLargeError beyond `limit` characters."""
        html: str | None = await self._page.evaluate(_HTML, limit)
        if html is None:
            raise TooLargeError
        return html
