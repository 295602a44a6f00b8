"""Spiders of the crawl bench: the same work once on Winnow's engine, once as a plain Scrapy project does it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import scrapy
from lxml import etree
from scrapy.http import Response, TextResponse

from crawler.arguments import AnyArguments
from crawler.reading.profile import Profile
from crawler.reading.reading import Line, PageLink, Reading
from crawler.site import SiteSpider

FIELDS = {
    "title": "//h1[contains(@class,'entry-title')]//text()",
    "date": "//time/text() | //span[contains(@class,'entry-date')]/text()",
    "category": "//ol[contains(@class,'breadcrumb')]/li[last()]//text()",
}
TEXT = "//div[contains(@class,'entry-content')]//p//text()"
ARTICLE = r"/\d+\.html"


class Engine(SiteSpider):
    """Frontier, links, record and delivery of Winnow around five XPaths: what the engine costs, without the reader."""

    name = "engine"
    arguments_model = AnyArguments
    article_urls = ARTICLE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.arguments, AnyArguments)
        self.start_urls = [str(url) for url in self.arguments.url]
        self.joined: set[str] = set()

    def profile_for(self, host: str) -> Profile:
        """Known from the start: no survey."""
        return _PROFILE

    async def read(self, response: TextResponse, profile: Profile) -> Reading:
        """Five XPaths and all links."""
        tree: Any = etree.fromstring(response.body, parser=_PARSER)
        texts = {name: "".join(path(tree)).strip() for name, path in _FIELDS.items()}
        body = [text.strip() for text in _TEXT(tree) if text.strip()]
        # An absolute address or path is the same from everywhere: joined once a crawl, not once a page.
        hrefs = [href for href in _LINKS(tree) if href not in self.joined]
        self.joined.update(href for href in hrefs if href.startswith(("/", "http")))
        urls = [urljoin(response.url, href) for href in dict.fromkeys(hrefs)]
        is_article = bool(body) and bool(texts["title"])
        return Reading(
            url=response.url,
            kind="article" if is_article else "listing",
            confidence=1.0,
            title=texts["title"],
            category=texts["category"] or None,
            lines=[Line(text) for text in body],
            links=[PageLink(url, "") for url in urls],
        )


_PARSER = etree.HTMLParser(encoding="utf-8")
# Plain strings: a smart one keeps its page's whole tree in memory.
_FIELDS: dict[str, Any] = {name: etree.XPath(path, smart_strings=False) for name, path in FIELDS.items()}
_TEXT: Any = etree.XPath(TEXT, smart_strings=False)
_LINKS: Any = etree.XPath("//a/@href", smart_strings=False)
_PROFILE = Profile(version=1)


class Plain(scrapy.Spider):
    """What a good beginner writes: parsel, response.follow, a JSONL feed, Scrapy's default settings."""

    name = "plain"

    def __init__(self, url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start_urls = [url]
        self.allowed_domains = [url.split("/")[2].split(":")[0]]

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        """The same five XPaths, and every link followed."""
        texts = {name: "".join(response.xpath(path).getall()).strip() for name, path in FIELDS.items()}
        body = [text.strip() for text in response.xpath(TEXT).getall() if text.strip()]
        if body and texts["title"]:
            yield {"url": response.url, "text": "\n".join(body), "fetched_at": datetime.now(UTC).isoformat(), **texts}
        for link in response.xpath("//a/@href").getall():
            yield response.follow(link, self.parse)
