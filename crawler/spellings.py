"""Under which address an article goes, when its page names another spelling of its own: /a/12?from=hot says /a/12."""

import re

from crawler.reading.reading import Reading
from crawler.run import Run
from crawler.state import Lease, frontier_key
from crawler.urls import UrlError, canonical_url, other_scheme, url_key

_NAMES_ONE = re.compile(r"/[^/?]*[\d_%-][^/?]*/?(?:\?|$)|\?")  # /a/12.html, /some-story; neither /show.php nor /news/
_MOST_VALUE = 20  # characters of a parameter that says no more than where a reader came from


class Spellings:
    """Which articles this run has read at an address that is not their own."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._titles: dict[str, str] = {}  # address -> title of the article that was read elsewhere

    def address(self, url: str, reading: Reading, lease: Lease) -> str | None:
        """Where the article of a page that was fetched at `url` is at home; None when it is known there already.

        Broken templates name one address on all their pages: it is believed for one title only.
        """
        own = canonical_url(url)
        if moved := self._moved_from(own, reading, lease):
            return moved
        home = plain_spelling(reading.canonical_url, own)
        if home is None:
            return url
        article_id, title = url_key(home), reading.title or ""
        if lease.article_id not in (None, article_id):
            return url  # it was delivered under this address before: ids are stable
        state = self._run.state
        with state.read() as connection:
            known = state.articles.get(connection, lease.site, article_id)
            at_home = state.frontier.article_at(connection, frontier_key(lease.site, home)) == article_id
        here = self._titles.setdefault(home, title)
        if not _alike(here, title) or (known is not None and not _alike(known.title, title)):
            return url
        if known is None or known.retracted:
            return home
        return home if lease.article_id == article_id and not at_home else None

    def _moved_from(self, own: str, reading: Reading, lease: Lease) -> str | None:
        """The address under the other of http and https, when the article was delivered under it and it leads here now."""
        other = other_scheme(own)
        article_id = url_key(other)
        if lease.article_id is not None:
            return other if lease.article_id == article_id else None
        state = self._run.state
        with state.read() as connection:
            known = state.articles.get(connection, lease.site, article_id)
            if known is None or known.retracted or not _alike(known.title, reading.title or ""):
                return None
            return other if state.frontier.leads_on(connection, frontier_key(lease.site, other)) else None


def plain_spelling(claim: str | None, own: str) -> str | None:
    """The canonical form of the address that a page claims, when it is that of the page itself (`own`, canonical) without
    parameters that choose no content; else None.

    A parameter with a digit in it may be what chooses the content, and so may be any where the rest names no article.
    """
    path, _, query = own.partition("?")
    if not claim or not query:
        return None
    try:
        plain = canonical_url(claim)
    except UrlError:
        return None
    plain_path, _, plain_query = plain.partition("?")
    left, kept = set(query.split("&")), set(plain_query.split("&")) - {""}
    if plain_path != path or not kept < left or not _NAMES_ONE.search("/" + plain.split("/", 3)[3]):
        return None
    values = [pair.partition("=")[2] for pair in left - kept]
    return plain if all(len(v) <= _MOST_VALUE and not re.search(r"\d", v) for v in values) else None


def _alike(one: str, other: str) -> bool:
    """Whether two titles are the same but for names of the site, which one of them may still have."""
    return one in other or other in one
