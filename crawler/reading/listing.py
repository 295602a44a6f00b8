"""What a listing lists, and where its next page is."""

import re
from collections import defaultdict
from urllib.parse import parse_qsl, urlsplit

from crawler.reading.cards import is_category, is_label, is_taxonomy
from crawler.reading.outline import HEADINGS, Link, Outline

MOST_ENTRIES = 200
_NEXT = re.compile(
    r"\W*(?:下一?[页頁](?:\s*next)?|后一?页|后页|next(?: ?page)?|older(?: (?:posts?|entries|articles))?|more posts|page suivante|suivante?|siguiente|nächste(?: seite)?|weiter|次へ|次のページ|次ページ|다음(?: ?페이지)?|próxima|seguinte|следующая|далее|volgende|nästa|dalej|successiv[ao]|加载更多|查看更多|更多文章|load more)\W*|[>›»→]{1,2}",
    re.IGNORECASE,
)
_NEXT_NAME = re.compile(
    r"(?:^|[\s_-])(?:next|nextpage|next-page|older|older-posts|nxt|page-next|pagination-next)(?:$|[\s_-])"
)
_PAGER_NAME = re.compile(
    r"pag(?:e|es|er|ing|ination|inator|enav|elist|ebar)|\bpg\b|page-?navi|wp-pagenavi|fanye|\bpages?\b"
)
_PAGE_URL = re.compile(
    r"(?:/page/|[/_-](?:p|page|index|list)?[_-]?)(\d{1,5})(?:/|\.s?html?|$)|[?&](?:page|p|pn|pg|paged|pageno|start|offset|cur)=(\d{1,6})",
    re.IGNORECASE,
)


class LinkGroup:
    """Links that stand at the same path: the skeleton of a list."""

    __slots__ = ("links", "score", "signature", "titles", "zone")

    def __init__(self, signature: str, links: list[Link], zone: str, score: float) -> None:
        self.signature = signature
        self.links = links
        self.zone = zone
        self.score = score
        self.titles = sum(len(link.text) for link in links) / len(links)


def link_groups(outline: Outline) -> list[LinkGroup]:
    """Groups of entry-like links by path, the weightiest first. One link per URL: the one that names it best."""
    best: dict[str, Link] = {}
    for link in outline.links:
        if not outline.on_site(link.url) or is_label(link.text) or is_taxonomy(link.url) or is_category(link.url):
            continue
        known = best.get(link.url)
        if known is None or _worth(outline, link) > _worth(outline, known):
            best[link.url] = link
    by_signature: dict[str, list[Link]] = defaultdict(list)
    for link in best.values():
        by_signature[outline.signature(link.node)].append(link)
    groups = []
    for signature, links in by_signature.items():
        zone = outline.zone(links[0].node)
        headings = sum(link.block.tag in HEADINGS or "title" in outline.nodes[link.node].names for link in links)
        score = sum(min(len(link.text), 40) for link in links) * (1.0 + headings / len(links))
        score *= {"main": 1.0, "aside": 0.3, "nav": 0.1, "footer": 0.05}[zone]
        groups.append(LinkGroup(signature, links, zone, score))
    groups.sort(key=lambda g: -g.score)
    return groups


def _worth(outline: Outline, link: Link) -> tuple[bool, bool, int]:
    zone = outline.zone(link.node)
    return zone == "main", link.block.tag in HEADINGS, min(len(link.text), 60)


def main_list(outline: Outline, groups: list[LinkGroup]) -> list[Link]:
    """The links a listing lists, in page order: the weightiest group and those that weigh a fifth of it or more."""
    if not groups:
        return []
    floor = max(groups[0].score / 5, 8.0)
    chosen = [link for group in groups if group.score >= floor and group.zone == groups[0].zone for link in group.links]
    chosen.sort(key=lambda link: (link.block.index, link.start))
    return chosen[:MOST_ENTRIES]


def next_page(outline: Outline, rel_next: str | None) -> str | None:
    """The next page of a listing or of an article in several pages; None on the last one."""
    here = outline.page.url
    number = page_number(here)
    current = number or 1
    by_text: str | None = None
    pages: dict[int, str] = {}
    for link in outline.links:
        if not outline.on_site(link.url):
            continue
        text = link.text
        if len(text) > 24:
            continue
        names = f"{outline.nodes[link.node].names} {link.block.inline}"
        if text.isdigit():
            if len(text) <= 4 and (page_number(link.url) == int(text) or _PAGER_NAME.search(names)):
                pages.setdefault(int(text), link.url)
        elif by_text is None and _NEXT.fullmatch(text) and _pages(here, link.url):
            if len(text.strip()) > 2 or _PAGER_NAME.search(_around(outline, link)) or _NEXT_NAME.search(names):
                by_text = link.url
    if by_text is not None:
        return by_text
    if rel_next and _pages(here, rel_next):
        return rel_next
    if pages and number is None and (shown := _current_shown(outline)):
        current = shown
    return pages.get(current + 1)


def _around(outline: Outline, link: Link) -> str:
    return " ".join(n.names for n in outline.up(link.node)[:3])


def _current_shown(outline: Outline) -> int | None:
    """The page number that stands unlinked in a pager."""
    for block in outline.blocks:
        if block.text.isdigit() and len(block.text) < 5 and not block.anchors and not block.hidden:
            if any(_PAGER_NAME.search(n.names) for n in outline.up(block.node)[:3]):
                return int(block.text)
    return None


def page_number(url: str) -> int | None:
    """The page number that an address holds: 3 for /page/3/, list_3.html, ?page=3."""
    match = _PAGE_URL.search(url.split("://", 1)[-1].partition("/")[2].join(("/", "")))
    return int(match[1] or match[2]) if match else None


def _pages(here: str, there: str) -> bool:
    """Whether `there` can be another page of `here`: the same address but for numbers and a "page" step."""
    one, other = urlsplit(here), urlsplit(there)
    if one.netloc != other.netloc:
        return False
    if dict(parse_qsl(one.query)).keys() ^ dict(parse_qsl(other.query)).keys() and one.path == other.path:
        return True
    return stem(one.path) == stem(other.path)


def stem(path: str) -> str:
    """A path without what differs between the pages of one listing or article."""
    path = re.sub(r"(?:/index)?(?:[_-]\d+)?\.(?:s?html?|php|aspx?|jsp)$", "", path, flags=re.IGNORECASE)
    path = re.sub(r"/(?:page|p|index|list)?[/_-]?\d{0,5}/?$", "", path, flags=re.IGNORECASE)
    return path.rstrip("/")
