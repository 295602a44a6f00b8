"""Dates in text: what they say, how precisely, and where they stand. Pure text in, one value out; no page is known here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal

from crawler.reading.datepatterns import (
    ABSOLUTE,
    AGO,
    AGO_HINT,
    CLOCK_YEARLESS,
    DOTTED,
    HALVES,
    HAN_MONTH_FIRST,
    HAN_YEARLESS,
    LAST_WEEKDAY,
    LONE_YEARLESS,
    MONTHS,
    NAMED,
    NUMERIC,
    PACKED,
    SHORT_YEAR,
    TABLE,
    WORD,
)

Precision = Literal["second", "minute", "hour", "day", "month", "year"]
Form = Literal["absolute", "relative", "yearless"]

_EARLIEST = 1900
_AHEAD = timedelta(days=1)  # clocks and zones differ by less; a date beyond is a programme or an error
_LONGEST_YEARLESS = 160  # characters; in prose a date without a year is about something else
_LONGEST_LONE = 40  # more than a month's name, a day and what stands between them
_LONGEST = 400  # characters looked at; a date line is shorter
_HAN_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "Ｏ": 0, "两": 2, "兩": 2}
_DIGITS = str.maketrans(
    "０１２３４５６７８９০১২৩৪৫৬৭৮৯०१२३४५६७८९٠١٢٣٤٥٦٧٨٩๐๑๒๓๔๕๖๗๘๙：／．－　\xa0", "0123456789" * 5 + ":/.-  "
)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
_WEEKDAYS = "一二三四五六日"
_DIGIT = re.compile(r"\d")
_FOUR_DIGITS = re.compile(r"\d{4}")
_TOKEN = re.compile(r"[^\W\d_]+")
_THAI = re.compile("[\u0e01-\u0e2e]")
_LETTERS_OF_DATES = frozenset(token for name in MONTHS for token in _TOKEN.findall(name) if token[0] > "@")


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
    if AGO_HINT.search(lower):
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
    forms = [HAN_YEARLESS] if "月" in text or "월" in text else []
    if ":" in text:
        forms.append(CLOCK_YEARLESS)
    return forms if has_four or len(text) > _LONGEST_LONE else [*forms, *LONE_YEARLESS]


def _absolute(
    text: str, now: datetime, tz: tzinfo | None, language: str, has_digit: bool, has_four: bool
) -> Iterator[ParsedDate]:
    forms: list[re.Pattern[str]] = [ABSOLUTE[3]] if "年" in text and "月" in text else []
    if has_digit:
        if has_four:
            forms += [*ABSOLUTE[:2], NUMERIC, PACKED]
            if not _LETTERS_OF_DATES.isdisjoint(_TOKEN.findall(text.lower())) or ("." in text and _THAI.search(text)):
                forms += NAMED
        if text.count(".") >= 2:
            forms.append(DOTTED)
        if has_four and "月" in text and "," in text:
            forms.append(HAN_MONTH_FIRST)
        if "年" in text:
            forms += [ABSOLUTE[2], SHORT_YEAR]
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
    by_language = MONTHS[name.lower()]
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
    half = HALVES.get((part.get("half") or part.get("half2") or "").lower())
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
    for form, units, signs in AGO:
        for match in form.finditer(text) if any(sign in lower for sign in signs) else ():
            found = _ago(match, units[match["u"].lower()], base)
            if found:
                yield found
    for match in WORD.finditer(text):
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
    for match in LAST_WEEKDAY.finditer(text):
        monday = base - timedelta(days=base.weekday() + (7 if match["week"] == "上" else 0))
        day = monday + timedelta(days=_WEEKDAYS.index(match["wd"].replace("天", "日")))
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
        day = min(base.day, 28)
        at = base.replace(year=months // 12, month=months % 12 + 1, day=day, hour=0, minute=0)
        return ParsedDate(at, "month" if unit == "month" else "year", match.start(), match.end(), raw, "relative")
    at = base - timedelta(seconds=seconds)
    if unit in ("day", "week"):
        return ParsedDate(at.replace(hour=0, minute=0), "day", match.start(), match.end(), raw, "relative")
    states_hours = unit == "hour" and count != "半"
    return ParsedDate(at, "hour" if states_hours else "minute", match.start(), match.end(), raw, "relative")
