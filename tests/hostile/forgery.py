"""Rows of the fault matrix about what a page may make us do: requests to hidden servers, files, names, secrets, XML."""

import asyncio
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
from scrapy import Request
from scrapy.settings import Settings

from crawler.web.errors import WebError
from crawler.web.handler import AiohttpHandler
from tests.crawl.harvesting import scrapy
from tests.hostile.crawling import Row, crawl, routes
from tests.hostile.rows import AT_ONCE, healthy, named
from tests.hostile.server import Asked, Behaviour, Hostile
from tests.hostile.site import article_page, listing_page, title
from tests.hostile.targets import PRIVATE_ADDRESSES, hidden_targets

# The site is on 127.0.0.2 and may be asked; the secret server is on every other address of this machine.
MAX_XML_MB = 200
SITE_ADDRESS = "127.0.0.2"
_ONE_ADDRESS = {"ALLOW_PRIVATE_ADDRESSES": f"{SITE_ADDRESS}/32"}


async def _secret(asked: Asked) -> None:
    await asked.reply(article_page(4711).encode())


def _to(location: str) -> Behaviour:
    async def answer(asked: Asked) -> None:
        await asked.reply(status="302 Found", Location=location)

    return answer


class _fails_first:
    """503 at first, then a redirect: Scrapy's own retry would not be checked again."""

    def __init__(self, location: str) -> None:
        self._location, self._asked = location, False

    async def __call__(self, asked: Asked) -> None:
        first, self._asked = not self._asked, True
        await asked.reply(status="500 Internal Server Error" if first else "302 Found", Location=self._location)


def _attr(url: str) -> str:
    return url.replace("&", "&amp;").replace("<", "&lt;")


def forgery(folder: Path, scale: float = 1) -> Row:
    """S1: 25 targets by 9 ways: link, redirect, retry and redirect, refresh, sitemap, robots.txt, canonical, feed, DNS answer."""
    with Hostile(_secret, address="0.0.0.0") as secret:
        targets = hidden_targets(secret.port)
        ascii_targets = [target.encode("ascii", "ignore").decode() for target in targets]
        good = healthy(5)
        table: dict[str, Behaviour | str | bytes] = dict(good)
        for n, target in enumerate(ascii_targets):
            table[f"/redirect/{n}.html"] = _to(target)
            table[f"/retry/{n}.html"] = _fails_first(target)
            table[f"/refresh/{n}.html"] = (
                f'<html><head><meta http-equiv="refresh" content="0;url={_attr(target)}"></head><body></body></html>'
            )
            table[f"/canonical/{n}.html"] = article_page(
                100 + n,
                head=f'<link rel="canonical" href="{_attr(target)}"><meta property="og:url" content="{_attr(target)}">',
            )
            table[f"/feed/{n}.xml"] = (
                f'<?xml version="1.0"?><rss><channel><item><link>{_attr(target)}</link></item></channel></rss>'.encode()
            )
        locations = "".join(f"<url><loc>{_attr(target)}</loc></url>" for target in targets)
        table["/sitemap.xml"] = f'<?xml version="1.0" encoding="UTF-8"?><urlset>{locations}</urlset>'.encode()
        table["/robots.txt"] = "User-agent: *\nDisallow:\n" + "".join(f"Sitemap: {target}\n" for target in targets)
        feeds = "".join(
            f'<link rel="alternate" type="application/rss+xml" href="/feed/{n}.xml">' for n in range(len(targets))
        )
        links = [(target, title(900 + n)) for n, target in enumerate(map(_attr, targets))]
        ways = [path for path in table if path.startswith(("/redirect", "/retry", "/refresh", "/canonical", "/a/"))]
        front = listing_page(links + named(ways)).replace("</head>", feeds + "</head>")
        with Hostile(routes({"/": front, **table}), address=SITE_ADDRESS) as server:
            seen = crawl(server.url("/"), folder / "s1", AT_ONCE | _ONE_ADDRESS | {"ATTEMPTS_MAX": 2, "PATIENCE": 4})
            tried = len({visit.target for visit in server.visits})
        sent = _ask_directly(secret.port, targets)
        hits = len(secret.visits)
    leaks = sum("root:" in article["text"] or title(4711) in article["title"] for article in seen.articles)
    healthy_found = sum("/a/" in article["url"] for article in seen.articles)
    held = hits == 0 and leaks == 0 and healthy_found == 5 and tried > 80
    return Row(
        "S1 forged requests",
        held,
        f"{len(targets) * 8 + sent} attempts: hits {hits}, files read {leaks}, healthy {healthy_found}/5",
    )


