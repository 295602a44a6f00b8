"""What a site repeats: paragraphs at the head and tail of its articles, segments of its titles.

Strip takes away what a profile knows; this catches what is left, and what other sites' pages bring along. Counts are
kept in memory for the sites at work; a paragraph enters the database when it is met a second time.
"""

from collections import OrderedDict
from collections.abc import Iterable

from sqlalchemy import Connection

from crawler.duplicates import index

LEAST = 3  # articles that have a paragraph: then it is the site's
KNOWN = 32  # counted no further
_SITES = 256
_ENTRIES = 2048  # a site; when it has more, paragraphs met once are forgotten (lossy counting, Manku and Motwani 2002)


class Templates:
    """Counts by site. They follow the database loosely: after a rollback a count may be one too high."""

    def __init__(self) -> None:
        self._sites: OrderedDict[int, dict[int, int]] = OrderedDict()

    def counts(self, connection: Connection, site: int) -> dict[int, int]:
        """hash -> in how many articles of the site it was met."""
        found = self._sites.get(site)
        if found is None:
            found = self._sites[site] = index.read_paragraphs(connection, site)
            if len(self._sites) > _SITES:
                self._sites.popitem(last=False)
        else:
            self._sites.move_to_end(site)
        return found

    def add(self, connection: Connection, site: int, hashes: Iterable[int]) -> None:
        """One more article that has these paragraphs and segments."""
        counts = self.counts(connection, site)
        rows = []
        for value in hashes:
            seen = counts[value] = counts.get(value, 0) + 1
            if 2 <= seen <= KNOWN:
                rows.append({"site": site, "hash": value, "seen": seen})
        if rows:
            index.write_paragraphs(connection, rows)
        if len(counts) > _ENTRIES:
            self._sites[site] = {value: seen for value, seen in counts.items() if seen > 1}
