"""The short form of the fault matrix: real crawls of hostile sites. `make bench-trust` runs all of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench.fuzz import TARGETS, fuzz
from tests.hostile.crawling import Row
from tests.hostile.forgery import forgery, secrets
from tests.hostile.gating import quality
from tests.hostile.rows import charsets, partial_pages


@pytest.mark.parametrize("row", [partial_pages, charsets, forgery, secrets, quality], ids=lambda row: row.__name__)
def test_what_must_hold_holds(row: Callable[[Path, float], Row], tmp_path: Path) -> None:
    result = row(tmp_path, 0.1)
    assert result.held, result.figure


@pytest.mark.parametrize("name", TARGETS)
def test_no_parser_breaks_its_promises(name: str) -> None:
    score = fuzz(name, minutes=1, first_seed=1, most=25)
    assert not score.findings
