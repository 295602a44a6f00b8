"""Exit codes of every command, and the errors that lead to them. docs/operations.md says what an operator does about each."""

from enum import IntEnum
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import ClassVar, Self


class Exit(IntEnum):
    """sysexits.h numbers where one fits; the numbers below 64 are ours."""

    OK = 0
    USAGE = 2  # unknown or bad argument, unknown site
    SOME_SITES_FAILED = 10
    NOTHING_FOUND = 11  # a site gave no article and none was known
    UNREACHABLE = 12  # the site could not be reached at all
    HELD = 20  # the quality gate held the delivery back
    INTERRUPTED = 30  # stopped by a signal or the time budget; state is safe, run again
    CANNOT_WRITE = 73  # unwritable output or too little disk
    DAMAGED = 74  # state or delivery is damaged
    LOCKED = 75  # another harvest is running
    CONFIG = 78  # a setting is wrong, or the state is newer than the code


class WinnowError(Exception):
    """Base of the errors that a person can act on: one line that says what to do, and the code a command ends with."""

    exit_code: ClassVar[Exit] = Exit.CONFIG


class CannotWriteError(WinnowError):
    """A file or folder cannot be written, or the disk is nearly full."""

    exit_code = Exit.CANNOT_WRITE

    @classmethod
    def at(cls, path: Path, error: OSError) -> Self:
        """The system's error at a path, with what to do about it."""
        remedy = "make room" if error.errno in {ENOSPC, EDQUOT} else "let this user write there"
        return cls(f"cannot write to {path}: {error.strerror or error}; {remedy}, then run again")


class WrongUsageError(WinnowError):
    """Something that does not exist was named, or an argument is wrong."""

    exit_code = Exit.USAGE
