"""What a page claims about its article in machine-readable form: JSON-LD, meta elements, microdata."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from lxml import etree

from crawler.reading.datepatterns import TABLE
from crawler.reading.page import MOST_CLAIMED, Page

_ARTICLE = re.compile(
    r"(?:Article|Posting|Report|Review|Recipe|BlogPost|NewsArticle|Story|Opinion|Analysis|Interview)$", re.IGNORECASE
)
_PAGE = frozenset({"webpage", "itempage", "creativework", "videoobject", "aboutpage", "qapage"})
_MOST_INNER = 20  # elements of a microdata author that are looked into
_MAX_OBJECTS = 60
_PUBLISHED = {name: place for place, name in enumerate(TABLE["meta"]["published"])}
_MODIFIED = {name: place for place, name in enumerate(TABLE["meta"]["modified"])}
_TITLE_META = ("og:title", "twitter:title", "articletitle", "headline", "title", "dc.title", "citation_title", "sailthru.title", "parsely-title", "dcterms.title")  # fmt: skip
_AUTHOR_META = ("author", "citation_author", "citation_authors", "article:author_name", "article:author", "og:article:author", "og:author", "parsely-author", "sailthru.author", "dc.creator", "cxenseparse:author", "byl", "dcterms.creator", "authors", "byline", "article.author")  # fmt: skip
_DATE_MARK = re.compile(r"itemprop=[\"']?date(?:Published|Modified)")
_PROPERTIES = etree.XPath('//*[@itemprop="author" or @itemprop="datePublished" or @itemprop="dateModified"]')
_LAST_FIRST = frozenset({"citation_author", "citation_authors", "dc.creator", "dcterms.creator"})
_SOURCE_META = (
    "contentsource",
    "source",
    "mediaid",
    "article:source",
    "copyfrom",
    "news_source",
    "og:source",
    "weibo: article:source",
)
_SECTION_META = ("article:section", "columnname", "og:category", "section", "articlesection")


@dataclass(slots=True)
class Claims:
    """Values as the page claims them, the most trusted first; none is checked against the visible page yet."""

    titles: list[str] = field(default_factory=list)
    authors: list[list[str]] = field(default_factory=list)  # one list per place that names authors
    organisations: list[str] = field(default_factory=list)  # authors that JSON-LD calls organisations
    source: str | None = None
    publisher: str | None = None
    section: str | None = None
    keywords: list[str] = field(default_factory=list)
    published: list[tuple[str, str]] = field(default_factory=list)  # where, raw
    modified: list[tuple[str, str]] = field(default_factory=list)


def read_claims(page: Page) -> Claims:
    """Collect the claims of a page. JSON-LD of an article comes before meta elements, these before microdata."""
    claims = Claims()
    objects = page.json_ld[:_MAX_OBJECTS]
    articles = [o for o in objects if _is_article(o)]
    for item in articles[:1] or [o for o in objects if _types(o) & _PAGE or "pubDate" in o][:1]:
        _from_json_ld(item, claims, bool(articles), {o.get("@id"): o for o in objects if isinstance(o.get("@id"), str)})
    _from_meta(page, claims)
    _from_microdata(page, claims)
    return claims


def _types(item: dict[str, Any]) -> set[str]:
    kind = item.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return {str(k).lower() for k in kinds if k}


def _is_article(item: dict[str, Any]) -> bool:
    return any(_ARTICLE.search(kind) for kind in _types(item))


def _from_json_ld(item: dict[str, Any], claims: Claims, article: bool, by_id: dict[Any, dict[str, Any]]) -> None:
    for key in ("headline", "name", "title") if article else ():
        if isinstance(item.get(key), str):
            claims.titles.append(clean(item[key]))
    for key in ("datePublished", "pubDate", "dateCreated", "uploadDate"):
        if isinstance(item.get(key), str) and (article or key in ("datePublished", "pubDate")):
            claims.published.append(("json-ld", item[key].strip()))
    for key in ("dateModified", "upDate"):
        if isinstance(item.get(key), str):
            claims.modified.append(("json-ld", item[key].strip()))
    if not article:
        return
    people: list[str] = []
    groups: list[str] = []
    for person in _flat(item.get("author") or item.get("creator")):
        if isinstance(person, dict) and "name" not in person:
            person = by_id.get(str(person.get("@id")), person)
        for name in _flat(person.get("name") if isinstance(person, dict) else person):
            if isinstance(name, str) and name.strip():
                organisation = isinstance(person, dict) and bool(
                    _types(person) & {"organization", "newsmediaorganization"}
                )
                (groups if organisation else people).append(clean(name))
    if people:
        claims.authors.append(people)
    claims.organisations = groups
    for publisher in _flat(item.get("publisher")):
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            claims.publisher = clean(publisher["name"])
    section = next((s for s in _flat(item.get("articleSection")) if isinstance(s, str)), None)
    claims.section = clean(section) if section else None
    claims.keywords = keywords(item.get("keywords"))


def _from_meta(page: Page, claims: Claims) -> None:
    meta = page.meta
    claims.titles += [clean(meta[key]) for key in _TITLE_META if key in meta]
    for name in _AUTHOR_META:
        value = meta.get(name)
        if value and name == "citation_author":
            several = [clean(m.get("content") or "") for m in page.root.iter("meta") if m.get("name") == name]
            claims.authors.append([_turned(author) for author in several if author])
            continue
        if value and not value.startswith("http"):
            claims.authors.append([_turned(clean(value)) if name in _LAST_FIRST else clean(value)])
    claims.source = next((clean(meta[key]) for key in _SOURCE_META if key in meta), None)
    claims.section = claims.section or next((clean(meta[key]) for key in _SECTION_META if key in meta), None)
    claims.keywords = claims.keywords or keywords(meta.get("keywords") or meta.get("news_keywords"))
    known = [(_PUBLISHED[key], key) for key in meta if key in _PUBLISHED]
    claims.published += [(f"meta:{key}", meta[key]) for _, key in sorted(known)]
    known = [(_MODIFIED[key], key) for key in meta if key in _MODIFIED]
    claims.modified += [(f"meta:{key}", meta[key]) for _, key in sorted(known)]


def _from_microdata(page: Page, claims: Claims) -> None:
    if "itemprop=" not in page.text:
        return
    has_author, has_date = 'itemprop="author"' in page.text, _DATE_MARK.search(page.text) is not None
    nodes: Any = _PROPERTIES(page.root) if has_author or has_date else []
    authors = [node for node in nodes if node.get("itemprop") == "author"]
    if has_author:
        claims.authors += [names for names in map(_named_within, authors[:5]) if names]
    for node in [node for node in nodes if node.get("itemprop") != "author"][:20] if has_date else ():
        value = node.get("content") or node.get("datetime") or node.get("title") or "".join(node.itertext())
        if value.strip() and not _in_comment(node):
            target = claims.published if node.get("itemprop") == "datePublished" else claims.modified
            target.append(("microdata", value.strip()[:80]))


def _named_within(node: Any) -> list[str]:
    """The name that a microdata author states in a property of its own."""
    if node.get("itemtype") is None or _in_comment(node):
        return []
    for inner in islice(node.iterdescendants(), _MOST_INNER):
        if inner.get("itemprop") == "name":
            name = clean(inner.get("content") or "".join(inner.itertext()))
            return [name] if 1 < len(name) <= 60 else []
    return []


def _in_comment(node: Any) -> bool:
    """Whether a microdata node belongs to a comment or a teaser rather than the article."""
    for above in node.iterancestors():
        kind = above.get("itemtype")
        if kind:
            return not _ARTICLE.search(kind)
    return False


def _flat(value: Any, depth: int = 3) -> Iterator[Any]:
    """The items of a list, and of lists in it; what is nested deeper is nothing that anybody writes."""
    if isinstance(value, list):
        for item in value if depth else ():
            yield from _flat(item, depth - 1)
    elif value:
        yield value


def _turned(name: str) -> str:
    """Brazil, Rachel -> Rachel Brazil, as catalogues write a single author."""
    last, comma, first = name.partition(",")
    return (
        f"{first.strip()} {last.strip()}" if comma and "," not in first and ";" not in name and first.strip() else name
    )


def keywords(value: Any) -> list[str]:
    """Keywords as a list, however they are written."""
    words: Iterable[str] = [w for w in _flat(value) if isinstance(w, str)]
    if isinstance(value, str):
        words = re.split(r"[,，;；、|]", value)
    return [w for w in dict.fromkeys(clean(w) for w in words) if w and len(w) <= 40]


def clean(text: str) -> str:
    """One line, entities resolved, of a sane length."""
    return " ".join(html.unescape(text[:MOST_CLAIMED]).split())
