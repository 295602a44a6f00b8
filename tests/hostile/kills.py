"""Rows of the fault matrix in which the crawl itself is hurt: kills, signals, overlapping starts, full disks, damaged state."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from crawler.exitcodes import Exit
from tests.crawl.harvesting import scrapy
from tests.hostile.crawling import SITE, Row, crawl, outcome, routes, start
from tests.hostile.rows import healthy, named
from tests.hostile.server import Asked, Behaviour, Hostile
from tests.hostile.site import listing_page
from tests.small_disk import small_disk

ARTICLES = 120
_SETTINGS = {"READER_WORKERS": 0, "PATIENCE": 2, "CONCURRENT_REQUESTS_PER_DOMAIN": 4, "CONCURRENT_REQUESTS": 4}


def _slowed(inner: Behaviour, seconds: float) -> Behaviour:
    async def answer(asked: Asked) -> None:
        await asyncio.sleep(seconds)
        await inner(asked)

    return answer


def _site(count: int = ARTICLES, seconds: float = 0.02) -> Behaviour:
    good = healthy(count)
    return _slowed(routes({"/": listing_page(named(list(good))), **good}), seconds)


def _balance(output: Path, count: int) -> tuple[int, int]:
    """(articles lost, articles delivered twice)."""
    _, articles = outcome(output)
    ids = [article["url"] for article in articles]
    return count - len(set(ids)), len(ids) - len(set(ids))


def kills(folder: Path, scale: float = 1) -> Row:
    """K2: SIGKILL at random instants of a real crawl, again and again, then once to the end."""
    wanted = max(2, int(40 * scale))
    seed = 20261123
    chance = random.Random(seed)
    count = ARTICLES if scale >= 1 else 40
    killed = 0
    with Hostile(_site(count, 0.05)) as server:
        while killed < wanted:
            output = folder / f"k2-{killed // 4}"  # a fresh site every few kills, so that kills meet all stages
            process = start(server.url("/"), output, _SETTINGS, "-a", "revisit=1" if killed % 4 == 3 else "revisit=0")
            state = output / "state" / "winnow.db"
            until = time.monotonic() + 30
            while not state.exists() and process.poll() is None and time.monotonic() < until:
                time.sleep(0.02)
            time.sleep(chance.uniform(0, 2.5))
            process.kill()
            process.wait()
            killed += 1
        lost = twice = incomplete = 0
        for number in range((wanted + 3) // 4):
            output = folder / f"k2-{number}"
            seen = crawl(server.url("/"), output, _SETTINGS)
            incomplete += seen.code != Exit.OK
            missing, repeated = _balance(output, count)
            lost, twice = lost + missing, twice + repeated
            incomplete += scrapy(["verify", str(output / SITE)], output).code != Exit.OK
    held = lost == twice == incomplete == 0
    return Row(
        "K2 kills of a crawl",
        held,
        f"{killed} SIGKILLs (seed {seed}): lost {lost}, twice {twice}, runs that did not end well {incomplete}",
    )


def signals(folder: Path, scale: float = 1) -> Row:
    """K3: TERM once and twice, INT three times, HUP, STOP and CONT; then a run to the end."""
    cases: list[tuple[str, list[int], set[int]]] = [
        ("TERM", [signal.SIGTERM], {Exit.INTERRUPTED}),
        ("TERM TERM", [signal.SIGTERM, signal.SIGTERM], {Exit.INTERRUPTED, -signal.SIGTERM}),
        ("INT", [signal.SIGINT], {Exit.INTERRUPTED}),
        ("STOP CONT TERM", [signal.SIGSTOP, signal.SIGCONT, signal.SIGTERM], {Exit.INTERRUPTED}),
        ("HUP", [signal.SIGHUP], {Exit.INTERRUPTED, -signal.SIGHUP}),
    ]
    wrong, slowest, lost = [], 0.0, 0
    count = 60
    with Hostile(_site(count, 0.1)) as server:
        for name, sent, codes in cases if scale >= 1 else cases[:2]:
            output = folder / f"k3-{name.replace(' ', '-')}"
            before = len(server.visits)
            process = start(server.url("/"), output, _SETTINGS)
            until = time.monotonic() + 40
            while len(server.visits) < before + 12 and process.poll() is None and time.monotonic() < until:
                time.sleep(0.05)
            began = time.monotonic()
            for one in sent:
                process.send_signal(one)
                time.sleep(0.02 if one != signal.SIGSTOP else 1)
            code = _wait(process, 40)
            slowest = max(slowest, time.monotonic() - began)
            if code not in codes:
                wrong.append(f"{name}: {code}")
            crawl(server.url("/"), output, _SETTINGS)
            missing, repeated = _balance(output, count)
            lost += missing + repeated
    held = not wrong and not lost and slowest <= 30
    return Row("K3 signals", held, f"lost or twice {lost}, slowest stop {slowest:.1f} s, wrong exits {wrong or 0}")


def _wait(process: "subprocess.Popen[bytes]", seconds: float) -> int:
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return -1000


def overlap(folder: Path, scale: float = 1) -> Row:
    """O1: many starts at once; a lock that a killed run left behind."""
    number = 12 if scale >= 1 else 3
    with Hostile(_site(30, 0.2)) as server:
        output = folder / "o1"
        started = [start(server.url("/"), output, _SETTINGS) for _ in range(number)]
        codes = [_wait(process, 120) for process in started]
        running = codes.count(Exit.OK)
        locked = codes.count(Exit.LOCKED)
        killed = start(server.url("/"), output, _SETTINGS, "-a", "revisit=1")
        time.sleep(3)
        killed.kill()
        killed.wait()
        after = crawl(server.url("/"), output, _SETTINGS)
        lost, twice = _balance(output, 30)
    held = running == 1 and locked == number - 1 and after.code == Exit.OK and lost == twice == 0
    return Row(
        "O1 overlapping runs",
        held,
        f"{number} starts: {running} ran, {locked} said locked; after a kill exit {after.code}, lost {lost}, twice {twice}",
    )


def full_disk(folder: Path, scale: float = 1) -> Row:
    """D1: the disk fills up in the middle of a run; after room is made the next run completes."""
    count = 60
    settings = _SETTINGS | {"DISK_FREE_MIN_MB": 0}
    with small_disk(folder / "disk", 12_000) as disk, Hostile(_site(count, 0.05)) as server:
        output = disk.folder / "d1"
        log = folder / "d1.log"
        (disk.folder / "d1.log").symlink_to(log)
        process = start(server.url("/"), output, settings)
        until = time.monotonic() + 40
        while len(server.visits) < 15 and process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        disk.fill(0)
        code = _wait(process, 60)
        disk.free()
        after = crawl(server.url("/"), output, settings)
        lost, twice = _balance(output, count)
    held = code in {Exit.CANNOT_WRITE, Exit.DAMAGED} and after.code == Exit.OK and lost == twice == 0
    return Row("D1 full disk", held, f"exit {code} when full, then {after.code}: lost {lost}, twice {twice}")


def damage(folder: Path, scale: float = 1) -> Row:
    """D2: the state truncated, overwritten, deleted, or set back; a delivered part altered."""
    count = 20
    results = []
    with Hostile(_site(count, 0)) as server:
        origin = folder / "d2"
        crawl(server.url("/"), origin, _SETTINGS)
        database = Path("state") / "winnow.db"

        def truncated(output: Path) -> None:
            with (output / database).open("r+b") as file:
                file.truncate(file.seek(0, os.SEEK_END) // 2)

        def overwritten(output: Path) -> None:
            with (output / database).open("r+b") as file:
                file.seek(8192)
                file.write(os.urandom(20_000))

        def deleted(output: Path) -> None:
            for path in (output / "state").glob("winnow.db*"):
                path.unlink()

        def part_altered(output: Path) -> None:
            part = next(path for path in sorted((output / SITE).rglob("*.jsonl*")) if "quarantine" not in path.name)
            data = bytearray(part.read_bytes())
            data[len(data) // 2] ^= 1
            part.write_bytes(data)

        for harm in (truncated, overwritten, deleted, part_altered) if scale >= 1 else (truncated, part_altered):
            output = folder / f"d2-{harm.__name__}"
            shutil.copytree(origin, output)
            harm(output)
            if harm is part_altered:
                code = scrapy(["verify", str(output / SITE)], output).code
            else:
                code = crawl_code(server.url("/"), output)
            results.append((harm.__name__, code))
    found = sum(code == Exit.DAMAGED for _, code in results)
    return Row(
        "D2 damage",
        found == len(results),
        f"noticed {found}/{len(results)}: {', '.join(f'{name} {code}' for name, code in results)}",
    )


def crawl_code(url: str, output: Path) -> int:
    """The exit code of a crawl."""
    return _wait(start(url, output, _SETTINGS), 120)


KILL_ROWS: list[Callable[[Path, float], Row]] = [kills, signals, overlap, full_disk, damage]
