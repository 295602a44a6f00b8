"""Noise set into an article to make a copy look new: pronunciation in brackets, emoji."""

import re
from collections.abc import Collection, Iterator

# A syllable with a tone mark, in brackets directly behind the character it pronounces: 當(dāng)前.
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_PINYIN = re.compile(rf"(?<=[㐀-鿿])[(（]\s*[a-zü]{{0,4}}[{_TONED}][a-zü]{{0,4}}\s*[)）]", re.IGNORECASE)
# One without a mark, as particles have it: 我們(men). Only where marked ones are noise already.
_UNMARKED = re.compile(
    r"(?<=[㐀-鿿])[(（]\s*(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?[aeiouü]{1,3}(?:ng?|r)?\s*[)）]", re.IGNORECASE
)
# Characters that every reader knows and no writer explains.
_COMMON = frozenset(
    "心月日水火山风电东西南北男女父母书门车马牛鱼花草木石土金银红黄白黑绿蓝高低新旧早晚今明昨星云雨雪江河海城市村路街国家世界工作社会"
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知"
)
# Text about the language itself glosses a word or two; noise glosses many.
PINYIN_LEAST = 5

_PICTURES = "\U0001f000-\U0001faff\u2600-\u27bf\u2b1b\u2b1c\u2b50\u2b55\u231a-\u23ff\u3030\u303d\u3297\u3299"
_JOINERS = "\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff"
_PICTURE = re.compile(f"[{_PICTURES}]")
_INSERTED = re.compile(rf"(?<=\S)(?:[{_PICTURES}][{_JOINERS}]*)+")
_MARKS = "，。！？、；：”’）》」』"
EMOJI_LEAST = 5
EMOJI_INSIDE = 3

Spans = dict[int, list[tuple[int, int]]]


def pinyin_spans(text: str) -> list[tuple[int, int]]:
    """Bracketed pronunciations, as character ranges."""
    return [match.span() for match in _PINYIN.finditer(text)] if "(" in text or "（" in text else []


def all_pinyin_spans(text: str) -> list[tuple[int, int]]:
    """Those, and syllables without a mark of their tone: for an article that is known to be noisy."""
    found = [match.span() for match in _UNMARKED.finditer(text)] if "(" in text or "（" in text else []
    return sorted({*pinyin_spans(text), *found})


def emoji_spans(text: str) -> list[tuple[int, int]]:
    """Emoji glued to the text before them, as character ranges."""
    return [] if text.isascii() else [match.span() for match in _INSERTED.finditer(text)]


def is_pinyin_noise(texts: dict[int, str], spans: Spans, known: bool = False) -> bool:
    """Whether an article glosses so many characters, or so common ones, that it is no help to a reader. `known`: other articles
    of its site do; one common character is then enough."""
    count = sum(map(len, spans.values()))
    common = {texts[number][start - 1] for number, found in spans.items() for start, _ in found} & _COMMON
    if known and (common or count > 1):
        return True
    return len(common) >= 2 or (count >= PINYIN_LEAST and count * 400 >= sum(map(len, texts.values())))


def is_emoji_noise(texts: dict[int, str], spans: Spans, known: bool = False) -> bool:
    """Whether emoji stand where no writer puts them: many, and some inside a sentence, between two characters of a phrase or
    behind a comma with the sentence going on. `known`: so it is in other articles of its site; one is then enough."""
    inside = behind = 0
    for number, found in spans.items():
        text = texts[number]
        behind += sum(_is_chinese(text, start - 1) or text[start - 1] in _MARKS for start, _ in found)
        inside += sum(
            _is_chinese(text, end) and (_is_chinese(text, start - 1) or text[start - 1] in "，、：；")
            for start, end in found
        )
    return inside >= 1 if known else behind >= EMOJI_LEAST and inside >= EMOJI_INSIDE


def _is_chinese(text: str, at: int) -> bool:
    return 0 <= at < len(text) and "㐀" <= text[at] <= "鿿"


NOISES = (
    ("pinyin_noise", re.compile(r"[(（]"), pinyin_spans, is_pinyin_noise, all_pinyin_spans),
    ("emoji_noise", _PICTURE, emoji_spans, is_emoji_noise, emoji_spans),
)


def noises(texts: dict[int, str], known: Collection[str] = ()) -> Iterator[tuple[str, Spans]]:
    """The kinds of noise in an article (number -> line) and where; `known`: those that other articles of its site have."""
    whole = "\n".join(texts.values())
    for name, sign, spans_of, is_noise, all_spans_of in NOISES:
        if not sign.search(whole):
            continue
        spans = {number: found for number, text in texts.items() if (found := spans_of(text))}
        if spans and is_noise(texts, spans, name in known):
            yield name, {number: found for number, text in texts.items() if (found := all_spans_of(text))}
