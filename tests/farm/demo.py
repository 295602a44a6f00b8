"""The demo of `make harvest`: a farm on loopback is harvested, and the delivery stays for a look."""

import argparse
import json
import subprocess
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from crawler.delivery import write_latest
from crawler.urls import site_name
from tests.farm import Farm, serve
from tests.farm.farm import ZONE

PORT = 8000  # always the same: a port is a part of the site, and a second harvest should know the first


def main() -> None:
    """Serves a farm, harvests both of its hosts and shows an article; the exit code is the harvest's."""
    parser = argparse.ArgumentParser(prog="python -m tests.farm.demo", description=__doc__)
    parser.add_argument("--articles", type=int, default=80)
    parser.add_argument("--output", type=Path, default=Path("output") / "demo")
    options = parser.parse_args()
    now = datetime.now(ZONE).replace(minute=0, second=0, microsecond=0)
    farm = Farm(articles=options.articles, now=now)
    with ExitStack() as stack:
        try:
            server = stack.enter_context(serve(farm, port=PORT))
        except OSError:  # the port is taken
            server = stack.enter_context(serve(farm))
        # Loopback is allowed and needs no rest; all else is as in production.
        settings = {
            "OUTPUT_DIR": options.output.resolve(),
            "ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8",
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
        }
        command = [sys.executable, "-m", "scrapy", "harvest"]
        command += ["--url", f"{server.url}/", "--url", f"{server.second_url}/"]
        command += [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        code = subprocess.run(command).returncode
    folder = options.output / site_name(server.url)
    if folder.is_dir():
        _show(folder, options.output / "articles.jsonl")
    sys.exit(code)


def _show(folder: Path, path: Path) -> None:
    """The current articles of a delivery as one plain file, and one of them in short."""
    write_latest(folder, path)
    with path.open(encoding="utf-8") as lines:
        article = next((record for record in map(json.loads, lines) if record["source"]), None)
    if article is None:
        return
    print(f"\nThe articles as one file: {path}. One of them, shortened:")
    for name in ("url", "title_raw", "title", "authors", "source", "published_at", "text"):
        value = article[name]
        print(f"  {name:<12}  {', '.join(value) if isinstance(value, list) else value.splitlines()[0]}")
    for span in article["removed"]:
        if span["place"] is not None or span["kind"] == "injected":
            print(f"  removed       {span['kind']}: {span['text'][:60]}")


if __name__ == "__main__":
    main()
