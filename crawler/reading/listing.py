"""What a listing lists, and where its next page is."""

import re
from collections import defaultdict
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.reading.cards import MOST_KNOWN, is_category, is_home, is_label, is_taxonomy
from crawler.reading.outline import HEADINGS, Link, Outline

MOST_ENTRIES = 200
_NEXT = re.compile(
    r"\W*(?:下一?[页頁](?:\s*next)?|后一?页|后页|next(?: ?page)?|older(?: (?:posts?|entries|articles))?|more (?:posts|stories|articles|news)|page suivante|suivante?|siguiente|nächste(?: seite)?|weiter|次へ|次のページ|次ページ|다음(?: ?페이지)?|próxima|seguinte|следующая|далее|volgende|nästa|dalej|successiv[ao]|加载更多|查看更多|更多文章|load more)\W*|[>›»→]{1,2}",
    re.IGNORECASE,
)
_NEXT_NAME = re.compile(
    r"(?:^|[\s_-])(?:next|nextpage|next-page|older|older-posts|nxt|page-next|pagination-next)(?:$|[\s_-])"
)
_NEXT_ICON = re.compile(r"next|chevron-right|angle-right|arrow-right|caret-right|arrow_forward|icon-right|older")
# A page without any of these has no link that is a "next" by its rel or icon only.
_REL_NEXT = re.compile(r"""<a\b[^>]*\brel=["']?next""", re.IGNORECASE)
_REL_IN_LOWER_CASE = re.compile(r"""rel=["']?next""")
_PAGER_BOX = re.compile(
    r"pagin|pager|page-?(?:nav|num|bar|btn|box|link)|nav-?links|(?:^|\s)pages?(?:$|\s)|load-?more|page_nav"
)
_OUT_OF_USE = re.compile(r"(?:^|\s)(?:is-)?(?:invisible|disabled|hidden|d-none)(?:$|\s)")
_PAGER_NAME = re.compile(
    r"pag(?:e|es|er|ing|ination|inator|enav|elist|ebar)|\bpg\b|page-?navi|wp-pagenavi|fanye|\bpages?\b"
)
_PAGE_STEP = re.compile(r"/page[/_-]?(\d{1,5})/?(?:index)?(?:\.\w{3,5})?$", re.IGNORECASE)  # /page/3/, /page-3.html
_PAGE_QUERY = re.compile(r"(?:^|&)(?:page|p|pn|pg|paged|pageno|start|offset|cur)=(\d{1,6})", re.IGNORECASE)  # ?page=3
_PAGE_TAIL = re.compile(
    r"[/_-](?:p|list|index)?[_-]?(\d{1,3})(?:/|\.s?html?|\.php|\.aspx?)?$", re.IGNORECASE
)  # list_3.html
# createPageHTML(25, 0, "index", "html"): pages, this one from 0, name and ending of the first; as editorial systems of
# public offices write their pagers
_SCRIPTED = re.compile(
    r"""createPageHTML\(\s*(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*["']([\w-]+)["']\s*,\s*["'](\w{2,5})["']"""
)
_SECOND = re.compile(
    r"[/_-](?:page[/_-]?|p|list[_-]?)?(\d{1,3})", re.IGNORECASE
)  # what /a/7 has more as /a/7/2, /a/7_2
_INDEX = re.compile(r"(?:/?index)?\.(?:s?html?|php|aspx?|jsp)$", re.IGNORECASE)
_TAIL = re.compile(r"[/_-](?:p|list|index|page)?[_-]?\d{1,3}/?$", re.IGNORECASE)


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
        if (
            not link.on_site
            or is_home(link.url)
            or is_label(link.text)
            or is_taxonomy(link.url)
            or is_category(link.url)
        ):
            continue
        known = best.get(link.url)
        if known is None or _worth(outline, link) > _worth(outline, known):
            best[link.url] = link
    longest: dict[int, int] = defaultdict(int)  # per block
    for link in best.values():
        longest[link.block.index] = max(longest[link.block.index], len(link.text))
    by_signature: dict[str, list[Link]] = defaultdict(list)
    for link in best.values():
        if len(link.text) <= 6 and longest[link.block.index] >= 8:
            continue  # "[要闻] 标题": the column beside the title
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
    """The links a listing lists, in page order: the weightiest group, and others that weigh a fifth of it or more
    and stand in the same container or are lists themselves."""
    if not groups:
        return []
    main = groups[0]
    container = main.links[0].node
    for link in main.links:
        container = outline.common(container, link.node)
    bounds = outline.nodes[container]
    chosen = list(main.links)
    for group in groups[1:]:
        if group.score < main.score / 5 or group.zone != main.zone:
            continue
        inside = all(bounds.first <= link.block.index < bounds.last for link in group.links)
        if inside or len(group.links) >= 3:
            chosen.extend(group.links)
    chosen.sort(key=lambda link: (link.block.index, link.start))
    return chosen[:MOST_ENTRIES]


