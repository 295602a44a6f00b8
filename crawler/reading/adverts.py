"""Advert boxes of a page, by structure: an own short list of class and id words, the site class's selectors, and
optional filter files in EasyList format.

A box that holds the article, or more than 40 % of the page's text, is never an advert: lists err, and a wrong hit would
cost the article.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cssselect import SelectorError
from lxml.cssselect import CSSSelector

from crawler.reading.page import Block, Page

MOST_TEXT = 0.4  # share of the page's text that no advert box holds
_SIMPLE = re.compile(r"[.#][\w-]+$")


def advert_boxes(page: Page, body_node: int, remove: Sequence[str], filters: Sequence[str]) -> dict[int, str]:
    """Node index -> rule (ad_words, ad_filter, site_remove) of the advert boxes of a page.

    remove: CSS selectors from the site class. filters: paths of filter files. Raises AdFilterError for a file that cannot be
    read, ValueError for a selector that is none.
    """
    boxes = {node.index: "ad_words" for node in page.nodes if node.names and is_advert_name(node.names)}
    by_element = {node.element: node.index for node in page.nodes} if remove or filters else {}
    if filters:
        for element in _filtered(page, tuple(filters)):
            if element in by_element:
                boxes[by_element[element]] = "ad_filter"
    for selector in remove:
        find = _selector(selector)
        if find is None:
            raise ValueError(f"remove: {selector!r} is no CSS selector")
        for element in find(page.root):
            if element in by_element:
                boxes[by_element[element]] = "site_remove"
    if not boxes:
        return {}
    article = {node.index for node in page.ancestors(body_node)}
    most = MOST_TEXT * sum(len(block.text) for block in page.blocks)
    return {
        index: rule
        for index, rule in boxes.items()
        if index not in article and sum(len(block.text) for block in _inside(page, index)) <= most
    }


def advert_blocks(page: Page, boxes: dict[int, str]) -> dict[int, str]:
    """Block index -> rule for all blocks that stand in advert boxes."""
    blocks: dict[int, str] = {}
    for index, rule in boxes.items():
        for block in _inside(page, index):
            blocks.setdefault(block.index, rule)
    return blocks


def _inside(page: Page, index: int) -> list[Block]:
    node = page.nodes[index]
    return page.blocks[node.first : node.last]


@cache
def _words() -> re.Pattern[str]:
    data = tomllib.loads(Path(__file__).with_name("adwords.toml").read_text(encoding="utf-8"))
    return re.compile("|".join(f"(?:{row['pattern']})" for row in data["box"]))


_HINT = re.compile(
    r"ad|gg|asb|myimg|tg-box|tuiguang|guanggao|sponsor|promoted|taboola|outbrain|revcontent|mgid|zergnet|ob-widget|trc_"
)


@lru_cache(maxsize=16_384)
def is_advert_name(names: str) -> bool:
    """Whether one of the classes and ids (lower case, joined by blanks) is an advert box's."""
    return _HINT.search(names) is not None and any(_words().fullmatch(name) for name in names.split())


class AdFilterError(Exception):
    """A filter file cannot be used; the message says which and what to do."""


def read_filters(paths: Sequence[str]) -> list[str]:
    """The texts of filter files. Raises AdFilterError for one that cannot be read, and where the engine is missing."""
    if paths and find_spec("adblock") is None:
        raise AdFilterError("AD_FILTERS needs the package adblock: install winnow[adfilters]")
    found = []
    for path in paths:
        try:
            found.append(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise AdFilterError(
                f"AD_FILTERS: cannot read {path} ({why}); give the path of an EasyList-format file"
            ) from error
    return found


@cache
def _engine(paths: tuple[str, ...]) -> Any:
    texts = read_filters(paths)
    import adblock

    filters = adblock.FilterSet()
    for text in texts:
        filters.add_filter_list(text)
    return adblock.Engine(filters)


def _filtered(page: Page, paths: tuple[str, ...]) -> Iterable[Any]:
    """Elements that a filter hides. Generic rules are looked up by the page's classes and ids (2.7 ms instead of 1.2 s a
    page for 14,705 selectors run one by one); rules for the host run as they are."""
    engine = _engine(paths)
    holders: dict[str, list[Any]] = {}
    for node in page.nodes:
        if node.names:
            for name in (node.element.get("class") or "").split():
                holders.setdefault("." + name, []).append(node.element)
            if identity := (node.element.get("id") or "").strip():
                holders.setdefault("#" + identity, []).append(node.element)
    resources = engine.url_cosmetic_resources(page.url)
    classes = [name[1:] for name in holders if name.startswith(".")]
    ids = [name[1:] for name in holders if name.startswith("#")]
    selectors = set(engine.hidden_class_id_selectors(classes, ids, resources.exceptions)) | set(
        resources.hide_selectors
    )
    for selector in sorted(selectors):
        if _SIMPLE.match(selector):
            yield from holders.get(selector, ())
            continue
        find = _selector(selector)
        if find is not None:  # else one that only browsers know: filters are written for them
            yield from find(page.root)


def is_selector(text: str) -> bool:
    """Whether a string is a CSS selector."""
    return _selector(text) is not None


@cache
def _selector(text: str) -> Callable[[Any], list[Any]] | None:
    try:
        compiled: Any = CSSSelector(text)
    except SelectorError:
        return None
    return lambda root: list(compiled(root))
