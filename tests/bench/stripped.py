"""Reading and stripping of whole sites, and what is counted on the result; shared by the tables of the bench of stripping."""

import difflib
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.profiles import learn
from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.reading.reading import Reading
from crawler.stripping import Stripped, rebuild, strip

SURVEY = 5
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(slots=True)
class Result:
    """One page on its way: gold, reading, what stripping made of it, and the seconds that took."""

    gold: dict[str, Any]
    reading: Reading
    stripped: Stripped
    seconds: float


def read_site(pages: Iterable[tuple[str | bytes, dict[str, Any]]]) -> list[Result]:
    """Survey, then read and strip every page of one site with its profile."""
    bodies = [(html.encode() if isinstance(html, str) else html, gold) for html, gold in pages]
    blank = Profile(host=urlsplit(bodies[0][1]["url"]).netloc)
    profile = learn([read(body, gold["url"], {}, blank, NOW) for body, gold in bodies[:SURVEY]], None)
    results = []
    for body, gold in bodies:
        reading = read(body, gold["url"], {}, profile, NOW)
        start = time.process_time()
        stripped = strip(reading, profile)
        results.append(Result(gold, reading, stripped, time.process_time() - start))
        lines = [part for line in reading.lines for part in line.text.split("\n")]
        assert rebuild(stripped.text, stripped.removed) == lines, f"{gold['url']}: the audit does not rebuild the page"
    return results


def left(strings: list[str], clean: str, text: str) -> int:
    """Injected characters that a text still holds beyond what the clean text has of them."""
    total = 0
    for string, count in Counter(strings).items():
        more = text.count(string) - clean.count(string)
        total += len(string) * max(0, min(count, more))
    return total


def lost(gold: str, clean: str, text: str) -> int:
    """Characters of gold lines that the clean page gave and this text does not."""
    if clean == text:
        return 0
    matcher = difflib.SequenceMatcher(None, clean, text, autojunk=False)
    gone = "".join(
        clean[a:b] for op, a, b, _, _ in matcher.get_opcodes() if op in ("delete", "replace") and clean[a:b] in gold
    )
    return len(gone.replace("\n", ""))


def is_article(span: str, gold: dict[str, Any]) -> bool:
    """Whether a removed span is a whole gold line, or a piece of one that is no accident."""
    text = span.strip()
    return any(text == line or (len(text) >= 4 and text in line) for line in gold["text"].split("\n"))
