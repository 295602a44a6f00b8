"""Schema versions: what turns an older database into today's."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, insert, inspect, select, update

from crawler.state.errors import StateDamagedError, StateTooNewError
from crawler.state.schema import SCHEMA_VERSION, meta, metadata

# Version it starts from -> the step to the next version. Tables that are new need no step: they are created.
MIGRATIONS: Mapping[int, Callable[[Connection], None]] = {}


def read_version(connection: Connection, where: str) -> int | None:
    """The version of the database, None when it holds no table at all. Raises StateDamagedError when it is not ours."""
    names = inspect(connection).get_table_names()
    if not names:
        return None
    value = connection.scalar(select(meta.c.value).where(meta.c.name == "version")) if "meta" in names else None
    if value is None or not value.isdecimal():
        raise StateDamagedError(
            f"{where} holds other tables and no state of Winnow; give STATE_URL a database of its own"
        )
    return int(value)


def is_current(connection: Connection, where: str) -> bool:
    """Whether there is nothing to migrate and nothing to create. Raises StateTooNewError, StateDamagedError."""
    version = read_version(connection, where)
    refuse_newer(version, where)
    return version == SCHEMA_VERSION and set(metadata.tables) <= set(inspect(connection).get_table_names())


def refuse_newer(version: int | None, where: str, target: int = SCHEMA_VERSION) -> None:
    """Raises StateTooNewError when the database is of a later version than `target`."""
    if version is not None and version > target:
        raise StateTooNewError(f"{where} has schema {version}, this code knows {target}; update the code")


def migrate(
    connection: Connection,
    where: str,
    steps: Mapping[int, Callable[[Connection], None]] = MIGRATIONS,
    target: int = SCHEMA_VERSION,
) -> None:
    """Brings the database to `target` within the caller's transaction and creates what is missing.

    Raises StateTooNewError before anything is written.
    """
    version = read_version(connection, where)
    refuse_newer(version, where, target)
    if version is not None:
        for start in range(version, target):
            steps[start](connection)
    metadata.create_all(connection)
    if version is None:
        connection.execute(insert(meta).values(name="version", value=str(target)))
    elif version < target:
        connection.execute(update(meta).where(meta.c.name == "version").values(value=str(target)))
