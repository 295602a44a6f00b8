"""Strip: sets title and text free of adverts, boilerplate and injected brands; every span goes to `removed`."""

from dataclasses import replace
from typing import Any, Self
from urllib.parse import urlsplit

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler

from crawler.article import Quality
from crawler.duplicates import duplicates_of
from crawler.reading.reading import Reading
from crawler.record import document_of
from crawler.run import run_of
from crawler.stripping import Copy, Stripped, clean_link_title, strip


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
        spider: Any = self.crawler.spider
        host = urlsplit(reading.url).netloc
        profile = spider.profile_for(host)
        stripped = strip(reading, profile)
        if copies := self.copies(fields, stripped):
            stripped = strip(reading, profile, copies)
            for name, spoke in stripped.injected.items():
                if "elsewhere" in spoke:
                    run_of(self.crawler).accuse(host, name, spoke["elsewhere"])
        fields["title"], fields["text"] = stripped.title, stripped.text
        fields["subtitle"] = stripped.subtitle
        fields["removed"] = stripped.removed
        fill(fields, stripped)
        for linked in (*(fields.get("related") or ()), fields.get("previous"), fields.get("next")):
            if linked is not None and linked.title:
                linked.title = clean_link_title(linked.title, profile)
        quality = fields.get("quality") or Quality()
        quality.flags = [*quality.flags, *(flag for flag in stripped.flags if flag not in quality.flags)]
        fields["quality"] = quality
        assert self.crawler.stats is not None
        for span in stripped.removed:
            self.crawler.stats.inc_value(f"winnow/removed/{span.rule}")
        return item

    def copies(self, fields: ItemAdapter, stripped: Stripped) -> list[Copy]:
        """The same article on other hosts, as the duplicates index knows it by the text that stripping left."""
        run = run_of(self.crawler)
        document = replace(document_of(fields), title=stripped.title, text=stripped.text)
        with run.state.unit() as connection:
            found = duplicates_of(run.state).elsewhere(connection, document)
        return [
            Copy(row.url, row.text, row.title_raw, run.profile(urlsplit(row.url).netloc).site_names) for row in found
        ]


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
