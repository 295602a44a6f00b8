"""Hypothesis strategies for whole pages: broken markup, scripts, data inside attributes, in any charset."""

import json

from hypothesis import strategies as st

from tests.hostile.soup import LINES, MOST_BYTES, URLS, WORDS, joined, repeated

_TAGS = st.sampled_from(
    [
        "div",
        "p",
        "span",
        "a",
        "b",
        "strong",
        "em",
        "h1",
        "h2",
        "h3",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "td",
        "th",
        "tbody",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "nav",
        "aside",
        "br",
        "hr",
        "img",
        "pre",
        "code",
        "blockquote",
        "form",
        "select",
        "option",
        "textarea",
        "button",
        "input",
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "svg",
        "title",
        "meta",
        "link",
        "base",
        "font",
        "center",
        "figure",
        "figcaption",
        "time",
        "font:x",
        "x-card",
        "html",
        "body",
        "head",
        "frameset",
        "object",
        "math",
    ]
)
_WORDS = st.sampled_from(
    [
        "content",
        "article",
        "post",
        "entry",
        "title",
        "meta",
        "author",
        "source",
        "date",
        "time",
        "list",
        "item",
        "sidebar",
        "nav",
        "related",
        "recommend",
        "pager",
        "next",
        "prev",
        "ad",
        "adsbox",
        "hidden",
        "breadcrumb",
        "comment",
        "footer",
        "copyright",
        "category",
        "tag",
        "views",
        "excerpt",
        "share",
    ]
)
# Programs make names of many words and of long numbers.
_NAMES = st.one_of(
    _WORDS,
    st.builds(
        lambda first, rest, end: first + "".join(rest) + end,
        _WORDS,
        st.lists(st.one_of(_WORDS, st.sampled_from(["-", "_", "box", "placeholder", "17"])), max_size=60)
        | st.builds(
            lambda piece, times: [piece] * times, _WORDS | st.sampled_from(["1", "placeholder"]), st.integers(1, 60)
        ),
        st.sampled_from(["", "x", "-", "_x1"]),
    ),
)
_ATTRIBUTES = st.one_of(
    st.builds('{}="{}"'.format, st.sampled_from(["class", "id", "rel", "itemprop", "property", "name"]), _NAMES),
    st.builds(
        '{}="{}"'.format,
        st.sampled_from(["href", "src", "data-src", "content", "datetime", "value", "action"]),
        st.one_of(URLS, LINES),
    ),
    st.builds(
        'style="{}"'.format,
        st.sampled_from(["display:none", "font-size:0", "position:absolute;left:-9999px", "color:#fff"]),
    ),
    st.sampled_from(
        ["hidden", 'http-equiv="refresh"', 'type="application/ld+json"', "x=1", "'", '"', "=", "/", "<", "a=<b>"]
    ),
    repeated(st.sampled_from([" a", " a=1", " x='y'", "<b ", "/", '" '])),
)


@st.composite
def _open_tags(draw: st.DrawFn) -> str:
    attributes = " ".join(draw(st.lists(_ATTRIBUTES, max_size=3)))
    return f"<{draw(_TAGS)} {attributes}>" if attributes else f"<{draw(_TAGS)}>"


@st.composite
def _elements(draw: st.DrawFn) -> str:
    opened = draw(_open_tags())
    return f"{opened}{draw(st.one_of(WORDS, LINES))}</{opened[1:].split(' ')[0].rstrip('>')}>"


_LOOSE = st.one_of(
    _open_tags(),
    st.builds("</{}>".format, _TAGS),
    st.sampled_from(
        [
            "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE html>", "<?xml version='1.0'?>", "<", "</", "<a", "<div id=", "<script>", "</script>", "<noscript>",
            "<title>", "<meta charset=gbk>", '<meta name="author" content="', '<script type="application/ld+json">', '{"@type":"NewsArticle","headline":"',
            '[', '{"a":', '"datePublished":"2024-05-01",', '"author":[{"name":"', "}", "]", "&#", "&", "&amp",
        ]
    ),
)  # fmt: skip
_JSON_KEYS = st.sampled_from(
    [
        "@type",
        "@id",
        "@graph",
        "headline",
        "name",
        "title",
        "author",
        "creator",
        "publisher",
        "datePublished",
        "dateModified",
        "articleSection",
        "keywords",
        "itemListElement",
        "item",
        "articleBody",
        "image",
        "url",
        "position",
        "mainEntityOfPage",
    ]
)
_JSON = st.recursive(
    st.one_of(
        st.sampled_from(
            ["NewsArticle", "Person", "BreadcrumbList", "WebPage", "2024-05-01", None, True, 1e999, 10**30]
        ),
        LINES,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_JSON_KEYS, inner, max_size=6)),
    max_leaves=12,
).map(json.dumps)
_NESTED = st.builds(
    lambda key, deep: f'{{"@type":"NewsArticle","{key}":{"[" * deep}"x"{"]" * deep}}}', _JSON_KEYS, st.integers(1, 990)
)
_SCRIPTS = st.builds(
    '<script type="application/ld+json">{}</script>'.format,
    st.one_of(_JSON, _NESTED, _JSON.map(lambda text: f'{{"@type":"NewsArticle","author":{text},"headline":{text}}}')),
)
_ITEMS = st.builds('<li><a href="/a/{}.html">{}</a> <span>{}</span></li>'.format, st.integers(0, 99_999), WORDS, WORDS)
_RELATIONS = st.sampled_from(["next", "prev", "canonical", "alternate", "author"])
_LINKS = st.one_of(
    st.builds('<link rel="{}" href="{}">'.format, _RELATIONS, URLS),
    st.builds(
        '<a href="{}">{}</a>'.format, URLS, st.one_of(WORDS, st.sampled_from(["下一页", "上一篇：", "首页", ">"]))
    ),
    st.builds('<{}="{}">'.format, st.sampled_from(["base href", "img src", 'meta property="og:url" content']), URLS),
)
_PIECES = st.one_of(_elements(), _ITEMS, _SCRIPTS, _LINKS, _LOOSE, LINES)
_BODIES = joined(st.one_of(_PIECES, repeated(_PIECES), repeated(joined(_PIECES, 4))), 12)


@st.composite
def _pages(draw: st.DrawFn) -> str:
    """A page of a usual shape with soup in the places where the readers look."""
    holes = [draw(_BODIES) for _ in range(draw(st.integers(1, 3)))]
    head, line, rest = holes[0], draw(LINES), holes[-1]
    return (
        f'<html><head><title>{line}</title>{head if len(holes) > 1 else ""}</head><body><h1>{line}</h1><div class="meta">{draw(LINES)}</div>'
        f'<div class="content">{"<p>河湾镇的居民在雨后清理了街道，志愿者带来了热水。</p>" * 3}{rest}</div></body></html>'
    )[:MOST_BYTES]


PAGES = st.one_of(_pages(), _BODIES)
_CHARSETS = st.sampled_from(["utf-8", "gb18030", "big5", "utf-16", "shift_jis", "latin-1"])


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """A page as bytes: encoded, mislabelled, spoiled."""
    body = draw(PAGES).encode(draw(_CHARSETS), "replace")
    if draw(st.integers(0, 4)) == 0:
        at = draw(st.integers(0, len(body)))
        body = body[:at] + draw(st.binary(max_size=20)) + body[at:]
    return body
