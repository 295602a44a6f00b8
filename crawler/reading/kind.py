"""Article, listing or neither: what a page is, with a confidence."""

import math
import re
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.reading.body import Body
from crawler.reading.cards import is_taxonomy
from crawler.reading.links import Links
from crawler.reading.listing import page_number
from crawler.reading.page import Page, folded
from crawler.reading.reading import Kind

# e.g. /thread-55-1-1.html, /forum.php?mod=viewthread&tid=8, /questions/107/hello, /topic/131-sum/
_THREAD = re.compile(
    r"/(?:threads?|topics?|questions?|viewtopic|showthread|showtopic|discussions?|t|p|status)[/-](?:[\w%-]+[/-])?\d{2,}|viewthread|viewtopic\.php\?|showthread\.php\?",
    re.IGNORECASE,
)
# e.g. /?p=12, /show.php?id=33, /s?__biz=a&mid=1
_ARTICLE_QUERY = re.compile(r"[?&](?:p|id|aid|tid|nid|articleid|newsid|contentid|mid)=\d+", re.IGNORECASE)
# What the path says. e.g. /2024/05/01/slug/, /a/20240501/123.html, /t20220211_2004629.html, /news/12345678
_ARTICLE_PATH = re.compile(
    r"/(?:19|20)\d{2}[/_-]?(?:0?[1-9]|1[0-2])(?:[/_-]?\d{1,2})?[/_-].+|\d{4,}(?:_\d+)?\.s?html?$|/[a-z]*\d{6,}/?$|/(?:article|post|story|detail|news|content|view|show|thread)s?[/_-].*\d{3,}|[-\w]{30,}/?$|(?:[a-z0-9]+-){4,}[a-z0-9]+",
    re.IGNORECASE,
)
# e.g. /, /index.html, /category/news/, /tags/x/, /archives/2022/04/, /page/3/, /list_12.html, /search?q=a
_LISTING_PATH = re.compile(
    r"^/?(?:index|default|home|main)?(?:\.\w{3,5})?$|/(?:categor(?:y|ies)|tags?|archives?|topics?|column|channel|author|list|lists|blog|news|articles|posts|page)(?:/|$)(?!.*\.\w*html)|/page/\d+/?$|/list[_-]?\d|/index[_-]\d+|/archives(?:/\d{4}(?:/\d{2})?)?(?:/page/\d+)?/?$|/category-|/(?:index)?_\d+\.html",
    re.IGNORECASE,
)
# Items below a name that lists have, too. e.g. /articles/86852, /news/dawn-boats-to-return, /topic/best-pipe-wrench/
_ITEM_PATH = re.compile(
    r"/(?:articles?|posts?|news|blog)/(?:\d{3,}|(?:[a-z0-9]+-){3,}[a-z0-9]+)/?$|/topic/(?:[a-z0-9]+-){2,}[a-z0-9]+/?$",
    re.IGNORECASE,
)
# e.g. /login, /about/, /404.html, /search
_OTHER_PATH = re.compile(
    r"/(?:login|signin|sign-in|register|signup|logout|about(?:-us)?|contact(?:-us)?|privacy(?:-policy)?|terms|404|500|error|search|links|friends|guestbook|sitemap|cart|account|user|profile|wp-login|feedback|help|faq)(?:\.\w{2,5})?/?$",
    re.IGNORECASE,
)
_ARTICLE_TYPES = re.compile(
    r"(?:News|Blog|Report|Tech|Scholarly|Satirical|Opinion|Review|AnalysisNews|Background)?\w*(?:Article|BlogPosting|LiveBlogPosting|DiscussionForumPosting|QAPage)$"
)
_LISTING_TYPES = frozenset({"CollectionPage", "ItemList", "SearchResultsPage", "Blog"})
_NOT_FOUND = re.compile(
    r"\b404\b|not found|找不到|页面不存在|不存在|已(?:被)?删除|无法(?:访问|找到)|page missing|出错了", re.IGNORECASE
)
_LISTING_TITLE = re.compile(
    r"^(?:分类|标签|归档|存档|文章归档|栏目|专题|搜索|作者|categor(?:y|ies)|tags?|archives?|search results?|posts? tagged)\b[:：\s|-]*|第\s*\d+\s*页|\bpage \d+\b|[-_|]\s*(?:归档|标签|分类)|^(?:归档|标签|分类)",
    re.IGNORECASE,
)

