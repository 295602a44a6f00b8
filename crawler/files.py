"""Small files that others read while we write: complete or not there."""

import json
import os
from pathlib import Path
from typing import Any


def write_json(path: Path, value: Any) -> None:
    """Replace `path` by the value as JSON, atomically; not synced, for files that are rewritten all the time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    put_text(path, json.dumps(value, ensure_ascii=False))


def put_text(path: Path, text: str) -> None:
    """Replace `path` by a text, atomically; nothing is left behind when it cannot be written. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
