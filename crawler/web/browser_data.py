"""What a browser may not load, and what a growing list looks like: browser.toml, compiled."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

_TAIL = r"\s*(?:[.。…>»›↓▼+]|&[a-z]+;)*\s*"


@dataclass(frozen=True, slots=True)
class Blocked:
    """Requests that never leave the browser."""

    types: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    paths: re.Pattern[str] | None = None

    def is_tracker(self, url: str) -> bool:
        """Whether a URL belongs to a tracker or an advert server."""
        parts = urlsplit(url)
        labels = (parts.hostname or "").split(".")
        if any(".".join(labels[at:]) in self.hosts for at in range(len(labels))):
            return True
        return self.paths is not None and self.paths.search(f"{parts.netloc}{parts.path}") is not None


@dataclass(slots=True)
class Growth:
    """How far a list is followed: rounds of scrolling and clicking, and seconds between two."""

    rounds: int = 0
    pause: float = 0.0


@lru_cache
def _data() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "browser.toml").read_text(encoding="utf-8"))


@lru_cache
def blocked() -> Blocked:
    """As shipped."""
    data = _data()
    return Blocked(
        types=frozenset(data["refused_types"]),
        emptied=frozenset(data["emptied_types"]),
        hosts=frozenset(data["trackers"]),
        paths=re.compile("|".join(data["tracker_paths"]), re.IGNORECASE),
    )


@lru_cache
def more_label() -> str:
    """A regular expression that the whole text of a button matches; understood by Python and by JavaScript."""
    return rf"^\s*(?:{'|'.join(_data()['more_labels'])}){_TAIL}$"


@lru_cache
def _growing() -> tuple[re.Pattern[str], re.Pattern[str]]:
    labels = "|".join(_data()["more_labels"] + _data()["growing_labels"])
    names = "|".join(_data()["growing_names"])
    return (
        re.compile(rf">\s*(?:{labels}){_TAIL}<(?!/(?:script|style|option|title))", re.IGNORECASE),
        re.compile(rf"""<[a-z][^<>]*\s(?:class|id)\s*=\s*["'](?:[^"'<>]*[\s_-])?(?:{names})["'\s]""", re.IGNORECASE),
    )


def shows_growth(html: str) -> bool:
    """Whether a page has an element of nothing but the words of a list that grows, or one that is named like that."""
    return any(pattern.search(html) for pattern in _growing())
