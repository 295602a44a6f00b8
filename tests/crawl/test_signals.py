"""A harvest that is stopped, or whose crawl is killed, says so in one line and loses nothing."""

import os
import pty
import re
import signal
import subprocess
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.commands.report import Command as Report
from crawler.exitcodes import Exit
from crawler.stopping import STOP
from tests.crawl.harvesting import ROOT, arguments, environment
from tests.farm import Farm, Server, serve

SAFE = "what was done is safe, run again"


@pytest.fixture
def slow() -> Iterator[Server]:
    with serve(Farm(articles=30, seed=4, light=True, traps=False, second=False, delay=0.1)) as running:
        yield running


def harvest(output: Path, *urls: str) -> list[str]:
    given = [part for url in urls for part in ("--url", f"{url}/")]
    return arguments(["harvest", *given], output, {"CONCURRENT_REQUESTS_PER_DOMAIN": 2, "PROGRESS": 1})


def fetched(slow: Server, pages: int) -> None:
    deadline = time.monotonic() + 60
    while slow.count(200) < pages:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def crawl_of(harvest: int) -> int:
    """The process of the crawl that a harvest has started."""
    (child,) = Path(f"/proc/{harvest}/task/{harvest}/children").read_text().split()
    return int(child)


def reported(output: Path, capsys: pytest.CaptureFixture[str]) -> str:
    Report().work(Settings({"OUTPUT_DIR": str(output)}), [], Namespace(runs=5))
    return capsys.readouterr().out


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_once_finishes_the_pages_and_twice_leaves_at_once(presses: int, slow: Server, tmp_path: Path) -> None:
    pid, terminal = pty.fork()
    if pid == 0:  # the harvest leads the terminal's foreground group, as below a shell
        os.chdir(ROOT)
        command = harvest(tmp_path, slow.url)
        os.execvpe(command[0], command, environment() | {"TERM": "xterm", "COLUMNS": "80"})
    fetched(slow, 8)
    for _ in range(presses):
        os.write(terminal, b"\x03")
        time.sleep(0.1)
    shown = b""
    try:
        while chunk := os.read(terminal, 65536):
            shown += chunk
    except OSError:  # the last process on the terminal has ended
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == Exit.INTERRUPTED
    text = shown.decode()
    ended = r"\d+ pages, \d+ articles, .*" if presses == 1 else f"stopped before its end; {SAFE}"
    erased = re.escape("\r\x1b[2K")  # the live line
    assert re.search(rf"{erased}[\w-]+: interrupted \(30\); {ended}\r\n", text), text[-2000:]
    assert "Traceback" not in text


def test_a_service_manager_that_signals_all_processes_is_one_signal(
    slow: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = arguments(["crawl", "any", "-a", f"url={slow.url}/"], tmp_path, {"CONCURRENT_REQUESTS_PER_DOMAIN": 2})
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL)
    fetched(slow, 8)
    for number in (signal.SIGTERM, STOP, STOP):  # the manager's, and the harvest's that passes on what it got
        process.send_signal(number)
        time.sleep(0.05)
    assert process.wait(30) == Exit.INTERRUPTED
    assert re.search(r"  interrupted    \d+ pages, \d+ articles", reported(tmp_path, capsys))


def test_a_crawl_that_is_killed_stops_no_other_site(
    slow: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state" / "heartbeat.json").mkdir(parents=True)  # it cannot be written: nothing to speak of
    with serve(Farm(articles=4, seed=5, light=True, traps=False, second=False), host="127.0.0.3") as other:
        process = subprocess.Popen(
            harvest(tmp_path, slow.url, other.url),
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        fetched(slow, 8)
        assert "  running        figures when it ends" in reported(tmp_path, capsys)
        os.kill(crawl_of(process.pid), signal.SIGKILL)
        out, err = process.communicate(timeout=60)
    assert process.returncode == Exit.SOME_SITES_FAILED
    killed, harvested = out.splitlines()[:2]
    assert killed.endswith(f": interrupted (30); killed by signal 9 (out of memory?); {SAFE}")
    assert ": ok (0); " in harvested
    assert "Exception in thread" not in err
    assert f"  unfinished     killed, or told twice to stop; {SAFE}" in reported(tmp_path, capsys)
