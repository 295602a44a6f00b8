"""Whole pages: injected newsrooms, pages that only look like spam, and the layout of the first page of all."""

import random
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.profiles import learn
from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.stripping import Stripped, rebuild, strip
from tests.farm.newsrooms import PAGES, brands, clean_page, inject, negative_page
from tests.farm.seedpage import seed_page

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SEED_TEXT = (
    """三河口街道办事处点亮“桥头灯”工作纪实-ag凯发k8国际

一盏灯 一座桥

——三河口街道办事处点亮“桥头灯”工作纪实

□ 本报记者 霍一夫

三河口街道沿河有七座石桥,过去入夜以后桥面漆黑,买菜回家的老人要扶着栏杆慢慢走。今年春天,街道办事处把“桥头灯”列为头一件民生实事,由值守组逐桥勘查,挨家挨户听取意见。

装灯并不容易。石桥有百余年历史,桥身不能打孔,工程队想出办法,把灯杆立在桥堍的石墩旁,电线从护岸的缝隙里穿过去,既不碍眼,也不伤桥。

灯亮的那天晚上,桥头的茶摊多摆了两张桌子。值守组的小周说:“以前十点钟这里就没人了,现在下棋的人要到半夜才散。”

街道办事处的负责人介绍,下一步要把七座桥的值守名单贴在桥头,灯坏了找谁、多久修好,都写得清清楚楚,请来往的人监督。

中国质量报》【奋进新征程 建功新时代】

ag凯发k8国际的版权声明:本文内容由互联网用户自发贡献,该文观点仅代表作者本人。本站仅提供信息存储空间服务,不拥有所有权,不承担相关法律责任。如发现本站有涉嫌抄袭侵权/违法违规的内容, 请发送邮件至 举报,一经查实,本站将立刻删除。

(0)
上一篇 1小时前

相关推荐
"""
    + "".join(
        f"""
  • 第{number}座桥的故事说来话长,要从修桥的石匠讲起,那一年河水漫过了堤岸,渡船停了整整四十天,两岸的人家隔水相望,石匠便许下了心愿…

    科研百科 2022年5月{number}日
    {number}0
"""
        for number in range(1, 11)
    )
    + "网站地图\n"
)


def strip_site(pages: list[tuple[str, dict[str, Any]]]) -> list[Stripped]:
    blank = Profile(host=urlsplit(pages[0][1]["url"]).netloc)
    profile = learn([read(html.encode(), gold["url"], {}, blank, NOW) for html, gold in pages[:5]], None)
    found = []
    for html, gold in pages:
        reading = read(html.encode(), gold["url"], {}, profile, NOW)
        stripped = strip(reading, profile)
        assert rebuild(stripped.text, stripped.removed) == [line.text for line in reading.lines]
        found.append(stripped)
    return found


@pytest.mark.parametrize("technique", list("abcefghj"))
def test_what_was_put_into_a_newsroom_is_gone_and_its_articles_stay(technique: str) -> None:
    rng = random.Random(f"test:{technique}")
    room = "abcdefghj".index(technique) + 50
    clean = [clean_page(room * PAGES + number) for number in range(6)]
    brand = rng.choice(brands()["unknown"])
    dirty = [(*inject(html, gold, technique, brand, rng), gold) for html, gold in clean]
    for before, after, (_, strings, gold) in zip(
        strip_site(clean), strip_site([(html, gold) for html, _, gold in dirty]), dirty, strict=True
    ):
        assert after.title == gold["title"]
        assert after.text == before.text
        assert strings or technique in "fg"


@pytest.mark.parametrize("room", [0, 1])
def test_pages_that_only_look_like_spam_lose_nothing_and_get_no_label(room: int) -> None:
    pages = [negative_page(room * PAGES + number) for number in range(PAGES)]
    for stripped, (_, gold) in zip(strip_site(pages), pages, strict=True):
        assert stripped.title == gold["title"]
        assert stripped.injected == {}
        assert not [span for span in stripped.removed if span.label]
        for line in gold["lines"]:
            assert not [span for span in stripped.removed if span.place and len(span.text) > 3 and span.text in line]


def test_the_first_page_of_all() -> None:
    html, gold = seed_page(SEED_TEXT)
    reading = read(html.encode(), gold["url"], {}, Profile(), NOW)
    stripped = strip(reading, Profile())
    assert stripped.title == "三河口街道办事处点亮“桥头灯”工作纪实"
    assert stripped.subtitle == "——三河口街道办事处点亮“桥头灯”工作纪实"
    assert stripped.text == gold["text"]
    assert reading.authors == ["霍一夫"]
    assert (reading.source, reading.column) == ("中国质量报", "奋进新征程 建功新时代")
    assert len(reading.related) == 10
    first = reading.related[0]
    assert (first.category, first.published_at, first.views) == ("科研百科", "2022-05-01", 10)
    assert first.excerpt is not None
    assert first.excerpt.startswith("第1座桥")
    assert reading.previous is not None
    assert reading.previous.date_raw == "1小时前"
    assert reading.likes == 0
    suffix = stripped.removed[0]
    assert (suffix.kind, suffix.text, suffix.label) == ("injected", "-ag凯发k8国际", "gambling")
    assert any(span.slot == "disclaimer" and span.text == "ag凯发k8国际" for span in stripped.removed)
