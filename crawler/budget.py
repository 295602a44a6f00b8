"""Budgets of one run: what keeps a crawl finite on a site that is not."""

from collections import Counter
from collections.abc import Iterable

from crawler.outcomes import Reason


class Budget:
    """Counts pages, and gives up URL shapes, site sections and listings that yield nothing.

    A page is fruitful when it is an article, or when it lists new URLs that may be articles. A page that was taken for an
    article and is none must lead elsewhere: URLs of its own section count only when that section has given articles.
    After `patience` fruitless pages in a row a shape (urls.url_pattern) is given up, after four times as many a section
    (first folder and query keys): calendars, filters and spirals end there, the articles of the same host are still found.
    """

    def __init__(self, max_pages: int, max_depth: int, paging_patience: int, patience: int) -> None:
        self.max_pages = max_pages
        self.max_depth = max_depth
        self.paging_patience = paging_patience
        self.patience = patience
        self.pages = 0
        self._fruitless: Counter[str] = Counter()  # shape or section -> fruitless pages in a row
        self._proven: set[str] = set()  # sections that gave an article
        self._barren: Counter[str] = Counter()  # listing (shape of its pages) -> pages in a row without a new article

    def count_page(self) -> None:
        """One fetch more."""
        self.pages += 1

    def is_spent(self) -> bool:
        """Whether this run may fetch nothing more."""
        return self.pages >= self.max_pages

    def refusal(self, pattern: str, depth: int) -> Reason | None:
        """Why a URL of this shape and depth is not fetched in this run; None when it may be."""
        if depth > self.max_depth:
            return Reason.BUDGET_DEPTH
        if self._fruitless[pattern] >= self.patience or self._fruitless[section(pattern)] >= 4 * self.patience:
            return Reason.BUDGET_PATTERN
        return None

    def promises(self, page: str, found: str, *, misjudged: bool) -> bool:
        """Whether a URL of shape `found`, listed on a page of shape `page`, may well be an article.

        `misjudged`: the page itself was taken for one.
        """
        return not misjudged or section(found) != section(page) or section(found) in self._proven

    def judge_article(self, pattern: str) -> None:
        """A page of this shape was an article."""
        self._proven.add(section(pattern))
        self._judge((pattern, section(pattern)), fruitful=True)

    def judge_page(self, pattern: str, *, fruitful: bool) -> None:
        """A page of this shape was none."""
        self._judge((pattern, section(pattern)), fruitful=fruitful)

    def _judge(self, names: Iterable[str], *, fruitful: bool) -> None:
        for name in names:
            self._fruitless[name] = 0 if fruitful else self._fruitless[name] + 1

    def paging_goes_on(self, listing: str, *, new_articles: int) -> bool:
        """Tell a listing page's yield; False when its paging has given nothing new for `paging_patience` pages."""
        self._barren[listing] = 0 if new_articles else self._barren[listing] + 1
        return self._barren[listing] < self.paging_patience


def section(pattern: str) -> str:
    """The part of a site a shape belongs to: "a.cn/news/#/#.html?page=#" -> "a.cn/news/?page"."""
    address, _, query = pattern.partition("?")
    host, _, path = address.partition("/")
    folder, slash, _ = path.partition("/")
    keys = ",".join(pair.partition("=")[0] for pair in query.split("&")) if query else ""
    return f"{host}/{folder if slash else ''}/?{keys}"
