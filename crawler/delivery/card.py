"""What stands beside the parts for people: data card, Frictionless data package, JSON Schema."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jinja2

from crawler.article import Article
from crawler.delivery.fields import features, field_rows
from crawler.delivery.files import write_text
from crawler.delivery.manifest import Link, manifest_name

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 - Markdown; site names are plain by site_folder()
)


def article_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one line of a part."""
    schema = Article.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "article/1"}


def write_card(folder: Path, chain: list[Link]) -> None:
    """Renews schema.json, datapackage.json and README.md from the manifests. Raises CannotWriteError."""
    if not chain:
        return
    write_text(folder / "schema.json", _pretty(article_schema()))
    write_text(folder / "datapackage.json", _pretty(_datapackage(chain)))
    write_text(folder / "README.md", _card(chain))


def _pretty(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _datapackage(chain: list[Link]) -> dict[str, Any]:
    newest = chain[-1]
    resources = [
        {
            "name": file.file.removesuffix(".jsonl.zst"),
            "path": file.file,
            "format": "jsonl",
            "mediatype": "application/x-ndjson",
            "compression": "zst",
            "encoding": "utf-8",
            "bytes": file.bytes,
            "hash": f"sha256:{file.sha256}",
            "records": file.records,
            "kind": file.kind,
        }
        for link in chain
        for file in link.manifest.files
    ]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": newest.manifest.site.lower(),
        "title": f"Articles of {newest.manifest.site}",
        "version": str(newest.manifest.number),
        "created": newest.manifest.sealed_at,
        "manifest": manifest_name(newest.manifest.number),
        "manifest_sha256": newest.sha256,
        "resources": resources,
    }


def _card(chain: list[Link]) -> str:
    ops: Counter[str] = Counter()
    records: Counter[str] = Counter()
    size = 0
    for file in (file for link in chain for file in link.manifest.files):
        ops.update(file.ops)
        records[file.kind] += file.records
        size += file.bytes
    return _TEMPLATES.get_template("card.md.jinja").render(
        site=chain[-1].manifest.site,
        manifests=len(chain),
        newest=manifest_name(len(chain)),
        sealed_at=chain[-1].manifest.sealed_at,
        ops=ops,
        records=records,
        size=size,
        features=json.dumps(features()),
        fields=[row for row in field_rows() if "." not in row.name and "[" not in row.name],
    )
