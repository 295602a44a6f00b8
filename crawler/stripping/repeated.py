"""Lines that repeat over a site: their normal form, and the zone of the article they stand in."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Literal, NamedTuple

Zone = Literal["head", "inside", "tail"]

HEAD_LINES = 3
TAIL_LINES = 5
# An article repeats its own number of lines above and below; short forms are compared without their digits.
MASKED_LENGTH = 40
KEPT_LENGTH = 48
LOOKED_AT = 60  # characters that tell whether a line can be a known one ...
UNSETTLED = 4  # ... but for the last of them
SHORTEST_FORM = 2
# Inside an article only longer lines without digits count: short ones are headings, answers, list items.
SHORTEST_INSIDE = 6
SHORTEST_WITHIN = 4  # in head or tail, with other text further out

_NOISE = re.compile(r"[\W_]+")
# Punctuation of full width and what stands with it: dropped before folding, which is slow where it has something to do.
_WIDE = re.compile("[\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65…　]+")
_DIGITS = re.compile(r"\d+")


def normal_form(text: str, title: str = "") -> str:
    """What two prints of the same boilerplate share: width and case folded, no blanks, no punctuation.

    In short lines every number is "0" (dates, counters); an article's own title is left out of lines that quote it.
    Long forms end in a digest, so that a profile stays small. Empty for a line without letters.
    """
    if title and len(title) > 3 and len(text) > len(title):
        text = text.replace(title, "")
    form = _letters(text)
    if len(form) <= MASKED_LENGTH:
        form = _DIGITS.sub("0", form)
    if len(form) > KEPT_LENGTH:
        digest = blake2b(form.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        form = f"{form[:KEPT_LENGTH]}~{digest}"
    return form if len(form) >= SHORTEST_FORM else ""


def _letters(text: str) -> str:
    """Letters and digits, width and case folded."""
    text = _WIDE.sub("", text)
    return _NOISE.sub(
        "", (text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)).lower()
    )


class KnownForms(NamedTuple):
    """The forms of lines that a site repeats, and how those begin that are too long to have their numbers masked."""

    forms: frozenset[str]
    begins: frozenset[str]


@lru_cache(maxsize=256)
def known_forms(*zones: frozenset[str]) -> KnownForms:
    """Those of a profile's zones, made once."""
    forms = frozenset().union(*zones)
    return KnownForms(forms, frozenset(form[:MASKED_LENGTH] for form in forms if len(form) > MASKED_LENGTH))


def known_form(text: str, title: str, known: KnownForms) -> str:
    """normal_form(text, title), but empty for a long line that begins like none of the known ones: most paragraphs."""
    if len(text) > LOOKED_AT and not (len(title) > 3 and title in text):
        start = _letters(text[:LOOKED_AT])[:-UNSETTLED]  # what follows may still change the last in NFKC
        if len(start) >= MASKED_LENGTH and start[:MASKED_LENGTH] not in known.begins:
            return ""
    return normal_form(text, title)


def zones_of(count: int) -> list[Zone]:
    """The zone of every line of an article of `count` lines: few at the head, few at the tail, the rest inside."""
    head = min(HEAD_LINES, count // 2)
    tail = min(TAIL_LINES, count - head)
    zones: list[Zone] = ["head"] * head
    zones += ["inside"] * (count - head - tail)
    zones += ["tail"] * tail
    return zones


HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "pre", "th", "dt"))
_NUMERAL = "一二三四五六七八九十百零〇0-9０-９"
_NUMBERED = re.compile(
    rf"\s*(?:[（(〔]?[{_NUMERAL}]{{1,3}}[)）〕]?\s*[、.．:：)）]|第[{_NUMERAL}]{{1,4}}[章节条款项部类]|[①-⑳⑴-⒇㈠-㈩]|[（(][{_NUMERAL}]{{1,3}}[）)])"
)
PROSE = 40  # characters from which a line counts as a paragraph


