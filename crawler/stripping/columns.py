"""What a string before a headline reads like by its words alone: a column or kind of text, or the name of a firm."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from crawler.stripping.adverts import is_chinese
from crawler.stripping.brands import fold, label_of
from crawler.stripping.lexicon import lexicon
from crawler.stripping.titles import Title, bare_name, cut

SHORT_COLUMN = 4  # characters of a Chinese word before a headline, up to which it is rather a column's than a brand's
LONGEST_PLACE = 6
LONGEST_FIRM = 24
SHORTEST_OWN = 2  # characters of a Chinese firm's own name before the word for its trade
_LEADING = (
    re.compile(r"[\[【(（『「〖《〔<{][^\]】)）』」〗》〕>}]{2,24}[\]】)）』」〗》〕>}]\s*"),
    re.compile(r"[^：:|｜丨_—·»›>~]{2,24}?\s*[：:|｜丨_—·»›>~]+\s*"),
    re.compile(r"(?:[A-Za-z'’&]+ ){0,3}\S{2,24}?\s+[-–]\s+|(?=\w*[㐀-鿿])\w{2,12}[-–](?=[㐀-鿿\d])"),
)
_SPACED = re.compile(r"\w{4,16}\s+(?=[㐀-鿿\d])")  # many headlines have such a gap: only behind a firm's name
_COMPOUND = re.compile(r"[a-z][A-Z]")  # NovaTrade


@cache
def _genres() -> tuple[str, ...]:
    return tuple(fold(word) for word in lexicon()["genre"]["words"])


@cache
def _words(group: str, key: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in lexicon()[group][key])


@lru_cache(maxsize=4096)
def is_genre(text: str) -> bool:
    """Whether a string says what kind of text it introduces."""
    folded = fold(text)
    return (folded.endswith(_genres()) or folded.startswith(_genres())) and not is_advertised(text)


@lru_cache(maxsize=4096)
def is_column(text: str) -> bool:
    """Whether a string that the headline itself carries, with its separator, reads like a column or kind of text
    ("停水通知：", "专访｜", "Opinion: "): it is part of the headline, however often it repeats. Only ever protects."""
    folded = fold(text)
    if is_genre(text):
        return True
    if is_firm(text):
        return False
    longest = (
        SHORT_COLUMN
        if any(mark in text for mark in ":：|｜")
        else SHORT_COLUMN - 1
        if "【" in text or "[" in text
        else 0
    )
    return len(folded) <= longest and all("㐀" <= character <= "鿿" for character in folded)


@lru_cache(maxsize=4096)
def is_series(text: str) -> bool:
    """Whether a string before a headline ends like a column, a series or a place ("新春走基层｜", "[青岚县]", "Field Notes: "); only
    ever protects."""
    if is_firm(text):
        return False
    folded = fold(text)
    if not is_chinese(folded):
        return (words := folded_words(text)) != [] and words[-1] in _words("column", "english")
    is_place = len(folded) <= LONGEST_PLACE and folded.endswith(_words("column", "places"))
    return is_place or folded.endswith(_words("column", "words"))


@lru_cache(maxsize=4096)
def is_firm(text: str) -> bool:
    """Whether a string reads like what a firm, a shop or its goods are called, or like an advert's name."""
    name = bare_name(text)
    if len(name) > LONGEST_FIRM:
        return False
    if label_of(name) or is_advertised(text):
        return True
    folded = fold(name)
    if is_chinese(folded):
        return any(
            folded.endswith(word) and len(folded) >= len(word) + SHORTEST_OWN for word in _words("trade", "words")
        )
    words = folded_words(name)
    return _COMPOUND.search(name) is not None or (len(words) > 1 and words[-1] in _words("trade", "english"))


def is_advertised(text: str) -> bool:
    """Whether a string is a brand of the lexicon and the word for what it offers, and nothing else: 某某体育."""
    folded = fold(bare_name(text))
    return any(
        folded == fold(brand) + fold(end)
        for row in lexicon()["label"]
        for end in row.get("names_end_in", ())
        if folded.endswith(fold(end))
        for brand in row["brands"]
    )


def leading(title: str) -> str:
    """What a title opens with in brackets or before a separator, with them, or a firm's name before a gap; empty for most."""
    found = [match.group() for pattern in _LEADING if (match := pattern.match(title))]
    if not found and (spaced := _SPACED.match(title)) and is_firm(spaced.group()):
        return spaced.group()
    return min(found, key=len, default="")


def form_of(text: str) -> str:
    """The brackets or the separator of such an opening, without its name."""
    return text.strip().replace(bare_name(text), "{}")


def own_part(name: str) -> str:
    """What is a name's own in it: the first two characters of a Chinese one, the first word of another."""
    return name[:SHORTEST_OWN] if is_chinese(name) else (name.split() or [name])[0]


def folded_words(text: str) -> list[str]:
    """The words of a string in small letters."""
    return re.findall(r"[^\W_]+", text.lower())


def cut_in_turn(title: Title, prefixes: Sequence[str], article: str) -> None:
    """Cut a firm's name that stands before a headline where the site's pages have other firms in the same form (`prefixes`), and
    that the article never speaks of."""
    text = leading(title.text) if prefixes else ""
    if not text or own_part(bare_name(text)) in article or not is_firm(text) or is_column(text):
        return
    if any(is_firm(prefix) and form_of(prefix) == form_of(text) for prefix in prefixes):
        cut(title, 0, len(text), "title_prefix", "in_turn")
