"""The title of an article: which of the names a page gives it is the one a reader sees."""

import re
from dataclasses import dataclass
from itertools import islice

from crawler.reading.body import Body
from crawler.reading.page import Block, Page, folded
from crawler.reading.parts import words_in
from crawler.reading.profile import Profile
from crawler.reading.selecting import elements
from crawler.reading.structured import Claims, clean

# What stands between a headline and the names of column and site in <title>: 标题_频道_网站, Headline | Site
SEPARATOR = re.compile(
    r"\s*[_|｜丨ㅣ»›«•·]+\s*|\s+[-–—－:/<>]{1,3}\s+|--+|\s+-|-\s+|—{1,2}(?=[^—]{1,12}$)|-(?=[^-\s]{1,20}$)|<|>"
)
# Names of sites and columns end like these; the last segment of a <title> that does is no part of the headline.
_SITE = re.compile(r"(?:网|網|网站|新闻|新聞|频道|頻道|报|報|在线|論壇|论坛|博客|社区|百科|客户端|平台|门户|站|官网|首页|资讯|专题|杂志|周刊|电视台|之家|\.(?:com|cn|net|org)(?:\.cn)?|订阅|快资讯】|头条)$", re.IGNORECASE)  # fmt: skip
_TITLE_NAMES = re.compile(r"title|headline|subject|\btit\b|biaoti|\bh1\b|\bbt\b|head(?:er)?text")
_NOT_TITLE_NAMES = re.compile(
    r"sub-?title|sub-?head|site-?title|related|recommend|comment|copyright|bread|crumb|\bnav\b|menu|sidebar|widget|logo"
)
_HEADING = {"h1": 0.55, "h2": 0.35, "h3": 0.3, "h4": 0.1}
_SECOND = frozenset({"h2", "h3", "h4"})
_INSIDE_HEADING = frozenset({"div", "p", "section", "center", "span"})
_HOME = re.compile(r"^(?:https?://[^/?#]+)?/?(?:index\.\w{3,5})?$")
_NOT_A_TITLE = re.compile(
    r"[>›»]\s*正文|当前位置|您的位置|您现在的位置|责任编辑|发布时间|[:：]\s?\d{4}-\d|^(?:首页|正文|简介|目录|登录|注册|搜索|主题[:：]?|更多|关闭|返回.{0,4})$|版主[:：]|精华区|^https?://|^第\s?[A-Z]?\d{1,3}\s?版(?:$|\s?[:：])"
)
_INFO = re.compile(r"\d{4}[-年./]\s?\d{1,2}[-月./]|来源|來源|作者|编辑|发布|\d{1,2}:\d\d")
_CREDITED = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|来源\s?[:：]|^[□■◎●\s]{0,3}(?:本报|本刊)?(?:记者|通讯员)\s?\S{2,4}")
_BRACKETED = re.compile(r"[（(][^（）()]{2,20}[）)]$")  # the number of a document behind its title
_WIKI_TAIL = re.compile(r"\s*\[(?:编辑|編輯|edit|edit source)\]$", re.IGNORECASE)
_LABEL = re.compile(r"^(?:主题|标题|題目|题目|正在阅读|正在浏览)\s?[:：]\s?")
_SUBTITLE = re.compile(r"^(?:——|—|──|--|－－|――)\s?(?=[^—\s-])")
_NAMES_SUBTITLE = re.compile(r"sub-?title|sub-?head|futi|fubiaoti|\bdek\b|standfirst|kicker|entry-subtitle")
_KICKER = re.compile(r"kicker|top-?line|over-?line|roof|dachzeile|spitzmarke|eyebrow|sur-?titre|antetitulo|occhiello")
_TRAIL = re.compile(r"(?:[>›»][^>›»]{1,20}){2}|当前位置|您的位置|您现在的位置|位置[:：]|^首页\s?[>›»/－-]|[>›»]\s?正文")
_LARGE = frozenset({"4", "5", "6", "7", "+1", "+2", "+3", "+4"})
_NEAR = 40  # blocks before the body in which the headline is looked for


@dataclass(slots=True)
class Title:
    """`text` is the title without names of site and column, `block` where it stands, `agreed` whether two places give it."""

    text: str | None
    block: Block | None
    subtitle: str | None
    subtitle_block: Block | None
    agreed: bool


