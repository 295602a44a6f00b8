"""What a data team does with a delivery: load it with their own libraries, take the current set, trust the card."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from crawler.delivery import deliver, write_latest
from crawler.delivery.fields import field_rows
from crawler.delivery.manifest import read_chain
from crawler.delivery.parts import read_lines
from crawler.state import State
from tests.state.records import NOW, RUN, SITE, record

RICH: dict[str, Any] = {
    "subtitle": "副标题",
    "authors": ["张三", "李四"],
    "published_at": "2026-01-02T03:04:00+08:00",
    "published": {"raw": "2026年1月2日 03:04", "precision": "minute", "from": "byline"},
    "images": [{"url": "https://example.org/1.jpg", "alt": None, "caption": "图"}],
    "views": 12,
    "next": {"url": "https://example.org/2.html", "title": "下一篇"},
    "previous": {"url": "https://example.org/0.html", "title": "上一篇"},
    "related": [{"url": "https://example.org/9.html", "views": 3}],
    "removed": [
        {"kind": "credit", "text": "来源:某报", "rule": "source", "score": 0.5, "place": {"line": 0, "start": 0}},
    ],
    "duplicates": {"cluster": "c", "role": "canonical"},
}
TEXT = "第一段。\u2028第二段。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two deliveries: plain records first, whose optional fields are all null, then rich ones."""
    with State.open(f"sqlite:///{tmp_path}/state/winnow.db") as state:
        for i in range(120):
            record(state, f"plain{i}", next={"url": "https://example.org/2.html"})
        deliver(state, SITE, RUN, tmp_path)
        for i in range(30):
            record(state, f"rich{i}", f"{TEXT}{i}", run="run-2", **RICH)
        record(state, "plain0", "changed", run="run-2")
        with state.unit() as connection:
            for run in ("run-2", "run-3"):
                state.articles.gone(
                    connection, SITE, "plain1", run=run, now=NOW, fetched_at="2026-02-01T00:00:00Z", status=410
                )
            state.copies.add(
                connection,
                json.loads(next(read_lines(tmp_path / SITE / "part-000001.jsonl.zst")))
                | {"duplicates": {"cluster": "c", "role": "exact", "of": "rich0"}},
            )
        deliver(state, SITE, "run-2", tmp_path)
    return tmp_path / SITE


def test_datasets_loads_the_folder(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    import datasets

    loaded = datasets.load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))
    assert len(loaded) == 152
    rich = loaded.filter(lambda row: row["id"] == "rich0", load_from_cache_file=False)[0]
    assert rich["published"]["from"] == "byline"
    assert rich["related"][0]["views"] == 3
    assert rich["text"] == f"{TEXT}0"
    assert [row.name for row in field_rows() if "." not in row.name] == loaded.column_names


def test_duckdb_queries_the_parts(folder: Path) -> None:
    import duckdb

    query = (
        f"SELECT op, count(*), max(published.raw), max(related[1].views) FROM '{folder}/part-*.jsonl.zst' GROUP BY op"
    )
    rows = {row[0]: row[1:] for row in duckdb.connect().execute(query).fetchall()}
    assert rows == {
        "add": (150, RICH["published"]["raw"], 3),
        "update": (1, None, None),
        "retract": (1, None, None),
    }


def test_polars_reads_the_parts(folder: Path) -> None:
    import polars

    parts = [polars.read_ndjson(part, infer_schema_length=None) for part in sorted(folder.glob("part-*.jsonl.zst"))]
    frame = polars.concat(parts, how="diagonal_relaxed")
    assert frame.height == 152
    assert frame.filter(polars.col("id") == "rich0")["next"].item()["title"] == "下一篇"
    newest = frame.sort("rev").group_by("id").last().filter(polars.col("op") != "retract")
    assert newest.height == 149
    assert newest.filter(polars.col("id") == "plain0")["text"].item() == "changed"


def test_frictionless_accepts_the_data_package(folder: Path) -> None:
    import frictionless

    report = frictionless.Package.validate_descriptor(json.loads((folder / "datapackage.json").read_bytes()))
    assert report.valid, report.to_dict()
    package = json.loads((folder / "datapackage.json").read_bytes())
    names = {file.file for link in read_chain(folder) for file in link.manifest.files}
    assert {resource["path"] for resource in package["resources"]} == names


def test_every_line_keeps_the_json_schema_in_the_folder(folder: Path) -> None:
    schema = json.loads((folder / "schema.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for part in sorted(folder.glob("part-*")):
        for line in read_lines(part):
            validator.validate(json.loads(line))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(json.loads(line) | {"surprise": 1})


def test_the_current_set_is_the_newest_revision_of_what_is_not_retracted(folder: Path, tmp_path: Path) -> None:
    assert write_latest(folder, tmp_path / "latest.jsonl") == 149
    lines = [json.loads(line) for line in (tmp_path / "latest.jsonl").read_text("utf-8").splitlines()]
    assert len({line["id"] for line in lines}) == len(lines) == 149
    by_id = {line["id"]: line for line in lines}
    assert by_id["plain0"]["rev"] == 2
    assert "plain1" not in by_id
    assert [line["id"] for line in lines][-2:] == ["rich29", "plain0"]


def test_the_card_tells_counts_fields_and_how_to_load(folder: Path) -> None:
    card = (folder / "README.md").read_text("utf-8")
    for line in (
        "| articles added | 150 |",
        "| articles updated | 1 |",
        "| articles retracted | 1 |",
        "| copies kept aside | 1 |",
        "| `published_at` | string or null | ISO 8601 with the site's offset. |",
    ):
        assert line in card
    for word in (
        "datasets.load_dataset(",
        "duckdb.sql(",
        "polars.read_ndjson(",
        "JsonlReader(",
        "manifest-000002.json",
    ):
        assert word in card


def test_a_lost_card_comes_back_with_the_next_delivery(
    folder: Path, tmp_path: Path, open_state: Callable[[str], State]
) -> None:
    card = (folder / "README.md").read_bytes()
    os.unlink(folder / "README.md")
    deliver(open_state(f"sqlite:///{tmp_path}/state/winnow.db"), SITE, RUN, tmp_path)
    assert (folder / "README.md").read_bytes() == card
