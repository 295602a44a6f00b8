"""scrapy survey: what repeats on a site, in plain words; and a site class with golden pages when asked."""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings, Settings

from crawler.article import Article
from crawler.commandline import WinnowCommand
from crawler.commands.onepage import UnreachableError
from crawler.exitcodes import Exit, WinnowError, WrongUsageError
from crawler.reading.profile import Profile
from crawler.run import Run, runs_of
from crawler.state import State
from crawler.summary import last_summary
from crawler.surveying.words import SITE_NAME, describe, site_class
from crawler.urls import UrlError, canonical_url, host_of
from crawler.web.browser_program import HOW_TO_GET_ONE

ROOT = Path(__file__).parent.parent.parent
PAGES = 12  # articles read: enough to tell template from content, few enough to be polite
GOLDEN = 2


class NothingFoundError(WinnowError):
    """The address leads to no article."""

    exit_code = Exit.NOTHING_FOUND


class _Surveyed(NamedTuple):
    """What a short run has learned."""

    profile: Profile | None = None
    unrendered: int = 0  # pages that wanted a browser that is not there
    unreachable: bool = False
    setbacks: tuple[str, ...] = ()  # why URLs gave nothing


class Command(WinnowCommand):
    """Reads a few articles politely, into a state that is thrown away."""

    usage = "[options] URL"
    does = "Say what repeats on a site; --write NAME makes a site class and golden pages"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument(
            "--write", metavar="NAME", help="write spiders/NAME.py and two golden pages; never overwrites"
        )
        parser.add_argument("--into", type=Path, default=ROOT, help="project folder to write into (default: this one)")

    def work(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> Exit:
        """Prints the profile."""
        if len(args) != 1:
            raise UsageError("give the address of a front page or listing", print_help=False)
        try:
            host = host_of(canonical_url(args[0]))
        except UrlError as error:
            raise WrongUsageError(f"not a web address: {args[0]} ({error.reason})") from None
        target = opts.into / "spiders" / f"{opts.write}.py"
        if opts.write and not SITE_NAME.fullmatch(opts.write):
            raise WrongUsageError(f"site name {opts.write!r}: use lower-case letters, digits and _, a letter first")
        if opts.write and target.exists():
            raise WrongUsageError(f"{target} exists; survey never overwrites: choose another name")
        pages: list[tuple[Article, TextResponse]] = []
        surveyed = _survey(args[0], host, pages, settings)
        profile = surveyed.profile
        if profile is None or not profile.version:
            hint = "try a listing, or `scrapy show` an article"
            if surveyed.unrendered:
                hint = f"{surveyed.unrendered} pages seem to need a browser: {HOW_TO_GET_ONE}"
            elif surveyed.unreachable:
                hint = "docs/operations.md says what that means"
            why = ", ".join(surveyed.setbacks)
            fault = UnreachableError if surveyed.unreachable else NothingFoundError
            raise fault(f"no article was found from {args[0]}{f' ({why})' if why else ''}; {hint}")
        print(describe(profile, surveyed.unrendered))
        if opts.write:
            source = site_class(profile, opts.write, args[0])
            for path in [_write(target, source), *_golden(opts.into, opts.write, pages)]:
                print(f"written: {path}")
        return Exit.OK


def _survey(url: str, host: str, pages: list[tuple[Article, TextResponse]], settings: BaseSettings) -> _Surveyed:
    with tempfile.TemporaryDirectory() as work:
        for name, value in {
            "OUTPUT_DIR": work,
            "STATE_URL": "",
            "LOG_LEVEL": "ERROR",
            "DISK_FREE_MIN_MB": 0,
        }.items():
            settings.set(name, value, priority="cmdline")
        assert isinstance(settings, Settings)
        process = AsyncCrawlerProcess(settings)
        crawler = process.create_crawler("any")

        def keep(item: Any, response: Response) -> None:
            if isinstance(response, TextResponse) and len(pages) < GOLDEN:
                pages.append((item, response))

        crawler.signals.connect(keep, signals.item_scraped)
        process.crawl(crawler, url=url, sample=str(PAGES), name="survey")
        process.start()
        run: Run | None = runs_of().get(crawler)
        if run is None:
            return _Surveyed()
        with State.open(run.state.url.render_as_string(hide_password=False)) as state:
            text = state.profiles.get(host)
            summary = last_summary(state, run.site)
        unrendered = int(run.stats.get_value("winnow/browser/missing", 0)) if run.stats else 0
    return _Surveyed(
        Profile.from_json(text) if text else None,
        unrendered,
        run.exit is Exit.UNREACHABLE,
        tuple(f"{reason} x{n}" for reason, n in summary.setbacks.items()) if summary else (),
    )


def _write(path: Path, text: str) -> Path:
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return path


def _golden(root: Path, name: str, pages: list[tuple[Article, TextResponse]]) -> list[Path]:
    """Two files a page, in the form of tests/pages/README.md; a person looks at them before they are kept."""
    written = []
    folder = root / "tests" / "pages"
    for number, (article, response) in enumerate(pages, start=1):
        expected = {
            "about": f"{name}, as it was surveyed. Check every value against the page.",
            "url": article.url,
            "fetched_at": article.fetched_at,
            "encoding": response.encoding,
            "expect": {
                "kind": "article",
                "title": article.title,
                "authors": article.authors,
                "source": article.source,
                "published_at": article.published_at,
            },
        }
        written.append(_write(folder / f"{name}_{number}.html", response.text))
        written.append(
            _write(folder / f"{name}_{number}.json", json.dumps(expected, ensure_ascii=False, indent=2) + "\n")
        )
    return written
