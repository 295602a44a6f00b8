"""Which blocks of a page are the article."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from crawler.reading.arrays import Tree, Vector
from crawler.reading.boxes import behind_paywall, foreign_boxes
from crawler.reading.lexicon import folded, name_mask, words
from crawler.reading.model import block_model
from crawler.reading.page import Block, Node, Page
from crawler.reading.profile import Profile
from crawler.reading.selecting import first_element, nodes_of
from crawler.reading.spilled import spilled
from crawler.reading.themes import is_of_theme

FILL = 0.15  # a block between two chosen ones with the tag path of one of them needs only this much
FILL_GAP = 4
LISTING = 0.1  # mean of the lines of a listing between chosen blocks
PROSE = 12.0  # weighted length of a sentence
NOTICE_BEHIND = 3  # short lines that may stand behind a legal notice
LOWEST = 0.1
CJK_PAGE = 0.5  # CJK characters over weighted length: more than a third of the page's text
VISIBLE_LEAST = 60.0  # weighted length: below it a hidden body is taken for one that a script uncovers
KNOWN_SCORE = 0.3  # inside a known container the model only takes out what it is sure of
STANDFIRST = 0.4  # above a known container
OVERRULED = 0.6  # from here on the model's word counts more than foreign names, tags and links there
PLAIN_DEPTH = 3  # boxes in boxes inside a known container that the model need not see
PLAIN_LINKS = 0.1  # and the share of its text that may be links
LEAD_MARGIN = 0.05
SURE = 0.95
MOST = 0.9  # share of the chosen text that the container must hold
KNOWN_LEAST = 5.0  # weighted length from which a known container counts as present
# Name classes (words.toml) and tags of boxes that are no text even inside the body.
FOREIGN_NAMES = ("comment", "related", "share", "nav", "footer", "newsletter", "tags")
FOREIGN_TAGS = frozenset({"nav", "aside", "footer", "form", "button"})
UNSTABLE = re.compile(
    r"\d{3,}|^_|[a-z]\d+[a-z]|__\w{5,}$|^(?:css|sc|jsx|svelte)-|[()!:/.]"
)  # names of builds and of single posts
STATES = frozenset(
    [
        "active",
        "clearfix",
        "cf",
        "show",
        "hide",
        "open",
        "fadein",
        "loaded",
        "lazy",
        "on",
        "left",
        "right",
        "container",
        "row",
    ]
)


@dataclass(slots=True)
class Body:
    """`first` and `last` (exclusive) bound the blocks of the container; `indices` are those that are article text.

    `scores[i]` is the probability that block i of the page is article text. `confidence` (0 to 1) is the F1 to expect.
    `selector` is a CSS selector of the container that should hold on other pages of the site; None when it has no
    name to go by.
    """

    first: int
    last: int
    node: int  # index in page.nodes of the container
    element: Any
    indices: list[int]
    scores: list[float]
    confidence: float
    selector: str | None = None
    by: str = "model"  # profile, model
    reasons: dict[int, str] = field(default_factory=dict)  # block index -> rule that overruled the model


def find_body(page: Page, profile: Profile) -> Body:
    """The article's blocks, by the profile's container when it is known and present, else by the block model."""
    container = known_container(page, profile.selectors.get("body"))
    if container is not None:
        body = by_rules(page, container, profile)
        if body is not None:
            return body
    return by_model(page)


def known_container(page: Page, selector: str | None) -> int | None:
    """Index of the node that the profile's selector names: the first of those that hold much of the text."""
    nodes = nodes_of(page, selector)
    sizes = [sum(b.length * (1 - b.link_share) for b in page.blocks[n.first : n.last]) for n in nodes]
    enough = max(KNOWN_LEAST, 0.3 * max(sizes, default=0.0))
    return next((n.index for n, size in zip(nodes, sizes, strict=True) if size >= enough), None)


