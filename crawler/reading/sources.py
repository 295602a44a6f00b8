"""Where an article is from: labelled lines, the bar beside the date, the print edition, meta elements."""

import re
from dataclasses import dataclass

from crawler.reading.creditlines import LABELLED, TABLE
from crawler.reading.names import is_organisation, is_person, is_section
from crawler.reading.page import Block, Page, folded
from crawler.reading.parts import parts_of, words_in
from crawler.reading.places import Place
from crawler.reading.structured import Claims

_LONGEST_EDITION = 60  # characters
_EDITIONS = tuple(re.compile(form) for form in TABLE["editions"]["forms"])
_ENCLOSED = re.compile(r"^[《【\[“\"「]([^《》【】\[\]]{1,30})[》】\]”\"」]$")
_CHANNEL = re.compile(r"^(?:微信)?公众[号平]台?\s?[:：]?\s?(?=[“\"「『《【])")  # 微信公众号“车间手记”
_LOOSE = re.compile(r"[（(].{0,40}$|(?:官方账号|官方帐号|专稿|供稿)$|[|｜丨]")
_NOT_A_SOURCE = frozenset(
    {
        "未知",
        "佚名",
        "不详",
        "无",
        "暂无",
        "本站",
        "admin",
        "原创",
        "作者",
        "编辑",
        "网友",
        "匿名",
        "投稿",
        "本站原创",
        "本站编辑",
        "转载文章",
    }
)
_SOURCE_NAMES = re.compile(
    r"(?:\b|_)source|laiyuan|(?<![\w-])media(?:name|-name)?(?![\w-])|account|publisher|\borigin|js_name|rich_media_meta_nickname|provider"
)
_ACCOUNT_NAMES = re.compile(r"author-?name|nick-?name|user-?name")
_NOT_NAMES = re.compile(r"comment|related|recommend|share|copyright|footer|social|player|video")
_FROM_PLACE = re.compile(rf"(?:来自|发布于)\s?[:：]?\s?(?:{'|'.join(TABLE['noise']['places'].split())})")
_PLACED = re.compile(rf"[\s·•|]{{1,4}}(?:{'|'.join(TABLE['noise']['places'].split())})[\s·•|]{{1,4}}")
_DATE = re.compile(r"\d{4}[-年/.]|\d:\d\d")
SECTION_URL = re.compile(
    r"/(?:categor(?:y|ies)|cate?|tags?|sort|class|archives?|section|column|channel|topics?|list)[/_-]|[?&](?:cat|tag|cid|catid|typeid)=",
    re.IGNORECASE,
)
_RUN_ON = re.compile(r"(?<=[\u3400-\u9fff])\d{2,}$")  # a counter in the next element: 河东发布2044
_PAPER = re.compile(r"《[^《》]{2,14}》")
_WIRE = re.compile(r"日(?:电|讯|電|訊)")  # 新华社北京12月11日电 is a dateline
_STANDING = re.compile(r"(?:创作者|作者|达人|博主|认证)$")  # says what the account is: 优质美食领域创作者
_VERIFIED = re.compile(r"官方[账帐]号$")  # names the owner of the account, not the account
_FOLLOW = re.compile(r"[+＋]?\s?(?:关注|訂閱|订阅|关注TA|加关注)")
_NOTICE = re.compile(r"凡.{0,8}注明|版权(?!归原?作者)|免责|声明|转载请|copyright|all rights", re.IGNORECASE)
_WECHAT_ACCOUNT = re.compile(r"\bvar nickname\s?=\s?(?:htmlDecode\()?[\"']([^\"']{1,40})[\"']")


@dataclass(slots=True)
class Source:
    """`people` are names that stood behind the source's (来源：中国新闻网 王帆); `block` the line it was read from."""

    name: str | None = None
    url: str | None = None
    people: tuple[str, ...] = ()
    block: int | None = None
    rule: str = ""
    column: str | None = None


def choose_source(page: Page, places: list[Place], claims: Claims, own: bool) -> Source:
    """The source of an article, and where it was read. `own`: an account beside the headline is its
    author, as on blogs, and only publications are sources."""
    for zones in (("head", "above", "inside"), ("end", "tail")):
        for place in places:
            if place.zone in zones and (found := _labelled(place)):
                return found
        if zones[0] == "head" and (found := _beside_date(page, places, own)):
            return found
    if claims.source and (name := clean_source(re.sub(r"^.{0,4}(?:来源|來源)\s?[:：]\s?", "", claims.source))):
        return Source(name.name, None, name.people, None, "meta")
    if found := _edition(places):
        return found
    match = _WECHAT_ACCOUNT.search(page.text) if "var nickname" in page.text else None
    return Source(match.group(1), rule="account") if match else Source()


