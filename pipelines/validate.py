"""First step: the record is sound, and its characters are safe to write."""

import re
from typing import Any

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem

from crawler.outcomes import Reason

# C0 and C1 controls but newline and tab, noncharacters, lone surrogates (docs/data.md promises their absence).
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")


class Validate:
    """Drops what cannot be an article record; cleans unsafe characters out of every string."""

    def process_item(self, item: Any) -> Any:
        """The item with clean strings. Raises DropItem(Reason.INVALID) when a record without URL or title came through."""
        record = ItemAdapter(item)
        for name in ("title", "title_raw", "subtitle", "text", "source", "editor", "column", "category"):
            value = record.get(name)
            if isinstance(value, str) and _UNSAFE.search(value):
                record[name] = _UNSAFE.sub("", value)
        for name in ("authors", "tags"):
            record[name] = [_UNSAFE.sub("", value) for value in record[name]]
        if not record.get("url") or not record.get("title"):
            raise DropItem(Reason.INVALID)
        return item
