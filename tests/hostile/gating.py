"""Row Q1 of the fault matrix: real harvests of a site that goes wrong, after five good ones."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from crawler.exitcodes import Exit
from crawler.state import State
from tests.crawl.harvesting import scrapy
from tests.hostile.crawling import SITE, Row, crawl, routes
from tests.hostile.server import Asked, Behaviour, Hostile
from tests.hostile.site import article_page, listing_page, sentences, text, title

GOOD_RUNS = 5  # from as many on the gate compares
NEW = 12  # articles that a usual day brings
_SETTINGS = {"READER_WORKERS": 0, "PATIENCE": 0.5, "ATTEMPTS_MAX": 1}
_REASON = "the site has a new template, looked at"
Table = dict[str, Behaviour | str | bytes]


async def _forbidden(asked: Asked) -> None:
    await asked.reply(b"<html><head><title>403</title></head><body>Forbidden</body></html>", "403 Forbidden")


def _day(table: Table, day: int, count: int = NEW, page: Callable[[int], Behaviour | str] = article_page) -> None:
    """The site on one more day: `count` new articles on its front page."""
    new = {f"/a/{day}-{n}.html": page(day * 100 + n) for n in range(count)}
    table.update(new)
    table["/"] = listing_page([(path, title(day * 100 + n)) for n, path in enumerate(new)])


def _without_facts(number: int) -> str:
    """A template in which no date and no source stands."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text(number).split("\n"))
    return f"<html><head><title>{title(number)}</title></head><body><main><h2>{title(number)}</h2><section>{body}</section></main></body></html>"


def _short(number: int) -> str:
    return article_page(number).replace(
        text(number).partition("\n")[2].replace("\n", "</p><p>"), sentences(number, 1)[0][:20]
    )


def _not_found(number: int) -> str:
    return f"<html><head><title>页面不存在</title></head><body><p>抱歉，您访问的页面不存在 {number}</p></body></html>"


def _blank(table: Table, day: int) -> None:
    _day(table, day)
    table.update(dict.fromkeys(table, "<html><head><title></title></head><body></body></html>"))


def _all_forbidden(table: Table, day: int) -> None:
    _day(table, day, page=lambda _: _forbidden)
    table["/"] = _forbidden


def _robots(table: Table, day: int) -> None:
    _day(table, day)
    table["/robots.txt"] = "User-agent: *\nDisallow: /\n"


FAULTS: dict[str, Callable[[Table, int], None]] = {
    "template change": lambda table, day: _day(table, day, page=_without_facts),
    "blank": _blank,
    "60 % fewer": lambda table, day: _day(table, day, count=4),
    "all 403": _all_forbidden,
    "robots.txt flips": _robots,
    "texts cut": lambda table, day: _day(table, day, page=_short),
    "soft 404": lambda table, day: _day(table, day, page=_not_found),
}


def _delivered(output: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((output / SITE).iterdir())
        if path.is_file()
    }


def _forget_robots(output: Path) -> None:
    """As a day later: the kept robots.txt has expired."""
    with State.open(f"sqlite:///{output / 'state' / 'winnow.db'}") as state, state.unit() as connection:
        for host in state.hosts.all("robots:http", 0):
            state.hosts.put(connection, host, "robots:http", {}, expires_at=0)


def _forced(output: Path) -> bool:
    """Whether a held delivery stays held without a reason, and goes out, with it on record, when somebody gives one."""
    held, unreasoned = scrapy(["deliver", SITE], output).code, scrapy(["deliver", SITE, "--force"], output).code
    forced = scrapy(["deliver", SITE, "--force", "--reason", _REASON], output).code
    with State.open(f"sqlite:///{output / 'state' / 'winnow.db'}") as state:
        detail = state.runs.history(SITE, 1)[0].detail or {}
    return (held, unreasoned, forced) == (Exit.HELD, Exit.USAGE, Exit.OK) and _REASON in str(detail)


def quality(folder: Path, scale: float = 1) -> Row:
    """Q1: after five good runs a site goes wrong, in seven ways: held, and the delivery before stays as it was."""
    table: Table = {}
    held, touched, said = [], [], []
    forced = False
    with Hostile(routes(table)) as server:
        good = folder / "good"
        for day in range(1, GOOD_RUNS + 1):
            _day(table, day)
            said += [f"good run {day}: {code}"] if (code := crawl(server.url("/"), good, _SETTINGS).code) else []
        before = _delivered(good)
        faults = list(FAULTS) if scale >= 1 else list(FAULTS)[:1]
        for name in faults:
            output = folder / name.replace(" ", "-").replace("%", "")
            shutil.copytree(good, output)
            _forget_robots(output)
            usual = dict(table)
            FAULTS[name](table, GOOD_RUNS + 1)
            code = crawl(server.url("/"), output, _SETTINGS, keep_held=True).code
            held += [name] if code == Exit.HELD else []
            said += [f"{name}: {code}"] if code != Exit.HELD else []
            touched += [name] if _delivered(output) != before else []
            if name == "template change":
                forced = _forced(output)
            table.clear()
            table.update(usual)
        _day(table, GOOD_RUNS + 1)
        passes = crawl(server.url("/"), good, _SETTINGS).code == Exit.OK
    return Row(
        "Q1 quality gate",
        len(held) == len(faults) and not touched and forced and passes,
        f"held {len(held)}/{len(faults)} (exit 20), deliveries touched {len(touched)}, forced with a reason: "
        f"{'yes' if forced else 'no'}, a usual run passes: {'yes' if passes else 'no'}{'; ' * bool(said)}{', '.join(said)}",
    )
