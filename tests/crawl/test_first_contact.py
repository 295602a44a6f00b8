"""How many articles the profile of a new host is learned from."""

from crawler.firstcontact import agree
from crawler.profiles import learn
from crawler.reading.reading import Reading
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
