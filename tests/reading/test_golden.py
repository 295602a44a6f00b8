"""Golden pairs: every tests/pages/NAME.html is read, and every field that NAME.json expects is one test."""

import json
from dataclasses import asdict, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.reading.reading import Reading

PAGES = Path(__file__).parents[1] / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.html"))
KEYS = {"about", "url", "fetched_at", "encoding", "headers", "profile", "expect"}


@cache
def case(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((PAGES / f"{name}.json").read_text("utf-8"))
    return loaded


@cache
def reading_of(name: str) -> Reading:
    """The page as it would be served: in the encoding the case names, UTF-8 by default."""
    about = case(name)
    body = (PAGES / f"{name}.html").read_text("utf-8").encode(about.get("encoding", "utf-8"))
    profile = Profile.from_json(json.dumps(about.get("profile", {})))
    return read(body, about["url"], about.get("headers", {}), profile, datetime.fromisoformat(about["fetched_at"]))


def plain(value: Any) -> Any:
    """JSON form of a field, None left out of objects."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    if is_dataclass(value) and not isinstance(value, type):
        return {key: item for key, item in asdict(value).items() if item is not None}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def agrees(expected: Any, found: Any) -> bool:
    """Equal, but an expected object may name some keys only; a key expected as null must be absent."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(agrees(value, found.get(key)) for key, value in expected.items())
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(agrees, expected, found))
    return bool(expected == found)


@pytest.mark.parametrize(("name", "field"), [(name, field) for name in NAMES for field in case(name)["expect"]])
def test_page_is_read_as_expected(name: str, field: str) -> None:
    expected = case(name)["expect"][field]
    reading = reading_of(name)
    if field == "text":
        assert reading.text.split("\n") == expected
        return
    found = plain(getattr(reading, field))
    assert agrees(expected, found), f"{field} of {name}: expected {expected!r}, read {found!r}"


@pytest.mark.parametrize("name", NAMES)
def test_pair_is_complete(name: str) -> None:
    about = case(name)
    assert set(about) <= KEYS
    assert about["about"]
    assert about["expect"]
    assert set(about["expect"]) <= {*Reading.__dataclass_fields__, "text"}


def test_every_expectation_has_its_page() -> None:
    assert sorted(path.stem for path in PAGES.glob("*.json")) == NAMES
