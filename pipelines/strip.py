"""Strip: sets title and text free of adverts, boilerplate and injected brands; every span goes to `removed`."""

from typing import Any, Self
from urllib.parse import urlsplit

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler

from crawler.article import Quality
from crawler.reading.reading import Reading
from crawler.stripping import Stripped, clean_link_title, strip


class Strip:
    """Clears each article with the profile of its host, and counts removed spans in `winnow/removed/RULE`."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds pipelines."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """The same item, cleared. Items without a reading pass as they are."""
        fields = ItemAdapter(item)
        reading: Reading | None = fields.get("reading")
        if reading is None:
            return item
        profile_for: Any = self.crawler.spider
        profile = profile_for.profile_for(urlsplit(reading.url).netloc)
        stripped = strip(reading, profile)
        fields["title"], fields["text"] = stripped.title, stripped.text
        fields["subtitle"] = stripped.subtitle
        fields["removed"] = stripped.removed
        fill(fields, stripped)
        for linked in (*(fields.get("related") or ()), fields.get("previous"), fields.get("next")):
            if linked is not None and linked.title:
                linked.title = clean_link_title(linked.title, profile)
        quality = fields.get("quality") or Quality()
        quality.removed_ratio, quality.link_ratio = stripped.removed_ratio, stripped.link_ratio
        quality.flags = [*quality.flags, *(flag for flag in stripped.flags if flag not in quality.flags)]
        fields["quality"] = quality
        assert self.crawler.stats is not None
        for span in stripped.removed:
            self.crawler.stats.inc_value(f"winnow/removed/{span.rule}")
        return item


def fill(fields: ItemAdapter, stripped: Stripped) -> None:
    """Give empty fields what boilerplate lines said, and take injected names out of fields that name people and papers."""
    for name in ("source", "editor", "column"):
        if not fields.get(name) and name in stripped.fields:
            fields[name] = stripped.fields[name]
        if fields.get(name) in stripped.injected:
            fields[name] = None
    authors = [author for author in fields.get("authors") or [] if author not in stripped.injected]
    if not authors and "authors" in stripped.fields:
        authors = stripped.fields["authors"].replace("、", " ").replace("，", " ").replace(",", " ").split()
    fields["authors"] = authors
    for name in ("views", "likes"):
        if fields.get(name) is None and stripped.fields.get(name, "").isdigit():
            fields[name] = int(stripped.fields[name])
