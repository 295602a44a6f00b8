"""docs/data.md is the contract: its table of fields is that of the models, and its SQL works."""

import json
from pathlib import Path

from crawler.delivery import deliver
from crawler.delivery.fields import features, field_rows, field_table
from crawler.state import State
from crawler.state.payload import MAX_LINE_BYTES
from crawler.state.quarantine import HEAD_BYTES
from tests.delivery.test_deliver import fill
from tests.state.records import NOW, RUN, SITE, article, record

DOCUMENT = (Path(__file__).parents[2] / "docs" / "data.md").read_text("utf-8")


def test_the_table_of_fields_is_that_of_the_models() -> None:
    table = DOCUMENT.partition("<!-- fields:")[2].partition("-->\n")[2].partition("<!-- end of fields -->")[0]
    assert table == field_table(), "print field_table() and put it between the marks in docs/data.md"


def test_every_field_of_a_record_has_a_row_a_type_and_a_meaning() -> None:
    names = [row.name for row in field_rows()]
    assert [row.name for row in field_rows() if not row.description] == []
    assert [name for name in names if "." not in name] == list(article("a"))
    assert [feature["name"] for feature in features()] == list(article("a"))
    assert {"published.from", "removed[].place.line", "duplicates.role"} <= set(names)


def test_the_numbers_in_the_document_are_those_of_the_code() -> None:
    assert f"at most {MAX_LINE_BYTES >> 20} MiB" in DOCUMENT
    assert f"first {HEAD_BYTES >> 10} KiB" in DOCUMENT


def test_the_sql_of_the_document_gives_the_current_set(state: State, tmp_path: Path) -> None:
    import duckdb

    fill(state)
    record(state, "a", "changed")
    for run in ("run-2", "run-3"):
        with state.unit() as connection:
            state.articles.gone(connection, SITE, "b", run=run, now=NOW, fetched_at="2026-02-01T00:00:00Z", status=404)
    deliver(state, SITE, RUN, tmp_path)
    query = DOCUMENT.partition("```sql\n")[2].partition("```")[0].replace("output/SITE", str(tmp_path / SITE))
    rows = duckdb.connect().execute(f"SELECT id, rev FROM ({query}) ORDER BY id").fetchall()
    assert rows == [("a", 2), ("c", 1)]


def test_the_files_of_the_document_are_those_of_a_delivery(state: State, tmp_path: Path) -> None:
    fill(state)
    deliver(state, SITE, RUN, tmp_path)
    for path in (tmp_path / SITE).iterdir():
        assert path.name.replace("000001", "NNNNNN") in DOCUMENT
    manifest = json.loads((tmp_path / SITE / "manifest-000001.json").read_bytes())
    assert manifest["previous_sha256"] == "0" * 64
