"""Every visible anchor of a page with the place it stands in: what listings, related posts and neighbours are read from."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from crawler.reading.page import Block, Node, Page

MOST_LINKS = 20_000  # of one page that are looked at, hidden ones included; archives of real sites have some thousands
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

# class and id words -> zone; the tags nav, header, footer and aside say it themselves.
_ZONE_WORDS = re.compile(
    r"(?:^|\s)(?:(?:site|page|main|global|web|g|w|the|m|mod|index|bottom|pc)-?)?(?:"
    r"(?P<footer>foot(?:er)?\b|copyright\b|friend-?links?\b)"
    r"|(?P<nav>(?:top|sub|mobile|head|header)?-?(?:nav|navbar|navi|navigation|menu|menus|topbar|masthead)\b|header(?=\s|$)|bread-?crumbs?\b|crumbs?\b)"
    r"|(?P<aside>side-?bar|aside\b|widgets?\b|right-?(?:side|col|bar|box|part)?\b|side\b|rank))"
)
_ZONE_TAGS = {"nav": "nav", "header": "nav", "footer": "footer", "aside": "aside"}
_NEIGHBOURS = re.compile(
    r"(?:post|article|entry|single)-?nav|nav-?links|post-navigation|\bprev|\bnext|pagination|\bpage"
)
_CONTENT = re.compile(r"\b(?:article|post|entry|hentry|main|content)\b")
_LABEL = "aria-label="
_EMPTY_LINK = re.compile(_LABEL + r"[^<>]{1,400}>\s{0,9}</a>")
_NUMBERED = re.compile(r"[-_]*\d[\w-]*|[-_][0-9a-z]*\d[0-9a-z]*$")
_RELATIVE = re.compile(r"[^#:/?]*(?:[/?]|$)")  # a.html, /a/1, ../b?c=1; neither javascript: nor #top
_SECOND_LEVEL = frozenset({"com", "net", "org", "gov", "edu", "ac", "co", "or", "ne", "go", "gob"})


class Link:
    """One anchor with text: `text` is block.text[start:end]; `node` is the index of its container in Page.nodes."""

    __slots__ = ("block", "end", "node", "on_site", "start", "text", "url")

    def __init__(self, url: str, text: str, block: Block, start: int, end: int, on_site: bool) -> None:
        self.url = url
        self.on_site = on_site
        self.text = text
        self.block = block
        self.node = block.node
        self.start = start
        self.end = end


class Outline:
    """Built once a page, in one pass over its blocks."""

    def __init__(self, page: Page, body: tuple[int, int] | None = None) -> None:
        self.page = page
        self._body = body  # first and last block of the article: what holds them is no navigation
        self.nodes = page.nodes
        self.blocks = page.blocks
        self.host = page.host
        self.links: list[Link] = []
        self.offsite_hidden: list[tuple[str, str, int]] = []  # url, text, node
        self._signatures: list[str | None] = [None] * len(page.nodes)
        self._zones: list[str | None] = [None] * len(page.nodes)
        self._same_site: dict[str, bool] = {}
        self._anchors: list[Any] | None = None
        here = page.url.partition("#")[0]
        rootless = not page.base.startswith("http")  # a page from a file, read without its address
        for block in page.blocks:
            for anchor in block.anchors[: MOST_LINKS - len(self.links) - len(self.offsite_hidden)]:
                url = anchor.url
                if not url.startswith("http") and not (rootless and _RELATIVE.match(url)):
                    continue
                if block.hidden:
                    if not self.on_site(url):
                        self.offsite_hidden.append((url, block.text[anchor.start : anchor.end].strip(), block.node))
                    continue
                url = url.partition("#")[0]
                text = block.text[anchor.start : anchor.end].strip()
                if text and url != here:
                    self.links.append(Link(url, text, block, anchor.start, anchor.end, self.on_site(url)))
        if _has_empty_link(page.text):
            self._add_covers(here)

    def _add_covers(self, here: str) -> None:
        """Links without text that lie over a whole card: the card's heading names where they lead."""
        cards: dict[object, str] = {}
        for element in self.anchors:
            href = element.get("href")
            if href and element.get("aria-label") and not len(element) and not (element.text or "").strip():
                cards.setdefault(element.getparent(), self.page.absolute(href).partition("#")[0])
        known = {link.url for link in self.links}
        covers = []
        for node in self.nodes if cards else ():
            url = cards.get(node.element)
            if not url or not url.startswith("http") or url == here or url in known:
                continue
            for block in self.blocks[node.first : node.last]:
                if block.tag in HEADINGS and not block.anchors and not block.hidden:
                    covers.append(Link(url, block.text, block, 0, len(block.text), self.on_site(url)))
                    break
        if covers:
            self.links = sorted([*self.links, *covers], key=lambda link: (link.block.index, link.start))

    @property
    def anchors(self) -> list[Any]:
        """All <a> elements in document order."""
        if self._anchors is None:
            self._anchors = list(self.page.root.iter("a"))
        return self._anchors

    def signature(self, node: int) -> str:
        """The path of a container, numbers taken out, so that entries of one list share it."""
        known = self._signatures[node]
        if known is None:
            one = self.nodes[node]
            name = one.names.split(None, 1)[0] if one.names else ""
            if name:
                name = _NUMBERED.sub("", name)
            own = f"{one.tag}.{name}" if name else one.tag
            known = f"{self.signature(one.parent)}>{own}" if one.parent >= 0 else own
            self._signatures[node] = known
        return known

    def list_signature(self, node: int) -> str:
        """The last four steps of the path: what a list is called in PageLink.block and Profile.link_blocks."""
        return ">".join(self.signature(node).rsplit(">", 4)[-4:])

    def zone(self, node: int) -> str:
        """nav, aside, footer or main: where on the page a container stands."""
        known = self._zones[node]
        if known is None:
            one = self.nodes[node]
            above = self.zone(one.parent) if one.parent >= 0 else "main"
            known = self._zones[node] = above if above != "main" else self._own_zone(one)
        return known

    def _own_zone(self, node: Node) -> str:
        if node.tag in ("html", "body"):
            return "main"
        if self._body is not None and node.first <= self._body[0] and node.last > self._body[1]:
            return "main"
        zone, says_head = _ZONE_TAGS.get(node.tag, ""), False
        if not zone and node.names:
            zone, says_head = _zone_of_names(node.names)
        if zone == "nav" and node.tag in HEADINGS:
            return "main"
        if zone == "nav" and node.tag not in _ZONE_TAGS and self._body is not None and node.first > self._body[0]:
            # The site's header stands above the article: one below it heads a box.
            zone = "main" if says_head else zone
        if zone == "nav":
            # Single entries have headers, and articles have a navigation of their own.
            if _NEIGHBOURS.search(node.names.replace("_", "-")):
                return "main"
            if node.tag == "header" and any(
                n.tag in ("article", "main", "section") or _CONTENT.search(n.names) for n in self.up(node.parent)
            ):
                return "main"
        return zone or "main"

    def up(self, node: int, most: int | None = None) -> Iterator[Node]:
        """The node and its ancestors, without html and body, innermost first; at most so many."""
        return islice((n for n in self.page.ancestors(node) if n.tag not in ("html", "body")), most)

    def common(self, one: int, other: int) -> int:
        """The lowest node that holds both."""
        nodes = self.nodes
        while one != other:
            if nodes[one].depth >= nodes[other].depth:
                one = nodes[one].parent
            else:
                other = nodes[other].parent
        return one

    def below(self, node: int, ancestor: int) -> int:
        """The child of `ancestor` that holds `node`; `ancestor` itself when they are the same."""
        nodes = self.nodes
        while node != ancestor and nodes[node].parent != ancestor:
            node = nodes[node].parent
        return node

    def on_site(self, url: str) -> bool:
        """Whether a URL leads to this site, a sister host of the same registrable name included."""
        host = url.split("/", 3)[2] if url.startswith("http") and url.count("/") >= 2 else ""
        known = self._same_site.get(host)
        if known is None:
            known = self._same_site[host] = same_site(host, self.host)
        return known


@lru_cache(maxsize=4096)
def _zone_of_names(names: str) -> tuple[str, bool]:
    """The zone that a class and id tell of, "" for none, and whether by a word with "head" in it."""
    match = _ZONE_WORDS.search(names.replace("_", "-"))
    return (match.lastgroup or "", "head" in match.group()) if match else ("", False)


def _has_empty_link(text: str) -> bool:
    """Whether the source has a link with a label and without text."""
    at = text.find(_LABEL)  # finds the few places faster than the pattern does
    while at >= 0:
        if _EMPTY_LINK.match(text, at):
            return True
        at = text.find(_LABEL, at + 1)
    return False


def same_site(host: str, other: str) -> bool:
    """Whether two hosts belong together: www.example.com.cn and news.example.com.cn do."""
    return host == other or not host or not other or _registrable(host) == _registrable(other)


def _registrable(host: str) -> str:
    name = host.partition(":")[0].lower()
    if name.replace(".", "").isdigit():
        return host
    parts = name.split(".")
    keep = 3 if len(parts) > 2 and parts[-2] in _SECOND_LEVEL and len(parts[-1]) == 2 else 2
    return ".".join(parts[-keep:])
