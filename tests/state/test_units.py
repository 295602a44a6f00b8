"""Units and groups: what is undone together, what is durable when, what a kill costs."""

import asyncio
import fcntl
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from crawler.outcomes import Outcome, Reason
from crawler.state import FrontierEntry, State, StateFullError
from crawler.state.database import GROUP_SECONDS, GROUP_UNITS
from crawler.state.outbox import event_of
from crawler.state.sqlitefile import SqliteFile
from tests.small_disk import small_disk
from tests.state.records import NOW, RUN, SITE, add, article, entry, finish, lease, record


def add_and_fail(state: State, one: FrontierEntry) -> None:
    with state.unit() as connection:
        assert state.frontier.add(connection, [one], RUN) == 1
        raise InterruptedError(one.url)


def fails(state: State, one: FrontierEntry) -> None:
    """A unit that adds and then raises."""
    with pytest.raises(InterruptedError):
        add_and_fail(state, one)


def test_a_failing_unit_undoes_only_its_own_writes(state: State) -> None:
    add(state, [entry("before")])
    fails(state, entry("lost"))
    add(state, [entry("after")])
    state.commit()
    known = state.frontier.known(entry(name).key for name in ("before", "lost", "after"))
    assert known == {entry("before").key, entry("after").key}
    assert state.runs.counts(RUN)["added"] == 2


def test_a_failing_inner_unit_leaves_the_outer_one_alive(state: State) -> None:
    with state.unit() as connection:
        state.frontier.add(connection, [entry("outer")], RUN)
        fails(state, entry("inner"))
    assert state.frontier.counts(SITE).ready == 1
    assert state.runs.counts(RUN)["added"] == 1


def put_again(state: State) -> None:
    with state.unit() as connection:
        state.frontier.add(connection, [entry("x")], RUN)
        state.outbox.put(connection, event_of(article("a")))


def test_an_error_of_the_database_undoes_only_its_unit(state: State) -> None:
    record(state, "a")
    with pytest.raises(IntegrityError):
        put_again(state)
    add(state, [entry("y")])
    state.commit()
    assert state.frontier.known([entry("x").key, entry("y").key]) == {entry("y").key}
    assert state.articles.count(SITE) == 1


def test_units_that_overlap_across_an_await_are_refused(state: State) -> None:
    async def page(name: str) -> None:
        with state.unit() as connection:
            state.frontier.add(connection, [entry(name)], RUN)
            await asyncio.sleep(0)

    async def both() -> None:
        await asyncio.gather(page("a"), page("b"))

    with pytest.raises(AssertionError, match="overlap"):
        asyncio.run(both())
    state.rollback()


