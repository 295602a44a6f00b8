"""Page: one parse of the text, one walk over the tree, blocks in document order."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.reading.reading import Anchor

FLOW, SKIP, BREAK, LINK, IMAGE, TABLE, BOLD, PRE = range(1, 9)
TAGS = {
    **dict.fromkeys(
        [
            "html",
            "body",
            "div",
            "p",
            "section",
            "article",
            "main",
            "aside",
            "header",
            "footer",
            "nav",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "ul",
            "ol",
            "li",
            "dl",
            "dt",
            "dd",
            "tr",
            "td",
            "th",
            "thead",
            "tbody",
            "tfoot",
            "caption",
            "blockquote",
            "figure",
            "figcaption",
            "form",
            "fieldset",
            "legend",
            "center",
            "address",
            "details",
            "summary",
            "dialog",
            "button",
            "menu",
            "dir",
            "hgroup",
            "noframes",
            "marquee",
            "listing",
            "plaintext",
            "search",
        ],
        FLOW,
    ),
    **dict.fromkeys(
        [
            "head",
            "script",
            "style",
            "noscript",
            "template",
            "svg",
            "iframe",
            "select",
            "option",
            "textarea",
            "input",
            "object",
            "embed",
            "canvas",
            "audio",
            "video",
            "map",
            "area",
            "link",
            "meta",
            "title",
            "base",
            "frame",
            "frameset",
            "annotation",
            "rp",
            "datalist",
            "track",
            "source",
            "param",
            "col",
            "colgroup",
        ],
        SKIP,
    ),
    "br": BREAK,
    "hr": BREAK,
    "a": LINK,
    "img": IMAGE,
    "amp-img": IMAGE,
    "table": TABLE,
    "b": BOLD,
    "strong": BOLD,
    "pre": PRE,
    "xmp": PRE,
}
IN_ROW = frozenset({"tr", "caption", "thead", "tbody", "tfoot"})  # what still ends a block inside a data table
CELL_MARK = " | "
CELL_BLOCKS = ("h1", "h2", "h3", "ul", "ol", "form", "blockquote", "section", "article")
# Where lazy loaders keep the address while src is a placeholder: data-original="a.jpg"
LAZY = ("data-original", "data-src", "data-lazy-src", "data-actualsrc", "data-echo", "data-lazy", "data-url", "zoomfile",
        "file", "data-original-src", "data-lazyload", "data-backsrc", "src")  # fmt: skip
CJK_RUN = re.compile("[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff]+")
HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:!|;|$)"
    r"|text-indent\s*:\s*-\d{3,}|(?:left|top|right|margin-left)\s*:\s*-\d{4,}"
    r"|(?:height|width)\s*:\s*0(?:px)?\s*;.*overflow\s*:\s*hidden|overflow\s*:\s*hidden.*(?:height|width)\s*:\s*0(?:px)?\s*(?:;|$)",
    re.I | re.S,
)
SHOWN_BY_SCRIPT = frozenset({"js_content"})  # WeChat keeps the body at visibility:hidden until its script has run
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
WORD = re.compile(r"\w+")


@dataclass(slots=True, eq=False)
class Node:
    """One block-level element. `first` and `last` (exclusive) bound the blocks inside it."""

    index: int
    parent: int  # index of the enclosing Node, -1 for the root
    tag: str
    names: str  # class and id, lower case, joined by a blank
    element: Any
    depth: int
    hidden: bool
    data: bool = False  # a data table, or inside one
    first: int = 0
    last: int = 0


@dataclass(slots=True, eq=False)
class Block:
    """One run of text between block tags or <br>; whitespace collapsed. A row of a data table is one block ("a | b").

    `length` weighs CJK: characters / 1.6 plus words of other scripts. `link_share`: share of the characters in links.
    """

    text: str
    element: Any  # the nearest block-level element
    tag: str
    length: float
    link_share: float
    anchors: list[Anchor]
    hidden: bool
    index: int
    node: int  # index in Page.nodes
    cjk: int  # number of Han and kana characters
    bold_share: float = 0.0
    inline: str = ""  # class and id of the first inline element around the text
    broken: bool = False  # a <br> stands before it inside the same element

    @property
    def link_chars(self) -> int:
        """Number of characters inside links."""
        return sum(a.end - a.start for a in self.anchors)


@dataclass(slots=True, eq=False)
class PageImage:
    """One <img>. `before` is the index of the block that follows it."""

    url: str
    alt: str
    before: int
    node: int
    element: Any


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
    _json_ld: list[dict[str, Any]] | None = field(init=False, default=None)
    _headline: Block | None = field(init=False, default=None)
    _headline_known: bool = field(init=False, default=False)
    _origin: str = field(init=False, default="")
    _scheme: str = field(init=False, default="http")

    def __post_init__(self) -> None:
        self.root, self.problem = parse(self.text)
        self.base = self.url
        self._read_head()
        try:
            parts = urlsplit(self.base)
        except ValueError:
            parts = urlsplit(self.url)
        self._scheme, self._origin = parts.scheme or "http", f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
        Walk(self).run()

    def _read_head(self) -> None:
        for element in self.root.iter("title", "meta", "base"):
            tag = element.tag
            if tag == "meta":
                key = element.get("property") or element.get("name") or element.get("itemprop")
                content = element.get("content")
                if key and content and content.strip():
                    self.meta.setdefault(key.strip().lower(), content.strip())
            elif tag == "base":
                if element.get("href") and self.base == self.url:
                    self.base = join(self.url, element.get("href"))
            elif self.title_raw is None:
                parent = element.getparent()
                if parent is None or parent.tag not in ("svg", "symbol", "g"):
                    self.title_raw = " ".join("".join(element.itertext()).split()) or None

    def absolute(self, href: str) -> str:
        """The absolute form of a link of this page; javascript: and broken ones come back as they are."""
        href = href.strip()
        if href.startswith(("http://", "https://", "javascript:", "mailto:", "data:")):
            return href
        if "../" in href or "./" in href:
            return join(self.base, href)
        if href.startswith("//"):
            return f"{self._scheme}:{href}"
        if href.startswith("/") and self._origin:
            return self._origin + href
        return join(self.base, href)

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
            steps.append(step.tag + "".join("." + name for name in (step.element.get("class") or "").split()))
        return ">".join(reversed(steps))


def join(base: str, href: str) -> str:
    """urljoin that gives a broken href back as it is."""
    try:
        return urljoin(base, href)
    except ValueError:
        return href


def parse(text: str) -> tuple[Any, str | None]:
    """Root element and problem. NUL is dropped; an XML declaration has no say in the encoding."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    data = text.replace("\0", "").encode("utf-8", "replace")
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
    while pending:
        item = pending.pop(0)
        if isinstance(item, list):
            pending[:0] = item
        elif isinstance(item, dict):
            yield item
            if isinstance(item.get("@graph"), list):
                pending[:0] = item["@graph"]


