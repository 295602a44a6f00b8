"""Cards: one entry of a list (a listing, related posts) with its title, excerpt, category, date and views."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import lru_cache
from itertools import islice

from crawler.article import Related
from crawler.reading.dates import ParsedDate, parse_date
from crawler.reading.outline import HEADINGS, Link, Outline
from crawler.reading.page import Block
from crawler.reading.parts import parts_of, words_in

# Texts of links that lead to an entry without naming it. Whole text, any case.
_LABELS = re.compile(
    r"(?:\W|\d|[年月日时分秒小天前周星期一二三四五六七]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)*"
    r"|(?:查看|阅读|点击|点此|展开|显示)?(?:更多|全文|原文|详情|详细|查看|阅读|评论|回复|收藏|下载|分享|举报|关注|点赞|进入|首页|登录|注册)(?:内容|全文|阅读|详情|正文|>+|»)*"
    r"|(?:continue |keep )?read(?:ing)?(?: more| the rest.*| full.*| article| on)?|more(?: info| details|\.\.\.|…)*|learn more|view(?: all| more| post| article)?|details?"
    r"|\d*\s*(?:comments?|条?评论|跟贴|跟帖|回复|赞|likes?|replies|次阅读|阅读|浏览|views?)\s*[(（]?\d*[)）]?"
    r"|(?:reply|share|like|follow|subscribe|log ?in|sign ?(?:in|up)|register|home|next|previous|prev|older|newer|permalink|edit|print)"
    r"|全部|换一换|换一批|加载更多|下一页|上一页|尾页|末页|首页|[«»‹›<>→←]+|置顶|推荐|热门|广告|赞助|rss",
    re.IGNORECASE,
)
# Addresses of things that are no articles: e.g. /tag/x/, /author/joe/, /search?q=a, /archives/2024/05
_TAXONOMY = re.compile(
    r"/(?:tags?|topics?|keywords?|label|archives?(?:/\d{4}(?:/\d{1,2})?)?/?$|authors?|users?|u|space(?:-uid-\d+)?|member|profile|people|search|query|login|register|signin|signup|feed|rss|about|contact|privacy|terms|page)(?:/|$|\.|\?)|[?&](?:tag|keywords?|words?|wd)=|[?&]mod=(?:space|redirect)\b|#comment|/comments?(?:/|$)",
    re.IGNORECASE,
)
_CATEGORY_URL = re.compile(
    r"/(?:categor(?:y|ies)|cat|column|channel|sort|class|list|lanmu|topics?)(?:/|[-_]|$)|[?&]mod=forumdisplay\b|[?&]typeid="
)
_CATEGORY_NAME = re.compile(
    r"(?:^|[\s_-])(?:cat|category|categories|categor\w+|cate|cats|column|channel|sort)(?:$|[\s_-])"
)
_LEADING = re.compile(
    r"^(?:[·•●■◆▪▶►★☆※\-–—>»|\s]+|\[?(?:置顶|推荐|热门|头条|原创|图文|组图|视频)\]\s*|(?:置顶|Sticky)\s+)+|^【置顶】"
)
_NUMBER = r"(\d[\d,]*(?:\.\d+)?)\s*([kKwW万千]?)\+?"
_VIEWS = re.compile(
    rf"(?:阅读量?|浏览量?|点击量?|围观|热度|查看|人气|观看|views?|reads?|hits?)(?:次数|数)?\s*[:：(（\s]?\s*{_NUMBER}"
    rf"|(?<![:\d.]){_NUMBER}\s*(?:次|人)?(?:阅读|浏览|点击|围观|热度|查看|观看|views?\b|reads?\b|hits?\b)(?!\s*[:：])",
    re.IGNORECASE,
)
_EXCERPT_NAME = re.compile(r"excerpt|summary|\bdesc|intro|\bnote\b|abstract|teaser|zhaiyao|card-text|digest")
_SENTENCE_END = re.compile(r"[。！？!?…][”」』\"]?$|\w[.]$")
_CUT = re.compile(r"(?:\.{2,6}|…+)$")
_WEEKDAY = re.compile(r"[\s,，(（\[]*(?:星期|周|週)[一二三四五六日天][)）\]]?")
_CLOCK = re.compile(r"\W*([01]?\d|2[0-3]):([0-5]\d)\W*")
_VIEWS_NAME = re.compile(r"(?:^|[\s_-])(?:views?|pv|hits?|eye|reads?|post-views|click)(?:$|[\s_-])")
_BARE_NUMBER = re.compile(rf"\W*{_NUMBER}\W*")
_FACTORS = {"k": 1_000, "千": 1_000, "w": 10_000, "万": 10_000, "": 1}
_UPDATED_NAME = re.compile(r"updat|modif|history|edited")
_URL_DATE = re.compile(r"((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_YEAR_HEADING = re.compile(r"\W*((?:19|20)\d\d)\s*年?\W*|\w+月?\s+((?:19|20)\d\d)")  # "2022", "2022年", "四月 2022"
_SENTENCE = re.compile(r"[。！？!?…]|[.] [A-Z]")
MOST_KNOWN = 16_384  # the pages of a host share most of their links
MOST_ANCHORS = 60  # of one block that are looked at for a category: a block of more is no card
MOST_EXCERPT = 300  # characters; some themes list whole articles
_DATE_HINT = re.compile(r"\d|前|昨|今天|刚刚|ago|yesterday|today|hier|gestern|ayer", re.IGNORECASE)


@lru_cache(maxsize=MOST_KNOWN)
def is_label(text: str) -> bool:
    """True for link texts like "阅读全文", "12 comments", "2024-05-01", "»": they name no article."""
    return len(text) < 40 and _LABELS.fullmatch(text) is not None


@lru_cache(maxsize=MOST_KNOWN)
def is_taxonomy(url: str) -> bool:
    """True for addresses of tags, authors, searches and the like."""
    return _TAXONOMY.search(_path(url)) is not None


@lru_cache(maxsize=MOST_KNOWN)
def is_category(url: str) -> bool:
    """True for addresses of categories and columns."""
    return _CATEGORY_URL.search(_path(url).lower()) is not None


@lru_cache(maxsize=MOST_KNOWN)
def is_home(url: str) -> bool:
    """True for the address of a site's front page."""
    return _path(url) == "/"


