"""Runs: their history, their counts, and their books."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select, update

from crawler.outcomes import Outcome
from crawler.state.schema import run_counts, runs

if TYPE_CHECKING:
    from crawler.state.database import State
    from crawler.state.entries import Counts


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
    """The conservation law: no URL leaves the frontier but through an outcome.

    A run alone on its site: opening + added + reopened = all that ended + pending + leased. Several runs at once on one
    site share pending and leased; `gap` is the same law over all runs of the site, since this run began.
    """

    opening: int  # pending when the run began
    added: int  # new
    reopened: int  # had ended in an earlier run
    ended: dict[str, int]  # outcome -> URLs
    pending: int
    leased: int
    gap: int  # URLs that nobody can account for
    left_out: int  # links of pages that offer too many, which were not added

    @property
    def discovered(self) -> int:
        """All URLs that the run met or found waiting."""
        return self.opening + self.added + self.reopened

    @property
    def balance(self) -> bool:
        """Whether every URL is accounted for."""
        return self.gap == 0

    def line(self) -> str:
        """The books in one line, for the log."""
        parts = [f"{outcome} {n}" for outcome, n in sorted(self.ended.items())]
        parts += [f"pending {self.pending}", f"leased {self.leased}"]
        verdict = "" if self.balance else f"; {abs(self.gap)} URLs {'lost' if self.gap > 0 else 'too many'}"
        left_out = f"; {self.left_out} links left for later runs" if self.left_out else ""
        return f"discovered {self.discovered} = {' + '.join(parts)}{verdict}{left_out}"


class Runs:
    """Table groups `runs` and `run_counts`."""

    def __init__(self, state: "State") -> None:
        """Belongs to one State."""
        self._state = state

    def start(self, run: str, site: str, now: float) -> None:
        """Opens a run. Open runs of the site whose process is dead become `abandoned`. Commits."""
        with self._state.unit() as connection:
            self._state.presence.announce(connection, f"run:{run}")
            open_runs = select(runs.c.id).where(runs.c.site == site, runs.c.state == "open")
            for other in connection.scalars(open_runs).all():
                if not self._state.presence.is_alive(connection, f"run:{other}"):
                    abandoned = {"state": "abandoned", "finished_at": now}
                    connection.execute(update(runs).where(runs.c.id == other).values(abandoned))
            rows = self._state.frontier.counts(site)
            gap = self._gap(connection, site, rows)
            connection.execute(insert(runs).values(id=run, site=site, started_at=now, state="open", detail="{}"))
            self._state.count(run, "opening", rows.pending + rows.leased)
            self._state.count(run, "gap_before", gap)
        self._state.commit()

    def _gap(self, connection: Connection, site: str, rows: "Counts") -> int:
        query = (
            select(run_counts.c.name, func.sum(run_counts.c.n))
            .join(runs, runs.c.id == run_counts.c.run)
            .where(runs.c.site == site)
            .group_by(run_counts.c.name)
        )
        counts = {name: int(n) for name, n in connection.execute(query)}
        met = counts.get("added", 0) + counts.get("reopened", 0)
        return met - sum(_ended(counts).values()) - rows.pending - rows.leased

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
        """Counters of the run: opening, added, reopened, leased, left_out, OUTCOME.REASON, add, update, retract. Commits."""
        self._state.commit()
        with self._state.read() as connection:
            return self._counts(connection, run)

    def _counts(self, connection: Connection, run: str) -> dict[str, int]:
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

    def sites(self) -> list[str]:
        """Every site that was ever harvested, by name."""
        with self._state.read() as connection:
            return list(connection.scalars(select(runs.c.site).distinct().order_by(runs.c.site)))

    def books(self, site: str, run: str) -> Books:
        """The run's books, from its counters on one side and the frontier's rows on the other. Commits."""
        self._state.commit()
        with self._state.snapshot() as connection:
            counts = self._counts(connection, run)
            rows = self._state.frontier.counts(site)
            gap = self._gap(connection, site, rows)
        return Books(
            opening=counts.get("opening", 0),
            added=counts.get("added", 0),
            reopened=counts.get("reopened", 0),
            ended=_ended(counts),
            pending=rows.pending,
            leased=rows.leased,
            gap=gap - counts.get("gap_before", 0),
            left_out=counts.get("left_out", 0),
        )


def _ended(counts: Mapping[str, int]) -> Counter[str]:
    ended: Counter[str] = Counter()
    for name, n in counts.items():
        outcome = name.partition(".")[0]
        if outcome in _OUTCOMES:
            ended[outcome] += n
    return ended
