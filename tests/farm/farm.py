"""The farm: which articles exist on which host, how they hang together, and how they change."""

import random
import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from tests.farm.articles import Article, Line, Section, repost, schedule, write_article
from tests.farm.grammar import DATA

ZONE = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=ZONE)
BROWSER_LAYOUTS = ("vue", "react", "state", "wechat", "scroll", "more")
ARCHIVE_AGE = timedelta(days=5500)  # the table layout's articles are of the 2000s
SECOND_FIRST = 500_000  # numbers of the second host's articles start here
BROWSER_FIRST = 900_000


@lru_cache
def site_data() -> dict[str, Any]:
    """data/site.toml: names, sections, friend links, hidden links, adverts."""
    return tomllib.loads((DATA / "site.toml").read_text(encoding="utf-8"))


@lru_cache
def layouts() -> dict[str, Any]:
    """data/layouts.toml: addresses, templates and shown facts of each layout."""
    return tomllib.loads((DATA / "layouts.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Options:
    """What a farm serves."""

    articles: int = 200  # on the first host
    seed: int = 1
    layouts: tuple[str, ...] = ("justnews", "table", "wordpress")  # of the first host
    second: bool = True  # the host that reposts
    second_layout: str = "dede"  # or zibll, dux, zblog, phpcms, hexo
    injected: bool = True  # a brand in the first host's site-name slots, and hidden links
    brand: str = ""  # that brand; empty: the one of data/site.toml
    adverts: bool = True  # advert boxes and advert lines
    traps: bool = True  # calendar, session ids, endless paging, spiral, facets
    browser: int = 0  # articles of each layout that needs a browser
    light: bool = False  # no style, script, tag cloud and hot list: article pages of 18 KB instead of 30
    page_size: int = 20
    now: datetime = NOW
    delay: float = 0.0  # seconds before each answer
    compress: bool = False  # gzip for clients that accept it
    fail_every: int = 0  # every n-th request is answered 503 (0: none)


class Farm:
    """A content farm without a server: articles made from a seed, linked with each other, and editable."""

    def __init__(self, articles: int = 200, seed: int = 1, **options: Any) -> None:
        self.options = Options(articles=articles, seed=seed, **options)
        self.now = self.options.now
        self.bases = {"main": "http://127.0.0.1:8000", "second": "http://127.0.0.2:8000"}
        self.version = 0
        wanted = set(self.options.layouts) | (set(BROWSER_LAYOUTS) if self.options.browser else set())
        sections = [Section(**data) for data in site_data()["section"]]
        self.sections = {s.slug: s for s in sections if s.host == "main" and s.layout in wanted}
        if self.options.second:
            self.sections |= {
                s.slug: replace(s, layout=self.options.second_layout) for s in sections if s.host == "second"
            }
        self.articles: dict[int, Article] = {}
        self.members: dict[str, list[int]] = {slug: [] for slug in self.sections}
        self.paths: dict[tuple[str, str], int] = {}  # (host, path) -> article
        self._rng = random.Random(f"{seed}:sections")
        self._numbers = {"main": 0, "second": SECOND_FIRST, "browser": BROWSER_FIRST}
        for published in schedule(seed, articles, self.now):
            self._publish(published)
        if self.options.second:
            self._repost_and_write()
        for slug, section in self.sections.items():
            if section.layout in BROWSER_LAYOUTS:
                for published in schedule(seed, self.options.browser, self.now):
                    self._add(self._write("browser", self.sections[slug], published))

    def _publish(self, published: datetime) -> Article:
        """A new article of the first host, in a section by their weights."""
        sections = [s for s in self.sections.values() if s.host == "main" and s.weight]
        section = self._rng.choices(sections, [s.weight for s in sections])[0]
        article = self._write("main", section, published - (ARCHIVE_AGE if section.layout == "table" else timedelta()))
        if self.options.adverts and section.layout == "justnews" and article.number % 4 == 0:
            self._advertise(article, "main")
        self._add(article)
        return article

    def _write(self, series: str, section: Section, published: datetime) -> Article:
        self._numbers[series] += 1
        place = layouts()[section.layout]["credits"]
        return write_article(self.options.seed, self._numbers[series], section, published, place)

    def _advertise(self, article: Article, host: str) -> None:
        line = site_data()["adverts"][host][article.number // 4 % len(site_data()["adverts"][host])]
        article.lines.insert(self._rng.randint(1, len(article.lines) - 1), Line("advert", line))

    def _repost_and_write(self) -> None:
        """The second host: a third of the first host's Chinese articles again, and half as many of its own."""
        sections = {s.topic: s for s in self.sections.values() if s.host == "second"}
        made: list[Article] = []
        for number in [n for n in self.articles if n % 3 == 1]:
            original = self.articles[number]
            if original.section.language == "en":
                continue
            self._numbers["second"] += 1
            section = sections.get(original.section.topic) or sections["chengshi"]
            advert = site_data()["adverts"]["second"][number % 2]
            made.append(
                repost(
                    original,
                    self._numbers["second"],
                    section,
                    site_data()["main"]["name"],
                    self._path(original),
                    self.options.seed,
                    advert,
                    layouts()[section.layout]["credits"],
                )
            )
            if number % 2:
                own = list(sections.values())[number % len(sections)]
                made.append(self._write("second", own, original.published + timedelta(minutes=11)))
        for article in sorted(made, key=lambda a: a.published):
            self._add(article)

    def _add(self, article: Article) -> None:
        self.articles[article.number] = article
        self.members[article.section.slug].append(article.number)
        self.paths[article.section.host, self._path(article)] = article.number

    def _path(self, article: Article) -> str:
        return str(layouts()[article.section.layout]["article"]).format(
            id=article.number + 1000,
            slug=article.section.slug,
            year=article.published.year,
            month=f"{article.published.month:02d}",
            day=f"{article.published.day:02d}",
            name=re.sub(r"[^a-z0-9]+", "-", article.title.lower()).strip("-")[:60],
        )

    def layout(self, host: str) -> str:
        """The layout of a host's front page and of its pages that are no articles."""
        return "justnews" if host == "main" else self.options.second_layout

    def brand(self, host: str) -> str:
        """The brand injected into the pages of a host; empty when there is none."""
        if not self.options.injected or not site_data()[host]["brand"]:
            return ""
        return self.options.brand or str(site_data()[host]["brand"])

    def bind(self, main: str, second: str) -> None:
        """Tells the farm the addresses it is served at, as http://host:port."""
        self.bases = {"main": main, "second": second}
        self.version += 1

    def add(self, count: int) -> list[int]:
        """Publishes `count` new articles on the first host, a few minutes apart; the farm's clock moves on."""
        added = []
        for _ in range(count):
            added.append(self._publish(self.now).number)
            self.now += timedelta(minutes=self._rng.randint(4, 40))
        self.version += 1
        return added

    def edit(self, number: int) -> None:
        """Changes article `number`: a paragraph more at its end and a newer modification date."""
        article = self.articles[number]
        article.revision += 1
        donor = write_article(self.options.seed, number + 10_000_000 * article.revision, article.section, self.now)
        last = max(index for index, line in enumerate(article.lines) if line.is_article)
        article.lines.insert(last + 1, next(line for line in reversed(donor.lines) if line.is_article))
        self.now += timedelta(minutes=3)
        article.modified = self.now
        self.version += 1

    def remove(self, number: int, status: int = 404) -> None:
        """Takes article `number` down: no page links it any more, its own answers `status` (200: a soft 404)."""
        self.articles[number].removed = status
        self.version += 1

    def listing(self, slug: str | None = None, host: str = "main") -> list[Article]:
        """The articles of a section, or of a whole host without what only a browser finds; newest first."""
        slugs = [slug] if slug else [s.slug for s in self.sections.values() if s.host == host and s.weight]
        rows = [self.articles[n] for s in slugs for n in self.members[s]]
        return sorted((a for a in rows if not a.removed), key=lambda a: (a.published, a.number), reverse=True)

    def neighbours(self, article: Article) -> tuple[Article | None, Article | None]:
        """The previous (older) and the next (newer) article of the same section."""
        row = self.members[article.section.slug]
        at = row.index(article.number) if article.section.host == "second" else bisect_left(row, article.number)
        older = next((a for n in reversed(row[:at]) if not (a := self.articles[n]).removed), None)
        newer = next((a for n in row[at + 1 :] if not (a := self.articles[n]).removed), None)
        return older, newer

    def related(self, article: Article) -> list[Article]:
        """Up to ten other articles of the section, the same ones at every fetch (their order is not)."""
        row = self.members[article.section.slug]
        rng = random.Random(f"{self.options.seed}:related:{article.number}")
        chosen = [self.articles[n] for n in rng.sample(row, min(11, len(row)))]
        return [a for a in chosen if a.number != article.number and not a.removed][:10]

    def url(self, article: Article) -> str:
        """The article's address, as every page links it."""
        return self.bases[article.section.host] + self._path(article)

    def source_url(self, article: Article) -> str | None:
        """Where the article says it was taken from; a repost names the original on the first host."""
        if article.source_url and article.source_url.startswith("/"):
            return self.bases["main"] + article.source_url
        return article.source_url

    def gold(self, keep: Callable[[Article], bool] = lambda article: True) -> list[dict[str, Any]]:
        """Every fact that the farm serves, a dict per article that stands; `keep` chooses among the articles."""
        from tests.farm.gold import facts

        return [facts(self, a) for a in self.articles.values() if not a.removed and keep(a)]
