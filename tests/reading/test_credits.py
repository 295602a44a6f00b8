"""Authors, sources, editors, trails, tags and counters: one form a test case."""

import time

import pytest

from crawler.reading.creditlines import read_line
from crawler.reading.names import is_organisation, is_person, people
from crawler.reading.profile import Profile
from tests.reading.article_page import FETCHED, TEXT, TITLE, credits_of, page_of


@pytest.mark.parametrize(
    ("info", "authors"),
    [
        ("<p>作者：涅阳城 2024年01月12日18:32 浏览：272</p>", ["涅阳城"]),
        ("<p>本报记者 王立文 方 敏</p>", ["王立文", "方敏"]),
        ("<p>□ 本报记者 霍一夫</p>", ["霍一夫"]),
        ("<p>河东社记者邹多为、唐小凝、丁乐</p>", ["邹多为", "唐小凝", "丁乐"]),
        ("<p>文丨河东评论特约评论员 韩涵</p>", ["韩涵"]),
        ("<p>文/栗小思</p>", ["栗小思"]),
        ("<p>撰文：张小三 编辑：李小四</p>", ["张小三"]),
        ("<p>【文/河东网 李小四】</p>", ["李小四"]),
        ("<p>本报记者 王立文 通讯员 李小四</p>", ["王立文", "李小四"]),
        ("<p>作者：约翰·史密斯 译者：张小三</p>", ["约翰·史密斯"]),
        ("<p>赵延东、风笑天</p>", ["赵延东", "风笑天"]),
        ("<p>■ 南小帆</p>", ["南小帆"]),
        ("<p>2019.12.11 / 张小三</p>", ["张小三"]),
        ("<p>2019-12-11 09:25 | 张小三 | 河东财经</p>", ["张小三"]),
        ("<p>文 | 张小三 编辑 | 李小四 出品 | 河东新闻</p>", ["张小三"]),
        ("<div class='author'><a href='/author/zhang'>河东小张</a></div><div>2019-12-11</div>", ["河东小张"]),
        (
            "<div class='author'><span class='name'>张小三</span> <span class='author-badge'>Lv4</span></div><div>2019-12-11</div>",
            ["张小三"],
        ),
        ("<p>张小三（河东大学教授）</p>", ["张小三"]),
        ("<p>张晗/每日河东新闻</p>", ["张晗"]),
        ("<p>記者張小三／台北報導</p>", ["張小三"]),
        ("<p>本报记者 张小三 李小四 实习生 王小五 文/图</p>", ["张小三", "李小四", "王小五"]),
        ("<p>2019年12月11日 09:25 河东证券报 张小三</p>", ["张小三"]),
        ("<p>2023-06-15 08:10 来源：中国新闻网 王帆</p>", ["王帆"]),
        ("<p>ggjjzhzz 发表于 2005-9-15 11:46:00</p>", ["ggjjzhzz"]),
        ("<p>作者: 赵 培：河东物资学院，河东</p>", ["赵培"]),
        ("<p><a href='/people/12/'>私~川流</a> 2017-09-30 21:38:07</p>", ["私~川流"]),
        (
            '<div class="author"><span class="name">欧阳静</span> <span class="author-badge">Lv4</span></div>',
            ["欧阳静"],
        ),
    ],
)
def test_authors_below_the_headline(info: str, authors: list[str]) -> None:
    assert credits_of(page_of(info)).authors == authors


@pytest.mark.parametrize(
    ("lead", "authors"),
    [
        ("河东社深圳5月12日电（记者戴小河、印朋）", ["戴小河", "印朋"]),
        ("河东商报讯（记者 岳小瑜 董晗萱）", ["岳小瑜", "董晗萱"]),
        ("河东社北京5月19日电（刘艺、杨吉）", ["刘艺", "杨吉"]),
        ("东河网记者曹磊5月13日报道：", ["曹磊"]),
        ("（法河社罗马19日电）", []),
        ("东河网记者曹磊报道：", ["曹磊"]),
        ("[文/观河网 徐小蕾] ", ["徐小蕾"]),
        ("（中央社記者張小三台北12日電）", ["張小三"]),
        ("〔記者張小三／台北報導〕", ["張小三"]),
    ],
)
def test_reporters_of_a_dateline_are_read_and_the_dateline_is_not_lifted(lead: str, authors: list[str]) -> None:
    page = page_of(text=(lead + TEXT[0], *TEXT[1:]))
    found = credits_of(page)
    assert found.authors == authors
    assert not any(page.blocks[i].text.startswith(lead) for i in found.lifted)


