"""Noise set into an article to make a copy look new: pronunciation in brackets, emoji, blocks of search words."""

import re

# A syllable with a tone mark, in brackets directly behind the character it pronounces: 當(dāng)前.
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_PINYIN = re.compile(rf"(?<=[㐀-鿿])[(（]\s*[a-zü]{{0,4}}[{_TONED}][a-zü]{{0,4}}\s*[)）]", re.IGNORECASE)
# Text about the language itself glosses a word or two; noise glosses many.
PINYIN_LEAST = 5

_PICTURES = "\U0001f300-\U0001faff\U0001f1e6-\U0001f1ff\u2600-\u27bf\u2b50\u2b55\u231a-\u23ff"
_JOINERS = "\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff"
_EMOJI = re.compile(rf"(?:[{_PICTURES}][{_JOINERS}]*)+")
_INSERTED = re.compile(rf"(?<=[㐀-鿿，。！？、；：])(?:[{_PICTURES}][{_JOINERS}]*)+")
EMOJI_LEAST = 5

_TOKENS = re.compile(r"[\s|,，、/_]+")
_PROSE_MARKS = re.compile(r"[。！？；：“”《》!?;]|[.:]\s")
STUFFED_TOKENS = 8


def pinyin_spans(text: str) -> list[tuple[int, int]]:
    """Bracketed pronunciations, as character ranges."""
    return [match.span() for match in _PINYIN.finditer(text)] if "(" in text or "（" in text else []


def emoji_spans(text: str) -> list[tuple[int, int]]:
    """Emoji glued to Chinese text, as character ranges."""
    return [match.span() for match in _INSERTED.finditer(text)] if _EMOJI.search(text) else []


def is_stuffed(text: str) -> bool:
    """Whether a line is a block of search words: many short tokens, no sentence.

    "某某体育 某某娱乐 某某官网 某某登录 某某下载 ..." and the like; a list of names in a sentence ends in a full stop.
    """
    if len(text) < 30 or _PROSE_MARKS.search(text):
        return False
    tokens = [token for token in _TOKENS.split(text) if token]
    if len(tokens) < STUFFED_TOKENS:
        return False
    chinese = [token for token in tokens if any("㐀" <= c <= "鿿" for c in token)]
    if len(chinese) < 0.7 * len(tokens) or max(map(len, tokens)) > 24:
        return False
    return _shared_parts(chinese) >= 0.5


def _shared_parts(tokens: list[str]) -> float:
    """Share of tokens that repeat a part (two characters) of at least two others: search words vary one theme."""
    parts: dict[str, set[int]] = {}
    for number, token in enumerate(tokens):
        for at in range(len(token) - 1):
            parts.setdefault(token[at : at + 2], set()).add(number)
    common = {number for holders in parts.values() if len(holders) >= 3 for number in holders}
    return len(common) / len(tokens)


Spans = dict[int, list[tuple[int, int]]]


def is_pinyin_noise(texts: dict[int, str], spans: Spans) -> bool:
    """Whether an article glosses so many characters that it is no help to a reader."""
    count = sum(map(len, spans.values()))
    return count >= PINYIN_LEAST and count * 400 >= sum(map(len, texts.values()))


def is_emoji_noise(texts: dict[int, str], spans: Spans) -> bool:
    """Whether emoji stand where no writer puts them: many, and some of them between two characters of a phrase."""
    count = sum(map(len, spans.values()))
    if count < EMOJI_LEAST:
        return False
    split = sum(
        _is_chinese(texts[number], start - 1) and _is_chinese(texts[number], end)
        for number, found in spans.items()
        for start, end in found
    )
    return split >= 3


def _is_chinese(text: str, at: int) -> bool:
    return 0 <= at < len(text) and "㐀" <= text[at] <= "鿿"
