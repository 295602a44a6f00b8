"""Rendering: the facts of articles and listings, put into the templates of their layout."""

import random
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.farm import dates, gold
from tests.farm.answer import Answer
from tests.farm.articles import Article, Line, Section
from tests.farm.farm import Farm, layouts, site_data
from tests.farm.grammar import Text, load_rules

FOLDER = Path(__file__).parent
SHUFFLED = "<!--related-->"  # the place of the related posts in a template
_HEADERS = ("text/html; charset=gb2312", "text/html", "text/html; charset=GBK")
_LAZY = {"justnews", "zibll", "dux"}  # layouts that load some images late
_METAS = ("gb2312", "gbk", "GB18030", "gb2312")


@lru_cache
def environment() -> Environment:
    loader = FileSystemLoader(FOLDER / "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals["authors_ld"] = lambda names: [{"@type": "Person", "name": name} for name in names]
    made.globals["css"] = (FOLDER / "static" / "theme.css").read_text(encoding="utf-8")
    made.globals["js"] = (FOLDER / "static" / "theme.js").read_text(encoding="utf-8")
    return made


class Renderer:
    """Renders the pages of one state of a farm."""

    def __init__(self, farm: Farm) -> None:
        self.farm = farm
        self._frames: dict[str, dict[str, Any]] = {}

    def frame(self, host: str, layout: str) -> dict[str, Any]:
        """What all pages of a host have in common, in one layout."""
        if layout in self._frames:
            return self._frames[layout]
        farm, site = self.farm, dict(site_data()[host])
        site["name"] = site_data()["names"].get(layout, site["name"])
        brand = farm.brand(host) if layout == "justnews" else ""
        latest = farm.listing(host=host)[:300]
        self._frames[layout] = {
            "site": site,
            "base": farm.bases[host],
            "brand": brand,
            "page_base": "base.html" if host == "main" else f"{layout}_base.html",
            "suffix": brand or site["name"],
            "sections": [self.section(s) for s in farm.sections.values() if s.host == host],
            "light": farm.options.light,
            "adverts": farm.options.adverts,
            "traps": farm.options.traps,
            "hot": [self.entry(a) for a in sorted(latest, key=lambda a: -a.views)[:15]],
            "cloud": sorted({tag for a in latest[:60] for tag in a.tags}),
            "friends": site_data()["friend"],
            "hidden": site_data()["hidden"] if brand else [],
            "disclaimer": site_data()["texts"]["disclaimer"].format(
                name=brand or site["name"], mail="" if brand else site["mail"]
            ),
            "year": farm.now.year,
            "month": f"{farm.now.month:02d}",
        }
        return self._frames[layout]

    def section(self, section: Section) -> dict[str, str]:
        first = layouts()[section.layout]["first"].format(slug=section.slug)
        return {"name": section.name, "slug": section.slug, "url": self.farm.bases[section.host] + first}

    def entry(self, article: Article) -> dict[str, Any]:
        """One article in a list."""
        thumb = article.number % 3 == 0
        return {
            "url": self.farm.url(article),
            "id": article.number + 1000,
            "title": article.title,
            "excerpt": article.excerpt,
            "section": self.section(article.section),
            "date": dates.ago(article.published, self.farm.now),
            "day": article.published.date().isoformat(),
            "published": article.published,
            "views": dates.count(article.views),
            "sticky": False,
            "thumb": f"{self.farm.bases[article.section.host]}/thumbs/{article.number}.jpg" if thumb else "",
        }

    def listing(
        self, host: str, layout: str, heading: str, articles: list[Article], page: int, first: str, pattern: str
    ) -> Answer:
        """Page `page` of a list; `first` and `pattern` (with {n}) are the paths of its pages. 404 beyond the end."""
        size = self.farm.options.page_size
        pages = max(1, -(-len(articles) // size))
        if not 1 <= page <= pages:
            return self.not_found(host)
        shown = articles[(page - 1) * size : page * size]
        base = self.farm.bases[host]
        entries = [self.entry(a) for a in shown]
        if entries and page == 1:
            entries[0]["sticky"] = True
        html = (
            environment()
            .get_template(layouts()[layout]["listing"])
            .render(
                **self.frame(host, layout),
                heading=heading,
                entries=entries,
                page=page,
                pages=pages,
                numbers=range(max(1, page - 3), min(pages, page + 3) + 1),
                page_url=lambda n: base + (first if n == 1 else pattern.replace("{n}", str(n))),
            )
        )
        newest = max((a.modified or a.published for a in shown), default=self.farm.now)
        answer = encoded(html, layouts()[layout]["encoding"], page)
        marks = ":".join(f"{a.number}.{a.revision}" for a in shown)
        return answer.stamped(f"{heading}:{page}:{pages}:{marks}", newest)

    def article(self, article: Article, page: int = 1) -> Answer:
        """The page of an article (its page `page`, when it has several)."""
        host, layout = article.section.host, article.section.layout
        older, newer = self.farm.neighbours(article)
        frame = self.frame(host, layout)
        html = (
            environment()
            .get_template(layouts()[layout]["template"])
            .render(
                **frame,
                a=self.facts(article, page),
                page=page,
                older=self.entry(older) if older else None,
                newer=self.entry(newer) if newer else None,
                style=article.section.related,
                **self._declaration(article),
            )
        )
        body, _, tail = html.partition(SHUFFLED)
        answer = encoded(body, layouts()[layout]["encoding"], article.number)
        answer.tail = tail.encode(layouts()[layout]["encoding"])
        if tail:
            item = environment().get_template(f"related_{layout}.html")
            answer.shuffled = [
                item.render(a=self.entry(a), base=frame["base"], style=article.section.related).encode()
                for a in self.farm.related(article)
            ]
        times = [article.modified or article.published] + ([newer.published] if newer else [])
        marks = f"{article.number}:{page}:{article.revision}:{older and older.number}:{newer and newer.number}"
        return answer.stamped(marks, max(times))

    def facts(self, article: Article, page: int = 1) -> dict[str, Any]:
        """What the article templates print."""
        recent = self.farm.now - article.published < timedelta(days=7)
        style = article.date_style
        shown = dates.day(article.published) if style == "day" else dates.minute(article.published)
        return self.entry(article) | {
            "number": article.number,
            "date_long": dates.ago(article.published, self.farm.now) if recent and style == "attribute" else shown,
            "date_style": style,
            "published": article.published,
            "modified": article.modified,
            "subtitle": article.subtitle,
            "authors": article.authors,
            "bylined": any(line.role == "byline" for line in article.lines),
            "account": article.account,
            "source": article.source,
            "source_url": self.farm.source_url(article),
            "editor": article.editor,
            "tags": article.tags,
            "likes": article.likes,
            "comments": article.comments,
            "remarks": self.remarks(article),
            "lazy": article.section.layout in _LAZY and article.number % 2 == 0,
            "pages": article.pages,
            "count": article.views,
            "lines": [self.line(article, line) for line in article.page_lines(page)],
            "text": article.text,
        }

    def remarks(self, article: Article) -> list[dict[str, str]]:
        """What readers wrote below the article: as many comments as it counts, eight at most."""
        rng = random.Random(f"{self.farm.options.seed}:remarks:{article.number}")
        text = Text(load_rules("zh", "zh_topics"), rng, article.section.topic)
        count = min(8, article.comments) if article.section.layout == "justnews" else 0
        day = dates.day(article.published)
        return [{"by": text.write("reader"), "text": text.write("remark"), "date": day} for _ in range(count)]

    def line(self, article: Article, line: Line) -> dict[str, str]:
        before, _, after = line.text.partition(article.source or "\0")
        return {
            "role": line.role,
            "text": line.text,
            "alt": line.alt,
            "src": gold.image_url(self.farm, article, line) if line.role == "image" else "",
            "url": self.farm.bases["main"] + line.url if line.url.startswith("/") else line.url,
            "before": before,
            "link": article.source or "",
            "after": after,
        }

    def _declaration(self, article: Article) -> dict[str, str]:
        """The character set that a page of the table layout declares in its head; some declare none."""
        return {"charset": "" if article.number % 5 == 4 else _METAS[article.number % len(_METAS)]}

    def not_found(self, host: str, status: int = 404) -> Answer:
        """The page for what is not there; status 200 makes it a soft 404."""
        layout = self.farm.layout(host)
        html = environment().get_template("not_found.html").render(**self.frame(host, layout))
        return Answer(html.encode(), status=status)


def encoded(html: str, encoding: str, variant: int) -> Answer:
    """`html` in `encoding`; a GB18030 page has one of several Content-Type headers, as `variant` says."""
    if encoding == "utf-8":
        return Answer(html.encode())
    return Answer(html.encode(encoding), content_type=_HEADERS[variant % len(_HEADERS)])
