"""Training pages made harder: short stories, other stories below the body, lists of excerpts, comments.

Real pages with such content are few in the practice data and many on the web. What is added carries neutral or no
class names, so that the model learns from order and structure.
"""

import random
from dataclasses import dataclass
from typing import Any

from lxml import etree

from crawler.reading.blocks import Walk
from crawler.reading.page import Page

NAMES = (
    "",
    "",
    "",
    "item",
    "box",
    "c1",
    "list",
    "wrap",
    "row",
    "news",
    "con",
    "unit",
    "left",
    "mod",
    "entry",
    "text",
    "_yb_1a2b",
)


@dataclass(slots=True)
class Story:
    """A text to borrow from: its headline and paragraphs."""

    title: str
    paragraphs: list[str]


def augmented(page: Page, labels: list[float], stories: list[Story], rng: random.Random) -> list[float] | None:
    """Change the page in place (tree and blocks) and return the labels of its new blocks; None when it cannot be done."""
    positive = [b for b, label in zip(page.blocks, labels, strict=True) if label >= 0.5]
    if not positive or not stories:
        return None
    known: dict[tuple[Any, str], float] = {}
    for block, label in zip(page.blocks, labels, strict=True):
        known.setdefault((block.element, block.text), label)
    container = common_container(page, [b.node for b in positive])
    if container.tag in ("html", "td", "tr", "tbody", "table"):
        container = next((c for c in container.iterancestors() if c.tag in ("div", "body", "section")), container)
    changed = False
    if len(positive) >= 7 and rng.random() < 0.6:
        changed = shorten(page, positive, rng)
    if rng.random() < 0.75 or not changed:
        tag = max({b.tag for b in positive}, key=[b.tag for b in positive].count)
        for made in rng.sample((stream, excerpts, remarks, excerpts), rng.choice((1, 1, 2))):
            graft(container, made(container, tag if tag in ("p", "div") else "p", stories, rng), rng)
    walk = Walk(page.root, page.absolute)
    walk.run()
    page.nodes, page.blocks, page.images = walk.nodes, walk.blocks, walk.images
    page._headline_known = False
    return [known.get((b.element, b.text), 0.0) for b in page.blocks]


def common_container(page: Page, nodes: list[int]) -> Any:
    """The lowest element that holds all the nodes."""
    line = [n.index for n in page.ancestors(nodes[0])]
    for node in nodes[1:]:
        own = {n.index for n in page.ancestors(node)}
        line = [n for n in line if n in own]
    return page.nodes[line[0]].element


def shorten(page: Page, positive: list[Any], rng: random.Random) -> bool:
    """Cut the article after its first few paragraphs; only where each paragraph is an element of its own."""
    keep = rng.choice((1, 1, 2, 2, 3, 4, 6))
    cut = seen = 0
    for position, block in enumerate(positive):
        seen += block.length >= 10
        if seen == keep:
            cut = position + 1
            break
    rest = positive[cut:]
    if not cut or not rest:
        return False
    single = [
        b
        for b in rest
        if page.nodes[b.node].last - page.nodes[b.node].first == 1 and b.tag not in ("td", "body", "html")
    ]
    if len(single) < 0.9 * len(rest):
        return False
    for block in single:
        parent = block.element.getparent()
        if parent is not None:
            parent.remove(block.element)
    return True


def graft(container: Any, piece: Any, rng: random.Random) -> None:
    """Put the piece behind the container, or behind one of the elements around it."""
    place = container
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
        parent = place.getparent()
        if parent is not None and parent.tag in ("div", "section", "article", "main"):
            place = parent
    if place.tag in ("body", "html") or place.getparent() is None:
        place.append(piece)
    else:
        piece.tail, place.tail = place.tail, None
        place.addnext(piece)


def element(tag: str, text: str = "", names: str = "") -> Any:
    made = etree.Element(tag)
    made.text = text
    if names:
        made.set("class", names)
    return made


def stream(container: Any, tag: str, stories: list[Story], rng: random.Random) -> Any:
    """Whole other articles below, as endless scrolling leaves them; half the time with the container's own classes."""
    outer = element("div", "", rng.choice(NAMES))
    same = rng.random() < 0.5
    for story in rng.sample(stories, min(len(stories), rng.choice((1, 1, 2, 3)))):
        part = etree.SubElement(outer, "div")
        heading = element(rng.choice(("h1", "h2", "h2", "h3", "div")))
        link = etree.SubElement(heading, "a") if rng.random() < 0.5 else heading
        link.text = story.title
        if link is not heading:
            link.set("href", "/a/1.html")
        part.append(heading)
        if rng.random() < 0.7:
            part.append(
                element("div", rng.choice(("2024-05-20 13:09", "2 hours ago", "5小时前 来源：网", "By Staff, May 3")))
            )
        body = element("div", "", (container.get("class") or "") if same else rng.choice(NAMES))
        for paragraph in story.paragraphs[: rng.choice((3, 8, 20))]:
            body.append(element(tag, paragraph))
        part.append(body)
    return outer


def excerpts(container: Any, tag: str, stories: list[Story], rng: random.Random) -> Any:
    """A list of other stories with the beginning of each."""
    item_tag = rng.choice(("li", "div", "div", "article"))
    outer = element("ul" if item_tag == "li" else "div", "", rng.choice(NAMES))
    name, title_tag = rng.choice(NAMES), rng.choice(("h2", "h3", "h4", "div", "p"))
    linked, dated, size = rng.random() < 0.7, rng.random() < 0.5, rng.choice((40, 70, 110, 160, 400))
    whole = rng.random() < 0.3
    for story in rng.sample(stories, min(len(stories), rng.choice((3, 5, 8, 15)))):
        item = element(item_tag, "", name)
        heading = element(title_tag)
        if linked:
            link = etree.SubElement(heading, "a")
            link.set("href", "/a/2.html")
            link.text = story.title
        else:
            heading.text = story.title
        item.append(heading)
        text = " ".join(story.paragraphs)
        text = story.paragraphs[0] if whole else text[:size] + rng.choice(("…", "...", "", "【详细】"))
        item.append(element(rng.choice(("p", "p", "div")), text))
        if dated:
            item.append(
                element(
                    rng.choice(("div", "p")),
                    rng.choice(("2024-05-22 23:31:35", "3 days ago", "19小时前", "May 3, 2024")),
                )
            )
        outer.append(item)
    return outer


def remarks(container: Any, tag: str, stories: list[Story], rng: random.Random) -> Any:
    """Readers' comments under the story."""
    outer = element("div", "", rng.choice((*NAMES, "comments", "pl")))
    if rng.random() < 0.5:
        outer.append(element("h3", rng.choice(("评论", "Comments", "网友评论", "3 replies"))))
    for story in rng.sample(stories, min(len(stories), rng.choice((3, 6, 12)))):
        item = element(rng.choice(("div", "div", "li")))
        item.append(
            element(
                rng.choice(("div", "p")),
                rng.choice(("user_8412", "小鱼儿", "Mark T.", "匿名网友"))
                + rng.choice(("", " 2024-05-20 13:09", " 3d ago")),
            )
        )
        sentence = rng.choice(story.paragraphs)
        item.append(element(rng.choice(("p", "div")), sentence[: rng.choice((30, 80, 200))]))
        if rng.random() < 0.5:
            item.append(element("div", rng.choice(("回复", "Reply", "赞(3) 回复", "Like · Reply"))))
        outer.append(item)
    return outer
