"""What a reading costs beside trafilatura, and in which stage: CPU on one thread, page by page in one process.

usage: python -m tests.bench.cost [--shared DIR] [--every N] [--rounds N]

Three states of knowledge: "unknown" reads with an empty profile; "known" with a learned one, on the practice sites from
their first five articles by profiles.learn, on the archives, which hold few pages of one site, from the container that
the page's own first reading found; "theme" are the pages whose theme is recognised by its marks. trafilatura gets the
decoded text, its defaults, metadata, no comments. Every N-th page is read, the tools in turn; a page counts by the least
of its rounds. The figures of stages hold the cost of taking them.
"""

import argparse
import gc
import json
import math
import statistics
import tarfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial, wraps
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from crawler.profiles import learn
from crawler.reading.decode import decode
from crawler.reading.profile import Profile
from crawler.reading.reader import read, warm_up
from tests.bench.corpus import SETS, read_corpus
from tests.bench.measurements import keep

FETCHED_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)  # later than every page of the archives
LEARNED_FROM = 5
SITES = "practice sites"
STATES = ("unknown", "known", "theme")
# Stage -> functions, as the module names them that calls them. A stage's time is its own, without the stages inside it.
STAGES = {
    "decode": ["reader.decode"],
    "prescan": ["reader.broken_limit"],
    "parse": ["page.parse"],
    "head": ["page.Page._read_head"],
    "walk": ["blocks.Walk.run"],
    "theme": ["reader.adapted"],
    "body: features": ["model.page_features"],
    "body: context": ["model.context_features"],
    "body: trees": ["trees.Trees.predict"],
    "body: rules": ["reader.find_body"],
    "facts": ["credits.facts_of"],
    "credits": ["reader.read_credits"],
    "dates": ["reader.read_dates"],
    "links": ["reader.read_links"],
    "kind": ["reader.judge_kind"],
    "shell": ["reader.judge_shell"],
    "lines": ["reader.advert_boxes", "reader.advert_blocks", "reader.read_lines", "reader.read_images"],
    "outside": ["reader.outside_text"],
}


@dataclass(slots=True)
class Case:
    """One page with the profiles that it is read with."""

    group: str
    body: bytes
    url: str
    profiles: dict[str, Profile]  # state of knowledge -> profile


def archive_cases(shared: Path, every: int) -> Iterator[Case]:
    """Pages of the archives; what is known of them is the container of their own first reading."""
    for sample in read_corpus(shared, SETS)[::every]:
        reading = read(sample.body, sample.url, {}, Profile(), FETCHED_AT)
        profiles = {"unknown": Profile()}
        if reading.theme:
            profiles["theme"] = profiles["unknown"]
        if reading.body_path:
            profiles["known"] = Profile(version=1, theme=reading.theme, selectors={"body": reading.body_path})
        yield Case(sample.corpus, sample.body, sample.url, profiles)


def site_cases(shared: Path, every: int) -> Iterator[Case]:
    """Articles of the practice sites but the five that the profile is learned from."""
    for archive in sorted((shared / "data" / "sites").glob("*.tar.xz")):
        with tarfile.open(archive) as tar:
            files = {m.name.partition("/")[2]: m for m in tar.getmembers() if m.isfile()}

            def content(name: str, tar: tarfile.TarFile = tar, files: Any = files) -> bytes:
                handle = tar.extractfile(files[name])
                assert handle is not None
                return handle.read()

            rows = map(json.loads, content("gold.jsonl").decode().splitlines())
            urls = [row["url"] for row in rows]
            bodies = [content(f"public{urlsplit(url).path}index.html") for url in urls]
        first = [
            read(body, url, {}, Profile(), FETCHED_AT)
            for body, url in zip(bodies[:LEARNED_FROM], urls[:LEARNED_FROM], strict=True)
        ]
        profiles = {"unknown": Profile(), "known": learn(first, None)}
        for body, url in list(zip(bodies, urls, strict=True))[LEARNED_FROM::every]:
            yield Case(SITES, body, url, profiles)


