"""Gold: what an article's page states, as a dict with the field names of the record."""

from typing import TYPE_CHECKING, Any

from tests.farm import dates
from tests.farm.articles import Article, Line

if TYPE_CHECKING:
    from tests.farm.farm import Farm

BROWSER_ONLY = {"vue", "react", "state"}  # the page itself is empty without a browser
FOUND_BY_BROWSER = BROWSER_ONLY | {"scroll", "more"}  # only a browser finds all links to it
DATED_RELATED = {"dede", "wordpress", "zblog", "phpcms"}  # layouts that show the day of related posts
ABSENT: dict[str, Any] = {"authors": [], "tags": [], "images": [], "related": []}  # a fact that is not shown


def facts(farm: "Farm", article: Article) -> dict[str, Any]:
    """All facts of one article as its page states them; what the layout does not show is None or empty.

    `lines` has every line of the content with its role; `adverts` what stands on the page and is no article;
    `injected` the brand and the slots it stands in.
    """
    from tests.farm.farm import layouts, site_data

    layout = article.section.layout
    shows = set(layouts()[layout]["shows"])
    older, newer = farm.neighbours(article)
    if layout == "hexo":  # it counts from the newest: its previous post is the newer one
        older, newer = newer, older
    values: dict[str, Any] = {
        "subtitle": article.subtitle,
        "authors": article.authors,
        "source": article.source,
        "source_url": farm.source_url(article),
        "editor": article.editor,
        "column": article.column,
        "category": article.section.name,
        "tags": article.tags,
        "published_at": published_at(article),
        "modified_at": article.modified.isoformat() if article.modified else None,
        "views": article.views,
        "likes": article.likes,
        "comments": article.comments,
        "images": [image(farm, article, line) for line in article.lines if line.role == "image"],
        "previous": neighbour(farm, older),
        "next": neighbour(farm, newer),
        "related": [related(farm, other, article.section.related) for other in farm.related(article)],
    }
    if layout == "wechat":  # the account that publishes stands where others name their source
        values["source"] = site_data()["names"]["wechat"]
    shown = {name: value if name in shows else ABSENT.get(name) for name, value in values.items()}
    url = farm.url(article)
    return {
        "id": article.number,
        "url": url,
        "page_urls": [url] + [f"{url}/{page}" for page in range(2, article.pages + 1)],
        "host": article.section.host,
        "section": article.section.slug,
        "layout": layout,
        "language": article.section.language,
        "needs_browser": layout in BROWSER_ONLY,
        "found_by_browser": layout in FOUND_BY_BROWSER,
        "title": article.title,
        "text": article.text,
        **shown,
        "lines": [[line.role, line.text] for line in article.lines],
        "adverts": [line.text for line in article.lines if line.role == "advert"],
        "injected": injected(farm, article),
        "repost_of": farm.url(farm.articles[article.repost_of]) if article.repost_of else None,
        "repost_kind": article.repost_kind,
        "revision": article.revision,
    }


def published_at(article: Article) -> str:
    """ISO 8601 at UTC+8, as exact as the page shows it."""
    if article.section.layout == "justnews" and article.date_style == "day":
        return article.published.date().isoformat()
    return article.published.isoformat()


def neighbour(farm: "Farm", article: Article | None) -> dict[str, Any] | None:
    if article is None:
        return None
    dated = article.section.layout == "justnews"
    return {
        "url": farm.url(article),
        "title": article.title,
        "date_raw": dates.ago(article.published, farm.now) if dated else None,
    }


def related(farm: "Farm", article: Article, style: str) -> dict[str, Any]:
    """One related post; only the style "loop" shows more than title and link (some layouts: the day)."""
    loop = style == "loop"
    day = article.published.date().isoformat() if article.section.layout in DATED_RELATED else None
    return {
        "url": farm.url(article),
        "title": article.title,
        "excerpt": article.excerpt if loop else None,
        "category": article.section.name if loop else None,
        "date_raw": dates.ago(article.published, farm.now) if loop else day,
        "views": article.views if loop else None,
    }


def image(farm: "Farm", article: Article, line: Line) -> dict[str, Any]:
    caption = line.text or None
    return {"url": image_url(farm, article, line), "alt": line.alt, "caption": caption}


def image_url(farm: "Farm", article: Article, line: Line) -> str:
    place = article.lines.index(line)
    return f"{farm.bases[article.section.host]}/wp-content/uploads/{article.number}-{place}.jpg"


def injected(farm: "Farm", article: Article) -> dict[str, Any] | None:
    """The brand on the article's page: where it stands and every string that carries it."""
    from tests.farm.farm import site_data

    brand = farm.brand(article.section.host)
    if not brand or article.section.layout != "justnews":
        return None
    return {
        "brand": brand,
        "slots": ["title_suffix", "disclaimer"],
        "strings": [f"-{brand}", f"{brand}的版权声明"],
        "hidden": [entry["label"] for entry in site_data()["hidden"]],
    }