# Lists that are no articles whatever they show: /tag/x, /categories/news/city/, /author/lin
_ARCHIVE_PATH = re.compile(r"/(?:tags?|categor(?:y|ies)|author)/[^.]+$", re.IGNORECASE)
_ENTRY_HEADINGS = frozenset({"h2", "h3", "h4"})
_SHORTEST = 5  # characters of an entry's title

_DATE = re.compile(
    r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{1,2}-\d{2}\b|\d{1,2}月\d{1,2}日|\d+ ?(?:分钟|小时|天|周)前|[A-Z][a-z]{2,8} \d{1,2}, \d{4}"
)

_DIGIT = re.compile(r"\d")  # spares most lines the search for a date

# Logistic weights, fitted on hosts of all kinds around values set by hand; docs/measurements.md, "Reading: links and kind".
WEIGHTS = {
    "bias": -0.15,
    "article_path": 1.66,
    "thread_path": 2.28,
    "listing_path": -2.11,
    "front_page": -2.51,
    "later_page": -1.25,
    "og_article": 1.8,
    "og_website": -0.81,
    "ld_article": 1.31,
    "ld_listing": -0.71,
    "headline": 1.61,
    "many_articles": -1.02,
    "byline": 0.43,
    "listing_title": -1.9,
    "neighbour": 1.25,
    "text": 0.98,
    "long_block": 0.86,
    "no_text": -1.96,
    "linked_text": -1.93,
    "sure_of_text": 5.71,
    "list": -0.5,
    "dated_list": -0.95,
    "text_in_entries": -3.28,
    "linked_heading": -6.0,  # set by hand: a list of one entry
}


def judge_kind(page: Page, body: Body, links: Links, byline: Any) -> tuple[Kind, float]:
    """The page's kind and how sure it is (0.33 to 1): evidence for article and against it, weighed and squashed."""
    path = unquote(urlsplit(page.url).path)
    text = sum(page.blocks[i].length for i in body.indices)
    title = page.title_raw or ""
    if _OTHER_PATH.search(path) or (len(title) < 60 and text < 150 and _NOT_FOUND.search(title)):
        return "other", 0.85
    found = evidence(page, body, links, byline)
    score = WEIGHTS["bias"] + sum(WEIGHTS[name] * value for name, value in found.items())
    probability = 1 / (1 + math.exp(-score))
    if probability >= 0.5:
        if text < 12 and len(links.listed) < 3:
            return "other", 0.7
        return "article", round(probability, 3)
    if not links.listed and text >= 20 and page.headline is not None:
        return "article", 0.5
    if not links.listed or (len(links.listed) < 2 and text < 60 and not found["listing_path"]):
        return "other", 0.6
    return "listing", round(1 - probability, 3)


def evidence(page: Page, body: Body, links: Links, byline: Any) -> dict[str, float]:
    """What speaks for an article and for a listing; the names are those of WEIGHTS, the values 0 to 1 or 2."""
    text = sum(page.blocks[i].length for i in body.indices)
    longest = max((page.blocks[i].length for i in body.indices), default=0.0)
    linked = sum(page.blocks[i].link_share * page.blocks[i].length for i in body.indices)
    count = len(links.listed)
    listed = sum(len(link.text) for link in links.listed)
    inside = _inside_entries(page, body, links, text) if count >= 2 else 0.0
    headline = page.headline.tag if page.headline is not None else ""
    return {
        **_address(page.url),
        **_declared(page),
        "headline": 0.5 * bool(headline) + 0.5 * (headline == "h1"),
        "many_articles": float(sum(node.tag == "article" and not node.hidden for node in page.nodes) > 2),
        "byline": float(bool(byline.authors or byline.source)),
        "listing_title": float(_LISTING_TITLE.search(page.title_raw or "") is not None),
        "neighbour": float(links.previous is not None or links.next is not None),
        "text": min(text / 150, 2.0),
        "long_block": float(longest > 60),
        "no_text": float(not body.indices),
        "linked_text": linked / max(text, 1.0),
        "sure_of_text": (body.confidence - 0.5) * (1 - inside) if body.indices else 0.0,
        "list": min(listed / max(text * 1.6, 1.0), 3.0) if count >= 3 else 0.0,
        "dated_list": float(count >= 3 and _dates(page, 0.6 * count)),
        "text_in_entries": inside,
        "linked_heading": float(_opens_with_linked_heading(page, body)),
    }


