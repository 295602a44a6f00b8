"""Statements that go past SQLAlchemy behave as those that do not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from crawler.state import State
from crawler.state.quick import Quick
from crawler.state.schema import meta

NAMED = Quick(select(meta.c.name).where(meta.c.name.in_(bindparam("names", expanding=True))), expanding="names")
PUT = Quick(insert(meta), columns=["name", "value"])


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(f"sqlite:///{tmp_path / 'winnow.db'}") as state:
        yield state


def test_a_list_finds_just_its_rows_and_an_empty_one_none(state: State) -> None:
    with state.unit() as connection:
        PUT.run_many(connection, [{"name": name, "value": ""} for name in ("a", "b", "c")])
        assert sorted(NAMED.run(connection, {"names": ["a", "c", "x"]}).fetchall()) == [("a",), ("c",)]
        assert NAMED.run(connection, {"names": []}).fetchall() == []


def test_errors_are_those_of_sqlalchemy_and_undo_only_their_unit(state: State) -> None:
    with state.unit() as connection:
        PUT.run(connection, {"name": "a", "value": "kept"})
    with pytest.raises(IntegrityError), state.unit() as connection:
        PUT.run_many(connection, [{"name": "b", "value": "undone"}, {"name": "a", "value": "a second time"}])
    with state.read() as connection:
        assert NAMED.run(connection, {"names": ["a", "b"]}).fetchall() == [("a",)]
