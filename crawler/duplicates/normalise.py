"""Text to comparable tokens: NFKC, lower case, one form for all variants of a Chinese character, no punctuation.

A token is one character of a script written without spaces (Han, kana, Hangul, Thai ...) or one run of letters or of
digits of any other script. Everything is vectorised over code points: about 20 us for an article of 800 characters.
"""

import json
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Hashes = NDArray[np.uint64]

# Values of the fold table below 16 are instructions, everything else is the folded code point.
_SEPARATE, _JOIN, _EXPAND, _POINT, _COMMA = 0, 1, 2, 3, 4
_JOINERS = "'’ʼ‘＇­\u200b‌‍⁠﻿"  # dropped without ending a word: don’t, soft hyphens, zero-width characters
_WORD, _SINGLE = 1, 2
# Scripts written without spaces between words: each character is a token of its own.
_SINGLE_RANGES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # ideographic iteration mark, zero
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),  # Hangul syllables
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def mix(values: Hashes) -> Hashes:
    """A bijection of 64-bit integers that spreads every bit (splitmix64's finaliser, Steele et al. 2014)."""
    z = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _variants() -> dict[int, int]:
    """Every Chinese character that has a traditional, simplified or regional variant -> one representative."""
    tables = json.loads(files("zhconv").joinpath("zhcdict.json").read_text(encoding="utf-8"))
    parent: dict[str, str] = {}

    def find(char: str) -> str:
        while parent.get(char, char) != char:
            char = parent[char]
        return char

    for name in ("zh2Hans", "zh2Hant", "zh2TW", "zh2HK", "zh2CN", "zh2SG"):
        for old, new in tables.get(name, {}).items():
            if len(old) == len(new) == 1:
                a, b = find(old), find(new)
                if a != b:
                    parent[max(a, b)] = min(a, b)
    return {ord(char): ord(find(char)) for char in parent}


@lru_cache(maxsize=1)
def _tables() -> tuple[Codes, NDArray[np.uint8], NDArray[np.bool_]]:
    """Code point -> (folded code point or instruction, token class of a folded code point, is a digit)."""
    fold = np.zeros(0x110000, np.uint32)
    kind = np.zeros(0x110000, np.uint8)
    digit = np.zeros(0x110000, np.bool_)
    same = np.arange(0x110000, dtype=np.uint32)
    for code in range(0x20, 0x10000):
        if 0xD800 <= code < 0xE000:
            continue
        char = unicodedata.normalize("NFKC", chr(code)).lower()
        if len(char) > 1 and any(unicodedata.category(c)[0] in "LN" for c in char):
            fold[code] = _EXPAND
        elif len(char) == 1 and unicodedata.category(char)[0] in "LNM":
            fold[code] = ord(char)
    fold[0x10000:0x1D400] = np.arange(0x10000, 0x1D400)
    fold[0x1D400:0x1D800] = _EXPAND  # mathematical alphabets, used as ornament
    fold[0x20000:0x2F800] = np.arange(0x20000, 0x2F800)
    fold[0x2F800:0x2FA20] = _EXPAND
    fold[0x30000:0x323B0] = np.arange(0x30000, 0x323B0)
    kind[fold[fold > 16]] = _WORD
    for first, last in _SINGLE_RANGES:
        kind[first : last + 1][kind[first : last + 1] > 0] = _SINGLE
    for code, representative in _variants().items():
        kind[representative] = _SINGLE
        same[code] = representative
    fold = same[fold]
    for char in ".．":
        fold[ord(char)] = _POINT
    for char in ",，":
        fold[ord(char)] = _COMMA
    for char in _JOINERS:
        fold[ord(char)] = _JOIN
    for code in range(0x30, 0x10000):
        digit[code] = unicodedata.category(chr(code)) == "Nd"
    return fold, kind, digit


