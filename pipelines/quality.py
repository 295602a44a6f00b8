"""Third step: numbers a consumer can filter by; what is no article ends here, before it could meet the duplicates index."""

from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.article import Quality
from crawler.outcomes import Reason
from crawler.reading.reading import Line, Reading

_LINK_LIST = 0.6  # share of a text's characters inside links beyond which it is a list, not an article
_SHORT = 200  # weighted characters of a text that is hardly more than a line or two
_SHORT_LIST = 0.3  # the same share for these: a tag cloud with a greeting


class QualityGate:
    """Measures the stripped article; drops empty, too short and link-list pages. Walls and errors end in web.backoff."""

    def __init__(self, minimum: int) -> None:
        self.minimum = minimum

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor; reads MIN_CHARACTERS."""
        return cls(crawler.settings.getint("MIN_CHARACTERS"))

    def process_item(self, item: Any) -> Any:
        """The item with `quality`. Raises DropItem with the Reason."""
        record = ItemAdapter(item)
        text, reading = record["text"], record["reading"]
        flags = list(record["quality"].flags)
        removed = sum(len(span.text) for span in record["removed"] if span.place is not None)
        record["quality"] = quality = measure(text, reading, removed, flags)
        if not text.strip():
            raise DropItem(Reason.EMPTY)
        if weighted_length(text) < self.minimum:
            raise DropItem(Reason.TOO_SHORT)
        if quality.link_ratio > (_LINK_LIST if weighted_length(text) > _SHORT else _SHORT_LIST):
            raise DropItem(Reason.LISTING_TEXT)
        return item


def weighted_length(text: str) -> int:
    """Characters, Chinese, Japanese and Korean ones counting twice: they say as much as two Latin letters at least."""
    return len(text) + _cjk(text)


def measure(text: str, reading: Reading, removed: int, flags: list[str]) -> Quality:
    """Quality of a stripped text; `removed` is the number of characters taken out of its lines."""
    length = len(text)
    return Quality(
        characters=length,
        cjk_ratio=round(_cjk(text) / length, 3) if length else 0.0,
        link_ratio=round(min(1.0, _linked(reading.lines) / length), 3) if length else 0.0,
        removed_ratio=round(removed / (length + removed), 3) if length + removed else 0.0,
        confidence=round(reading.body_confidence, 3),
        flags=sorted({*flags, *reading.flags}),
    )


def _cjk(text: str) -> int:
    return sum(1 for c in text if "\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" or "\uf900" <= c <= "\ufaff")


def _linked(lines: list[Line]) -> int:
    return sum(anchor.end - anchor.start for line in lines if line.fate == "text" for anchor in line.anchors)
