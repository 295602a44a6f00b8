import random

import pytest

from crawler.duplicates.alignment import Change, align
from crawler.duplicates.normalise import tokenise
from crawler.duplicates.relations import (
    Relation,
    Text,
    is_harmless,
    is_wording,
    number_value,
    numbers_differ,
    relate,
    titles_agree,
)
from tests.duplicates.samples import ENGLISH, HARBOUR, ORCHARD, notice


def text(paras: tuple[str, ...] | list[str], title: str = "老码头的渡船") -> Text:
    return Text(tokenise("\n".join(paras)), frozenset({title}) if title else frozenset())


def relation(one: Text, other: Text) -> Relation:
    verdict = relate(one, other)
    assert relate(other, one).relation is verdict.relation, "a relation must not depend on who comes first"
    return verdict.relation


def test_an_advert_in_the_middle_of_sentences_leaves_a_copy_near() -> None:
    copy = [para.replace("，", "，点击领取新人礼包，", 1) for para in HARBOUR]
    assert relation(text(HARBOUR), text(copy)) is Relation.NEAR


def test_paragraphs_in_another_order_are_the_same_article() -> None:
    assert relation(text(HARBOUR), text([HARBOUR[i] for i in (3, 0, 4, 2, 1)])) is Relation.NEAR


def test_a_copy_with_another_title_is_near_when_the_text_speaks_for_itself() -> None:
    assert relation(text(HARBOUR), text([*HARBOUR[:4]], "震惊！江边竟然发生这种事")) is Relation.NEAR


def test_a_truncated_copy_is_contained() -> None:
    assert relation(text(HARBOUR), text([HARBOUR[0], HARBOUR[1][:40]])) is Relation.CONTAINED


def test_a_short_teaser_is_contained_only_under_the_same_title() -> None:
    teaser = [HARBOUR[0][:30]]
    assert relation(text(HARBOUR), text(teaser)) is Relation.CONTAINED
    assert relation(text(HARBOUR), text(teaser, "另一条新闻")) is Relation.NONE


def test_a_quotation_does_not_make_two_articles_one() -> None:
    quoting = [*ORCHARD, "此前报道：" + HARBOUR[2]]
    assert relation(text(HARBOUR), text(quoting, "苹果园里的滴灌")) is Relation.NONE


def test_short_articles_under_the_same_disclaimer_stay_apart() -> None:
    disclaimer = "免责声明：本文来自网络，仅代表作者个人观点，与本站立场无关，其内容的真实性、完整性和及时性未经核实，请读者自行判断，如有侵权请联系我们删除。"
    one = text([HARBOUR[0][:24], disclaimer, disclaimer[:40]], "渡船改班")
    other = text([ORCHARD[0][:28], disclaimer, disclaimer[:40]], "果园滴灌")
    assert relation(one, other) is Relation.NONE


def test_notices_of_one_template_are_different_articles() -> None:
    sides = [text([notice(i).text], notice(i).title) for i in range(20)]
    found = {relation(sides[i], sides[j]) for i in range(20) for j in range(i)}
    assert found <= {Relation.NONE, Relation.REWRITTEN}


def test_a_notice_that_differs_in_one_place_name_only_is_another_one() -> None:
    one = notice(3).text
    other = one.replace("松岭", "柳湾")
    assert relation(text([one], "松岭片区停暖通知"), text([other], "柳湾片区停暖通知")) is Relation.NONE


def test_a_name_at_the_very_start_is_compared_too() -> None:
    tail = "老人一生热爱木工，教过三十多个徒弟，街坊的桌椅多半出自他的手。追思会将在社区礼堂举行，亲友可以自行前往，不收花圈和礼金。"
    one, other = text(["陈国梁" + tail], "讣告"), text(["李书田" + tail], "讣告")
    assert relation(one, other) is not Relation.NEAR


def test_other_figures_in_the_same_sentences_are_another_article() -> None:
    report = "截至收盘，沪江指数报{}点，涨幅{}%，成交额{}亿元。盘面上，航运和造纸板块领涨，白酒板块回调。分析人士认为，市场情绪平稳，后续走势取决于外部环境与业绩披露，建议投资者保持耐心，控制仓位。"
    one, other = text([report.format(3012, 0.4, 655)], "收盘"), text([report.format(2987, 0.9, 701)], "收盘")
    assert relation(one, other) is Relation.NONE


