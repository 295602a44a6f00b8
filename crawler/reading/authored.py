"""Elements that are called after an author, and names behind the icon of a person."""

import re
from typing import Any

from crawler.reading.creditlines import LABELLED
from crawler.reading.page import Block
from crawler.reading.parts import parts_of, words_in

LONGEST_ACCOUNT = 12  # characters of an account's name
_AUTHOR_NAMES = re.compile(
    r"(?:\b|_)authors?(?:\b|_)|author[-_]?name|byline|\bwriter\b|journalist[-_]?name|reporter[-_]?name|post-?author|nick-?name|user-?name|\bposter\b|zuozhe"
)
_NOT_AUTHOR_NAMES = re.compile(
    r"comment|related|recommend|reply|bio\b|avatar|follow(?!-nick)|share|(?<!journa)list|title|role|job|position|badge|level|label|authors?-?(?:info|box|desc|card)|meta-?author-?info"
)
_USER_ICON = re.compile(
    r"(?:icon|ico|fa|ri|bi|tico|kico|glyphicon|czs|dashicons)[\w-]*[-_](?:user|author|people|person|account|admin)"
)


def calls_author(names: str) -> bool:
    """Whether class and id, in lower case, are those of an author's name and not of a box about the author."""
    return bool(_AUTHOR_NAMES.search(names)) and not _NOT_AUTHOR_NAMES.search(names)


def named_author(block: Block) -> str | None:
    """The text of the innermost element of a line that is called after an author: <a class="url fn n" rel="author">."""
    found = None
    outer: Any = None
    for inner in parts_of(block.element):
        called = f"{inner.get('class') or ''} {inner.get('rel') or ''}".lower()
        if called == " " or inner.tag == "time" or not calls_author(called):
            continue
        text = words_in(inner)
        if (
            1 < len(text) <= 40
            and not LABELLED.match(text)
            and text in block.text
            and (outer is None or outer in inner.iterancestors())
        ):
            found, outer = text, inner
    return found


def beside_icon(block: Block) -> str | None:
    """The name behind an icon of a person: <i class="fa fa-user"></i> 田埂."""
    for inner in parts_of(block.element, "i", "svg", "span"):
        if not _USER_ICON.search((inner.get("class") or "").lower()) or "".join(inner.itertext()).strip():
            continue
        text = (inner.tail or "").strip()
        beside = inner.getnext()
        if not text and beside is not None and beside.tag in ("a", "span"):
            text = words_in(beside)
        if 1 < len(text) <= LONGEST_ACCOUNT and text in block.text:
            return text
    return None
