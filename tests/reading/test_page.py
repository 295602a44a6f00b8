"""One parse, one walk: blocks in document order with what later steps need."""

import pytest

from crawler.reading.page import Page

URL = "https://news.example.com/a/b.html?x=1"


def texts(html: str) -> list[str]:
    return [block.text for block in Page(html, URL).blocks]


def test_block_tags_and_line_breaks_end_a_block() -> None:
    assert texts("<div>一<br>二<p>三</p>四<hr>五</div>") == ["一", "二", "三", "四", "五"]


def test_inline_markup_stays_in_its_block() -> None:
    assert texts("<p>Read <b>the <i>whole</i></b> <a href=/x>story</a>, now.</p>") == ["Read the whole story, now."]


def test_whitespace_collapses_and_full_width_indents_go() -> None:
    assert texts("<p>\u3000\u3000第一段\n  还有\t字&nbsp; </p>") == ["第一段 还有 字"]


def test_no_blank_is_invented_between_chinese_characters() -> None:
    assert texts("<p>中<span>华</span><font>人</font>民</p>") == ["中华人民"]


def test_signs_that_were_taken_for_markup_inside_words_come_back() -> None:
    assert texts("<p>外海5<del>32公里（3</del>20哩）</p>") == ["外海5~32公里（3~20哩）"]
    assert texts("<p>29.7 J/mol<em>k, and 10 W/m</em>K</p>") == ["29.7 J/mol*k, and 10 W/m*K"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>un<em>believ</em>able</p>", "unbelievable"),
        ("<p>原价<del>99元</del>59元</p>", "原价99元59元"),
        ("<p>now 5<del> to 10</del> only</p>", "now 5 to 10 only"),
    ],
)
def test_markup_of_words_stays_markup(html: str, expected: str) -> None:
    assert texts(html) == [expected]


def test_sections_and_spans_of_a_wechat_body_are_blocks() -> None:
    html = (
        '<div id="js_content" style="visibility: hidden;"><section><section><span>第一段。</span></section>'
        "<section><span><span>第二</span>段。</span></section></section></div>"
    )
    page = Page(html, URL)
    assert [b.text for b in page.blocks] == ["第一段。", "第二段。"]
    assert not any(b.hidden for b in page.blocks)


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : NONE;",
        "visibility:hidden",
        "font-size:0",
        "font-size:0px;color:red",
        "text-indent:-9999px",
        "position:absolute;left:-9999px",
        "height:0;overflow:hidden",
    ],
)
def test_nodes_out_of_sight_are_hidden_with_all_inside(style: str) -> None:
    page = Page(f'<div><p>seen</p><div style="{style}"><p>unseen</p></div></div>', URL)
    assert [(b.text, b.hidden) for b in page.blocks] == [("seen", False), ("unseen", True)]


@pytest.mark.parametrize("style", ["font-size:0.8em", "text-indent:2em", "left:-5px", "opacity:1", "overflow:hidden"])
def test_ordinary_styles_hide_nothing(style: str) -> None:
    assert not Page(f'<p style="{style}">seen</p>', URL).blocks[0].hidden


def test_hidden_attribute_hides() -> None:
    assert Page("<p hidden>unseen</p>", URL).blocks[0].hidden


def test_hidden_noise_inside_a_sentence_is_taken_aside() -> None:
    page = Page('<p>The sentence <span style="display:none">xq7</span>goes on.</p>', URL)
    assert [(b.text, b.hidden) for b in page.blocks] == [("The sentence goes on.", False), ("xq7", True)]


def test_body_shown_by_a_script_is_not_hidden() -> None:
    assert not Page('<body style="display:none"><p>text</p></body>', URL).blocks[0].hidden


def test_data_table_gives_one_block_a_row() -> None:
    html = (
        "<table><caption>销量</caption><tr><th>年份</th><th>数量</th></tr><tr><td>2021</td><td><p>35</p>万</td></tr>"
        "<tr><td>2022</td><td>41 <a href=/q>注</a></td></tr></table>"
    )
    page = Page(html, URL)
    assert [b.text for b in page.blocks] == ["销量", "年份 | 数量", "2021 | 35 万", "2022 | 41 注"]
    assert [b.tag for b in page.blocks] == ["caption", "tr", "tr", "tr"]


def test_layout_table_is_taken_apart() -> None:
    prose = "这是一个很长的段落，" * 20
    html = f"<table><tr><td>导航</td><td>{prose}<br>{prose}</td></tr><tr><td>左</td><td><table><tr><td>x</td></tr></table></td></tr></table>"
    assert texts(html) == ["导航", prose, prose, "左", "x"]


def test_preformatted_lines_keep_their_blanks() -> None:
    page = Page("<pre>def f():\n    return  1\n\ndone</pre>", URL)
    assert [b.text for b in page.blocks] == ["def f():", "    return  1", "done"]
    assert {b.tag for b in page.blocks} == {"pre"}


def test_no_block_holds_a_line_feed() -> None:
    page = Page("<pre>a\nb<span>c\nd</span></pre><p>e\nf</p><textarea>g\nh</textarea>", URL)
    assert not any("\n" in b.text for b in page.blocks)


def test_scripts_styles_forms_and_noscript_give_no_text() -> None:
    html = "<p>a</p><script>b</script><style>c</style><noscript>d</noscript><select><option>e</select><svg><text>f</text></svg><p>g</p>"
    assert texts(html) == ["a", "g"]


