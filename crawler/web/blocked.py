"""Recognises pages that stand where another page was asked for: captcha, firewall, rate limit, login wall, soft 404.

Precision first: whatever carries an article's worth of text is an article, also one about captchas.
The patterns are data, in blocked_patterns.txt.
"""

import html
import re
from pathlib import Path

from scrapy.http import Response

from crawler.outcomes import Reason

_REASONS = {"blocked": Reason.BLOCKED, "login_wall": Reason.LOGIN_WALL, "not_found_page": Reason.NOT_FOUND_PAGE}
_TITLE_TEXT = 1500  # characters of visible text up to which a title alone tells
_SHORT_TEXT = 500  # up to which a sentence in the text tells
_SENTENCES = 12  # a soft 404 inside a full template has a long menu, but hardly a sentence
_LINKS = 60  # elements <a> and <p> from which a page is no wall
_SCANNED = 400_000  # bytes of a body that are looked at
# Statuses besides 200 with which walls are served.
_WALL_STATUSES = frozenset({200, 202, 401, 403, 405, 406, 412, 418, 429, 444, 468, 503, 520, 521, 567})

_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,600}?)</title", re.IGNORECASE | re.DOTALL)
_HIDDEN = re.compile(rb"<(script|style|noscript|template|svg)\b|<!--", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]*>")
_SEPARATORS = re.compile(r"\s+[-–—|·»:]\s+|\s*[_|｜–—]\s*|\s*-\s*(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])\s*-\s*")
_SENTENCE_END = re.compile(r"[。！？!?]|\.(?=\s)")
_SPACES = re.compile(r"\s+")


def _read_patterns() -> dict[str, list[tuple[Reason, re.Pattern[str]]]]:
    patterns: dict[str, list[tuple[Reason, re.Pattern[str]]]] = {"title": [], "text": [], "location": [], "body": []}
    for line in (Path(__file__).parent / "blocked_patterns.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, where, expression = line.split(None, 2)
            patterns[where].append((_REASONS[kind], re.compile(expression, re.IGNORECASE)))
    return patterns


_PATTERNS = _read_patterns()


def judge(status: int, title: str, text: str) -> Reason | None:
    """BLOCKED, LOGIN_WALL or NOT_FOUND_PAGE, or None for a page that is what it says.

    title: of the <title> element. text: all visible text of the page, menus included, at least its first 2,000 characters.
    Other statuses than 200 are only judged for BLOCKED; they speak for themselves.
    """
    text = _SPACES.sub(" ", text[:4000]).strip()
    title = _SPACES.sub(" ", title).strip(" \t-|_!！。.")
    found = _by_title(title, text)
    if found is None and len(text) <= _SHORT_TEXT:
        found = next((reason for reason, pattern in _PATTERNS["text"] if pattern.search(text)), None)
    return found if status == 200 or found is Reason.BLOCKED else None


def _by_title(title: str, text: str) -> Reason | None:
    if not title or len(title) > 120:
        return None
    segments = [title, *(part for part in _SEPARATORS.split(title) if len(part) > 3 or not part.isascii())]
    for reason, pattern in _PATTERNS["title"]:
        if any(pattern.fullmatch(segment) for segment in segments):
            few_sentences = len(_SENTENCE_END.findall(text)) <= _SENTENCES
            if few_sentences and (len(text) <= _TITLE_TEXT or reason is Reason.NOT_FOUND_PAGE):
                return reason
    return None


def header(response: Response, name: str) -> str:
    """One header of a response as text; empty when it is not there."""
    return (response.headers.get(name) or b"").decode("latin-1")


def judge_redirect(location: str) -> Reason | None:
    """BLOCKED or LOGIN_WALL when a redirect leads to such a page by its address."""
    return next((reason for reason, pattern in _PATTERNS["location"] if pattern.search(location)), None)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def visible_text(body: bytes) -> str:
    """Rough visible text of an HTML page, menus included; enough to see that there is little of it. Linear in time."""
    body = body[:_SCANNED]
    lower = body.lower()
    kept, position = [], 0
    while found := _HIDDEN.search(body, position):
        kept.append(body[position : found.start()])
        end = lower.find(b"</" + found[1].lower() if found[1] else b"-->", found.end())
        position = end if end >= 0 else len(body)
    kept.append(body[position:])
    return html.unescape(_text(_TAG.sub(b" ", b" ".join(kept))))


def judge_response(response: Response) -> Reason | None:
    """`judge` for a response, HTML or a redirect. Costs some microseconds on pages with many links or paragraphs."""
    if 300 <= response.status < 400:
        return judge_redirect(header(response, "Location"))
    if response.status not in _WALL_STATUSES or "html" not in (header(response, "Content-Type") or "html"):
        return None
    body = response.body
    found = _TITLE.search(body, 0, 100_000)
    title = html.unescape(_text(found[1])) if found else ""
    if body.count(b"<a ") + body.count(b"<p") > _LINKS:
        reason = _by_title(_SPACES.sub(" ", title).strip(" \t-|_!！。."), "")
        return None if reason is None else judge(response.status, title, visible_text(body))
    text = visible_text(body)
    if len(_SPACES.sub(" ", text)) <= _SHORT_TEXT:
        source = body[:_SCANNED].decode("latin-1")
        if any(pattern.search(source) for _, pattern in _PATTERNS["body"]):
            return Reason.BLOCKED
    return judge(response.status, title, text)
