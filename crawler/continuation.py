"""Articles in several pages: the further pages are fetched at once and read as one article."""

import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from crawler.reading.reading import Reading
from crawler.urls import UrlError, canonical_url, host_of

MOST_PAGES = 30
_CREDITS = ("authors", "source", "editor", "published_at")
_FACTS = ("column", "category", "tags", "modified_at", "views", "likes", "comments", "related")
_END = 3  # last lines of a page's text that can hold its credits
_PAGE_SUFFIX = re.compile(r"(?:[_/-]|/page/|/p)\d{1,2}/?$")
_PAGE_QUERY = re.compile(r"(?:^|&)(?:page|p|pn|pageno|paged)=\d{1,2}(?:&|$)")


def is_page_of(url: str, article: str) -> bool:
    """Whether `url` looks like another page of the article at `article`: its address with a page number.

    "/1003.html/2", "/1003_2.html", "/1003?page=2" are pages of "/1003.html" or "/1003".
    """
    try:
        one, other = urlsplit(article), urlsplit(url)
    except ValueError:  # no address at all
        return False
    if one.netloc != other.netloc or url == article:
        return False
    if one.path == other.path:
        return bool(_PAGE_QUERY.search(other.query)) and not _PAGE_QUERY.search(one.query)
    own, found = page_stem(one.path), other.path
    for path in (found, page_stem(found)):
        if path.startswith((own, one.path.rstrip("/"))):
            rest = (
                path.removeprefix(one.path.rstrip("/"))
                if path.startswith(one.path.rstrip("/"))
                else path.removeprefix(own)
            )
            if _PAGE_SUFFIX.fullmatch(rest):
                return True
    return False


def page_stem(path: str) -> str:
    """An address or path without its file's ending: what the addresses of its further pages begin with."""
    return re.sub(r"\.\w{2,5}$", "", path.rstrip("/"))


async def complete(reading: Reading, fetch: Callable[[str], Awaitable[Reading]]) -> list[str]:
    """Append the further pages of an article to its reading; returns their URLs.

    `fetch` reads one page and raises when it cannot be had: the article is then incomplete and must not be recorded.
    """
    seen = [canonical_url(reading.url)]
    following = reading.next_page
    while following is not None and len(seen) < MOST_PAGES:
        try:
            url = canonical_url(following)
        except UrlError:
            break
        if url in seen or host_of(url) != host_of(seen[0]):
            break
        seen.append(url)
        page = await fetch(following)
        known = {line.text for line in reading.lines if line.fate != "text"}
        reading.lines += [line for line in page.lines if line.fate == "text" or line.text not in known]
        shown = {image.url for image in reading.images}
        reading.images += [image for image in page.images if image.url not in shown]
        reading.next = reading.next or page.next
        take_facts(reading, page)
        following = page.next_page
    return seen[1:]


def take_facts(reading: Reading, page: Reading) -> None:
    """Fill what the pages so far do not state from a further page; credits only from its end, where articles sign off.

    A short line at the top of a further page can look like a byline, and is the middle of the story.
    """
    end = _end_of(page)
    for name in _CREDITS:
        value = getattr(page, name)
        stated = page.published.raw if name == "published_at" and page.published else value
        if value and not getattr(reading, name) and _stands_in(end, stated):
            setattr(reading, name, value)
            if name == "source":
                reading.source_url = page.source_url
            elif name == "published_at":
                reading.published = page.published
    for name in _FACTS:
        if getattr(reading, name) in (None, []):
            setattr(reading, name, getattr(page, name))


def _end_of(page: Reading) -> list[str]:
    """The last lines of a page's text and all behind them."""
    text = [number for number, line in enumerate(page.lines) if line.fate == "text"]
    return [line.text for line in page.lines[text[-_END] if len(text) >= _END else 0 :]]


def _stands_in(lines: list[str], value: str | list[str]) -> bool:
    parts = value if isinstance(value, list) else [value]
    return all(any(part in line for line in lines) for part in parts)