class _Lying(aiohttp.abc.AbstractResolver):
    """DNS that names a private address."""

    address = ""

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[aiohttp.abc.ResolveResult]:
        kind = 10 if ":" in self.address else 2
        return [{"hostname": host, "host": self.address, "port": port, "family": kind, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        return None


class _LyingHandler(AiohttpHandler):
    def _resolver(self) -> aiohttp.abc.AbstractResolver:
        self.names = _Lying()
        return self.names


class _Crawler:
    settings = Settings({"DOWNLOAD_TIMEOUT": 2, "DOWNLOAD_MAXSIZE": 1_000_000, "DOWNLOAD_VERIFY_CERTIFICATES": True})


def _ask_directly(port: int, targets: list[str]) -> int:
    """The last line of defence alone: the handler is asked for 25 names that resolve to private addresses, and for the
    targets themselves; returns how many names were tried.
    """
    addresses = [address for address in PRIVATE_ADDRESSES if address != "not an address"][:25]

    async def ask() -> None:
        handler = _LyingHandler(_Crawler())  # type: ignore[arg-type]
        for address in addresses:
            handler.names.address = address
            await _expect_refusal(handler, f"http://innocent-{addresses.index(address)}.example:{port}/secret")
        for target in targets:
            if target.isascii() and target.startswith("http"):
                await _expect_refusal(handler, target)
        await handler.close()

    asyncio.run(ask())
    return len(addresses)


async def _expect_refusal(handler: AiohttpHandler, url: str) -> None:
    try:
        await handler.download_request(Request(url))
    except WebError:
        return
    raise AssertionError(f"{url} was answered")


def names(folder: Path, scale: float = 1) -> Row:
    """S2: names and texts that want to leave their file or line."""
    evil = ["../../x", "/etc/x", "x\0y", "..", "CON", "a" * 300, "x\n", "x/../../y", "-rf", "名"]
    refused = 0
    for number, name in enumerate(evil if scale >= 1 else evil[:2]):
        if "\0" in name:
            refused += 1  # no process can be given it
            continue
        ended = scrapy(
            ["crawl", "any", "-a", "url=http://127.0.0.1:9/", "-a", f"name={name}"], folder / f"s2-{number}" / "out"
        )
        refused += ended.code == 2
    nasty = "他说\u2028她说\u2029\x1b[31m红\x00\ufffe\ud800=1+1".encode("utf-16", "surrogatepass").decode(
        "utf-16", "replace"
    )
    table: dict[str, Behaviour | str | bytes] = {
        f"/a/{n}.html": article_page(n).replace("第", f"第{nasty}&#xD800;&#27;&#x2028;", 1) for n in range(20)
    }
    with Hostile(routes({"/": listing_page(named(list(table))), **table})) as server:
        seen = crawl(server.url("/"), folder / "s2", AT_ONCE)
    lines = 0
    for part in (folder / "s2" / "site").rglob("*.jsonl"):
        for line in part.read_bytes().split(b"\n")[:-1]:
            record = json.loads(line.decode("utf-8", "strict"))
            json.dumps(record, ensure_ascii=False).encode("utf-8", "strict")
            lines += "\u2028" not in line.decode() and "\x1b" not in str(record.get("text", ""))
    outside = [path for path in folder.parent.glob("x*") if path != folder]
    wanted = len(evil) if scale >= 1 else 2
    held = refused == wanted and len(seen.articles) == 20 and not outside
    return Row(
        "S2 names and lines",
        held,
        f"names refused {refused}/{wanted}, articles {len(seen.articles)}/20, clean lines {lines}, files outside {len(outside)}",
    )


def secrets(folder: Path, scale: float = 1) -> Row:
    """S3: secrets in settings and URLs appear nowhere."""
    planted = "s3cr3tPLANTED"
    settings = AT_ONCE | {
        "HTTPAUTH_USER": "user",
        "HTTPAUTH_PASS": planted,
        "AWS_SECRET_ACCESS_KEY": planted,
        "AWS_SESSION_TOKEN": planted,
        "MY_API_TOKEN": planted,
        "LOG_LEVEL": "DEBUG",
    }
    pages: dict[str, Behaviour | str | bytes] = {
        "/a/1.html": article_page(1, tail=f'<a href="http://user:{planted}@127.0.0.1:1/x">x</a>'),
        "/a/2.html": _to(f"http://user:{planted}@127.0.0.1:1/"),
    }
    table: dict[str, Behaviour | str | bytes] = {**healthy(4), **pages}
    with Hostile(routes({"/": listing_page(named(list(table))), **table})) as server:
        crawl(server.url("/"), folder / "s3", settings)
        ended = scrapy(
            ["crawl", "any", "-a", f"url=http://user:{planted}@127.0.0.1:1/", "-a", "name=other"], folder / "s3b"
        )
    found = [path.name for path in folder.rglob("*") if path.is_file() and planted.encode() in path.read_bytes()]
    found += ["console"] if planted in ended.out + ended.err else []
    return Row("S3 secrets", not found, f"7 planted: found {len(found)} {found or ''}")


def xml(folder: Path, scale: float = 1) -> Row:
    """X1: sitemaps and feeds with bombs, holes and loops; what stands before the fault is harvested."""
    good = healthy(30)
    paths = list(good)

    def urlset(some: list[str], more: str = "", doctype: str = "") -> bytes:
        return f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<urlset>{"".join(f"<url><loc>{path}</loc></url>" for path in some)}{more}</urlset>'.encode()

    lol = (
        "<!DOCTYPE l ["
        '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11)) + "]>"
    )
    maps: dict[str, Behaviour | str | bytes] = {
        "/m1.xml": urlset(paths[0:5], "<url><loc>&a10;</loc></url>", lol),
        "/m2.xml": urlset(
            paths[5:10], "<url><loc>&x;</loc></url>", '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        ),
        "/m3.xml": urlset(paths[10:15])[:-9] + b"<<<",
        "/m4.xml": gzip.compress(urlset(paths[15:20] * 40))[:-20],
        "/m5.xml": urlset(paths[20:25], "<a>" * 50_000),
        "/m6.xml": urlset(paths[25:30], "<url>" + "<b/>" * 500_000 + "</url>"),
        "/m7.xml": gzip.compress(urlset([], " " * 200_000_000)),
    }
    index = "".join(f"<sitemap><loc>{path}</loc></sitemap>" for path in [*maps, "/sitemap.xml", "/sitemap.xml?again=1"])
    maps["/sitemap.xml"] = f'<?xml version="1.0"?><sitemapindex>{index}</sitemapindex>'.encode()
    front = "<!DOCTYPE html><html><head><title>首页</title></head><body><p>欢迎</p></body></html>"
    with Hostile(routes({"/": front, **good, **maps})) as server:
        seen = crawl(server.url("/"), folder / "x1", AT_ONCE)
        asked = len(server.visits)
    events = seen.log.count("source_fault")
    held = len(seen.articles) == len(good) and events >= 6 and asked < 60 and seen.peak_mb <= MAX_XML_MB
    return Row(
        "X1 XML",
        held,
        f"articles behind faults {len(seen.articles)}/{len(good)}, faults said {events}, requests {asked}, peak {seen.peak_mb:.0f} MB of {MAX_XML_MB}",
    )


FORGERY_ROWS: list[Callable[[Path, float], Row]] = [forgery, names, secrets, xml]
