"""Noise set into an article to make a copy look new: pronunciation in brackets, emoji, blocks of search words."""

import re
import tomllib
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

# A syllable with a tone mark, in brackets directly behind the character it pronounces: 當(dāng)前.
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_PINYIN = re.compile(rf"(?<=[㐀-鿿])[(（]\s*[a-zü]{{0,4}}[{_TONED}][a-zü]{{0,4}}\s*[)）]", re.IGNORECASE)
# Characters that every reader knows and no writer explains.
_COMMON = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知"
)
# Text about the language itself glosses a word or two; noise glosses many.
PINYIN_LEAST = 5

_PICTURES = "\U0001f300-\U0001faff\U0001f1e6-\U0001f1ff\u2600-\u27bf\u2b50\u2b55\u231a-\u23ff"
_JOINERS = "\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff"
_EMOJI = re.compile(rf"(?:[{_PICTURES}][{_JOINERS}]*)+")
_INSERTED = re.compile(rf"(?<=[㐀-鿿，。！？、；：])(?:[{_PICTURES}][{_JOINERS}]*)+")
EMOJI_LEAST = 5
EMOJI_INSIDE = 3

_TOKENS = re.compile(r"[\s|,，、/_-]+")
_PROSE_MARKS = re.compile(r"[。！？；：“”《》（）()→!?;]|[.:]\s")
_WORK = re.compile(r"《\s*》\s*(?:剧情简介|在线观看|全集|简介)?\s*[：:]?")  # what is left of a quoted title
_OFFERED = re.compile(r"》\s*(?:剧情简介|在线观看|免费观看|全集|(?:免费)?下载|(?:全文)?免费阅读|txt)", re.IGNORECASE)
LONGEST_DOORWAY = 160
STUFFED_TOKENS = 6
SHORTEST_BLOCK = 16
LONGEST_TOKEN = 24


def pinyin_spans(text: str) -> list[tuple[int, int]]:
    """Bracketed pronunciations, as character ranges."""
    return [match.span() for match in _PINYIN.finditer(text)] if "(" in text or "（" in text else []


def emoji_spans(text: str) -> list[tuple[int, int]]:
    """Emoji glued to Chinese text, as character ranges."""
    return [match.span() for match in _INSERTED.finditer(text)] if _EMOJI.search(text) else []


def query_tokens(text: str, title: str) -> list[str]:
    """The tokens of a line that may be a block of search words: three or more short ones, and no sentence.

    The article's own title may stand in it, as the name of a film or a book; it is no token. Empty for all other lines.
    """
    if len(text) < SHORTEST_BLOCK:
        return []
    if len(title) > 3 and title in text:
        text = _WORK.sub(" ", text.replace(title, " "))
    if _PROSE_MARKS.search(text):
        return []
    tokens = [token for token in _TOKENS.split(text) if token]
    return tokens if len(tokens) >= 3 and max(map(len, tokens)) <= LONGEST_TOKEN else []


def is_doorway(text: str, title: str) -> bool:
    """Whether a line presents the article's title as a film or a book to be had: 《...》剧情简介：..."""
    quoted = f"《{title}》" in text if len(title) <= 3 else title in text
    return len(title) > 1 and len(text) <= LONGEST_DOORWAY and quoted and _OFFERED.search(text) is not None


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
    chinese = [token for token in tokens if any("㐀" <= c <= "鿿" for c in token)]
    if len(chinese) < 0.7 * len(tokens):
        return False
    themes = Counter(token[:2] for token in tokens if len(token) > 2)
    theme, count = themes.most_common(1)[0] if themes else ("", 0)
    if many and count >= max(5, 0.4 * len(tokens)) and theme not in article:
        return True
    if not at_edge:
        return False
    parts = {token[at : at + 2] for token in chinese for at in range(len(token) - 1)}
    searched = sum(any(word in token.lower() for word in search_words()) for token in tokens)
    foreign = sum(part not in article for part in parts)
    return foreign >= 0.8 * len(parts) and searched >= (1 if quotes_title else max(2, 0.3 * len(tokens)))


@cache
def search_words() -> tuple[str, ...]:
    """Words of search queries, from lexicon.toml."""
    data = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
    return tuple(data["search"]["words"])


Spans = dict[int, list[tuple[int, int]]]


def is_pinyin_noise(texts: dict[int, str], spans: Spans) -> bool:
    """Whether an article glosses so many characters, or so common ones, that it is no help to a reader."""
    count = sum(map(len, spans.values()))
    common = {texts[number][start - 1] for number, found in spans.items() for start, _ in found} & _COMMON
    return len(common) >= 2 or (count >= PINYIN_LEAST and count * 400 >= sum(map(len, texts.values())))


def is_emoji_noise(texts: dict[int, str], spans: Spans) -> bool:
    """Whether emoji stand where no writer puts them: many, and some inside a sentence, between two characters of a phrase or
    behind a comma with the sentence going on."""
    if sum(map(len, spans.values())) < EMOJI_LEAST:
        return False
    inside = 0
    for number, found in spans.items():
        text = texts[number]
        inside += sum(
            _is_chinese(text, end) and (_is_chinese(text, start - 1) or text[start - 1] in "，、：；")
            for start, end in found
        )
    return inside >= EMOJI_INSIDE


def _is_chinese(text: str, at: int) -> bool:
    return 0 <= at < len(text) and "㐀" <= text[at] <= "鿿"
