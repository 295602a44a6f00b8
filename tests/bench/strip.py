"""What stripping takes and what it leaves: injected brands in clean newsrooms, negatives, practice sites, cost.

`make bench-strip`, or `python -m tests.bench.strip --shared ../shared`. Profiles are learned from the first five pages of each
site, as a survey does. "lost" are gold characters that the page without the injection gave and the page with it did
not: errors of the reader and of stripping together.
"""

import argparse
import json
import random
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.bench import strip_outlets
from tests.bench.corpus import read_corpus, tokens
from tests.bench.stripped import is_article, left, lost, read_site
from tests.farm.newsrooms import PAGES, brands, clean_page, inject, negative_page

TECHNIQUES = "abcdefghj"
REAL = ("fundus", "magic_article", "magic_forum", "wcxb_articles", "zh_handmade_dev")  # sets of pages with gold text
WHAT = {
    "a": "site-name slots",
    "b": "swapped back link",
    "c": "title prefix",
    "d": "off-site anchors",
    "e": "keyword stuffing",
    "f": "pinyin",
    "g": "emoji",
    "h": "line above the article",
    "j": "hidden nodes",
}


def injections(
    newsrooms: int, mixed: bool
) -> Iterator[tuple[str, str, list[tuple[str, dict[str, Any], str, list[str]]]]]:
    """(technique, kind of brand, pages); mixed: every page of a newsroom has a technique and a brand of its own."""
    for number in range(newsrooms):
        rng = random.Random(f"bench:{number}:{mixed}")
        kind = "unknown" if number // len(TECHNIQUES) % 2 else "known"
        technique, brand = TECHNIQUES[number % len(TECHNIQUES)], rng.choice(brands()[kind])
        pages = []
        for seed in range(number * PAGES, (number + 1) * PAGES):
            html, gold = clean_page(seed)
            if mixed:
                technique, brand = rng.choice(TECHNIQUES), rng.choice(brands()["known"] + brands()["unknown"])
            dirty, strings = inject(html, gold, technique, brand, rng)
            pages.append((dirty, gold, technique, strings))
        yield technique, kind, pages


