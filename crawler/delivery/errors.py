"""What can go wrong with a delivery. Messages name the file."""

from crawler.exitcodes import Exit, WinnowError


class DeliveryError(WinnowError):
    """Base of all delivery errors."""

    exit_code = Exit.DAMAGED


class DamagedError(DeliveryError):
    """A delivered file is missing, altered, or not what the state says. Nothing was written over it."""


class CannotWriteError(DeliveryError):
    """The output folder cannot be written (full, read-only, no permission). What was sealed is delivered next time."""

    exit_code = Exit.CANNOT_WRITE


class BusyError(DeliveryError):
    """Another process delivers this site at this moment."""

    exit_code = Exit.LOCKED
