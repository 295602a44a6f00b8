"""Locks between processes of one machine: flock on a file, gone with its holder, nothing to clean by hand."""

import fcntl
import os
from pathlib import Path
from typing import Self

from crawler.exitcodes import CannotWriteError, Exit, WinnowError


class LockHeldError(WinnowError):
    """Another process holds the lock; the message says which."""

    exit_code = Exit.LOCKED


class FileLock:
    """Context manager. Raises LockHeldError at once when another process is inside, CannotWriteError."""

    def __init__(self, path: Path, held: str = "", remedy: str = "run again when it has ended") -> None:
        """`held`: what another process inside means; as shipped, that the site of this name is harvested."""
        self.path = path
        self._held = held or f"{path.stem} is being harvested"
        self._remedy = remedy

    def __enter__(self) -> Self:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CannotWriteError.at(self.path, error) from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(file, 0)
            os.write(file, f"{os.getpid()}\n".encode())
        except BlockingIOError:
            holder = os.read(file, 64).decode(errors="replace").strip() or "unknown"
            os.close(file)
            raise LockHeldError(f"{self._held} (process {holder}): {self._remedy}") from None
        except OSError as error:
            os.close(file)
            raise CannotWriteError.at(self.path, error) from None
        self._file = file
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)


def harvest_lock(
    output: Path, held: str = "a harvest is running", remedy: str = "run again when it has ended"
) -> FileLock:
    """The lock of the commands that work on all sites: harvest, dedupe, rebuild."""
    return FileLock(output / "state" / "harvest.lock", held, remedy)


def site_lock(output: Path, site: str) -> FileLock:
    """The lock of a site's crawl and delivery."""
    return FileLock(output / "state" / f"{site}.lock")


def is_held(lock: FileLock) -> bool:
    """Whether a process is inside, this one too."""
    try:
        file = os.open(lock.path, os.O_RDONLY)
    except OSError:  # nobody ever was
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False
