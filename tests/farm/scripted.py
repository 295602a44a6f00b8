"""The part of the farm that wants a browser: shells filled from JSON, hidden text, lists that grow."""

import json
import urllib.parse
from typing import Any

from tests.farm.answer import Answer
from tests.farm.articles import Article, Section
from tests.farm.farm import BROWSER_LAYOUTS, layouts
from tests.farm.render import FOLDER, Renderer, environment

BATCH = 4  # entries of a list page, and what a growing list adds at a time
_SHELLS = {"vue", "react", "state"}


def answer(renderer: Renderer, host: str, path: str, query: str) -> Answer | None:
    """The list, script or JSON document at `path`, if it is one of these sections'."""
    for section in renderer.farm.sections.values():
        first = layouts()[section.layout]["first"]
        if section.layout not in BROWSER_LAYOUTS or host != section.host or not path.startswith(first):
            continue
        page = int(dict(urllib.parse.parse_qsl(query)).get("page", "1"))
        rest = path.removeprefix(first)
        if rest == "":
            return _list(renderer, section, page)
        if rest == "static/app.js":
            script = (FOLDER / "static" / "shell.js").read_bytes()
            return Answer(script, content_type="application/javascript; charset=utf-8")
        if rest == "api/list":
            return _json(_batch(renderer, section, page))
        if rest.startswith("api/article/") and rest.rpartition("/")[2].isdigit():
            wanted = renderer.farm.articles.get(int(rest.rpartition("/")[2]) - 1000)
            if wanted and wanted.section == section and not wanted.removed:
                return _json(_document(renderer, wanted))
    return None


def article(renderer: Renderer, article: Article) -> Answer:
    """The page of one article of these sections."""
    layout = article.section.layout
    if layout not in _SHELLS:
        return renderer.article(article)
    state = _document(renderer, article) if layout == "state" else None
    return _shell(renderer, article.section, state).stamped(f"{article.number}:{article.revision}", article.published)


def _list(renderer: Renderer, section: Section, page: int) -> Answer:
    if section.layout in _SHELLS:
        return _shell(renderer, section, None)
    batch = _batch(renderer, section, page)
    html = (
        environment()
        .get_template(layouts()[section.layout]["listing"])
        .render(
            **renderer.frame(section.host, section.layout),
            heading=section.name,
            page=page,
            button=section.layout == "more",
            path=layouts()[section.layout]["first"],
            **batch,
        )
    )
    return Answer(html.encode()).stamped(json.dumps(batch), renderer.farm.now)


def _shell(renderer: Renderer, section: Section, state: dict[str, Any] | None) -> Answer:
    """A page without text: an app root and a script. `state` is the article, as a script keeps it."""
    html = (
        environment()
        .get_template("shell.html")
        .render(
            **renderer.frame(section.host, section.layout),
            layout=section.layout,
            prefix=layouts()[section.layout]["first"],
            state=json.dumps(state, ensure_ascii=True).replace("<", "\\u003c") if state else "",
        )
    )
    return Answer(html.encode()).stamped(html, renderer.farm.now)


def _batch(renderer: Renderer, section: Section, page: int) -> dict[str, Any]:
    """One page of a section's list: its entries and the number of pages."""
    articles = renderer.farm.listing(section.slug)
    shown = articles[(page - 1) * BATCH : page * BATCH]
    entries = [
        {"url": e["url"], "title": e["title"], "excerpt": e["excerpt"], "date": e["date"], "views": e["views"]}
        for e in map(renderer.entry, shown)
    ]
    return {"entries": entries, "pages": -(-len(articles) // BATCH)}


def _document(renderer: Renderer, article: Article) -> dict[str, Any]:
    """An article as the JSON that a shell asks for."""
    lines = [line for line in article.lines if line.role != "subtitle"]
    return {
        "title": article.title,
        "author": article.account or "",
        "source": article.source or "",
        "category": article.section.name,
        "time": f"{article.published:%Y-%m-%d %H:%M}",
        "views": article.views,
        "content": [renderer.line(article, line) for line in lines],
    }


def _json(data: dict[str, Any]) -> Answer:
    body = json.dumps(data, ensure_ascii=False).encode()
    return Answer(body, content_type="application/json; charset=utf-8")
