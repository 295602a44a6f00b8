"""State: one database, one connection, one open group transaction per process."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, NestedTransaction, Table, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from crawler.state.articles import Articles
from crawler.state.copies import Copies
from crawler.state.engines import LOCK_WAIT_SECONDS, open_engine, opening, parse_url, sqlite_path, translated
from crawler.state.errors import StateError
from crawler.state.frontier import Frontier
from crawler.state.hosts import Hosts
from crawler.state.migrations import is_current, migrate
from crawler.state.outbox import Outbox
from crawler.state.presence import Presence
from crawler.state.profiles import Profiles
from crawler.state.quarantine import Quarantine
from crawler.state.quick import Savepoint
from crawler.state.runs import Books, Runs
from crawler.state.schema import run_counts
from crawler.state.sqlitefile import SqliteFile

GROUP_UNITS = 64
GROUP_SECONDS = 0.5
_MIGRATION_LOCK = 8243612


class State:
    """All that is known between runs. Not for threads: one State belongs to one thread.

    Work is written in units (`with state.unit() as connection`). Units are savepoints of one group transaction, which
    is committed when it is due: one sync for many pages. A crash loses at most the open group; its pages are then
    pending again, because their ends were in the same group.
    """

    def __init__(self, url: str) -> None:
        """Use State.open()."""
        self.url = parse_url(url)
        self.where = self.url.render_as_string(hide_password=True)
        self.is_sqlite = self.url.drivername == "sqlite"
        self._connection: Connection | None = None
        self._file: SqliteFile | None = None
        self._sound = True  # no fault of the database was met
        self._failure: StateError | None = None  # of a commit that nobody waited for
        self._timer: asyncio.TimerHandle | None = None
        self._in_group = False
        self._reading = False  # within snapshot()
        self._group_since = 0.0
        self._group_units = 0
        self._units: list[Counter[tuple[str, str]]] = []  # counters of the units that are open, outermost first
        self._group_counts: Counter[tuple[str, str]] = Counter()
        self.presence = Presence(self)
        self.frontier = Frontier(self)
        self.articles = Articles(self)
        self.outbox = Outbox(self)
        self.copies = Copies(self)
        self.quarantine = Quarantine(self)
        self.runs = Runs(self)
        self.hosts = Hosts(self)
        self.profiles = Profiles(self)

    @classmethod
    def open(cls, url: str) -> Self:
        """Opens the state at `url`, creating or migrating it.

        Raises StateUnavailableError, StateDamagedError, StateTooNewError, StateFullError; each says in one line what to
        do.
        """
        state = cls(url)
        with opening(state.where):
            state._open()
        return state

    def _open(self) -> None:
        import_module("crawler.duplicates.tables")  # puts its tables on the same metadata
        path = sqlite_path(self.url)
        if path is not None:
            self._file = SqliteFile(path)
        try:
            unchecked = self._file is not None and self._file.prepare(self._create)
            self._connection = open_engine(self.url).connect()
            if unchecked:
                self._quick_check()
            with self.read() as connection:
                current = is_current(connection, self.where)
            if self._file is not None:
                self._file.in_use()
            if not current:  # who only reads waits for nobody
                self._migrate(self.connection)
        except BaseException:
            self._dispose(sound=False)
            raise

    def _create(self, path: Path) -> None:
        engine = open_engine(self.url.set(database=str(path)))
        with engine.connect() as connection:
            self._migrate(connection)
        engine.dispose()  # folds the -wal into the file, which is then renamed

    def _migrate(self, connection: Connection) -> None:
        self._begin(connection, immediate=True)
        if not self.is_sqlite:
            # Two processes may start on an empty database at the same moment.
            connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        migrate(connection, self.where)
        connection.commit()

    def _quick_check(self) -> None:
        assert self._file is not None
        with self.read() as connection:
            found = connection.scalar(text("PRAGMA quick_check(1)"))
        if found != "ok":
            raise self._file.damaged(str(found).replace("\n", " "))

    @property
    def connection(self) -> Connection:
        """The one connection; for reading use read(), for writing unit()."""
        assert self._connection is not None, "the state is closed"
        return self._connection

    def _begin(self, connection: Connection, *, immediate: bool) -> None:
        if self.is_sqlite:
            # A deferred transaction that turns into a writer can fail at once when another process wrote in between.
            connection.info["begin"] = "BEGIN IMMEDIATE" if immediate else "BEGIN"
        connection.begin()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            with translated(self.where):
                yield
        except StateError:
            self._sound = False
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for queries; sees the open group's writes. Holds no lock afterwards when no group was open."""
        with self._watched():
            if self._in_group or self._reading:
                yield self.connection
                return
            self._begin(self.connection, immediate=False)
            try:
                yield self.connection
            finally:
                self.connection.rollback()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """read() where all queries, nested ones too, see one moment. No group may be open."""
        assert not self._in_group, "commit first"
        with self._watched():
            self._begin(self.connection, immediate=False)
            self._reading = True
            try:
                if not self.is_sqlite:
                    self.connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                yield self.connection
            finally:
                self._reading = False
                self.connection.rollback()

    @contextmanager
    def unit(self) -> Iterator[Connection]:
        """All or nothing: when the block raises, only its own writes are undone. Durable with the next commit().

        A unit must not span an `await`: another page's unit would then be inside it. Units may be nested.
        """
        with self._watched():
            if not self._in_group:
                self._open_group()
            depth = len(self._units)
            savepoint = Savepoint(self.connection, depth) if self.is_sqlite else self.connection.begin_nested()
            counts: Counter[tuple[str, str]] = Counter()
            self._units.append(counts)
            try:
                yield self.connection
                assert self._is_innermost(counts), "units overlap: one was left open across an await"
                savepoint.commit()
            except BaseException as error:
                if not self._is_innermost(counts):
                    self.rollback()
                    raise
                del self._units[depth:]
                self._undo(savepoint, error)
                raise
            self._units.pop()
            if self._units:
                self._units[-1].update(counts)
                return
            self._group_counts.update(counts)
            self._group_units += 1
            if not self.is_sqlite:
                # Row locks held for half a second would let two workers wait for each other.
                self.commit()

    def _open_group(self) -> None:
        if self._failure is not None:
            raise self._failure
        if self._file is not None:
            self._file.take_turn(LOCK_WAIT_SECONDS)
        try:
            self._begin(self.connection, immediate=True)
        except BaseException:
            self._give_turn()
            raise
        self._in_group = True
        self._group_since = time.monotonic()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # no event loop: the caller commits
        self._timer = loop.call_later(GROUP_SECONDS, self._commit_by_timer)

    def _commit_by_timer(self) -> None:
        """A crawl that waits for a slow site must not keep other processes from writing."""
        try:
            self.commit()
        except StateError as error:
            self._failure = error  # raised by the next unit: nobody waits for a timer

    def _give_turn(self) -> None:
        if self._file is not None:
            self._file.give_turn()

    def _is_innermost(self, counts: Counter[tuple[str, str]]) -> bool:
        return bool(self._units) and self._units[-1] is counts

    def _undo(self, savepoint: NestedTransaction | Savepoint, error: BaseException) -> None:
        try:
            savepoint.rollback()
        except DBAPIError:
            # A full disk makes SQLite roll back the whole transaction; the group's pages are pending again.
            self.rollback()
            raise error from None

    def count(self, run: str, name: str, n: int = 1) -> None:
        """Adds to a counter of the run, within the open unit: undone with it."""
        self._units[-1][run, name] += n

    def one_at_a_time(self, connection: Connection, what: str) -> None:
        """Keeps other workers from the same work until the unit ends: locking rows in different orders, two of them would
        wait for each other. SQLite has one writer anyway."""
        if not self.is_sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))

    def commit_if_due(self) -> bool:
        """Commits when the group is large or old enough. To be called after each page; in an event loop an old group is
        committed by itself."""
        if not self._in_group or self._units:
            return False
        if self._group_units < GROUP_UNITS and time.monotonic() - self._group_since < GROUP_SECONDS:
            return False
        self.commit()
        return True

    def commit(self) -> None:
        """Ends the group: what its units wrote survives a kill from here on."""
        if not self._in_group:
            return
        assert not self._units, "commit inside a unit"
        with self._watched():
            try:
                self._write_counts()
                self.connection.commit()
            except BaseException:
                self.connection.rollback()
                raise
            finally:
                self._forget_group()

    def rollback(self) -> None:
        """Drops the open group, as a crash would."""
        self.connection.rollback()
        self._forget_group()

    def _forget_group(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._in_group:
            self._give_turn()
        self._in_group = False
        self._group_units = 0
        self._group_counts.clear()
        self._units.clear()

    def _write_counts(self) -> None:
        if not self._group_counts:
            return
        rows = [{"run": run, "name": name, "n": n} for (run, name), n in sorted(self._group_counts.items())]
        statement = self.insert(run_counts)
        statement = statement.on_conflict_do_update(
            index_elements=["run", "name"], set_={"n": run_counts.c.n + statement.excluded.n}
        )
        self.connection.execute(statement, rows)
        self._group_counts.clear()

    @contextmanager
    def durable(self) -> Iterator[Connection]:
        """A transaction of its own that is on the disk, with all groups before it, when the block is left."""
        self.commit()
        with self._watched():
            self._set_synchronous("FULL")
            try:
                with self.unit() as connection:
                    if not self.is_sqlite:
                        connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
                    yield connection
                self.commit()
            except BaseException:
                self.rollback()
                raise
            finally:
                self._set_synchronous("NORMAL")

    def _set_synchronous(self, level: str) -> None:
        if self.is_sqlite:
            # Past SQLAlchemy, which would open a transaction first; the level cannot change inside one.
            driver = self.connection.connection.driver_connection
            assert driver is not None
            driver.execute(f"PRAGMA synchronous={level}")

    def insert(self, table: Table) -> Any:
        """An INSERT that knows on_conflict_do_nothing and on_conflict_do_update, in the database's dialect."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def books(self, site: str, run: str) -> Books:
        """The run's books: every URL that entered is ended or still waits."""
        return self.runs.books(site, run)

    def close(self) -> None:
        """Commits and closes. Safe to call twice."""
        if self._connection is None:
            return
        sound = False
        try:
            self.commit()
            sound = True
        finally:
            self._dispose(sound=sound)

    def _dispose(self, *, sound: bool) -> None:
        if self._connection is not None:
            engine = self._connection.engine
            self._connection.close()
            engine.dispose()
            self._connection = None
        if self._file is not None:
            with opening(self.where):
                self._file.close(sound=sound and self._sound)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
