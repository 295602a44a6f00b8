"""Runs: their history, their counts, and their books."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from crawler.outcomes import Outcome
from crawler.state.schema import run_counts, runs

if TYPE_CHECKING:
    from crawler.state.database import State


_OUTCOMES = frozenset(outcome.value for outcome in Outcome)


@dataclass(frozen=True, slots=True)
class Run:
    """One harvest of one site. `state`: open, closed, interrupted, failed, abandoned (killed; found at the next start)."""

    id: str
    site: str
    started_at: float
    finished_at: float | None
    state: str
    verdict: str | None
    detail: dict[str, Any]
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Books:
    """The conservation law of a run: opening + added + reopened = all that ended + pending + leased.

    `opening` were pending when the run began, `added` are new, `reopened` had ended in an earlier run.
    """

    opening: int
    added: int
    reopened: int
    ended: dict[str, int]  # outcome -> URLs
    pending: int
    leased: int

    @property
    def discovered(self) -> int:
        """All URLs that the run had to account for."""
        return self.opening + self.added + self.reopened

    @property
    def balance(self) -> bool:
        """Whether every URL is accounted for."""
        return self.discovered == sum(self.ended.values()) + self.pending + self.leased

    def line(self) -> str:
        """The books in one line, for the log."""
        ended = " ".join(f"{outcome} {n}" for outcome, n in sorted(self.ended.items()))
        sign = "=" if self.balance else "!="
        return f"discovered {self.discovered} {sign} {ended} pending {self.pending} leased {self.leased}".replace(
            "  ", " "
        )


class Runs:
    """Table groups `runs` and `run_counts`."""

    def __init__(self, state: "State") -> None:
        """Belongs to one State."""
        self._state = state

    def start(self, run: str, site: str, now: float) -> None:
        """Opens a run; runs of the site that are still open were killed and become `abandoned`. Commits."""
        counts = self._state.frontier.counts(site)
        with self._state.unit() as connection:
            killed = update(runs).where(runs.c.site == site, runs.c.state == "open")
            connection.execute(killed.values(state="abandoned", finished_at=now))
            connection.execute(insert(runs).values(id=run, site=site, started_at=now, state="open", detail="{}"))
            self._state.count(run, "opening", counts.pending + counts.leased)
        self._state.commit()

    def finish(
        self, run: str, state: str, now: float, *, verdict: str | None = None, detail: Mapping[str, Any] | None = None
    ) -> None:
        """Closes a run; it and all before it are on the disk when this returns."""
        values = {"state": state, "finished_at": now, "verdict": verdict}
        if detail is not None:
            values["detail"] = json.dumps(detail, ensure_ascii=False)
        with self._state.durable() as connection:
            connection.execute(update(runs).where(runs.c.id == run).values(values))

    def counts(self, run: str) -> dict[str, int]:
        """Counters of the run: opening, added, reopened, leased, OUTCOME.REASON, add, update, retract."""
        self._state.commit()
        with self._state.read() as connection:
            rows = connection.execute(select(run_counts.c.name, run_counts.c.n).where(run_counts.c.run == run))
            return {row.name: row.n for row in rows}

    def history(self, site: str, limit: int = 50) -> list[Run]:
        """The site's runs, newest first, with their counts."""
        query = select(runs).where(runs.c.site == site).order_by(runs.c.started_at.desc()).limit(limit)
        with self._state.read() as connection:
            rows = connection.execute(query).all()
        return [
            Run(
                row.id,
                row.site,
                row.started_at,
                row.finished_at,
                row.state,
                row.verdict,
                json.loads(row.detail),
                self.counts(row.id),
            )
            for row in rows
        ]

    def books(self, site: str, run: str) -> Books:
        """The run's books, from its counters on one side and the frontier's rows on the other."""
        counts = self.counts(run)
        ended: dict[str, int] = {}
        for name, n in counts.items():
            outcome = name.partition(".")[0]
            if outcome in _OUTCOMES:
                ended[outcome] = ended.get(outcome, 0) + n
        rows = self._state.frontier.counts(site)
        return Books(
            opening=counts.get("opening", 0),
            added=counts.get("added", 0),
            reopened=counts.get("reopened", 0),
            ended=ended,
            pending=rows.pending,
            leased=rows.leased,
        )
