"""The walk over a parsed page that makes its blocks: runs of text between block tags or <br>."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from crawler.reading.looks import hides, is_data_table
from crawler.reading.reading import Anchor

# What an element does to the text. Those up to PRE open a block, which the walk asks of every element.
FLOW, TABLE, PRE, SKIP, BREAK, LINK, IMAGE, BOLD, INLINE = range(9)
# fmt: off
TAGS = {
    **dict.fromkeys([
        "html", "body", "div", "p", "section", "article", "main", "aside", "header", "footer", "nav", "h1", "h2",
        "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot",
        "caption", "blockquote", "figure", "figcaption", "form", "fieldset", "legend", "center", "address",
        "details", "summary", "dialog", "button", "menu", "noframes", "marquee", "listing", "search",
    ], FLOW),
    **dict.fromkeys([
        "head", "script", "style", "noscript", "template", "svg", "iframe", "select", "option", "textarea",
        "input", "object", "embed", "canvas", "audio", "video", "map", "area", "link", "meta", "title", "base",
        "frame", "frameset", "annotation", "rp", "datalist", "track", "source", "param", "col", "colgroup",
    ], SKIP),
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
# fmt: on
# What Markdown made of signs inside words: "5~32 km (3~20 miles)" comes as 5<del>32 km (3</del>20 miles.
SWALLOWED = {"del": "~", "em": "*"}
IN_ROW = frozenset({"tr", "caption", "thead", "tbody", "tfoot"})  # what still ends a block inside a data table
CELL_MARK = " | "
# Where lazy loaders keep the address while src is a placeholder: data-original="a.jpg"
LAZY = ("data-original", "data-src", "data-lazy-src", "data-actualsrc", "data-echo", "data-lazy", "data-url", "zoomfile",
        "file", "data-original-src", "data-lazyload", "data-backsrc", "src")  # fmt: skip
CJK_RUN = re.compile("[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff]+")
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
MARKED = ("\u200b", "\u2060", "\ufeff", "\u00ad")  # the same characters: most texts have none
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


@dataclass(slots=True, eq=False)
class PageImage:
    """One <img>. `before` is the index of the block that follows it."""

    url: str
    alt: str
    before: int
    node: int
    element: Any


class Walk:
    """The one traversal. Inline text is gathered in `parts` until a block tag or <br> ends the run."""

    def __init__(self, root: Any, absolute: Callable[[str], str]) -> None:
        """`absolute` turns a link of the page into an absolute address."""
        self.root = root
        self.absolute = absolute
        self.nodes: list[Node] = []
        self.blocks: list[Block] = []
        self.images: list[PageImage] = []
        self.parts: list[str] = []
        self.size = 0  # characters gathered, as they will stand in the text
        self.space = False  # whitespace is due before the next character
        self.anchors: list[Anchor] = []
        self.linked = 0  # characters in them
        self.href: str | None = None  # the open link
        self.href_start = -1  # where its text begins in the running block, -1 before it does
        self.bold = 0  # depth of <b> and <strong>
        self.bold_chars = 0
        self.inline = ""
        self.broken = False
        self.aside: list[str] = []  # hidden inline text met inside the running block

    def add(self, text: str) -> None:
        """Append a text node that is more than whitespace, whitespace collapsed."""
        joined = " ".join(text.split())
        if not joined.isascii() and any(map(joined.__contains__, MARKED)):
            joined = INVISIBLE.sub("", joined)
            if not joined:
                return
        if self.size and (self.space or text[0].isspace()) and self.parts[-1] is not CELL_MARK:
            self.parts.append(" ")
            self.size += 1
        if self.href is not None and self.href_start < 0:
            self.href_start = self.size
        self.parts.append(joined)
        self.size += len(joined)
        if self.bold:
            self.bold_chars += len(joined)
        self.space = text[-1].isspace()

    def close_link(self) -> None:
        """End the text of the open link in the running block."""
        if self.href is not None and 0 <= self.href_start < self.size:
            self.anchors.append(Anchor(self.absolute(self.href), self.href_start, self.size))
            self.linked += self.size - self.href_start
        self.href_start = -1

    def flush(self, node: Node, tag: str | None = None) -> None:
        """End the running block; it belongs to `node`."""
        if self.size:
            if self.href is not None:
                self.close_link()
            text = "".join(self.parts)
            if text.endswith(CELL_MARK.rstrip()) and node.data:
                text = text.rstrip(" |")
            self.emit(text, node, tag or node.tag, node.hidden, self.anchors)
            self.parts, self.anchors, self.size, self.linked = [], [], 0, 0
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
            other = CJK_RUN.split(text)
            cjk = len(text) - sum(map(len, other))
            length = cjk / 1.6 + (len(WORD.findall(" ".join(other))) if len(text) - cjk > 2 else 0)
        blocks = self.blocks
        linked = self.linked / len(text) if anchors else 0.0
        blocks.append(
            Block(text, node.element, tag, length, linked, anchors, hidden, len(blocks), node.index, cjk,
                  self.bold_chars / len(text) if self.bold_chars else 0.0, self.inline, self.broken)
        )  # fmt: skip

    def run(self) -> None:
        """Fill nodes, blocks and images."""
        root, nodes, blocks = self.root, self.nodes, self.blocks
        node = Node(0, -1, root.tag, "", root, 0, False)
        nodes.append(node)
        walk = etree.iterwalk(root, events=("start", "end"))
        kinds = Kinds(TAGS)
        pre = 0
        # The hottest loop of a reading: a page has thousands of events, most of them with nothing to do.
        for event, element in walk:
            tag = element.tag
            kind = kinds[tag]
            if event == "start":
                if kind <= PRE:
                    if element is root:
                        continue
                    if node.data and tag not in IN_ROW:
                        if tag in ("td", "th") and self.size:
                            self.space = False
                            self.parts.append(CELL_MARK)
                            self.size += 3
                        else:
                            self.space = True
                    else:
                        self.space = False
                        if self.size or self.aside:
                            self.flush(node)
                        node = self.enter(element, tag, kind, node)
                        self.broken = False
                        if kind == PRE:
                            pre += 1
                elif kind == SKIP:
                    walk.skip_subtree()
                    continue
                elif kind == LINK:
                    if self.href is not None:
                        self.close_link()
                    self.href = element.get("href") or self.href
                elif kind == BREAK:
                    if node.data:
                        self.space = True
                    else:
                        self.flush(node)
                        self.broken = True
                elif kind == IMAGE:
                    self.image(element, node)
                else:
                    if kind == BOLD:
                        self.bold += 1
                    if self.inline_hides(element):
                        continue
                    if tag in SWALLOWED and self.size and not self.space:
                        give_back(element, SWALLOWED[tag], self.parts[-1][-1])
                text = element.text
            else:
                if kind <= PRE:
                    if element is node.element:
                        self.space = False
                        if self.size or self.aside:
                            self.flush(node)
                        self.broken = False
                        node.last = len(blocks)
                        if kind == PRE:
                            pre -= 1
                        if node.parent >= 0:
                            node = nodes[node.parent]
                    else:
                        self.space = True
                elif kind == LINK:
                    if self.href is not None:
                        self.close_link()
                        self.href = None
                elif kind == BOLD:
                    self.bold -= 1
                text = element.tail
            if text:
                if pre and "\n" in text:
                    self.add_lines(text, node)
                elif not text.isspace():
                    self.add(text)
                elif self.size:
                    self.space = True
        self.flush(node)
        while True:
            node.last = len(blocks)
            if node.parent < 0:
                return
            node = nodes[node.parent]

    def enter(self, element: Any, tag: str, kind: int, parent: Node) -> Node:
        """Make the Node of a block-level element."""
        nodes = self.nodes
        names, hidden = "", parent.hidden
        attributes = element.items()
        if attributes:
            own = dict(attributes)
            names = f"{own.get('class', '')} {own.get('id', '')}".lower().strip()
            if not hidden and ("style" in own or "hidden" in own) and tag != "body":
                hidden = hides(own)
        data = parent.data or (kind == TABLE and is_data_table(element))
        first = len(self.blocks)
        node = Node(len(nodes), parent.index, tag, names, element, parent.depth + 1, hidden, data, first, first)
        nodes.append(node)
        return node

    def inline_hides(self, element: Any) -> bool:
        """Take in an inline element's attributes; True when it hides its text, which is then kept aside."""
        text = element.text
        childless = bool(text) and not len(element)
        unnamed = not self.size and not self.inline
        if not (childless or unnamed) or not (attributes := element.items()):
            return False
        own = dict(attributes)
        if childless and hides(own):
            self.aside.append(" ".join(text.split()))
            return True
        if unnamed:
            self.inline = f"{own.get('class', '')} {own.get('id', '')}".lower().strip()
        return False

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
        own = dict(element.items())
        for name in LAZY:
            source = own.get(name)
            if source and not source.startswith("data:") and source != "about:blank":
                alt = " ".join(own.get("alt", "").split())
                images = self.images
                images.append(PageImage(self.absolute(source), alt, len(self.blocks), node.index, element))
                return


def give_back(element: Any, sign: str, before: str) -> None:
    """Put a sign back that was taken for markup: the element opens and closes inside a word, and holds more than a word."""
    text, tail = element.text, element.tail
    if not text or not tail or not _is_word(before + text[0] + tail[0]):
        return
    content = "".join(element.itertext())
    if _is_word(content[-1]) and not _is_word(content):
        element.text, element.tail = sign + text, sign + tail


def _is_word(text: str) -> bool:
    return text.isascii() and text.isalnum()


class Kinds(dict[str, int]):
    """What each tag does. Custom elements mostly hold blocks."""

    def __missing__(self, tag: str) -> int:
        kind = self[tag] = FLOW if "-" in tag or ":" in tag else INLINE
        return kind
