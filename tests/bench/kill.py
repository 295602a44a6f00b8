"""SIGKILLs at random instants of real crawls of the farm: nothing lost, nothing twice, nothing torn. `make bench-kill`."""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.delivery import DeliveryError, verify
from crawler.delivery.manifest import read_chain
from crawler.delivery.parts import read_lines
from tests.crawl.harvesting import ROOT, arguments, environment
from tests.farm import Farm, Server, serve

# The one mistake that a harness must see: a URL that is done before its article is durable.
BROKEN = """
import pipelines.record, crawler.run
from crawler.outcomes import Outcome, Reason
original = pipelines.record.Record.process_item
def process_item(self, item):
    run = crawler.run.run_of(self.crawler)
    run.finish(item.lease, Outcome.DONE, Reason.ARTICLE)
    run.state.commit()
    import time; time.sleep(0.5)
    run.open_leases[item.lease.key] = item.lease
    return original(self, item)
pipelines.record.Record.process_item = process_item
from scrapy.cmdline import execute
execute()
"""


@dataclass(slots=True)
class Score:
    """What went wrong over all rounds."""

    kills: int = 0
    rounds: int = 0
    duration: float = 3.0  # seconds from the first request to the end of an undisturbed crawl
    lost: int = 0
    twice: int = 0
    torn: int = 0
    refetched: int = 0
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        """One line."""
        figures = (
            f"kills {self.kills} in {self.rounds} harvests: lost {self.lost}, twice {self.twice}, torn {self.torn}"
        )
        return f"{figures}; pages fetched again {self.refetched}"


def delivered(folder: Path) -> Iterator[dict[str, Any]]:
    """Every delivered record, as a consumer reads them: manifests first."""
    for link in read_chain(folder):
        for file in link.manifest.files:
            if file.kind == "articles":
                for line in read_lines(folder / file.file):
                    yield json.loads(line)


def one_round(server: Server, gold: set[str], rng: random.Random, kills: int, broken: bool, score: Score) -> None:
    """Crawl, kill `kills` times, crawl to the end, and compare the delivery with the gold."""
    with tempfile.TemporaryDirectory() as work:
        output = Path(work)
        command = arguments(["crawl", "any", "-a", f"url={server.url}/", "-a", "name=farm"], output)
        if broken:
            command = [sys.executable, "-c", BROKEN, *command[3:]]
        server.hits.clear()
        duration = score.duration
        for _ in range(kills):
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            started, before = time.monotonic(), server.count()
            while process.poll() is None and server.count() == before:
                time.sleep(0.005)
            try:
                process.wait(rng.random() * duration)
            except subprocess.TimeoutExpired:
                process.kill()
                score.kills += 1
            else:
                duration = 0.7 * (time.monotonic() - started)  # little is left to do: the next kill comes sooner
            process.wait()
            _look(output / "farm", score)
        last = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=300)
        if last.returncode not in {0, 11}:
            score.faults.append(f"last run ended with {last.returncode}: {last.stderr[-500:]}")
        records = list(delivered(output / "farm")) if (output / "farm").exists() else []
        counts = Counter((record["id"], record["rev"]) for record in records)
        score.rounds += 1
        score.twice += sum(n - 1 for n in counts.values()) + sum(record["rev"] > 1 for record in records)
        missing = gold - {record["url"] for record in records}
        score.lost += len(missing)
        score.refetched += sum(n - 1 for (_, _, status), n in server.hits.items() if status == 200 and n > 1)
        if (output / "farm").exists():
            try:
                verify(output / "farm")
            except DeliveryError as error:
                score.torn += 1
                score.faults.append(str(error))


def _look(folder: Path, score: Score) -> None:
    """A consumer reads at this very moment."""
    try:
        for _ in delivered(folder):
            pass
    except (DeliveryError, ValueError, OSError) as error:
        score.torn += 1
        score.faults.append(str(error))


def run(kills: int, seed: int, *, per_round: int = 5, broken: bool = False) -> Score:
    """`kills` SIGKILLs over as many farms as needed; the seed makes the instants repeatable as far as time allows."""
    rng, score = random.Random(seed), Score()
    score.duration = _undisturbed()
    while score.kills < kills:
        farm = Farm(articles=24, seed=rng.randrange(10**6), light=True, traps=False, second=False, delay=0.02)
        with serve(farm) as server:
            gold = {article["url"] for article in farm.gold()}
            one_round(server, gold, rng, min(per_round, kills - score.kills), broken, score)
    return score


def _undisturbed() -> float:
    """Seconds of a crawl of such a farm, from its first request to its end."""
    farm = Farm(articles=24, seed=1, light=True, traps=False, second=False, delay=0.02)
    with serve(farm) as server, tempfile.TemporaryDirectory() as work:
        command = arguments(["crawl", "any", "-a", f"url={server.url}/", "-a", "name=farm"], Path(work))
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while process.poll() is None and not server.count():
            time.sleep(0.005)
        started = time.monotonic()
        process.wait()
        return time.monotonic() - started


def main() -> None:
    """The honest order, then the broken one, which must be caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", help="not needed here; accepted as by every bench")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    honest = run(options.kills, options.seed)
    print(f"seed {options.seed}; {honest.line()}")
    for fault in honest.faults:
        print(f"  {fault}")
    control = run(max(10, options.kills // 8), options.seed + 1, broken=True)
    print(f"control (done before durable): {control.line()} -> {'caught' if control.lost else 'NOT CAUGHT'}")
    sys.exit(0 if not (honest.lost or honest.twice or honest.torn or honest.faults) and control.lost else 1)


if __name__ == "__main__":
    main()
