"""Serves a farm until interrupted: python -m tests.farm --articles 200 --port 8000"""

import argparse
import signal
import threading
from datetime import datetime

from tests.farm import Farm, serve
from tests.farm.farm import NOW


def main() -> None:
    """Starts the farm and prints its addresses, one a line."""
    parser = argparse.ArgumentParser(prog="python -m tests.farm", description=__doc__)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--second-host", default="127.0.0.2")
    parser.add_argument("--browser", type=int, default=0, help="articles of each layout that needs a browser")
    parser.add_argument("--layouts", default="justnews,table,wordpress", help="layouts of the first host")
    parser.add_argument("--second-layout", default="dede", help="layout of the second host")
    parser.add_argument(
        "--now", type=datetime.fromisoformat, default=NOW, help="the farm's clock, ISO 8601 with an offset"
    )
    parser.add_argument("--no-traps", action="store_true")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--fail-every", type=int, default=0, help="every n-th request is answered 503")
    parser.add_argument("--light", action="store_true", help="pages without style, script, menus of tags and hot lists")
    parser.add_argument("--warm", action="store_true", help="render all pages before the addresses are printed")
    options = parser.parse_args()
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    farm = Farm(
        articles=options.articles,
        seed=options.seed,
        layouts=tuple(options.layouts.split(",")),
        browser=options.browser,
        now=options.now,
        second_layout=options.second_layout,
        traps=not options.no_traps,
        light=options.light,
        delay=options.delay,
        fail_every=options.fail_every,
    )
    with serve(farm, options.host, options.port, options.second_host, options.warm) as server:
        print(server.url, server.second_url, sep="\n", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
