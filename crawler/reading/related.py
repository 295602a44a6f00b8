"""Related posts: link lists under a heading that says so, or in a container whose name does."""

import re
from collections import defaultdict

from crawler.article import Related
from crawler.reading.cards import CardReader, clean_title, is_category, is_label, is_taxonomy
from crawler.reading.outline import Link, Outline
from crawler.reading.page import HEADINGS, Block

MOST = 20  # entries kept of one page: recommendation feeds have no end

# Headings of related posts: whole text, decoration and a colon aside. One example per group.
_HEADING = re.compile(
    r"(?:与?本文|本站|其他|其它|更多|查看)?相关(?:的)?(?:推荐|阅读|文章|新闻|报道|报导|资讯|链接|连接|内容|热点|专题|帖子|视频|日志|博文|话题|知识|信息|作品|资料|攻略)?(?:推荐|列表)?"  # 相关推荐
    r"|(?:图文|精彩|精选|编辑|小编|今日|智能|为[你您])?推荐(?:阅读|文章|内容|新闻|资讯|看点|帖子|给[你您])?|[为给][你您]推荐"  # 推荐阅读
    r"|(?:猜|[你您])(?:[你您])?(?:可能|也许|或许|或許|可能會)?(?:还|還|也)?(?:会|會)?(?:喜欢|喜歡|想看|想读|爱看|感兴趣|感興趣|关心|需要)(?:的|看)?(?:文章|内容)?"  # 猜你喜欢
    r"|(?:延伸|扩展|擴展|拓展|关联|更多|继续|參考|下一步)(?:阅读|閱讀|新闻|报道)|更多(?:精彩|相关|同类)?(?:内容|文章|推荐|新闻|资讯)?"  # 延伸阅读
    r"|大家(?:都|也|还)?(?:在|爱)?看|看了又看|看过(?:本文|此文)的人还(?:看|喜欢).{0,4}|其他人也在看|别人还在看|还看了|读了.{0,6}还读了"  # 其他人也在看
    r"|往期(?:回顾|推荐|精选|内容|文章|精彩|链接|阅读)|(?:其他|其它|同|本)(?:同一)?(?:栏目|类|频道|专题|系列)(?:下)?(?:的)?(?:内容|文章|推荐|新闻|最新)?|同类(?:文章|推荐|阅读)"  # 往期回顾
    r"|今日头条推荐引擎.{0,12}|相關(?:文章|新聞|報導|閱讀|內容|連結|推薦)|延伸閱讀|推薦(?:閱讀|文章)|你可能.{0,6}|猜你.{0,6}"
    r"|(?:read |see )?(?:more )?(?:related|similar|recommended)(?: (?:posts?|articles?|stories|story|news|content|reading|links?|topics|coverage|items|entries|reads))?(?: (?:posts|for you))?"
    r"|you (?:may|might) (?:also )?(?:like|enjoy|be interested in|have missed)|recommended(?: for you| reading| stories)?|further reading|see also|also read|read (?:next|more|also|this next)|what to read next|up next|keep reading|don'?t miss"
    r"|more (?:from|on|about|in|like) .{1,30}|more (?:stories|news|articles|posts|to read)|(?:others|readers|people) also (?:read|liked|viewed)"
    r"|関連(?:記事|ニュース|リンク|する記事)|おすすめ(?:の?記事)?|あわせて読みたい|こちらも(?:読まれて|おすすめ).{0,6}|관련 ?(?:기사|뉴스|글)|추천 ?(?:기사|뉴스)"
    r"|(?:das könnte (?:sie|dich) auch interessieren|mehr zum thema|lesen sie auch|auch interessant)|(?:à lire aussi|articles? (?:liés|similaires|connexes)|lire aussi|sur le même sujet)"
    r"|(?:art[ií]culos? relacionados|notas? relacionadas?|noticias relacionadas|te puede interesar|también te puede interesar|lee también|leia (?:também|mais)|veja também|relacionad[ao]s?|leggi anche|articoli correlati|potrebbe interessarti)"
    r"|(?:читайте также|похожие (?:статьи|новости|записи)|по теме|материалы по теме|tin liên quan|bài viết liên quan|ilgili haberler|berita terkait|baca juga|artikel terkait|zobacz też|czytaj (?:też|także)|lees ook|läs (?:också|mer)|les også|læs også|lue myös)",
    re.IGNORECASE,
)
# Headings of lists that are not about this article: where a related list ends.
_OTHER_HEADING = re.compile(
    r".{0,6}(?:排行榜?|排行|最新|热门|热点|热评|热文|要闻|头条|标签|分类|评论|留言|跟贴|跟帖|友情链接|专题|作者|关于|广告|搜索|订阅|归档|导航|公告|活动|直播|图片|视频).{0,4}"
    r"|(?:most |top |latest |popular |trending|recent |comments?|leave a |tags?|categories|archives?|about|subscribe|newsletter|follow|share|author|search|advert|sponsor).{0,24}",
    re.IGNORECASE,
)
_DECORATION = re.compile(r"^[\W_]+|[\W_]+$|\s*(?:more|更多|换一换|换一批|查看更多|全部)\W*$", re.IGNORECASE)
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:(?:post|article|entry|jp|yarpp|art)?[_-]?relat(?:ed|es|ive|e)?(?:[_-]?(?:posts?|articles?|news|list|content|reads?|box|info|links?))?|xiangguan\w*|xgyd|xgwz|xg|tuijian\w*|tjyd"
    r"|recommend(?:s|ed|ation|ations)?(?:[_-]\w+)*|(?:rel|relate)news|\w*allsee|guess\w*|you-?(?:may-?)?like|like-?articles?|similar\w*|(?:mod|rm)[_-]?rel\w*|art[_-]?rec|read-?more-?wrap)(?:$|[\s_-])"
)  # e.g. class="related-posts", class="recommend-item-box", id="xgyd"


