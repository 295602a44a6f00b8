"""The status files: whole at every instant, alive while the reactor is not."""

import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from scrapy import Spider
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.exitcodes import Exit
from crawler.run import runs_of
from crawler.web import metrics
from crawler.web.metrics import Metrics, prometheus


class Crawl:
    def __init__(self, folder: Path) -> None:
        self.settings = Settings({"OUTPUT_DIR": str(folder), "STATUS_SECONDS": 0.02})
        self.stats = MemoryStatsCollector(self)  # type: ignore[arg-type]


class Pulse:
    """Stands for a reactor that never comes round."""

    def __init__(self, function: Any) -> None:
        pass

    def start(self, interval: float) -> None:
        pass

    def stop(self) -> None:
        pass


def test_the_status_is_written_while_the_reactor_is_stuck(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(metrics, "AsyncioLoopingCall", Pulse)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "winnow.db").write_bytes(bytes(1234))
    crawl = Crawl(tmp_path)
    crawl.stats.inc_value("winnow/outcome/quarantined/too_large")
    crawl.stats.inc_value("downloader/response_status_count/200", 5)
    extension, spider = Metrics(crawl), Spider(name="news")  # type: ignore[arg-type]
    extension.spider_opened(spider)
    extension._beat -= 100
    seen = set()
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        path = tmp_path / "status" / "news.json"
        if path.exists():
            facts = json.loads(path.read_text())  # never half a file
            seen.add(facts["written"])
    assert len(seen) > 5
    assert facts["reactor_late_seconds"] > 90
    assert facts["phase"] == "running"
    extension.spider_closed(spider, "finished")
    facts = json.loads(path.read_text())
    assert (facts["phase"], facts["reason"]) == ("closed", "finished")
    text = (tmp_path / "status" / "news.prom").read_text()
    assert 'winnow_quarantined{site="news",reason="too_large"} 1' in text
    assert 'winnow_http_responses{site="news",class="2xx"} 5' in text
    assert 'winnow_running{site="news"} 0' in text
    assert 'winnow_state_bytes{site="news"} 1234' in text
    assert sorted(p.name for p in path.parent.iterdir()) == ["news.json", "news.prom"]


def test_the_last_success_outlives_a_run_that_fails(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(metrics, "AsyncioLoopingCall", Pulse)
    spider = Spider(name="news")
    for code in (Exit.OK, Exit.UNREACHABLE):  # a site that is down: the crawl finishes, and nothing was harvested
        crawl: Any = Crawl(tmp_path)
        ended: Any = SimpleNamespace(exit=code, pending=7)
        runs_of()[crawl] = ended
        extension = Metrics(crawl)
        extension.spider_opened(spider)
        extension.spider_closed(spider, "finished")
    facts = json.loads((tmp_path / "status" / "news.json").read_text())
    assert facts["verdict"] == "unreachable"
    assert 'winnow_exit_code{site="news"} 12' in (tmp_path / "status" / "news.prom").read_text()
    assert facts["last_success"] < facts["started"]
    assert facts["pending"] == 7
    assert 'winnow_pending{site="news"} 7' in (tmp_path / "status" / "news.prom").read_text()


def test_prometheus_lines_are_well_formed() -> None:
    facts = {
        "site": 'a"b\n',
        "phase": "running",
        "started": 1.7e9,
        "written": 1.7e9,
        "last_success": None,
        "exit_code": None,
        "reactor_late_seconds": 0.0,
        "reactor_latest_seconds": 0.0,
        "outcomes": {"done/article": 3},
        "pending": 5,
        "responses": {},
        "items": 3,
        "errors": 0,
        "rss_peak_bytes": 1e8,
        "disk_free_bytes": 5e9,
        "state_bytes": 4096,
    }
    for line in prometheus(facts).splitlines():
        assert line.startswith(("#", "winnow_"))
        assert "\n" not in line
