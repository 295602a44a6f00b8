"""One page with and without a browser, for a person to look at."""

from scrapy.http import HtmlResponse
from scrapy.settings import BaseSettings

from crawler.reading.reading import Reading
from crawler.urls import canonical_url, host_of
from crawler.web.browser import Browser
from crawler.web.browser_data import Growth
from crawler.web.browser_need import filled_response, gained, least_links, need_of

_FIELDS = (
    "kind",
    "title",
    "text",
    "published_at",
    "authors",
    "source",
    "entries",
    "related",
    "links",
    "images",
    "next_page",
)


async def rendered_once(page: HtmlResponse, settings: BaseSettings) -> HtmlResponse:
    """The page as a browser shows it; lists are followed as in a crawl. Raises NoBrowserError, RenderError."""
    browser = Browser(settings, (host_of(canonical_url(page.url)),))
    try:
        growth = Growth(settings.getint("BROWSER_MORE"), settings.getfloat("DOWNLOAD_DELAY"))
        return filled_response(page, (await browser.render(page, growth)).html)
    finally:
        await browser.close()


def compared(plain: Reading, filled: Reading) -> list[tuple[str, str, str]]:
    """(field, without, with a browser) of each field that differs; texts and lists by their length."""
    rows = []
    for name in _FIELDS:
        before, after = getattr(plain, name), getattr(filled, name)
        if before != after:
            rows.append((name, _told(name, before), _told(name, after)))
    return rows


def verdict(plain: Reading, filled: Reading, html: str) -> str:
    """In a sentence: whether the page needs a browser, and whether a crawl would find that out by itself."""
    need = need_of(plain, html) or need_of(plain, html, "listing")
    if not gained(plain, filled, least_links(need or "", is_longer=need == "growing")):
        return "A browser shows nothing more of this page."
    if need is not None:
        return f"This page needs a browser ({need}: {', '.join(plain.shell.signs) or 'no signs'}); a crawl notices by itself."
    return 'A browser shows more of this page, but it does not look so: render = "always" in the site class takes it everywhere.'


def _told(name: str, value: object) -> str:
    if isinstance(value, list) and name != "authors":
        return str(len(value))
    if name == "text":
        return f"{len(str(value))} characters"
    return ", ".join(value) if isinstance(value, list) else "-" if value is None else str(value)
