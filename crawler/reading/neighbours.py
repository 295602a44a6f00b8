"""The previous and the next article, as the page links them."""

import re
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from crawler.article import Neighbour
from crawler.reading.cards import MOST_KNOWN, clean_title
from crawler.reading.dates import ParsedDate, parse_date
from crawler.reading.outline import Link, Outline
from crawler.reading.parts import words_in

_WORDS = {
    "previous": r"(?:阅读)?上一?(?:篇|章|节|回|则|條|条|文)(?:文章|新闻|日志|博文)?|前一篇(?:文章)?|previous(?: (?:post|article|story|chapter|entry))?|prev(?:\.| post| article)?|older post|前の記事|이전 ?글|article précédent|vorheriger (?:beitrag|artikel)|(?:entrada|artículo) anterior",
    "next": r"(?:阅读)?下一?(?:篇|章|节|回|则|條|条|文)(?:文章|新闻|日志|博文)?|后一篇(?:文章)?|next(?: (?:post|article|story|chapter|entry))?|newer post|次の記事|다음 ?글|article suivant|nächster (?:beitrag|artikel)|(?:entrada|artículo) siguiente",
}
_EDGE = r"[\s:：<>«»‹›←→|【】\[\]（）()/\\.-]*"
_LABEL = {side: re.compile(rf"{_EDGE}(?:{words}){_EDGE}", re.IGNORECASE) for side, words in _WORDS.items()}
_LABELLED = {
    side: re.compile(rf"{_EDGE}(?:{words})\s*[:：\]】»›>-]+\s*", re.IGNORECASE) for side, words in _WORDS.items()
}
_HINT = re.compile(
    r"[上下前后][一]?[篇章节回则條条文]|prev|next|older|newer|記事|글|précédent|suivant|vorherig|nächst|anterior|siguiente"
)  # in lower case
# "Previous PostPrevious A title": a label for screen readers stands right before the one that is seen.
_BEFORE = {
    side: re.compile(rf"{_EDGE}(?:{words})(?:{words})?[\s:：»›>]+(?=\S)", re.IGNORECASE)
    for side, words in _WORDS.items()
}
_BEHIND = {
    side: re.compile(rf"(?:\s+[«‹<]?\s*(?:{words}){_EDGE}|(?<=\w)[上下]一篇)$", re.IGNORECASE)
    for side, words in _WORDS.items()
}
_LABEL_WORD = {side: re.compile(rf"{_EDGE}(?:{words}){_EDGE}", re.IGNORECASE) for side, words in _WORDS.items()}
_NAMES = {
    "previous": re.compile(
        r"(?:^|[\s_-])(?:nav-?previous|prev|previous|pre|entry-page-prev|post-prev|prev-?post|article-nav-prev|older|nav-?prev|post-nav-prev)(?:$|[\s_-])"
    ),
    "next": re.compile(
        r"(?:^|[\s_-])(?:nav-?next|next|entry-page-next|post-next|next-?post|article-nav-next|newer|post-nav-next)(?:$|[\s_-])"
    ),
}
_NAV_NAMES = re.compile(
    r"post-?nav|article-?nav|pagination-?(?:single|post)|nav-?links|post-?navigation|prev-?next|prevnext|navigation-?post|next-?prev|pagenavigation|post-near|neighbou?r|entry-page|entry-navigation|nav-single|paginav"
)
_RUN_ON = re.compile(r"[上下]一篇(?=\w{2})")  # <span>上一篇</span><span>渔网怎么补</span>
_PAGE_WORD = re.compile(rf"{_EDGE}(?:[上下]一[页頁]|(?:previous|prev|next)(?: page)?){_EDGE}", re.IGNORECASE)
_MARK = re.compile(r"(?:older|newer|previous|prev|next|earlier|later)(?: (?:post|article|story))?\W*", re.IGNORECASE)
_NONE = re.compile(r"没有了?|已是?(?:第一|最后)|none|无|暂无|返回", re.IGNORECASE)


