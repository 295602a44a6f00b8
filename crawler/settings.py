"""Settings of the project: one line of why each. A site overrides in `custom_settings`, an operator with `-s NAME=VALUE`."""

import os
from pathlib import Path

from crawler.feeds import RECORD_FIELDS
from crawler.web.secrets import mask_logs
from pipelines import ITEM_PIPELINES as ITEM_PIPELINES  # the steps and their order stand there

mask_logs()  # before anything is logged

BOT_NAME = "winnow"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
COMMANDS_MODULE = "crawler.commands"  # crawl with honest exit codes, harvest, survey, show, deliver, verify ...

# --- where things go ---------------------------------------------------------------------------------------------------
OUTPUT_DIR = os.environ.get("WINNOW_OUTPUT", str(Path(__file__).parent.parent / "output"))  # state and deliveries
STATE_URL = os.environ.get(
    "STATE_URL", ""
)  # empty: SQLite below OUTPUT_DIR; postgresql+psycopg://... for many machines
DISK_FREE_MIN_MB = 200  # a run does not start with less: stopping before the disk is full loses nothing

# --- politeness --------------------------------------------------------------------------------------------------------
USER_AGENT = "winnow/0.1 (+mailto:operator@localhost)"  # set your own contact: honest crawlers can be reached
CONCURRENT_REQUESTS = 8  # over all hosts of a run
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # a host is asked one thing at a time
DOWNLOAD_DELAY = 1  # seconds between two requests to a host; robots.txt can only raise it
DOWNLOAD_DELAY_JITTER = 0.5  # a fixed beat looks like an attack
DOWNLOAD_TIMEOUT = 45  # a total deadline, so that drip-feeding servers cannot hold a slot
ROBOTSTXT_OBEY = False  # Scrapy's own treats an unreachable robots.txt as "allow"; crawler.web.robots follows RFC 9309
ROBOTS_OBEY = True
AUTOTHROTTLE_ENABLED = False  # crawler.web.backoff reads Retry-After, which AutoThrottle does not

# --- safety ------------------------------------------------------------------------------------------------------------
TELNETCONSOLE_ENABLED = False  # no open port
REMOTE_CONTROL_ENABLED = False  # on by default in Scrapy, and it runs code
DOWNLOAD_VERIFY_CERTIFICATES = True  # off by default in Scrapy
COOKIES_ENABLED = False  # a harvest has no session, and cookies leak between ports of a host
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # bytes after decompression: 50 MB of <p> cost 1.2 GB to parse
DOWNLOAD_WARNSIZE = 2 * 1024 * 1024
DOWNLOAD_FAIL_ON_DATALOSS = True  # half a page is no page
ALLOW_PRIVATE_ADDRESSES: list[
    str
] = []  # networks, as "127.0.0.0/8"; empty: only public addresses are ever connected to

# --- transport: redirects, retries and refreshes become frontier entries, so that every check applies to them again -------
REDIRECT_ENABLED = False
RETRY_ENABLED = False
METAREFRESH_ENABLED = False
HTTPPROXY_ENABLED = False  # a proxy resolves names out of the guard's sight
REFERER_ENABLED = False  # an async generator around every callback, for a header nobody needs
# Of Scrapy's own components only those that are named here: what is switched off by name is imported all the same, with
# requests and tldextract 15 MB of it.
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}  # the spider judges statuses; depth and length are the frontier's matter
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": 300,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
}  # not Offsite, which skips whatever says dont_filter; not HttpCompression: the handler decodes, bounded
DOWNLOADER_MIDDLEWARES = {
    "crawler.web.guard.GuardMiddleware": 10,
    "crawler.web.backoff.BackoffMiddleware": 20,  # before robots: a resting host is not asked for its robots.txt either
    "crawler.web.robots.RobotsMiddleware": 30,
    "crawler.web.revisit.RevisitMiddleware": 800,
}
DOWNLOAD_HANDLERS = {
    "http": "crawler.web.handler.AiohttpHandler",  # judges every address at the socket
    "https": "crawler.web.handler.AiohttpHandler",
    "file": None,  # a page must never reach local files or other protocols
    "data": None,
    "ftp": None,
    "s3": None,
}
ALLOWED_PORTS: list[int] = []  # beyond those of the schemes and of the start URLs
TLS_UNVERIFIED_HOSTS: list[str] = []  # hosts whose certificates are knowingly not verified
ATTEMPTS_MAX = 3  # fetches of one URL in a run before it counts as failed
RETRY_DELAY = 20  # seconds before the second attempt; trebled for each further one
PATIENCE = 90  # seconds a run waits for postponed URLs when nothing else is left; later ones wait for the next run

