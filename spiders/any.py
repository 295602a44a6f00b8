"""The spider for a site without a class of its own."""

from typing import Any

from crawler.arguments import AnyArguments
from crawler.site import SiteSpider
from crawler.urls import site_name


class AnySpider(SiteSpider):
    """Any site, from the URL of its front page or a listing: `scrapy crawl any -a url=https://www.example.com/`."""

    name = "any"
    arguments_model = AnyArguments

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.arguments, AnyArguments)
        self.start_urls = [str(url) for url in self.arguments.url]
        self.site = self.arguments.name or site_name(self.start_urls[0])
