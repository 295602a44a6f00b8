"""Advert boxes by structure: own words, the site class's selectors, filter files."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest

import crawler.reading.adverts as adverts
from crawler.profiles import learn
from crawler.reading.adverts import AdFilterError, is_advert_name
from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.reading.reading import Identity, Reading
from crawler.stripping import strip
from tests.stripping.readings import PARAGRAPHS, article, line, varied

BOXES = tomllib.loads(Path(adverts.__file__).with_name("adwords.toml").read_text(encoding="utf-8"))["box"]
OFFER = "木棉优选年中大促，全场坚果三折起售，今天下单明天就到家。"


def reading(box: str, profile: Profile | None = None, wrapper: str = "article-content") -> Reading:
    first, *others = (f"<p>{text}</p>" for text in PARAGRAPHS)
    html = (
        f"<html><head><title>河湾村的一天</title></head><body><h1>河湾村的一天</h1><div class='{wrapper}'>"
        f"{first}{box}{''.join(others)}</div></body></html>"
    )
    return read(
        html.encode(), "http://paper.example/1.html", {}, profile or Profile(), datetime(2026, 5, 12, tzinfo=UTC)
    )


@pytest.mark.parametrize("row", BOXES, ids=lambda row: row["example"])
def test_each_pattern_takes_its_example_and_leaves_its_trap(row: dict[str, str]) -> None:
    assert is_advert_name(row["example"])
    assert not is_advert_name(row["keep"])


@pytest.mark.parametrize(
    "name", ["header", "load-more", "shadow", "badge", "readme", "adapter", "address", "grade", "head", "admin"]
)
def test_words_that_merely_contain_ad_are_none(name: str) -> None:
    assert not is_advert_name(name)


@pytest.mark.parametrize(
    "name", ["adslot_" + "17" * 11 + "dd", "top-gg" + "5" * 24 + "x", "ad" + "placeholder" * 20 + "s"]
)
def test_long_names_cost_no_time(name: str) -> None:
    start = process_time()
    assert not is_advert_name(name)
    assert process_time() - start < 0.5


def test_a_box_with_an_advert_word_is_an_advert_although_it_reads_like_text() -> None:
    lines = reading(f"<div class='ad-box'><p>{OFFER}</p></div>").lines
    assert [(line.fate, line.rule) for line in lines if line.text == OFFER] == [("advert", "ad_words")]
    assert [line.text for line in lines if line.fate == "text"] == list(PARAGRAPHS)


def test_an_image_in_an_advert_box_is_no_image_of_the_article() -> None:
    boxes = (
        "<div class='ad-box'><a href='http://go.example/'><img src='/promo.gif'></a></div><p><img src='/boat.jpg'></p>"
    )
    assert [image.url for image in reading(boxes).images] == ["http://paper.example/boat.jpg"]


def test_a_node_that_holds_the_article_is_never_removed() -> None:
    assert reading("", wrapper="ad-wrap").text == "\n".join(PARAGRAPHS)


def test_a_node_with_most_of_the_text_is_never_removed() -> None:
    texts = reading(f"<div class='ads'>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS * 3)}</div>").text
    assert texts.count(PARAGRAPHS[1]) >= 3


def test_selectors_of_the_site_class_remove_boxes() -> None:
    box = f"<div class='zz9'><p>{OFFER}</p></div>"
    lines = reading(box, Profile(remove=("div.zz9",))).lines
    assert [line.rule for line in lines if line.text == OFFER] == ["site_remove"]
    with pytest.raises(ValueError, match="no CSS selector"):
        reading(box, Profile(remove=("div[[",)))


def test_filter_files_hide_by_class_id_host_and_respect_exceptions(tmp_path: Path) -> None:
    rules = tmp_path / "list.txt"
    rules.write_text("##.zz9\n##div.zz8 > p\npaper.example###zz7\nother.example##.zz6\n##.zz5\npaper.example#@#.zz5\n")
    profile = Profile(filters=(str(rules),))

    def rule_of(box: str) -> str:
        return next(line.rule for line in reading(box, profile).lines if line.text == OFFER)

    assert rule_of(f"<div class='zz9'><p>{OFFER}</p></div>") == "ad_filter"
    assert rule_of(f"<div class='zz8'><p>{OFFER}</p></div>") == "ad_filter"
    assert rule_of(f"<div id='zz7'><p>{OFFER}</p></div>") == "ad_filter"
    assert rule_of(f"<div class='zz6'><p>{OFFER}</p></div>") != "ad_filter"
    assert rule_of(f"<div class='zz5'><p>{OFFER}</p></div>") != "ad_filter"


def test_a_filter_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(AdFilterError, match="nowhere"):
        reading("", Profile(filters=("/nowhere.txt",)))


def test_sentences_that_speak_of_an_injected_name_are_set_in() -> None:
    patterns = ("想要更多优惠，欢迎联系木棉居家饰。", "木棉居家饰，新客立减。", "有需要就找木棉居家饰。")
    link = line("木棉居家饰", url="http://shop.example/")
    pages = [
        article(*varied(number), link, number=number, title=f"第{number}回", identity=Identity(og_site_name="河湾日报"))
        for number in range(6)
    ]
    for number, page in enumerate(pages[:3]):
        page.lines[number].text += patterns[number]
    profile = learn(pages, None)
    for number, page in enumerate(pages):
        assert strip(page, profile).text == "\n".join(varied(number))


def test_stock_phrases_of_writers_stay() -> None:
    pages = [article(*varied(number), number=number, title=f"第{number}回") for number in range(6)]
    for number, page in enumerate(pages):
        page.lines[number % 3].text += f"业内人士认为，{varied(number + 50)[0][:9]}。"
    profile = learn(pages, None)
    assert profile.advert_names == ()
    assert [strip(page, profile).text for page in pages] == [page.text for page in pages]
