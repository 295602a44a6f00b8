"""The outbox: events in the order in which they became durable, each to be delivered once; and their batches.

A line stays until the manifest that holds it is on the disk.
"""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Table, delete, func, insert, select, text, update

from crawler.state.errors import StateDamagedError
from crawler.state.payload import digest, json_line
from crawler.state.quick import Quick
from crawler.state.schema import batches, copies, outbox, quarantine

if TYPE_CHECKING:
    from crawler.state.database import State

# What a delivery holds: file name stem -> table.
STREAMS: Mapping[str, Table] = {"part": outbox, "copies": copies, "quarantine": quarantine}
PAGE = 100  # rows read at once; one may be as long as a whole book


class Batch(NamedTuple):
    """Events of a site that are delivered together. `state`: sealed, then published."""

    site: str
    number: int
    run: str
    state: str
    sealed_at: float
    manifest_sha256: str | None


class Event(NamedTuple):
    """One row to put out."""

    site: str
    run: str
    article_id: str
    rev: int
    op: str
    payload: str
    digest: bytes


def event_of(record: Mapping[str, Any]) -> Event:
    """The event of an article record (JSON data with rev and op). Raises UnsafeRecordError."""
    line = json_line(record)
    return Event(record["site"], record["run"], record["id"], record["rev"], record["op"], line, digest(line))


class Line(NamedTuple):
    """One delivered line."""

    seq: int
    payload: str


