"""The current set: the newest revision of every article that is not retracted, as one JSONL."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from crawler.delivery.files import whole_file
from crawler.delivery.manifest import delivered_chain
from crawler.delivery.parts import read_lines


def write_latest(folder: Path, path: Path) -> int:
    """Writes the current set of output/<site> to `path`, in the order of delivery; returns the number of articles.

    Two passes over the parts; ids wait in a temporary database that spills to disk, so that memory stays bounded.
    Raises DamagedError, CannotWriteError.
    """
    chain = delivered_chain(folder)
    parts = [folder / file.file for link in chain for file in link.manifest.files if file.kind == "articles"]
    with closing(sqlite3.connect("")) as newest:
        newest.execute("CREATE TABLE newest (id TEXT PRIMARY KEY, rev INTEGER, part INTEGER, line INTEGER, op TEXT)")
        for number, part in enumerate(parts):
            for position, line in enumerate(read_lines(part)):
                record = json.loads(line)
                newest.execute(
                    "INSERT INTO newest VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, "
                    "part = excluded.part, line = excluded.line, op = excluded.op WHERE excluded.rev > newest.rev",
                    (record["id"], record["rev"], number, position, record["op"]),
                )
        newest.execute("CREATE INDEX place ON newest (part, line) WHERE op != 'retract'")
        written = 0
        with whole_file(path) as file:
            for number, part in enumerate(parts):
                query = "SELECT line FROM newest WHERE part = ? AND op != 'retract' ORDER BY line"
                wanted = newest.execute(query, (number,))
                row = wanted.fetchone()
                for position, line in enumerate(read_lines(part)):
                    if row is None:
                        break
                    if position == row[0]:
                        file.write(line)
                        written += 1
                        row = wanted.fetchone()
    return written
