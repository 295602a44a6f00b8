"""The texts of the index, and which of them are worth comparing with a new one. The same on both databases.

Every text has up to KEPT postings: its smallest shingle hashes that few other texts have. A shingle that CROWDED texts
have (wording of a template, a common phrase) is not indexed again and weighs nothing. Statements of the usual way of a
document go to the driver as they are: building them anew would cost more than running them.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any

from backports import zstd
from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from crawler.duplicates.relations import Role
from crawler.duplicates.tables import paragraphs, texts

KEPT = 12
LOOKED_UP = 32
CROWDED = 8
CANDIDATES = 3
EVIDENCE = 1.2  # of a candidate: more than one hash that no other text has
BITS = (
    48  # of a hash in the database: six bytes a posting; a chance hit in 12 million postings is 1 in 300,000 look-ups
)
_COMPRESSOR = zstd.ZstdCompressor(level=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of duplicate_texts but for its number."""

    article: str
    site: str
    url: str
    title: str  # the telling segments in normal form, one a line
    title_raw: str | None
    tokens: int
    digest: int
    body: bytes
    cluster: str
    relation: str
    role: Role
    of: str | None
    score: float | None
    published: float | None

    @property
    def text(self) -> str:
        """The normal form of the body."""
        return zstd.decompress(self.body).decode("utf-16-le")

    @property
    def titles(self) -> frozenset[str]:
        """The telling segments of the title."""
        return frozenset(self.title.split("\n")) - {""}


@dataclass(frozen=True, slots=True)
class Known(Entry):
    """A row of duplicate_texts."""

    doc: int


def pack(normal: str) -> bytes:
    """A normal form as it is stored."""
    return _COMPRESSOR.compress(normal.encode("utf-16-le"), zstd.ZstdCompressor.FLUSH_FRAME)


_COLUMNS = ", ".join(f'"{field.name}"' for field in fields(Entry))
_MEMBER_COLUMNS = 'article, "of", cluster, site, url, title_raw, relation, score, digest'
_PLACES = len(fields(Entry))
_INSERT = {
    name: f"INSERT INTO duplicate_texts ({_COLUMNS}) VALUES ({', '.join([mark] * _PLACES)}) "  # noqa: S608  our names
    "ON CONFLICT (article) DO NOTHING RETURNING doc"
    for name, mark in (("sqlite", "?"), ("postgresql", "%s"))
}
_MEMBER = {
    name: f"INSERT INTO duplicate_members ({_MEMBER_COLUMNS}) VALUES ({', '.join([mark] * 9)}) "  # noqa: S608  our names
    'ON CONFLICT (article) DO UPDATE SET "of" = excluded."of", cluster = excluded.cluster, url = excluded.url, '
    "title_raw = excluded.title_raw, relation = excluded.relation, score = excluded.score, digest = excluded.digest "
    'WHERE duplicate_members."of" <> excluded."of" OR duplicate_members.relation <> excluded.relation RETURNING 1'
    for name, mark in (("sqlite", "?"), ("postgresql", "%s"))
}
_FETCH = select(*(texts.c[field.name] for field in fields(Known))).where(
    texts.c.doc.in_(bindparam("docs", expanding=True))
)


def candidates(found: dict[int, list[int]], telling: Collection[int]) -> list[int]:
    """The texts worth comparing, best first. A hash counts the less, the more texts have it.

    `telling`: hashes of the whole text or title; one of them is enough.
    """
    score: dict[int, float] = defaultdict(float)
    for value, docs in found.items():
        if value in telling:
            for doc in docs[:CROWDED]:
                score[doc] += EVIDENCE
        elif len(docs) < CROWDED:
            weight = 1.0 / len(docs)
            for doc in docs:
                score[doc] += weight
    worth = [doc for doc, weight in score.items() if weight >= EVIDENCE]
    return sorted(worth, key=lambda doc: (-score[doc], doc))[:CANDIDATES]


def fetch(connection: Connection, docs: Sequence[int]) -> list[Known]:
    """The rows of these texts, in the order asked for; texts that are gone are left out."""
    if not docs:
        return []
    rows = {row.doc: Known(*row) for row in connection.execute(_FETCH, {"docs": list(docs)})}
    return [rows[doc] for doc in docs if doc in rows]


def insert_text(connection: Connection, entry: Entry) -> int | None:
    """The number of the new text, None when its article has one already."""
    values = tuple(getattr(entry, field.name) for field in fields(Entry))
    row = connection.exec_driver_sql(_INSERT[connection.dialect.name], values).one_or_none()
    return None if row is None else int(row[0])


def put_member(connection: Connection, *values: str | float | None) -> bool:
    """Notes a page as a copy: article, of, cluster, site, url, title_raw, relation, score, digest. False when it was."""
    return connection.exec_driver_sql(_MEMBER[connection.dialect.name], values).first() is not None


def update_text(connection: Connection, doc: int, entry: Entry) -> None:
    """Replaces a text by the article's new state."""
    names = (field.name for field in fields(Entry))
    connection.execute(update(texts).where(texts.c.doc == doc).values(dict(zip(names, astuple(entry), strict=True))))


def read_paragraphs(connection: Connection, site: int) -> dict[int, int]:
    """hash -> in how many articles of the site it was met, for what was met at least twice."""
    rows = connection.execute(select(paragraphs.c.hash, paragraphs.c.seen).where(paragraphs.c.site == site))
    return {row.hash: row.seen for row in rows}


def write_paragraphs(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Sets counts (site, hash, seen)."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(paragraphs)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[paragraphs.c.site, paragraphs.c.hash], set_={"seen": statement.excluded.seen}
        ),
        rows,
    )
