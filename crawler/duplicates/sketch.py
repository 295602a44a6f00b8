"""Shingles of a token sequence and the bottom-k choice among them.

A shingle starts at every token and runs until it weighs 5: five characters of Chinese, three words of English, or a mix.
Bottom-k (Broder 1997, Cohen and Kaplan 2007): the k smallest hashes of a set are a uniform sample that two overlapping
sets agree on, whatever their sizes; that is what finds a teaser inside its article.
"""

import numpy as np
from numpy.typing import NDArray

from crawler.duplicates.normalise import Hashes, Tokens, range_hashes

WEIGHT = 5


def shingles(tokens: Tokens) -> tuple[Hashes, NDArray[np.intp]]:
    """(hash, end) of the shingle that starts at each token; tokens whose shingle would pass the end have none."""
    if not len(tokens):
        return np.zeros(0, np.uint64), np.zeros(0, np.intp)
    total = np.zeros(len(tokens) + 1, np.int64)
    np.cumsum(tokens.weights, out=total[1:])
    ends = np.searchsorted(total, total[:-1] + WEIGHT)
    inside = int(np.searchsorted(ends, len(tokens), side="right"))
    if not inside:
        return np.zeros(0, np.uint64), np.zeros(0, np.intp)
    first = np.arange(inside)
    return range_hashes(tokens, first, ends[:inside]), ends[:inside]


def bottom(hashes: Hashes, k: int) -> Hashes:
    """The k smallest distinct hashes, ascending; all of them when there are fewer."""
    if len(hashes) > 2 * k + 32:
        hashes = np.partition(hashes, 2 * k + 16)[: 2 * k + 16]
    return np.unique(hashes)[:k]
