"""Text to comparable tokens: NFKC, lower case, one form for all variants of a Chinese character, no punctuation.

A token is one character of a script written without spaces (Han, kana, Hangul, Thai ...) or one run of letters or of
digits of any other script. Everything is vectorised over code points: tables say what each of them is.
"""

import json
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Hashes = NDArray[np.uint64]
Places = NDArray[np.intp]

# Kinds of code points. A word goes on while the kind stays the same, so digits and letters part.
_SEPARATOR, _WORD, _SINGLE, _DIGIT = 0, 1, 2, 5
# Values of the fold table below 16 are instructions of kind _SEPARATOR, everything else is the folded code point.
_JOIN, _EXPAND, _POINT, _COMMA = 1, 2, 3, 4
_ORDERS = np.uint32(4)  # how many there are
# Dropped without ending a word: don’t, soft hyphens, zero-width characters.
_JOINERS = ("'", "\u2019", "\u02bc", "\u2018", "\uff07", "\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff")
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
# Marks and letters that NFKC may compose with their neighbours: accents, kana voicing, Hangul letters.
_COMPOSED = ((0x0300, 0x036F), (0x1100, 0x11FF), (0x3099, 0x309A))
_CODES = 0x323B1  # rows of the tables: what lies above all letters only separates, and is taken for the last one
_SPACE, _NEWLINE, _DOT = 32, 10, 46
_30, _27, _31 = np.uint64(30), np.uint64(27), np.uint64(31)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)


def mix(values: Hashes) -> Hashes:
    """A bijection of 64-bit integers that spreads every bit (splitmix64's finaliser, Steele et al. 2014)."""
    z = values ^ (values >> _30)
    z *= _FIRST
    z ^= z >> _27
    z *= _SECOND
    z ^= z >> _31
    return z


