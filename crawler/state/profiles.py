"""Profiles as the survey learned them: host -> JSON text of crawler.reading.profile.Profile."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from crawler.state.schema import profiles

if TYPE_CHECKING:
    from crawler.state.database import State


class Profiles:
    """Table group `profiles`."""

    def __init__(self, state: "State") -> None:
        """Belongs to one State."""
        self._state = state

    def get(self, host: str) -> str | None:
        """The profile's JSON text."""
        with self._state.read() as connection:
            return connection.scalar(select(profiles.c.profile).where(profiles.c.host == host))

    def put(self, connection: Connection, host: str, profile: str, *, now: float) -> None:
        """Keeps or renews the profile of a host."""
        statement = self._state.insert(profiles).values(host=host, profile=profile, updated_at=now)
        new = {"profile": statement.excluded.profile, "updated_at": statement.excluded.updated_at}
        connection.execute(statement.on_conflict_do_update(index_elements=["host"], set_=new))