@dataclass(frozen=True, slots=True)
class Row:
    """A line that still gives text, as the rule of repetition sees it."""

    form: str
    tag: str
    text: str
    is_apart: bool = False  # stands outside the article's flow: see `apart`


def counts_inside(form: str, tag: str) -> bool:
    """Whether a repeated form may be taken from between paragraphs: never a heading, a short or a numbered line."""
    return len(form) >= SHORTEST_INSIDE and "0" not in form[:MASKED_LENGTH] and tag not in HEADINGS


def apart(texts: Sequence[str], paths: Sequence[str], linked: Sequence[bool]) -> list[bool]:
    """Which lines stand outside the flow of an article: in links from end to end, or in boxes of their own.

    `paths` are the lines' tag paths with classes. The flow is where most of the prose stands.
    """
    weight: Counter[str] = Counter()
    for text, path in zip(texts, paths, strict=True):
        if len(text) >= PROSE:
            weight[_box(path)] += len(text)
    if not weight:
        return list(linked)
    flow = {path for path, length in weight.items() if length >= 0.2 * weight.total()}
    return [is_link or (_box(path) not in flow) for path, is_link in zip(paths, linked, strict=True)]


def _box(path: str) -> str:
    """A path without the inline and list elements at its end: a line in bold stands where its neighbours stand."""
    return _INLINE.sub("", path)


_INLINE = re.compile(r"(?:(?:^|>)(?:p|span|strong|b|em|i|font|h[1-6]|li|ul|ol|blockquote|td|tr|tbody))+$")


def belongs_to_article(text: str, zone: Zone) -> bool:
    """Whether a line that repeats is a part of articles that are alike (notices, interviews) rather than template.

    Numbered points are; so are salutations and labels ("各位代表：") outside the tail, and questions between paragraphs.
    """
    if _NUMBERED.match(text):
        return True
    end = text.rstrip()[-1:]
    return zone != "tail" and (end in ":：" or (zone == "inside" and end in "?？"))


def repeated_lines(
    rows: Sequence[Row], repeated: dict[str, frozenset[str]], passes: Callable[[int], bool]
) -> list[tuple[int, Zone]]:
    """Numbers and zones of the lines that the site repeats.

    Head and tail are peeled from the outside: behind a taken line the zone goes on, so a run of boilerplate longer than the
    zone goes as a whole; a line that `passes` (credits, boilerplate of a known form) does not end it. Further in than a
    line of the article, only what stands apart from its flow is taken.
    """
    head, inside, tail = (repeated.get(zone, frozenset()) for zone in ("head", "inside", "tail"))
    found: dict[int, Zone] = {}
    if head:
        _peel(rows, range(len(rows)), head, HEAD_LINES, "head", passes, found)
    if tail:
        _peel(rows, range(len(rows) - 1, -1, -1), tail, TAIL_LINES, "tail", passes, found)
    if inside:
        for number, row in enumerate(rows):
            may_go = row.is_apart or not belongs_to_article(row.text, "inside")
            if row.form in inside and may_go and number not in found and counts_inside(row.form, row.tag):
                found[number] = "inside"
    return sorted(found.items())


def _peel(
    rows: Sequence[Row],
    order: range,
    known: frozenset[str],
    depth: int,
    zone: Zone,
    passes: Callable[[int], bool],
    found: dict[int, Zone],
) -> None:
    strangers = 0
    for number in order:
        row = rows[number]
        is_heading = row.tag in HEADINGS
        may_go = row.is_apart or not belongs_to_article(row.text, zone)
        if strangers:  # the line may belong to the text further out
            may_go = row.is_apart and len(row.form) >= SHORTEST_WITHIN and not is_heading
        if row.form in known and may_go and (zone == "tail" or not is_heading):
            found.setdefault(number, zone)
        elif not passes(number):
            strangers += 1
            if strangers >= depth:
                return
