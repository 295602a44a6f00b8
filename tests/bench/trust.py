"""The fault matrix: everything that a hostile web and an unlucky machine do to a harvest, one row each.

`make bench-trust` runs all of it (under 30 minutes on 2 cores); `--rows B1,S1` some of it; `--scale 0.1` a shorter form.
Exits 1 when a row did not hold. The last table is kept in docs/measurements.md.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.crawl.harvesting import ROOT
from tests.hostile.crawling import Row
from tests.hostile.forgery import FORGERY_ROWS
from tests.hostile.gating import quality
from tests.hostile.kills import KILL_ROWS
from tests.hostile.rows import WEB_ROWS

MEASUREMENTS = ROOT / "docs" / "measurements.md"
HEADING = "## Trust: the fault matrix (`make bench-trust`)"


def storage(folder: Path, scale: float = 1) -> list[Row]:
    """K1, K4, K5: SIGKILLs of the storage engine, and three broken engines that the same counting must catch.

    A short form: `make bench-storagekill` kills 1,000 times.
    """
    kills, control = max(10, int(300 * scale)), max(20, int(60 * scale))
    command = [
        sys.executable,
        "-m",
        "tests.bench.storagekill",
        "--kills",
        str(kills),
        "--control-kills",
        str(control),
        "--seed",
        "20261123",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1500)
    table = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in done.stdout.splitlines()
        if line.startswith("|")
    ][2:]
    rows = []
    for number, (name, killed, at_steps, _, crawls, lost, twice, faults, _) in enumerate(table):
        counted = f"{crawls} crawls: lost {lost}, twice {twice}, faults seen {faults}"
        is_whole = int(lost) + int(twice) + int(faults) == 0
        if number == 0:  # one series of both
            anywhere = int(killed) - int(at_steps)
            rows.append(Row("K1 storage, any moment", is_whole, f"{anywhere} SIGKILLs; with those of K4 {counted}"))
            rows.append(
                Row("K4 storage, named steps", is_whole, f"{at_steps} SIGKILLs at 15 steps; in the same crawls")
            )
        else:
            rows.append(Row(f"K5 control: {name}", not is_whole, f"{killed} SIGKILLs, {counted}"))
    if len(rows) != 5:
        rows.append(Row("K1/K4/K5 storage", held=False, figure=f"no table: {done.stderr[-300:]}"))
    return rows


def rows(folder: Path, scale: float, wanted: set[str]) -> Iterator[Row]:
    """Every wanted row as it is done."""
    functions: list[Callable[[Path, float], Row | list[Row]]] = [storage, *KILL_ROWS, *WEB_ROWS, *FORGERY_ROWS, quality]
    for function in functions:
        keys = set(re.findall(r"\b[A-Z]\d\b", (function.__doc__ or "").partition("\n")[0]))
        if wanted and not keys & wanted:
            continue
        began = time.monotonic()
        with tempfile.TemporaryDirectory(dir=folder, prefix=f"{function.__name__}-") as name:
            try:
                found = function(Path(name), scale)
            except Exception as error:
                traceback.print_exc()
                found = Row(
                    f"{'/'.join(sorted(keys))} {function.__name__}",
                    held=False,
                    figure=f"{type(error).__name__}: {str(error)[:200]}",
                )
        for row in found if isinstance(found, list) else [found]:
            row.seconds = time.monotonic() - began
            yield row


def line(row: Row) -> str:
    """One line of the table."""
    return f"| {row.name} | {'held' if row.held else '**broken**'} | {row.figure} | {row.seconds:.0f} |"


def keep(table: list[str]) -> None:
    """Put the table into docs/measurements.md, under our heading."""
    text = MEASUREMENTS.read_text(encoding="utf-8") if MEASUREMENTS.exists() else "# Measurements\n"
    before, found, after = text.partition(HEADING)
    rest = after.partition("\n## ")
    following = f"\n## {rest[2]}" if found and rest[1] else ""
    section = "\n".join([HEADING, "", "| fault | verdict | figure | s |", "|---|---|---|---:|", *table, ""])
    MEASUREMENTS.write_text(f"{before.rstrip()}\n\n{section}{following}", encoding="utf-8")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", help="not needed by this bench")
    parser.add_argument("--scale", type=float, default=1.0, help="1: the full matrix; less: shorter rows")
    parser.add_argument("--rows", default="", help="only these, as B1,S1")
    parser.add_argument("--keep", action="store_true", help="put the table into docs/measurements.md")
    arguments = parser.parse_args()
    table, broken = [], 0
    print("| fault | verdict | figure | s |\n|---|---|---|---:|")
    with tempfile.TemporaryDirectory(prefix="trust-") as folder:
        for row in rows(Path(folder), arguments.scale, set(arguments.rows.split(",")) - {""}):
            table.append(line(row))
            broken += not row.held
            print(table[-1], flush=True)
    if arguments.keep:
        keep(table)
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
