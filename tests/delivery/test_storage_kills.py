"""The storage under kills, from outside: the engine stands them, and the count finds the engines that do not."""

import subprocess
import sys
from pathlib import Path

import pytest

_LIVES = """
import sys
from pathlib import Path
from tests.bench.storagekill import *
kind, folder, *steps = sys.argv[1:]
kind = {"A": DoneBeforeDurable, "B": InPlace, "C": PublishedBeforeSeal, "engine": Engine}[kind]
score = Score()
for life, step in enumerate(steps):
    name, times = step.split(":")
    assert not one_life(kind, Path(folder), life, score, Kill(step=name, times=int(times))), f"no kill at {step}"
count(kind, Path(folder), len(steps), score)
print(score.lost, score.repeated, score.faults)
"""

KILLS = ["fetched:40", "recorded:25", "unit.done:33", "committed:9", "T2.before:1", "part.begun:1", "part.renamed:1"]
KILLS += ["manifest.synced:2", "manifest.renamed:1", "T5.before:1", "T5.after:1"]


def counted(tmp_path: Path, kind: str, *steps: str) -> tuple[int, ...]:
    """(lost, repeated, faults seen) of a crawl that was killed at these steps, one life each."""
    command = [sys.executable, "-c", _LIVES, kind, str(tmp_path), *steps]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return tuple(int(number) for number in done.stdout.split())


def test_eleven_kills_in_one_crawl_lose_and_repeat_nothing(tmp_path: Path) -> None:
    assert counted(tmp_path, "engine", *KILLS) == (0, 0, 0)


@pytest.mark.parametrize(
    ("mistake", "step", "found"),
    [("A", "fetched:40", "lost"), ("B", "part.begun:1", "faults"), ("C", "T2.before:1", "repeated")],
)
def test_a_broken_order_is_found_by_the_same_count(tmp_path: Path, mistake: str, step: str, found: str) -> None:
    lost, repeated, faults = counted(tmp_path, mistake, step)
    assert {"lost": lost, "repeated": repeated, "faults": faults}[found] > 0
