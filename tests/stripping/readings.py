"""Readings made by hand: what a page would have given, without a page."""

import random

from crawler.reading.reading import Anchor, Identity, Line, PageLink, Reading

PARAGRAPHS = (
    "清晨六点，河边的渔民已经收好了第一网，村口的豆腐坊也升起了白烟，几个孩子背着书包往学校走去。",
    "村里去年修通了水泥路，从镇上运来的化肥不必再用扁担挑，合作社的账本上第一次出现了结余。",
    "县里派来的技术员在地头支起一块黑板，把稻瘟病的样子画给大家看，谁家的秧苗黄了，当场就能问个明白。",
    "到了傍晚，打谷场上放起了电影，老人们搬来竹椅坐在前排，后面的年轻人站着，一直看到月亮升过了山头。",
)


def line(text: str, fate: str = "text", tag: str = "p", url: str | None = None, hidden: bool = False) -> Line:
    """One line; `url` makes all of it a link."""
    anchors = [Anchor(url, 0, len(text))] if url else []
    return Line(text, tag=tag, fate=fate, hidden=hidden, anchors=anchors)


def article(
    *texts: str | Line,
    title: str = "河湾村的一天",
    title_raw: str | None = None,
    headline: str | None = None,
    host: str = "paper.example",
    number: int = 1,
    identity: Identity | None = None,
    hidden_links: tuple[tuple[str, str], ...] = (),
) -> Reading:
    """An article's reading; texts become lines, none give four paragraphs."""
    lines = [text if isinstance(text, Line) else line(text) for text in texts or PARAGRAPHS]
    return Reading(
        url=f"http://{host}/2026/05/12/{number}.html",
        kind="article",
        title=title,
        title_raw=title_raw or title,
        headline=title if headline is None else headline,
        lines=lines,
        identity=identity or Identity(),
        hidden_links=[PageLink(url, text) for text, url in hidden_links],
    )


def varied(number: int) -> list[str]:
    """Four paragraphs that share no wording with those of any other number."""
    rng = random.Random(number)
    made = []
    for text in PARAGRAPHS:
        letters = [character for character in text if character.isalnum()]
        rng.shuffle(letters)
        made.append("".join(letters.pop() if character.isalnum() else character for character in text))
    return made


def site(
    pages: int,
    *,
    suffix: str = "",
    prefix: str = "",
    head: tuple[str | Line, ...] = (),
    tail: tuple[str | Line, ...] = (),
    identity: Identity | None = None,
    hidden_links: tuple[tuple[str, str], ...] = (),
) -> list[Reading]:
    """Articles of one site with the same strings around different texts."""
    made = []
    for number in range(pages):
        title = f"第{number + 1}回 {PARAGRAPHS[number % 4][number : number + 9]}"
        made.append(
            article(
                *head,
                *varied(number),
                *tail,
                title=title,
                title_raw=f"{prefix}{title}{suffix}",
                headline=title,
                number=number,
                identity=identity,
                hidden_links=hidden_links,
            )
        )
    return made
