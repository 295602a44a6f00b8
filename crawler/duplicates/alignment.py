"""Two token sequences side by side: which runs are verbatim the same, and what stands in the gaps between them."""

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np

from crawler.duplicates.normalise import Tokens
from crawler.duplicates.sketch import shingles

_GAP = 40  # tokens; a longer gap is a block of its own, its inside is not aligned
_LIKENESS = 0.3  # of two ends, to be compared at all
_BLOCK = 8  # tokens that both sides of a long gap must have to be a block
_STRAY = 8  # tokens; a shorter run that stands out of order is chance


@dataclass(frozen=True, slots=True)
class Run:
    """Tokens a..a+size of one text are tokens b..b+size of the other."""

    a: int
    b: int
    size: int

    def turned(self) -> "Run":
        """The same run, seen from the other text."""
        return Run(self.b, self.a, self.size)


@dataclass(frozen=True, slots=True)
class Change:
    """What stands between two verbatim runs: tokens of the one text against tokens of the other, both not empty."""

    left: str
    right: str
    place: int  # token of the first text
    tokens: int  # the larger of both lengths


@dataclass(slots=True)
class Alignment:
    """How two texts agree. Sizes are in tokens of the first text unless said otherwise."""

    runs: list[Run]
    changes: list[Change] = field(default_factory=list)
    blocks: int = 0  # long gaps in which both sides have something of their own
    chains: list[int] = field(default_factory=list)  # sizes of runs joined over pure insertions

    @property
    def matched(self) -> int:
        """Tokens in verbatim runs."""
        return sum(run.size for run in self.runs)

    def in_chains(self, least: int) -> int:
        """Tokens in chains of at least `least` tokens."""
        return sum(size for size in self.chains if size >= least)


def covered(runs: list[Run], first: int, last: int) -> int:
    """Tokens first..last (exclusive) of the first text that stand in verbatim runs."""
    return sum(max(0, min(last, run.a + run.size) - max(first, run.a)) for run in runs)


def verbatim_runs(a: Tokens, b: Tokens) -> list[Run]:
    """Maximal common runs, by their place in `a`; seeds are shingles that stand once in `b`. Runs do not overlap in `a`."""
    hashes_a, ends_a = shingles(a)
    hashes_b, _ = shingles(b)
    if not len(hashes_a) or not len(hashes_b):
        return []
    order = np.argsort(hashes_b, kind="stable")
    ordered = hashes_b[order]
    left = np.searchsorted(ordered, hashes_a, "left")
    right = np.searchsorted(ordered, hashes_a, "right")
    seeds = np.flatnonzero(right - left == 1)
    if not len(seeds):
        return []
    places = order[left[seeds]]
    breaks = np.flatnonzero((np.diff(seeds) != 1) | (np.diff(places) != 1)) + 1
    firsts = np.concatenate(([0], breaks))
    lasts = np.concatenate((breaks, [len(seeds)])) - 1
    ids_a, ids_b = a.ids.tolist(), b.ids.tolist()
    found: list[Run] = []
    rows = zip(seeds[firsts].tolist(), places[firsts].tolist(), ends_a[seeds[lasts]].tolist(), strict=True)
    for start, other, end in rows:
        floor = found[-1].a + found[-1].size if found else 0
        if start < floor:
            start, other = floor, other + floor - start
        if start >= end:
            continue
        while start > floor and other > 0 and ids_a[start - 1] == ids_b[other - 1]:
            start, other = start - 1, other - 1
        size = end - start
        while start + size < len(ids_a) and other + size < len(ids_b) and ids_a[start + size] == ids_b[other + size]:
            size += 1
        previous = found[-1] if found else None
        if previous and previous.a + previous.size == start and previous.b + previous.size == other:
            found[-1] = Run(previous.a, previous.b, previous.size + size)
        else:
            found.append(Run(start, other, size))
    return _without_strays(found)


def _without_strays(runs: list[Run]) -> list[Run]:
    """Without short runs that stand out of the order of both their neighbours."""
    kept: list[Run] = []
    for index, run in enumerate(runs):
        before = kept[-1] if kept else None
        after = runs[index + 1] if index + 1 < len(runs) else None
        backward = before is not None and run.b < before.b + before.size
        forward = after is not None and run.b + run.size > after.b
        lonely = before is not None and after is not None and backward != forward and before.b < after.b
        if run.size < _STRAY and (lonely or (backward and forward)):
            continue
        kept.append(run)
    return kept


def align(a: Tokens, b: Tokens) -> Alignment:
    """Verbatim runs, and the gaps between runs that follow each other in both texts."""
    runs = verbatim_runs(a, b)
    out = Alignment(runs)
    chain = runs[0].size if runs else 0
    for here, after in pairwise(runs):
        a1, b1 = here.a + here.size, here.b + here.size
        in_a, in_b = after.a - a1, after.b - b1
        if (in_a == 0 or in_b == 0) and in_b >= 0:
            chain += after.size
            continue
        out.chains.append(chain)
        chain = after.size
        if in_b < 0:
            continue
        if in_a > _GAP or in_b > _GAP:
            out.blocks += min(in_a, in_b) >= _BLOCK
        else:
            _compare_gap(a, b, (a1, after.a), (b1, after.b), out)
    if runs:
        out.chains.append(chain)
        _compare_edges(a, b, out)
    return out


def _compare_edges(a: Tokens, b: Tokens, out: Alignment) -> None:
    """What stands before the first run and after the last one.

    Within the paragraphs of these runs everything is compared; what lies beyond only when it is made alike, as the lines
    of two notices are: the ends of two pages may be anything.
    """
    first, last = out.runs[0], out.runs[-1]
    after_a, after_b = last.a + last.size, last.b + last.size
    inside = (
        ((a.paragraph_start(first.a), first.a), (b.paragraph_start(first.b), first.b)),
        ((after_a, a.paragraph_end(after_a - 1)), (after_b, b.paragraph_end(after_b - 1))),
    )
    beyond = (
        ((max(0, first.a - _GAP), first.a), (max(0, first.b - _GAP), first.b)),
        ((after_a, min(len(a), after_a + _GAP)), (after_b, min(len(b), after_b + _GAP))),
    )
    for near, far in zip(inside, beyond, strict=True):
        if all(0 < end - start <= _GAP for start, end in near):
            _compare_gap(a, b, *near, out)
        elif all(start < end for start, end in far) and _alike(a.words(*far[0]), b.words(*far[1])):
            _compare_gap(a, b, *far, out)


def _alike(left: list[str], right: list[str]) -> bool:
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= _LIKENESS


def _compare_gap(a: Tokens, b: Tokens, in_a: tuple[int, int], in_b: tuple[int, int], out: Alignment) -> None:
    """Changes inside one gap: the largest common parts of it are no change."""
    left, right = a.words(*in_a), b.words(*in_b)
    if len(left) + len(right) <= 4:
        out.changes.append(Change(" ".join(left), " ".join(right), in_a[0], max(len(left), len(right))))
        return
    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    found = [code for code in codes if code[0] == "replace"]
    for _, i, j, k, m in found:
        out.changes.append(Change(" ".join(left[i:j]), " ".join(right[k:m]), in_a[0] + i, max(j - i, m - k)))
    gone = [word for kind, i, j, _, _ in codes if kind == "delete" for word in left[i:j]]
    new = [word for kind, _, _, k, m in codes if kind == "insert" for word in right[k:m]]
    if gone and new and not found:  # 中山路 for 体育路中: the shared character is chance
        out.changes.append(Change(" ".join(gone), " ".join(new), in_a[0], max(len(gone), len(new))))
