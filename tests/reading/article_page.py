"""A page of the tests' own making whose body is known: credits are tested without the block model."""

from datetime import datetime

from crawler.reading.body import Body
from crawler.reading.credits import Credits, read_credits
from crawler.reading.page import Page
from crawler.reading.profile import Profile

FETCHED = datetime.fromisoformat("2024-06-01T12:00:00+08:00")
TITLE = "城东老街换新颜"
TEXT = (
    "入夏以来，城东老街的三十七户商铺陆续换上了统一的木质招牌，街道只对破损的排水沟和架空线做了整理，商户不用停业。",
    "“以前一下雨，门口就积水，客人进不来。”在街口开了十九年面馆的周师傅说，新铺的暗沟修好以后，店里再没有进水。",
    "施工方说，全部工程预计在国庆节前完工，届时老街将恢复夜市，并设置二十四个流动摊位，由商会统一管理。",
)


def page_of(
    info: str = "",
    tail: str = "",
    head: str = "",
    above: str = "",
    text: tuple[str, ...] = TEXT,
    title: str = TITLE,
    raw: str = TITLE + " - 河东在线",
    url: str = "http://h.example/a/1.html",
    lang: str = "zh-CN",
) -> Page:
    """Headline, `info` below it, the text in <p class=t>, `tail` behind it."""
    paragraphs = "".join(f"<p class=t>{p}</p>" for p in text)
    return Page(
        f'<html lang="{lang}"><head><title>{raw}</title>{head}</head><body>{above}<h1>{title}</h1>{info}'
        f"<div>{paragraphs}</div>{tail}</body></html>",
        url,
    )


def body_of(page: Page) -> Body:
    """The blocks in <p class=t>."""
    indices = [b.index for b in page.blocks if page.nodes[b.node].names == "t"]
    scores = [1.0 if b.index in indices else 0.0 for b in page.blocks]
    return Body(indices[0], indices[-1] + 1, 0, page.root, indices, scores, 1.0)


def credits_of(page: Page, profile: Profile | None = None) -> Credits:
    """What is read from the page, fetched on 1 June 2024."""
    return read_credits(page, body_of(page), profile or Profile(), FETCHED)
