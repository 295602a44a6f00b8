"""Limits that are checked on the text before it is parsed, in one linear scan."""

import re
from collections.abc import Iterator

MAX_TAG_CHARACTERS = 1024 * 1024
LONG_TAG_CHARACTERS = 64 * 1024  # real pages keep 160 KB of state in one attribute, but not in hundreds
LONG_TAG_ATTRIBUTES = 100
MAX_TAG_ATTRIBUTES = 2_000
MAX_NODES = 400_000

# A tag that breaks a limit has at least this many characters; almost every page ends at this one test.
_SUSPECT_CHARACTERS = 2 * MAX_TAG_ATTRIBUTES
_TAG_START = re.compile(r"<[a-zA-Z]")
# Comments and raw-text elements first: a "<" inside them opens no tag.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea|title)\b[^>]*>|<[a-zA-Z][^>]*", re.DOTALL | re.IGNORECASE
)
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_ATTRIBUTE = re.compile(r"""[^\s"'>/=]+(?:\s*=\s*[^\s"'>]*)?""")


def broken_limit(text: str) -> str | None:
    """The crawler.outcomes.Reason value of the limit that `text` breaks, or None.

    "too_many_nodes" for more than MAX_NODES elements, "too_many_attributes" for a tag with more than
    MAX_TAG_ATTRIBUTES attributes (LONG_TAG_ATTRIBUTES where they are long) or longer than MAX_TAG_CHARACTERS: parsers
    need quadratic time for attributes.
    """
    if text.count("<") > 2 * MAX_NODES:
        return "too_many_nodes"
    # Scripts look like tags full of attributes: only then are all tags told from scripts.
    if any(_is_monstrous(suspect) for suspect in _suspects(text)) and _has_monstrous_tag(text):
        return "too_many_attributes"
    return None


def _suspects(text: str) -> Iterator[str]:
    """Every stretch from a "<" that may open a tag to the next ">", if it is long. Looks at few characters of a usual page."""
    position = 0
    while position + _SUSPECT_CHARACTERS <= len(text):
        close = text.rfind(">", position, position + _SUSPECT_CHARACTERS)
        if close < 0:
            close = text.find(">", position + _SUSPECT_CHARACTERS)
            close = close if close >= 0 else len(text)
            start = _TAG_START.search(text, position, close)
            if start is not None and close - start.start() > _SUSPECT_CHARACTERS:
                yield text[start.start() : close]
        position = close + 1


def _has_monstrous_tag(text: str) -> bool:
    position = 0
    while token := _TOKEN.search(text, position):
        position = token.end()
        tag = token.group()
        if tag.startswith("<!--"):
            continue
        if len(tag) > _SUSPECT_CHARACTERS and _is_monstrous(tag):
            return True
        if raw := token.group(1):
            end = re.compile(rf"</{raw}", re.IGNORECASE).search(text, position)
            position = end.start() if end else len(text)
    return False


def _is_monstrous(tag: str) -> bool:
    """A ">" inside a quoted value ends the tag early; the parts are then judged one by one."""
    if len(tag) > MAX_TAG_CHARACTERS and "data:" not in tag:
        return True
    attributes = sum(1 for _ in _ATTRIBUTE.finditer(_QUOTED.sub('""', tag))) - 1
    return attributes > (LONG_TAG_ATTRIBUTES if len(tag) > LONG_TAG_CHARACTERS else MAX_TAG_ATTRIBUTES)