def test_text_after_a_skipped_element_is_kept() -> None:
    assert texts("<p>before <script>x</script>after</p>") == ["before after"]


def test_anchors_carry_absolute_addresses_and_offsets() -> None:
    page = Page('<p>看 <a href="../c.html">上 一篇</a>和<a href="//cdn.example.org/d">图</a></p>', URL)
    block = page.blocks[0]
    assert block.text == "看 上 一篇和图"
    assert [(a.url, block.text[a.start : a.end]) for a in block.anchors] == [
        ("https://news.example.com/c.html", "上 一篇"),
        ("https://cdn.example.org/d", "图"),
    ]
    assert block.link_share == pytest.approx(5 / 8)


def test_link_around_blocks_is_an_anchor_in_each() -> None:
    page = Page('<a href="/s"><h3>Title</h3><p>Excerpt</p></a><p>free</p>', URL)
    assert [len(b.anchors) for b in page.blocks] == [1, 1, 0]
    assert [b.link_share for b in page.blocks] == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://o.example/x", "https://o.example/x"),
        ("/x", "https://news.example.com/x"),
        ("?page=2", "https://news.example.com/a/b.html?page=2"),
        ("c/d", "https://news.example.com/a/c/d"),
        ("http://[broken", ""),
        ("//a\u2100b/", ""),  # a host that normalisation would change
        ("http://a.example/[1]\u65b0", "http://a.example/[1]\u65b0"),
        ("javascript:void(0)", "javascript:void(0)"),
    ],
)
def test_addresses_become_absolute(href: str, expected: str) -> None:
    assert Page("<p>x</p>", URL).absolute(href) == expected


def test_base_element_counts() -> None:
    page = Page('<head><base href="/root/"></head><p><a href="x">y</a></p>', URL)
    assert page.blocks[0].anchors[0].url == "https://news.example.com/root/x"


def test_length_weighs_chinese_characters() -> None:
    blocks = Page("<p>新图书馆明年春天开放</p><p>one two three</p><p>iPhone手机发布</p>", URL).blocks
    assert [round(b.length, 2) for b in blocks] == [6.25, 3.0, 3.5]
    assert [b.cjk for b in blocks] == [10, 0, 4]


def test_lazy_images_give_their_real_address() -> None:
    html = '<p>a</p><img src="/blank.gif" data-original="/real.jpg" alt=" 图 一 "><img src="data:image/gif;base64,R0"><img src="/b.png"><p>b</p>'
    images = Page(html, URL).images
    assert [(i.url, i.alt, i.before) for i in images] == [
        ("https://news.example.com/real.jpg", "图 一", 1),
        ("https://news.example.com/b.png", "", 1),
    ]


def test_nodes_bound_their_blocks() -> None:
    page = Page("<body><div class='Main c2' id=Top><p>a</p><p>b</p></div><p>c</p></body>", URL)
    main = next(n for n in page.nodes if n.tag == "div")
    assert (main.first, main.last, main.names) == (0, 2, "main c2 top")
    assert page.path(page.blocks[1].node) == "body>div.Main.c2>p"
    assert [n.tag for n in page.ancestors(page.blocks[1].node)] == ["p", "div", "body", "html"]


def test_head_is_read() -> None:
    html = (
        '<head><title> 标题 \n 甲 </title><meta name="Author" content="张三"><meta property="og:title" content="标题">'
        '<script type="application/ld+json">[{"@type":"NewsArticle"},{"@graph":[{"@type":"Person"}]}]</script>'
        '<script type="application/ld+json">{broken</script></head><body><svg><title>icon</title></svg><p>x</p></body>'
    )
    page = Page(html, URL)
    assert page.title_raw == "标题 甲"
    assert page.meta == {"author": "张三", "og:title": "标题"}
    assert [item.get("@type") for item in page.json_ld] == ["NewsArticle", None, "Person"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<title>新馆开放-某网</title><h1>某网</h1><h2>新馆开放</h2><p>正文</p>", "新馆开放"),
        ("<title>Library opens in spring | Daily</title><h1>Library opens in spring</h1>", "Library opens in spring"),
        ("<title>某网</title><h1>新馆明年开放</h1>", "新馆明年开放"),
        (
            "<title>新馆明年春天开放_某网</title><div class=t>新馆明年春天开放</div><p>正文在此。</p>",
            "新馆明年春天开放",
        ),
        ("<title>无关</title><p>正文在此。</p>", None),
    ],
)
def test_headline_agrees_with_the_title(html: str, expected: str | None) -> None:
    headline = Page(html, URL).headline
    assert (headline.text if headline else None) == expected


@pytest.mark.parametrize(
    "html", ["", " ", "plain", "\0", "<!-- c -->", "<?xml version='1.0' encoding='gbk'?><p>a</p>", "<p>\ud800</p>"]
)
def test_any_text_makes_a_page(html: str) -> None:
    page = Page(html, URL)
    assert page.problem is None
    assert page.root is not None


def test_nul_and_invisible_characters_go() -> None:
    assert texts("<p>a\0b\u200bc\ufeffd\u00ade</p>") == ["ab\u200bcde".replace("\u200b", "")]


def test_deep_nesting_is_walked() -> None:
    page = Page("<div>" * 1500 + "deep" + "</div>" * 1500, URL)
    assert [b.text for b in page.blocks] == ["deep"]
    assert page.problem is None


def test_nesting_beyond_the_parser_is_a_problem() -> None:
    assert Page("<div>" * 5000 + "deep" + "</div>" * 5000, URL).problem == "parse_depth"