def by_rules(page: Page, container: int, profile: Profile) -> Body | None:
    """Everything in a known container but boxes that are no text by name, tag or links and that the model does not take
    for text either, and blocks that it is sure to be none. No model runs where the container is a theme's, known by hand,
    or plain."""
    node = page.nodes[container]
    junk = {junk.index for junk in nodes_of(page, profile.selectors.get("junk"))}
    foreign = foreign_mask()
    dropped: dict[int, str] = {}
    skip: dict[int, str] = {}  # node -> rule, inherited downwards
    for inner in page.nodes[container + 1 :]:
        if inner.first >= node.last and inner.depth <= node.depth:
            break
        rule = skip.get(inner.parent, "")
        if not rule:
            if inner.tag in FOREIGN_TAGS:
                rule = "foreign_tag"
            elif inner.index in junk:
                rule = "junk_selector"
            elif inner.names and name_mask(inner.names) & foreign:
                rule = "foreign_name"
        if rule:
            skip[inner.index] = rule
    sure = is_of_theme(profile, "body") or (not skip and is_plain(page, node))
    scores = np.zeros(len(page.blocks), np.float32) if sure else block_model().scores(page)[0]
    lead = next((b.index for b in page.blocks[node.first : node.last] if b.length >= PROSE), node.first)
    boxes = foreign_boxes(page, lead)
    indices = []
    for block in page.blocks[node.first : node.last]:
        if block.hidden:
            dropped[block.index] = "hidden_node"
        elif block.index in boxes:
            dropped[block.index] = boxes[block.index]
        elif scores[block.index] >= OVERRULED and skip.get(block.node) != "junk_selector":
            indices.append(block.index)
        elif block.node in skip:
            dropped[block.index] = skip[block.node]
        elif is_link_list(page, block):
            dropped[block.index] = "link_list"
        else:
            indices.append(block.index)
    if sure:
        scores[indices] = 1.0
    likely = [i for i in indices if scores[i] >= KNOWN_SCORE]
    if sum(page.blocks[i].length for i in likely) >= KNOWN_LEAST:
        dropped.update((i, "model") for i in indices if scores[i] < KNOWN_SCORE)
        indices = likely
    rest = spilled(page, node)
    if sure:
        scores[rest] = 1.0
    indices, reasons = settled(page, [*standfirst(page, node.first, scores), *indices, *rest])
    dropped.update(reasons)
    length = sum(page.blocks[i].length for i in indices)
    if length < KNOWN_LEAST:
        return None
    linked = sum(page.blocks[i].length * page.blocks[i].link_share for i in indices) / length
    return Body(node.first, node.last, container, node.element, indices, [float(p) for p in scores], max(0.0, 0.97 - linked),
                profile.selectors.get("body"), "profile", dropped)  # fmt: skip


def standfirst(page: Page, first: int, scores: Vector) -> list[int]:
    """Blocks between the headline and the container's first block that the model takes for text: what many sites set
    above the body in a box of its own."""
    headline = page.headline
    if headline is None:
        return []
    between = page.blocks[headline.index + 1 : first]
    return [b.index for b in between if not b.hidden and scores[b.index] >= STANDFIRST]


def is_plain(page: Page, container: Node) -> bool:
    """Whether a container is so flat and has so few links that nothing in it needs the model's word, and no sentence
    stands between it and the headline."""
    headline = page.headline
    between = page.blocks[headline.index + 1 : container.first] if headline is not None else []
    if any(block.length >= PROSE and block.link_share < 0.5 and not block.hidden for block in between):
        return False
    for node in page.nodes[container.index + 1 :]:
        if node.depth <= container.depth:
            break
        if node.depth > container.depth + PLAIN_DEPTH:
            return False
    inside = [block for block in page.blocks[container.first : container.last] if not block.hidden]
    linked = sum(block.length * block.link_share for block in inside)
    return linked <= PLAIN_LINKS * sum(block.length for block in inside)


