"""Mirrors: a third family of sites for the bench of stripping, injected as real farms are (techniques a-h alone or in
pairs). Texts are the caller's; layouts, brands, separators, phrases and places are its own. It is only counted: no rule
is written while looking at it.

A mirror has three to twelve articles, most or all of them injected.
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

SIZES = (3, 3, 4, 5, 6, 8, 10, 12)
ENGLISH = frozenset(("journal",))
TECHNIQUES = ("a", "b", "c", "d", "e", "f", "g", "h", "a+d", "a+e", "c+h", "d+e", "g+b", "a+f")
SITES = 70
_PLACES = ("head", "tail", "above", "below", "links", "outside", "disclaimer")


@dataclass(slots=True, kw_only=True)
class Mirror(InjectedSite):
    """One site of the series `held`."""

    other: str  # a second brand

    def __post_init__(self) -> None:
        self.base = f"http://www.mirror{self.number}.example"


@lru_cache
def choices() -> dict[str, Any]:
    """data/mirrors.toml."""
    return tomllib.loads((DATA / "mirrors.toml").read_text(encoding="utf-8"))


@lru_cache
def _readings() -> dict[str, tuple[str, str]]:
    """Simple form -> traditional form and reading."""
    return {row[1]: (row[0], row[2:]) for row in choices()["readings"]}


def mirror(number: int) -> Mirror:
    """The mirror of a number, 0 to SITES - 1."""
    rng, data = random.Random(f"mirror:{number}"), choices()
    layout = data["layouts"][number % len(data["layouts"])]
    english = layout in ENGLISH
    technique = TECHNIQUES[(number // len(data["layouts"]) * 3 + number) % len(TECHNIQUES)]
    if english:
        technique = technique.replace("f", "c").replace("g", "e")
    pool = data["english"] if english else data["known" if rng.random() < 0.5 else "unknown"]
    brand, other = rng.sample(pool, 2)
    made = Mirror(
        number=number,
        series="held",
        layout=layout,
        is_english=english,
        name=rng.choice(data["english_names" if english else "names"]),
        separator=rng.choice(data["english_separators" if english else "separators"]),
        size=rng.choice(SIZES),
        technique=technique,
        brand=brand,
        other=other,
        share=rng.choice((1.0, 1.0, 1.0, 0.7)),
    )
    text = Text(load_rules("zh", "zh_topics"), rng)
    sections = ["World", "Metro", "Science", "Arts"] if english else ["时政", "社会", "教育", "健康"]
    made.facts = {
        "sections": rng.sample(sections, 4),
        "icp": f"鲁ICP备{rng.randint(10_000_000, 20_000_000)}号-{rng.randint(1, 3)}",
        "people": ["Jane Holt", "Omar Diaz"] if english else [f"{text.write('person')}" for _ in range(3)],
        "promo": rng.random() < 0.5,
        # Farms leave a site's other identities as they are, or swap some, or all.
        "identity": rng.choice(["site", "site", "logo", "all"]) if "a" in technique else "site",
    }
    return made


def pages(one: Mirror, stories: list[Story], *, injected: bool) -> list[tuple[bytes, dict[str, Any]]]:
    """The mirror's pages as bytes with their gold, as outlets.pages gives them."""
    if "f" in one.technique:
        stories = [Story(_traditional(s.title), tuple(map(_traditional, s.paragraphs))) for s in stories]
    made = []
    for index, story in enumerate(stories[: one.size]):
        rng = random.Random(f"mirrorpage:{one.number}:{index}")
        page = _plain(one, stories, index)
        strings: list[str] = []
        if injected and index < max(2, round(one.share * one.size)):
            for technique in one.technique.split("+"):
                strings += _TECHNIQUES[technique](page, one, rng)
        made.append(
            printed(
                one,
                story,
                page,
                strings,
                template=f"mirror_{one.layout}.html",
                shown={"hot": [_link(one, other, n) for n, other in enumerate(stories[:5])]},
                places=_PLACES,
                encoding="gb18030" if one.layout == "localpaper" else "utf-8",
            )
        )
    return made


def _traditional(text: str) -> str:
    return "".join(_readings()[c][0] if c in _readings() else c for c in text)


def _plain(one: Mirror, stories: list[Story], index: int) -> dict[str, Any]:
    rng = random.Random(f"mirrorplain:{one.number}:{index}")
    story, day = stories[index], date(2026, 1, 5) + timedelta(days=rng.randint(0, 280))
    others = [n for n in range(min(len(stories), one.size)) if n != index]
    return {
        "number": 5200 + one.number * 20 + index,
        "url": f"{one.base}/{day:%Y/%m}/{5200 + index}.shtml",
        "title_element": f"{story.title}{one.separator}{one.name}",
        "headline": story.title,
        "paragraphs": list(story.paragraphs),
        "date": day.isoformat(),
        "clock": f"{rng.randint(6, 22):02d}:{rng.randint(0, 59):02d}",
        "author": rng.choice(one.facts["people"]),
        "editor": rng.choice(one.facts["people"]),
        "source": one.name,
        "logo": one.name,
        "holder": one.name,
        "meta_keywords": one.name,
        "meta_description": story.paragraphs[0][:70],
        "others": [_link(one, stories[n], n) for n in rng.sample(others, min(5, len(others)))],
        **dict.fromkeys(_PLACES, ""),
        "disclaimer": "Contact us" if one.is_english else "本站所载信息版权归原作者所有",
    }


