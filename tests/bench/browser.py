"""What rendering costs and how it holds: `make bench-browser`. Everything on loopback, from the farm."""

import argparse
import asyncio
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse
from scrapy.settings import BaseSettings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.web import browser_program as program
from crawler.web.browser import Browser
from crawler.web.browser_data import Blocked, Growth
from crawler.web.browser_need import need_of
from tests.bench.corpus import read_corpus
from tests.bench.cost import FETCHED_AT, site_cases
from tests.crawl.harvesting import ROOT, arguments, environment, records, scrapy
from tests.farm import Farm, farm_process, serve

_SETTINGS: dict[str, Any] = {
    "ALLOW_PRIVATE_ADDRESSES": ["127.0.0.0/8"],
    "BROWSER_MEMORY_MB": 1200,
    "BROWSER_PAGES": 100,
    "BROWSER_TABS": 2,
    "BROWSER_TIMEOUT": 20,
    "DOWNLOAD_MAXSIZE": 8 * 1024 * 1024,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "USER_AGENT": "winnow/0.1 (+bench)",
}


@dataclass(slots=True)
class Load:
    """One series of renderings."""

    pages: int
    seconds: float
    memory: dict[int, tuple[float, float]]  # after how many pages -> MB of the browser with its driver, of this process
    browser_cpu: float  # seconds, its starts included
    own_cpu: float
    requests: int  # answered to pages
    bytes: int


