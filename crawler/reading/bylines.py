"""Who wrote it: names in labelled lines, in lines that are bylines, in datelines and at the end of the text."""

import re
from dataclasses import dataclass

from crawler.reading.authored import LONGEST_ACCOUNT, beside_icon, calls_author, named_author
from crawler.reading.body import Body
from crawler.reading.names import COMMON_SURNAMES, PERSON, has_han, is_organisation, is_person, people
from crawler.reading.page import Page, folded
from crawler.reading.places import Place
from crawler.reading.sources import section_link
from crawler.reading.structured import Claims

_NAME = rf"(?:{PERSON}|[\u3400-\u9fff]{{2,4}}(?:[·•・][\u3400-\u9fff]{{1,8}}){{1,2}}|[\u3400-\u9fff]\s[\u3400-\u9fff])"
_NAMES = rf"{_NAME}(?:[、，,/\s]{{1,3}}{_NAME}){{0,7}}"
_REPORTER = "(?:记者|記者|通讯员|通訊員|特约撰稿人?|特约评论员|本报评论员|实习生|报道员|摄影记者)"
# □ 本报记者 霍一夫; 新华社记者邹多为、唐诗凝、丁乐; 中青报·中青网记者 魏其濛; 文/本报记者 张三 通讯员 李四
_LINE = re.compile(
    rf"^[\s□■◎●○◇◆△▲★☆※\[【（(—–-]{{0,4}}(?:[文图][/／|｜丨])?(?:[^，。！？：:；]{{0,22}}?){_REPORTER}\s?[:：/／]?\s{{0,3}}(?P<names>{_NAMES})"
    rf"(?:\s{{0,3}}(?:[^，。！？：:；]{{0,8}}?{_REPORTER})\s?[:：]?\s{{0,3}}(?P<more>{_NAMES}))?"
    r"[\s\]】）)／/]{0,3}(?:[^，。！？：:；]{0,10}?(?:报道|報導|摄影|摄|攝|文/图|发自\S{2,4}|\d{1,2}月\d{1,2}日电?|来源.{0,40}|图))?[\s\]】）)]{0,3}$"
)
# 新华社深圳5月12日电（记者戴小河、印朋）; 北京商报讯（记者 岳品瑜 董晗萱）; 新华社北京5月19日电（刘艺、杨吉）
_DATELINE = re.compile(
    rf"^[^。！？]{{0,40}}?(?:[电電讯訊]|消息|报道)\s?[（(]\s?(?:[^（）()]{{0,16}}?{_REPORTER}\s?[:：]?\s?)?(?P<names>{_NAMES})(?P<rest>[^（）()]{{0,40}})[）)]"
)
# （记者 张三 李四）; （总台央视记者 奚丹霓 张赛）
_PAREN = re.compile(
    rf"[（(]\s?[^（）()，。：:]{{0,20}}?{_REPORTER}\s?[:：]?\s{{0,3}}(?P<names>{_NAMES})(?P<rest>[^（）()]{{0,40}})[）)]"
)
# 东方网记者曹磊5月13日报道：
_LEAD = re.compile(
    rf"^[^，。！？：:（(]{{2,14}}记者\s?(?P<names>{PERSON}(?:[、\s]{PERSON}){{0,3}})\s?(?:\d{{1,2}}月\d{{1,2}}日|[^，。]{{0,4}}(?:报道|电|讯))"
)
# 江北日报讯 记者何守渠 通讯员齐晓田 入冬以来…
_OPEN = re.compile(
    rf"^[^，。！？：:（(]{{0,14}}(?:讯|訊|消息)[\s　]{{1,3}}[^，。！？：:（(\s]{{0,6}}?{_REPORTER}\s?(?P<names>{PERSON}(?:[、\s]{PERSON}){{0,3}})"
    rf"(?:[\s　]{{1,3}}(?:通讯员|通訊員|实习生)\s?(?P<more>{PERSON}(?:[、\s]{PERSON}){{0,3}}))?[\s　]"
)
# （袁源） （姚峰 上海报道） at the end of the text
_END = re.compile(
    rf"[（(]\s?(?:作者[:：]?|文/?|撰文[:：]?|整理[:：/]?|本报记者)?\s?(?P<names>{_NAMES})(?:\s?[\u3400-\u9fff]{{2,4}}报道)?\s?[）)]\s?$"
)
_PHOTO = re.compile(r"(?<!文)[/／\s]?(?:摄|攝|供图|制图)[\s）)】]*$")
# （中央社記者張小三台北12日電）, 〔記者張小三／台北報導〕
_ENCLOSED = re.compile(
    rf"^[（(〔【\[][^，。）)]{{0,10}}?(?:記者|记者)\s?(?P<names>{PERSON}(?:[、\s]{PERSON}){{0,4}}?)\s?[／/]?[^，。）)〕】]{{0,8}}?(?:電|电|報導|报道|訊|讯)\s?[）)〕】\]]"
)
# [文/观河网 徐蕾] in front of the first sentence
_WRITTEN = re.compile(
    rf"^[\[【（(]\s?(?:文|撰文|作者)\s?[/／|｜丨:：]\s?[^\]】）)。，]{{0,14}}?(?P<names>{_NAMES})\s?[\]】）)]"
)
# 张晗/每日经济新闻
_OF_PAPER = re.compile(
    rf"^(?P<names>{_NAMES})\s?[/／]\s?[^\s，。/／]{{2,12}}(?:报|网|社|新闻|周刊|日报|晚报|财经|杂志|客户端)$"
)
_MORE = re.compile(rf"{_REPORTER}\s?[:：]?\s{{0,3}}(?P<names>{_NAMES})")
_POSTED = re.compile(
    r"^(?P<name>(?!最新|推荐|文章|最后|首发|首页|http|www)\S{1,24}?(?: (?!于|发表)\S{1,20}?)?)\s{1,3}(?:于|发表于|發表於|发布于|posted on)?\s{0,2}(?=\d{4}[-/.年])"
)
_NOTICE = re.compile(r"凡.{0,8}注明|版权|免责|声明|转载请|copyright|all rights|powered by", re.IGNORECASE)
_SAID_TO_POST = re.compile(r"\s于\s?\d{4}.*发布$|发表于")
_BOX_NAMES = re.compile(r"author|copy-?right|license|reprint")
_SENTENCE_END = frozenset("。！？”）)…")
_CLOSE = 2  # blocks below the headline in which a line of nothing but names is a byline
_NO_POSTER = re.compile(
    r"^(?:发布|发表|编辑|更新|创建|最后|最新|回复|时间|日期|来自|来源|浏览|阅读|楼主|置顶|原创|转载|由$|已?于$|http|共|第)|[#＃]|\d楼|^[\d\W]+$"
)
_ACCOUNT_URL = re.compile(
    r"/(?:authors?|writers?|reporters?(?:-bio)?|journalists?|contributors?|columnists?|aut(?:or|eur)(?:en|es|s)?|users?|people|u|space|member|profile)[/?=-]|[?&](?:uid|author|userid)=",
    re.IGNORECASE,
)
_BY = re.compile(r"\bby\s(?P<name>\S{2,20})\s?〓?$")


