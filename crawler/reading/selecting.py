"""Elements by the CSS selectors of a profile or theme, compiled once each.

XPath visits every element of the page, several times for alternatives, so what can be told without it is told first:
a class or id that the source does not hold finds nothing, block-level elements are known to the page as nodes, and
selectors of tags, classes, ids and words of an attribute start from the elements that the page knows by these names.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain as joined
from itertools import islice
from typing import Any

from cssselect import GenericTranslator, SelectorError
from lxml import etree

from crawler.reading.blocks import Node
from crawler.reading.page import Page
from crawler.reading.parts import words_in

_NAME = re.compile(r"[.#]([\w-]+)")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_COMPOUND = re.compile(
    r"(?P<tag>[a-z][a-z0-9]*)?(?P<names>(?:[.#][\w-]+)*)(?:\[(?P<attribute>[a-z-]+)~=(?P<word>[\w-]+)\])?", re.ASCII
)
_ID = re.compile(r"#[A-Za-z][\w-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Compound:
    """tag.class#id[attribute~=word]: what one element must be; a `child` stands directly in what the compound before names.

    `key`: the longest of its classes and ids, with its sign; "" without any.
    """

    tag: str
    ids: tuple[str, ...]
    classes: frozenset[str]
    attribute: str
    word: str
    child: bool
    key: str

    def fits(self, element: Any) -> bool:
        """Whether the element has the tag, the id, all classes and the word in its attribute."""
        if self.tag and element.tag != self.tag:
            return False
        if self.ids and any(element.get("id") != name for name in self.ids):
            return False
        if self.classes and not ((names := element.get("class")) and self.classes <= set(names.split())):
            return False
        return not self.attribute or self.word in (element.get(self.attribute) or "").split()


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
    chains = [chain for css in present if (chain := _simple(css))]
    if len(chains) < len(present):
        return iter(_compiled(", ".join(present))(page.root))
    only = chains[0]
    if len(chains) == len(only) == 1 and only[0].tag:
        return filter(only[0].fits, page.root.iter(only[0].tag))
    found = [some for chain in chains if (some := _of_chain(page, chain))]
    if len(found) > 1:
        either = set(joined.from_iterable(found))
        return filter(either.__contains__, page.root.iter("*"))
    return iter(found[0] if found else ())


def _named(chain: tuple[Compound, ...]) -> int:
    """Index of the last compound with a class or id, of the last one where none has."""
    return next((at for at in range(len(chain) - 1, -1, -1) if chain[at].key), len(chain) - 1)


def _holders(page: Page, key: str) -> list[Any]:
    """The elements with a key in their class (".name") or as their id ("#name"), in document order; some are called longer."""
    name = key[1:]
    if key[0] == ".":
        return [element for element, names in page.classed if name in names]
    return [element for element in page.root.iter("*") if element.get("id") == name]


def _of_chain(page: Page, chain: tuple[Compound, ...]) -> list[Any]:
    """The elements that a chain of compounds finds, looked for from its last one with a name on."""
    at = _named(chain)
    tag = chain[-1].tag or "*"
    candidates: Iterable[Any] = _holders(page, chain[at].key) if chain[at].key else page.root.iter(tag)
    if at < len(chain) - 1:
        boxes = list(candidates)
        inside = set(boxes)
        outermost = [box for box in boxes if inside.isdisjoint(box.iterancestors())]
        candidates = joined.from_iterable(box.iter(tag) for box in outermost)
    return [element for element in candidates if _stands(element, chain)]


def nodes_of(page: Page, selector: str | None) -> list[Node]:
    """The block-level ones of these elements, as the page's nodes."""
    if not selector:
        return []
    chains = [_simple(css) for css, _ in _alternatives(selector)]
    if not all(chains):
        found = {id(element) for element in elements(page, selector)}
        return [node for node in page.nodes if id(node.element) in found] if found else []
    lasts = [(chain[-1].key[1:].lower(), chain) for chain in chains if chain]
    found = {
        node.index
        for name, chain in lasts
        for node in page.nodes
        if name in node.names and _stands(node.element, chain)
    }
    return [page.nodes[index] for index in sorted(found)]


def _stands(element: Any, chain: tuple[Compound, ...]) -> bool:
    """Whether an element fits the last compound and its ancestors the ones before it."""
    last = chain[-1]
    if not last.fits(element):
        return False
    if len(chain) == 1:
        return True
    above = islice(element.iterancestors(), 1 if last.child else None)
    return any(_stands(ancestor, chain[:-1]) for ancestor in above)


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
    """A selector of compounds below each other, outermost first; None for any other."""
    chain: list[Compound] = []
    child = False
    for part in css.split():
        if part == ">" and chain and not child:
            child = True
            continue
        match = _COMPOUND.fullmatch(part)
        if match is None:
            return None
        names = re.findall(r"[.#][\w-]+", match["names"])
        ids = tuple(name[1:] for name in names if name[0] == "#")
        classes = frozenset(name[1:] for name in names if name[0] == ".")
        attribute, word = match["attribute"] or "", match["word"] or ""
        chain.append(
            Compound(match["tag"] or "", ids, classes, attribute, word, child, max(names, key=len, default=""))
        )
        child = False
    return tuple(chain)
