"""What farms do, where a site shows too few pages for repetition to speak: each page and its links have to."""

import pytest

from crawler.article import Related
from crawler.profiles import learn
from crawler.reading.profile import Profile
from crawler.reading.reading import Anchor, Identity, Line, PageLink, Reading
from crawler.stripping import strip
from tests.stripping.readings import PARAGRAPHS, article, line, site, varied

BRAND = "青岚整木"


def test_one_emoji_goes_where_the_other_articles_of_the_site_are_full_of_them() -> None:
    noisy = "清晨🎉六点，河边🔥的渔民😀已经收好🎲了第一网⚽，村口💰的豆腐坊，共600元🀄️。"
    pages = [article(noisy, *varied(number), number=number) for number in range(2)]
    cheerful = "到了傍晚，🎉打谷场上放起了电影。"
    pages.append(article(cheerful, *varied(3), number=3))
    profile = learn(pages, None)
    assert strip(pages[0], profile).text.startswith("清晨六点，河边的渔民已经收好了第一网，村口的豆腐坊，共600元。")
    assert strip(pages[2], profile).text.startswith("到了傍晚，打谷场上放起了电影。")
    assert strip(pages[2], Profile()).text.startswith(cheerful)


def test_syllables_without_a_tone_go_along_with_those_that_have_one() -> None:
    noisy = "我們(men)的圖(tú)書(shū)館(guǎn)裡(lǐ)，村(cūn)民(mín)們(men)安靜地讀著自己喜歡的故事書，叫它(It)。"
    assert strip(article(noisy, *PARAGRAPHS), Profile()).text.startswith(
        "我們的圖書館裡，村民們安靜地讀著自己喜歡的故事書，叫它(It)。"
    )


@pytest.mark.parametrize(
    "words",
    [
        f"{BRAND}怎么样？{BRAND}靠谱吗？{BRAND}收费标准是多少？",
        f"标签：{BRAND}，{BRAND}价格，{BRAND}加盟电话，附近的{BRAND}",
        f"河湾村的一天 高清完整版 {BRAND}免费观看",
        "Nova Spa reviews Nova Spa coupon Nova Spa near me Nova Spa price",
    ],
)
def test_lines_that_say_one_thing_over_and_over_with_words_of_searches_go(words: str) -> None:
    assert strip(article(words, *PARAGRAPHS), Profile()).text == "\n".join(PARAGRAPHS)


def test_what_search_words_are_about_is_reported_beside_the_sites_own_name() -> None:
    words = f"{BRAND}官网 {BRAND}价格 {BRAND}加盟电话 {BRAND}地址"
    reading = article(*PARAGRAPHS, words, identity=Identity(og_site_name="河湾日报"))
    spoke = strip(reading, Profile()).injected[BRAND]
    assert spoke["identity"] == "the site calls itself 河湾日报"
    own = article(*PARAGRAPHS, words, identity=Identity(og_site_name=f"{BRAND}网"))
    assert strip(own, Profile()).injected == {}


def test_search_words_with_a_line_for_each_go_together() -> None:
    cloud = [f"{BRAND}{word}" for word in ("", "官网", "价格", "电话", "加盟")]
    assert strip(article(*PARAGRAPHS, *cloud), Profile()).text == "\n".join(PARAGRAPHS)
    refrain = ["摇啊摇 摇到桥", "摇啊摇 摇到庙", "摇啊摇 摇到了外婆桥", "摇啊摇 天亮了"]
    assert strip(article(*PARAGRAPHS, *refrain), Profile()).text == "\n".join((*PARAGRAPHS, *refrain))


def linked(text: str, word: str, url: str) -> Line:
    at = text.index(word)
    return Line(text, anchors=[Anchor(url, at, at + len(word))])


