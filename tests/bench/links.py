"""Related links and kinds on the practice pages, listings of the practice sites: `make bench-links`."""

import argparse
import json
import re
import tarfile
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.reading.reading import Reading
from tests.bench.corpus import SETS, archive_gold, archive_pages
from tests.bench.measurements import keep

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
ARTICLE = re.compile(r"^\d{4}/\d\d/\d\d/[^/]+/$")
NOT_A_LISTING = re.compile(r"^(?:404|links/|search|vendors|tags/$|categories/$)")
UNKNOWN = "http://unknown.invalid/a/1.html"  # a page without a known address still has absolute links

NOTES = [
    "All pages of the archives but three encyclopedia and novel pages and one table of contents are articles or forum",
    "threads. The block model has seen these pages in training, the rules of links and kind were written looking at them.",
    "The weights of `crawler/reading/kind.py` were fitted around values set by hand, on 1,779 pages (312 listings: the",
    "practice sites, the farm, own pages). Left out by host in eight folds: 8 of 1,467 articles and 4 of 312 listings",
    "wrong; of the pages with a confidence of 0.97 and more 99.9 % right, 0.7 to 0.97: 86 %, below: 80 %.",
    "keep lists only dates of change on its front pages.",
]


def tail(link: str) -> str:
    """A link's last two path parts and query, as the practice scorer compares them."""
    parts = urllib.parse.urlsplit(urllib.parse.unquote(link))
    return "/".join(parts.path.rstrip("/").split("/")[-2:]) + "?" + parts.query


def related(shared: Path, readings: dict[str, Reading]) -> str:
    """Found, gold and read related links over the credits gold."""
    found = gold = read_links = 0
    for line in (shared / "data" / "extraction" / "credits_zh.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        wanted = set(map(tail, row.get("related") or []))
        got = {tail(entry.url) for entry in readings[row["id"]].related}
        found, gold, read_links = found + len(wanted & got), gold + len(wanted), read_links + len(got)
    return f"related links: found {found}/{gold} ({found / gold:.3f}), precision {found / max(read_links, 1):.3f}"


def site_pages(path: Path) -> Iterator[tuple[str, str, bytes, dict[str, Any]]]:
    """(address, path, bytes, gold rows by address) of every page of a practice site."""
    with tarfile.open(path) as tar:
        files = {m.name.partition("/")[2]: m for m in tar.getmembers() if m.isfile()}
        handle = tar.extractfile(files["gold.jsonl"])
        assert handle is not None
        gold = {urllib.parse.unquote(row["url"]): row for row in map(json.loads, handle.read().decode().splitlines())}
        base = "/".join(next(iter(gold)).split("/")[:3])
        for name, member in sorted(files.items()):
            if name.startswith("public/") and name.endswith(".html"):
                handle = tar.extractfile(member)
                assert handle is not None
                local = name.removeprefix("public/").removesuffix("index.html")
                yield f"{base}/{local}", local, handle.read(), gold


def site_row(path: Path) -> str:
    """Kinds of all pages, and the entries that the listings give, of one practice site."""
    count: Counter[str] = Counter()
    for url, local, body, gold in site_pages(path):
        if NOT_A_LISTING.search(local):
            continue
        reading = read(body, url, {}, Profile(), NOW)
        kind = "article" if ARTICLE.search(local) else "listing"
        count[kind] += 1
        count[f"{kind} right"] += reading.kind == kind
        for entry in reading.entries if kind == "listing" else []:
            row = gold.get(urllib.parse.unquote(entry.url))
            count["entries"] += 1
            count["entry right"] += row is not None and row["title"] == entry.title
            count["dated"] += entry.published_at is not None
            count["date right"] += row is not None and (entry.published_at or "")[:10] == row["published"][:10]
    return (
        f"| {path.name.partition('.')[0]} | {count['article right']}/{count['article']} "
        f"| {count['listing right']}/{count['listing']} | {count['entry right']}/{count['entries']} "
        f"| {count['date right']}/{count['dated']} |"
    )


def main() -> None:
    """Prints the tables of docs/measurements.md, "Reading: links and kind"."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    shared: Path = parser.parse_args().shared
    readings: dict[str, Reading] = {}
    rows = []
    for name in SETS:
        path = shared / "data" / "extraction" / f"{name}.tar.xz"
        gold = archive_gold(path)
        kinds: Counter[str] = Counter()
        for page_id, body in archive_pages(path):
            url = gold.get(page_id, {}).get("url") or UNKNOWN
            readings[page_id] = read(body, url, {}, Profile(), NOW)
            kinds[readings[page_id].kind] += 1
        rows.append(f"| {name} | {kinds['article']} | {kinds['listing']} | {kinds['other']} |")
    lines = [
        related(shared, readings),
        "",
        "| archive | article | listing | other |",
        "|---|---:|---:|---:|",
        *rows,
        "",
    ]
    lines += ["| site | articles | listings | entries | dates of entries |", "|---|---:|---:|---:|---:|"]
    lines += [site_row(path) for path in sorted((shared / "data" / "sites").glob("*.tar.xz"))]
    lines += ["", *NOTES]
    print(*lines, sep="\n")
    keep("Reading: links and kind", "make bench-links", lines)


if __name__ == "__main__":
    main()