@contextmanager
def _shells(pages: int) -> Iterator[tuple[str, list[HtmlResponse]]]:
    """A farm in a process of its own: its address, and so many documents of it that need a browser."""
    options = {"articles": 5, "seed": 2, "browser": -(-pages // 3)}
    with farm_process(*(part for name, n in options.items() for part in (f"--{name}", str(n)))) as (main, second):
        farm = Farm(**options)
        farm.bind(main, second)
        documents = []
        for url in [g["url"] for g in farm.gold() if g["layout"] in {"vue", "react", "state"}][:pages]:
            with urllib.request.urlopen(url) as answer:
                body, kind = answer.read(), answer.headers["Content-Type"]
                documents.append(HtmlResponse(url, body=body, headers={"Content-Type": kind}))
        yield main, documents


async def _render(main: str, documents: list[HtmlResponse], refused: Blocked | None = None, batch: int = 50) -> Load:
    """All documents, two at a time; memory is looked at after every batch, when no page is open."""
    stats = MemoryStatsCollector(cast("Crawler", SimpleNamespace(settings=BaseSettings({"STATS_DUMP": False}))))
    browser = Browser(BaseSettings(_SETTINGS), (main.partition("//")[2],), stats, refused)
    memory: dict[int, tuple[float, float]] = {}
    seconds, own, children = 0.0, time.process_time(), _children_cpu()
    todo = list(reversed(documents))

    async def worker(until: int) -> None:
        while len(todo) > until:
            await browser.render(todo.pop(), Growth())

    try:
        for done in range(batch, len(documents) + batch, batch):
            started = time.monotonic()
            until = max(0, len(documents) - done)
            await asyncio.gather(worker(until), worker(until))
            seconds += time.monotonic() - started
            assert browser.sessions.current is not None
            family = program.family(browser.sessions.current.mark)
            memory[len(documents) - until] = program.memory_mb(family), program.memory_mb([os.getpid()])
    finally:
        await browser.close()
    count = stats.get_value
    return Load(
        len(documents),
        seconds,
        memory,
        _children_cpu() - children,
        time.process_time() - own,
        int(count("winnow/browser/requests", 0)),
        int(count("winnow/browser/bytes", 0)),
    )


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def blocking(pages: int, times: int = 2) -> None:
    """As shipped, and with everything loaded: pictures, films, fonts, style sheets, frames, trackers and adverts; interleaved."""
    rows: dict[str, list[Load]] = {"as shipped": [], "nothing blocked": []}
    with _shells(pages) as (main, documents):
        for _ in range(times):
            for name, refused in (("as shipped", None), ("nothing blocked", Blocked())):
                rows[name].append(asyncio.run(_render(main, documents, refused, batch=max(10, pages // 2))))
    for name, loads in rows.items():
        total = sum(load.pages for load in loads)
        print(
            f"{name:16} {total / sum(load.seconds for load in loads):5.2f} pages/s, CPU ms a page: browser "
            f"{1000 * sum(load.browser_cpu for load in loads) / total:.0f}, crawl "
            f"{1000 * sum(load.own_cpu for load in loads) / total:.0f}; browser "
            f"{max(mb for load in loads for mb, _ in load.memory.values()):.0f} MB; a page: "
            f"{loads[0].requests / loads[0].pages:.1f} requests, {loads[0].bytes / loads[0].pages / 1000:.0f} kB",
            flush=True,
        )


def _delivered(output: Path) -> Counter[str]:
    """The delivered articles by the address they claim: which spelling of it was fetched first is chance."""
    return Counter(record["canonical_url"] or record["url"] for record in records(output, "farm"))


def _farm_counts(output: Path) -> dict[str, int]:
    status = json.loads((output / "status" / "farm.json").read_text(encoding="utf-8"))
    return dict(status["counts"])


def mixed(articles: int, browser: int) -> None:
    """A site of plain pages, traps, shells and growing lists, harvested twice."""
    with (
        serve(Farm(articles=articles, seed=3, browser=browser, second=False)) as server,
        tempfile.TemporaryDirectory() as work,
    ):
        output = Path(work)
        command = ["crawl", "any", "-a", f"url={server.url}/", "-a", "name=farm"]
        code = scrapy(command, output, timeout=1800).code
        gold = [g for g in server.farm.gold() if g["host"] == "main"]
        have = _delivered(output)
        needy = [g for g in gold if g["needs_browser"]]
        lists = 3 * -(-browser // 4) + 2
        counts = _farm_counts(output)
        found = sum(g["url"] in have for g in gold if g["needs_browser"] or g["found_by_browser"])
        wanted = sum(g["needs_browser"] or g["found_by_browser"] for g in gold)
        print(
            f"mixed site: exit {code}, {len(have)} of {len(gold)} articles, {found} of {wanted} of the browser's; "
            f"{counts.get('winnow/browser/pages', 0)} pages rendered for {len(needy)} articles and {lists} lists that need it "
            f"(in vain: {counts.get('winnow/browser/in_vain', 0)})",
            flush=True,
        )


def endurance(pages: int) -> None:
    """Memory at the same points of the browser's cycles (it is started anew after BROWSER_PAGES pages), and of the crawl."""
    cycle = _SETTINGS["BROWSER_PAGES"]
    with _shells(pages) as (main, documents):
        load = asyncio.run(_render(main, documents, batch=cycle // 2))
    print(f"{load.pages} pages at {load.pages / load.seconds:.2f}/s")
    for name, at in (("half through", cycle // 2), ("at the end of", cycle)):
        series = [(n, mb) for n, (mb, _) in load.memory.items() if (n - at) % cycle == 0]
        shown = ", ".join(f"{n}: {mb:.0f}" for n, mb in series)
        print(f"  browser {name} its cycle, MB after pages {shown} ({series[-1][1] / series[0][1] - 1:+.0%})")
    own = [(n, mb) for n, (_, mb) in load.memory.items()]
    shown = ", ".join(f"{n}: {mb:.0f}" for n, mb in own)
    print(f"  this process, MB after pages {shown} ({own[-1][1] / own[0][1] - 1:+.0%})", flush=True)


def kills(times: int, browser: int) -> None:
    """A harvest whose browser is killed again and again."""
    with (
        serve(Farm(articles=5, seed=4, browser=browser, second=False, traps=False)) as server,
        tempfile.TemporaryDirectory() as work,
    ):
        output = Path(work)
        command = arguments(["crawl", "any", "-a", f"url={server.url}/", "-a", "name=farm"], output)
        crawl = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        killed = seen = 0
        while crawl.poll() is None:
            time.sleep(random.uniform(0.05, 0.3))
            calls = sum(n for (_, target, _), n in server.hits.copy().items() if "/api/" in target)
            # In the middle of a page, and never so often that no page could be filled on a slow machine.
            for pid in _browsers_of(crawl.pid) if killed < times and calls >= seen + 2 else []:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed, seen = killed + 1, calls
        gold = {g["url"] for g in server.farm.gold() if g["host"] == "main"}
        have = _delivered(output)
        print(
            f"{killed} kills: exit {crawl.returncode}, {len(gold - set(have))} of {len(gold)} articles lost, "
            f"{sum(n > 1 for n in have.values())} twice; {_farm_counts(output).get('winnow/browser/starts')} starts"
        )
        for url in sorted(gold - set(have)):
            print(f"  lost: {url}, {_end_of(output, url)}")


def _end_of(output: Path, url: str) -> str:
    """How the crawl ended a URL."""
    with closing(sqlite3.connect(output / "state" / "winnow.db")) as database:
        row = database.execute("SELECT outcome, reason, attempts FROM frontier WHERE url = ?", (url,)).fetchone()
    return "never found" if row is None else f"{row[0]} {row[1]} after {row[2]} attempts"


def _browsers_of(crawl: int) -> list[int]:
    """The browser below a crawl, if it has a page open: known by the switch that it is marked with, and by a renderer."""
    children: dict[int, list[int]] = {}
    switches: dict[int, bytes] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
                switches[int(entry.name)] = (entry / "cmdline").read_bytes()
                children.setdefault(parent, []).append(int(entry.name))
            except OSError:  # it ended meanwhile
                continue

    def below(process: int) -> list[int]:
        found = children.get(process, [])
        return found + [lower for one in found for lower in below(one)]

    browsers = [pid for pid in below(crawl) if b"\0--winnow-" in switches[pid]]
    return [pid for pid in browsers if any(b"--type=renderer" in switches[one] for one in below(pid))][:1]


def shells(shared: Path) -> None:
    """Practice pages, whose text is served, that a crawl would give to a browser all the same."""
    asked: dict[str, Counter[str]] = {}
    pages = [(sample.corpus, sample.body, sample.url) for sample in read_corpus(shared)]
    pages += [(case.group, case.body, case.url) for case in site_cases(shared, 1)]
    for group, body, url in pages:
        reading = read(body, url, {}, Profile(), FETCHED_AT)
        asked.setdefault(group, Counter())[need_of(reading, body.decode("utf-8", "replace")) or "none"] += 1
    for group, needs in asked.items():
        told = ", ".join(f"{need} {n}" for need, n in sorted(needs.items()))
        print(f"judged on {group}, {sum(needs.values())} pages: {told}", flush=True)


def main() -> None:
    """Prints a line for each measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, help="practice data, for the judgement of its pages; left out without")
    parser.add_argument("--only", choices=("shells", "blocking", "mixed", "endurance", "kills"))
    parser.add_argument("--pages", type=int, default=500, help="of the endurance run")
    options = parser.parse_args()
    parts: dict[str, Any] = {
        "shells": lambda: shells(options.shared) if options.shared else None,
        "blocking": lambda: blocking(60),
        "mixed": lambda: mixed(60, 12),
        "endurance": lambda: endurance(options.pages),
        "kills": lambda: kills(20, 15),
    }
    for name, part in parts.items():
        if options.only in (None, name):
            part()


if __name__ == "__main__":
    main()
