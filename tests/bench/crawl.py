"""Pages per CPU second and peak memory of the crawl engine beside a plain Scrapy project: `make bench-crawl`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.crawl.harvesting import FAST, ROOT, arguments, environment

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


def winnow(url: str, spider: str, settings: dict[str, object]) -> Figure:
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


def main() -> None:
    """Interleaved rounds; prints medians and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", help="not needed here; accepted as by every bench")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    farm = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.farm",
            "--articles",
            str(options.articles),
            "--layouts",
            "justnews",
            "--no-traps",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert farm.stdout is not None
    url = farm.stdout.readline().strip() + "/"
    engine = {
        "SPIDER_MODULES": "tests.bench.crawlspiders",
        "ITEM_PIPELINES": json.dumps({"pipelines.record.Record": 100}),
    }
    crawls = {
        "plain Scrapy": lambda: plain(url),
        "Winnow's engine, same work": lambda: winnow(url, "engine", engine),
        "Winnow, whole reading": lambda: winnow(url, "any", {"READER_WORKERS": 1, "MAX_PAGES": 1200}),
    }
    try:
        figures: dict[str, list[Figure]] = {name: [] for name in crawls}
        for _ in range(options.rounds):
            for name, crawl in crawls.items():
                figures[name].append(crawl())
                print(name, figures[name][-1], flush=True)
    finally:
        farm.terminate()
        farm.wait(10)
    base = median(f.rate for f in figures["plain Scrapy"])
    print(
        f"\n{options.articles} articles, {options.rounds} interleaved rounds, medians; start-up included; FAST = {FAST}"
    )
    for name, rows in figures.items():
        rate, rss = median(f.rate for f in rows), median(f.rss_mb for f in rows)
        print(
            f"{name:28} {rows[0].pages:5} pages {rows[0].articles:5} articles  {rate / base:5.2f}x pages per CPU second  peak {rss:4.0f} MB"
        )


if __name__ == "__main__":
    main()
