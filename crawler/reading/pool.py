"""Runs read() in worker processes under CPU and memory limits: a page that breaks one is a page lost, not a crawl."""

import asyncio
import gc
import multiprocessing
import os
import pickle
import resource
import signal
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from importlib.machinery import ModuleSpec
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

from crawler.reading.profile import Profile
from crawler.reading.reading import Reading

READS_PER_WORKER = 5_000  # then it is replaced: bounds what fragmentation and leaks can grow to
WALL_PER_CPU_SECOND = 6  # a worker that waits for a core is not a worker that hangs
_PRELOADED = ["crawler.reading.preloaded"]


class ReadLimitError(Exception):
    """A page broke a limit of reading. `reason` is a crawler.outcomes.Reason value:

    read_timeout, read_memory, parse_depth, too_many_attributes, too_many_nodes.
    """

    def __init__(self, reason: str, url: str) -> None:
        super().__init__(f"{reason}: {url} is beyond a limit of reading; it is set aside, others go on")
        self.reason = reason
        self.url = url

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.reason, self.url)


class ReaderPool:
    """`await pool.read(...)` is reader.read(...) in another process.

    workers: number of processes; 0 reads in this process, without limits of CPU and memory.
    cpu_seconds: processor time one page may take. memory_mb: what a worker may grow by above its size at start.
    """

    def __init__(self, workers: int = 1, cpu_seconds: int = 10, memory_mb: int = 512) -> None:
        self.workers = workers
        self._cpu_seconds = max(1, cpu_seconds)
        self._pool: ProcessPool | None = None
        self._profiles: dict[int, tuple[Profile, bytes]] = {}
        if workers:
            self._pool = ProcessPool(
                max_workers=workers,
                max_tasks=READS_PER_WORKER,
                initializer=_start_worker,
                initargs=(memory_mb,),
                context=_context(),
            )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.close()

    async def read(
        self,
        body: bytes,
        url: str,
        headers: Mapping[str, str],
        profile: Profile,
        fetched_at: datetime,
    ) -> Reading:
        """The reading of a page; raises ReadLimitError. The event loop runs on while a worker reads."""
        if self._pool is None:
            from crawler.reading.reader import read

            return _within_limits(read(body, url, headers, profile, fetched_at))
        future = self._pool.schedule(
            _read,
            args=[body, url, dict(headers), self._packed(profile), fetched_at, self._cpu_seconds],
            timeout=self._cpu_seconds * WALL_PER_CPU_SECOND,
        )
        try:
            reading: Reading = await asyncio.wrap_future(future)
        except (TimeoutError, FutureTimeoutError) as error:
            raise ReadLimitError("read_timeout", url) from error
        except MemoryError as error:
            raise ReadLimitError("read_memory", url) from error
        except ProcessExpired as error:
            raise ReadLimitError(_REASON_OF_SIGNAL.get(-error.exitcode, "read_memory"), url) from error
        return _within_limits(reading)

    def close(self) -> None:
        """Stops the workers; readings under way are lost."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None

    def _packed(self, profile: Profile) -> bytes:
        """A profile is sent with every page of its host: packed once, and unpacked once by each worker."""
        known = self._profiles.get(id(profile))
        if known is None or known[0] is not profile:
            if len(self._profiles) > 1_000:
                self._profiles.clear()
            known = self._profiles[id(profile)] = (profile, pickle.dumps(profile))
        return known[1]


# A worker that died: the kernel's CPU limit, a recursion of the parser beyond the stack; all else is memory.
_REASON_OF_SIGNAL = {signal.SIGXCPU: "read_timeout", signal.SIGSEGV: "parse_depth"}


_LIMITS = frozenset({"parse_depth", "too_many_attributes", "too_many_nodes"})


def _within_limits(reading: Reading) -> Reading:
    if reading.problem in _LIMITS:
        raise ReadLimitError(reading.problem, reading.url)
    return reading


def _context() -> Any:
    main = sys.modules["__main__"]
    if (
        main.__spec__ is None
    ):  # the command's script: each worker would run its imports again, 20 MB and a second of them
        main.__spec__ = ModuleSpec("scrapy.__main__", None)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def _start_worker(memory_mb: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawler; it closes the pool
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from crawler.reading import reader

    reader.warm_up()
    gc.freeze()  # what is loaded now lives as long as the worker
    gc.set_threshold(100_000, 20, 50)  # a page leaves few cycles behind; the worker itself is replaced in time
    with open("/proc/self/statm", encoding="ascii") as file:
        size = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size + memory_mb * 1024 * 1024, hard))


def _read(
    body: bytes,
    url: str,
    headers: dict[str, str],
    profile: bytes,
    fetched_at: datetime,
    cpu_seconds: int,
) -> Reading:
    from crawler.reading.reader import read

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + cpu_seconds + 2, hard))
    try:
        with _cpu_limit(cpu_seconds):
            return read(body, url, headers, _unpacked(profile), fetched_at)
    except _CpuLimitError:
        raise ReadLimitError("read_timeout", url) from None


class _CpuLimitError(BaseException):
    """Not an Exception: nothing on the way may take it for a broken page."""


@contextmanager
def _cpu_limit(seconds: float) -> Iterator[None]:
    """Ends what runs inside once it has used so much processor time; the worker lives on. What runs in a library and hears no
    signal is left to the kernel's limit, which ends the worker."""

    def stop(*_: object) -> None:
        raise _CpuLimitError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.25)  # again, should a destructor have swallowed the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


@lru_cache(maxsize=64)
def _unpacked(profile: bytes) -> Profile:
    unpacked: Profile = pickle.loads(profile)  # noqa: S301 - packed by this process's parent
    return unpacked
