"""State: one database, one connection, one open group transaction per process."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from crawler.state.articles import Articles
from crawler.state.copies import Copies
from crawler.state.engines import damaged_message, make_private, open_engine, parse_url, sqlite_path, translated
from crawler.state.errors import StateDamagedError
from crawler.state.frontier import Frontier
from crawler.state.hosts import Hosts
from crawler.state.migrations import migrate
from crawler.state.outbox import Outbox
from crawler.state.profiles import Profiles
from crawler.state.quarantine import Quarantine
from crawler.state.runs import Books, Runs
from crawler.state.schema import run_counts

GROUP_UNITS = 64
GROUP_SECONDS = 0.5


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
        self._in_group = False
        self._group_since = 0.0
        self._group_units = 0
        self._units: list[Counter[tuple[str, str]]] = []  # counters of the units that are open, outermost first
        self._group_counts: Counter[tuple[str, str]] = Counter()
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
        with translated(state.where):
            state._open()
        return state

    def _open(self) -> None:
        path = sqlite_path(self.url)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                make_private(path)
            elif path.stat().st_size == 0:
                raise StateDamagedError(damaged_message(self.where, "the file is empty"))
        self._connection = open_engine(self.url).connect()
        try:
            self._check()
            self._begin(immediate=True)
            if not self.is_sqlite:
                # Two processes may start on an empty database at the same moment.
                self.connection.execute(text("SELECT pg_advisory_xact_lock(8243612)"))
            migrate(self.connection, self.where)
            self.connection.commit()
        except BaseException:
            self._dispose()
            raise

    def _check(self) -> None:
        if not self.is_sqlite:
            return
        with self.read() as connection:
            found = connection.scalar(text("PRAGMA quick_check(1)"))
            if found != "ok":
                raise StateDamagedError(damaged_message(self.where, str(found).replace("\n", " ")))

    @property
    def connection(self) -> Connection:
        """The one connection; for reading use read(), for writing unit()."""
        assert self._connection is not None, "the state is closed"
        return self._connection

    def _begin(self, *, immediate: bool) -> None:
        if self.is_sqlite:
            # A deferred transaction that turns into a writer can fail at once when another process wrote in between.
            self.connection.info["begin"] = "BEGIN IMMEDIATE" if immediate else "BEGIN"
        self.connection.begin()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for queries; sees the open group's writes. Holds no lock afterwards when no group was open."""
        with translated(self.where):
            if self._in_group:
                yield self.connection
                return
            self._begin(immediate=False)
            try:
                yield self.connection
            finally:
                self.connection.rollback()

    @contextmanager
    def unit(self) -> Iterator[Connection]:
        """All or nothing: when the block raises, only its own writes are undone. Durable with the next commit().

        A unit must not span an `await`: another page's unit would then be inside it. Units may be nested.
        """
        with translated(self.where):
            if not self._in_group:
                self._begin(immediate=True)
                self._in_group = True
                self._group_since = time.monotonic()
            counts: Counter[tuple[str, str]] = Counter()
            self._units.append(counts)
            savepoint = self.connection.begin_nested()
            try:
                yield self.connection
                assert self._units[-1] is counts, "units overlap: one was left open across an await"
                savepoint.commit()
            except BaseException as error:
                del self._units[self._units.index(counts) :]
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

    def _undo(self, savepoint: Any, error: BaseException) -> None:
        try:
            savepoint.rollback()
        except DBAPIError:
            # A full disk makes SQLite roll back the whole transaction; the group's pages are pending again.
            self._forget_group()
            self.connection.rollback()
            raise error from None

    def count(self, run: str, name: str, n: int = 1) -> None:
        """Adds to a counter of the run, within the open unit: undone with it."""
        self._units[-1][run, name] += n

    def commit_if_due(self) -> bool:
        """Commits when the group is large or old enough. To be called after each page, and by a timer."""
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
        with translated(self.where):
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
        self._forget_group()
        self.connection.rollback()

    def _forget_group(self) -> None:
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
        with translated(self.where):
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
        try:
            self.commit()
        finally:
            self._dispose()

    def _dispose(self) -> None:
        if self._connection is not None:
            engine = self._connection.engine
            self._connection.close()
            engine.dispose()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
