"""What two texts are to each other, and the gates that keep apart what only looks alike.

Articles made from one template (notices, weather, obituaries, tenders) agree in long stretches and differ where it
matters: in numbers and names. A relation that drops an article therefore needs proof: the shared stretches are long and
verbatim, and nothing that stands at the same place in both disagrees.
"""

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Literal, cast

from crawler.duplicates.alignment import Alignment, Change, Run, align, covered
from crawler.duplicates.normalise import Tokens

Role = Literal["canonical", "exact", "near", "contained", "rewritten"]


class Relation(StrEnum):
    """What an article is to another one, strongest first."""

    EXACT = "exact"  # the same text
    NEAR = "near"  # the same article, with small differences that say nothing new
    CONTAINED = "contained"  # a part of the other: teaser, truncated copy, digest
    REWRITTEN = "rewritten"  # spun, heavily edited, or with facts that differ
    NONE = "none"

    @property
    def role(self) -> Role:
        """For the record's `duplicates`."""
        return "canonical" if self is Relation.NONE else cast("Role", self.value)


CHAIN = 32  # tokens; verbatim stretches shorter than this prove nothing
MINIMUM = 40  # tokens; below this only equal texts are copies
EVIDENCE = 60  # tokens in chains that a part of an article must share with it
NEAR_SHARE = 0.7  # of the smaller text in chains
NEAR_RATIO = 0.5  # smaller over larger text; below this a copy is a part
TITLED_RATIO = 0.3  # the same when the titles agree
PART_SHARE = 0.85  # of a part in chains
TITLED_SHARE = 0.3  # the same when the titles agree
TOKENS_PER_CHANGE = 400  # one odd change is tolerated for so many shared tokens
WORDING = 3  # words
TOKENS_PER_WORDING = 25  # one change of wording is tolerated for so many shared tokens
REWRITTEN_SHARE = 0.5  # of the smaller text in runs of any length
REWRITTEN_MINIMUM = 150  # tokens, unless the titles agree
TEMPLATE_SHARE = 0.6  # of the smaller text in chains, with other titles: rather one template than one article
OPENING = 6  # tokens; the first paragraph of at least so many is what a text opens with
TITLE_BYTES = 8  # of a title's segment that may stand inside another one
SHORT = 16  # tokens; a shorter text is no teaser

_NUMBER = re.compile(r"\d+(?:\.\d+)?|[〇零一二两三四五六七八九十百千万]+")
_FIGURES = re.compile(r"[\d.\s〇零一二两三四五六七八九十百千万]")
_PLAIN = re.compile(r"[a-zß-öø-ÿа-яёα-ω ]+")
_DIGITS = re.compile(r"\d")
_CHINESE = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
# Words that replace or complete a date: 昨日 for 5月8日, or a date in English.
_DATE_WORDS = re.compile(
    r"[年月日号昨今前天晚早近时分点]|\b(?:yesterday|today|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*|on|the|of|th|st|nd|rd)\b"
)


