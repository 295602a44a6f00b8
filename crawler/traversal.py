"""From what a page offers to frontier entries: which URLs belong to the site, of what kind, and how urgent they are."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from crawler.continuation import is_page_of, page_stem
from crawler.outcomes import Reason
from crawler.reading.profile import Profile
from crawler.reading.reading import Reading
from crawler.state import FrontierEntry, Lease, frontier_key
from crawler.urls import UrlError, canonical_url, host_of, is_trap, other_scheme, url_pattern

# Lower is sooner: sources and sections keep discovery ahead, then what listings list, then what only related links know,
# then links of unknown pages.
PRIORITY = {
    "start": 0,
    "sitemap": 5,
    "feed": 5,
    "listing": 10,
    "page": 12,
    "article": 20,
    "related": 100,
    "neighbour": 100,
    "link": 200,
}
# Pages take turns: the first FIRST new links of every page come first, then as many of each again, then turns of twice the
# size. The links of a page that offers more than CROWDED, and is not where the site begins, come after all others.
FIRST = 5
CROWDED = 1_000
_TURN = 8  # one more than the largest depth that counts
_TURNS = {"listing", "article", "link"}
_LAST_TURN = 9  # the largest for which listed articles still come before related ones
_AFTER_ALL = 40
# In breadth, but for the first of what a listing lists: a section is soon known to be fruitful.
_BREADTH = {"listing", "related", "link", "article"}
MAX_LENGTH = 1000  # characters of a URL
# New links of one page that are followed in one run, beside the entries of a listing. Front pages of news sites have 300 to
# 600, those of the large portals up to 2,000; an archive of all posts on one page can have more, and is finished by the next
# runs.
MOST_LINKS = 2_000
_AT_ONCE = 200  # links that are looked at before others get the event loop


def turn(rank: int) -> int:
    """In which turn a page's new link is followed, by its place among those of its kind."""
    return min((rank // FIRST).bit_length(), _LAST_TURN)


def priority(kind: str, depth: int, turn: int) -> int:
    """How urgent a URL is, lower is sooner."""
    step = min(depth, _TURN - 1) if kind in _BREADTH else 0
    return PRIORITY[kind] + _TURN * turn + (-step if kind == "article" and not turn else step)


@dataclass(slots=True)
class SiteRules:
    """What the site class (and the profile) say about the URLs of a site."""

    site: str
    hosts: frozenset[str]
    refuse: Callable[[Reason], None]  # counts a link that does not enter
    article_urls: re.Pattern[str] | None = None
    listing_urls: re.Pattern[str] | None = None
    ignore_urls: re.Pattern[str] | None = None

    def covers(self, host: str) -> bool:
        """Whether a host belongs to the site; `www.` makes no difference."""
        return host in self.hosts or host.removeprefix("www.") in self.hosts or f"www.{host}" in self.hosts

    def kind_of(self, url: str, guess: str, profile: Profile) -> str:
        """The kind of a URL: the site's patterns first, then the profile's, then the guess from where it stood."""
        if guess == "feed":
            return guess
        for kind, own, learned in (
            ("article", self.article_urls, profile.article_urls),
            ("listing", self.listing_urls, profile.listing_urls),
        ):
            if (own is not None and own.search(url)) or (own is None and any(re.search(p, url) for p in learned)):
                return "listing" if kind == "listing" else (guess if guess in {"related", "neighbour"} else "article")
        return guess

    def entry(
        self,
        url: str,
        kind: str,
        *,
        via_kind: str,
        via_url: str | None,
        depth: int,
        turn: int = 0,
    ) -> FrontierEntry | None:
        """A frontier entry for a URL, or None when it does not belong there (counted by `refuse`)."""
        reason: Reason | None = None
        try:
            canonical = canonical_url(url)
        except UrlError as error:
            self.refuse(error.reason)
            return None
        host = host_of(canonical)
        if len(canonical) > MAX_LENGTH:
            reason = Reason.URL_INVALID
        elif not self.covers(host):
            reason = Reason.GUARD_SITE
        elif (self.ignore_urls is not None and self.ignore_urls.search(canonical)) or is_trap(canonical):
            reason = Reason.TRAP
        if reason is not None:
            self.refuse(reason)
            return None
        return FrontierEntry(
            key=frontier_key(self.site, canonical),
            url=url.partition("#")[0],
            site=self.site,
            host=host,
            kind=kind,
            priority=priority(kind, depth, turn),
            depth=depth,
            pattern=url_pattern(canonical),
            via_kind=via_kind,
            via_url=via_url,
            twin=frontier_key(self.site, other_scheme(canonical)),
        )


@dataclass(slots=True)
class Offer:
    """What a page offers to follow that this run has not followed yet, the most telling first."""

    entries: dict[bytes, FrontierEntry] = field(default_factory=dict)  # by key
    urls: set[str] = field(default_factory=set)  # every link that was looked at, as the page spells it

    def leave_out(self, known: set[bytes]) -> int:
        """Take out what is beyond MOST_LINKS of the page's new links; returns how many.

        known: the keys that the frontier holds. Entries of listings, related posts and neighbours stay.
        """
        fresh = [entry for entry in self.links() if entry.key not in known]
        for entry in fresh[MOST_LINKS:]:
            del self.entries[entry.key]
            self.urls.discard(entry.url)
        return max(0, len(fresh) - MOST_LINKS)

    def links(self) -> list[FrontierEntry]:
        """Those of which nothing but their place on the page is known."""
        return [entry for entry in self.entries.values() if entry.kind in {"listing", "link"}]


async def offered(reading: Reading, lease: Lease, rules: SiteRules, profile: Profile, followed: "Followed") -> Offer:
    """Everything a page offers to follow that is new to this run. Lets others have the event loop in between."""
    offer = Offer()
    ranks: Counter[str] = Counter()
    crowded = lease.kind != "start" and len(reading.entries) + len(reading.links) > CROWDED
    own = page_stem(reading.url) if reading.kind == "article" else None
    for url, kind, via, depth in _targets(reading, lease):
        if url in offer.urls or not followed.is_new(url):
            continue
        offer.urls.add(url)
        if len(offer.urls) % _AT_ONCE == 0:
            await asyncio.sleep(0)
        if own is not None and url.startswith(own) and is_page_of(url, reading.url):
            continue  # read with the article
        kind = rules.kind_of(url, kind, profile)
        its_turn = (_AFTER_ALL if crowded else turn(ranks[kind])) if kind in _TURNS else 0
        entry = rules.entry(url, kind, via_kind=via, via_url=lease.url, depth=depth, turn=its_turn)
        if entry is not None and entry.key != lease.key and offer.entries.setdefault(entry.key, entry) is entry:
            ranks[kind] += 1
    return offer


class Followed:
    """The spellings of URLs that this run has put into the frontier: most links of a page are known, and looking one up
    here costs a hundredth of making an entry. Forgets everything when full; the frontier itself knows.
    """

    MOST = 200_000

    def __init__(self) -> None:
        self._known: set[int] = set()

    def is_new(self, url: str) -> bool:
        """Whether the URL was not followed before."""
        return hash(url) not in self._known

    def keep(self, urls: Iterable[str]) -> None:
        """These are in the frontier now."""
        if len(self._known) > self.MOST:
            self._known.clear()
        self._known.update(map(hash, urls))


def _targets(reading: Reading, lease: Lease) -> Iterable[tuple[str, str, str, int]]:
    """(url, kind, via, depth) of each link. A neighbour is no deeper than its page: chains are long."""
    below = lease.depth + 1
    for entry in reading.entries:
        yield entry.url, "article", "listing", below
    for post in reading.related:
        yield post.url, "related", "related", below
    for neighbour in (reading.previous, reading.next):
        if neighbour is not None:
            yield neighbour.url, "neighbour", "neighbour", lease.depth
    for feed in reading.feeds:
        yield feed, "feed", "page", lease.depth
    for link in reading.links:
        yield link.url, "listing" if link.zone == "nav" else "link", "link", below
    if reading.kind != "article":  # what a list holds beyond its entries may have been taken for text
        for url in reading.text_links:
            yield url, "link", "link", below
