"""Related posts: link lists under a heading that says so, in a container whose name does, or about the same thing."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from crawler.article import Related
from crawler.reading.cards import MOST_KNOWN, CardReader, clean_title, is_category, is_home, is_label, is_taxonomy
from crawler.reading.outline import HEADINGS, Link, Outline
from crawler.reading.page import Block

MOST = 20  # entries kept of one page: recommendation feeds have no end
MOST_CLIMBED = 4  # containers between a heading and the one that holds its list, too
_NEAR = 14  # blocks between a heading and the first entry: tabs, "refresh", dates

# Headings of related posts: whole text, decoration and a colon aside. Strong ones count wherever they stand, weak ones
# ("推荐阅读" also heads the site's hot list) only inside the article or right below it.
_STRONG = re.compile(
    r"(?:与?本文|其他|其它|更多|查看)?(?:相关|相關)(?:的)?(?:推荐|推薦|阅读|閱讀|文章|新闻|新聞|报道|報導|报导|资讯|链接|连接|連結|内容|內容|热点|专题|帖子|视频|日志|博文|话题|知识|信息|作品|资料|攻略|解读|政策(?:解读)?|文件)(?:推荐|列表)?"  # 相关推荐
    r"|(?:猜|[你您])(?:[你您])?(?:可能|也许|或许|或許|可能會)?(?:还|還|也)?(?:会|會)?(?:喜欢|喜歡|想看|想读|爱看|感兴趣|感興趣|关心|需要)(?:的|看)?(?:文章|内容)?|[猜你]你?可能.{0,6}"  # 猜你喜欢
    r"|(?:延伸|扩展|擴展|拓展|关联|继续|參考|下一步)(?:阅读|閱讀|新闻|报道)|往期(?:回顾|推荐|精选|内容|文章|精彩|链接|阅读)"  # 延伸阅读
    r"|大家(?:都|也|还)?(?:在|爱)看|看了又看|(?:喜欢|看过|读过|阅读)(?:了|过)?(?:这篇|本文|此文|该文)(?:文章)?的(?:人|读者|朋友|网友)?(?:还|也|都)?(?:在)?(?:看|读|喜欢).{0,4}|其他人也在看|别人还在看|还看了|读了.{0,6}还读了"  # 其他人也在看
    r"|(?:其他|其它|同)(?:同一)?(?:栏目|类|频道|专题|系列)(?:下)?(?:的)?(?:内容|文章|推荐|新闻|最新)?|同类(?:文章|推荐|阅读)|今日头条推荐引擎.{0,12}"
    r"|(?:read |see )?(?:more )?(?:related|similar)(?: (?:posts?|articles?|stories|story|news|content|reading|links?|topics|coverage|items|entries|reads))?"
    r"|you (?:may|might) (?:also )?(?:like|enjoy|be interested in|have missed)|further reading|see also|also read|read (?:next|more|also|this next)|what to read next|up next|keep reading"
    r"|more (?:on|about|like) .{1,30}|(?:others|readers|people) also (?:read|liked|viewed)"
    r"|関連(?:記事|ニュース|リンク|する記事)|あわせて読みたい|こちらも(?:読まれて|おすすめ).{0,6}|관련 ?(?:기사|뉴스|글)"
    r"|das könnte (?:sie|dich) auch interessieren|mehr zum thema|lesen sie auch|auch interessant|à lire aussi|articles? (?:liés|similaires|connexes)|lire aussi|sur le même sujet"
    r"|art[ií]culos? relacionados|notas? relacionadas?|noticias relacionadas|(?:también )?te puede interesar|lee también|leia (?:também|mais)|veja também|relacionad[ao]s?|leggi anche|articoli correlati|potrebbe interessarti"
    r"|читайте также|похожие (?:статьи|новости|записи)|по теме|материалы по теме|tin liên quan|bài viết liên quan|ilgili haberler|berita terkait|baca juga|artikel terkait|zobacz też|czytaj (?:też|także)|lees ook|läs (?:också|mer)|les også|læs også|lue myös|gerelateerde? (?:berichten|artikelen|nieuws)|relaterade artiklar"
    r"|verwandte (?:nachrichten|artikel|beiträge|themen|meldungen)|ähnliche (?:artikel|beiträge|themen)|čtěte (?:také|dále)|související (?:články|zprávy)|mohlo by vás zajímat"
    r"|σχετικά (?:άρθρα|νέα|θέματα)|διαβάστε (?:επίσης|ακόμη|ακόμα)|(?:यह|ये) भी पढ.{0,4}|संबंधित (?:खबर.{0,3}|समाचार)|(?:ข่าว|บทความ|เรื่อง)ที่เกี่ยวข้อง|อ่านเพิ่มเติม|اقرأ أيضا|citește și|kapcsolódó cikkek",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"(?:图文|为[你您])?(?:推荐|推薦)(?:阅读|閱讀|文章|内容|新闻|资讯|看点|帖子|给[你您])|图文推荐|[为給给][你您]推荐|更多(?:精彩|相关|同类)?(?:内容|文章|推荐|新闻|资讯|阅读)|相关"  # 推荐阅读
    r"|recommended(?: for you| reading| stories| posts| articles)?|more (?:from|in) .{1,30}|more (?:stories|news|articles|posts|to read)|don'?t miss|おすすめ(?:の?記事)?|추천 ?(?:기사|뉴스)",
    re.IGNORECASE,
)
# Headings of lists that are not about this article: where a related list ends.
_OTHER_HEADING = re.compile(
    r".{0,6}(?:排行榜?|排行|最新|热门|热点|热评|热文|要闻|头条|标签|分类|评论|留言|跟贴|跟帖|友情链接|专题|作者|关于|广告|搜索|订阅|归档|导航|公告|活动|直播|图片|视频).{0,4}"
    r"|(?:most |top |latest |popular |trending|recent |comments?|leave a |tags?|categories|archives?|about|subscribe|newsletter|follow|share|author|search|advert|sponsor).{0,24}",
    re.IGNORECASE,
)
# What every heading above has one of, in lower case: spares the other lines the full patterns.
_HINT = re.compile(
    r"[相荐薦猜阅閱看喜想往同更爱関連推関]|报道|新闻|感|relat|similar|recommend|like|enjoy|read|see|next|more|about|interes|miss|관련|추천|thema|lesen|lire|sujet|connex|relacion|correlat|lee|leia|veja|leggi|чита|похож|теме|liên|ilgili|terkait|baca|zobacz|czytaj|lees|läs|les|læs|lue|おすすめ|あわせて|gerelat|relaterad|verwandte|ähnliche|čtěte|souvisej|související|mohlo|σχετικά|διαβάστε|भी|संबंधित|เกี่ยวข้อง|เพิ่มเติม|اقرأ|citește|kapcsol"
)
_STATED = re.compile(r"[:：]\s?\w")  # 作者：王某 is a fact of an entry
_DECORATION = re.compile(r"^[\W_]+|[\W_]+$")
_MORE = re.compile(r"\s*(?:more|更多|换一换|换一批|查看更多|全部)$", re.IGNORECASE)
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:(?:post|article|entry|jp|yarpp|art)?[_-]?relat(?:ed|es|ive|e)?(?:[_-]?(?:posts?|articles?|news|list|content|reads?|box|info|links?))?|xiangguan\w*|xgyd|xgwz|xg|tuijian\w*|tjyd"
    r"|recommend(?:s|ed|ation|ations)?(?:[_-]\w+)*|(?:rel|relate)news|\w*allsee|guess\w*|you-?(?:may-?)?like|like-?articles?|similar\w*|(?:mod|rm)[_-]?rel\w*|art[_-]?rec|read-?more-?wrap)(?:$|[\s_-])"
)  # e.g. class="related-posts", class="recommend-item-box", id="xgyd"
_PROMOTION = re.compile(r"(?:广告|廣告|推广|赞助|Ad\b|Sponsored)", re.IGNORECASE)  # 广告45岁以上的人...
_GO_ON = re.compile(r"(?:>>?|»|›|更多)\s*$")  # 投资热点尽在APP>
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_WORDS = re.compile(r"[a-z\u00c0-\u024f\u0400-\u04ff]{3,}")


def related_posts(
    outline: Outline, reader: CardReader, body: tuple[int, int], excluded: set[int], next_page: str | None
) -> tuple[list[Related], set[int]]:
    """The related posts of an article, in page order, at most MOST; and the blocks that head and hold them.

    body: first and last block index of the article. excluded: blocks that link the neighbours. next_page: no post.
    """
    by_block: dict[int, list[Link]] = defaultdict(list)
    for link in outline.links:
        if link.block.index in excluded or link.url == next_page or outline.zone(link.node) in ("nav", "footer"):
            continue
        if _names_an_entry(link):
            by_block[link.block.index].append(link)
    found: dict[str, Related] = {}
    headline = outline.page.headline
    regions = _headed_regions(outline, by_block, body) or _named_regions(outline, by_block, body)
    if not regions:
        regions = _topical_regions(outline, by_block, body)
    blocks: set[int] = set()
    for first, last in regions:
        links = title_links(outline, reader, [link for index in range(first, last) for link in by_block.get(index, ())])
        for card in reader.cards(links, first, last):
            if headline is None or card.title != headline.text:  # lists on a subject name the article itself, too
                found.setdefault(card.url, card)
        blocks.update(link.block.index for link in links)
        if is_related_heading(outline.blocks[first].text):
            blocks.add(first)
        if len(found) >= MOST:
            break
    return list(found.values())[:MOST], blocks


def _names_an_entry(link: Link) -> bool:
    if is_label(link.text) or _PROMOTION.match(link.block.text) or _GO_ON.search(link.text) or is_home(link.url):
        return False
    return not is_taxonomy(link.url) and not (is_category(link.url) and link.block.length < 8)


def title_links(outline: Outline, reader: CardReader, links: list[Link]) -> list[Link]:
    """One link per entry of a list: the one that names it. Author and category links are left out, adverts too."""
    best: dict[str, Link] = {}
    for link in links:
        known = best.get(link.url)
        if known is None or _rank(link) > _rank(known):
            best[link.url] = link
    if len(best) < 2:
        return list(best.values())
    groups: dict[str, list[Link]] = defaultdict(list)
    for link in best.values():
        groups[outline.signature(link.node)].append(link)
    main = max(groups.values(), key=_weight)
    average = _weight(main) / len(main)
    at_home = sum(link.on_site for link in main) > len(main) / 2
    taken: set[int] = set()  # blocks of entries that have their title: what else they link is no entry
    if len(main) > 1 and len(groups) > 1:
        for start, stop in reader.spans(main, links[0].block.index, links[-1].block.index + 1):
            taken.update(range(start, stop))
    names = {id(link) for link in main}
    for group in groups.values():
        if group is not main and _weight(group) / len(group) >= max(6.0, 0.55 * average):
            names.update(id(link) for link in group if link.block.index not in taken)
    return [link for link in best.values() if id(link) in names and (not at_home or link.on_site)]


def _weight(links: list[Link]) -> float:
    return sum(min(len(clean_title(link.text)), 40) for link in links)


def _rank(link: Link) -> tuple[bool, int]:
    return link.block.tag in HEADINGS, -abs(min(len(link.text), 80) - 25)


def is_related_heading(text: str) -> bool:
    """True for "相关推荐", "延伸阅读：", "Related posts" and their kin."""
    return len(text) <= 40 and _names_related(text)


@lru_cache(maxsize=MOST_KNOWN)
def _names_related(text: str) -> bool:
    return any(_STRONG.fullmatch(form) or _WEAK.fullmatch(form) for form in _plain_forms(text))


def _plain_forms(text: str) -> tuple[str, str]:
    """A heading without decoration, and without the "more" or "refresh" link behind it."""
    plain = _DECORATION.sub("", text)
    return plain, _DECORATION.sub("", _MORE.sub("", plain))


def _heading_of(block: Block) -> tuple[bool, bool]:
    """(is one, is strong) of a block that can head a list; links may follow in the same line."""
    text = block.text
    if block.anchors and block.anchors[0].start > 0:
        text = text[: block.anchors[0].start]
    return _heads(text) if len(text) <= 40 else (False, False)


@lru_cache(maxsize=MOST_KNOWN)
def _heads(text: str) -> tuple[bool, bool]:
    """(is a heading of related posts, is strong) of a short text."""
    if not _HINT.search(text.lower()):
        return False, False
    forms = _plain_forms(text)
    strong = any(_STRONG.fullmatch(form) for form in forms)
    return strong or any(_WEAK.fullmatch(form) for form in forms), strong


def _headed_regions(outline: Outline, by_block: dict[int, list[Link]], body: tuple[int, int]) -> list[tuple[int, int]]:
    """Block ranges under related-like headings."""
    found: list[tuple[int, int]] = []
    linked = sorted(by_block)
    below = False  # a list below the article was found: from there on weak headings head something else
    for block in outline.blocks:
        if block.hidden or (found and block.index < found[-1][1]):
            continue
        heading, strong = _heading_of(block)
        if not heading or outline.zone(block.node) in ("nav", "footer"):
            continue
        if block.index < body[0] and block.link_share > 0.9:
            continue  # a link of the site's navigation
        if not strong and (block.index < body[0] or (below and block.index > body[1])):
            continue
        last = _scope(outline, by_block, linked, block, body)
        if last > block.index:
            found.append((block.index, last))
            below = below or block.index > body[1]
    return found


def _scope(
    outline: Outline, by_block: dict[int, list[Link]], linked: list[int], heading: Block, body: tuple[int, int]
) -> int:
    """Where the list under a heading ends (exclusive); heading.index when there is none. `linked`: the sorted keys of by_block.

    The list is in the smallest container with two entries, or in one that also holds the article and then ends with
    the first lines that are no entries.
    """
    nodes = outline.nodes
    node = heading.node
    start = heading.index
    own = by_block.get(start, ())
    if _weight(list(own)) < 8 * len(own):
        own = ()  # tags beside the heading
    climbed = 0
    while True:
        last = nodes[node].last
        within = linked[bisect_right(linked, start) : bisect_left(linked, last)]
        entries = sum(len(by_block[i]) for i in within) + len(own)
        if entries >= 2 or nodes[node].parent <= 0 or nodes[node].first <= body[0] < nodes[node].last:
            break
        if climbed == MOST_CLIMBED:
            break
        node = nodes[node].parent
        climbed += 1
    if not entries:
        return start
    shared = nodes[node].first <= body[0] < nodes[node].last  # the container is the article's, too
    signature = outline.signature(heading.node)
    depth = nodes[heading.node].depth
    seen = 1 if own else 0
    idle = 0
    for index in range(start + 1, last):
        block = outline.blocks[index]
        if block.hidden or not any(c.isalnum() for c in block.text):
            continue
        links = by_block.get(index)
        if links:
            if seen and _heading_of(block)[0]:
                return index
            seen += 1
            idle = 0
            continue
        if not seen:
            if index - start > _NEAR or block.tag in HEADINGS:
                return start
            continue
        if _ends_list(outline, block, signature, depth):
            return index
        idle += 1 + (block.length > 60)
        if idle > (3 if shared else 30):
            return index
    return last if seen else start


def _ends_list(outline: Outline, block: Block, signature: str, depth: int) -> bool:
    if outline.signature(block.node) == signature and not block.text.isdigit():
        return len(block.text) < 40
    if block.tag in HEADINGS and outline.nodes[block.node].depth <= depth:
        return True
    if block.anchors or len(block.text) > 14 or outline.nodes[block.node].depth > depth + 1:
        return False
    return not _STATED.search(block.text) and _OTHER_HEADING.fullmatch(block.text) is not None


def _named_regions(outline: Outline, by_block: dict[int, list[Link]], body: tuple[int, int]) -> list[tuple[int, int]]:
    """Block ranges of containers that are called related or recommended, siblings of one name taken together."""
    headline = outline.page.headline
    start = body[0] if headline is None else min(body[0], headline.index)  # a body read wrong does not hide the list
    found: list[tuple[int, int]] = []
    previous = -1
    for node in outline.nodes:
        if not node.names or node.hidden or node.last <= node.first or (found and node.first < found[-1][1]):
            continue
        if node.first <= start or node.first <= body[0] < node.last or not _is_called_related(node.names):
            continue
        if outline.zone(node.index) in ("nav", "footer"):
            continue
        if previous >= 0 and outline.nodes[previous].parent == node.parent:
            found[-1] = (found[-1][0], node.last)
        else:
            found.append((node.first, node.last))
        previous = node.index
    return [span for span in found if _distinct(by_block, span) >= 3]


@lru_cache(maxsize=MOST_KNOWN)
def _is_called_related(names: str) -> bool:
    return _NAMES.search(names) is not None


def _distinct(by_block: dict[int, list[Link]], span: tuple[int, int]) -> int:
    return len({link.url for i in range(*span) for link in by_block.get(i, ()) if len(link.text) >= 6})


def _topical_regions(outline: Outline, by_block: dict[int, list[Link]], body: tuple[int, int]) -> list[tuple[int, int]]:
    """Lists below the article most of whose titles share words with its headline: their heading may be an image."""
    headline = outline.page.headline
    own = _pairs(headline.text if headline is not None else outline.page.title_raw or "")
    if len(own) < 3:
        return []
    runs = [run for run in _runs(outline, by_block, body) if len(run) >= 5 and _weight(run) >= 10 * len(run)]
    others = [link for run in runs for link in run]
    found: list[tuple[int, int]] = []
    for run in runs:
        titles = [_pairs(link.text) for link in run]
        shared = max(own, key=lambda pair: sum(pair in title for title in titles))
        here = sum(shared in title for title in titles)
        elsewhere = sum(shared in link.text.lower() for link in others) - here
        if here >= 0.6 * len(run) and elsewhere <= 0.15 * (len(others) - len(run)):
            found.append((run[0].block.index, run[-1].block.index + 1))
    return found


def _runs(outline: Outline, by_block: dict[int, list[Link]], body: tuple[int, int]) -> Iterator[list[Link]]:
    """Neighbouring links of one signature."""
    run: list[Link] = []
    for index in sorted(i for i in by_block if i > body[1] and outline.blocks[i].link_share > 0.6):
        for link in by_block[index]:
            if run and outline.signature(run[-1].node) != outline.signature(link.node):
                yield run
                run = []
            run.append(link)
    if run:
        yield run


def _pairs(text: str) -> set[str]:
    """Pairs of Han characters, and the words of other scripts."""
    pairs: set[str] = set()
    for han in _HAN.findall(text):
        pairs.update(han[i : i + 2] for i in range(len(han) - 1))
    pairs.update(word for word in _WORDS.findall(text.lower()) if len(word) > 3)
    return pairs
