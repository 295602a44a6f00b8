"""The short blocks around an article that can be credit lines, each read once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawler.reading.body import Body
from crawler.reading.creditlines import LONGEST, CreditLine, read_line
from crawler.reading.page import Block, Page
from crawler.reading.titles import Title

_ABOVE = 3  # blocks above the headline
_BEFORE = 10  # blocks in front of the text when there is no headline
_MOST_HEAD = 25  # blocks between headline and text that are looked at
_INTO = 3  # first blocks of the text that may be credits themselves
_BACK = 4  # last blocks of the text that may be
_BEHIND = 14  # blocks behind the text


@dataclass(slots=True)
class Place:
    """One short block near the article, read as a credit line.

    zone: above (the headline), head (between headline and text), inside (first lines of the text), end (its last
    lines), tail (behind it).
    """

    block: Block
    line: CreditLine
    zone: Literal["above", "head", "inside", "end", "tail"]


def find_places(page: Page, body: Body | None, title: Title, now: datetime, language: str) -> list[Place]:
    """The places of a page in document order; hidden and long blocks are none."""
    return list(_places(page, body, title, now, language))


def _places(page: Page, body: Body | None, title: Title, now: datetime, language: str) -> Iterator[Place]:
    blocks = page.blocks
    indices = body.indices if body is not None else []
    top = title.block.index if title.block is not None else None
    if indices:
        first, last = indices[0], indices[-1]
    elif top is not None:
        first = last = top + 1
    else:
        return
    # The model may count the headline or an info bar as text: the text then begins behind the headline.
    first = max(first, top + 1) if top is not None and top - first <= 3 else first
    if top is None or top >= first:
        top = max(0, first - _BEFORE)
    inside_end = first + _INTO
    for index in range(max(0, top - _ABOVE), min(len(blocks), inside_end)):
        if index == top and title.block is not None:
            continue
        if top + _MOST_HEAD < index < first - 4:
            continue
        block = blocks[index]
        if not block.hidden and len(block.text) <= LONGEST:
            zone: Literal["above", "head", "inside"] = "above" if index < top else "head" if index < first else "inside"
            yield Place(block, read_line(block.text, now, language), zone)
    for index in range(max(inside_end, last - _BACK + 1), min(len(blocks), last + 1 + _BEHIND)):
        block = blocks[index]
        if not block.hidden and len(block.text) <= LONGEST:
            yield Place(block, read_line(block.text, now, language), "end" if index <= last else "tail")
