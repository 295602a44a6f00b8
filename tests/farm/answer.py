"""What the farm answers to a request."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Self


@dataclass(slots=True)
class Answer:
    """Status, headers and body. The parts in `shuffled` stand between `body` and `tail` in another order at every fetch."""

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    shuffled: list[bytes] = field(default_factory=list)
    tail: bytes = b""
    etag: str = ""
    last_modified: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def stamped(self, content: str, modified: datetime) -> Self:
        """The answer with validators; `content` names what the ETag stands for."""
        self.etag = f'W/"{hashlib.sha256(content.encode()).hexdigest()[:20]}"'
        self.last_modified = format_datetime(modified.astimezone(UTC), usegmt=True)
        return self
