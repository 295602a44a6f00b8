"""The elements inside a line, and what stands in an element."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

MOST = 40  # elements of a line that are looked into


def parts_of(element: Any, *tags: str) -> Iterator[Any]:
    """The first elements at or below one, in document order; of these tags where any are given."""
    return islice(element.iter(*tags), MOST)


def words_in(element: Any) -> str:
    """The text of an element and all below it, whitespace collapsed."""
    return " ".join("".join(element.itertext()).split())
