"""The facade: decide what an article is among all known ones, and remember it in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Connection, delete, insert, select, update

from crawler.duplicates import index
from crawler.duplicates.decision import DEFAULT_POLICY, Decision, Policy, Replaced
from crawler.duplicates.index import Entry, Known
from crawler.duplicates.normalise import tokenise
from crawler.duplicates.postings import Postings
from crawler.duplicates.prepare import Document, Prepared, prepare, sample_of, title_hashes
from crawler.duplicates.relations import PART_SHARE, Relation, Text, Verdict, relate, titles_agree
from crawler.duplicates.tables import aliases, members, texts
from crawler.duplicates.template import Templates

if TYPE_CHECKING:
    from crawler.state import State

EARLIER = 12 * 3600.0  # seconds; clocks and dates without an hour differ by less
AS_FULL = 0.95  # of the repost's tokens: a source line or an advert makes it a little longer
FULLER = 1.25  # times the tokens of the known copy: then the new one is worth a retraction
_STRENGTH = {Relation.EXACT: 4, Relation.NEAR: 3, Relation.CONTAINED: 2, Relation.REWRITTEN: 1}

_SAME_BODY = frozenset((Relation.EXACT, Relation.NEAR, Relation.CONTAINED))

_OPEN: "WeakKeyDictionary[State, Duplicates]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another page with the same body: what the strip stage compares brands with."""

    article: str
    site: str
    url: str
    title_raw: str | None


def duplicates_of(state: "State") -> "Duplicates":
    """The one facade of a state, shared by all who work with that state. Creates its tables when they are missing."""
    if state not in _OPEN:
        with state.unit() as connection:
            texts.metadata.create_all(
                connection,
                tables=[table for table in texts.metadata.sorted_tables if table.name.startswith("duplicate_")],
            )
        _OPEN[state] = Duplicates()
    return _OPEN[state]


