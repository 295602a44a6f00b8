"""Articles of the farm: every fact of one article, made from (seed, number) alone."""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from tests.farm.grammar import Text, load_rules

Role = Literal["text", "heading", "item", "subtitle", "byline", "source", "editor", "advert", "image"]


@dataclass(frozen=True, slots=True)
class Section:
    """A category of a site: where it is, what its articles speak about, how they look."""

    slug: str
    name: str
    host: str
    topic: str
    layout: str
    weight: int = 0
    related: str = "text"

    @property
    def language(self) -> str:
        return "en" if self.layout == "wordpress" else "zh"


@dataclass(slots=True)
class Line:
    """One line of an article's content. Roles text, heading and item are the article, all others stand around it (image:
    `text` is the caption)."""

    role: Role
    text: str
    url: str = ""
    alt: str = ""

    @property
    def is_article(self) -> bool:
        return self.role in {"text", "heading", "item"}


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
    account: str | None = None  # the account that the theme names as author
    source: str | None = None
    source_url: str | None = None
    editor: str | None = None
    column: str | None = None
    tags: list[str] = field(default_factory=list)
    views: int = 0
    likes: int = 0
    comments: int = 0
    date_style: Literal["attribute", "minute", "day"] = "attribute"
    pages: int = 1
    revision: int = 1
    removed: int = 0  # the status its page answers once it is taken down
    modified: datetime | None = None
    repost_of: int | None = None
    repost_kind: str | None = None  # exact, source, truncated, advert

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines if line.is_article)

    @property
    def excerpt(self) -> str:
        """The first 90 characters of the text (English: 55 words), as listings and related posts show them."""
        flat = self.text.replace("\n", " ")
        if self.section.language == "en":
            words = flat.split(" ")
            return flat if len(words) <= 55 else " ".join(words[:55]) + " […]"
        return flat if len(flat) <= 90 else flat[:90] + "…"

    def page_lines(self, page: int) -> list[Line]:
        """The lines of one page (from 1) of an article in several pages."""
        size = -(-len(self.lines) // self.pages)
        return self.lines[(page - 1) * size : page * size]


def write_article(seed: int, number: int, section: Section, published: datetime, credits_at: str = "body") -> Article:
    """Article `number` of a farm with `seed`; `credits_at` ("body" or "head") says where its source and author will stand."""
    rng = random.Random(f"{seed}:article:{number}:{section.slug}")
    if section.language == "en":
        text = Text(load_rules("en"), rng, section.topic)
        title = capital(text.write("headline"))
        lines = _english_body(text, round(60 * 12 ** rng.random()))
    else:
        text = Text(load_rules("zh", "zh_topics"), rng, section.topic)
        title = text.write("headline")
        lines = _body(text, round(110 * 26 ** rng.random()), section)
    article = Article(number, section, title, published, lines)
    article.tags = sorted({text.write(f"{section.topic}.tag") for _ in range(rng.randint(0, 4))})
    views = rng.randint(3, 6000)
    article.views = views if views < 1000 else round(views, -1)  # the theme prints 1.23K from 1000 on
    article.likes = rng.choice([0, 0, 0, rng.randint(1, 60)])
    article.comments = rng.choice([0, 0, rng.randint(1, 30)])
    article.date_style = rng.choice(["attribute", "attribute", "attribute", "minute", "day"])
    if section.language == "en":
        _english_credit(article, text)
    else:
        _credit(article, text, credits_at)
    if section.layout == "justnews" and len(article.lines) > 8 and rng.random() < 0.15:
        article.pages = rng.choice([2, 3])
    return article


def capital(sentence: str) -> str:
    """`sentence` with its first letter in upper case."""
    return sentence[:1].upper() + sentence[1:]


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
        if headed and rng.random() < 0.1:
            lines.append(Line("text", text.write("tips")))
            lines += [Line("item", text.write("tip") + "。") for _ in range(rng.randint(3, 5))]
    lines.append(Line("text", text.write("s.end")))
    if length > 500 and rng.random() < 0.5:
        alt = text.write(f"{section.topic}.place") + text.write(f"{section.topic}.action")
        caption = f"图为{alt}。" if rng.random() < 0.5 else ""
        lines.insert(rng.randint(1, len(lines) - 1), Line("image", caption, alt=alt))
    return lines


def _english_body(text: Text, words: int) -> list[Line]:
    """Paragraphs of about `words` words in all."""
    rng = text.rng
    lines = [Line("text", capital(text.write("s.lead")))]
    size = lines[0].text.count(" ")
    while size < words:
        if words > 300 and rng.random() < 0.1:
            lines.append(Line("heading", capital(text.write("heading"))))
        sentences = [capital(text.write(rng.choice(["s.fact", "s.quote", "s.back"]))) for _ in range(rng.randint(1, 4))]
        lines.append(Line("text", " ".join(sentences)))
        size += lines[-1].text.count(" ")
    lines.append(Line("text", capital(text.write("s.end"))))
    if words > 150 and rng.random() < 0.5:
        alt = capital(text.write("picture"))
        lines.insert(rng.randint(1, len(lines) - 1), Line("image", alt if rng.random() < 0.5 else "", alt=alt))
    return lines


def _credit(article: Article, text: Text, credits_at: str) -> None:
    """Gives the article its byline, subtitle, source, column and editor, or none of them, and the lines that say so."""
    rng, lines = text.rng, article.lines
    if rng.random() < 0.5:
        article.authors = [text.write("person") for _ in range(rng.choice([1, 1, 2]))]
        pattern = rng.choice(["□ 本报记者 {}", "本报记者 {}", "记者 {}", "（记者 {}）", "文/{}", "作者：{}"])
        lines.insert(0, Line("byline", pattern.format(("、" if pattern[0] == "文" else " ").join(article.authors))))
    elif rng.random() < 0.6:
        article.account = text.write("person")
        article.authors = [article.account]
    if rng.random() < 0.3:
        article.subtitle = text.write("subtitle")
        lines.insert(0, Line("subtitle", article.subtitle))
    if rng.random() < 0.6:
        article.source = text.write("paper")
        address = f"http://www.paper{rng.randint(10, 99)}.example/a/{article.number}.html"
        if credits_at == "head":
            article.source_url = address if rng.random() < 0.5 else None
        elif rng.random() < 0.4:
            article.column = text.write("column")
            lines.append(Line("source", f"《{article.source}》【{article.column}】"))
        else:
            article.source_url = address if rng.random() < 0.5 else None
            pattern = rng.choice(["来源：{}", "（来源：{}）", "本文来源：{}", "文章来源：{}", "来源:{}"])
            lines.append(Line("source", pattern.format(article.source), url=article.source_url or ""))
    if rng.random() < 0.4:
        article.editor = text.write("person")
        pattern = rng.choice(["（责任编辑：{}）", "责任编辑：{}", "编辑：{}", "[责编：{}]"])
        lines.append(Line("editor", pattern.format(article.editor)))


def _english_credit(article: Article, text: Text) -> None:
    rng = text.rng
    if rng.random() < 0.8:
        article.authors = [text.write("person") for _ in range(rng.choice([1, 1, 1, 2]))]
    if rng.random() < 0.3:
        article.subtitle = capital(text.write("standfirst"))
    if rng.random() < 0.2:
        article.source = text.write("paper")
        article.lines.append(Line("source", f"Source: {article.source}"))
    if rng.random() < 0.2:
        article.modified = article.published + timedelta(minutes=rng.randint(5, 2000))


def repost(
    original: Article, number: int, section: Section, origin: str, url: str, seed: int, advert: str, credits_at: str
) -> Article:
    """`original` as another site prints it: as it is, with a source line, cut short, or with an advert line inside.

    Where credits stand in the body, the first author becomes the account, and only the source line names the source.
    """
    rng = random.Random(f"{seed}:repost:{number}")
    kind = rng.choice(["exact", "source", "truncated", "advert"])
    lines = [replace(line, url="") for line in original.lines if line.is_article or line.role in {"subtitle", "image"}]
    if kind == "truncated":
        kept = max(2, round(len(lines) * rng.uniform(0.5, 0.85)))
        lines = lines[:kept]
    elif kind == "advert":
        lines.insert(rng.randint(1, len(lines) - 1), Line("advert", advert))
    elif kind == "source":
        lines.append(Line("source", f"本文转载自{origin}，版权归原作者所有。", url=url))
    copy = Article(
        number,
        section,
        original.title,
        original.published + timedelta(minutes=rng.randint(20, 3000)),
        lines,
        subtitle=original.subtitle,
        authors=list(original.authors),
        source=origin,
        source_url=url,
        tags=list(original.tags),
        repost_of=original.number,
        repost_kind=kind,
    )
    if credits_at == "body":
        copy.authors = copy.authors[:1]
        copy.account = copy.authors[0] if copy.authors else None
        if kind != "source":
            copy.source = copy.source_url = None
    copy.views, copy.date_style = rng.randint(3, 900), rng.choice(["minute", "day"])
    return copy


def schedule(seed: int, count: int, now: datetime) -> list[datetime]:
    """Publication times of `count` articles, oldest first; the newest came out a few minutes before `now`."""
    rng = random.Random(f"{seed}:schedule")
    times, moment = [], now.replace(second=0, microsecond=0) - timedelta(minutes=7)
    for _ in range(count):
        times.append(moment)
        moment -= timedelta(minutes=rng.randint(4, 300))
    return times[::-1]
