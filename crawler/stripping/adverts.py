"""Adverts set into paragraphs: only with evidence of their own, never by their words.

Evidence is one of: the same string stands in several articles of the site (learned into the profile), a link leads to a
host that adverts of this site lead to, or copies of the article elsewhere run on where the string stands here.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from urllib.parse import urlsplit

from crawler.reading.reading import Anchor, Line
from crawler.stripping.brands import agree
from crawler.stripping.ledger import Cut, Ledger
from crawler.stripping.lexicon import lexicon

LONGEST_ROW_WORD = 20
_ROW_LABEL = re.compile(r"\s*[^\W\d_]{2,12}\s*[：:]?\s*$")
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


def is_link(line: Line) -> bool:
    """Whether a line is links from end to end."""
    length = len(line.text.strip())
    return bool(length) and sum(anchor.end - anchor.start for anchor in line.anchors) >= 0.8 * length


def is_set_in(text: str, anchor: Anchor) -> bool:
    """Whether a link stands between sentences or clauses, where it is no part of their grammar as "据<a>某报</a>报道" is."""
    before = text[: anchor.start].rstrip()[-1:]
    return before == "" or before in _SENTENCE_ENDS + _CLAUSE_ENDS + _OPENING + "."


def is_cited(text: str, anchor: Anchor) -> bool:
    """Whether a link's words are a part of the sentence's grammar: "据<a>某报</a>报道"."""
    before, behind = text[: anchor.start].rstrip().lower(), text[anchor.end :].lstrip().lower()
    last = before if is_chinese(before[-1:]) else before.rpartition(" ")[2]
    citing, cited = _citations()
    return (last.endswith(citing) if is_chinese(last) else last in citing) or behind.startswith(cited)


@cache
def _citations() -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = lexicon()["citation"]
    return tuple(words["before"]), tuple(words["behind"])


def leads_to_front(url: str) -> bool:
    """Whether a link leads to the front page of a site."""
    try:
        return urlsplit(url).path in ("", "/")
    except ValueError:
        return False


def is_link_row(line: Line, page_url: str) -> bool:
    """Whether a line is nothing but links to two or more other sites, with names for words: friend links."""
    off = [anchor for anchor in line.anchors if leads_off(anchor.url, page_url) and anchor.end > anchor.start]
    words = [line.text[anchor.start : anchor.end].strip() for anchor in off]
    if len({host_of(anchor.url) for anchor in off}) < 2 or max(map(len, words)) > LONGEST_ROW_WORD:
        return False
    label = _ROW_LABEL.match(line.text[: min(anchor.start for anchor in off)])
    rest = len("".join(character for character in line.text[label.end() if label else 0 :] if character.isalnum()))
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
LONGEST_ENGLISH = 180
MOST_PLANTED = 3  # sentences of one article
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
        for at in _places(ledger, number, name):
            start, end = sentence_at(text, at)
            colon = max(text.rfind(mark, start, at) for mark in "：:")
            rest = "\n".join(texts.values()).replace(text[start:end], "") if colon >= start else ""
            if rest and any("".join(pair) in rest for pair in pairwise(text[start:colon])):
                start = colon + 1  # "方式包括：..." is the article's
            length = LONGEST_SENTENCE if is_chinese(text[start:end]) else LONGEST_ENGLISH
            about = end - start <= length and _is_about(text[start:end], at - start, name)
            if about and shares_no_words(text[start:end], texts.values(), name):
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


def take_planted(ledger: Ledger, lines: Sequence[int], name: str, evidence: list[str], label: str | None) -> None:
    """Cut whole sentences that hold a name which the profile knows from sentences set into its articles, where they share no
    words with this one either; an article with many of them speaks of the name."""
    texts = {number: ledger.lines[number] for number in lines}
    found: list[tuple[int, int, int]] = []
    for number, text in texts.items():
        for at in _places(ledger, number, name):
            start, end = sentence_at(text, at)
            if end - start > (LONGEST_SENTENCE if is_chinese(text[start:end]) else LONGEST_ENGLISH):
                return
            if not shares_no_words(text[start:end], texts.values(), name):
                return
            if not _is_about(text[start:end], at - start, name):
                continue
            found.append((number, *with_brackets(text, start, end)))
    if len(found) <= MOST_PLANTED:
        for number, start, end in found:
            ledger.take(number, Cut(start, end, "injected", "planted_sentence", "inside", evidence, None, label))


def _places(ledger: Ledger, line: int, name: str) -> list[int]:
    """Where a name stands in what is left of a line."""
    text = ledger.lines[line]
    places, at = [], text.find(name)
    while at >= 0:
        if not any(cut.start <= at < cut.end for cut in ledger.cuts[line]):
            places.append(at)
        at = text.find(name, at + len(name))
    return places


def sentence_at(text: str, at: int) -> tuple[int, int]:
    """The sentence around a character, with its end mark; what stands in brackets inside it is one by itself."""
    for opening, closing in zip("（(【[", "）)】]", strict=True):
        first, last = text.rfind(opening, 0, at), text.find(closing, at)
        if first >= 0 and 0 <= last - first <= LONGEST_SENTENCE and closing not in text[first:at]:
            return first, last + 1
    start = max((text.rfind(mark, 0, at) for mark in _SENTENCE_ENDS), default=-1) + 1
    ends = [found for mark in _SENTENCE_ENDS if (found := text.find(mark, at)) >= 0]
    return start, min(ends) + 1 if ends else len(text)


def is_chinese(text: str) -> bool:
    """Whether a string has Chinese characters."""
    return any("㐀" <= character <= "鿿" for character in text)


def _is_about(sentence: str, at: int, name: str) -> bool:
    """Whether a sentence is built around a name: it stands first or last in it, in brackets, before a colon's list or at the
    end of a clause. In the middle of a clause it was spliced into somebody's sentence."""
    before, behind = sentence[:at], sentence[at + len(name) :]
    if not is_chinese(before + behind):
        return len(before.split()) <= 2 or len(behind.split()) <= 2
    first = sum(character.isalnum() for character in before) <= 2
    last = sum(character.isalnum() for character in behind) <= 2
    return first or last or before[-1:] in ":：（(【[" or behind[:1] in "，,：:；;"


def shares_no_words(sentence: str, texts: Iterable[str], name: str | None = None) -> bool:
    """Whether hardly any two characters of a Chinese sentence, or long words of another, stand elsewhere in the article."""
    said = sentence.replace(name, " ") if name else sentence
    if not is_chinese(sentence):
        words = {word.lower() for word in re.findall(r"\w{4,}", said)}
        others = "\n".join(texts).replace(sentence, "").lower()
        return sum(word in others for word in words) <= 0.34 * len(words)
    rest = "".join(character for character in said if character.isalnum() or character == " ")
    parts = {rest[at : at + 2] for at in range(len(rest) - 1) if " " not in rest[at : at + 2]}
    article = "\n".join(texts).replace(sentence, "")
    return sum(part in article for part in parts) <= 0.25 * len(parts)