def injection_table(newsrooms: int, mixed: bool, verbose: bool) -> list[float]:
    """Prints the table of one mode; returns the seconds of stripping, page by page."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    seconds = []
    for _, kind, pages in injections(newsrooms, mixed):
        clean = read_site((clean_page(number)) for number in (_seeds(pages)))
        for before, after, (_, gold, technique, strings) in zip(
            clean, read_site((html, gold) for html, gold, _, _ in pages), pages, strict=True
        ):
            seconds.append(after.seconds)
            whole = after.stripped.title + "\n" + after.stripped.text
            stays = left(strings, before.stripped.title + "\n" + before.stripped.text, whole)
            gone = lost(gold["text"], before.stripped.text, after.stripped.text)
            for row in (technique, f"brands {kind}", "all"):
                rows[row] += Counter(
                    pages=1,
                    injected=sum(map(len, strings)),
                    left=stays,
                    gold=len(gold["text"]),
                    lost=gone,
                    titles=after.stripped.title == gold["title"],
                    flagged=bool(after.stripped.injected),
                )
            if verbose and (stays or gone or after.stripped.title != gold["title"]):
                print("   ", technique, gold["url"], stays, gone, strings[:2], after.stripped.title, file=sys.stderr)
    print(f"\n{'each page a technique and brand of its own' if mixed else 'one technique and brand a newsroom'}")
    print(f"{'':28}{'pages':>6}{'removed':>9}{'lost':>9}{'titles':>8}{'named':>7}")
    for name, counts in sorted(rows.items(), key=lambda item: (len(item[0]) > 1, item[0])):
        label = f"{name} {WHAT.get(name, '')}"
        print(
            f"{label:28}{counts['pages']:6}{1 - counts['left'] / max(1, counts['injected']):9.4f}{counts['lost'] / counts['gold']:9.5f}"
            f"{counts['titles'] / counts['pages']:8.3f}{counts['flagged'] / counts['pages']:7.2f}"
        )
    return seconds


def _seeds(pages: list[Any]) -> range:
    for number in range(10_000):
        if clean_page(number * PAGES)[1]["url"] == pages[0][1]["url"]:
            return range(number * PAGES, (number + 1) * PAGES)
    raise ValueError("not pages of a newsroom")


def negatives_table(newsrooms: int, verbose: bool) -> None:
    """Clean pages that look like spam: nothing of them may go, nothing may be labelled."""
    removed = labels = named = pages = titles = 0
    for number in range(newsrooms):
        for result in read_site(negative_page(seed) for seed in range(number * PAGES, (number + 1) * PAGES)):
            pages += 1
            titles += result.stripped.title == result.gold["title"]
            labels += sum(span.label is not None for span in result.stripped.removed)
            named += bool(result.stripped.injected)
            fates = [line.fate for line in result.reading.lines for _ in line.text.split("\n")]
            for span in result.stripped.removed:
                if span.place is not None and fates[span.place.line] == "text" and is_article(span.text, result.gold):
                    removed += len(span.text)
                    if verbose:
                        print("   ", result.gold["url"], span.rule, span.text[:80], file=sys.stderr)
            if verbose and (result.stripped.injected or result.stripped.title != result.gold["title"]):
                print("   ", result.gold["url"], result.stripped.injected, result.stripped.title, file=sys.stderr)
    print(
        f"\nnegatives: {pages} pages, article characters removed {removed}, labels {labels}, sites accused {named}, titles {titles}"
    )


def practice_sites(shared: Path) -> None:
    """The six practice sites, read page by page."""
    print(f"\n{'practice site':18}{'pages':>6}{'exact':>7}{'title':>7}{'injected left':>15}{'gold removed':>14}")
    for archive in sorted((shared / "data" / "sites").glob("*.tar.xz")):
        with tarfile.open(archive) as tar:
            files = {name: tar.getmember(name) for name in tar.getnames()}
            root = next(name for name in files if name.endswith("gold.jsonl")).rpartition("/")[0]

            def content(name: str, tar: tarfile.TarFile = tar) -> bytes:
                handle = tar.extractfile(name)
                assert handle is not None
                return handle.read()

            golds = [json.loads(row) for row in content(f"{root}/gold.jsonl").decode().splitlines()]
            paths = [f"{root}/public{unquote(urlsplit(gold['url']).path)}index.html" for gold in golds]
            results = read_site((content(path), gold) for path, gold in zip(paths, golds, strict=True))
        exact = title = brand = removed = 0
        for result in results:
            stripped, gold = result.stripped, result.gold
            exact += tokens(stripped.text) == tokens(gold["text"])
            title += tokens(stripped.title) == tokens(gold["title"])
            brand += bool(gold["injected"]) and gold["injected"] in stripped.title + stripped.text
            fates = [line.fate for line in result.reading.lines for _ in line.text.split("\n")]
            spans = [s for s in stripped.removed if s.place is not None and fates[s.place.line] == "text"]
            removed += sum(len(span.text) for span in spans if is_article(span.text, gold))
        print(f"{root:18}{len(golds):6}{exact:7}{title:7}{brand:15}{removed:14}")


def real_pages(shared: Path, verbose: bool) -> None:
    """Real pages with gold text, host by host: what of a gold text is taken out."""
    hosts: dict[str, list[tuple[bytes, dict[str, Any]]]] = defaultdict(list)
    for number, sample in enumerate(read_corpus(shared, REAL)):
        url = sample.url or f"http://{sample.host if '.' in sample.host else 'unknown'}/{number}.html"
        host = urlsplit(url).netloc if "." in sample.host else sample.host
        hosts[host].append((sample.body, {**sample.gold, "url": url}))
    rules: Counter[str] = Counter()
    count = gold = 0
    for pages in hosts.values():
        for result in read_site(pages):
            count += 1
            gold += len(result.gold["text"])
            for span in strip_outlets.taken(result):
                rules[span.rule] += len(span.text)
                if verbose:
                    print("   ", result.gold["url"], span.rule, span.slot, span.text[:90], file=sys.stderr)
    print(
        f"\nreal pages: {count} of {len(hosts)} hosts, gold characters removed {rules.total()} of {gold}: {dict(rules)}"
    )


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder with data/sites")
    parser.add_argument("--newsrooms", type=int, default=36, help="of ten pages each")
    parser.add_argument("--verbose", action="store_true", help="tell every miss on stderr")
    parser.add_argument("--only", choices=("real", "practice"), help="one of the quick parts alone")
    options = parser.parse_args()
    if options.only:
        real_pages(options.shared, options.verbose) if options.only == "real" else practice_sites(options.shared)
        return
    seconds = injection_table(options.newsrooms, mixed=False, verbose=options.verbose)
    seconds += injection_table(options.newsrooms, mixed=True, verbose=options.verbose)
    seconds += strip_outlets.tables(options.shared, options.verbose)
    negatives_table(20, options.verbose)
    practice_sites(options.shared)
    real_pages(options.shared, options.verbose)
    seconds.sort()
    print(
        f"\nstripping: {sum(seconds) / len(seconds) * 1000:.2f} ms of CPU a page, 99 % below {seconds[len(seconds) * 99 // 100] * 1000:.2f}"
    )


if __name__ == "__main__":
    main()