def _opens_with_linked_heading(page: Page, body: Body) -> bool:
    """Whether what seems to be the body stands under a heading that leads elsewhere: an archive with a single entry."""
    if not body.indices:
        return False
    first = body.indices[0]
    title = folded(page.title_raw or "")
    own = urlsplit(page.url)
    archive = _ARCHIVE_PATH.search(unquote(own.path)) is not None
    for block in page.blocks[max(0, first - 4) : first + 1]:
        if (archive or block.tag in _ENTRY_HEADINGS) and block.link_share > 0.8 and block.anchors:
            name = folded(block.text)
            if name in title or len(name) < _SHORTEST or is_taxonomy(block.anchors[0].url):
                continue  # a thread heads every post with its subject or its writer; some themes set tags so
            target = urlsplit(block.anchors[0].url)
            if target.netloc == own.netloc and target.path.rstrip("/") not in (own.path.rstrip("/"), ""):
                return True
    return False


def _address(url: str) -> dict[str, float]:
    found = dict.fromkeys(("article_path", "thread_path", "listing_path", "front_page", "later_page"), 0.0)
    if not url:
        return found  # a page without an address, as from a file
    path = unquote(urlsplit(url).path)
    if _THREAD.search(url):
        found["thread_path"] = 1.0
    elif _ARTICLE_QUERY.search(url):
        found["article_path"] = 1.0
    else:
        found["article_path"] = float(_ARTICLE_PATH.search(path) is not None)
        found["front_page"] = float(path.strip("/") in ("", "index.html", "index.htm"))
        listed = _LISTING_PATH.search(path) is not None and _ITEM_PATH.search(path) is None
        found["listing_path"] = float(listed and not found["front_page"])
        found["later_page"] = float((page_number(url) or 1) > 1)
    return found


def _declared(page: Page) -> dict[str, float]:
    kind = page.meta.get("og:type", "").lower()
    article = kind.startswith("article") or "article:published_time" in page.meta
    types: set[str] = set()
    for item in page.json_ld:
        named = item.get("@type")
        types.update(name for name in (named if isinstance(named, list) else [named]) if isinstance(name, str))
    posting = any(_ARTICLE_TYPES.fullmatch(name) for name in types)
    return {
        "og_article": float(article),
        "og_website": float(not article and kind in ("website", "blog")),
        "ld_article": float(posting),
        "ld_listing": float(not posting and not types.isdisjoint(_LISTING_TYPES)),
    }


def _dates(page: Page, least: float) -> bool:
    """Whether so many short lines hold a date: listings have one per entry."""
    count = 0
    for block in page.blocks:
        text = block.text
        if len(text) < 80 and _DIGIT.search(text) and _DATE.search(text):
            count += 1
            if count >= least:
                return True
    return False


def _inside_entries(page: Page, body: Body, links: Links, text: float) -> float:
    """How much of the text stands inside entries of the main list: excerpts or whole posts, not one article."""
    if links.cards is None or not text:
        return 0.0
    indices = set(body.indices)
    inside = []
    with_prose = 0
    for start, stop in links.cards.spans(links.listed, 0, len(page.blocks)):
        inside.append(sum(page.blocks[i].length for i in range(start, stop) if i in indices))
        with_prose += any(b.length >= 12 and b.link_share < 0.5 and not b.hidden for b in page.blocks[start:stop])
    if sum(inside) >= 0.6 * text and with_prose >= max(2, len(inside) / 2):
        return 1.0
    # One entry that holds it all is the column that the article stands in.
    spread = sum(inside) - max(inside)
    return min(spread / text * len(inside) / (len(inside) - 1), 1.0)
