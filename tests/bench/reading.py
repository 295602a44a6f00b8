"""Reading against its peers on the practice pages: k-fold by host, all in one run.

usage: python -m tests.bench.reading --shared DIR [--train] [--only SET ...] [--no-peers] [--models FILE]

Trains the block model once a fold, reads every page with the model that never saw its host, and scores text, dates,
titles and CPU time beside trafilatura, readability-lxml and resiliparse, which get the same decoded text.
--train also fits the model on all pages and writes crawler/reading/body.model.xz. For a quick look after a change of
rules: --only reads some of the sets, --no-peers leaves the other tools out, --models keeps the models of the folds in a
file and uses those that are there. Only a run over all sets with peers is kept in docs/measurements.md.
"""

import argparse
import gc
import pickle
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from crawler.reading.decode import decode
from crawler.reading.model import MODEL, BlockModel
from crawler.reading.profile import Profile
from crawler.reading.reader import read, warm_up
from crawler.reading.trees import Trees
from tests.bench.corpus import SETS, Sample, f1, fold_of, precision_recall, read_corpus, shingles, tokens
from tests.bench.measurements import keep
from tests.bench.training import FOLDS, cross_validate, final_models, make_rows, save

FETCHED_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)  # later than every page of the archives
THRESHOLD = 0.4
GROUPS = ("magic_article zh", "magic_article", "fundus", "zh_handmade_dev", "wcxb_articles", "magic_forum")


@dataclass(slots=True)
class Outcome:
    """What one tool made of one page."""

    text: str
    date: str | None = None
    title: str | None = None
    seconds: float = 0.0
    confidence: float = 0.0
    selector: str | None = None


@dataclass(slots=True)
class Score:
    """One page's part in a tool's figures."""

    groups: list[str]
    id: str
    precision: float
    recall: float
    exact: bool
    dated: int | None  # 1 right, 0 absent, -1 wrong, None without gold
    titled: bool | None
    outcome: Outcome = field(repr=False)


def winnow(sample: Sample, profile: Profile) -> Outcome:
    """The whole reading: bytes in, all fields out."""
    start = time.process_time()
    reading = read(sample.body, sample.url, {}, profile, FETCHED_AT)
    seconds = time.process_time() - start
    return Outcome(
        reading.text, reading.published_at, reading.title, seconds, reading.body_confidence, reading.body_path
    )


def trafilatura(sample: Sample) -> Outcome:
    """trafilatura's default settings, comments off."""
    from trafilatura import bare_extraction

    text = decode(sample.body, None).text
    start = time.process_time()
    found: Any = bare_extraction(text, include_comments=False, with_metadata=True)
    seconds = time.process_time() - start
    return Outcome(found.text or "", found.date, found.title, seconds) if found else Outcome("", seconds=seconds)


def readability(sample: Sample) -> Outcome:
    """readability-lxml's summary, as text."""
    from lxml import etree, html
    from readability import Document

    text = decode(sample.body, None).text
    start = time.process_time()
    try:
        document = Document(text)
        tree: Any = html.fromstring(document.summary(html_partial=True))
        for element in tree.iter("p", "div", "br", "li", "h1", "h2", "h3", "h4", "td", "tr", "pre", "blockquote"):
            element.tail = "\n" + (element.tail or "")
        found = Outcome(tree.text_content(), None, document.short_title())
    except (etree.LxmlError, ValueError, TypeError, AttributeError):
        found = Outcome("")
    found.seconds = time.process_time() - start
    return found


def resiliparse(sample: Sample) -> Outcome:
    """resiliparse's main content."""
    from resiliparse.extract.html2text import extract_plain_text

    text = decode(sample.body, None).text
    start = time.process_time()
    found = extract_plain_text(text, main_content=True, comments=False)
    return Outcome(found, seconds=time.process_time() - start)


def day(value: str | None) -> tuple[int, ...] | None:
    """Year, month, day of a date as golds and tools write it."""

    match = re.search(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})", value or "")
    return tuple(int(part) for part in match.groups()) if match else None


def scored(sample: Sample, outcome: Outcome) -> Score:
    """The outcome against the gold."""
    gold, found = tokens(sample.gold["text"]), tokens(outcome.text)
    precision, recall = precision_recall(shingles(gold), shingles(found))
    groups = [sample.corpus]
    if sample.corpus == "magic_article" and sample.is_chinese:
        groups.append("magic_article zh")
    dated = None
    if (right := day(sample.gold.get("date"))) is not None:
        named = day(outcome.date)
        dated = 0 if named is None else 1 if named == right else -1
    titled = tokens(outcome.title) == tokens(sample.gold["title"]) if sample.gold.get("title") else None
    return Score(groups, sample.id, precision, recall, gold == found, dated, titled, outcome)