def _path(url: str) -> str:
    """Path and query, with a leading slash; also of relative links, as pages without an address have them."""
    if url.startswith("http"):
        return "/" + (url.split("/", 3)[3] if url.count("/") > 2 else "")
    return "/" + url.lstrip("/")


def number(digits: str, unit: str) -> int:
    """A counter's value: ("1.23", "K") -> 1230."""
    return round(float(digits.replace(",", "")) * _FACTORS[unit.lower()])


def views(text: str) -> int | None:
    """The view count that a short text states."""
    match = _VIEWS.search(text)
    if match is None:
        return None
    digits, unit = (match[1], match[2]) if match[1] else (match[3], match[4])
    return number(digits, unit or "")


def clean_title(text: str) -> str:
    """A link's text without bullets and "sticky" marks."""
    return _LEADING.sub("", text).strip()


class CardReader:
    """Reads cards of one page. `now` and `tz` settle relative dates."""

    def __init__(self, outline: Outline, now: datetime, tz: tzinfo | None) -> None:
        self.outline = outline
        self.now = now
        self.tz = tz
        self.year: int | None = None  # of the year heading last passed
        self.day: datetime | None = None  # of the day heading last passed
        self._days: str | None = None  # signature of the headings of days
        self._inexact = False  # the date of the card is counted back from now, or lacks its year
        self._behind = 0  # blocks of the entry before that stood behind its container
        self._targets: dict[int, frozenset[str]] = {}  # block index -> where its links lead

    def cards(self, links: Sequence[Link], first: int, last: int) -> list[Related]:
        """One card per link; the region of a card ends where the next one begins, `last` (exclusive) at the latest."""
        found = []
        passed = first
        self.year, self.day = None, None
        self._days = self._day_headings(links[0], first) if links else None
        for link, (start, stop) in zip(links, self.spans(links, first, last), strict=True):
            for block in self.outline.blocks[passed:start]:
                if len(block.text) < 12 and (year := _YEAR_HEADING.fullmatch(block.text)):
                    self.year = int(year[1] or year[2])
                elif self._days and self.outline.signature(block.node) == self._days:
                    self.day = self._day(block) or self.day
            passed = max(passed, stop)
            found.append(self.card(link, start, stop))
        return found

    def _day_headings(self, link: Link, first: int) -> str | None:
        """The signature of the lines that date the entries below them: 2023年05月10日 星期三, in front of the first entry."""
        start = max(first, link.block.index - 4)
        dated = [b for b in self.outline.blocks[start : link.block.index] if not b.anchors and self._day(b)]
        inside = dated and self.outline.nodes[dated[-1].node].parent == self.outline.nodes[link.node].parent
        return self.outline.signature(dated[-1].node) if dated and not inside else None

    def _day(self, block: Block) -> datetime | None:
        """The day that a line consists of."""
        date = parse_date(block.text, self.now, self.tz) if 5 <= len(block.text) <= 24 else None
        if date is None or date.precision != "day" or date.form == "yearless":
            return None
        rest = _WEEKDAY.sub("", block.text[: date.start] + block.text[date.end :]).strip(" 　·|")
        return date.at if not rest else None

    def spans(self, links: Sequence[Link], first: int, last: int) -> list[tuple[int, int]]:
        """Block ranges of the entries, from where their nearest common containers part."""
        outline = self.outline
        found = []
        self._behind = 0
        for at, link in enumerate(links):
            commons = [
                outline.common(link.node, other.node)
                for other in (links[max(0, at - 1)], links[min(len(links) - 1, at + 1)])
                if other is not link
            ]
            common = max(commons, key=lambda n: outline.nodes[n].depth) if commons else -1
            if common < 0:
                # A single entry: up to the container that still names an entry, two steps at most.
                top = link.node
                for _ in range(2):
                    parent = outline.nodes[top].parent
                    if parent > 0 and outline.nodes[parent].first >= first and outline.nodes[parent].last <= last:
                        top = parent
                found.append((outline.nodes[top].first, outline.nodes[top].last))
                continue
            own = outline.below(link.node, common)
            if own == common:  # entries divided by <br> only
                stop = links[at + 1].block.index if at + 1 < len(links) else link.block.index + 1
                found.append((link.block.index, max(stop, link.block.index + 1)))
                continue
            found.append(self._grown(links, at, outline.nodes[own].first, outline.nodes[own].last, last))
        return found

    def _grown(self, links: Sequence[Link], at: int, start: int, stop: int, last: int) -> tuple[int, int]:
        """The span with what belongs to it outside its container: lines of the same link, definitions, table rows."""
        blocks, url = self.outline.blocks, links[at].url
        before = links[at - 1].block.index if at else -1
        while start - 1 > before and self._leads_to(blocks[start - 1], url):
            start -= 1
        if at + 1 == len(links):
            return start, min(stop + self._behind, last)
        following = links[at + 1]
        node_end = stop
        common = self.outline.common(links[at].node, following.node)
        after = self.outline.nodes[self.outline.below(following.node, common)].first
        for index in range(stop, min(after, stop + 4, last)):
            block = blocks[index]
            if block.tag in HEADINGS or self._leads_to(block, following.url):
                break
            if self._days and self.outline.signature(block.node) == self._days:
                break
            stop = index + 1
        self._behind = stop - node_end
        return start, stop

    def card(self, link: Link, start: int, stop: int) -> Related:
        """The facts of one entry from its blocks."""
        blocks = [b for b in self.outline.blocks[start:stop] if not b.hidden][:40]
        title_block, title = self._title(link, blocks)
        card = Related(url=link.url, title=self._whole_title(title_block, title, link.url) or None)
        self._inexact = False
        for block in blocks:
            text = block.text
            if block is title_block:
                self._side_facts(block, title, card)
            elif self._is_excerpt(block) and self._is_prose(block, link.url) and not self._is_date_line(block):
                if card.excerpt is None and text != title:
                    card.excerpt = text if len(text) <= MOST_EXCERPT else text[:MOST_EXCERPT] + "…"
            elif len(text) <= 120:
                self._small_facts(block, card)
        if card.published_at is None or self._inexact:
            card.published_at = self._in_time_element(blocks) or card.published_at or self._on_day(blocks)
        return card

    def _is_excerpt(self, block: Block) -> bool:
        """Long enough, or short and a sentence, or called an excerpt."""
        if block.length >= 12:
            return True
        names = f"{self.outline.nodes[block.node].names} {block.inline}"
        ends = _SENTENCE_END.search(block.text) is not None
        return block.length >= 5 and not block.anchors and (ends or _EXCERPT_NAME.search(names) is not None)

    def _in_time_element(self, blocks: list[Block]) -> str | None:
        """What a <time> element of the card states: exact where "2 days ago" is shown."""
        for block in blocks:
            for element in islice(block.element.iter("time"), 2):
                shown = words_in(element)
                date = parse_date(element.get("datetime") or "", self.now, self.tz) if shown in block.text else None
                if date is not None and date.form == "absolute":
                    return self._stated(date, "")
        return None

    def _on_day(self, blocks: list[Block]) -> str | None:
        """The day heading above, with the clock that the entry shows."""
        if self.day is None:
            return None
        for block in blocks:
            clock = (
                _CLOCK.match(block.text) if not block.anchors else _CLOCK.match(block.text[: block.anchors[0].start])
            )
            if clock:
                return self.day.replace(hour=int(clock[1]), minute=int(clock[2])).isoformat()
        return self.day.date().isoformat()

    @staticmethod
    def _whole_title(block: Block, title: str, url: str) -> str:
        """The title that a link cut short carries whole in its attribute."""
        cut = _CUT.sub("", title).strip()
        if cut == title or not cut:
            return title
        for element in islice(block.element.iter("a"), MOST_ANCHORS):
            whole = " ".join((element.get("title") or "").split())
            if len(cut) < len(whole) <= 200 and whole.startswith(cut) and (element.get("href") or "")[-12:] in url:
                return whole
        return title

    def _is_date_line(self, block: Block) -> bool:
        """A short line that begins with a date, or holds nothing but facts: "2022-03-31 发表 项斯 阅读 12"."""
        if len(block.text) > 120 or _SENTENCE.search(block.text):
            return False
        date = parse_date(block.text, self.now, self.tz) if _DATE_HINT.search(block.text) else None
        return (date is not None and (date.start < 12 or block.length < 25)) or views(block.text) is not None

    def _title(self, link: Link, blocks: list[Block]) -> tuple[Block, str]:
        own = link.block
        same = [b for b in blocks if self._leads_to(b, link.url)]
        if len(same) > 1 and own.link_share > 0.95:
            # The whole card is one link: its heading names it, else the first line that is no label.
            for block in same:
                if block.tag in HEADINGS or "title" in self.outline.nodes[block.node].names or "title" in block.inline:
                    return block, clean_title(self._anchor_text(block, link.url))
            for block in same:
                if (
                    block.length <= 60
                    and not is_label(block.text)
                    and parse_date(block.text, self.now, self.tz) is None
                ):
                    return block, clean_title(self._anchor_text(block, link.url))
        return own, clean_title(link.text)

    @staticmethod
    def _anchor_text(block: Block, url: str) -> str:
        for anchor in block.anchors:
            if anchor.url.partition("#")[0] == url:
                return block.text[anchor.start : anchor.end].strip()
        return block.text

    def _is_prose(self, block: Block, url: str) -> bool:
        return block.link_share < 0.5 or self._leads_to(block, url)

    def _leads_to(self, block: Block, url: str) -> bool:
        """Whether the block has a link to the URL; its fragment makes no difference."""
        targets = self._targets.get(block.index)
        if targets is None:
            targets = self._targets[block.index] = frozenset(a.url.partition("#")[0] for a in block.anchors)
        return url in targets

    def _side_facts(self, block: Block, title: str, card: Related) -> None:
        """What stands beside the title in its own line: "[科技] 标题 2024-05-01"."""
        if len(block.text) <= len(title) + 100:  # lines of more hold too much to be facts
            rest = block.text.replace(title, " ", 1).strip()
            if rest and len(rest) <= 80:
                self._facts(rest, card)
        for anchor in block.anchors[:MOST_ANCHORS]:
            if anchor.url != card.url and is_category(anchor.url) and card.category is None:
                card.category = block.text[anchor.start : anchor.end].strip(" []【】|·") or None

    def _small_facts(self, block: Block, card: Related) -> None:
        names = f"{self.outline.nodes[block.node].names} {block.inline}"
        if not _UPDATED_NAME.search(names) and not block.text.startswith(("更新", "修改", "Updated", "Modified")):
            self._facts(block.text, card)
        if len(block.element) > 1 and (card.published_at is None or card.views is None):
            self._facts_of_pieces(block, card)
        if card.views is None and _VIEWS_NAME.search(names) and (match := _BARE_NUMBER.fullmatch(block.text)):
            card.views = number(match[1], match[2])
        if card.category is None and block.anchors:
            card.category = self._category(block, card.url, names)

    def _facts_of_pieces(self, block: Block, card: Related) -> None:
        """Facts in elements that run together in one line: <span>2天前</span><span><i class="icon-eye"></i>2.3K</span>."""
        for inner in parts_of(block.element, "span", "time", "em", "small", "li", "i", "a"):
            text = words_in(inner)
            if not 0 < len(text) <= 40 or text not in block.text or inner is block.element:
                continue
            if inner.tag != "a":
                self._facts(text, card)
            called = " ".join((e.get("class") or "") for e in (inner, *inner)).lower().replace("icon-", "")
            if card.views is None and _VIEWS_NAME.search(called) and (match := _BARE_NUMBER.fullmatch(text)):
                card.views = number(match[1], match[2])

    @staticmethod
    def _category(block: Block, url: str, names: str) -> str | None:
        for anchor in block.anchors[:MOST_ANCHORS]:
            text = block.text[anchor.start : anchor.end].strip(" []【】|·#")
            if not 1 < len(text) <= 24 or anchor.url.partition("#")[0] == url:
                continue
            if is_category(anchor.url) or _CATEGORY_NAME.search(names):
                return text
            for element in islice(block.element.iter("a"), MOST_ANCHORS):
                own = f"{element.get('class') or ''} {element.get('rel') or ''}".lower()
                if _CATEGORY_NAME.search(own) and "".join(element.itertext()).strip() == text:
                    return text
        return None

    def _facts(self, text: str, card: Related) -> None:
        text = text.strip(" ·•|()（）[]【】-—")
        if card.published_at is None and _DATE_HINT.search(text):
            date = parse_date(text, self.now, self.tz)
            if date is not None:
                card.published_at = self._stated(date, card.url)
                self._inexact = date.form != "absolute"
        if card.views is None:
            card.views = views(text)

    def _stated(self, date: ParsedDate, url: str) -> str | None:
        """ISO form of a listed date. A year-less one takes its year from the address or the heading above the list."""
        at = date.at
        if date.form == "yearless":
            match = _URL_DATE.search(url)
            if match and (int(match[2]), int(match[3])) == (at.month, at.day):
                at = at.replace(year=int(match[1]))
            elif self.year is not None and (at.month, at.day) != (2, 29):
                at = at.replace(year=self.year)
        return replace(date, at=at).stated()
