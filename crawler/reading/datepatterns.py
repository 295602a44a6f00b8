"""How dates are written: the patterns of all forms, from dates.toml. Each group name is a part of the date; what a form lacks
is absent from its groups. What they say is read in dateforms.py."""

import re
import tomllib
from pathlib import Path
from typing import Any

TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("dates.toml").read_text("utf-8"))


def _months() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for language, names in TABLE["months"].items():
        for number, words in enumerate(names, 1):
            for word in words.split():
                found.setdefault(word, {})[language] = number
    return found


def _any(words: Any) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


MONTHS = _months()
HALVES: dict[str, bool] = TABLE["halves"]
_MONTH = rf"(?P<mon>{_any(MONTHS)})"
_WEEKDAY = (
    r"(?:[\s,，(（\[]{0,3}(?:星期|週|周|礼拜)[一二三四五六日天][)）\]]?|\s?[(（][月火水木金土日월화수목금토일][)）])?"
)
# The dot of a clock, which only a word before or behind it tells from that of a number: kl 06.30, 14.22 WIB, 9.18am
_DOT = r"(?:(?<=kl \d)|(?<=kl \d\d)|(?<=kl\. \d)|(?<=kl\. \d\d)|(?<=klo \d)|(?<=klo \d\d)|(?<=ore \d\d)|(?<=pukul \d\d)|(?=\.\d\d(?: WI| Uhr|\s?[ap]\.?m\b)))\."
_TIME = (
    r"(?:[\s,T|·•\-–—/@]{0,4}(?:at|um|à|às|a las|alle|ore|kl\.?|klo|godz\.?|saat|jam|pukul|เวลา|в|о|u|o)?\s{0,2}"
    rf"(?P<half>{_any(h for h in HALVES if h[0] not in 'ap')})?\s?"
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
ABSOLUTE = (
    # 2022-05-12, 2022/5/12 10:03, 2022.05.12, 2022年5月12日, 2005.08.2605:39
    _compile(rf"(?<![\d.])(?P<y>\d{{4}})\s?(?:[-/.年년]|\. )\s?{_M}\s?(?:[-/.月월]|\. )\s?{_D}(?:(?=[012]\d:\d\d)|{_DAY_END})\s?[日号號일.]?{_WEEKDAY}{_TIME}"),
    # 2021 05/12 10:03:22, year, day and clock set apart in the head of a page
    _compile(rf"(?<![\d.])(?P<y>(?:19|20)\d\d)\s{{1,3}}{_M}\s?[/-]\s?{_D}(?=\s{{1,3}}\d{{1,2}}:\d\d){_TIME}"),
    # 民國111年5月12日, 令和4年5月12日
    _compile(rf"(?P<era>{_any(TABLE['eras'])})\s?(?P<ey>\d{{1,3}}|元)\s?[年.]\s?{_M}\s?[月.]\s?{_D}(?!\d)\s?[日號号]?{_WEEKDAY}{_TIME}"),
    # 二〇二二年五月十二日
    _compile(rf"(?P<hy>[〇零○Ｏ一二三四五六七八九]{{4}})年(?P<hm>十?[一二]|[一二三四五六七八九十])月(?P<hd>[一二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])[日号號]{_TIME}"),
)  # fmt: skip
NAMED = (
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
NUMERIC = _compile(
    rf"(?<![\d./-])(?P<a>\d{{1,2}})\s?(?P<sep>[./-])\s?(?P<b>\d{{1,2}})\s?(?P=sep)\s?(?P<y>\d{{4}})(?![\d/-]){_TIME}"
)
# 25.04.24, as German pages write it; two digits each
DOTTED = _compile(rf"(?<![\d.])(?P<a>[0-3]\d)\.(?P<b>[01]\d)\.(?P<yy>\d\d)(?![\d.]){_TIME}")
# 20220512, 20220512103000
PACKED = _compile(r"(?<![\d.])(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?:[T ]?(?P<h>[01]\d|2[0-3]):?(?P<mi>[0-5]\d)(?::?(?P<s>[0-5]\d))?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?(?![\d.]\d|\d)")  # fmt: skip
# 5 月 14, 2024, as WordPress writes its English form in Chinese
HAN_MONTH_FIRST = _compile(rf"(?<![\d年.]){_M}\s?月\s{{0,2}}{_D},\s{{0,2}}(?P<y>(?:19|20)\d\d)(?!\d){_TIME}")
# 5月12日, 5월 12일
HAN_YEARLESS = _compile(rf"(?<![\d年.])(?<!年\s){_M}\s?[月월]\s?{_D}\s?[日号號일](?!报|報|前){_WEEKDAY}{_TIME}")
# 05-12 10:03, 4/12(金) 11:32
CLOCK_YEARLESS = _compile(
    rf"(?<![\d./-]){_M}(?P<sep>[-/]){_D}(?=(?:\s?[（(][月火水木金土日][)）])?\s{{0,3}}\d{{1,2}}:\d\d)(?![/-]){_WEEKDAY}{_TIME}"
)
# 05-12, May 12, 12 May: nothing else stands in the text
LONE_YEARLESS = (
    re.compile(rf"^\s?{_M}-{_D}\s?$"),
    _compile(rf"^\s?{_MONTH}(?!\w)\.?\s{{0,2}}{_D}{_SUFFIX}\s?$"),
    _compile(rf"^\s?{_D}{_SUFFIX}\s{{0,2}}{_MONTH}(?!\w)\.?\s?$"),
)
# 05年03月21日 11:21
SHORT_YEAR = _compile(rf"(?<![\d第])(?P<yy>\d\d)年{_M}月{_D}[日号號]{_TIME}")
# 今日 in 今日要闻 is no date: a clock, a blank or the end must follow
WORD = _compile(
    rf"(?<![a-z])(?P<word>{_any(TABLE['words'])})(?=[\s,，)）\]】|·\d]|$|上午|下午|凌晨|早上|晚上|中午|发布|更新){_WEEKDAY}{_TIME}"
)
LAST_WEEKDAY = _compile(rf"(?P<week>上|这|本)(?:周|星期|週|礼拜)(?P<wd>[一二三四五六日天]){_TIME}")
_COUNT = r"(?P<n>\d{1,3}|[一二两兩三四五六七八九]?十[一二三四五六七八九]?|[一二两兩三四五六七八九半几幾]|an?|one|eine[mr]?|une?|una?|uma?)"


def _ago_forms() -> tuple[tuple[re.Pattern[str], dict[str, str], tuple[str, ...]], ...]:
    """Form, word of a unit -> unit, and what every text of the form holds one of, in lower case."""
    forms = []
    for ago in TABLE["ago"]:
        units = {word: unit for unit, words in ago["units"].items() for word in words}
        shape = ago["shape"].replace("{n}", rf"{_COUNT}\s?").replace("{u}", rf"(?P<u>{_any(units)})")
        forms.append((_compile(r"(?<![\d\w])" + shape), units, tuple(ago["signs"])))
    return tuple(forms)


AGO = _ago_forms()
AGO_HINT = re.compile(
    r"前|전|ago|vor |il y a|h(?:ace|á) | fa\b|назад|тому|刚|剛|just now|天|日|day|heute|gestern|周|週|星期|礼拜"
)
