"""Turns: a fourth family of sites for the bench of stripping: two or three names take turns before the headlines of a site.

On even numbers they are brands of an intruder, who also swaps names in datelines and sets lines above articles; on odd
numbers they are columns, series, places, or firms that the articles are about: the site's own, of which nothing may go. Rules are looked at with it.
"""

import html as markup
import random
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from tests.farm.grammar import DATA
from tests.farm.injected import InjectedSite, Story, printed

SITES = 160
SIZES = (3, 4, 5, 6, 8, 10, 12)
ENGLISH = frozenset(("weekly",))
_PLACES = ("above", "below", "links", "outside")


@dataclass(slots=True, kw_only=True)
class Turns(InjectedSite):
    """One site of the series; `names` take turns before its headlines, in one `form`."""

    names: tuple[str, ...]
    form: str
    is_own: bool  # whether the names are the site's own columns

    def __post_init__(self) -> None:
        self.base = f"http://www.turns{self.number}.example"


@lru_cache
def choices() -> dict[str, Any]:
    """data/turns.toml."""
    return tomllib.loads((DATA / "turns.toml").read_text(encoding="utf-8"))


def turns(number: int) -> Turns:
    """The site of a number, 0 to SITES - 1; odd ones have columns of their own."""
    rng, data = random.Random(f"turns:{number}"), choices()
    layout = data["layouts"][number // 2 % len(data["layouts"])]
    english, is_own = layout in ENGLISH, bool(number % 2)
    script = "english" if english else "chinese"
    kind = data["columns" if is_own else "brands"]
    if is_own:
        firms = kind["english_firms" if english else "firms"]
        names = tuple(rng.sample(firms, 3) if number % 7 == 1 else rng.choice(kind[script]))
    else:
        pool = kind["english"] if english else kind["known" if rng.random() < 0.3 else "unknown"]
        names = tuple(rng.sample(pool, rng.choice((2, 2, 3))))
    made = Turns(
        number=number,
        series="turns",
        layout=layout,
        is_english=english,
        name=rng.choice(data["names"][script]),
        separator=rng.choice(data["separators"]) if not english else " | ",
        size=rng.choice(SIZES),
        technique="columns" if is_own else rng.choice(("c", "c", "c", "c", "b", "c+b", "c+h", "c+a")),
        brand=names[0],
        share=rng.choice((1.0, 1.0, 0.7)),
        names=names,
        form=rng.choice(kind[f"{script}_forms"]),
        is_own=is_own,
    )
    sections = ["News", "Culture", "Sport"] if english else ["要闻", "文化", "民生"]
    claims = ("", "", "clean", "shown") if not is_own else ("", "", "shown")
    made.facts = {
        "menu": [*names, *sections] if is_own and rng.random() < 0.5 else sections,
        "crumbs": rng.random() < 0.5,
        "og": rng.random() < 0.5,
        "og_title": rng.choice(claims),
        "ld_title": rng.choice(claims),
        "related": rng.random() < 0.5,
        "neighbours": rng.random() < 0.5,
        "reach": "links" if is_own else rng.choice(("title", "headline", "headline", "links", "links")),
        "icp": f"浙ICP备{rng.randint(10_000_000, 20_000_000)}号",
        "elsewhere": rng.choice(("", "", "", "friend", "hidden", "glued")),
    }
    return made


def pages(one: Turns, stories: list[Story], *, injected: bool) -> list[tuple[bytes, dict[str, Any]]]:
    """The site's pages as bytes with their gold (url, title, text, lines, site_name, brand, strings); `stories` gives
    `one.size` texts. Without `injected` the same pages as the site meant them: with its own columns, without brands."""
    stories = stories[: one.size]
    before = [_before(one, index, injected) for index in range(len(stories))]
    made = []
    for index, story in enumerate(stories):
        rng = random.Random(f"page:turns:{one.number}:{index}")
        page = _plain(one, stories, before, index, rng)
        strings: list[str] = []
        if injected and not one.is_own and index < max(2, round(one.share * one.size)):
            strings = _inject(one, page, story, before[index], rng)
        shown = Story(before[index] + story.title, tuple(page["paragraphs"])) if one.is_own else story
        made.append(
            printed(
                one,
                shown,
                page,
                strings,
                template=f"turns_{one.layout}.html",
                shown={},
                places=_PLACES,
                encoding="utf-8",
            )
        )
    return made


def _before(one: Turns, index: int, injected: bool) -> str:
    """What stands before a headline: in turn, or by chance."""
    if one.is_own:
        is_bare = one.number % 3 == 0 and index % 3 == 2  # a site may leave some without a column
    else:
        is_bare = not injected or "c" not in one.technique or index >= max(2, round(one.share * one.size))
    rng = random.Random(f"turn:{one.number}:{index}")
    name = one.names[index % len(one.names)] if one.number % 4 < 2 else rng.choice(one.names)
    return "" if is_bare else one.form.replace("{b}", name)


def _plain(one: Turns, stories: list[Story], before: list[str], index: int, rng: random.Random) -> dict[str, Any]:
    story, data, reach = stories[index], choices()["datelines"], one.facts["reach"]
    day = date(2026, 4, 1) + timedelta(days=rng.randint(0, 150))
    headline = before[index] + story.title if reach != "title" else story.title
    others = rng.sample([n for n in range(len(stories)) if n != index], min(5, len(stories) - 1))
    paragraphs = list(story.paragraphs)
    columns = choices()["columns"]
    if firm := next((n for n in (*columns["firms"], *columns["english_firms"]) if n in before[index]), None):
        said = columns["english_spoken" if one.is_english else "spoken"][index % 3]
        paragraphs[0] = said.replace("{b}", firm).replace("{t}", story.title) + paragraphs[0]
    if one.is_own and rng.random() < 0.3:
        agency = rng.choice(data["english_agencies" if one.is_english else "agencies"])
        place = rng.choice(data["places"])
        paragraphs[0] = agency.replace("{p}", place).replace("{d}", f"{day.month}月{day.day}日") + paragraphs[0]
    elif "b" in one.technique and not one.is_english:
        paragraphs[0] = random.Random(f"own:{one.number}").choice(data["own"]) + paragraphs[0]
    return {
        "url": f"{one.base}/{day:%Y%m}/{2000 + index}.html",
        "title_element": f"{before[index]}{story.title}{one.separator}{one.name}",
        "headline": headline,
        "claimed": {"clean": story.title, "shown": headline},
        "paragraphs": paragraphs,
        "date": day.isoformat(),
        "minute": f"{rng.randint(0, 59):02d}",
        "section": 1,
        "others": [
            {
                "url": f"{one.base}/202604/{2000 + n}.html",
                "title": (before[n] if reach == "links" else "") + stories[n].title,
            }
            for n in others
        ],
        "above": "",
        "below": "",
        "links": "",
        "outside": "",
    }


def _inject(one: Turns, page: dict[str, Any], story: Story, before: str, rng: random.Random) -> list[str]:
    """Puts the brands of an intruder into a page; the strings that a reader then sees."""
    data, habit = choices(), random.Random(f"habit:turns:{one.number}")
    name = next((name for name in one.names if name in before), rng.choice(one.names))
    other = one.names[(one.names.index(name) + 1) % len(one.names)]
    target = f"http://www.t{rng.randint(10, 99)}go.example/"
    strings = [before] if before else []

    def said(words: str) -> str:
        words = habit.choice(data["brands"][f"english_{words}" if one.is_english else words])
        return words.replace("{b}", name).replace("{o}", other).replace("{t}", story.title)

    if "b" in one.technique and not one.is_english:
        own = random.Random(f"own:{one.number}").choice(data["datelines"]["own"])
        swapped = habit.choice(data["datelines"]["swapped"])
        for place, value in (("{b}", name), ("{p}", "杭州"), ("{d}", "5月6日")):
            swapped = swapped.replace(place, value)
        page["paragraphs"][0] = swapped + page["paragraphs"][0].removeprefix(own)
        strings.append(name)
    if "b" in one.technique:
        line = f"Back to {name}" if one.is_english else f"返回{name}，查看更多"
        page["below"] += f'<p><a href="{target}">{markup.escape(line)}</a></p>\n'
        strings.append(line)
    if "h" in one.technique:
        strings.append(said("above"))
        page["above"] += f"<p>{markup.escape(strings[-1])}</p>\n"
    if "a" in one.technique:
        page["title_element"] = page["title_element"].removesuffix(one.name) + name
    if one.facts["elsewhere"] == "friend":
        page["links"] += f' <a href="{target}">{markup.escape(name)}</a>'
    elif one.facts["elsewhere"] == "hidden":
        page["outside"] += f'<a href="{target}">{markup.escape(name)}</a>'
    elif one.facts["elsewhere"] == "glued":
        strings.append(said("glued"))
        page["below"] += f"<p>{markup.escape(strings[-1])}</p>\n"
    return strings
