"""The article record: the item of every spider and one line of a delivery.

The JSON Schema of a delivery and the field tables of docs/data.md are generated from these models, so a field is
described here and nowhere else. Absent means absent: a field that the page does not show stays None or empty.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Base of all parts of a record: unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Published(Part):
    """Where `published_at` comes from."""

    raw: str = Field(description="The date as the page shows it.")
    precision: Literal["second", "minute", "hour", "day", "month", "year"] = Field(
        description="The smallest unit that the page states."
    )
    from_: str = Field(
        alias="from",
        description="Where it was found: json-ld, meta:NAME, microdata, time (element), byline, title (attribute), script, "
        "url, selector (of the site's class).",
    )


class Image(Part):
    """One image of the article's body, in reading order."""

    url: str = Field(description="Absolute; of a lazy image the one that is shown in the end.")
    alt: str | None = Field(None, description="Its alternative text.")
    caption: str | None = Field(
        None, description="The line below it that describes it. It stays in the text as a line, as all captions do."
    )


class Neighbour(Part):
    """The previous or next article, as the page links it."""

    url: str = Field(description="Absolute.")
    title: str | None = Field(None, description="Its headline, without names of the site.")
    date_raw: str | None = Field(None, description="The date shown beside the link, often relative.")
    published_at: str | None = Field(
        None, description="That date, ISO 8601, no finer than the page states it (a day has no clock)."
    )


class Related(Part):
    """One related post, as the page lists it."""

    url: str = Field(description="Absolute.")
    title: str | None = Field(None, description="Its headline, without names of the site.")
    excerpt: str | None = Field(None, description="Its beginning, up to 300 characters; … where more is shown.")
    category: str | None = Field(None, description="The section shown beside it.")
    published_at: str | None = Field(
        None, description="The date shown beside it, ISO 8601, no finer than the page states it."
    )
    views: int | None = Field(None, description="The counter shown beside it.")


class Place(Part):
    """Where a removed span stood: line number among the lines that were read (0-based), and character offset in it."""

    line: int = Field(ge=0, description="Number among the lines that were read, from 0.")
    start: int = Field(ge=0, description="Offset in that line, in characters (code points).")
    whole: bool = Field(False, description="True when the line left nothing in `text`.")


class Removed(Part):
    """One span taken out of the article. `text` of the record and all spans with a place rebuild what was read."""

    kind: str = Field(
        description="credit, boilerplate, advert, injected, related, comment, share, template, hidden, noise."
    )
    slot: str | None = Field(
        None,
        description="Where it stood: title_suffix, title_prefix, disclaimer, head, tail, inside, anchor, document, "
        "or the field it was lifted into.",
    )
    text: str = Field(description="The characters, as they stood; of what stands outside the text at most 200.")
    rule: str = Field(description="The rule that took it, by its name in the data files or code.")
    evidence: list[str] = Field(
        default_factory=list, description="What spoke for it, one short phrase each; never empty."
    )
    score: float | None = Field(None, description="Sum of the evidence, or the probability the model gave.")
    label: str | None = Field(
        None, description="A lexicon's word for it (gambling, porn, lottery); never a cause of removal."
    )
    place: Place | None = Field(None, description="Absent for spans outside the text, as in the title.")


class Quality(Part):
    """Numbers a consumer can filter by."""

    characters: int = Field(0, description="Characters of `text`, newlines too.")
    cjk_ratio: float = Field(0.0, description="Share of them that is Chinese, Japanese or Korean script.")
    link_ratio: float = Field(0.0, description="Share of the text's characters inside links.")
    removed_ratio: float = Field(
        0.0, description="Characters of all `removed` that have a place, over these and those of `text`."
    )
    confidence: float = Field(0.0, description="How sure the reader is of the body, 0 to 1.")
    flags: list[str] = Field(
        default_factory=list,
        description="What looked odd: mirror (the site is injected, if not this page), pinyin_noise, emoji_noise.",
    )


