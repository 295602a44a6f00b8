"""What goes into the frontier and what comes out of it."""

import hashlib
from dataclasses import dataclass
from typing import Any

from crawler.outcomes import Outcome, Reason
from crawler.state.schema import ENDED, READY, WAITING


def frontier_key(site: str, canonical_url: str) -> bytes:
    """16 bytes that stand for the URL within the site: two sites may cover the same host, and know nothing of each other."""
    return hashlib.blake2b(f"{site} {canonical_url}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(slots=True)
class FrontierEntry:
    """A URL as it is discovered. With an `outcome` it enters the books already ended (a trap, an offsite link)."""

    key: bytes
    url: str
    site: str
    host: str
    kind: str  # start, listing, page, article, related, neighbour, link, sitemap, feed
    priority: int = 0  # lower is sooner
    depth: int = 0
    pattern: str = ""  # URL shape, for budgets
    via_kind: str = "start"
    via_url: str | None = None
    twin: bytes | None = None  # key of the same address under the other of http and https
    not_before: float | None = None
    outcome: Outcome | None = None
    reason: Reason | None = None


@dataclass(slots=True)
class Lease:
    """A URL to fetch now. `etag`, `last_modified`, `content_hash`, `article_id`: from its last visit."""

    key: bytes
    url: str
    site: str
    host: str
    kind: str
    priority: int
    depth: int
    pattern: str
    via_kind: str
    via_url: str | None
    attempts: int  # fetches before this one
    first_run: str
    fetched_at: float | None
    etag: str | None
    last_modified: str | None
    content_hash: str | None
    article_id: str | None
    gone_runs: int
    revisit: float | None


@dataclass(slots=True)
class Counts:
    """Rows of a site by state."""

    ready: int
    waiting: int
    leased: int
    ended: int

    @property
    def pending(self) -> int:
        """What is still to do and not at work."""
        return self.ready + self.waiting


def row_of(entry: FrontierEntry, run: str) -> dict[str, Any]:
    """A new row of the table."""
    state = READY if entry.not_before is None else WAITING
    if entry.outcome is not None:
        state = ENDED
    return {
        "key": entry.key,
        "url": entry.url,
        "site": entry.site,
        "host": entry.host,
        "kind": entry.kind,
        "priority": entry.priority,
        "depth": entry.depth,
        "pattern": entry.pattern,
        "via_kind": entry.via_kind,
        "via_url": entry.via_url,
        "state": state,
        "not_before": entry.not_before,
        "outcome": entry.outcome.value if entry.outcome else None,
        "reason": entry.reason.value if entry.reason else None,
        "attempts": 0,
        "first_run": run,
        "last_run": run if entry.outcome else None,
        "gone_runs": 0,
    }
