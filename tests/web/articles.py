"""Articles for tests."""

from typing import Any

from crawler.article import Article, Http, Via


def article(**fields: Any) -> Article:
    """A valid record with these fields."""
    given: dict[str, Any] = {
        "id": "0" * 32,
        "site": "test",
        "url": "http://a.cn/1",
        "canonical_url": "http://a.cn/1",
        "title": "标题",
        "text": "正文",
        "fetched_at": "2024-05-06T10:00:00Z",
        "run": "r1",
        "via": Via(kind="start"),
        "http": Http(status=200),
    }
    return Article(**(given | fields))
