"""The catalogue of boilerplate lines: catalogue.toml, compiled."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from crawler.stripping.repeated import Zone

Action = Literal["strip", "lift"]

LONGEST_LINE = 120
LONGEST_TAIL = 600

# Python's re has no \p{L}; letters and digits as it knows them.
_CLASSES = {r"\p{L}": "A-Za-z\u00c0-\u024f\u0370-\u1fff\u3040-\u30ff㐀-鿿가-힣", r"\p{N}": "0-9０-９"}


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """One class of the catalogue."""

    name: str
    action: Action
    field: str | None
    example: str
    keep: str | None
    line: tuple[re.Pattern[str], ...]
    edge: tuple[re.Pattern[str], ...]
    tail: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What the catalogue says of a line: its class, and the fields it gives (never for a plain strip)."""

    name: str
    action: Action
    fields: dict[str, str]


@cache
def catalogue() -> tuple[Boilerplate, ...]:
    """All classes, in the order of the file."""
    data = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8"))
    return tuple(
        Boilerplate(
            name=row["name"],
            action=row["action"],
            field=row.get("field"),
            example=row["example"],
            keep=row.get("keep"),
            line=_compiled(row.get("line", ())),
            edge=_compiled(row.get("edge", ())),
            tail=_compiled(row.get("tail", ())),
        )
        for row in data["class"]
    )


def _compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
    compiled = []
    for pattern in patterns:
        for name, letters in _CLASSES.items():
            pattern = pattern.replace(f"[{name}]", f"[{letters}]").replace(name, letters)
        compiled.append(re.compile(pattern, re.IGNORECASE))
    return tuple(compiled)


@cache
def _any_line() -> re.Pattern[str]:
    """One pattern that matches when some `line` pattern does: most lines are ruled out by one call."""
    parts = [re.sub(r"\(\?P<\w+>", "(?:", p.pattern) for row in catalogue() for p in row.line]
    return re.compile("|".join(f"(?:{part})" for part in parts), re.IGNORECASE)


@lru_cache(maxsize=4096)  # the rules ask for a line more than once, and lines repeat from page to page
def match(text: str, zone: Zone) -> Match | None:
    """The class of a line, by its words alone; None for anything that may be a sentence of the article."""
    text = text.strip()
    if not text:
        return None
    if len(text) <= LONGEST_LINE and _any_line().fullmatch(text):
        for row in catalogue():
            if zone == "inside" and row.action == "lift":  # a poet below each poem of a collection is text
                continue
            for pattern in row.line:
                if found := pattern.fullmatch(text):
                    return Match(row.name, row.action, _fields(row, found))
    if zone == "inside" or len(text) > LONGEST_TAIL:
        return None
    for row in catalogue():
        if len(text) <= LONGEST_LINE and any(p.search(text) for p in row.edge):
            return Match(row.name, row.action, {})
        for pattern in row.tail if zone == "tail" else ():
            if found := pattern.match(text) if pattern.pattern.startswith("^") else pattern.search(text):
                return Match(row.name, row.action, _fields(row, found))
    return None


def _fields(row: Boilerplate, found: re.Match[str]) -> dict[str, str]:
    if row.field is None:
        return {}
    groups = {name: value.strip(" 《》\u3000") for name, value in found.groupdict().items() if value}
    fields = {row.field: groups["value"]} if groups.get("value") else {}
    return fields | {name: groups[name] for name in ("column", "authors") if name in groups}
