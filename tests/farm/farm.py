"""The farm: which articles exist on which host, how they hang together, and what every page states (its gold)."""

import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from tests.farm.articles import Article, Section, schedule, write_article
from tests.farm.grammar import DATA

ZONE = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=ZONE)


@lru_cache
def site_data() -> dict[str, Any]:
    """data/site.toml: names, menus, friend links, hidden links."""
    return tomllib.loads((DATA / "site.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Options:
    """What a farm serves; see docs/farm.md."""

    articles: int = 200
    seed: int = 1
    layouts: frozenset[str] = frozenset({"justnews"})
    injected: bool = True
    light: bool = False
    page_size: int = 20
    now: datetime = NOW


class Farm:
    """A content farm without a server: articles made from a seed, linked with each other, and editable."""

    def __init__(self, articles: int = 200, seed: int = 1, **options: Any) -> None:
        self.options = Options(articles=articles, seed=seed, **options)
        self.now = self.options.now
        self.bases = {"main": "http://127.0.0.1:8000", "second": "http://127.0.0.2:8000"}
        self.sections = {
            data["slug"]: Section(**data) for data in site_data()["section"] if data["layout"] in self.options.layouts
        }
        self.version = 0
        self.articles: dict[int, Article] = {}
        self.members: dict[str, list[int]] = {slug: [] for slug in self.sections}
        self._rng = random.Random(f"{seed}:sections")
        for published in schedule(seed, articles, self.now):
            self._append(published)

    def _append(self, published: datetime) -> int:
        sections = list(self.sections.values())
        section = self._rng.choices(sections, [s.weight for s in sections])[0]
        number = len(self.articles) + 1
        self.articles[number] = write_article(self.options.seed, number, section, published)
        self.members[section.slug].append(number)
        return number

    def bind(self, main: str, second: str) -> None:
        """Tells the farm the addresses it is served at, as http://host:port."""
        self.bases = {"main": main, "second": second}
        self.version += 1

    def add(self, count: int) -> list[int]:
        """Publishes `count` new articles, a few minutes apart; the farm's clock moves on."""
        added = []
        for _ in range(count):
            added.append(self._append(self.now))
            self.now += timedelta(minutes=self._rng.randint(4, 40))
        self.version += 1
        return added

    def edit(self, number: int) -> None:
        """Changes article `number`: a paragraph more, another view count, a newer modification date."""
        article = self.articles[number]
        article.revision += 1
        donor = write_article(self.options.seed, number + 10_000_000 * article.revision, article.section, self.now)
        last = max(index for index, line in enumerate(article.lines) if line.is_article)
        article.lines.insert(last + 1, donor.lines[max(i for i, line in enumerate(donor.lines) if line.is_article)])
        article.views += 1
        self.now += timedelta(minutes=3)
        article.modified = self.now
        self.version += 1

    def remove(self, number: int, status: int = 404) -> None:
        """Takes article `number` down: its page answers `status` and no page links it any more."""
        self.articles[number].removed = status
        self.version += 1

    def listing(self, slug: str | None = None) -> list[Article]:
        """The articles of a section (None: of the whole site), newest first."""
        numbers = self.articles.keys() if slug is None else self.members[slug]
        return [a for n in sorted(numbers, reverse=True) if not (a := self.articles[n]).removed]

    def neighbours(self, article: Article) -> tuple[Article | None, Article | None]:
        """The previous (older) and the next (newer) article of the same section."""
        row = [n for n in self.members[article.section.slug] if n == article.number or not self.articles[n].removed]
        at = row.index(article.number)
        older = self.articles[row[at - 1]] if at else None
        newer = self.articles[row[at + 1]] if at + 1 < len(row) else None
        return older, newer

    def related(self, article: Article) -> list[Article]:
        """Up to ten other articles of the section, the same ones at every fetch (their order is not)."""
        row = [n for n in self.members[article.section.slug] if n != article.number and not self.articles[n].removed]
        rng = random.Random(f"{self.options.seed}:related:{article.number}")
        return [self.articles[n] for n in rng.sample(row, min(10, len(row)))]

    def path(self, article: Article) -> str:
        """Where the article lives on its host."""
        return f"/{article.number + 1000}.html"

    def url(self, article: Article) -> str:
        return self.bases[article.host] + self.path(article)

    def gold(self, keep: Callable[[Article], bool] = lambda article: True) -> list[dict[str, Any]]:
        """Every fact that the farm serves, a dict per article that stands; `keep` chooses among the articles."""
        from tests.farm.gold import facts

        return [facts(self, a) for a in self.articles.values() if not a.removed and keep(a)]
