"""scrapy show: what is read from a page, what is taken out, and why."""

import argparse
import asyncio
import inspect
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table
from rich.text import Text
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.http import HtmlResponse
from scrapy.settings import BaseSettings, Settings
from scrapy.spiderloader import get_spider_loader

from crawler.commandline import WinnowCommand, existing_state
from crawler.commands.onepage import OVERRIDES, Fetched, UnreachableError, fetch
from crawler.delivery import CannotWriteError
from crawler.exitcodes import Exit, WinnowError, WrongUsageError
from crawler.preflight import check_site
from crawler.reading.profile import Profile
from crawler.site import SiteSpider
from crawler.urls import UrlError, canonical_url, host_of
from crawler.web.browser_errors import NoBrowserError, RenderError


class Command(WinnowCommand):
    """How a maintainer looks at a site. Reads as a crawl would: with the host's learned profile, when the state has one, and
    with what the site's class states."""

    usage = "[options] URL|FILE"
    does = "Show what is read from a page and why; --html writes a page to look at"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--html", type=Path, metavar="FILE", help="write the original beside the reading")
        parser.add_argument("--url", help="the address of a saved page")
        parser.add_argument("--render", action="store_true", help="also read it in a browser, and compare")
        parser.add_argument("--no-profile", action="store_true", help="read as on first contact")

    def work(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> Exit:
        """Prints fields, lines with their fates, and what stripping removes."""
        if len(args) != 1:
            raise UsageError("give one address or one saved page", print_help=False)
        path = Path(args[0])
        headers: Mapping[str, str]
        if path.is_file():
            url, body, headers, fetched_at = opts.url or "http://saved.page/", path.read_bytes(), {}, datetime.now(UTC)
        else:
            page = _fetched(args[0], settings)
            url, body, fetched_at = page.response.url, page.response.body, page.fetched_at
            headers = {"content-type": (page.response.headers.get("Content-Type") or b"").decode("latin-1")}
        profile = Profile() if opts.no_profile else _profile(url, settings)
        if opts.render:
            page_headers = {"Content-Type": headers.get("content-type") or "text/html"}
            filled = _rendered(HtmlResponse(url, body=body, headers=page_headers), profile, fetched_at, settings)
            body, headers = filled.body, {"content-type": "text/html; charset=utf-8"}
        # Every command is imported by all of them: the model would cost each crawl 100 MB.
        from crawler.reading.reader import read
        from crawler.reading.show import explain_terminal, show_page
        from crawler.stripping import strip

        reading = read(body, url, headers, profile, fetched_at, explain=True)
        stripped = strip(reading, profile)
        page_read = HtmlResponse(url, body=body, encoding=reading.encoding or "utf-8")
        for field, selector in sorted(profile.selectors.items()):
            if not page_read.css(selector):
                print(f"nothing on this page is {selector}, the selector of {field}")
        if opts.html:
            try:
                opts.html.write_text(show_page(body, headers, reading, stripped.title, stripped.removed), "utf-8")
            except OSError as error:
                raise CannotWriteError(f"cannot write {opts.html}: {error.strerror}") from None
            print(opts.html)
        else:
            Console().print(explain_terminal(reading, stripped.title, stripped.removed))
        return Exit.OK


def _fetched(address: str, settings: BaseSettings) -> Fetched:
    try:
        url = canonical_url(address)
    except UrlError as error:
        raise WrongUsageError(f"neither a file nor a web address: {address} ({error.reason})") from None
    for name, value in OVERRIDES.items():
        settings.set(name, value, priority="cmdline")
    settings.set("ALLOWED_PORTS", [urlsplit(url).port or 443], priority="cmdline")
    assert isinstance(settings, Settings)
    return fetch(AsyncCrawlerProcess(settings), url)


def _rendered(page: HtmlResponse, profile: Profile, fetched_at: datetime, settings: BaseSettings) -> HtmlResponse:
    """Prints both readings beside each other; gives the page as a browser shows it. Raises UnreachableError."""
    from crawler.reading.reader import read
    from crawler.web.browser_compare import compared, rendered_once, verdict

    try:
        filled = asyncio.run(rendered_once(page, settings))
    except (NoBrowserError, RenderError) as error:
        raise UnreachableError(str(error)) from None
    content_type = {"content-type": (page.headers.get("Content-Type") or b"").decode("latin-1")}
    before = read(page.body, page.url, content_type, profile, fetched_at)
    after = read(filled.body, page.url, {}, profile, fetched_at)
    table = Table(title=verdict(before, after, page.text), title_justify="left", box=None, pad_edge=False)
    for heading in ("", "plain", "in a browser"):
        table.add_column(heading, overflow="fold")
    for row in compared(before, after):
        table.add_row(*map(Text, row))
    Console().print(table)
    return filled


def _profile(url: str, settings: BaseSettings) -> Profile:
    """What is known of the page's host. Raises PreflightError for a site class that cannot be used."""
    host = host_of(canonical_url(url))
    text = None
    with suppress(WinnowError), existing_state(settings) as state:  # a page can be looked at without a state
        text = state.profiles.get(host)
    profile = Profile.from_json(text) if text else Profile()
    spider = _spider_of(host, settings)
    if spider is None:
        return profile
    check_site(spider)
    print(f"with what {inspect.getfile(type(spider))} states")
    return spider.corrected(profile)


def _spider_of(host: str, settings: BaseSettings) -> SiteSpider | None:
    """The site of spiders/ to which the host belongs."""
    loader = get_spider_loader(settings)
    for name in sorted(set(loader.list()) - {"any"}):
        spider = loader.load(name)()
        assert isinstance(spider, SiteSpider)
        with suppress(UrlError):  # another site's fault, told when that is crawled
            if host.removeprefix("www.") in {own.removeprefix("www.") for own in spider.own_hosts()}:
                return spider
    return None
