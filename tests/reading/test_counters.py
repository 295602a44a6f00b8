"""Views, likes and comments: one form a test case."""

import pytest

from tests.reading.article_page import credits_of, page_of


@pytest.mark.parametrize(
    ("info", "counts"),
    [
        ("<p>浏览：272 评论：0</p>", (272, None, 0)),
        ("<p>阅读3分钟</p>", (None, None, None)),
        ("<p>阅读 1.2万</p>", (12_000, None, None)),
        ("<p>1.23K 阅读</p>", (1_230, None, None)),
        ("<p>阅读量1.3w 收藏 98</p><p>点赞数 40</p>", (13_000, 40, None)),
        ('<span class="entry-action-num">(0)</span>', (None, 0, None)),
        ("<p>5人参与2评论</p>", (None, None, 2)),
    ],
)
def test_counters(info: str, counts: tuple[int | None, int | None, int | None]) -> None:
    found = credits_of(page_of(info))
    assert (found.views, found.likes, found.comments) == counts


@pytest.mark.parametrize(
    ("info", "counts"),
    [
        ('<p><span class="view">2345</span> <span class="cmt"><a href="#c">6</a></span></p>', (2345, None, 6)),
        ('<p><i class="icon icon-eye"></i> 2.3K <i class="icon icon-comment"></i> 3</p>', (2_300, None, 3)),
        ('<p><i class="meta-view">1.2W+</i> <i class="meta-like">33</i></p>', (12_000, 33, None)),
        ('<p><item class="meta-view">325</item><item class="meta-like">0</item></p>', (325, 0, None)),
        ('<div class="acts"><a class="post-like">赞(<span>51</span>)</a><a>打赏</a></div>', (None, 51, None)),
        ('<p>2024-05-20 <span class="day">12</span></p>', (None, None, None)),
    ],
)
def test_bare_numbers_are_told_by_the_names_of_their_elements(
    info: str, counts: tuple[int | None, int | None, int | None]
) -> None:
    found = credits_of(page_of(info))
    assert (found.views, found.likes, found.comments) == counts


@pytest.mark.parametrize(
    ("heading", "count"), [("3 Replies to “A”", 3), ("评论 (5)", 5), ("《某文》有 7 条评论", 7), ("No comments", 0)]
)
def test_the_heading_of_the_comments_counts_them(heading: str, count: int) -> None:
    assert credits_of(page_of(tail=f'<div id="comments"><h2>{heading}</h2></div>')).comments == count
