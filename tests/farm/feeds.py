"""What the farm offers beside its pages: robots.txt, sitemaps, feeds, tags, accounts, images, and plain pages."""

import gzip
import urllib.parse
from datetime import UTC
from email.utils import format_datetime
from html import escape

from tests.farm import heavy
from tests.farm.answer import Answer
from tests.farm.articles import Article
from tests.farm.render import Renderer

_SITEMAP_SIZE = 500
_GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def answer(renderer: Renderer, host: str, path: str, query: str) -> Answer | None:
    """The answer at `path`, if it is one of these."""
    if path == "/robots.txt":
        return _robots(renderer, host)
    if path in {"/sitemap.xml", "/sitemap_index.xml"}:
        return _sitemap_index(renderer, host)
    if path.startswith("/sitemap-posts-") and path.endswith(".xml.gz"):
        return _sitemap(renderer, host, path.removeprefix("/sitemap-posts-").removesuffix(".xml.gz"))
    if path in {"/feed/", "/feed"}:
        return _feed(renderer, host)
    if path.startswith("/tag/"):
        tag = path.removeprefix("/tag/").strip("/")
        return _list(renderer, host, tag, path, [a for a in renderer.farm.listing(host=host) if tag in a.tags])
    if path.startswith("/author/"):
        name = path.removeprefix("/author/").strip("/")
        return _list(renderer, host, name, path, [a for a in renderer.farm.listing(host=host) if name in a.authors])
    if path.startswith("/heavy/"):
        return heavy.answer(path)
    if path.endswith((".gif", ".png", ".jpg", ".ico")):
        return Answer(_GIF, content_type="image/gif")
    if path.startswith("/plus/count.php"):
        return Answer(b"document.write('128');", content_type="application/javascript")
    if path in {"/about", "/contact", "/private/"}:
        return _plain(renderer, host, path)
    return None


def _robots(renderer: Renderer, host: str) -> Answer:
    lines = ["User-agent: *", "Disallow: /private/", "Disallow: /wp-admin/", ""]
    lines += [f"Sitemap: {renderer.farm.bases[host]}/sitemap.xml", ""]
    return Answer("\n".join(lines).encode(), content_type="text/plain; charset=utf-8")


def _sitemap_index(renderer: Renderer, host: str) -> Answer:
    base, count = renderer.farm.bases[host], len(renderer.farm.listing(host=host))
    parts = [
        f"<sitemap><loc>{base}/sitemap-posts-{n + 1}.xml.gz</loc></sitemap>" for n in range(-(-count // _SITEMAP_SIZE))
    ]
    xml = f"{_HEAD}<sitemapindex {_NAMESPACE}>{''.join(parts)}</sitemapindex>"
    return Answer(xml.encode(), content_type="application/xml").stamped(xml, renderer.farm.now)


def _sitemap(renderer: Renderer, host: str, part: str) -> Answer | None:
    articles = renderer.farm.listing(host=host)
    start = (int(part) - 1) * _SITEMAP_SIZE if part.isdigit() else len(articles)
    chosen = articles[start : start + _SITEMAP_SIZE]
    if not chosen:
        return None
    rows = [
        f"<url><loc>{escape(renderer.farm.url(a))}</loc><lastmod>{(a.modified or a.published).isoformat()}</lastmod></url>"
        for a in chosen
    ]
    xml = f"{_HEAD}<urlset {_NAMESPACE}>{''.join(rows)}</urlset>"
    return Answer(gzip.compress(xml.encode(), mtime=0), content_type="application/gzip").stamped(xml, renderer.farm.now)


def _feed(renderer: Renderer, host: str) -> Answer:
    rows = [_feed_item(renderer, a) for a in renderer.farm.listing(host=host)[:20]]
    name = escape(renderer.frame(host, renderer.farm.layout(host))["site"]["name"])
    xml = (
        f'{_HEAD}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{name}</title>'
        f"<link>{renderer.farm.bases[host]}/</link><description>{name}</description>{''.join(rows)}</channel></rss>"
    )
    return Answer(xml.encode(), content_type="application/rss+xml; charset=UTF-8").stamped(xml, renderer.farm.now)


def _feed_item(renderer: Renderer, article: Article) -> str:
    authors = "".join(f"<dc:creator>{escape(name)}</dc:creator>" for name in article.authors)
    date = format_datetime(article.published.astimezone(UTC), usegmt=True)
    url = escape(renderer.farm.url(article))
    return (
        f"<item><title>{escape(article.title)}</title><link>{url}</link><guid>{url}</guid><pubDate>{date}</pubDate>{authors}"
        f"<category>{escape(article.section.name)}</category><description>{escape(article.excerpt)}</description></item>"
    )


def _list(renderer: Renderer, host: str, heading: str, path: str, articles: list[Article]) -> Answer:
    if not articles:
        return renderer.not_found(host)
    layout = renderer.farm.layout(host)
    path = urllib.parse.quote(path)
    shown = articles[: renderer.farm.options.page_size]  # tag pages show the newest only
    return renderer.listing(host, layout, heading, shown, 1, path, path)


def _plain(renderer: Renderer, host: str, path: str) -> Answer:
    """About, contact, and a page that robots.txt forbids."""
    from tests.farm.render import environment

    layout = renderer.farm.layout(host)
    html = environment().get_template("about.html").render(**renderer.frame(host, layout), path=path)
    return Answer(html.encode())
