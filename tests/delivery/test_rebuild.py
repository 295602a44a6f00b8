"""The state is lost: ids and revisions come back from the deliveries."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.article import Article
from crawler.delivery import DamagedError, deliver, rebuild_state, verify
from crawler.state import State
from tests.delivery.test_deliver import delivered, fill
from tests.state.records import NOW, RUN, SITE, record


def hash_of(article: Article) -> str:
    """The tests' own: records() takes the text as the content's hash."""
    return article.text


@pytest.fixture
def output(tmp_path: Path) -> Path:
    with State.open(f"sqlite:///{tmp_path}/lost.db") as state:
        fill(state)
        deliver(state, SITE, RUN, tmp_path)
        record(state, "a", "changed")
        record(state, "a", site="another-site")
        with state.unit() as connection:
            for run in ("run-2", "run-3"):
                state.articles.gone(
                    connection, SITE, "b", run=run, now=NOW, fetched_at="2026-02-01T00:00:00Z", status=404
                )
        for site in (SITE, "another-site"):
            deliver(state, site, "run-3", tmp_path)
    return tmp_path


def test_a_rebuilt_state_delivers_nothing_twice(state: State, output: Path) -> None:
    assert rebuild_state(state, output, hash_of) == {SITE: 2, "another-site": 1}
    assert record(state, "a", "changed") == "unchanged"
    assert record(state, "c") == "unchanged"
    assert record(state, "b") == "add"  # it was retracted
    assert record(state, "c", "new words") == "update"
    delivery = deliver(state, SITE, "run-4", output)
    assert delivery is not None
    assert delivery.ops == {"add": 1, "update": 1}
    assert delivered(output / SITE)[-2:] == [("b", 3, "add"), ("c", 2, "update")]
    assert verify(output / SITE).manifests == 3
    assert deliver(state, "another-site", "run-4", output) is None


def test_line_numbers_go_on_where_the_lost_state_was(state: State, output: Path) -> None:
    rebuild_state(state, output, hash_of)
    record(state, "new")
    batch = state.outbox.seal(SITE, RUN, NOW, 10)
    assert batch is not None
    assert [line.seq for line in state.outbox.lines(batch, "part")] == [7]


def test_rebuilding_twice_changes_nothing(state: State, output: Path) -> None:
    rebuild_state(state, output, hash_of)
    assert rebuild_state(state, output, hash_of) == {}
    assert state.articles.count(SITE) == 2


def test_a_state_with_other_batches_is_not_mixed_in(state: State, output: Path, tmp_path: Path) -> None:
    record(state, "x")
    deliver(state, SITE, RUN, tmp_path / "elsewhere")
    with pytest.raises(DamagedError, match="rebuild into a new"):
        rebuild_state(state, output, hash_of)


def test_a_damaged_delivery_is_not_imported(output: Path, open_state: Callable[[str], State], tmp_path: Path) -> None:
    path = output / SITE / "part-000001.jsonl.zst"
    path.write_bytes(path.read_bytes()[:-1])
    state = open_state(f"sqlite:///{tmp_path}/new.db")
    with pytest.raises(DamagedError, match=r"part-000001"):
        rebuild_state(state, output, hash_of)
    assert state.outbox.batches(SITE) == []
