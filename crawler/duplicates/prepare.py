"""A document as the index sees it: tokens without the site's template, title segments, digest and sample of shingles."""

import re
from dataclasses import dataclass

import numpy as np
import xxhash
from sqlalchemy import Connection

from crawler.duplicates import index
from crawler.duplicates.normalise import Hashes, Tokens, tokenise
from crawler.duplicates.relations import MINIMUM, Text
from crawler.duplicates.sketch import bottom, shingles
from crawler.duplicates.template import LEAST, Templates

LONGEST = 200_000  # characters of a text that are compared
_HEAD, _TAIL = 3, 6  # paragraphs at the start and end of an article that may be the site's template
_CREDITS, _OPENING = 30, 3  # tokens of a line of credits at most; tokens that it begins with
_TITLE = 3  # characters of a title that is looked up
_SEPARATORS = re.compile(r"[|_—–\n]+|\s+-+\s+|-(?=[^\d\sA-Za-z])|(?<=[^\d\sA-Za-z])-")
_SHIFT = np.uint64(64 - index.BITS)


@dataclass(frozen=True, slots=True)
class Document:
    """What the index needs of an article. `text` has one paragraph a line, after stripping."""

    article: str  # id of the article
    site: str
    url: str
    title: str
    text: str
    title_raw: str | None = None
    published: float | None = None  # epoch seconds


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready for comparing. Hashes are the 48-bit integers of the database."""

    document: Document
    body: Tokens  # without template
    titles: frozenset[str]  # segments of the title without those the site repeats
    digest: int
    sample: list[int]  # the smallest shingle hashes, ascending
    site: int
    repeatable: list[int]  # paragraphs of head and tail, the first line's opening, title segments

    @property
    def title_hashes(self) -> list[int]:
        """Its posting by title, if the title says enough."""
        return title_hashes(self.titles)

    @property
    def side(self) -> Text:
        """As one side of a comparison."""
        return Text(self.body, self.titles)


def prepare(connection: Connection, document: Document, templates: Templates) -> Prepared:
    """The document without what its site repeats."""
    title = _SEPARATORS.sub("\n", document.title)
    both = tokenise(f"{title}\n{document.text[:LONGEST]}")
    cut = int(np.flatnonzero(both.stream == ord("\n"))[title.count("\n")])
    segments = segments_of(both.stream[:cut].tobytes().decode("utf-32-le"))
    tokens = both.after(cut)
    site = hash_text(document.site)
    counts = templates.counts(connection, site)
    values = _short(tokens.paragraph_hashes())
    named = [hash_text(segment) for segment in segments]
    head = _opening_hash(tokens)
    template = {value for value in (*values, *named, *head) if counts.get(value, 0) >= LEAST}
    told = frozenset(segment for segment, value in zip(segments, named, strict=True) if value not in template)
    body = _without(tokens, values, head, template) if template else tokens
    ends = values if len(values) <= _HEAD + _TAIL else values[:_HEAD] + values[-_TAIL:]
    return Prepared(
        document=document,
        body=body,
        titles=told,
        digest=_digest(body, told),
        sample=sample_of(body),
        site=site,
        repeatable=list(dict.fromkeys((*ends, *named, *head))),
    )


def sample_of(body: Tokens) -> list[int]:
    """The smallest shingle hashes of a body, ascending."""
    hashes, _ = shingles(body)
    return _short(bottom(hashes, index.LOOKED_UP))


def segments_of(lines: str) -> list[str]:
    """Title segments in normal form, without any space."""
    return [segment for line in lines.split("\n") if (segment := line.replace(" ", ""))]


def hash_text(value: str) -> int:
    """48-bit hash of a short string, stable between processes."""
    return int(xxhash.xxh3_64_intdigest(value.encode("utf-8", "replace"))) >> 16


def title_hashes(titles: frozenset[str]) -> list[int]:
    """48-bit hash of the longest segment: equal titles make two articles candidates, no more."""
    longest = max(sorted(titles), key=len, default="")
    return [hash_text(longest)] if len(longest) >= _TITLE else []


def _short(hashes: Hashes) -> list[int]:
    values: list[int] = (hashes >> _SHIFT).tolist()
    return values


def _without(tokens: Tokens, values: list[int], head: list[int], template: set[int]) -> Tokens:
    keep = np.array([value not in template for value in values], np.bool_)
    plain = tokens.select(keep)
    if not head or head[0] not in template or not keep[0]:
        return plain
    keep[0] = False
    body = tokens.select(keep)
    return body if len(body) >= MINIMUM else plain  # a notice may be no more than its first line


def _opening_hash(tokens: Tokens) -> list[int]:
    """Of a short first line with a number in it: how it begins. A line of credits differs in date and name only."""
    if not len(tokens):
        return []
    last = int(tokens.bounds[1])
    plain = np.flatnonzero(~tokens.numbers[:last])
    if last > _CREDITS or len(plain) == last or len(plain) < _OPENING:
        return []
    return [hash_text(tokens.ids[plain[:_OPENING]].tobytes().hex())]


def _digest(body: Tokens, titles: frozenset[str]) -> int:
    """Hash of the whole normal form; a text that is too short to be told apart is hashed with its title."""
    state = xxhash.xxh3_64(body.ids.tobytes())
    if len(body) < MINIMUM:
        state.update("\n".join(sorted(titles)).encode())
    return int(state.intdigest()) >> 16
