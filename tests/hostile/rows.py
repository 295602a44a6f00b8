"""Rows of the fault matrix that are crawls of hostile sites: bombs, slow servers, partial pages, charsets, politeness, traps.

Each function runs one row below `folder` and says whether what must hold held. `scale` 1 is the full row, less is shorter.
"""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path

from tests.hostile import attacks, pages
from tests.hostile.crawling import SITE, Row, crawl, routes
from tests.hostile.server import Asked, Behaviour, Hostile
from tests.hostile.site import article_page, listing_page, text, title

# Everything at once from one host; what fails is not tried again within the run.
AT_ONCE = {
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "ATTEMPTS_MAX": 1,
    "PATIENCE": 1,
    "READER_WORKERS": 1,
}
MAX_TREE_MB = 350


def healthy(count: int, prefix: str = "/a") -> dict[str, Behaviour | str | bytes]:
    """`count` articles."""
    return {f"{prefix}/{n}.html": article_page(n) for n in range(count)}


def named(paths: list[str]) -> list[tuple[str, str]]:
    """(path, title) of articles and of what poses as one."""
    return [(path, title(hash(path) % 100_000 + 1000)) for path in paths]


def mixed(
    good: dict[str, Behaviour | str | bytes], bad: dict[str, Behaviour | str | bytes]
) -> dict[str, Behaviour | str | bytes]:
    """A site whose front page lists good and bad pages in turn."""
    first, second = list(bad), list(good)
    paths = [path for pair in zip(first, second, strict=False) for path in pair]
    rest = first[len(second) :] + second[len(first) :]
    return {"/": listing_page(named(paths + rest)), **good, **bad}


def bombs(folder: Path, scale: float = 1) -> Row:
    """B1: everything that eats memory, 16 at a time, among healthy pages."""
    table: dict[str, Behaviour | str | bytes] = {f"/b/{name}.html": answer for name, answer in attacks.bombs().items()}
    good = healthy(40)
    with Hostile(routes(mixed(good, table))) as server:
        seen = crawl(server.url("/"), folder / "b1", AT_ONCE | {"DOWNLOAD_TIMEOUT": 15 if scale >= 1 else 6})
    ends = seen.ended("quarantined.") + seen.ended("failed.")
    held = seen.peak_mb <= MAX_TREE_MB and len(seen.articles) == len(good) and ends == len(table)
    return Row(
        "B1 bombs",
        held,
        f"{len(table)} bombs: peak {seen.peak_mb:.0f} MB of {MAX_TREE_MB}, healthy {len(seen.articles)}/{len(good)}, with a reason {ends}/{len(table)}",
    )


def slow_servers(folder: Path, scale: float = 1) -> Row:
    """B2: all that one host may have on its way held by drips and black holes; another host of the run goes on."""
    good = healthy(int(60 * scale) + 20)
    bad: dict[str, Behaviour | str | bytes] = {
        f"/s/{name}-{n}.html": answer for name, answer in attacks.slow().items() for n in range(6)
    }
    settings = AT_ONCE | {"DOWNLOAD_TIMEOUT": 4, "DOWNLOAD_DELAY": 0.1, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}
    seconds = {"alone": 0.0, "beside": 0.0}
    articles = 0
    front: dict[str, Behaviour | str | bytes] = {"/": listing_page(named(list(good)))}
    for turn in range(2):  # in turns: whatever else the machine does meets both
        for name, table in (("alone", {}), ("beside", bad)):
            with (
                Hostile(routes({"/": listing_page(named(list(table))), **table})) as other,
                Hostile(routes(front | good)) as server,
            ):
                urls = server.url("/") if name == "alone" else f"{server.url('/')} {other.url('/')}"
                articles = len(crawl(urls, folder / f"b2-{name}-{turn}", settings).articles)
                visits = server.asked("/a/")
                seconds[name] += visits[-1].at - visits[0].at if visits else 0.0
    loss = 1 - seconds["alone"] / seconds["beside"] if seconds["beside"] else 1.0
    held = articles == len(good) and loss < 0.2
    return Row(
        "B2 slow servers", held, f"healthy {articles}/{len(good)}, throughput lost {max(0.0, loss):.0%} of at most 20 %"
    )


