"""One line of a page: which credits it states, and whether it states anything else."""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from crawler.reading.dateforms import ParsedDate, find_dates

TABLE = tomllib.loads(Path(__file__).with_name("credits.toml").read_text("utf-8"))
LONGEST = 160  # characters of a line that can consist of credits


@dataclass(slots=True)
class Value:
    """A labelled value of a line: text[start:end] without its label, which begins at `label`."""

    slot: str
    text: str
    word: str
    label: int
    start: int
    end: int


class CreditLine:
    """What one line states. `rest` is what is left of it without labels, values, dates and the words of a share bar."""

    __slots__ = ("_left", "_rest", "dates", "values")

    def __init__(self) -> None:
        self.values: list[Value] = []
        self.dates: list[ParsedDate] = []
        self._left = ""
        self._rest: list[str] | None = None

    @property
    def rest(self) -> list[str]:
        """Computed when asked for: most lines around an article are prose or links."""
        if self._rest is None:
            pieces = (piece.strip(_EDGE) for piece in _rest(self._left))
            self._rest = [t for t in pieces if t and not _is_noise(t)]
        return self._rest

    @rest.setter
    def rest(self, value: list[str]) -> None:
        self._rest = value

    def first(self, slot: str) -> Value | None:
        """The first value of a slot that is not empty."""
        for value in self.values:
            if value.slot == slot and value.text:
                return value
        return None


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s{0,2}") for word in sorted(set(words), key=len, reverse=True))


SLOTS: dict[str, str] = {
    word.lower().replace(" ", ""): slot for slot, words in TABLE["labels"].items() for word in words
}
_WORDS = [word for words in TABLE["labels"].values() for word in words]
_ASCII = [w for w in _WORDS if w.isascii()]
_HAN = [w for w in _WORDS if not w.isascii() and len(w) > 1]
_ONE = [w for w in _WORDS if len(w) == 1]  # 文：, 图：; never the end of a longer word
LABEL = re.compile(
    rf"(?P<colon>{_any(_HAN)}|(?<![a-z])(?:{_any(_ASCII)})|(?<=[a-z])(?-i:Author|Source|Editor|Published|Updated)|(?<![\u3400-\u9fff/])(?:{_any(_ONE)}))\s{{0,3}}[:：﹕]\s{{0,3}}"
    rf"|(?:(?<=[\s（(【\[|｜丨、])|^)(?P<slash>{_any(TABLE['forms']['slash'])})\s{{0,2}}[/／|｜丨∣]\s{{0,2}}"
    rf"|(?:^|(?<=[｜|（(\[【]))\s?(?P<bare>{_any(TABLE['forms']['bare'])})\s{{1,3}}(?=[\u3400-\u9fff])"
    rf"|(?P<pointed>{_any([w for w in TABLE['labels']['tags'] if not w.isascii()])})\s{{0,2}}(?:>{{1,2}}|»)\s{{0,2}}"
    r"|(?P<count>阅读量|点赞数|收藏|阅读|浏览|评论|点赞|人气|コメント)\s{0,2}(?=[(（]?\d)"
    r"|(?P<from>本文来源于|本文来自|本文转自|本文转载自|文章来源于|转载自|出自(?=[\[【《“]))\s{0,2}(?=[\u3400-\u9fff\[【《“])",
    re.IGNORECASE,
)
# What every label has behind it; lines without one need not be searched. The colon of a clock is none.
_MARK = re.compile(
    r"\D[:：﹕/／|｜丨∣>»]|本文|转载自|文章来源于|出自|收藏|阅读|浏览|评论|点赞|人气|コメント|^.?.?(?:作者|编辑|责|撰文|采写|校对|文字|排版|设计|监制|运营|审核)|[（(\[【](?:作者|编辑|责)"
)
_DURATION = re.compile(r"\s?(?:分钟|分鐘|min)")
_DATED = re.compile(r"\d|前|天|刚|日|年|上周|day|just now|gestern|heute")
LABELLED = re.compile(r"^[\s\[【（(]{0,3}[^\s：:]{1,8}\s?[:：]\s?")  # a label in front of a value whose field is known
_COUNT = re.compile(r"^[\s(（\[]{0,2}(\d[\d,，]{0,11}(?:\.\d{1,2})?\s{0,2}[万千kKwWmM亿]?)")
_CLOSE = {"）": "（", ")": "(", "】": "【", "]": "["}
_STOP = re.compile(r"\s{2,}|[|｜丨∣]| - |[。！？!?]|返回搜狐|\s?[>»]{1,2}\s?")
_URL = re.compile(r"(?:https?://|www\.)[\w./?=&%#~:-]{1,200}|\b[\w-]{1,40}\.(?:com|cn|net|org|gov|tw|hk)(?:\.cn|\.tw|\.hk)?\b(?:/[\w./-]{0,80})?", re.IGNORECASE)  # fmt: skip
_PLACES = "|".join(TABLE["noise"]["places"].split())
_PLACE = re.compile(
    rf"^(?:来自|发布于|发表于|IP属地|ip属地|IP)?\s?[:：]?\s?(?:{_PLACES})(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区|特别行政区)?$"
)
_PLACED = re.compile(
    rf"(?:来自|发布于|发表于|IP\s?属地)\s?[:：]?\s?(?:{_PLACES})(?:省|市|自治区)?|官方(?:账号|帐号)$|(?:账号|帐号)$"
)
_NOISE = frozenset((*TABLE["noise"]["words"], *TABLE["labels"]["date"]))
_COUNTED = re.compile(
    r"^[+＋]?[\d,.，万千wkWK]{1,10}\s?(?:字|次|人参与|人|条|个|阅读|评论|浏览|播放|赞|°|次阅读|人已读|条评论|次浏览|网友评论|人参与评论|分钟|min)?$"
)
_TOKENS = re.compile(r"[\s|｜丨∣·•・/／,，;；()（）【】\[\]〔〕〓]{1,9}")
_EDGE = " 　:：,，.。;；|｜/／-—–_·•>»<«*#〓※★☆□■○●◎丨→←&"


