"""Authors: one form of byline a test case."""

import pytest

from tests.reading.article_page import TEXT, credits_of, page_of


@pytest.mark.parametrize(
    ("info", "authors"),
    [
        ("<p>作者：涅阳城 2024年01月12日18:32 浏览：272</p>", ["涅阳城"]),
        ("<p>楼主：老渠工 时间：2013-05-10 22:41:07 点击：12847</p>", ["老渠工"]),
        ("<p>中青导记者 魏小远　来源：青年导报　（ 2023年05月10日　 05 版）</p>", ["魏小远"]),
        ("<p>作者：田埂上的人，题图来自：作者供图</p>", ["田埂上的人"]),
        ("<p><i class='fa fa-user'></i>田埂 2019-12-11 09:25</p>", ["田埂"]),
        ("<p>2019-12-11 <span class='author'>选稿：许小杰</span></p>", []),
        ("<p>财经 河东晚报 2019-12-11 09:25</p>", []),
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
        ("江河日报讯 记者何守渠 通讯员齐晓田 ", ["何守渠", "齐晓田"]),
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
        (
            "<p>记者丨苗小青 通讯员丨钱卫东</p><p>一审丨尤佳</p><p>二审丨曹磊</p><p>三审丨施小静</p>",
            ["苗小青", "钱卫东"],
        ),
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
    ("info", "authors"),
    [
        ("<p>By Maria Stone and John Field</p>", ["Maria Stone", "John Field"]),
        ("<p>Last updated on May 11, 2023 By <span>Maria Stone</span> 4 Comments</p>", ["Maria Stone"]),
        ("<p>Published: Wed., May 10th, 2023 @ 4:05pm by Maria Stone | Filed under Boats</p>", ["Maria Stone"]),
        ('<p class="byline">Maria Stone</p>', ["Maria Stone"]),
        ('<p><a rel="author" href="/m">Maria Stone</a></p>', ["Maria Stone"]),
        ("<p>By Maria StoneNovember 17, 2025</p>", ["Maria Stone"]),
        ("<p>By Maria Stone on Friday</p>", ["Maria Stone"]),
        ('<p class="author">Reviewed by Maria Stone</p>', []),
        ("<p>By Daily Example Staff</p>", []),
        ("<p>On May 10, 2023 the bill was signed by President Maria Stone in the old town hall.</p>", []),
        ("<p>4 minutes</p>", []),
    ],
)
def test_bylines_of_english_pages(info: str, authors: list[str]) -> None:
    text = ("The thirty-seven shops along the old street have changed their signs since the beginning of summer.",) * 3
    page = page_of(info, text=text, title="Old street gets new drains", raw="Old street gets new drains", lang="en")
    assert credits_of(page).authors == authors


def test_the_labels_of_neighbours_name_no_author() -> None:
    tail = '<p>上一篇文章：<a href="/a/0.html">千分尺</a></p><p>下一篇文章：<a href="/a/2.html">安全月</a></p>'
    assert credits_of(page_of("<p>作者：唐志远</p>", tail=tail)).authors == ["唐志远"]


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
