"""Pages of the farm: from a path to the bytes, headers and status that stand there."""

import hashlib
import random
import urllib.parse
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.farm import dates, gold
from tests.farm.articles import Article, Line
from tests.farm.farm import Farm, site_data

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)
_SHUFFLED = "<!--related-->"


@dataclass(slots=True)
class Page:
    """An answer. `shuffled` stands between `body` and `tail` in another order at every fetch."""

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    shuffled: list[bytes] = field(default_factory=list)
    tail: bytes = b""
    etag: str = ""
    last_modified: str = ""
    location: str = ""


class Pages:
    """All pages of a farm, rendered when first asked for and kept until the farm changes."""

    def __init__(self, farm: Farm) -> None:
        self.farm = farm
        self.fetches: Counter[tuple[str, str]] = Counter()
        self._kept: dict[tuple[str, str], Page] = {}
        self._version = farm.version

    def page(self, host: str, target: str) -> Page:
        """The page at `target` (path and query) of "main" or "second"."""
        if self._version != self.farm.version:
            self._kept.clear()
            self._version = self.farm.version
        page = self._kept.get((host, target))
        if page is None:
            page = self._kept[host, target] = self._render(host, target)
        return page

    def body(self, host: str, target: str, page: Page) -> bytes:
        """The bytes of `page` for its next fetch."""
        if not page.shuffled:
            return page.body
        self.fetches[host, target] += 1
        order = page.shuffled.copy()
        random.Random(f"{self.farm.options.seed}:{target}:{self.fetches[host, target]}").shuffle(order)
        return b"".join([page.body, *order, page.tail])

    def _render(self, host: str, target: str) -> Page:
        path = urllib.parse.unquote(target.partition("?")[0])
        parts = [part for part in path.split("/") if part]
        farm = self.farm
        if not parts:
            return self._listing(host, "", farm.listing(), 1, "/page/{}")
        if parts[0] == "category" and len(parts) in {2, 4} and parts[1] in farm.sections:
            section = farm.sections[parts[1]]
            page = int(parts[3]) if len(parts) == 4 and parts[3].isdigit() else 1
            return self._listing(
                host, section.name, farm.listing(section.slug), page, f"/category/{section.slug}/page/{{}}"
            )
        if parts[0] == "page" and len(parts) == 2 and parts[1].isdigit():
            return self._listing(host, "最新文章", farm.listing(), int(parts[1]), "/page/{}")
        if len(parts) == 1 and parts[0].endswith(".html") and parts[0][:-5].isdigit():
            article = farm.articles.get(int(parts[0][:-5]) - 1000)
            if article and article.removed:
                return Page(b"gone", status=article.removed)
            if article:
                return self._article(host, article)
        return Page("<title>404</title><h1>页面不存在</h1>".encode(), status=404)

    def _frame(self, host: str) -> dict[str, Any]:
        farm, site = self.farm, site_data()[host]
        popular = sorted(farm.listing()[:300], key=lambda a: -a.views)[:15]
        return {
            "site": site,
            "base": farm.bases[host],
            "suffix": site["injected"] if farm.options.injected and "injected" in site else site["name"],
            "injected": farm.options.injected and "injected" in site,
            "sections": [self._section(s.slug) for s in farm.sections.values()],
            "light": farm.options.light,
            "hot": [self._entry(a) for a in popular],
            "cloud": sorted({tag for a in farm.listing()[:60] for tag in a.tags}),
            "friends": site_data()["friend"],
            "hidden": site_data()["hidden"],
            "css": "",
            "js": "",
        }

    def _section(self, slug: str) -> dict[str, str]:
        return {"name": self.farm.sections[slug].name, "slug": slug, "url": f"/category/{slug}"}

    def _entry(self, article: Article) -> dict[str, Any]:
        return {
            "url": self.farm.url(article),
            "title": article.title,
            "excerpt": article.excerpt,
            "section": self._section(article.section.slug),
            "date": dates.ago(article.published, self.farm.now),
            "views": dates.count(article.views),
            "thumb": "",
        }

    def _listing(self, host: str, heading: str, articles: list[Article], page: int, pattern: str) -> Page:
        size = self.farm.options.page_size
        pages = max(1, -(-len(articles) // size))
        if not 1 <= page <= pages:
            return Page(b"<title>404</title>", status=404)
        shown = articles[(page - 1) * size : page * size]
        first = pattern.partition("/page/")[0] or "/"

        def page_url(number: int) -> str:
            return self.farm.bases[host] + (first if number == 1 else pattern.format(number))

        html = _ENVIRONMENT.get_template("listing.html").render(
            **self._frame(host),
            heading=heading or site_data()[host]["slogan"],
            entries=[self._entry(a) for a in shown],
            page=page,
            pages=pages,
            numbers=range(max(1, page - 3), min(pages, page + 3) + 1),
            page_url=page_url,
        )
        newest = max((a.modified or a.published for a in shown), default=self.farm.now)
        return _stamped(Page(html.encode()), newest)

    def _article(self, host: str, article: Article) -> Page:
        older, newer = self.farm.neighbours(article)
        shown = self._entry(article) | {
            "id": article.number + 1000,
            "published": article.published,
            "date_long": dates.minute(article.published),
            "nickname": article.nickname,
            "tags": article.tags,
            "likes": article.likes,
            "comments": article.comments,
            "lines": [self._line(article, i, line) for i, line in enumerate(article.lines)],
        }
        frame = self._frame(host)
        html = _ENVIRONMENT.get_template("justnews.html").render(
            **frame,
            a=shown,
            older=self._entry(older) if older else None,
            newer=self._entry(newer) if newer else None,
        )
        body, _, tail = html.partition(_SHUFFLED)
        item = _ENVIRONMENT.get_template("item.html")
        shuffled = [item.render(a=self._entry(a), base=frame["base"]).encode() for a in self.farm.related(article)]
        return _stamped(
            Page(body.encode(), shuffled=shuffled, tail=tail.encode()), article.modified or article.published
        )

    def _line(self, article: Article, index: int, line: Line) -> dict[str, str]:
        before, _, after = line.text.partition(article.source or "\0")
        return {
            "role": line.role,
            "text": line.text,
            "alt": line.alt,
            "src": gold.image(self.farm, article, index)["url"] if line.role == "image" else "",
            "url": line.url,
            "before": before,
            "link": article.source or "",
            "after": after,
        }


def _stamped(page: Page, modified: datetime) -> Page:
    """`page` with its validators: the ETag covers all but the order of what is shuffled."""
    digest = hashlib.sha256(page.body + b"".join(page.shuffled) + page.tail).hexdigest()[:20]
    page.etag = f'W/"{digest}"'
    page.last_modified = format_datetime(modified)
    return page
