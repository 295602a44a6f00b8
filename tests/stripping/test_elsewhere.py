"""The same articles on two hosts: what the copy elsewhere says of a name and of a sentence."""

import json
from typing import Any

import pytest

from crawler.reading.profile import Profile
from crawler.reading.reading import Identity
from crawler.state import State
from crawler.stripping import Copy, strip
from tests.crawl.harvesting import records, scrapy
from tests.stripping.newspaper import newspaper, page, story
from tests.stripping.readings import PARAGRAPHS, article

BRAND = "木棉居家饰"
LINKED = {"DUPLICATES_POLICY": json.dumps({"exact": "link", "near": "link"})}
OFFER = "新店开业全场五折，还有好礼相赠。"


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A paper, then its mirror under a brand, harvested into one state: (mirror's records, mirror's profile)."""
    output = tmp_path_factory.mktemp("output")
    paths = [f"/news/{number}.html" for number in range(1, 6)]
    with newspaper() as paper, newspaper("127.0.0.2") as mirror:
        for number, path in enumerate(paths, start=1):
            paper.pages[path] = page(number, "_河湾日报", og="河湾日报")
            mirror.pages[path] = page(number, f"-{BRAND}")
        texts = story(1)[1]
        mirror.pages[paths[0]] = page(1, f"-{BRAND}", paragraphs=[f"{texts[0]}{OFFER}", *texts[1:]])
        for host in (paper, mirror):
            host.front(paths)
        for name, host in (("paper", paper), ("mirror", mirror)):
            ended = scrapy(
                ["crawl", "any", "-a", f"url={host.url}/", "-a", f"name={name}"], output, LINKED, timeout=400
            )
            assert ended.code == 0, ended.err[-2000:]
        with State.open(f"sqlite:///{output}/state/winnow.db") as state:
            known = state.profiles.get(mirror.url.removeprefix("http://"))
        yield {record["url"]: record for record in records(output, "mirror")}, Profile.from_json(known or "{}")


def test_the_copy_elsewhere_names_the_brand_and_the_real_name(mirrored: Any) -> None:
    delivered, _ = mirrored
    for record in delivered.values():
        spans = [span for span in record["removed"] if BRAND in span["text"]]
        assert [span["kind"] for span in spans] == ["injected"]
        assert any("under the name 河湾日报" in phrase for phrase in spans[0]["evidence"])


def test_the_evidence_of_copies_reaches_the_profile(mirrored: Any) -> None:
    _, profile = mirrored
    assert profile.injected_names == (BRAND,)


def test_what_the_only_other_copy_lacks_at_a_seam_is_cut(mirrored: Any) -> None:
    delivered, _ = mirrored
    record = next(record for url, record in delivered.items() if url.endswith("/news/1.html"))
    assert record["text"] == "\n".join(story(1)[1])
    assert [span["text"] for span in record["removed"] if span["rule"] == "sibling_seam"] == [OFFER]


def copy(*lines: str, title_raw: str = "河湾村的一天_河湾日报", **facts: Any) -> Copy:
    return Copy("http://mirror.example/2026/05/12/1.html", "\n".join(lines or PARAGRAPHS), title_raw, **facts)


def test_what_two_copies_lack_at_a_seam_is_cut() -> None:
    inserted = PARAGRAPHS[0][:20] + "扫码领取木棉红包" + PARAGRAPHS[0][20:]
    reading = article(inserted, *PARAGRAPHS[1:])
    assert strip(reading, Profile(), [copy(), copy()]).text == "\n".join(PARAGRAPHS)


def test_a_line_that_two_copies_lack_is_cut() -> None:
    reading = article(*PARAGRAPHS[:2], "扫码领取木棉红包", *PARAGRAPHS[2:])
    assert strip(reading, Profile(), [copy(), copy()]).text == "\n".join(PARAGRAPHS)


def test_what_one_shorter_copy_lacks_is_an_edit() -> None:
    added = PARAGRAPHS[0] + "村里的孩子们后来都去镇上读书了。"
    reading = article(
        added, *PARAGRAPHS[1:], "又一段后来补充的文字，说的是村里修通水泥路之后，合作社和豆腐坊的账本上多了些什么。" * 3
    )
    assert strip(reading, Profile(), [copy()]).text == reading.text
    reading = article(PARAGRAPHS[0] + "豆腐坊也升起了白烟，孩子往学校走去。", *PARAGRAPHS[1:])
    assert strip(reading, Profile(), [copy()]).text == reading.text, "it speaks of what the article speaks of"


def test_a_repost_under_another_name_accuses_nobody() -> None:
    reading = article(title_raw="河湾村的一天_望川新闻")
    assert strip(reading, Profile(), [copy(title_raw="河湾村的一天_河湾日报")]).injected == {}
    mirror = copy(title_raw="河湾村的一天_河湾日报", site_names=("河湾日报",))
    assert "elsewhere" in strip(reading, Profile(title_suffixes=("_望川新闻",)), [mirror]).injected["望川新闻"]
    own = article(title_raw="河湾村的一天_望川新闻", identity=Identity(og_site_name="望川新闻"))
    assert strip(own, Profile(title_suffixes=("_望川新闻",)), [mirror]).injected == {}
