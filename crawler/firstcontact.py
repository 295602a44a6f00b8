"""First contact with a host: its first articles wait until its profile is learned from them, then are read again with it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence

from crawler.profiles import learn
from crawler.reading.profile import Profile
from crawler.reading.reading import Reading
from crawler.run import Run

_MOST = 2  # times the usual number of articles, at most, while they disagree
_POLL = 0.1  # seconds between two looks at whether anything more will come


class FirstContact:
    """Gathers the first article readings of each host of a run. No page is fetched twice: its response waits meanwhile."""

    def __init__(self, run: Run, pages: int, is_full: Callable[[], bool]) -> None:
        """`is_full`: whether nothing more is fetched until some of what waits is done with."""
        self._run = run
        self._is_full = is_full
        self._pages = pages
        self._readings: dict[str, list[Reading]] = defaultdict(list)
        self._tried: dict[str, int] = {}  # host -> number of articles that did not agree
        self.waiting: set[bytes] = set()  # leases whose pages are fetched: they must not keep others from being fetched

    async def profile(self, host: str, lease_key: bytes, reading: Reading) -> Profile:
        """The profile of the host, once `pages` articles agree, twice as many have been read, or nothing else is under way."""
        if self._run.profile(host).version:
            return self._run.profile(host)
        self._readings[host].append(reading)
        self.waiting.add(lease_key)
        try:
            while not self._run.profile(host).version:
                learned = self._agreed(host)
                if learned is None and (self._is_full() or self._nothing_else_comes()):
                    learned = learn(self._readings[host], None)
                if learned is not None:
                    self._run.learn(learned)
                    break
                await asyncio.sleep(_POLL)
        finally:
            self.waiting.discard(lease_key)
        return self._run.profile(host)

    def _agreed(self, host: str) -> Profile | None:
        """What is learned of the host, when its articles agree or are as many as may wait."""
        readings = self._readings[host]
        count = len(readings)
        is_most = count >= _MOST * self._pages
        if not is_most and (count < self._pages or self._tried.get(host) == count):
            return None
        self._tried[host] = count
        learned = learn(readings, None)
        return learned if is_most or agree(learned, readings) else None

    def _nothing_else_comes(self) -> bool:
        return self._run.open_leases.keys() <= self.waiting and not self._run.has_due_urls()


def agree(profile: Profile, readings: Sequence[Reading]) -> bool:
    """Whether the readings have a container of the body in common, and what their titles add to the headlines."""
    has_slots = bool(profile.title_suffixes or profile.title_prefixes)
    return "body" in profile.selectors and (has_slots or all(r.title_raw in (None, r.title) for r in readings))
