"""Files that are either whole or not there: temp, sync, rename, sync of the folder."""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from crawler.delivery.errors import BusyError, CannotWriteError

TEMPORARY = ".tmp"

# Called with the name of each step; tests kill the process there.
Step = Callable[[str], None]


def no_step(_name: str) -> None:
    """Nothing happens between two steps of a real delivery."""


@contextmanager
def cannot_write(path: Path) -> Iterator[None]:
    """Turns the system's error into CannotWriteError."""
    try:
        yield
    except OSError as error:
        raise CannotWriteError(
            f"cannot write {path}: {error.strerror or error}; make room, or make it writable, and run again"
        ) from error


@contextmanager
def whole_file(path: Path, at: Step = no_step, name: str = "file") -> Iterator[BinaryIO]:
    """A file that gets its name only when all of it is on the disk. When the block raises, `path` is as it was.

    Raises CannotWriteError. Steps: NAME.opened, NAME.synced, NAME.renamed, NAME.done.
    """
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        with cannot_write(path):
            with temporary.open("wb") as file:
                at(f"{name}.opened")
                yield file
                file.flush()
                os.fsync(file.fileno())
            at(f"{name}.synced")
            temporary.replace(path)
            at(f"{name}.renamed")
            sync_folder(path.parent)
            at(f"{name}.done")
    except BaseException:
        # Left alone on a file system that is read-only: remove_temporaries() takes it at the next delivery.
        if temporary.exists() and os.access(path.parent, os.W_OK):
            temporary.unlink()
        raise


def write_text(path: Path, content: str) -> None:
    """Replaces a file that is not part of the chain (card, schema), unless it is the same already."""
    data = content.encode()
    if path.exists() and path.read_bytes() == data:
        return
    with whole_file(path) as file:
        file.write(data)


def sync_folder(folder: Path) -> None:
    """Makes the names in the folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_temporaries(folder: Path) -> None:
    """Deletes what a killed process left unfinished."""
    with cannot_write(folder):
        for path in folder.glob(f"*{TEMPORARY}"):
            path.unlink()


def sha256_of(path: Path) -> str:
    """Hex digest of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Only one process delivers into a folder; the lock ends with the process. Raises BusyError, CannotWriteError."""
    with cannot_write(folder):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(f"{folder}: another process is delivering; wait for it to end") from error
        yield
    finally:
        os.close(descriptor)
