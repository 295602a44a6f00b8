"""Categories that only lists show."""

from pathlib import Path

from tests.hostile.crawling import crawl, routes
from tests.hostile.server import Behaviour, Hostile
from tests.hostile.site import article_page, listing_page, title

NUMBERS = range(9)  # more than the first contact waits for


def test_a_category_reaches_an_article_that_was_read_before_the_list_that_shows_it(tmp_path: Path) -> None:
    links = [(f"/a/{n}.html", title(n)) for n in NUMBERS]
    rows = "".join(f'<li><a href="{url}">{name}</a> <a href="/category/1/">水利</a></li>' for url, name in links)
    table: dict[str, Behaviour | str | bytes] = {
        url: article_page(n, tail='<p><a href="/all.html">全部文章</a></p>') for n, (url, _) in enumerate(links)
    }
    table |= {"/": listing_page(links), "/all.html": f"<html><body><ul>{rows}</ul></body></html>"}
    with Hostile(routes(table)) as server:
        seen = crawl(server.url("/"), tmp_path / "out", {"CONCURRENT_REQUESTS_PER_DOMAIN": 1})
        asked = [visit.target for visit in server.visits]
    assert asked.index("/a/8.html") < asked.index("/all.html")
    assert [record["category"] for record in seen.articles] == ["水利"] * len(links)
    assert {(record["rev"], record["op"]) for record in seen.articles} == {(1, "add")}
