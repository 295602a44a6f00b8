"""Dates in text: what they say, how precisely, and where they stand. Pure text in, one value out; no page is known here."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

Precision = Literal["second", "minute", "hour", "day", "month", "year"]
Form = Literal["absolute", "relative", "yearless"]

TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("dates.toml").read_text("utf-8"))
_EARLIEST = 1900
_AHEAD = timedelta(days=1)  # clocks and zones differ by less; a date beyond is a programme or an error
_LONGEST_YEARLESS = 160  # characters; in prose a date without a year is about something else
_LONGEST_LONE = 40  # more than a month's name, a day and what stands between them
_LONGEST = 400  # characters looked at; a date line is shorter
_HAN_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "Ｏ": 0, "两": 2, "兩": 2}
_DIGITS = str.maketrans(
    "０１２３４５６７８９০১২৩৪৫৬৭৮৯०१२३४५६७८९٠١٢٣٤٥٦٧٨٩๐๑๒๓๔๕๖๗๘๙：／．－　\xa0", "0123456789" * 5 + ":/.-  "
)


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """One date found in a text. `at` is aware when the text or the caller names a zone, else naive."""

    at: datetime
    precision: Precision
    start: int
    end: int
    raw: str
    form: Form = "absolute"
    zone: Literal["", "Z", "offset"] = ""  # what the text itself says of the zone

    def iso(self) -> str:
        """ISO 8601 to the second, with the offset where it is known."""
        return self.at.replace(microsecond=0).isoformat()

    def stated(self) -> str | None:
        """ISO 8601, no finer than the text: the full hour of "3 hours ago", the day alone; None for months and years.

        For fields that have no precision beside them.
        """
        if self.precision in ("month", "year"):
            return None
        if self.precision == "day":
            return self.at.date().isoformat()
        minute = 0 if self.precision == "hour" else self.at.minute
        second = self.at.second if self.precision == "second" else 0
        return self.at.replace(minute=minute, second=second, microsecond=0).isoformat()


def _months() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for language, names in TABLE["months"].items():
        for number, words in enumerate(names, 1):
            for word in words.split():
                found.setdefault(word, {})[language] = number
    return found


def _any(words: Any) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MONTHS = _months()
_HALVES: dict[str, bool] = TABLE["halves"]
_MONTH = rf"(?P<mon>{_any(_MONTHS)})"
_WEEKDAY = (
    r"(?:[\s,，(（\[]{0,3}(?:星期|週|周|礼拜)[一二三四五六日天][)）\]]?|\s?[(（][月火水木金土日월화수목금토일][)）])?"
)
# The dot of a clock, which only a word before or behind it tells from that of a number: kl 06.30, 14.22 WIB, 9.18am
_DOT = r"(?:(?<=kl \d)|(?<=kl \d\d)|(?<=kl\. \d)|(?<=kl\. \d\d)|(?<=klo \d)|(?<=klo \d\d)|(?<=ore \d\d)|(?<=pukul \d\d)|(?=\.\d\d(?: WI| Uhr|\s?[ap]\.?m\b)))\."
_TIME = (
    r"(?:[\s,T|·•\-–—/@]{0,4}(?:at|um|à|às|a las|alle|ore|kl\.?|klo|godz\.?|saat|jam|pukul|เวลา|в|о|u|o)?\s{0,2}"
    rf"(?P<half>{_any(h for h in _HALVES if h[0] not in 'ap')})?\s?"
    rf"(?P<h>[01]?\d|2[0-4])\s?(?:(?:[:時时点點h시]|{_DOT})\s?"
    r"(?P<mi>[0-5]\d)(?:\s?[:分분]\s?(?P<s>[0-5]\d)(?:[.,]\d{1,9})?秒?|[分분](?!\d)|(?!\d))|[時时点點](?![间間\d]))"
    r"(?:\s?(?P<half2>[ap]m\b|[ap]\.m\.))?"
    r"(?:\s{0,2}\(?(?P<zone>[+\-−]\d{2}:?\d{2}\b|"
    rf"(?:{_any(TABLE['zones'])})(?![a-z])))?)?"
)
_DAY_END = r"(?![\d年]|\.\d)"
_D = r"(?P<d>0?[1-9]|[12]\d|3[01])"
_M = r"(?P<m>0?[1-9]|1[0-2])"
_SUFFIX = r"(?:st|nd|rd|th|er|re|º|°|\.)?"


def _compile(body: str) -> re.Pattern[str]:
    return re.compile(body, re.IGNORECASE)


# Absolute forms. Each group name is a part of the date; what a form lacks is absent from its groups.
_ABSOLUTE = (
    # 2022-05-12, 2022/5/12 10:03, 2022.05.12, 2022年5月12日, 2005.08.2605:39
    _compile(rf"(?<![\d.])(?P<y>\d{{4}})\s?(?:[-/.年년]|\. )\s?{_M}\s?(?:[-/.月월]|\. )\s?{_D}(?:(?=[012]\d:\d\d)|{_DAY_END})\s?[日号號일.]?{_WEEKDAY}{_TIME}"),
    # 2021 05/12 10:03:22, year, day and clock set apart in the head of a page
    _compile(rf"(?<![\d.])(?P<y>(?:19|20)\d\d)\s{{1,3}}{_M}\s?[/-]\s?{_D}(?=\s{{1,3}}\d{{1,2}}:\d\d){_TIME}"),
    # 民國111年5月12日, 令和4年5月12日
    _compile(rf"(?P<era>{_any(TABLE['eras'])})\s?(?P<ey>\d{{1,3}}|元)\s?[年.]\s?{_M}\s?[月.]\s?{_D}(?!\d)\s?[日號号]?{_WEEKDAY}{_TIME}"),
    # 二〇二二年五月十二日
    _compile(rf"(?P<hy>[〇零○Ｏ一二三四五六七八九]{{4}})年(?P<hm>十?[一二]|[一二三四五六七八九十])月(?P<hd>[一二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])[日号號]{_TIME}"),
)  # fmt: skip
_NAMED = (
    # 12 May 2022, 12. Mai 2022, 12 de mayo de 2022, 12-May-2022
    _compile(rf"(?<!\d){_D}{_SUFFIX}[\s\-/,]{{0,2}}(?:de |of |d['’])?{_MONTH}(?!\w)\.?[\s\-/,]{{0,2}}(?:de |del )?(?P<y>\d{{4}})(?!\d)(?:\s?(?:года|г\.|р\.|року|\.))?{_TIME}"),
    # May 12, 2022, right behind another one, too; the weekday of "Sat Feb 12 2022" is simply not part of it
    _compile(rf"(?<![^\W\d_]){_MONTH}(?!\w)\.?\s{{0,2}}{_D}{_SUFFIX}(?!\d),?\s{{1,2}}(?P<y>\d{{4}})(?!\d){_TIME}"),
    # 2022. május 12., 2022 m. gegužės 12 d.
    _compile(rf"(?<!\d)(?P<y>\d{{4}})\.?\s?(?:m\. |gada )?{_MONTH}(?!\w)\.?\s?{_D}(?!\d)\.?(?: d\.)?{_TIME}"),
    # Thu May 12 10:03:00 CST 2022
    _compile(rf"(?<!\w){_MONTH} {_D} (?P<h>[01]\d|2[0-3]):(?P<mi>[0-5]\d):(?P<s>[0-5]\d) (?:(?P<zone>[+-]\d{{4}}|{_any(TABLE['zones'])})|\w{{3,4}}) (?P<y>\d{{4}})(?!\d)"),
    # 2022. gada 12. maijs
    _compile(rf"(?<!\d)(?P<y>\d{{4}})\. gada {_D}\. {_MONTH}(?!\w){_TIME}"),
)  # fmt: skip
# 06/02/2022 - 13:48, 7/5/2005 9:23:57 PM, 12.05.2022: which of the two is the day is decided in _numeric
_NUMERIC = _compile(
    rf"(?<![\d./-])(?P<a>\d{{1,2}})\s?(?P<sep>[./-])\s?(?P<b>\d{{1,2}})\s?(?P=sep)\s?(?P<y>\d{{4}})(?![\d/-]){_TIME}"
)
# 25.04.24, as German pages write it; two digits each
_DOTTED = _compile(rf"(?<![\d.])(?P<a>[0-3]\d)\.(?P<b>[01]\d)\.(?P<yy>\d\d)(?![\d.]){_TIME}")
# 20220512, 20220512103000
_PACKED = _compile(r"(?<![\d.])(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?:[T ]?(?P<h>[01]\d|2[0-3]):?(?P<mi>[0-5]\d)(?::?(?P<s>[0-5]\d))?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?(?![\d.]\d|\d)")  # fmt: skip
# 5 月 14, 2024, as WordPress writes its English form in Chinese
_HAN_MONTH_FIRST = _compile(rf"(?<![\d年.]){_M}\s?月\s{{0,2}}{_D},\s{{0,2}}(?P<y>(?:19|20)\d\d)(?!\d){_TIME}")
# 5月12日, 5월 12일
_HAN_YEARLESS = _compile(rf"(?<![\d年.])(?<!年\s){_M}\s?[月월]\s?{_D}\s?[日号號일](?!报|報|前){_WEEKDAY}{_TIME}")
# 05-12 10:03, 4/12(金) 11:32
_CLOCK_YEARLESS = _compile(
    rf"(?<![\d./-]){_M}(?P<sep>[-/]){_D}(?=(?:\s?[（(][月火水木金土日][)）])?\s{{0,3}}\d{{1,2}}:\d\d)(?![/-]){_WEEKDAY}{_TIME}"
)
# 05-12, May 12, 12 May: nothing else stands in the text
_LONE_YEARLESS = (
    re.compile(rf"^\s?{_M}-{_D}\s?$"),
    _compile(rf"^\s?{_MONTH}(?!\w)\.?\s{{0,2}}{_D}{_SUFFIX}\s?$"),
    _compile(rf"^\s?{_D}{_SUFFIX}\s{{0,2}}{_MONTH}(?!\w)\.?\s?$"),
)
# 05年03月21日 11:21
_SHORT_YEAR = _compile(rf"(?<![\d第])(?P<yy>\d\d)年{_M}月{_D}[日号號]{_TIME}")
# 今日 in 今日要闻 is no date: a clock, a blank or the end must follow
_WORD = _compile(
    rf"(?<![a-z])(?P<word>{_any(TABLE['words'])})(?=[\s,，)）\]】|·\d]|$|上午|下午|凌晨|早上|晚上|中午|发布|更新){_WEEKDAY}{_TIME}"
)
_LAST_WEEKDAY = _compile(rf"(?P<week>上|这|本)(?:周|星期|週|礼拜)(?P<wd>[一二三四五六日天]){_TIME}")
_COUNT = r"(?P<n>\d{1,3}|[一二两兩三四五六七八九]?十[一二三四五六七八九]?|[一二两兩三四五六七八九半几幾]|an?|one|eine[mr]?|une?|una?|uma?)"


def _ago_forms() -> tuple[tuple[re.Pattern[str], dict[str, str], tuple[str, ...]], ...]:
    """Form, word of a unit -> unit, and what every text of the form holds one of, in lower case."""
    forms = []
    for ago in TABLE["ago"]:
        units = {word: unit for unit, words in ago["units"].items() for word in words}
        shape = ago["shape"].replace("{n}", rf"{_COUNT}\s?").replace("{u}", rf"(?P<u>{_any(units)})")
        forms.append((_compile(r"(?<![\d\w])" + shape), units, tuple(ago["signs"])))
    return tuple(forms)


_AGO = _ago_forms()
_AGO_HINT = re.compile(
    r"前|전|ago|vor |il y a|h(?:ace|á) | fa\b|назад|тому|刚|剛|just now|天|日|day|heute|gestern|周|週|星期|礼拜"
)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
_FALLBACK_WEEKDAYS = "一二三四五六日"


_DIGIT = re.compile(r"\d")
_FOUR_DIGITS = re.compile(r"\d{4}")
_TOKEN = re.compile(r"[^\W\d_]+")
_THAI = re.compile("[\u0e01-\u0e2e]")
_LETTERS_OF_DATES = frozenset(token for name in _MONTHS for token in _TOKEN.findall(name) if token[0] > "@")


def parse_date(text: str, now: datetime, tz: tzinfo | None, language: str = "") -> ParsedDate | None:
    """The most telling date of a text: one with a year, else a relative one, else the latest year-less one before now.

    `now` is the fetch time (aware); `tz` the zone of naive times, None leaves them naive; `language` a BCP 47 tag.
    Dates later than a day after `now` are not found.
    """
    return next(find_dates(text, now, tz, language), None)


def find_dates(text: str, now: datetime, tz: tzinfo | None, language: str = "") -> Iterator[ParsedDate]:
    """All dates of a text: the absolute ones in order of place, then relative ones, then year-less ones."""
    looked_at = text[:_LONGEST]
    for found in _find(looked_at if text.isascii() else looked_at.translate(_DIGITS), now, tz, language):
        raw = text[found.start : found.start + len(found.raw)]
        yield found if raw == found.raw else replace(found, raw=raw)


def _find(text: str, now: datetime, tz: tzinfo | None, language: str) -> Iterator[ParsedDate]:
    here = now.astimezone(tz) if tz else now
    has_digit = _DIGIT.search(text) is not None
    has_four = has_digit and _FOUR_DIGITS.search(text) is not None
    absolute = [
        p
        for p in _absolute(text, here, tz, language, has_digit, has_four)
        if p.at.replace(tzinfo=None) <= _naive(here) + _AHEAD
    ]
    yield from sorted(absolute, key=lambda p: p.start)
    lower = text.lower()
    if _AGO_HINT.search(lower):
        yield from _relative(text, lower, here, tz)
    if has_digit and len(text) <= _LONGEST_YEARLESS:
        for form in _yearless_forms(text, has_four):
            for match in form.finditer(text):
                if not any(p.start <= match.start() < p.end for p in absolute):
                    found = _yearless(match, here, tz, language)
                    if found:
                        yield found


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _yearless_forms(text: str, has_four: bool) -> list[re.Pattern[str]]:
    """The year-less forms that a text can have; has_four: four digits stand in a row."""
    forms = [_HAN_YEARLESS] if "月" in text or "월" in text else []
    if ":" in text:
        forms.append(_CLOCK_YEARLESS)
    return forms if has_four or len(text) > _LONGEST_LONE else [*forms, *_LONE_YEARLESS]


def _absolute(
    text: str, now: datetime, tz: tzinfo | None, language: str, has_digit: bool, has_four: bool
) -> Iterator[ParsedDate]:
    forms: list[re.Pattern[str]] = [_ABSOLUTE[3]] if "年" in text and "月" in text else []
    if has_digit:
        if has_four:
            forms += [*_ABSOLUTE[:2], _NUMERIC, _PACKED]
            if not _LETTERS_OF_DATES.isdisjoint(_TOKEN.findall(text.lower())) or ("." in text and _THAI.search(text)):
                forms += _NAMED
        if text.count(".") >= 2:
            forms.append(_DOTTED)
        if has_four and "月" in text and "," in text:
            forms.append(_HAN_MONTH_FIRST)
        if "年" in text:
            forms += [_ABSOLUTE[2], _SHORT_YEAR]
    taken: list[tuple[int, int]] = []
    for form in forms:
        for match in form.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            found = _build(match, now, tz, language)
            if found:
                taken.append(match.span())
                yield found


def _build(
    match: re.Match[str], now: datetime, tz: tzinfo | None, language: str, year: int | None = None
) -> ParsedDate | None:
    part = match.groupdict()
    if year is None:
        year = _year(part, now)
    if "a" in part:
        month, day = _numeric(int(part["a"]), int(part["b"]), bool(part.get("half2")), part.get("sep") or ".", language)
    elif "hm" in part:
        month, day = _han(part["hm"]), _han(part["hd"])
    else:
        name = part.get("mon")
        month = _month(name, language) if name else int(part["m"])
        day = int(part["d"])
    return _at(match, year, month, day, tz)


def _year(part: dict[str, str | None], now: datetime) -> int:
    if part.get("era"):
        number = part["ey"] or "1"
        return int(TABLE["eras"][part["era"]]) + (1 if number == "元" else int(number))
    if part.get("hy"):
        return int("".join(str(_HAN_DIGITS[c]) for c in part["hy"] or ""))
    if part.get("yy"):
        short = int(part["yy"] or 0)
        return short + (2000 if short <= now.year % 100 + 1 else 1900)
    year = int(part["y"] or 0)
    return year - 543 if 2443 <= year <= now.year + 544 else year  # Thai pages count from 543 BC


def _numeric(a: int, b: int, half: bool, separator: str, language: str) -> tuple[int, int]:
    """Month and day of a date such as 06/02/2022."""
    if a > 12 or b > 12:
        return (b, a) if a > 12 else (a, b)
    us = half or language.lower() in TABLE["order"]["month_first"]
    return (a, b) if us and separator != "." else (b, a)


def _month(name: str, language: str) -> int:
    by_language = _MONTHS[name.lower()]
    return by_language.get(language[:2].lower()) or next(iter(by_language.values()))


def _han(text: str) -> int:
    """Chinese numerals up to 99: 十二, 二十一, 廿三, 三."""
    text = text.replace("廿", "二十")
    if "十" in text:
        tens, ones = text.split("十")
        return (_HAN_DIGITS[tens] if tens else 1) * 10 + (_HAN_DIGITS[ones] if ones else 0)
    return _HAN_DIGITS[text]


def _at(
    match: re.Match[str], year: int, month: int, day: int, tz: tzinfo | None, form: Form = "absolute"
) -> ParsedDate | None:
    part = match.groupdict()
    hour, minute, second = int(part.get("h") or 0), int(part.get("mi") or 0), int(part.get("s") or 0)
    half = _HALVES.get((part.get("half") or part.get("half2") or "").lower())
    if half and hour < 12:
        # 中午 11:30 and 晚上 0:10 are written too: noon is never before eleven, night never turns midnight to noon
        hour += 12 if not (part.get("half") == "中午" and hour == 11) else 0
    elif half is False and hour == 12:
        hour = 0
    precision: Precision = (
        "second" if part.get("s") else "minute" if part.get("mi") else "hour" if part.get("h") else "day"
    )
    if year < _EARLIEST:
        return None
    zone = part.get("zone") if part.get("h") else None
    try:
        at = datetime(year, month, day, 0 if hour == 24 else hour, minute, second, tzinfo=_zone(zone) if zone else tz)
        at += timedelta(days=1 if hour == 24 else 0)
    except (ValueError, OverflowError):
        return None
    kind: Literal["", "Z", "offset"] = "" if not zone else "Z" if zone.lower() == "z" else "offset"
    raw = match.group().strip(" ,|·•-–—/")
    start = match.start() + match.group().find(raw[:1])
    return ParsedDate(at, precision, start, match.end(), raw, form, kind)


@lru_cache(maxsize=64)
def _zone(text: str) -> tzinfo:
    """The offset that +08:00, -0500 or a name of the table stands for."""
    named = TABLE["zones"].get(text.lower())
    if named is not None:
        return timezone(timedelta(hours=named))
    digits = text[1:].replace(":", "")
    minutes = min(int(digits[:2]) * 60 + int(digits[2:]), 14 * 60)
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))


def _yearless(match: re.Match[str], now: datetime, tz: tzinfo | None, language: str) -> ParsedDate | None:
    """A date without a year is the latest one not after the fetch."""
    for year in range(now.year, now.year - 5, -1):  # 29 February may lie four years back
        found = _build(match, now, tz, language, year)
        if found and _naive(found.at) <= _naive(now) + _AHEAD:
            return ParsedDate(found.at, found.precision, found.start, found.end, found.raw, "yearless", found.zone)
    return None


def _relative(text: str, lower: str, now: datetime, tz: tzinfo | None) -> Iterator[ParsedDate]:
    base = now.replace(second=0, microsecond=0) if tz else _naive(now).replace(second=0, microsecond=0)
    for form, units, signs in _AGO:
        for match in form.finditer(text) if any(sign in lower for sign in signs) else ():
            found = _ago(match, units[match["u"].lower()], base)
            if found:
                yield found
    for match in _WORD.finditer(text):
        back = TABLE["words"][match["word"].lower()]
        if back < 0:
            yield ParsedDate(
                base, "minute", match.start(), match.start() + len(match["word"]), match["word"], "relative"
            )
            continue
        day = base - timedelta(days=back)
        found = _at(match, day.year, day.month, day.day, tz, "relative")
        if found:
            yield found
    for match in _LAST_WEEKDAY.finditer(text):
        monday = base - timedelta(days=base.weekday() + (7 if match["week"] == "上" else 0))
        day = monday + timedelta(days=_FALLBACK_WEEKDAYS.index(match["wd"].replace("天", "日")))
        found = _at(match, day.year, day.month, day.day, tz, "relative")
        if found and _naive(found.at) <= _naive(now) + _AHEAD:
            yield found


def _ago(match: re.Match[str], unit: str, base: datetime) -> ParsedDate | None:
    count = match["n"].lower()
    if count in "半几幾":
        if count != "半" or unit not in ("minute", "hour", "day"):
            return None
        seconds, number = _SECONDS[unit] // 2, 1
    else:
        number = int(count) if count.isdigit() else 1 if count.isascii() else _han(count)
        seconds = _SECONDS.get(unit, 0) * number
    raw = match.group().strip()
    if unit in ("month", "year"):
        months = base.year * 12 + base.month - 1 - number * (12 if unit == "year" else 1)
        if months < _EARLIEST * 12:
            return None
        day = min(base.day, 28) if base.day > 28 else base.day
        at = base.replace(year=months // 12, month=months % 12 + 1, day=day, hour=0, minute=0)
        return ParsedDate(at, "month" if unit == "month" else "year", match.start(), match.end(), raw, "relative")
    at = base - timedelta(seconds=seconds)
    if unit in ("day", "week"):
        return ParsedDate(at.replace(hour=0, minute=0), "day", match.start(), match.end(), raw, "relative")
    states_hours = unit == "hour" and count != "半"
    return ParsedDate(at, "hour" if states_hours else "minute", match.start(), match.end(), raw, "relative")
