"""Harvests the practice sites from their front pages alone, and scores the deliveries: `make bench-sites`."""

import argparse
import contextlib
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.crawl.harvesting import records_file, scrapy


@contextlib.contextmanager
def served(shared: Path, folder: Path) -> Iterator[dict[str, str]]:
    """site -> address of each practice site, served on loopback for as long as the context lasts."""
    for archive in sorted((shared / "data" / "sites").glob("*.tar.xz")):
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    server = subprocess.Popen(
        [sys.executable, str(shared / "tools" / "serve_sites.py"), str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        sites = {}
        for _ in range(len(list(folder.glob("*/gold.jsonl")))):
            address, name, *_ = server.stdout.readline().split()
            urllib.request.urlopen(address, timeout=10).close()
            sites[name] = address
        yield dict(sorted(sites.items(), key=lambda item: item[1]))
    finally:
        server.terminate()
        server.wait(10)


def main() -> None:
    """Prints one line a site: exit code and figures of the harvest, then the scorer's table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder with data/sites and tools/")
    parser.add_argument("--keep", type=Path, help="write the harvest here as one JSONL")
    parser.add_argument("--reverse", action="store_true", help="reposts are met before their originals")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder, output = Path(work) / "sites", Path(work) / "output"
        with served(options.shared, folder) as sites:
            for name, address in sorted(sites.items(), key=lambda item: item[1], reverse=options.reverse):
                ended = scrapy(["crawl", "any", "-a", f"url={address}", "-a", f"name={name}"], output, timeout=600)
                books = next((line for line in ended.err.splitlines() if "Books of" in line), ended.err[-500:])
                print(f"{name}: exit {ended.code}; {books.partition('Books of')[2]}", flush=True)
        harvest = options.keep or Path(work) / "harvest.jsonl"
        harvest.write_text(
            "".join(records_file(output, name).read_text(encoding="utf-8") for name in sites), encoding="utf-8"
        )
        gold = [str(path) for path in sorted(folder.glob("*/gold.jsonl"))]
        subprocess.run(
            [sys.executable, str(options.shared / "tools" / "score_site.py"), str(harvest), *gold], check=True
        )


if __name__ == "__main__":
    main()
