"""`-o file.jsonl`: records as a delivery has them, for people who want one file of one run."""

from typing import Any

from itemadapter import ItemAdapter
from scrapy.exporters import JsonLinesItemExporter

from crawler.article import Article
from crawler.state.payload import json_line

# What a feed of another format (csv, json) shows: the record's fields, without what only pipelines use.
RECORD_FIELDS = [name for name, field in Article.model_fields.items() if not field.exclude]


class RecordLines(JsonLinesItemExporter):
    """One record a line, safe characters only, fields under the names of the contract."""

    def export_item(self, item: Any) -> None:
        """Write one article, or any other item as Scrapy would."""
        record = (
            item.model_dump(mode="json", by_alias=True) if isinstance(item, Article) else ItemAdapter(item).asdict()
        )
        self.file.write((json_line(record) + "\n").encode())
