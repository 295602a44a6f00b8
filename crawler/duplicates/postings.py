"""Postings: hash -> texts that have it.

On SQLite new postings are appended to a small table, a row a text, and held in memory as well; when there are MERGE_AT
of them they go into the large table in the order of their hashes. Writing each text's postings into the large table at
once would touch a page of the file for every hash: at a million texts that is most of the cost. The idea is that of the
log-structured merge tree (O'Neil et al. 1996), with two levels. PostgreSQL has many writers and takes them at once.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from sqlalchemy import Connection, Engine, delete, event

from crawler.duplicates.tables import postings, recent

MERGE_AT = 20_000  # rows: about 30 MB of memory

_LOOK_UP = {
    "sqlite": "SELECT p.hash, p.doc FROM json_each(?) AS q CROSS JOIN duplicate_postings AS p ON p.hash = q.value",
    "postgresql": "SELECT hash, doc FROM duplicate_postings WHERE hash = ANY(%s)",
}
_POST = "INSERT INTO duplicate_postings SELECT unnest(%s::bigint[]), %s ON CONFLICT DO NOTHING"
_APPEND = "INSERT INTO duplicate_recent (doc, hashes) VALUES (?, ?)"
_SINCE = "SELECT seq, doc, hashes FROM duplicate_recent WHERE seq >= ? ORDER BY seq"
_MERGE = "INSERT OR IGNORE INTO duplicate_postings (hash, doc) VALUES (?, ?)"


class Postings:
    """All postings of a state. What another process wrote, or a unit has undone, is seen at the next look-up."""

    def __init__(self) -> None:
        self._watched: Engine | None = None
        self._stale = True  # a transaction began or ended since memory was compared with the table
        self._recent: dict[int, int | tuple[int, ...]] = {}  # nothing the garbage collector would have to visit
        self._last: tuple[int, int, bytes] | None = None  # the newest row that memory holds

    def look_up(self, connection: Connection, hashes: Sequence[int]) -> dict[int, list[int]]:
        """hash -> texts that have it, for those of `hashes` that any text has."""
        is_sqlite = connection.dialect.name == "sqlite"
        found: dict[int, list[int]] = defaultdict(list)
        parameters = (json.dumps(hashes) if is_sqlite else list(hashes),)
        for value, doc in connection.exec_driver_sql(_LOOK_UP[connection.dialect.name], parameters).all():
            found[value].append(doc)
        if is_sqlite:
            if self._watched is not connection.engine:
                self._watch(connection.engine)
            if self._stale:
                self._catch_up(connection)
            for value in hashes:
                docs = self._recent.get(value)
                if docs is not None:
                    known = found[value]
                    known += [doc for doc in ((docs,) if isinstance(docs, int) else docs) if doc not in known]
        return found

    def post(self, connection: Connection, doc: int, hashes: Sequence[int]) -> None:
        """Postings of one text; those that exist already are left as they are."""
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql(_POST, (list(hashes), doc))
            return
        packed = np.array(hashes, "<i8").tobytes()
        row = connection.exec_driver_sql(_APPEND, (doc, packed)).lastrowid
        if not self._stale:
            self._remember(row, doc, packed, hashes)
        if row >= MERGE_AT:
            self.merge(connection)

    def merge(self, connection: Connection) -> None:
        """Moves the recent postings into the large table; nothing to do on PostgreSQL."""
        if connection.dialect.name != "sqlite":
            return
        rows = sorted({(value, doc) for doc, hashes in _rows(connection) for value in hashes})
        if rows:
            connection.exec_driver_sql(_MERGE, rows)
        connection.execute(delete(recent))
        self._forget()

    def withdraw(self, connection: Connection, doc: int, hashes: Iterable[int]) -> None:
        """Takes postings of one text out."""
        gone = set(hashes)
        for value in gone:
            connection.execute(delete(postings).where(postings.c.hash == value, postings.c.doc == doc))
        if connection.dialect.name != "sqlite":
            return
        kept = sorted({value for other, values in _rows(connection) if other == doc for value in values} - gone)
        connection.execute(delete(recent).where(recent.c.doc == doc))
        self._forget()
        if kept:
            self.post(connection, doc, kept)

    def clear(self, connection: Connection) -> None:
        """Takes all postings out."""
        connection.execute(delete(postings))
        connection.execute(delete(recent))
        self._forget()

    def _forget(self) -> None:
        self._recent.clear()
        self._last = None
        self._stale = True

    def _watch(self, engine: Engine) -> None:
        """Asks to be told when a transaction begins and when something is undone."""

        def doubt(*_: object) -> None:
            self._stale = True

        for name in ("begin", "rollback", "rollback_savepoint"):
            event.listen(engine, name, doubt)
        self._watched = engine

    def _catch_up(self, connection: Connection) -> None:
        """Reads the rows written since the last time; all of them when the last one known is not there any more."""
        rows = list(connection.exec_driver_sql(_SINCE, (self._last[0] if self._last else 0,)))
        if self._last is not None:
            if rows and rows[0] == self._last:
                del rows[0]
            else:
                self._forget()
                rows = list(connection.exec_driver_sql(_SINCE, (0,)))
        for seq, doc, packed in rows:
            self._remember(seq, doc, packed, np.frombuffer(packed, "<i8").tolist())
        self._stale = False

    def _remember(self, seq: int, doc: int, packed: bytes, hashes: Iterable[int]) -> None:
        self._last = (seq, doc, packed)
        for value in hashes:
            docs = self._recent.get(value)
            if docs is None:
                self._recent[value] = doc
            elif isinstance(docs, int):
                if docs != doc:
                    self._recent[value] = (docs, doc)
            elif doc not in docs:
                self._recent[value] = (*docs, doc)


def _rows(connection: Connection) -> Iterator[tuple[int, list[int]]]:
    for _, doc, hashes in connection.exec_driver_sql(_SINCE, (0,)).all():
        yield doc, np.frombuffer(hashes, "<i8").tolist()
