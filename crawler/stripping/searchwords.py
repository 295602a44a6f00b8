"""Lines of search words: what stands around an article only to be found by search engines."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from crawler.stripping.lexicon import lexicon

_TOKENS = re.compile(r"[\s|,，、/_-]+")
_PIECES = re.compile(r"[\s|｜,，、/_；;：:？?！!。·~#>《》【】-]+")
_PROSE_MARKS = re.compile(r"[。！？；：“”《》（）()→!?;]|[.:]\s")
_ENDS = ("。", ". ")  # of most lines, which are sentences
_SENTENCE_END = re.compile(r"[。！？!?；;]|\.\s")
_WORK = re.compile(r"《\s*》\s*(?:剧情简介|在线观看|全集|简介)?\s*[：:]?")  # what is left of a quoted title
_OFFERED = re.compile(r"》\s*(?:剧情简介|在线观看|免费观看|全集|(?:免费)?下载|(?:全文)?免费阅读|txt)", re.IGNORECASE)
_LABEL = re.compile(r"^\s*(?:标签|关键词|关键字|热搜词?|tags?|keywords?)\s*[：:]\s*", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_](?:[\w&'’.]*\w)?")
_LETTER = re.compile(r"[0-9a-z]")
LONGEST_DOORWAY = 160
STUFFED_TOKENS = 6
SHORTEST_BLOCK = 16
LONGEST_BLOCK = 400
LONGEST_TOKEN = 24
LONGEST_PIECE = 16
LEAST_THEMED = 3  # pieces of a line that must hold its theme ...
THEMED_SHARE = 0.5  # ... and share of them
LEAST_COVERED = 0.3  # share of a line's letters or words that its theme must make up
LONGEST_GRAM = 4
LEAST_SEARCHED = 2  # words of searches in a line that is nothing but them


def query_tokens(text: str, titles: Sequence[str]) -> list[str]:
    """The tokens of a line that may be a block of search words: three or more short ones, and no sentence.

    The article's own title may stand in it, as the name of a film or a book; it is no token. Empty for all other lines.
    """
    if len(text) < SHORTEST_BLOCK or any(mark in text and not any(mark[0] in t for t in titles) for mark in _ENDS):
        return []
    text = _LABEL.sub("", text)
    for title in titles:
        if len(title) > 3 and title in text:
            text = _WORK.sub(" ", text.replace(title, " "))
    if _PROSE_MARKS.search(text):
        return []
    tokens = [token for token in _TOKENS.split(text) if token]
    return tokens if len(tokens) >= 3 and max(map(len, tokens)) <= LONGEST_TOKEN else []


def is_doorway(text: str, titles: Sequence[str]) -> bool:
    """Whether a line presents the article's title as a film or a book to be had: 《...》剧情简介：..., or the title and
    nothing but words of searches around it."""
    if len(text) > LONGEST_DOORWAY:
        return False
    for title in titles:
        if len(title) > 1 and (f"《{title}》" in text if len(title) <= 3 else title in text):
            rest = text.replace(title, " ")
            least = 1 if f"《{title}》" in text else 2
            return _OFFERED.search(text) is not None or (
                not _SENTENCE_END.search(rest) and len(searched(rest)) >= least
            )
    return False


def is_foreign(text: str, article: str) -> bool:
    """Whether a line shares hardly any two characters with the article around it."""
    letters = [character for character in text if character.isalnum()]
    parts = {"".join(pair) for pair in pairwise(letters)}
    return sum(part not in article for part in parts) >= 0.9 * len(parts) > 0


def is_stuffed(tokens: list[str], article: str, at_edge: bool, quotes_title: bool) -> bool:
    """Whether the tokens of a line are search words, foreign to the article around it.

    Either they open with one theme that the article never names, or the line stands above or below the article (`at_edge`),
    shares hardly any words with it, and two of its tokens hold words that people type into search boxes; one when the line
    quotes the article's title as the name of a work. Lists of people, schools and companies fail both.
    """
    many = len(tokens) >= STUFFED_TOKENS
    word, count = Counter(tokens).most_common(1)[0]
    if many and count >= max(5, 0.3 * len(tokens)) and word not in article:
        return True
    chinese = [token for token in tokens if _is_chinese(token)]
    if len(chinese) < 0.7 * len(tokens):
        return False
    themes = Counter(token[:2] for token in tokens if len(token) > 2)
    theme, count = themes.most_common(1)[0] if themes else ("", 0)
    if many and count >= max(5, 0.4 * len(tokens)) and theme not in article:
        return True
    if not at_edge:
        return False
    parts = {token[at : at + 2] for token in chinese for at in range(len(token) - 1)}
    hits = sum(bool(searched(token)) for token in tokens)
    foreign = sum(part not in article for part in parts)
    return foreign >= 0.8 * len(parts) and hits >= (1 if quotes_title else max(2, 0.3 * len(tokens)))


def theme_of(text: str) -> str | None:
    """The string that a line with words of searches says over and over, in any punctuation: in half of its pieces or more
    ("...怎么样？...多少钱？")."""
    if not SHORTEST_BLOCK <= len(text) <= LONGEST_BLOCK or len(searched(text)) < LEAST_SEARCHED:
        return None
    return _chinese_theme(text) if _is_chinese(text) else _english_theme(text)


def _chinese_theme(text: str) -> str | None:
    pieces = [piece for piece in _PIECES.split(_LABEL.sub("", text)) if piece]
    if len(pieces) < LEAST_THEMED or sum(map(len, pieces)) > LONGEST_PIECE * len(pieces):
        return None
    least = max(LEAST_THEMED, THEMED_SHARE * len(pieces))
    pairs = Counter(pair for piece in pieces for pair in set(pairwise(piece)))
    if not pairs or max(pairs.values()) < least:
        return None
    counts = Counter(
        part
        for piece in pieces
        for part in {piece[a:b] for a in range(len(piece) - 1) for b in range(a + 2, min(len(piece), a + 12) + 1)}
    )
    part, count = max(
        counts.items(), key=lambda item: ((item[1] >= LEAST_THEMED) * len(item[0]) * item[1], item[0]), default=("", 0)
    )
    covered = len(part) * count >= LEAST_COVERED * sum(map(len, pieces))
    return part if covered and count >= least else None


def _english_theme(text: str) -> str | None:
    words = _WORDS.findall(text.lower())
    best, covered = "", 0
    for size in range(1, LONGEST_GRAM + 1):
        grams = Counter(" ".join(words[at : at + size]) for at in range(len(words) - size + 1))
        gram, count = max(grams.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        if count >= LEAST_THEMED + (size == 1) and len(gram) >= 4 and size * count >= covered:
            best, covered = gram, size * count
    return best if best and covered >= LEAST_COVERED * len(words) else None


def is_themed(text: str, article: str) -> bool:
    """Whether a line says one thing over and over that its article never names, with two words of searches (three, where the
    thing is a word of two letters)."""
    theme = theme_of(text)
    if theme is None or theme.lower() in article.lower():
        return False
    return len(searched(text.lower().replace(theme.lower(), " "))) >= LEAST_SEARCHED + (len(theme) == 2)


def searched(text: str) -> set[str]:
    """The words of search queries that a text holds."""
    chinese, latin, english = _search_words()
    text = text.lower()
    found = {word for word in (latin if text.isascii() else chinese) if word in text}
    if not _LETTER.search(text):
        return found
    return found | {word for word, pattern in english.items() if word in text and pattern.search(text)}


@cache
def _search_words() -> tuple[tuple[str, ...], tuple[str, ...], dict[str, re.Pattern[str]]]:
    """Those of Chinese searches, those of them in Latin letters, and English ones with a pattern for the whole word."""
    data = lexicon()["search"]
    latin = tuple(word for word in data["words"] if word.isascii())
    return tuple(data["words"]), latin, {word: re.compile(rf"\b{re.escape(word)}\b") for word in data["english"]}


def _is_chinese(text: str) -> bool:
    return any("㐀" <= character <= "鿿" for character in text)
