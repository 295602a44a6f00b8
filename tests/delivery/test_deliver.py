"""Deliveries: whole files, chained manifests, each event once, nothing changed afterwards."""

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.delivery import BusyError, DamagedError, deliver, site_folder, verify
from crawler.delivery.files import locked_folder
from crawler.delivery.manifest import read_chain
from crawler.delivery.parts import read_lines
from crawler.outcomes import Reason
from crawler.state import State
from crawler.state.outbox import STREAMS
from tests.state.records import NOW, RUN, SITE, article, record


def delivered(folder: Path) -> list[tuple[str, int, str]]:
    """(id, rev, op) of all parts, in the order in which a consumer reads them."""
    lines = [
        json.loads(line)
        for link in read_chain(folder)
        for file in link.manifest.files
        if file.kind == "articles"
        for line in read_lines(folder / file.file)
    ]
    return [(line["id"], line["rev"], line["op"]) for line in lines]


def fill(state: State) -> None:
    """Three articles, a copy, a quarantined page."""
    for name in "abc":
        record(state, name)
    with state.unit() as connection:
        state.copies.add(connection, article("d", duplicates={"cluster": "a", "role": "exact", "of": "a"}))
        state.quarantine.add(connection, site=SITE, run=RUN, url="https://x/", reason=Reason.MOJIBAKE, body=b"\xff")


