"""A sketch: the little of one reading that learning a profile needs, so that many pages fit in memory."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import NamedTuple

from crawler.reading.reading import Line, Reading
from crawler.stripping.adverts import host_of, is_cited, is_link, is_set_in, leads_off, leads_to_front
from crawler.stripping.brands import fold, is_glued
from crawler.stripping.names import holders_of, identities_of, says_its_host
from crawler.stripping.noise import noises
from crawler.stripping.noisecuts import keyword_lines
from crawler.stripping.repeated import HEAD_LINES, PROSE, TAIL_LINES, Zone, apart, normal_form
from crawler.stripping.titles import squeezed

KEPT_PROSE = 12_000  # characters of an article that a sketch keeps
KEPT_LINES = 120
KEPT_LINKS = 400
LONGEST_SECTION = 20
SHORTEST_LINKED = 2
_ENDS = re.compile(r"[。！？!?；;]|\.(?:\s|$)")
_SENTENCE = re.compile(r"(?<=[。！？!?；;])|(?<=\.)\s+(?=[A-Z])")

_CITING = ("", "据", "【", "（", "(")
_DATELINE = re.compile(r"(?:[㐀-鿿]{2,3})?(?:\d{1,2}月\d{1,2}日)?(?:讯|消息|电)")
NEAR = 26  # characters of a line in which a dateline's name stands
_ASIDE = re.compile(r"[（(【\[][^（()）【】\[\]]{6,60}[）)】\]]")


@dataclass(slots=True)
class SketchedLine:
    """One line of an article's region."""

    zone: Zone
    form: str
    tag: str
    text: str  # the first characters
    off_hosts: tuple[str, ...] = ()  # hosts that its links lead to, when they cover the line
    is_apart: bool = False  # stands outside the article's flow


class SetIn(NamedTuple):
    """A link to another site inside the prose."""

    word: str
    to_front: bool  # whether it leads to the site's front page
    between: bool  # whether it stands between clauses


@dataclass(slots=True)
class Sketch:
    """One page, reduced."""

    url: str
    kind: str
    title_raw: str
    headline: str
    title: str
    identities: list[str]
    holders: list[str]  # companies that the page says it belongs to
    lines: list[SketchedLine]
    prose: str
    paragraphs: frozenset[str]  # forms of the first half's: two copies share them, template stands behind
    glued: list[str]  # the start of lines that open with a name before a boilerplate noun
    hidden: list[tuple[str, str]]  # words and host of hidden off-site links
    outside: str
    blocks: dict[str, set[str]]  # signature of a link list -> URLs
    zones: dict[str, str]
    body_path: str | None
    theme: str | None
    offset: str | None
    is_shell: bool
    language: str | None = None
    sentences: list[str] = field(default_factory=list)
    noise: tuple[str, ...] = ()
    friends: set[tuple[str, str]] = field(
        default_factory=set
    )  # words and host of links to other sites outside the text
    set_in: set[SetIn] = field(default_factory=set)  # such links inside it
    cited: set[str] = field(default_factory=set)  # words of those that are a part of a sentence's grammar
    said: str = ""  # the prose without any of those words
    linked: frozenset[str] = frozenset()  # words of the links to other pages of the site
    claimed: frozenset[str] = frozenset()  # what the page's meta elements call the article
    sections: frozenset[str] = frozenset()  # folded words of menus, breadcrumb and tags
    stuffed: str = ""  # lines of search words around the article, without its title

    def speaks_of(self, name: str, part: str | None = None) -> bool:
        """Whether a sentence of the article holds the name, or a part of it; lines that are no sentences are headings, lists,
        adverts."""
        part = part or name
        if part not in self.prose:
            return False
        prose = self.prose.replace(self.headline, " ") if self.headline else self.prose
        return any(
            _ENDS.search(line) and part in (line if name not in line[:NEAR] else _without_dateline(line, name))
            for line in prose.split("\n")
        )


