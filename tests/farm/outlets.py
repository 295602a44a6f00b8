"""Outlets: a second family of sites for the bench of stripping, with texts of the caller's and layouts, brands, separators
and places of its own. Newsrooms were looked at while rules were written; the outlets of the series `last` never are.

An outlet has one to ten articles, some of them or all injected by one or two techniques.
"""

import html as markup
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from tests.farm.grammar import DATA, Text, load_rules
from tests.farm.injected import InjectedSite, Story, printed
from tests.farm.injection import pinyin_readings

SIZES = (10, 10, 5, 4, 3, 2, 1)
ENGLISH = frozenset(("wordpress", "magazine"))
TECHNIQUES = ("a", "am", "an", "b", "c", "d", "e", "f", "g", "h", "j", "k", "a+d", "a+k", "c+h", "a+j", "am+e", "d+k")
WHAT = {
    "a": "last segment of the title, glued lines",
    "am": "middle segment of the title",
    "an": "title alone",
    "b": "back link",
    "c": "before the title",
    "d": "off-site anchors",
    "e": "keyword stuffing",
    "f": "readings",
    "g": "emoji",
    "h": "line above the article",
    "j": "hidden nodes",
    "k": "sentences in paragraphs",
}


@dataclass(slots=True, kw_only=True)
class Outlet(InjectedSite):
    """One site of the series `first` or `last`."""

    holder: str

    def __post_init__(self) -> None:
        self.base = f"http://{self.series}{self.number}.outlet.example"


@lru_cache
def choices() -> dict[str, Any]:
    """data/outlets.toml."""
    return tomllib.loads((DATA / "outlets.toml").read_text(encoding="utf-8"))


