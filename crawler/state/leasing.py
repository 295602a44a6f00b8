"""Which hosts have ready URLs, and who works a host."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select, text

from crawler.state.schema import READY, host_owners

if TYPE_CHECKING:
    from crawler.state.database import State

HOSTS_AT_ONCE = 64

# A loose index scan: one seek per host, however many URLs each has (PostgreSQL wiki, "Loose indexscan").
_READY_HOSTS = text(
    f"""
    WITH RECURSIVE ready(host) AS (
        SELECT min(host) FROM frontier WHERE state = {READY} AND site = :site AND host > :after
        UNION ALL
        SELECT (SELECT min(f.host) FROM frontier AS f WHERE f.state = {READY} AND f.site = :site AND f.host > ready.host)
        FROM ready WHERE ready.host IS NOT NULL
    )
    SELECT host FROM ready WHERE host IS NOT NULL LIMIT {HOSTS_AT_ONCE}
    """  # noqa: S608 - constants of this module
)


def ready_hosts(connection: Connection, site: str, start: str) -> Iterator[str]:
    """Hosts of the site with ready URLs, in the order of their names, beginning behind `start` and going round once."""
    after, wrapped = start, start == ""
    while True:
        hosts = list(connection.scalars(_READY_HOSTS, {"site": site, "after": after}))
        for host in hosts:
            if wrapped and start and host > start:
                return
            yield host
        if len(hosts) == HOSTS_AT_ONCE:
            after = hosts[-1]
        elif wrapped:
            return
        else:
            after, wrapped = "", True


class HostOwners:
    """Table group `host_owners`: one owner at a time works a host."""

    def __init__(self, state: "State", seconds: float) -> None:
        """`seconds`: how long a silent owner keeps a host."""
        self._state = state
        self._seconds = seconds
        self._mine: dict[tuple[str, str], float] = {}  # (owner, host) -> until, to spare a write per lease

    def claim(self, connection: Connection, owner: str, host: str, site: str, now: float) -> bool:
        """Whether `owner` may work the host now; renews its right when half of it has passed."""
        until = self._mine.get((owner, host), 0.0)
        if until - now > self._seconds / 2:
            return True
        until = now + self._seconds
        self._state.one_at_a_time(connection, "host_owners")
        statement = self._state.insert(host_owners).values(host=host, site=site, owner=owner, until=until)
        statement = statement.on_conflict_do_update(
            index_elements=["host"],
            set_={"site": site, "owner": owner, "until": until},
            where=(host_owners.c.owner == owner) | (host_owners.c.until < now),
        )
        if connection.execute(statement.returning(host_owners.c.host)).one_or_none() is None:
            return False
        self._mine[owner, host] = until
        return True

    def of_site(self, connection: Connection, site: str | None) -> set[str]:
        """Who works hosts for the site."""
        return set(connection.scalars(select(host_owners.c.owner).where(host_owners.c.site == site).distinct()))

    def drop(self, connection: Connection, owner: str) -> None:
        """Gives up all hosts of an owner."""
        self._state.one_at_a_time(connection, "host_owners")
        connection.execute(delete(host_owners).where(host_owners.c.owner == owner))
        self._mine = {key: until for key, until in self._mine.items() if key[0] != owner}
