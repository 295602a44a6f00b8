"""The fields of a record, taken from crawler.article: as rows of a table for people, as types for loaders.

A loader that infers types takes a field that is null in the first lines for always null, and breaks on the first value
behind them. So the data card says the types.
"""

import types
import typing
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from crawler.article import Article


class FieldRow(NamedTuple):
    """One field. `name` is a path: `removed[].place.line`."""

    name: str
    type: str
    description: str


def field_rows(model: type[BaseModel] = Article, prefix: str = "") -> Iterator[FieldRow]:
    """All fields of a record, parts included, in the order of the JSON."""
    for python_name, field in model.model_fields.items():
        if field.exclude:
            continue
        name = prefix + (field.alias or python_name)
        kind, part = _kind(field.annotation)
        description = field.description or (part.__doc__ if part else None) or ""
        yield FieldRow(name, kind, " ".join(description.split()))
        if part is not None:
            yield from field_rows(part, f"{name}[]." if kind.startswith("list") else f"{name}.")


def field_table() -> str:
    """The rows as a Markdown table."""
    rows = [f"| `{row.name}` | {row.type} | {row.description.replace('|', chr(92) + '|')} |" for row in field_rows()]
    return "\n".join(["| field | type | meaning |", "|---|---|---|", *rows]) + "\n"


def features(model: type[BaseModel] = Article) -> list[dict[str, Any]]:
    """The types of a record as the `dataset_info` of a data card says them (Hugging Face datasets)."""
    return [
        {"name": field.alias or name, **_feature(field.annotation)}
        for name, field in model.model_fields.items()
        if not field.exclude
    ]


def _feature(annotation: Any) -> dict[str, Any]:
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return _feature(next(one for one in inner if one is not type(None)))
    if origin is typing.Annotated:
        return _feature(inner[0])
    if origin is list:
        item = _feature(inner[0])
        return {"list": item.get("dtype") or item["struct"]}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {"struct": features(annotation)}
    return {"dtype": {int: "int64", float: "float64", bool: "bool"}.get(annotation, "string")}


def _kind(annotation: Any) -> tuple[str, type[BaseModel] | None]:
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _kind(inner[0])
    if origin in (typing.Union, types.UnionType):
        names = [_kind(one) for one in inner if one is not type(None)]
        part = next((part for _, part in names if part is not None), None)
        optional = " or null" if type(None) in inner else ""
        return " or ".join(name for name, _ in names) + optional, part
    if origin is list:
        name, part = _kind(inner[0])
        return f"list of {name}", part
    if origin is Literal:
        return "string: " + ", ".join(f"`{value}`" for value in inner), None
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "object", annotation
    return {str: "string", int: "integer", float: "number", bool: "boolean"}[annotation], None
