"""Keeps secrets out of the log: passwords in URLs, tokens, authorisation headers, values of settings with telling names.

It works on the records themselves, so no handler, format or traceback gets to see a secret.
"""

import logging
import re
import traceback
from collections.abc import Callable
from typing import Any

MASK = "***"

_USERINFO = re.compile(r"(?<=://)[^\s/@'\"<>]{1,400}@")
_HEADER = re.compile(
    r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie)(['\"]?\s*[:=]\s*\[?(?:b(?=['\"]))?['\"]?)(?:(?:basic|bearer|digest|token)\s+)?[^\s'\"\]]+(?:;\s[^'\"\]\r\n]*)?"
)
_NAMED = re.compile(
    r"(?i)((?:[a-z0-9_-]*(?:passw(?:or)?d|passphrase|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)[a-z0-9_-]*"
    r"|[a-z0-9_]*_pass|pwd|signature)['\"]?\s*[:=]\s*(?:b(?=['\"]))?)('[^']*'|\"[^\"]*\"|[^\s'\",;&})\]]+)"
)


def masked(text: str) -> str:
    """The text without its secrets."""
    if "@" in text:
        text = _USERINFO.sub(f"{MASK}@", text)
    text = _HEADER.sub(rf"\1\g<2>{MASK}", text)
    return _NAMED.sub(_mask_value, text)


def _mask_value(match: re.Match[str]) -> str:
    value = match[2]
    if value in {"None", "True", "False", "''", '""'} or MASK in value:
        return match[0]
    quote = value[0] if value[0] in "'\"" else ""
    return f"{match[1]}{quote}{MASK}{quote}"


def _masking(make: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    def make_masked(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        try:
            message = record.getMessage()
        except (
            TypeError,
            ValueError,
            KeyError,
        ):  # a wrong format is reported by logging itself, when the record is emitted
            return record
        clean = masked(message)
        if clean != message:
            record.msg, record.args = clean, ()
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = masked("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
        return record

    make_masked.is_masking = True  # type: ignore[attr-defined]
    return make_masked


def mask_logs() -> None:
    """From now on every log record of this process is masked. Calling it again changes nothing."""
    current = logging.getLogRecordFactory()
    if not getattr(current, "is_masking", False):
        logging.setLogRecordFactory(_masking(current))
