"""Exit codes of every command. docs/operations.md says what an operator does about each."""

from enum import IntEnum


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
