"""Shingles of a token sequence and the bottom-k choice among them.

A shingle starts at every token and runs until it weighs 5: five characters of Chinese, three words of English, or a mix.
Bottom-k (Broder 1997, Cohen and Kaplan 2007): the k smallest hashes of a set are a uniform sample that two overlapping
sets agree on, whatever their sizes; that is what finds a teaser inside its article.
"""

import numpy as np
from numpy.typing import NDArray

from crawler.duplicates.normalise import Hashes, Tokens, range_hashes, window_hashes

WEIGHT = 5


def shingles(tokens: Tokens) -> tuple[Hashes, NDArray[np.intp]]:
    """(hash, end) of the shingle that starts at each token; tokens whose shingle would pass the end have none."""
    if not len(tokens):
        return np.zeros(0, np.uint64), np.zeros(0, np.intp)
    size = len(tokens)
    if tokens.singles.all():
        ends = np.arange(WEIGHT, size + 1)
        if len(ends):
            return window_hashes(tokens, WEIGHT), ends
        inside = 0
    else:
        total = np.full(size + WEIGHT + 1, 1 << 40, np.int64)  # beyond the end everything is heavy
        total[0] = 0
        np.cumsum(np.where(tokens.singles, 1, 2), out=total[1 : size + 1])
        here = total[:size] + WEIGHT
        ends = np.arange(3, size + 3)
        ends += total[3 : size + 3] < here
        ends += total[4 : size + 4] < here
        inside = int(np.searchsorted(ends, size, side="right"))
        ends = ends[:inside]
    if not inside:
        return np.zeros(0, np.uint64), np.zeros(0, np.intp)
    return range_hashes(tokens, np.arange(inside), ends), ends


def bottom(hashes: Hashes, k: int) -> Hashes:
    """The k smallest distinct hashes, ascending; all of them when there are fewer."""
    if len(hashes) > 2 * k + 32:
        hashes = np.partition(hashes, 2 * k + 16)[: 2 * k + 16]
    ordered = np.sort(hashes)
    distinct = np.ones(len(ordered), np.bool_)
    distinct[1:] = ordered[1:] != ordered[:-1]
    return ordered[distinct][:k]
