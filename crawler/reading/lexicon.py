"""Word and name classes of words.toml, as bit masks."""

import tomllib
from functools import cache, lru_cache
from operator import add
from pathlib import Path
from typing import Any

from crawler.reading.blocks import WORD

FIRST_CJK = "\u2e80"
START = 3  # letters by which a piece of a name is looked up
SHORT = 200  # characters of a text that is kept with its folded form


def folded(text: str) -> str:
    """Letters and digits only, lower case."""
    return _folded(text) if len(text) <= SHORT else _fold(text)


def _fold(text: str) -> str:
    return "".join(WORD.findall(text.lower())).replace("_", "")


_folded = lru_cache(maxsize=8192)(_fold)  # headlines, titles and names are compared again and again


@cache
def words() -> dict[str, Any]:
    """words.toml: for text classes a table word -> bit mask, for names a list of substrings by class."""
    data = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
    table: dict[str, int] = {}
    for bit, entries in enumerate(data["text"].values()):
        for entry in entries.split():
            key = entry[:2] if entry[0] >= FIRST_CJK else entry
            table[key] = table.get(key, 0) | 1 << bit
    starts: dict[str, list[tuple[str, int]]] = {}
    for bit, pieces in enumerate(data["names"].values()):
        for piece in pieces.split():
            starts.setdefault(piece[:START], []).append((piece, 1 << bit))
    return {
        "table": table,
        "pairs": frozenset(key for key in table if key[0] >= FIRST_CJK),
        "text": tuple(data["text"]),
        "names": tuple(data["names"]),
        "never": frozenset(folded(line) for line in data["lines"]["never"]),
        "facts": frozenset(folded(fact) for fact in data["lines"]["facts"]),
        "tail": tuple(data["lines"]["tail"]),
        "boxes": data["boxes"],
        "starts": starts,
        "short": [start for start in starts if len(start) < START],
    }


@lru_cache(maxsize=20000)
def name_mask(names: str) -> int:
    """Bit mask of the name classes found in a class and id attribute."""
    mask = 0
    for name in names.split():
        mask |= single_name_mask(name)
    return mask


@lru_cache(maxsize=20000)
def single_name_mask(name: str) -> int:
    """Bit mask of one class or id; these repeat far more than their combinations."""
    starts: dict[str, list[tuple[str, int]]] = words()["starts"]
    found = starts.keys() & map(add, map(add, name, name[1:]), name[2:])
    found.update(start for start in words()["short"] if start in name)
    mask = 0
    for start in found:
        for piece, bit in starts[start]:
            if piece in name:
                mask |= bit
    return mask


@lru_cache(maxsize=20000)
def text_mask(text: str) -> int:
    """Bit mask of the word classes found in a short text."""
    lexicon = words()
    table: dict[str, int] = lexicon["table"]
    mask = 0
    lower = text.lower()
    if not text.isascii():
        for pair in lexicon["pairs"].intersection(map(add, lower, lower[1:])):
            mask |= table[pair]
        if "©" in lower:
            mask |= table["©"]
    for word in table.keys() & WORD.findall(lower):
        mask |= table[word]
    return mask