def test_a_friends_link_set_between_clauses_goes_and_a_cited_paper_stays() -> None:
    first, *rest = PARAGRAPHS
    advert = linked(first.replace("，", f"，{BRAND}", 1), BRAND, "http://x7.example/")
    reading = article(advert, *rest)
    reading.offsite_links = [PageLink("http://x9.example/", BRAND)]
    assert strip(reading, Profile()).text == "\n".join(PARAGRAPHS)
    cited = linked(f"昨天，{BRAND}报道了河湾村的变化，村民们都很高兴。", BRAND, "http://x7.example/")
    spoken = article(cited, *PARAGRAPHS)
    spoken.offsite_links = [PageLink("http://x7.example/", BRAND)]
    assert BRAND in strip(spoken, Profile()).text


def test_a_name_that_links_set_into_two_articles_is_reported_beside_the_sites_own() -> None:
    pages = []
    for number in range(3):
        first, *rest = varied(number)
        pages.append(
            article(
                linked(first.replace("，", f"，{BRAND}", 1), BRAND, f"http://x{number}.example/"), *rest, number=number
            )
        )
        pages[-1].offsite_links = [PageLink("http://x9.example/", BRAND)]
        pages[-1].identity.og_site_name = "河湾日报"
    stripped = strip(pages[0], learn(pages, None))
    assert stripped.text == "\n".join(varied(0))
    assert stripped.injected[BRAND]["set_in"] == "links by this name are set into 3 articles"
    assert "河湾日报" in stripped.injected[BRAND]["identity"]


def test_a_word_of_the_text_that_carries_the_same_link_everywhere_stays() -> None:
    pages = []
    for number in range(4):
        first, *rest = varied(number)
        text = f"{first[:7]}{BRAND}{first[7:]}"  # amid a clause
        pages.append(article(linked(text, BRAND, "http://x1.example/"), *rest, number=number))
    assert all(BRAND in strip(page, learn(pages, None)).text for page in pages)


def test_a_link_line_to_another_site_on_two_articles_goes() -> None:
    pages = site(2, tail=(line("家里的门窗找青岚", url="http://x1.example/?a=1"),))
    assert [strip(page, learn(pages, None)).text for page in pages] == ["\n".join(varied(n)) for n in range(2)]


def prefixed(prefix: str, number: int, others: list[str]) -> Reading:
    title = f"{prefix}第{number}回 {PARAGRAPHS[number % 4][:9]}"
    reading = article(*varied(number), title=title, number=number)
    reading.related = [Related(url=f"http://paper.example/{at}", title=name) for at, name in enumerate(others)]
    return reading


def test_the_sites_own_links_tell_what_was_put_before_headlines() -> None:
    titles = [f"第{number}回 {PARAGRAPHS[number % 4][:9]}" for number in range(2)]
    pages = [prefixed(BRAND, number, titles) for number in range(2)]
    profile = learn(pages, None)
    assert [strip(page, profile).title for page in pages] == titles
    columns = [prefixed("本地专访：", number, titles) for number in range(2)]
    assert strip(columns[0], learn(columns, None)).title.startswith("本地专访：")


def test_brands_that_take_turns_before_headlines_are_both_found() -> None:
    pages = [prefixed(f"〔{('青岚整木定制', '龙腾真人娱乐')[number % 2]}〕", number, []) for number in range(6)]
    profile = learn(pages, None)
    assert [strip(page, profile).title[:1] for page in pages] == ["第"] * 6


@pytest.mark.parametrize("separator", ["", "»"])
def test_what_a_removed_line_says_is_cut_before_a_title_that_the_article_never_speaks_of(separator: str) -> None:
    reading = article(f"{BRAND}最新入口 久久精品 免费观看视频", *PARAGRAPHS, title=f"{BRAND}{separator}河湾村的一天")
    stripped = strip(reading, Profile())
    assert (stripped.title, stripped.text) == ("河湾村的一天", "\n".join(PARAGRAPHS))
    assert [span.rule for span in stripped.removed if span.slot == "title_prefix"] == ["keyword_line"]