@dataclass(frozen=True)
class Tokens:
    """A normalised text as tokens. All arrays are aligned with `ids`, but for `codes` and `paragraphs`."""

    codes: Codes  # folded code points without separators
    starts: NDArray[np.intp]  # where each token begins in `codes`
    ids: Hashes  # 64-bit identity of each token
    numbers: NDArray[np.bool_]  # token is a run of digits
    paragraphs: NDArray[np.intp]  # index of the first token of each paragraph that has any, ascending
    spans: NDArray[np.intp]  # which line of the text each of these paragraphs was

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def weights(self) -> NDArray[np.int64]:
        """1 for a single character, 2 for a word or number: how much of a shingle a token fills."""
        _, kind, _ = _tables()
        return np.where(kind[self.codes[self.starts]] == _SINGLE, 1, 2).astype(np.int64)

    @cached_property
    def prefix(self) -> Hashes:
        """prefix[i] = sum of ids[k] * base**k over k < i, modulo 2**64: the hash of any range in two operations."""
        out = np.zeros(len(self.ids) + 1, np.uint64)
        np.cumsum(self.ids * _powers(len(self.ids)), out=out[1:])
        return out

    def words(self, first: int, last: int) -> list[str]:
        """The tokens first..last (exclusive) as strings."""
        ends = np.append(self.starts[first + 1 : last + 1], [] if last < len(self) else len(self.codes)).astype(int)
        return [
            self.codes[a:b].astype("<u4").tobytes().decode("utf-32-le")
            for a, b in zip(self.starts[first:last].tolist(), ends.tolist(), strict=False)
        ]

    def text(self) -> str:
        """The normal form as one string; `tokenise` gives the same tokens for it again."""
        if not len(self):
            return ""
        _, kind, _ = _tables()
        word = kind[self.codes] == _WORD
        begins = np.zeros(len(self.codes), np.bool_)
        begins[self.starts] = True
        line = np.zeros(len(self.codes), np.bool_)
        line[self.starts[self.paragraphs[1:]]] = True
        space = begins & ~line
        space[1:] &= word[1:] & word[:-1]
        space[0] = False
        where = np.flatnonzero(space | line)
        codes = np.insert(self.codes, where, np.where(line[where], 10, 32))
        return codes.astype("<u4").tobytes().decode("utf-32-le")

    def paragraph_start(self, token: int) -> int:
        """The first token of the paragraph that `token` is in."""
        return int(self.paragraphs[np.searchsorted(self.paragraphs, token, side="right") - 1])

    def paragraph_end(self, token: int) -> int:
        """One past the last token of the paragraph that `token` is in."""
        after = int(np.searchsorted(self.paragraphs, token, side="right"))
        return int(self.paragraphs[after]) if after < len(self.paragraphs) else len(self)

    def select(self, keep: NDArray[np.bool_]) -> "Tokens":
        """These tokens without the paragraphs whose entry in `keep` is False."""
        if keep.all():
            return self
        ends = np.append(self.paragraphs[1:], len(self))
        mask = np.repeat(keep, ends - self.paragraphs)
        code_ends = np.append(self.starts[1:], len(self.codes))
        lengths = code_ends - self.starts
        kept_lengths = lengths[mask]
        sizes = (ends - self.paragraphs)[keep]
        return Tokens(
            codes=self.codes[np.repeat(mask, lengths)],
            starts=np.cumsum(kept_lengths) - kept_lengths,
            ids=self.ids[mask],
            numbers=self.numbers[mask],
            paragraphs=np.cumsum(sizes) - sizes,
            spans=self.spans[keep],
        )

    def paragraph_hashes(self) -> Hashes:
        """One 64-bit hash for each paragraph."""
        return range_hashes(self, self.paragraphs, np.append(self.paragraphs[1:], len(self)))


_BASE = 0x9E3779B97F4A7C15 | 1
_INVERSE = pow(_BASE, -1, 1 << 64)
_grown: dict[int, Hashes] = {}


