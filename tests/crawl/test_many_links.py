"""Pages that offer thousands of links: others get their turn, and what is left out is counted and comes later."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.state import State
from crawler.traversal import CROWDED, MOST_LINKS, Followed, SiteRules, offered
from tests.hostile.crawling import SITE, crawl, routes
from tests.hostile.server import Behaviour, Hostile
from tests.hostile.site import article_page, listing_page, title
from tests.state.records import add, entry, lease

MANY = 2_500
GOOD = 20
ONE_AT_A_TIME = {"CONCURRENT_REQUESTS_PER_DOMAIN": 1}


def junk_page(name: str, tag: str, count: int) -> str:
    links = "".join(f'<{tag}><a href="/{name}/{n}">link number {n}</a></{tag}>' for n in range(count))
    return f"<!DOCTYPE html><html><head><title>{name}</title></head><body><{tag}>{links}</{tag}></body></html>"


def hostile_site() -> dict[str, Behaviour | str | bytes]:
    """Pages of dead links in three forms, listed among twenty articles."""
    junk: dict[str, Behaviour | str | bytes] = {
        f"/{tag}.html": junk_page(tag, tag, CROWDED + 100) for tag in ("div", "span", "nav")
    }
    good: dict[str, Behaviour | str | bytes] = {f"/a/{n}.html": article_page(n) for n in range(GOOD)}
    paths = [*list(good)[:4], *junk, *list(good)[4:]]
    return {"/": listing_page([(path, title(n)) for n, path in enumerate(paths)]), **good, **junk}


def test_pages_of_thousands_of_links_leave_the_budget_to_the_others(tmp_path: Path) -> None:
    with Hostile(routes(hostile_site())) as server:
        seen = crawl(server.url("/"), tmp_path / "out", ONE_AT_A_TIME, "-a", "max_pages=60")
    assert len(seen.articles) == GOOD


def test_links_beyond_the_bound_are_in_the_books_and_come_with_the_next_run(tmp_path: Path) -> None:
    table = routes({"/": listing_page([("/div.html", title(1))]), "/div.html": junk_page("div", "div", MANY)})
    with Hostile(table) as server:
        runs = [crawl(server.url("/"), tmp_path / "out", ONE_AT_A_TIME, "-a", "max_pages=4") for _ in range(2)]
    left = MANY - 200 - MOST_LINKS  # 200 are entries of the listing
    assert runs[0].counts["left_out"] == left
    assert f"; {left} links left for later runs" in runs[0].log
    status = json.loads((tmp_path / "out" / "status" / f"{SITE}.json").read_text())
    assert status["pending"] > MOST_LINKS
    assert f" pending {status['pending']} " in runs[1].log  # as the books say
    assert runs[1].counts["added"] == left


def test_no_entry_of_a_long_list_is_lost(tmp_path: Path) -> None:
    with State.open(f"sqlite:///{tmp_path}/state.db") as state:
        add(state, [entry("list/")])
        (start,) = lease(state)
    for markup in ("<p>{}</p>", "<article><time>05-12</time>{}</article>", "{} "):
        links = [f'<a href="/a/{n}.html">{title(n)}</a>' for n in range(300)]
        page = f"<html><body><div>{''.join(map(markup.format, links))}</div></body></html>"
        reading = read(page.encode(), start.url, {}, Profile(), datetime(2026, 11, 20, tzinfo=UTC))
        rules = SiteRules(SITE, frozenset({"example.org"}), lambda reason: None)
        offer = asyncio.run(offered(reading, start, rules, Profile(), Followed()))
        assert len(offer.entries) == len(links), markup
