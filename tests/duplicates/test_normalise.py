import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.duplicates.normalise import tokenise
from tests.duplicates.samples import ENGLISH, HARBOUR


def words(text: str) -> list[str]:
    tokens = tokenise(text)
    return tokens.words(0, len(tokens))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("臺灣的鐘錶與著作", "台湾的钟表与着作"),  # traditional and simplified
        ("１９８３年３月，ＡＢＣ公司", "1983年3月, abc公司"),  # full width
        ("don’t — stop", "don't stop"),  # apostrophes and dashes
        ("全年产值2,000万元。", "全年产值2000万元"),  # thousands
        ("zero\u200bwidth soft\u00adhyphen", "zerowidth softhyphen"),
        ("面积１２㎡", "面积12m2"),  # compatibility characters
        (unicodedata.normalize("NFD", "Café Zürich"), "café zürich"),
    ],
)
def test_spellings_of_the_same_text_have_the_same_tokens(one: str, other: str) -> None:
    assert tokenise(one).ids.tolist() == tokenise(other).ids.tolist()


def test_chinese_is_cut_into_characters_and_other_scripts_into_words_and_numbers() -> None:
    assert words("第12期Open杯on 3.5米") == ["第", "12", "期", "Open", "杯", "on", "3.5", "米"]


def test_a_decimal_is_not_the_number_without_its_point() -> None:
    assert tokenise("涨幅3.5").ids.tolist() != tokenise("涨幅35").ids.tolist()


def test_capitals_stay_readable_but_do_not_tell_tokens_apart() -> None:
    assert words("Captain Ellery") == ["Captain", "Ellery"]
    assert tokenise("Captain Ellery").ids.tolist() == tokenise("captain ellery").ids.tolist()


def test_lines_are_paragraphs_and_empty_ones_count_for_nothing() -> None:
    tokens = tokenise("甲乙\n\n。。\n丙 word\n")
    assert tokens.paragraphs.tolist() == [0, 2]


def test_select_is_the_same_as_a_text_of_the_chosen_paragraphs() -> None:
    keep = np.array([True, False, True, True, False])
    chosen = tokenise("\n".join(para for para, kept in zip(HARBOUR, keep, strict=True) if kept))
    selected = tokenise("\n".join(HARBOUR)).select(keep)
    assert selected.ids.tolist() == chosen.ids.tolist()
    assert selected.paragraphs.tolist() == chosen.paragraphs.tolist()
    assert selected.words(0, len(selected)) == chosen.words(0, len(chosen))


def test_english_has_no_single_characters() -> None:
    assert not tokenise("\n".join(ENGLISH)).singles.any()


@given(st.text(max_size=200))
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    once = tokenise(text)
    again = tokenise(once.text())
    assert again.ids.tolist() == once.ids.tolist()
    assert again.paragraphs.tolist() == once.paragraphs.tolist()
