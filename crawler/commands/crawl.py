"""scrapy crawl: one site, once, with an exit code that can be trusted."""

import argparse
import asyncio
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from crawler.arguments import ArgumentsError
from crawler.commands.failing import fail
from crawler.exitcodes import Exit
from crawler.locks import FileLock, LockHeldError
from crawler.preflight import PreflightError, check, check_site
from crawler.run import runs_of
from crawler.site import SiteSpider
from crawler.stopping import Stopper


class Command(ScrapyCrawl):
    """Scrapy's crawl, with arguments checked first, one run a site at a time, clean stops and the exit codes of docs/operations.md."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Ends with an Exit; errors that a user can act on are one line on standard error."""
        if len(args) != 1:
            raise UsageError("give the name of one site, or `any -a url=https://...`", print_help=False)
        try:
            site = self._site(args[0], opts.spargs)
            assert self.settings is not None
            check(self.settings)
            with FileLock(Path(self.settings["OUTPUT_DIR"]) / "state" / f"{site}.lock"):
                self.exitcode = self._crawl(args[0], opts)
        except (ArgumentsError, KeyError) as error:
            self.exitcode = fail(Exit.USAGE, str(error.args[0]))
        except PreflightError as error:
            self.exitcode = fail(error.exit, str(error))
        except LockHeldError as error:
            self.exitcode = fail(Exit.LOCKED, str(error))

    def _site(self, name: str, spargs: dict[str, str]) -> str:
        """The site that a spider of this name and arguments will harvest. Raises KeyError, ArgumentsError, PreflightError."""
        assert self.crawler_process is not None
        names = self.crawler_process.spider_loader.list()
        if name not in names:
            near = get_close_matches(name, names, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(names))}"
            raise KeyError(f"no site {name!r}; {hint}")
        spidercls = self.crawler_process.spider_loader.load(name)
        assert issubclass(spidercls, SiteSpider)
        check_site(spidercls)
        return spidercls(**spargs).site

    def _crawl(self, name: str, opts: argparse.Namespace) -> int:
        process = self.crawler_process
        assert isinstance(process, AsyncCrawlerProcess)
        loop = asyncio.get_event_loop()
        stopper = Stopper(partial(loop.call_soon_threadsafe, lambda: loop.create_task(process.stop())))
        crawler = self._create_crawler(name)
        process.crawl(crawler, **opts.spargs)
        stopper.install()
        process.start(install_signal_handlers=False)
        run = runs_of().get(crawler)
        if run is None or run.exit is None:
            return Exit.CONFIG  # the crawl never opened; the log has the traceback
        return Exit.INTERRUPTED if stopper.was_stopped and run.exit is Exit.OK else run.exit