def settled(page: Page, indices: list[int]) -> tuple[list[int], dict[int, str]]:
    """The chosen blocks without lines that never are text, repeats of the headline and rows of an office's table of
    facts above the first paragraph, and legal notices at the end; and the rule that took each."""
    lists = words()
    headline = folded(page.headline.text) if page.headline is not None else ""
    reasons: dict[int, str] = {}
    opening = True
    written = any(page.blocks[i].tag != "tr" for i in indices)  # a table alone is the article
    for i in indices:
        block = page.blocks[i]
        text = folded(block.text) if len(block.text) < 200 else ""
        if text and text in lists["never"]:
            reasons[i] = "never_text"
        elif opening and text and text == headline:
            reasons[i] = "headline_again"
        elif opening and block.tag == "tr" and written and folded(block.text.partition("|")[0]) in lists["facts"]:
            reasons[i] = "fact_table"
        elif block.length >= PROSE:
            opening = False
    for i in legal_notices(page, [i for i in indices if i not in reasons]):
        reasons[i] = "legal_notice"
    return [i for i in indices if i not in reasons], reasons


def legal_notices(page: Page, indices: list[int]) -> list[int]:
    """Those of the chosen blocks that are legal notices at the end; a counter or a label may stand behind one."""
    beginnings = words()["tail"]
    found: list[int] = []
    behind = 0
    for i in reversed(indices[1:]):
        block = page.blocks[i]
        if block.text.lstrip("*※■● （(").startswith(beginnings):
            found.append(i)
        elif block.length < PROSE and behind < NOTICE_BEHIND:
            behind += 1
        else:
            break
    return found


def foreign_mask() -> int:
    """Bits of the name classes in FOREIGN_NAMES."""
    names = words()["names"]
    return sum(1 << names.index(name) for name in FOREIGN_NAMES)


def is_link_list(page: Page, block: Block) -> bool:
    """True for a block that is all link and has a neighbour like it: one line of a list of links."""
    if block.link_share < 0.9 or block.length > 40:
        return False
    around = page.blocks[max(0, block.index - 1) : block.index + 2]
    return sum(b.link_share >= 0.9 and b.tag == block.tag for b in around) >= 2


def by_model(page: Page) -> Body:
    """The blocks that the model takes for article text, holes between them filled."""
    root = page.nodes[0]
    if not page.blocks:
        return Body(0, 0, 0, root.element, [], [], 0.0)
    model = block_model()
    scores, tree = model.scores(page)
    length = np.array([b.length for b in page.blocks])
    chosen = filled(tree, scores, lowered(scores, length, model.threshold))
    chosen &= near_lead(page, tree, scores, length, chosen)
    chosen |= preformatted(page, scores, length, chosen)
    foreign = foreign_boxes(page, tree.lead) if tree.lead is not None and chosen[tree.lead] else {}
    chosen[list(foreign)] = False
    hidden = np.array([b.hidden for b in page.blocks])
    hidden[behind_paywall(page, chosen & ~hidden)] = False
    if (length * (chosen & ~hidden)).sum() >= VISIBLE_LEAST:
        chosen &= ~hidden
    indices, reasons = settled(page, [int(i) for i in np.nonzero(chosen)[0]])
    chosen[list(reasons)] = False
    reasons |= foreign
    container = container_of(page, tree, chosen)
    node = page.nodes[container]
    return Body(node.first, node.last, container, node.element, indices, [float(p) for p in scores],
                confidence(page, scores, chosen), stable_selector(page, container), reasons=reasons)  # fmt: skip


def filled(tree: Tree, scores: Vector, threshold: float) -> Any:
    """Mask of the chosen blocks: likely ones, and those between two of them that look the same."""
    chosen = scores >= threshold
    code = tree.code[tree.node]
    where = np.nonzero(chosen)[0]
    for low, high in pairwise(where):
        if 1 < high - low <= FILL_GAP:
            for i in range(low + 1, high):
                if scores[i] >= FILL and (code[i] == code[low] or code[i] == code[high]):
                    chosen[i] = True
    return chosen


def preformatted(page: Page, scores: Vector, length: Vector, chosen: Any) -> Any:
    """Mask of preformatted lines that stand between chosen blocks and that the model does not refuse as a whole: a listing
    is one thing, however little its single lines look like prose."""
    found = np.zeros(len(scores), bool)
    is_listing = np.array([b.tag in ("pre", "xmp") for b in page.blocks])
    edges = np.nonzero(np.diff(np.concatenate(([False], is_listing, [False])).astype(np.int8)))[0]
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        between = chosen[max(0, first - 2) : first].any() and chosen[last : last + 2].any()
        if between and np.average(scores[first:last], weights=length[first:last] + 0.1) >= LISTING:
            found[first:last] = True
    return found


