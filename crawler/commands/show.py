"""scrapy show: what is read from a page, what is taken out, and why."""

import argparse
import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table
from rich.text import Text
from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.http import HtmlResponse

from crawler.commands.failing import fail
from crawler.commands.onepage import OVERRIDES, fetch
from crawler.exitcodes import Exit
from crawler.reading.profile import Profile
from crawler.run import state_url
from crawler.state import State, StateError
from crawler.urls import UrlError, canonical_url, host_of
from crawler.web.browser_errors import NoBrowserError, RenderError


class Command(ScrapyCommand):
    """How a maintainer looks at a site. Reads with the host's learned profile, when the state has one."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Usage."""
        return "[options] URL|FILE"

    def short_desc(self) -> str:
        """One line for `scrapy`."""
        return "Show what is read from a page and why; --html writes a page to look at"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--html", type=Path, metavar="FILE", help="write the original beside the reading")
        parser.add_argument("--url", help="the address of a saved page")
        parser.add_argument("--render", action="store_true", help="also read it in a browser, and compare")
        parser.add_argument("--no-profile", action="store_true", help="read as on first contact")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Prints fields, lines with their fates, and what stripping removes."""
        if len(args) != 1:
            raise UsageError("give one address or one saved page", print_help=False)
        path = Path(args[0])
        headers: Mapping[str, str]
        if path.is_file():
            url, body, headers, fetched_at = opts.url or "http://saved.page/", path.read_bytes(), {}, datetime.now(UTC)
        else:
            try:
                url = canonical_url(args[0])
            except UrlError as error:
                self.exitcode = fail(Exit.USAGE, f"neither a file nor a web address: {args[0]} ({error.reason})")
                return
            assert self.settings is not None
            for name, value in OVERRIDES.items():
                self.settings.set(name, value, priority="cmdline")
            self.settings.set("ALLOWED_PORTS", [urlsplit(url).port or 443], priority="cmdline")
            page = fetch(AsyncCrawlerProcess(self.settings), url)
            if page.response is None:
                self.exitcode = fail(Exit.UNREACHABLE, page.fault or f"no answer from {url}")
                return
            url, body, fetched_at = page.response.url, page.response.body, page.fetched_at
            headers = {"content-type": (page.response.headers.get("Content-Type") or b"").decode("latin-1")}
        profile = Profile() if opts.no_profile else self._profile(url)
        if opts.render:
            page_headers = {"Content-Type": headers.get("content-type") or "text/html"}
            filled = self._rendered(HtmlResponse(url, body=body, headers=page_headers), profile, fetched_at)
            if filled is None:
                return
            body, headers = filled.body, {"content-type": "text/html; charset=utf-8"}
        if opts.html:
            from crawler.reading.show import show_page

            opts.html.write_text(show_page(body, url, headers, profile, fetched_at), encoding="utf-8")
            print(opts.html)
            return
        _print(body, url, headers, profile, fetched_at)

    def _rendered(self, page: HtmlResponse, profile: Profile, fetched_at: datetime) -> HtmlResponse | None:
        """Prints both readings beside each other; gives the page as a browser shows it, None when there is no such page."""
        from crawler.reading.reader import read
        from crawler.web.browser_compare import compared, rendered_once, verdict

        assert self.settings is not None
        try:
            filled = asyncio.run(rendered_once(page, self.settings))
        except (NoBrowserError, RenderError) as error:
            self.exitcode = fail(Exit.UNREACHABLE, str(error))
            return None
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

    def _profile(self, url: str) -> Profile:
        assert self.settings is not None
        try:
            with State.open(state_url(self.settings)) as state:
                text = state.profiles.get(host_of(canonical_url(url)))
        except StateError:
            return Profile()  # a page can be looked at without a state
        return Profile.from_json(text) if text else Profile()


def _print(body: bytes, url: str, headers: Mapping[str, str], profile: Profile, fetched_at: datetime) -> None:
    # Every command is imported by all of them: the model would cost each crawl 100 MB.
    from crawler.reading.reader import read
    from crawler.reading.show import explain_terminal
    from crawler.stripping import strip

    console = Console()
    reading = read(body, url, headers, profile, fetched_at, explain=True)
    console.print(explain_terminal(reading))
    stripped = strip(reading, profile)
    console.print(Text("title after stripping: ", style="bold") + Text(stripped.title or "-"))
    table = Table(title="removed", title_justify="left", box=None, pad_edge=False)
    for heading in ("kind", "slot", "rule", "evidence", "text"):
        table.add_column(heading, overflow="fold")
    for span in stripped.removed:
        table.add_row(span.kind, span.slot or "", span.rule, "; ".join(span.evidence), Text(span.text[:200]))
    console.print(table)
