"""Whatever goes wrong ends with its own exit code and one clear line, and loses nothing."""

import http.server
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.exitcodes import Exit
from tests.crawl.harvesting import ROOT, Ended, arguments, environment, records, scrapy
from tests.farm import Farm, Server, serve


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(Farm(articles=12, seed=3, light=True, traps=False, second=False)) as running:
        yield running


def crawl(url: str, output: Path, *more: str, **settings: object) -> Ended:
    return scrapy(["crawl", "any", "-a", f"url={url}", "-a", "name=farm", *more], output, dict(settings))


def said(ended: Ended) -> str:
    """The one line for the user."""
    (line,) = [line for line in ended.err.splitlines() if line.startswith("winnow: ")]
    return line


def test_an_unknown_site_is_named_and_the_known_ones_are_listed(tmp_path: Path) -> None:
    ended = scrapy(["crawl", "nosuchsite"], tmp_path)
    assert ended.code == Exit.USAGE
    assert "nosuchsite" in said(ended)
    assert "any" in said(ended)


def test_a_bad_argument_ends_before_anything_starts(tmp_path: Path) -> None:
    ended = crawl("http://127.0.0.1:1/", tmp_path, "-a", "smaple=3")
    assert ended.code == Exit.USAGE
    assert "unknown argument 'smaple'" in said(ended)
    assert not (tmp_path / "state").exists()


def test_a_site_that_refuses_connections_is_unreachable(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        ended = crawl(f"http://127.0.0.1:{closed.getsockname()[1]}/", tmp_path, PATIENCE=2)
        assert ended.code == Exit.UNREACHABLE
        assert "; postponed/robots x2" in scrapy(["report"], tmp_path).out  # its robots.txt cannot be had
        again = crawl(f"http://127.0.0.1:{closed.getsockname()[1]}/", tmp_path, PATIENCE=2)
    assert again.code == Exit.UNREACHABLE  # its hosts rest meanwhile
    assert "; postponed/resting" in scrapy(["report"], tmp_path).out


class _Empty(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/"
        self.send_response(200 if found else 404)
        page = '<html><head><title>空</title></head><body><p><a href="/a/a/a/a/1.html">没有内容</a></p></body></html>'
        body = page.encode() if found else b""
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


def test_a_site_without_articles_says_so(tmp_path: Path) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Empty) as empty:
        threading.Thread(target=empty.serve_forever, daemon=True).start()
        ended = crawl(f"http://127.0.0.1:{empty.server_port}/", tmp_path)
        empty.shutdown()
    assert ended.code == Exit.NOTHING_FOUND
    assert "; link_refused/trap x1" in ended.err


def test_an_output_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = crawl("http://127.0.0.1:1/", tmp_path / "file" / "output")
    assert ended.code == Exit.CANNOT_WRITE
    assert "cannot write" in said(ended)


def test_a_status_that_cannot_be_written_is_no_good_end(server: Server, tmp_path: Path) -> None:
    status = tmp_path / "status" / "farm.json"
    status.mkdir(parents=True)
    ended = crawl(server.url, tmp_path, "-a", "sample=2")
    assert ended.code == Exit.CANNOT_WRITE
    assert said(ended).startswith(f"winnow: cannot write to {status}: ")
    assert records(tmp_path, "farm"), "what was harvested is delivered all the same"


def test_a_log_that_cannot_be_written_is_one_line_and_starts_no_crawl(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "farm.log"
    log.mkdir(parents=True)
    ended = scrapy(["harvest", "--url", "http://127.0.0.1:1/", "-a", "name=farm"], tmp_path)
    assert ended.code == Exit.CANNOT_WRITE
    assert ended.err == f"winnow: cannot write to {log}: Is a directory; let this user write there, then run again\n"


def test_a_run_does_not_start_on_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    ended = crawl("http://127.0.0.1:1/", tmp_path, DISK_FREE_MIN_MB=10**9)
    assert ended.code == Exit.CANNOT_WRITE
    assert "MB free" in said(ended)


def test_a_damaged_state_is_refused_and_not_written_to(server: Server, tmp_path: Path) -> None:
    assert crawl(f"{server.url}/", tmp_path).code == Exit.OK
    database = tmp_path / "state" / "winnow.db"
    database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])
    before = database.read_bytes()
    ended = crawl(f"{server.url}/", tmp_path)
    assert ended.code == Exit.DAMAGED
    assert "damaged" in said(ended)
    assert database.read_bytes() == before