def clean_source(text: str) -> Source | None:
    """The name in a labelled value: 《理财周刊》 -> 理财周刊, 北青网-北京青年报 北京 举报 -> 北青网-北京青年报."""
    text = _CHANNEL.sub("", text.strip())
    if match := _ENCLOSED.match(text):
        text = match.group(1)
    words = re.split(r"[，。；]", text, maxsplit=1)[0].split()
    if not words:
        return None
    name = words[0] if any("\u3400" <= c <= "\u9fff" for c in words[0]) else text
    if match := _ENCLOSED.match(name):
        name = match.group(1)
    name = _LOOSE.sub("", name).strip(" 　:：,，。;；-—·_*")
    others = tuple(w for w in words[1:3] if is_person(w)) if name == words[0].strip() else ()
    if (
        not 2 <= len(name) <= 40
        or name.lower() in _NOT_A_SOURCE
        or name.startswith(("http", "www."))
        or "=" in name
        or re.search(r"[。！？]|^\d+$", name)
    ):
        return None
    return Source(name, None, others)


def _labelled(place: Place) -> Source | None:
    line, block = place.line, place.block
    if line.first("source") is None or _NOTICE.search(block.text):
        return None
    for value in line.values:
        if value.slot != "source":
            continue
        found = clean_source(_linked_text(block, value.start, value.end) or value.text)
        if found is None or found.name is None:
            continue
        if is_person(found.name) and not is_organisation(found.name) and place.zone in ("end", "tail"):
            continue  # 来源: 尹娟 at the end of a text is its author
        if place.zone == "inside" and len(block.text) > 60:
            continue
        if value.word in ("来自", "來自", "原创", "摘自", "供稿") and not (
            line.dates or is_organisation(found.name) or len(block.text) <= 24
        ):
            continue
        return Source(
            found.name, _link(block, value.start, value.end), found.people, block.index, f"label:{value.word}"
        )
    return None


def _linked_text(block: Block, start: int, end: int) -> str | None:
    """The text of the link that a value begins with: what runs on behind it belongs to something else."""
    for anchor in block.anchors:
        if anchor.start - 1 <= start < anchor.end < end:
            text = block.text[anchor.start : anchor.end].strip()
            return text if len(text) > 1 and block.text[anchor.end : anchor.end + 1] not in "－-—" else None
    return None


def _link(block: Block, start: int, end: int) -> str | None:
    for anchor in block.anchors:
        if anchor.start < end and start < anchor.end and anchor.url.startswith("http"):
            return anchor.url
    return None


def _beside_date(page: Page, places: list[Place], own: bool) -> Source | None:
    """The name in the bar of the date (2024-05-20 14:33·新华社), or alone on the line before or after it."""
    dated = next(
        (
            n
            for n, p in enumerate(places)
            if p.zone in ("head", "inside", "above") and p.line.dates and len(p.block.text) <= 80
        ),
        None,
    )
    bar = _in_date_bar(places[dated], own) if dated is not None else None
    if bar and not _VERIFIED.search(places[dated].block.text if dated is not None else ""):
        return bar
    named = _by_class(page, places, own) or bar
    if named:
        return named
    if dated is not None:
        account = bool(_FROM_PLACE.search(places[dated].block.text))
        for number in range(dated - 1, max(-1, dated - 5), -1):
            place = places[number]
            if place.zone == "head" and (found := _name_line(place, account or is_account(places, number))):
                return found
        for place in places[dated + 1 : dated + 3]:
            if (
                place.zone == "head"
                and len(place.block.text) <= 12
                and is_organisation(place.block.text)
                and (found := _name_line(place))
            ):
                return found
    return None


def _in_date_bar(place: Place, own: bool) -> Source | None:
    """The paper, publication or account in the line of the date."""
    text = place.block.text
    if called := _named_source(place.block):
        at = text.find(called)
        return Source(called, _link(place.block, at, at + len(called)), (), place.block.index, "date_bar")
    names = [
        _RUN_ON.sub("", t.removeprefix("原创"))
        for t in place.line.rest
        if not t.isascii() and not section_link(place.block, t)
    ]
    names = [
        _LOOSE.sub("", n)
        for n in names
        if _PAPER.fullmatch(n) or (is_organisation(n) and not is_section(n)) or (not own and _follows(place, n))
    ]
    if not names or not 2 <= len(names[0]) <= 20 or is_person(names[0]) or _WIRE.search(text):
        return None
    name = names[0].strip("《》")
    at = text.find(name)
    others = tuple(t for t in place.line.rest if is_person(t))
    return Source(name, _link(place.block, at, at + len(name)), others, place.block.index, "date_bar")


