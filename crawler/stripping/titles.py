"""The title without the names of its site: known slots, and what the headline does not say."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

_SIGNS = "-–—_|｜丨·•»«›‹:：<>/,，~"
SEPARATOR = rf"\s*[{_SIGNS}]+\s*"
_SEPARATOR = re.compile(SEPARATOR)
_SPLIT = re.compile(r"\s*[_|｜丨•»«›‹]+\s*|\s+[-–—·:/~]+\s+|\s*[-–—]{1,2}\s*(?=[^\s]*[㐀-鿿])")
_OPENING, _CLOSING = r"[\[【(（「『〖〔{]", r"[\]】)）」』〗〕}]"
_BRACKETS = re.compile(rf"^(?:{_OPENING}|[《<])\s*(.+?)\s*(?:{_CLOSING}|[》>])$")
LONGEST_SLOT = 60
SHORTEST_CUT = 4
MOST_SEGMENTS = 12  # strings between separators that are looked at: a title of nothing but separators has thousands


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

    def segments(self) -> "list[Slot]":
        """A slot for each string between separators: "-column-site" holds two; nothing is lost of the text."""
        at_end = self.slot == "title_suffix"
        chain = slot_chain(self.text, at_end)
        parts = []
        for whole, inner in zip(chain, [*chain[1:], ""], strict=True):
            part = whole[: len(whole) - len(inner)] if at_end else whole[len(inner) :]
            parts.append(Slot(self.slot, part, self.rule))
        return parts


@dataclass(slots=True)
class Title:
    """A clean title and the slots that were taken from it, outermost first."""

    text: str
    slots: list[Slot] = field(default_factory=list)


# What no record may hold: controls, noncharacters, lone surrogates.
_UNSAFE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")


def squeezed(text: str | None) -> str:
    """Blanks collapsed, unsafe characters dropped."""
    if not text:
        return ""
    return " ".join((text if text.isprintable() else _UNSAFE.sub("", text)).split())


def bare_name(text: str) -> str:
    """A slot string without its separators and brackets."""
    previous = None
    while text != previous:
        previous, text = text, text.strip().strip(_SIGNS)
        if inner := _BRACKETS.match(text):
            text = inner.group(1)
    return text


def clean_title(
    current: str | None,
    raw: str | None,
    headline: str | None,
    suffixes: tuple[str, ...],
    prefixes: tuple[str, ...],
    injected: tuple[str, ...],
    own: tuple[str, ...],
) -> Title:
    """The title without site names.

    `current` is the reader's choice, `raw` the title element, `headline` the h1. A slot is cut when the host's table
    knows it (`suffixes` and `prefixes`, or `injected` and `own` names, the latter behind the headline only), or when the
    title without it is the headline: never on a separator alone.
    """
    raw, headline, current = squeezed(raw), squeezed(headline), squeezed(current)
    known = _known(suffixes, prefixes, injected, own)
    if known.names(headline):  # a logo set as a headline
        headline = ""
    if known.names(current) and len(raw) > len(current):
        current = headline or raw
    title = known.cut(Title(current or headline or raw))
    inner = headline_within(title.text, headline)
    if inner and known.cut(Title(headline)).text == headline:
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


class _Known:
    """The strings that a site puts around its headlines; they are cut behind or before any separator."""

    def __init__(
        self, suffixes: Iterable[str], prefixes: Iterable[str], injected: Iterable[str], own: Iterable[str]
    ) -> None:
        ends = {bare_name(text) for text in suffixes}
        starts = {bare_name(text) for text in prefixes}
        self.all_names = ends | starts | set(injected) | set(own)
        # Prefixes may stand without any separator: 必威买球泽连斯基...
        self.glued = [
            sorted((t for t in texts if t == bare_name(t)), key=len, reverse=True) for texts in (prefixes, suffixes)
        ]
        self.behind = _pattern(rf"(?:{SEPARATOR}|\s+)(?:{_OPENING})?(?:%s)(?:{_CLOSING})?$", ends.union(injected, own))
        self.before = _pattern(
            rf"^(?:{_OPENING}\s*)?(?:%s)(?:\s*{_CLOSING}\s*|{SEPARATOR}|\s+)", starts.union(injected)
        )

    def names(self, text: str) -> bool:
        """Whether a whole string is such a name."""
        return bool(text) and text in self.all_names

    def cut(self, title: Title) -> Title:
        """Takes slots until none is left; a title never becomes empty."""
        while self._cut_once(title):
            pass
        return title

    def _cut_once(self, title: Title) -> bool:
        text = title.text
        found = self.behind.search(text) if self.behind else None
        if found and cut(title, found.start(), len(text), "title_suffix", "title_slot"):
            return True
        found = self.before.match(text) if self.before else None
        if found and cut(title, 0, found.end(), "title_prefix", "title_slot"):
            return True
        before, behind = self.glued
        for slot in before:
            if text.startswith(slot) and cut(title, 0, len(slot), "title_prefix", "title_slot"):
                return True
        for slot in behind:
            if text.endswith(slot) and cut(title, len(text) - len(slot), len(text), "title_suffix", "title_slot"):
                return True
        return False


@lru_cache(maxsize=256)
def _known(
    suffixes: tuple[str, ...], prefixes: tuple[str, ...], injected: tuple[str, ...], own: tuple[str, ...]
) -> _Known:
    """Those of a profile, made once."""
    return _Known(suffixes, prefixes, injected, own)


def cut_prefix(title: Title, texts: Iterable[str], article: str) -> None:
    """Cut what a title opens with where lines that were put around the article say it too, and the article never does."""
    for text in texts:
        rest = text.replace(title.text, " ")
        length = 0
        while length < min(LONGEST_SLOT, len(title.text) - 1) and title.text[: length + 1] in rest:
            length += 1
        prefix = title.text[:length]
        if len(bare_name(prefix)) >= SHORTEST_CUT and bare_name(prefix) not in article:
            behind = _SEPARATOR.match(title.text, length)
            cut(title, 0, behind.end() if behind else length, "title_prefix", "keyword_line")


def _pattern(pattern: str, names: Iterable[str]) -> re.Pattern[str] | None:
    known = sorted((re.escape(squeezed(name)) for name in names if len(name.strip()) > 1), key=lambda n: (-len(n), n))
    return re.compile(pattern % "|".join(known), re.IGNORECASE) if known else None


def cut(title: Title, start: int, end: int, slot: str, rule: str) -> bool:
    """Take characters [start:end] out of a title as a slot; False where nothing would be left of it."""
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
    for cut in cuts[:MOST_SEGMENTS] if at_end else cuts[: -MOST_SEGMENTS - 1 : -1]:
        part = rest[cut:] if at_end else rest[:cut]
        if 0 < len(part) < len(rest) and bare_name(part):
            chain.append(part)
    return chain


def trailing_segments(title: str) -> list[str]:
    """What may be a suffix of a title whose headline is unknown: everything behind each of its last separators."""
    cuts = [found.start() for found in _SPLIT.finditer(title) if found.start()]
    return [title[cut:] for cut in cuts[-MOST_SEGMENTS:] if bare_name(title[cut:])]