def next_page(outline: Outline, rel_next: str | None, neighbours: set[str]) -> str | None:
    """The next page of a listing or of an article in several pages; None on the last one.

    rel_next: what <link rel=next> claims. neighbours: addresses of the previous and the next article.
    """
    here = outline.page.url
    pages: dict[int, str] = {}
    for link in outline.links:
        text = link.text
        if len(text) > 24 or not link.on_site:
            continue
        if text.isdecimal():
            if len(text) <= 4 and (page_number(link.url) == int(text) or _PAGER_NAME.search(_names(outline, link))):
                pages.setdefault(int(text), link.url)
        elif _says_next(text) and _pages(here, link.url):
            around = " ".join(n.names for n in outline.up(link.node, 3)) + " " + link.block.inline
            if _OUT_OF_USE.search(around):
                continue
            if len(text.strip()) > 2 or _PAGER_NAME.search(around) or _NEXT_NAME.search(_names(outline, link)):
                return link.url
    for candidate in (rel_next, _marked_next(outline)):
        if candidate and candidate not in neighbours and _pages(here, candidate, strict=True):
            return candidate
    current = _current_page(outline, pages)
    following = pages.get(current + 1) if current else None
    return following or _scripted_next(outline)


def _scripted_next(outline: Outline) -> str | None:
    """The next page that a script would link."""
    match = _SCRIPTED.search(outline.page.text) if "createPageHTML" in outline.page.text else None
    if match is None or int(match[2]) + 1 >= int(match[1]):
        return None
    return outline.page.absolute(f"{match[3]}_{int(match[2]) + 1}.{match[4]}")


def _has_rel_next(text: str) -> bool:
    """Whether a link of the source says that it leads to the next page; plain search rules most pages out."""
    likely = _REL_IN_LOWER_CASE.search(text) is not None or "REL=" in text
    return likely and _REL_NEXT.search(text) is not None


@lru_cache(maxsize=MOST_KNOWN)
def _is_pager(names: str) -> bool:
    """Whether a class or id is that of a pager; the pages of a site have the same ones."""
    return _PAGER_BOX.search(names) is not None


def _marked_next(outline: Outline) -> str | None:
    """The link that says "next" by its rel or by an icon only."""
    here = outline.page.url
    boxes = {node.names for node in outline.nodes}
    if not any(map(_is_pager, boxes)) and not _has_rel_next(outline.page.text):
        return None
    for element in outline.anchors:
        href = element.get("href")
        if not href:
            continue
        if "next" in (element.get("rel") or ""):
            marked = True
        elif len(element) == 1 and not (element.text or "").strip() and not (element[0].tail or "").strip():
            icon = element[0]
            names = f"{element.get('class')} {element.get('aria-label')} {icon.get('class')} {icon.get('href')}".lower()
            marked = _NEXT_ICON.search(names) is not None
        else:
            continue
        if marked and _pages(here, url := outline.page.absolute(href).partition("#")[0]):
            return url
    return None


def _current_page(outline: Outline, pages: dict[int, str]) -> int | None:
    """The page's own number: by its address, by what stands unlinked in the pager, by the gap in the numbers."""
    parts = urlsplit(outline.page.url)
    if explicit := _PAGE_STEP.search(parts.path) or _PAGE_QUERY.search(parts.query):
        return int(explicit[1])
    if shown := _current_shown(outline):
        return shown
    gaps = [
        number
        for number in range(2, max(pages, default=0))
        if number not in pages and {number - 1, number + 1} <= pages.keys()
    ]
    if gaps:
        return gaps[0]
    return 1 if 2 in pages and 1 not in pages else None


def _names(outline: Outline, link: Link) -> str:
    return f"{outline.nodes[link.node].names} {link.block.inline}"


@lru_cache(maxsize=MOST_KNOWN)
def _says_next(text: str) -> bool:
    return _NEXT.fullmatch(text) is not None


def _current_shown(outline: Outline) -> int | None:
    """The page number that stands unlinked in a pager."""
    for block in outline.blocks:
        number = block.text.isdecimal() and len(block.text) < 5 and not block.anchors and not block.hidden
        if number and any(_PAGER_NAME.search(n.names) for n in outline.up(block.node, 3)):
            return int(block.text)
    return None


def page_number(url: str) -> int | None:
    """The page number that an address holds: 3 for /page/3/, list_3.html, ?page=3."""
    parts = urlsplit(url)
    match = _PAGE_STEP.search(parts.path) or _PAGE_QUERY.search(parts.query) or _PAGE_TAIL.search(parts.path)
    return int(match[1]) if match else None


def _pages(here: str, there: str, strict: bool = False) -> bool:
    """Whether `there` can be another page of `here`: the same address but for a number, a "page" step or a query.

    strict: their numbers must follow each other, too; for claims ("rel=next") that as often mean the next article.
    """
    one, other = urlsplit(here), urlsplit(there)
    if one.netloc != other.netloc or (one.path == other.path and one.query == other.query):
        return False
    if one.path != other.path and _stems(one.path).isdisjoint(_stems(other.path)):
        return False
    if not strict:
        return True
    base = _INDEX.sub("", one.path).rstrip("/")
    rest = _INDEX.sub("", other.path).rstrip("/")
    if rest.startswith(base) and (step := _SECOND.fullmatch(rest[len(base) :])):
        return step[1] == "2"
    return (page_number(there) or 0) == (page_number(here) or 1) + 1


def _stems(path: str) -> set[str]:
    """The path without a page step, and without a short number at its end."""
    plain = _INDEX.sub("", path).rstrip("/")
    tail = _TAIL.sub("", path).rstrip("/")
    return {path.rstrip("/"), plain, _PAGE_STEP.sub("", plain), tail, _TAIL.sub("", plain).rstrip("/")} - {""} | (
        {""} if path == "/" or _TAIL.fullmatch(plain) or _PAGE_STEP.fullmatch(plain) else set()
    )
