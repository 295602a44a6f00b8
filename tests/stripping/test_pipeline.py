"""The strip step in its place between validate and quality."""

from pathlib import Path
from typing import Any

from scrapy.utils.test import get_crawler

from crawler.article import Article, Http, Related, Via
from crawler.budget import Budget
from crawler.profiles import learn
from crawler.reading.profile import Profile
from crawler.reading.reading import Identity, Reading
from crawler.run import Run
from crawler.site import SiteSpider
from pipelines.strip import Strip
from tests.stripping.readings import article, line, site, varied

BRAND = "木棉居家饰"


class OneProfile(SiteSpider):
    """A spider that knows one host."""

    name = "one"
    known: Profile

    def profile_for(self, host: str) -> Profile:
        assert host == "paper.example"
        return self.known


def record(reading: Reading, **fields: Any) -> Article:
    return Article(
        id="1",
        site="one",
        url=reading.url,
        canonical_url=reading.url,
        title=reading.title or "",
        fetched_at="2026-05-12T08:00:00Z",
        run="r",
        via=Via(kind="start"),
        http=Http(status=200),
        reading=reading,
        **fields,
    )


def test_the_step_clears_the_article_and_counts_what_it_took(tmp_path: Path) -> None:
    identity = Identity(og_site_name="河湾日报")
    crawler = get_crawler(OneProfile, {"OUTPUT_DIR": str(tmp_path)})
    run = Run(crawler, "one", Budget(100, 10, 5, 50))
    spider = OneProfile()
    crawler.spider = spider
    spider.known = learn(site(5, suffix=f"-{BRAND}", tail=("扫码下载客户端",), identity=identity), None)
    reading = article(
        line("作者：王海燕", "credit"),
        *varied(8),
        "扫码下载客户端",
        "责任编辑：李明",
        title=f"河湾村的一天-{BRAND}",
        headline="河湾村的一天",
        identity=identity,
    )
    related = [Related(url="http://paper.example/2.html", title=f"渔民的第一网-{BRAND}")]
    item = Strip.from_crawler(crawler).process_item(
        record(reading, source=BRAND, authors=[BRAND, "王海燕"], related=related)
    )
    run.state.close()
    assert item.related[0].title == "渔民的第一网"
    assert item.title == "河湾村的一天"
    assert item.text == "\n".join(varied(8))
    assert item.editor == "李明"
    assert (item.source, item.authors) == (None, ["王海燕"]), "an injected name is nobody's name"
    assert "mirror" in item.quality.flags
    assert crawler.stats is not None
    assert crawler.stats.get_value("winnow/removed/repeated_line") == 1
    assert crawler.stats.get_value("winnow/removed/editor") == 1


def test_what_has_no_reading_passes_as_it_is() -> None:
    crawler = get_crawler(OneProfile)
    row = {"title": "河湾村的一天"}
    assert Strip.from_crawler(crawler).process_item(row) is row