def read_title(page: Page, body: Body | None, claims: Claims, profile: Profile) -> Title:
    """Title, headline block and subtitle of a page."""
    raw = strip_known(page.title_raw or "", profile)
    block = _selected(page, profile) or headline(page, body, claims, raw)
    sources = [raw, *claims.titles]
    text = visible(page, block, sources) if block is not None else None
    agreed = text is not None and any(folded(text) in folded(s) for s in sources if s)
    if text is None:
        text = next((without_site(t, page, profile) for t in (*claims.titles[:1], raw) if t), None)
    elif not agreed:
        claimed = next((t for t in claims.titles if len(folded(t)) >= 4 and _shown(t, page, block)), None)
        text = without_site(claimed, page, profile) if claimed else text
    subtitle_block = _subtitle(page, block) if block is not None else None
    subtitle = subtitle_block.text if subtitle_block is not None else None
    return Title(text or None, block, subtitle, subtitle_block, agreed)


def _selected(page: Page, profile: Profile) -> Block | None:
    """The block that the profile's or theme's selector names, when it names one and no more."""
    found = elements(page, profile.selectors.get("title"))
    if len(found) != 1:
        return None
    inside = {found[0], *found[0].iterdescendants()}
    return next((b for b in page.blocks if b.element in inside and not b.hidden), None)


def headline(page: Page, body: Body | None, claims: Claims, raw: str) -> Block | None:
    """The visible block that names the article: by agreement with <title> and meta, by tag and class, by place."""
    indices = body.indices if body is not None else []
    start = indices[0] if indices else None
    names = [f for f in (folded(t) for t in claims.titles) if len(f) >= 2]
    title = folded(raw)
    leading = folded(SEPARATOR.split(raw, maxsplit=1)[0]) if raw else ""
    chinese = any("\u3400" <= c <= "\u9fff" for c in raw) or not raw
    stop = len(page.blocks) if start is None else min(len(page.blocks), max(indices[-1], start + 3) + 1)
    claimed = "\n".join((raw, *claims.titles))
    known: dict[tuple[str, str], bool] = {}
    best: tuple[float, Block] | None = None
    for block in page.blocks[:stop]:
        text = block.text
        if block.hidden or len(text) > 250:
            continue
        node = page.nodes[block.node]
        tag = block.tag if block.tag in _HEADING else _heading_above(page, block)
        called = (node.names, block.inline)
        named = known.get(called)
        if named is None:
            named = known[called] = _is_named(*called)
        if not (tag or named or block.bold_share > 0.9 or text[:2] in claimed or "：" in text[:5] or text[0] in "*·•"):
            continue
        late = start is not None and block.index > start + 3
        if late and tag != "h1":
            continue
        near = start is not None and 0 <= start - block.index <= 12
        core = folded(_LABEL.sub("", _WIKI_TAIL.sub("", text)))
        if not core or _NOT_A_TITLE.search(text):
            continue
        share = _agreement(core, title, leading, names)
        if not share and not (tag == "h1" or (chinese and (tag or named or (near and block.bold_share > 0.9)))):
            continue
        if (len(core) < 2 or core.isdigit()) and share < 0.9 and tag != "h1":
            continue
        score = share + _HEADING.get(tag, 0.0) + (0.25 if named else 0.0) + (0.1 if block.bold_share > 0.9 else 0.0)
        score += _nearness(start - block.index) if start is not None else 0.0
        if _info_follows(page.blocks, block.index):
            score += 0.15
        if block.link_share > 0.5 and not tag and not (named and near):
            score -= 0.35
        if not share and len(core) <= 4:
            score -= 0.2
        if block.anchors and _HOME.match(block.anchors[0].url):
            score -= 0.5  # the site's name, linked to its front page
        if best is None or score > best[0] + 0.01:
            best = (score, block)
    if best is not None and best[0] >= 0.5:
        return best[1]
    return _by_look(page, start) if start is not None and chinese else None


def _is_named(names: str, inline: str) -> bool:
    """Whether an element is called after a headline."""
    return bool(_TITLE_NAMES.search(f"{names} {inline}")) and not _NOT_TITLE_NAMES.search(names)


def _nearness(distance: int) -> float:
    """What the place of a block speaks for it; distance: blocks from it to the text, negative inside the text."""
    if distance < -3:
        return -0.25
    if distance < 0:
        return 0.1
    return next((score for reach, score in ((2, 0.4), (5, 0.3), (12, 0.2), (_NEAR, 0.0)) if distance <= reach), -0.3)


