"""Articles of one form (notices, forecasts, tenders): where the articles themselves are alike, repetition accuses nothing."""

import re
from collections import Counter
from collections.abc import Sequence

from crawler.surveying.sketch import Sketch

SHINGLE = 6  # characters
MOST_SHINGLES = 1_500  # of one article
SHARED = 0.22  # of an article's own wording that other articles use, from which it is made by a form
LEAST_OTHERS = 2  # articles that must use a wording ...
LEAST_SHARE = 0.15  # ... and share of the others
SPREAD = 2  # articles that print a sentence word by word before it is set aside

_LEFT_OUT = re.compile(r"[\W\d_]+")


def formulaic(sketches: Sequence[Sketch], clusters: Sequence[int]) -> list[bool]:
    """Which articles are made by a form: the wording of their own sentences stands in other articles as well.

    Sentences that several articles share word by word are set aside first: they are what is to be judged. Copies of one
    article (the same number in `clusters`) are not others.
    """
    holders: Counter[str] = Counter()
    for sentence, _ in {(s, c) for one, c in zip(sketches, clusters, strict=True) for s in one.sentences}:
        holders[sentence] += 1
    owned = [_shingles([s for s in one.sentences if holders[s] < SPREAD]) for one in sketches]
    users: Counter[str] = Counter()
    for shingle, _ in {(sh, c) for found, c in zip(owned, clusters, strict=True) for sh in found}:
        users[shingle] += 1
    others = len(set(clusters)) - 1
    least = 1 + max(min(LEAST_OTHERS, others), LEAST_SHARE * others)
    return [
        bool(found) and others > 0 and sum(users[sh] >= least for sh in found) >= SHARED * len(found) for found in owned
    ]


def _shingles(sentences: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for sentence in sentences:
        letters = _LEFT_OUT.sub("", sentence)
        found.update(letters[at : at + SHINGLE] for at in range(len(letters) - SHINGLE + 1))
        if len(found) > MOST_SHINGLES:
            break
    return found
