"""Authors of pages in other languages than Chinese: claims, bylines beside the headline, names behind the text."""

import re

from crawler.reading.authored import calls_author, named_author
from crawler.reading.names import PARTICLES, clean_name, has_han, is_organisation, people
from crawler.reading.page import Page, folded
from crawler.reading.parts import parts_of, words_in
from crawler.reading.places import Place
from crawler.reading.structured import Claims
from crawler.reading.titles import SEPARATOR

_ENGLISH = re.compile(
    r"^(?:(?:written |words |story |reported |posted |published )?by|von|par|por|di|door|av|af|autor(?:a|e|en)?:?|author:?|oleh|โดย|(?:penulis|reporter|text|tekst|συντάκτης|γράφτηκε από)(?=\s?:)\s?)[:\s]\s?(?P<names>[^\d|•·]{3,80}?)(?:\s(?:edited|photos?|images?|illustrations?) by\b.*|\s?[|•·,–—-]\s.*|\s?\d.*)?$",
    re.IGNORECASE,
)
# Published: May 10th, 2023 @ 4:05pm by Neil Haldane | Filed under ...
_BY_BESIDE_DATE = re.compile(
    r"\b(?:[Bb]y|[Vv]on|[Pp]ar|[Pp]or|[Dd]oor)\s(?P<names>[A-Z\u00c0-\u00de][^\d|•·,@]{3,60}?)(?=\s?[|•·–—]|\s-\s|\s(?:in|on|at|under|filed|with|posted)\b|\s(?:op|am|le|el|den)\s(?:\w{2,10}[.,]{0,2}\s)?\d|,|\s*\d|$)"
)
# What runs on behind a western name: Jane Doe on Friday, Jane DoeNovember 17, Jane Doe in Workshop, Jane Doe | The Paper
_AFTER_NAME = re.compile(
    r"(?:\s(?:on|in|at|for|with|via|from)\s.*|\s[|·•]\s.*|\s(?:Sponsored|USA TODAY)\b.*"
    r"|(?<=[a-z])(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"|\s(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?|\s(?:January|February|March|July|August|September|October|November|December)|\s(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)$"
)
_UNSPACED = re.compile("[\uac00-\ud7a3\u3040-\u30ff\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_NO_WESTERN_NAME = re.compile(
    r"\b(?:reviewed|checked|edited|updated|published|bio|follow|contact|read|share|content|image|photo|von|am|um)\b:?(?!\s[A-Z][a-z]+$)|^(?:by|[a-z]{2,3})$",
    re.IGNORECASE,
)
_MOST_TOGETHER = 6  # authors of one article


def western_authors(page: Page, claims: Claims, places: list[Place]) -> list[str]:
    """Authors of a page in another language: JSON-LD people, meta author, bylines beside the headline, rel=author.

    A claimed name that is a segment of <title> is the site's or its owner's: a byline of the page comes before it.
    """
    segments = {folded(s) for s in SEPARATOR.split(page.title_raw or "")}
    site: list[str] = []
    for group in claims.authors:
        names = [n for value in group for n in _western(value) if not _is_site(n, page, claims)]
        if names and segments.isdisjoint(map(folded, names)):
            return _with_others(list(dict.fromkeys(names)), places)
        site += names
    found: list[str] = []
    near = [p for p in places if p.zone not in ("end", "tail") and len(p.block.text) <= 90]
    for place in near:
        text = place.block.text
        match = _ENGLISH.match(text)
        if match is None and place.line.dates and place.zone != "inside" and text[-1] not in ".!?":
            match = _BY_BESIDE_DATE.search(text)  # prose says who signed a bill
        if match:
            found += _western(match["names"])
        elif named := named_author(place.block):
            found += [n for n in _western(named) if _is_full(n)]
        else:
            node = page.nodes[place.block.node]
            called = f"{node.names} {place.block.inline}"
            if calls_author(called) and len(text) <= 40:
                found += [n for n in _western(text) if _is_full(n)]
    if not found:
        found = [n for p in places if p.zone in ("end", "tail") for n in _signed(page, p)]
    found = [n for n in found if _reads_like_name(n) and not _is_site(n, page, claims)]
    shown = [n for n in site if any(folded(n) in folded(p.block.text) for p in near)]
    return list(dict.fromkeys(found or shown))[:8] or _rel_authors(page, claims)


def _with_others(claimed: list[str], places: list[Place]) -> list[str]:
    """The claimed names, or those of the byline that links the claimed one as its author and names more of them."""
    for place in places:
        if len(claimed) == 1 and place.zone in ("head", "above") and claimed[0] in place.block.text[:60]:
            links = [e for e in parts_of(place.block.element, "a") if "author" in (e.get("rel") or "")]
            names = list(dict.fromkeys(words_in(e) for e in links))
            if len(names) < 2 and (match := _ENGLISH.match(place.block.text)):
                names = list(dict.fromkeys(_western(match["names"])))
            if 1 < len(names) <= _MOST_TOGETHER and claimed[0] in names and all(map(_reads_full, names)):
                return names
    return claimed


def _signed(page: Page, place: Place) -> list[str]:
    """A name behind the text, in an element called after an author."""
    called = f"{page.nodes[place.block.node].names} {place.block.inline}"
    if len(place.block.text) > 40 or not calls_author(called):
        return []
    names = _western(place.block.text)
    return [n for n in names if " " in n and all(w[0].isupper() or w in PARTICLES for w in n.split())]


def _western(text: str) -> list[str]:
    """Names between commas; a part of one word is a degree or a given name and stays with what stands before it."""
    text = _AFTER_NAME.sub("", text).strip()
    if not _LATIN.search(text):
        return people(text)
    parts = [p.strip() for p in text.split(",")]
    joined = any(f" {word} " in parts[0] for word in ("and", "und", "et", "y", "&"))
    if len(parts) > 1 and any(" " not in p for p in parts):
        if joined:
            return people(parts[0])  # Anna Martel und Lea Wagner, Nairobi
        return [n for n in (clean_name(text),) if people(n.replace(",", "")) and not _NO_WESTERN_NAME.search(n)]
    return [n for n in people(text) if not _NO_WESTERN_NAME.search(n)]


def _is_full(name: str) -> bool:
    """Whether a name is more than a given name: two words, or written without blanks."""
    return " " in name or _UNSPACED.search(name) is not None


def _reads_full(name: str) -> bool:
    return " " in name and _reads_like_name(name)


def _rel_authors(page: Page, claims: Claims) -> list[str]:
    found: list[str] = []
    for link in page.root.iter("a"):
        if "author" in (link.get("rel") or "").split() or link.get("itemprop") == "author":
            text = words_in(link)
            if 3 <= len(text) <= 60:
                found += [n for n in people(text) if not _is_site(n, page, claims) and _reads_like_name(n)]
    return list(dict.fromkeys(found))[:6]


def _reads_like_name(name: str) -> bool:
    words = name.split()
    return (
        1 <= len(words) <= 5
        and not any(c.isdigit() for c in name)
        and (has_han(name) or words[0][:1].isupper() or not words[0][:1].isascii())
    )


def _is_site(name: str, page: Page, claims: Claims) -> bool:
    """Whether a claimed author is the site itself."""
    own = (page.meta.get("og:site_name"), claims.publisher, *claims.organisations)
    return is_organisation(name) or any(folded(name) == folded(o) for o in own if o)
