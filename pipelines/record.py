"""Last step: article, duplicate decision, outbox event and the URL's end, in one transaction."""

import time
from typing import Any, Self

from scrapy.crawler import Crawler
from sqlalchemy import Connection

from crawler.article import Article, Duplicates
from crawler.duplicates import Replaced, duplicates_of
from crawler.outcomes import Outcome, Reason
from crawler.record import content_hash
from crawler.run import Run, run_of


class Record:
    """Writes what the delivery will show. Hands the item on, so that `-o FILE` works as everywhere."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """The item with its revision; an article that has not changed ends its URL as UNCHANGED."""
        assert isinstance(item, Article)
        run = run_of(self.crawler)
        digest, lease = content_hash(item), item.lease
        data = item.model_dump(mode="json", by_alias=True)
        with run.state.unit() as conn:
            recorded = run.state.articles.record(conn, data, digest, now=time.time())
            for old in duplicates_of(run.state).settle(conn, item.id):
                run.articles -= replace_article(run, conn, old, item)
            if recorded.op == "unchanged":
                run.finish(
                    lease,
                    Outcome.UNCHANGED,
                    Reason.SAME_CONTENT,
                    conn=conn,
                    article_id=item.id,
                    revisit=run.next_revisit(lease),
                )
            else:
                run.finish(
                    lease,
                    Outcome.DONE,
                    Reason.ARTICLE,
                    conn=conn,
                    etag=item.http.etag,
                    last_modified=item.http.last_modified,
                    content_hash=digest,
                    article_id=item.id,
                    revisit=run.first_revisit(),
                )
        run.state.commit_if_due()
        if recorded.op != "unchanged":
            run.articles += 1
            if not item.category:
                run.lacks_category(lease, item.id)
            run.tally.add(item)
            run.removed.add(item.removed)
        item.rev = recorded.rev
        item.op = "add" if recorded.op == "unchanged" else recorded.op
        return item


def replace_article(run: Run, conn: Connection, old: Replaced, by: Article) -> int:
    """Take back an article that another one makes superfluous: as a copy while no delivery has it, else by a retraction.

    Returns how many of this run's records no consumer will see.
    """
    assert by.duplicates is not None
    run.touched.add(old.site)
    withdrawn = run.state.articles.withdraw(conn, old.article, run=run.id)
    place = Duplicates(cluster=by.duplicates.cluster, role=old.relation.role, of=by.id, score=old.score)
    for record in withdrawn:
        run.state.copies.add(conn, record | {"duplicates": place.model_dump(mode="json")})
    run.state.articles.retract(
        conn,
        old.article,
        reason=f"{old.reason}: {by.id}",
        run=run.id,
        now=time.time(),
        fetched_at=by.fetched_at,
        status=by.http.status,
    )
    return sum(record["run"] == run.id for record in withdrawn)
