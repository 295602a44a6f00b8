"""Articles that were delivered or will be: their newest revision and what would make a newer one."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update

from crawler.article import Article
from crawler.state.outbox import event_of
from crawler.state.quick import Quick
from crawler.state.schema import articles

if TYPE_CHECKING:
    from crawler.state.database import State

GONE_RUNS = 2  # a page must be gone in this many runs before its article is retracted


class Recorded(NamedTuple):
    """What became of an article: its revision now, and the event that was put out."""

    rev: int
    op: Literal["add", "update", "retract", "unchanged"]


class KnownArticle(NamedTuple):
    """One row of the table."""

    id: str
    site: str
    url: str
    canonical_url: str
    title: str
    via: str
    rev: int
    content_hash: str
    retracted: bool
    gone_count: int
    gone_run: str | None


class Articles:
    """Table group `articles`."""

    def __init__(self, state: "State") -> None:
        """Belongs to one State."""
        self._state = state

    def get(self, connection: Connection, site: str, article_id: str) -> KnownArticle | None:
        """The article's row, locked until the transaction ends where the database has row locks."""
        row = _GET.run(connection, {"of_site": site, "of_id": article_id}).fetchone()
        return KnownArticle(*row)._replace(retracted=bool(row[_RETRACTED])) if row else None

    def record(self, connection: Connection, article: Mapping[str, Any], content_hash: str, *, now: float) -> Recorded:
        """Puts out the article as a new revision when its content differs from the last one; idempotent.

        `article`: the record as JSON data (`Article.model_dump(mode="json", by_alias=True)`); its rev and op are set
        here. `content_hash`: of all that makes a revision worth delivering, chosen by the caller.
        An article that was retracted and is back gives `add` with the next revision.
        Raises UnsafeRecordError when it cannot be one line.
        """
        run = article["run"]
        known = self.get(connection, article["site"], article["id"])
        if known is None:
            event = event_of({**article, "rev": 1, "op": "add"})
            values = {
                "id": article["id"],
                "site": article["site"],
                "url": article["url"],
                "canonical_url": article["canonical_url"],
                "title": article["title"],
                "via": json.dumps(article["via"], ensure_ascii=False),
                "rev": 1,
                "content_hash": content_hash,
                "retracted": False,
                "gone_count": 0,
                "first_run": run,
                "last_run": run,
                "last_seen": now,
            }
            if self._add(connection, values):
                self._state.outbox.put(connection, event)
                return Recorded(1, "add")
            # Another worker was faster by a moment; its row is visible now.
            known = self.get(connection, article["site"], article["id"])
            assert known is not None
        seen = {"of_site": known.site, "of_id": known.id, "of_run": run, "at": now}
        if known.content_hash == content_hash and not known.retracted:
            _SEEN.run(connection, seen)
            return Recorded(known.rev, "unchanged")
        recorded = Recorded(known.rev + 1, "add" if known.retracted else "update")
        event = event_of({**article, "rev": recorded.rev, "op": recorded.op})
        changed = {
            "of_rev": recorded.rev,
            "of_hash": content_hash,
            "of_url": article["url"],
            "of_title": article["title"],
        }
        _CHANGED.run(connection, seen | changed)
        self._state.outbox.put(connection, event)
        return recorded

    def _add(self, connection: Connection, values: dict[str, Any]) -> bool:
        if self._state.is_sqlite:  # one writer: what was not known a moment ago is not known now
            _ADD.run(connection, values)
            return True
        statement = self._state.insert(articles).on_conflict_do_nothing(index_elements=["site", "id"])
        return connection.execute(statement.returning(articles.c.id), values).one_or_none() is not None

    def seen(self, connection: Connection, site: str, article_id: str, *, run: str, now: float) -> None:
        """The article's page answered 304: it is alive and unchanged."""
        _SEEN.run(connection, {"of_site": site, "of_id": article_id, "of_run": run, "at": now})

    def gone(
        self, connection: Connection, site: str, article_id: str, *, run: str, now: float, fetched_at: str, status: int
    ) -> Recorded:
        """The article's page answered 404 or 410. The second run that finds it so retracts it.

        `fetched_at`: ISO 8601. Returns op `unchanged` when nothing was put out.
        """
        known = self.get(connection, site, article_id)
        if known is None or known.retracted or known.gone_run == run:
            return Recorded(known.rev if known else 0, "unchanged")
        gone_count = known.gone_count + 1
        connection.execute(_GONE, {"of_site": site, "of_id": article_id, "of_count": gone_count, "of_run": run})
        if gone_count < GONE_RUNS:
            return Recorded(known.rev, "unchanged")
        return self._retract(connection, known, "http_gone", run, now, fetched_at, status)

    def withdraw(self, connection: Connection, article_id: str, *, run: str) -> list[dict[str, Any]]:
        """Takes an article back of which no delivery has anything yet: its events leave the outbox, and it is known as
        retracted. Returns the record of each site that would have delivered it; elsewhere it stays, for `retract`.
        """
        withdrawn = []
        for site in connection.scalars(select(articles.c.site).where(articles.c.id == article_id)).all():
            events = self._state.outbox.take_back(connection, site, article_id)
            if events:
                values = {"rev": events[0].rev - 1, "retracted": True, "last_run": run}
                connection.execute(
                    update(articles).where(articles.c.site == site, articles.c.id == article_id).values(values)
                )
                for event in events:
                    if event.run == run:
                        self._state.count(run, event.op, -1)
                withdrawn.append(json.loads(events[-1].payload))
        return withdrawn

    def retract(
        self,
        connection: Connection,
        article_id: str,
        *,
        reason: str,
        run: str,
        now: float,
        fetched_at: str,
        status: int,
    ) -> list[Recorded]:
        """Puts out `op: retract` with its reason in every delivery that has the article; idempotent."""
        sites = connection.scalars(select(articles.c.site).where(articles.c.id == article_id)).all()
        known = [self.get(connection, site, article_id) for site in sorted(sites)]
        return [
            self._retract(connection, one, reason, run, now, fetched_at, status)
            for one in known
            if one is not None and not one.retracted
        ]

    def _retract(
        self,
        connection: Connection,
        known: KnownArticle,
        reason: str,
        run: str,
        now: float,
        fetched_at: str,
        status: int,
    ) -> Recorded:
        recorded = Recorded(known.rev + 1, "retract")
        connection.execute(
            _RETRACT, {"of_site": known.site, "of_id": known.id, "of_rev": recorded.rev, "of_run": run, "at": now}
        )
        record = Article.model_validate(
            {
                "id": known.id,
                "rev": recorded.rev,
                "op": recorded.op,
                "site": known.site,
                "url": known.url,
                "canonical_url": known.canonical_url,
                "title": known.title,
                "fetched_at": fetched_at,
                "run": run,
                "via": json.loads(known.via),
                "http": {"status": status},
                "reason": reason,
            }
        )
        self._state.outbox.put(connection, event_of(record.model_dump(mode="json", by_alias=True)))
        return recorded

    def import_revision(self, connection: Connection, article: Article, content_hash: str) -> None:
        """A revision that was delivered by a state that is lost; revisions of an article come in order."""
        values = {
            "id": article.id,
            "site": article.site,
            "url": article.url,
            "canonical_url": article.canonical_url,
            "title": article.title,
            "via": article.via.model_dump_json(),
            "rev": article.rev,
            "content_hash": content_hash,
            "retracted": article.op == "retract",
            "gone_count": 0,
            "first_run": article.run,
            "last_run": article.run,
            "last_seen": datetime.fromisoformat(article.fetched_at).timestamp(),
        }
        statement = self._state.insert(articles).values(values)
        newer = {name: statement.excluded[name] for name in values if name not in ("site", "id", "first_run")}
        connection.execute(statement.on_conflict_do_update(index_elements=["site", "id"], set_=newer))

    def count(self, site: str) -> int:
        """Articles of the site that are not retracted."""
        query = select(func.count()).where(articles.c.site == site, articles.c.retracted.is_(False))
        with self._state.read() as connection:
            return connection.scalar(query) or 0


_THIS = (articles.c.site == bindparam("of_site"), articles.c.id == bindparam("of_id"))
_GET = Quick(select(*(articles.c[name] for name in KnownArticle._fields)).where(*_THIS).with_for_update())
_RETRACTED = KnownArticle._fields.index("retracted")
_ADD = Quick(insert(articles), columns=[column.name for column in articles.c if column.name != "gone_run"])
_BY_ID = update(articles).where(*_THIS)
_SEEN = Quick(_BY_ID.values(last_run=bindparam("of_run"), last_seen=bindparam("at"), gone_count=0, gone_run=None))
_CHANGED = Quick(
    _BY_ID.values(
        rev=bindparam("of_rev"),
        content_hash=bindparam("of_hash"),
        url=bindparam("of_url"),
        title=bindparam("of_title"),
        retracted=False,
        gone_count=0,
        gone_run=None,
        last_run=bindparam("of_run"),
        last_seen=bindparam("at"),
    )
)
_GONE = _BY_ID.values(gone_count=bindparam("of_count"), gone_run=bindparam("of_run"))
_RETRACT = _BY_ID.values(
    rev=bindparam("of_rev"), retracted=True, last_run=bindparam("of_run"), last_seen=bindparam("at")
)