@pytest.mark.parametrize(
    ("tail", "authors"),
    [
        ("<p>（总台央视记者 奚小霓 张赛）</p>", ["奚小霓", "张赛"]),
        ("<p>（袁源）</p>", ["袁源"]),
        ("<p>作者 王之言 高小然</p><p>编辑 周褶褶 ｜ 排版 魏小蔚</p>", ["王之言", "高小然"]),
        ("<p>[作者: 刘满仓 责任编辑: 杨小宇 ]</p>", ["刘满仓"]),
        ("<p>整合 河东日报·交汇点记者 徐小翔</p>", ["徐小翔"]),
        ("<div>作者</div><div>陈志远</div>", ["陈志远"]),
        ("<p>来源: 尹小娟</p>", ["尹小娟"]),
        ("<p>（本文来源：河东日报 作者：世界经济研究部部长、研究员徐占忱）</p>", ["徐占忱"]),
    ],
)
def test_authors_behind_the_text(tail: str, authors: list[str]) -> None:
    assert credits_of(page_of(tail=tail)).authors == authors


def test_a_name_in_brackets_after_the_last_sentence_is_read_but_the_sentence_stays_whole() -> None:
    page = page_of(text=(*TEXT[:2], TEXT[2] + "（姚峰 上海报道）"))
    found = credits_of(page)
    assert found.authors == ["姚峰"]
    assert not any(page.blocks[i].text.endswith("报道）") for i in found.lifted)


@pytest.mark.parametrize(
    "info",
    [
        "<p>记者：首先欢迎你来到这里接受采访，你的店开了几年？</p>",
        "<p>作者：</p>",
        "<p>作者：佚名</p>",
        "<p>作者：新河报</p>",
        "<p>来源：河东日报</p>",
        "<p>图/张小三</p>",
        "<p>河东社记者 谢小驰 摄</p>",
        "<p>今日要闻</p>",
        "<p>据记者了解，工程已经开工</p>",
        "<p>编辑：李小四</p>",
        "<p>分享到：微信</p>",
        "<p>本文由用户上传，作者文责自负</p>",
    ],
)
def test_no_author_is_better_than_a_wrong_one(info: str) -> None:
    assert credits_of(page_of(info)).authors == []


def test_a_meta_author_that_the_page_does_not_show_is_not_believed() -> None:
    assert credits_of(page_of(head='<meta name="author" content="倪小轩">')).authors == []


def test_a_json_ld_author_that_the_page_shows_is_believed() -> None:
    head = '<script type="application/ld+json">{"@type":"BlogPosting","author":{"@type":"Person","name":"私~川流"}}</script>'
    assert credits_of(page_of("<p>私~川流 2023-09-30 21:38</p>", head=head)).authors == ["私~川流"]


@pytest.mark.parametrize(
    "author", ['{"@id":["a"]}', '{"@id":{"a":1}}', "[" * 960 + '"x"' + "]" * 960, "[1e999,null,true]"]
)
def test_a_json_ld_of_odd_types_is_read_over(author: str) -> None:
    head = (
        f'<script type="application/ld+json">{{"@type":"NewsArticle","author":{author},"keywords":{author}}}</script>'
    )
    assert credits_of(page_of("<p>作者：王小明 2023-09-30 21:38</p>", head=head)).authors == ["王小明"]


