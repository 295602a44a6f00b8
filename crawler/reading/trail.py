"""Where an article stands in its site: breadcrumb, category, column, tags."""

import re
from dataclasses import dataclass, field
from itertools import islice

from crawler.reading.body import Body
from crawler.reading.names import has_han
from crawler.reading.page import Block, Page, folded
from crawler.reading.parts import words_in
from crawler.reading.places import Place
from crawler.reading.profile import Profile
from crawler.reading.selecting import elements
from crawler.reading.structured import Claims
from crawler.reading.titles import Title

_LABEL = re.compile(
    r"^.{0,6}?(?:(?:当前位置|您的位置|您现在的位置|您当前的位置|您在这里|当前的位置|现在位置|所在位置|當前位置|您的位置是|你的位置)(?:是|为)?\s?[:：]?|(?:位置|导航)\s?[:：])\s?"
)
_PLACE_WORD = re.compile("位置|导航|您在这里")
_FROM_ROOT = re.compile(r"(?:网站)?首页\s?[/／|｜]\s?\S")
_SEPARATOR = re.compile(
    r"\s*(?:-{1,2}>{1,2}|[>›»＞→⟩]+|\s[/／|｜]\s|(?<=[^\s\d])\s?[/／｜]\s?(?=[^\s\d])|»|·(?=\s)|\s-\s)\s*"
)
_STRONG = re.compile(r"-->|->|[>›»＞→]")
_NAMES = re.compile(
    r"bread-?crumbs?|crumbs?\b|\bbread\b|location|position|\bpath\b|[_-]path\b|weizhi|dangqian|\blujing|cc_loc|\bnavpath|breadcrum\b|site-?path|\bdh\b|curpos|daohang"
)
_CRUMBS = re.compile(r"crumb|\bbread\b")
_ROOT = re.compile(
    r"^(?:首页|主页|网站首页|返回首页|home|homepage|.{1,10}首页|.{0,10}主页|主频道|当前位置|startseite|accueil|inicio|início|beranda|αρχική|главная|домой|होम|หน้าแรก|トップ|ホーム|홈)$",
    re.IGNORECASE,
)
_END = re.compile(
    r"^(?:正文|内容|查看内容|文章|详情|详细|内容正文|阅读|浏览文章|查看新闻|新闻详情|文章详情|列表|全文|当前页|文章内容|信息内容|正文内容|查看文章|article)(?:\s.{0,12})?$|^$"
)
_COLUMN = re.compile(r"(?:专题|专栏|系列|书摘)$")
_TITLE_COLUMN = re.compile(r"^(?P<column>[^|｜丨：:《》“”]{2,10})\s?[|｜丨]\s?\S{5}|^【(?P<bracket>[^】]{2,12})】")
_TAG_NAMES = re.compile(
    r"\btags?\b|\btag-?list|post-?tags?|article-?tags?|entry-?tags?|\bkeywords?\b|biaoqian|label-list"
)
_CATEGORY_URL = re.compile(r"/(?:categor(?:y|ies)|cate?|sort)[/_-](?!.*/page/)|[?&](?:cat|catid)=", re.IGNORECASE)
_TAG_URL = re.compile(r"/tags?/|/tag-|[?&]tag=|/label/|/keyword|/topic/|/k/")
_PLAIN_TAG_URL = re.compile(r"/tags?/[^/]|[?&]tag=")
_HASHTAGS = re.compile(r"(?:#[^\s#]{2,20}#?\s{0,3}){2,12}")
_SPLIT = re.compile(r"[\s,，、;；|｜#/]+")
_STEP = re.compile(r"\S\s?[>›»/＞]\s?$")
_MENU_NAMES = re.compile(
    r"(?:^|[\s_-])(?:main-?|top-?|site-?|primary-?|div)?(?:menus?|nav|navbar|navigation)(?:$|[\s_-])"
)
_EDGES = " \u3000/／|｜>›»"  # what can stand around a category's name in its own link
_MOST_LINKS = 60  # links of a line's element that are looked at
_ROW = 6  # lines behind the text among which a row of tags begins
_LONGEST_ROW = 100  # characters of a line of tags
_STEPS = 12  # blocks above the headline in which the steps of such a trail may stand
_NEAR = 60  # blocks above the text in which a breadcrumb is looked for


@dataclass(slots=True)
class Trail:
    """`crumbs` without the title itself and 正文; `root` is the first of them, the site's own name or 首页."""

    crumbs: list[str] = field(default_factory=list)
    root: str | None = None
    category: str | None = None
    column: str | None = None
    block: int | None = None


