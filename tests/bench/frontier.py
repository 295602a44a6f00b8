"""Frontier: what waiting URLs cost. Memory and time of leases with 10,000 and with 1,000,000 URLs waiting.

Each size is filled by one process and worked by another, whose memory and times are taken: 200 leases of 16 URLs, every
URL finished with 20 known links probed and 2 new ones added, as a crawl does.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crawler.outcomes import Outcome, Reason
from crawler.state import FrontierEntry, State, frontier_key

SITE, RUN = "bench", "run-1"
HOSTS = 5
LEASES, SIZE = 200, 16
SIZES = (10_000, 100_000, 1_000_000)
MEMORY_LIMIT_MB = 40


def entry(i: int, depth: int = 1) -> FrontierEntry:
    """A plausible article URL."""
    host = f"www{i % HOSTS}.example.org"
    url = f"https://{host}/news/2026/{i:08d}/a-slug-of-the-usual-length-{i * 7919 % 1_000_003}.html"
    return FrontierEntry(
        key=frontier_key(SITE, url),
        url=url,
        site=SITE,
        host=host,
        kind="article",
        priority=10 + i % 3,
        depth=depth,
        pattern=f"{host}/news/#/#/*",
        via_kind="listing",
        via_url=f"https://{host}/list/{i // 20}.html",
    )


def fill(url: str, n: int) -> None:
    """Puts n URLs into a new state and prints the seconds it took."""
    start = time.perf_counter()
    with State.open(url) as state:
        state.runs.start(RUN, SITE, time.time())
        for first in range(0, n, 20_000):
            with state.unit() as connection:
                state.frontier.add(connection, (entry(i) for i in range(first, min(n, first + 20_000))), RUN)
            state.commit()
    print(time.perf_counter() - start)


def work(url: str, n: int) -> None:
    """Leases and finishes; prints peak RSS (MB), and median and 99th percentile of a lease and of a page (ms)."""
    leases: list[float] = []
    pages: list[float] = []
    fresh = n
    with State.open(url) as state:
        for _ in range(LEASES):
            start = time.perf_counter()
            batch = state.frontier.lease("bench", SITE, SIZE, SIZE, now=time.time(), run=RUN)
            leases.append((time.perf_counter() - start) * 1000)
            for lease in batch:
                start = time.perf_counter()
                state.frontier.known(frontier_key(SITE, f"{lease.url}{i}") for i in range(20))
                with state.unit() as connection:
                    state.frontier.add(connection, [entry(fresh), entry(fresh + 1)], RUN)
                    state.frontier.finish(
                        connection, lease.key, Outcome.DONE, Reason.ARTICLE, run=RUN, now=time.time(), etag='"x"'
                    )
                fresh += 2
                state.commit_if_due()
                pages.append((time.perf_counter() - start) * 1000)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        assert state.books(SITE, RUN).balance
    print(peak, *(value for times in (leases, pages) for value in (statistics.median(times), percentile(times))))


def percentile(times: list[float]) -> float:
    """The 99th."""
    return sorted(times)[int(len(times) * 0.99)]


def child(step: str, url: str, n: int) -> list[float]:
    """Runs one step in a process of its own; returns the numbers it printed."""
    command = [sys.executable, "-m", "tests.bench.frontier", "--step", step, url, str(n)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.split()]


def main() -> None:
    """Prints the table; exits 1 when memory grows with the number of waiting URLs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", help="not needed by this bench")
    parser.add_argument("--step", nargs=3, metavar=("STEP", "URL", "N"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        {"fill": fill, "work": work}[arguments.step[0]](arguments.step[1], int(arguments.step[2]))
        return
    print("| waiting URLs | filled in s | file MB | peak RSS MB | lease ms p50 | p99 | page ms p50 | p99 |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    peaks: list[float] = []
    for n in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "winnow.db"
            [seconds] = child("fill", f"sqlite:///{path}", n)
            size = path.stat().st_size / 2**20
            peak, *times = child("work", f"sqlite:///{path}", n)
        peaks.append(peak)
        cells = " | ".join(f"{value:.2f}" for value in times)
        print(f"| {n:,} | {seconds:.1f} | {size:.0f} | {peak:.1f} | {cells} |", flush=True)
    growth = peaks[-1] - peaks[0]
    print(f"\nmemory at {SIZES[-1]:,} over {SIZES[0]:,} waiting: {growth:+.1f} MB (at most {MEMORY_LIMIT_MB})")
    sys.exit(growth > MEMORY_LIMIT_MB)


if __name__ == "__main__":
    main()
