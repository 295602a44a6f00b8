"""An article that is met under several spellings of its address, of which its page names one as its own."""

from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from crawler.budget import Budget
from crawler.outcomes import Outcome, Reason
from crawler.reading.reading import Reading
from crawler.run import Run
from crawler.spellings import Spellings, plain_spelling
from crawler.traversal import SiteRules
from crawler.urls import url_key
from tests.crawl.harvesting import records, scrapy
from tests.hostile.crawling import SITE, outcome, routes
from tests.hostile.server import Asked, Behaviour, Hostile
from tests.hostile.site import article_page, listing_page, title
from tests.state.records import article, finish

NUMBERS = range(3)


class Site:
    """A site of three articles; `listed` says how its front page spells their addresses."""

    def __init__(self, canonical: str = "/a/{}.html") -> None:
        self.canonical = canonical
        self.listed: list[str] = []

    async def answer(self, asked: Asked) -> None:
        table: dict[str, Behaviour | str | bytes] = {
            f"/a/{n}.html": article_page(n, head=f'<link rel="canonical" href="{self.canonical.format(n)}">')
            for n in NUMBERS
        }
        links = [(spelling.format(n), title(n)) for n in NUMBERS for spelling in self.listed]
        await routes(table | {"/": listing_page(links)})(asked)


def harvest(server: Hostile, output: Path, settings: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    command = ["crawl", "any", "-a", f"url={server.url('/')}", "-a", f"name={SITE}", "-a", "revisit=1"]
    ended = scrapy(command, output, settings)
    assert ended.code == 0, ended.err[-3000:]
    return records(output, SITE)


def assert_once_and_plain(server: Hostile, found: list[dict[str, Any]]) -> None:
    assert sorted(record["url"] for record in found) == [server.url(f"/a/{n}.html") for n in NUMBERS]
    assert all(record["rev"] == 1 and record["canonical_url"] == record["url"] for record in found)


def test_an_article_that_is_met_by_a_longer_address_goes_under_the_one_that_it_names(tmp_path: Path) -> None:
    site = Site()
    with Hostile(site.answer) as server:
        for site.listed in (["/a/{}.html?from=hot", "/a/{}.html?from=top"], ["/a/{}.html", "/a/{}.html?from=hot"]):
            assert_once_and_plain(server, harvest(server, tmp_path))


def test_an_article_that_is_known_is_not_delivered_again_under_a_longer_address(tmp_path: Path) -> None:
    site = Site()
    with Hostile(site.answer) as server:
        for site.listed in (["/a/{}.html"], ["/a/{}.html?from=hot", "/a/{}.html?ref=top"]):
            assert_once_and_plain(server, harvest(server, tmp_path))


def test_an_address_is_asked_under_one_of_http_and_https(tmp_path: Path) -> None:
    site = Site()
    with Hostile(site.answer) as server:
        secure = server.url("").replace("http:", "https:")  # nobody answers there
        site.listed = ["/a/{}.html", secure + "/a/{}.html"]
        assert_once_and_plain(server, harvest(server, tmp_path))
        assert outcome(tmp_path)[0].get("failed.tls", 0) == 0


def test_an_address_that_fails_under_one_of_http_and_https_is_asked_under_the_other(tmp_path: Path) -> None:
    site = Site()
    with Hostile(site.answer) as server:
        site.listed = [server.url("").replace("http:", "https:") + "/a/{}.html", "/a/{}.html"]
        assert_once_and_plain(server, harvest(server, tmp_path, {"DOWNLOAD_TIMEOUT": 2}))


def test_a_template_that_names_one_address_on_all_pages_loses_no_article(tmp_path: Path) -> None:
    site = Site(canonical="/a/1.html")
    site.listed = ["/a/{}.html?from=hot"]
    with Hostile(site.answer) as server:
        assert len(harvest(server, tmp_path)) == len(NUMBERS)


def test_an_article_keeps_its_id_when_its_site_moves_to_https(tmp_path: Path) -> None:
    run = Run(get_crawler(settings_dict={"OUTPUT_DIR": str(tmp_path)}), SITE, Budget(100, 10, 5, 50))
    old, new = "http://a.cn/1.html", "https://a.cn/1.html"
    rules = SiteRules(SITE, frozenset({"a.cn"}), run.refuse)
    reading, addresses = Reading(url=new, title="茶山"), []
    state = run.state
    known = article("x", id=url_key(old), site=SITE, title="茶山 - 河湾日报")
    for url, reason in ((old, Reason.REDIRECTED), (new, Reason.ARTICLE)):
        run.insist([e for e in [rules.entry(url, "article", via_kind="start", via_url=None, depth=0)] if e])
        (lease,) = run.lease(1, set())
        addresses.append(Spellings(run).address(new, reading, lease))
        with state.unit() as connection:
            state.articles.record(connection, known, content_hash="x", now=0)
        finish(state, lease.key, Outcome.DONE, reason)
    assert addresses == [new, old]
    run.close()


@pytest.mark.parametrize(
    ("claim", "own", "plain"),
    [
        ("https://a.cn/n/12.html", "https://a.cn/n/12.html?from=hot", "https://a.cn/n/12.html"),
        ("https://a.cn/some-story/", "https://a.cn/some-story/?ref=home&via=wx", "https://a.cn/some-story/"),
        ("https://a.cn/show.php?id=5", "https://a.cn/show.php?from=hot&id=5", "https://a.cn/show.php?id=5"),
        ("https://a.cn/n/12.html", "https://a.cn/n/12.html?page=2", None),  # a number chooses a page
        ("https://a.cn/show.php", "https://a.cn/show.php?slug=tea", None),  # the rest names no article
        ("https://a.cn/", "https://a.cn/?name=tea", None),
        ("https://my-site.cn/", "https://my-site.cn/?name=tea", None),
        ("https://a.cn/n/13.html", "https://a.cn/n/12.html?from=hot", None),
        ("https://b.cn/n/12.html", "https://a.cn/n/12.html?from=hot", None),
        ("https://a.cn/n/12.html?to=x", "https://a.cn/n/12.html?from=hot", None),
        ("https://a.cn/n/12.html", "https://a.cn/n/12.html", None),
        ("mailto:x", "https://a.cn/n/12.html?from=hot", None),
        (None, "https://a.cn/n/12.html?from=hot", None),
    ],
)
def test_a_claim_is_believed_where_it_leaves_out_what_chooses_nothing(
    claim: str | None, own: str, plain: str | None
) -> None:
    assert plain_spelling(claim, own) == plain
