"""Lines that repeat over a site: their normal form, and the zone of the article they stand in."""

import re
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b
from typing import Literal

Zone = Literal["head", "inside", "tail"]

HEAD_LINES = 3
TAIL_LINES = 5
# An article repeats its own number of lines above and below; short forms are compared without their digits.
MASKED_LENGTH = 40
KEPT_LENGTH = 48
SHORTEST_FORM = 2
# Inside an article only longer lines without digits count: short ones are headings, answers, list items.
SHORTEST_INSIDE = 6
SHORTEST_WITHIN = 4  # in head or tail, with other text further out

_NOISE = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


def normal_form(text: str, title: str = "") -> str:
    """What two prints of the same boilerplate share: width and case folded, no blanks, no punctuation.

    In short lines every number is "0" (dates, counters); an article's own title is left out of lines that quote it.
    Long forms end in a digest, so that a profile stays small. Empty for a line without letters.
    """
    if title and len(title) > 3 and len(text) > len(title):
        text = text.replace(title, "")
    folded = unicodedata.normalize("NFKC", text).lower()
    form = _NOISE.sub("", folded)
    if len(form) <= MASKED_LENGTH:
        form = _DIGITS.sub("0", form)
    if len(form) > KEPT_LENGTH:
        digest = blake2b(form.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        form = f"{form[:KEPT_LENGTH]}~{digest}"
    return form if len(form) >= SHORTEST_FORM else ""


def zones_of(count: int) -> list[Zone]:
    """The zone of every line of an article of `count` lines: few at the head, few at the tail, the rest inside."""
    head = min(HEAD_LINES, count // 2)
    tail = min(TAIL_LINES, count - head)
    zones: list[Zone] = ["head"] * head
    zones += ["inside"] * (count - head - tail)
    zones += ["tail"] * tail
    return zones


def counts_inside(form: str, tag: str) -> bool:
    """Whether a repeated form may be taken from between paragraphs: never a heading, a short or a numbered line."""
    return len(form) >= SHORTEST_INSIDE and "0" not in form[:MASKED_LENGTH] and tag not in _HEADINGS


_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "pre", "th", "dt"))


def repeated_lines(
    forms: Sequence[str], tags: Sequence[str], repeated: dict[str, frozenset[str]]
) -> list[tuple[int, Zone]]:
    """Numbers and zones of the lines that the site repeats.

    `forms` are the normal forms of the lines that still give text. Head and tail are peeled: behind a taken line the
    zone goes on, so a run of boilerplate longer than the zone goes as a whole.
    """
    head, inside, tail = (repeated.get(zone, frozenset()) for zone in ("head", "inside", "tail"))
    found: dict[int, Zone] = {}
    if head:
        _peel(forms, tags, range(len(forms)), head, HEAD_LINES, "head", found)
    if tail:
        _peel(forms, tags, range(len(forms) - 1, -1, -1), tail, TAIL_LINES, "tail", found)
    if inside:
        for number, (form, tag) in enumerate(zip(forms, tags, strict=True)):
            if form in inside and number not in found and counts_inside(form, tag):
                found[number] = "inside"
    return sorted(found.items())


def _peel(
    forms: Sequence[str],
    tags: Sequence[str],
    order: range,
    known: frozenset[str],
    depth: int,
    zone: Zone,
    found: dict[int, Zone],
) -> None:
    strangers = 0
    for number in order:
        form = forms[number]
        outermost = strangers == 0 and (zone == "tail" or tags[number] not in _HEADINGS)
        # With text further out a heading or a word or two may belong to that text.
        if form in known and (outermost or (len(form) >= SHORTEST_WITHIN and tags[number] not in _HEADINGS)):
            found.setdefault(number, zone)
        else:
            strangers += 1
            if strangers >= depth:
                return