class Duplicates(Part):
    """The article's place among its copies."""

    cluster: str = Field(description="Stable id of the cluster.")
    role: Literal["canonical", "exact", "near", "contained", "rewritten"] = Field(
        description="What it is to `of`: the same text, the same article, a part of it, its story in other words; "
        "canonical: of no other one."
    )
    of: str | None = Field(None, description="The article this one relates to.")
    score: float | None = Field(None, description="Share of the smaller text that both have in common, 0 to 1.")


class Via(Part):
    """How the page was found."""

    kind: Literal["start", "listing", "related", "neighbour", "sitemap", "feed", "redirect", "page", "link"] = Field(
        description="What led to it."
    )
    url: str | None = Field(None, description="The page that did.")
    depth: int = Field(0, description="Steps from where the crawl starts.")


class Http(Part):
    """The answer the article was read from."""

    status: int = Field(description="Of the answer; of a retraction: the one that led to it.")
    etag: str | None = Field(None, description="The answer's ETag, as sent.")
    last_modified: str | None = Field(None, description="Its Last-Modified, as sent.")


Isoformat = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?([+-]\d{2}:\d{2}|Z)?)?$")]


class Article(Part):
    """One article, one revision."""

    schema_: Literal["article/1"] = Field("article/1", alias="schema", description="The form of the record.")
    id: str = Field(description="Stable: hash of the canonical form of `url`, as when it was first delivered.")
    rev: int = Field(1, ge=1, description="Counts up when the article changes.")
    op: Literal["add", "update", "retract"] = Field("add", description="What this revision does.")
    site: str = Field(description="Name of the site: the folder of the delivery.")
    url: str = Field(
        description="Where it was fetched; without `?from=hot` and the like where the page says so itself, and still under http "
        "when the site has moved to https since its first delivery."
    )
    canonical_url: str = Field(description="The address without what does not change the page.")
    title: str = Field("", description="The headline, without names of the site.")
    title_raw: str | None = Field(None, description="The title element as served.")
    subtitle: str | None = Field(None, description="The line that stands with the headline.")
    text: str = Field("", description="Paragraphs, headings, list items, table rows and captions, joined by a newline.")
    authors: list[str] = Field(default_factory=list, description="Names, in the order of the page.")
    source: str | None = Field(None, description="The publication that the page names as origin.")
    source_url: str | None = Field(None, description="Where the source's name leads.")
    editor: str | None = Field(None, description="Who edited it, as the page says.")
    column: str | None = Field(None, description="The column or series it belongs to.")
    category: str | None = Field(None, description="The section of the site it stands in.")
    tags: list[str] = Field(default_factory=list, description="Tags, in the order of the page.")
    published_at: Isoformat | None = Field(None, description="ISO 8601 with the site's offset.")
    published: Published | None = None
    modified_at: Isoformat | None = Field(None, description="When the page says it was changed, as published_at.")
    language: str | None = Field(None, description="Code of the language: zh, en ...")
    images: list[Image] = Field(default_factory=list)
    views: int | None = Field(None, description="Counter on the page when it was fetched.")
    likes: int | None = Field(None, description="Counter on the page when it was fetched.")
    comments: int | None = Field(None, description="Counter on the page when it was fetched.")
    previous: Neighbour | None = None
    next: Neighbour | None = None
    related: list[Related] = Field(default_factory=list)
    removed: list[Removed] = Field(default_factory=list)
    quality: Quality = Field(default_factory=Quality)
    duplicates: Duplicates | None = None
    fetched_at: Isoformat = Field(description="When the answer came, ISO 8601.")
    run: str = Field(description="The run that fetched it.")
    via: Via
    http: Http
    reason: str | None = Field(None, description="Why an article is retracted.")
    # What the page gave beyond the record, for the pipelines only: crawler.reading.reading.Reading. Never written out.
    reading: Any = Field(None, exclude=True, repr=False)
    # The frontier's lease of the page: crawler.state.Lease. Never written out.
    lease: Any = Field(None, exclude=True, repr=False)