def heavy_pages(folder: Path, scale: float = 1) -> Row:
    """B3: pages that are expensive to read."""
    bad: dict[str, Behaviour | str | bytes] = {f"/h/{name}.html": body for name, body in pages.heavy(scale).items()}
    good = healthy(20)
    with Hostile(routes(mixed(good, bad))) as server:
        seen = crawl(
            server.url("/"),
            folder / "b3",
            # no browser: what is measured is reading, and some of these pages look like shells
            AT_ONCE | {"CONCURRENT_REQUESTS_PER_DOMAIN": 4, "BROWSER_PATH": "/nowhere"},
            "-a",
            "max_pages=120",
        )
    quiet = len(bad) - seen.ended("quarantined.")
    status = json.loads((folder / "b3" / "status" / f"{SITE}.json").read_text(encoding="utf-8"))
    late = status["reactor_latest_seconds"]
    held = len(seen.articles) >= len(good) and seen.seconds < 60 + 3 * len(bad) and late <= 15 and seen.peak_mb <= 600
    return Row(
        "B3 heavy pages",
        held,
        f"{len(bad)} pages in {seen.seconds:.0f} s, quarantined {len(bad) - quiet}, healthy {len(seen.articles)}/{len(good)}, peak {seen.peak_mb:.0f} MB, heartbeat at most {late:.1f} s late",
    )


def partial_pages(folder: Path, scale: float = 1) -> Row:
    """I1: pages that arrive in part are tried again, then quarantined, never published."""
    cut: dict[str, Behaviour | str | bytes] = {f"/c/{name}.html": answer for name, answer in attacks.cut().items()}
    good = healthy(10)
    with Hostile(routes(mixed(good, cut))) as server:
        seen = crawl(server.url("/"), folder / "i1", AT_ONCE | {"ATTEMPTS_MAX": 2, "PATIENCE": 5})
        tries = [len(server.asked(path)) for path in cut]
    published = sum("/c/" in article["url"] for article in seen.articles)
    ends = seen.ended("quarantined.incomplete") + seen.ended("failed.")
    held = published == 0 and len(seen.articles) == len(good) and ends == len(cut) and min(tries) >= 2
    return Row(
        "I1 partial pages",
        held,
        f"{len(cut)} kinds: published {published}, tried again {sum(n > 1 for n in tries)}, put aside {ends}, healthy {len(seen.articles)}/{len(good)}",
    )


def charsets(folder: Path, scale: float = 1) -> Row:
    """C1: 14 ways to label or mislabel a character set."""
    cases = pages.charsets()
    table: dict[str, Behaviour | str | bytes] = {
        f"/t/{n}.html": pages.labelled(body, label) for n, (_, body, label, _) in enumerate(cases)
    }
    with Hostile(routes({"/": listing_page(named(list(table))), **table})) as server:
        seen = crawl(server.url("/"), folder / "c1", AT_ONCE)
    by_url = {article["url"].rpartition("/")[2]: article["text"] for article in seen.articles}
    wrong = [
        name for n, (name, _, _, right) in enumerate(cases) if f"{n}.html" in by_url and by_url[f"{n}.html"] != right
    ]
    missing = [name for n, (name, *_) in enumerate(cases) if f"{n}.html" not in by_url]
    aside = seen.ended("quarantined.mojibake")
    held = not wrong and len(missing) <= aside
    return Row(
        "C1 character sets",
        held,
        f"right {len(cases) - len(wrong) - len(missing)}/{len(cases)}, quarantined {aside}, wrong {len(wrong)} {wrong or ''}",
    )


def traps(folder: Path, scale: float = 1) -> Row:
    """T1: endless spaces around 30 articles: the budget holds, the articles are all found."""
    good = healthy(30)
    front = listing_page(named(list(good)), extra=pages.trap_links())
    budget = 300
    with Hostile(routes({"/": front, **good, **pages.looping()}, pages.trap_page)) as server:
        seen = crawl(server.url("/"), folder / "t1", AT_ONCE, "-a", f"max_pages={budget}")
        asked = len(server.visits)
    found = sum("/a/" in article["url"] for article in seen.articles)
    held = asked <= budget + 5 and found == len(good)
    return Row(
        "T1 traps",
        held,
        f"{asked} requests (robots.txt and sitemaps included) for a budget of {budget} pages, articles {found}/{len(good)}, others published {len(seen.articles) - found}",
    )


