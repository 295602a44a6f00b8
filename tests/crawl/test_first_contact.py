"""How many articles the profile of a new host is learned from."""

from pathlib import Path

from crawler.exitcodes import Exit
from crawler.firstcontact import agree
from crawler.profiles import learn
from crawler.reading.reading import Reading
from tests.hostile.crawling import crawl, routes
from tests.hostile.server import Behaviour, Hostile
from tests.hostile.site import article_page, listing_page, title
from tests.stripping.readings import site


def placed(readings: list[Reading], *paths: str) -> list[Reading]:
    for number, reading in enumerate(readings):
        reading.body_path = paths[number % len(paths)]
    return readings


def test_articles_with_a_common_container_and_title_slot_agree() -> None:
    readings = placed(site(5, suffix="_河湾日报网"), "div.body")
    assert agree(learn(readings, None), readings)


def test_articles_of_different_templates_disagree() -> None:
    readings = placed(site(5, suffix="_河湾日报网"), "div.body", "article")
    assert not agree(learn(readings, None), readings)


def test_titles_that_add_nothing_to_their_headlines_agree() -> None:
    readings = placed(site(5), "div.body")
    assert agree(learn(readings, None), readings)


def test_articles_that_wait_with_all_the_memory_there_is_are_enough(tmp_path: Path) -> None:
    pages: dict[str, Behaviour | str | bytes] = {
        f"/a/{n}.html": article_page(n).replace('class="content"', f'id="{name}"').replace("<title>", f"<title>{name} ")
        for n, name in enumerate(("east", "west", "north", "south"))  # no template in common
    }
    front: dict[str, Behaviour | str | bytes] = {"/": listing_page([(path, title(n)) for n, path in enumerate(pages)])}
    with Hostile(routes(front | pages)) as server:
        little = {"SCRAPER_SLOT_MAX_ACTIVE_SIZE": 3_000, "CONCURRENT_REQUESTS_PER_DOMAIN": 1}
        seen = crawl(server.url("/"), tmp_path / "out", little, timeout=30)
    assert len(seen.articles) == len(pages)


def test_a_run_that_closes_does_not_wait_for_more_articles(tmp_path: Path) -> None:
    pages: dict[str, Behaviour | str | bytes] = {f"/a/{n}.html": article_page(n) for n in range(40)}
    front: dict[str, Behaviour | str | bytes] = {"/": listing_page([(path, title(n)) for n, path in enumerate(pages)])}
    with Hostile(routes(front | pages)) as server:
        slow = {"CLOSESPIDER_PAGECOUNT": 3, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0.2}
        seen = crawl(server.url("/"), tmp_path / "out", slow, timeout=20)
    assert seen.code == Exit.INTERRUPTED
