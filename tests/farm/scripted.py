"""The part of the farm that only a browser can read in full."""

from tests.farm.answer import Answer
from tests.farm.articles import Article
from tests.farm.render import Renderer


def answer(renderer: Renderer, host: str, path: str, query: str) -> Answer | None:
    return None


def article(renderer: Renderer, article: Article) -> Answer:
    return renderer.article(article)
