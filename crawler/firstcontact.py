"""First contact with a host: its first articles wait until its profile is learned from them, then are read again with it."""

import asyncio
from collections import defaultdict

from crawler.profiles import learn
from crawler.reading.profile import Profile
from crawler.reading.reading import Reading
from crawler.run import Run

_POLL = 0.1  # seconds between two looks at whether anything more will come


class FirstContact:
    """Gathers the first article readings of each host of a run. No page is fetched twice: its response waits meanwhile."""

    def __init__(self, run: Run, pages: int) -> None:
        self._run = run
        self._pages = pages
        self._readings: dict[str, list[Reading]] = defaultdict(list)
        self.waiting: set[bytes] = set()  # leases whose pages are fetched: they must not keep others from being fetched

    async def profile(self, host: str, lease_key: bytes, reading: Reading) -> Profile:
        """The profile of the host, once `pages` articles have been read, or once nothing else is under way."""
        if self._run.profile(host).version:
            return self._run.profile(host)
        self._readings[host].append(reading)
        self.waiting.add(lease_key)
        try:
            while not self._run.profile(host).version:
                if len(self._readings[host]) >= self._pages or self._nothing_else_comes():
                    self._run.learn(learn(self._readings[host], None))
                    break
                await asyncio.sleep(_POLL)
        finally:
            self.waiting.discard(lease_key)
        return self._run.profile(host)

    def _nothing_else_comes(self) -> bool:
        return self._run.open_leases.keys() <= self.waiting and not self._run.has_due_urls()
