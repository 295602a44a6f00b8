"""The title without the names of its site: known slots, and what the headline does not say."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SEPARATOR = r"\s*[-–—_|｜丨·•»«›‹:：<>/,，~]+\s*"
_EDGE = re.compile(rf"^(?:{SEPARATOR}|\s+)|(?:{SEPARATOR}|\s+)$")
_SPLIT = re.compile(r"\s*[_|｜丨•»«›‹]+\s*|\s+[-–—·:/~]+\s+|\s*[-–—]{1,2}\s*(?=[^\s]*[㐀-鿿])")
_BRACKETS = re.compile(r"^[\[【(（「《<]\s*(.+?)\s*[\]】)）」》>]$")
LONGEST_SLOT = 60


@dataclass(slots=True)
class Slot:
    """A string of the title that is no part of the headline, as it stood there with its separator."""

    slot: str  # title_suffix, title_prefix
    text: str
    rule: str

    @property
    def name(self) -> str:
        """The string without separators and brackets."""
        return bare_name(self.text)


@dataclass(slots=True)
class Title:
    """A clean title and the slots that were taken from it, outermost first."""

    text: str
    slots: list[Slot] = field(default_factory=list)


def squeezed(text: str | None) -> str:
    """Blanks collapsed."""
    return " ".join(text.split()) if text else ""


def bare_name(text: str) -> str:
    """A slot string without its separators and brackets."""
    previous = None
    while text != previous:
        previous, text = text, _EDGE.sub("", text).strip()
        if inner := _BRACKETS.match(text):
            text = inner.group(1)
    return text


def clean_title(
    current: str | None,
    raw: str | None,
    headline: str | None,
    suffixes: Sequence[str],
    prefixes: Sequence[str],
    names: Sequence[str],
) -> Title:
    """The title without site names.

    `current` is the reader's choice, `raw` the title element, `headline` the h1. A slot is cut when the host's table
    knows it (`suffixes` and `prefixes` with their separators, `names` behind any separator), or when the title without it is
    the headline: never on a separator alone.
    """
    raw, headline, current = squeezed(raw), squeezed(headline), squeezed(current)
    slots = {bare_name(slot) for slot in (*suffixes, *prefixes)} | set(names)
    if headline in slots:  # a logo set as a headline
        headline = ""
    if current in slots and len(raw) > len(current):
        current = headline or raw
    title = _without_known(Title(current or headline or raw), suffixes, prefixes, names)
    inner = headline_within(title.text, headline)
    if inner and _without_known(Title(headline), suffixes, prefixes, names).text == headline:
        title.slots += _outside(title.text, *inner)
        title.text = headline
    if raw and raw != (current or headline or raw):
        at = raw.find(title.text)
        if at >= 0:  # the reader already took the slots; say which
            title.slots = _outside(raw, at, at + len(title.text))
    return title


def headline_within(title: str, headline: str) -> tuple[int, int] | None:
    """Where the headline stands in a longer title, when what is around it can be a slot."""
    if not headline or len(headline) >= len(title):
        return None
    at = title.find(headline)
    if at < 0:
        return None
    end = at + len(headline)
    if (at and end < len(title)) and min(at, len(title) - end) > LONGEST_SLOT // 2:
        return None
    if len(title) - len(headline) > max(LONGEST_SLOT, len(headline)):
        return None
    return at, end


def _outside(title: str, start: int, end: int) -> list[Slot]:
    slots = []
    if title[end:].strip():
        slots.append(Slot("title_suffix", title[end:], "headline"))
    if title[:start].strip():
        slots.append(Slot("title_prefix", title[:start], "headline"))
    return slots


def _without_known(title: Title, suffixes: Iterable[str], prefixes: Iterable[str], names: Iterable[str]) -> Title:
    suffixes = sorted({squeezed(s) if s.strip() == s else " " + squeezed(s) for s in suffixes}, key=len, reverse=True)
    suffixes = [s for s in suffixes if s.strip()]
    prefixes = sorted({p.lstrip() for p in prefixes if p.strip()}, key=len, reverse=True)
    known = sorted((re.escape(squeezed(name)) for name in names if len(name.strip()) > 1), key=len, reverse=True)
    behind = re.compile(rf"(?:{SEPARATOR}|\s+)(?:{'|'.join(known)})$", re.IGNORECASE) if known else None
    before = (
        re.compile(rf"^(?:[\[【(（]\s*)?(?:{'|'.join(known)})(?:\s*[\]】)）]\s*|{SEPARATOR}|\s+)", re.IGNORECASE)
        if known
        else None
    )
    changed = True
    while changed:
        changed = False
        for suffix in suffixes:
            bare = suffix.strip()
            if title.text.endswith(bare) and len(title.text) > len(bare):
                start = len(title.text) - len(bare)
                start = len(title.text[:start].rstrip())
                changed = _cut(title, start, len(title.text), "title_suffix", "title_slot") or changed
        for prefix in prefixes:
            if title.text.startswith(prefix) or title.text.startswith(prefix.rstrip() + " "):
                changed = _cut(title, 0, len(prefix), "title_prefix", "title_slot") or changed
        if behind and (found := behind.search(title.text)):
            changed = _cut(title, found.start(), len(title.text), "title_suffix", "title_name") or changed
        if before and (found := before.match(title.text)):
            changed = _cut(title, 0, found.end(), "title_prefix", "title_name") or changed
    return title


def _cut(title: Title, start: int, end: int, slot: str, rule: str) -> bool:
    rest = (title.text[:start] + title.text[end:]).strip()
    if not any(character.isalnum() for character in rest):
        return False
    title.slots.append(Slot(slot, title.text[start:end], rule))
    title.text = rest
    return True


def slot_chain(rest: str, at_end: bool = True) -> list[str]:
    """All strings a slot may be, innermost last: "-column-site" gives "-column-site" and "-site" (site names stand outside)."""
    chain = [rest]
    cuts = [found.start() if at_end else found.end() for found in _SPLIT.finditer(rest)]
    for cut in cuts if at_end else reversed(cuts):
        part = rest[cut:] if at_end else rest[:cut]
        if 0 < len(part) < len(rest) and bare_name(part):
            chain.append(part)
    return chain


def trailing_segments(title: str) -> list[str]:
    """What may be a suffix of a title whose headline is unknown: everything behind each of its last separators."""
    return [
        title[found.start() :]
        for found in _SPLIT.finditer(title)
        if bare_name(title[found.start() :]) and found.start()
    ]