@pytest.mark.parametrize(
    ("info", "source"),
    [
        ("<p>来源：新河网</p>", "新河网"),
        ("<p>2024年05月10日06:58 | 来源：人河网－人河日报</p>", "人河网－人河日报"),
        ("<p>来源：光河网-《光河日报》2024-05-20 03:15</p>", "光河网-《光河日报》"),
        ("<p>2024-05-13 09:16:04 来源: 北青网-北京青年报 北京 举报</p>", "北青网-北京青年报"),
        ("<p>发稿时间：2024-05-20 13:15:00 来源：央河新闻客户端 河东青年网</p>", "央河新闻客户端"),
        ("<p>本文来源于北河商报 2024-05-20 09:47:48</p>", "北河商报"),
        ("<p>02日14:25 作者： 赵婕 出自[人河文学出版社]</p>", "人河文学出版社"),
        ("<p>2024-05-20 14:33·新河社</p>", "新河社"),
        ("<p>2016年05月25日10:10 新河财经</p>", "新河财经"),
        ("<p>http://www.h.example 2005年03月21日 11:21 《理财周刊》</p>", "理财周刊"),
        ("<p>2022-06-02 09:52:19政能河 来自北京市</p>", "政能河"),
        ("<div class='author-name'>河东快评</div><div>发布时间：10-0812:00</div>", "河东快评"),
        ("<div><span>原创</span><span>河东快评</span><span>2019-11-24 07:44:31</span></div>", "河东快评"),
        ("<p>河东新闻 2019-12-11 09:25:45</p>", "河东新闻"),
        ("<p>2019-12-11 09:25:45 <a href='/'>和讯网</a></p>", "和讯网"),
        ("<div>掌上河东</div><div>+关注</div><div>2024-05-13 06:16</div>", "掌上河东"),
        ("<div>上河证券报网络版</div><div>2024-05-26 05:39</div>", "上河证券报网络版"),
        ("<p>2024-05-13 06:16发布于北京河东日报官方账号</p>", "河东日报"),
        ("<p>发布: 2021-1-29 13:18|点击: 313|来自: 互联网</p>", "互联网"),
    ],
)
def test_sources_below_the_headline(info: str, source: str) -> None:
    assert credits_of(page_of(info)).source == source


@pytest.mark.parametrize(
    ("tail", "source"),
    [
        ("<p>来源：河东日报 编辑：苏小亮</p>", "河东日报"),
        ("<p>信息来源： 内河日报</p>", "内河日报"),
        ("<p>《光河日报》（2024年05月20日 03版）</p>", "光河日报"),
        ("<p>（据《河东日报》报道）</p>", "河东日报"),
        ("<p>（原载《河东日报》2019年12月11日）</p>", "河东日报"),
        ("<p>(摘自《上河社会科学院学术季刊》2000年第2期，原文约15，000字)</p>", "上河社会科学院学术季刊"),
        ("<p>——《河东之春》1996年6月号</p>", "河东之春"),
        ("<p>河东质量报》【奋进新征程 建功新时代】</p>", "河东质量报"),
        ("<p>(本文来自澎河新闻，更多原创资讯请下载“澎河新闻”APP)</p>", "澎河新闻"),
        ("<p>来源:河东晚报微信公众号 | 编辑:王小一 | 审核:李小二</p>", "河东晚报微信公众号"),
        ("<p>凡本网注明“来源：河东网”的所有作品，版权均属于河东网，转载请注明。</p>", None),
        ("<p>图片来源：视觉河东</p>", None),
    ],
)
def test_sources_behind_the_text(tail: str, source: str | None) -> None:
    assert credits_of(page_of(tail=tail)).source == source


def test_the_column_of_a_print_edition_line_is_read() -> None:
    assert credits_of(page_of(tail="<p>河东质量报》【奋进新征程 建功新时代】</p>")).column == "奋进新征程 建功新时代"


def test_the_link_of_a_source_is_its_url() -> None:
    found = credits_of(page_of('<p>来源：<a href="http://wire.example/1">新河网</a> 2024-05-20</p>'))
    assert (found.source, found.source_url) == ("新河网", "http://wire.example/1")


