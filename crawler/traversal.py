"""From what a page offers to frontier entries: which URLs belong to the site, of what kind, and how urgent they are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.continuation import is_page_of, page_stem
from crawler.outcomes import Reason
from crawler.reading.profile import Profile
from crawler.reading.reading import Reading
from crawler.state import FrontierEntry, Lease, frontier_key
from crawler.urls import UrlError, canonical_url, host_of, is_trap, url_pattern

# Lower is sooner: sources and listings keep discovery ahead, then articles, then what only related links know, by depth.
PRIORITY = {
    "start": 0,
    "sitemap": 5,
    "feed": 5,
    "listing": 10,
    "page": 12,
    "article": 20,
    "related": 30,
    "neighbour": 30,
    "link": 60,
}
# Related posts and other links go in breadth; what listings list goes in depth, so that a section is soon known to be fruitful.
_DEEPER = {"related": 1, "link": 1, "article": -1}
MAX_LENGTH = 1000  # characters of a URL


@dataclass(slots=True)
class SiteRules:
    """What the site class (and the profile) say about the URLs of a site."""

    site: str
    hosts: frozenset[str]
    article_urls: re.Pattern[str] | None = None
    listing_urls: re.Pattern[str] | None = None
    ignore_urls: re.Pattern[str] | None = None
    refused: dict[Reason, int] = field(default_factory=dict)  # why links did not enter, counted

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

    def entry(self, url: str, kind: str, *, via_kind: str, via_url: str | None, depth: int) -> FrontierEntry | None:
        """A frontier entry for a URL, or None when it does not belong there (counted in `refused`)."""
        reason: Reason | None = None
        try:
            canonical = canonical_url(url)
        except UrlError as error:
            self._refuse(error.reason)
            return None
        host = host_of(canonical)
        if len(canonical) > MAX_LENGTH:
            reason = Reason.URL_INVALID
        elif not self.covers(host):
            reason = Reason.GUARD_SITE
        elif (self.ignore_urls is not None and self.ignore_urls.search(canonical)) or is_trap(canonical):
            reason = Reason.TRAP
        if reason is not None:
            self._refuse(reason)
            return None
        return FrontierEntry(
            key=frontier_key(self.site, canonical),
            url=url.partition("#")[0],
            site=self.site,
            host=host,
            kind=kind,
            priority=PRIORITY[kind] + _DEEPER.get(kind, 0) * min(depth, 7),
            depth=depth,
            pattern=url_pattern(canonical),
            via_kind=via_kind,
            via_url=via_url,
        )

    def _refuse(self, reason: Reason) -> None:
        self.refused[reason] = self.refused.get(reason, 0) + 1


def offered(
    reading: Reading, lease: Lease, rules: SiteRules, profile: Profile, followed: "Followed"
) -> list[FrontierEntry]:
    """Everything a page offers to follow that this run has not followed yet, the most telling first; each URL once."""
    entries: dict[bytes, FrontierEntry] = {}
    own = page_stem(reading.url) if reading.kind == "article" else None
    for url, kind, via, depth in _targets(reading, lease):
        if not followed.is_new(url):
            continue
        if own is not None and url.startswith(own) and is_page_of(url, reading.url):
            continue  # read with the article
        kind = rules.kind_of(url, kind, profile)
        entry = rules.entry(url, kind, via_kind=via, via_url=lease.url, depth=depth)
        if entry is not None and entry.key != lease.key:
            entries.setdefault(entry.key, entry)
    return list(entries.values())


class Followed:
    """The spellings of URLs that this run has put into the frontier: most links of a page are known, and looking one up
    here costs a hundredth of making an entry. Forgets everything when full; the frontier itself knows.
    """

    MOST = 200_000

    def __init__(self) -> None:
        self._known: set[int] = set()
        self._new: list[int] = []

    def is_new(self, url: str) -> bool:
        """Whether the URL was not followed before; it will have been once `keep` is called."""
        digest = hash(url)
        if digest in self._known:
            return False
        self._new.append(digest)
        return True

    def keep(self) -> None:
        """What was new is in the frontier now."""
        if len(self._known) > self.MOST:
            self._known.clear()
        self._known.update(self._new)
        self._new.clear()

    def forget(self) -> None:
        """What was new did not get into the frontier."""
        self._new.clear()


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
