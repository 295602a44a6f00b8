"""read(): bytes of a page in, its Reading out. The one place where the parts of reading meet."""

from collections.abc import Mapping
from datetime import datetime

from crawler.reading.adverts import advert_blocks, advert_boxes
from crawler.reading.body import find_body
from crawler.reading.credits import read_credits
from crawler.reading.dates import read_dates
from crawler.reading.decode import decode
from crawler.reading.kind import judge_kind
from crawler.reading.language import language_of, zone_of
from crawler.reading.lines import explained, read_images, read_lines, region
from crawler.reading.links import outside_text, read_links
from crawler.reading.page import Page
from crawler.reading.prescan import broken_limit
from crawler.reading.profile import Profile
from crawler.reading.reading import Reading
from crawler.reading.shell import judge_shell
from crawler.reading.themes import adapted

_SURE = 0.8
_MOST_TEXT = 1_000_000  # characters; novels have as many


def read(
    body: bytes,
    url: str,
    headers: Mapping[str, str],
    profile: Profile,
    fetched_at: datetime,
    explain: bool = False,
) -> Reading:
    """All facts of one page. Pure: the same arguments always give the same reading.

    headers: of the answer, only content-type is looked at. fetched_at: aware; settles relative dates. explain: fill
    Reading.blocks with the fate of every block. A page that must not be published has Reading.problem set to a
    crawler.outcomes.Reason value (mojibake, parse_depth, too_large, too_many_attributes, too_many_nodes).
    """
    decoded = decode(body, charset_of(headers))
    if broken := broken_limit(decoded.text):
        return Reading(url=url, encoding=decoded.encoding, problem=broken)
    page = Page(decoded.text, url)
    language = language_of(page)
    profile = adapted(profile, page, zone_of(language))
    main = find_body(page, profile)
    byline = read_credits(page, main, profile, fetched_at)
    dates = read_dates(page, main, profile, fetched_at)
    links = read_links(page, main, profile, fetched_at)
    kind, confidence = judge_kind(page, main, links, byline)
    lifted = dict(byline.lifted)
    if dates.block is not None:
        lifted.setdefault(dates.block, ("published_at", "date_line"))
    reading = Reading(
        url=url,
        encoding=decoded.encoding,
        canonical_url=links.canonical,
        kind=kind,
        confidence=confidence,
        problem=decoded.problem or page.problem,
        title=byline.title,
        title_raw=byline.title_raw or page.title_raw,
        headline=byline.headline,
        claimed_titles=byline.claimed_titles,
        subtitle=byline.subtitle,
        body_confidence=main.confidence,
        authors=byline.authors,
        source=byline.source,
        source_url=byline.source_url,
        editor=byline.editor,
        column=byline.column,
        category=byline.category,
        breadcrumb=byline.breadcrumb,
        tags=byline.tags,
        published_at=dates.published_at,
        published=dates.published,
        modified_at=dates.modified_at,
        language=language,
        views=byline.views,
        likes=byline.likes,
        comments=byline.comments,
        previous=links.previous,
        next=links.next,
        related=links.related,
        entries=links.read_entries() if kind == "listing" else [],
        next_page=links.next_page,
        links=links.links,
        text_links=links.text_links,
        feeds=links.feeds,
        refresh=links.refresh,
        identity=byline.identity,
        outside_text=outside_text(page.text),
        hidden_links=links.hidden_links,
        offsite_links=links.offsite_links,
        theme=profile.theme,
        body_path=main.selector,
        shell=judge_shell(page, links, main),
    )
    # The caller may know better than judge_kind, which knows little of a page without an address.
    if kind != "listing" or main.confidence >= _SURE or not url:
        boxes = advert_boxes(page, main.node, profile.remove, profile.filters)
        reading.lines = read_lines(page, main, links, lifted, advert_blocks(page, boxes))
        reading.images = read_images(page, main, boxes)
        if sum(len(line.text) for line in reading.lines) > _MOST_TEXT:
            reading.lines, reading.problem = [], "too_large"
    if explain:
        start = region(page, main, lifted)[0] if reading.lines else len(page.blocks)
        reading.blocks = explained(page, main, links, reading.lines, start)
    return reading


def warm_up() -> None:
    """Loads what the first page would load: data files and the block model."""
    page = b"<html><head><title>t</title></head><body><p>Warm up.</p></body></html>"
    read(page, "http://localhost/", {}, Profile(), datetime(2000, 1, 1).astimezone())


def charset_of(headers: Mapping[str, str]) -> str | None:
    """The charset that the content-type header names."""
    for name, value in headers.items():
        if name.lower() == "content-type" and "charset=" in value.lower():
            return value.lower().rpartition("charset=")[2].split(";")[0].strip(" \"'") or None
    return None
