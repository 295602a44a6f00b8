"""The short blocks around an article that can be credit lines, each read once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from crawler.reading.body import Body
from crawler.reading.creditlines import LONGEST, SLOTS, CreditLine, Value, read_line
from crawler.reading.names import people
from crawler.reading.page import Block, Page
from crawler.reading.titles import Title

_ABOVE = 3  # blocks above the headline
_ROWS = 12  # of a table above the headline
_BEFORE = 10  # blocks in front of the text when there is no headline
_MOST_HEAD = 25  # blocks between headline and text that are looked at
_INTO = 3  # first blocks of the text that may be credits themselves
_RUN, _LINE = 8, 40  # first blocks of the text looked at while they are short lines; characters of one
_BACK = 4  # last blocks of the text that may be
_JOINED = frozenset({"author", "source", "editor"})
_SHORT = 60
_SENTENCE = 10  # weighted length of a block of the text that is a sentence, not a line of facts
# What a credit line in the middle of the text begins with, where the model takes too much for text.
_STARTS = re.compile(
    r"[\s\[【（(]{0,3}(?:(?:(?:责任|責任|本版|值班|网络|新媒体)?编辑|責任編輯|责编|编辑|来源|來源|信息来源|稿源|作者|文[/｜丨|])\s?[:：/｜丨|]|(?:记者|通讯员|采写|撰文)\s?[/／｜丨])"
)
# Where other articles and readers' comments begin: nothing behind it is about this article.
_OTHERS = re.compile(
    r"[\s【\[]{0,2}(?:相关|推荐|热门|延伸|更多|最新|精彩|猜你|大家|网友|热点|为你|为您|最热|本周|点击排行|阅读排行)(?:阅读|文章|新闻|推荐|内容|资讯|视频|评论|喜欢|都在看|链接|排行榜?|专题|报道|点击)?[】\]\s:：>]{0,4}|相關(?:閱讀|文章|新聞)|Related(?: \w{1,12}){0,2}|Comments?|评论",
    re.IGNORECASE,
)
_OTHER_BOXES = re.compile(
    r"(?:^|[\s_-])(?:comments?(?:-?list|-?body|-?item)?|repl(?:y|ys|ies)|relate(?:s|d)?(?:-?posts?|-?list)?|recommend(?:ed|s)?|side-?bar|hot-?list|rank(?:ing)?)(?:$|\s)|(?:^|\s)(?:site-|page-|g-)?foot(?:er)?(?:$|\s)"
)
_BRACKETS = re.compile(
    r"[（(\[【][^（）()\[\]【】]{0,40}(?:编辑|責任編輯|责编|来源|來源|作者)\s?[:：][^（）()\[\]【】]{1,30}[）)\]】]\s?(?:返回.{0,12})?$"
)
_BEHIND = 14  # blocks behind the text

Where = Literal["above", "head", "inside", "end", "tail"]


@dataclass(slots=True)
class Place:
    """One short block near the article, read as a credit line.

    zone: above (the headline), head (between headline and text), inside (first lines of the text), end (its last
    lines), tail (behind it).
    """

    block: Block
    line: CreditLine
    zone: Where


def _of_others(page: Page, block: Block) -> bool:
    """Whether a block behind the text stands in a box of comments, other articles, or the site's own."""
    return any(_is_other_box(node.names) for node, _ in zip(page.ancestors(block.node), range(4), strict=False))


@lru_cache(maxsize=4096)
def _is_other_box(names: str) -> bool:
    return _OTHER_BOXES.search(names) is not None


def find_places(
    page: Page, body: Body | None, title: Title, now: datetime, zone: tzinfo | None, language: str
) -> list[Place]:
    """The places of a page in document order; hidden and long blocks are none."""
    places = list(_places(page, body, title, now, zone, language))
    for place, below in pairwise(places):
        _join_label(place, below)
    return places + _trailing(page, body, now, zone, language)


def _trailing(page: Page, body: Body | None, now: datetime, zone: tzinfo | None, language: str) -> list[Place]:
    """Credits in brackets behind the last sentence of a long paragraph: …完工。(责任编辑：张三). Read, never lifted."""
    found = []
    for index in body.indices[-3:] if body is not None else ():
        block = page.blocks[index]
        match = _BRACKETS.search(block.text[-90:]) if len(block.text) > _SHORT else None
        if match:
            line = read_line(match.group(), now, zone, language)
            line.rest = [block.text[:20]]
            found.append(Place(block, line, "end"))
    return found


def _join_label(place: Place, below: Place) -> None:
    """A label that is a block of its own takes the next block for its value: 作者 / 陈志强."""
    text = place.block.text
    word = text.strip(" 　:：")
    slot = SLOTS.get(word.replace(" ", "").lower())
    if slot == "editor" and not people(below.block.text, sure=True):
        return
    free = len(below.block.text) <= 40 and not below.line.values and not below.line.dates
    if slot in _JOINED and free and below.block.index == place.block.index + 1:
        place.line.rest.clear()
        place.line.values[:] = [Value(slot, below.block.text, word, 0, len(text), len(text))]
        below.line.rest.clear()


def _places(
    page: Page, body: Body | None, title: Title, now: datetime, zone: tzinfo | None, language: str
) -> Iterator[Place]:
    blocks = page.blocks
    indices = body.indices if body is not None else []
    top = title.block.index if title.block is not None else None
    if indices:
        first, last = indices[0], indices[-1]
    elif top is not None:
        first = last = top + 1
    else:
        return
    # The model may count the headline or an info bar as text: the text then begins behind the headline.
    first = max(first, top + 1) if top is not None and top - first <= 3 else first
    if top is None or top >= first:
        top = max(0, first - _BEFORE)
    text = set(indices)
    inside_end = min(max(first, top + 1) + _INTO, max(last, first) + 1)
    while inside_end < min(last + 1, first + _RUN, len(blocks)) and len(blocks[inside_end - 1].text) <= _LINE:
        inside_end += 1  # the facts of a document stand in short lines: From / Marine Office / Published / 10 May 2023
    prose = False
    start = max(0, top - _ABOVE)
    while start and top - start < _ROWS and blocks[start].tag == blocks[start - 1].tag == "tr":
        start -= 1  # the table of facts above an office's file
    for index in range(start, min(len(blocks), inside_end)):
        if index == top and title.block is not None:
            continue
        if top + _MOST_HEAD < index < first - 4:
            continue
        block = blocks[index]
        if title.subtitle_block is block:
            continue
        sentence = block.text[-1] in "。！？" and block.length > (_SENTENCE if index in text else 25)
        prose = prose or (index > top and (len(block.text) > LONGEST or sentence))
        if not block.hidden and len(block.text) <= LONGEST:
            where: Where = "above" if index < top else "inside" if prose else "head"
            yield Place(block, read_line(block.text, now, zone, language), where)
    end = max(inside_end, last - _BACK + 1)
    for index in range(inside_end, min(end, len(blocks))):
        block = blocks[index]
        if len(block.text) <= _SHORT and not block.hidden and _STARTS.match(block.text):
            yield Place(block, read_line(block.text, now, zone, language), "end")
    for index in range(end, min(len(blocks), last + 1 + _BEHIND)):
        block = blocks[index]
        if index > last and _OTHERS.fullmatch(block.text):
            return
        if index > last and _of_others(page, block):
            continue
        if not block.hidden and len(block.text) <= LONGEST:
            yield Place(block, read_line(block.text, now, zone, language), "end" if index <= last else "tail")
