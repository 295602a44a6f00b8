"""What an element's own markup says of its looks: hidden or not, a table of facts or one that lays out the page."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

CELL_BLOCKS = ("h1", "h2", "h3", "ul", "ol", "form", "blockquote", "section", "article")
HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:!|;|$)"
    r"|text-indent\s*:\s*-\d{3,}|(?:left|top|right|margin-left)\s*:\s*-\d{4,}"
    r"|(?:height|width)\s*:\s*0(?:px)?\s*;.*overflow\s*:\s*hidden|overflow\s*:\s*hidden.*(?:height|width)\s*:\s*0(?:px)?\s*(?:;|$)",
    re.I | re.S,
)
KEPT = 200  # characters of a style whose verdict is kept
SHOWN_BY_SCRIPT = frozenset({"js_content"})  # WeChat keeps the body at visibility:hidden until its script has run


def hides(attributes: Mapping[str, str]) -> bool:
    """True when an element's own attributes take it out of sight."""
    if attributes.get("hidden", "until-found") != "until-found":
        return True
    style = attributes.get("style")
    if not style:
        return False
    hidden = hides_by_style(style) if len(style) <= KEPT else HIDDEN_STYLE.search(style) is not None
    return hidden and attributes.get("id") not in SHOWN_BY_SCRIPT


@lru_cache(maxsize=4096)
def hides_by_style(style: str) -> bool:
    """Whether a style attribute takes its element out of sight; the same ones come again and again."""
    return HIDDEN_STYLE.search(style) is not None


def is_data_table(table: Any) -> bool:
    """True for a table of facts, False for one that lays out the page.

    A data table has no table inside, no block content but paragraphs in its cells, at least two rows of two or more
    filled cells, and cells that are short on the whole.
    """
    if table.get("role") == "presentation" or next(table.iterdescendants("table"), None) is not None:
        return False
    if next(table.iterdescendants(*CELL_BLOCKS), None) is not None:
        return False
    rows = filled = 0
    longest = total = linked = 0
    for row in table.iterdescendants("tr"):
        texts = [len("".join(cell.itertext()).strip()) for cell in row.iterchildren("td", "th")]
        texts = [n for n in texts if n]
        rows += len(texts) >= 2
        filled += len(texts)
        total += sum(texts)
        longest = max(longest, *texts, 0) if texts else longest
    if rows < 2 or not filled:
        return False
    linked = sum(len("".join(a.itertext()).strip()) for a in table.iterdescendants("a"))
    if linked > 0.6 * total or next(table.iterdescendants("script", "iframe", "input"), None) is not None:
        return False
    return total / filled < 80 and longest < 600
