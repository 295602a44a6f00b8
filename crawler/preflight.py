"""What must be true before a run starts: writable output, enough disk, a sound state, usable filters and site classes."""

import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import available_timezones

from scrapy.settings import BaseSettings

from crawler.duplicates import read_policy
from crawler.exitcodes import CannotWriteError, WinnowError
from crawler.reading.adverts import AdFilterError, is_selector, read_filters
from crawler.reading.profile import STATED_FIELDS
from crawler.run import state_url
from crawler.site import SiteSpider
from crawler.state import State
from crawler.surveying.words import SITE_NAME
from crawler.urls import UrlError, canonical_url
from crawler.web.browser_need import MODES

_ATTRIBUTES = {"name", "custom_settings", *SiteSpider.__annotations__} - {"arguments_model"}
_LISTS = ("start_urls", "sources", "allowed_hosts", "remove")
_NEAR = 0.8  # of difflib: Asia/Beijing is not meant to be Asia/Beirut


class PreflightError(WinnowError):
    """A run cannot start: a setting or a site class is wrong."""


def check_site(site: SiteSpider) -> None:
    """What a site class states must be usable: attributes, addresses, selectors, patterns. Raises PreflightError."""
    for where, why in _faults(site):
        raise PreflightError(f"{site.name}: {where}: {why}")


def _faults(site: SiteSpider) -> Iterator[tuple[str, str]]:
    """(attribute, what is wrong with it)."""
    if not SITE_NAME.fullmatch(site.name):
        yield "name", f"{site.name!r}: use lower-case letters, digits and _, a letter first"
    known = _ATTRIBUTES.union(dir(SiteSpider))
    for name, value in vars(type(site)).items():
        if name not in known and not callable(value) and not name.startswith("_"):
            yield name, f"a site class has no such attribute{_meant(name, _ATTRIBUTES)}"
    for name in _LISTS:
        if isinstance(getattr(site, name), str):
            yield name, f"{getattr(site, name)!r} is a text; put it into brackets: [{getattr(site, name)!r}]"
    if not site.start_urls:
        yield "start_urls", "it is empty: give a front page or listings"
    for name in ("start_urls", "sources"):
        for url in getattr(site, name):
            try:
                canonical_url(url)
            except UrlError as error:
                yield name, f"{url!r} is no web address ({error.reason})"
    for host in site.allowed_hosts:
        if "/" in host:
            yield "allowed_hosts", f"{host!r} is no host: leave out the scheme and the path"
    for field in site.selectors:
        if field not in STATED_FIELDS:
            yield f"selectors[{field!r}]", f"no such field{_meant(field, STATED_FIELDS)}"
    selectors = [("remove", selector) for selector in site.remove]
    selectors += [(f"selectors[{field!r}]", selector) for field, selector in site.selectors.items()]
    for where, selector in selectors:
        if not is_selector(selector):
            yield where, f"{selector!r} is no CSS selector"
    for where in ("article_urls", "listing_urls", "ignore_urls"):
        try:
            re.compile(getattr(site, where))
        except re.error as error:
            yield where, f"{getattr(site, where)!r} is no pattern: {error}"
    if site.timezone is not None and site.timezone not in (zones := available_timezones()):
        yield "timezone", f"{site.timezone!r} is no IANA name of a zone{_meant(site.timezone, zones)}"
    if site.render not in MODES:
        yield "render", f"{site.render!r} is none of {', '.join(MODES)}"


def _meant(name: str, known: Collection[str]) -> str:
    """The name that may be meant, or all of a few."""
    near = get_close_matches(name, known, 1, _NEAR)
    if near:
        return f"; did you mean {near[0]!r}?"
    return "; known: " + ", ".join(sorted(known)) if len(known) < 20 else ""


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