def test_a_damaged_part_is_named_by_verify(server: Server, tmp_path: Path) -> None:
    assert crawl(f"{server.url}/", tmp_path).code == Exit.OK
    (part,) = (tmp_path / "farm").glob("part-*")
    damaged = bytearray(part.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    part.chmod(0o600)
    part.write_bytes(bytes(damaged))
    ended = scrapy(["verify", str(tmp_path / "farm")], tmp_path)
    assert ended.code == Exit.DAMAGED
    assert part.name in said(ended)


def test_a_sample_stops_early_and_ends_well(server: Server, tmp_path: Path) -> None:
    assert crawl(f"{server.url}/", tmp_path, "-a", "sample=6").code == Exit.OK
    assert len(records(tmp_path, "farm")) == 6


@pytest.mark.parametrize("signals", [1, 2])
def test_signals_stop_the_run_in_time_and_the_next_run_completes_it(signals: int, tmp_path: Path) -> None:
    farm = Farm(articles=30, seed=4, light=True, traps=False, second=False, delay=0.1)
    with serve(farm) as slow:
        command = arguments(
            ["crawl", "any", "-a", f"url={slow.url}/", "-a", "name=farm"],
            tmp_path,
            {"CONCURRENT_REQUESTS_PER_DOMAIN": 1},
        )
        process = subprocess.Popen(command, cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL)
        while slow.count(200) < 8:
            time.sleep(0.05)
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.02)
        assert process.wait(30) == Exit.INTERRUPTED
        farm_urls = {gold["url"] for gold in farm.gold()}
        assert crawl(f"{slow.url}/", tmp_path).code == Exit.OK
        assert {record["url"] for record in records(tmp_path, "farm")} == farm_urls


def test_of_many_starts_at_once_one_runs_and_the_others_say_why_not(server: Server, tmp_path: Path) -> None:
    command = arguments(["harvest", "--url", f"{server.url}/"], tmp_path)
    starts = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        for _ in range(6)
    ]
    lines = [start.communicate(timeout=120)[1] for start in starts]
    codes = sorted(start.returncode for start in starts)
    assert codes.count(Exit.OK) >= 1
    assert set(codes) <= {Exit.OK, Exit.LOCKED}
    assert codes.count(Exit.LOCKED) >= 3
    for start, err in zip(starts, lines, strict=True):
        if start.returncode == Exit.LOCKED:
            assert err.count("\n") == 1
            assert re.fullmatch(r"winnow: another harvest is running \(process (\d+|unknown)\): nothing to do\n", err)


def test_a_full_disk_stops_the_run_and_the_next_one_completes_it(server: Server, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(small)]).returncode:
        small = tmp_path  # without the right to mount, a limit on the file size stands for the disk
        command = ["sh", "-c", 'ulimit -f 400; exec "$@"', "sh"]
    else:
        command = []
    try:
        crawl_command = arguments(
            ["crawl", "any", "-a", f"url={server.url}/", "-a", "name=farm"], small, {"DISK_FREE_MIN_MB": 0}
        )
        full = subprocess.run(
            [*command, *crawl_command], cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60
        )
        assert full.returncode == Exit.CANNOT_WRITE, full.stderr[-2000:]
        assert full.stderr.count("winnow: ") == 1
        assert "run again" in full.stderr.rpartition("winnow: ")[2]
        assert "--- Logging error ---" not in full.stderr
        if not command:
            subprocess.run(["mount", "-o", "remount,size=100m", str(small)], check=True)
        assert scrapy(crawl_command[3:], small).code == Exit.OK
        assert len(records(small, "farm")) == 12
    finally:
        if small != tmp_path:
            subprocess.run(["umount", str(small)], check=True)
