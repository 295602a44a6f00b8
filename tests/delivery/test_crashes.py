"""Kills at every step of a delivery: consumers never see half of it, nothing is lost, nothing comes twice."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.delivery import CannotWriteError, DamagedError, deliver, verify
from crawler.delivery.parts import read_lines
from crawler.exitcodes import Exit
from crawler.state import State
from tests.delivery.test_deliver import delivered, fill
from tests.small_disk import small_disk
from tests.state.records import RUN, SITE, record

STEPS = [
    "T2.before",
    "T2.after",
    "P3.before",
    "part.opened",
    "part.begun",
    "part.synced",
    "part.renamed",
    "quarantine.done",
    "manifest.opened",
    "manifest.synced",
    "manifest.renamed",
    "T5.before",
    "T5.after",
]

_KILLED = """
import os, signal, sys
from pathlib import Path
from crawler.delivery import deliver
from crawler.state import State
from tests.state.records import RUN, SITE
url, output, where = sys.argv[1:]
def at(step):
    if step == where:
        os.kill(os.getpid(), signal.SIGKILL)
deliver(State.open(url), SITE, RUN, Path(output), at=at)
"""


def kill_at(step: str, url: str, output: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, url, str(output), step], capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_loses_and_repeats_nothing(step: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/state/winnow.db"
    with State.open(url) as state:
        record(state, "first")
        deliver(state, SITE, RUN, tmp_path)
        fill(state)
    kill_at(step, url, tmp_path)
    visible = verify(tmp_path / SITE)  # what a consumer sees between the kill and the next start
    assert visible.manifests == (2 if step in STEPS[STEPS.index("manifest.renamed") :] else 1)
    with State.open(url) as state:
        record(state, "later")
        deliver(state, SITE, "run-2", tmp_path)
        assert deliver(state, SITE, "run-3", tmp_path) is None
    sound = verify(tmp_path / SITE)
    assert sorted(delivered(tmp_path / SITE)) == sorted((name, 1, "add") for name in ("first", *"abc", "later"))
    assert (sound.copies, sound.quarantined) == (1, 1)
    assert not list(tmp_path.glob(f"{SITE}/*.tmp"))


def test_a_kill_on_postgresql_loses_and_repeats_nothing(postgresql_url: str, tmp_path: Path) -> None:
    with State.open(postgresql_url) as state:
        fill(state)
    for step in ("T2.after", "part.renamed", "T5.before"):
        kill_at(step, postgresql_url, tmp_path)
    with State.open(postgresql_url) as state:
        deliver(state, SITE, "run-2", tmp_path)
    assert delivered(tmp_path / SITE) == [("a", 1, "add"), ("b", 1, "add"), ("c", 1, "add")]
    assert verify(tmp_path / SITE).manifests == 1


def test_a_manifest_that_does_not_hold_the_sealed_batch_stops_the_delivery(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/state/winnow.db"
    with State.open(url) as state:
        fill(state)
    kill_at("T5.before", url, tmp_path)
    path = tmp_path / SITE / "manifest-000001.json"
    manifest = json.loads(path.read_bytes())
    manifest["files"][0]["lines_sha256"] = "0" * 64
    path.write_text(json.dumps(manifest))
    with State.open(url) as state, pytest.raises(DamagedError, match=r"manifest-000001\.json does not hold"):
        deliver(state, SITE, RUN, tmp_path)


def test_files_of_an_unmarked_manifest_are_compared_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/state/winnow.db"
    with State.open(url) as state:
        fill(state)
    kill_at("T5.before", url, tmp_path)
    path = tmp_path / SITE / "part-000001.jsonl.zst"
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(bytes(data))
    with State.open(url) as state, pytest.raises(DamagedError, match=r"part-000001\.jsonl\.zst was altered"):
        deliver(state, SITE, RUN, tmp_path)


def test_a_full_disk_leaves_no_torn_file_and_the_next_delivery_completes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/state/winnow.db"
    with small_disk(tmp_path / "disk", kib=2048) as disk, State.open(url) as state:
        record(state, "first")
        deliver(state, SITE, RUN, disk.folder)
        for i in range(30):
            record(state, f"a{i}", os.urandom(3000).hex())
        state.commit()
        state.outbox.seal(SITE, "run-2", 1.0, 1000)  # a limit on file sizes would stop the state's own file too
        disk.fill(spare_kib=20)
        with pytest.raises(CannotWriteError) as caught:
            deliver(state, SITE, "run-2", disk.folder)
        assert caught.value.exit_code is Exit.CANNOT_WRITE
        assert "\n" not in str(caught.value)
        disk.free()
        assert verify(disk.folder / SITE).ops == {"add": 1}
        assert not list(disk.folder.glob(f"{SITE}/*.tmp"))
        deliver(state, SITE, "run-2", disk.folder)
        assert verify(disk.folder / SITE).ops == {"add": 31}


def test_an_output_folder_that_cannot_be_made_says_so(state: State, tmp_path: Path) -> None:
    fill(state)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotWriteError, match="file"):
        deliver(state, SITE, RUN, tmp_path / "file")
    assert deliver(state, SITE, RUN, tmp_path) is not None


def test_every_rename_stands_between_a_synced_file_and_a_synced_folder(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log: list[str] = []

    def logged(name: str, real: Callable[..., object], path_of: Callable[..., str]) -> Callable[..., object]:
        def call(*given: object) -> object:
            log.append(f"{name} {path_of(*given)}")
            return real(*given)

        return call

    def target(descriptor: int) -> str:
        return Path(os.readlink(f"/proc/self/fd/{descriptor}")).name

    monkeypatch.setattr(os, "fsync", logged("sync", os.fsync, target))
    monkeypatch.setattr(Path, "replace", logged("rename", Path.replace, lambda path, _to: path.name))
    fill(state)
    deliver(state, SITE, RUN, tmp_path)
    renames = [i for i, step in enumerate(log) if step.startswith("rename")]
    assert len(renames) == 7  # three parts, the manifest, schema, data package, card
    for i in renames:
        assert log[i - 1] == log[i].replace("rename", "sync")
        assert log[i + 1] == f"sync {SITE}"
    assert log.index("rename manifest-000001.json.tmp") > log.index("rename quarantine-000001.jsonl.zst.tmp")


def test_a_torn_line_is_damage(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/state/winnow.db"
    with State.open(url) as state:
        fill(state)
        deliver(state, SITE, RUN, tmp_path)
    path = tmp_path / SITE / "part-000001.jsonl.zst"
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DamagedError, match=r"part-000001"):
        list(read_lines(path))