def table(results: dict[str, list[Score]]) -> list[str]:
    """One line a group and tool."""
    lines = [
        "| set | pages | tool | F1 | P | R | exact | dates right/wrong/all | titles | CPU ms a page |",
        "|---|---:|---|---:|---:|---:|---:|---|---:|---:|",
    ]
    for group in GROUPS:
        for tool, scores in results.items():
            rows = [s for s in scores if group in s.groups]
            if not rows:
                continue
            precision = statistics.mean(s.precision for s in rows)
            recall = statistics.mean(s.recall for s in rows)
            dates = [s.dated for s in rows if s.dated is not None]
            titles = [s.titled for s in rows if s.titled is not None]
            lines.append(
                f"| {group} | {len(rows)} | {tool} | {f1(precision, recall):.4f} | {precision:.3f} | {recall:.3f} | "
                f"{statistics.mean(s.exact for s in rows):.3f} | "
                f"{f'{dates.count(1)}/{dates.count(-1)}/{len(dates)}' if dates else '-'} | "
                f"{f'{sum(titles)}/{len(titles)}' if titles else '-'} | "
                f"{1000 * statistics.mean(s.outcome.seconds for s in rows):.1f} |"
            )
    return lines


def calibration(scores: list[Score]) -> list[str]:
    """Mean true F1 of the articles by band of confidence."""
    lines = ["| confidence | pages | mean F1 |", "|---|---:|---:|"]
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        rows = [s for s in scores if low <= s.outcome.confidence < high and "magic_forum" not in s.groups]
        if rows:
            mean = statistics.mean(f1(s.precision, s.recall) for s in rows)
            lines.append(f"| {low:.2f} to {min(high, 1.0):.2f} | {len(rows)} | {mean:.3f} |")
    return lines


def run(samples: list[Sample], models: list[BlockModel], *, with_peers: bool) -> dict[str, list[Score]]:
    """Every tool on every page. The second pass of our own has the selector that the first one found in its profile,
    as on a site that is known."""
    warm_up()
    gc.collect()
    gc.freeze()  # the training data is no part of what a tool costs
    peers: dict[str, Callable[[Sample], Outcome]] = {
        "trafilatura": trafilatura, "readability-lxml": readability, "resiliparse": resiliparse,
    } if with_peers else {}  # fmt: skip
    results: dict[str, list[Score]] = {name: [] for name in ("winnow", "winnow, container known", *peers)}
    for sample in samples:
        with patch("crawler.reading.body.block_model", lambda s=sample: models[fold_of(s.host, FOLDS)]):
            outcome = winnow(sample, Profile())
            selectors = {"body": outcome.selector} if outcome.selector else {}
            known = winnow(sample, Profile(selectors=selectors))
        results["winnow"].append(scored(sample, outcome))
        results["winnow, container known"].append(scored(sample, known))
        for name, tool in peers.items():
            results[name].append(scored(sample, tool(sample)))
    return results


Folds = tuple[list[str], list[str], list[dict[str, float]]]


def trained_folds(samples: list[Sample], ship: bool, say: Callable[[str], None]) -> Folds:
    """Both steps' models of every fold, in LightGBM's text form, and the word weights; with `ship` the model of all pages
    is written, too."""
    vocabulary: dict[str, int] = {}
    rows = make_rows(samples, vocabulary)
    say(f"{len(rows)} training pages, {sum(row.copied for row in rows)} of them harder copies")
    trained = cross_validate(rows, vocabulary, say)
    if ship:
        first, second = final_models(trained)
        save(MODEL, first, second, {"threshold": THRESHOLD, "weights": trained.all_weights})
        say(f"model written, {MODEL.stat().st_size} bytes")
    first_texts, second_texts = ([m.model_to_string() for m in models] for models in (trained.first, trained.second))
    return first_texts, second_texts, trained.weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--train", action="store_true", help="also fit on all pages and write the shipped model")
    parser.add_argument("--only", nargs="+", choices=SETS, help="read these sets only")
    parser.add_argument("--no-peers", action="store_true", help="leave the other tools out")
    parser.add_argument("--models", type=Path, help="file that keeps the models of the folds between runs")
    args = parser.parse_args()
    started = time.monotonic()

    def say(step: str) -> None:
        print(f"{time.monotonic() - started:5.0f} s  {step}", flush=True)

    kept: Path | None = args.models if args.models and args.models.exists() and not args.train else None
    wanted = tuple(args.only or SETS)
    samples = read_corpus(args.shared, wanted if kept else SETS)
    if kept:
        folds: Folds = pickle.loads(kept.read_bytes())
    else:
        folds = trained_folds(samples, args.train, say)
        if args.models:
            args.models.write_bytes(pickle.dumps(folds))
    models = [
        BlockModel(Trees(first), Trees(second), THRESHOLD, weights)
        for first, second, weights in zip(*folds, strict=True)
    ]
    chosen = [s for s in samples if s.corpus in wanted]
    results = run(chosen, models, with_peers=not args.no_peers)
    say("all tools have read all pages")
    lines = [*table(results), "", *calibration(results["winnow"])]
    print("\n".join(lines))
    articles = [s for s in results["winnow"] if "magic_forum" not in s.groups]
    for score in sorted(articles, key=lambda s: f1(s.precision, s.recall))[:30]:
        print(
            f"  {f1(score.precision, score.recall):.3f} P {score.precision:.2f} R {score.recall:.2f} {score.groups[0]} {score.id}"
        )
    if not args.only and not args.no_peers:
        keep("Reading: body", "make bench-reading", lines)


if __name__ == "__main__":
    main()
