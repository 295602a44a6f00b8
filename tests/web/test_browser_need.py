"""Which pages look as if a browser would show more of them."""

import pytest

from crawler.reading.profile import Profile
from crawler.reading.reading import PageLink, Reading, Shell
from crawler.state.entries import frontier_key
from crawler.surveying.words import describe
from crawler.web.browser_compare import compared, verdict
from crawler.web.browser_data import blocked, more_label, shows_growth
from crawler.web.browser_need import Rendering, gained, is_rechecked, least_links, need_of


def _links(count: int) -> list[PageLink]:
    return [PageLink(f"http://a.example/{n}", str(n)) for n in range(count)]


def test_shells_frames_without_their_article_and_growing_lists_need_a_browser() -> None:
    shell = Reading("http://a.example/1", shell=Shell(True, ["app_root", "no_links"]))
    frame = Reading("http://a.example/1", shell=Shell(False, ["app_root"]))
    growing = Reading("http://a.example/", kind="listing")
    button = '<a class="more" href="javascript:;">加载更多</a>'
    assert need_of(shell, "") == "shell"
    assert need_of(frame, "", "related") == "partial"
    assert need_of(growing, button, "listing") == "growing"
    assert need_of(growing, button, "page") is None  # the last of several


def test_plain_pages_need_none() -> None:
    article = Reading("http://a.example/1", kind="article", shell=Shell(False, ["waiting"]))
    paged = Reading("http://a.example/", kind="listing", next_page="http://a.example/2")
    other = Reading("http://a.example/about")
    assert need_of(article, "<a>加载更多</a>") is None
    assert need_of(paged, "<a>加载更多</a>", "listing") is None
    assert need_of(other, "", "article") is None


@pytest.mark.parametrize(
    "html",
    [
        "<div>正在加载…</div>",
        "<button> Load more </button>",
        "<a>查看更多 ▼</a>",
        "<p>加载中...</p>",
        '<div class="list-foot load-more">▼</div>',
        "<ul id='infinite-scroll' data-page=1>",
        '<input type="button" class="btn btn-loadmore" value="▼">',
    ],
)
def test_the_words_of_a_growing_list_are_known(html: str) -> None:
    assert shows_growth(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>更多精彩内容，请关注我们</p>",
        "<p>Loading docks reopen</p>",
        "<script>加载中</script>",
        "<p>学会了更多</p>",
        "<p class=more-news>x</p>",
        "<a class='download'>x</a>",
    ],
)
def test_sentences_with_such_words_are_none(html: str) -> None:
    assert not shows_growth(html)


def test_a_rendering_counts_when_it_gives_an_article_or_links_or_much_more_text() -> None:
    plain = Reading("http://a.example/", links=_links(5))
    assert gained(plain, Reading("http://a.example/", kind="article"))
    assert gained(plain, Reading("http://a.example/", links=_links(8)))
    assert not gained(plain, Reading("http://a.example/", links=_links(7)))
    assert gained(plain, Reading("http://a.example/", links=_links(6)), 1)
    assert not gained(plain, plain, 1)


def test_any_link_counts_where_nothing_was_shown_and_in_a_list_that_got_longer() -> None:
    plain, filled = Reading("http://a.example/"), Reading("http://a.example/", links=_links(2))
    assert gained(plain, filled, least_links("shell", is_longer=False))
    assert gained(plain, filled, least_links("growing", is_longer=True))
    assert not gained(plain, filled, least_links("partial", is_longer=False))


def test_trackers_are_known_by_host_and_path_and_news_about_them_are_none() -> None:
    assert blocked().is_tracker("https://hm.baidu.com/hm.js?0a1b")
    assert blocked().is_tracker("https://cdn.example/js/track.js")
    assert not blocked().is_tracker("https://a.example/static/app.js")
    assert not blocked().is_tracker("https://a.example/api/article/statistics")


def test_labels_of_buttons_are_a_regular_expression_without_python_only_syntax() -> None:
    assert "(?P" not in more_label()
    assert "(?i" not in more_label()


def test_of_pages_that_are_said_to_need_none_one_in_twenty_five_is_looked_at_whatever_the_run() -> None:
    looked_at = [n for n in range(5000) if is_rechecked(frontier_key("site", f"http://a.example/news/{n}"))]
    assert 150 < len(looked_at) < 250
    assert is_rechecked(frontier_key("site", f"http://a.example/news/{looked_at[0]}"))


def test_an_unknown_mode_is_an_error_with_the_known_ones() -> None:
    from scrapy.settings import BaseSettings

    with pytest.raises(ValueError, match="auto, always, never"):
        Rendering("sometimes", BaseSettings({"BROWSER_MORE": 1, "DOWNLOAD_DELAY": 0}), (), None, {})


def test_a_survey_says_whether_a_site_needs_a_browser() -> None:
    assert "Needs no browser." in describe(Profile(host="a.example"))
    assert "Needs a browser for pages of the kind article: '/news/#'" in describe(
        Profile(host="a.example", render={"article": True, "/news/#": True, "/about": False})
    )
    assert "Seems to need a browser: 4 pages" in describe(Profile(host="a.example"), unrendered=4)


def test_the_comparison_says_what_differs_and_whether_a_browser_is_needed() -> None:
    plain = Reading("http://a.example/1", shell=Shell(True, ["app_root", "no_links"]))
    filled = Reading("http://a.example/1", kind="article", title="题目")
    assert ("title", "-", "题目") in compared(plain, filled)
    assert "needs a browser (shell" in verdict(plain, filled, "")
    assert verdict(plain, plain, "") == "A browser shows nothing more of this page."
