"""One record as one line: strict UTF-8, no raw control or line-breaking character, at most 4 MiB."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

MAX_LINE_BYTES = 4 * 1024 * 1024

# str.splitlines() and some loaders break lines at these; C0 is escaped by JSON itself.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029]")


class UnsafeRecordError(ValueError):
    """The record cannot be one line: a lone surrogate, NaN, or more than 4 MiB. It belongs into quarantine."""


def json_line(record: Mapping[str, Any]) -> str:
    """`record` as JSON text without its newline; the same record gives the same text.

    Raises UnsafeRecordError.
    """
    try:
        line = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        line = _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
        size = len(line.encode("utf-8", "strict"))
    except ValueError as error:
        raise UnsafeRecordError(f"not strict JSON in UTF-8: {error}") from error
    if size >= MAX_LINE_BYTES:
        raise UnsafeRecordError(f"{size} bytes in one record, {MAX_LINE_BYTES} allowed")
    return line


def digest(line: str) -> bytes:
    """16 bytes that change when any bit of the line changes by accident."""
    return hashlib.blake2b(line.encode(), digest_size=16).digest()