class Neighbours:
    """`blocks`: indices of the blocks that link the two."""

    __slots__ = ("blocks", "next", "previous")

    def __init__(self) -> None:
        self.previous: Neighbour | None = None
        self.next: Neighbour | None = None
        self.blocks: set[int] = set()


def read_neighbours(outline: Outline, now: datetime, tz: tzinfo | None, after: int) -> Neighbours:
    """Previous and next article. after: index of the article's first block; navigation above it is the site's."""
    found = Neighbours()
    in_navigation: dict[int, bool] = {}  # container -> whether its names say that it links articles
    for index, link in enumerate(outline.links):
        block = link.block
        if len(block.text) > 200:
            continue
        side, title = _labelled(outline, index)
        if side is None and block.index >= after:
            if (inside := in_navigation.get(link.node)) is None:
                near = " ".join(node.names for node in outline.up(link.node, 3))
                inside = in_navigation[link.node] = _NAV_NAMES.search(near) is not None
            if inside:
                side, title = _named(outline, link)
                if side is not None and _PAGE_WORD.fullmatch(link.text):
                    title = _title_beside(outline, index)
        if side is None or not link.on_site:
            continue
        known: Neighbour | None = getattr(found, side)
        if known is None:
            setattr(found, side, _neighbour(outline, link, side, title, now, tz))
        if known is None or known.url == link.url:
            found.blocks.add(block.index)
    missing = [side for side in ("previous", "next") if getattr(found, side) is None]
    wordless = _wordless_links(outline) if missing else []
    for side in missing:
        setattr(found, side, _wordless(outline, wordless, side, now, tz))
    return found


def _wordless_links(outline: Outline) -> list[tuple[Any, str]]:
    """Links that begin with no word, in page order, with the class of their boxes in lower case."""
    found = []
    for element in outline.anchors:
        if (text := element.text) and not text.isspace():
            continue
        box = element.getparent()
        if box is not None and (names := box.get("class")):
            found.append((element, names.lower()))
    return found


def _wordless(
    outline: Outline, links: list[tuple[Any, str]], side: str, now: datetime, tz: tzinfo | None
) -> Neighbour | None:
    """A link without words, as themes print one for an article without a title; its box says which one it is."""
    for element, names in links:
        if not _NAMES[side].search(names) or not (href := element.get("href")):
            continue
        box = element.getparent()
        url = outline.page.absolute(href).partition("#")[0]
        if "".join(element.itertext()).strip() or not url.startswith("http") or not outline.on_site(url):
            continue
        words = " ".join(" ".join(box.itertext()).split())
        date = parse_date(_LABEL_WORD[side].sub("", words).strip(), now, tz) if len(words) <= 60 else None
        published = date.stated() if date else None
        return Neighbour(
            url=url, title=element.get("title") or None, date_raw=date.raw if date else None, published_at=published
        )
    return None


@lru_cache(maxsize=MOST_KNOWN)
def _hints(text: str) -> bool:
    """Whether a line may name a neighbour; the lines around links are the same on many pages of a site."""
    return _HINT.search(text.lower()) is not None


def _labelled(outline: Outline, index: int) -> tuple[str | None, str | None]:
    """Side and title by the words in the link, before it in its line, or in the line above it."""
    link = outline.links[index]
    text, block = link.text, link.block
    if not _hints(block.text) and not (block.index and _hints(outline.blocks[block.index - 1].text[:20])):
        return None, None
    for side in ("previous", "next"):
        if _LABEL[side].fullmatch(text):
            return side, _title_beside(outline, index)
        if match := _LABELLED[side].match(text):
            return side, text[match.end() :]
        before = block.text[: link.start]
        if before:
            # "上一篇：A  下一篇：B" in one line: what stands between this link and the one before it counts.
            start = max((a.end for a in block.anchors if a.end <= link.start), default=0)
            if _LABEL[side].fullmatch(block.text[start : link.start]):
                return side, text
        elif block.index and not link.start:
            above = outline.blocks[block.index - 1]
            if len(above.text) < 20 and not above.anchors and _LABEL[side].fullmatch(above.text):
                return side, text
    return None, None


