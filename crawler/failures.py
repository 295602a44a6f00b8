"""What a failed download means for its URL: exception -> outcome, reason, and when to come back."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from crawler.outcomes import Outcome, Reason
from crawler.web.errors import WebError

_KNOWN: tuple[tuple[type[BaseException], Outcome, Reason], ...] = (
    (CannotResolveHostError, Outcome.FAILED, Reason.DNS),
    (DownloadTimeoutError, Outcome.FAILED, Reason.TIMEOUT),
    (DownloadConnectionRefusedError, Outcome.FAILED, Reason.CONNECTION),
    (ResponseDataLossError, Outcome.FAILED, Reason.INCOMPLETE),
    (DownloadCancelledError, Outcome.QUARANTINED, Reason.TOO_LARGE),
    (UnsupportedURLSchemeError, Outcome.FILTERED, Reason.GUARD_SCHEME),
    (DownloadFailedError, Outcome.FAILED, Reason.CONNECTION),
    (MemoryError, Outcome.QUARANTINED, Reason.TOO_LARGE),
)


def reason_of(error: BaseException) -> tuple[Outcome, Reason]:
    """The outcome and reason of a download that gave no response. What nobody foresaw is a fault of ours: INTERNAL."""
    if isinstance(error, WebError):
        return error.outcome, error.reason
    for kind, outcome, reason in _KNOWN:
        if isinstance(error, kind):
            return outcome, reason
    return Outcome.FAILED, Reason.INTERNAL


def resume_of(error: BaseException) -> float | None:
    """When the host wants to be asked again (epoch seconds); None when it did not say."""
    return error.not_before if isinstance(error, WebError) else None


def may_be_whole_later(error: BaseException) -> bool:
    """Whether an answer that was put aside may be whole the next time: it was cut on the way."""
    return isinstance(error, WebError) and error.again