@dataclass(frozen=True, slots=True)
class Text:
    """One side of a comparison: the normalised body without site template, and the title's telling segments."""

    body: Tokens
    titles: frozenset[str] = frozenset()
    site: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the smaller text relates to the larger one. `score` is the share of the smaller that they have in common."""

    relation: Relation
    score: float
    swapped: bool = False  # the second text of the call is the smaller one


def number_value(text: str) -> float:
    """The value of digits or a Chinese numeral (十二 -> 12, 二〇二五 -> 2025)."""
    if text[0].isdigit():
        return float(text)
    if not any(char in _UNITS for char in text):
        return float("".join(str(_CHINESE[char]) for char in text))
    total = section = 0
    digit = 0
    for char in text:
        if char in _CHINESE:
            digit = _CHINESE[char]
        elif char == "万":
            total, section, digit = (total + section + digit) * 10000, 0, 0
        else:
            section, digit = section + max(digit, 1) * _UNITS[char], 0
    return float(total + section + digit)


def _numbers(text: str) -> Counter[float]:
    joined = re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", text)
    return Counter(number_value(found) for found in _NUMBER.findall(joined))


def numbers_differ(change: Change) -> bool:
    """True when both sides name numbers, at least one in digits, and neither side's numbers are part of the other's."""
    if not (_DIGITS.search(change.left) or _DIGITS.search(change.right)):
        return False
    left, right = _numbers(change.left), _numbers(change.right)
    return bool(left) and bool(right) and bool(left - right) and bool(right - left)


def is_harmless(change: Change) -> bool:
    """True when a change says nothing new: one side is part of the other, or a date in other words."""
    left, right = change.left.lower(), change.right.lower()
    in_left, in_right = Counter(left.split()), Counter(right.split())
    if not in_left - in_right or not in_right - in_left:
        return True
    if not (_DIGITS.search(left) or _DIGITS.search(right)) or numbers_differ(change):
        return False
    return not any(_FIGURES.sub("", _DATE_WORDS.sub("", side)) for side in (left, right))


def is_wording(change: Change) -> bool:
    """True when both sides are a few words of a cased script, and none of them is a name or a number."""
    return change.tokens <= WORDING and bool(_PLAIN.fullmatch(change.left) and _PLAIN.fullmatch(change.right))


def titles_agree(a: frozenset[str], b: frozenset[str]) -> bool:
    """True when a segment of one title is, or stands inside, a segment of the other.

    Segments are in normal form without spaces; a short one (under 4 Chinese or 8 other characters) must be equal.
    """
    for x in a:
        for y in b:
            short, long = (x, y) if len(x) <= len(y) else (y, x)
            if (short == long and len(short) > 1) or (len(short.encode()) >= TITLE_BYTES and short in long):
                return True
    return False


def relate(one: Text, other: Text) -> Verdict:
    """The relation of two texts; symmetric but for `swapped`."""
    swapped = len(other.body) < len(one.body)
    small, large = (other, one) if swapped else (one, other)
    size = len(small.body)
    if size < SHORT:
        return Verdict(Relation.NONE, 0.0, swapped)
    found = align(small.body, large.body)
    relation, score = _judge(small, large, found, titles_agree(one.titles, other.titles))
    return Verdict(relation, round(score, 4), swapped)


def _opening_shared(body: Tokens, runs: list[Run]) -> bool:
    """True when most of the first real paragraph is shared: texts that share only their end share a disclaimer."""
    bounds = [*body.paragraphs.tolist(), len(body)]
    first, last = next(((i, j) for i, j in pairwise(bounds) if j - i >= OPENING), (0, len(body)))
    return covered(runs, first, last) * 2 >= last - first


def _spread(size: int, found: Alignment) -> bool:
    """True when every third of the text shares something: a quotation leaves the rest of the text alone."""
    third = size // 3
    return all(covered(found.runs, part * third, (part + 1) * third) * 4 >= third for part in range(3))


def _judge(small: Text, large: Text, found: Alignment, same_title: bool) -> tuple[Relation, float]:
    size = len(small.body)
    proven = found.in_chains(min(CHAIN, size))
    share = proven / size
    conflicts = sum(numbers_differ(change) for change in found.changes)
    wording = sum(is_wording(change) for change in found.changes)
    odd = sum(not is_harmless(change) and not is_wording(change) for change in found.changes) - conflicts
    tolerated = found.matched // TOKENS_PER_CHANGE if same_title else 0
    opens = same_title or _opening_shared(small.body, found.runs)
    both_open = opens and (same_title or _opening_shared(large.body, [run.turned() for run in found.runs]))
    clean = opens and not found.blocks and conflicts <= found.matched // 1000 and conflicts + odd <= tolerated
    clean = clean and wording * TOKENS_PER_WORDING <= found.matched
    if size < MINIMUM:
        whole = same_title and len(found.runs) == 1 and found.matched == size and found.runs[0].b < SHORT
        return (Relation.CONTAINED if whole else Relation.NONE), share
    if clean and share >= NEAR_SHARE:
        ratio = size / len(large.body)
        if both_open and ratio >= (TITLED_RATIO if same_title else NEAR_RATIO):
            return Relation.NEAR, share
        if same_title or (proven >= EVIDENCE and share >= PART_SHARE):
            return Relation.CONTAINED, share
    if clean and same_title and share >= TITLED_SHARE and proven >= EVIDENCE:
        return Relation.CONTAINED, share
    common = found.matched / size
    # Spinning leaves short runs everywhere; a template filled in twice leaves long ones, and its titles differ.
    reworded = same_title or (share < TEMPLATE_SHARE and size >= REWRITTEN_MINIMUM)
    enough = common >= REWRITTEN_SHARE and found.matched >= EVIDENCE and _spread(size, found)
    if both_open and reworded and enough and conflicts <= len(found.changes) // 10:
        return Relation.REWRITTEN, common
    return Relation.NONE, common