def politeness(folder: Path, scale: float = 1) -> Row:
    """H1: hosts that ask for rest, and robots.txt that cannot be had."""
    later = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 3600))
    cases: list[tuple[str, str, str, float]] = [  # the last: seconds in which nobody may come
        ("429 seconds", "429 Too Many Requests", "3600", 3600),
        ("503 date", "503 Service Unavailable", later, 3600),
        ("429 absurd", "429 Too Many Requests", "99999999999", 3600),
        ("429 negative", "429 Too Many Requests", "-1", 60),  # a wish without sense: the rest that 429 has by itself
    ]
    robots: list[tuple[str, Behaviour]] = [
        ("robots 500", _status("500 Internal Server Error")),
        ("robots reset", attacks.raw(end="reset")),
        ("robots held", attacks.raw(end="hold")),
    ]
    inside, pages_asked, runs = 0, 0, 0
    settings = AT_ONCE | {"DOWNLOAD_TIMEOUT": 2, "CONCURRENT_REQUESTS_PER_DOMAIN": 1}
    for name, status, header, window in cases if scale >= 1 else cases[:2]:
        runs += 1
        refusing = _refuse_after(5, status, header, window)
        with Hostile(refusing.answer) as server:
            for _ in range(2):
                crawl(server.url("/"), folder / f"h1-{name.replace(' ', '-')}", settings)
        inside += refusing.inside
    for name, behaviour in robots if scale >= 1 else robots[:1]:
        runs += 1
        table: dict[str, Behaviour | str | bytes] = {
            "/robots.txt": behaviour,
            "/": listing_page(named(list(healthy(5)))),
            **healthy(5),
        }
        with Hostile(routes(table)) as server:
            crawl(server.url("/"), folder / f"h1-{name.replace(' ', '-')}", settings)
            pages_asked += sum(visit.target != "/robots.txt" for visit in server.visits)
    held = inside == 0 and pages_asked == 0
    return Row(
        "H1 politeness",
        held,
        f"{runs} hosts: requests inside a window {inside}, pages without robots.txt {pages_asked}",
    )


def _status(line: str) -> Behaviour:
    async def answer(asked: Asked) -> None:
        await asked.reply(b"x", line)

    return answer


class _refuse_after:
    """Serves a few pages, then asks for rest and counts who comes nevertheless."""

    def __init__(self, pages_served: int, status: str, header: str, window: float) -> None:
        self._left, self._status, self._header, self._window = pages_served, status, header, window
        self._inner = routes(
            {"/": listing_page(named(list(healthy(20)))), **healthy(20), "/robots.txt": "User-agent: *\nDisallow:\n"}
        )
        self._rest_ends = 0.0  # on the monotonic clock
        self.inside = 0

    async def answer(self, asked: Asked) -> None:
        if time.monotonic() < self._rest_ends:
            self.inside += 1
        self._left -= 1
        if self._left >= 0:
            await self._inner(asked)
            return
        self._rest_ends = time.monotonic() + self._window
        await asked.reply(b"slow down", self._status, Retry_After=self._header)


def robots_limits(folder: Path, scale: float = 1) -> Row:
    """H1, second part: a robots.txt of 50 MB and one behind six redirects do not stop a harvest."""

    async def hop(asked: Asked) -> None:
        number = int(asked.target.rpartition("-")[2]) if "-" in asked.target else 0
        await asyncio.sleep(0)
        await asked.reply(status="302 Found", Location=f"/robots-{number + 1}")

    found = {}
    huge = attacks.endless(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /a/3.html\n",
        b"# " + b"x" * 65_000 + b"\n",
        megabytes=50,
    )
    hops: dict[str, Behaviour | str | bytes] = {f"/robots-{n}": hop for n in range(9)}
    for name, table in (("huge", {"/robots.txt": huge}), ("six redirects", {"/robots.txt": hop, **hops})):
        with Hostile(routes({"/": listing_page(named(list(healthy(10)))), **healthy(10), **table})) as server:
            found[name] = len(crawl(server.url("/"), folder / f"h2-{name.replace(' ', '-')}", AT_ONCE).articles)
    held = found == {"huge": 9, "six redirects": 10}
    return Row("H1 odd robots.txt", held, ", ".join(f"{name}: {count} articles" for name, count in found.items()))


WEB_ROWS: list[Callable[[Path, float], Row]] = [
    bombs,
    slow_servers,
    heavy_pages,
    partial_pages,
    charsets,
    traps,
    politeness,
    robots_limits,
]

__all__ = ["AT_ONCE", "WEB_ROWS", "healthy", "mixed", "named", "text"]
