"""Clean news pages for the bench of stripping: ordinary ones, and ones that only look like spam.

Ten consecutive seeds are pages of one newsroom (host, name, structure), so that a profile can be learned from them.
"""

import random
import tomllib
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from tests.farm.articles import Article, Line, Section, write_article
from tests.farm.farm import NOW, site_data
from tests.farm.grammar import DATA, Text, load_rules
from tests.farm.injection import brands, inject
from tests.farm.render import environment

__all__ = ["PAGES", "brands", "clean_page", "inject", "negative_page"]

PAGES = 10  # consecutive seeds of one newsroom
_TEMPLATES = ("newsroom.html", "newsroom_theme.html", "newsroom_br.html")
_KINDS = ("police", "company", "place", "phrase", "lottery", "sport")


@lru_cache
def _choices() -> dict[str, Any]:
    return tomllib.loads((DATA / "newsroom.toml").read_text(encoding="utf-8"))


def clean_page(seed: int) -> tuple[str, dict[str, Any]]:
    """A page without adverts, and its gold: url, host, site_name, title, text, lines, authors, source, published_at ..."""
    return _page(seed, "clean")


def negative_page(seed: int) -> tuple[str, dict[str, Any]]:
    """As clean_page, but the article speaks about gambling, sponsors, or names that look like brands, and the site itself
    may have such a name: nothing on it is spam."""
    return _page(seed, "negative")


@lru_cache(maxsize=256)
def _newsroom(number: int, series: str) -> dict[str, Any]:
    """Host, names and structure of a newsroom."""
    rng = random.Random(f"{series}:newsroom:{number}")
    text = Text(load_rules("zh", "zh_topics"), rng, "keyan")
    choices = {name: rng.choice(values) for name, values in _choices().items()}
    place = text.write("p1") + text.write("p2")
    lookalike = series == "negative" and number % 2 == 0
    name = choices["lookalikes"] if lookalike else choices["names"].format(p=place)
    host = f"{series}{number}.news.example"
    css = "".join(rng.choice("abcdefghklmnprst") for _ in range(rng.randint(2, 4)))
    return choices | {
        "host": host,
        "base": f"http://{host}",
        "name": name,
        "holder": f"天津{name}股份有限公司" if lookalike and rng.random() < 0.5 else name,
        "icp": f"{place[0]}ICP备{rng.randint(10_000_000, 20_000_000)}号",
        "separator": choices["title_separator"],
        "css": css,
        "og": rng.random() < 0.5,
        "template": _TEMPLATES[number % len(_TEMPLATES)],
        "indent": rng.random() < 0.5,
        "disclaimer": choices["disclaimer"].format(s=name),
        "sections": rng.sample(["要闻", "本地", "经济", "社会", "体育", "文化", "教育", "健康", "图片", "专题"], 6),
    }


@lru_cache(maxsize=4096)
def _article(seed: int, series: str) -> Article:
    rng = random.Random(f"{series}:time:{seed}")
    published = NOW - timedelta(minutes=rng.randint(100, 600_000))
    topics = [s for s in site_data()["section"] if s["layout"] == "justnews"]
    section = Section(**topics[seed % len(topics)])
    article = write_article(7_000_000 if series == "clean" else 8_000_000, seed, section, published, "head")
    article.lines = [line for line in article.lines if line.is_article]
    if series == "negative":
        _turn_negative(article, seed)
    return article


def _turn_negative(article: Article, seed: int) -> None:
    """Gives the article a title and sentences of one negative kind, among its own paragraphs."""
    kind = _KINDS[seed % len(_KINDS)]
    rng = random.Random(f"negative:text:{seed}")
    text = Text(load_rules("zh", "zh_topics", "negatives"), rng, article.section.topic)
    article.title = text.write(f"neg.{kind}.title")
    paragraphs = [text.write(f"neg.{kind}.s") for _ in range(rng.randint(3, 7))]
    lines = article.lines[1 : rng.randint(2, 5)]
    for paragraph in paragraphs[1:]:
        line = Line("text", paragraph)
        lines.insert(rng.randint(0, len(lines)), line)
    article.lines = [Line("text", paragraphs[0]), *lines]


def _page(seed: int, series: str) -> tuple[str, dict[str, Any]]:
    room, article = _newsroom(seed // PAGES, series), _article(seed, series)
    rng = random.Random(f"{series}:page:{seed}")
    author, source, date = article.authors[:1], article.source or room["name"], article.published.strftime(room["date"])
    info = room["info"].format(date=date, source=source, author=author[0] if author else "佚名", views=article.views)
    editor = Text(load_rules("zh", "zh_topics"), rng).write("person")
    others = [n for n in range(seed // PAGES * PAGES, (seed // PAGES + 1) * PAGES) if n != seed]
    shown = {
        "title": article.title,
        "excerpt": article.excerpt,
        "category": room["sections"][0],
        "info": info,
        "url": _link(room, article)["url"],
        "lines": article.lines,
        "tail": room["tail"].format(editor=editor),
    }
    related = [_link(room, _article(n, series)) for n in rng.sample(others, 5)]
    html = environment().get_template(room["template"]).render(n=room, a=shown, related=related)
    gold = {
        "url": shown["url"],
        "host": room["host"],
        "site_name": room["name"],
        "title": article.title,
        "text": article.text,
        "lines": [line.text for line in article.lines],
        "authors": author if "{author}" in room["info"] else [],
        "source": source,
        "editor": editor if "{editor}" in room["tail"] else None,
        "published_at": _published(article.published, room["date"]),
        "kind": _KINDS[seed % len(_KINDS)] if series == "negative" else None,
        "container": room["container"],
    }
    return html, gold


def _published(moment: datetime, pattern: str) -> str:
    return moment.isoformat() if "%H" in pattern else moment.date().isoformat()


def _link(room: dict[str, Any], article: Article) -> dict[str, str]:
    day = article.published.date().isoformat()
    return {"url": f"{room['base']}/{day.replace('-', '')}/{article.number}.html", "title": article.title, "day": day}
