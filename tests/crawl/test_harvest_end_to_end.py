"""A harvest of the farm, from the front page to what a data team loads."""

from pathlib import Path

import pytest

from tests.crawl.harvesting import Ended, records, scrapy
from tests.farm import Farm, Server, serve

SITE = "farm"


@pytest.fixture(scope="module")
def farm() -> Farm:
    return Farm(articles=40, seed=11, light=True)


@pytest.fixture(scope="module")
def server(farm: Farm):  # type: ignore[no-untyped-def]
    with serve(farm) as running:
        yield running


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("output")


@pytest.fixture(scope="module")
def first(server: Server, output: Path) -> Ended:
    return scrapy(["crawl", "any", "-a", f"url={server.url}/", "-a", f"name={SITE}"], output)


def test_a_first_harvest_ends_well(first: Ended) -> None:
    assert first.code == 0, first.err[-3000:]
