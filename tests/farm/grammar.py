"""A small text grammar: rules in data files, expanded with a seeded random source.

A rule file holds `= name` headings, each followed by alternatives, one a line; `#` starts a comment line. In an
alternative `{name}` is replaced by an alternative of that rule, `{@name}` by one that stays the same within a text,
`{.name}` by the rule `TOPIC.name` of the text's topic, `{#10-99}` by a whole number and `{%1-30}` by one with a decimal.
"""

import random
import re
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"

_SLOT = re.compile(r"\{([^{}]+)\}")

# A rule's alternatives, each cut into literal, slot, literal, ... (odd positions are slots).
Rules = dict[str, list[list[str]]]


@lru_cache
def load_rules(*names: str) -> Rules:
    """The rules of data/NAME.txt files together; ValueError when a slot names no rule."""
    rules: Rules = {}
    for name in names:
        current: list[list[str]] = []
        for line in (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("= "):
                current = rules.setdefault(line[2:].strip(), [])
            elif line.strip() and not line.startswith("#"):
                current.append(_SLOT.split(line.strip()))
    unknown = {slot for parts in rules.values() for part in parts for slot in part[1::2] if not _is_known(slot, rules)}
    if unknown:
        raise ValueError(f"grammar {names}: no rule for {sorted(unknown)}")
    return rules


def _is_known(slot: str, rules: Rules) -> bool:
    if slot[0] in "#%":
        return True
    if slot[0] == ".":
        return any(name.endswith(slot) for name in rules)
    return slot.lstrip("@") in rules


class Text:
    """One text being written: its random source, its topic, what stays fixed in it, and what it has used already."""

    def __init__(self, rules: Rules, rng: random.Random, topic: str = "") -> None:
        self.rules = rules
        self.rng = rng
        self.topic = topic
        self.fixed: dict[str, str] = {}
        self._decks: dict[str, list[int]] = {}

    def write(self, rule: str) -> str:
        """An alternative of `rule`, expanded; none is used twice before all of them were used."""
        return self.expand(self._draw(rule))

    def expand(self, parts: list[str]) -> str:
        """`parts` (literal, slot, literal, ...) with its slots filled."""
        return "".join(self._fill(part) if index % 2 else part for index, part in enumerate(parts))

    def _draw(self, rule: str) -> list[str]:
        alternatives = self.rules[rule]
        deck = self._decks.get(rule)
        if not deck:
            deck = self._decks[rule] = list(range(len(alternatives)))
            self.rng.shuffle(deck)
        return alternatives[deck.pop()]

    def _fill(self, slot: str) -> str:
        if slot[0] == "#":
            low, high = slot[1:].split("-")
            return str(self.rng.randint(int(low), int(high)))
        if slot[0] == "%":
            low, high = slot[1:].split("-")
            return f"{self.rng.uniform(float(low), float(high)):.1f}"
        if slot[0] == ".":
            return self.write(self.topic + slot)
        if slot[0] == "@":
            if slot not in self.fixed:
                self.fixed[slot] = self.write(slot[1:])
            return self.fixed[slot]
        return self.write(slot)
