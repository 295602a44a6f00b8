"""What a block is about and how it is worded, for the block model: nearness to the story's subject, the language of
articles against that of notices, and signs that the story is over."""

import re
from collections.abc import Mapping
from math import fsum
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.reading.arrays import Columns, Matrix, Tree, Vector, shifted
from crawler.reading.blocks import HEADINGS
from crawler.reading.lexicon import words
from crawler.reading.page import Page

CHARACTERS = 400  # of a block are looked at
SIGNS = ("related", "comment", "date", "author", "copyright", "share", "follow", "login", "advert")  # of words.toml
SHORT = 12.0  # weighted length below which a block can be such a sign
MOST = 30  # counts end here
CJK = "\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff"
RUN = re.compile(f"[{CJK}]+|[^\\W_{CJK}]+")
FIRST_CJK = "\u3040"
SUBJECT = 4  # letters that a word of the subject must have


def block_words(text: str) -> set[str]:
    """Words of a block, lower case; pairs of neighbours in runs of CJK characters; numbers by their length."""
    text = text[:CHARACTERS].lower()
    found = set(RUN.findall(text))
    numbers = [run for run in found if run.isdigit() and run[0] < FIRST_CJK]
    found.difference_update(numbers)
    found.update([f"#{min(len(number), 5)}" for number in numbers])
    if not text.isascii():
        for run in [run for run in found if len(run) > 1 and run[0] >= FIRST_CJK]:
            found.remove(run)
            found.update(map(add, run, run[1:]))
    return found


def subject_words(text: str) -> set[str]:
    """The words of a text that can name its subject: longer ones, and CJK pairs."""
    return {word for word in block_words(text) if len(word) >= SUBJECT or word[0] >= FIRST_CJK}


def add_since_lead(table: Columns, page: Page, lead: int, dated: Vector, masks: NDArray[np.int64]) -> None:
    """How many signs that the story is over stand between the lead and the block: another one's headline or date, calls
    to comment or to share."""
    blocks = page.blocks
    names = words()["text"]
    short = np.array([b.length < SHORT for b in blocks], bool)
    linked = np.array([b.link_share > 0.8 for b in blocks], bool)
    heading = np.array([b.tag in HEADINGS for b in blocks], bool)
    after = np.arange(len(blocks)) >= lead

    def since(sign: NDArray[np.bool_]) -> Vector:
        return np.minimum(np.cumsum(sign & after), MOST).astype(np.float32)

    table.add("linked_since_lead", since(linked))
    table.add("dates_since_lead", since(short & (dated > 0)))
    table.add("headings_since_lead", since(heading))
    table.add("big_headings_since_lead", since(np.array([b.tag in ("h1", "h2") for b in blocks], bool)))
    table.add("linked_headings_since_lead", since(heading & linked))
    for name in SIGNS:
        table.add(f"{name}_since_lead", since(short & ((masks >> names.index(name)) & 1 > 0)))


def add_subject(table: Columns, page: Page, tree: Tree) -> None:
    """How much a block, and the boxes around it, speak of what title, description and lead speak of."""
    head = subject_words(page.headline.text if page.headline is not None else "")
    head |= subject_words(page.title_raw or "")
    head |= subject_words(page.meta.get("og:description") or page.meta.get("description") or "")
    lead = subject_words(page.blocks[tree.lead].text) if tree.lead is not None else set()
    size = np.array([len(found) for found in tree.words], np.float32)
    of_head = np.array([len(found & head) for found in tree.words], np.float32)
    of_lead = np.array([len(found & lead) for found in tree.words], np.float32)
    table.add("subject", of_head)
    table.add("subject_share", of_head / np.maximum(size, 1))
    table.add("story_share", of_lead / np.maximum(size, 1))
    sizes, heads, leads = tree.sums(size), tree.sums(of_head), tree.sums(of_lead)
    for level in range(4):
        at = tree.above(tree.node, level)
        table.add(f"c{level}_subject", heads[at] / np.maximum(sizes[at], 1))
        table.add(f"c{level}_story", leads[at] / np.maximum(sizes[at], 1))


def wording(tree: Tree, weights: Mapping[str, float]) -> Vector:
    """For every block the log odds, by its words alone, that it is article text; 0 where no word is known.

    weights: of a logistic regression over words, "" being its constant. A block counts as the sum of its known words over
    the root of their number, so that long blocks do not drown short ones.
    """
    constant, get = weights[""], weights.get
    odds = []
    for found in tree.words:
        known = [weight for weight in map(get, found) if weight is not None]
        odds.append(constant + fsum(known) / len(known) ** 0.5 if known else constant)  # in whatever order a set has
    return np.array(odds, np.float32)


WORDING_NAMES = ("wording", "wording-1", "wording+1", "c0_wording", "c1_wording", "c2_wording", "c3_wording")


def wording_features(tree: Tree, length: Vector, odds: Vector) -> Matrix:
    """One row a block, WORDING_NAMES: the odds of the block, of its neighbours, and their mean in the boxes around it."""
    weight = np.minimum(length, 100) + 1
    mass, size = tree.sums(odds * weight), tree.sums(weight)
    columns: list[Any] = [odds, shifted(odds, -1), shifted(odds, 1)]
    for level in range(4):
        at = tree.above(tree.node, level)
        columns.append(mass[at] / np.maximum(size[at], 1))
    return np.stack(columns, axis=1).astype(np.float32)
