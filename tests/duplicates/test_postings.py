import random

import pytest

from crawler.duplicates import duplicates_of, postings
from crawler.duplicates.postings import Postings
from crawler.state import State


def test_merging_changes_nothing_that_a_look_up_finds(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "MERGE_AT", 7)
    kept = duplicates_of(state).postings
    rng = random.Random(3)
    texts = {doc: [rng.randrange(60) for _ in range(12)] for doc in range(1, 40)}
    for doc, hashes in texts.items():
        with state.unit() as connection:
            kept.post(connection, doc, hashes)
            found = kept.look_up(connection, list(range(60)))
        expected = {
            value: {other for other, own in texts.items() if other <= doc and value in own} for value in range(60)
        }
        assert {value: set(docs) for value, docs in found.items()} == {v: docs for v, docs in expected.items() if docs}
        assert all(len(docs) == len(set(docs)) for docs in found.values())


def test_what_was_withdrawn_is_not_found_and_the_rest_is(state: State) -> None:
    kept = Postings()
    duplicates_of(state)
    with state.unit() as connection:
        kept.post(connection, 1, [10, 11, 12])
        kept.post(connection, 2, [10])
        kept.withdraw(connection, 1, [10, 11])
        assert kept.look_up(connection, [10, 11, 12]) == {10: [2], 12: [1]}


def test_a_second_writer_is_seen_in_the_next_transaction(state_url: str) -> None:
    with State.open(state_url) as one, State.open(state_url) as other:
        for state, doc in ((one, 1), (other, 2), (one, 3)):
            with state.unit() as connection:
                duplicates_of(state).postings.post(connection, doc, [doc])
            state.commit()
            with state.unit() as connection:
                found = duplicates_of(state).postings.look_up(connection, [1, 2, 3])
            state.commit()
            assert sorted(found) == list(range(1, doc + 1))


def test_numbers_given_again_after_an_undone_unit_belong_to_the_new_text(state: State) -> None:
    kept = duplicates_of(state).postings

    def post_and_fail() -> None:
        with state.unit() as connection:
            kept.post(connection, 1, [10])
            assert kept.look_up(connection, [10])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        post_and_fail()
    with state.unit() as connection:
        kept.post(connection, 1, [20])
        assert kept.look_up(connection, [10, 20]) == {20: [1]}
