"""When an article was published and changed: which of a page's dates to believe."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.article import Published
from crawler.reading.body import Body
from crawler.reading.dateforms import ParsedDate, find_dates, parse_date
from crawler.reading.datepatterns import TABLE
from crawler.reading.facts import Facts, facts_of
from crawler.reading.page import Page
from crawler.reading.parts import parts_of, words_in
from crawler.reading.places import Place
from crawler.reading.profile import Profile
from crawler.reading.selecting import elements

__all__ = ["Dates", "ParsedDate", "find_dates", "parse_date", "read_dates"]

_SAME = timedelta(hours=26)
_EPOCH = re.compile(r"^\s*1[0-9]{9}(?:[0-9]{3})?\s*$")
_WECHAT = re.compile(r"\b(?:ct|create_time|oriCreateTime|createTime)\s?[=:]\s?[\"'](1[0-9]{9})[\"']")
_DATE_NAMES = re.compile(r"date|time|publish|posted|pubtime|shijian|riqi|meta|info|source|byline|sub")
_NOT_DATE_NAMES = re.compile(
    r"comment|related|recommend|(?<!post-)(?<!entry-)footer|copyright|sidebar|hot|rank|reply|weather|wp-calendar|calendar_wrap|header-date|today|ticker|modal|nav\b"
)
_LABELS = {label.lower(): kind for kind, labels in TABLE["labels"].items() for label in labels}
# A label of two Han characters (时间) needs a colon: it ends many other words too.
_WEAK = [w for w in _LABELS if len(w) <= 2 and w[0] >= "\u3400" and w[0] <= "\u9fff"]
_LABEL = re.compile(
    rf"(?:({'|'.join(re.escape(w) for w in sorted(_LABELS, key=len, reverse=True) if w not in _WEAK)})\s?[:：]?"
    rf"|({'|'.join(_WEAK)})\s?[:：])[\s|]{{0,3}}(?:at|on|am|le|el|il)?\s?$",
    re.IGNORECASE,
)
_WIRE = re.compile(r"\s?[电电讯訊]|\s?消息")  # 12月11日电 dates a dispatch
_BEHIND = re.compile(r"^\s?(?:\d{1,2}:\d\d(?::\d\d)?\s?)?(更新|修改|编辑)")
# /2022/05/12/, /20220512/, /202205/12/, /2022-05/12/, t20220211_2004629.html, /2022/0512/, A2022051214320005196
_URL_DATE = (
    re.compile(r"/(?P<y>20\d\d|199\d)[/-](?P<m>0?[1-9]|1[0-2])[/-](?P<d>0?[1-9]|[12]\d|3[01])(?=[/_.-])"),
    re.compile(r"/(?P<y>20\d\d|199\d)-?(?P<m>0[1-9]|1[0-2])[/-]?(?P<d>0[1-9]|[12]\d|3[01])(?=[/_.-])"),
    re.compile(r"[/_]t?(?P<y>20\d\d|199\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?=[/_-])"),
    re.compile(r"/(?P<y>20\d\d|199\d)/(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])/"),
    re.compile(r"/[A-Za-z]{0,4}(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])\d{4,14}(?=[/_.-]|$)"),
)
_TITLED = re.compile(r"\D{0,6}\d")
_FINENESS = ("year", "month", "day", "hour", "minute", "second")


@dataclass(slots=True)
class Dates:
    """`block` is the block that consists of the date and other credits only; None when the date stands elsewhere."""

    published_at: str | None = None
    published: Published | None = None
    modified_at: str | None = None
    block: int | None = None


@dataclass(slots=True)
class _Seen:
    """A date on the page: where (json-ld, meta:NAME, byline, time, text, url) and how much speaks for it."""

    date: ParsedDate
    place: str
    block: int | None = None
    labelled: bool = False
    alone: bool = False  # nothing but credits stands in the block
    beside: bool = False  # stands between headline and text


def read_dates(page: Page, body: Body | None, profile: Profile, fetched_at: datetime) -> Dates:
    """Publication and last change of a page's article.

    fetched_at: aware; settles relative and year-less dates, and nothing later than a day after it is believed.
    """
    facts = facts_of(page, body, profile, fetched_at)
    claims, language, zone = facts.claims, facts.regional, facts.zone
    claimed = _claimed(claims.published, fetched_at, zone, language)
    modified = _claimed(claims.modified, fetched_at, zone, language)
    shown, changed = _shown(facts)
    chinese = language.startswith("zh")
    best = _selected(page, profile, fetched_at, zone, language) or _choose(
        claimed, shown, chinese, _restamped(claimed, modified)
    )
    if best is None:
        best = _in_time_element(page, fetched_at, zone, language) or _in_script(page, fetched_at, zone)
    if best is None:
        best = _in_url(page.url, fetched_at, zone)
    dates = Dates()
    if best is None:
        return dates
    raw = best.date.raw
    best = _local(_stated(page, best, fetched_at, zone, language), shown, zone, chinese)
    dates.published_at = best.date.iso()
    dates.published = Published(raw=raw, precision=best.date.precision, **{"from": best.place})
    dates.block = best.block if best.alone else None
    modified += _updated(page, fetched_at, zone, language)
    changed = [_stated(page, c, fetched_at, zone, language) for c in changed]
    later = [m for m in (*modified, *changed) if _moment(_local(m, shown, zone, chinese).date) > _moment(best.date)]
    if later:
        dates.modified_at = _local(later[0], shown, zone, chinese).date.iso()
    return dates


def _selected(page: Page, profile: Profile, now: datetime, zone: tzinfo | None, language: str) -> _Seen | None:
    """The date in the element that a site class names."""
    for element in elements(page, profile.selectors.get("date"))[:3]:
        raw = element.get("datetime") or element.get("content") or words_in(element)
        date = parse_date(raw, now, zone, language)
        if date is not None:
            return _Seen(date, "selector", labelled=True)
    return None


def _moment(date: ParsedDate) -> datetime:
    return date.at if date.at.tzinfo else date.at.replace(tzinfo=UTC)


def _claimed(claims: list[tuple[str, str]], now: datetime, zone: tzinfo | None, language: str) -> list[_Seen]:
    """The claimed dates that can be read, in order of trust; epoch seconds included."""
    found = []
    for place, raw in claims:
        if _EPOCH.match(raw):
            date: ParsedDate | None = _epoch(raw.strip(), now, zone)
        else:
            date = parse_date(raw, now, zone, language)
            date = None if date is not None and date.form != "absolute" else date
        if date is not None:
            found.append(_Seen(date, place, labelled=True))
    return found


def _epoch(raw: str, now: datetime, zone: tzinfo | None) -> ParsedDate | None:
    at = datetime.fromtimestamp(int(raw[:10]), zone or UTC)
    return ParsedDate(at, "second", 0, len(raw), raw, zone="offset") if at <= now + timedelta(days=1) else None


def _restamped(claimed: list[_Seen], modified: list[_Seen]) -> bool:
    """Whether the claimed publication is that of the last change: some systems stamp both anew at every save."""
    return bool(claimed and modified) and _moment(claimed[0].date) > _moment(modified[0].date) - _SAME


def _choose(claimed: list[_Seen], shown: list[_Seen], chinese: bool, restamped: bool) -> _Seen | None:
    """Claims win where they agree with the page; on Chinese pages a date under the headline wins against them, on others
    an earlier one when the claim is `restamped`.

    Of two that agree on the day, the finer one is taken.
    """
    if not claimed:
        return shown[0] if shown else None
    if not shown:
        return claimed[0]
    for seen in shown:
        for claim in claimed:
            if abs(_moment(seen.date) - _moment(claim.date)) < _SAME:
                return _finer(seen, claim, chinese)
    if restamped and shown[0].beside and _moment(shown[0].date) < _moment(claimed[0].date):
        return shown[0]
    return shown[0] if chinese and (shown[0].labelled or _fineness(shown[0]) >= 4) else claimed[0]


def _is_day(date: ParsedDate) -> bool:
    """Whether a clock of midnight only fills the form: datetime="2017-05-10T00:00:00.000Z"."""
    return (date.at.hour, date.at.minute, date.at.second) == (0, 0, 0)


def _fineness(seen: _Seen) -> int:
    return _FINENESS.index(seen.date.precision)


def _finer(seen: _Seen, claim: _Seen, chinese: bool) -> _Seen:
    """Of a shown and a claimed date of about the same day, the one to keep; the shown one's block is kept with it."""
    same_clock = seen.date.at.replace(tzinfo=None, second=0) == claim.date.at.replace(tzinfo=None, second=0)
    if chinese:
        return (
            seen
            if _fineness(seen) >= 4 or seen.date.at.date() != claim.date.at.date() or _is_day(claim.date)
            else replace(claim, block=seen.block, alone=seen.alone)
        )
    if same_clock and not claim.date.zone:
        return seen if _fineness(seen) > _fineness(claim) else replace(claim, block=seen.block, alone=seen.alone)
    return (
        seen
        if _fineness(claim) < _fineness(seen) and not claim.date.zone
        else replace(claim, block=seen.block, alone=seen.alone)
    )