def test_a_group_is_due_by_number_of_units_or_by_age(
    tmp_path: Path, open_state: Callable[[str], State], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = open_state(f"sqlite:///{tmp_path}/winnow.db")
    clock = [100.0]
    monkeypatch.setattr("crawler.state.database.time.monotonic", lambda: clock[0])
    assert not state.commit_if_due()
    for i in range(GROUP_UNITS):
        assert not state.commit_if_due()
        add(state, [entry(str(i))])
    assert state.commit_if_due()
    add(state, [entry("one more")])
    assert not state.commit_if_due()
    clock[0] += 0.5
    assert state.commit_if_due()


def test_in_an_event_loop_an_old_group_is_committed_while_nothing_happens(
    state_url: str, open_state: Callable[[str], State]
) -> None:
    first, second = open_state(state_url), open_state(state_url)

    async def page_and_silence() -> int:
        add(first, [entry("a")])
        await asyncio.sleep(GROUP_SECONDS + 0.3)
        add(second, [entry("b")])
        return second.frontier.counts(SITE).ready

    assert asyncio.run(page_and_silence()) == 2


def test_a_failed_commit_that_nobody_waited_for_stops_the_next_unit(tmp_path: Path) -> None:
    async def page_and_silence(state: State) -> None:
        for i in range(40):
            record(state, f"a{i}", "长" * 10_000)
        await asyncio.sleep(GROUP_SECONDS + 0.3)
        add(state, [entry("next")])

    with small_disk(tmp_path / "disk", kib=16384) as disk:
        with State.open(f"sqlite:///{disk.folder}/winnow.db") as state:
            disk.fill(spare_kib=64)
            with pytest.raises(StateFullError):
                asyncio.run(page_and_silence(state))
            disk.free()
        with State.open(f"sqlite:///{disk.folder}/winnow.db") as state:
            assert state.articles.count(SITE) == 0


_WRITER = """
import sys
from crawler.state import State
from tests.state.records import *
state = State.open(sys.argv[1])
for name in "ab":
    add(state, [entry(name)])
    print("writing", flush=True)
    sys.stdin.readline()
    state.commit()
    print("committed", flush=True)
    sys.stdin.readline()
"""


def has_turn(lock: Path) -> bool:
    """Whether another process has the turn to write."""
    with lock.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False


def test_writers_of_one_file_take_turns(tmp_path: Path, open_state: Callable[[str], State]) -> None:
    url = f"sqlite:///{tmp_path}/winnow.db"
    State.open(url).close()
    command = [sys.executable, "-c", _WRITER, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        for _ in range(2):
            assert writer.stdout.readline() == "writing\n"
            assert has_turn(tmp_path / "winnow.db.lock")
            print(file=writer.stdin, flush=True)
            assert writer.stdout.readline() == "committed\n"
            assert not has_turn(tmp_path / "winnow.db.lock")
            print(file=writer.stdin, flush=True)
    assert open_state(url).frontier.counts(SITE).ready == 2


def test_who_waits_for_the_turn_polls_it_and_does_not_wait_for_ever(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "winnow.db")
    hold = "import fcntl, sys; f = open(sys.argv[1], 'r+b'); fcntl.lockf(f, fcntl.LOCK_EX); print(flush=True); input()"
    command = [sys.executable, "-c", hold, str(tmp_path / "winnow.db.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        start = time.monotonic()
        file.take_turn(0.1)
        assert 0.1 <= time.monotonic() - start < 5
        holder.communicate("\n")
    file.take_turn(60.0)
    assert time.monotonic() - start < 30
    file.give_turn()
    file.close(sound=False)


def test_an_open_group_holds_no_lock_after_its_commit(tmp_path: Path, open_state: Callable[[str], State]) -> None:
    url = f"sqlite:///{tmp_path}/winnow.db"
    first, second = open_state(url), open_state(url)
    add(first, [entry("a")])
    assert second.frontier.counts(SITE).ready == 0
    first.commit()
    add(second, [entry("b")])
    assert second.frontier.counts(SITE).ready == 2
    second.commit()


def test_who_only_reads_does_not_wait_for_a_writer(tmp_path: Path, open_state: Callable[[str], State]) -> None:
    url = f"sqlite:///{tmp_path}/winnow.db"
    writer = open_state(url)
    add(writer, [entry("a")])
    writer.commit()
    add(writer, [entry("b")])
    start = time.monotonic()
    reader = open_state(url)
    assert reader.frontier.counts(SITE).ready == 1
    assert reader.runs.history(SITE) == []
    assert time.monotonic() - start < 5


def test_the_seal_is_synced_and_the_pages_are_not(tmp_path: Path, open_state: Callable[[str], State]) -> None:
    state = open_state(f"sqlite:///{tmp_path}/winnow.db")

    def synchronous() -> int:
        driver = state.connection.connection.driver_connection
        assert driver is not None
        return int(driver.execute("PRAGMA synchronous").fetchone()[0])

    assert synchronous() == 1
    with state.durable():
        assert synchronous() == 2
    assert synchronous() == 1


def test_the_seal_waits_for_the_disk_on_postgresql(postgresql_url: str, open_state: Callable[[str], State]) -> None:
    state = open_state(postgresql_url)
    with state.read() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "off"
    with state.durable() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


_KILLED = """
import os, signal, sys
from crawler.state import State
from tests.state.records import *
state = State.open(sys.argv[1])
add(state, [entry(str(i)) for i in range(10)])
leases = lease(state, 4, owner="killed")
for one in leases[:2]:
    with state.unit() as connection:
        state.articles.record(connection, article(one.url[-1]), "h", now=NOW)
        state.frontier.finish(connection, one.key, Outcome.DONE, Reason.ARTICLE, run=RUN, now=NOW)
state.commit()
with state.unit() as connection:
    state.articles.record(connection, article(leases[2].url[-1]), "h", now=NOW)
    if state.is_sqlite:
        state.frontier.finish(connection, leases[2].key, Outcome.DONE, Reason.ARTICLE, run=RUN, now=NOW)
    else:
        os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_articles_and_ends_together(state_url: str, open_state: Callable[[str], State]) -> None:
    done = subprocess.run([sys.executable, "-c", _KILLED, state_url], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    state = open_state(state_url)
    state.runs.start("run-2", SITE, NOW)
    with state.unit() as connection:
        assert state.frontier.release(connection, site=SITE) == 2
    assert state.articles.count(SITE) == 2
    counts = state.frontier.counts(SITE)
    assert (counts.pending, counts.leased, counts.ended) == (8, 0, 2)
    assert state.outbox.unsealed(SITE)["part"] == 2
    for one in lease(state, owner="next", run="run-2"):
        finish(state, one.key, run="run-2")
    assert state.books(SITE, "run-2").balance
    assert state.books(SITE, "run-2").ended == {Outcome.DONE: 8}


def test_a_full_group_is_durable_after_commit_without_close(state_url: str, open_state: Callable[[str], State]) -> None:
    first = open_state(state_url)
    add(first, [entry("a")])
    finish(first, lease(first)[0].key, Outcome.FILTERED, Reason.ROBOTS)
    first.commit()
    second = open_state(state_url)
    assert second.frontier.counts(SITE).ended == 1
