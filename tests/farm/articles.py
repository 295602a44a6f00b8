"""Articles of the farm: every fact of one article, made from (seed, number) alone."""

import random
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.farm.grammar import Text, load_rules


@dataclass(frozen=True, slots=True)
class Section:
    """A category of a site: how it is called, what its articles speak about and how they look."""

    slug: str
    name: str
    topic: str
    layout: str
    weight: int


@dataclass(slots=True)
class Line:
    """One line of an article's content. Roles text, heading, item and quote are the article; all others are around it:
    subtitle, byline, source, editor, note, advert, image (text is then the caption)."""

    role: str
    text: str
    url: str = ""
    alt: str = ""

    @property
    def is_article(self) -> bool:
        return self.role in {"text", "heading", "item", "quote"}


@dataclass(slots=True)
class Article:
    """All facts of one article, before a layout decides which of them it shows."""

    number: int
    section: Section
    title: str
    published: datetime
    lines: list[Line]
    subtitle: str | None = None
    authors: list[str] = field(default_factory=list)
    nickname: str | None = None  # the account that the theme names as author
    source: str | None = None
    source_url: str | None = None
    editor: str | None = None
    column: str | None = None
    tags: list[str] = field(default_factory=list)
    views: int = 0
    likes: int = 0
    comments: int = 0
    revision: int = 1
    removed: int = 0  # 404 or 410 once removed
    modified: datetime | None = None
    repost_of: int | None = None
    repost_kind: str | None = None  # exact, source, truncated, advert
    host: str = "main"

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines if line.is_article)

    @property
    def excerpt(self) -> str:
        """The first 90 characters of the text, as listings and related posts show them."""
        flat = self.text.replace("\n", " ")
        return flat if len(flat) <= 90 else flat[:90] + "…"


_PAPER = re.compile(r"^[^，。]{3,12}$")


def write_article(seed: int, number: int, section: Section, published: datetime) -> Article:
    """Article `number` of a farm with `seed`."""
    rng = random.Random(f"{seed}:article:{number}:{section.slug}")
    text = Text(load_rules("zh", "zh_topics"), rng, section.topic)
    title = text.write("headline")
    length = round(150 * 20 ** rng.random())
    article = Article(number, section, title, published, _body(text, length, section))
    article.tags = sorted({text.write(f"{section.topic}.tag") for _ in range(rng.randint(0, 4))})
    article.views = shown_count(rng.randint(3, 6000))
    article.likes = rng.choice([0, 0, 0, rng.randint(1, 60)])
    article.comments = rng.choice([0, 0, rng.randint(1, 30)])
    _credit(article, text)
    return article


def shown_count(count: int) -> int:
    """`count` as the theme can show it: from 1000 on it prints 1.23K."""
    return count if count < 1000 else round(count, -1)


def _body(text: Text, length: int, section: Section) -> list[Line]:
    """Paragraphs of about `length` characters in all: a lead, paragraphs of facts, quotes and background, an end."""
    rng = text.rng
    lines = [Line("text", text.write("s.lead"))]
    size = len(lines[0].text)
    headed = length > 900 and rng.random() < 0.4
    while size < length:
        if headed and rng.random() < 0.3:
            lines.append(Line("heading", text.write("heading")))
        sentences = [
            text.write(rng.choice(["s.fact", "s.fact", "s.quote", "s.back"])) for _ in range(rng.randint(1, 5))
        ]
        lines.append(Line("text", "".join(sentences)))
        size += len(lines[-1].text)
    lines.append(Line("text", text.write("s.end")))
    if length > 500 and rng.random() < 0.5:
        alt = text.write(f"{section.topic}.place") + text.write(f"{section.topic}.action")
        caption = f"图为{alt}。" if rng.random() < 0.5 else ""
        lines.insert(rng.randint(1, len(lines) - 1), Line("image", caption, alt=alt))
    return lines


def _credit(article: Article, text: Text) -> None:
    """Gives the article its byline, subtitle, source, column and editor, or none of them, and the lines that say so."""
    rng, lines = text.rng, article.lines
    if rng.random() < 0.5:
        article.authors = [text.write("person") for _ in range(rng.choice([1, 1, 2]))]
        pattern = rng.choice(["□ 本报记者 {}", "本报记者 {}", "记者 {}", "（记者 {}）", "文/{}", "作者：{}"])
        joiner = "、" if pattern.startswith("文") else " "
        lines.insert(0, Line("byline", pattern.format(joiner.join(article.authors))))
    elif rng.random() < 0.6:
        article.nickname = text.write("person")
        article.authors = [article.nickname]
    if rng.random() < 0.3:
        article.subtitle = text.write("subtitle")
        lines.insert(0, Line("subtitle", article.subtitle))
    if rng.random() < 0.6:
        article.source = text.write("paper")
        if rng.random() < 0.4:
            article.column = text.write("column")
            lines.append(Line("source", f"《{article.source}》【{article.column}】"))
        else:
            pattern = rng.choice(["来源：{}", "（来源：{}）", "本文来源：{}", "文章来源：{}", "来源:{}"])
            url = f"http://www.paper{rng.randint(10, 99)}.example/a/{article.number}.html" if rng.random() < 0.5 else ""
            article.source_url = url or None
            lines.append(Line("source", pattern.format(article.source), url=url))
    if rng.random() < 0.4:
        article.editor = text.write("person")
        lines.append(
            Line(
                "editor",
                rng.choice(["（责任编辑：{}）", "责任编辑：{}", "编辑：{}", "[责编：{}]"]).format(article.editor),
            )
        )


def schedule(seed: int, count: int, now: datetime) -> list[datetime]:
    """Publication times of `count` articles, oldest first; the newest came out a few minutes before `now`."""
    rng = random.Random(f"{seed}:schedule")
    times, moment = [], now.replace(second=0, microsecond=0) - timedelta(minutes=7)
    for _ in range(count):
        times.append(moment)
        moment -= timedelta(minutes=rng.randint(4, 300))
    return times[::-1]
