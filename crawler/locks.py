"""Locks between processes of one machine: flock on a file, gone with its holder, nothing to clean by hand."""

import fcntl
import os
from pathlib import Path
from typing import Self

from crawler.exitcodes import Exit, WinnowError


class LockHeldError(WinnowError):
    """Another process holds the lock; the message says which."""

    exit_code = Exit.LOCKED


class FileLock:
    """Context manager. Raises LockHeldError at once when another process is inside."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._file, 64).decode(errors="replace").strip() or "unknown"
            os.close(self._file)
            raise LockHeldError(f"{self.path.stem} is being harvested by process {holder}") from None
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)