def test_a_source_only_in_a_meta_element_is_taken() -> None:
    assert credits_of(page_of(head='<meta name="ContentSource" content="内河日报">')).source == "内河日报"


@pytest.mark.parametrize(
    ("tail", "editor"),
    [
        ("<p>责任编辑：支全明 SF099</p>", "支全明"),
        ("<p>[责任编辑：杜智 PX209]</p>", "杜智"),
        ("<p>责任编辑：李曦_NN2587</p>", "李曦"),
        ("<p>【责任编辑:王頔】</p>", "王頔"),
        ("<p>(责编：胡永秋、杨光宇)</p>", "胡永秋、杨光宇"),
        ("<p>编辑：倪小轩 责任编辑：杨格</p>", "杨格"),
        ("<p>（编辑：小何）返回门户，查看更多</p><p>责任编辑：</p>", "小何"),
        ("<p>本版编辑:Giki</p>", "Giki"),
        ("<p>（ 责任编辑：刘林源 ）</p>", "刘林源"),
        ("<p>编辑：</p>", None),
    ],
)
def test_editors(tail: str, editor: str | None) -> None:
    assert credits_of(page_of(tail=tail)).editor == editor


def test_an_editor_in_brackets_behind_the_last_sentence_is_read_and_the_paragraph_stays() -> None:
    page = page_of(text=(*TEXT[:2], TEXT[2] + "（完）(责任编辑：张小三)"))
    found = credits_of(page)
    assert found.editor == "张小三"
    assert not any(page.blocks[i].text.endswith("张小三)") for i in found.lifted)


@pytest.mark.parametrize(
    ("above", "category", "crumbs"),
    [
        ("<div><a href=/>新河网</a> &gt; <a href=/sz>时政</a> &gt; 正文</div>", "时政", ["新河网", "时政"]),
        ("<div>当前位置：<a href=/>首页</a> &gt; <a href=/zg>中国历史</a> &gt; " + TITLE + "</div>", "中国历史", ["首页", "中国历史"]),
        ("<div>当前位置：<a href=/>首页</a>-&gt;<a href=/js>军事技术</a></div>", "军事技术", ["首页", "军事技术"]),
        ("<div class=crumbs><a href=/>首页</a> / <a href=/a>要闻动态</a> / <a href=/b>今日关注</a></div>", "今日关注", ["首页", "要闻动态", "今日关注"]),
        ("<ol class=breadcrumb><li><a href=/>首页</a></li><li><a href=/a>社会</a></li><li>" + TITLE + "</li></ol>", "社会", ["首页", "社会"]),
        ("<ul><li><a href=/a>攻略&gt;</a></li><li><a href=/b>生活&gt;</a></li><li>" + TITLE + "</li></ul>", "生活", ["攻略", "生活"]),
        ("<div><a href=/>首页</a>/ <a href=/sg>诗歌</a></div>", "诗歌", ["首页", "诗歌"]),
        ("<ol class=breadcrumb><li><a href=/>首页</a> &gt; <a href=/a>社会</a></li></ol>", "社会", ["首页", "社会"]),
    ],
)  # fmt: skip
def test_trails(above: str, category: str, crumbs: list[str]) -> None:
    found = credits_of(page_of(above=above))
    assert (found.category, found.breadcrumb) == (category, crumbs)


def test_a_category_link_beside_the_headline_is_the_category() -> None:
    assert credits_of(page_of('<p>2024-05-20 <a href="/categories/gongyi/">工艺</a></p>')).category == "工艺"


def test_of_a_category_and_its_child_the_child_is_taken() -> None:
    info = '<p><a href="/categories/a/">工艺</a> <a href="/categories/a/b/">木工</a></p>'
    assert credits_of(page_of(info)).category == "木工"


