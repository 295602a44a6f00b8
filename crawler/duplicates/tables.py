"""Tables of the duplicates index, on the state's metadata: one database, one transaction with the articles."""

from sqlalchemy import BigInteger, Column, Double, Integer, LargeBinary, Table, Text

from crawler.state.schema import BigId, metadata

# Every delivered article that can have copies. `body` is the compressed normal form (crawler.duplicates.normalise).
texts = Table(
    "duplicate_texts",
    metadata,
    Column("doc", BigId, primary_key=True, autoincrement=True),
    Column("article", Text, nullable=False, unique=True),
    Column("site", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),  # the telling segments of the title in normal form, one a line
    Column("title_raw", Text),
    Column("tokens", Integer, nullable=False),
    Column("digest", BigInteger, nullable=False),  # 48 bits of the normal form's hash
    Column("body", LargeBinary, nullable=False),
    Column("cluster", Text, nullable=False),  # id of the cluster's first member
    Column("relation", Text, nullable=False),  # to `of`; "none" stands alone
    Column("role", Text, nullable=False),
    Column("of", Text),
    Column("score", Double),
    Column("published", Double),  # epoch seconds, where the page says so
)

# Bottom-k hashes (48 bits) of each text, and the digests of the text and of its copies.
postings = Table(
    "duplicate_postings",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("doc", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Postings that are not in the large table yet, a row a text: hashes as 64-bit little-endian integers (SQLite only).
recent = Table(
    "duplicate_recent",
    metadata,
    Column("seq", BigId, primary_key=True, autoincrement=True),
    Column("doc", BigInteger, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
)

# In how many articles of a site a paragraph or title segment was met, from the second on: the site's template.
paragraphs = Table(
    "duplicate_paragraphs",
    metadata,
    Column("site", BigInteger, primary_key=True, autoincrement=False),  # hash of the name
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("seen", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Articles kept out as copies: what the cluster's evidence and its size come from.
members = Table(
    "duplicate_members",
    metadata,
    Column("article", Text, primary_key=True),
    Column("of", Text, nullable=False, index=True),
    Column("cluster", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title_raw", Text),
    Column("relation", Text, nullable=False),
    Column("score", Double, nullable=False),
    Column("digest", BigInteger, nullable=False),
)

# A cluster that was merged into another one keeps its id as an alias.
aliases = Table(
    "duplicate_aliases",
    metadata,
    Column("cluster", Text, primary_key=True),
    Column("into", Text, nullable=False),
)
