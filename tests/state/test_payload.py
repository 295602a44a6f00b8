"""A record is one line for every reader, whatever characters it holds."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.state.payload import MAX_LINE_BYTES, UnsafeRecordError, digest, json_line

_UNSAFE = [chr(i) for i in range(32)] + [chr(i) for i in range(0x7F, 0xA0)] + ["\u2028", "\u2029"]
_texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(_UNSAFE))
_records = st.dictionaries(_texts, _texts | st.lists(_texts) | st.integers() | st.none())


@given(_records)
def test_a_line_reads_back_as_the_record_and_is_one_line(record: dict[str, Any]) -> None:
    line = json_line(record)
    assert json.loads(line) == record
    assert len(line.splitlines()) == 1
    assert not set(line) & set(_UNSAFE)
    line.encode("utf-8", "strict")


@pytest.mark.parametrize("value", ["\ud83d", math.nan, math.inf, "长" * (MAX_LINE_BYTES // 3 + 1)])
def test_what_cannot_be_a_line_is_refused(value: object) -> None:
    with pytest.raises(UnsafeRecordError):
        json_line({"text": value})


def test_chinese_text_stays_readable() -> None:
    assert json_line({"title": "标题", "n": 1}) == '{"title":"标题","n":1}'


def test_a_digest_changes_with_any_bit() -> None:
    assert digest("一") != digest("二")
    assert len(digest("一")) == 16
