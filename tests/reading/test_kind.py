"""What a page is: article, listing, or neither; and whether only a browser could fill it."""

from datetime import UTC, datetime

import pytest

from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.reading.reading import Reading
from tests.farm.farm import Farm
from tests.farm.pages import Pages

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SHORT = "<p>大桥管理处昨晚发布通告：因更换伸缩缝，大桥由北向南方向今晚十点起封闭七个小时，请绕行西桥。</p>"


def reading_of(body: str, url: str, head: str = "<title>码头网</title>") -> Reading:
    return read(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url, {}, Profile(), NOW)


def test_every_page_of_a_farm_is_what_it_is() -> None:
    farm = Farm(articles=40, seed=9)
    pages = Pages(farm)
    wrong = []
    for article in farm.articles.values():
        address = farm.url(article)
        host = "main" if address.startswith(farm.bases["main"]) else "second"
        _, headers, body = pages.get(host, address.removeprefix(farm.bases[host]))
        if read(body, address, headers, Profile(), farm.now).kind != "article":
            wrong.append(address)
    assert wrong == []


@pytest.mark.parametrize(
    "path", ["/news/20261119/88123.html", "/2026/11/19/bridge/", "/a/88123", "/articles/88123", "/?p=88123"]
)
def test_a_story_of_fifty_characters_is_an_article(path: str) -> None:
    body = f"<h1>大桥今晚单向封闭</h1><div>2026-11-19 08:15 来源：码头网</div><div class='article'>{SHORT}</div>"
    assert reading_of(body, "http://news.example" + path, "<title>大桥今晚单向封闭_码头网</title>").kind == "article"


@pytest.mark.parametrize(
    "path", ["/", "/news/", "/category/city", "/tags/bridge/", "/news/list_3.html", "/archives/2026/11/"]
)
def test_a_list_with_excerpts_is_a_listing(path: str) -> None:
    entries = "".join(
        f"<li><h2><a href='/a/{n}00{n}.html'>第{n}座大桥的维修故事讲给你听</a></h2>{SHORT}</li>" for n in range(1, 9)
    )
    assert reading_of(f"<h1>新闻</h1><ul>{entries}</ul>", "http://news.example" + path).kind == "listing"


@pytest.mark.parametrize("tag", ["h2", "div"])
def test_an_archive_of_one_entry_is_no_article(tag: str) -> None:
    entry = f"<{tag}><a href='/2026/11/19/bridge/'>大桥今晚单向封闭请绕行西桥</a></{tag}><div>2026-11-19</div><div>{SHORT}…</div>"
    found = reading_of(f"<main><h1>西桥</h1><div class='posts'>{entry}</div></main>", "http://news.example/tag/西桥")
    assert found.kind != "article"


@pytest.mark.parametrize(
    ("url", "title", "body"),
    [
        ("http://news.example/login", "登录", "<form><input name=u><input name=p type=password></form>"),
        ("http://news.example/about/", "关于我们", "<h1>关于我们</h1><p>码头网由几位退休船员在二〇一二年创办。</p>"),
        (
            "http://news.example/a/1.html",
            "404 页面不存在",
            "<h1>404</h1><p>您访问的页面不存在。</p><a href='/'>返回首页</a>",
        ),
        ("http://news.example/x", "空", ""),
    ],
)
def test_login_about_and_missing_pages_are_neither(url: str, title: str, body: str) -> None:
    assert reading_of(body, url, f"<title>{title}</title>").kind == "other"


def test_confidence_lies_between_a_guess_and_certainty() -> None:
    article = reading_of(f"<h1>大桥今晚单向封闭</h1>{SHORT * 4}", "http://news.example/2026/11/19/88123.html")
    assert article.kind == "article"
    assert 0.5 <= article.confidence <= 1


def test_an_empty_application_is_a_shell() -> None:
    shell = reading_of(
        "<noscript>Please enable JavaScript to view this page.</noscript><div id='root'></div><script src=a.js></script>",
        "http://app.example/",
    )
    assert shell.shell.is_shell
    assert {"app_root", "noscript"} <= set(shell.shell.signs)


def test_a_short_page_with_text_is_no_shell() -> None:
    assert not reading_of(
        f"<h1>大桥今晚单向封闭</h1>{SHORT}<script>1</script><script>2</script>", "http://news.example/a/1.html"
    ).shell.is_shell
