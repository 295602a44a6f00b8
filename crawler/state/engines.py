"""How the two databases are opened: pragmas, transactions, file mode, and their errors in our words."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import StaticPool

from crawler.state.errors import StateDamagedError, StateError, StateFullError, StateUnavailableError

LOCK_WAIT_SECONDS = 60
SQLITE_CACHE_KIB = 16 * 1024

_CANNOT_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG, errno.EIO)

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",  # a lost group is fetched again; State.durable() uses FULL
    f"PRAGMA busy_timeout={LOCK_WAIT_SECONDS * 1000}",
    f"PRAGMA journal_size_limit={64 * 1024 * 1024}",
    f"PRAGMA cache_size=-{SQLITE_CACHE_KIB}",
    "PRAGMA cell_size_check=ON",
    "PRAGMA trusted_schema=OFF",
)


def parse_url(text: str) -> URL:
    """STATE_URL as SQLAlchemy's URL; `postgresql://` means psycopg 3. Raises StateUnavailableError."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise StateUnavailableError(
            "STATE_URL is not a database address; use sqlite:///PATH or postgresql://..."
        ) from error
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise StateUnavailableError(f"STATE_URL names {url.drivername}; only sqlite and postgresql are supported")
    if url.drivername == "sqlite" and url.database in (None, "", ":memory:"):
        raise StateUnavailableError("STATE_URL names no file; use sqlite:///PATH")
    return url


def sqlite_path(url: URL) -> Path | None:
    """The database file, or None on PostgreSQL."""
    return Path(url.database) if url.drivername == "sqlite" and url.database else None


def open_engine(url: URL) -> Engine:
    """An engine with one connection. On SQLite `connection.info["begin"]` is the statement that opens a transaction."""
    if url.drivername == "sqlite":
        engine = create_engine(url, poolclass=StaticPool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        # A lost group is fetched again; State.durable() waits for the disk, and for all groups before it.
        options = "-c synchronous_commit=off -c timezone=UTC -c client_min_messages=warning"
        engine = create_engine(url, poolclass=StaticPool, connect_args={"options": options, "connect_timeout": 10})
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # this module says when a transaction begins, not the driver
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.info.get("begin", "BEGIN"))


@contextmanager
def opening(where: str) -> Iterator[None]:
    """translated(), and the system's errors too: for opening and closing."""
    try:
        with translated(where):
            yield
    except OSError as error:
        if error.errno in _CANNOT_WRITE:
            raise StateFullError(f"cannot write {where}: {error.strerror}; make room, or make it writable") from error
        raise StateUnavailableError(
            f"cannot open {where}: {error.strerror}; check the path and its permissions"
        ) from error


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turns a driver's error into a StateError that says what to do about the database at `where`."""
    try:
        yield
    except DBAPIError as error:
        known = _known(error, where)
        if known is None:
            raise
        raise known from error


def _known(error: DBAPIError, where: str) -> StateError | None:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _known_sqlite(getattr(cause, "sqlite_errorname", "") or "", str(cause), where)
    code = getattr(cause, "sqlstate", None)
    line = str(cause).strip().split("\n")[0]
    if code == "53100":
        return StateFullError(f"the disk of {where} is full; free some space and run again")
    if code in ("XX001", "XX002"):
        return StateDamagedError(f"{where} is damaged ({line}); restore it from a backup")
    unreachable = code is None and isinstance(error, (OperationalError, InterfaceError))
    if unreachable or (code is not None and code.startswith(("08", "28", "3D", "57P"))):
        return StateUnavailableError(f"cannot reach {where}: {line}; check STATE_URL and the server")
    return None


def _known_sqlite(name: str, line: str, where: str) -> StateError | None:
    if name in (
        "SQLITE_FULL",
        "SQLITE_IOERR_WRITE",
        "SQLITE_IOERR_FSYNC",
        "SQLITE_IOERR_TRUNCATE",
        "SQLITE_IOERR_SHMSIZE",
    ):
        return StateFullError(f"cannot write {where} ({line}); free some space and run again, nothing is lost")
    if name.startswith("SQLITE_READONLY"):
        return StateFullError(f"{where} is read-only; make it and its folder writable")
    if name in ("SQLITE_CORRUPT", "SQLITE_NOTADB") or name.startswith(("SQLITE_CORRUPT_", "SQLITE_IOERR")):
        return StateDamagedError(
            f"{where} is damaged ({line}); restore a backup, or move it away and run `scrapy rebuild`"
        )
    if name.startswith("SQLITE_BUSY"):
        return StateUnavailableError(f"{where} is in use by another process; wait for it to end")
    if name.startswith("SQLITE_CANTOPEN"):
        return StateFullError(f"cannot write {where} ({line}); check the disk and the permissions of its folder")
    return None
