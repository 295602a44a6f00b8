"""Statements of every page: on SQLite compiled once and handed to the driver, because SQLAlchemy's own work for a statement
costs several times the statement. Errors are SQLAlchemy's on both databases.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ClauseElement

_DIALECT = sqlite.dialect(paramstyle="named")
_LIST = "__[POSTCOMPILE_{}]"  # how SQLAlchemy marks where the values of an expanding parameter go


class Quick:
    """One statement. Its values are plain ones (no dates, no JSON), and truth values come back from SQLite as 0 and 1.

    `columns`: of an INSERT, those that are given. `expanding`: the parameter that is a list, if there is one.
    """

    def __init__(
        self, statement: Executable, *, columns: Sequence[str] | None = None, expanding: str | None = None
    ) -> None:
        self._statement = statement
        self._columns = columns
        self._expanding = expanding

    @cached_property
    def _compiled(self) -> tuple[str, dict[str, Any]]:
        assert isinstance(self._statement, ClauseElement)
        columns = list(self._columns) if self._columns is not None else None
        compiled = self._statement.compile(dialect=_DIALECT, column_keys=columns)
        return str(compiled), dict(compiled.params)

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The result: a driver's cursor or SQLAlchemy's, with fetchall(), fetchone() and rowcount."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, values)
        sql, fixed = self._compiled
        if self._expanding is None:
            return execute(connection, sql, {**fixed, **values})
        listed = {f"v{at}": value for at, value in enumerate(values[self._expanding])}
        names = ", ".join(f":{name}" for name in listed) or "NULL"
        return execute(connection, sql.replace(_LIST.format(self._expanding), names), {**fixed, **values, **listed})

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Any:
        """The same for many rows; nothing can be fetched."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, list(rows))
        sql, fixed = self._compiled
        return execute(connection, sql, [{**fixed, **row} for row in rows])


def execute(connection: Connection, sql: str, values: dict[str, Any] | list[dict[str, Any]] | None = None) -> Any:
    """Plain SQL on SQLite's own connection, within the transaction that is open there. Raises DBAPIError."""
    driver: Any = connection.connection.driver_connection
    try:
        if isinstance(values, list):
            return driver.executemany(sql, values)
        return driver.execute(sql, values or {})
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            sql, None, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


class Savepoint:
    """Connection.begin_nested() for SQLite, at a fifth of its cost. `depth` names it: units may be nested."""

    def __init__(self, connection: Connection, depth: int) -> None:
        self._connection = connection
        self._name = f"unit{depth}"
        execute(connection, f"SAVEPOINT {self._name}")

    def commit(self) -> None:
        """What was written since belongs to the transaction."""
        execute(self._connection, f"RELEASE {self._name}")

    def rollback(self) -> None:
        """What was written since is undone. Raises DBAPIError when SQLite has already undone the whole transaction."""
        execute(self._connection, f"ROLLBACK TO {self._name}")
        execute(self._connection, f"RELEASE {self._name}")
        # Whoever keeps in memory what the unit wrote is told, as by begin_nested().
        self._connection.dispatch.rollback_savepoint(self._connection, self._name, None)
