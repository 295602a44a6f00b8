"""Adverts set into paragraphs: only with evidence of their own, never by their words.

Evidence is one of: the same string stands in several articles of the site (learned into the profile), a link leads to a
host that adverts of this site lead to, or copies of the article elsewhere run on where the string stands here.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from crawler.reading.reading import Anchor
from crawler.stripping.ledger import Cut, Ledger

SEAM = 8  # characters that must agree on both sides of a seam
LONGEST_INSERT = 80
_OPENING = '（(【[「《<“"'
_CLOSING = '）)】]」》>”"'


def host_of(url: str) -> str:
    """The host of an absolute URL without `www.`; empty for anything else."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


_SECOND_LEVEL = frozenset(("com", "net", "org", "gov", "edu", "ac", "co", "or", "ne", "go", "gob"))


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


def take_anchors(ledger: Ledger, number: int, anchors: Sequence[Anchor], hosts: frozenset[str]) -> None:
    """Cut links to hosts that this site's adverts lead to, with their words."""
    for anchor in anchors:
        host = host_of(anchor.url)
        if host in hosts and anchor.end > anchor.start:
            start, end = with_brackets(ledger.lines[number], anchor.start, anchor.end)
            evidence = [f"off_site: adverts of this site lead to {host}"]
            ledger.take(number, Cut(start, end, "advert", "advert_host", "anchor", evidence))


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