def outlet(number: int, series: str) -> Outlet:
    """The outlet of a number; `series` is "first" or "last"."""
    rng = random.Random(f"outlet:{series}:{number}")
    data = choices()[series]
    layout = data["layouts"][number % len(data["layouts"])]
    english = layout in ENGLISH
    names = choices()["names"]
    name = rng.choice(names["english" if english else "chinese"])
    technique = TECHNIQUES[(number // len(data["layouts"]) + number) % len(TECHNIQUES)]
    if english and technique in ("f", "g"):
        technique = "k"
    pool = data["english"] if english else data["known" if number % 2 else "unknown"]
    made = Outlet(
        number=number,
        series=series,
        layout=layout,
        is_english=english,
        name=name,
        holder=f"{name}股份有限公司" if not english and rng.random() < 0.3 else name,
        separator=rng.choice(names["english_separators" if english else "separators"]),
        size=rng.choice(SIZES),
        technique=technique,
        brand=rng.choice(pool),
        share=rng.choice((1.0, 1.0, 0.6)),
    )
    text = Text(load_rules("zh", "zh_topics"), rng)
    sections = ["News", "Culture", "Sport", "Opinion"] if english else ["要闻", "文化", "体育", "专栏"]
    standing = ["", "", "<p>本报地址：中山路88号　邮编：310000</p>", "<p>投稿邮箱：tougao@paper.example</p>"]
    made.facts = {
        "sections": rng.sample(sections, 4),
        "og": rng.random() < 0.5,
        "icp": f"苏ICP备{rng.randint(10_000_000, 20_000_000)}号",
        "editors": [f"{text.write('person')}" for _ in range(3)],
        "standing_tail": Markup("" if english else rng.choice(standing)),
        "disclaimer": rng.choice(
            ["Contact us", "All rights reserved."]
            if english
            else ["关于我们　联系方式", f"{name}版权所有，未经书面授权不得转载"]
        ),
    }
    return made


def pages(one: Outlet, stories: list[Story], *, injected: bool) -> list[tuple[bytes, dict[str, Any]]]:
    """The outlet's pages as bytes with their gold (url, title, text, lines, site_name, brand, strings); `stories` gives
    `one.size` texts. Without `injected` the same pages as the site meant them."""
    made = []
    for index, story in enumerate(stories[: one.size]):
        rng = random.Random(f"page:{one.series}:{one.number}:{index}")
        page = _plain(one, stories, index)
        strings: list[str] = []
        if injected and (one.share == 1.0 or index < max(1, round(one.share * one.size))):
            for technique in one.technique.split("+"):
                strings += _TECHNIQUES[technique](page, one, rng)
        made.append(
            printed(
                one,
                story,
                page,
                strings,
                template=f"outlet_{one.layout}.html",
                shown={"holder": one.holder, "hot": [_link(one, other, n) for n, other in enumerate(stories[:5])]},
                places=("head", "tail", "links", "outside", "disclaimer"),
                encoding="gb18030" if one.layout == "portal" else "utf-8",
            )
        )
    return made


def _plain(one: Outlet, stories: list[Story], index: int) -> dict[str, Any]:
    rng = random.Random(f"plain:{one.series}:{one.number}:{index}")
    story, day = stories[index], date(2026, 3, 1) + timedelta(days=rng.randint(0, 200))
    others = [n for n in range(min(len(stories), one.size)) if n != index]
    return {
        "number": 1000 + one.number * 10 + index,
        "url": f"{one.base}/{day:%Y%m%d}/{1000 + index}.html",
        "title_element": f"{story.title}{one.separator}{one.name}",
        "headline": story.title,
        "paragraphs": list(story.paragraphs),
        "date": day.isoformat(),
        "clock": f"{rng.randint(7, 21):02d}:{rng.randint(0, 59):02d}",
        "author": rng.choice(["Ann Field", "Tom Reyes"] if one.is_english else one.facts["editors"]),
        "editor": rng.choice(one.facts["editors"]),
        "others": [_link(one, stories[n], n) for n in rng.sample(others, min(4, len(others)))],
        "disclaimer": one.facts["disclaimer"],
        "head": "",
        "tail": "",
        "links": "",
        "outside": "",
    }


def _link(one: Outlet, story: Story, index: int) -> dict[str, str]:
    return {"url": f"{one.base}/20260301/{1000 + index}.html", "title": story.title, "date": "2026-03-01"}


def _habit(one: Outlet) -> random.Random:
    """What an intruder does alike on all pages of a host."""
    return random.Random(f"habit:{one.series}:{one.number}")


def _words(one: Outlet, kind: str) -> list[str]:
    data = choices()[one.series]
    found: list[str] = data.get(f"english_{kind}", data[kind]) if one.is_english else data[kind]
    return found


def _said(one: Outlet, pattern: str, title: str = "") -> str:
    data = choices()[one.series]
    pool = data["english"] if one.is_english else data["unknown"]
    other = next(name for name in pool if name != one.brand)
    return pattern.replace("{b2}", other).replace("{b}", one.brand).replace("{t}", title)


def _target(one: Outlet, rng: random.Random) -> str:
    hosts = choices()[one.series]["hosts"]
    return f"http://{_habit(one).choice(hosts)}/".replace("{n}", str(rng.randint(10, 99)))


def _last_segment(page: dict[str, Any], one: Outlet, rng: random.Random) -> list[str]:
    """The brand stands for the site's name behind the title, and before a boilerplate noun."""
    strings = _title_alone(page, one, rng)
    line = _said(one, _habit(one).choice(_words(one, "glued")))
    if _habit(one).random() < 0.5:
        page["tail"] += f"<p>{markup.escape(line)}</p>\n"
        strings.append(line)
    else:
        page["disclaimer"] = markup.escape(line)
    return strings


def _title_alone(page: dict[str, Any], one: Outlet, rng: random.Random) -> list[str]:
    """The brand behind the title in any form, for the site's name or behind it."""
    habit = _habit(one)
    shape = habit.choice(
        [
            "{s}{b}",
            "{s}{b}",
            "{s}{b}",
            "【{b}】",
            "[{b}]",
            "（{b}）",
            " ({b})",
            "{n}{s}{b}",
            "" if one.is_english else "{b}",
        ]
    )
    shape = shape or "{s}{b}"
    name = f"{one.separator}{one.name}"
    suffix = shape.replace("{n}", name).replace("{s}", one.separator).replace("{b}", one.brand)
    page["title_element"] = page["headline"] + suffix
    return [suffix.removeprefix(name)]


def _middle(page: dict[str, Any], one: Outlet, rng: random.Random) -> list[str]:
    """The brand between title and site name."""
    piece = f"{one.separator}{one.brand}"
    page["title_element"] = f"{page['headline']}{piece}{one.separator}{one.name}"
    return [piece]


def _before(page: dict[str, Any], one: Outlet, rng: random.Random) -> list[str]:
    """The brand before the title, sometimes before the headline too."""
    habit = _habit(one)
    prefix = habit.choice(["【{b}】", "[{b}]", "{b}：", "{b} | ", "{b} - ", "{b}"]).replace("{b}", one.brand)
    if one.is_english and prefix == one.brand:
        prefix += ": "
    page["title_element"] = prefix + page["title_element"]
    if habit.random() < 0.4:
        page["headline"] = prefix + page["headline"]
        return [prefix, prefix]
    return [prefix]


def _back_link(page: dict[str, Any], one: Outlet, rng: random.Random) -> list[str]:
    line = _said(
        one,
        _habit(one).choice(choices()[one.series]["back"] if not one.is_english else ["Back to {b}", "More from {b}"]),
    )
    page["tail"] += f'<p><a href="{_target(one, rng)}">{markup.escape(line)}</a></p>\n'
    return [line]


def _anchors(page: dict[str, Any], one: Outlet, rng: random.Random) -> list[str]:
    """Off-site anchors at the end of the content, among the foot's links, and in a paragraph."""
    habit, target = _habit(one), _target(one, rng)
    strings = []
    page["links"] += f' <a href="{target}">{one.brand}</a>'
    if habit.random() < 0.7:
        page["tail"] += f'<p><a href="{target}">{one.brand}</a></p>\n'
        strings.append(one.brand)
    if habit.random() < 0.5 and len(page["paragraphs"]) > 1:
        at = rng.randrange(len(page["paragraphs"]))
        first, mark, rest = page["paragraphs"][at].partition(". " if one.is_english else "，")
        anchor = Markup('{}<a href="{}">{}</a>{}').format(first + mark, target, one.brand, rest)
        page["paragraphs"][at] = anchor
        strings.append(one.brand)
    return strings


def _stuffing(page: dict[str, Any], one: Outlet, rng: random.Random) -> list[str]:
    line = _said(one, _habit(one).choice(_words(one, "stuffing")), page["headline"])
    page[_habit(one).choice(["head", "tail"])] += f"<p>{markup.escape(line)}</p>\n"
    return [line]


def _readings(page: dict[str, Any], one: Outlet, rng: random.Random) -> list[str]:
    readings, strings = pinyin_readings(), []

    def spoken(text: str) -> str:
        parts = []
        for character in text:
            parts.append(character)
            if character in readings and rng.random() < 0.25:
                parts.append(f"（{readings[character]}）")
                strings.append(parts[-1])
        return "".join(parts)

    page["paragraphs"] = [spoken(text) for text in page["paragraphs"]]
    return strings


def _emoji(page: dict[str, Any], one: Outlet, rng: random.Random) -> list[str]:
    strings: list[str] = []

    def lively(text: str) -> str:
        parts = []
        for character in text:
            parts.append(character)
            if character in "，、：" and rng.random() < 0.5:
                parts.append(rng.choice("🌹💥🥇🍀😄❗🎁"))
                strings.append(parts[-1])
        return "".join(parts)

    page["paragraphs"] = [lively(text) for text in page["paragraphs"]]
    return strings


def _doorway(page: dict[str, Any], one: Outlet, rng: random.Random) -> list[str]:
    patterns = choices()[one.series]["doorway"]
    line = _said(one, _habit(one).choice(patterns), page["headline"])
    page["head"] += f"<p>{markup.escape(line)}</p>\n"
    return [line]


def _hidden(page: dict[str, Any], one: Outlet, rng: random.Random) -> list[str]:
    style = _habit(one).choice(
        ["display: none", "font-size:0px;line-height:0", "position: fixed; top:-2000px", "visibility:hidden"]
    )
    line = f"{one.brand} {page['headline']}"
    node = f'<div style="{style}"><a href="{_target(one, rng)}">{markup.escape(line)}</a></div>\n'
    page[_habit(one).choice(["head", "tail"])] += node
    page["outside"] += f'<a href="{_target(one, rng)}">{one.brand}</a>'
    return [line]


def _sentences(page: dict[str, Any], one: Outlet, rng: random.Random) -> list[str]:
    """An advert's sentence behind a sentence of a paragraph; its words vary over the pages."""
    line = _said(one, rng.choice(_words(one, "sentence")))
    plain = [n for n, text in enumerate(page["paragraphs"]) if not isinstance(text, Markup)]
    at = rng.choice(plain or [0])
    text, mark = page["paragraphs"][at], ". " if one.is_english else "。"
    first, found, rest = text.partition(mark)
    page["paragraphs"][at] = (
        f"{first}{mark}{line}{' ' if one.is_english else ''}{rest}"
        if found and rest
        else text + (" " if one.is_english else "") + line
    )
    return [line]


_TECHNIQUES: dict[str, Callable[[dict[str, Any], Outlet, random.Random], list[str]]] = {
    "a": _last_segment,
    "am": _middle,
    "an": _title_alone,
    "b": _back_link,
    "c": _before,
    "d": _anchors,
    "e": _stuffing,
    "f": _readings,
    "g": _emoji,
    "h": _doorway,
    "j": _hidden,
    "k": _sentences,
}
