"""Pages per CPU second and peak memory of the crawl engine beside a plain Scrapy project: `make bench-crawl`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.crawl.harvesting import ROOT, arguments, environment

SMALL = 12  # articles of the crawl that measures start-up
_DEFAULTS = """
from pathlib import Path
BOT_NAME = "plain"
SPIDER_MODULES = ["tests.bench.crawlspiders"]
ROBOTSTXT_OBEY = True
"""


@dataclass(slots=True)
class Figure:
    """One crawl."""

    pages: int
    articles: int
    cpu: float
    rss_mb: float
    wall: float

    @property
    def rate(self) -> float:
        """Pages per CPU second of the crawl's processes, start-up included."""
        return self.pages / self.cpu


def measured(command: list[str], env: dict[str, str]) -> tuple[float, float, float]:
    """(CPU seconds, peak RSS in MB of the largest process, wall seconds) of a command and all it waited for."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, time.monotonic() - started


def winnow(url: str, spider: str, settings: Mapping[str, object]) -> Figure:
    """A crawl on Winnow's engine."""
    with tempfile.TemporaryDirectory() as work:
        output = Path(work)
        command = arguments(["crawl", spider, "-a", f"url={url}"], output, {"CONCURRENT_REQUESTS": 16, **settings})
        cpu, rss, wall = measured(command, environment())
        status = json.loads(next((output / "status").glob("*.json")).read_text(encoding="utf-8"))
        return Figure(sum(status["responses"].values()), status["items"], cpu, rss, wall)


def plain(url: str) -> Figure:
    """A crawl with Scrapy's defaults."""
    with tempfile.TemporaryDirectory() as work:
        module = Path(work) / "plainsettings.py"
        module.write_text(_DEFAULTS, encoding="utf-8")
        feed, log = Path(work) / "items.jsonl", Path(work) / "log"
        env = environment() | {"SCRAPY_SETTINGS_MODULE": "plainsettings", "PYTHONPATH": f"{work}:{ROOT}"}
        command = [
            sys.executable,
            "-m",
            "scrapy",
            "crawl",
            "plain",
            "-a",
            f"url={url}",
            "-o",
            str(feed),
            "-s",
            f"LOG_FILE={log}",
        ]
        cpu, rss, wall = measured(command, env)
        pages = log.read_text(encoding="utf-8").count("DEBUG: Crawled (")
        return Figure(pages, feed.read_text(encoding="utf-8").count("\n"), cpu, rss, wall)


def served(articles: int) -> "subprocess.Popen[str]":
    """A farm in a process of its own; its address is the first line that it prints."""
    command = [
        sys.executable,
        "-m",
        "tests.farm",
        "--articles",
        str(articles),
        "--layouts",
        "justnews",
        "--no-traps",
        "--warm",
    ]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def main() -> None:
    """Interleaved rounds; prints medians and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", help="not needed here; accepted as by every bench")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    farms = [served(options.articles), served(SMALL)]
    url, small = (str(farm.stdout and farm.stdout.readline()).strip() + "/" for farm in farms)
    engine = {
        "SPIDER_MODULES": "tests.bench.crawlspiders",
        "ITEM_PIPELINES": json.dumps({"pipelines.record.Record": 100}),
    }
    crawls: dict[str, Callable[[str], Figure]] = {
        "plain Scrapy": plain,
        "Winnow's engine, same work": lambda url: winnow(url, "engine", engine),
        "Winnow, whole reading": lambda url: winnow(url, "any", {"READER_WORKERS": 1}),
    }
    try:
        startup = {name: crawl(small) for name, crawl in crawls.items()}
        figures: dict[str, list[Figure]] = {name: [] for name in crawls}
        for _ in range(options.rounds):
            for name, crawl in crawls.items():
                figures[name].append(crawl(url))
                print(name, figures[name][-1], flush=True)
    finally:
        for farm in farms:
            farm.terminate()
            farm.wait(10)
    print(
        f"\n{options.articles} articles, {options.rounds} interleaved rounds, medians. Start-up: a crawl of {SMALL} articles."
    )
    rates = {name: median(marginal(row, startup[name]) for row in rows) for name, rows in figures.items()}
    for name, rows in figures.items():
        whole = median(row.rate for row in rows) / median(row.rate for row in figures["plain Scrapy"])
        peak = median(row.rss_mb for row in rows)
        print(
            f"{name:28} {rows[0].pages:5} pages {rows[0].articles:5} articles; pages per CPU second "
            f"{rates[name] / rates['plain Scrapy']:5.2f}x ({whole:.2f}x with start-up); peak {peak:4.0f} MB"
        )


def marginal(row: Figure, start: Figure) -> float:
    """Pages per CPU second between the end of start-up and the end."""
    return (row.pages - start.pages) / max(0.01, row.cpu - start.cpu)


if __name__ == "__main__":
    main()
