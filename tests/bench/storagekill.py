"""Kills of the storage engine: SIGKILL at random moments and at every named step, until crawls of 300 articles are whole.

A life opens the state, works the frontier (a page's content differs at every fetch), delivers now and then, and is
killed. Meanwhile and afterwards a consumer reads what manifests name. Counted at the end of each crawl: articles that
never came (lost), events that came twice (repeated), and faults that the consumer saw. The three engines with a well-known
mistake (storageengines.py) must be caught by the same counting.
"""

import argparse
import hashlib
import json
import math
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from crawler.delivery import DeliveryError, verify
from crawler.delivery.files import Step
from crawler.delivery.manifest import read_chain
from crawler.delivery.parts import read_lines
from crawler.state import State
from tests.bench.storageengines import (
    ARTICLES,
    SITE,
    DoneBeforeDurable,
    Engine,
    InPlace,
    PublishedBeforeSeal,
    entry,
)

STEPS = (
    "fetched",
    "recorded",
    "unit.done",
    "committed",
    "T2.before",
    "T2.after",
    "P3.before",
    "part.begun",
    "part.synced",
    "part.renamed",
    "manifest.opened",
    "manifest.synced",
    "manifest.renamed",
    "T5.before",
    "T5.after",
)


def live(kind: type[Engine], folder: Path, life: int, at: Step) -> None:
    """One life: take up what is there, work to the end, deliver now and then."""
    state = State.open(f"sqlite:///{folder}/state/winnow.db")
    engine = kind(state, folder, at)
    run = f"run-{life}"
    state.runs.start(run, SITE, time.time())
    with state.unit() as connection:
        state.frontier.add(connection, [entry("listing", 0)], run)
        state.frontier.release(connection, site=SITE)
    pages = 0
    while leases := state.frontier.lease(f"life-{life}", SITE, 8, 8, now=time.time(), run=run):
        for lease in leases:
            engine.page(lease, run)
            pages += 1
            if pages % 5 == 0:
                state.commit()
                at("committed")
            if pages % 20 == 0:
                engine.deliver(run)
    engine.deliver(run)
    state.runs.finish(run, "closed", time.time())
    if kind is Engine and not state.books(SITE, run).balance:
        raise SystemExit(f"books: {state.books(SITE, run).line()}")
    state.close()


@dataclass
class Score:
    """What one engine did."""

    kills: int = 0
    at_steps: int = 0
    lives: int = 0
    crawls: int = 0
    lost: int = 0
    repeated: int = 0
    faults: int = 0
    seconds: float = 0.0
    said: set[str] = field(default_factory=set)
    read: dict[tuple[Path, str, int, int], list[str]] = field(
        default_factory=dict
    )  # ids of files that have not changed


def consume(folder: Path, score: Score) -> Counter[str]:
    """Reads what the manifests name, as a data team does; counts what is wrong with it. id -> times."""
    seen: Counter[str] = Counter()
    try:
        for manifest, _ in read_chain(folder):
            for file in manifest.files:
                path = folder / file.file
                told = (path, file.sha256, path.stat().st_mtime_ns, path.stat().st_size)
                if told not in score.read:
                    score.read[told] = _ids(path, file.sha256)
                seen.update(score.read[told])
    except (DeliveryError, OSError) as error:
        score.faults += 1
        score.said.add(str(error).replace(str(folder), "OUTPUT"))
    return seen


def _ids(path: Path, sha256: str) -> list[str]:
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise DeliveryError(f"{path} is not what its manifest says")
    return [json.loads(line)["id"] for line in read_lines(path)]


def one_life(kind: type[Engine], folder: Path, life: int, score: Score, kill: "Kill | None" = None) -> bool:
    """Forks a life and kills it, if it is to be killed; returns whether it came to its end."""
    child = os.fork()
    if child == 0:
        _child(kind, folder, life, kill)
    score.lives += 1
    deadline = time.monotonic() + kill.seconds if kill is not None and kill.step is None else math.inf
    ended = 0
    while not ended:
        ended, status = os.waitpid(child, os.WNOHANG)
        if not ended:
            if time.monotonic() > deadline:
                os.kill(child, signal.SIGKILL)
            consume(folder / SITE, score)
            time.sleep(0.005)
    if os.WIFSIGNALED(status):
        score.kills += 1
        score.at_steps += kill is not None and kill.step is not None
        consume(folder / SITE, score)
        return False
    if os.WEXITSTATUS(status):
        score.faults += 1
        score.said.add(f"a life ended with {os.WEXITSTATUS(status)}")
    return True


@dataclass(frozen=True)
class Kill:
    """When a life ends: after so many seconds, or the so-manieth time at a step."""

    seconds: float = 0.0
    step: str | None = None
    times: int = 1

    @classmethod
    def by(cls, chance: random.Random) -> "Kill":
        """Half at steps, half anywhere."""
        if chance.random() < 0.5:
            return cls(seconds=chance.uniform(0.01, 0.3))
        step = chance.choice(STEPS)
        return cls(step=step, times=chance.randint(1, 40 if step in STEPS[:4] else 2))


def _child(kind: type[Engine], folder: Path, life: int, kill: Kill | None) -> None:
    """The forked process; never returns."""
    left = kill.times if kill is not None else 0

    def at(name: str) -> None:
        nonlocal left
        if kill is not None and name == kill.step:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    code = 1
    try:
        random.seed(life)
        live(kind, folder, life, at)
        code = 0
    finally:
        sys.stdout.flush()
        os._exit(code)


def count(kind: type[Engine], folder: Path, life: int, score: Score) -> None:
    """A last life that is not killed; then what came and what did not."""
    one_life(kind, folder, life, score)
    seen = consume(folder / SITE, score)
    score.crawls += 1
    score.lost += sum(str(number) not in seen for number in range(ARTICLES))
    score.repeated += sum(seen.values()) - len(seen)
    if kind is Engine:
        verify(folder / SITE)


def torture(kind: type[Engine], kills: int, seed: int) -> Score:
    """Crawls, each killed until a life comes to its end, until there were so many kills; the counts."""
    chance = random.Random(seed)
    score = Score()
    start = time.monotonic()
    while score.kills < kills:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            life = 0
            while not one_life(kind, folder, life, score, Kill.by(chance) if score.kills < kills else None):
                life += 1
            count(kind, folder, life + 1, score)
            score.read.clear()
    score.seconds = time.monotonic() - start
    return score


def main() -> None:
    """Prints the table; exits 1 when the engine lost anything, or a mistake went unnoticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", help="not needed by this bench")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--control-kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    print("| engine | kills | at named steps | lives | crawls | lost | repeated | faults seen | s |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    sound = True
    for kind in (Engine, DoneBeforeDurable, InPlace, PublishedBeforeSeal):
        score = torture(kind, arguments.kills if kind is Engine else arguments.control_kills, arguments.seed)
        wrong = score.lost + score.repeated + score.faults
        sound &= not wrong if kind is Engine else bool(wrong)
        print(
            f"| {kind.name} | {score.kills} | {score.at_steps} | {score.lives} | {score.crawls} | {score.lost} | "
            f"{score.repeated} | {score.faults} | {score.seconds:.0f} |",
            flush=True,
        )
        for line in sorted(score.said)[:5]:
            print(f"  {line}", file=sys.stderr)
    sys.exit(not sound)


if __name__ == "__main__":
    main()
