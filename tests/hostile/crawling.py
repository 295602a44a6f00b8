"""Crawls of hostile sites: the real command in a process of its own, watched from outside."""

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.delivery import deliver
from crawler.state import State
from tests.crawl.harvesting import ROOT, arguments, environment, records
from tests.hostile.server import Asked, Behaviour

SITE = "site"


@dataclass(slots=True)
class Row:
    """One row of the fault matrix."""

    name: str
    held: bool
    figure: str
    seconds: float = 0.0


@dataclass(slots=True)
class Watched:
    """A crawl that has ended. `counts`: OUTCOME.REASON -> URLs; `peak_mb`: memory of the whole process tree."""

    code: int
    log: str
    seconds: float
    peak_mb: float
    counts: dict[str, int] = field(default_factory=dict)
    articles: list[dict[str, Any]] = field(default_factory=list)

    def ended(self, prefix: str) -> int:
        """URLs whose OUTCOME.REASON starts so."""
        return sum(n for name, n in self.counts.items() if name.startswith(prefix))


def start(url: str, output: Path, settings: dict[str, Any] | None = None, *more: str) -> "subprocess.Popen[bytes]":
    """Begin a crawl; its log goes to OUTPUT.log."""
    command = ["crawl", "any", "-a", f"url={url}", "-a", f"name={SITE}", *more]
    with output.with_suffix(".log").open("ab") as log:
        return subprocess.Popen(
            arguments(command, output, settings), cwd=ROOT, env=environment(), stdout=log, stderr=log
        )


def crawl(
    url: str,
    output: Path,
    settings: dict[str, Any] | None = None,
    *more: str,
    timeout: float = 180,
    keep_held: bool = False,
) -> Watched:
    """A whole crawl, watched. AssertionError when it does not end in time. keep_held: what the gate holds stays held."""
    began = time.monotonic()
    process = start(url, output, settings, *more)
    peak = 0
    while process.poll() is None:
        peak = max(peak, tree_memory(process.pid))
        if time.monotonic() - began > timeout:
            process.kill()
            process.wait()
            raise AssertionError(f"no end after {timeout} s:\n{output.with_suffix('.log').read_text()[-3000:]}")
        time.sleep(0.05)
    log = output.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
    counts, articles = ({}, []) if keep_held else outcome(output)
    return Watched(process.returncode, log, time.monotonic() - began, peak / 1024, counts, articles)


def outcome(output: Path) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """The counters of the latest run, and its articles, whether or not the gate held them back."""
    database = output / "state" / "winnow.db"
    if not database.exists():
        return {}, []
    state = State.open(f"sqlite:///{database}")
    try:
        history = state.runs.history(SITE, 1)
        if (
            history and history[0].verdict == "held"
        ):  # hostile sites fail the quality gate; what it holds is looked at too
            deliver(state, SITE, history[0].id, output)
    finally:
        state.close()
    delivered = records(output, SITE) if (output / SITE).exists() else []
    return (history[0].counts if history else {}), delivered


def tree_memory(pid: int) -> int:
    """Memory of a process and all below it, KiB; what several of them share counts once (proportional set size)."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                parent = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            children.setdefault(int(parent), []).append(int(entry))
    total, todo = 0, [pid]
    while todo:
        one = todo.pop()
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:  # it has just ended
            continue
        total += int(rollup.partition("\nPss:")[2].split()[0]) if "\nPss:" in rollup else 0
        todo += children.get(one, [])
    return total


def routes(table: dict[str, Behaviour | str | bytes], fallback: Callable[[str], str | None] | None = None) -> Behaviour:
    """A site: path -> answer (a page, or a behaviour); `fallback` makes pages for other paths, None is a 404."""

    async def answer(asked: Asked) -> None:
        found: Behaviour | str | bytes | None = table.get(asked.target)
        if found is None:
            found = table.get(asked.target.partition("?")[0])
        if found is None and fallback is not None:
            found = fallback(asked.target)
        if found is None:
            await asked.reply(b"<html><body>nothing</body></html>", "404 Not Found")
        elif isinstance(found, str):
            await asked.reply(found.encode())
        elif isinstance(found, bytes):
            await asked.reply(found, kind="application/xml" if found[:5] == b"<?xml" else "text/html")
        else:
            await found(asked)

    return answer
