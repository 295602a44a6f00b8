"""Selectors find what CSS says, on whichever way their form lets them be found."""

import pytest
from cssselect import GenericTranslator
from lxml import etree

from crawler.reading.page import Page
from crawler.reading.selecting import elements, first_element, nodes_of

PAGE = Page(
    """<html><body id="top">
<nav class="menu"><ul class="menu list"><li><a href="/a" class="item">A</a></li><li><a href="/b">B</a></li></ul></nav>
<div class="post-tags post-tags-box"><a rel="tag" href="/t/1">one</a> <span class="in"><a rel="nofollow tag" href="/t/2">two</a></span></div>
<article class="post"><h1 id="title" class="post-title">Title</h1>
<div class="content"><p class="lead">First.</p><div class="content"><p>Second <a href="/c">c</a>.</p></div></div></article>
<div class="post-tags"><a href="/t/3" title="more">three</a></div><h1 id="title">Again</h1>
</body></html>""",
    "http://localhost/1.html",
)
SELECTORS = (
    "h1", "#title", "h1.post-title", ".post-title, .lead, #title", ".post-tags a", ".menu a, .post-tags a", ".menu .item",
    ".post-tags a[rel~=tag]", "[rel~=tag]", ".post-tags > a", ".post > .content", ".content .content", ".content p, nav a",
    "div.content > p", "article.post h1#title", ".post-tags-box.post-tags .in a", ".tags a", ".post-tags a:not([title=more])",
    "ul > li > a.item", "body .menu li a", ".post > a, .content > a",
)  # fmt: skip


@pytest.mark.parametrize("selector", SELECTORS)
def test_selectors_find_what_xpath_finds_in_document_order(selector: str) -> None:
    expected = etree.XPath(GenericTranslator().css_to_xpath(selector))(PAGE.root)
    assert elements(PAGE, selector) == expected
    assert first_element(PAGE, selector) is (expected[0] if expected else None)
    assert [n.element for n in nodes_of(PAGE, selector)] == [n.element for n in PAGE.nodes if n.element in expected]


def test_broken_selectors_find_nothing() -> None:
    assert elements(PAGE, "div >") == elements(PAGE, "..") == []
