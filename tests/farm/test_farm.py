"""The farm serves what its gold says."""

import urllib.request
from collections.abc import Iterator

import pytest

from tests.farm import Farm, Server, serve


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(Farm(articles=60, seed=3)) as running:
        yield running


def test_every_gold_url_is_an_article_with_its_title_and_text(server: Server) -> None:
    for gold in server.farm.gold():
        with urllib.request.urlopen(gold["url"]) as answer:
            page = answer.read().decode()
        assert f'<h1 class="entry-title">{gold["title"]}</h1>' in page
        assert all(line in page for line in gold["text"].split("\n"))
