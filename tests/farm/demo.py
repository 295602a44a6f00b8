"""The demo of `make harvest`: a farm on loopback is harvested, and the delivery stays for a look."""

import argparse
import subprocess
import sys
from pathlib import Path

from tests.farm import Farm, serve


def main() -> None:
    """Serves a farm and harvests both of its hosts; the exit code is the harvest's."""
    parser = argparse.ArgumentParser(prog="python -m tests.farm.demo", description=__doc__)
    parser.add_argument("--articles", type=int, default=80)
    parser.add_argument("--output", type=Path, default=Path("output") / "demo")
    options = parser.parse_args()
    with serve(Farm(articles=options.articles)) as server:
        # Loopback is allowed and needs no rest; all else is as in production.
        settings = {
            "OUTPUT_DIR": options.output.resolve(),
            "ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8",
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
        }
        command = [
            sys.executable,
            "-m",
            "scrapy",
            "harvest",
            "--url",
            f"{server.url}/",
            "--url",
            f"{server.second_url}/",
        ]
        command += [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        sys.exit(subprocess.run(command).returncode)


if __name__ == "__main__":
    main()
