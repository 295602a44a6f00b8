"""The bench of stripping on outlets: sites of one to ten articles with real texts, that rules were not written on.

`python -m tests.bench.strip_outlets --shared ../shared --series first` (or `turns`: names that take turns before headlines; `last`,
which is only read for the record; `held`, the mirrors, which no rule was written on).
"""

import argparse
import json
import random
import sys
import tarfile
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from crawler.stripping.brands import fold
from tests.bench.corpus import archive_gold
from tests.bench.stripped import Result, is_article, left, lost, read_site
from tests.farm import mirrors, turns
from tests.farm.injected import InjectedSite, Story
from tests.farm.mirrors import Mirror
from tests.farm.newsrooms import PAGES, clean_page
from tests.farm.notices import KINDS, notices
from tests.farm.outlets import TECHNIQUES, Outlet, outlet, pages
from tests.farm.turns import Turns

OUTLETS = {
    "first": range(6 * len(TECHNIQUES)),
    "last": range(6 * len(TECHNIQUES) // 2),
    "held": range(mirrors.SITES),
    "turns": range(0, turns.SITES, 2),
}
LONGEST = 9_000
MOST_PARAGRAPHS = 14


@lru_cache
def stories(shared: Path) -> dict[tuple[str, bool], list[Story]]:
    """(series, English) -> texts: the encyclopedia articles of the practice sites, and English web articles; for the
    mirrors Chinese and English news."""
    chinese = []
    for archive in sorted((shared / "data" / "sites").glob("*.tar.xz")):
        rows = _gold(archive)
        chinese += [_story(row) for row in rows if row["repost_of"] is None]
    english = [_story(row) for row in _gold(shared / "data" / "extraction" / "wcxb_articles.tar.xz")]
    english = [story for story in english if len(story.paragraphs) >= 3 and len(story.title) < 120]
    chinese = [story for story in chinese if len(story.paragraphs) >= 2]
    drawn = {
        (series, is_english): texts[at::2]
        for at, series in enumerate(("first", "last"))
        for is_english, texts in ((False, chinese), (True, english))
    }
    drawn |= {("turns", False): chinese, ("turns", True): english}
    return drawn | {("held", False): _chinese_news(shared), ("held", True): _english_news(shared)}


def _chinese_news(shared: Path) -> list[Story]:
    folder = shared / "data" / "extraction"
    rows = [json.loads(row) for row in (folder / "credits_zh.jsonl").read_text(encoding="utf-8").splitlines()]
    golds = {name: archive_gold(folder / f"{name}.tar.xz") for name in ("magic_article", "zh_handmade_dev")}
    found = [
        _story({"title": row["title"], "text": golds[row["set"]][row["id"]]["text"]})
        for row in rows
        if row["kind"] == "article" and row["title"] and row["id"] in golds[row["set"]]
    ]
    return [story for story in found if len(story.paragraphs) >= 3 and sum(map(len, story.paragraphs)) >= 300]


def _english_news(shared: Path) -> list[Story]:
    rows = archive_gold(shared / "data" / "extraction" / "fundus.tar.xz").values()
    found = [_story(row) for row in rows if row.get("title") and row.get("country") in ("us", "uk", "au", "ca", "ie")]
    return [story for story in found if len(story.paragraphs) >= 3 and len(story.title) < 120]


def _gold(archive: Path) -> list[dict[str, Any]]:
    with tarfile.open(archive) as tar:
        handle = tar.extractfile(next(m for m in tar if m.name.endswith("gold.jsonl")))
        assert handle is not None
        return [json.loads(row) for row in handle.read().decode().splitlines()]


def _story(row: dict[str, Any]) -> Story:
    paragraphs = [" ".join(text.split()) for text in row["text"][:LONGEST].split("\n") if text.strip()]
    return Story(" ".join(row["title"].split()), tuple(paragraphs[:MOST_PARAGRAPHS]))


def injected_table(shared: Path, series: str, verbose: bool) -> list[float]:
    """Prints what became of the injected outlets; returns the seconds of stripping, page by page."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    seconds = []
    for number in OUTLETS[series]:
        one = _site(number, series)
        texts = _drawn(shared, one)
        clean, dirty = (read_site(_printed(one, texts, flag)) for flag in (False, True))
        for before, after in zip(clean, dirty, strict=True):
            seconds.append(after.seconds)
            counts = _counts(one, before, after, verbose)
            size = "1 article" if one.size == 1 else "2-4 articles" if one.size < 5 else "5-10 articles"
            for row in (
                *dict.fromkeys(one.technique.split("+")),
                f"sites of {size}",
                f"layout {one.layout}",
                *(["without k"] if "k" not in one.technique else []),
                "all",
            ):
                rows[row] += counts
    print(f"\noutlets, series {series}")
    print(f"{'':22}{'pages':>6}{'removed':>9}{'lost':>9}{'titles':>8}{'clean':>8}{'lost':>9}{'named':>7}{'real':>7}")
    for name, c in sorted(rows.items(), key=lambda item: (len(item[0]) > 2, item[0])):
        print(
            f"{name:22}{c['pages']:6}{1 - c['left'] / max(1, c['injected']):9.4f}{c['lost'] / c['gold']:9.5f}{c['titles'] / c['pages']:8.3f}"
            f"{c['clean_titles'] / c['pages']:8.3f}{c['clean_lost'] / c['gold']:9.5f}"
            f"{c['named'] / max(1, c['branded']):7.2f}{c['real'] / max(1, c['branded']):7.2f}"
        )
    return seconds


def _site(number: int, series: str) -> Mirror | Outlet | Turns:
    if series == "held":
        return mirrors.mirror(number)
    return turns.turns(number) if series == "turns" else outlet(number, series)


def _printed(one: Mirror | Outlet | Turns, texts: list[Story], injected: bool) -> list[tuple[bytes, dict[str, Any]]]:
    if isinstance(one, Mirror):
        return mirrors.pages(one, texts, injected=injected)
    if isinstance(one, Turns):
        return turns.pages(one, texts, injected=injected)
    return pages(one, texts, injected=injected)


def _drawn(shared: Path, one: InjectedSite) -> list[Story]:
    rng = random.Random(f"stories:{one.series}:{one.number}")
    if isinstance(one, Turns) and not one.is_english and rng.random() < 0.5:  # headlines as papers write them
        golds = [clean_page(5_000 + one.number * PAGES + n)[1] for n in range(PAGES)]
        return [Story(gold["title"], tuple(gold["lines"])) for gold in golds]
    return rng.sample(stories(shared)[one.series, one.is_english], one.size)


def _counts(one: InjectedSite, before: Result, after: Result, verbose: bool) -> Counter[str]:
    gold, strings = after.gold, after.gold["strings"]
    whole = f"{after.stripped.title}\n{after.stripped.text}"
    stays = left(strings, f"{before.stripped.title}\n{before.stripped.text}", whole)
    gone = lost(gold["text"], before.stripped.text, after.stripped.text)
    spoiled = sum(len(span.text) for span in taken(before))
    titles = after.stripped.title == gold["title"], before.stripped.title == gold["title"]
    branded = bool(strings) and any(one.brand in string for string in strings)
    reported = [e for span in after.stripped.removed for e in span.evidence if span.kind == "injected"]
    if verbose and (stays or gone or spoiled or not all(titles)):
        print(
            "   ",
            one.technique,
            one.layout,
            one.size,
            gold["url"],
            f"left {stays} lost {gone} spoiled {spoiled}",
            file=sys.stderr,
        )
        print(
            "       ",
            strings[:2],
            after.stripped.title,
            "|",
            before.stripped.title,
            "|",
            gold["title"],
            file=sys.stderr,
        )
        for span in taken(before):
            print("        spoiled", span.rule, span.text[:80], file=sys.stderr)
    return Counter(
        pages=1,
        injected=sum(map(len, strings)),
        left=stays,
        gold=len(gold["text"]),
        lost=gone,
        titles=titles[0],
        clean_titles=titles[1],
        clean_lost=spoiled,
        branded=branded,
        named=branded and any(fold(one.brand) in fold(name) for name in after.stripped.injected),
        real=branded and any(one.name in phrase for phrase in reported),
    )


def taken(result: Result) -> list[Any]:
    """Removed spans that are lines of the page's gold text, or stand in one."""
    fates = [line.fate for line in result.reading.lines for _ in line.text.split("\n")]
    return [
        span
        for span in result.stripped.removed
        if span.place is not None and fates[span.place.line] == "text" and is_article(span.text, result.gold)
    ]


def repetitive_table(verbose: bool) -> None:
    """Clean sites whose articles are alike: ten notices of one kind each, of which nothing may go."""
    total: Counter[str] = Counter()
    for number, kind in enumerate(KINDS):
        one = outlet(number, "first")
        while one.is_english:
            one = outlet(one.number + len(KINDS), "first")
        one.size = 10
        texts = [Story(notice["title"], tuple(notice["paras"])) for notice in notices(kind, 10, 3)]
        for result in read_site(pages(one, texts, injected=False)):
            spans = taken(result)
            right = result.stripped.title == result.gold["title"]
            total += Counter(pages=1, gold=len(result.gold["text"]), lost=sum(len(s.text) for s in spans), titles=right)
            total["accused"] += bool(result.stripped.injected)
            if verbose and (spans or not right):
                print("   ", kind, one.layout, result.stripped.title, "|", result.gold["title"], file=sys.stderr)
                for span in spans:
                    print("        ", span.rule, span.slot, span.text[:70], file=sys.stderr)
    print(
        f"\nsites of notices of one kind: {total['pages']} pages, article characters removed {total['lost']} of {total['gold']}, "
        f"sites accused {total['accused']}, titles {total['titles']}"
    )


def columns_table(shared: Path, verbose: bool) -> None:
    """Clean sites whose own columns, series and places take turns before headlines, with datelines of agencies."""
    total: Counter[str] = Counter()
    for number in range(1, turns.SITES, 2):
        one = turns.turns(number)
        for result in read_site(turns.pages(one, _drawn(shared, one), injected=False)):
            spans, gold = taken(result), result.gold
            right = result.stripped.title == gold["title"]
            total += Counter(pages=1, gold=len(gold["text"]), lost=sum(len(s.text) for s in spans), titles=right)
            total["accused"] += bool(result.stripped.injected)
            if verbose and (spans or not right):
                print("   ", one.form, one.names, result.stripped.title, "|", gold["title"], file=sys.stderr)
                for span in spans:
                    print("        ", span.rule, span.slot, span.text[:70], file=sys.stderr)
    print(
        f"\nsites with columns before headlines: {total['pages']} pages, article characters removed {total['lost']} of {total['gold']}, "
        f"pages accused {total['accused']}, titles {total['titles']}"
    )


def tables(shared: Path, verbose: bool) -> list[float]:
    """The open series, the notices and the columns; returns the seconds of stripping, page by page."""
    seconds = [second for series in ("first", "last", "turns") for second in injected_table(shared, series, verbose)]
    repetitive_table(verbose)
    columns_table(shared, verbose)
    return seconds


def main() -> None:
    """Prints one series."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder with data/sites and data/extraction")
    parser.add_argument("--series", choices=OUTLETS, default="first")
    parser.add_argument("--verbose", action="store_true", help="tell every miss on stderr")
    options = parser.parse_args()
    injected_table(options.shared, options.series, options.verbose)
    columns_table(options.shared, options.verbose) if options.series == "turns" else repetitive_table(options.verbose)


if __name__ == "__main__":
    main()
