"""The state: frontier, articles, outbox, quarantine, runs, host facts and profiles in one database."""

from crawler.state.articles import Recorded
from crawler.state.database import State
from crawler.state.entries import FrontierEntry, Lease, frontier_key
from crawler.state.errors import (
    StateDamagedError,
    StateError,
    StateFullError,
    StateTooNewError,
    StateUnavailableError,
)
from crawler.state.payload import UnsafeRecordError
from crawler.state.runs import Books, Run

__all__ = [
    "Books",
    "FrontierEntry",
    "Lease",
    "Recorded",
    "Run",
    "State",
    "StateDamagedError",
    "StateError",
    "StateFullError",
    "StateTooNewError",
    "StateUnavailableError",
    "UnsafeRecordError",
    "frontier_key",
]
