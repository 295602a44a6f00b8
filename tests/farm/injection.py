"""Injection techniques of mirror sites and intruders, put into clean pages of newsrooms.py."""

import html as markup
import random
import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tests.farm.grammar import DATA

_EMOJI = "🎯🔥✨🏆💰🎲🚀🌟😊👍🎉💎"
_TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")


@lru_cache
def brands() -> dict[str, Any]:
    """data/brands.toml: `known` brands, `unknown` brands, and the words of the techniques."""
    return tomllib.loads((DATA / "brands.toml").read_text(encoding="utf-8"))


@lru_cache
def pinyin_readings() -> dict[str, str]:
    """Characters and their readings, from data/pinyin.txt."""
    rows = (DATA / "pinyin.txt").read_text(encoding="utf-8").splitlines()
    return dict(row.split() for row in rows if row and not row.startswith("#"))


def inject(html: str, gold: dict[str, Any], technique: str, brand: str, rng: random.Random) -> tuple[str, list[str]]:
    """`html` of clean_page with `brand` put in by `technique`, and the strings that were put in, as a reader sees them.

    Techniques: a site-name slots, b name swapped in a back link, c title prefix, d off-site anchors, e keyword stuffing,
    f readings behind characters, g emoji, h a line above the article, j hidden nodes and text after the document.
    A string may stand more than once in the list: as often as it was put in. KeyError for an unknown technique.
    """
    return _TECHNIQUES[technique](html, gold, brand, rng)


def _fill(pattern: str, gold: dict[str, Any], brand: str, rng: random.Random) -> str:
    other = rng.choice([b for b in brands()["known"] + brands()["unknown"] if b != brand])
    title: str = gold["title"]
    return pattern.replace("{b2}", other).replace("{b}", brand).replace("{t}", title)


def _offsite(rng: random.Random) -> str:
    host: str = rng.choice(brands()["hosts"])
    return "http://" + host.replace("{n}", str(rng.randint(10, 99))) + "/"


def _habit(gold: dict[str, Any], brand: str) -> random.Random:
    """The source of what an intruder does alike on all pages of a host: separators, patterns, places."""
    return random.Random(f"{gold['host']}:{brand}")


def _put(html: str, place: str, piece: str) -> str:
    assert f"<!--{place}-->" in html, f"not a page of newsrooms.py: no place {place}"
    return html.replace(f"<!--{place}-->", piece + f"<!--{place}-->")


def _slots(html: str, gold: dict[str, Any], brand: str, rng: random.Random) -> tuple[str, list[str]]:
    """The brand replaces the site's name in the title and before the disclaimer; a line is added where there is none."""
    name = markup.escape(gold["site_name"])
    habit = _habit(gold, brand)
    separator = habit.choice(["-", "_", " - ", "|"])
    title = markup.escape(gold["title"])
    html = re.sub(r"<title>.*?</title>", lambda _: f"<title>{title}{separator}{brand}</title>", html, flags=re.DOTALL)
    strings = [f"{separator}{brand}"]
    if f"<p>{name}的版权声明" in html:
        html = html.replace(f"<p>{name}的版权声明", f"<p>{brand}的版权声明")
        strings.append(f"{brand}的版权声明")
    else:
        line = _fill(habit.choice(brands()["glued"]), gold, brand, rng)
        html = _put(html, "tail", f"<p>{line}</p>\n")
        strings.append(line)
    return html, strings


def _back_link(html: str, gold: dict[str, Any], brand: str, rng: random.Random) -> tuple[str, list[str]]:
    """A source's back link whose name was swapped and whose target was not."""
    line = (
        _habit(gold, brand).choice(["返回{b}，查看更多", "返回{b}首页 >>", "更多精彩请关注{b}"]).replace("{b}", brand)
    )
    target = f"http://www.origin{rng.randint(1, 9)}.example/?from=article"
    piece = f'<p><a href="{target}" target="_blank">{markup.escape(line)}</a></p>\n'
    return _put(html, "tail", piece), [line]


def _prefix(html: str, gold: dict[str, Any], brand: str, rng: random.Random) -> tuple[str, list[str]]:
    """The brand before the title; in brackets also before the headline."""
    habit = _habit(gold, brand)
    pattern = habit.choice(["[{b}]", "【{b}】", "{b}：", "{b}_", "{b}"])
    prefix, title = pattern.replace("{b}", brand), markup.escape(gold["title"])
    html = html.replace(f"<title>{title}", f"<title>{prefix}{title}")
    strings = [prefix]
    if pattern[0] in "[【" and habit.random() < 0.5:
        html = re.sub(rf"(<h[12]\b[^>]*>){re.escape(title)}", rf"\g<1>{prefix}{title}", html)
        strings.append(prefix)
    return html, strings