def related_posts(outline: Outline, reader: CardReader, body: tuple[int, int], excluded: set[str]) -> list[Related]:
    """The related posts of an article, in page order, at most MOST.

    body: first and last block index of the article. excluded: URLs that are known to be something else (neighbours,
    pager).
    """
    by_block: dict[int, list[Link]] = defaultdict(list)
    for link in outline.links:
        by_block[link.block.index].append(link)
    found: dict[str, Related] = {}
    regions = list(_regions(outline, by_block, body)) or list(_named_regions(outline, by_block, body))
    for first, last in regions:
        links = [
            link
            for index in range(first, last)
            for link in by_block.get(index, ())
            if link.url not in excluded and outline.zone(link.node) not in ("nav", "footer")
        ]
        chosen = title_links(outline, links)
        for card in reader.cards(chosen, first, last):
            found.setdefault(card.url, card)
        if len(found) >= MOST:
            break
    return list(found.values())[:MOST]


def title_links(outline: Outline, links: list[Link]) -> list[Link]:
    """One link per entry of a list: the one that names it. Author, category and tag links are left out."""
    best: dict[str, Link] = {}
    for link in links:
        if is_taxonomy(link.url) or (is_category(link.url) and link.block.length < 8):
            continue
        if is_label(link.text):
            continue
        known = best.get(link.url)
        if known is None or _rank(link) > _rank(known):
            best[link.url] = link
    if len(best) < 2:
        return list(best.values())
    weight: dict[str, list[float]] = defaultdict(list)
    for link in best.values():
        weight[outline.signature(link.node)].append(min(len(clean_title(link.text)), 40))
    main = max(weight.values(), key=sum)
    average = sum(main) / len(main)
    keep = {
        sig for sig, sizes in weight.items() if sizes is main or sum(sizes) / len(sizes) >= max(6.0, 0.55 * average)
    }
    return [link for link in best.values() if outline.signature(link.node) in keep]


def _rank(link: Link) -> tuple[bool, int]:
    return link.block.tag in HEADINGS, -abs(min(len(link.text), 80) - 25)


def is_related_heading(text: str) -> bool:
    """True for "相关推荐", "延伸阅读：", "Related posts" and their kin."""
    return len(text) <= 40 and _HEADING.fullmatch(_DECORATION.sub("", text)) is not None


def _regions(outline: Outline, by_block: dict[int, list[Link]], body: tuple[int, int]) -> list[tuple[int, int]]:
    """Block ranges under related-like headings."""
    found: list[tuple[int, int]] = []
    for block in outline.blocks:
        if block.hidden or len(block.text) > 40 or (found and block.index < found[-1][1]):
            continue
        if not is_related_heading(block.text) or outline.zone(block.node) in ("nav", "footer"):
            continue
        first = block.index + 1
        last = _scope(outline, by_block, block, body)
        if last > first:
            found.append((first, last))
    return found


def _scope(outline: Outline, by_block: dict[int, list[Link]], heading: Block, body: tuple[int, int]) -> int:
    """Where the list under a heading ends (exclusive): the smallest container with links, cut at the next heading."""
    nodes = outline.nodes
    node = heading.node
    last = heading.index + 1
    while nodes[node].parent > 0:
        last = nodes[node].last
        if any(by_block.get(i) for i in range(heading.index + 1, min(last, heading.index + 12))):
            break
        node = nodes[node].parent
    signature = outline.signature(heading.node)
    seen = 0
    prose = 0
    for index in range(heading.index + 1, last):
        block = outline.blocks[index]
        links = by_block.get(index)
        if links:
            seen += 1
            prose = 0
            if seen and is_related_heading(block.text) and block.link_share < 1:
                return index
            continue
        if not seen:
            if index - heading.index > 12:
                return heading.index
            continue
        if (
            block.tag in HEADINGS
            or outline.signature(block.node) == signature
            or (len(block.text) < 14 and _OTHER_HEADING.fullmatch(block.text))
        ):
            return index
        prose += block.length > 60
        if prose > 2 or (body[0] < index <= body[1] and block.length > 60):
            return index
    return last


def _named_regions(outline: Outline, by_block: dict[int, list[Link]], body: tuple[int, int]) -> list[tuple[int, int]]:
    """Block ranges of containers that are called related or recommended."""
    found: list[tuple[int, int]] = []
    end = 0
    for node in outline.nodes:
        if not node.names or node.first < end or node.hidden or not _NAMES.search(node.names):
            continue
        if node.first <= body[0] and node.last > body[1]:
            continue
        if sum(len(by_block.get(i, ())) for i in range(node.first, node.last)) >= 1:
            found.append((node.first, node.last))
            end = node.last
    return found