def _by_look(page: Page, start: int) -> Block | None:
    """A headline that neither <title> nor a tag tells of: a short line set apart, right before the text or the info bar.

    Old table layouts have only this: <td align=center><font size=4>, below 当前位置, above the first paragraph.
    """
    best: tuple[float, Block] | None = None
    trail_at = -9
    for block in page.blocks[max(0, start - 8) : start + 1]:
        text = block.text
        if block.hidden or _TRAIL.search(text):
            trail_at = trail_at if block.hidden else block.index
            continue
        node = page.nodes[block.node]
        fits = 3 <= len(folded(text)) <= 60 and text[-1] not in "。；，：:,;" and not _NOT_A_TITLE.search(text)
        if (
            fits
            and (block.link_share <= 0.5 or block.bold_share > 0.9)
            and not _INFO.search(text.removeprefix("主题："))
        ):
            score = 0.25 if block.index - trail_at <= 2 else 0.0
            score += 0.2 if block.bold_share > 0.9 else 0.0
            score += 0.25 if _set_apart(page, block) else 0.0
            score += 0.2 if _TITLE_NAMES.search(f"{node.names} {block.inline}") or "heading" in node.names else 0.0
            score += 0.2 if _LABEL.match(text) else 0.0
            score += 0.2 if start - block.index <= 3 else 0.0
            score += 0.15 if _info_follows(page.blocks, block.index) else 0.0
            if best is None or score > best[0] + 0.01:
                best = (score, block)
    return best[1] if best is not None and best[0] >= 0.4 else None


def _set_apart(page: Page, block: Block) -> bool:
    """Whether the block is centred or set in a large font."""
    for step, node in enumerate(page.ancestors(block.node)):
        element = node.element
        if element.get("align") == "center" or "center" in (element.get("style") or "") or node.tag == "center":
            return True
        if step >= 1:
            break
    return any((font.get("size") or "") in _LARGE for font in block.element.iterdescendants("font"))


def _agreement(core: str, title: str, leading: str, names: list[str]) -> float:
    """How much of what the page claims as its title this text is, 0 to 1.2."""
    if core in names:
        return 1.2
    best = 0.0
    for claimed in (title, *names):
        if not claimed:
            continue
        if core == claimed:
            best = max(best, 1.1)
        elif core in claimed:
            share = len(core) / len(claimed)
            # The first segment of <title> is the headline however long the names behind it are.
            best = max(
                best, 1.0 if core == leading and (len(core) >= 2 or core > "\u3400") else share if share >= 0.2 else 0.0
            )
        elif len(claimed) >= 6 and claimed in core and len(claimed) > 0.6 * len(core):
            best = max(best, 0.85)
    return best


def _heading_above(page: Page, block: Block) -> str:
    """h1 around a block whose nearest block element is a div or span inside it."""
    if block.tag not in _INSIDE_HEADING:
        return ""
    parent = page.nodes[block.node].parent
    for _ in range(2):
        if parent < 0:
            return ""
        if page.nodes[parent].tag in _HEADING:
            return page.nodes[parent].tag
        parent = page.nodes[parent].parent
    return ""


def _info_follows(blocks: list[Block], index: int) -> bool:
    return any(len(b.text) < 120 and _INFO.search(b.text) for b in blocks[index + 1 : index + 4])


def visible(page: Page, block: Block, sources: list[str]) -> str:
    """The headline as it is shown, without an edit mark, a label, a counter, or a category that <title> does not have."""
    text = _LABEL.sub("", _WIKI_TAIL.sub("", block.text)).strip().lstrip("*·•").strip()
    text = _without_kicker(block, text, sources)
    leading = SEPARATOR.split(sources[0], maxsplit=1)[0].strip() if sources and sources[0] else ""
    core, first = folded(text), folded(leading)
    if leading and text.startswith(leading) and text[len(leading) :].isdigit():
        return leading  # a counter sits in the heading
    if first and first.startswith(core) and first != core:
        below = next((b for b in page.blocks[block.index + 1 : block.index + 3] if not b.hidden), None)
        if below is not None and not _SUBTITLE.match(below.text):
            both = core + folded(below.text)
            if first == both:
                return leading  # a headline in two lines
            if first.startswith(both) and below.bold_share == block.bold_share and _BRACKETED.search(leading):
                return text + ("" if text[-1] > "\u2e80" else " ") + below.text
    if first and first.endswith(core) and first != core and block.index:
        above = page.blocks[block.index - 1]
        if not above.hidden and first == folded(above.text) + core:
            return leading
    for source in sources:
        claimed = SEPARATOR.split(source, maxsplit=1)[0].strip() if source is sources[0] else source
        wanted = folded(claimed)
        if (
            core != wanted
            and core.endswith(wanted)
            and len(wanted) > max(8, 0.6 * len(core))
            and text.endswith(claimed)
        ):
            return claimed  # a kicker stands in front
    match = re.match(r"^\[[^\[\]]{2,8}\]\s?(?=\S{4})", text)
    if match and not any(core in folded(s) for s in sources if s):
        return text[match.end() :]
    return text


