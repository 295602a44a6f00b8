"""Sitemaps and feeds: the entries they name, up to and around whatever is wrong with them. Pure.

XML is parsed in pieces, without entities, DTD and network; what is broken, too large or cut gives the entries that can be
had and says so in `fault`.
"""

import codecs
import html
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml import etree

MAX_ENTRIES = 50_000  # of one file, as the sitemap protocol has it
MAX_BYTES = 50 * 1024 * 1024  # of one file, unpacked; as above
_MAX_NODES = 5_000  # elements inside one entry
_MAX_ALL_NODES = 1_000_000  # elements of one file: about a second and a half
_MAX_URL = 2_000
_MAX_TITLE = 500
_STEP = 64 * 1024
_PACKINGS = 2  # gzip in gzip happens when a server packs what was packed

_BARE_AMPERSAND = re.compile(rb"&(?!#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ROOTS = {"urlset": "urlset", "sitemapindex": "sitemapindex", "rss": "feed", "feed": "feed", "rdf": "feed"}
_ENTRIES = frozenset({"url", "sitemap", "item", "entry"})
_DATES = ("lastmod", "publication_date", "pubdate", "published", "updated", "date")
_TEXT_LINE = re.compile(r"(?m)^\s*(https?://\S{1,2000})\s*$")


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
    body, fault = _unpacked(body)
    body, recoded = _as_ascii_compatible(body)
    source = Source(fault=fault)
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        _read_xml(body.lstrip(b"\xef\xbb\xbf \t\r\n"), url, source, encoding="utf-8" if recoded else None)
    elif lines := _TEXT_LINE.findall(body.decode("utf-8", errors="replace")):
        source.kind = "text"
        source.entries = [SourceEntry(line) for line in lines[:MAX_ENTRIES]]
    if source.kind == "unknown" and source.fault is None:
        source.fault = "neither sitemap nor feed"
    return source


def _unpacked(body: bytes) -> tuple[bytes, str | None]:
    for _ in range(_PACKINGS):
        if body[:2] != b"\x1f\x8b":
            break
        decoder = zlib.decompressobj(31)
        try:
            body = decoder.decompress(body, MAX_BYTES)
        except zlib.error as error:
            return b"", f"broken gzip: {error}"
        if not decoder.eof:
            return body, f"larger than {MAX_BYTES} bytes" if len(body) >= MAX_BYTES else "gzip stream is cut"
    return body, None


def _as_ascii_compatible(body: bytes) -> tuple[bytes, bool]:
    """UTF-16 and UTF-32 as UTF-8, so that no DTD hides from a byte pattern."""
    encoding = next((name for bom, name in _BOMS if body.startswith(bom)), None)
    if encoding is None and body[:4].count(0) >= 1:
        encoding = "utf-16-be" if body[:1] == b"\0" else "utf-16-le"
    if encoding is None:
        return body, False
    text = body.decode(encoding, errors="replace")
    return _DECLARATION.sub("", text, count=1).encode("utf-8", errors="replace"), True


def _read_xml(body: bytes, base: str, source: Source, encoding: str | None) -> None:
    body, declares_entities = _without_doctype(body)
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
        for entry in _entries(parser, _pieces(body, mend=not declares_entities), source):
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


def _without_doctype(body: bytes) -> tuple[bytes, bool]:
    """The document without its DOCTYPE, and whether that declared entities. One pass: only the first one is legal."""
    start = body[:65_536].upper().find(b"<!DOCTYPE")
    if start < 0:
        return body, False
    subset, close = body.find(b"[", start), body.find(b">", start)
    if 0 <= subset < close:
        close = body.find(b">", max(body.find(b"]", subset), subset))
    if close < 0:
        return body[:start], True
    return body[:start] + body[close + 1 :], b"<!ENTITY" in body[start:close].upper()


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _pieces(body: bytes, *, mend: bool) -> Iterator[bytes]:
    """The body in pieces of about _STEP bytes, none of which ends inside an entity; an empty one at the end.

    mend: escape bare ampersands; "?a=1&b=2" unescaped is the commonest fault of all.
    """
    at = 0
    while at < len(body):
        end = at + _STEP
        if end < len(body) and (ampersand := body.rfind(b"&", end - 12, end)) > at:
            end = ampersand
        piece = body[at:end]
        yield _BARE_AMPERSAND.sub(b"&amp;", piece) if mend else piece
        at = end
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