class Duplicates:
    """Holds no knowledge of its own, but for decisions that wait for their article to be written."""

    def __init__(self) -> None:
        self._waiting: dict[str, Decision] = {}
        self._prepared: Prepared | None = None  # of `elsewhere`: mostly what is decided next
        self._surveyed: set[str] = set()
        self._templates = Templates()
        self.postings = Postings()

    def survey(self, connection: Connection, documents: Iterable[Document]) -> None:
        """Counts what the first articles of a site repeat, before any of them is decided; each counts once."""
        for document in documents:
            self._surveyed.add(document.article)
            prepared = prepare(connection, document, self._templates)
            self._templates.add(connection, prepared.site, prepared.repeatable)

    def decide(self, connection: Connection, document: Document, policy: Policy = DEFAULT_POLICY) -> Decision:
        """What `document` is to the known articles. Reads only; the best candidate alone decides."""
        prepared, self._prepared = self._prepared, None
        if prepared is None or prepared.document != document:
            prepared = prepare(connection, document, self._templates)
        return self.decide_prepared(connection, prepared, policy)

    def elsewhere(self, connection: Connection, document: Document) -> list[Known]:
        """Texts on other hosts that have the document's body, whole or in part: what the strip stage compares it with.
        Reads only."""
        self._prepared = prepared = prepare(connection, document, self._templates)
        telling = [prepared.digest, *prepared.title_hashes]
        found = self.postings.look_up(connection, prepared.sample + telling)
        host = urlsplit(document.url).netloc
        rows = [
            row
            for row in index.fetch(connection, index.candidates(found, telling))
            if row.article != document.article and urlsplit(row.url).netloc != host
        ]
        return [row for row in rows if _compare(prepared, row).relation in _SAME_BODY]

    def decide_prepared(
        self, connection: Connection, prepared: Prepared, policy: Policy, *, again: bool = False
    ) -> Decision:
        """The same for a prepared document; `again` decides anew what was delivered already."""
        document = prepared.document
        telling = [prepared.digest, *prepared.title_hashes]
        found = self.postings.look_up(connection, prepared.sample + telling)
        rows = index.fetch(connection, index.candidates(found, telling))
        for row in rows:
            if row.article == document.article and row.digest == prepared.digest and not again:
                return _as_before(prepared, row)
        related = _related(prepared, [row for row in rows if row.article != document.article])
        rare = (value for value in prepared.sample if len(found.get(value, ())) < index.CROWDED)
        hashes = tuple(islice(rare, index.KEPT))
        if not related:
            return Decision(Relation.NONE, None, None, document.article, "canonical", None, False, prepared, hashes)
        delivered = not again and _is_delivered(connection, document.article)
        return _settle(prepared, related, policy, hashes, delivered=delivered)

    def hold(self, decision: Decision) -> None:
        """Keeps a decision until the step that writes the article calls `settle`."""
        self._waiting[decision.prepared.document.article] = decision

    def settle(self, connection: Connection, article: str) -> tuple[Replaced, ...]:
        """Remembers the decision held for this article; to be called in the unit that writes the article and its event.

        Returns the delivered articles to retract in the same unit. Without a held decision nothing happens.
        """
        decision = self._waiting.pop(article, None)
        if decision is None:
            return ()
        self.remember(connection, decision)
        return decision.replaces

    def remember(self, connection: Connection, decision: Decision) -> bool:
        """Writes a decision into the index, within the caller's transaction. False when it stood there already."""
        document = decision.prepared.document
        if decision.known:
            return False
        if decision.drop:
            assert decision.of is not None
            assert decision.of_doc is not None
            self.postings.post(connection, decision.of_doc, [decision.prepared.digest])
            return _put_member(connection, document, decision.of, decision)
        prepared = decision.prepared
        entry = Entry(
            article=document.article,
            site=document.site,
            url=document.url,
            title="\n".join(sorted(prepared.titles)),
            title_raw=document.title_raw,
            tokens=len(prepared.body),
            digest=prepared.digest,
            body=index.pack(prepared.body.text()),
            cluster=decision.cluster,
            relation=decision.relation.value,
            role=decision.role,
            of=decision.of,
            score=decision.score,
            published=document.published,
        )
        doc = index.insert_text(connection, entry)
        fresh = doc is not None
        if doc is not None:
            if document.article not in self._surveyed:
                self._templates.add(connection, prepared.site, prepared.repeatable)
        else:
            doc = int(connection.execute(select(texts.c.doc).where(texts.c.article == document.article)).scalar_one())
            self._withdraw(connection, doc, document.article)
            index.update_text(connection, doc, entry)
        hashes = [*decision.hashes, prepared.digest, *prepared.title_hashes]
        self.postings.post(connection, doc, hashes if fresh else [*hashes, *digests_of(connection, document.article)])
        for old in decision.replaces:
            self._replace(connection, old, document.article, doc, decision)
        for cluster in decision.merged:
            _alias(connection, cluster, decision.cluster)
        return True

    def forget(self, connection: Connection, article: str) -> None:
        """Takes an article out of the index because it was retracted: the next copy of it that is met is delivered."""
        doc = connection.execute(select(texts.c.doc).where(texts.c.article == article)).scalar()
        if doc is not None:
            self._withdraw(connection, int(doc), article)
            connection.execute(delete(texts).where(texts.c.doc == doc))
        connection.execute(delete(members).where((members.c.of == article) | (members.c.article == article)))

    def _withdraw(self, connection: Connection, doc: int, article: str) -> None:
        """Takes all postings of a text out, and the digests of its copies."""
        for row in index.fetch(connection, [doc]):
            named = title_hashes(row.titles)
            hashes = [*sample_of(tokenise(row.text)), row.digest, *named, *digests_of(connection, article)]
            self.postings.withdraw(connection, doc, hashes)

    def _replace(self, connection: Connection, old: Replaced, article: str, doc: int, decision: Decision) -> None:
        """The old text becomes a member of the new one; its copies follow it."""
        for row in index.fetch(connection, [old.doc]):
            self._withdraw(connection, old.doc, old.article)
            connection.execute(delete(texts).where(texts.c.doc == old.doc))
            moved = update(members).where(members.c.of == old.article)
            connection.execute(moved.values(of=article, cluster=decision.cluster))
            _put_member(connection, row, article, decision)
            self.postings.post(connection, doc, digests_of(connection, article))

    def siblings(self, connection: Connection, article: str) -> list[Sibling]:
        """The other pages known to carry this article's body, on this and other sites; the delivered one first."""
        of = connection.execute(select(members.c.of).where(members.c.article == article)).scalar() or article
        found = [
            Sibling(row.article, row.site, row.url, row.title_raw)
            for row in connection.execute(select(texts).where(texts.c.article == of))
        ]
        found += [
            Sibling(row.article, row.site, row.url, row.title_raw)
            for row in connection.execute(select(members).where(members.c.of == of).order_by(members.c.article))
        ]
        return [sibling for sibling in found if sibling.article != article]


def cluster_of(connection: Connection, cluster: str) -> str:
    """The present id of a cluster, which may have been merged into another one."""
    into = connection.execute(select(aliases.c.into).where(aliases.c.cluster == cluster)).scalar()
    return cluster if into is None else str(into)


def _compare(prepared: Prepared, row: Known) -> Verdict:
    text = row.text
    if row.digest == prepared.digest and text == prepared.body.text():
        return Verdict(Relation.EXACT, 1.0)
    body = tokenise(text)
    if row.digest == prepared.digest and np.array_equal(body.ids, prepared.body.ids):
        return Verdict(Relation.EXACT, 1.0)
    return relate(prepared.side, Text(body, row.titles))


