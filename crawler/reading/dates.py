"""When an article was published and changed: which of a page's dates to believe."""

from crawler.reading.dateforms import ParsedDate, find_dates, parse_date

__all__ = ["ParsedDate", "find_dates", "parse_date"]
