"""Budgets of one run: what keeps a crawl finite on a site that is not."""

from collections import Counter

from crawler.outcomes import Reason


class Budget:
    """Counts pages, and gives up URL shapes and listings that yield nothing.

    A page is fruitful when it is an article or leads to a URL never seen that may be one. A shape (digits collapsed, see
    urls.url_pattern) is given up after `pattern_patience` fruitless pages in a row: calendars, session ids, filters and
    spirals end there, while the articles of the same host are still found.
    """

    def __init__(self, max_pages: int, max_depth: int, paging_patience: int, pattern_patience: int) -> None:
        self.max_pages = max_pages
        self.max_depth = max_depth
        self.paging_patience = paging_patience
        self.pattern_patience = pattern_patience
        self.pages = 0
        self._fruitless: Counter[str] = Counter()  # pattern -> fruitless pages in a row
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
        if self._fruitless[pattern] >= self.pattern_patience:
            return Reason.BUDGET_PATTERN
        return None

    def judge_page(self, pattern: str, *, fruitful: bool) -> None:
        """Tell the outcome of one fetched page of a shape."""
        if fruitful:
            self._fruitless[pattern] = 0
        else:
            self._fruitless[pattern] += 1

    def paging_goes_on(self, listing: str, *, new_articles: int) -> bool:
        """Tell a listing page's yield; False when its paging has given nothing new for `paging_patience` pages."""
        self._barren[listing] = 0 if new_articles else self._barren[listing] + 1
        return self._barren[listing] < self.paging_patience
