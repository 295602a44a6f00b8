"""strip: what goes, what stays, and that nothing is lost."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.profiles import learn
from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.reading.reading import Anchor, Identity, Line
from crawler.stripping import rebuild, strip
from tests.stripping.readings import PARAGRAPHS, article, line, site, varied

PAGES = Path(__file__).parents[1] / "pages"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
BRAND = "诗婷露雅化妆品"
DISCLAIMER = (
    "的版权声明:本文内容由互联网用户自发贡献,该文观点仅代表作者本人。本站仅提供信息存储空间服务,不拥有所有权,不承担相关法律责任。"
    "如发现本站有涉嫌抄袭侵权的内容, 请发送邮件至 举报,一经查实,本站将立刻删除。"
)


def test_an_article_without_anything_odd_stays_as_it_is() -> None:
    stripped = strip(article(), Profile())
    assert stripped.text == "\n".join(PARAGRAPHS)
    assert (stripped.removed, stripped.flags) == ([], [])


def test_lines_that_the_reader_judged_go_with_their_kind() -> None:
    reading = article("记者 王海燕 摄影报道", *PARAGRAPHS, line("猜你喜欢", "related"), line("隐藏的字", "hidden"))
    stripped = strip(reading, Profile())
    assert stripped.text == "\n".join(PARAGRAPHS)
    assert [span.kind for span in stripped.removed] == ["credit", "related", "hidden"]
    assert rebuild(stripped.text, stripped.removed) == [one.text for one in reading.lines]


def test_a_line_on_three_articles_of_a_site_goes_whatever_its_words() -> None:
    pages = site(3, tail=("河神保佑每一位读者平安归来",))
    profile = learn(pages, None)
    stripped = strip(site(4, tail=("河神保佑每一位读者平安归来",))[3], profile)
    assert stripped.text == "\n".join(varied(3))
    assert [(span.rule, span.slot) for span in stripped.removed] == [("repeated_line", "tail")]
    assert strip(pages[0], learn(pages[:2], None)).text.endswith("平安归来"), "two articles are no evidence"


def test_a_run_of_site_lines_longer_than_the_tail_zone_goes_as_a_whole() -> None:
    tail = tuple(f"本站第{sign}条说明请各位读者留意" for sign in "甲乙丙丁戊己庚")
    pages = site(5, tail=tail)
    assert strip(pages[0], learn(pages, None)).text == "\n".join(varied(0))


def test_copies_of_one_article_do_not_make_its_lines_boilerplate() -> None:
    copies = [article(*varied(1), number=number) for number in range(4)]
    profile = learn([*copies, *site(3)], None)
    assert strip(copies[0], profile).text == "\n".join(varied(1))


def test_a_slot_goes_where_the_title_without_it_is_the_headline() -> None:
    stripped = strip(article(title="河湾村的一天-某某网", headline="河湾村的一天"), Profile())
    assert stripped.title == "河湾村的一天"
    assert [(span.slot, span.text, span.kind) for span in stripped.removed] == [("title_suffix", "-某某网", "template")]


def test_a_brand_between_headline_and_site_name_is_a_span_of_its_own_beside_the_real_name() -> None:
    identity = Identity(og_site_name="河湾日报")
    page = article(title="河湾村的一天", title_raw="河湾村的一天 - 木棉居家饰 - 河湾日报", identity=identity)
    spans = strip(page, Profile(host="paper.example")).removed
    assert [(span.text, span.evidence) for span in spans] == [
        ("- 木棉居家饰", ["identity: the site calls itself 河湾日报"]),
        ("- 河湾日报", ["headline: the title without it is the headline"]),
    ]


def test_a_title_is_never_cut_on_a_separator_alone() -> None:
    title = "奋马扬鞭争春色——河湾村纪事"
    assert strip(article(title=title, headline=""), Profile()).title == title
    assert strip(article(title=title, headline=title), Profile()).title == title


@pytest.mark.parametrize(
    ("suffix", "prefix"),
    [(f" - {BRAND}", ""), ("", f"[{BRAND}]"), ("", f"{BRAND}："), ("", BRAND), (f"_要闻_{BRAND}", "")],
)
def test_a_known_slot_goes_also_from_pages_without_a_headline(suffix: str, prefix: str) -> None:
    profile = learn(site(5, suffix=suffix, prefix=prefix), None)
    title = "渔民的第一网"
    assert strip(article(title=f"{prefix}{title}{suffix}", headline=""), profile).title == title


def test_a_brand_that_no_list_knows_is_found_by_contradiction() -> None:
    identity = Identity(og_site_name="河湾日报", logo="河湾日报")
    pages = site(5, suffix=f"-{BRAND}", tail=(BRAND + DISCLAIMER,), identity=identity)
    profile = learn(pages, None)
    assert profile.injected_names == (BRAND,)
    assert profile.site_names == ("河湾日报",)
    stripped = strip(pages[0], profile)
    assert BRAND not in stripped.title + stripped.text
    suffix, named, *_ = stripped.removed
    assert (suffix.kind, suffix.slot, suffix.label) == ("injected", "title_suffix", None)
    assert suffix.score is not None
    assert suffix.score >= 5
    assert any("河湾日报" in phrase for phrase in suffix.evidence), "the real name is reported beside the injected one"
    assert (named.kind, named.slot, named.text) == ("injected", "disclaimer", BRAND)
    assert "mirror" in stripped.flags


def test_a_sites_own_name_is_template_not_an_injection() -> None:
    identity = Identity(og_site_name="河湾日报", copyright_holder="河湾传媒有限公司")
    pages = site(5, suffix="_河湾日报", tail=("河湾日报版权所有，未经许可不得转载。",), identity=identity)
    profile = learn(pages, None)
    stripped = strip(pages[0], profile)
    assert profile.injected_names == ()
    assert stripped.text == "\n".join(varied(0))
    assert {span.kind for span in stripped.removed} == {"template", "boilerplate"}


def test_a_company_as_copyright_holder_accuses_nobody() -> None:
    identity = Identity(copyright_holder="东方报业有限公司", icp_holder="东方报业有限公司")
    assert learn(site(5, suffix="-澎湃河湾", identity=identity), None).injected_names == ()


def test_mentions_of_an_injected_name_leave_the_prose_and_the_prose_stays() -> None:
    identity = Identity(og_site_name="河湾日报")
    profile = learn(site(6, suffix=f"-{BRAND}", identity=identity), None)
    first, second, third, fourth = varied(7)
    reading = article(
        first + f"（{BRAND}）",
        second + f"{first[:6]}：更多优惠尽在{BRAND}。",
        third[:20] + BRAND + third[20:],
        fourth,
        title_raw=f"河湾村的一天-{BRAND}",
        identity=identity,
    )
    stripped = strip(reading, profile)
    assert stripped.text == "\n".join((first, second + f"{first[:6]}：", third, fourth))
    assert rebuild(stripped.text, stripped.removed) == [one.text for one in reading.lines]


def test_an_article_about_the_name_is_left_alone() -> None:
    identity = Identity(og_site_name="河湾日报")
    profile = learn(site(6, suffix=f"-{BRAND}", identity=identity), None)
    about = [f"{BRAND}的柜台前排起了队，店员说这个月的货已经卖完。", f"质检部门抽查了{BRAND}的三个批次，全部合格。"] * 2
    reading = article(*about, title_raw=f"河湾村的一天-{BRAND}", identity=identity)
    assert strip(reading, profile).text == "\n".join(about)


def test_a_sentence_that_many_articles_share_is_cut_out_of_paragraphs() -> None:
    advert = "现在加入木棉俱乐部即可领取礼包！"
    pages = site(8)
    for number in (0, 2, 4, 6):
        pages[number].lines[1].text += advert
    stripped = strip(pages[2], learn(pages, None))
    assert stripped.text == "\n".join(varied(2))
    assert [span.rule for span in stripped.removed] == ["advert_phrase"]


def test_an_advert_line_goes_when_hidden_links_lead_to_the_same_host() -> None:
    advert = line("注册即送礼金 木棉会", url="http://win.example/reg")
    reading = article(*PARAGRAPHS[:2], advert, *PARAGRAPHS[2:], hidden_links=(("木棉会", "http://win.example/"),))
    stripped = strip(reading, Profile())
    assert stripped.text == "\n".join(PARAGRAPHS)
    assert ("advert", "hidden_host") in [(span.kind, span.rule) for span in stripped.removed]
    assert ("hidden", "document") in [(span.kind, span.slot) for span in stripped.removed]


def test_a_link_to_another_host_inside_prose_is_no_advert() -> None:
    text = PARAGRAPHS[0]
    cited = Line(text, anchors=[Anchor("http://science.example/paper", 3, 9)])
    assert strip(article(cited, *PARAGRAPHS[1:]), learn(site(5), None)).text == "\n".join(PARAGRAPHS)


def test_pronunciations_are_noise_in_numbers_and_text_in_ones_and_twos() -> None:
    noisy = "當(dāng)前的圖(tú)書(shū)館(guǎn)裡(lǐ)，村(cūn)民(mín)們安靜地讀著自己喜歡的故事書。"
    stripped = strip(article(noisy, *PARAGRAPHS), Profile())
    assert stripped.text.startswith("當前的圖書館裡，村民們")
    assert stripped.flags == ["pinyin_noise"]
    glossed = "这个“犇”字读作犇(bēn)，村里人用它给渡口起了名字，外乡人总是念不出来。"
    assert strip(article(glossed, *PARAGRAPHS), Profile()).text.startswith(glossed)


def test_emoji_between_the_characters_of_a_phrase_are_noise() -> None:
    noisy = "清晨🎉六点，河边🔥的渔民😀已经收好🎲了第一网⚽，村口💰的豆腐坊。"
    assert strip(article(noisy, *PARAGRAPHS), Profile()).text.startswith("清晨六点，河边的渔民已经收好了第一网，村口的")
    cheerful = "今天真开心！😀 明天再来。🎉 大家晚安。😀 好梦。🎲 再见。⚽ 祝好。💰"
    assert strip(article(cheerful, *PARAGRAPHS), Profile()).text.startswith(cheerful)


@pytest.mark.parametrize(
    "block",
    [
        " ".join(
            f"木棉居{word}" for word in ("官网", "下载", "登录", "注册", "入口", "最新版", "手机版", "全集", "百度云盘")
        ),
        "，".join(
            f"木棉居{word}" for word in ("官网", "下载", "登录", "注册", "入口", "最新版", "手机版", "全集", "百度云盘")
        ),
    ],
)
def test_a_block_of_search_words_goes(block: str) -> None:
    assert strip(article(*PARAGRAPHS, block), Profile()).text == "\n".join(PARAGRAPHS)
    assert strip(article(block, *PARAGRAPHS), Profile()).text == "\n".join(PARAGRAPHS)


def test_a_line_that_offers_the_article_as_a_film_goes() -> None:
    doorway = "《河湾村的一天》剧情简介：木棉居免费高清在线观看 无删减"
    assert strip(article(doorway, *PARAGRAPHS), Profile()).text == "\n".join(PARAGRAPHS)
    review = "《河湾村的一天》讲的是一条河和河边的人，导演在村里住了三年，片子里没有一个演员。"
    assert strip(article(review, *PARAGRAPHS), Profile()).text.startswith(review)


def test_an_aside_in_brackets_that_many_articles_share_is_cut() -> None:
    pages = site(8)
    for number in range(5):
        page = pages[number]
        text = page.lines[number % 3].text
        page.lines[number % 3].text = text[:12] + "（更多精彩尽在木棉俱乐部）" + text[12:]
    profile = learn(pages, None)
    for number in range(5):
        assert strip(pages[number], profile).text == "\n".join(varied(number))


def test_a_list_of_names_is_no_block_of_search_words() -> None:
    schools = "东河中学 西河中学 南河中学 北河中学 上河中学 下河中学 前河中学 后河中学"
    people = "张明远 李秀兰 王建国 赵小河 陈立春 周文静 吴长江 郑月娥 孙大勇 钱一帆"
    texts = (*PARAGRAPHS, "获奖的中学和个人名单如下，排名不分先后，其中河上的几所中学是第一次参加。", schools, people)
    assert strip(article(*texts), Profile()).text == "\n".join(texts)


def test_boilerplate_gives_its_values_to_empty_fields() -> None:
    reading = article(*PARAGRAPHS, "中国质量报》【奋进新征程 建功新时代】", "(0)", "上一篇 1小时前")
    stripped = strip(reading, Profile())
    assert stripped.text == "\n".join(PARAGRAPHS)
    assert stripped.fields == {"source": "中国质量报", "column": "奋进新征程 建功新时代", "likes": "0"}


def test_the_title_printed_again_below_a_headline_is_a_subtitle() -> None:
    reading = article("源头活水 滋养初心", "——河湾村的一天", *PARAGRAPHS)
    stripped = strip(reading, Profile())
    assert stripped.text == "\n".join(("源头活水 滋养初心", *PARAGRAPHS))
    assert stripped.subtitle == "——河湾村的一天"


@pytest.mark.parametrize(
    "text",
    [
        "天津凯发电气股份有限公司发布公告，今年上半年的订单比去年同期增长两成，股价当天上涨。",
        "南亚博览会在昆明开幕，更大发展、更广合作成为与会者口中的关键词，金沙江畔的果农也带来了新品。",
        "威尼斯国际电影节公布了入围名单，太阳城的影院将同步放映其中的三部影片，皇冠上的明珠仍是老片修复单元。",
        "警方通报一起网络赌博案，嫌疑人以“注册即送彩金”招揽参赌人员，涉案平台自称某某国际娱乐城。",
    ],
)
def test_news_that_speaks_of_gambling_stays_whole_and_unlabelled(text: str) -> None:
    identity = Identity(og_site_name="天津凯发电气", copyright_holder="天津凯发电气股份有限公司")
    pages = site(5, suffix="-天津凯发电气", identity=identity)
    reading = article(text, *PARAGRAPHS, title_raw="河湾村的一天-天津凯发电气", identity=identity)
    stripped = strip(reading, learn(pages, None))
    assert stripped.text == "\n".join((text, *PARAGRAPHS))
    assert not [span.label for span in stripped.removed if span.label]


def test_the_lexicon_labels_what_facts_removed() -> None:
    identity = Identity(og_site_name="河湾日报")
    brand = "ag凯发k8国际"
    pages = site(5, suffix=f"-{brand}", tail=(brand + DISCLAIMER,), identity=identity)
    stripped = strip(pages[0], learn(pages, None))
    assert {span.label for span in stripped.removed if span.kind == "injected"} == {"gambling"}


def test_the_same_input_gives_the_same_output() -> None:
    pages = site(5, suffix=f"-{BRAND}", tail=(BRAND + DISCLAIMER,), identity=Identity(og_site_name="河湾日报"))
    assert strip(pages[0], learn(pages, None)) == strip(pages[0], learn(pages, None))


def test_every_span_says_why_and_where() -> None:
    profile = Profile(host="www.example.com")
    for path in PAGES.glob("*.html"):
        reading = read(path.read_bytes(), "https://www.example.com/2026/1.html", {}, profile, NOW)
        for span in strip(reading, profile).removed:
            assert all((span.kind, span.rule, span.slot, span.evidence, *span.evidence)), (path, span)
            is_outside = (span.slot or "").startswith("title_") or span.slot == "document"
            assert (span.place is None) == is_outside, (path, span)


def test_a_recommendation_of_an_offer_is_called_an_advert() -> None:
    kinds = {}
    for tail in ("推荐阅读：《新手理财三十讲》限时免费领取", "推荐阅读：老桥换了新灯"):
        (span,) = strip(article(*PARAGRAPHS, tail), Profile()).removed
        kinds[tail] = (span.kind, span.rule)
    assert list(kinds.values()) == [("advert", "related"), ("related", "related")]
