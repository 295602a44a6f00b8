"""What can be wrong with the state."""

from crawler.exitcodes import Exit, WinnowError


class StateError(WinnowError):
    """Base of all state errors."""

    exit_code = Exit.DAMAGED


class StateDamagedError(StateError):
    """The database is truncated, altered or not a database. Nothing was written."""


class StateTooNewError(StateError):
    """The database was made by a newer version of the code. Nothing was written."""

    exit_code = Exit.CONFIG


class StateUnavailableError(StateError):
    """STATE_URL cannot be opened: bad address, no permission, no server, locked by another process."""

    exit_code = Exit.CONFIG


class StateFullError(StateError):
    """The disk is full or read-only: the open group was rolled back, its pages are pending again."""

    exit_code = Exit.CANNOT_WRITE
