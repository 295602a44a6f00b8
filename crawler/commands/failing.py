"""How every command fails: one line on standard error, and a named exit code."""

import sys

from crawler.exitcodes import Exit


def fail(code: Exit, message: object) -> Exit:
    """Say it, and hand the code back."""
    sys.stderr.write(f"winnow: {message}\n")
    return code
