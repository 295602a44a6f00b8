"""Fourth step: what the article is among all that are known. Copies end here; parts and rewritings go on, linked."""

from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.article import Article, Duplicates
from crawler.duplicates import Decision, Policy, Relation, duplicates_of, read_policy
from crawler.outcomes import Reason
from crawler.record import document_of
from crawler.run import run_of

_REASON = {Relation.EXACT: Reason.COPY_EXACT}


class Dedupe:
    """Sets `duplicates`; a copy is written to the copies and dropped, with its decision in the same unit.

    What is delivered enters the index only with its record: the decision waits in `duplicates_of(state)`, where the
    record step calls `settle(connection, article id)` in its own unit and retracts what that returns.
    """

    def __init__(self, crawler: Crawler, policy: Policy) -> None:
        self.crawler = crawler
        self.policy = policy

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Reads DUPLICATES_POLICY. Raises PolicyError."""
        return cls(crawler, read_policy(crawler.settings.getdict("DUPLICATES_POLICY")))

    def process_item(self, item: Any) -> Any:
        """The item with its place among its copies. Raises DropItem(COPY_EXACT or COPY_NEAR)."""
        state = run_of(self.crawler).state
        duplicates = duplicates_of(state)
        fields = ItemAdapter(item)
        with state.unit() as connection:
            decision = duplicates.decide(connection, document_of(fields), self.policy)
            fields["duplicates"] = place_of(decision)
            if decision.drop and duplicates.remember(connection, decision) and isinstance(item, Article):
                state.copies.add(connection, item.model_dump(mode="json", by_alias=True))
        assert self.crawler.stats is not None
        if decision.relation is not Relation.NONE:
            self.crawler.stats.inc_value(f"winnow/duplicates/{decision.relation}")
        if decision.drop:
            raise DropItem(_REASON.get(decision.relation, Reason.COPY_NEAR))
        duplicates.hold(decision)
        return item


def place_of(decision: Decision) -> Duplicates:
    """A decision as the record shows it."""
    return Duplicates(cluster=decision.cluster, role=decision.role, of=decision.of, score=decision.score)