def _link(one: Mirror, story: Story, index: int) -> dict[str, str]:
    return {"url": f"{one.base}/2026/01/{5200 + index}.shtml", "title": story.title, "date": "2026-01-05"}


def _habit(one: Mirror, what: str) -> random.Random:
    """What an intruder does alike on all pages of a host."""
    return random.Random(f"mirrorhabit:{one.number}:{what}")


def _words(one: Mirror, kind: str) -> list[str]:
    found: list[str] = choices()[f"english_{kind}" if one.is_english else kind]
    return found


def _said(one: Mirror, pattern: str, title: str = "") -> str:
    return pattern.replace("{b2}", one.other).replace("{b}", one.brand).replace("{t}", title)


def _put(page: dict[str, Any], one: Mirror, what: str, places: list[str], pieces: list[str]) -> None:
    """Pieces of HTML in one place of the page, each in the element that this intruder uses."""
    habit = _habit(one, f"place:{what}")
    place, tag = habit.choice(places), habit.choice(["p", "p", "div", "center", "strong"])
    page[place] += "".join(f"<{tag}>{piece}</{tag}>\n" for piece in pieces)


def _target(one: Mirror, rng: random.Random) -> str:
    hosts = choices()["hosts"]
    chosen = [_habit(one, f"host{n}").choice(hosts).replace("{n}", str(17 + 3 * n)) for n in range(3)]
    return f"http://{rng.choice(chosen)}/"


def _slots(page: dict[str, Any], one: Mirror, rng: random.Random) -> list[str]:
    """The brand in the site's slots: title, metas, sometimes logo and holder, and a line that names the site."""
    habit = _habit(one, "a")
    said = one.brand + habit.choice(_words(one, "tails"))
    column = habit.choice(_words(one, "columns"))
    shape = habit.choice(["{s}{b}"] * 4 + ["{s}{n}{s}{b}", "{s}{c}{s}{b}", "（{b}）", "{s}{b}{s}{n}", "|{s}{b}{s}"])
    if shape == "|{s}{b}{s}":
        before, suffix = f"{said}{one.separator}", f"{one.separator}{said}"
    else:
        filled = shape.replace("{n}", one.name).replace("{c}", column).replace("{s}", one.separator)
        before, suffix = "", filled.replace("{b}", said)
    page["title_element"] = before + page["headline"] + suffix
    strings = [suffix, before] if before else [suffix]
    page["meta_keywords"], page["meta_description"] = (
        f"{said},{page['headline']}",
        f"{said}【{one.brand}】{page['meta_description']}",
    )
    if one.facts["identity"] in ("logo", "all"):
        page["logo"] = one.brand
    if one.facts["identity"] == "all":
        page["holder"] = page["source"] = one.brand
    line = _said(one, habit.choice(_words(one, "glued")))
    if habit.random() < 0.65:
        _put(page, one, "glued", ["tail", "tail", "below"], [markup.escape(line)])
        strings.append(line)
    else:
        page["disclaimer"] = markup.escape(line)
    return strings


def _swapped(page: dict[str, Any], one: Mirror, rng: random.Random) -> list[str]:
    """The brand for another paper's name: a back link, a credit line, a note behind the last word, a dateline."""
    kind = _habit(one, "b").choice(["back", "back", "source", "brackets", "dateline"])
    said = _said(one, _habit(one, "b2").choice(_words(one, kind)))
    paragraphs = page["paragraphs"]
    if kind == "back":
        target = f"http://{_habit(one, 'origin').choice(choices()['origins'])}"
        if _habit(one, "b3").random() < 0.3:
            paragraphs[-1] = Markup('{}<a href="{}">{}</a>').format(paragraphs[-1], target, said)
        else:
            _put(page, one, "back", ["tail"], [f'<a href="{target}" target="_blank">{markup.escape(said)}</a>'])
    elif kind == "source":
        _put(page, one, "source", ["tail", "tail", "head"], [markup.escape(said)])
    elif kind == "brackets":
        paragraphs[-1] += said
    else:
        paragraphs[0] = said + paragraphs[0]
    return [said.strip()]


def _before(page: dict[str, Any], one: Mirror, rng: random.Random) -> list[str]:
    """Brands before the titles, the headline's and those of related posts too; two may take turns."""
    habit = _habit(one, "c")
    pattern, turns, depth = habit.choice(_words(one, "prefixes")), habit.random() < 0.35, habit.random()
    brand = one.other if turns and rng.random() < 0.5 else one.brand
    prefix = pattern.replace("{b}", brand)
    page["title_element"] = prefix + page["title_element"]
    strings = [prefix]
    if depth < 0.5:
        page["headline"] = prefix + page["headline"]
        strings.append(prefix)
    if depth < 0.3:
        page["others"] = [{**other, "title": prefix + other["title"]} for other in page["others"]]
    return strings