def _local(seen: _Seen, shown: list[_Seen], zone: tzinfo | None, chinese: bool) -> _Seen:
    """Give the date the site's offset. On Chinese pages a bare Z is often the local clock with the wrong sign.

    It is taken for local when the page shows the same clock, or shows none and the value has no milliseconds, which
    only programs that really count in UTC write.
    """
    date = seen.date
    if not chinese or zone is None or date.at.tzinfo is None or not date.zone:
        return seen
    clock = date.at.replace(tzinfo=None)
    same = any(
        s.date.at.replace(tzinfo=None) == clock.replace(second=s.date.at.second) for s in shown if _fineness(s) >= 4
    )
    if date.zone == "Z" and (same or (not any(_fineness(s) >= 4 for s in shown) and "." not in date.raw)):
        return replace(seen, date=replace(date, at=clock.replace(tzinfo=zone)))
    return replace(seen, date=replace(date, at=date.at.astimezone(zone)))


def _shown(facts: Facts) -> tuple[list[_Seen], list[_Seen]]:
    """Dates a reader sees beside the article, the most telling first, and those that say when it was changed."""
    found: list[tuple[float, _Seen]] = []
    changed: list[_Seen] = []
    for place, before in zip(facts.places, [None, *facts.places], strict=False):
        if place.zone in ("above", "head", "inside") and not _is_fact(place, before):
            _from_place(facts.page, place, before, found, changed)
            if place.zone == "head" and all(d.form != "absolute" for d in place.line.dates):
                titled = _titled(place.block.element, facts.now, facts.zone, facts.regional)
                found += [(1.0, _Seen(date, "title", place.block.index)) for date in titled[:1]]
    # Behind a text whose date stands below the headline only changes are looked for.
    behind = [] if found else found
    for place, before in zip(facts.places, [None, *facts.places], strict=False):
        if place.zone in ("end", "tail"):
            _from_place(facts.page, place, before, behind, changed)
    found.sort(key=lambda pair: -pair[0])
    return [seen for _, seen in found], changed


