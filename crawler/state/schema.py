"""All tables of the state on one MetaData. crawler.duplicates.tables adds its own to the same `metadata`.

Times are epoch seconds. JSON is text, so that both databases keep it byte for byte. Partial indexes hold only the rows
that a query looks for: ended URLs cost the queue nothing. They end with `state`, else SQLite counts in the table itself.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

SCHEMA_VERSION = 1

metadata = MetaData()

# An INTEGER PRIMARY KEY is SQLite's own row number; PostgreSQL needs 64 bits said.
BigId = BigInteger().with_variant(Integer, "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# States of a frontier row. `waiting` rows have a not_before in the future; they become `ready` when it has come, so that
# the ready index never holds a row that cannot be leased.
READY, WAITING, LEASED, ENDED = 0, 1, 2, 3

frontier = Table(
    "frontier",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("key", LargeBinary(16), nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("pattern", Text, nullable=False),
    Column("via_kind", Text, nullable=False),
    Column("via_url", Text),
    Column("state", SmallInteger, nullable=False),
    Column("outcome", Text),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False),
    # waiting: when it may be leased; ended: when it is due again (NULL: never by itself)
    Column("not_before", Double),
    Column("lease_owner", Text),
    Column("lease_until", Double),
    Column("first_run", Text, nullable=False),
    Column("last_run", Text),
    Column("fetched_at", Double),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("content_hash", Text),
    Column("article_id", Text),
    Column("gone_runs", Integer, nullable=False),
    Column("revisit", Double),  # seconds between two visits; NULL: no revisit planned
)
Index(
    "frontier_ready",
    frontier.c.site,
    frontier.c.host,
    frontier.c.priority,
    frontier.c.id,
    frontier.c.state,
    sqlite_where=text(f"state = {READY}"),
    postgresql_where=text(f"state = {READY}"),
)
Index(
    "frontier_waiting",
    frontier.c.site,
    frontier.c.not_before,
    frontier.c.state,
    sqlite_where=text(f"state = {WAITING}"),
    postgresql_where=text(f"state = {WAITING}"),
)
Index(
    "frontier_leased",
    frontier.c.site,
    frontier.c.lease_owner,
    frontier.c.lease_until,
    frontier.c.state,
    sqlite_where=text(f"state = {LEASED}"),
    postgresql_where=text(f"state = {LEASED}"),
)
Index(
    "frontier_ended",
    frontier.c.site,
    frontier.c.kind,
    frontier.c.state,
    sqlite_where=text(f"state = {ENDED}"),
    postgresql_where=text(f"state = {ENDED}"),
)
Index(
    "frontier_due",
    frontier.c.site,
    frontier.c.not_before,
    sqlite_where=text(f"state = {ENDED} AND not_before IS NOT NULL"),
    postgresql_where=text(f"state = {ENDED} AND not_before IS NOT NULL"),
)

# One host is worked by one owner at a time, on all machines together: politeness holds.
host_owners = Table(
    "host_owners",
    metadata,
    Column("host", Text, primary_key=True),
    Column("site", Text, nullable=False),  # for which the owner works
    Column("owner", Text, nullable=False),
    Column("until", Double, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("site", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("canonical_url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("via", Text, nullable=False),  # JSON of Via, for the retraction's record
    Column("rev", Integer, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("retracted", Boolean, nullable=False),
    Column("gone_count", Integer, nullable=False),
    Column("gone_run", Text),  # the run that counted last: one run counts once
    Column("first_run", Text, nullable=False),
    Column("last_run", Text, nullable=False),
    Column("last_seen", Double, nullable=False),
)
Index("articles_id", articles.c.id)

# Events that consumers will see, once each. `payload` is the delivered line, without its newline.
outbox = Table(
    "outbox",
    metadata,
    Column("seq", BigId, primary_key=True, autoincrement=True),
    Column("site", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("article_id", Text, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("op", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),  # of the payload: a flipped bit is found before it is delivered
    Column("batch", Integer),
    UniqueConstraint("site", "article_id", "rev"),
    sqlite_autoincrement=True,
)
Index("outbox_batch", outbox.c.site, outbox.c.batch, outbox.c.seq)

copies = Table(
    "copies",
    metadata,
    Column("seq", BigId, primary_key=True, autoincrement=True),
    Column("site", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("article_id", Text, nullable=False),
    Column("of", Text),
    Column("relation", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("batch", Integer),
    sqlite_autoincrement=True,
)
Index("copies_batch", copies.c.site, copies.c.batch, copies.c.seq)

quarantine = Table(
    "quarantine",
    metadata,
    Column("seq", BigId, primary_key=True, autoincrement=True),
    Column("site", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("batch", Integer),
    sqlite_autoincrement=True,
)
Index("quarantine_batch", quarantine.c.site, quarantine.c.batch, quarantine.c.seq)

# A sealed batch is decided; a published one has its manifest on disk.
batches = Table(
    "batches",
    metadata,
    Column("site", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("run", Text, nullable=False),
    Column("state", Text, nullable=False),  # sealed, published
    Column("sealed_at", Double, nullable=False),
    Column("manifest_sha256", Text),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("started_at", Double, nullable=False),
    Column("finished_at", Double),
    Column("state", Text, nullable=False),  # open, closed, interrupted, failed, abandoned
    Column("verdict", Text),
    Column("detail", Text, nullable=False),  # JSON: whatever the report wants to remember
)
Index("runs_site", runs.c.site, runs.c.started_at)

# Counters of a run: opening, added, reopened, leased, OUTCOME.REASON, add, update, retract ...
run_counts = Table(
    "run_counts",
    metadata,
    Column("run", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("expires_at", Double),
)

profiles = Table(
    "profiles",
    metadata,
    Column("host", Text, primary_key=True),
    Column("profile", Text, nullable=False),
    Column("updated_at", Double, nullable=False),
)
