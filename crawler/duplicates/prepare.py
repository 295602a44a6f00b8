"""A document as the index sees it: tokens without the site's template, title segments, digest and sample of shingles."""

import re
from dataclasses import dataclass

import numpy as np
import xxhash
from sqlalchemy import Connection

from crawler.duplicates import index
from crawler.duplicates.normalise import Tokens, mix, tokenise
from crawler.duplicates.relations import MINIMUM, Text
from crawler.duplicates.sketch import bottom, shingles

LONGEST = 200_000  # characters of a text that are compared
_HEAD, _TAIL = 3, 6  # paragraphs at the start and end of an article that may be the site's template
_CREDITS, _OPENING = 30, 3  # tokens of a line of credits at most; tokens that it begins with
_TITLE = 3  # characters of a title that is looked up
_SEPARATORS = re.compile(r"\s*[|_—–]+\s*|\s+-+\s+|-(?=[^\d\sA-Za-z])|(?<=[^\d\sA-Za-z])-")
_SHIFT = np.uint64(64 - index.BITS)
_TITLE_SALT = 0x7469746C65


@dataclass(frozen=True, slots=True)
class Document:
    """What the index needs of an article. `text` has one paragraph a line, after stripping."""

    article: str  # id of the article
    site: str
    url: str
    title: str
    text: str
    title_raw: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready for comparing. Hashes are the 48-bit integers of the database."""

    document: Document
    body: Tokens  # without template
    titles: frozenset[str]  # segments of the title without those the site repeats
    digest: int
    sample: list[int]  # the smallest shingle hashes, ascending
    paragraphs: list[int]  # of head, tail and title, hashed with the site

    @property
    def title_hashes(self) -> list[int]:
        """Its posting by title, if the title says enough."""
        return title_hashes(self.titles)

    @property
    def side(self) -> Text:
        """As one side of a comparison."""
        return Text(self.body, self.titles)


def site_hashes(document: Document, tokens: Tokens, segments: list[str]) -> tuple[list[int], list[int]]:
    """48-bit hashes of (the paragraphs at head and tail, the title's segments), each hashed with the site."""
    salt = mix(np.array([hash_text(document.site)], np.uint64))[0]
    values = (mix(tokens.paragraph_hashes() ^ salt) >> _SHIFT).tolist() if len(tokens) else []
    titles = [(hash_text(f"{document.site}\n{segment}") ^ _TITLE_SALT) >> 16 for segment in segments]
    return values, titles


def _head_hash(document: Document, tokens: Tokens) -> list[int]:
    """Of a short first line with a number in it: how it begins. A line of credits differs in date and name only."""
    if not len(tokens):
        return []
    last = int(tokens.paragraphs[1]) if len(tokens.paragraphs) > 1 else len(tokens)
    plain = np.flatnonzero(~tokens.numbers[:last])[:_OPENING]
    if last > _CREDITS or len(plain) == last or len(plain) < 2:
        return []
    return [hash_text(f"{document.site}\n{tokens.ids[plain].tobytes().hex()}") >> 16]


def hash_text(value: str) -> int:
    """64-bit hash of a short string, stable between processes."""
    return int(xxhash.xxh3_64_intdigest(value.encode("utf-8", "replace")))


def title_segments(title: str) -> list[str]:
    """The parts of a title between separators (_ | — and a dash that stands free), in normal form."""
    return [normal for part in _SEPARATORS.split(title) if (normal := tokenise(part).text())]


def prepare(connection: Connection, document: Document) -> Prepared:
    """The document without what its site repeats. One statement."""
    tokens = tokenise(document.text[:LONGEST])
    segments = title_segments(document.title)
    values, titles = site_hashes(document, tokens, segments)
    head = _head_hash(document, tokens)
    ends = sorted({*range(min(_HEAD, len(values))), *range(max(0, len(values) - _TAIL), len(values))})
    counted = list(dict.fromkeys([values[i] for i in ends] + titles + head))
    seen = index.seen_paragraphs(connection, counted)
    template = {value for value, count in seen.items() if count >= index.TEMPLATE}
    body = tokens
    if template:
        keep = np.array([value not in template for value in values], np.bool_)
        credited = keep.copy()
        credited[: len(head)] &= not template.issuperset(head)
        body = tokens.select(credited)
        if len(body) < MINIMUM:
            body = tokens.select(keep)  # a notice may be no more than its first line
    told = frozenset(s for s, value in zip(segments, titles, strict=True) if value not in template)
    known = {value for value, count in seen.items() if count >= index.TEMPLATE_KNOWN}
    hashes, _ = shingles(body)
    return Prepared(
        document=document,
        body=body,
        titles=told,
        digest=_digest(body, told),
        sample=bottom(hashes >> _SHIFT, index.LOOKED_UP).tolist(),
        paragraphs=[value for value in counted if value not in known],
    )


def _digest(body: Tokens, titles: frozenset[str]) -> int:
    """Hash of the whole normal form; a text that is too short to be told apart is hashed with its title."""
    state = xxhash.xxh3_64(body.ids.tobytes())
    if len(body) < MINIMUM:
        state.update("\n".join(sorted(titles)).encode())
    return int(state.intdigest()) >> 16


def title_hashes(titles: frozenset[str]) -> list[int]:
    """48-bit hash of the longest segment: equal titles make two articles candidates, no more."""
    longest = max(sorted(titles), key=len, default="")
    return [hash_text(longest) >> 16] if len(longest) >= _TITLE else []


def sample_of(body: Tokens) -> list[int]:
    """The sample of a body that is known already."""
    hashes, _ = shingles(body)
    found: list[int] = bottom(hashes >> _SHIFT, index.LOOKED_UP).tolist()
    return found
