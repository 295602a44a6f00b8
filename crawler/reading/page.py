"""Page: one parse of the text, one walk over the tree, blocks in document order."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.reading.blocks import HEADINGS, Block, Node, PageImage, Walk
from crawler.reading.embedded import ENOUGH, embedded_body
from crawler.reading.lexicon import folded
from crawler.reading.parts import words_in

__all__ = ["Block", "Node", "Page", "PageImage", "folded"]

_COMPLETE = ("http://", "https://", "javascript:", "mailto:", "data:")
MOST_CLAIMED = 2_000  # characters of a title, or of anything else that a page says of itself


@dataclass(slots=True)
class Page:
    """A parsed page. Building it never raises for any text; `problem` is "parse_depth" when the parser gave up on the
    nesting and lost text."""

    text: str
    url: str
    root: Any = field(init=False)
    problem: str | None = field(init=False, default=None)
    title_raw: str | None = field(init=False, default=None)
    meta: dict[str, str] = field(init=False, default_factory=dict)
    base: str = field(init=False, default="")
    blocks: list[Block] = field(init=False, default_factory=list)
    nodes: list[Node] = field(init=False, default_factory=list)
    images: list[PageImage] = field(init=False, default_factory=list)
    _classed: list[tuple[Any, str]] | None = field(init=False, default=None)
    _json_ld: list[dict[str, Any]] | None = field(init=False, default=None)
    _headline: Block | None = field(init=False, default=None)
    _headline_known: bool = field(init=False, default=False)
    _origin: str = field(init=False, default="")
    _scheme: str = field(init=False, default="http")

    def __post_init__(self) -> None:
        self.root, self.problem = parse(self.text)
        self.base = self.url
        self._read_head()
        parts = urlsplit(self.base)
        self._scheme, self._origin = parts.scheme or "http", f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
        self._walk()
        shown = sum(b.length for b in self.blocks if not b.hidden and b.link_share < 0.5)
        body = self.root.find("body")
        if shown < ENOUGH and body is not None:
            carried = embedded_body(self.root, self.json_ld, shown)
            if carried is not None:
                body.append(carried)
                self._walk()

    def _walk(self) -> None:
        walk = Walk(self.root, self.absolute)
        walk.run()
        self.nodes, self.blocks, self.images = walk.nodes, walk.blocks, walk.images

    def _read_head(self) -> None:
        for element in self.root.iter("title", "meta", "base"):
            tag = element.tag
            if tag == "meta":
                key = element.get("property") or element.get("name") or element.get("itemprop")
                content = element.get("content")
                if key and content and content.strip():
                    self.meta.setdefault(key.strip().lower(), content.strip()[:MOST_CLAIMED])
            elif tag == "base":
                if element.get("href") and self.base == self.url:
                    self.base = join(self.url, element.get("href")) or self.url
            elif self.title_raw is None:
                parent = element.getparent()
                if parent is None or parent.tag not in ("svg", "symbol", "g"):
                    self.title_raw = words_in(element)[:MOST_CLAIMED] or None

    def absolute(self, href: str) -> str:
        """The absolute form of a link of this page; "" for one that cannot be read, javascript: comes back as it is."""
        href = href.strip()
        if "[" in href or not href.isascii():  # only such can be broken
            address = join(self.base, href)
            return href if address and href.startswith(_COMPLETE) else address
        if href.startswith(_COMPLETE):
            return href
        if "../" in href or "./" in href:
            return join(self.base, href)
        if href.startswith("//"):
            return f"{self._scheme}:{href}"
        if href.startswith("/") and self._origin:
            return self._origin + href
        return join(self.base, href)

    @property
    def host(self) -> str:
        """Host, with its port, of the page's address, or of the one it claims when it was read without; "" for none."""
        return urlsplit(self.url or join("", self.meta.get("og:url", ""))).netloc

    @property
    def classed(self) -> list[tuple[Any, str]]:
        """The elements with a class, and what it says, in document order."""
        if self._classed is None:
            self._classed = [(element, names) for element in self.root.iter("*") if (names := element.get("class"))]
        return self._classed

    @property
    def json_ld(self) -> list[dict[str, Any]]:
        """All JSON-LD objects, `@graph` and lists opened; broken scripts are left out."""
        if self._json_ld is None:
            self._json_ld = []
            for script in self.root.iter("script"):
                if "ld+json" in (script.get("type") or "").lower():
                    self._json_ld.extend(json_objects(script.text or ""))
        return self._json_ld

    @property
    def headline(self) -> Block | None:
        """The block that names the article: the heading that agrees best with <title>, else the first h1."""
        if not self._headline_known:
            self._headline, self._headline_known = find_headline(self), True
        return self._headline

    def ancestors(self, node: int) -> Iterator[Node]:
        """The node itself and its ancestors, innermost first."""
        while node >= 0:
            yield self.nodes[node]
            node = self.nodes[node].parent

    def path(self, node: int, root: int = 0) -> str:
        """Tag path with classes from below `root` down to the node: "div.content>p"."""
        steps = []
        for step in self.ancestors(node):
            if step.index == root:
                break
            steps.append(".".join([step.tag, *(step.element.get("class") or "").split()]))
        return ">".join(reversed(steps))


def join(base: str, href: str) -> str:
    """urljoin; "" where base or href cannot be read, as "http://[/" or a host that changes when it is normalised."""
    try:
        address = urljoin(base, href)
        urlsplit(address)
    except ValueError:
        return ""
    return address


def parse(text: str) -> tuple[Any, str | None]:
    """Root element and problem. NUL is dropped; an XML declaration has no say in the encoding."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    data = text.encode("utf-8", "replace").replace(b"\0", b"")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    last = parser.error_log.last_error
    problem = "parse_depth" if last is not None and last.type_name == "ERR_RESOURCE_LIMIT" else None
    if root is None:
        root = etree.fromstring("<html><body></body></html>", etree.HTMLParser())
    return root, problem


def json_objects(source: str) -> Iterator[dict[str, Any]]:
    """The objects of one JSON-LD script."""
    source = source.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    try:
        pending: list[Any] = [json.loads(source, strict=False)]
    except (ValueError, RecursionError):
        return
    while pending:  # the next one is the last of the list
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(reversed(item))
        elif isinstance(item, dict):
            yield item
            if isinstance(item.get("@graph"), list):
                pending.extend(reversed(item["@graph"]))


def find_headline(page: Page) -> Block | None:
    """The heading (or other short block) whose text makes up most of <title>, og:title or the first h1."""
    titles = [folded(t) for t in (page.title_raw, page.meta.get("og:title")) if t]
    best: tuple[float, Block] | None = None
    first_h1 = None
    for block in page.blocks:
        if block.hidden or len(block.text) > 300:
            continue
        heading = block.tag in HEADINGS
        if block.tag == "h1" and first_h1 is None:
            first_h1 = block
        if not heading and (block.link_share > 0.9 or block.length < 3):
            continue
        text = folded(block.text)
        if len(text) < 4:
            continue
        share = 0.0
        for title in titles:
            if text in title:
                share = max(share, len(text) / len(title))
            elif title in text and len(title) > 0.6 * len(text):
                share = max(share, 0.9)
        if not share:
            continue
        score = share + (0.4 if block.tag == "h1" else 0.2 if heading else 0.0)
        if share >= 0.25 and (best is None or score > best[0] + 0.01):
            best = (score, block)
    return best[1] if best is not None else first_h1
