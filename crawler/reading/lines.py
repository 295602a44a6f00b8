"""The lines of a reading: what stands between headline and the end of the article's container, each with its fate."""

import re
from collections.abc import Container
from functools import lru_cache

from crawler.article import Image
from crawler.reading.body import Body
from crawler.reading.links import Links
from crawler.reading.page import Block, Page, PageImage
from crawler.reading.reading import Fate, Line
from crawler.reading.related import is_related_heading

# A banner is no sign of an advert: themes call the head of their pages so.
_FATE_NAMES = (
    (
        "comment",
        re.compile(
            r"(?:^|[\s_-])(?:comments?|commentlist|respond|reply|replies|disqus|pinglun|gitalk|valine|waline|cmt|ds-thread)(?:$|[\s_-])"
        ),
    ),
    (
        "share",
        re.compile(
            r"(?:^|[\s_-])(?:share|shares|sharing|social|sharedaddy|bdshare\w*|bshare\w*|jiathis\w*|fenxiang|addthis\w*|sns)(?:$|[\s_-])"
        ),
    ),
    (
        "advert",
        re.compile(
            r"(?:^|[\s_-])(?:ads?|adv|advert\w*|adsbygoogle|sponsor\w*|promo\w*|asb|gg|guanggao|qrcode|ewm|erweima)(?:$|[\s_-])"
        ),
    ),
    (
        "related",
        re.compile(
            r"(?:^|[\s_-])(?:relat\w*|relates?|recommend\w*|readmore|more-posts|post-nav\w*|prev\w*|next\w*|hot\w*|rank\w*|tags?|tag-list|pagination|pager)(?:$|[\s_-])"
        ),
    ),
)
_ICON = re.compile(
    r"(?:^|[/_.-])(?:icon|logo|avatar|blank|spacer|pixel|loading|emoji|smil(?:ey|ies)|button|btn|qrcode|erweima|1x1|grey|transparent|placeholder)s?[/_.-]",
    re.IGNORECASE,
)
# What only a caption begins or ends with: 图为孵化器上云用数。 (张三摄)
_CAPTION = re.compile(r"^[▲△▼]?\s?(?:图为|图[片说]?[：:]|配图|资料图)|(?:摄|供图)[)）]?\s?$")
_LONGEST_CAPTION = 80
_NEAR = 12  # blocks between the headline and the first line of the body that still count as its credit lines


def read_lines(
    page: Page, body: Body, links: Links, lifted: dict[int, tuple[str, str]], adverts: dict[int, str]
) -> list[Line]:
    """One line per block of the article's region, in page order.

    lifted: block index -> (slot, rule) of credit lines; adverts: block index -> rule of blocks in advert boxes.
    """
    if not body.indices:
        return []
    start, stop = region(page, body, lifted)
    text = set(body.indices)
    related = {r.url for r in links.related}
    headline = page.headline
    lines = []
    paths: dict[int, str] = {}
    fates: dict[int, str | None] = {}
    for block in page.blocks[start:stop]:
        fate, rule, slot = "text", "", None
        if block is headline:
            fate, rule, slot = "credit", "headline", "title"
        elif block.index in lifted:
            fate, (slot, rule) = "credit", lifted[block.index]
        elif block.hidden and block.index not in text:  # a body that a script uncovers is hidden as a whole
            fate, rule = "hidden", "hidden_node"
        elif block.index in adverts:
            fate, rule = "advert", adverts[block.index]
        elif block.index in links.related_blocks:
            fate, rule = "related", "related_list"
        elif block.index not in text:
            fate, rule = fate_outside(page, block, related, body, fates)
        lines.append(
            Line(
                text=block.text,
                tag=block.tag,
                fate=fate,
                rule=rule,
                slot=slot,
                score=body.scores[block.index],
                hidden=block.hidden,
                anchors=block.anchors,
                path=path_below(page, block.node, body.node, paths),
            )
        )
    return lines


def path_below(page: Page, node: int, root: int, known: dict[int, str]) -> str:
    """Page.path of a node, those of its ancestors kept for the next line."""
    if node == root or node <= 0:
        return ""
    found = known.get(node)
    if found is None:
        one = page.nodes[node]
        step = ".".join([one.tag, *(one.element.get("class") or "").split()])
        above = path_below(page, one.parent, root, known)
        found = known[node] = f"{above}>{step}" if above else step
    return found


