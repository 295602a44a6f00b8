"""Speed and size of the duplicates index against the peers, each in a process of its own."""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path

import numpy as np

from crawler.duplicates import Document, duplicates_of, index
from crawler.state import State
from tests.bench.dedupe_peers import PEERS, Setting

_GROUP = 64  # documents of a commit, as many as a harvest has pages in a group
_WORDS = 20_000
_COPIES = 0.2


@dataclass(frozen=True)
class Cost:
    """What deciding a document took at some point of the stream."""

    documents: int
    microseconds: float  # CPU time of one document, over the last tenth of the documents so far
    per_second: float  # documents per CPU second, over all so far
    bytes_each: float  # of the database, or of memory for a peer without one


def stream(seed: int) -> Iterator[Document]:
    """Endless Chinese-looking articles of 700 characters; every fifth is a copy: the same, cut, or with an advert.

    Words of two characters by Zipf's law, so that common shingles are common; 50 sites; a copy is of one of the last
    2,000 originals.
    """
    rng = np.random.default_rng(seed)
    vocabulary = ["".join(map(chr, pair)) for pair in rng.integers(0x4E00, 0x6E00, (_WORDS, 2))]
    odds = 1 / np.arange(1, _WORDS + 1) ** 0.9
    steps = np.cumsum(odds / odds.sum())
    recent: list[list[str]] = []
    number = 0
    while True:
        if recent and rng.random() < _COPIES:
            paras = list(recent[int(rng.integers(len(recent)))])
            change = int(rng.integers(3))
            if change == 0:
                paras[int(rng.integers(len(paras)))] += "更多精彩请点击"
            elif change == 1:
                del paras[-2:]
        else:
            text = "".join(vocabulary[word] for word in np.searchsorted(steps, rng.random(350)))
            paras = [text[i : i + 100] + "。" for i in range(0, 700, 100)]
            recent.append(paras)
            if len(recent) > 2_000:
                recent.pop(int(rng.integers(2_000)))
        site = f"s{int(rng.integers(50))}.example"
        yield Document(str(number), site, f"https://{site}/{number}", paras[0][:14], "\n".join(paras))
        number += 1


def ours(marks: list[int], known: int = 0) -> list[Cost]:
    """Decision and durable index, group by group; a cost at each mark. `known`: texts that the index holds before."""
    with tempfile.TemporaryDirectory() as folder, State.open(f"sqlite:///{folder}/state.db") as state:
        duplicates = duplicates_of(state)
        if known:
            _preload(state, known)

        def decide(group: list[Document]) -> None:
            with state.unit() as connection:
                for document in group:
                    duplicates.remember(connection, duplicates.decide(connection, document))
            state.commit()

        def size() -> int:
            return sum(file.stat().st_size for file in Path(folder).glob("state.db"))

        costs = _measured(decide, marks, size)
        if known:
            costs = [
                replace(cost, documents=cost.documents + known, bytes_each=size() / (cost.documents + known))
                for cost in costs
            ]
        return costs


def _preload(state: State, count: int) -> None:
    """As many texts with random hashes as an index of that size has."""
    rng = np.random.default_rng(3)
    names = ", ".join(field.name for field in fields(index.Entry)).replace("of,", '"of",')
    statement = f"INSERT INTO duplicate_texts ({names}) VALUES ({', '.join('?' * len(fields(index.Entry)))})"
    body = rng.bytes(1_100)
    for first in range(0, count, 50_000):
        many = min(50_000, count - first)
        with state.unit() as connection:
            rows = [
                (
                    f"{value:032x}",
                    "s",
                    "https://s.example/",
                    "",
                    None,
                    700,
                    0,
                    body,
                    "c",
                    "none",
                    "canonical",
                    None,
                    None,
                )
                for value in rng.integers(0, 1 << 62, many).tolist()
            ]
            connection.exec_driver_sql(statement, rows)
        state.commit()
    hashes = np.sort(rng.integers(0, 1 << index.BITS, count * (index.KEPT + 2))).tolist()
    docs = rng.integers(1, count, len(hashes)).tolist()
    for first in range(0, len(hashes), 1_000_000):
        with state.unit() as connection:
            last = first + 1_000_000
            pairs = list(zip(hashes[first:last], docs[first:last], strict=True))
            connection.exec_driver_sql("INSERT OR IGNORE INTO duplicate_postings (hash, doc) VALUES (?, ?)", pairs)
        state.commit()


def peer(name: str, setting: Setting, marks: list[int]) -> list[Cost]:
    """The same of a peer in memory."""
    decide_one = PEERS[name](setting)

    def decide(group: list[Document]) -> None:
        for document in group:
            decide_one(document)

    return _measured(decide, marks, _resident)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _measured(decide: Callable[[list[Document]], None], marks: list[int], size: Callable[[], int]) -> list[Cost]:
    documents = stream(1)
    warm = list(islice(stream(2), 200))
    decide([Document(f"w{d.article}", d.site, d.url, d.title, d.text) for d in warm])
    before = size() if size is _resident else 0
    costs, spent, done = [], 0.0, 0
    for mark in marks:
        at_tenth = None
        while done < mark:
            if at_tenth is None and done >= mark * 0.9:
                at_tenth = (done, spent)
            group = list(islice(documents, min(_GROUP, mark - done)))
            start = time.process_time()
            decide(group)
            spent += time.process_time() - start
            done += len(group)
        assert at_tenth is not None
        last = (spent - at_tenth[1]) / (done - at_tenth[0])
        costs.append(Cost(done, last * 1e6, done / spent, (size() - before) / done))
    return costs


def measure_ours(marks: list[int], known: int = 0) -> list[Cost]:
    """`ours` in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(ours, (marks, known))


def measure_peer(name: str, setting: Setting, marks: list[int]) -> list[Cost]:
    """`peer` in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(peer, (name, setting, marks))
