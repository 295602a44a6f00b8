"""Serves a farm until interrupted: python -m tests.farm --articles 200 --port 8000"""

import argparse
import signal
import threading

from tests.farm import Farm, serve


def main() -> None:
    """Starts the farm and prints its addresses, one a line."""
    parser = argparse.ArgumentParser(prog="python -m tests.farm", description=__doc__)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--second-host", default="127.0.0.2")
    parser.add_argument("--light", action="store_true", help="pages without style, script, menus of tags and hot lists")
    options = parser.parse_args()
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    farm = Farm(articles=options.articles, seed=options.seed, light=options.light)
    with serve(farm, options.host, options.port, options.second_host) as server:
        print(server.url, server.second_url, sep="\n", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