def read_trail(
    page: Page,
    body: Body | None,
    title: Title,
    profile: Profile,
    places: list[Place],
    tags: list[str],
    section: str | None,
) -> Trail:
    """Breadcrumb and category: the trail beside the headline, else JSON-LD's, else a labelled category, else the claimed
    `section` where a link above the text has its name."""
    start = body.indices[0] if body is not None and body.indices else None
    if title.block is not None:
        start = min(start, title.block.index) if start is not None else title.block.index
    trail = (
        _shown_trail(page, start, title.text or "")
        or _claimed_trail(page, title.text or "")
        or _trail_behind(page, body, title.text or "")
        or Trail()
    )
    names = [c for c in trail.crumbs[1:] if not _COLUMN.search(c)] or ([] if trail.root else trail.crumbs)
    while len(names) > 1 and names[-1] in tags[:1]:
        names.pop()
    trail.category = (
        _by_selector(page, profile, title.text or "") or (names[-1] if names else None) or _by_link(page, places)
    )
    if trail.crumbs and _COLUMN.search(trail.crumbs[-1]) and len(trail.crumbs) > 1:
        trail.column = trail.crumbs[-1]
    trail.category = trail.category or _labelled(places) or _section(page, start, section)
    trail.category = trail.category and (trail.category.strip(_EDGES) or None)
    trail.column = trail.column or next((c for c in map(_collection, places) if c), None)
    match = _TITLE_COLUMN.match(title.text or "")
    if match and trail.column is None:
        trail.column = match["column"] and match["column"].strip()
    return trail


def _shown_trail(page: Page, start: int | None, title: str) -> Trail | None:
    """The line with separators nearest above the headline that leads from the site's root to the article."""
    blocks = page.blocks
    end = start if start is not None else min(len(blocks), 40)
    best: tuple[float, Trail] | None = None
    for block in blocks[max(0, end - _NEAR) : min(len(blocks), end + 3)]:
        if len(block.text) > 200 or block.hidden:
            continue
        strong = len(_STRONG.findall(block.text))
        label = _LABEL.match(block.text) if _PLACE_WORD.search(block.text) else None
        if not (label or strong or len(block.anchors) > 1 or "/" in block.text):
            continue
        names = f"{page.nodes[block.node].names} {block.inline}"
        named = bool(_NAMES.search(names))
        if not (label or named or strong or _FROM_ROOT.match(block.text)):
            continue
        trail = _split(page, block, label.end() if label else 0, title)
        if trail is None or not trail.crumbs:
            continue
        rooted = bool(trail.root)
        ended = bool(re.search(r"[>›»＞]\s?(?:正文|内容)", block.text))
        score = (
            0.6 * (strong >= 2 and block.link_share > 0 and len(block.text) <= 60)
            + 1.0 * bool(label)
            + 1.0 * named
            + 0.8 * rooted
            + 0.8 * ended
            + 0.3 * (len(trail.crumbs) > 1)
            - abs(end - block.index) / 100
        )
        if score >= 0.8 and (best is None or score > best[0]):
            best = (score, trail)
    return best[1] if best else _trail_of_blocks(page, end, title)


def _trail_of_blocks(page: Page, end: int, title: str) -> Trail | None:
    """A trail whose steps are blocks: the items of a list called breadcrumb, or of any list when each ends in a mark."""
    blocks = page.blocks
    for block in reversed(blocks[max(0, end - _STEPS) : end + 1]):
        marked = bool(_STEP.search(block.text)) and len(block.text) <= 20
        for node, _ in zip(page.ancestors(block.node), range(3), strict=False):
            if not 1 < node.last - node.first <= 8 or not (marked or _CRUMBS.search(node.names)):
                continue
            steps = [b.text for b in blocks[node.first : node.last] if not b.hidden]
            if _CRUMBS.search(node.names) or sum(bool(_STEP.search(s)) for s in steps) >= 2:
                trail = _trail([s.strip(" 　>›»/｜|") for s in steps if len(s) <= 40 or s == title], title, block.index)
                if trail is not None:
                    return trail
    return None