@pytest.mark.parametrize(
    ("tail", "tags"),
    [
        ('<p>标签： <a href="/t/1">老街</a><a href="/t/2">夜市</a></p>', ["老街", "夜市"]),
        ("<p>文章关键词： 老街 夜市 招牌</p>", ["老街", "夜市", "招牌"]),
        ('<div class="entry-tag"><a href="/tag/a">老街</a> <a href="/tag/b">夜市</a></div>', ["老街", "夜市"]),
        ("<p>分享到：微信 微博</p>", []),
    ],
)
def test_tags(tail: str, tags: list[str]) -> None:
    assert credits_of(page_of(tail=tail)).tags == tags


def test_keywords_that_the_page_does_not_show_are_no_tags() -> None:
    assert credits_of(page_of(head='<meta name="keywords" content="老街,夜市">')).tags == []


@pytest.mark.parametrize(
    "line",
    [
        "责任编辑：杨小格",
        "2024-05-20 16:25:01 来源:上河奉贤 选稿：许小杰",
        "（总台央视记者 奚小霓 张赛）",
        "原标题:老街换新颜",
        "标签： 老街",
    ],
)
def test_a_line_of_nothing_but_credits_is_lifted(line: str) -> None:
    page = page_of(tail=f"<p>{line}</p>")
    assert line in [page.blocks[i].text for i in credits_of(page).lifted]


@pytest.mark.parametrize(
    "line",
    [
        "责任编辑制度从今年起在全市推行，来源：各区上报的数据要逐条核对",
        "周师傅说：来源清楚的食材才敢用",
        "老街的招牌由街道统一制作",
    ],
)
def test_prose_with_a_label_in_it_is_not_lifted(line: str) -> None:
    page = page_of(text=(*TEXT, line))
    assert line not in [page.blocks[i].text for i in credits_of(page).lifted]


def test_the_names_of_the_site_are_kept_slot_by_slot() -> None:
    page = page_of(
        head='<meta property="og:site_name" content="河东在线">',
        above='<div><a href="/"><img class="logo" src="/logo.png" alt="河东在线标志"></a></div><div>河东首页 &gt; 社会 &gt; 正文</div>',
        tail="<p>Copyright © 2009-2024 河东晚报社 版权所有</p><p>主办单位：河东区委宣传部</p>",
        raw=TITLE + "-ag凯河国际",
    )
    identity = credits_of(page).identity
    assert identity.title_suffix == "ag凯河国际"
    assert identity.og_site_name == "河东在线"
    assert identity.logo == "河东在线标志"
    assert identity.breadcrumb_root == "河东首页"
    assert identity.copyright_holder == "河东晚报社"
    assert identity.icp_holder == "河东区委宣传部"


def test_selectors_of_a_site_class_win() -> None:
    info = '<p class="who">王小一、李小二</p><p class="from">来源：河东画报</p><p class="by">责编：赵小三</p><p>作者：张小四</p>'
    selectors = {"author": ".who", "source": ".from", "editor": ".by", "title": ".headline"}
    page = page_of(info, above='<div class="headline">真正的标题</div>')
    found = credits_of(page, Profile(selectors=selectors))
    assert found.authors == ["王小一", "李小二"]
    assert (found.source, found.editor, found.title) == ("河东画报", "赵小三", "真正的标题")


def test_a_selector_of_the_profile_finds_tags_and_category() -> None:
    profile = Profile(selectors={"tags": ".x a", "category": ".y"})
    tail = '<div class="x"><a href="/1">老街</a><a href="/2">夜市</a></div><div class="y"><a href="/c">工艺</a></div>'
    found = credits_of(page_of(tail=tail), profile)
    assert (found.tags, found.category) == (["老街", "夜市"], "工艺")


