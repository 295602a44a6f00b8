"""The figures of a run that people read: in the log, in the harvest's table, in `scrapy report`."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from crawler.state import State
from crawler.state.runs import Run as RunRow


@dataclass(slots=True)
class Summary:
    """Kept as the run row's detail."""

    site: str
    pages: int = 0
    articles: int = 0  # added or updated
    copies: int = 0
    removed: int = 0  # spans
    quarantined: int = 0
    failed: int = 0
    seconds: float = 0.0
    delivered: int = 0  # records in this run's delivery
    events: dict[str, int] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=dict)  # removal rule -> spans
    samples: dict[str, int] = field(default_factory=dict)  # removed string -> times, the most frequent ones
    facts: dict[str, Any] = field(default_factory=dict)  # what the quality gate compares between runs
    held: list[str] = field(default_factory=list)  # why the delivery was held back

    def line(self) -> str:
        """One line."""
        return f"{self.pages} pages, {self.articles} articles, {self.copies} copies, {self.removed} spans removed, {self.seconds:.0f} s"

    def cells(self, output: Path) -> list[str]:
        """Pages, articles, copies, removed, seconds, delivery."""
        numbers = [str(n) for n in (self.pages, self.articles, self.copies, self.removed)]
        return [*numbers, f"{self.seconds:.0f}", str(output / self.site)]

    def to_dict(self) -> dict[str, Any]:
        """For the run row."""
        return asdict(self)

    @classmethod
    def of_row(cls, row: RunRow) -> Self | None:
        """The summary of a closed run; None for one that was killed."""
        known = {name: value for name, value in row.detail.items() if name in cls.__dataclass_fields__}
        return cls(**known) if "site" in known else None


def last_summary(state: State, site: str) -> Summary | None:
    """The newest run's summary of a site."""
    rows = state.runs.history(site, 1)
    return Summary.of_row(rows[0]) if rows else None


class Tally:
    """Counts during a run what its summary and the gate need; bounded memory."""

    MOST = 20

    def __init__(self) -> None:
        self.rules: Counter[str] = Counter()
        self.strings: Counter[str] = Counter()
        self.lengths: list[int] = []
        self.fields: Counter[str] = Counter()
        self.removed = 0

    def count(self, article: dict[str, Any]) -> None:
        """One recorded article, as JSON data."""
        for span in article["removed"]:
            self.rules[span["rule"]] += 1
            self.removed += 1
            if len(self.strings) < 10_000 or span["text"] in self.strings:
                self.strings[span["text"][:80]] += 1
        if len(self.lengths) < 100_000:
            self.lengths.append(len(article["text"]))
        for name in ("title", "published_at", "authors", "source", "category", "images"):
            self.fields[name] += bool(article[name])
