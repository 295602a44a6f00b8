"""Reads every page of a practice archive and writes what was found, one JSON object a line.

usage: python -m tests.bench.extraction ARCHIVE.tar.xz OUT.jsonl

Only the bytes of the pages are used, no gold and no address. Scored by score_extraction.py and score_credits.py.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.reading.reading import Reading
from tests.bench.corpus import archive_pages

FETCHED_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)  # later than every page of the archives


def prediction(page_id: str, reading: Reading) -> dict[str, Any]:
    """The fields that the scorers ask for."""
    return {
        "id": page_id,
        "text": reading.text,
        "title": reading.title,
        "subtitle": reading.subtitle,
        "authors": reading.authors,
        "source": reading.source,
        "editor": reading.editor,
        "column": reading.column,
        "category": reading.category,
        "tags": reading.tags,
        "published_at": reading.published_at,
        "related": [entry.url for entry in reading.related],
        "kind": reading.kind,
    }


def predictions(archive: Path) -> Iterator[dict[str, Any]]:
    """One prediction for each page of the archive."""
    for page_id, body in archive_pages(archive):
        yield prediction(page_id, read(body, "", {}, Profile(), FETCHED_AT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    with args.out.open("w", encoding="utf-8") as handle:
        for row in predictions(args.archive):
            handle.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
