"""How rendering can end without a page."""

from crawler.outcomes import Reason
from crawler.web.errors import FetchError


class NoBrowserError(Exception):
    """There is no Chromium, or it does not start; the message says what to do."""


class RenderError(FetchError):
    """A page could not be filled, or its browser died again and again."""

    def __init__(self, detail: str) -> None:
        super().__init__(Reason.RENDER_FAILED, detail)
