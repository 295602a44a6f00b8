"""Names that take turns before the headlines of a site: brands go where something speaks against them, columns stay."""

import pytest

from crawler.profiles import learn
from crawler.reading.profile import Profile
from crawler.reading.reading import Identity, PageLink, Reading
from crawler.stripping import strip
from tests.stripping.readings import PARAGRAPHS, article, line, varied

FIRMS = ("森屿全屋定制", "朵拉医美")
NAMELESS = ("云水谣兮", "白鹭于飞")  # nobody can say by their words what they are


def titles(names: tuple[str, ...], form: str = "【{}】", *, pages: int = 4) -> tuple[list[Reading], list[str]]:
    """Articles whose headlines open with the names in turn, and their titles without them."""
    bare = [f"第{number}回 {PARAGRAPHS[number % 4][:9]}" for number in range(pages)]
    made = [
        article(*varied(number), title=form.format(names[number % len(names)]) + bare[number], number=number)
        for number in range(pages)
    ]
    return made, bare


def stripped(pages: list[Reading]) -> list[str]:
    profile = learn(pages, None)
    return [strip(page, profile).title for page in pages]


@pytest.mark.parametrize("form", ["【{}】", "{}｜", "{}：", "{}-"])
def test_names_of_firms_that_no_article_speaks_of_go(form: str) -> None:
    pages, bare = titles(FIRMS, form)
    assert stripped(pages) == bare


def test_english_names_of_firms_go() -> None:
    pages, bare = titles(("Kestrel Roofing", "NovaTrade"), "{}: ")
    assert stripped(pages) == bare


def test_firms_that_the_articles_are_about_stay() -> None:
    pages, _ = titles(FIRMS)
    for number, page in enumerate(pages):
        page.lines[0].text = f"第{number}天，{FIRMS[number % 2]}的负责人说明了情况。" + page.lines[0].text
    assert stripped(pages) == [page.title for page in pages]


@pytest.mark.parametrize(
    "names",
    [
        NAMELESS,
        ("灯下漫笔", "海外来鸿"),
        ("新春走基层", "高质量发展调研行"),
        ("青岚县", "白塔街道"),
        ("Night Owls", "Field Notes"),
    ],
)
def test_columns_series_and_places_stay_where_nothing_speaks_against_them(names: tuple[str, ...]) -> None:
    pages, _ = titles(names)
    assert stripped(pages) == [page.title for page in pages]


def test_parts_of_the_site_stay_whatever_their_names() -> None:
    pages, _ = titles(FIRMS)
    for page in pages:
        page.links = [PageLink(f"http://paper.example/{name}/", name, zone="nav") for name in FIRMS]
    assert stripped(pages) == [page.title for page in pages]


def test_what_the_page_claims_as_its_title_tells_a_name_from_the_headline() -> None:
    pages, bare = titles(NAMELESS)
    for page, title in zip(pages, bare, strict=True):
        page.claimed_titles = [title]
    assert stripped(pages) == bare


def test_a_listing_tells_a_name_from_the_headline() -> None:
    pages, bare = titles(NAMELESS)
    listing = Reading(url="http://paper.example/", kind="listing")
    listing.links = [PageLink(page.url, title, zone="main") for page, title in zip(pages, bare, strict=True)]
    profile = learn([*pages, listing], None)
    assert [strip(page, profile).title for page in pages] == bare


def test_a_firm_that_comes_later_in_the_same_form_goes_too() -> None:
    pages, bare = titles((*FIRMS, *FIRMS, "鼎成商标注册"), pages=5)
    profile = learn(pages[:4], None)
    assert strip(pages[4], profile).title == bare[4]
    other = article(*varied(9), title="鼎成商标注册有了新规定")
    assert strip(other, profile).title == "鼎成商标注册有了新规定"


def test_a_firm_in_a_dateline_goes_where_the_page_says_it_outside_the_article_too() -> None:
    first, *rest = PARAGRAPHS
    back = line(f"返回{FIRMS[0]}，查看更多", url="http://x7.example/")
    identity = Identity(og_site_name="河湾日报")
    for dateline in (f"{FIRMS[0]}讯 ", f"据{FIRMS[0]}消息，", f"{FIRMS[0]}杭州5月6日电 "):
        swapped = article(dateline + first, *rest, back, identity=identity)
        assert strip(swapped, Profile()).text == "\n".join(PARAGRAPHS)
    for dateline in ("本报讯 ", "新华社北京5月1日电 ", "雷锋网讯 "):
        honest = article(dateline + first, *rest, back, identity=identity)
        assert strip(honest, Profile()).text.startswith(dateline)
    alone = article(f"{FIRMS[0]}讯 {first}", *rest, identity=identity)
    assert strip(alone, Profile()).text.startswith(FIRMS[0])


def test_a_line_that_leads_back_to_another_site_goes() -> None:
    page = article(*PARAGRAPHS, line("Back to Orchid Bay", url="http://x7.example/"))
    assert strip(page, Profile()).text == "\n".join(PARAGRAPHS)
    own = article(*PARAGRAPHS, "Back to school", line("Back to school", url="http://paper.example/2/"))
    assert strip(own, Profile()).text.count("Back to school") == 2