def _is_fact(place: Place, before: Place | None) -> bool:
    """Whether a date is the value of a table of facts: 成立时间 in one cell, 2017年4月1日 in the next."""
    name = before.block.text.rstrip("：: ") if before is not None else ""
    if not 2 < len(name) <= 10 or place.line.rest or place.line.values:
        return False
    return name.endswith(("时间", "日期", "生日", "年月", "時間")) and _LABELS.get(name) is None


def _from_place(
    page: Page, place: Place, before: Place | None, found: list[tuple[float, _Seen]], changed: list[_Seen]
) -> None:
    """Judge the dates of one line by its label, which may be the line before, the names of its element, and what else
    stands in it."""
    block, line, text = place.block, place.line, place.block.text
    if not line.dates:
        return
    names = f"{page.nodes[block.node].names} {block.inline}"
    if _NOT_DATE_NAMES.search(names):
        return
    behind = place.zone in ("end", "tail")
    alone = len("".join(line.rest)) <= 24 and "。" not in text
    named = bool(_DATE_NAMES.search(names)) or block.element.tag == "time"
    credited = any(v.slot in ("source", "author", "editor", "views") for v in line.values)
    updated = _updated_dates(block.element)
    for order, date in enumerate(line.dates):
        label = _LABEL.search(text[max(0, date.start - 14) : date.start])
        if label is None and before is not None and date.start <= 1 and len(before.block.text) <= 20:
            label = _LABEL.fullmatch(before.block.text)
        kind = _LABELS[(label.group(1) or label.group(2)).lower()] if label else ""
        if kind == "other" or _WIRE.match(text[date.end : date.end + 3]):
            continue
        if not kind and order < updated:
            kind = "modified"
        if kind == "modified" or _BEHIND.match(text[date.end : date.end + 12]):
            changed.append(_Seen(date, "byline", block.index, alone=True))
            kind = "modified"
        labelled = kind in ("published", "drafted") or credited
        if behind and block.link_share > 0.5:
            continue
        if not (labelled or (alone and not behind) or named) or (behind and not labelled and not named):
            continue
        beside = place.zone == "head" and len("".join(line.rest)) <= 16
        if date.form != "absolute" and not (kind == "published" or beside or (not behind and not line.rest)):
            continue
        score = 2.0 * labelled + 1.0 * named + 1.0 * alone + (1.0 if _FINENESS.index(date.precision) >= 4 else 0.0)
        score -= 0.7 * (kind == "drafted")
        score -= 1.5 * (place.zone == "above") + (3.0 if kind == "modified" else 0.0) + 0.6 * order
        score -= (0.5 if block.link_share > 0.5 else 0.0) + (0.5 if date.form != "absolute" else 0.0)
        told = place.zone == "head" and date.form == "absolute" and kind != "modified"
        seen = _Seen(date, "byline", block.index, labelled, not line.rest, told)
        found.append((score - 0.01 * len(found), seen))


