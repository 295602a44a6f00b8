"""How often an article was read, liked and commented: 阅读 1.2万, 浏览：272, (0)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.reading.page import Block, Page
from crawler.reading.parts import parts_of
from crawler.reading.places import Place

_NUMBER = re.compile(r"(\d[\d,，]{0,11}(?:\.\d{1,2})?)\s{0,2}([万千百wWkKmM亿]?)")
_UNITS = {"": 1, "百": 100, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "m": 1_000_000, "亿": 100_000_000}
_BEHIND = re.compile(
    r"(?<![\d:：.,，-])(\d[\d,.]{0,9}\s?[万wWkK]?)\s?(?:(次)?(阅读|浏览|人气|点击|播放|views?\b)|(?:条|則|则)?(评论|留言|comments?\b|跟贴|跟帖|responses? to\b|thoughts? on\b|repl(?:y|ies) to\b)|(?:个|人)?(赞|点赞|喜欢|likes?\b))",
    re.IGNORECASE,
)
_LIKED = re.compile(
    r"^(?:点?赞|顶一?下?|喜欢|likes?)\s?[:：]?\s?[(（\[]\s?(\d[\d,.]{0,9}\s?[万wWkK]?)\s?[)）\]]$", re.IGNORECASE
)
_VIEW_NAMES = re.compile(r"\bviews?\b|read-?(?:num|count)|pv\b|hits?\b|yuedu|visit|\beye\b")
_LIKE_NAMES = re.compile(
    r"entry-action-num|like-?(?:num|count)|\bdigg?[-_]?num|zan-?num|post-like|count-like|btn-zan|(?:fa|icon|ico)-(?:heart|thumbs-up|zan|good)|\blikes?\b"
)
_COMMENT_NAMES = re.compile(r"comment-?(?:num|count)|\bcomments?(?:-link)?\b|\bcmts?\b|\bcomm\b")
_ONLY_NUMBER = re.compile(r"^[(（\[]?\s?\d[\d,]{0,9}(?:\.\d{1,2})?\s?[万wWkK]?\+?\s?[)）\]]?$")
# What heads the comments: 3 Replies to "...", 1 comment, 评论 (3), 共 5 条评论
_HEADS_COMMENTS = re.compile(
    r"^(?:(\d{1,6}|one|no) (?:comments?|repl(?:y|ies)|responses?|thoughts?)\b|(?:comments?|评论|留言|网友评论)\s?[(（]\s?(\d{1,6})\s?[)）]"
    r"|.{0,60}?(\d{1,6})\s?条(?:评论|留言|回复|跟帖))",
    re.IGNORECASE,
)
_COUNTS_COMMENTS = re.compile(r"^(?:共\s?)?(\d{1,6})\s?条(?:评论|留言|回复)(?!.{0,6}(?:之前|以上))")
_WORDS = {"one": 1, "no": 0}
_HEADINGS = frozenset({"h2", "h3", "h4", "h5"})
_BEHIND_TEXT = 60  # blocks behind the lines around the text


@dataclass(slots=True)
class Counters:
    """Whole numbers; None where the page shows none."""

    views: int | None = None
    likes: int | None = None
    comments: int | None = None


def number(text: str) -> int | None:
    """1.2万 -> 12000, 1.23K -> 1230, (0) -> 0; None when there is no number."""
    match = _NUMBER.search(text)
    if not match:
        return None
    try:
        return round(float(match[1].replace(",", "").replace("，", "")) * _UNITS[match[2].lower()])
    except (ValueError, KeyError):
        return None


def read_counters(page: Page, places: list[Place]) -> Counters:
    """The counters in the lines around the text: labelled, or in elements named after what they count."""
    found = Counters()
    # What stands above the headline may count the whole site: 随笔 - 88 评论 - 31.
    for place in sorted(places, key=lambda p: p.zone == "above"):
        for value in place.line.values:
            if value.slot in ("views", "likes", "comments") and value.text:
                _set(found, value.slot, number(value.text))
        text = place.block.text
        if any(map(str.isdigit, text)):
            for match in _BEHIND.finditer(text) if len(text) <= 60 else _phrases(place.block):
                slot = "views" if match[3] else "comments" if match[4] else "likes"
                _set(found, slot, number(match[1]))
            if liked := _LIKED.match(text):
                _set(found, "likes", number(liked[1]))
            several = _set_inner(found, place.block)
            if not several and _ONLY_NUMBER.match(text):
                _set_named(found, f"{page.nodes[place.block.node].names} {place.block.inline}", text)
            if len(place.block.element):
                _by_icons(place.block, found)
    if found.comments is None and places:
        last = max((place.block.index for place in places if place.zone not in ("above", "tail")), default=0)
        for block in page.blocks[last : last + _BEHIND_TEXT]:
            heads = None
            if not block.hidden and len(block.text) <= 120:
                form = _HEADS_COMMENTS if block.tag in _HEADINGS else _COUNTS_COMMENTS
                heads = form.match(block.text)
            if heads:
                words = next(w for w in heads.groups() if w)
                _set(found, "comments", _WORDS[words.lower()] if words.lower() in _WORDS else number(words))
                break
    return found


def _set_inner(found: Counters, block: Block) -> bool:
    """The counters in a line's elements; whether its digits are more than one number: <i class="view">325</i><i class="like">0</i>."""
    numbers = set()
    for inner in parts_of(block.element) if len(block.element) else ():
        names = inner.get("class")
        text = "".join(inner.itertext()).strip() if names else ""
        if liked := _LIKED.match(text):
            _set(found, "likes", number(liked[1]))
        elif names and _ONLY_NUMBER.match(text):
            numbers.add(text)
            if text != block.text:
                _set_named(found, names.lower(), text)
    return len(numbers - {block.text}) > 0


def _by_icons(block: Block, found: Counters) -> None:
    """Numbers behind icons: <i class="icon-eye"></i> 2.3K."""
    for icon in parts_of(block.element, "i", "svg"):
        text = (icon.tail or "").strip()
        if text and _ONLY_NUMBER.match(text) and not len(icon) and not (icon.text or "").strip():
            _set_named(found, (icon.get("class") or "").lower(), text)


def _phrases(block: Block) -> Iterator[re.Match[str]]:
    """Elements of a longer line that consist of a counter: Posted in … Tagged … <a>26 Comments</a>."""
    for inner in parts_of(block.element, "a", "span", "em"):
        match = _BEHIND.fullmatch("".join(inner.itertext()).strip()) if len(inner) == 0 else None
        if match:
            yield match


def _set_named(found: Counters, names: str, text: str) -> None:
    """A bare number in an element that is named after what it counts."""
    if _LIKE_NAMES.search(names):
        _set(found, "likes", number(text))
    elif _VIEW_NAMES.search(names):
        _set(found, "views", number(text))
    elif _COMMENT_NAMES.search(names):
        _set(found, "comments", number(text))


def _set(found: Counters, slot: str, value: int | None) -> None:
    if value is not None and getattr(found, slot) is None:
        setattr(found, slot, value)
