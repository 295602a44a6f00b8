"""What monitoring sees: SITE.json and SITE.prom in OUTPUT_DIR/status, written by a thread of its own.

The thread writes also while the reactor is busy or stuck; `reactor_late_seconds` then grows. Files appear by rename, so a
reader never sees half of one.
"""

import json
import logging
import os
import resource
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import AsyncioLoopingCall

from crawler.exitcodes import CannotWriteError, Exit
from crawler.files import put_text
from crawler.run import runs_of
from crawler.state import StateError

logger = logging.getLogger(__name__)

_OUTCOME = "winnow/outcome/"
_STATUS = "downloader/response_status_count/"


class Metrics:
    """Scrapy extension. STATUS_SECONDS: seconds between writes (0 turns it off)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._seconds = crawler.settings.getfloat("STATUS_SECONDS")
        self._folder = Path(crawler.settings.get("OUTPUT_DIR") or "output") / "status"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write_on, name="status", daemon=True)
        self._beat = time.monotonic()
        self._counted = 0.0  # when the URLs still to do were counted, monotonic
        self._latest = 0.0  # seconds by which the worst beat was late
        self._started = time.time()
        self._last_success: float | None = None
        self._exit: Exit | None = None  # how the run ended
        self._beats: AsyncioLoopingCall | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        metrics = cls(crawler)
        if metrics._seconds > 0:
            crawler.signals.connect(metrics.spider_opened, signals.spider_opened)
            crawler.signals.connect(metrics.spider_closed, signals.spider_closed)
        return metrics

    def spider_opened(self, spider: Spider) -> None:
        """Start the thread and the reactor's pulse."""
        self._site = str(getattr(spider, "site", spider.name))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._last_success = _last_success(self._folder / f"{self._site}.json")
        self._beats = AsyncioLoopingCall(self._pulse)
        self._beats.start(1.0)
        self._thread.start()

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Stop, and write once more, with the end of the run."""
        if self._beats is not None:
            self._beats.stop()
        self._stop.set()
        self._thread.join(10)
        run = runs_of().get(self._crawler)
        self._exit = run.exit if run is not None else None
        if self._exit is Exit.OK:
            self._last_success = time.time()
        self._write("closed", reason)

    def _pulse(self) -> None:
        self._latest = max(self._latest, self._late())
        self._beat = time.monotonic()
        run = runs_of().get(self._crawler)
        if run is not None and self._beat - self._counted >= self._seconds:  # here: the thread may not use the state
            self._counted = self._beat
            with suppress(StateError):  # whoever works with the state says so
                run.count_pending()

    def _late(self) -> float:
        """Seconds by which the event loop is late with its pulse of one second."""
        return max(0.0, time.monotonic() - self._beat - 1)

    def _write_on(self) -> None:
        while True:
            self._write("running", None)
            if self._stop.wait(self._seconds):
                return

    def _write(self, phase: str, reason: str | None) -> None:
        try:
            facts = self._facts(phase, reason)
            put_text(self._folder / f"{self._site}.json", json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
            put_text(self._folder / f"{self._site}.prom", prometheus(facts))
        except OSError as error:
            run = runs_of().get(self._crawler)
            fault = CannotWriteError.at(self._folder / f"{self._site}.json", error)
            if phase == "closed" and run is not None and run.exit is Exit.OK:  # monitoring would trust what is old
                run.end_by(fault)
            else:
                logger.error("%s", fault)

    def _facts(self, phase: str, reason: str | None) -> dict[str, Any]:
        stats = dict(self._crawler.stats.get_stats()) if self._crawler.stats is not None else {}
        run = runs_of().get(self._crawler)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "site": self._site,
            "pid": os.getpid(),
            "phase": phase,
            "reason": reason,
            "verdict": self._exit.name.lower() if self._exit is not None else None,
            "exit_code": self._exit,
            "started": round(self._started, 3),
            "written": round(time.time(), 3),
            "last_success": self._last_success,
            "reactor_late_seconds": round(self._late(), 1) if phase == "running" else 0.0,
            "reactor_latest_seconds": round(self._latest, 1),
            "responses": {key.removeprefix(_STATUS): n for key, n in stats.items() if key.startswith(_STATUS)},
            "outcomes": {key.removeprefix(_OUTCOME): n for key, n in stats.items() if key.startswith(_OUTCOME)},
            "counts": {
                key: n for key, n in sorted(stats.items()) if key.startswith("winnow/") and not key.startswith(_OUTCOME)
            },
            "pending": run.pending if run is not None else None,
            "items": stats.get("item_scraped_count", 0),
            "errors": stats.get("log_count/ERROR", 0),
            "rss_peak_bytes": usage.ru_maxrss * 1024,
            "disk_free_bytes": shutil.disk_usage(self._folder).free,
            "state_bytes": _size(self._folder.parent / "state"),
        }


def _last_success(path: Path) -> float | None:
    try:
        value = json.loads(path.read_text(encoding="utf-8")).get("last_success")
    except (OSError, ValueError, AttributeError):
        return None
    return float(value) if isinstance(value, int | float) else None


def _size(folder: Path) -> int | None:
    """Bytes of the files in a folder; None when it does not exist: the state is then a database elsewhere."""
    try:
        return sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file())
    except FileNotFoundError:
        return None


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def prometheus(facts: dict[str, Any]) -> str:
    """The status in Prometheus' text format, for the node exporter's textfile collector."""
    site = f'site="{_label(facts["site"])}"'
    lines: list[str] = []

    def gauge(name: str, description: str, values: list[tuple[str, float]]) -> None:
        if values:
            lines.append(f"# HELP winnow_{name} {description}")
            lines.append(f"# TYPE winnow_{name} gauge")
            lines.extend(
                f"winnow_{name}{{{site}{labels}}} {value:g}"
                if abs(value) < 1e6
                else f"winnow_{name}{{{site}{labels}}} {value:.3f}"
                for labels, value in values
            )

    gauge("running", "1 while a run is going on.", [("", float(facts["phase"] == "running"))])
    gauge("started_timestamp_seconds", "Start of the latest run.", [("", facts["started"])])
    gauge(
        "written_timestamp_seconds",
        "When this file was written; a running harvest renews it.",
        [("", facts["written"])],
    )
    if facts["last_success"] is not None:
        gauge(
            "last_success_timestamp_seconds",
            "End of the latest run that ended with ok.",
            [("", facts["last_success"])],
        )
    if facts["exit_code"] is not None:
        gauge("exit_code", "How the latest run ended; docs/operations.md has the codes.", [("", facts["exit_code"])])
    gauge("reactor_late_seconds", "How long the event loop has not answered.", [("", facts["reactor_late_seconds"])])
    gauge("reactor_latest_seconds", "The longest such time of the run.", [("", facts["reactor_latest_seconds"])])
    outcomes = [(key.partition("/"), n) for key, n in sorted(facts["outcomes"].items())]
    gauge(
        "urls",
        "URLs of the run by outcome and reason.",
        [(f',outcome="{_label(o)}",reason="{_label(r)}"', n) for (o, _, r), n in outcomes],
    )
    gauge(
        "quarantined",
        "Pages kept aside, by reason.",
        [(f',reason="{_label(r)}"', n) for (o, _, r), n in outcomes if o == "quarantined"],
    )
    if facts["pending"] is not None:
        gauge("pending", "URLs of the site that are still to do.", [("", facts["pending"])])
    gauge("new_articles", "Articles recorded in the run.", [("", facts["items"])])
    classes: dict[str, int] = {}
    for status, n in facts["responses"].items():
        classes[f"{status[:1]}xx"] = classes.get(f"{status[:1]}xx", 0) + n
    gauge(
        "http_responses",
        "Responses of the run by status class.",
        [(f',class="{_label(c)}"', n) for c, n in sorted(classes.items())],
    )
    gauge("log_errors", "Errors in the log of the run.", [("", facts["errors"])])
    gauge("rss_peak_bytes", "Peak memory of the crawl process.", [("", facts["rss_peak_bytes"])])
    gauge("disk_free_bytes", "Free space where the output is.", [("", facts["disk_free_bytes"])])
    if facts["state_bytes"] is not None:
        gauge("state_bytes", "Size of the state's files.", [("", facts["state_bytes"])])
    return "\n".join(lines) + "\n"