def _updated_dates(element: Any) -> int:
    """How many dates of a line are those of changes that stand before its publication, hidden by a style:
    <time class="updated">…</time><time class="entry-date published">…</time>."""
    names = [(inner.get("class") or "").lower() for inner in parts_of(element, "time")]
    first = next((number for number, name in enumerate(names) if "published" in name), 0)
    return first if all("updated" in name for name in names[:first]) else 0


def _in_time_element(page: Page, now: datetime, zone: tzinfo | None, language: str) -> _Seen | None:
    """The first <time> that is not part of a list of other articles."""
    times = list(page.root.iter("time"))
    if not 0 < len(times) <= 3:
        return None
    for element in times:
        raw = element.get("datetime") or "".join(element.itertext())
        date = parse_date(raw.strip(), now, zone, language)
        if date is not None and date.form == "absolute":
            return _Seen(date, "time")
    return None


def _titled(element: Any, now: datetime, zone: tzinfo | None, language: str) -> list[ParsedDate]:
    """Full dates that the elements of a line carry as their title: <span title="2022-05-12 10:03:22">2年前</span>."""
    found = []
    for inner in parts_of(element):
        raw = (inner.get("title") or "").strip() if inner.tag != "a" else ""
        date = parse_date(raw, now, zone, language) if _TITLED.match(raw) and len(raw) <= 40 else None
        if date is not None and date.form == "absolute" and len(date.raw) >= 0.6 * len(raw):
            found.append(date)
    return found


def _updated(page: Page, now: datetime, zone: tzinfo | None, language: str) -> list[_Seen]:
    """The change that a <time class="updated"> states."""
    for element in islice(page.root.iter("time"), 8):
        names = element.get("class") or ""
        if "updated" in names and "published" not in names and "comment" not in names:
            date = parse_date((element.get("datetime") or "").strip(), now, zone, language)
            if date is not None and date.form == "absolute":
                return [_Seen(date, "time")]
    return []


def _stated(page: Page, seen: _Seen, now: datetime, zone: tzinfo | None, language: str) -> _Seen:
    """What the <time> element around a shown date states: "8小时前" is exact in its attribute, a day gets its clock."""
    if seen.date.form == "absolute" and _fineness(seen) >= 4:
        return seen
    for titled in _titled(page.blocks[seen.block].element, now, zone, language) if seen.block is not None else ():
        if seen.date.form != "absolute" or titled.at.date() == seen.date.at.date():
            return replace(seen, date=titled, place="title")
    times = sorted(islice(page.root.iter("time"), 8), key=lambda time: (time.get("class") or "") == "updated")
    for element in times:
        raw, text = element.get("datetime"), "".join(element.itertext()).strip()
        if not raw or not text or not (text in seen.date.raw or seen.date.raw in text):
            continue
        date = parse_date(raw.strip(), now, zone, language)
        if date is None or date.form != "absolute":
            continue
        stated = replace(seen, date=date, place="time")
        if seen.date.form != "absolute" or (
            date.at.date() == seen.date.at.date() and _fineness(stated) > _fineness(seen) and not _is_day(date)
        ):
            return stated
    return seen


def _in_script(page: Page, now: datetime, zone: tzinfo | None) -> _Seen | None:
    """WeChat keeps the time in a script: var ct = "1659274471"."""
    match = _WECHAT.search(page.text) if "js_content" in page.text else None
    date = _epoch(match.group(1), now, zone) if match else None
    return _Seen(date, "script") if date is not None else None


def _in_url(url: str, now: datetime, zone: tzinfo | None) -> _Seen | None:
    """A full date in the path of the address."""
    path = unquote(urlsplit(url).path)
    for form in _URL_DATE:
        match = form.search(path)
        if match:
            try:
                at = datetime(int(match["y"]), int(match["m"]), int(match["d"]), tzinfo=zone)
            except ValueError:
                continue
            if _moment(ParsedDate(at, "day", 0, 0, "")) <= now + timedelta(days=1):
                return _Seen(ParsedDate(at, "day", *match.span(), match.group().strip("/_")), "url")
    return None