@pytest.mark.parametrize(
    ("info", "authors"),
    [
        ("<p>By Maria Stone and John Field</p>", ["Maria Stone", "John Field"]),
        ('<p class="byline">Maria Stone</p>', ["Maria Stone"]),
        ('<p><a rel="author" href="/m">Maria Stone</a></p>', ["Maria Stone"]),
        ("<p>By Maria StoneNovember 17, 2025</p>", ["Maria Stone"]),
        ("<p>By Maria Stone on Friday</p>", ["Maria Stone"]),
        ('<p class="author">Reviewed by Maria Stone</p>', []),
        ("<p>By Daily Example Staff</p>", []),
        ("<p>4 minutes</p>", []),
    ],
)
def test_bylines_of_english_pages(info: str, authors: list[str]) -> None:
    text = ("The thirty-seven shops along the old street have changed their signs since the beginning of summer.",) * 3
    page = page_of(info, text=text, title="Old street gets new drains", raw="Old street gets new drains", lang="en")
    assert credits_of(page).authors == authors


@pytest.mark.parametrize("name", ["刘满仓", "王帆", "欧阳修", "诸葛小明", "约翰·史密斯"])
def test_names_of_people(name: str) -> None:
    assert is_person(name)
    assert not is_organisation(name)


@pytest.mark.parametrize(
    "name", ["新河报", "河东新闻网", "科普河东-科学原理研究所", "河东青年报", "新华社", "河东大学"]
)
def test_names_of_organisations(name: str) -> None:
    assert is_organisation(name)
    assert not is_person(name)


@pytest.mark.parametrize("word", ["关注", "方法", "高考", "来源", "文言", "全球", "成都"])
def test_words_that_begin_like_a_name_are_none(word: str) -> None:
    assert people(word, sure=True) == []


@pytest.mark.parametrize(
    "unit", ["来源：", "作者", "（记者", "王小明、", "编辑 ", "》【", " / ", "电（记者", "a:", "12月", "|"]
)
def test_long_adversarial_lines_take_no_time(unit: str) -> None:
    line = unit * (100_000 // len(unit))
    start = time.process_time()
    read_line(line, FETCHED)
    read_line(line[:160], FETCHED)
    people(line, sure=True)
    credits_of(page_of(f"<p>{line}</p><p>{line[:160]}</p>", tail=f"<p>{line}</p>", text=(line[:5000], *TEXT)))
    assert time.process_time() - start < 1.0


def test_the_labels_of_neighbours_name_no_author() -> None:
    tail = '<p>上一篇文章：<a href="/a/0.html">千分尺</a></p><p>下一篇文章：<a href="/a/2.html">安全月</a></p>'
    assert credits_of(page_of("<p>作者：唐志远</p>", tail=tail)).authors == ["唐志远"]


def test_a_source_ends_with_its_link() -> None:
    info = '<p>2024-05-20 10:03 来源：<a href="http://a.example/">河东新闻</a><a href="#c">参与互动</a></p>'
    assert credits_of(page_of(info)).source == "河东新闻"


def test_a_menu_of_categories_is_not_the_category() -> None:
    above = '<nav><ul class="menu"><li><a href="/category/yinyue/">音乐</a></li></ul></nav>'
    tail = '<p>Posted in <a href="/dushu/" rel="category tag">读书</a> Tagged <a href="/tag/x/" rel="tag">老街</a></p>'
    found = credits_of(page_of(above=above, tail=tail))
    assert (found.category, found.tags) == ("读书", ["老街"])


def test_the_site_that_claims_to_be_the_author_is_none() -> None:
    text = ("Die siebenunddreißig Läden an der alten Straße haben seit dem Sommer neue Schilder bekommen.",) * 3
    page = page_of(
        "<p>Von Katrin Bühler</p>", text=text, title="Neue Schilder", raw="Neue Schilder - Aubacher Bote", lang="de",
        head='<meta name="author" content="Aubacher Bote">',
    )  # fmt: skip
    assert credits_of(page).authors == ["Katrin Bühler"]


def test_a_blog_owner_named_in_the_box_behind_the_text_is_the_author() -> None:
    head = '<meta name="generator" content="Hexo 6.3.0"><meta name="author" content="罗一站">'
    tail = '<div class="post-copyright__author_name">罗一站</div>'
    assert credits_of(page_of(head=head, tail=tail)).authors == ["罗一站"]
    assert credits_of(page_of(head=head)).authors == []
