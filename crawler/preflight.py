"""What must be true before a run starts: writable output, enough disk, a sound state, usable filters and site classes."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from scrapy.settings import BaseSettings

from crawler.duplicates import PolicyError, read_policy
from crawler.exitcodes import Exit
from crawler.reading.adverts import AdFilterError, is_selector, read_filters
from crawler.run import state_url
from crawler.site import SiteSpider
from crawler.state import State, StateError


class PreflightError(Exception):
    """A run cannot start; `exit` is the command's exit code and the message one line for the operator."""

    def __init__(self, code: Exit, message: str) -> None:
        super().__init__(message)
        self.exit = code


def check_site(site: type[SiteSpider]) -> None:
    """What a site class states must be usable: its selectors and its patterns. Raises PreflightError."""
    stated = [("remove", selector) for selector in site.remove]
    stated += [(f"selectors[{field!r}]", selector) for field, selector in site.selectors.items()]
    for where, selector in stated:
        if not is_selector(selector):
            raise PreflightError(Exit.CONFIG, f"{site.name}: {where}: {selector!r} is no CSS selector")
    for where in ("article_urls", "listing_urls", "ignore_urls"):
        try:
            re.compile(getattr(site, where))
        except re.error as error:
            pattern = getattr(site, where)
            raise PreflightError(Exit.CONFIG, f"{site.name}: {where}: {pattern!r} is no pattern: {error}") from None


def check(settings: BaseSettings) -> None:
    """Raises PreflightError."""
    try:
        read_policy(settings.getdict("DUPLICATES_POLICY"))
        read_filters(settings.getlist("AD_FILTERS"))
    except (PolicyError, AdFilterError) as error:
        raise PreflightError(Exit.CONFIG, str(error)) from None
    output = Path(settings["OUTPUT_DIR"])
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output) as probe:
            probe.write(b"\0" * 4096)
            os.fsync(probe.fileno())
    except OSError as error:
        raise PreflightError(Exit.CANNOT_WRITE, f"cannot write to {output}: {error.strerror or error}") from None
    free = shutil.disk_usage(output).free >> 20
    if free < settings.getint("DISK_FREE_MIN_MB"):
        wanted = settings.getint("DISK_FREE_MIN_MB")
        raise PreflightError(
            Exit.CANNOT_WRITE, f"{free} MB free below {output}, {wanted} wanted: make room or lower DISK_FREE_MIN_MB"
        )
    try:
        State.open(state_url(settings)).close()
    except StateError as error:
        raise PreflightError(error.exit_code, str(error)) from None
