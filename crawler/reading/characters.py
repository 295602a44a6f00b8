"""What the characters of blocks say, for the block model: one look-up for every character of a page."""

import re

import numpy as np
from numpy.typing import NDArray

from crawler.reading.arrays import Matrix

SHORT = 160  # characters: longer blocks are prose, their words say nothing
DATE = re.compile(
    r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d|\d{1,2}\s?月\s?\d{1,2}\s?日|\b\d{1,2}:\d\d\b"
)
SIGNS = {
    "comma": "，,、",
    "stop": "。！？",
    "point": ".!?",
    "digit": "0123456789",
    "bar": "|｜·•",
    "quote": '“”「"',
    "closing": '。！？.!?…”’"」』)）',
    "announcing": ":：>»›→",
    "bracket": "(（[【「『<《",
    "mark": "\"“'‘«„-—–•·●◆■※▲△*",
    "colon": ":",
    "wide_colon": "：",
    "slash": "/",
}
BITS = {name: 1 << bit for bit, name in enumerate(SIGNS)}
SIZE = 0x10000  # of the table; characters beyond it are no signs
KINDS = np.zeros(SIZE, np.uint16)
for _name, _signs in SIGNS.items():
    KINDS[[ord(sign) for sign in _signs]] |= BITS[_name]
COLON_WITHIN, WIDE_COLON_WITHIN = 20, 14  # characters of a line that begins with its label

NUMBER_NAMES = ("chars", "commas", "stops", "ends_closed", "ends_colon", "ends_stop", "starts_bracket", "starts_mark",
                "starts_digit", "starts_lower", "bars", "label", "dated", "digits", "upper", "address", "quotes")  # fmt: skip


def text_numbers(texts: list[str]) -> Matrix:
    """One row a text, NUMBER_NAMES. No text may be empty."""
    if not texts:
        return np.zeros((0, len(NUMBER_NAMES)), np.float32)
    count = len(texts)
    codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = KINDS[np.minimum(codes, SIZE - 1)]
    size = np.array([len(text) for text in texts])
    start = np.cumsum(size + 1) - size - 1
    first, last = kinds[start], kinds[start + size - 1]
    at = np.nonzero(kinds)[0]  # few characters are signs
    text_of = np.searchsorted(start, at, "right") - 1
    place, kind = at - start[text_of], kinds[at]
    blank = np.concatenate((codes == ord(" "), [False]))
    inside = place < SHORT

    def has(name: str) -> NDArray[np.bool_]:
        return (kind & BITS[name]) > 0

    def counted(found: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(text_of[found], minlength=count)

    bar = inside & (has("bar") | (has("slash") & blank[at - 1] & blank[at + 1] & (place < SHORT - 1)))
    label = (has("colon") & (place < COLON_WITHIN)) | (has("wide_colon") & (place < WIDE_COLON_WITHIN))
    digits = counted(has("digit") & inside)
    short = size <= SHORT
    dated = np.zeros(count)
    for i in np.nonzero(short & (digits > 2))[0]:
        dated[i] = DATE.search(texts[i]) is not None
    heads = [text[:SHORT] for text in texts]
    return np.stack(
        [
            size,
            counted(has("comma")),
            counted(has("stop") | (has("point") & blank[at + 1])),
            last & BITS["closing"] > 0,
            last & BITS["announcing"] > 0,
            last & (BITS["stop"] | BITS["point"]) > 0,
            first & BITS["bracket"] > 0,
            first & BITS["mark"] > 0,
            [text[0].isdigit() for text in texts],
            [text[0].islower() for text in texts],
            counted(bar) > 0,
            counted(label) > 0,
            dated,
            np.where(short, digits / np.minimum(size, SHORT), 0.0),
            [head.isupper() for head in heads],
            ["http" in head or "www." in head or "@" in head for head in heads],
            counted(has("quote")) > 0,
        ],
        axis=1,
    ).astype(np.float32)
