"""How rendering can end without a page."""

from crawler.outcomes import Reason
from crawler.web.errors import FetchError


class NoBrowserError(Exception):
    """There is no Chromium, or it does not start; the message says what to do."""


class LostError(Exception):
    """The browser or the page's own process ended before the page was filled: killed or crashed, by whom is not known.

    is_loaded: the page was in it already. is_tab: only the page's process ended.
    """

    def __init__(self, detail: str, *, is_loaded: bool = False, is_tab: bool = False) -> None:
        super().__init__(detail)
        self.is_loaded = is_loaded
        self.is_tab = is_tab


class RenderError(FetchError):
    """A page could not be filled in its time (render_failed), or crashes the browser whenever it is (render_crashed)."""

    def __init__(self, detail: str, reason: Reason = Reason.RENDER_FAILED) -> None:
        super().__init__(reason, detail)
