"""The whole corpus at once: postings made anew from the texts, and everything delivered decided again.

For when rules have improved, or the postings are in doubt. Both run in one unit: a crash leaves everything as it was.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, delete, select, update

from crawler.duplicates import index
from crawler.duplicates.decision import DEFAULT_POLICY, Decision, Policy, Replaced
from crawler.duplicates.duplicates import Duplicates, digests_of, duplicates_of
from crawler.duplicates.index import Known
from crawler.duplicates.normalise import tokenise
from crawler.duplicates.postings import Postings
from crawler.duplicates.prepare import Document, Prepared, hash_text, sample_of
from crawler.duplicates.relations import Relation
from crawler.duplicates.tables import members, texts
from crawler.state import State

_BATCH = 500


def rebuild_index(state: State) -> int:
    """Makes all postings anew from the stored texts; decisions stay. Returns how many texts there are."""
    to = duplicates_of(state).postings
    count = 0
    with state.unit() as connection:
        to.clear(connection)
        for row in _texts(connection):
            _post(connection, to, row, _prepared(row))
            count += 1
    return count


def recluster(state: State, site: str | None = None, policy: Policy = DEFAULT_POLICY) -> list[Replaced]:
    """Decides every delivered article again, oldest first; with `site`, only that site's may be taken back.

    Returns the articles that are copies now: the caller retracts each, with its `reason`. Repeating it returns nothing.
    Articles that were kept out stay out: what they said is not kept.
    """
    duplicates = duplicates_of(state)
    to = duplicates.postings
    superfluous: list[Replaced] = []
    with state.unit() as connection:
        to.clear(connection)
        for row in _texts(connection):
            prepared = _prepared(row)
            if site is not None and row.site != site:
                _post(connection, to, row, prepared)
                continue
            decision = duplicates.decide_prepared(connection, prepared, policy, again=True)
            if decision.drop:
                superfluous.append(_take_back(connection, duplicates, row, decision))
                continue
            if _settled(row, decision):
                _post(connection, to, row, prepared)
            else:
                duplicates.remember(connection, decision)
                superfluous += decision.replaces
                _post_copies(connection, to, row)
    return superfluous


def _texts(connection: Connection) -> Iterator[Known]:
    last = 0
    while True:
        docs = connection.execute(select(texts.c.doc).where(texts.c.doc > last).order_by(texts.c.doc).limit(_BATCH))
        batch = list(docs.scalars())
        if not batch:
            return
        for doc in batch:  # one by one: a text may have been taken back since
            yield from index.fetch(connection, [doc])
        last = batch[-1]


def _prepared(row: Known) -> Prepared:
    body = tokenise(row.text)
    document = Document(row.article, row.site, row.url, "", "", row.title_raw, row.published)
    return Prepared(document, body, row.titles, row.digest, sample_of(body), hash_text(row.site), [])


def _post(connection: Connection, to: Postings, row: Known, prepared: Prepared) -> None:
    found = to.look_up(connection, prepared.sample)
    rare = [value for value in prepared.sample if len(found.get(value, ())) < index.CROWDED]
    to.post(connection, row.doc, [*rare[: index.KEPT], row.digest, *prepared.title_hashes])
    _post_copies(connection, to, row)


def _post_copies(connection: Connection, to: Postings, row: Known) -> None:
    digests = digests_of(connection, row.article)
    if digests:
        to.post(connection, row.doc, digests)


def _settled(row: Known, decision: Decision) -> bool:
    """True when the new decision says what the old one did, or only that a link has gone the other way."""
    if decision.replaces:
        return False
    return (row.relation, row.of) == (decision.relation.value, decision.of) or decision.relation is Relation.NONE


def _take_back(connection: Connection, duplicates: Duplicates, row: Known, decision: Decision) -> Replaced:
    """A delivered article becomes a copy of another one, and so do its own copies."""
    assert decision.of is not None
    connection.execute(delete(texts).where(texts.c.doc == row.doc))
    duplicates.remember(connection, decision)
    moved = update(members).where(members.c.of == row.article)
    connection.execute(moved.values(of=decision.of, cluster=decision.cluster))
    assert decision.of_doc is not None
    for canonical in index.fetch(connection, [decision.of_doc]):
        _post_copies(connection, duplicates.postings, canonical)
    score = decision.score or 0.0
    return Replaced(row.article, row.site, row.url, decision.relation, score, row.doc, row.cluster)
