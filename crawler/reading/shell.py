"""Signs of a page that only a browser can fill: shell.toml has the names and words."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from crawler.reading.body import Body
from crawler.reading.links import Links
from crawler.reading.page import Node, Page
from crawler.reading.reading import Shell

# Weighted lengths, as Block.length.
_SERVED = 200.0  # an article of so much text is there, visible or not
_SERVED_SURELY = 40.0  # the same of a body that the reader is _SURE of; footers and menus are 0.65 to 0.8
_SURE = 0.85
_SHELL = 200.0  # visible text of a whole page up to which it may be a shell
_FRAME = 400.0  # visible text up to which notices and scripts say something of a page
_THIN = 25.0  # a page that says next to nothing
_EMPTY_ROOT = 16.0  # text of a root that is not filled yet: "Loading, please wait"
_EMPTY_BODY = 5.0
_UNFILLED = re.compile(r"\{\{[^{}]{1,80}\}\}")  # <h1>{{ article.title }}</h1>
_MOST_WAITING = 30  # characters of a block that says no more than that something is on the way


@dataclass(frozen=True, slots=True)
class _Signs:
    ids: frozenset[str]
    tags: frozenset[str]
    body: re.Pattern[str]
    noscript: re.Pattern[str]
    waiting: re.Pattern[str]


@lru_cache
def _signs() -> _Signs:
    data = tomllib.loads((Path(__file__).parent / "shell.toml").read_text(encoding="utf-8"))
    return _Signs(
        ids=frozenset(data["root_ids"]),
        tags=frozenset(data["root_tags"]),
        body=re.compile("|".join(data["body_names"])),
        noscript=re.compile(
            rf"<noscript[^>]*>(?:(?!</noscript).){{0,600}}?(?:{'|'.join(data['noscript'])})", re.I | re.S
        ),
        waiting=re.compile(rf"(?:{'|'.join(data['waiting'])})[\s.。…·,，!！~]*", re.I),
    )


def judge_shell(page: Page, links: Links, body: Body) -> Shell:
    """What says that scripts would show more of a page than the article text that was found in it, `body`.

    is_shell when the page shows next to nothing and at least two signs agree. Single signs on a page with a frame of menus
    and footers say that its middle may be empty.
    """
    served = sum(page.blocks[i].length for i in body.indices)
    # What a script uncovers is no footer: a hidden body is only found where it is a text.
    is_sure = body.confidence >= _SURE or all(page.blocks[i].hidden for i in body.indices)
    if served >= (_SERVED_SURELY if is_sure else _SERVED) or "<script" not in page.text:
        return Shell()
    known = _signs()
    shown = sum(block.length for block in page.blocks if not block.hidden)
    signs = []
    if any(_is_root(node, known) and _text(page, node) < _EMPTY_ROOT for node in page.nodes):
        signs.append("app_root")
    bodies = [node for node in page.nodes if any(known.body.fullmatch(name) for name in node.names.split())]
    if bodies and all(_text(page, node) < _EMPTY_BODY for node in bodies):
        signs.append("empty_body")
    if any(_UNFILLED.search(b.text) and not b.hidden for b in page.blocks):
        signs.append("unfilled")
    if any(len(b.text) <= _MOST_WAITING and not b.hidden and known.waiting.fullmatch(b.text) for b in page.blocks):
        signs.append("waiting")
    if shown <= _FRAME:
        if known.noscript.search(page.text):
            signs.append("noscript")
        if shown < _THIN:
            signs.append("scripts_without_text")
        if not links.links:
            signs.append("no_links")
    return Shell(is_shell=shown < _SHELL and len(signs) >= 2, signs=signs)


def _is_root(node: Node, known: _Signs) -> bool:
    return node.tag in known.tags or (node.element.get("id") or "").lower() in known.ids


def _text(page: Page, node: Node) -> float:
    """Weighted length of what is visible inside a node; pictures count as much as a sentence."""
    inside = sum(block.length for block in page.blocks[node.first : node.last] if not block.hidden)
    return inside + 8 * (node.element.find(".//img") is not None)
