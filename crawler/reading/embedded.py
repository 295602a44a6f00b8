"""The article of a page that shows none: carried as data for its scripts (Next, Nuxt, Toutiao-like portals, JSON-LD)."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from crawler.reading.prescan import broken_limit

# A page that shows more prose than this (weighted length) speaks for itself.
ENOUGH = 120.0
_LEAST = 200  # characters of text
_TIMES = 3  # the carried text must be so many times longer than what the page shows
_NEAR_LONGEST = 0.6  # the first text this long, against the longest, is the page's own: others' stories come later
_LARGEST = 4_000_000  # characters of one script
_LAYERS = 3  # escaped JSON inside escaped JSON inside HTML entities is the deepest seen
# Strings that do not end are matched to the end of the script or line: each character is looked at once.
_STRING = re.compile(
    r"""("[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z))|('[^'\\\n]*(?:\\.[^'\\\n]*)*(?:'|\n|\\?\Z))""",
    re.DOTALL,
)
_PARAGRAPH = re.compile(r"<(?:p|br|div|section)\b[^<>]{0,500}>", re.IGNORECASE)
_ESCAPED = re.compile(r"(?:\\u003c|&lt;|\\x3c|<)(?:p|br|div|section)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def embedded_body(root: Any, objects: list[dict[str, Any]], shown: float) -> Any | None:
    """An element with the article's markup, or None when no script carries one.

    root: the parsed page; objects: its JSON-LD; shown: weighted length of the prose that the page shows.
    """
    for item in objects:
        text = item.get("articleBody")
        if isinstance(text, str) and len(text) >= max(_LEAST, _TIMES * shown):
            return _element(text if _PARAGRAPH.search(text) else _paragraphs(text))
    found = [(size, markup) for markup in _markups(root) if (size := _text_size(markup)) >= max(_LEAST, _TIMES * shown)]
    if not found:
        return None
    longest = max(size for size, _ in found)
    return _element(next(markup for size, markup in found if size >= _NEAR_LONGEST * longest))


def _markups(root: Any) -> Iterator[str]:
    """HTML that stands as a string in the page's scripts, in their order."""
    for script in root.iter("script"):
        source = script.text or ""
        if len(source) > _LARGEST or not _ESCAPED.search(source):
            continue
        pending = [(source, 0)]
        while pending:
            text, layer = pending.pop(0)
            for match in _STRING.finditer(text):
                literal = match.group()
                if len(literal) < _LEAST or literal[-1] != literal[0] or not _ESCAPED.search(literal):
                    continue
                value = _value(literal)
                if len(_PARAGRAPH.findall(value)) >= 1 and value.lstrip()[:1] not in ("{", "["):
                    yield value
                elif layer < _LAYERS:
                    pending.append((value, layer + 1))


def _value(literal: str) -> str:
    """What a string literal of JSON or JavaScript says, entities that hide its tags undone."""
    inner = literal[1:-1]
    if literal[0] == "'":
        inner = inner.replace("\\'", "'").replace('"', '\\"')
    try:
        value = str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        value = inner
    if "<" not in value and "&lt;" in value:
        value = html.unescape(value)
    if value[:1] == value[-1:] == '"' and len(value) > 2:  # Toutiao wraps a second literal into the first
        try:
            value = str(json.loads(value, strict=False))
        except ValueError:
            value = value[1:-1]
    return value


def _text_size(markup: str) -> int:
    return len("".join(_TAG.sub("", markup).split()))


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in re.split(r"\s*\n\s*|\s{3,}", text.strip()) if line)


def _element(markup: str) -> Any | None:
    """The markup as one box, named as such boxes are."""
    if broken_limit(markup):
        return None
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    data = f'<div class="article-content">{markup}</div>'.replace("\0", "").encode("utf-8", "replace")
    try:
        found = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None
    return None if found is None else found.find(".//div[@class='article-content']")
