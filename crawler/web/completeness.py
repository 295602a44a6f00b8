"""Whether an HTML body was cut off, as far as the body itself can tell. Pure."""

import re

_HTML_START = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_HTML_END = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
# Elements whose end tag the HTML standard does not let an author leave out.
_CLOSED_ELEMENTS = re.compile(rb"<(/?)(?:div|section|article|main|table|ul|ol|footer|aside)\b", re.IGNORECASE)
_OPEN_END = re.compile(
    rb"<[a-z!/][^>]{0,2000}\Z|<!--(?:(?!-->).){0,20000}\Z|<(script|style)\b(?:(?!</\1).){0,200000}\Z",
    re.IGNORECASE | re.DOTALL,
)


def looks_cut(body: bytes, *, framed: bool) -> bool:
    """Whether an HTML page seems to end before its end.

    framed: the length was announced (Content-Length, chunks, or a coding with an end mark). A framed page without
    </body> and </html> counts as cut only when elements that must be closed are open; an unframed one already when it
    has no end tag. A fragment that never opened a document is not judged.
    """
    if not _HTML_START.search(body, 0, 4096):
        return False
    tail = max(0, len(body) - max(16_384, len(body) // 4))
    if _HTML_END.search(body, tail):
        return False
    if not framed:
        return True
    if _OPEN_END.search(body, max(0, len(body) - 2048)):
        return True
    balance = 0
    for slash in _CLOSED_ELEMENTS.findall(body):
        balance += -1 if slash else 1
    return balance > 0