def _without_kicker(block: Block, text: str, sources: list[str]) -> str:
    """The headline without a kicker set into it that no claimed title begins with: <span class="topline">Bahn</span> Züge …"""
    for inner in islice(block.element.iter("span", "small", "em", "strong", "a"), 4):
        kicker = words_in(inner)
        if _KICKER.search((inner.get("class") or "").lower()) and 2 < len(kicker) < len(text) - 4:
            own = text.startswith(kicker) and not any(folded(s).startswith(folded(kicker)) for s in sources)
            return text.removeprefix(kicker).lstrip(" :–—-|") if own else text
    return text


def _shown(claimed: str, page: Page, block: Block | None) -> bool:
    """Whether a claimed title stands somewhere near the block taken for the headline."""
    if block is None:
        return False
    wanted = folded(claimed)
    return any(folded(b.text) == wanted for b in page.blocks[block.index : block.index + 6])


def strip_known(raw: str, profile: Profile) -> str:
    """<title> without the prefixes and suffixes that the profile has learned."""
    for suffix in profile.title_suffixes:
        if raw.endswith(suffix) and len(raw) > len(suffix):
            raw = raw.removesuffix(suffix)
    for prefix in profile.title_prefixes:
        if raw.startswith(prefix) and len(raw) > len(prefix):
            raw = raw.removeprefix(prefix)
    return raw.strip()


def without_site(title: str, page: Page, profile: Profile) -> str:
    """A claimed title without trailing segments that are names of the site: used when no headline is shown."""
    title = strip_known(clean(title), profile)
    own = {
        folded(name)
        for name in (
            *profile.site_names,
            page.meta.get("og:site_name", ""),
            page.meta.get("application-name", ""),
            page.meta.get("sitename", ""),
        )
        if name
    } | _host_names(page)
    for mark in reversed(list(SEPARATOR.finditer(title))):
        segment = title[mark.end() :].strip()
        named = folded(segment) in own or (len(segment) <= 20 and _SITE.search(segment) is not None) or not segment
        if mark.start() < 2 or not named:
            break
        title = title[: mark.start()].rstrip()
    return title


def _host_names(page: Page) -> set[str]:
    """The names in the host: lesswrong of www.lesswrong.com; a last segment of <title> that is one is the site."""
    return {folded(label) for label in page.host.split(".")[:-1] if len(label) > 3}


def _stands_with(page: Page, block: Block, other: Block) -> bool:
    """Whether a heading right below an h1 goes with it: both in one box, and credits, not the text, follow it."""
    if block.tag != "h1" or other.index != block.index + 1 or len(other.text) > 60:
        return False
    boxes = [page.nodes[page.nodes[b.node].parent].index for b in (block, other)]
    credited = any(
        _CREDITED.search(b.text) for b in page.blocks[other.index + 1 : other.index + 3] if len(b.text) < 120
    )
    return boxes[0] == boxes[1] and credited and not _INFO.search(other.text)


def _subtitle(page: Page, block: Block) -> Block | None:
    """A second headline right below (——热烈祝贺…) or in an element called subtitle."""
    for other in page.blocks[block.index + 1 : block.index + 6]:
        if other.hidden or len(other.text) > 120:
            continue
        node = page.nodes[other.node]
        near = page.blocks[block.index + 1 : other.index]
        if len(near) < 3:
            if other.tag in _SECOND and _stands_with(page, block, other):
                return other
            if _NAMES_SUBTITLE.search(f"{node.names} {other.inline}") and not _INFO.search(other.text):
                return other
        elif any(b.tag == other.tag for b in near):
            continue  # behind lines of its own kind a dash begins a line of the text; behind boxes of credits, a subtitle
        if _SUBTITLE.match(other.text) and len(other.text) >= 6 and folded(other.text) != folded(block.text):
            return other
    return None
