"""Several workers on one PostgreSQL: no URL twice, no live worker robbed, no dead one mourned."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from crawler.state import State
from tests.state.records import NOW, RUN, SITE, add, article, entry, finish, lease

_WORKER = """
import sys
from crawler.state import State
from tests.state.records import *
url, owner = sys.argv[1:]
state = State.open(url)
idle = 0
while idle < 20:
    leases = lease(state, 5, owner=owner, per_host=5, now=time.time())
    idle = 0 if leases else idle + 1
    if not leases:
        time.sleep(0.05)
    for one in leases:
        print(one.url, flush=True)
        with state.unit() as connection:
            state.frontier.add(connection, [entry("shared-%d" % (hash(one.url) % 7), host="shared.org")], RUN)
            state.articles.record(connection, article(one.key.hex()), "h", now=NOW)
            state.frontier.finish(connection, one.key, Outcome.DONE, Reason.ARTICLE, run=RUN, now=NOW)
    with state.unit() as connection:
        state.frontier.release(connection, owner=owner)
state.close()
"""


def _start(url: str, owner: str) -> "subprocess.Popen[str]":
    program = "import time\n" + _WORKER
    return subprocess.Popen(
        [sys.executable, "-c", program, url, owner], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_two_workers_share_a_frontier_without_meeting(postgresql_url: str, open_state: Callable[[str], State]) -> None:
    state = open_state(postgresql_url)
    state.runs.start(RUN, SITE, NOW)
    add(state, [entry(str(i), host=f"host{i % 8}") for i in range(200)])
    workers = [_start(postgresql_url, owner) for owner in ("first", "second")]
    urls: list[str] = []
    for worker in workers:
        out, err = worker.communicate(timeout=60)
        assert worker.returncode == 0, err
        urls += out.split()
    assert len(urls) == len(set(urls))
    assert set(urls) >= {entry(str(i), host=f"host{i % 8}").url for i in range(200)}
    assert state.outbox.unsealed(SITE)["part"] == len(urls)
    assert state.books(SITE, RUN).balance


def test_a_new_run_takes_over_from_the_dead_and_not_from_the_living(
    postgresql_url: str, open_state: Callable[[str], State]
) -> None:
    living, newcomer = open_state(postgresql_url), open_state(postgresql_url)
    add(living, [entry(str(i), host=f"host{i}") for i in range(4)])
    assert len(lease(living, 2, owner="living", now=time.time())) == 2
    program = "import os, signal, sys, time\n" + _WORKER.split("idle = 0")[0]
    program += "lease(state, 2, owner=owner, now=time.time()); os.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", program, postgresql_url, "dead"], check=False)
    assert newcomer.frontier.counts(SITE).leased == 4
    deadline = time.monotonic() + 10
    released = 0
    while not released and time.monotonic() < deadline:  # the server needs a moment to see that the session is gone
        with newcomer.unit() as connection:
            released = newcomer.frontier.release(connection, site=SITE)
    assert released == 2
    assert newcomer.frontier.counts(SITE).leased == 2
    assert len(lease(newcomer, owner="newcomer", now=time.time())) == 2


def test_many_starts_at_once_on_an_empty_database_make_one_schema(postgresql_url: str) -> None:
    def start(_: int) -> int:
        with State.open(postgresql_url) as state:
            return state.frontier.counts(SITE).ready

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(start, range(6))) == [0] * 6


def test_many_starts_at_once_on_a_new_file_make_one_schema(tmp_path: Path) -> None:
    program = (
        "import sys; from crawler.state import State; from tests.state.records import *\n"
        "state = State.open(sys.argv[1]); add(state, [entry(sys.argv[2])]); state.close()"
    )
    url = f"sqlite:///{tmp_path}/winnow.db"
    started = [subprocess.Popen([sys.executable, "-c", program, url, str(i)]) for i in range(3)]
    assert [one.wait(60) for one in started] == [0] * 3
    with State.open(url) as state:
        assert state.frontier.counts(SITE).ready == 3


def test_the_same_article_from_two_workers_is_one_revision(
    postgresql_url: str, open_state: Callable[[str], State]
) -> None:
    states = [open_state(postgresql_url) for _ in range(2)]

    def write(state: State) -> list[str]:
        ops: list[str] = []
        for i in range(30):
            with state.unit() as connection:
                ops.append(state.articles.record(connection, article(f"a{i}"), "h", now=NOW).op)
        return ops

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(write, states))
    assert sorted(op for ops in both for op in ops) == ["add"] * 30 + ["unchanged"] * 30
    assert finish(states[0], b"nobody knows me.") is False
