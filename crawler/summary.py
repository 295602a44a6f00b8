"""The figures of a run that people read: in the log, in the harvest's table, in `scrapy report`; kept with the run."""

from dataclasses import asdict, dataclass, field
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
    seconds: float = 0.0
    events: dict[str, int] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=dict)  # removal rule -> spans, and "articles"
    strings: list[dict[str, Any]] = field(default_factory=list)  # the strings removed most often
    facts: dict[str, Any] = field(default_factory=dict)  # web.gate.RunFacts: what the gate compares between runs
    held: list[str] = field(default_factory=list)  # why the delivery was held back
    forced: str | None = None  # why an operator delivered all the same
    setbacks: dict[str, int] = field(default_factory=dict)  # why URLs gave nothing; of a run that found nothing

    def line(self) -> str:
        """One line: the figures, then what an operator should know."""
        figures = f"{self.pages} pages, {self.articles} articles, {self.copies} copies"
        figures += f", {self.removed} spans removed, {self.seconds:.0f} s"
        counted = [f"{name} x{n}" for name, n in (*self.events.items(), *self.setbacks.items())]
        return "; ".join([figures, *self.held, *counted])

    def cells(self) -> list[str]:
        """Pages, articles, copies, removed, seconds."""
        return [*(str(n) for n in (self.pages, self.articles, self.copies, self.removed)), f"{self.seconds:.0f}"]

    def to_dict(self) -> dict[str, Any]:
        """For the run row."""
        return asdict(self)

    @classmethod
    def of_row(cls, row: RunRow) -> Self | None:
        """The summary of a closed run; None for one that was killed."""
        known = {name: value for name, value in row.detail.items() if name in cls.__dataclass_fields__}
        return cls(**known) if "site" in known else None


def last_summary(state: State, site: str, since: float = 0.0) -> Summary | None:
    """The summary of a site's newest run, if that began at `since` or later and was closed."""
    rows = state.runs.history(site, 1)
    return Summary.of_row(rows[0]) if rows and rows[0].started_at >= since else None
