"""Adverts set into paragraphs: only with evidence of their own, never by their words.

Evidence is one of: the same string stands in several articles of the site (learned into the profile), a link leads to a
host that adverts of this site lead to, or copies of the article elsewhere run on where the string stands here.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.reading.reading import Anchor, Line
from crawler.stripping.brands import agree
from crawler.stripping.ledger import Cut, Ledger

SEAM = 8  # characters that must agree on both sides of a seam
LONGEST_INSERT = 80
LONGEST_ROW_WORD = 20
_OPENING = '（(【[「《<“"'
_CLOSING = '）)】]」》>”"'


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host of an absolute URL without `www.`; empty for anything else."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


_SECOND_LEVEL = frozenset(("com", "net", "org", "gov", "edu", "ac", "co", "or", "ne", "go", "gob"))


@lru_cache(maxsize=4096)
def domain_of(url: str) -> str:
    """The registrable part of a URL's host, by the usual second levels: news.example.com.cn -> example.com.cn."""
    host = host_of(url)
    labels = host.split(".")
    if host.replace(".", "").isdigit() or len(labels) <= 2:
        return host
    return ".".join(labels[-3:] if labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else labels[-2:])


def leads_off(url: str, page_url: str) -> bool:
    """Whether a link leaves the page's site, its subdomains included."""
    target = domain_of(url)
    return target not in ("", domain_of(page_url))


def take_phrases(ledger: Ledger, lines: Sequence[int], phrases: Sequence[str], label: str | None) -> None:
    """Cut the strings that the site's profile knows as set into paragraphs of several articles."""
    for number in lines:
        text = ledger.lines[number]
        for phrase in phrases:
            at = text.find(phrase)
            while at >= 0:
                start, end = with_brackets(text, at, at + len(phrase))
                evidence = ["repeats: set into several articles of this site"]
                ledger.take(number, Cut(start, end, "injected", "advert_phrase", "inside", evidence, None, label))
                at = text.find(phrase, end)


def with_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """A range with the brackets that would otherwise stay behind empty."""
    while start and end < len(text) and text[start - 1] in _OPENING:
        if _CLOSING[_OPENING.index(text[start - 1])] != text[end]:
            break
        start, end = start - 1, end + 1
    return start, end


def is_link_row(line: Line, page_url: str) -> bool:
    """Whether a line is nothing but links to two or more other sites, with names for words: friend links."""
    off = [anchor for anchor in line.anchors if leads_off(anchor.url, page_url) and anchor.end > anchor.start]
    words = [line.text[anchor.start : anchor.end].strip() for anchor in off]
    if len({host_of(anchor.url) for anchor in off}) < 2 or max(map(len, words)) > LONGEST_ROW_WORD:
        return False
    rest = len("".join(character for character in line.text if character.isalnum()))
    linked = sum(character.isalnum() for word in words for character in word)
    return linked >= 0.9 * rest


def row_names(line: Line) -> set[str]:
    """The names in a row of friend links; none of those that say where they lead ("Facebook", "GitHub")."""
    words = ((line.text[a.start : a.end].strip(), host_of(a.url)) for a in line.anchors)
    return {
        word for word, host in words if len(word) > 2 and not any(agree(word, part) for part in host.split(".")[:-1])
    }


def take_anchors(
    ledger: Ledger, number: int, anchors: Sequence[Anchor], hosts: frozenset[str], names: frozenset[str]
) -> None:
    """Cut links to hosts that this site's adverts lead to, and off-site links whose words are an advert's name."""
    text = ledger.lines[number]
    for anchor in anchors:
        host, word = host_of(anchor.url), text[anchor.start : anchor.end].strip()
        if not word or (host not in hosts and word not in names):
            continue
        start, end = with_brackets(text, anchor.start, anchor.end)
        evidence = [
            f"off_site: adverts of this {'site' if host in hosts else 'page'} {'lead to' if host in hosts else 'link by this name,'} {host}"
        ]
        ledger.take(
            number, Cut(start, end, "advert", "advert_host" if host in hosts else "advert_link", "anchor", evidence)
        )


