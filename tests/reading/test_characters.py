"""What is counted in the texts of a page does not depend on the texts beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.characters import NUMBER_NAMES, text_numbers


def numbers(text: str) -> dict[str, float]:
    return dict(zip(NUMBER_NAMES, text_numbers([text])[0].tolist(), strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("来源：新华社 2026-11-22 08:30", {"label": 1, "dated": 1, "commas": 0, "ends_closed": 0}),
        ("他说：“天冷了，多穿。”", {"quotes": 1, "commas": 1, "stops": 1, "ends_closed": 1, "label": 1}),
        ("World / Europe", {"bars": 1, "digits": 0, "upper": 0}),
        ("/ Europe", {"bars": 0}),
        ("READ ON →", {"ends_colon": 1, "upper": 1}),
        ("3.5 per cent. Then 4.", {"stops": 1, "ends_stop": 1, "starts_digit": 1}),
        ("12", {"digits": 1, "dated": 0}),
    ],
)
def test_signs_of_a_text(text: str, expected: dict[str, float]) -> None:
    found = numbers(text)
    assert {name: found[name] for name in expected} == expected


@given(st.lists(st.text(" /:：.,。“12年a一\U0001f600", min_size=1, max_size=200), max_size=5))
def test_texts_do_not_touch_each_other(texts: list[str]) -> None:
    together = text_numbers(texts)
    assert together.shape == (len(texts), len(NUMBER_NAMES))
    for row, text in zip(together, texts, strict=True):
        assert row.tolist() == text_numbers([text])[0].tolist()
