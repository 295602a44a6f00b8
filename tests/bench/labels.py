"""Labels of blocks from a gold text: which blocks of the page the gold was made from."""

from bisect import bisect_left
from collections import defaultdict

from crawler.reading.page import Page
from tests.bench.corpus import tokens

FOUND = 0.6  # share of a block's 4-grams that must stand in the gold


def label_blocks(page: Page, gold: str) -> list[float]:
    """For every block the share of it that is gold text: 1 inside, 0 outside, between for blocks half in the gold.

    Long blocks are found by their 4-grams, short ones by their whole token run. Where a block occurs several times in
    the gold, or the gold's sentence several times in the page, the longest chain that keeps the order of both wins;
    a block outside the chain still counts when the gold words it matches are claimed by no other block.
    """
    gold_tokens = tokens(gold)
    grams: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for size in (1, 2, 3, 4):
        for i in range(len(gold_tokens) - size + 1):
            grams[tuple(gold_tokens[i : i + size])].append(i)
    lines = {tuple(tokens(line)) for line in gold.split("\n")}
    labels = [0.0] * len(page.blocks)
    spans: list[tuple[int, int, int, float]] = []  # block, start, end in gold, share
    for block in page.blocks:
        toks = tokens(block.text)
        if not toks:
            labels[block.index] = -1.0
            continue
        for start, end, share in matches(toks, grams, gold_tokens):
            if (
                len(toks) < 4
                and len(toks) * len(toks[0]) < 24
                and tuple(toks) not in lines
                and len(grams[tuple(toks)]) > 1
            ):
                continue  # a short word that merely occurs somewhere in the gold
            spans.append((block.index, start, end, share))
    chain = best_chain(spans)
    covered = [False] * len(gold_tokens)
    done = set()
    for block_index, start, end, share in chain:
        labels[block_index] = share
        done.add(block_index)
        covered[start:end] = [True] * (end - start)
    for block_index, start, end, share in spans:
        if block_index in done:
            continue
        free = covered[start:end].count(False)
        if end - start >= 4 and free > 0.6 * (end - start):
            labels[block_index] = share
            done.add(block_index)
            covered[start:end] = [True] * (end - start)
    settle_wordless(labels)
    return labels


def matches(toks: list[str], grams: dict[tuple[str, ...], list[int]], gold: list[str]) -> list[tuple[int, int, float]]:
    """Places of a block in the gold: (start, end, share of the block's n-grams found)."""
    size = min(4, len(toks))
    pieces = [tuple(toks[i : i + size]) for i in range(len(toks) - size + 1)]
    hits = [i for i, piece in enumerate(pieces) if piece in grams]
    share = len(hits) / len(pieces)
    if share < 0.3:
        return []
    offsets: dict[int, int] = defaultdict(int)
    for i in hits[:40]:
        for at in grams[pieces[i]][:12]:
            offsets[at - i] += 1
    top = max(offsets.values())
    places: list[tuple[int, int, float]] = []
    for offset in sorted(offsets):
        if offsets[offset] >= 0.5 * top:
            start = max(0, offset + hits[0])
            end = min(len(gold), max(start + 1, offset + hits[-1] + size))
            if not places or start >= places[-1][1]:
                places.append((start, end, share))
    return places[:8]


def best_chain(spans: list[tuple[int, int, int, float]]) -> list[tuple[int, int, int, float]]:
    """The heaviest sequence of spans that goes forward both in the page and in the gold."""
    order = sorted(range(len(spans)), key=lambda i: (spans[i][0], -spans[i][1]))
    # best weight of a chain ending at or before a gold position, kept as an increasing staircase
    ends: list[int] = [0]
    weights: list[float] = [0.0]
    tails: list[int] = [-1]
    back: dict[int, int] = {}
    pending: list[tuple[int, float, int]] = []
    current = -1
    for i in [*order, -1]:
        block = spans[i][0] if i >= 0 else -2
        if block != current:
            for end, weight, tail in pending:
                insert(ends, weights, tails, end, weight, tail)
            pending, current = [], block
        if i < 0:
            break
        _, start, end, share = spans[i]
        at = bisect_left(ends, start + 1) - 1
        back[i] = tails[at]
        pending.append((end, weights[at] + (end - start) * share, i))
    chain = []
    i = tails[-1]
    while i >= 0:
        chain.append(spans[i])
        i = back[i]
    return chain[::-1]


def insert(ends: list[int], weights: list[float], tails: list[int], end: int, weight: float, tail: int) -> None:
    """Add a chain's end to the staircase."""
    at = bisect_left(ends, end + 1)
    if weights[at - 1] >= weight:
        return
    stop = at
    while stop < len(ends) and weights[stop] <= weight:
        stop += 1
    if ends[at - 1] == end:
        at -= 1
    ends[at:stop], weights[at:stop], tails[at:stop] = [end], [weight], [tail]


def settle_wordless(labels: list[float]) -> None:
    """Blocks without a word take the label of both neighbours, 0 when these differ."""
    for i, label in enumerate(labels):
        if label < 0:
            before = labels[i - 1] if i else 0.0
            after = next((x for x in labels[i + 1 :] if x >= 0), 0.0)
            labels[i] = 1.0 if before > 0.5 and after > 0.5 else 0.0
