"""The same article on other hosts: under which name it stands there, and what stands here that no copy has."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.duplicates.normalise import letters
from crawler.stripping.adverts import host_of, shares_no_words
from crawler.stripping.brands import agree, fold, label_of
from crawler.stripping.ledger import Cut, Ledger
from crawler.stripping.titles import bare_name, slot_chain, squeezed

LONGEST_INSERT = 80  # characters of a string set into an article
SEAM = 8  # letters that must agree on both sides of it
MOST_LIKE = 0.9  # of an article's letters that one copy must share before what it lacks is an insertion, not an edit
_OPENING, _CLOSING = '（(【[「《<“"', '）)】]」》>”"'


@dataclass(frozen=True, slots=True)
class Copy:
    """An article elsewhere with the same body. `text` in any form, one paragraph a line: letters alone are compared."""

    url: str
    text: str
    title_raw: str | None = None
    site_names: tuple[str, ...] = ()  # what the host there calls itself, as its profile knows

    @property
    def host(self) -> str:
        """Where it stands."""
        return host_of(self.url)


def named_elsewhere(name: str, title: str, url: str, own: Iterable[str], copies: Sequence[Copy]) -> str | None:
    """Under which name the article stands elsewhere, when that speaks against `name`; None else.

    A repost under another name alone is no evidence: every paper has reposts. The name there must be what this page calls
    its own site (`own`: identities, names of the profile), or that host's confirmed name at the same path, as mirrors have it.
    """
    own = [other for other in own if other]
    if any(agree(name, other) for other in own) or any(agree(name, label) for label in host_of(url).split(".")[:-1]):
        return None
    for copy in copies:
        if copy.host == host_of(url) or fold(name) in fold(copy.title_raw or ""):
            continue
        mirrored = len(urlsplit(url).path) > 1 and urlsplit(url).path == urlsplit(copy.url).path
        for other in _names_around(title, copy.title_raw):
            confirmed = mirrored and any(fold(other) == fold(known) for known in copy.site_names)
            if confirmed or any(agree(other, known) for known in own):
                return f"the same article stands on {copy.host} under the name {other}"
    return None


def _names_around(title: str, title_raw: str | None) -> list[str]:
    raw = squeezed(title_raw)
    at = raw.find(title) if title else -1
    if at < 0:
        return []
    chains = (*slot_chain(raw[at + len(title) :]), *slot_chain(raw[:at], at_end=False))
    return [name for text in chains if len(name := bare_name(text)) > 1]


@dataclass(frozen=True, slots=True)
class Insertion:
    """Characters [start:end] of a line that copies lack where they run on."""

    line: int
    start: int
    end: int
    copies: int  # that lack it
    is_sole: bool  # whether one of those copies has nearly everything else of the article


def insertions(lines: Sequence[tuple[int, str]], copies: Sequence[Copy]) -> list[Insertion]:
    """What was set into the article, by its copies; `lines` are numbers and texts of the lines that still give text."""
    folded = [(number, text, *letters(text)) for number, text in lines]
    folded = [row for row in folded if row[2]]
    found: dict[tuple[int, int, int], int] = {}
    sole: set[tuple[int, int, int]] = set()
    for copy in copies:
        other = "\n".join(filter(None, (letters(line)[0] for line in copy.text.split("\n"))))
        spans = list(_lacking(folded, other))
        missing = sum(end - start for _, start, end in spans)
        shared = sum(len(said) for _, _, said, _ in folded if said in other)
        shared += sum(len(folded[row][2]) - (end - start) for row, start, end in spans)
        total = sum(len(said) for _, _, said, _ in folded)
        for row, start, end in spans:
            number, text, _, places = folded[row]
            key = (number, *_in_text(text, places, start, end))
            found[key] = found.get(key, 0) + 1
            if shared >= MOST_LIKE * (total - missing):
                sole.add(key)
    return [Insertion(*key, count, key in sole) for key, count in found.items()]


def _lacking(folded: Sequence[tuple[int, str, str, list[int]]], other: str) -> Iterator[tuple[int, int, int]]:
    """(row, start, end) in letters of what `other` lacks at a seam: inside a line, or a whole line between two others."""
    for row, (_, text, said, _) in enumerate(folded):
        if said in other:
            continue
        span = inserted_span(said, other)
        if span is not None:
            yield row, *span
        elif len(text) <= LONGEST_INSERT and 0 < row < len(folded) - 1:
            before, behind = folded[row - 1][2][-SEAM:], folded[row + 1][2][:SEAM]
            if len(before) + len(behind) > SEAM and f"{before}\n{behind}" in other:
                yield row, 0, len(said)


def inserted_span(line: str, sibling: str) -> tuple[int, int] | None:
    """The range of `line` that `sibling` (the text of a copy) lacks, where the copy runs on without a seam. Letters only."""
    if len(line) < 2 * SEAM or line in sibling:
        return None
    at = sibling.find(line[:SEAM])
    if at < 0:
        return _inserted_before(line, sibling)
    start = 0
    while start < len(line) and at + start < len(sibling) and line[start] == sibling[at + start]:
        start += 1
    seam = at + start
    for end in range(start + 2, min(len(line), start + LONGEST_INSERT) + 1):
        rest = line[end:]
        if len(rest) >= SEAM and sibling.startswith(rest, seam):
            return start, end
    if len(line) - start <= LONGEST_INSERT and (seam == len(sibling) or sibling[seam] == "\n"):
        return start, len(line)
    return None


def _inserted_before(line: str, sibling: str) -> tuple[int, int] | None:
    """The same at the start of a line."""
    for end in range(2, min(len(line) - SEAM, LONGEST_INSERT) + 1):
        if sibling.startswith(line[end:]) or f"\n{line[end:]}" in sibling:
            return 0, end
    return None


def _in_text(text: str, places: list[int], start: int, end: int) -> tuple[int, int]:
    """A range of letters as one of characters, with the marks that belong to it."""
    first = places[start]
    last = places[end] if end < len(places) else len(text)
    if start == 0 and end == len(places):
        return 0, len(text)
    while last > first and text[last - 1] in _OPENING + " ":
        last -= 1
    if first and text[first - 1] in _OPENING and _CLOSING[_OPENING.index(text[first - 1])] in text[first:last]:
        first -= 1
    if (
        end == len(places)
        and first
        and text[first - 1] not in '。！？!?.；;…”"」）)'
        and text[last - 1 : last] in "。！？!?."
    ):
        last -= 1  # the line's own end mark
    return first, last


def take_insertions(ledger: Ledger, lines: Sequence[int], copies: Sequence[Copy], names: Sequence[str]) -> None:
    """Cut what copies elsewhere lack at a seam: two copies must lack it; or one, when it holds an injected name, or when it is
    all that the copy lacks and shares no words with the article."""
    for one in insertions([(number, ledger.lines[number]) for number in lines], copies):
        text = ledger.lines[one.line]
        span = text[one.start : one.end]
        others = [ledger.lines[number] for number in lines if number != one.line]
        others.append(text[: one.start] + "\n" + text[one.end :])
        foreign = one.is_sole and len(span) >= SEAM and shares_no_words(span, others)
        if one.copies >= 2 or foreign or any(name in span for name in names):
            evidence = [f"elsewhere: absent at this seam from {one.copies} cop{'y' if one.copies == 1 else 'ies'}"]
            cut = Cut(one.start, one.end, "injected", "sibling_seam", "inside", evidence, 3.0, label_of(span))
            ledger.take(one.line, cut)