def is_hidden(element: Any) -> bool:
    """True when the element's own attributes take it out of sight."""
    if element.get("hidden") is not None and element.get("hidden") != "until-found":
        return True
    style = element.get("style")
    return bool(style and HIDDEN_STYLE.search(style)) and element.get("id") not in SHOWN_BY_SCRIPT


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


class Walk:
    """The one traversal. Inline text is gathered in `parts` until a block tag or <br> ends the run."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.parts: list[str] = []
        self.size = 0  # characters gathered, as they will stand in the text
        self.space = False  # whitespace is due before the next character
        self.anchors: list[Anchor] = []
        self.href: str | None = None  # the open link
        self.href_start = 0
        self.bold = 0  # depth of <b> and <strong>
        self.bold_chars = 0
        self.inline = ""
        self.broken = False
        self.aside: list[str] = []  # hidden inline text met inside the running block

    def add(self, text: str) -> None:
        """Append a text node, whitespace collapsed."""
        words = text.split()
        if not words:
            if self.size:
                self.space = True
            return
        joined = " ".join(words)
        if not joined.isascii():
            joined = INVISIBLE.sub("", joined)
            if not joined:
                return
        if self.size and (self.space or text[0].isspace()):
            self.parts.append(" ")
            self.size += 1
        if self.href is not None and self.href_start < 0:
            self.href_start = self.size
        self.parts.append(joined)
        self.size += len(joined)
        if self.bold:
            self.bold_chars += len(joined)
        self.space = text[-1].isspace()

    def open_link(self, href: str) -> None:
        self.href, self.href_start = href, -1

    def close_link(self) -> None:
        if self.href is not None and 0 <= self.href_start < self.size:
            self.anchors.append(Anchor(self.page.absolute(self.href), self.href_start, self.size))
        self.href_start = -1

    def flush(self, node: Node, tag: str | None = None) -> None:
        """End the running block; it belongs to `node`."""
        if self.size:
            href = self.href
            self.close_link()
            text = "".join(self.parts)
            if text.endswith(CELL_MARK.rstrip()) and node.data:
                text = text.rstrip(" |")
            self.emit(text, node, tag or node.tag, node.hidden, self.anchors)
            self.href, self.href_start = href, -1
            self.parts, self.anchors, self.size = [], [], 0
            self.bold_chars, self.inline = 0, ""
        self.space = False
        if self.aside:
            for text in self.aside:
                self.emit(text, node, "span", True, [])
            self.aside = []

    def emit(self, text: str, node: Node, tag: str, hidden: bool, anchors: list[Anchor]) -> None:
        if not text:
            return
        cjk = 0
        if text.isascii():
            length = float(text.count(" ") + 1)
        else:
            rest = CJK_RUN.sub(" ", text)
            cjk = len(text) - len(CJK_RUN.sub("", text))
            length = cjk / 1.6 + len(WORD.findall(rest))
        blocks = self.page.blocks
        linked = sum(a.end - a.start for a in anchors) / len(text) if anchors else 0.0
        blocks.append(
            Block(text, node.element, tag, length, linked, anchors, hidden, len(blocks), node.index, cjk,
                  self.bold_chars / len(text) if self.bold_chars else 0.0, self.inline, self.broken)
        )  # fmt: skip

    def run(self) -> None:
        page = self.page
        nodes, blocks = page.nodes, page.blocks
        node = Node(0, -1, page.root.tag, "", page.root, 0, False)
        nodes.append(node)
        walk = etree.iterwalk(page.root, events=("start", "end"))
        tags = TAGS
        pre = 0
        for event, element in walk:
            tag = element.tag
            kind = tags.get(tag, 0)
            if event == "start":
                if kind == SKIP:
                    walk.skip_subtree()
                    continue
                if kind == 0 and ("-" in tag or ":" in tag):
                    kind = FLOW  # custom elements mostly hold blocks
                if kind in (FLOW, TABLE, PRE):
                    if element is page.root:
                        continue
                    if node.data and tag not in IN_ROW:
                        if tag in ("td", "th") and self.size:
                            self.space = False
                            self.parts.append(CELL_MARK)
                            self.size += 3
                        else:
                            self.space = True
                    else:
                        self.flush(node)
                        node = self.enter(element, tag, kind, node)
                        self.broken = False
                        pre += kind == PRE
                elif kind == BREAK:
                    if node.data:
                        self.space = True
                    else:
                        self.flush(node)
                        self.broken = True
                elif kind == LINK:
                    self.close_link()
                    href = element.get("href")
                    if href:
                        self.open_link(href)
                elif kind == IMAGE:
                    self.image(element, node)
                else:
                    if kind == BOLD:
                        self.bold += 1
                    attributes = element.attrib
                    if attributes:
                        if not len(element) and element.text and is_hidden(element):
                            self.aside.append(" ".join(element.text.split()))
                            continue
                        if not self.size and not self.inline:
                            self.inline = f"{element.get('class') or ''} {element.get('id') or ''}".lower().strip()
                text = element.text
                if text:
                    if pre and "\n" in text:
                        self.add_lines(text, node)
                    else:
                        self.add(text)
            else:
                if kind == 0 and ("-" in tag or ":" in tag):
                    kind = FLOW
                if kind in (FLOW, TABLE, PRE):
                    if element is node.element:
                        self.flush(node)
                        self.broken = False
                        node.last = len(blocks)
                        pre -= kind == PRE
                        if node.parent >= 0:
                            node = nodes[node.parent]
                    else:
                        self.space = True
                elif kind == LINK:
                    self.close_link()
                    self.href = None
                elif kind == BOLD:
                    self.bold -= 1
                text = element.tail
                if text:
                    if pre and "\n" in text:
                        self.add_lines(text, node)
                    else:
                        self.add(text)
        self.flush(node)
        for open_node in page.ancestors(node.index):
            open_node.last = len(blocks)

    def enter(self, element: Any, tag: str, kind: int, parent: Node) -> Node:
        """Make the Node of a block-level element."""
        nodes = self.page.nodes
        names, hidden = "", parent.hidden
        if element.attrib:
            names = f"{element.get('class') or ''} {element.get('id') or ''}".lower().strip()
            if not hidden and tag != "body":
                hidden = is_hidden(element)
        data = parent.data or (kind == TABLE and is_data_table(element))
        first = len(self.page.blocks)
        node = Node(len(nodes), parent.index, tag, names, element, parent.depth + 1, hidden, data, first, first)
        nodes.append(node)
        return node

    def add_lines(self, text: str, node: Node) -> None:
        """Preformatted text: every line is a block, its inner blanks kept."""
        *lines, last = text.split("\n")
        for line in lines:
            self.add_verbatim(line)
            self.flush(node)
            self.broken = True
        self.add_verbatim(last)

    def add_verbatim(self, line: str) -> None:
        line = line.rstrip().expandtabs(4)
        if not line or (line.isspace() and not self.size):
            return
        if self.href is not None and self.href_start < 0:
            self.href_start = self.size
        self.parts.append(line)
        self.size += len(line)

    def image(self, element: Any, node: Node) -> None:
        for name in LAZY:
            source = element.get(name)
            if source and not source.startswith("data:") and source != "about:blank":
                alt = " ".join((element.get("alt") or "").split())
                images = self.page.images
                images.append(PageImage(self.page.absolute(source), alt, len(self.page.blocks), node.index, element))
                return


def folded(text: str) -> str:
    """Letters and digits only, lower case."""
    return "".join(WORD.findall(text.lower())).replace("_", "")


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
        share = max(
            (
                len(text) / len(t) if text in t else (0.9 if t in text and len(t) > 0.6 * len(text) else 0.0)
                for t in titles
            ),
            default=0.0,
        )
        if not share:
            continue
        score = share + (0.4 if block.tag == "h1" else 0.2 if heading else 0.0)
        if share >= 0.25 and (best is None or score > best[0] + 0.01):
            best = (score, block)
    return best[1] if best is not None else first_h1
