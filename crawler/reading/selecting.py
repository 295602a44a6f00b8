"""Elements by the CSS selectors of a profile or theme, compiled once each.

XPath visits every element of the page, several times for alternatives, so what can be told without it is told first:
a class or id that the source does not hold finds nothing, and block-level elements are known to the page by name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cssselect import GenericTranslator, SelectorError
from lxml import etree

from crawler.reading.blocks import Node
from crawler.reading.page import Page
from crawler.reading.parts import words_in

_NAME = re.compile(r"[.#]([\w-]+)")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_COMPOUND = re.compile(r"(?P<tag>[a-z][a-z0-9]*)?(?P<names>(?:[.#][\w-]+)*)", re.ASCII)
_ID = re.compile(r"#[A-Za-z][\w-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Compound:
    """tag.class#id: what one element must be. `key` is its longest class or id, lower case, or "" without any."""

    tag: str
    ids: tuple[str, ...]
    classes: frozenset[str]
    key: str

    def fits(self, element: Any) -> bool:
        """Whether the element has the tag, the id and all classes."""
        if self.tag and element.tag != self.tag:
            return False
        if any(element.get("id") != name for name in self.ids):
            return False
        return not self.classes or self.classes <= set((element.get("class") or "").split())


def elements(page: Page, selector: str | None) -> list[Any]:
    """The elements that a selector finds, in document order; none for an empty or broken selector."""
    return list(_found(page, selector)) if selector else []


def first_element(page: Page, selector: str) -> Any | None:
    """The first of these elements, None without any."""
    if _ID.fullmatch(selector):
        # The parser keeps the first element of every id, but takes the names of anchors for ids, too.
        found = _BY_ID(page.root, name=selector[1:])
        if found and found[0].get("id") == selector[1:]:
            return found[0]
    return next(_found(page, selector), None)


def _found(page: Page, selector: str) -> Iterator[Any]:
    text = page.text
    present = [css for css, names in _alternatives(selector) if all(name in text for name in names)]
    if not present:
        return iter(())
    simple = _simple(present[0]) if len(present) == 1 else None
    if simple and len(simple) == 1 and simple[0].tag:
        return filter(simple[0].fits, page.root.iter(simple[0].tag))
    return iter(_compiled(", ".join(present))(page.root))


def nodes_of(page: Page, selector: str | None) -> list[Node]:
    """The block-level ones of these elements, as the page's nodes."""
    if not selector:
        return []
    chains = [_simple(css) for css, _ in _alternatives(selector)]
    if not all(chains):
        found = {id(element) for element in elements(page, selector)}
        return [node for node in page.nodes if id(node.element) in found] if found else []
    found = {
        node.index
        for chain in chains
        if chain
        for node in page.nodes
        if chain[-1].key in node.names and _stands(node, chain)
    }
    return [page.nodes[index] for index in sorted(found)]


def _stands(node: Node, chain: tuple[Compound, ...]) -> bool:
    """Whether a node fits the last compound and its ancestors the ones before it."""
    if not chain[-1].fits(node.element):
        return False
    above: Iterator[Any] = node.element.iterancestors()
    return all(any(compound.fits(element) for element in above) for compound in chain[-2::-1])


def texts(page: Page, selector: str | None) -> list[str]:
    """The texts of these elements, whitespace collapsed, empty ones left out."""
    found = (words_in(element) for element in elements(page, selector))
    return [text for text in found if text]


_BY_ID: Any = etree.XPath("id($name)")


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> Any:
    return etree.XPath(GenericTranslator().css_to_xpath(selector))


@lru_cache(maxsize=1024)
def _alternatives(selector: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The alternatives of a selector, each with the classes and ids it cannot do without; none of a broken one."""
    try:
        _compiled(selector)
    except (SelectorError, etree.XPathError):
        return ()
    if any(sign in selector for sign in "(\\\"'"):
        return ((selector, ()),)
    return tuple((css, tuple(_NAME.findall(_BRACKETS.sub("", css)))) for css in map(str.strip, selector.split(",")))


@lru_cache(maxsize=1024)
def _simple(css: str) -> tuple[Compound, ...] | None:
    """A selector of tags, classes and ids below each other, outermost first; None for any other."""
    chain = []
    for part in css.split():
        match = _COMPOUND.fullmatch(part)
        if match is None:
            return None
        ids = tuple(name[1:] for name in re.findall(r"#[\w-]+", match["names"]))
        classes = frozenset(name[1:] for name in re.findall(r"\.[\w-]+", match["names"]))
        chain.append(Compound(match["tag"] or "", ids, classes, max((*ids, *classes, ""), key=len).lower()))
    return tuple(chain)
