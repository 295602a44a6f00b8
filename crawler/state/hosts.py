"""Facts about hosts that outlive a run but not for ever: robots.txt, back-off."""

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from crawler.state.schema import hosts

if TYPE_CHECKING:
    from crawler.state.database import State


class Hosts:
    """Table group `hosts`: (host, name) -> JSON value with an expiry."""

    def __init__(self, state: "State") -> None:
        """Belongs to one State."""
        self._state = state

    def get(self, host: str, name: str, now: float) -> Any:
        """The value, or None when there is none or it has expired."""
        query = select(hosts.c.value, hosts.c.expires_at).where(hosts.c.host == host, hosts.c.name == name)
        with self._state.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or (row.expires_at is not None and row.expires_at <= now):
            return None
        return json.loads(row.value)

    def all(self, name: str, now: float) -> dict[str, Any]:
        """host -> value, of all hosts where it has not expired."""
        query = select(hosts.c.host, hosts.c.value).where(
            hosts.c.name == name, hosts.c.expires_at.is_(None) | (hosts.c.expires_at > now)
        )
        with self._state.read() as connection:
            return {row.host: json.loads(row.value) for row in connection.execute(query)}

    def put(self, connection: Connection, host: str, name: str, value: Any, *, expires_at: float | None) -> None:
        """Keeps a JSON value until `expires_at` (epoch seconds; None: for ever)."""
        statement = self._state.insert(hosts).values(
            host=host, name=name, value=json.dumps(value, ensure_ascii=False), expires_at=expires_at
        )
        new = {"value": statement.excluded.value, "expires_at": statement.excluded.expires_at}
        connection.execute(statement.on_conflict_do_update(index_elements=["host", "name"], set_=new))