def _trail_behind(page: Page, body: Body | None, title: str) -> Trail | None:
    """A labelled trail behind the text: 导航：品诗文网 > 诗歌大全 > 杜甫诗 > 当前页."""
    if body is None or not body.indices:
        return None
    for block in page.blocks[body.indices[-1] : body.indices[-1] + _NEAR // 3]:
        label = _LABEL.match(block.text) if len(block.text) <= 120 and not block.hidden else None
        if label and len(_STRONG.findall(block.text)) >= 2:
            return _split(page, block, label.end(), title)
    return None


def _split(page: Page, block: Block, skip: int, title: str) -> Trail | None:
    text = block.text[skip:]
    parts = [p.strip(" 　|｜:：-–[]【】") for p in _SEPARATOR.split(text)]
    if (
        len(parts) == 1
        and len(block.anchors) > 1
        and (skip or _CRUMBS.search(f"{page.nodes[block.node].names} {block.inline}"))
    ):
        parts = [block.text[a.start : a.end].strip() for a in block.anchors]
    if len(parts) > 8 or any(len(p) > 40 and folded(p) not in folded(title) for p in parts):
        return None
    return _trail(parts, title, block.index)


def _trail(parts: list[str], title: str, block: int | None) -> Trail | None:
    wanted = folded(title)
    crumbs = [p for p in parts if p and not _END.match(p)]
    while (
        crumbs
        and wanted
        and (
            folded(crumbs[-1]) == wanted
            or (len(folded(crumbs[-1])) > 0.6 * len(wanted) and folded(crumbs[-1]) in wanted)
            or (len(wanted) > 3 and wanted in folded(crumbs[-1]))
        )
    ):
        crumbs.pop()
    while crumbs and crumbs[-1].endswith(("…", "...")) and wanted.startswith(folded(crumbs[-1])):
        crumbs.pop()
    if not crumbs:
        return None
    root = crumbs[0] if _ROOT.match(crumbs[0]) or crumbs[0].endswith(("网", "論壇", "论坛", "社区", "网站")) else None
    return Trail(crumbs, root, block=block)


def _claimed_trail(page: Page, title: str) -> Trail | None:
    for item in page.json_ld:
        if item.get("@type") == "BreadcrumbList" and isinstance(item.get("itemListElement"), list):
            parts = []
            for step in item["itemListElement"][:10]:
                inner = step.get("item") if isinstance(step, dict) else None
                name = (step.get("name") if isinstance(step, dict) else None) or (
                    inner.get("name") if isinstance(inner, dict) else None
                )
                if isinstance(name, str):
                    parts.append(name.strip())
            return _trail(parts, title, None)
    return None


def _by_selector(page: Page, profile: Profile, title: str) -> str | None:
    """The last link that the theme's category selector finds, root and title left out."""
    found: list[str] = []
    for element in elements(page, profile.selectors.get("category")):
        links = [element] if element.tag == "a" else list(element.iter("a"))
        found += [words_in(link) for link in links]
    found = [t for t in found if 1 < len(t) <= 30 and not _ROOT.match(t) and not _END.match(t) and t != title]
    return found[-1] if found else None


def _marked(block: Block, kind: str) -> list[str]:
    """The texts of a line's links whose rel says "category" or, without that, "tag", as WordPress writes them."""
    words = {block.text[a.start : a.end].strip() for a in block.anchors}
    found = []
    for link in islice(block.element.iter("a"), _MOST_LINKS):
        rel = (link.get("rel") or "").split()
        if kind in rel and (kind == "category" or "category" not in rel):
            text = words_in(link)
            found += [text] if text in words else []
    return found


def _in_menu(page: Page, block: Block) -> bool:
    return any(n.tag == "nav" or (n.tag != "body" and _MENU_NAMES.search(n.names)) for n in page.ancestors(block.node))


def _by_link(page: Page, places: list[Place]) -> str | None:
    """A link marked as the category, else one to /category/, beside the headline or behind the text; of a parent and
    its child the child."""
    near = [p for p in places if p.block.anchors and len(p.block.text) <= 160 and not _in_menu(page, p.block)]
    marked = [text for place in near for text in _marked(place.block, "category") if 1 < len(text) <= 40]
    if marked:
        return marked[-1]
    for zones in (("head",), ("above", "inside"), ("end", "tail")):
        links = [
            (place.block.text[a.start : a.end].strip(), a.url)
            for place in (reversed(near) if "above" in zones else near)  # what stands nearest to the headline first
            if place.zone in zones and len(place.block.text) <= 120 and _collection(place) is None
            for a in place.block.anchors
            if _CATEGORY_URL.search(a.url)
        ]
        links = [
            (t, url)
            for t, url in links
            if 1 < len(t) <= 24 and not t.isdigit() and t[0] not in "(（[" and "收录" not in t
        ]
        if links:
            child = next((t for t, url in links[1:] if url.startswith(links[0][1].removesuffix("/") + "/")), None)
            return child or links[0][0]
    return None


def _collection(place: Place) -> str | None:
    """The author's own collection that a line names: 分类专栏： arcgis."""
    value = place.line.first("category")
    return value.text.split()[0] if value is not None and value.word in ("分类专栏", "专栏", "收录于合集") else None


def _section(page: Page, start: int | None, section: str | None) -> str | None:
    """A claimed section that a link right above the headline names, too."""
    for block in page.blocks[max(0, start - _STEPS) : start] if section and start is not None else ():
        if len(block.anchors) <= 3 and any(block.text[a.start : a.end].strip() == section for a in block.anchors):
            return section
    return None


def _labelled(places: list[Place]) -> str | None:
    for place in places:
        for value in place.line.values:
            if value.slot == "category" and value.text and len(value.text) <= 24 and _collection(place) is None:
                return value.text.split()[0] if has_han(value.text) else value.text
    return None


def read_tags(page: Page, places: list[Place], claims: Claims, profile: Profile) -> list[str]:
    """Tags that the page shows: by the theme's selector, a labelled line, or an element called tags."""
    found = elements(page, profile.selectors.get("tags"))
    if found:
        # Themes link the category in the box of the tags, too.
        own = [e for e in found if not _CATEGORY_URL.search(e.get("href") or "")] or found
        if words := _clean([words_in(e) for e in own]):
            return words
    for place in places:
        value = place.line.first("tags")
        if value is not None:
            anchors = [
                place.block.text[a.start : a.end]
                for a in place.block.anchors
                if a.start >= value.start and a.start < value.end + 1
            ]
            if anchors:
                return _clean(anchors)
            words = _by_keywords(value.text, claims) or _SPLIT.split(value.text)
            return _clean(words)
    for number, place in enumerate(places):
        if place.zone in ("head", "tail", "end") and re.fullmatch(
            r"(?:文章|本文|相关)?(?:标签|关键词|tags?)\s?[:：]?", place.block.text, re.IGNORECASE
        ):
            return _clean(_rows_of_tags(places[number + 1 : number + 9]))
    links = []
    for place in places:
        if not place.block.anchors or place.zone == "inside":
            continue
        names = " ".join(n.names for n, _ in zip(page.ancestors(place.block.node), range(3), strict=False))
        named = _TAG_NAMES.search(f"{names} {place.block.inline}") is not None
        if place.zone != "above" and not named and any("/tag" in a.url for a in place.block.anchors):
            links += _marked(place.block, "tag")
        if named or place.zone == "head":
            form = _TAG_URL if named and place.zone != "above" else _PLAIN_TAG_URL
            links += _linked_words(place.block, form)
    return _clean(links) or _tags_below(places) or _hashtags(places)


def _rows_of_tags(places: list[Place]) -> list[str]:
    """Tags in lines behind their label: one line of several, or lines of one each."""
    found: list[str] = []
    for place in places:
        row = _linked_row(place.block)
        if (len(row) > 1 or not row) and found:
            break
        found += row
        if len(row) > 1:
            break
    return found


def _linked_row(block: Block) -> list[str]:
    """The texts of the links of a short line that consists of links."""
    if block.link_share <= 0.8 or len(block.text) > _LONGEST_ROW:
        return []
    return [word for a in block.anchors if 1 < len(word := block.text[a.start : a.end].strip()) <= 20]


def _linked_words(block: Block, form: re.Pattern[str]) -> list[str]:
    """The texts of a line's links to addresses of a form, without the counter that some themes set into them."""
    words = [block.text[a.start : a.end].strip() for a in block.anchors if form.search(a.url)]
    if not any(word[-1:].isdigit() for word in words):
        return words
    for link in block.element.iter("a"):
        counter = link[-1] if len(link) else None
        if counter is not None and (counter.text or "").strip().isdigit() and not (counter.tail or "").strip():
            whole = words_in(link)
            plain = whole.removesuffix((counter.text or "").strip()).strip()
            words = [plain if word == whole else word for word in words]
    return words


def _tags_below(places: list[Place]) -> list[str]:
    """A row of links to tags right below the text."""
    found: list[str] = []
    for number, place in enumerate(p for p in places if p.zone in ("end", "tail")):
        links = _linked_words(place.block, _PLAIN_TAG_URL) if place.block.link_share > 0.6 else []
        if not links and (found or number > _ROW):
            break
        found += links
    return _clean(found)


def _hashtags(places: list[Place]) -> list[str]:
    """A line of nothing but hashtags behind the text: #露天电影 #教学点."""
    line = next((p.block.text for p in places if p.zone in ("end", "tail") and _HASHTAGS.fullmatch(p.block.text)), "")
    return _clean(line.split("#"))


def _by_keywords(text: str, claims: Claims) -> list[str]:
    """Tags written without marks between them, told apart by the page's keywords."""
    wanted = folded(text)
    words = [w for w in claims.keywords if folded(w) and folded(w) in wanted]
    return words if sum(len(folded(w)) for w in words) == len(wanted) else []


def _clean(words: list[str]) -> list[str]:
    kept = (w.strip(" #＃:：,，、.。[]【】()（）") for w in words)
    return [
        w
        for w in dict.fromkeys(kept)
        if w and len(w) <= 40 and not re.fullmatch(r"标签|关键词|tags?|更多", w, re.IGNORECASE)
    ][:20]
