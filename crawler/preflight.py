"""What must be true before a run starts: writable output, enough disk, a sound state, usable filters and site classes."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from scrapy.settings import BaseSettings

from crawler.duplicates import read_policy
from crawler.exitcodes import CannotWriteError, WinnowError
from crawler.reading.adverts import AdFilterError, is_selector, read_filters
from crawler.run import state_url
from crawler.site import SiteSpider
from crawler.state import State


class PreflightError(WinnowError):
    """A run cannot start: a setting or a site class is wrong."""


def check_site(site: type[SiteSpider]) -> None:
    """What a site class states must be usable: its selectors and its patterns. Raises PreflightError."""
    stated = [("remove", selector) for selector in site.remove]
    stated += [(f"selectors[{field!r}]", selector) for field, selector in site.selectors.items()]
    for where, selector in stated:
        if not is_selector(selector):
            raise PreflightError(f"{site.name}: {where}: {selector!r} is no CSS selector")
    for where in ("article_urls", "listing_urls", "ignore_urls"):
        try:
            re.compile(getattr(site, where))
        except re.error as error:
            pattern = getattr(site, where)
            raise PreflightError(f"{site.name}: {where}: {pattern!r} is no pattern: {error}") from None


def check(settings: BaseSettings) -> None:
    """Raises PolicyError, PreflightError, CannotWriteError, StateError."""
    read_policy(settings.getdict("DUPLICATES_POLICY"))
    try:
        read_filters(settings.getlist("AD_FILTERS"))
    except AdFilterError as error:
        raise PreflightError(str(error)) from None
    output = Path(settings["OUTPUT_DIR"])
    for folder in (output, output / "logs", output / "status"):
        _probe(folder)
    free = shutil.disk_usage(output).free >> 20
    if free < settings.getint("DISK_FREE_MIN_MB"):
        wanted = settings.getint("DISK_FREE_MIN_MB")
        raise CannotWriteError(f"{free} MB free below {output}, {wanted} wanted: make room or lower DISK_FREE_MIN_MB")
    State.open(state_url(settings)).close()


def _probe(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"\0" * 4096)
            os.fsync(probe.fileno())
    except OSError as error:
        raise CannotWriteError.at(folder, error) from None