def _title_beside(outline: Outline, index: int) -> str | None:
    """The other text of the same link, where a link wraps a label and a title."""
    link = outline.links[index]
    for other in outline.links[max(0, index - 2) : index + 3]:
        if other is not link and other.url == link.url and abs(other.block.index - link.block.index) <= 2:
            return other.text
    for element in link.block.element.iter("a"):
        if element.get("title") and "".join(element.itertext()).strip() == link.text:
            return str(element.get("title"))
    rest = link.block.text[link.end :].strip(" :：")
    return rest if link.start == 0 and 4 < len(rest) < 120 and len(link.block.anchors) == 1 else None


def _named(outline: Outline, link: Link) -> tuple[str | None, str | None]:
    """Side and title by the class of the link's container, in a navigation of articles."""
    near = [node.names for node in outline.up(link.node, 2)]
    for names in (f"{link.block.inline} {_own_names(link)}", *near):
        sides = [side for side in ("previous", "next") if _NAMES[side].search(names)]
        if len(sides) == 1:  # a box called prev-next holds both
            return sides[0], link.text
    return None, None


def _own_names(link: Link) -> str:
    for element in link.block.element.iter("a"):
        words = words_in(element)
        if words == link.text or (link.text in words and (element.get("href") or "").strip("./") in link.url):
            return _called(element)
    above = link.block.element.getparent()
    while above is not None and above.tag != "body":
        if above.tag == "a":
            return _called(above)
        above = above.getparent()
    return ""


def _called(element: Any) -> str:
    return " ".join(element.get(name) or "" for name in ("class", "id", "rel")).lower()


def _neighbour(
    outline: Outline, link: Link, side: str, title: str | None, now: datetime, tz: tzinfo | None
) -> Neighbour:
    title = _bare_title(_without_mark(link, title), side)
    date = _date_beside(outline, link, side, now, tz)
    if title and (_NONE.fullmatch(title) or (date is not None and title == date.raw)):
        title = None
    published = date.stated() if date else None
    return Neighbour(url=link.url, title=title, date_raw=date.raw if date else None, published_at=published)


def _without_mark(link: Link, title: str | None) -> str | None:
    """The title without a word for the side that runs into it from an element before it: <small>Older</small><b>A</b>."""
    for element in link.block.element.iter("a") if title == link.text else ():
        if len(element) > 1 and words_in(element) == title:
            mark = words_in(element[0])
            return title.removeprefix(mark).strip() if _MARK.fullmatch(mark) else title
    return title


def _bare_title(title: str | None, side: str) -> str | None:
    """A title without the label that themes put into the same link: "Previous Why ...", "标题 上一篇"."""
    if not title:
        return None
    title = clean_title(title)
    if any(pattern.fullmatch(title) for pattern in _LABEL.values()):
        return None
    if match := _BEFORE[side].match(title) or _RUN_ON.match(title):
        title = title[match.end() :]
    elif match := _BEHIND[side].search(title):
        title = title[: match.start()]
    return title.strip(" «‹<←»›>→") or None


def _date_beside(outline: Outline, link: Link, side: str, now: datetime, tz: tzinfo | None) -> ParsedDate | None:
    """The date in the lines of the link's own entry: behind the link, else right before it."""
    first = link.block.index
    lines = [link.block.text[link.end :]]
    for block in outline.blocks[first + 1 : first + 4]:
        if any(a.url.partition("#")[0] != link.url for a in block.anchors):
            break
        lines.append(block.text)
    if first >= 2 and not outline.blocks[first - 1].anchors and not outline.blocks[first - 2].anchors:
        lines.append(outline.blocks[first - 1].text)
    for line in lines:
        rest = (_LABEL_WORD[side].sub("", line) if _HINT.search(line.lower()) else line).strip()
        if rest and len(rest) <= 40 and (date := parse_date(rest, now, tz)) is not None:
            return date
    return None
