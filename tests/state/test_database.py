"""Opening the state: what is refused, what is mended, and what a full disk costs."""

import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, inspect, text, update

from crawler.exitcodes import Exit
from crawler.state import (
    State,
    StateDamagedError,
    StateFullError,
    StateTooNewError,
    StateUnavailableError,
)
from crawler.state.migrations import migrate, read_version
from crawler.state.schema import SCHEMA_VERSION, frontier, meta, outbox
from tests.small_disk import small_disk
from tests.state.records import NOW, RUN, SITE, add, entry, finish, lease, record


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/winnow.db"


@pytest.fixture
def database(tmp_path: Path, url: str) -> Path:
    """A closed state with some content."""
    with State.open(url) as state:
        add(state, [entry(str(i)) for i in range(500)])
        for i in range(50):
            record(state, f"a{i}", "正文" * 50)
    return tmp_path / "winnow.db"


def message_of(url: str, error: type[Exception]) -> str:
    with pytest.raises(error) as caught:
        State.open(url)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_the_database_is_for_its_owner_only(url: str, tmp_path: Path) -> None:
    with State.open(url) as state:
        add(state, [entry("a")])
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}
    assert {"winnow.db", "winnow.db-wal"} <= set(modes)


def test_a_state_that_was_closed_opens_with_all_it_had(url: str, database: Path) -> None:
    with State.open(url) as state:
        assert state.frontier.counts(SITE).ready == 500
        assert state.articles.count(SITE) == 50


def test_any_flipped_bit_in_a_closed_database_is_found(url: str, database: Path) -> None:
    data = database.read_bytes()
    chance = random.Random(1)
    for _ in range(25):
        flipped = bytearray(data)
        flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        database.write_bytes(bytes(flipped))
        assert "damaged" in message_of(url, StateDamagedError)
    database.write_bytes(data)
    State.open(url).close()


def test_a_refused_database_is_refused_again(url: str, database: Path) -> None:
    data = bytearray(database.read_bytes())
    data[-100] ^= 1
    database.write_bytes(bytes(data))
    for _ in range(3):
        assert "winnow.db.sum" in message_of(url, StateDamagedError)


@pytest.mark.parametrize("keep", [0, 1, 4096, 0.5, 0.9])
def test_a_truncated_database_is_refused_even_after_a_kill(url: str, database: Path, keep: float) -> None:
    (database.parent / "winnow.db.sum").unlink()  # as a kill leaves it
    size = database.stat().st_size
    os.truncate(database, int(keep * size) if 0 < keep < 1 else int(keep))
    message = message_of(url, StateDamagedError)
    assert str(database) in message
    assert "restore" in message


def test_a_broken_page_is_refused_even_after_a_kill(url: str, database: Path) -> None:
    (database.parent / "winnow.db.sum").unlink()
    with database.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * 4096)
    assert "damaged" in message_of(url, StateDamagedError)


def test_an_altered_line_is_not_delivered_even_after_a_kill(url: str, database: Path) -> None:
    (database.parent / "winnow.db.sum").unlink()
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE outbox SET payload = replace(payload, '正文', '歪文') WHERE seq = 7")
    connection.close()
    (database.parent / "winnow.db.sum").unlink(missing_ok=True)
    with State.open(url) as state:
        batch = state.outbox.seal(SITE, RUN, NOW, 100)
        assert batch is not None
        with pytest.raises(StateDamagedError, match=r"line 7 of outbox"):
            list(state.outbox.lines(batch, "part"))


def test_a_file_that_is_no_database_is_refused_and_kept(url: str, tmp_path: Path) -> None:
    (tmp_path / "winnow.db").write_text("a shopping list\n" * 1000)
    assert "not a database" in message_of(url, StateDamagedError)
    assert (tmp_path / "winnow.db").read_text().startswith("a shopping list")


def test_another_programs_database_is_refused_and_kept(url: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "winnow.db") as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()
    assert "no state of Winnow" in message_of(url, StateDamagedError)
    with sqlite3.connect(tmp_path / "winnow.db") as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]
    connection.close()


def test_a_lost_database_with_a_log_left_is_refused(url: str, database: Path) -> None:
    database.unlink()
    (database.parent / "winnow.db-wal").write_bytes(b"\x37\x7f\x06\x82" + b"\0" * 100)
    assert "-wal" in message_of(url, StateDamagedError)


def test_a_newer_schema_is_refused_and_nothing_is_written(
    state_url: str, open_state: Callable[[str], State], tmp_path: Path
) -> None:
    with State.open(state_url) as state, state.durable() as connection:
        connection.execute(update(meta).values(value=str(SCHEMA_VERSION + 1)))
    before = {path: path.read_bytes() for path in (tmp_path / "state").glob("*.db")}
    with pytest.raises(StateTooNewError, match="update the code") as caught:
        State.open(state_url)
    assert caught.value.exit_code is Exit.CONFIG
    assert before == {path: path.read_bytes() for path in before}


