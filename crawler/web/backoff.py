"""Back-off per host that survives the run: a host that asked for rest, or that keeps failing, is left alone."""

import logging
import math
import random
import time
from collections import Counter
from email.utils import parsedate_to_datetime
from typing import Any, Self
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.outcomes import Reason
from crawler.run import run_of
from crawler.state import State
from crawler.urls import canonical_url, host_of
from crawler.web.blocked import header, judge_response
from crawler.web.errors import FetchError, PageError, PostponedError, WebError

logger = logging.getLogger(__name__)

DAY = 86_400.0
LONGEST = DAY  # seconds; whatever a host asks for
_FIRST = {
    "429": 60.0,
    "503": 30.0,
    "403": 600.0,
    "error": 30.0,
    "blocked": 600.0,
}  # seconds, doubled with each repetition
_ERRORS_IN_A_ROW = 4  # of one host before it is left alone; fewer are the page's fault
_FORBIDDEN_IN_A_ROW = 3
_MEMORY = 2 * DAY  # seconds for which the number of repetitions is remembered
_NAME = "rest"

_CACHES: "WeakKeyDictionary[State, tuple[float, dict[str, float]]]" = WeakKeyDictionary()


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks for: a number or a date. None when it asks for nothing sensible.

    At most LONGEST; "0", negative numbers, dates that have passed and rubbish are None.
    """
    if not value:
        return None
    text = value.strip()
    try:
        seconds = float(text) if text[:1].isdigit() else parsedate_to_datetime(text).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(seconds, LONGEST) if seconds > 0 else None


def asks_for_rest(status: int, wait: float | None) -> bool:
    """Whether an answer asks to come back later; `wait`: the seconds of its Retry-After."""
    return status == 429 or (status == 503 and wait is not None)


def delay_for(cause: str, repetitions: int, *, jitter: float | None = None) -> float:
    """Seconds of rest after the n-th repetition (0-based) of a cause (429, 503, 403, error, blocked); grows, with jitter."""
    wait = _FIRST[cause] * float(2 ** min(repetitions, 12))
    return min(LONGEST, wait * (1 + (random.random() if jitter is None else jitter) * 0.3))


def rests(state: State) -> dict[str, float]:
    """Hosts that must not be asked now -> until when (epoch seconds). Cheap: the state is read at most once a second."""
    now = time.time()
    return {host: until for host, until in _rests(state).items() if until > now}


def resting_hosts(state: State) -> set[str]:
    """The hosts of `rests`."""
    return set(rests(state))


def rest_until(state: State, host: str) -> float | None:
    """The epoch second until which a host rests, or None."""
    until = _rests(state).get(host)
    return until if until is not None and until > time.time() else None


def _rests(state: State) -> dict[str, float]:
    cached: tuple[float, dict[str, float]] | None = _CACHES.get(state)
    now = time.monotonic()
    if cached is None or now - cached[0] > 1:
        cached = (now, {host: value["until"] for host, value in state.hosts.all(_NAME, time.time()).items()})
        _CACHES[state] = cached
    return cached[1]


def let_rest(state: State, host: str, cause: str, seconds: float | None = None) -> float:
    """Leave a host alone, for `seconds` or as long as the cause's repetitions ask for; returns the end (epoch seconds).

    A rest is never shortened by a later, lighter cause.
    """
    now = time.time()
    known: dict[str, Any] = state.hosts.get(host, _NAME, now) or {}
    repetitions = known.get("causes", {}).get(cause, 0)
    until: float = max(now + (delay_for(cause, repetitions) if seconds is None else seconds), known.get("until", 0.0))
    causes = known.get("causes", {}) | {cause: repetitions + 1}
    with state.unit() as connection:
        state.hosts.put(connection, host, _NAME, {"until": until, "causes": causes}, expires_at=until + _MEMORY)
    _rests(state)[host] = until
    logger.warning("%s is left alone for %.0f s (%s)", host, until - now, cause)
    return until


def forgive(state: State, host: str) -> None:
    """A host whose rest is over answers again: forget how often it failed. A rest that goes on is not ended by a page that
    was under way when it began.
    """
    if _rests(state).get(host, math.inf) <= time.time():
        with state.unit() as connection:
            state.hosts.put(connection, host, _NAME, {"until": 0, "causes": {}}, expires_at=0)
        _rests(state).pop(host, None)


class BackoffMiddleware:
    """Downloader middleware, nearest to the downloader: reads 429, 503, 403, blocked pages and errors; stops requests to
    hosts that rest. Raises PostponedError (come back later) and PageError (the page says nothing).
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._stats = crawler.stats
        self._errors: Counter[str] = Counter()
        self._forbidden: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    @property
    def _state(self) -> State:
        return run_of(self._crawler).state

    def process_request(self, request: Request) -> None:
        """Refuse what became due before its host began to rest: now, and again when the request's turn comes; have its answer
        judged before the next request to its host leaves (crawler.web.handler calls both hooks).
        """
        self._refuse_while_resting(request)
        request.meta.setdefault("download_slot", host_of(canonical_url(request.url)))  # Scrapy's own knows no ports
        request.meta["before_sending"] = self._refuse_while_resting
        request.meta.setdefault("on_response", self._judge)  # crawler.web.robots has its own

    def _refuse_while_resting(self, request: Request) -> None:
        host = host_of(canonical_url(request.url))
        until = rest_until(self._state, host)
        if until is not None:
            raise PostponedError(Reason.HTTP_ERROR, f"{host} rests", until)

    def _judge(self, request: Request, response: Response) -> None:
        request.meta["refusal"] = self._refusal(request, response)

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass the response on, or raise what was found against it."""
        error = request.meta.pop("refusal", None)
        if error is not None:
            raise error
        return response

    def _refusal(self, request: Request, response: Response) -> WebError | None:
        """Let the host rest if the answer asks for it; the error that stands for the answer, or None."""
        host = host_of(canonical_url(request.url))
        status = response.status
        wait = retry_after(header(response, "Retry-After"), time.time())
        if asks_for_rest(status, wait):
            self._count(f"status_{status}")
            until = let_rest(self._state, host, str(status), wait)
            return PostponedError(Reason.HTTP_ERROR, f"status {status}", until)
        self._forbidden[host] = self._forbidden[host] + 1 if status == 403 else 0
        if status == 503 or self._forbidden[host] >= _FORBIDDEN_IN_A_ROW:
            self._count(f"status_{status}")
            until = let_rest(self._state, host, str(status), wait)
            return PostponedError(Reason.BLOCKED, "everything is forbidden", until) if status == 403 else None
        verdict = judge_response(response)
        if verdict is Reason.BLOCKED:
            self._count("blocked")
            until = let_rest(self._state, host, "blocked", wait)
            return PostponedError(verdict, "the page asks for a proof of being human", until)
        if verdict is not None and status == 200:
            self._count(str(verdict))
            return PageError(verdict, request.url[:200])
        if status < 400:
            self._errors.pop(host, None)
            forgive(self._state, host)
        return None

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count failures of a host in a row; many of them are the host's, not the page's."""
        if not isinstance(exception, FetchError) or request.meta.get("robots"):
            return
        if exception.reason is Reason.HTTP_ERROR:  # it answered, if only rubbish
            return
        host = host_of(canonical_url(request.url))
        self._errors[host] += 1
        if self._errors[host] >= _ERRORS_IN_A_ROW:
            self._count("errors")
            let_rest(self._state, host, "error")
            self._errors[host] = 0

    def _count(self, what: str) -> None:
        if self._stats is not None:
            self._stats.inc_value(f"winnow/backoff/{what}")