def _named_source(block: Block) -> str | None:
    """The name in an element of a line that is called after a source: <span class="a_source">燕南晨报</span>."""
    for inner in parts_of(block.element, "a", "span", "em", "i", "strong"):
        names = inner.get("class")
        if not names or inner is block.element or not _SOURCE_NAMES.search(names.lower()):
            continue
        text = LABELLED.sub("", words_in(inner))
        if len(text) <= 20 and text in block.text and not text.isascii() and not _DATE.search(text):
            found = clean_source(text)
            return found.name if found else None
    return None


def section_link(block: Block, name: str) -> bool:
    """Whether a name is a link to a category or tag of the site."""
    return any(name in block.text[a.start : a.end] and SECTION_URL.search(a.url) for a in block.anchors)


def _follows(place: Place, name: str) -> bool:
    """Whether a name stands right behind the date and in front of a place: 2022-06-02 09:52:19政能亮 来自北京市."""
    text, end = place.block.text, max(d.end for d in place.line.dates)
    if re.match(rf"(?:原创)?{re.escape(name)}\d{{4}}[-年]", text):
        return not is_person(name)  # the account of a feed, its date in the next element
    if _PLACED.fullmatch(text[end : max(end, text.find(name))]):
        return not is_person(name) and not _STANDING.search(name)  # 2023-05-10 10:20 · 河北 · 河湾影像志
    if not _FROM_PLACE.search(text):
        return False
    return 0 <= text.find(name) - end <= 3 and not any(
        v.slot in ("author", "source") and v.text for v in place.line.values
    )


def _by_class(page: Page, places: list[Place], own: bool) -> Source | None:
    for place in places:
        names = f"{page.nodes[place.block.node].names} {place.block.inline}"
        if (
            place.zone == "head"
            and (
                _SOURCE_NAMES.search(names)
                or (not own and _ACCOUNT_NAMES.search(names) and not is_person(place.block.text))
            )
            and not _NOT_NAMES.search(names)
            and (found := _name_line(place, known=not own or "source" in names))
        ):
            return Source(found.name, found.url, (), found.block, "class")
    return None


def is_account(places: list[Place], number: int) -> bool:
    """Whether a name is that of a self-media account: a follow button stands beside it."""
    return any(_FOLLOW.fullmatch(p.block.text) for p in places[number + 1 : number + 4])


def _name_line(place: Place, known: bool = False) -> Source | None:
    """A line that holds the name of a publication and nothing else; of any account when `known` to name the source."""
    text = place.block.text
    if place.line.values or place.line.dates or len(place.line.rest) != 1 or len(text) > 24:
        return None
    if any(SECTION_URL.search(a.url) for a in place.block.anchors):
        return None
    name = _LOOSE.sub("", place.line.rest[0]).strip("《》")
    if len(name) < 2 or name.isascii() or re.search(r"[。！？，：:#]|点击|更多|阅读|查看|下载", name):
        return None
    if not known and is_section(name):
        return None
    if not is_organisation(name) and (not known or len(name) > 12):
        return None
    return Source(name, _link(place.block, 0, len(text)), (), place.block.index, "name_line")


def _edition(places: list[Place]) -> Source | None:
    for place in places:
        # A line of its own: "据《某报》报道，..." opens sentences that are the article.
        if place.zone in ("end", "tail", "inside") and len(place.block.text) <= _LONGEST_EDITION:
            match = _edition_in(place.block.text)
            if match:
                column = match.groupdict().get("column")
                return Source(match["name"].strip(), None, (), place.block.index, "edition", column)
    return None


def _edition_in(text: str) -> re.Match[str] | None:
    matches = (form.search(text) for form in _EDITIONS)
    return next((m for m in matches if m and folded(m["name"])), None)


def names_edition(text: str) -> bool:
    """Whether a line consists of the print edition: 《光明日报》（2024年05月11日 09版）."""
    match = _edition_in(text) if len(text) <= _LONGEST_EDITION else None
    return match is not None and match.span() == (0, len(text))
