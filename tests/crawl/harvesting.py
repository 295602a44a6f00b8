"""Real crawls for tests and benches: `scrapy ...` as a process, against a site on loopback, into a folder of its own."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.delivery import write_latest

ROOT = Path(__file__).parent.parent.parent

# Loopback is allowed, and asked as fast as it answers; everything else is as shipped.
FAST: dict[str, Any] = {
    "ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8",
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "RETRY_DELAY": 0.2,
    "PATIENCE": 5,
    "READER_WORKERS": 0,
    "PROGRESS": 0,
}


@dataclass(slots=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str


def arguments(command: list[str], output: Path, settings: dict[str, Any] | None = None) -> list[str]:
    """The command line of `scrapy COMMAND ...` with the fast settings."""
    given = FAST | {"OUTPUT_DIR": str(output)} | (settings or {})
    return [sys.executable, "-m", "scrapy", *command, *(part for k, v in given.items() for part in ("-s", f"{k}={v}"))]


def scrapy(command: list[str], output: Path, settings: dict[str, Any] | None = None, timeout: float = 120) -> Ended:
    """Run `scrapy COMMAND ...` to its end."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(
            arguments(command, output, settings), cwd=ROOT, env=environment(), stdout=out, stderr=err, text=True
        )
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            err.seek(0)
            raise AssertionError(f"{command} did not end within {timeout} s:\n{err.read()[-4000:]}") from None
        out.seek(0)
        err.seek(0)
        return Ended(code, out.read(), err.read())


def environment() -> dict[str, str]:
    """Ours, without settings that an operator may have exported."""
    return {k: v for k, v in os.environ.items() if k not in {"STATE_URL", "WINNOW_OUTPUT"}}


def records(output: Path, site: str) -> list[dict[str, Any]]:
    """The site's current articles, as a consumer reads them."""
    return [json.loads(line) for line in records_file(output, site).read_text(encoding="utf-8").split("\n") if line]


def records_file(output: Path, site: str) -> Path:
    """The site's current articles as one JSONL."""
    path = output / f"{site}.latest.jsonl"
    write_latest(output / site, path)
    return path