def _power_table(base: int, size: int) -> Hashes:
    table = _grown.get(base)
    if table is None or len(table) < size:
        length = max(4096, 1 << (size - 1).bit_length())
        factors = np.full(length, base, np.uint64)
        factors[0] = 1
        table = np.multiply.accumulate(factors)
        _grown[base] = table
    return table[:size]


def _powers(size: int) -> Hashes:
    return _power_table(_BASE, size)


def _inverse_powers(size: int) -> Hashes:
    return _power_table(_INVERSE, size)


def range_hashes(tokens: Tokens, first: NDArray[np.intp], last: NDArray[np.intp]) -> Hashes:
    """64-bit hashes of the token ranges first[i]..last[i] (exclusive); equal ranges have equal hashes anywhere."""
    prefix = tokens.prefix
    return mix((prefix[last] - prefix[first]) * _inverse_powers(len(tokens) + 1)[first])


def tokenise(text: str) -> Tokens:
    """The tokens of a text. Lines are paragraphs. Lone surrogates and unassigned characters only separate."""
    fold, kind, digit = _tables()
    raw = _codes(text)
    codes = fold[raw]
    if (codes == _EXPAND).any():
        raw = _codes(unicodedata.normalize("NFKC", text))
        codes = fold[raw]
        codes[codes == _EXPAND] = _SEPARATE
    line = np.cumsum(raw == 10)
    if (codes == _JOIN).any():
        keep = codes != _JOIN
        codes, line = codes[keep], line[keep]
    _settle_points(codes, digit)
    classes = kind[codes]
    joined = codes == _POINT  # a decimal point left inside a number
    classes[joined] = _WORD
    digits = digit[codes] | joined
    begins = classes == _SINGLE
    word = classes == _WORD
    begins[:1] |= word[:1]
    begins[1:] |= word[1:] & (~word[:-1] | (digits[1:] != digits[:-1]))
    kept = classes > 0
    drop_comma = codes == _COMMA
    codes[joined] = 0x2E
    if drop_comma.any():
        begins[1:] &= ~(drop_comma[:-1] & word[1:])  # thousands: the group goes on
        kept &= ~drop_comma
    begins &= kept
    codes, begins, line, digits = codes[kept], begins[kept], line[kept], digits[kept]
    starts = np.flatnonzero(begins)
    if not len(starts):
        empty = np.zeros(0, np.intp)
        return Tokens(codes, starts, np.zeros(0, np.uint64), np.zeros(0, np.bool_), empty, empty)
    lengths = np.diff(starts, append=len(codes))
    offset = np.arange(len(codes)) - np.repeat(starts, lengths)
    spread = mix((codes.astype(np.uint64) + (offset.astype(np.uint64) << np.uint64(24))) * _MULTIPLIER)
    lines = line[starts]
    new_paragraph = np.ones(len(starts), np.bool_)
    new_paragraph[1:] = lines[1:] != lines[:-1]
    paragraphs = np.flatnonzero(new_paragraph)
    return Tokens(
        codes=codes,
        starts=starts,
        ids=np.add.reduceat(spread, starts),
        numbers=digits[starts],
        paragraphs=paragraphs,
        spans=lines[paragraphs],
    )


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "replace"), "<u4")


def _settle_points(codes: Codes, digit: NDArray[np.bool_]) -> None:
    """Points between digits stay (3.5), commas before three digits vanish (2,000), all others separate. In place."""
    points = np.flatnonzero((codes == _POINT) | (codes == _COMMA))
    if not len(points):
        return
    padded = np.concatenate((codes, np.zeros(4, codes.dtype)))
    between = digit[padded[points - 1]] & digit[padded[points + 1]]
    group = digit[padded[points + 2]] & digit[padded[points + 3]] & ~digit[padded[points + 4]]
    comma = codes[points] == _COMMA
    codes[points[~between | (comma & ~group)]] = _SEPARATE
