"""The SQLite file between runs: created whole, private, and known to be unaltered.

SQLite keeps no checksums: a flipped bit inside a row goes unnoticed. So the last process to close the file notes its
hash beside it, and the next one to open it compares. After a kill there is no note; then SQLite's own quick check is
asked, and delivered lines have digests of their own.
"""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

import xxhash

from crawler.state.errors import StateDamagedError, StateFullError

CHUNK_BYTES = 1 << 20
HEADER_BYTES = 100
TURN_POLL_SECONDS = 0.002


class SqliteFile:
    """The file, its lock (shared by all who have it open, taken alone to check it) and its note."""

    def __init__(self, path: Path) -> None:
        """Opens the lock file beside `path`; raises OSError."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._note = path.with_name(path.name + ".sum")
        self._wal = path.with_name(path.name + "-wal")
        self._lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        self._alone = self._try_alone()
        if not self._alone:
            fcntl.flock(self._lock, fcntl.LOCK_SH)

    def _try_alone(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def prepare(self, create: Callable[[Path], None]) -> bool:
        """Creates the file when there is none; returns whether SQLite should be asked to check it.

        `create` makes a database at the path that it is given. Raises StateDamagedError, OSError.
        """
        if not self._alone and self.path.exists():
            return False  # whoever has it open has checked it
        if not self.path.exists():
            if self._wal.exists() and self._wal.stat().st_size:
                raise self.damaged("its -wal file is there, the database is not")
            self._create(create)
            return False
        if self.path.stat().st_size < HEADER_BYTES:
            # SQLite would take it for a new database.
            raise self.damaged("the file is empty")
        if not self._note.exists() or (self._wal.exists() and self._wal.stat().st_size):
            return True
        if self._note.read_text() != self._state_of_file():
            raise self.damaged(f"it was altered since it was closed; if you did that, delete {self._note.name}")
        return False

    def _create(self, create: Callable[[Path], None]) -> None:
        new = self.path.with_name(self.path.name + ".new")
        for leftover in self.path.parent.glob(new.name + "*"):
            leftover.unlink()
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        create(new)
        wal = new.with_name(new.name + "-wal")
        if wal.exists() and wal.stat().st_size:
            # Committed, but no room to move it from the log into the file: under its final name the file would be half.
            for leftover in self.path.parent.glob(new.name + "*"):
                leftover.unlink()
            raise StateFullError(f"cannot create {self.path}: the disk is full; free some space and run again")
        new.replace(self.path)
        self._sync_folder()

    def in_use(self) -> None:
        """From here on the file changes: the note goes, others may come in."""
        if self._alone:
            self._note.unlink(missing_ok=True)
            self._sync_folder()
            self._alone = False
            fcntl.flock(self._lock, fcntl.LOCK_SH)

    def take_turn(self, seconds: float) -> None:
        """Waits for the turn to write. SQLite lets waiting writers sleep long and forgets who came first: a busy crawl would
        starve its neighbour. Only fairness: after `seconds` SQLite's own lock decides."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                # A record lock: reader processes that were forked from us do not hold it.
                fcntl.lockf(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                time.sleep(TURN_POLL_SECONDS)
            else:
                return

    def give_turn(self) -> None:
        """Others may write."""
        fcntl.lockf(self._lock, fcntl.LOCK_UN)

    def close(self, *, sound: bool) -> None:
        """Notes the hash when nobody else has the file open and all was well; to be called after the last connection."""
        try:
            if sound and not self._alone and self._try_alone() and not self._wal.exists():
                new = self._note.with_name(self._note.name + ".new")
                new.write_text(self._state_of_file())
                new.replace(self._note)
        finally:
            os.close(self._lock)

    def _state_of_file(self) -> str:
        hashed = xxhash.xxh3_128()
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                hashed.update(chunk)
        return f"xxh3_128 {hashed.hexdigest()} {self.path.stat().st_size}\n"

    def _sync_folder(self) -> None:
        descriptor = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def damaged(self, what: str) -> StateDamagedError:
        """The error with its one line."""
        return StateDamagedError(
            f"{self.path} is damaged ({what}); restore a backup, or move it away and run `scrapy rebuild`"
        )
