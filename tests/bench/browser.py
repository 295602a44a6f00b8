"""What rendering costs and how it holds: `make bench-browser`. Everything on loopback, from the farm."""

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapy.http import HtmlResponse
from scrapy.settings import BaseSettings

from crawler.web import browser_program as program
from crawler.web.browser import Browser
from crawler.web.browser_data import Blocked, Growth
from tests.crawl.harvesting import ROOT, arguments, environment, records, scrapy
from tests.farm import Farm, Server, serve

_SETTINGS = {
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
    memory: dict[int, float]  # after how many pages -> MB of the browser's processes
    requests: int  # that the site got


def _documents(server: Server, count: int) -> list[HtmlResponse]:
    urls = [g["url"] for g in server.farm.gold() if g["needs_browser"]][:count]
    pages = []
    for url in urls:
        with urllib.request.urlopen(url) as answer:
            pages.append(
                HtmlResponse(url, body=answer.read(), headers={"Content-Type": answer.headers["Content-Type"]})
            )
    return pages


async def _render(server: Server, documents: list[HtmlResponse], marks: set[int], refused: Blocked | None) -> Load:
    """All documents, two at a time; memory is looked at after the numbers of pages in `marks`."""
    browser = Browser(BaseSettings(_SETTINGS), (server.url.partition("//")[2],), refused=refused)
    memory: dict[int, float] = {}
    done = 0

    async def one(document: HtmlResponse) -> None:
        nonlocal done
        await browser.render(document, Growth())
        done += 1
        if done in marks and browser.sessions.current is not None:
            memory[done] = program.memory_mb(program.family(browser.sessions.current.mark))

    before = sum(server.hits.values())
    started = time.monotonic()
    todo = list(documents)

    async def worker() -> None:
        while todo:
            await one(todo.pop())

    try:
        await asyncio.gather(worker(), worker())
        return Load(done, time.monotonic() - started, memory, sum(server.hits.values()) - before)
    finally:
        await browser.close()


def blocking(pages: int) -> None:
    """With and without blocking, interleaved."""
    with serve(Farm(articles=5, seed=2, browser=max(1, pages // 3 + 1), second=False)) as server:
        documents = _documents(server, pages)
        rows: dict[str, list[Load]] = {"as shipped": [], "nothing blocked": []}
        for _ in range(2):
            for name, refused in (("as shipped", None), ("nothing blocked", Blocked())):
                rows[name].append(asyncio.run(_render(server, documents, {pages}, refused)))
    for name, loads in rows.items():
        rate = sum(load.pages for load in loads) / sum(load.seconds for load in loads)
        peak = max(max(load.memory.values(), default=0.0) for load in loads)
        print(
            f"{name:16} {rate:5.2f} pages/s  browser {peak:4.0f} MB  {loads[0].requests / pages:4.1f} requests a page",
            flush=True,
        )


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
        have = {record["url"] for record in records(output, "farm")}
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
    """Memory after 50 pages and at the end."""
    with serve(Farm(articles=5, seed=2, browser=pages // 3 + 1, second=False)) as server:
        documents = _documents(server, pages)
        load = asyncio.run(_render(server, documents, {50, *range(100, pages + 1, 50), pages}, None))
    series = ", ".join(f"{at}: {mb:.0f}" for at, mb in sorted(load.memory.items()))
    change = load.memory[max(load.memory)] / load.memory[50] - 1 if 50 in load.memory else float("nan")
    print(
        f"{load.pages} pages at {load.pages / load.seconds:.2f}/s; MB after pages {series}; end against 50: {change:+.0%}"
    )


def kills(times: int, browser: int) -> None:
    """A harvest whose browser is killed again and again."""
    with (
        serve(Farm(articles=5, seed=4, browser=browser, second=False, traps=False)) as server,
        tempfile.TemporaryDirectory() as work,
    ):
        output = Path(work)
        command = arguments(
            ["crawl", "any", "-a", f"url={server.url}/", "-a", "name=farm"], output, {"ATTEMPTS_MAX": 5}
        )
        crawl = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        killed = 0
        while crawl.poll() is None:
            time.sleep(random.uniform(0.5, 2.5))
            for pid in _browsers_of(crawl.pid) if killed < times else []:
                os.kill(pid, signal.SIGKILL)
                killed += 1
        gold = {g["url"] for g in server.farm.gold() if g["host"] == "main"}
        have = Counter(record["url"] for record in records(output, "farm"))
        print(
            f"{killed} kills: exit {crawl.returncode}, {len(gold - set(have))} of {len(gold)} articles lost, "
            f"{sum(n > 1 for n in have.values())} twice; {_farm_counts(output).get('winnow/browser/starts')} starts"
        )


def _browsers_of(crawl: int) -> list[int]:
    """The browser's first processes below a crawl, found by the switch that it is marked with."""
    children: dict[int, list[int]] = {}
    marked = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
                if b"\0--winnow-" in (entry / "cmdline").read_bytes():
                    marked.add(int(entry.name))
            except OSError:  # it ended meanwhile
                continue
    below, todo = set(), [crawl]
    while todo:
        found = children.get(todo.pop(), [])
        below |= set(found)
        todo += found
    return sorted(below & marked)[:1]


def main() -> None:
    """Prints a line for each measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", help="not needed here; accepted as by every bench")
    parser.add_argument("--only", choices=("blocking", "mixed", "endurance", "kills"))
    parser.add_argument("--pages", type=int, default=500, help="of the endurance run")
    options = parser.parse_args()
    parts: dict[str, Any] = {
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
