"""verify(): whatever is wrong with a delivery is found, and the file is named."""

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.delivery import DamagedError, deliver, verify
from crawler.delivery.manifest import FIRST_PREVIOUS
from crawler.exitcodes import Exit
from crawler.state import State
from tests.delivery.test_deliver import fill
from tests.state.records import RUN, SITE, article, record

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound delivery of two manifests."""
    with State.open(f"sqlite:///{tmp_path}/state/winnow.db") as state:
        fill(state)
        deliver(state, SITE, RUN, tmp_path)
        record(state, "a", "changed")
        deliver(state, SITE, "run-2", tmp_path)
    return tmp_path / SITE


def test_a_sound_delivery_is_one_line(folder: Path) -> None:
    line = verify(folder).line()
    assert "\n" not in line
    assert "sound; 2 manifests, 4 files" in line
    assert "3 add, 1 update; 3 current articles, 1 copies, 1 quarantined" in line


@pytest.mark.parametrize(
    "name", ["part-000001.jsonl.zst", "part-000002.jsonl.zst", "copies-000001.jsonl.zst", "quarantine-000001.jsonl.zst"]
)
def test_any_flipped_bit_in_a_file_is_found_and_the_file_named(folder: Path, name: str) -> None:
    data = (folder / name).read_bytes()
    for position in range(0, len(data), max(1, len(data) // 20)):
        flipped = bytearray(data)
        flipped[position] ^= 0x10
        (folder / name).write_bytes(bytes(flipped))
        with pytest.raises(DamagedError) as caught:
            verify(folder)
        assert name in str(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.exit_code is Exit.DAMAGED


@pytest.mark.parametrize("name", ["manifest-000001.json", "part-000002.jsonl.zst", "copies-000001.jsonl.zst"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DamagedError, match=name):
        verify(folder)


def test_a_rewritten_manifest_breaks_the_chain(folder: Path) -> None:
    path = folder / "manifest-000001.json"
    path.write_text(path.read_text().replace('"run-1"', '"run-0"'))
    with pytest.raises(DamagedError, match=r"manifest-000002\.json does not continue"):
        verify(folder)


def test_a_folder_without_a_delivery_is_no_delivery(tmp_path: Path) -> None:
    with pytest.raises(DamagedError, match="holds no delivery"):
        verify(tmp_path)


def forge(folder: Path, *lines: bytes, change: Callable[[dict[str, Any]], None] = lambda manifest: None) -> None:
    """A first delivery with these lines, hashes and counts all right."""
    folder.mkdir(exist_ok=True)
    data = b"".join(lines)
    packed = zstd.compress(data)
    (folder / "part-000001.jsonl.zst").write_bytes(packed)
    ops = Counter(op.decode() for op in re.findall(rb'"op": "(\w+)"', data))
    manifest: dict[str, Any] = {
        "schema": "manifest/1",
        "record_schema": "article/1",
        "site": SITE,
        "number": 1,
        "run": RUN,
        "sealed_at": "2026-01-01T00:00:00+00:00",
        "previous_sha256": FIRST_PREVIOUS,
        "files": [
            {
                "file": "part-000001.jsonl.zst",
                "kind": "articles",
                "records": len(lines),
                "bytes": len(packed),
                "sha256": hashlib.sha256(packed).hexdigest(),
                "lines_bytes": len(data),
                "lines_sha256": hashlib.sha256(data).hexdigest(),
                "first_seq": 1,
                "last_seq": len(lines),
                "ops": ops,
            }
        ],
    }
    change(manifest)
    (folder / "manifest-000001.json").write_text(json.dumps(manifest))


def line(rev: int = 1, op: str = "add", **fields: Any) -> bytes:
    return json.dumps(article("a") | {"rev": rev, "op": op} | fields, ensure_ascii=False).encode() + b"\n"


def test_a_forged_delivery_that_keeps_the_contract_is_sound(tmp_path: Path) -> None:
    forge(tmp_path / SITE, line(), line(2, "update"), line(3, "retract"), line(4, "add"))
    assert verify(tmp_path / SITE).current == 1


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ([line(), line()], "line 2: a rev 1 was delivered before"),
        ([line(), line(3, "update")], "line 2: a update rev 3 follows add rev 1"),
        ([line(), line(2, "add")], "line 2: a add rev 2 follows add rev 1"),
        ([line(1, "update")], "line 1: a update rev 1 follows None rev 0"),
        ([line(), line(2, "retract"), line(3, "update")], "line 3: a update rev 3 follows retract rev 2"),
        ([line(unknown_field=1)], "line 1: not an article/1: unknown_field"),
        ([line(fetched_at="yesterday")], "line 1: not an article/1: fetched_at"),
        ([line(site="another")], "line 1: an article of 'another'"),
        ([line(text="a\u2028b")], "line 1: a control or line-breaking character"),
        ([b'{"op": "add", "text": "\xff"}\n'], "line 1: 'utf-8' codec"),
        ([b'{"op": "add"\n'], "line 1:"),
        ([line()[:-1]], "a line is torn"),
    ],
)
def test_a_record_against_the_contract_is_named(tmp_path: Path, lines: list[bytes], complaint: str) -> None:
    folder = tmp_path / SITE
    forge(folder, *lines)
    with pytest.raises(DamagedError) as caught:
        verify(folder)
    assert "part-000001.jsonl.zst" in str(caught.value)
    assert complaint in str(caught.value)


def test_a_manifest_that_names_a_file_elsewhere_is_damage(tmp_path: Path) -> None:
    def elsewhere(manifest: dict[str, Any]) -> None:
        manifest["files"][0]["file"] = "../../etc/passwd"

    forge(tmp_path / SITE, line(), change=elsewhere)
    with pytest.raises(DamagedError, match="not a file of its own"):
        verify(tmp_path / SITE)


def test_counts_that_are_not_those_of_the_lines_are_damage(tmp_path: Path) -> None:
    def miscounted(manifest: dict[str, Any]) -> None:
        manifest["files"][0]["records"] = 2

    forge(tmp_path / SITE, line(), change=miscounted)
    with pytest.raises(DamagedError, match="other lines than"):
        verify(tmp_path / SITE)
