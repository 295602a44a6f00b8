"""Limits that are checked on the text before it is parsed, in one linear scan."""

import re

MAX_TAG_CHARACTERS = 1024 * 1024
LONG_TAG_CHARACTERS = 64 * 1024  # real pages keep 160 KB of state in one attribute, but not in hundreds
LONG_TAG_ATTRIBUTES = 100
MAX_TAG_ATTRIBUTES = 2_000
MAX_NODES = 400_000

# A tag that breaks a limit has at least this many characters; almost every page ends at this one test.
_SUSPECT = re.compile(rf"<[a-zA-Z][^>]{{{2 * MAX_TAG_ATTRIBUTES},}}")
# Comments and raw-text elements first: a "<" inside them opens no tag.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea|title)\b[^>]*>|<[a-zA-Z][^>]*", re.DOTALL | re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"""[^\s"'>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]*))?""")


def broken_limit(text: str) -> str | None:
    """The crawler.outcomes.Reason value of the limit that `text` breaks, or None.

    "too_many_nodes" for more than MAX_NODES elements, "too_many_attributes" for a tag with more than
    MAX_TAG_ATTRIBUTES attributes (LONG_TAG_ATTRIBUTES where they are long) or longer than MAX_TAG_CHARACTERS: parsers
    need quadratic time for attributes.
    """
    if text.count("<") > 2 * MAX_NODES:
        return "too_many_nodes"
    for suspect in _SUSPECT.finditer(text):
        # Scripts look like tags full of attributes: only then are all tags told from scripts.
        if _is_monstrous(suspect.group()):
            return "too_many_attributes" if _has_monstrous_tag(text) else None
    return None


def _has_monstrous_tag(text: str) -> bool:
    position = 0
    while token := _TOKEN.search(text, position):
        position = token.end()
        tag = token.group()
        if tag.startswith("<!--"):
            continue
        if len(tag) > 2 * MAX_TAG_ATTRIBUTES and _is_monstrous(tag):
            return True
        if raw := token.group(1):
            end = re.compile(rf"</{raw}", re.IGNORECASE).search(text, position)
            position = end.start() if end else len(text)
    return False


def _is_monstrous(tag: str) -> bool:
    """A ">" inside a quoted value ends the tag early; the parts are then judged one by one."""
    if len(tag) > MAX_TAG_CHARACTERS and "data:" not in tag:
        return True
    attributes = sum(1 for _ in _ATTRIBUTE.finditer(tag)) - 1
    return attributes > (LONG_TAG_ATTRIBUTES if len(tag) > LONG_TAG_CHARACTERS else MAX_TAG_ATTRIBUTES)