def _related(prepared: Prepared, rows: list[Known]) -> list[tuple[Known, Verdict]]:
    """Which of the candidates the text is related to, the strongest relation first."""
    related = []
    for row in rows:
        verdict = _compare(prepared, row)
        if verdict.relation is Relation.NONE:
            continue
        related.append((row, verdict))
        if (
            _STRENGTH[verdict.relation] > 2
            and len(prepared.body) < FULLER * row.tokens
            and not _is_the_original(prepared, row, verdict)
        ):
            break  # a copy; a fuller text goes on, it may replace several
    return sorted(related, key=lambda pair: (-_STRENGTH[pair[1].relation], -pair[1].score, pair[0].doc))


def _as_before(prepared: Prepared, row: Known) -> Decision:
    """The decision that stands for an article that has not changed."""
    relation = Relation(row.relation)
    return Decision(relation, row.of, None, row.cluster, row.role, row.score, False, prepared, known=True)


def _settle(
    prepared: Prepared,
    related: list[tuple[Known, Verdict]],
    policy: Policy,
    hashes: tuple[int, ...],
    *,
    delivered: bool,
) -> Decision:
    """The decision of an article that is related to known ones, best first. One that consumers have stays delivered."""
    document = prepared.document
    best, verdict = related[0]
    replaces = [
        Replaced(row.article, row.site, row.url, found.relation, found.score, row.doc, row.cluster)
        for row, found in related
        if _makes_superfluous(prepared, row, found, policy)
    ]
    better = len(prepared.body) >= FULLER * best.tokens or _is_the_original(prepared, best, verdict)
    drops = verdict.relation in (Relation.EXACT, Relation.NEAR) and policy[verdict.relation] == "drop"
    drops |= verdict.relation is Relation.CONTAINED and not verdict.swapped and policy[verdict.relation] == "drop"
    if drops and not better and not delivered:
        role = verdict.relation.role
        return Decision(
            verdict.relation, best.article, best.doc, best.cluster, role, verdict.score, True, prepared, hashes
        )
    joined = [row.cluster for row, found in related if found.relation in (Relation.EXACT, Relation.NEAR)]
    joined += [old.cluster for old in replaces if old.cluster not in joined]
    cluster = joined[0] if joined else document.article
    canonical = bool(replaces) or (verdict.relation is Relation.CONTAINED and verdict.swapped)
    return Decision(
        relation=verdict.relation,
        of=best.article,
        of_doc=best.doc,
        cluster=cluster,
        role="canonical" if canonical else verdict.relation.role,
        score=verdict.score,
        drop=False,
        prepared=prepared,
        hashes=hashes,
        replaces=tuple(replaces),
        merged=tuple(old.cluster for old in replaces if old.cluster != cluster),
    )


def _is_the_original(prepared: Prepared, row: Known, verdict: Verdict) -> bool:
    """Whether the known one is a repost of the new article: as long at most, and published clearly later."""
    ours, theirs = prepared.document.published, row.published
    if verdict.relation not in (Relation.EXACT, Relation.NEAR) or ours is None or theirs is None:
        return False
    return theirs - ours >= EARLIER and len(prepared.body) >= AS_FULL * row.tokens


def _makes_superfluous(prepared: Prepared, row: Known, verdict: Verdict, policy: Policy) -> bool:
    """True when the new article is the same one as a known one, and fuller, or as full and published before it."""
    if _is_the_original(prepared, row, verdict):
        return policy[verdict.relation] == "drop"
    if len(prepared.body) < FULLER * row.tokens:
        return False
    titled = titles_agree(prepared.titles, row.titles)
    if verdict.relation is Relation.NEAR:
        return policy[Relation.NEAR] == "drop" and (titled or verdict.score >= PART_SHARE)
    # A digest that holds a whole notice is no fuller copy of it: the teaser of an article has its title.
    return verdict.relation is Relation.CONTAINED and verdict.swapped and titled and verdict.score >= PART_SHARE


def _is_delivered(connection: Connection, article: str) -> bool:
    return connection.execute(select(texts.c.doc).where(texts.c.article == article)).scalar() is not None


def _put_member(connection: Connection, page: Document | Known, of: str, decision: Decision) -> bool:
    """False when the page was known as this copy already."""
    return index.put_member(
        connection,
        page.article,
        of,
        decision.cluster,
        page.site,
        page.url,
        page.title_raw,
        decision.relation.value,
        decision.score or 0.0,
        decision.prepared.digest if isinstance(page, Document) else page.digest,
    )


def digests_of(connection: Connection, article: str) -> list[int]:
    """Digests of an article's copies: its postings as well."""
    return list(connection.execute(select(members.c.digest).where(members.c.of == article)).scalars())


def _alias(connection: Connection, cluster: str, into: str) -> None:
    connection.execute(update(aliases).where(aliases.c.into == cluster).values(into=into))
    connection.execute(delete(aliases).where(aliases.c.cluster == cluster))
    connection.execute(insert(aliases).values(cluster=cluster, into=into))
    connection.execute(update(texts).where(texts.c.cluster == cluster).values(cluster=into))
    connection.execute(update(members).where(members.c.cluster == cluster).values(cluster=into))