# --- traversal ---------------------------------------------------------------------------------------------------------
SCHEDULER = "crawler.scheduler.FrontierScheduler"  # the frontier is a table; only leases are in memory
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the frontier's key is unique
MAX_PAGES = 20_000  # fetches of one site in one run
MAX_DEPTH = 8  # clicks from a start page
PAGING_PATIENCE = 3  # listing pages in a row without a new article before paging stops
PATTERN_PATIENCE = 25  # fruitless pages of one URL shape in a row before the shape is given up (calendars, filters)
REVISIT_DAYS = 1.0  # an article is asked for again after this, then after twice as long, up to 64 times
SURVEY_PAGES = 5  # articles read before a site's profile is learned; up to twice as many while they disagree
SCRAPER_SLOT_MAX_ACTIVE_SIZE = (
    32_000_000  # they wait with their bodies: at 5 MB fetching would stop before they are all there
)
AD_FILTERS: list[str] = []  # paths of EasyList-format files; their boxes are adverts (package adblock)

# --- reading -----------------------------------------------------------------------------------------------------------
READER_WORKERS = max(1, (os.cpu_count() or 2) - 1)  # processes; 0 reads in the crawl process
READER_CPU_SECONDS = 2  # of one page; usual ones take a twentieth of a second
READER_MEMORY_MB = 512  # what one worker may grow by: a page of the largest size allowed needs about 300

# --- browser -----------------------------------------------------------------------------------------------------------
BROWSER_PATH = os.environ.get("BROWSER_PATH", "")  # of a Chromium; empty: Debian's, Chrome, or playwright's own
BROWSER_TABS = 2  # pages at a time: each takes a core while it is filled
BROWSER_TIMEOUT = 20  # seconds until a page counts as filled, whatever it still does
BROWSER_MORE = 20  # times a list is scrolled or its button for more is clicked
BROWSER_PAGES = 100  # then the browser is started anew: its memory only grows
BROWSER_MEMORY_MB = 1200  # of all its processes; beyond, it is started anew

# --- pipelines ---------------------------------------------------------------------------------------------------------
CONCURRENT_ITEMS = 8  # the default of 100 costs twice the CPU a page (scrapy#5182)
DUPLICATES_POLICY: dict[str, str] = {}  # relation -> "drop" or "link"; docs/duplicates.md has the defaults
MIN_CHARACTERS = 40  # of an article's text, Chinese characters counting as two

# --- feeds: `-o FILE` beside the delivery --------------------------------------------------------------------------------
FEED_EXPORTERS = dict.fromkeys(("jsonl", "jsonlines", "jl"), "crawler.feeds.RecordLines")  # records as delivered
FEED_EXPORT_FIELDS = RECORD_FIELDS  # other formats: without what only pipelines use

# --- people ------------------------------------------------------------------------------------------------------------
LOG_LEVEL = "INFO"  # DEBUG prints every page and item
LOG_FORMATTER = "crawler.logformat.LogFormat"  # a dropped item is one line, never its text
PROGRESS = True  # a live line on a terminal, one a minute in the log
STATUS_SECONDS = 10  # between two writes of output/status; 0: none
LOGSTATS_INTERVAL = 0.0  # crawler.progress says more
STATS_DUMP = False  # the run's summary does that
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,  # -o still works
}
EXTENSIONS = {
    "crawler.closing.Closing": 100,  # ends the run: verdict, delivery, profile
    "crawler.progress.Progress": 200,
    "crawler.web.metrics.Metrics": 300,  # output/status: JSON and Prometheus text, also while the reactor is busy
}
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
ASYNCIO_EVENT_LOOP = "uvloop.Loop"  # a third more pages per CPU second
