"""Shells as frameworks and portals serve them, and ordinary pages that share their marks: which of them need a browser."""

from datetime import UTC, datetime

import pytest

from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.reading.reading import Reading
from crawler.web.browser_need import gained, need_of

ARTICLE = "https://a.example/news/2026/1123/100234.html"
LISTING = "https://a.example/news/"
SCRIPTS = '<script src="/js/vendor.js"></script><script src="/js/app.js"></script>'
MENU = (
    "<header><nav><ul>"
    + "".join(
        f'<li><a href="/c/{n}">{word}</a></li>'
        for n, word in enumerate(["首页", "时政", "国际", "财经", "科技", "文化", "体育"])
    )
    + "</ul></nav></header>"
)
FOOTER = """<footer><p>关于我们 | 联系我们 | 广告服务 | 法律声明 | 网站地图</p><p>互联网新闻信息服务许可证 00000000
    信息网络传播视听节目许可证 000000 京ICP备00000000号</p><p>违法和不良信息举报电话：000-00000000</p>
    <p>版权所有 晨报社 未经书面授权不得转载或建立镜像</p></footer>"""
HOT = "<aside><h3>热门文章</h3><ul>" + "".join(
    f'<li><a href="/news/{n}.html">第{n}条新闻的标题说的是城市里的一件小事</a></li>' for n in range(8)
)
HOT += "</ul></aside>"
TEXT = "".join(
    f"<p>{line}</p>"
    for line in (
        "昨天下午，城东的旧码头重新开放，许多市民带着孩子前来参观，场面十分热闹，志愿者在入口处分发地图。",
        "工作人员介绍，修缮工程历时两年，保留了原有的木结构，并增设了无障碍通道，夜间照明也全部更换。",
        "附近的商户说，码头开放之后，客流明显增加，周末的生意比平时好了一倍多，他们打算延长营业时间。",
    )
)
NUXT = """<div id="__nuxt"><style>#nuxt-loading{background:#fff}</style><script>addEventListener("error", () => 0)</script>
    <div id="nuxt-loading" role="status"><div>Loading...</div></div></div><script>window.__NUXT__={config:{}}</script>"""
STREAMED = """<div hidden=""><!--$--><!--/$--></div><main><template id="B:0"></template><div style="min-height:200px"><svg
    viewBox="0 0 24 24"><path d="M.9 12"></path></svg></div></main><script>self.__next_f=self.__next_f||[]</script>"""

SHELLS = {
    "vue": """<noscript><strong>We're sorry but news doesn't work properly without JavaScript enabled. Please enable it to
        continue.</strong></noscript><div id="app"></div>""",
    "one script": '<div id="root"></div>',
    "words of waiting": '<div id="app"><div class="loading">页面加载中，请稍候…</div></div>',
    "skeleton": '<div id="app"><div class="skeleton"><div class="sk-line"></div><div class="sk-line"></div></div></div>',
    "next": '<div id="__next"><div class="spin"></div></div><script id="__NEXT_DATA__" type="application/json">{}</script>',
    "next, streamed": STREAMED,
    "nuxt": NUXT,
    "angular": '<app-root><div class="splash"><img src="/logo.png"><p>Loading, please wait...</p></div></app-root>',
    "svelte": '<div style="display: contents"><script>Promise.all([import("/_app/start.js")])</script></div>',
    "state in a script": '<div id="root"></div><script id="RENDER_DATA" type="application/json">%7B%22data%22%3A1%7D</script>',
    "notice": "<noscript><div>您的浏览器不支持或已禁用 JavaScript，请启用 JavaScript 后访问。</div></noscript><div class=c></div>",
    "cloaked template": '<div id="app" v-cloak style="display:none"><h1>{{title}}</h1><div v-html="content"></div></div>',
    "footer served": f'<div id="root"></div>{FOOTER}',
    "account article of pictures": '<div id="js_article"><div id="js_content" style="visibility:hidden"></div></div>',
}
FRAMES = {
    "empty body": f"""{MENU}<div class="article"><h1 id="title"></h1><div class="article-content"></div></div>{HOT}{FOOTER}
        <script>$.get("/api/a", d => $(".article-content").html(d.html))</script>""",
    "words of waiting": f'{MENU}<div class="main"><div class="detail">正在加载…</div></div>{FOOTER}',
    "empty root": f'{MENU}<div id="app"></div>{FOOTER}',
    "template": f'{MENU}<div id="app"><h1>{{{{ article.title }}}}</h1><div v-html="article.content"></div></div>{FOOTER}',
}
ORDINARY = {
    "served application": f'<div id="app"><h1>旧码头重新开放</h1><div class="article-content">{TEXT}</div></div>',
    "cloaked, but served": f'<div id="app" v-cloak style="display:none"><h1>旧码头重新开放</h1>{TEXT}</div>',
    "comments by script": f"""{MENU}<h1>旧码头重新开放</h1><div id="content">{TEXT}</div><div id="comments"><noscript>Please enable
        JavaScript to view the comments.</noscript><div id="root"></div></div><div>评论加载中...</div>{FOOTER}""",
    "short": f"<h1>旧码头重新开放</h1><div class=content>{TEXT[:60]}</div>{FOOTER}",
    "about the site": f"{MENU}<h1>关于我们</h1><p>晨报网创办于二〇〇一年，是一家面向城市生活的新闻网站。</p>{FOOTER}",
    "pictures": f'{MENU}<h1>码头旧影</h1><div class="content"><img src="/1.jpg"><img src="/2.jpg"></div>{FOOTER}',
}


def _page(body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>晨报网</title></head><body>{body}{SCRIPTS}'
        "</body></html>"
    )


def _read(body: str, url: str = ARTICLE) -> Reading:
    return read(_page(body).encode(), url, {}, Profile(), datetime(2026, 11, 24, tzinfo=UTC))


@pytest.mark.parametrize("name", SHELLS)
def test_an_empty_application_is_a_shell_as_article_and_as_list(name: str) -> None:
    for url, kind in ((ARTICLE, "article"), (LISTING, "start")):
        assert need_of(_read(SHELLS[name], url), _page(SHELLS[name]), kind) == "shell"


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_without_its_middle_is_given_to_the_browser_although_menu_and_footer_are_there(name: str) -> None:
    for url, kind in ((ARTICLE, "article"), (LISTING, "start")):
        assert need_of(_read(FRAMES[name], url), _page(FRAMES[name]), kind) in {"partial", "shell"}


@pytest.mark.parametrize("name", ORDINARY)
def test_a_page_whose_text_is_served_needs_none_whatever_else_scripts_fill(name: str) -> None:
    assert need_of(_read(ORDINARY[name]), _page(ORDINARY[name]), "article") is None


def test_a_filled_middle_counts_although_the_plain_page_had_a_longer_footer() -> None:
    filled = f'{MENU}<div id="app"><h1>旧码头重新开放</h1><div class="content">{TEXT[:120]}</div></div>{FOOTER}'
    assert gained(_read(FRAMES["empty root"]), _read(filled))
    assert not gained(_read(filled), _read(filled))