@dataclass(slots=True)
class Byline:
    """Names, how much they are trusted (0 most), the rule, and the block when nothing else stands in it."""

    names: list[str]
    rank: int
    rule: str
    block: int | None = None


def bylines(page: Page, body: Body | None, places: list[Place], title: str, blog: bool) -> list[Byline]:
    """All bylines of a Chinese page, the most trusted first."""
    top = next((p.block.index for p in places if p.zone == "head"), 0)
    pairs = zip(places, [*places[1:], None], strict=False)
    found = [b for place, below in pairs for b in _of_place(page, place, below, title, top, blog)]
    found += _in_text(page, body)
    if not found and (named := _named_in_title(places, title)):
        found.append(named)
    return sorted(found, key=lambda b: b.rank)


def _named_in_title(places: list[Place], title: str) -> Byline | None:
    """孙丰：巴黎举行…: the author in front of the headline, on a page whose label 作者 stands empty."""
    name = title.partition("：")[0]
    empty = any(v.slot == "author" and not people(v.text) for p in places if p.zone == "head" for v in p.line.values)
    named = empty and is_person(name) and name[-1] not in "省市县区镇乡村街州"  # 安店镇：一条背街小巷的改造
    return Byline([name], 4, "title_prefix") if named else None


def _of_place(page: Page, place: Place, below: Place | None, title: str, top: int, blog: bool) -> list[Byline]:
    block, line, text = place.block, place.line, place.block.text
    if place.zone == "tail" and _NOTICE.search(text):
        return []
    found: list[Byline] = []
    for value in line.values:
        if value.slot != "author" or not value.text:
            continue
        reporter = "记者" in value.word or "通讯员" in value.word
        if value.word == "文" and len(value.text) > 8:
            names = people(value.text, sure=True)
        prose = len(value.text) > 24 and any(c in value.text for c in "，。！？“")
        names = people(value.text, sure=reporter)
        if prose:
            names = [n for n in names if is_person(n)]
        if reporter and len(value.text) > 20:
            names = []
        if names and not (place.zone == "inside" and value.label > 0 and not line.dates and len(text) > 60):
            # Who put it on the page comes after who wrote it.
            rank = 1 if reporter else 2 if value.word in ("发布者", "发布人", "投稿", "发帖人") else 0
            found.append(Byline(names[:8], rank, f"label:{value.word}", block.index))
    if not found and line.values and len(text) <= 60 and (match := _PAREN.search(text)) and not _PHOTO.search(text):
        found.append(Byline(_joined(match["names"]), 1, "reporter_in_brackets"))
    if found:
        return found
    if place.zone == "head" and line.dates and len(line.rest) == 1 and len(text) <= 40 and is_person(line.rest[0]):
        return [Byline([line.rest[0]], 3, "beside_date", block.index)]
    if place.zone == "head" and line.dates and blog and len(text) <= 60:
        rest = [t for t in line.rest if not section_link(block, t)]
        if len(rest) == 1 and text.startswith(rest[0]) and (names := people(rest[0], longest=LONGEST_ACCOUNT)):
            return [Byline(names, 3, "beside_date", block.index)]  # 山风 | 维修 | 2023-05-10 | 431 阅读
    if place.zone == "head" and (match := _OF_PAPER.match(text)):
        return [Byline(people(match["names"]), 1, "of_paper", block.index)]
    match = _LINE.match(text) if len(text) <= 90 else None
    if match and not _PHOTO.search(text):
        return [Byline(_joined(match["names"], match["more"]), 1, "reporter_line", block.index)]
    if place.zone == "head" and line.dates and len(text) <= 90 and len(block.element):
        names = people(named_author(block) or beside_icon(block) or "")
        if names and (blog or all(is_person(n) or len(n) <= LONGEST_ACCOUNT for n in names)):
            return [Byline(names, 3, "class", block.index)]
    if place.zone == "head" and line.dates:
        posted = _POSTED.match(text) or _BY.search(text)
        if posted:
            name = posted["name"].removeprefix("由").strip()
            names = [] if _NO_POSTER.search(name) else people(name)
            names = names if len(names) < 2 or all(map(is_person, names)) else []
            if not names and _SAID_TO_POST.search(text) and not _NO_POSTER.search(name):
                names = [name]  # an account may call itself 学院
            if names and not line.first("source"):
                return [Byline(names, 3, "posted", block.index)]
    if place.zone == "tail" and line.dates and text[:6].lower() == "posted":
        shown = {text[a.start : a.end].strip() for a in block.anchors}
        names = [name for name in line.rest if name in shown]
        return [Byline(people(names[0]), 3, "posted", block.index)] if len(names) == 1 else []
    if place.zone == "tail" and (posted := _BY.search(text)) and line.dates:
        return [Byline(people(posted["name"]), 3, "posted", block.index)]
    dated = line.dates or (below is not None and below.line.dates and len(text) <= 20)
    if place.zone == "head" and (dated or (blog and len(text) <= 40)) and (linked := _linked(place)):
        return [Byline(linked, 3, "author_link", block.index)]
    node = page.nodes[block.node]
    around = page.nodes[node.parent] if node.parent >= 0 else node
    names_of = f"{node.names} {block.inline} {around.names if around.last - around.first == 1 else ''}"
    if (place.zone == "head" or (place.zone == "above" and blog)) and len(text) <= 30 and calls_author(names_of):
        names = people(named_author(block) or " ".join(line.rest))
        linked_account = any(_ACCOUNT_URL.search(a.url) for a in block.anchors)
        if names and (blog or linked_account or all(is_person(n) or not has_han(n) for n in names)):
            return [Byline(names, 2, "class", block.index)]
    if place.zone == "head" and 30 < len(text) <= 90 and block.anchors and (line.dates or line.values):
        name = named_author(block)
        if name and any(text[a.start : a.end].strip() == name for a in block.anchors) and (names := people(name)):
            return [Byline(names, 3, "class", block.index)]
    if (
        place.zone in ("head", "inside")
        and len(text) <= 24
        and not line.values
        and not line.dates
        and block.link_share < 0.5
    ):
        names = people(text, sure=True)
        if not names and title.startswith(text + "：") and 2 <= len(text) <= 6:
            names = [text]
        if names and block.index - top <= _CLOSE and _sure_line(names, place, title):
            return [Byline(names, 4, "name_line", block.index)]
    if place.zone in ("end", "tail"):
        match = _END.search(text)
        if match and match.start() == 0:
            return [Byline(_joined(match["names"]), 3, "end_name", block.index)]
        if match and text[match.start() - 1] in _SENTENCE_END:
            return [Byline(_joined(match["names"]), 3, "end_name")]
    return []