class Outbox:
    """Table groups `outbox` and `batches`."""

    def __init__(self, state: "State") -> None:
        """Belongs to one State."""
        self._state = state

    def put(self, connection: Connection, event: Event) -> None:
        """Puts out one event; a second one of the same (article, rev) is an error."""
        _INSERT.run(connection, event._asdict())
        self._state.count(event.run, event.op)

    def take_back(self, connection: Connection, site: str, article_id: str) -> list[Event]:
        """Removes and returns an article's events, oldest first, when they are in no batch and consumers do not have the
        article; else nothing."""
        events = connection.execute(
            select(outbox)
            .where(outbox.c.site == site, outbox.c.article_id == article_id, outbox.c.batch.is_(None))
            .order_by(outbox.c.rev)
            .with_for_update()
        ).all()
        if not events or events[0].op != "add":
            return []
        connection.execute(delete(outbox).where(outbox.c.seq.in_([event.seq for event in events])))
        return [Event(*(getattr(event, name) for name in Event._fields)) for event in events]

    def amend(self, connection: Connection, site: str, article_id: str, fields: Mapping[str, Any]) -> None:
        """Sets fields of an article's newest event, when that is in no batch and no retraction. Raises UnsafeRecordError."""
        newest = connection.execute(
            select(outbox.c.seq, outbox.c.payload)
            .where(
                outbox.c.site == site,
                outbox.c.article_id == article_id,
                outbox.c.batch.is_(None),
                outbox.c.op != "retract",
            )
            .order_by(outbox.c.rev.desc())
            .limit(1)
            .with_for_update()
        ).one_or_none()
        if newest is not None:
            line = json_line(json.loads(newest.payload) | dict(fields))
            connection.execute(
                update(outbox).where(outbox.c.seq == newest.seq).values(payload=line, digest=digest(line))
            )

    def unsealed(self, site: str) -> dict[str, int]:
        """Stream -> lines that are in no batch yet."""
        with self._state.read() as connection:
            return {
                stream: connection.scalar(select(func.count()).where(table.c.site == site, table.c.batch.is_(None)))
                or 0
                for stream, table in STREAMS.items()
            }

    def has_of_other_runs(self, site: str, run: str) -> bool:
        """Whether articles of other runs than this one are in no batch yet: a run was held back or killed."""
        query = select(outbox.c.seq).where(outbox.c.site == site, outbox.c.batch.is_(None), outbox.c.run != run)
        with self._state.read() as connection:
            return connection.scalar(query.limit(1)) is not None

    def undelivered(self, site: str) -> Iterator[str]:
        """The newest record of each article that is in no batch yet, a page at a time; retractions are left out."""
        later = outbox.alias()
        newer = select(later.c.seq).where(
            later.c.site == site,
            later.c.article_id == outbox.c.article_id,
            later.c.rev > outbox.c.rev,
            later.c.batch.is_(None),
        )
        wanted = (outbox.c.site == site, outbox.c.batch.is_(None), outbox.c.op != "retract", ~newer.exists())
        after = 0
        while True:
            query = select(outbox.c.seq, outbox.c.payload).where(*wanted, outbox.c.seq > after).order_by(outbox.c.seq)
            with self._state.read() as connection:
                rows = connection.execute(query.limit(PAGE)).all()
            for seq, payload in rows:
                yield payload
                after = seq
            if len(rows) < PAGE:
                return

    def seal(self, site: str, run: str, now: float, limit: int) -> Batch | None:
        """Assigns the next batch number to at most `limit` lines of each stream, and waits until that is on the disk.

        None when nothing is undelivered. Must be durable before a file is written: else a power loss could undo it
        after consumers saw the manifest, and the number would be used again with other content.
        """
        with self._state.durable() as connection:
            self._state.one_at_a_time(connection, f"seal:{site}")
            last = connection.scalar(select(func.max(batches.c.number)).where(batches.c.site == site)) or 0
            sealed = 0
            for table in STREAMS.values():
                chosen = (
                    select(table.c.seq)
                    .where(table.c.site == site, table.c.batch.is_(None))
                    .order_by(table.c.seq)
                    .limit(limit)
                )
                sealed += connection.execute(
                    update(table).where(table.c.seq.in_(chosen)).values(batch=last + 1)
                ).rowcount
            if not sealed:
                return None
            batch = Batch(site, last + 1, run, "sealed", now, None)
            connection.execute(insert(batches).values(batch._asdict()))
            return batch

    def batches(self, site: str) -> list[Batch]:
        """All batches of the site, oldest first."""
        with self._state.read() as connection:
            rows = connection.execute(
                select(*(batches.c[name] for name in Batch._fields))
                .where(batches.c.site == site)
                .order_by(batches.c.number)
            )
            return [Batch(*row) for row in rows]

    def published(self, batch: Batch, manifest_sha256: str) -> None:
        """Marks the batch: its manifest is on the disk. Its lines are there now and leave the state."""
        with self._state.unit() as connection:
            connection.execute(
                update(batches)
                .where(batches.c.site == batch.site, batches.c.number == batch.number)
                .values(state="published", manifest_sha256=manifest_sha256)
            )
            for table in STREAMS.values():
                connection.execute(delete(table).where(table.c.site == batch.site, table.c.batch == batch.number))
        self._state.commit()

    def import_batch(self, connection: Connection, batch: Batch) -> None:
        """A batch that was published by a state that is lost."""
        connection.execute(insert(batches).values(batch._asdict()))

    def continue_after(self, connection: Connection, stream: str, seq: int) -> None:
        """New lines of the stream get numbers above `seq`."""
        table = STREAMS[stream]
        if self._state.is_sqlite:
            last = {"name": table.name, "seq": seq}
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name AND seq < :seq"), last)
            query = "INSERT INTO sqlite_sequence (name, seq) SELECT :name, :seq WHERE NOT EXISTS"
            query += " (SELECT 1 FROM sqlite_sequence WHERE name = :name)"
            connection.execute(text(query), last)
        else:
            sequence = func.pg_get_serial_sequence(table.name, "seq")
            last_value = connection.scalar(select(func.coalesce(func.pg_sequence_last_value(sequence), 0))) or 0
            if last_value < seq:
                connection.execute(select(func.setval(sequence, seq)))

    def lines(self, batch: Batch, stream: str) -> Iterator[Line]:
        """The batch's lines of one stream, in order, a page at a time. Raises StateDamagedError on an altered one."""
        table = STREAMS[stream]
        after = 0
        while True:
            query = (
                select(table.c.seq, table.c.payload, table.c.digest)
                .where(table.c.site == batch.site, table.c.batch == batch.number, table.c.seq > after)
                .order_by(table.c.seq)
                .limit(PAGE)
            )
            with self._state.read() as connection:
                rows = connection.execute(query).all()
            for seq, payload, expected in rows:
                if digest(payload) != bytes(expected):
                    raise StateDamagedError(
                        f"{self._state.where} is damaged (line {seq} of {table.name} was altered); restore a backup"
                    )
                yield Line(seq, payload)
                after = seq
            if len(rows) < PAGE:
                return


_INSERT = Quick(insert(outbox), columns=Event._fields)
