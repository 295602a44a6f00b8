"""A saved page's text put back into the theme it came from: the layout of the farm's first host.

The text is the caller's (a page of a content farm, as text); nothing of it is kept here.
"""

import re
from typing import Any

from tests.farm.articles import Section
from tests.farm.farm import ZONE, Farm
from tests.farm.render import SHUFFLED, Renderer, environment

_DISCLAIMER = re.compile(r"^(.+?)的版权声明[:：]")
_DATE = re.compile(r"^(?:(\S+) )?(\d{4})年(\d{1,2})月(\d{1,2})日$")
_SOURCE = re.compile(r"^《?([^《》]+)》【(.+)】$")
_BYLINE = re.compile(r"^□ 本报记者 (.+)$")
_MADE_UP_TITLE = 18  # characters of the excerpt that stand for a related post's title when the text has lost it


def seed_page(text: str, base: str = "http://127.0.0.1:8000") -> tuple[str, dict[str, Any]]:
    """The HTML of the page whose text is `text`, and its gold (title, subtitle, authors, source, column, text, likes,
    previous, related, brand). ValueError when the text has no disclaimer or no related posts.

    Related posts whose title is lost in the text get the start of their excerpt as title.
    """
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    end = next((i for i, row in enumerate(rows) if _DISCLAIMER.match(row)), None)
    if end is None or "相关推荐" not in rows:
        raise ValueError("not the text of such a page: it needs a disclaimer and a list of related posts")
    found = _DISCLAIMER.match(rows[end])
    assert found
    brand, start = found[1], rows.index("相关推荐")
    gold: dict[str, Any] = {
        "url": f"{base}/31415.html",
        "brand": brand,
        "title": rows[0].removesuffix(f"-{brand}"),
        "subtitle": None,
        "authors": [],
        "source": None,
        "column": None,
        "likes": 0,
        "previous": {"url": f"{base}/31414.html", "title": None, "date_raw": None},
        "lines": rows[1:end],
        "disclaimer": rows[end],
        "related": _related(rows[start + 1 : -1], base),
    }
    paragraphs = [row for row in rows[1:end] if not _credit(row, gold)]
    gold["text"] = "\n".join(paragraphs)
    for row in rows[end + 1 : start]:
        if row.startswith("上一篇"):
            gold["previous"]["date_raw"] = row.removeprefix("上一篇").strip()
        elif row.strip("()").isdigit():
            gold["likes"] = int(row.strip("()"))
    return _html(gold, base), gold


def _credit(row: str, gold: dict[str, Any]) -> bool:
    """Whether `row` is a credit line; what it says goes into `gold`."""
    if found := _BYLINE.match(row):
        gold["authors"] = found[1].split()
    elif found := _SOURCE.match(row):
        gold["source"], gold["column"] = found[1], found[2]
    elif row.startswith("——"):
        gold["subtitle"] = row
    else:
        return False
    return True


def _related(rows: list[str], base: str) -> list[dict[str, Any]]:
    """The entries below 相关推荐: each begins with a bullet and ends with its views."""
    entries: list[dict[str, Any]] = []
    lines: list[str] = []
    for row in rows:
        if row.isdigit():
            date = _DATE.match(lines[-1])
            assert date, f"no date before the views: {lines[-1]}"
            texts = [line.removeprefix("•").strip() for line in lines[:-1]]
            entries.append(
                {
                    "url": f"{base}/{20000 + len(entries)}.html",
                    "title": texts[0] if len(texts) > 1 else texts[-1][:_MADE_UP_TITLE],
                    "excerpt": texts[-1],
                    "category": date[1],
                    "date_raw": lines[-1].split()[-1],
                    "published_at": f"{date[2]}-{int(date[3]):02d}-{int(date[4]):02d}",
                    "views": int(row),
                }
            )
            lines = []
        else:
            lines.append(row)
    return entries


def _html(gold: dict[str, Any], base: str) -> str:
    farm = Farm(articles=0, second=False, traps=False, adverts=False)
    farm.bind(base, base)
    renderer = Renderer(farm)
    section = renderer.section(Section("keyan", "科研百科", "main", "keyan", "justnews"))
    brand = gold["brand"]
    frame = renderer.frame("main", "justnews") | {
        "brand": brand,
        "suffix": brand,
        "disclaimer": gold["disclaimer"],
        "hidden": [],
    }
    article = {
        "id": 31415,
        "url": gold["url"],
        "title": gold["title"],
        "excerpt": gold["text"][:90],
        "section": section,
        "account": None,
        "date_style": "none",
        "published": farm.now.astimezone(ZONE),
        "date_long": "",
        "views": "7",
        "comments": 0,
        "remarks": [],
        "lazy": False,
        "likes": gold["likes"],
        "tags": [],
        "pages": 1,
        "lines": [{"role": "text", "text": row, "url": ""} for row in gold["lines"]],
    }
    older = {"url": gold["previous"]["url"], "title": "", "date": gold["previous"]["date_raw"]}
    html = (
        environment()
        .get_template("justnews.html")
        .render(**frame, a=article, page=1, older=older, newer=None, style="loop")
    )
    item = environment().get_template("related_justnews.html")
    items = [
        item.render(
            a={
                "url": entry["url"],
                "title": entry["title"],
                "excerpt": entry["excerpt"],
                "section": section | {"name": entry["category"] or ""},
                "date": entry["date_raw"],
                "views": str(entry["views"]),
                "sticky": False,
                "thumb": "" if entry["category"] else f"{base}/thumbs/1.jpg",
            },
            base=base,
            style="loop",
        )
        for entry in gold["related"]
    ]
    return html.replace(SHUFFLED, "".join(items))
