"""The frontier: every URL that was ever met, what became of it, and which to fetch next.

A row is ready (may be leased), waiting (not before a time), leased (has an owner and an end) or ended (has an outcome
and a reason). Only leases are in memory: a million waiting URLs cost disk. Each host's ready rows stand in one index in
the order in which they are fetched, so a lease costs the same however many wait.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, literal, select, update

from crawler.outcomes import Outcome, Reason
from crawler.state.entries import Counts, FrontierEntry, Lease, row_of
from crawler.state.leasing import HostOwners, ready_hosts
from crawler.state.schema import ENDED, LEASED, READY, WAITING, frontier
from crawler.state.statements import (
    ADD,
    ASKED,
    FINISH,
    FREE,
    KNOWN,
    POSTPONE,
    READY_OF_HOST,
    REOPENED,
    TAKE,
    WAKE,
    in_state,
)

if TYPE_CHECKING:
    from crawler.state.database import State

BATCH = 1000  # rows of one statement
RECLAIM_SECONDS = 30.0
RECOUNT_SECONDS = 5.0


_PRIORITY = 1 + Lease.__slots__.index("priority")  # its place in a row that begins with the id


class Frontier:
    """Table group `frontier`. Reads see the open group."""

    def __init__(self, state: "State", lease_seconds: float = 900.0) -> None:
        """`lease_seconds`: after this long without an end, a URL of a silent owner goes to another one."""
        self._state = state
        self.lease_seconds = lease_seconds
        self._owners = HostOwners(state, lease_seconds)
        self._cursor: dict[str, str] = {}  # site -> the host served last, so that all hosts get their turn
        self._reclaimed_at: dict[str, float] = {}
        self._waiting: dict[str, tuple[float, int]] = {}  # site -> counted at, rows

    def add(self, connection: Connection, entries: Iterable[FrontierEntry], run: str) -> int:
        """Adds what is not known yet, in batches; returns how many were new.

        What is known under the other of http and https enters the books ended, and is not counted: `open_twins` opens it
        when that one fails.
        """
        added = 0
        batch: dict[bytes, FrontierEntry] = {}
        for entry in entries:
            batch.setdefault(entry.key, entry)
            if len(batch) == BATCH:
                added += self._add_batch(connection, batch, run)
                batch = {}
        return added + self._add_batch(connection, batch, run) if batch else added

    def _add_batch(self, connection: Connection, batch: dict[bytes, FrontierEntry], run: str) -> int:
        # Most links of a page are known: asking first costs a quarter of an insert that does nothing.
        known = {bytes(row[0]) for row in KNOWN.run(connection, {"keys": list(batch)}).fetchall()}
        fresh = [entry for key, entry in batch.items() if key not in known]
        if not fresh:
            return 0
        for site in sorted({entry.site for entry in fresh}):
            self._state.one_at_a_time(connection, f"frontier:{site}")
        fresh = self._without_twins(connection, fresh)
        rows = [row_of(entry, run) for entry in fresh]
        if self._state.is_sqlite:  # one writer: what was not known a moment ago is not known now
            ADD.run_many(connection, rows)
            added = fresh
        else:
            statement = self._state.insert(frontier).on_conflict_do_nothing(index_elements=["key"])
            keys = connection.scalars(statement.returning(frontier.c.key), rows)
            of_key = {entry.key: entry for entry in fresh}
            added = [of_key[bytes(key)] for key in keys]
        for entry in added:
            if entry.outcome is not None:
                self._state.count(run, f"{entry.outcome}.{entry.reason}")
        self._state.count(run, "added", len(added))
        return sum(1 for entry in added if entry.reason is not Reason.OTHER_SPELLING)

    def _without_twins(self, connection: Connection, entries: list[FrontierEntry]) -> list[FrontierEntry]:
        """The same entries; one whose twin is known, or stands before it, has ended."""
        twins = [entry.twin for entry in entries if entry.twin is not None and entry.outcome is None]
        if not twins:
            return entries
        asked = {bytes(row[0]) for row in ASKED.run(connection, {"keys": twins}).fetchall()}
        out = []
        for entry in entries:
            if entry.twin in asked and entry.outcome is None:
                entry = replace(entry, outcome=Outcome.FILTERED, reason=Reason.OTHER_SPELLING)
            else:
                asked.add(entry.key)
            out.append(entry)
        return out

    def open_twins(self, connection: Connection, keys: Iterable[bytes], *, run: str) -> None:
        """Makes those of `keys` ready that ended because they are known under the other of http and https."""
        n = connection.execute(
            update(frontier)
            .where(
                frontier.c.key.in_(list(keys)),
                in_state(ENDED),
                frontier.c.outcome == Outcome.FILTERED.value,
                frontier.c.reason == Reason.OTHER_SPELLING.value,
            )
            .values(REOPENED)
        ).rowcount
        if n:
            self._state.count(run, "reopened", n)

    def known(self, keys: Iterable[bytes]) -> set[bytes]:
        """Those of `keys` that the frontier holds, in any state."""
        wanted = list(keys)
        found: set[bytes] = set()
        with self._state.read() as connection:
            for start in range(0, len(wanted), BATCH):
                rows = KNOWN.run(connection, {"keys": wanted[start : start + BATCH]}).fetchall()
                found.update(bytes(row[0]) for row in rows)
        return found

    def article_at(self, connection: Connection, key: bytes) -> str | None:
        """The id of the article that was last read at a URL; None when there was none, or the page is gone."""
        query = select(frontier.c.article_id).where(frontier.c.key == key, frontier.c.gone_runs == 0)
        found: str | None = connection.scalar(query)
        return found

    def leads_on(self, connection: Connection, key: bytes) -> bool:
        """Whether a URL answered with a redirect when it was last asked."""
        query = select(literal(1)).where(frontier.c.key == key, frontier.c.reason == Reason.REDIRECTED.value)
        return connection.scalar(query) is not None

    def lease(
        self, owner: str, site: str, n: int, per_host: int, skip_hosts: Collection[str] = (), *, now: float, run: str
    ) -> list[Lease]:
        """Up to `n` URLs, at most `per_host` of one host, soonest first; none of `skip_hosts`.

        A host that another live owner works is left to it. With more hosts than `n` the hosts take turns.
        """
        with self._state.unit() as connection:
            self._state.presence.announce(connection, f"owner:{owner}")
            self._state.one_at_a_time(connection, f"frontier:{site}")
            self._wake(connection, site, now)
            if now - self._reclaimed_at.get(site, 0.0) >= RECLAIM_SECONDS:
                self._reclaimed_at[site] = now
                self.reclaim(connection, site, now)
            hosts = self._hosts(connection, owner, site, n, skip_hosts, now)
            rows: list[Any] = []
            for host in hosts:
                values = {"of_site": site, "of_host": host, "n": min(per_host, n)}
                rows += READY_OF_HOST.run(connection, values).fetchall()
            rows.sort(key=lambda row: (row[_PRIORITY], row[0]))
            del rows[n:]
            if rows:
                TAKE.run(
                    connection,
                    {"ids": [row[0] for row in rows], "owner": owner, "until": now + self.lease_seconds, "of_run": run},
                )
                self._state.count(run, "leased", len(rows))
            return [Lease(bytes(row[1]), *row[2:]) for row in rows]

    def _wake(self, connection: Connection, site: str, now: float) -> None:
        WAKE.run(connection, {"of_site": site, "now": now})

    def _hosts(
        self, connection: Connection, owner: str, site: str, n: int, skip: Collection[str], now: float
    ) -> list[str]:
        start = self._cursor.get(site, "")
        chosen: list[str] = []
        for host in ready_hosts(connection, site, start):
            if host not in skip and self._owners.claim(connection, owner, host, site, now):
                chosen.append(host)
                if len(chosen) == n:
                    break
        if len(chosen) == n:
            self._cursor[site] = chosen[-1]
        return chosen

    def finish(
        self,
        connection: Connection,
        key: bytes,
        outcome: Outcome,
        reason: Reason,
        *,
        run: str,
        now: float,
        etag: str | None = None,
        last_modified: str | None = None,
        content_hash: str | None = None,
        article_id: str | None = None,
        revisit: float | None = None,
    ) -> bool:
        """Ends a URL, once: returns False and changes nothing when it had already ended or is unknown.

        `revisit`: seconds until it is due again (0: at the next run); None: not by itself. Validators and ids that are
        None keep the last visit's values; a page that was read newly (done) has just those that are given.
        """
        values = {
            "of_key": key,
            "of_reason": reason.value,
            "of_run": run,
            "at": now,
            "due": None if revisit is None else now + revisit,
            "of_revisit": revisit,
            "of_etag": etag,
            "of_last_modified": last_modified,
            "of_content_hash": content_hash,
            "of_article_id": article_id,
        }
        if not FINISH[outcome].run(connection, values).rowcount:
            return False
        self._state.count(run, f"{outcome}.{reason}")
        return True

    def postpone(self, connection: Connection, key: bytes, not_before: float, *, attempt: bool = True) -> None:
        """Gives a leased URL back, to be fetched not before a time. `attempt`: the page failed, and that counts."""
        POSTPONE.run(connection, {"of_key": key, "not_before": not_before, "counted": int(attempt)})

    def release(self, connection: Connection, *, owner: str | None = None, site: str | None = None) -> int:
        """Makes leases ready again, with their hosts: those of an owner that stops, or those of a site's dead owners.

        On SQLite every other owner of the site is dead: the caller holds the site's lock.
        """
        if owner is not None:
            return self._release_of(connection, owner)
        owners = set(
            connection.scalars(
                select(frontier.c.lease_owner).where(in_state(LEASED), frontier.c.site == site).distinct()
            )
        )
        owners |= self._owners.of_site(connection, site)
        alive = self._state.presence.is_alive
        return sum(self._release_of(connection, one) for one in sorted(owners) if not alive(connection, f"owner:{one}"))

    def _release_of(self, connection: Connection, owner: str) -> int:
        self._owners.drop(connection, owner)
        return connection.execute(
            update(frontier).where(in_state(LEASED), frontier.c.lease_owner == owner).values(FREE)
        ).rowcount

    def reclaim(self, connection: Connection, site: str, now: float) -> int:
        """Takes over leases whose end has passed."""
        return connection.execute(
            update(frontier).where(in_state(LEASED), frontier.c.site == site, frontier.c.lease_until < now).values(FREE)
        ).rowcount

    def reopen(self, connection: Connection, site: str, kinds: Collection[str], *, now: float, run: str) -> int:
        """Makes ended URLs due again at the start of a run: all of `kinds` that were fetched, and all whose revisit time
        has come. Validators are kept."""
        self._state.one_at_a_time(connection, f"frontier:{site}")
        ended = [in_state(ENDED), frontier.c.site == site]
        always = (frontier.c.kind.in_(kinds), frontier.c.outcome != Outcome.FILTERED.value)
        n = connection.execute(update(frontier).where(*ended, *always).values(REOPENED)).rowcount
        due = (frontier.c.not_before.is_not(None), frontier.c.not_before <= now)
        n += connection.execute(update(frontier).where(*ended, *due).values(REOPENED)).rowcount
        if n:
            self._state.count(run, "reopened", n)
        return n

    def reopen_keys(self, connection: Connection, keys: Iterable[bytes], *, run: str) -> int:
        """Makes these ended URLs ready again, but for those that ended in this very run."""
        wanted = sorted(set(keys))
        n = connection.execute(
            update(frontier)
            .where(
                frontier.c.key.in_(wanted),
                in_state(ENDED),
                func.coalesce(frontier.c.last_run, "") != run,
                frontier.c.reason != Reason.OTHER_SPELLING.value,
            )
            .values(REOPENED)
        ).rowcount
        if n:
            self._state.count(run, "reopened", n)
        return n

    def counts(self, site: str) -> Counts:
        """Rows by state. Reads an index over all of the site's rows: for a heartbeat, not for each page."""
        numbers: list[int] = []
        with self._state.read() as connection:
            for state in (READY, WAITING, LEASED, ENDED):
                query = select(func.count()).select_from(frontier).where(in_state(state), frontier.c.site == site)
                numbers.append(connection.scalar(query) or 0)
        return Counts(*numbers)

    def count_waiting(self, site: str) -> int:
        """URLs still to do and not at work, for a progress line: counted again only after a few seconds."""
        counted_at, n = self._waiting.get(site, (0.0, 0))
        if time.monotonic() - counted_at >= RECOUNT_SECONDS:
            n = self.counts(site).pending
            self._waiting[site] = (time.monotonic(), n)
        return n

    def next_due(self, site: str, resting: Mapping[str, float] | None = None) -> float | None:
        """When the next URL can be leased: 0.0 for now, an epoch time, or None when nothing waits.

        resting: host -> until when nobody may ask it, whatever its URLs say.
        """
        resting = resting or {}
        of_site = frontier.c.site == site
        elsewhere = [of_site, frontier.c.host.not_in(list(resting))] if resting else [of_site]
        with self._state.read() as connection:
            if connection.scalar(select(literal(1)).where(in_state(READY), *elsewhere).limit(1)) is not None:
                return 0.0
            soonest = connection.scalar(select(func.min(frontier.c.not_before)).where(in_state(WAITING), *elsewhere))
            times = [] if soonest is None else [float(soonest)]
            for host, until in resting.items():
                open_there = (
                    select(literal(1))
                    .where(of_site, frontier.c.host == host, in_state(READY) | in_state(WAITING))
                    .limit(1)
                )
                if connection.scalar(open_there) is not None:
                    times.append(until)
            return min(times, default=None)
