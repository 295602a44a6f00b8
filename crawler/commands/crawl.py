"""scrapy crawl: one site, once, with an exit code that can be trusted."""

import argparse
import asyncio
import logging
from functools import partial
from pathlib import Path

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from crawler.commandline import check_site_name, fail
from crawler.exitcodes import Exit, WinnowError
from crawler.locks import FileLock
from crawler.preflight import check, check_site
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
        except WinnowError as error:
            self.exitcode = fail(error)

    def _site(self, name: str, spargs: dict[str, str]) -> str:
        """The site that a spider of this name and arguments will harvest. Raises WinnowError."""
        assert self.crawler_process is not None
        check_site_name(name, self.crawler_process.spider_loader.list())
        spidercls = self.crawler_process.spider_loader.load(name)
        assert issubclass(spidercls, SiteSpider)
        spider = spidercls(**spargs)
        check_site(spider)
        return spider.site

    def _crawl(self, name: str, opts: argparse.Namespace) -> int:
        process = self.crawler_process
        assert isinstance(process, AsyncCrawlerProcess)
        logging.raiseExceptions = False  # a log that cannot be written says so in a traceback a line
        loop = asyncio.get_event_loop()
        stopper = Stopper(partial(loop.call_soon_threadsafe, lambda: loop.create_task(process.stop())))
        crawler = self._create_crawler(name)
        process.crawl(crawler, **opts.spargs)
        stopper.install()
        process.start(install_signal_handlers=False)
        run = runs_of().get(crawler)
        if run is None or run.exit is None:
            return Exit.CONFIG  # the crawl never opened; the log has the traceback
        if run.fault is not None:
            return fail(run.fault)
        return Exit.INTERRUPTED if stopper.was_stopped and run.exit is Exit.OK else run.exit
