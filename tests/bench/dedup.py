"""Decides over a stream of documents: `python -m tests.bench.dedup DOCS.jsonl.xz OUT.jsonl`.

DOCS has one document a line, in stream order: id, site, title, paras; any other field is ignored. OUT gets id, cluster
(near and exact copies joined), relation and of. The index lives in a database of its own, as in a harvest. As in a
harvest, too, the first articles of each site are surveyed before one of them is decided: here the documents carry their
site's template, which the strip stage takes away in production.
"""

import argparse
import json
import lzma
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from crawler.duplicates import Decision, Document, duplicates_of
from crawler.state import State

SURVEY = 5  # articles of a site, as many as the survey of a harvest reads


def documents(path: Path) -> Iterator[Document]:
    """The documents of a stream, plain or xz."""
    for data in rows_of(path):
        yield Document(
            article=str(data["id"]),
            site=str(data["site"]),
            url=f"https://{data['site']}/{data['id']}",
            title=data["title"],
            text="\n".join(data["paras"]),
        )


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a stream as they are."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def decide_all(state: State, stream: Iterable[Document]) -> Iterator[tuple[Document, Decision]]:
    """Decides and remembers one document after the other, as the pipelines do."""
    duplicates = duplicates_of(state)
    for document in stream:
        with state.unit() as connection:
            decision = duplicates.decide(connection, document)
            duplicates.remember(connection, decision)
        state.commit_if_due()
        yield document, decision


def first_of_each_site(stream: Iterable[Document], many: int) -> list[Document]:
    """What a survey sees."""
    taken: dict[str, int] = defaultdict(int)
    chosen = []
    for document in stream:
        if taken[document.site] < many:
            taken[document.site] += 1
            chosen.append(document)
    return chosen


def run(path: Path, database: str) -> list[dict[str, Any]]:
    """One row a document, with the cluster ids as they stand at the end of the stream."""
    rows = []
    into: dict[str, str] = {}
    with State.open(database) as state:
        duplicates = duplicates_of(state)
        with state.unit() as connection:
            duplicates.survey(connection, first_of_each_site(documents(path), SURVEY))
        for document, decision in decide_all(state, documents(path)):
            into.update(dict.fromkeys(decision.merged, decision.cluster))
            rows.append(
                {
                    "id": document.article,
                    "cluster": decision.cluster,
                    "relation": str(decision.relation),
                    "of": decision.of,
                    "replaces": [old.article for old in decision.replaces],
                }
            )
    for row in rows:
        while row["cluster"] in into:
            row["cluster"] = into[row["cluster"]]
    return rows


def as_given(rows: list[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
    """The rows with the ids as DOCS has them, numbers as numbers."""
    given = {str(row["id"]): row["id"] for row in rows_of(path)}
    for row in rows:
        row["id"] = given[row["id"]]
        row["of"] = given.get(row["of"])
        row["replaces"] = [given[old] for old in row["replaces"]]
    return rows


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = as_given(run(arguments.documents, f"sqlite:///{folder}/state.db"), arguments.documents)
    with arguments.out.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    main()