def lowered(scores: Vector, length: Vector, threshold: float) -> float:
    """The threshold for this page: lower where no block of prose reaches it, as on a page with a single short answer."""
    best = float(scores[length >= PROSE].max(initial=0.0))
    return min(threshold, max(LOWEST, 0.6 * best))


def near_lead(page: Page, tree: Tree, scores: Vector, length: Vector, chosen: Any) -> Any:
    """Mask that takes out what the model is less sure of than of the story around the lead. For Chinese and Japanese
    pages, whose bodies stand in one box: there it removes other stories below a short one; elsewhere bodies are spread
    over many boxes and it would cut them."""
    everything = np.ones(len(scores), bool)
    cjk = sum(b.cjk for b in page.blocks)
    if tree.lead is None or not chosen[tree.lead] or cjk < CJK_PAGE * float(length.sum()):
        return everything
    weight = np.minimum(length, 150) + 0.01  # a block of signs that are no letters has no length
    index = np.arange(len(scores))
    for steps in (3, 2, 1):
        box = int(tree.above(tree.node[[tree.lead]], steps)[0])
        inside = (index >= tree.first[box]) & (index < tree.last[box])
        ours, others = chosen & inside, chosen & ~inside
        if not others.any():
            return everything
        if (
            np.average(scores[ours], weights=weight[ours]) - np.average(scores[others], weights=weight[others])
            >= LEAD_MARGIN
        ):
            return inside | (scores >= SURE)
    return everything


def container_of(page: Page, tree: Tree, chosen: Any) -> int:
    """The smallest node that holds nearly all of the chosen text."""
    length = np.array([b.length for b in page.blocks], np.float64) * chosen
    held = tree.sums(length)
    enough = np.nonzero(held >= MOST * length.sum() - 1e-6)[0]
    return int(enough[tree.depth[enough].argmax()])


def confidence(page: Page, scores: Vector, chosen: Any) -> float:
    """The F1 that the block probabilities promise, as docs/model.md compares it with what comes true."""
    length = np.array([b.length for b in page.blocks], np.float64)
    right = float((length * scores * chosen).sum())
    if right <= 0:
        return 0.0
    precision = right / float((length * chosen).sum())
    recall = right / float((length * scores).sum())
    return round(2 * precision * recall / (precision + recall), 3)


def stable_selector(page: Page, container: int) -> str | None:
    """A CSS selector for the container that fits this node first and does not hang on the single page: its id, or its
    tag and classes, under its parent's when these alone are common."""
    own = simple_selector(page, container)
    if own is None:
        return None
    if first_match(page, container, own):
        return own
    for ancestor in list(page.ancestors(page.nodes[container].parent))[:3]:
        outer = simple_selector(page, ancestor.index)
        if outer is not None and first_match(page, container, f"{outer} {own}"):
            return f"{outer} {own}"
    return None


def simple_selector(page: Page, index: int) -> str | None:
    """#id or tag.class of a node, without names that belong to one page, build or state."""
    node = page.nodes[index]
    if node.tag in ("html", "body"):
        return None
    name = node.element.get("id") or ""
    if re.fullmatch(r"[A-Za-z][\w-]*", name) and not UNSTABLE.search(name):
        return f"#{name}"
    names = [c for c in (node.element.get("class") or "").split() if re.fullmatch(r"[A-Za-z][\w-]*", c)]
    names = [c for c in names if not UNSTABLE.search(c) and c.lower() not in STATES][:3]
    if names:
        return ".".join([node.tag, *names])
    return node.tag if node.tag in ("article", "main") else None


def first_match(page: Page, container: int, selector: str) -> bool:
    """True when the selector's first element is the container."""
    return first_element(page, selector) is page.nodes[container].element