_SENTENCE_ENDS = "。！？!?；;\n"
_CLAUSE_ENDS = "，,、：:—"
LONGEST_SENTENCE = 60
MOST_NAMED = 0.2  # share of an article's own sentences with a name from which it is the subject, not an advert
_SENTENCE = re.compile(r"[^。！？!?；;]{2,}")


def take_named(
    ledger: Ledger, lines: Sequence[int], name: str, evidence: list[str], score: float, label: str | None
) -> None:
    """Cut mentions of an injected name of the title slots: the site's titles repeat the advert.

    A short sentence that shares no words with the article goes as a whole; spliced into the article's own sentence only
    the name goes, with its brackets or its comma. An article that mostly speaks of the name is left alone.
    """
    texts = {number: ledger.lines[number] for number in lines}
    spliced: list[tuple[int, int, int]] = []
    foreign: list[tuple[int, int, int]] = []
    for number, text in texts.items():
        for at in _places(text, name):
            start, end = sentence_at(text, at)
            if end - start <= LONGEST_SENTENCE and _is_foreign(text[start:end], name, texts.values()):
                foreign.append((number, start, end))
                continue
            start, end = with_brackets(text, at, at + len(name))
            if start and text[start - 1] in _CLAUSE_ENDS and end < len(text) and text[end] in _CLAUSE_ENDS:
                end += 1
            spliced.append((number, start, end))
    sentences = sum(len(_SENTENCE.findall(text)) for text in texts.values())
    if len(spliced) > max(1, MOST_NAMED * sentences) or len(spliced) + len(foreign) > sentences / 2:
        return
    for number, start, end in foreign + spliced:
        ledger.take(number, Cut(start, end, "injected", "title_name", "inside", evidence, score, label))


def _places(text: str, name: str) -> list[int]:
    places, at = [], text.find(name)
    while at >= 0:
        places.append(at)
        at = text.find(name, at + len(name))
    return places


def sentence_at(text: str, at: int) -> tuple[int, int]:
    """The sentence around a character, with its end mark."""
    start = max((text.rfind(mark, 0, at) for mark in _SENTENCE_ENDS), default=-1) + 1
    ends = [found for mark in _SENTENCE_ENDS if (found := text.find(mark, at)) >= 0]
    return start, min(ends) + 1 if ends else len(text)


def _is_foreign(sentence: str, name: str, texts: Iterable[str]) -> bool:
    """Whether hardly any two characters of a sentence stand elsewhere in the article."""
    rest = "".join(character for character in sentence.replace(name, " ") if character.isalnum() or character == " ")
    parts = {rest[at : at + 2] for at in range(len(rest) - 1) if " " not in rest[at : at + 2]}
    article = "\n".join(texts).replace(sentence, "")
    return sum(part in article for part in parts) <= 0.25 * len(parts)


def inserted_span(line: str, sibling: str) -> tuple[int, int] | None:
    """The range of `line` that `sibling` (the text of a copy) lacks, where the copy runs on without a seam."""
    if len(line) < 2 * SEAM or line in sibling:
        return None
    at = sibling.find(line[:SEAM])
    if at < 0:
        return None
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


def take_seams(ledger: Ledger, lines: Sequence[int], siblings: Sequence[str], names: Sequence[str]) -> None:
    """Cut what copies elsewhere lack at a seam: two copies must lack it, or one when it holds an injected name."""
    for number in lines:
        text = ledger.lines[number]
        spans: dict[tuple[int, int], int] = {}
        for sibling in siblings:
            if (span := inserted_span(text, sibling)) is not None:
                spans[span] = spans.get(span, 0) + 1
        for (start, end), count in spans.items():
            if count >= 2 or any(name in text[start:end] for name in names):
                evidence = [f"elsewhere: absent at this seam from {count} cop{'y' if count == 1 else 'ies'}"]
                ledger.take(number, Cut(start, end, "injected", "sibling_seam", "inside", evidence, 3.0))