def test_a_delivery_names_whole_files_with_their_hashes(state: State, tmp_path: Path) -> None:
    fill(state)
    delivery = deliver(state, SITE, RUN, tmp_path)
    assert delivery is not None
    assert (delivery.ops, delivery.copies, delivery.quarantined) == ({"add": 3}, 1, 1)
    folder = tmp_path / SITE
    manifest = json.loads((folder / "manifest-000001.json").read_bytes())
    assert (manifest["schema"], manifest["site"], manifest["run"], manifest["number"]) == ("manifest/1", SITE, RUN, 1)
    assert [file["file"] for file in manifest["files"]] == [
        "part-000001.jsonl.zst",
        "copies-000001.jsonl.zst",
        "quarantine-000001.jsonl.zst",
    ]
    for file in manifest["files"]:
        data = (folder / file["file"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
    assert delivered(folder) == [("a", 1, "add"), ("b", 1, "add"), ("c", 1, "add")]


def test_nothing_new_delivers_nothing_and_touches_nothing(state: State, tmp_path: Path) -> None:
    assert deliver(state, SITE, RUN, tmp_path) is None
    assert not (tmp_path / SITE).exists()
    fill(state)
    deliver(state, SITE, RUN, tmp_path)
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in (tmp_path / SITE).iterdir()}
    record(state, "a", run="run-2")
    assert deliver(state, SITE, "run-2", tmp_path) is None
    assert before == {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in (tmp_path / SITE).iterdir()}


def test_delivered_lines_leave_the_state(state: State, tmp_path: Path) -> None:
    fill(state)
    deliver(state, SITE, RUN, tmp_path)
    [batch] = state.outbox.batches(SITE)
    assert [list(state.outbox.lines(batch, stream)) for stream in STREAMS] == [[], [], []]
    assert record(state, "a") == "unchanged"


def test_each_delivery_continues_the_chain_and_leaves_the_older_files_alone(state: State, tmp_path: Path) -> None:
    fill(state)
    deliver(state, SITE, RUN, tmp_path)
    folder = tmp_path / SITE
    before = {path: path.read_bytes() for path in folder.glob("*-000001*")}
    record(state, "a", "changed", run="run-2")
    delivery = deliver(state, SITE, "run-2", tmp_path)
    assert delivery is not None
    assert delivery.ops == {"update": 1}
    assert before == {path: path.read_bytes() for path in before}
    newest = json.loads((folder / "manifest-000002.json").read_bytes())
    assert newest["previous_sha256"] == hashlib.sha256((folder / "manifest-000001.json").read_bytes()).hexdigest()
    assert [file["file"] for file in newest["files"]] == ["part-000002.jsonl.zst"]
    assert delivered(folder)[-1] == ("a", 2, "update")


def test_more_lines_than_a_batch_become_several_deliveries(state: State, tmp_path: Path) -> None:
    for i in range(25):
        record(state, f"a{i:02d}")
    delivery = deliver(state, SITE, RUN, tmp_path, batch_lines=10)
    assert delivery is not None
    assert len(delivery.manifests) == 3
    assert [one[0] for one in delivered(tmp_path / SITE)] == [f"a{i:02d}" for i in range(25)]
    assert verify(tmp_path / SITE).current == 25


def test_the_same_batch_gives_the_same_bytes(state: State, tmp_path: Path) -> None:
    fill(state)

    class StopError(Exception):
        pass

    def stop(step: str) -> None:
        if step == "manifest.opened":
            raise StopError

    folder = tmp_path / SITE
    first: dict[str, bytes] = {}
    for _ in range(2):
        with pytest.raises(StopError):
            deliver(state, SITE, RUN, tmp_path, at=stop)
        parts = {path.name: path.read_bytes() for path in folder.glob("*.zst")}
        assert len(parts) == 3
        assert first in ({}, parts)
        first = parts
    assert not list(folder.glob("manifest*"))
    deliver(state, SITE, RUN, tmp_path)
    assert first == {path.name: path.read_bytes() for path in folder.glob("*.zst")}


def test_sites_are_delivered_apart(state: State, tmp_path: Path) -> None:
    record(state, "a")
    record(state, "a", site="another-site")
    deliver(state, SITE, RUN, tmp_path)
    assert not (tmp_path / "another-site").exists()
    deliver(state, "another-site", RUN, tmp_path)
    assert delivered(tmp_path / SITE) == delivered(tmp_path / "another-site") == [("a", 1, "add")]


def test_a_line_holds_no_character_that_breaks_lines(state: State, tmp_path: Path) -> None:
    nasty = "一\u2028二\u2029三\x85四\x0b五\x1f六\ufeff七\U0001f600"
    record(state, "a", nasty)
    deliver(state, SITE, RUN, tmp_path)
    [line] = read_lines(tmp_path / SITE / "part-000001.jsonl.zst")
    text = line.decode("utf-8", "strict")
    assert len(text.splitlines()) == 1
    assert json.loads(text)["text"] == nasty


@pytest.mark.parametrize("bad", ["../x", "a/b", "", ".hidden", "a\0b", "长", "x" * 101, "-rf"])
def test_a_site_never_leaves_the_output_folder(bad: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be a folder"):
        site_folder(tmp_path, bad)


def test_two_deliveries_of_a_site_at_once_are_refused(state: State, tmp_path: Path) -> None:
    fill(state)
    with locked_folder(tmp_path / SITE), pytest.raises(BusyError):
        deliver(state, SITE, RUN, tmp_path)
    assert deliver(state, SITE, RUN, tmp_path) is not None


def _swap(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("manifest-000001.json", _swap),
        ("manifest-000001.json", Path.unlink),
        ("manifest-000002.json", Path.unlink),
        ("manifest-000002.json", lambda path: path.write_text("{}")),
        ("part-000001.jsonl.zst", Path.unlink),
        ("part-000002.jsonl.zst", lambda path: path.write_bytes(path.read_bytes()[:-1])),
    ],
)
def test_a_damaged_folder_is_not_written_to(
    name: str, damage: Callable[[Path], Any], tmp_path: Path, open_state: Callable[[str], State]
) -> None:
    state = open_state(f"sqlite:///{tmp_path}/state/winnow.db")
    for text in ("one", "two"):
        record(state, "a", text)
        deliver(state, SITE, RUN, tmp_path)
    damage(tmp_path / SITE / name)
    before = sorted(tmp_path.glob(f"{SITE}/*"))
    record(state, "a", "three")
    with pytest.raises(DamagedError) as caught:
        deliver(state, SITE, RUN, tmp_path)
    assert f"{SITE}/manifest-0000" in str(caught.value) or name in str(caught.value)
    assert before == sorted(tmp_path.glob(f"{SITE}/*"))
    assert state.outbox.unsealed(SITE)["part"] == 1


def test_a_state_older_than_the_delivery_is_refused(tmp_path: Path, open_state: Callable[[str], State]) -> None:
    url = f"sqlite:///{tmp_path}/state/winnow.db"
    with State.open(url) as state:
        record(state, "a", "one")
        deliver(state, SITE, RUN, tmp_path)
    backup = (tmp_path / "state" / "winnow.db").read_bytes()
    with State.open(url) as state:
        record(state, "a", "two")
        deliver(state, SITE, RUN, tmp_path)
    (tmp_path / "state" / "winnow.db").write_bytes(backup)
    (tmp_path / "state" / "winnow.db.sum").unlink()
    state = open_state(url)
    record(state, "a", "three")
    with pytest.raises(DamagedError, match=r"manifest-000002\.json is unknown"):
        deliver(state, SITE, RUN, tmp_path)


def test_a_file_that_no_manifest_names_is_not_part_of_the_delivery(state: State, tmp_path: Path) -> None:
    fill(state)
    deliver(state, SITE, RUN, tmp_path)
    (tmp_path / SITE / "part-000002.jsonl.zst").write_bytes(gzip.compress(b"an orphan"))
    assert verify(tmp_path / SITE).ops == {"add": 3}
    record(state, "z", run="run-2")
    deliver(state, SITE, "run-2", tmp_path)
    assert verify(tmp_path / SITE).ops == {"add": 4}


def test_the_time_of_sealing_is_in_the_manifest(state: State, tmp_path: Path) -> None:
    fill(state)
    state.outbox.seal(SITE, RUN, NOW, 10)
    deliver(state, SITE, "run-2", tmp_path)
    [link] = read_chain(tmp_path / SITE)
    assert (link.manifest.sealed_at, link.manifest.run) == ("2025-10-09T08:53:20+00:00", RUN)
