"""Boxes whose names say more than the model knows: readers' comments, consent notices and references are no article,
what stands behind a paywall is.

Only exact class and id names count (words.toml, [boxes]), and only of boxes that do not hold the lead: a "comments" box
around the story is the story's.
"""

from functools import cache, lru_cache
from typing import Any

from crawler.reading.lexicon import words
from crawler.reading.page import Page


def foreign_boxes(page: Page, lead: int) -> dict[int, str]:
    """Block index -> rule (box_comment ...) of all blocks in such boxes.

    lead: index of the block that the story begins with.
    """
    found: dict[int, str] = {}
    reached = 0
    for node in page.nodes:
        if node.first < reached or not node.names or node.first <= lead < node.last:
            continue
        rule = box_of(node.names)
        if rule and (node.first > lead or rule == "box_consent"):
            found.update(dict.fromkeys(range(node.first, node.last), rule))
            reached = node.last
    return found


def behind_paywall(page: Page, shown: Any) -> list[int]:
    """Blocks of hidden boxes that continue a story for subscribers: named so, in a container with blocks of `shown` (a
    mask). Their text is served, a script takes it out of sight."""
    found: list[int] = []
    for node in page.nodes:
        if node.hidden and "paywall" in node.names and node.parent >= 0:
            around = page.nodes[node.parent]
            if shown[around.first : around.last].any():
                found.extend(range(node.first, node.last))
    return found


@lru_cache(maxsize=20000)
def box_of(names: str) -> str:
    """The rule for a class and id attribute, "" for most."""
    exact, starts, beginnings = _entries()
    for name in names.split():
        if rule := exact.get(name):
            return rule
        if name.startswith(beginnings):
            return next(rule for start, rule in starts.items() if name.startswith(start))
    return ""


@cache
def _entries() -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
    """The rules of whole names and of beginnings of names, and these beginnings."""
    exact: dict[str, str] = {}
    starts: dict[str, str] = {}
    for kind, entries in words()["boxes"].items():
        for entry in entries.split():
            if entry.endswith("*"):
                starts.setdefault(entry[:-1], f"box_{kind}")
            else:
                exact[entry] = f"box_{kind}"
    return exact, starts, tuple(starts)
