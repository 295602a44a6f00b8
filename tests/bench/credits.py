"""Titles, authors, sources, editors, categories and dates on the practice pages, and what they cost.

usage: python -m tests.bench.credits [--shared DIR] [--misses]

Chinese pages are scored against credits_zh.jsonl as score_credits.py does, over all pages and over the halves of the
hosts; fundus and wcxb_articles against the authors, titles and dates of their gold.
"""

import argparse
import hashlib
import json
import re
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.reading.body import find_body
from crawler.reading.credits import Credits, read_credits
from crawler.reading.dates import Dates, read_dates
from crawler.reading.decode import decode
from crawler.reading.language import language_of, zone_of
from crawler.reading.page import Page
from crawler.reading.profile import Profile
from crawler.reading.themes import adapted
from tests.bench.corpus import archive_gold, archive_pages, tokens

FETCHED_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)  # later than every page of the archives
CHINESE = ("magic_article", "zh_handmade_dev")
WESTERN = ("fundus", "wcxb_articles")
FIELDS = ("title", "subtitle", "authors", "source", "editor", "category", "published")
DAY = re.compile(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})")


def plain(value: object) -> str:
    """Letters and digits only, lower case."""
    return re.sub(r"[\W_]+", "", str(value or "")).lower()


def day(value: str | None) -> tuple[int, ...]:
    """Year, month and day; empty when there is none."""
    match = DAY.search(value or "")
    return tuple(map(int, match.groups())) if match else ()


def judged(gold: object, found: object) -> str:
    """right, wrong, missed, invented, or "" when neither has a value."""
    if gold:
        return "right" if gold == found else "wrong" if found else "missed"
    return "invented" if found else ""


def half(url: str, page_id: str) -> str:
    """The half of the hosts a page belongs to."""
    host = ".".join(url.split("/")[2].rsplit(".", 2)[-2:]) if url.count("/") >= 2 else page_id
    return "AB"[hashlib.sha256(host.encode()).digest()[0] % 2]


def read_page(body: bytes) -> tuple[Credits, Dates, float]:
    """Credits, dates, and the CPU milliseconds of both."""
    page = Page(decode(body, None).text, "")
    profile = adapted(Profile(), page, zone_of(language_of(page)))
    main = find_body(page, profile)
    start = time.process_time()
    found = read_credits(page, main, profile, FETCHED_AT)
    dates = read_dates(page, main, profile, FETCHED_AT)
    return found, dates, 1000 * (time.process_time() - start)


def compare(gold: dict[str, Any], found: Credits, dates: Dates) -> dict[str, str]:
    """One verdict a field."""
    verdicts = {
        name: judged(plain(gold.get(name)), plain(getattr(found, name))) for name in FIELDS[:6] if name != "authors"
    }
    verdicts["authors"] = judged(set(map(plain, gold["authors"])), set(map(plain, found.authors)))
    verdicts["published"] = judged(day(gold.get("published")), day(dates.published_at))
    return verdicts


def chinese(folder: Path, misses: bool) -> None:
    """Table of the 88 Chinese pages."""
    rows = [json.loads(line) for line in (folder / "credits_zh.jsonl").read_text("utf-8").splitlines()]
    urls = {name: archive_gold(folder / f"{name}.tar.xz") for name in CHINESE}
    gold = {row["id"]: row for row in rows}
    count: Counter[tuple[str, str, str]] = Counter()
    cost = []
    for name in CHINESE:
        for page_id, body in archive_pages(folder / f"{name}.tar.xz"):
            if page_id not in gold:
                continue
            found, dates, spent = read_page(body)
            cost.append(spent)
            part = half(urls[name][page_id].get("url") or "", page_id)
            for field, verdict in compare(gold[page_id], found, dates).items():
                count.update({("all", field, verdict): 1, (part, field, verdict): 1})
                if misses and verdict not in ("", "right"):
                    read = dates.published_at if field == "published" else getattr(found, field)
                    print(f"    {verdict:8} {field:9} {page_id[:12]} gold {gold[page_id].get(field)!r} read {read!r}")
    print(f"Chinese pages {len(cost)}: right / shown (wrong, invented)")
    for field in FIELDS:
        cells = []
        for part in ("all", "A", "B"):
            n = {v: count[part, field, v] for v in ("right", "wrong", "missed", "invented")}
            cells.append(f"{part} {n['right']}/{n['right'] + n['wrong'] + n['missed']} ({n['wrong']}, {n['invented']})")
        print(f"  {field:10} " + "   ".join(cells))
    print_cost(cost)


def western(folder: Path, name: str) -> None:
    """Titles, dates and authors of an archive with gold of its own."""
    gold = archive_gold(folder / f"{name}.tar.xz")
    count: Counter[tuple[str, str]] = Counter()
    cost = []
    for page_id, body in archive_pages(folder / f"{name}.tar.xz"):
        row = gold.get(page_id)
        if row is None or not row.get("text"):
            continue
        found, dates, spent = read_page(body)
        cost.append(spent)
        names = {plain(n) for n in (row.get("author") or "").split(";") if plain(n)}
        count[("title", judged(tuple(tokens(row.get("title"))), tuple(tokens(found.title))))] += 1
        count[("date", judged(day(row.get("date")), day(dates.published_at)))] += 1
        count[("authors", judged(names, set(map(plain, found.authors))))] += 1
    print(f"{name} pages {len(cost)}: right / shown (wrong, invented)")
    for field in ("title", "date", "authors"):
        n = {v: count[field, v] for v in ("right", "wrong", "missed", "invented")}
        print(f"  {field:10} {n['right']}/{n['right'] + n['wrong'] + n['missed']} ({n['wrong']}, {n['invented']})")
    print_cost(cost)


def print_cost(cost: list[float]) -> None:
    """CPU of credits and dates, the parse and the body not counted."""
    cost.sort()
    print(f"  CPU ms a page: mean {sum(cost) / len(cost):.2f}, median {cost[len(cost) // 2]:.2f}, 95 % below {cost[int(len(cost) * 0.95)]:.2f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--misses", action="store_true", help="print every field that is not right")
    args = parser.parse_args()
    folder = args.shared / "data" / "extraction"
    chinese(folder, args.misses)
    for name in WESTERN:
        western(folder, name)


if __name__ == "__main__":
    main()
