"""Articles, entries and states for the tests of state and delivery."""

from collections.abc import Iterable
from typing import Any

from crawler.article import Article, Http, Via
from crawler.outcomes import Outcome, Reason
from crawler.state import FrontierEntry, Lease, State, frontier_key

NOW = 1_760_000_000.0
SITE = "a-site"
RUN = "run-1"


def article(article_id: str, text: str = "一段正文。", run: str = RUN, **fields: Any) -> dict[str, Any]:
    """A valid record as JSON data."""
    url = f"https://example.org/{article_id}.html"
    given: dict[str, Any] = {
        "id": article_id,
        "site": SITE,
        "url": url,
        "canonical_url": url,
        "title": f"标题 {article_id}",
        "text": text,
        "fetched_at": "2026-01-02T03:04:05+08:00",
        "run": run,
        "via": Via(kind="listing", url="https://example.org/", depth=1),
        "http": Http(status=200),
    }
    return Article.model_validate(given | fields).model_dump(mode="json", by_alias=True)


def record(state: State, article_id: str, text: str = "一段正文。", run: str = RUN, **fields: Any) -> str:
    """Records one article in a unit of its own; returns the op."""
    data = article(article_id, text, run, **fields)
    with state.unit() as connection:
        return state.articles.record(connection, data, content_hash=text, now=NOW).op


def entry(name: str, host: str = "example.org", **fields: Any) -> FrontierEntry:
    """A frontier entry for https://HOST/NAME."""
    url = f"https://{host}/{name}"
    given: dict[str, Any] = {"key": frontier_key(SITE, url), "url": url, "site": SITE, "host": host, "kind": "article"}
    return FrontierEntry(**(given | fields))


def add(state: State, entries: Iterable[FrontierEntry], run: str = RUN) -> int:
    """Adds entries in a unit of their own."""
    with state.unit() as connection:
        return state.frontier.add(connection, entries, run)


def lease(state: State, n: int = 10, owner: str = "worker", **given: Any) -> list[Lease]:
    """Leases up to n URLs."""
    options: dict[str, Any] = {"per_host": n, "now": NOW, "run": RUN} | given
    return state.frontier.lease(owner, SITE, n, **options)


def finish(
    state: State,
    key: bytes,
    outcome: Outcome = Outcome.DONE,
    reason: Reason = Reason.ARTICLE,
    **given: Any,
) -> bool:
    """Ends a URL in a unit of its own."""
    options: dict[str, Any] = {"run": RUN, "now": NOW} | given
    with state.unit() as connection:
        return state.frontier.finish(connection, key, outcome, reason, **options)


def names(leases: list[Lease]) -> list[str]:
    """The last part of each URL."""
    return [one.url.rsplit("/", 1)[1] for one in leases]
