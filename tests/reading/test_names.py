"""Names of people and of publications."""

import pytest

from crawler.reading.names import is_organisation, is_person, people


@pytest.mark.parametrize("name", ["刘满仓", "王帆", "欧阳修", "诸葛小明", "约翰·史密斯"])
def test_names_of_people(name: str) -> None:
    assert is_person(name)
    assert not is_organisation(name)


@pytest.mark.parametrize(
    "name", ["新河报", "河东新闻网", "科普河东-科学原理研究所", "河东青年报", "新华社", "河东大学"]
)
def test_names_of_organisations(name: str) -> None:
    assert is_organisation(name)
    assert not is_person(name)


@pytest.mark.parametrize("word", ["关注", "方法", "高考", "来源", "文言", "全球", "成都"])
def test_words_that_begin_like_a_name_are_none(word: str) -> None:
    assert people(word, sure=True) == []
