"""Pages that were fetched but are broken or unsafe: kept aside with their beginning, never delivered as articles."""

import base64
import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert

from crawler.outcomes import Reason
from crawler.state.payload import digest, json_line
from crawler.state.schema import quarantine

if TYPE_CHECKING:
    from crawler.state.database import State

HEAD_BYTES = 2048


class Quarantine:
    """Table group `quarantine`."""

    def __init__(self, state: "State") -> None:
        """Belongs to one State."""
        self._state = state

    def add(
        self,
        connection: Connection,
        *,
        site: str,
        run: str,
        url: str,
        reason: Reason,
        detail: str = "",
        body: bytes = b"",
        fetched_at: str | None = None,
    ) -> None:
        """Keeps url, reason, detail, the first 2 KiB of the body (base64) and the hash of all of it."""
        record = {
            "schema": "quarantine/1",
            "site": site,
            "url": url.encode("utf-8", "replace").decode(),
            "reason": reason.value,
            "detail": detail.encode("utf-8", "replace").decode()[:1000],
            "fetched_at": fetched_at,
            "run": run,
            "body_bytes": len(body),
            "body_sha256": hashlib.sha256(body).hexdigest(),
            "body_head_base64": base64.b64encode(body[:HEAD_BYTES]).decode(),
        }
        line = json_line(record)
        connection.execute(
            _INSERT,
            {
                "site": site,
                "run": run,
                "url": record["url"],
                "reason": reason.value,
                "payload": line,
                "digest": digest(line),
            },
        )
        self._state.count(run, "kept_in_quarantine")


_INSERT = insert(quarantine)
