"""`make bench-dedupe`: quality and cost of finding duplicates, with datasketch and rensa beside it.

Quality by score_dedup.py of the practice data on three streams: pairs_zh, formulaic notices (none is a copy) and English
reposts. "linked" also joins what is contained or rewritten: it is delivered, and names what it belongs to.
"""

import argparse
import json
import lzma
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crawler.duplicates.postings import MERGE_AT
from tests.bench.dedup import as_given, documents, run
from tests.bench.dedupe_peers import PEERS, Setting, tuned
from tests.bench.dedupe_scale import Cost, measure_ours, measure_peer
from tests.farm.notices import KINDS, english_reposts, notices

_SITES = 12


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--documents", type=int, default=100_000, help="of the speed test; 0 leaves it out")
    parser.add_argument("--million", action="store_true", help="our cost beyond 1,000,000 known texts too")
    arguments = parser.parse_args()
    pairs = arguments.shared / "data" / "dedup" / "pairs_zh.jsonl.xz"
    settings = _tuned_settings(pairs)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, path in (
            ("pairs_zh", pairs),
            (f"notices, {len(KINDS)} kinds x 100", _written(folder / "notices.jsonl.xz", _notices())),
            ("English reposts", _written(folder / "english.jsonl.xz", _english())),
        ):
            print(f"\n== {title}")
            _score_all(path, folder, arguments.shared / "tools" / "score_dedup.py", settings)
    if arguments.documents:
        _print_costs(settings, arguments.documents, million=arguments.million)


def _tuned_settings(pairs: Path) -> dict[str, Setting]:
    with lzma.open(pairs, "rt", encoding="utf-8") as lines:
        gold = [json.loads(line)["cluster"] for line in lines]
    stream = list(documents(pairs))
    return {name: tuned(make, stream, gold) for name, make in PEERS.items()}


def _notices() -> Iterable[dict[str, Any]]:
    rows = [(kind, row) for place, kind in enumerate(KINDS) for row in notices(kind, 100, place)]
    random.Random(1).shuffle(rows)
    for number, (kind, row) in enumerate(rows):
        site = f"s{random.Random(number).randint(1, _SITES)}.example"
        yield {**row, "id": number, "site": site, "cluster": f"n{number}", "kind": f"hn_{kind}", "prof": kind}


def _english() -> Iterable[dict[str, Any]]:
    for row in english_reposts(600, 7):
        kind = "orig" if row["relation"] == "original" else "copy"
        yield {**row, "site": row["host"], "kind": kind, "prof": row["relation"]}


def _written(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    with lzma.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return path


def _score_all(path: Path, folder: Path, scorer: Path, settings: dict[str, Setting]) -> None:
    (folder / "state.db").unlink(missing_ok=True)
    rows = as_given(run(path, f"sqlite:///{folder}/{path.name}.db"), path)
    _score("near and exact", path, rows, folder, scorer)
    _score("linked too", path, linked(rows), folder, scorer)
    stream = list(documents(path))
    for name, setting in settings.items():
        decide = PEERS[name](setting)
        decided = [{"id": row["id"], "cluster": decide(d)} for row, d in zip(rows, stream, strict=True)]
        _score(f"{name}, {setting}", path, decided, folder, scorer)


def linked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with clusters joined along `of` and `replaces`."""
    own = {row["id"]: row["cluster"] for row in rows}
    into: dict[Any, Any] = {}

    def last(cluster: Any) -> Any:
        while cluster in into:
            cluster = into[cluster]
        return cluster

    for row in rows:
        for other in [row["of"], *row["replaces"]]:
            if other is not None and last(own[other]) != last(row["cluster"]):
                into[last(row["cluster"])] = last(own[other])
    return [{**row, "cluster": last(row["cluster"])} for row in rows]


def _score(name: str, path: Path, rows: list[dict[str, Any]], folder: Path, scorer: Path) -> None:
    out = folder / "decisions.jsonl"
    out.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    shown = subprocess.run([sys.executable, scorer, path, out], capture_output=True, text=True, check=True).stdout
    print(f"-- {name}", *(f"   {line}" for line in shown.splitlines() if len(line.split()) > 1), sep="\n")


def _print_costs(settings: dict[str, Setting], count: int, *, million: bool) -> None:
    marks = [count // 10, count]
    print(f"\n== cost, one stream of {count:,} documents of 700 characters, a fifth of them copies")
    print(f"{'':14}{'documents':>10}{'docs per CPU-s':>16}{'us at the end':>15}{'bytes each':>12}")
    _print_cost("winnow", measure_ours(marks))
    if million:  # from one merge of the postings to the next
        _print_cost("winnow", measure_ours([MERGE_AT], known=1_000_000))
    for name, setting in settings.items():
        _print_cost(name, measure_peer(name, setting, marks))


def _print_cost(name: str, costs: list[Cost]) -> None:
    for cost in costs:
        print(
            f"{name:14}{cost.documents:>10,}{cost.per_second:>16,.0f}{cost.microseconds:>15,.0f}{cost.bytes_each:>12,.0f}"
        )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