def seconds(tool: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    tool()
    return time.process_time() - start


def peer(text: str) -> None:
    """trafilatura's default settings, comments off."""
    from trafilatura import bare_extraction

    bare_extraction(text, include_comments=False, with_metadata=True)


def measured(cases: list[Case], rounds: int) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """(group, state) -> seconds of ours and of trafilatura, page by page. A state is a pass of its own over all pages, so
    that no reading finds the caches warm from the same page."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for state in STATES:
        pages = [case for case in cases if state in case.profiles]
        least = [(math.inf, math.inf)] * len(pages)
        for _ in range(rounds):
            for number, case in enumerate(pages):
                ours = seconds(partial(read, case.body, case.url, {}, case.profiles[state], FETCHED_AT))
                theirs = seconds(partial(peer, decode(case.body, None).text))
                least[number] = (min(least[number][0], ours), min(least[number][1], theirs))
        for case, pair in zip(pages, least, strict=True):
            found[case.group, state].append(pair)
            if case.group != SITES:
                found["all archives", state].append(pair)
    return found


class Stopwatch:
    """Gives every stage the time in which no inner stage runs."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._running: list[str] = []
        self._since = 0.0

    def _tick(self) -> None:
        now = time.process_time()
        if self._running:
            self.spent[self._running[-1]] += now - self._since
        self._since = now

    def around(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""

        @wraps(function)
        def timed(*args: Any, **named: Any) -> Any:
            self._tick()
            self._running.append(stage)
            try:
                return function(*args, **named)
            finally:
                self._tick()
                self._running.pop()

        return timed


def by_stage(cases: list[Case]) -> dict[tuple[str, str], dict[str, float]]:
    """(group, state) -> stage -> seconds of all pages."""
    watch = Stopwatch()
    spent: dict[tuple[str, str], dict[str, float]] = {}
    with ExitStack() as stack:
        for stage, places in STAGES.items():
            for place in places:
                module, _, name = place.partition(".")
                owner: Any = import_module(f"crawler.reading.{module}")
                if "." in name:
                    owner, name = getattr(owner, name.partition(".")[0]), name.partition(".")[2]
                stack.enter_context(patch.object(owner, name, watch.around(stage, getattr(owner, name))))
        timed = watch.around("rest", read)
        for state in STATES:
            for case in cases:
                group = SITES if case.group == SITES else "all archives"
                if state in case.profiles:
                    watch.spent = spent.setdefault((group, state), defaultdict(float))
                    timed(case.body, case.url, {}, case.profiles[state], FETCHED_AT)
    return spent


def tables(found: dict[tuple[str, str], list[tuple[float, float]]], stages: dict[tuple[str, str], dict[str, float]],
           pages: dict[tuple[str, str], int]) -> list[str]:  # fmt: skip
    """Costs by set, then by stage."""
    lines = [
        "| set | profile | pages | winnow, ms a page | median | trafilatura | median | ratio of sums | median ratio |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for (group, state), pairs in found.items():
        ours, theirs = [1000 * a for a, _ in pairs], [1000 * b for _, b in pairs]
        lines.append(
            f"| {group} | {state} | {len(pairs)} | {statistics.mean(ours):.1f} | {statistics.median(ours):.1f} | "
            f"{statistics.mean(theirs):.1f} | {statistics.median(theirs):.1f} | **{sum(ours) / sum(theirs):.2f}** | "
            f"{statistics.median(a / b for a, b in pairs):.2f} |"
        )
    keys = list(stages)
    lines += ["", "| ms a page by stage | " + " | ".join(f"{g}, {s}" for g, s in keys) + " |"]
    lines.append("|---" + "|---:" * len(keys) + "|")
    for stage in (*STAGES, "rest"):
        lines.append(f"| {stage} | " + " | ".join(f"{1000 * stages[k][stage] / pages[k]:.2f}" for k in keys) + " |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--every", type=int, default=1, help="read every N-th page only")
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    warm_up()
    cases = [*archive_cases(args.shared, args.every), *site_cases(args.shared, args.every)]
    gc.collect()
    gc.freeze()  # the bench's own pages are no work for the readings
    gc.set_threshold(100_000, 20, 50)  # as in the pool's workers
    found = measured(cases, args.rounds)
    lines = tables(found, by_stage(cases), {key: len(pairs) for key, pairs in found.items()})
    print("\n".join(lines))
    if args.every == 1:
        keep("Reading: cost", "make bench-cost", lines)


if __name__ == "__main__":
    main()
