"""The catalogue: each class takes its example and leaves its trap."""

import pytest

from crawler.stripping.catalogue import Boilerplate, catalogue, match
from crawler.stripping.repeated import Zone
from tests.stripping.readings import PARAGRAPHS


@pytest.mark.parametrize("row", catalogue(), ids=lambda row: row.name)
def test_each_class_takes_its_example(row: Boilerplate) -> None:
    found = match(row.example, "tail")
    assert found is not None
    if row.action == "lift":
        assert row.field in found.fields


@pytest.mark.parametrize("row", [row for row in catalogue() if row.keep], ids=lambda row: row.name)
@pytest.mark.parametrize("zone", ["head", "inside", "tail"])
def test_each_class_leaves_its_trap(row: Boilerplate, zone: Zone) -> None:
    assert row.keep is not None
    assert match(row.keep, zone) is None


@pytest.mark.parametrize("text", [*PARAGRAPHS, "作者：佚名"])
def test_prose_is_never_boilerplate(text: str) -> None:
    assert match(text, "tail") is None


def test_a_sentence_with_boilerplate_words_inside_prose_stays() -> None:
    for text in (
        "他在法庭上说，如有侵权，请联系我们删除这句话不能免除平台的责任，法官对此表示同意，并当庭作出了判决。",
        "版权声明写得再长，也不如一次真正的授权来得可靠，这是老编辑对新人说得最多的一句话。",
        "孩子们把捡来的贝壳分享到每一个人手里，分享的快乐写在脸上。",
    ):
        assert match(text, "inside") is None
        assert match(text, "tail") is None
