"""Crawler traps: address spaces without an end. Each page of them is valid, and none of them holds an article."""

import random
import urllib.parse

from tests.farm.answer import Answer
from tests.farm.render import Renderer, environment

_FACETS = {
    "color": ["red", "blue", "green", "grey"],
    "size": ["s", "m", "l"],
    "year": [str(y) for y in range(2010, 2027)],
    "sort": ["new", "hot", "old"],
}


def answer(renderer: Renderer, host: str, path: str, query: str) -> Answer | None:
    """The trap page at `path`, if there is one and traps are set."""
    if not renderer.farm.options.traps or host != "main":
        return None
    parts = [part for part in path.split("/") if part]
    if parts[:1] == ["calendar"] and len(parts) == 3 and parts[1].isdigit() and parts[2].isdigit():
        return _calendar(renderer, int(parts[1]), int(parts[2]))
    if parts[:1] == ["bbs"]:
        return _sessions(renderer, path, query)
    if parts[:2] == ["roll", "page"] and len(parts) == 3 and parts[2].isdigit():
        return _endless(renderer, int(parts[2]))
    if parts[:1] == ["docs"]:
        return _spiral(renderer)
    if parts[:1] == ["find"]:
        return _facets(renderer, query)
    if parts[:1] == ["missing"]:
        return renderer.not_found(host, 200)
    return None


def _page(
    renderer: Renderer, heading: str, links: list[tuple[str, str]], articles: bool = False, query: str = ""
) -> Answer:
    """A page of links (address, label); with `articles` the five newest articles are listed as well, each behind `query`."""
    frame = renderer.frame("main", "justnews")
    entries = [renderer.entry(a) for a in renderer.farm.listing()[:5]] if articles else []
    for entry in entries:
        entry["url"] += query
    html = environment().get_template("trap.html").render(**frame, heading=heading, links=links, entries=entries)
    return Answer(html.encode())


def _calendar(renderer: Renderer, year: int, month: int) -> Answer:
    """A month with its days, and links to the months before and after it, for all time."""
    months = [(year, month - 1), (year, month + 1), (year + 1, month), (year - 1, month)]
    pairs = [(y + (m - 1) // 12, (m - 1) % 12 + 1) for y, m in months]
    links = [(f"/calendar/{y}/{m:02d}", f"{y}年{m}月") for y, m in pairs if 0 < y < 10_000]
    return _page(renderer, f"{year}年{month}月日历", links)


def _sessions(renderer: Renderer, path: str, query: str) -> Answer:
    """A board whose every link carries another session id, those to articles too."""
    rng = random.Random(f"{renderer.farm.options.seed}:{path}:{query}")
    links = [(f"/bbs/?sid={rng.getrandbits(64):016x}", "论坛首页")]
    links += [(f"/bbs/thread-{n}.html?sid={rng.getrandbits(64):016x}", f"第{n}帖") for n in range(1, 9)]
    return _page(renderer, "论坛", links, articles=True, query=f"?sid={rng.getrandbits(64):016x}")


def _endless(renderer: Renderer, page: int) -> Answer:
    """A list whose every page has a next one, and always the same articles."""
    return _page(renderer, f"滚动新闻 第{page}页", [(f"/roll/page/{page + 1}", "下一页")], articles=True)


def _spiral(renderer: Renderer) -> Answer:
    """A page whose relative links lead one folder deeper each time."""
    return _page(renderer, "资料目录", [("docs/files/", "下级目录"), ("more/list.html", "更多资料")])


def _facets(renderer: Renderer, query: str) -> Answer:
    """A list that can be narrowed by any combination of four filters, in any order."""
    chosen = dict(urllib.parse.parse_qsl(query))
    links = []
    for name, values in _FACETS.items():
        for value in values:
            links.append(("/find?" + urllib.parse.urlencode(chosen | {name: value}), f"{name}：{value}"))
    return _page(renderer, "筛选", links, articles=True)