def region(page: Page, body: Body, lifted: dict[int, tuple[str, str]]) -> tuple[int, int]:
    """First and last (exclusive) block of the article: from the headline when it stands near, with the credit lines
    around it, to the end of the container."""
    first, last = body.indices[0], body.indices[-1] + 1
    near = [i for i in lifted if first - _NEAR <= i < first]
    headline = page.headline
    if headline is not None and headline.index < first and first - headline.index <= 3 * _NEAR:
        near.append(headline.index)
        near.extend(i for i in lifted if headline.index - 4 <= i < first)
    start = min([first, *near])
    after = [i + 1 for i in lifted if last <= i < last + _NEAR]
    return start, max([last, *after, body.last if body.first < last else last])


def fate_outside(
    page: Page, block: Block, related: set[str], body: Body, known: dict[int, str | None]
) -> tuple[str, str]:
    """Fate and rule of a block that is not article text, by its links and the names of its containers. `known`: what the
    containers of other blocks said."""
    if block.index in body.reasons:
        return _container_fate(page, block.node, body, known) or "boilerplate", body.reasons[block.index]
    if block.anchors and any(a.url.partition("#")[0] in related for a in block.anchors):
        return "related", "related_list"
    if is_related_heading(block.text):
        return "related", "related_heading"
    fate = _container_fate(page, block.node, body, known)
    return (fate, "container_name") if fate else ("boilerplate", "model")


def _container_fate(page: Page, node: int, body: Body, known: dict[int, str | None]) -> str | None:
    """What the names of the boxes around a node, up to the article's, say that it is."""
    climbed = []
    fate = None
    for box in page.ancestors(node):
        if box.index == body.node or box.tag == "body":
            break
        if box.index in known:
            fate = known[box.index]
            break
        climbed.append(box.index)
        if box.names and (fate := _named_fate(box.names)):
            break
    known.update(dict.fromkeys(climbed, fate))
    return fate


@lru_cache(maxsize=4096)
def _named_fate(names: str) -> str | None:
    """The fate that a container's class and id tell of."""
    return next((fate for fate, pattern in _FATE_NAMES if pattern.search(names)), None)


def explained(page: Page, body: Body, links: Links, lines: list[Line], start: int) -> list[Fate]:
    """Every block of the page with its fate, for show."""
    related = {r.url for r in links.related}
    known: dict[int, str | None] = {}
    fates = []
    for block in page.blocks:
        offset = block.index - start
        if 0 <= offset < len(lines):
            fate, rule = lines[offset].fate, lines[offset].rule
        elif block.hidden:
            fate, rule = "hidden", "hidden_node"
        else:
            fate, rule = fate_outside(page, block, related, body, known)
            fate, rule = ("template", "outside_article") if rule == "model" else (fate, rule)
        fates.append(Fate(block.text, block.tag, page.path(block.node), fate, rule, body.scores[block.index]))
    return fates


def read_images(page: Page, body: Body, adverts: Container[int]) -> list[Image]:
    """Images among the body's blocks: absolute URL, alt text, caption. adverts: nodes of advert boxes."""
    if not body.indices or not page.images:
        return []
    first, last = body.indices[0], body.indices[-1]
    found: dict[str, Image] = {}
    for image in page.images:
        if not first <= image.before <= last + 1 or not _is_inside(page, body, image, adverts):
            continue
        if image.url in found or not image.url.startswith("http") or _is_icon(image):
            continue
        found[image.url] = Image(url=image.url, alt=image.alt or None, caption=_caption(page, image))
    return list(found.values())


def _is_inside(page: Page, body: Body, image: PageImage, adverts: Container[int]) -> bool:
    above = [node.index for node in page.ancestors(image.node)]
    return body.node in above and not any(index in adverts for index in above)


def _is_icon(image: PageImage) -> bool:
    for name in ("width", "height"):
        value = (image.element.get(name) or "").removesuffix("px")
        if value.isdecimal() and int(value) < 60:
            return True
    return _ICON.search(image.url.rpartition("//")[2].partition("/")[2]) is not None


def _caption(page: Page, image: PageImage) -> str | None:
    """The figcaption of the image's figure, or a short line right below it in the same element that speaks of a picture."""
    if image.before >= len(page.blocks):
        return None
    block = page.blocks[image.before]
    called = block.tag == "figcaption" or "caption" in page.nodes[block.node].names or "caption" in block.inline
    says_so = block.node == image.node and len(block.text) <= _LONGEST_CAPTION and _CAPTION.search(block.text)
    return block.text if called or says_so else None
