"""Signals: the first stops the run cleanly within a deadline, the second at once. Nothing is lost either way."""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable

from crawler.exitcodes import Exit

logger = logging.getLogger(__name__)

# What a harvest sends its crawl. A service manager, or pkill, signals both: the harvest passing it on is no second signal.
STOP = signal.SIGUSR1
LEAVE = signal.SIGUSR2
DEADLINE = 25.0  # seconds for a clean stop; a supervisor that kills after 30 never has to


class Stopper:
    """Installed in the main thread before the reactor runs; replaces Scrapy's handlers, which wait for slow servers."""

    def __init__(self, stop: Callable[[], object]) -> None:
        """`stop` begins a clean stop; it is called in the signal handler and must only schedule work."""
        self.was_stopped = False
        self._was_signalled = False
        self._stop = stop

    def install(self) -> None:
        """Take SIGTERM, SIGINT and SIGHUP, and what a harvest sends."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, STOP, LEAVE):
            signal.signal(number, self._handle)

    def _handle(self, number: int, frame: object) -> None:
        if number == LEAVE or (self._was_signalled and number != STOP):
            leave()
        self._was_signalled |= number != STOP
        if self.was_stopped:
            return
        self.was_stopped = True
        watchdog = threading.Timer(DEADLINE, leave)
        watchdog.daemon = True
        watchdog.start()
        self._stop()


def leave() -> None:
    """End the process now. The state is consistent at every instant, so there is nothing to tidy."""
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(Exit.INTERRUPTED)
