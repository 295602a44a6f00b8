"""Routes of the farm: from a host and a path to the answer that stands there."""

import random
import re
import urllib.parse
from collections import Counter
from collections.abc import Callable

from tests.farm import feeds, scripted, traps
from tests.farm.answer import Answer
from tests.farm.farm import BROWSER_LAYOUTS, Farm, layouts, site_data
from tests.farm.render import Renderer

_LAST_NUMBER = re.compile(r"(.*?)([0-9]+)([^0-9]*)$", re.DOTALL)
_SPARE = 2000  # pages kept beyond two an article: traps have no end, memory has


class Pages:
    """All pages of a farm, rendered when first asked for and kept until the farm changes."""

    def __init__(self, farm: Farm) -> None:
        self.farm = farm
        self.fetches: Counter[tuple[str, str]] = Counter()
        self._forget()

    def _forget(self) -> None:
        self._kept: dict[tuple[str, str], Answer] = {}
        self._version = self.farm.version
        self._renderer = Renderer(self.farm)
        self._routes = self._listing_routes()

    def answer(self, host: str, target: str) -> Answer:
        """What stands at `target` (path and query) of "main" or "second"."""
        if self._version != self.farm.version:
            self._forget()
        answer = self._kept.get((host, target))
        if answer is None:
            if len(self._kept) >= _SPARE + 2 * len(self.farm.articles):
                self._kept.pop(next(iter(self._kept)))
            answer = self._kept[host, target] = self._render(host, target)
        return answer

    def warm(self) -> None:
        """Renders every article and listing now, so that a measured crawl does not wait for it."""
        for article in self.farm.articles.values():
            host = article.section.host
            path = urllib.parse.urlsplit(self.farm.url(article)).path
            for page in range(1, article.pages + 1):
                self.answer(host, path if page == 1 else f"{path}/{page}")
        for host, path in self._routes:
            page = 1
            while self.answer(host, path.replace("{n}", str(page))).status == 200 and "{n}" in path:
                page += 1

    def body(self, host: str, target: str, answer: Answer) -> bytes:
        """The bytes of `answer` for its next fetch."""
        if not answer.shuffled:
            return answer.body + answer.tail if answer.tail else answer.body
        self.fetches[host, target] += 1
        order = answer.shuffled.copy()
        random.Random(f"{self.farm.options.seed}:{target}:{self.fetches[host, target]}").shuffle(order)
        return b"".join([answer.body, *order, answer.tail])

    def get(self, host: str, target: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body, as one fetch gets them; for use without a server."""
        answer = self.answer(host, target)
        headers = {"Content-Type": answer.content_type, **answer.headers}
        if answer.etag:
            headers |= {"ETag": answer.etag, "Last-Modified": answer.last_modified}
        return answer.status, headers, self.body(host, target, answer)

    def _listing_routes(self) -> dict[tuple[str, str], Callable[[int], Answer]]:
        """(host, path without its page number) -> the listing there."""
        routes: dict[tuple[str, str], Callable[[int], Answer]] = {}

        def listing(host: str, layout: str, heading: str, slug: str | None, first: str, pattern: str) -> None:
            def page(number: int) -> Answer:
                articles = self.farm.listing(slug, host)
                return self._renderer.listing(host, layout, heading, articles, number, first, pattern)

            routes[host, first] = routes[host, pattern] = page

        for section in self.farm.sections.values():
            data = layouts()[section.layout]
            if section.layout not in BROWSER_LAYOUTS:
                first, pattern = (data[name].replace("{slug}", section.slug) for name in ("first", "page"))
                listing(section.host, section.layout, section.name, section.slug, first, pattern)
        for host in ("main", "second") if self.farm.options.second else ("main",):
            layout = self.farm.layout(host)
            listing(host, layout, site_data()[host]["slogan"], None, "/", layouts()[layout]["front"])
        return routes

    def _render(self, host: str, target: str) -> Answer:
        path, _, query = target.partition("?")
        path = urllib.parse.unquote(path)
        number = self.farm.paths.get((host, path))
        if number is not None:
            return self._article(host, number, 1)
        head, _, last = path.rpartition("/")
        if last.isdigit() and (number := self.farm.paths.get((host, head))) is not None:
            return self._article(host, number, int(last))
        pattern, page = _paged(path)
        if route := self._routes.get((host, path)) or self._routes.get((host, pattern)):
            return route(page)
        makers = (feeds.answer, scripted.answer, traps.answer)
        for maker in makers:
            if found := maker(self._renderer, host, path, query):
                return found
        return self._renderer.not_found(host)

    def _article(self, host: str, number: int, page: int) -> Answer:
        article = self.farm.articles[number]
        if article.removed:
            return self._renderer.not_found(host, article.removed)
        if page > article.pages:
            return self._renderer.not_found(host)
        if article.section.layout in BROWSER_LAYOUTS:
            return scripted.article(self._renderer, article)
        return self._renderer.article(article, page)


def _paged(path: str) -> tuple[str, int]:
    """`path` with its last number as {n}, and that number: /category/x/page/2 -> /category/x/page/{n}, 2."""
    found = _LAST_NUMBER.match(path)
    return (f"{found[1]}{{n}}{found[3]}", int(found[2])) if found else (path, 1)
