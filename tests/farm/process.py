"""The farm in a process of its own, so that serving costs the measured process nothing."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def farm_process(*arguments: str) -> Iterator[tuple[str, str]]:
    """Runs `python -m tests.farm ARGUMENTS` and yields the addresses of both hosts; RuntimeError when it does not start.

    A Farm made here with the same options, bound to these addresses, gives the gold.
    """
    command = [sys.executable, "-m", "tests.farm", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            urls = process.stdout.readline().strip(), process.stdout.readline().strip()
            if not all(urls):
                raise RuntimeError(f"the farm did not start: {' '.join(command)}")
            yield urls
        finally:
            process.terminate()