def _without_phrases(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a table of replacements those of one character: the phrases take 20 MB."""
    return {old: new for old, new in pairs if len(old) == 1 or not isinstance(new, str)}


def _variants() -> dict[int, int]:
    """Every Chinese character that has a traditional, simplified or regional variant -> one of them, a simplified one."""
    package = find_spec("zhconv")  # not imported: that takes 5 MB, and its data is all that is needed
    assert package is not None
    source = Path(str(package.origin)).with_name("zhcdict.json").read_text(encoding="utf-8")
    tables = json.loads(source, object_pairs_hook=_without_phrases)
    traditional = tables["zh2Hans"].keys()
    parent: dict[str, str] = {}

    def find(char: str) -> str:
        while parent.get(char, char) != char:
            char = parent[char]
        return char

    for name in ("zh2Hans", "zh2Hant", "zh2TW", "zh2HK", "zh2CN", "zh2SG"):
        for old, new in tables.get(name, {}).items():
            if len(new) == 1:
                first, second = sorted((find(old), find(new)), key=lambda char: (char in traditional, char))
                if first != second:
                    parent[second] = first
    return {ord(char): ord(find(char)) for char in parent}


class _Tables(NamedTuple):
    fold: Codes  # code point -> folded code point or instruction
    kind: NDArray[np.uint8]  # code point -> kind of its folded form
    capital: NDArray[np.bool_]  # code point -> is an upper-case letter
    spread: Hashes  # folded code point -> 64 random bits


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    """Built once a process, in about a quarter of a second."""
    fold = np.zeros(_CODES, np.uint32)
    own = np.zeros(_CODES, np.uint8)  # kind of a folded code point
    for code in range(0x20, 0x10000):
        if 0xD800 <= code < 0xE000:
            continue
        char = unicodedata.normalize("NFKC", chr(code)).lower()
        if len(char) > 1 and any(unicodedata.category(c)[0] in "LN" for c in char):
            fold[code] = _EXPAND
        elif len(char) == 1 and (category := unicodedata.category(char))[0] in "LNM":
            fold[code] = ord(char)
            own[ord(char)] = _DIGIT if category == "Nd" else _WORD
    for first, last in _COMPOSED:
        fold[first : last + 1] = _EXPAND
    fold[0x10000:0x1D400] = np.arange(0x10000, 0x1D400)
    fold[0x1D400:0x1D800] = _EXPAND  # mathematical alphabets, used as ornament
    fold[0x20000:0x2F800] = np.arange(0x20000, 0x2F800)
    fold[0x2F800:0x2FA20] = _EXPAND
    fold[0x30000:0x323B0] = np.arange(0x30000, 0x323B0)
    own[0x10000:0x323B0] = _WORD
    for first, last in _SINGLE_RANGES:
        own[first : last + 1][own[first : last + 1] > 0] = _SINGLE
    same = np.arange(_CODES, dtype=np.uint32)
    for code, representative in _variants().items():
        own[representative] = _SINGLE
        same[code] = representative
    fold = same[fold]
    own[:16] = _SEPARATOR
    for char in (".", "．"):
        fold[ord(char)] = _POINT
    fold[ord(",")] = _COMMA
    for char in _JOINERS:
        fold[ord(char)] = _JOIN
    spread = mix((np.arange(_CODES, dtype=np.uint64) + np.uint64(1)) * np.uint64(_BASE))
    capital = np.zeros(_CODES, np.bool_)
    for code in range(0x41, 0x10000):
        capital[code] = chr(code).isupper() and fold[code] not in (0, code)
    return _Tables(fold, own[fold], capital, spread)


_grown: dict[int, Hashes] = {}


def _powers(base: int, size: int) -> Hashes:
    """base ** 0 .. base ** (size - 1), modulo 2**64."""
    table = _grown.get(base)
    if table is None or len(table) < size:
        factors = np.full(max(4096, 1 << (size - 1).bit_length()), base, np.uint64)
        factors[0] = 1
        table = np.multiply.accumulate(factors)
        _grown[base] = table
    return table[:size]


@dataclass(frozen=True)
class Tokens:
    """A normalised text as tokens."""

    stream: Codes  # folded code points, capitals kept; what is not text is a space, a line's end a newline
    starts: Places  # where each token begins in `stream`
    ids: Hashes  # 64-bit identity of each token
    kinds: NDArray[np.uint8]  # of each token
    paragraphs: Places  # index of the first token of each line that has any, ascending

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def numbers(self) -> NDArray[np.bool_]:
        """Which tokens are numbers."""
        found: NDArray[np.bool_] = self.kinds == _DIGIT
        return found

    @cached_property
    def singles(self) -> NDArray[np.bool_]:
        """Which tokens are one character of a script without spaces."""
        found: NDArray[np.bool_] = self.kinds == _SINGLE
        return found

    @cached_property
    def bounds(self) -> Places:
        """First token of each paragraph, and the number of tokens."""
        return np.append(self.paragraphs, len(self.ids))

    @cached_property
    def prefix(self) -> Hashes:
        """prefix[i] = sum of ids[k] * base**k over k < i, modulo 2**64: the hash of any range in two operations."""
        out = np.zeros(len(self.ids) + 1, np.uint64)
        np.cumsum(self.ids * _powers(_BASE, len(self.ids)), out=out[1:])
        return out

    def words(self, first: int, last: int) -> list[str]:
        """The tokens first..last (exclusive) as strings."""
        if first >= last:
            return []
        end = int(self.starts[last]) if last < len(self) else len(self.stream)
        text = _decoded(self.stream[self.starts[first] : end])
        cuts = (self.starts[first:last] - self.starts[first]).tolist()
        return [text[a:b].strip() for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]

    def text(self) -> str:
        """The normal form as one string; `tokenise` gives the same tokens for it again."""
        return _decoded(self.stream)

    def paragraph_start(self, token: int) -> int:
        """The first token of the paragraph that `token` is in."""
        return int(self.paragraphs[np.searchsorted(self.paragraphs, token, side="right") - 1])

    def paragraph_end(self, token: int) -> int:
        """One past the last token of the paragraph that `token` is in."""
        return int(self.bounds[np.searchsorted(self.paragraphs, token, side="right")])

    def paragraph_hashes(self) -> Hashes:
        """One 64-bit hash for each paragraph."""
        return range_hashes(self, self.bounds[:-1], self.bounds[1:])

    def after(self, place: int) -> "Tokens":
        """What begins at or after a place of the stream, which must be a line's end."""
        first = int(np.searchsorted(self.starts, place))
        paragraphs = self.paragraphs[np.searchsorted(self.paragraphs, first) :]
        return Tokens(
            self.stream[place:], self.starts[first:] - place, self.ids[first:], self.kinds[first:], paragraphs - first
        )

    def select(self, keep: NDArray[np.bool_]) -> "Tokens":
        """Only the paragraphs whose entry in `keep` is True."""
        if keep.all():
            return self
        sizes = np.diff(self.bounds)
        mask = np.repeat(keep, sizes)
        ends = np.append(self.starts[self.paragraphs[1:]], len(self.stream))
        lengths = ends - self.starts[self.paragraphs]  # of each paragraph in the stream
        before = int(self.starts[0]) if len(self) else 0
        shift = np.cumsum(np.where(keep, 0, lengths)) + before
        kept = sizes[keep]
        return Tokens(
            stream=self.stream[before:][np.repeat(keep, lengths)],
            starts=(self.starts - np.repeat(shift, sizes))[mask],
            ids=self.ids[mask],
            kinds=self.kinds[mask],
            paragraphs=np.cumsum(kept) - kept,
        )


def range_hashes(tokens: Tokens, first: Places, last: Places) -> Hashes:
    """64-bit hashes of the token ranges first[i]..last[i] (exclusive); equal ranges have equal hashes anywhere."""
    prefix = tokens.prefix
    return mix((prefix[last] - prefix[first]) * _powers(_INVERSE, len(tokens) + 1)[first])


def window_hashes(tokens: Tokens, size: int) -> Hashes:
    """range_hashes of all ranges of `size` tokens; there must be one at least."""
    prefix = tokens.prefix
    return mix((prefix[size:] - prefix[:-size]) * _powers(_INVERSE, len(prefix) - size))


def tokenise(text: str) -> Tokens:
    """The tokens of a text. Lines are paragraphs. Lone surrogates and unassigned characters only separate."""
    fold, kind, capital, spread = _tables()
    raw = _encoded(text)
    codes = fold[raw]
    orders = codes[codes - np.uint32(1) < _ORDERS].tolist()
    if _EXPAND in orders:
        raw = _encoded(unicodedata.normalize("NFKC", text))
        codes = fold[raw]
    if _JOIN in orders:
        kept = codes != _JOIN
        raw, codes = raw[kept], codes[kept]
    kinds = kind[raw]
    if _POINT in orders or _COMMA in orders:
        raw, codes, kinds = _with_points(raw, codes, kinds)
    begins = kinds != _SEPARATOR
    begins[1:] &= (kinds[1:] != kinds[:-1]) | (kinds[1:] == _SINGLE)
    starts = np.flatnonzero(begins)
    own = kinds[starts]
    ids = spread[codes[starts]]
    inside = np.flatnonzero(kinds & 1)  # letters and digits
    if len(inside):
        first = np.flatnonzero(begins[inside])
        lengths = np.append(first[1:], len(inside)) - first
        offsets = np.arange(len(inside)) - np.repeat(first, lengths)
        ids[own != _SINGLE] = np.add.reduceat(spread[codes[inside]] * _powers(_BASE, len(inside))[offsets], first)
    lines = np.flatnonzero(raw == _NEWLINE)
    if len(inside):  # names are told by their capitals
        capitals = inside[capital[raw[inside]]]
        codes[capitals] = raw[capitals]
    codes[kinds == _SEPARATOR] = _SPACE
    codes[lines] = _NEWLINE
    return Tokens(codes, starts, ids, own, _paragraphs(starts, lines))


def letters(text: str) -> tuple[str, list[int]]:
    """The letters and digits of one line as `tokenise` folds them, in lower case, and where each stands in the line."""
    fold, kind, _, _ = _tables()
    found, places = [], []
    for at, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", character):
            if ord(one) < _CODES and kind[ord(one)] != _SEPARATOR:
                found.append(chr(fold[ord(one)]))
                places.append(at)
    return "".join(found), places


def _paragraphs(starts: Places, lines: Places) -> Places:
    """The first token of each line that has any."""
    firsts = np.zeros(len(lines) + 1, np.intp)
    firsts[1:] = starts.searchsorted(lines)
    real = np.ones(len(firsts), np.bool_)
    real[:-1] = firsts[1:] != firsts[:-1]
    real[-1] = firsts[-1] < len(starts)
    return firsts[real]


def _encoded(text: str) -> Codes:
    codes: Codes = np.frombuffer(text.encode("utf-32-le", "replace"), "<u4")
    return np.minimum(codes, np.uint32(_CODES - 1))


def _decoded(codes: Codes) -> str:
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")


def _with_points(raw: Codes, codes: Codes, kinds: NDArray[np.uint8]) -> tuple[Codes, Codes, NDArray[np.uint8]]:
    """A point between digits is part of the number (3.5), a comma before three digits vanishes (2,000)."""
    points = np.flatnonzero(codes - np.uint32(_POINT) < 2)
    digit = np.concatenate((kinds == _DIGIT, np.zeros(5, np.bool_)))
    points = points[digit[points - 1] & digit[points + 1]]
    if not len(points):
        return raw, codes, kinds
    comma = codes[points] == _COMMA
    whole = points[~comma]
    codes[whole], kinds[whole] = _DOT, _DIGIT
    groups = points[comma]
    groups = groups[digit[groups + 2] & digit[groups + 3] & ~digit[groups + 4]]
    if not len(groups):
        return raw, codes, kinds
    return np.delete(raw, groups), np.delete(codes, groups), np.delete(kinds, groups)
