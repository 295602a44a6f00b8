"""Sitemaps and feeds: the entries they name, up to and around whatever is wrong with them. Pure.

XML is parsed in pieces, without entities, DTD and network; what is broken, too large or cut gives the entries that can be
had and says so in `fault`.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from urllib.parse import urljoin

from lxml import etree

from crawler.web.unpacking import STEP, Unpacked

MAX_ENTRIES = 50_000  # of one file, as the sitemap protocol has it
_MAX_NODES = 5_000  # elements inside one entry
_MAX_ALL_NODES = 1_000_000  # elements of one file: about a second and a half
_MAX_URL = 2_000
_MAX_TITLE = 500
_MAX_DOCTYPE = 1024 * 1024  # bytes

_BARE_AMPERSAND = re.compile(rb"&(?!#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)")
_ROOTS = {"urlset": "urlset", "sitemapindex": "sitemapindex", "rss": "feed", "feed": "feed", "rdf": "feed"}
_ENTRIES = frozenset({"url", "sitemap", "item", "entry"})
_DATES = ("lastmod", "publication_date", "pubdate", "published", "updated", "date")
_TEXT_LINE = re.compile(r"\s*(https?://\S{1,2000})\s*")
_BLANK = b"\xef\xbb\xbf \t\r\n"


@dataclass(slots=True)
class SourceEntry:
    """One entry: an absolute URL as written (not yet canonical, not yet guarded), the raw date, the title."""

    url: str
    lastmod: str | None = None
    title: str | None = None


@dataclass(slots=True)
class Source:
    """kind: sitemapindex, urlset, feed, text (a list of URLs), unknown. fault: what was wrong, or None."""

    kind: str = "unknown"
    entries: list[SourceEntry] = field(default_factory=list)
    fault: str | None = None


def read_source(body: bytes, url: str) -> Source:
    """Every entry that can be had from a sitemap or feed. Never raises; `fault` is an event for the operator."""
    unpacked, source = Unpacked(body), Source()
    pieces = iter(unpacked)
    head = next((rest for piece in pieces if (rest := piece.lstrip(_BLANK))), b"")
    pieces = chain([head], pieces)
    if head.startswith(b"<"):
        _read_xml(pieces, url, source, encoding="utf-8" if unpacked.is_recoded else None)
    else:
        _read_lines(pieces, source)
    source.fault = unpacked.fault or source.fault
    if source.kind == "unknown" and source.fault is None:
        source.fault = "neither sitemap nor feed"
    return source


def _read_lines(pieces: Iterator[bytes], source: Source) -> None:
    """A list of URLs, one a line."""
    rest = b""
    for piece in chain(pieces, [b"\n"]):
        *lines, rest = (rest + piece).split(b"\n")
        rest = rest[: 4 * _MAX_URL]
        for line in lines:
            if found := _TEXT_LINE.fullmatch(line.decode("utf-8", errors="replace")):
                source.kind = "text"
                source.entries.append(SourceEntry(found[1]))
                if len(source.entries) == MAX_ENTRIES:
                    return


def _read_xml(pieces: Iterator[bytes], base: str, source: Source, encoding: str | None) -> None:
    pieces, declares_entities = _without_doctype(pieces)
    if declares_entities:
        source.fault = source.fault or "declares entities; they are not expanded"
    parser = etree.XMLPullParser(
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding=encoding,
    )
    try:
        for entry in _entries(parser, _mended(pieces, mend=not declares_entities), source):
            if len(source.entries) >= MAX_ENTRIES:
                source.fault = source.fault or f"more than {MAX_ENTRIES} entries"
                return
            found = _entry(entry, base)
            if found is not None:
                source.entries.append(found)
    except (etree.XMLSyntaxError, ValueError) as fault:
        source.fault = source.fault or f"broken XML: {str(fault)[:200]}"
    if source.fault is None and len(parser.feed_error_log):
        error = parser.feed_error_log[0]
        source.fault = f"broken XML: {error.message[:200]} (line {error.line})"


def _without_doctype(pieces: Iterator[bytes]) -> tuple[Iterator[bytes], bool]:
    """The document without its DOCTYPE, and whether that declared entities. One pass: only the first one is legal."""
    head = b""
    while len(head) < STEP and (piece := next(pieces, b"")):
        head += piece
    start = head[:STEP].upper().find(b"<!DOCTYPE")
    if start < 0:
        return chain([head], pieces), False
    while True:
        subset, close = head.find(b"[", start), head.find(b">", start)
        if 0 <= subset < close:
            close = head.find(b">", max(head.find(b"]", subset), subset))
        if close >= 0:
            return chain([head[:start] + head[close + 1 :]], pieces), b"<!ENTITY" in head[start:close].upper()
        more = b"".join(
            islice(pieces, len(head) // STEP + 1)
        )  # twice as much: each byte is looked at a few times at most
        if not more or len(head) > _MAX_DOCTYPE:
            return iter([head[:start]]), True
        head += more


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _mended(pieces: Iterator[bytes], *, mend: bool) -> Iterator[bytes]:
    """The pieces, none of which ends inside an entity; an empty one at the end.

    mend: escape bare ampersands; "?a=1&b=2" unescaped is the commonest fault of all.
    """
    rest = b""
    for piece in pieces:
        piece, rest = rest + piece, b""
        if (ampersand := piece.rfind(b"&", max(0, len(piece) - 12))) >= 0:
            piece, rest = piece[:ampersand], piece[ampersand:]
        if piece:
            yield _BARE_AMPERSAND.sub(b"&amp;", piece) if mend else piece
    if rest:
        yield _BARE_AMPERSAND.sub(b"&amp;", rest) if mend else rest
    yield b""


def _entries(parser: etree.XMLPullParser, pieces: Iterator[bytes], source: Source) -> Iterator[etree._Element]:
    """The entry elements as they end; each is emptied when its user is done with it."""
    nodes = depth = total = 0
    for piece in pieces:
        if piece:
            parser.feed(piece)
        else:
            parser.close()
        for event, element in parser.read_events():
            assert isinstance(element, etree._Element)
            name = _local(element)
            if event == "start":
                depth += 1
                if depth == 1:
                    source.kind = _ROOTS.get(name, "unknown")
                continue
            depth -= 1
            nodes += 1
            total += 1
            if nodes > _MAX_NODES or total > _MAX_ALL_NODES:
                source.fault = source.fault or "too many elements"
                return
            if name in _ENTRIES and source.kind != "unknown":
                yield element
            if name in _ENTRIES or (depth == 1 and name != "channel"):
                nodes = 0
                _drop(element)


def _drop(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and (previous := element.getprevious()) is not None:
        parent.remove(previous)


def _entry(element: etree._Element, base: str) -> SourceEntry | None:
    link = guid = title = date = None
    for child in element:
        name, text = _local(child), (child.text or "").strip()
        if name == "loc" or (name == "link" and text):
            link = link or text
        elif name == "link":
            if child.get("rel", "alternate") == "alternate" and child.get("type", "html").endswith("html"):
                link = link or child.get("href")
        elif (
            name == "guid"
            and child.get("isPermaLink", "true").lower() == "true"
            and text.startswith(("http://", "https://"))
        ):
            guid = text
        elif name == "title":
            title = title or " ".join(html.unescape("".join(str(part) for part in child.itertext())).split())
        elif name == "news":
            for grandchild in child:
                if _local(grandchild) == "title":
                    title = title or (grandchild.text or "").strip()
                elif _local(grandchild) == "publication_date":
                    date = date or (grandchild.text or "").strip()
        if name in _DATES and text:
            date = date or text
    link = (link or guid or "").strip().replace("&amp;", "&")  # CDATA keeps what was escaped twice
    if not link or len(link) > _MAX_URL:
        return None
    try:
        absolute = link if link.startswith(("http://", "https://")) else urljoin(base, link)
    except ValueError:
        return None
    return SourceEntry(absolute, (date or "")[:100] or None, (title or "")[:_MAX_TITLE] or None)
