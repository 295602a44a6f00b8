"""The language of a page, by its script first: theme defaults make many Chinese pages say lang="en"."""

import re
from heapq import nlargest
from operator import attrgetter

from crawler.reading.page import Page

_KANA = re.compile("[\u3040-\u30ff]+")
_HANGUL = re.compile("[\uac00-\ud7af]+")
_HAN = re.compile("[\u4e00-\u9fff]+")
_CODE = re.compile(r"^[a-zA-Z]{2,3}\b")
# Where pages of a language name no zone, their local time is meant.
_ZONES = {"zh": "Asia/Shanghai", "ja": "Asia/Tokyo", "ko": "Asia/Seoul"}
_SAMPLE = 3_000
_length = attrgetter("length")


_LAST: list[tuple[Page, str | None]] = []  # asked for the zone first, then for the facts


def language_of(page: Page) -> str | None:
    """ISO 639-1 code, by the script of the page's text, then by what the page says of itself."""
    if not _LAST or _LAST[0][0] is not page:
        _LAST[:] = [(page, _language(page))]
    return _LAST[0][1]


def _language(page: Page) -> str | None:
    parts: list[str] = []
    size = 0
    for block in nlargest(12, page.blocks, key=_length):
        parts.append(block.text[:_SAMPLE])
        size += len(parts[-1])
        if size > _SAMPLE:
            break
    text = "".join(parts)
    han, kana, hangul = (sum(map(len, p.findall(text))) for p in (_HAN, _KANA, _HANGUL))
    total = max(len(text), 1)
    if kana > 0.1 * (han + kana) and han + kana > 0.2 * total:
        return "ja"
    if hangul > 0.2 * total:
        return "ko"
    if han > 0.2 * total:
        return "zh"
    declared = page.root.get("lang") or page.meta.get("og:locale") or page.meta.get("content-language") or ""
    match = _CODE.match(declared.strip())
    code = match.group().lower() if match else None
    if code in _ZONES:
        # The script denies it; say nothing rather than something wrong, unless there is hardly any text.
        return code if total < 20 else None
    return code


def zone_of(language: str | None) -> str | None:
    """IANA name of the zone that a language's pages mean; None where there are many."""
    return _ZONES.get(language or "")
