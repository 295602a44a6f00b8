"""Gold: what an article's page states, as a dict with the field names of the record."""

from typing import TYPE_CHECKING, Any

from tests.farm import dates
from tests.farm.articles import Article

if TYPE_CHECKING:
    from tests.farm.farm import Farm


def facts(farm: "Farm", article: Article) -> dict[str, Any]:
    """All facts of one article as served, with the lines of its content and what is injected beside it."""
    older, newer = farm.neighbours(article)
    return {
        "id": article.number,
        "url": farm.url(article),
        "host": article.host,
        "layout": article.section.layout,
        "needs_browser": False,
        "title": article.title,
        "subtitle": article.subtitle,
        "text": article.text,
        "authors": article.authors,
        "source": article.source,
        "source_url": article.source_url,
        "editor": article.editor,
        "column": article.column,
        "category": article.section.name,
        "tags": article.tags,
        "published_at": article.published.isoformat(),
        "modified_at": article.modified.isoformat() if article.modified else None,
        "views": article.views,
        "likes": article.likes,
        "comments": article.comments,
        "images": [image(farm, article, i) for i, line in enumerate(article.lines) if line.role == "image"],
        "previous": neighbour(farm, older),
        "next": neighbour(farm, newer),
        "related": [related(farm, other) for other in farm.related(article)],
        "lines": [[line.role, line.text] for line in article.lines],
        "repost_of": farm.url(farm.articles[article.repost_of]) if article.repost_of else None,
    }


def neighbour(farm: "Farm", article: Article | None) -> dict[str, Any] | None:
    if article is None:
        return None
    return {"url": farm.url(article), "title": article.title, "date_raw": dates.ago(article.published, farm.now)}


def related(farm: "Farm", article: Article) -> dict[str, Any]:
    return {
        "url": farm.url(article),
        "title": article.title,
        "excerpt": article.excerpt,
        "category": article.section.name,
        "date_raw": dates.ago(article.published, farm.now),
        "views": article.views,
    }


def image(farm: "Farm", article: Article, index: int) -> dict[str, Any]:
    line = article.lines[index]
    return {
        "url": f"{farm.bases[article.host]}/wp-content/uploads/{article.number}-{index}.jpg",
        "alt": line.alt,
        "caption": line.text or None,
    }
