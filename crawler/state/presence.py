"""Who is alive: on PostgreSQL a name is held by its session, and free the moment the session ends, however it ends.

On SQLite all processes of a site are on one machine and exclude each other by the harvest's lock: whoever starts knows
that nobody else is alive.
"""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

if TYPE_CHECKING:
    from crawler.state.database import State


class Presence:
    """Names of owners and runs held by this process, and whether others hold theirs."""

    def __init__(self, state: "State") -> None:
        """Belongs to one State."""
        self._state = state
        self._held: set[str] = set()

    def announce(self, connection: Connection, name: str) -> None:
        """Holds the name until this process closes the state or dies."""
        if name not in self._held:
            self._held.add(name)
            if not self._state.is_sqlite:
                connection.execute(select(func.pg_advisory_lock(func.hashtextextended(name, 0))))

    def is_alive(self, connection: Connection, name: str) -> bool:
        """Whether another process, or this one, holds the name."""
        if name in self._held:
            return True
        if self._state.is_sqlite:
            return False
        if not connection.scalar(select(func.pg_try_advisory_lock(func.hashtextextended(name, 0)))):
            return True
        connection.execute(select(func.pg_advisory_unlock(func.hashtextextended(name, 0))))
        return False
