"""The index in the database: which known texts share rare shingles with a new one. Statements are the same on both databases.

Every text has up to KEPT postings: its smallest shingle hashes that few other texts have. A shingle that CROWDED texts
have (wording of a template, a common phrase) is not indexed again and weighs nothing.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from crawler.duplicates.relations import Role
from crawler.duplicates.tables import paragraphs, postings, texts

KEPT = 12
LOOKED_UP = 64
CROWDED = 8
CANDIDATES = 3
BITS = (
    48  # of a hash in the database: six bytes a posting; a chance hit in 12 million postings is 1 in 300,000 look-ups
)
TEMPLATE = 3  # a paragraph in so many articles of a site belongs to the site
TEMPLATE_KNOWN = 32  # counted no further
WINDOW = 20_000  # texts; a paragraph met once in so many is forgotten (lossy counting, Manku and Motwani 2002)

_LOOK_UP = {
    "sqlite": text(
        "SELECT p.hash, p.doc FROM json_each(:hashes) AS q CROSS JOIN duplicate_postings AS p ON p.hash = q.value"
    ),
    "postgresql": text("SELECT hash, doc FROM duplicate_postings WHERE hash = ANY(:hashes)"),
}
_SEEN = {
    "sqlite": text(
        "SELECT p.hash, p.seen FROM json_each(:hashes) AS q CROSS JOIN duplicate_paragraphs AS p ON p.hash = q.value"
    ),
    "postgresql": text("SELECT hash, seen FROM duplicate_paragraphs WHERE hash = ANY(:hashes)"),
}
_FETCH = select(texts).where(texts.c.doc.in_(bindparam("docs", expanding=True)))
_FORGET = delete(postings).where(postings.c.doc == bindparam("d"), postings.c.hash == bindparam("h"))


@dataclass(frozen=True, slots=True)
class Known:
    """A row of duplicate_texts."""

    doc: int
    article: str
    site: str
    url: str
    title: str
    title_raw: str | None
    tokens: int
    digest: int
    body: bytes
    cluster: str
    relation: str
    role: Role
    of: str | None
    score: float | None

    @property
    def text(self) -> str:
        """The normal form."""
        return unpack(self.body)

    @property
    def titles(self) -> frozenset[str]:
        """The telling segments of the title."""
        return frozenset(self.title.split("\n")) - {""}


def pack(normal: str) -> bytes:
    """A normal form as it is stored."""
    return zlib.compress(normal.encode("utf-16-le"), 6)


def unpack(body: bytes) -> str:
    """The inverse of pack."""
    return zlib.decompress(body).decode("utf-16-le")


def _values(connection: Connection, hashes: Sequence[int]) -> Any:
    return json.dumps(hashes) if connection.dialect.name == "sqlite" else list(hashes)


def look_up(connection: Connection, hashes: Sequence[int]) -> dict[int, list[int]]:
    """hash -> texts that have it, for those of `hashes` that any text has. One statement."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = connection.execute(_LOOK_UP[connection.dialect.name], {"hashes": _values(connection, hashes)})
    for value, doc in rows:
        found[value].append(doc)
    return found


def candidates(found: dict[int, list[int]], digest: int) -> list[int]:
    """The texts worth comparing, best first: those that hold the same digest, then by shared rare hashes."""
    score: dict[int, float] = defaultdict(float)
    for value, docs in found.items():
        if value == digest:
            for doc in docs:
                score[doc] += 1000.0
        elif len(docs) < CROWDED:
            for doc in docs:
                score[doc] += 1.0 / len(docs)
    return sorted(score, key=lambda doc: (-score[doc], doc))[:CANDIDATES]


def fetch(connection: Connection, docs: Sequence[int]) -> list[Known]:
    """The rows of these texts, in the order asked for; texts that are gone are left out."""
    if not docs:
        return []
    rows = {row.doc: Known(*row) for row in connection.execute(_FETCH, {"docs": list(docs)})}
    return [rows[doc] for doc in docs if doc in rows]


def add(connection: Connection, doc: int, hashes: Iterable[int]) -> None:
    """Postings of one text; those that exist already are left as they are."""
    rows = [{"hash": value, "doc": doc} for value in hashes]
    if rows:
        make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        connection.execute(make(postings).on_conflict_do_nothing(), rows)


def remove(connection: Connection, doc: int, hashes: Iterable[int]) -> None:
    """Takes postings of one text out."""
    rows = [{"h": value, "d": doc} for value in hashes]
    if rows:
        connection.execute(_FORGET, rows)


def seen_paragraphs(connection: Connection, hashes: Sequence[int]) -> dict[int, int]:
    """hash -> in how many articles of its site the paragraph was met."""
    if not hashes:
        return {}
    rows = connection.execute(_SEEN[connection.dialect.name], {"hashes": _values(connection, hashes)})
    return {row.hash: row.seen for row in rows}


def count_paragraphs(connection: Connection, hashes: Iterable[int], newest: int) -> None:
    """One more article that has these paragraphs."""
    rows = [{"hash": value, "seen": 1, "since": newest} for value in hashes]
    if rows:
        make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        connection.execute(
            make(paragraphs).on_conflict_do_update(
                index_elements=[paragraphs.c.hash], set_={"seen": paragraphs.c.seen + 1}
            ),
            rows,
        )


def forget_rare_paragraphs(connection: Connection, newest: int) -> None:
    """Drops paragraphs that stayed below TEMPLATE for WINDOW texts: the table's size is bounded by the window."""
    connection.execute(delete(paragraphs).where(paragraphs.c.seen < TEMPLATE, paragraphs.c.since < newest - WINDOW))


def set_fields(connection: Connection, doc: int, **fields: Any) -> None:
    """Changes fields of one text."""
    connection.execute(update(texts).where(texts.c.doc == doc).values(**fields))
