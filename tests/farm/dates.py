"""Dates as the farm's pages show them."""

from datetime import datetime, timedelta

WEEK = timedelta(days=7)


def ago(moment: datetime, now: datetime) -> str:
    """`moment` as the theme shows it in lists: relative within a week, then the day."""
    age = now - moment
    if age >= WEEK:
        return day(moment)
    if age < timedelta(minutes=1):
        return f"{int(age.total_seconds())}秒前"
    if age < timedelta(hours=1):
        return f"{age // timedelta(minutes=1)}分钟前"
    if age < timedelta(days=1):
        return f"{age // timedelta(hours=1)}小时前"
    return f"{age.days}天前"


def day(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"


def minute(moment: datetime) -> str:
    """As the theme shows it on an article's page: 2022年5月12日 下午3:04."""
    half = "上午" if moment.hour < 12 else "下午"
    return f"{day(moment)} {half}{(moment.hour - 1) % 12 + 1}:{moment.minute:02d}"


def count(number: int) -> str:
    """A counter as the theme shows it: from 1000 on 1.23K."""
    return str(number) if number < 1000 else f"{number / 1000:.2f}".rstrip("0").rstrip(".") + "K"
