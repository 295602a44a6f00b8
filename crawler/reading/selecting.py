"""Elements by the CSS selectors of a profile or theme, compiled once each."""

from functools import lru_cache
from typing import Any

from cssselect import GenericTranslator, SelectorError
from lxml import etree

from crawler.reading.page import Page


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> Any:
    return etree.XPath(GenericTranslator().css_to_xpath(selector))


def elements(page: Page, selector: str | None) -> list[Any]:
    """The elements that a selector finds, in document order; none for an empty or broken selector."""
    if not selector:
        return []
    try:
        return list(_compiled(selector)(page.root))
    except (SelectorError, etree.XPathError):
        return []


def texts(page: Page, selector: str | None) -> list[str]:
    """The texts of these elements, whitespace collapsed, empty ones left out."""
    found = (" ".join("".join(element.itertext()).split()) for element in elements(page, selector))
    return [text for text in found if text]
