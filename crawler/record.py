"""From a reading to the item that enters the pipelines, and from the item to what others know it by."""

import hashlib
from datetime import UTC, datetime

from itemadapter import ItemAdapter
from scrapy.http import Response

from crawler.article import Article, Http, Via
from crawler.duplicates import Document
from crawler.reading.reading import Reading
from crawler.run import Run
from crawler.state import Lease
from crawler.urls import UrlError, canonical_url, host_of, url_key


def article_of(reading: Reading, address: str, response: Response, lease: Lease, run: Run) -> Article:
    """The article of a page, as read and before any pipeline. Its id hashes the canonical form of its address.

    A canonical link of the page is taken over only when it stays on the host and does not point to the front page: broken
    templates name the front page on every article.
    """
    own = canonical_url(address)
    return Article(
        id=url_key(own),
        site=run.site,
        url=address,
        canonical_url=_believable(reading.canonical_url, own) or own,
        title=reading.title or "",
        title_raw=reading.title_raw,
        subtitle=reading.subtitle,
        text=reading.text,
        authors=reading.authors,
        source=reading.source,
        source_url=reading.source_url,
        editor=reading.editor,
        column=reading.column,
        category=reading.category,
        tags=reading.tags,
        published_at=reading.published_at,
        published=reading.published,
        modified_at=reading.modified_at,
        language=reading.language,
        images=reading.images,
        views=reading.views,
        likes=reading.likes,
        comments=reading.comments,
        previous=reading.previous,
        next=reading.next,
        related=reading.related,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        run=run.id,
        via=Via.model_validate({"kind": lease.via_kind, "url": lease.via_url, "depth": lease.depth}),
        http=Http(
            status=response.status, etag=_header(response, "ETag"), last_modified=_header(response, "Last-Modified")
        ),
        reading=reading,
        lease=lease,
    )


def document_of(fields: ItemAdapter) -> Document:
    """What the index of duplicates needs of an article."""
    published = fields["published_at"]
    return Document(
        article=fields["id"],
        site=fields["site"],
        url=fields["url"],
        title=fields["title"],
        text=fields["text"],
        title_raw=fields["title_raw"],
        published=datetime.fromisoformat(published).timestamp() if published else None,
    )


def content_hash(article: Article) -> str:
    """What makes a revision: title, text, authors, source and dates. Counters and related lists change at every fetch."""
    parts = (
        article.title,
        article.subtitle or "",
        article.text,
        "\x1f".join(article.authors),
        article.source or "",
        article.published_at or "",
    )
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()


def _believable(claim: str | None, own: str) -> str | None:
    if claim is None:
        return None
    try:
        canonical = canonical_url(claim)
    except UrlError:
        return None
    if host_of(canonical) != host_of(own) or canonical.split("://", 1)[1].count("/") < 1:
        return None
    path = canonical.split("://", 1)[1].partition("/")[2]
    return canonical if path or canonical == own else None


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1")[:500] if value else None