def _anchors(html: str, gold: dict[str, Any], brand: str, rng: random.Random) -> tuple[str, list[str]]:
    """Off-site anchors: at the end of the content, among the friend links, sometimes inside a paragraph."""
    other = _fill("{b2}", gold, brand, rng)
    piece = f'<a href="{_offsite(rng)}">{brand}</a> <a href="{_offsite(rng)}">{other}</a>'
    html = _put(html, "tail", f"<p>{piece}</p>\n")
    html = _put(html, "links", f' <a href="{_offsite(rng)}">{brand}</a>')
    strings = [f"{brand} {other}"]
    paragraphs = [m for m in _TEXT.finditer(html) if "，" in m[0] and _is_article(m[0], gold)]
    if paragraphs and rng.random() < 0.5:
        chosen = rng.choice(paragraphs)
        at = chosen.start() + rng.choice([i for i, c in enumerate(chosen[0]) if c == "，"]) + 1
        html = f'{html[:at]}<a href="{_offsite(rng)}" target="_blank">{brand}</a>{html[at:]}'
        strings.append(brand)
    return html, strings


def _stuffing(html: str, gold: dict[str, Any], brand: str, rng: random.Random) -> tuple[str, list[str]]:
    """Blocks of search queries at the end of the content, or above it."""
    strings = [_fill(pattern, gold, brand, rng) for pattern in rng.sample(brands()["stuffing"], rng.randint(1, 2))]
    pieces = "".join(f"<div>{markup.escape(line)}</div>\n" for line in strings)
    return _put(html, _habit(gold, brand).choice(["tail", "tail", "head"]), pieces), strings


def _is_article(node: str, gold: dict[str, Any]) -> bool:
    """Whether a text node, as it stands in the HTML, is a line of the article."""
    return markup.unescape(node).strip() in gold["lines"]


def _per_body(html: str, gold: dict[str, Any], change: Callable[[str], str]) -> str:
    """`html` with `change` made to every text node that is a line of the article."""
    return _TEXT.sub(lambda node: change(node[0]) if _is_article(node[0], gold) else node[0], html)


def _pinyin(html: str, gold: dict[str, Any], brand: str, rng: random.Random) -> tuple[str, list[str]]:
    """Readings in brackets behind characters of the text."""
    readings, strings = pinyin_readings(), []

    def change(text: str) -> str:
        parts = []
        for character in text:
            parts.append(character)
            if character in readings and rng.random() < 0.4:
                parts.append(f"({readings[character]})")
                strings.append(parts[-1])
        return "".join(parts)

    return _per_body(html, gold, change), strings


def _emoji(html: str, gold: dict[str, Any], brand: str, rng: random.Random) -> tuple[str, list[str]]:
    """Emoji behind punctuation of the text."""
    strings: list[str] = []

    def change(text: str) -> str:
        parts = []
        for character in text:
            parts.append(character)
            if character in "，。、：" and rng.random() < 0.6:
                parts.append(rng.choice(_EMOJI))
                strings.append(parts[-1])
        return "".join(parts)

    return _per_body(html, gold, change), strings


def _doorway(html: str, gold: dict[str, Any], brand: str, rng: random.Random) -> tuple[str, list[str]]:
    """A line of keywords above a clean article."""
    line = _fill(_habit(gold, brand).choice(brands()["doorway"]), gold, brand, rng)
    return _put(html, "head", f"<p>{markup.escape(line)}</p>\n"), [line]


def _hidden(html: str, gold: dict[str, Any], brand: str, rng: random.Random) -> tuple[str, list[str]]:
    """Text that a reader does not see: hidden nodes in the content, and text behind the document."""
    line, after = f"{brand}{gold['title']}", f"{brand}官方网站"
    habit = _habit(gold, brand)
    style = habit.choice(
        [
            "display:none",
            "position:absolute;left:-9999px",
            "font-size:0",
            "height:0;overflow:hidden",
            "text-indent:-9999px",
        ]
    )
    entities = "".join(f"&#{ord(c)};" for c in line)
    html = _put(
        html, habit.choice(["head", "tail"]), f'<div style="{style}"><a href="{_offsite(rng)}">{entities}</a></div>\n'
    )
    return html + f'<a href="{_offsite(rng)}">{after}</a>\n', [line, after]


_TECHNIQUES: dict[str, Callable[[str, dict[str, Any], str, random.Random], tuple[str, list[str]]]] = {
    "a": _slots,
    "b": _back_link,
    "c": _prefix,
    "d": _anchors,
    "e": _stuffing,
    "f": _pinyin,
    "g": _emoji,
    "h": _doorway,
    "j": _hidden,
}