def read_line(text: str, now: datetime, zone: tzinfo | None = None, language: str = "zh") -> CreditLine:
    """The credits of a line. Lines longer than LONGEST are prose and state nothing here."""
    line = CreditLine()
    if len(text) > LONGEST:
        return line
    gone = bytearray(len(text))
    line.dates = _dates(text, now, zone, language, gone)
    matches = list(LABEL.finditer(text)) if _MARK.search(text) else []
    for number, match in enumerate(matches):
        limit = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        value = _value(text, match, limit, gone)
        line.values.append(value)
        gone[value.label : value.end] = b"\1" * (value.end - value.label)
    for match in _URL.finditer(text) if "." in text else ():
        gone[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    left = _left(text, gone)
    if "来自" in left or "发布于" in left or "IP" in left or "号" in left:
        left = _PLACED.sub("\n", left)
    line._left = left
    return line


def _left(text: str, gone: bytearray) -> str:
    """The text with every stretch that is gone turned into one line break."""
    if not any(gone):
        return text
    return "".join("\n" if g else c for c, g in zip(text, gone, strict=True))


def _dates(text: str, now: datetime, zone: tzinfo | None, language: str, gone: bytearray) -> list[ParsedDate]:
    if not _DATED.search(text):
        return []
    kept = []
    for date in find_dates(text, now, zone, language):
        if not any(gone[date.start : date.end]):
            kept.append(date)
            gone[date.start : date.end] = b"\1" * (date.end - date.start)
    return kept


def _value(text: str, match: re.Match[str], limit: int, gone: bytearray) -> Value:
    word = next(w for w in match.groups() if w)
    slot = SLOTS.get(re.sub(r"\s", "", word.lower()), "source")
    start = match.end()
    end = limit
    blocked = gone.find(b"\1", start, end)
    if blocked >= 0:
        end = blocked
    depth = 0
    for position in range(start, end):
        character = text[position]
        if character in "（([【":
            depth += 1
        elif character in _CLOSE:
            if depth == 0:
                end = position
                break
            depth -= 1
    if slot in ("views", "comments", "likes"):
        count = _COUNT.match(text[start:end])
        if count and _DURATION.match(text[start + count.end() : end]):
            count = None  # 阅读3分钟
        return Value(
            slot, count.group(1) if count else "", word, match.start(), start, start + count.end() if count else start
        )
    if slot not in ("tags", "original_title", "other"):
        stop = _STOP.search(text, start, end)
        if stop and stop.start() > start:
            end = stop.start()
    return Value(slot, text[start:end].strip(_EDGE), word, match.start(), start, end)


def _rest(left: str) -> list[str]:
    return [token for piece in left.split("\n") for token in _TOKENS.split(piece)]


def _is_noise(token: str) -> bool:
    return len(token) < 2 or token in _NOISE or bool(_PLACE.match(token)) or bool(_COUNTED.match(token))
