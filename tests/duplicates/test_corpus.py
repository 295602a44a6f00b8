from sqlalchemy import Connection, select

from crawler.duplicates import Relation, duplicates_of, rebuild_index, recluster
from crawler.duplicates.postings import Postings
from crawler.duplicates.tables import postings
from crawler.state import State
from tests.duplicates.samples import HARBOUR, ORCHARD, document, notice
from tests.duplicates.test_duplicates import TITLE, take


def all_postings(connection: Connection, kept: Postings) -> set[tuple[int, int]]:
    """Every (hash, text)."""
    kept.merge(connection)
    return {(row.hash, row.doc) for row in connection.execute(select(postings))}


def fill(state: State) -> None:
    """Two copies that were both delivered because the rules of then did not see them, and other articles."""
    take(state, [document("a", HARBOUR, TITLE), document("c", ORCHARD, "苹果园"), notice(1), notice(2)])
    take(state, [document("b", HARBOUR, TITLE, "two.example")], {"exact": "link"})


def test_lost_postings_are_made_anew(state: State) -> None:
    fill(state)
    kept = duplicates_of(state).postings
    with state.unit() as connection:
        before = all_postings(connection, kept)
        kept.clear(connection)
    assert rebuild_index(state) == 5
    with state.unit() as connection:
        assert all_postings(connection, kept) == before
    assert take(state, [document("d", ORCHARD, "苹果园")])[0].of == "c"


def test_reclustering_takes_back_what_is_a_copy_now(state: State) -> None:
    fill(state)
    superfluous = recluster(state)
    assert [(old.article, old.relation) for old in superfluous] == [("b", Relation.EXACT)]
    assert recluster(state) == []
    with state.read() as connection:
        assert [one.article for one in duplicates_of(state).siblings(connection, "a")] == ["b"]
    assert take(state, [document("d", HARBOUR, TITLE)])[0].of == "a"


def test_reclustering_one_site_takes_back_nothing_of_another(state: State) -> None:
    fill(state)
    assert recluster(state, site="one.example") == []
    assert [old.article for old in recluster(state, site="two.example")] == ["b"]


def test_a_corpus_without_copies_stays_as_it_is(state: State) -> None:
    take(state, [document("a", HARBOUR, TITLE), document("t", (HARBOUR[0],), TITLE), document("c", ORCHARD)])
    assert recluster(state) == []
    assert take(state, [document("b", ORCHARD)])[0].of == "c"
