"""The peers of the duplicates bench: MinHash LSH of datasketch and of rensa, given our normal form and tuned."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from datasketch import MinHash, MinHashLSH
from rensa import RMinHash, RMinHashLSH

from crawler.duplicates import Document
from crawler.duplicates.normalise import tokenise

PERMUTATIONS = 128


@dataclass(frozen=True)
class Setting:
    """Of an LSH peer: what makes a candidate, and what the estimated Jaccard similarity must be then."""

    threshold: float
    verify: float

    def __str__(self) -> str:
        return f"candidates at {self.threshold}, verified at {self.verify}"


GRID = [Setting(threshold, verify) for threshold, verify in product((0.4, 0.5, 0.6, 0.7), (0.0, 0.4, 0.5, 0.6, 0.7))]
Decide = Callable[[Document], str]  # the id of the cluster


def pieces(document: Document) -> set[str]:
    """Character 5-grams of Chinese, word 3-grams of other texts, over our normal form."""
    tokens = tokenise(document.text)
    text = tokens.text()
    if tokens.singles.mean() > 0.5:
        text = text.replace(" ", "").replace("\n", "")
        return {text[i : i + 5] for i in range(len(text) - 4)} or {text}
    words = text.lower().split()
    return {" ".join(words[i : i + 3]) for i in range(len(words) - 2)} or {" ".join(words)}


def datasketch(setting: Setting) -> Decide:
    """A MinHashLSH in memory; a document joins the cluster of its most similar candidate."""
    index: Any = MinHashLSH(threshold=setting.threshold, num_perm=PERMUTATIONS)
    known: dict[str, Any] = {}
    cluster: dict[str, str] = {}

    def decide(document: Document) -> str:
        sketch: Any = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([piece.encode() for piece in pieces(document)])
        best = max(((sketch.jaccard(known[key]), key) for key in index.query(sketch)), default=(-1.0, ""))
        cluster[document.article] = cluster[best[1]] if best[0] >= setting.verify else document.article
        index.insert(document.article, sketch)
        known[document.article] = sketch
        return cluster[document.article]

    return decide


def rensa(setting: Setting) -> Decide:
    """The same with rensa's RMinHash."""
    bands = {0.4: 32, 0.5: 32, 0.6: 16, 0.7: 16}[setting.threshold]
    index: Any = RMinHashLSH(setting.threshold, PERMUTATIONS, bands)
    known: list[tuple[Any, str]] = []

    def decide(document: Document) -> str:
        sketch: Any = RMinHash(PERMUTATIONS, 42)
        sketch.update(list(pieces(document)))
        best = max(((sketch.jaccard(known[key][0]), key) for key in index.query(sketch)), default=(-1.0, 0))
        found = known[best[1]][1] if best[0] >= setting.verify else document.article
        index.insert(len(known), sketch)
        known.append((sketch, found))
        return found

    return decide


PEERS: dict[str, Callable[[Setting], Decide]] = {"datasketch": datasketch, "rensa": rensa}


def tuned(make: Callable[[Setting], Decide], documents: Sequence[Document], gold: Sequence[str]) -> Setting:
    """The setting with the best F1 on the half of the clusters that is for tuning."""
    half = [(d, g) for d, g in zip(documents, gold, strict=True) if zlib.crc32(g.encode()) % 2 == 0]

    def score(setting: Setting) -> float:
        decide = make(setting)
        return f1((decide(document), cluster) for document, cluster in half)

    return max(GRID, key=score)


def f1(decided: Iterator[tuple[str, str]]) -> float:
    """Document F1 of (own cluster, gold cluster) in stream order, as score_dedup.py counts it."""
    seen: set[str] = set()
    holds: dict[str, set[str]] = {}
    hit = false = missed = 0
    for own, gold in decided:
        before = holds.setdefault(own, set())
        hit += gold in before
        false += bool(before) and gold not in before
        missed += gold in seen and gold not in before
        seen.add(gold)
        before.add(gold)
    return 2 * hit / max(1, 2 * hit + false + missed)
