from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from crawler.article import Published
from crawler.reading.dates import parse_date
from crawler.reading.reading import Identity


@dataclass
class C:
    title: Any = None
    title_raw: Any = None
    headline: Any = None
    subtitle: Any = None
    authors: list = field(default_factory=list)
    source: Any = None
    source_url: Any = None
    editor: Any = None
    column: Any = None
    category: Any = None
    breadcrumb: list = field(default_factory=list)
    tags: list = field(default_factory=list)
    views: Any = None
    likes: Any = None
    comments: Any = None
    identity: Any = field(default_factory=Identity)
    lifted: dict = field(default_factory=dict)


@dataclass
class D:
    published_at: Any = None
    published: Any = None
    modified_at: Any = None
    block: Any = None


def read_credits(page, body, profile, fetched_at):
    c = C(title_raw=page.title_raw)
    h = page.headline
    c.headline = h.text if h else None
    c.title = c.headline or page.title_raw
    return c


def read_dates(page, body, profile, fetched_at):
    d = D()
    tz = ZoneInfo(profile.timezone) if profile.timezone else fetched_at.tzinfo
    m = page.meta.get("article:published_time")
    cands = [(m, "meta:article:published_time", None)] if m else []
    h = page.headline
    s = h.index if h else 0
    e = body.indices[0] if body.indices else s
    for b in page.blocks[max(0, min(s, e) - 8) : max(s, e) + 1]:
        if len(b.text) < 120:
            cands.append((b.text, "text", b.index))
    for t, f, i in cands:
        p = parse_date(t, fetched_at, tz)
        if p:
            d.published_at = p.at.date().isoformat() if p.precision == "day" else p.iso()
            d.published = Published(raw=p.raw, precision=p.precision, **{"from": f})
            d.block = i
            break
    return d
