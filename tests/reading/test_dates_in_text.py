"""Dates in text: every form, its precision, its place, and what is no date."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.dateforms import ParsedDate, find_dates, parse_date
from crawler.reading.datepatterns import TABLE

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)  # Wednesday, 20:00 in Shanghai


def read(text: str, language: str = "") -> ParsedDate | None:
    return parse_date(text, NOW, SHANGHAI, language)


@pytest.mark.parametrize(
    ("text", "iso", "precision"),
    [
        ("2022-05-12", "2022-05-12T00:00:00+08:00", "day"),
        ("2022/5/12 10:03", "2022-05-12T10:03:00+08:00", "minute"),
        ("12 maja 2022, godz. 10:03", "2022-05-12T10:03:00+08:00", "minute"),
        ("May 12, 2022 @ 4:05pm", "2022-05-12T16:05:00+08:00", "minute"),
        ("12 May 2022, 4.05pm", "2022-05-12T16:05:00+08:00", "minute"),
        ("2022.05.12", "2022-05-12T00:00:00+08:00", "day"),
        ("20220512", "2022-05-12T00:00:00+08:00", "day"),
        ("20220512103022", "2022-05-12T10:30:22+08:00", "second"),
        ("2022年5月12日 10时03分", "2022-05-12T10:03:00+08:00", "minute"),
        ("2022年05月12日 星期四 10:03", "2022-05-12T10:03:00+08:00", "minute"),
        ("2024年5月22日週三 上午8:21", "2024-05-22T08:21:00+08:00", "minute"),
        ("2024年5月20日 下午2:05", "2024-05-20T14:05:00+08:00", "minute"),
        ("2005.08.2605:39", "2005-08-26T05:39:00+08:00", "minute"),
        ("2021-01-20 04:29:4439健康网", "2021-01-20T04:29:44+08:00", "second"),
        ("05年03月21日 11:21", "2005-03-21T11:21:00+08:00", "minute"),
        ("２０２２年５月１２日", "2022-05-12T00:00:00+08:00", "day"),
        ("二〇二二年五月十二日", "2022-05-12T00:00:00+08:00", "day"),
        ("二零二三年十一月二十八日", "2023-11-28T00:00:00+08:00", "day"),
        ("民國111年5月12日", "2022-05-12T00:00:00+08:00", "day"),
        ("令和4年5月12日", "2022-05-12T00:00:00+08:00", "day"),
        ("7/5/2005 9:23:57 PM", "2005-07-05T21:23:57+08:00", "second"),
        ("06/02/2022 - 13:48", "2022-02-06T13:48:00+08:00", "minute"),
        ("Thu May 12 10:03:00 CST 2022", "2022-05-12T10:03:00+08:00", "second"),
        ("25.04.24 | 14:07 Uhr", "2024-04-25T14:07:00+08:00", "minute"),
        ("Publicerad 12 mars 2024 kl 06.30", "2024-03-12T06:30:00+08:00", "minute"),
        ("Selasa, 14 Mei 2024, 14.22 WIB", "2024-05-14T14:22:00+07:00", "minute"),
        ("5 月 14, 2024", "2024-05-14T00:00:00+08:00", "day"),
        ("2024. 5. 3. 오후 2:05", "2024-05-03T14:05:00+08:00", "minute"),
        ("12 พ.ค. 2565", "2022-05-12T00:00:00+08:00", "day"),
    ],
)
def test_absolute_forms(text: str, iso: str, precision: str) -> None:
    found = read(text)
    assert found is not None
    assert (found.iso(), found.precision, found.form) == (iso, precision, "absolute")


@pytest.mark.parametrize(
    "text",
    [
        "May 12, 2022", "12 May 2022", "12. Mai 2022", "12 mai 2022", "12 de mayo de 2022", "12 de maio de 2022",
        "12 maggio 2022", "12 mei 2022", "12. maj 2022", "12. toukokuuta 2022", "12 maja 2022", "12. května 2022",
        "12. svibnja 2022", "2022. május 12.", "12 Mayıs 2022", "12 мая 2022 г.", "12 травня 2022", "12 Μαΐου 2022",
        "2022 m. gegužės 12 d.", "2022. gada 12. maijs", "12 مايو 2022", "12 במאי 2022", "12 मई 2022", "১২ মে ২০২২",
    ],
)  # fmt: skip
def test_month_names_of_many_languages(text: str) -> None:
    found = read(text)
    assert found is not None
    assert found.iso() == "2022-05-12T00:00:00+08:00"


def test_a_month_name_of_two_languages_is_read_by_the_language_of_the_page() -> None:
    for language, month in (("pl", 11), ("hr", 10)):
        found = read("3. listopada 2022", language)
        assert found is not None
        assert found.at.month == month


def test_an_ambiguous_date_is_month_first_only_on_us_pages() -> None:
    for language, day in (("en-US", "2022-05-03"), ("en-GB", "2022-03-05"), ("fr", "2022-03-05")):
        found = read("05/03/2022", language)
        assert found is not None
        assert found.iso()[:10] == day


@pytest.mark.parametrize(
    ("text", "iso", "precision"),
    [
        ("刚刚", "2026-05-20T20:00:00+08:00", "minute"),
        ("30分钟前", "2026-05-20T19:30:00+08:00", "minute"),
        ("半小时前", "2026-05-20T19:30:00+08:00", "minute"),
        ("1小时前", "2026-05-20T19:00:00+08:00", "hour"),
        ("两小时前", "2026-05-20T18:00:00+08:00", "hour"),
        ("今天 10:03", "2026-05-20T10:03:00+08:00", "minute"),
        ("昨天 10:03", "2026-05-19T10:03:00+08:00", "minute"),
        ("前天", "2026-05-18T00:00:00+08:00", "day"),
        ("3天前", "2026-05-17T00:00:00+08:00", "day"),
        ("三天前", "2026-05-17T00:00:00+08:00", "day"),
        ("上周五", "2026-05-15T00:00:00+08:00", "day"),
        ("两周前", "2026-05-06T00:00:00+08:00", "day"),
        ("一个月前", "2026-04-20T00:00:00+08:00", "month"),
        ("3 hours ago", "2026-05-20T17:00:00+08:00", "hour"),
        ("vor 3 Stunden", "2026-05-20T17:00:00+08:00", "hour"),
        ("il y a 2 jours", "2026-05-18T00:00:00+08:00", "day"),
        ("3시간 전", "2026-05-20T17:00:00+08:00", "hour"),
    ],
)
def test_relative_forms_are_settled_by_the_fetch_time(text: str, iso: str, precision: str) -> None:
    found = read(text)
    assert found is not None
    assert (found.iso(), found.precision, found.form) == (iso, precision, "relative")


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("3小时前", "2026-05-20T06:00:00+08:00"),
        ("5分钟前", "2026-05-20T09:32:00+08:00"),
        ("半小时前", "2026-05-20T09:07:00+08:00"),
        ("昨天 09:15", "2026-05-19T09:15:00+08:00"),
        ("3天前", "2026-05-17"),
        ("一个月前", None),
    ],
)
def test_a_date_beside_a_link_is_no_finer_than_the_page_states_it(text: str, stated: str | None) -> None:
    found = parse_date(text, datetime(2026, 5, 20, 9, 37, 25, tzinfo=SHANGHAI), SHANGHAI)
    assert found is not None
    assert found.stated() == stated


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("03-05 14:30", "2026-03-05T14:30:00+08:00"),
        ("3月5日", "2026-03-05T00:00:00+08:00"),
        ("10月8日 12:00", "2025-10-08T12:00:00+08:00"),
        ("05-12", "2026-05-12T00:00:00+08:00"),
        ("May 12", "2026-05-12T00:00:00+08:00"),
        ("2月29日", "2024-02-29T00:00:00+08:00"),
    ],
)
def test_a_year_less_date_is_the_latest_one_before_the_fetch(text: str, iso: str) -> None:
    found = read(text)
    assert found is not None
    assert (found.iso(), found.form) == (iso, "yearless")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2022-05-12T10:03:22.123+08:00", "2022-05-12T10:03:22+08:00"),
        ("2022-05-12T10:03:22Z", "2022-05-12T10:03:22+00:00"),
        ("2022-05-12 10:03 -0500", "2022-05-12T10:03:00-05:00"),
        ("May 12, 2022 at 10:03 a.m. EST", "2022-05-12T10:03:00-05:00"),
        ("Sat, 12 Feb 2022 10:03:00 GMT", "2022-02-12T10:03:00+00:00"),
    ],
)
def test_an_offset_in_the_text_wins(text: str, iso: str) -> None:
    found = read(text)
    assert found is not None
    assert found.iso() == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        "02日14:25",
        "1996年6月号",
        "2022-05",
        "2022-02-30",
        "2099-01-01",
        "13800138000",
        "1.23万",
        "第12期",
        "192.168.1.10",
        "1/2",
    ],
)
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert read(text) is None


def test_words_around_a_date_do_not_matter() -> None:
    text = "发布时间：2022年5月12日 10时03分 来源：河东社 责任编辑：张三"
    found = read(text)
    assert found is not None
    assert found.raw == "2022年5月12日 10时03分"
    assert text[found.start :].startswith(found.raw)


def test_all_dates_of_a_line_are_found_in_order() -> None:
    found = [d.iso()[:10] for d in find_dates("发布 2022-05-12 更新 2022-05-13", NOW, SHANGHAI)]
    assert found == ["2022-05-12", "2022-05-13"]


def test_a_date_without_a_zone_stays_naive_when_none_is_given() -> None:
    found = parse_date("2022-05-12 10:03", NOW, None)
    assert found is not None
    assert found.iso() == "2022-05-12T10:03:00"


MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2026, 5, 19))
FORMS = (
    "{0:%Y-%m-%d %H:%M:%S}", "{0:%Y/%m/%d %H:%M}", "{0:%Y.%m.%d}", "{0.year}年{0.month}月{0.day}日 {0:%H:%M}",
    "{0.year}年{0.month}月{0.day}日{0.hour}时{0:%M}分", "{0:%Y-%m-%dT%H:%M:%S}+08:00", "{0:%d %B %Y}", "{0:%B} {0.day}, {0.year} {0:%I:%M %p}",
    "发布时间：{0:%Y-%m-%d %H:%M} 来源：河东日报", "{0:%Y%m%d}",
)  # fmt: skip


@given(MOMENTS, st.sampled_from(FORMS))
def test_what_is_written_is_read_back(moment: datetime, form: str) -> None:
    found = read(form.format(moment))
    assert found is not None
    wanted = moment.replace(tzinfo=SHANGHAI, microsecond=0)
    kept = {"day": 0, "minute": 2, "second": 3}[found.precision]
    clock = [*(wanted.hour, wanted.minute, wanted.second)[:kept], 0, 0, 0]
    assert found.at == wanted.replace(hour=clock[0], minute=clock[1], second=clock[2])


@given(MOMENTS, st.sampled_from(sorted(TABLE["months"])), st.integers(0, 3))
def test_every_month_name_is_read_in_its_language(moment: datetime, language: str, which: int) -> None:
    names = TABLE["months"][language][moment.month - 1].split()
    found = read(f"{moment.day} {names[which % len(names)]} {moment.year}", language)
    assert found is not None
    assert (found.at.year, found.at.month, found.at.day) == (moment.year, moment.month, moment.day)


@given(st.integers(1, 59), st.sampled_from(["分钟前", "分鐘前", " minutes ago"]))
def test_minutes_ago_are_subtracted(count: int, unit: str) -> None:
    found = read(f"{count}{unit}")
    assert found is not None
    assert found.at == NOW - timedelta(minutes=count)


@given(st.text(max_size=300))
def test_no_text_raises_or_gives_a_date_from_the_future(text: str) -> None:
    for found in find_dates(text, NOW, SHANGHAI):
        assert found.at <= NOW + timedelta(days=2)


@pytest.mark.parametrize(
    "unit", ["2022", "2022-", "1 ", "年月日", "上午", "2022年5月", "12:", "今天 ", "a", "一", "jan ", "12.12."]
)
def test_long_adversarial_text_takes_no_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    start = time.process_time()
    list(find_dates(text, NOW, SHANGHAI))
    assert time.process_time() - start < 0.3