def test_a_spun_copy_is_rewritten() -> None:
    rng = random.Random(4)
    other = "".join(ORCHARD)
    spun = []
    for para in HARBOUR:
        chars = list(para)
        for at in range(6, len(chars) - 4, 13):
            start = rng.randrange(len(other) - 2)
            chars[at : at + 2] = other[start : start + 2]
        spun.append("".join(chars))
    assert relation(text(HARBOUR), text(spun)) is Relation.REWRITTEN


def test_light_editing_of_english_is_near_and_other_names_are_not() -> None:
    edited = [para.replace("now leaves", "now departs").replace("small fire", "little fire") for para in ENGLISH]
    renamed = [para.replace("Ellery", "Marlow").replace("Rowan", "Peter") for para in ENGLISH]
    assert relation(text(ENGLISH, "The last ferry"), text(edited, "The last ferry")) is Relation.NEAR
    assert relation(text(ENGLISH, "The last ferry"), text(renamed, "The last ferry")) is not Relation.NEAR


def test_too_little_text_proves_nothing() -> None:
    assert relation(text(["天气晴朗，适合出游。"]), text(["天气晴朗，适合出游！"])) is Relation.NONE


@pytest.mark.parametrize(("numeral", "value"), [("十二", 12), ("二〇二五", 2025), ("三百零五", 305), ("两万", 20000)])
def test_chinese_numerals_have_values(numeral: str, value: int) -> None:
    assert number_value(numeral) == value


@pytest.mark.parametrize(
    ("left", "right", "differ"),
    [
        ("5", "8", True),
        ("2025 年 5 月 8 日", "2025 5 8", False),  # another way to write a date
        ("12 月 23 日", "12 23", False),
        ("十 二 月", "12 月", False),
        ("26", "昨 日", False),
        ("3.5", "35", True),
    ],
)
def test_numbers_differ_by_value_not_by_writing(left: str, right: str, differ: bool) -> None:
    assert numbers_differ(Change(left, right, 0, 3)) is differ
    assert is_harmless(Change(left, right, 0, 3)) is not differ


def test_wording_has_no_names_and_no_numbers() -> None:
    assert is_wording(Change("small", "little", 0, 1))
    assert not is_wording(Change("Ellery", "Marlow", 0, 1))
    assert not is_wording(Change("渡 船", "轮 渡", 0, 2))


def test_short_titles_agree_only_when_equal() -> None:
    assert titles_agree(frozenset({"渡船"}), frozenset({"渡船", "新闻网"}))
    assert not titles_agree(frozenset({"渡船"}), frozenset({"老渡船的故事"}))
    assert titles_agree(frozenset({"老码头的渡船"}), frozenset({"重磅老码头的渡船曝光"}))


def test_a_repeated_sentence_does_not_hide_the_rest() -> None:
    one, other = tokenise("\n".join([HARBOUR[0], *HARBOUR])), tokenise("\n".join([*HARBOUR, HARBOUR[0]]))
    assert align(one, other).matched >= len(tokenise("\n".join(HARBOUR[1:])))


def test_figures_in_a_paragraph_of_their_own_are_compared() -> None:
    terms = "本期开奖由公证处现场公证，开奖过程全程直播。中奖者请在六十天之内携带本人证件和奖券到当地中心办理兑奖手续，逾期未兑视为弃奖。理性购彩，量力而行，未成年人不得购买彩票及兑奖。"
    one = text([terms, "本期号码：03 11 17 22 29 31"], "开奖公告")
    other = text([terms, "本期号码：05 08 14 20 27 33"], "开奖公告")
    assert relation(one, other) is not Relation.NEAR


def test_another_list_between_the_same_phrases_is_another_article() -> None:
    winners = ["".join(random.Random(seed).choices("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", k=90)) for seed in (1, 2)]
    sides = [text([HARBOUR[0], names, HARBOUR[1], HARBOUR[2]], "获奖名单公示") for names in winners]
    assert relation(*sides) is not Relation.NEAR
