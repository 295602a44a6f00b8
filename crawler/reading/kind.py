"""Article, listing or neither: what a page is, with a confidence."""

import math
import re
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.reading.body import Body
from crawler.reading.links import Links
from crawler.reading.listing import page_number
from crawler.reading.page import Page
from crawler.reading.reading import Kind

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
# e.g. /login, /about/, /404.html, /search
_OTHER_PATH = re.compile(
    r"/(?:login|signin|sign-in|register|signup|logout|about(?:-us)?|contact(?:-us)?|privacy(?:-policy)?|terms|404|500|error|search|links|friends|guestbook|sitemap|cart|account|user|profile|wp-login|feedback|help|faq)(?:\.\w{2,5})?/?$",
    re.IGNORECASE,
)
_ARTICLE_TYPES = re.compile(
    r"(?:News|Blog|Report|Tech|Scholarly|Satirical|Opinion|Review|AnalysisNews|Background)?\w*(?:Article|BlogPosting|LiveBlogPosting|DiscussionForumPosting)$"
)
_LISTING_TYPES = frozenset({"CollectionPage", "ItemList", "SearchResultsPage", "Blog"})
_NOT_FOUND = re.compile(
    r"\b404\b|not found|找不到|页面不存在|不存在|已(?:被)?删除|无法(?:访问|找到)|page missing|出错了", re.IGNORECASE
)
_LISTING_TITLE = re.compile(
    r"^(?:分类|标签|归档|存档|文章归档|栏目|专题|搜索|作者|categor(?:y|ies)|tags?|archives?|search results?|posts? tagged)\b[:：\s|-]*|第\s*\d+\s*页|\bpage \d+\b|[-_|]\s*(?:归档|标签|分类)|^(?:归档|标签|分类)",
    re.IGNORECASE,
)

_DATE = re.compile(
    r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{1,2}-\d{2}\b|\d{1,2}月\d{1,2}日|\d+ ?(?:分钟|小时|天|周)前|[A-Z][a-z]{2,8} \d{1,2}, \d{4}"
)


def judge_kind(page: Page, body: Body, links: Links, byline: Any) -> tuple[Kind, float]:
    """The page's kind and how sure it is (0.33 to 1): evidence for article and against it, summed and squashed."""
    path = unquote(urlsplit(page.url).path)
    text = sum(page.blocks[i].length for i in body.indices)
    title = page.title_raw or ""
    if _OTHER_PATH.search(path) or (len(title) < 60 and text < 150 and _NOT_FOUND.search(title)):
        return "other", 0.85
    score = _address(path, page.url) + _structure(page, text) + _declared(page) + _weights(page, body, links, text)
    if getattr(byline, "authors", None) or getattr(byline, "source", None):
        score += 0.5
    if _LISTING_TITLE.search(title):
        score -= 1.5
    if links.previous is not None or links.next is not None:
        score += 1.2
    probability = 1 / (1 + math.exp(-score))
    if probability >= 0.5:
        if text < 12 and len(links.listed) < 3:
            return "other", 0.7
        return "article", round(probability, 3)
    if not links.listed and text >= 20 and page.headline is not None:
        return "article", 0.5
    if not links.listed or (len(links.listed) < 2 and text < 60 and not _LISTING_PATH.search(path)):
        return "other", 0.6
    return "listing", round(1 - probability, 3)


def _address(path: str, url: str) -> float:
    if not url:
        return 0.0  # a page without an address, as from a file
    score = 0.0
    if _ARTICLE_QUERY.search(url):
        return 1.2
    if _ARTICLE_PATH.search(path):
        score += 1.2
    if _LISTING_PATH.search(path):
        score -= 2.5 if path.strip("/") in ("", "index.html", "index.htm") else 1.8
    if (number := page_number(url)) is not None and number > 1:
        score -= 0.7
    return score


def _structure(page: Page, text: float) -> float:
    score = 0.0
    if page.headline is not None:
        score += 0.8 if page.headline.tag == "h1" else 0.4
    articles = sum(node.tag == "article" and not node.hidden for node in page.nodes)
    if articles > 2:
        score -= 1.2
    score += min(text / 150, 2.0) - 0.6
    return score


def _declared(page: Page) -> float:
    score = 0.0
    kind = page.meta.get("og:type", "").lower()
    if kind.startswith("article") or page.meta.get("article:published_time"):
        score += 1.5
    elif kind in ("website", "blog"):
        score -= 0.7
    for item in page.json_ld:
        types = item.get("@type")
        for name in types if isinstance(types, list) else [types]:
            if isinstance(name, str) and _ARTICLE_TYPES.fullmatch(name):
                return score + 1.5
            if name in _LISTING_TYPES:
                score -= 0.8
    return score


def _dates(page: Page) -> int:
    """How many short lines hold a date: listings have one per entry."""
    return sum(len(block.text) < 80 and _DATE.search(block.text) is not None for block in page.blocks)


def _weights(page: Page, body: Body, links: Links, text: float) -> float:
    """Article text against the main list: what it weighs, and how much of the text stands inside its entries."""
    count = len(links.listed)
    listed = sum(len(link.text) for link in links.listed)
    score = 0.0
    if count >= 3:
        score -= min(listed / max(text * 1.6, 1.0), 3.0)
        if _dates(page) >= 0.6 * count:
            score -= 1.0
    inside = _inside_entries(page, body, links, text) if count >= 2 else 0.0
    score -= 4.0 * inside
    if body.indices:
        # a body that the block model is sure of outweighs the lists around it, unless it is their excerpts
        score += 6.0 * (body.confidence - 0.5) * (1 - inside)
        linked = sum(page.blocks[i].link_share * page.blocks[i].length for i in body.indices)
        score -= 2.0 * linked / max(text, 1.0)
    else:
        score -= 2.0
    longest = max((page.blocks[i].length for i in body.indices), default=0.0)
    return score + (0.8 if longest > 60 else 0.0)


def _inside_entries(page: Page, body: Body, links: Links, text: float) -> float:
    """The share of the text that is spread over the entries of the main list: excerpts, not an article."""
    if links.cards is None or not text:
        return 0.0
    indices = set(body.indices)
    sizes = [
        sum(page.blocks[i].length for i in range(start, stop) if i in indices)
        for start, stop in links.cards.spans(links.listed, 0, len(page.blocks))
    ]
    # One entry that holds it all is the column that the article stands in.
    spread = sum(sizes) - max(sizes)
    return min(spread / text * len(sizes) / (len(sizes) - 1), 1.0)