def _anchors(page: dict[str, Any], one: Mirror, rng: random.Random) -> list[str]:
    """Links of friends in the foot, in a row of the content or alone, and in a paragraph; the article's own words may
    carry one too, and stay."""
    habit, strings = _habit(one, "d"), []
    links = [f'<a href="{_target(one, rng)}">{markup.escape(name)}</a>' for name in (one.brand, one.other)]
    page["links"] += " ".join(links)
    if habit.random() < 0.6:
        label = "" if one.is_english else habit.choice(choices()["rows"])
        row = links if habit.random() < 0.6 else links[:1]
        _put(page, one, "row", ["tail", "tail", "head", "below"], [label + " ".join(row)])
        strings.append(label + " ".join((one.brand, one.other)[: len(row)]))
    if habit.random() < 0.55:
        at = rng.randrange(len(page["paragraphs"]))
        marks = ". " if one.is_english else rng.choice("，。")
        first, mark, rest = page["paragraphs"][at].partition(marks)
        anchor = Markup('<a href="{}" target="_blank">{}</a>').format(_target(one, rng), one.brand)
        page["paragraphs"][at] = Markup("{}{}{}").format(first + mark, anchor, f" {rest}" if one.is_english else rest)
        strings.append(one.brand)
    if habit.random() < 0.2:
        plain = [n for n, text in enumerate(page["paragraphs"]) if not isinstance(text, Markup) and len(text) > 30]
        for n in plain[:1]:
            text = page["paragraphs"][n]
            link = Markup('<a href="{}">{}</a>').format(_target(one, rng), text[10:14])
            page["paragraphs"][n] = Markup("{}{}{}").format(text[:10], link, text[14:])
    return strings


def _stuffing(page: dict[str, Any], one: Mirror, rng: random.Random) -> list[str]:
    """Search words: a line or two, or a cloud of links or items."""
    habit = _habit(one, "e")
    places = ["tail", "tail", "head", "below", "above"]
    if habit.random() < 0.3:
        words = [_said(one, word) for word in habit.sample(_words(one, "cloud"), 5)]
        if habit.random() < 0.5:
            links = " ".join(f'<a href="/tag/{n}.html">{markup.escape(word)}</a>' for n, word in enumerate(words))
            _put(page, one, "stuffing", places, [links])
            return [" ".join(words)]
        _put(page, one, "stuffing", places, [markup.escape(word) for word in words])
        return words
    count = habit.choice([1, 1, 2])
    lines = [_said(one, text, page["headline"]) for text in habit.sample(_words(one, "stuffing"), count)]
    _put(page, one, "stuffing", places, [markup.escape(line) for line in lines])
    return lines


def _spoken(page: dict[str, Any], one: Mirror, rng: random.Random) -> list[str]:
    """Readings behind traditional characters."""
    habit, strings = _habit(one, "f"), []
    shape, share = habit.choice(["({r})", "（{r}）", "({r})"]), habit.choice([0.15, 0.4, 1.0])
    known = dict(_readings().values())

    def spoken(text: str) -> str:
        parts = []
        for character in text:
            parts.append(character)
            if character in known and rng.random() < share:
                parts.append(shape.replace("{r}", known[character]))
                strings.append(parts[-1])
        return "".join(parts)

    page["paragraphs"] = [spoken(text) for text in page["paragraphs"]]
    return strings


def _emoji(page: dict[str, Any], one: Mirror, rng: random.Random) -> list[str]:
    """Emoji behind marks and between words."""
    habit, strings = _habit(one, "g"), []
    behind, between, few = habit.choice([0.3, 0.7]), habit.choice([0.0, 0.02, 0.05]), habit.random() < 0.5
    pool = habit.sample(choices()["emoji"], 4) if few else choices()["emoji"]

    def lively(text: str) -> str:
        parts = []
        for character in text:
            parts.append(character)
            chance = behind if character in "，。、！？" else between if "一" <= character <= "鿿" else 0.0
            if rng.random() < chance:
                parts.append(rng.choice(pool))
                strings.append(parts[-1])
        return "".join(parts)

    page["paragraphs"] = [lively(text) for text in page["paragraphs"]]
    return strings


def _doorway(page: dict[str, Any], one: Mirror, rng: random.Random) -> list[str]:
    """A line or two above the article, alike on all pages of the site or of a few kinds."""
    habit = _habit(one, "h")
    patterns = habit.sample(_words(one, "doorway"), habit.choice([1, 2]))
    line = _said(one, rng.choice(patterns), page["headline"])
    _put(page, one, "doorway", ["head", "head", "above"], [markup.escape(line)])
    return [line]


_TECHNIQUES: dict[str, Callable[[dict[str, Any], Mirror, random.Random], list[str]]] = {
    "a": _slots,
    "b": _swapped,
    "c": _before,
    "d": _anchors,
    "e": _stuffing,
    "f": _spoken,
    "g": _emoji,
    "h": _doorway,
}
