"""All links of a page by what they are: entries, next page, neighbours, related posts, feeds, the rest."""

import re
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from crawler.article import Neighbour, Related
from crawler.reading.body import Body
from crawler.reading.cards import CardReader
from crawler.reading.listing import link_groups, main_list, next_page
from crawler.reading.neighbours import read_neighbours
from crawler.reading.outline import Link, Outline
from crawler.reading.page import Page
from crawler.reading.profile import Profile
from crawler.reading.reading import PageLink
from crawler.reading.related import related_posts, title_links
from crawler.reading.selecting import elements

_REFRESH = re.compile(r"^\s*\d*(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?['\"]?\s*(?P<url>[^'\"]+)", re.IGNORECASE)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
MOST_OFFSITE = 60  # links to other sites that a reading keeps
_PROSE, _LINKED = 18.0, 0.5  # weighted length and share of linked text that tell a paragraph from an entry
_BEFORE_PAGE = re.compile(r"(.*?)<(?:!doctype|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_END_OF_PAGE = re.compile(r"</[hH][tT][mM][lL]")
_TAGS = re.compile(r"<(script|style|noscript)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>|^[﻿\s]+", re.IGNORECASE | re.DOTALL)


@dataclass(slots=True)
class Links:
    """What read_links returns; URLs are absolute."""

    entries: list[Related] = field(default_factory=list)
    next_page: str | None = None
    previous: Neighbour | None = None
    next: Neighbour | None = None
    related: list[Related] = field(default_factory=list)
    links: list[PageLink] = field(default_factory=list)
    text_links: list[str] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    hidden_links: list[PageLink] = field(default_factory=list)
    offsite_links: list[PageLink] = field(default_factory=list)
    refresh: str | None = None
    canonical: str | None = None
    rel_next: str | None = None
    related_blocks: set[int] = field(default_factory=set)  # headings and entries of the related lists
    listed: list[Link] = field(default_factory=list)  # the links of the main list; entries are read from them
    cards: CardReader | None = None

    def read_entries(self) -> list[Related]:
        """What a listing lists, with the facts of each entry; fills `entries`."""
        if not self.entries and self.cards is not None:
            self.entries = self.cards.cards(self.listed, 0, len(self.cards.outline.blocks))
        return self.entries


def read_links(page: Page, body: Body, profile: Profile, fetched_at: datetime) -> Links:
    """Every link of the page, sorted by what it is. Pure; works for articles and listings alike: kind decides later."""
    zone: tzinfo | None = ZoneInfo(profile.timezone) if profile.timezone else fetched_at.tzinfo
    found = Links()
    _read_head(page, found)
    first, last = (body.indices[0], body.indices[-1]) if body.indices else (body.first, max(body.first, body.last - 1))
    outline = Outline(page, (first, last))
    reader = CardReader(outline, fetched_at, zone)
    found.cards = reader
    found.listed = main_list(outline, link_groups(outline))
    neighbours = read_neighbours(outline, fetched_at, zone, first)
    found.previous, found.next = neighbours.previous, neighbours.next
    found.next_page = _selected_next(page, profile) or next_page(
        outline, found.rel_next, {n.url for n in (found.previous, found.next) if n}
    )
    in_text = set(body.indices)
    # A paragraph with a link in it is no entry, whatever heading stands above it: "Lesen Sie auch: ..." amid a story.
    prose = {i for i in in_text if page.blocks[i].length >= _PROSE and page.blocks[i].link_share < _LINKED}
    found.related, found.related_blocks = _selected_related(outline, reader, profile) or related_posts(
        outline, reader, (first, last), neighbours.blocks | prose, found.next_page
    )
    seen: set[str] = set()
    for link in outline.links:
        if link.block.index in in_text:
            if link.on_site:
                found.text_links.append(link.url)
            continue
        if link.url in seen:
            continue
        seen.add(link.url)
        if not link.on_site:
            if not first <= link.block.index <= last and len(found.offsite_links) < MOST_OFFSITE:
                found.offsite_links.append(PageLink(link.url, link.text[:200]))
            continue
        found.links.append(
            PageLink(link.url, link.text[:200], outline.list_signature(link.node), outline.zone(link.node))
        )
    found.hidden_links = [
        PageLink(url, text[:200], outline.list_signature(node), "hidden") for url, text, node in outline.offsite_hidden
    ]
    return found


def _selected_next(page: Page, profile: Profile) -> str | None:
    """Where the element leads that a site class names as the link to the next page."""
    for element in elements(page, profile.selectors.get("next_page"))[:1]:
        link = element if element.tag == "a" else next(element.iter("a"), None)
        return _http(page.absolute(link.get("href") or "").partition("#")[0]) if link is not None else None
    return None


def _selected_related(outline: Outline, reader: CardReader, profile: Profile) -> tuple[list[Related], set[int]] | None:
    """The related posts in the elements that a site class names, and their blocks."""
    inside = {e for element in elements(outline.page, profile.selectors.get("related")) for e in element.iter()}
    if not inside:
        return None
    chosen = [link for link in outline.links if not inside.isdisjoint(link.block.element.iter())]
    links = title_links(outline, reader, chosen)
    if not links:
        return None
    first, last = links[0].block.index, links[-1].block.index + 1
    return reader.cards(links, first, last), {link.block.index for link in links}


def _read_head(page: Page, found: Links) -> None:
    head = page.root.find("head")
    for element in (head if head is not None else page.root).iter("link", "meta"):
        if element.tag == "link":
            rel, href = (element.get("rel") or "").lower().split(), element.get("href")
            if not href or not rel:
                continue
            if "alternate" in rel and (element.get("type") or "").lower() in _FEED_TYPES:
                if (feed := page.absolute(href)) not in found.feeds:
                    found.feeds.append(feed)
            elif "canonical" in rel and found.canonical is None:
                found.canonical = _http(page.absolute(href))
            elif "next" in rel and found.rel_next is None:
                found.rel_next = _http(page.absolute(href))
        elif (element.get("http-equiv") or "").lower() == "refresh" and found.refresh is None:
            match = _REFRESH.match(element.get("content") or "")
            found.refresh = _http(page.absolute(match["url"].strip())) if match else None
    if found.canonical is None and page.meta.get("og:url"):
        found.canonical = _http(page.absolute(page.meta["og:url"]))


def _http(url: str) -> str | None:
    return url if url.startswith(("http://", "https://")) else None


def outside_text(text: str) -> list[str]:
    """Text before <html> and after </html>: no page has it, injected ones do."""
    found = []
    head, tail = text[:20_000], text[-20_000:]
    start = _BEFORE_PAGE.match(head)
    if start and start[1] and (before := _plain(start[1])):
        found.append(before)
    ends = list(_END_OF_PAGE.finditer(tail))
    if ends and (after := _plain(tail[ends[-1].end() :].partition(">")[2])):
        found.append(after)
    return found


def _plain(source: str) -> str:
    return " ".join(_TAGS.sub(" ", source).split())