def test_an_older_schema_goes_through_every_step(state: State) -> None:
    def one_to_two(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE hosts ADD COLUMN country TEXT"))

    def two_to_three(connection: Connection) -> None:
        connection.execute(text("UPDATE hosts SET country = 'cn' WHERE host LIKE '%.cn'"))

    steps = {1: one_to_two, 2: two_to_three}
    with state.unit() as connection:
        state.hosts.put(connection, "example.cn", "robots", {}, expires_at=None)
        connection.execute(update(meta).where(meta.c.name == "version").values(value="1"))
        migrate(connection, "here", steps, target=3)
        assert read_version(connection, "here") == 3
        assert connection.execute(text("SELECT country FROM hosts")).scalar() == "cn"
        migrate(connection, "here", steps, target=3)


def test_a_failing_step_leaves_the_old_schema(state: State) -> None:
    def broken(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE hosts ADD COLUMN country TEXT"))
        connection.execute(text("UPDATE no_such_table SET a = 1"))

    def migrate_all() -> None:
        with state.unit() as connection:
            migrate(connection, "here", {SCHEMA_VERSION: broken}, target=SCHEMA_VERSION + 1)

    with pytest.raises(Exception, match="no_such_table"):
        migrate_all()
    with state.read() as connection:
        assert read_version(connection, "here") == SCHEMA_VERSION
        assert "country" not in [column["name"] for column in inspect(connection).get_columns("hosts")]


@pytest.mark.parametrize(
    "bad",
    [
        "nonsense",
        "mysql://localhost/x",
        "sqlite://",
        "postgresql://nobody@127.0.0.1:9/none",
        "sqlite:////dev/null/x/w.db",
    ],
)
def test_an_address_that_does_not_work_says_so(bad: str) -> None:
    message_of(bad, StateUnavailableError)


def test_a_password_does_not_show_in_messages() -> None:
    message = message_of("postgresql://me:s3cret@127.0.0.1:9/none", StateUnavailableError)
    assert "s3cret" not in message
    assert "127.0.0.1" in message


def test_a_full_disk_stops_with_one_line_and_loses_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kib=16384) as disk:
        url = f"sqlite:///{disk.folder}/winnow.db"
        with State.open(url) as state:
            state.runs.start(RUN, SITE, NOW)
            add(state, [entry(str(i)) for i in range(40)])
            state.commit()
            disk.fill(spare_kib=256)
            with pytest.raises(StateFullError) as caught:
                _harvest(state)
            assert caught.value.exit_code is Exit.CANNOT_WRITE
            assert "\n" not in str(caught.value)
            disk.free()
        with State.open(url) as state:
            state.runs.start("run-2", SITE, NOW)
            with state.unit() as connection:
                state.frontier.release(connection, site=SITE)
            _harvest(state)
            assert state.articles.count(SITE) == 40
            assert state.outbox.unsealed(SITE)["part"] == 40
            assert state.books(SITE, "run-2").balance


def _harvest(state: State) -> None:
    chance = random.Random(2)
    while leases := lease(state, 5):
        for one in leases:
            record(state, one.key.hex(), "".join(chance.choices("天地玄黄宇宙洪荒", k=3_000)))
            finish(state, one.key)
            state.commit()


def test_a_killed_writer_leaves_a_state_that_opens(url: str, tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from crawler.state import State; from tests.state.records import *\n"
        "state = State.open(sys.argv[1]); add(state, [entry('a')]); state.commit(); add(state, [entry('b')])\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program, url])
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "winnow.db.sum").exists()
    with State.open(url) as state:
        assert state.frontier.counts(SITE).ready == 1


def test_two_open_states_leave_a_note_only_when_the_last_one_closes(url: str, tmp_path: Path) -> None:
    first, second = State.open(url), State.open(url)
    first.close()
    assert not (tmp_path / "winnow.db.sum").exists()
    add(second, [entry("a")])
    second.close()
    assert (tmp_path / "winnow.db.sum").exists()
    State.open(url).close()


def test_rows_of_a_state_that_was_restored_from_a_copy_are_there(url: str, database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "winnow.db"
    copy.parent.mkdir()
    copy.write_bytes(database.read_bytes())
    with State.open(f"sqlite:///{copy}") as state, state.unit() as connection:
        assert connection.execute(insert(meta).values(name="note", value="x")).rowcount == 1
        assert connection.execute(text(f"SELECT count(*) FROM {frontier.name}")).scalar() == 500
        assert connection.execute(text(f"SELECT count(*) FROM {outbox.name}")).scalar() == 50