def _without_dateline(line: str, name: str) -> str:
    """A line that opens with a name, without it where it says whose report this is ("某某讯 ..."): no word of the article."""
    before, _, rest = line.partition(name)
    return rest if before in _CITING and _DATELINE.match(rest) else line


def sketch(reading: Reading) -> Sketch:
    """Reduce a reading; its lists are cut to fixed lengths."""
    title = squeezed(reading.title)
    texts = [line for line in reading.lines if line.fate == "text"]
    prose = "\n".join(line.text for line in texts if not is_glued(line.text))[:KEPT_PROSE]
    blocks: dict[str, set[str]] = {}
    zones: dict[str, str] = {}
    for link in reading.links[:KEPT_LINKS]:
        if link.block:
            blocks.setdefault(link.block, set()).add(link.url)
            zones.setdefault(link.block, link.zone)
    long_lines = [line.text for line in texts if len(line.text) >= PROSE]
    friends = {(squeezed(link.text), host_of(link.url)) for link in reading.offsite_links if link.text}
    set_in, cited, said = _set_in(reading, texts)
    return Sketch(
        url=reading.url,
        kind=reading.kind,
        title_raw=squeezed(reading.title_raw),
        headline=squeezed(reading.headline),
        title=title,
        identities=identities_of(reading.identity),
        holders=holders_of(reading.identity),
        lines=_lines(reading, title),
        prose=prose,
        paragraphs=frozenset(filter(None, map(normal_form, long_lines[: max(2, -(-len(long_lines) // 2))]))),
        glued=[line.text[:60] for line in reading.lines if is_glued(line.text)],
        hidden=[
            (squeezed(link.text), host_of(link.url))
            for link in reading.hidden_links[:40]
            if link.text and leads_off(link.url, reading.url)
        ],
        outside=" ".join(reading.outside_text)[:2000],
        blocks=blocks,
        zones=zones,
        body_path=reading.body_path,
        theme=reading.theme,
        offset=_offset(reading),
        is_shell=reading.shell.is_shell,
        language=reading.language,
        sentences=_sentences(texts[0:KEPT_LINES]),
        friends=friends,
        set_in=set_in,
        cited=cited,
        said=said,
        claimed=frozenset(squeezed(text) for text in reading.claimed_titles),
        sections=frozenset(fold(text) for text in _sections(reading) if text and len(text) <= LONGEST_SECTION),
        stuffed=_stuffed(reading, texts),
        linked=frozenset(squeezed(text) for text in _linked(reading) if text and len(text) >= SHORTEST_LINKED),
        noise=tuple(name for name, _ in noises({number: line.text for number, line in enumerate(texts)})),
    )


def _set_in(reading: Reading, lines: list[Line]) -> tuple[set[SetIn], set[str], str]:
    """Words of links to other sites that are set into the prose, words of those that belong to it, the prose without both."""
    found: set[SetIn] = set()
    cited: set[str] = set()
    kept = []
    for line in lines:
        text, at = [], 0
        for anchor in line.anchors:
            word = line.text[anchor.start : anchor.end].strip()
            if not leads_off(anchor.url, reading.url) or len(word) < 2 or says_its_host(word, host_of(anchor.url)):
                continue
            if is_link(line):
                continue
            if is_cited(line.text, anchor):
                cited.add(word)
            else:
                found.add(SetIn(word, leads_to_front(anchor.url), is_set_in(line.text, anchor)))
            text.append(line.text[at : anchor.start])
            at = anchor.end
        kept.append("".join((*text, line.text[at:])))
    return found, cited, "\n".join(kept)[:KEPT_PROSE] if found or cited else ""


def _sections(reading: Reading) -> Iterator[str]:
    """What the site calls its parts on this page."""
    yield from (link.text for link in reading.links[:KEPT_LINKS] if link.zone in ("nav", "footer"))
    yield from (*reading.breadcrumb, *reading.tags)  # category and column may have been read off the headline


def _stuffed(reading: Reading, lines: list[Line]) -> str:
    """The lines of search words around an article, without its titles."""
    titles = sorted({squeezed(reading.headline), squeezed(reading.title)} - {""}, key=len, reverse=True)
    texts = {number: line.text for number, line in enumerate(lines)}
    found = "\n".join(texts[number] for number in keyword_lines(texts, titles))
    for title in titles:
        found = found.replace(title, " ")
    return found


def _linked(reading: Reading) -> Iterator[str | None]:
    """What the page calls other articles of its site."""
    yield from (one.title for one in (*reading.related, *reading.entries))
    yield from (one.title for one in (reading.previous, reading.next) if one)
    yield from (link.text for link in reading.links[:KEPT_LINKS] if link.zone not in ("nav", "footer"))


def _sentences(lines: list[Line]) -> list[str]:
    """Whole sentences of paragraphs, and what stands in brackets in them."""
    texts = [line.text for line in lines if len(line.text) >= PROSE]
    parts = chain.from_iterable((*_SENTENCE.split(text), *_ASIDE.findall(text)) for text in texts)
    return [part.strip() for part in parts if 8 <= len(part.strip()) <= 200]


def _lines(reading: Reading, title: str) -> list[SketchedLine]:
    numbers = [number for number, line in enumerate(reading.lines) if line.fate == "text"]
    if not numbers:
        return []
    sketched = []
    kept = reading.lines if len(reading.lines) <= KEPT_LINES else reading.lines[:60] + reading.lines[-60:]
    shift = len(reading.lines) - len(kept)
    # The position of a line among the lines of text decides its zone; removed lines stand between them.
    before = 0
    count = len(numbers)
    text_lines = [reading.lines[number] for number in numbers]
    away = apart(
        [one.text for one in text_lines], [one.path for one in text_lines], [is_link(one) for one in text_lines]
    )
    for number, line in enumerate(reading.lines):
        position = before
        before += line.fate == "text"
        if 60 <= number < 60 + shift:
            continue
        form = normal_form(line.text, title)
        if not form:
            continue
        zone: Zone = "inside"
        if count - position <= TAIL_LINES and count - position <= max(position, count // 2 + 1):
            zone = "tail"
        elif position < HEAD_LINES:
            zone = "head"
        off = [a for a in line.anchors if leads_off(a.url, reading.url)]
        covered = sum(a.end - a.start for a in off) >= 0.8 * len(line.text.strip())
        hosts = tuple(sorted({host_of(a.url) for a in off})) if off and covered else ()
        is_apart = line.fate != "text" or away[position]
        sketched.append(SketchedLine(zone, form, line.tag, line.text[:200], hosts, is_apart))
    return sketched


def _offset(reading: Reading) -> str | None:
    """The offset that the page's own date states, never one that the reader filled in."""
    raw = reading.published.raw if reading.published else ""
    found = re.search(r"([+-]\d{2}:?\d{2})$", raw.strip())
    return found.group(1) if found else None


def clusters_of(sketches: list[Sketch]) -> list[int]:
    """A number per sketch; copies of one article share it, so that their common lines count once."""
    parent = list(range(len(sketches)))

    def root(number: int) -> int:
        while parent[number] != number:
            number = parent[number]
        return number

    holders: dict[str, list[int]] = {}
    for number, one in enumerate(sketches):
        for form in one.paragraphs:
            holders.setdefault(form, []).append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        shared.update(combinations(numbers, 2))
    for (left, right), count in shared.items():
        smaller = min(len(sketches[left].paragraphs), len(sketches[right].paragraphs))
        if count >= 2 and count >= 0.6 * smaller:
            parent[root(right)] = root(left)
    titles = Counter(one.title_raw for one in sketches)
    titled: dict[str, int] = {}
    for number, one in enumerate(sketches):
        if one.title_raw and titles[one.title_raw] <= max(2, len(sketches) // 3):
            parent[root(number)] = root(titled.setdefault(one.title_raw, number))
    return [root(number) for number in range(len(sketches))]
