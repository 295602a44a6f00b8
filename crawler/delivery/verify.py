"""verify(): is a delivery what its manifests say, and does every record keep the contract?"""

import hashlib
import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from crawler.article import Article
from crawler.delivery.errors import DamagedError
from crawler.delivery.files import sha256_of
from crawler.delivery.manifest import DeliveredFile, Manifest, delivered_chain, file_name, manifest_name
from crawler.delivery.parts import KINDS, read_lines

_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_STREAM = {kind: stream for stream, kind in KINDS.items()}
# op of an article -> ops that may follow it
_FOLLOWS = {None: {"add"}, "add": {"update", "retract"}, "update": {"update", "retract"}, "retract": {"add"}}


@dataclass(frozen=True, slots=True)
class Verified:
    """A delivery that is sound."""

    folder: Path
    manifests: int
    files: int
    bytes: int
    ops: dict[str, int]
    current: int  # articles that are not retracted
    copies: int
    quarantined: int

    def line(self) -> str:
        """The result in one line."""
        ops = ", ".join(f"{n} {op}" for op, n in sorted(self.ops.items())) or "no article"
        return (
            f"{self.folder}: sound; {self.manifests} manifests, {self.files} files, {self.bytes} bytes; {ops}; "
            f"{self.current} current articles, {self.copies} copies, {self.quarantined} quarantined"
        )


def verify(folder: Path) -> Verified:
    """Checks chain, names, sizes, hashes, lines, schema, uniqueness of (id, rev) and the order of ops.

    Raises DamagedError; its message names the damaged file.
    """
    chain = delivered_chain(folder)
    ops: Counter[str] = Counter()
    records: Counter[str] = Counter()
    with closing(sqlite3.connect("")) as seen:
        seen.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, rev INTEGER, op TEXT)")
        for manifest, _ in chain:
            for file in manifest.files:
                _check_file(folder, manifest, file)
                _check_lines(folder / file.file, manifest, file, seen)
                ops.update(file.ops)
                records[file.kind] += file.records
        current = seen.execute("SELECT count(*) FROM seen WHERE op != 'retract'").fetchone()[0]
    files = [file for link in chain for file in link.manifest.files]
    return Verified(
        folder=folder,
        manifests=len(chain),
        files=len(files),
        bytes=sum(file.bytes for file in files),
        ops=dict(ops),
        current=current,
        copies=records["copies"],
        quarantined=records["quarantine"],
    )


def _check_file(folder: Path, manifest: Manifest, file: DeliveredFile) -> None:
    path = folder / file.file
    if file.file != file_name(_STREAM[file.kind], manifest.number):
        raise DamagedError(
            f"{folder / manifest_name(manifest.number)} names {file.file!r}, which is not a file of its own"
        )
    if not path.is_file():
        raise DamagedError(f"{path} is missing; restore it from a backup")
    if path.stat().st_size != file.bytes or sha256_of(path) != file.sha256:
        raise DamagedError(
            f"{path} is damaged: other bytes than {manifest_name(manifest.number)} says; restore it from a backup"
        )


def _check_lines(path: Path, manifest: Manifest, file: DeliveredFile, seen: sqlite3.Connection) -> None:
    lines = size = 0
    ops: Counter[str] = Counter()
    hashed = hashlib.sha256()
    for line in read_lines(path):
        lines += 1
        size += len(line)
        hashed.update(line)
        _check_text(path, lines, line)
        if file.kind == "articles":
            ops[_check_article(path, lines, line, manifest.site, seen)] += 1
    if (lines, size, hashed.hexdigest()) != (file.records, file.lines_bytes, file.lines_sha256) or ops != Counter(
        file.ops
    ):
        raise DamagedError(
            f"{path} is damaged: other lines than {manifest_name(manifest.number)} says; restore it from a backup"
        )


def _check_text(path: Path, number: int, line: bytes) -> None:
    try:
        text = line.decode("utf-8", "strict")
        json.loads(text)
    except ValueError as error:
        raise DamagedError(f"{path} line {number}: {error}") from error
    if _UNSAFE.search(text):
        raise DamagedError(f"{path} line {number}: a control or line-breaking character stands unescaped")


def _check_article(path: Path, number: int, line: bytes, site: str, seen: sqlite3.Connection) -> str:
    try:
        article = Article.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise DamagedError(f"{path} line {number}: not an article/1: {where}: {first['msg']}") from error
    if article.site != site:
        raise DamagedError(f"{path} line {number}: an article of {article.site!r} in the delivery of {site!r}")
    row = seen.execute("SELECT rev, op FROM seen WHERE id = ?", (article.id,)).fetchone()
    rev, op = row or (0, None)
    if article.rev <= rev:
        raise DamagedError(f"{path} line {number}: {article.id} rev {article.rev} was delivered before")
    if article.rev != rev + 1 or article.op not in _FOLLOWS[op]:
        raise DamagedError(f"{path} line {number}: {article.id} {article.op} rev {article.rev} follows {op} rev {rev}")
    seen.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (article.id, article.rev, article.op))
    return article.op
