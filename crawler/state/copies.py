"""Articles that were dropped because another one is the same: kept beside the delivery, with the decision."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert

from crawler.state.payload import digest, json_line
from crawler.state.schema import copies

if TYPE_CHECKING:
    from crawler.state.database import State


class Copies:
    """Table group `copies`."""

    def __init__(self, state: "State") -> None:
        """Belongs to one State."""
        self._state = state

    def add(self, connection: Connection, record: Mapping[str, Any]) -> None:
        """Keeps a dropped copy: an article record as JSON data whose `duplicates` says of what and why."""
        line = json_line(record)
        duplicates = record["duplicates"]
        connection.execute(
            _INSERT,
            {
                "site": record["site"],
                "run": record["run"],
                "article_id": record["id"],
                "of": duplicates["of"],
                "relation": duplicates["role"],
                "payload": line,
                "digest": digest(line),
            },
        )


_INSERT = insert(copies)
