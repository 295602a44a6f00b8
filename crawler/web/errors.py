"""How a request can end without a response that may be read. Each error reaches the request's errback."""

from scrapy.exceptions import IgnoreRequest

from crawler.outcomes import Outcome, Reason


class WebError(IgnoreRequest):
    """Base: `reason` is the URL's outcome word; `not_before`, if set, is the epoch second before which nobody asks again."""

    outcome = Outcome.FAILED

    def __init__(self, reason: Reason, detail: str = "", not_before: float | None = None):
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
        self.not_before = not_before

    @property
    def again(self) -> bool:
        """Whether another attempt may help."""
        return isinstance(self, FetchError) or self.reason is Reason.INCOMPLETE


class RefusedError(WebError):
    """The guard or robots.txt forbids the request: it was not sent, and asking again changes nothing."""

    outcome = Outcome.FILTERED


class PostponedError(WebError):
    """The host wants rest, or its robots.txt cannot be had: not sent; the URL stays in the frontier until `not_before`."""


class FetchError(WebError):
    """The request was sent and gave nothing: time out, reset, DNS, TLS."""


class LimitError(WebError):
    """The answer broke a limit (size, headers, codings) or is incomplete: kept aside, never read."""

    outcome = Outcome.QUARANTINED


class PageError(WebError):
    """The answer is a page, but says nothing: a login wall, a "not found" served with status 200."""

    outcome = Outcome.DROPPED