def _linked(place: Place) -> list[str]:
    """The account that a bar with a date links to: <a href="/people/1237270/">."""
    text = place.block.text
    found = [text[a.start : a.end] for a in place.block.anchors if _ACCOUNT_URL.search(a.url)]
    return [n for name in found[:2] for n in people(name)]


def _sure_line(names: list[str], place: Place, title: str) -> bool:
    """Whether a line of nothing but names is a byline: several names, a long one, or a short one below the headline."""
    if len(names) > 1 or title.startswith(names[0]):
        return True
    return place.zone == "head" and (len(names[0]) > 2 or names[0][0] in COMMON_SURNAMES)


def _in_text(page: Page, body: Body | None) -> list[Byline]:
    """Datelines in the first paragraphs and names in brackets behind the last: read, never cut."""
    found: list[Byline] = []
    if body is None or not body.indices:
        return found
    for index in body.indices[:5]:
        text = page.blocks[index].text[:160]
        match = (
            _DATELINE.match(text)
            or _OPEN.match(text)
            or _LEAD.match(text)
            or _WRITTEN.match(text)
            or _ENCLOSED.match(text)
            or (_PAREN.match(text) if text[:1] in "（(" else None)
        )
        if match is None and (paren := _PAREN.search(text[:100])):
            match = paren
        if match:
            groups = match.groupdict()
            more = _MORE.search(groups.get("rest") or "")
            found.append(Byline(_joined(match["names"], more["names"] if more else groups.get("more")), 2, "dateline"))
            break
    for index in body.indices[-3:]:
        text = page.blocks[index].text
        tail = text[-80:]
        match = next((m for m in _PAREN.finditer(tail) if m.end() >= len(tail) - 2), None)
        if match:
            found.append(Byline(_joined(match["names"]), 2, "end_reporter"))
        elif (match := _END.search(tail)) and match.start() > 0 and tail[match.start() - 1] in _SENTENCE_END:
            found.append(Byline(_joined(match["names"]), 3, "end_name"))
    return [b for b in found if b.names]


def _joined(*lists: str | None) -> list[str]:
    names = [n for text in lists if text for n in people(text)]
    return list(dict.fromkeys(names))


def claimed_authors(claims: Claims, places: list[Place], own: str) -> list[str]:
    """Claimed authors of a Chinese page that a line beside the headline shows too; what stands in `own`, the end of
    <title>, is the site."""
    shown = [folded(p.block.text) for p in places if p.zone in ("head", "above", "inside") and len(p.block.text) <= 60]
    for group in claims.authors:
        names = [n for value in group for n in people(value) if not is_organisation(n)]
        if names and all(folded(n) not in own and any(folded(n) in text for text in shown) for n in names):
            return names
    return []


def owner(page: Page, claims: Claims, places: list[Place]) -> list[str]:
    """The author that a blog claims and the box behind the text names: 文章作者丁山月, post-copyright__author_name."""
    for group in claims.authors:
        names = [n for value in group for n in people(value)]
        for place in places if names else ():
            text = place.block.text
            if place.zone == "tail" and len(text) <= 60 and all(n in text for n in names):
                called = f"{page.nodes[place.block.node].names} {place.block.inline}"
                if text.startswith(("文章作者", "本文作者", "作者")) or _BOX_NAMES.search(called):
                    return names
    return []
