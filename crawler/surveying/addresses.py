"""Shapes of URLs: regular expressions that a site's articles share and its listings do not."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from urllib.parse import urlsplit

LEAST = 2
_NUMBER = re.compile(r"\d+")
_EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp)$", re.IGNORECASE)


def shape_of(url: str) -> tuple[str, ...]:
    """The kind of each path segment: d2, d4 (digits of a date), d (other digits), x (mixed), w (words), with extension."""
    path = urlsplit(url).path
    kinds = []
    for segment in path.split("/")[1:]:
        extension = _EXTENSION.search(segment)
        stem = segment[: extension.start()] if extension else segment
        if not stem:
            kind = ""
        elif stem.isdigit():
            kind = f"d{len(stem)}" if len(stem) in (2, 4, 6, 8) else "d"
        else:
            kind = "x" if _NUMBER.search(stem) else "w"
        kinds.append(kind + (extension.group() if extension else ""))
    return tuple(kinds)


def url_patterns(wanted: Sequence[str], others: Sequence[str], least: int = LEAST) -> list[str]:
    """Regular expressions (for re.search over a whole URL) that match most of `wanted` and none of `others`."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for url in dict.fromkeys(wanted):
        groups[shape_of(url)].append(url)
    patterns: Counter[str] = Counter()
    for shape, urls in groups.items():
        if len(urls) < least:
            continue
        pattern = _pattern(shape, urls)
        if not any(re.search(pattern, url) for url in others):
            patterns[pattern] += len(urls)
    return [pattern for pattern, _ in patterns.most_common(6)]


def _pattern(shape: tuple[str, ...], urls: list[str]) -> str:
    columns = list(zip(*(urlsplit(url).path.split("/")[1:] for url in urls), strict=True))
    parts = []
    for kind, values in zip(shape, columns, strict=True):
        stem, dot, extension = kind.partition(".")
        tail = re.escape(dot + extension)
        if len(set(values)) == 1 and not stem.startswith("d"):
            parts.append(re.escape(values[0]))
        elif stem.startswith("d"):
            parts.append((r"\d+" if stem == "d" else rf"\d{{{stem[1:]}}}") + tail)
        elif stem == "x":
            parts.append(_mixed([value[: -len(dot + extension)] if dot else value for value in values]) + tail)
        else:
            parts.append("[^/]+" + tail)
    query = r"\?" if all(urlsplit(url).query for url in urls) else r"(?:[?#]|$)"
    return rf"^https?://[^/]+/{'/'.join(parts)}{query}"


def _mixed(values: Sequence[str]) -> str:
    """Segments of letters and digits: their common letters stay, digits become \\d+."""
    masked = {_NUMBER.sub("0", value) for value in values}
    if len(masked) == 1:
        return re.escape(masked.pop()).replace("0", r"\d+")
    return "[^/]+"
