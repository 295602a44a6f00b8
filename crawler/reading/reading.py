"""Reading: all facts taken from one page. What `read` returns and everything downstream works on."""

from dataclasses import dataclass, field
from typing import Literal

from crawler.article import Image, Neighbour, Published, Related

Kind = Literal["article", "listing", "other"]


@dataclass(slots=True)
class Anchor:
    """A link inside a line: characters text[start:end] of the line lead to `url`."""

    url: str
    start: int
    end: int


@dataclass(slots=True)
class Line:
    """One block of the article's region (from headline to the end of its container), in document order.

    `fate` is "text" when the line belongs to the article, else the kind of its removal: credit, related, comment, share,
    advert, template, hidden, boilerplate (the kinds of article.Removed). Lines are never dropped from the list.
    """

    text: str
    tag: str = "p"  # p, h1..h6, li, td, tr, pre, figcaption, blockquote ...
    fate: str = "text"
    rule: str = ""
    slot: str | None = None  # the field it was lifted into (author, source, editor ...), or its zone
    score: float = 1.0  # the block model's probability that it is article text
    hidden: bool = False
    anchors: list[Anchor] = field(default_factory=list)
    path: str = ""  # tag path with classes from the region's root, for survey and show


@dataclass(slots=True)
class Identity:
    """The names by which the page calls its site, slot by slot."""

    title_suffix: str | None = (
        None  # last segment of <title> behind a separator, where <title> differs from the headline
    )
    title_prefix: str | None = None
    og_site_name: str | None = None
    logo: str | None = None
    breadcrumb_root: str | None = None
    copyright_holder: str | None = None
    icp_holder: str | None = None


@dataclass(slots=True)
class PageLink:
    """One on-site anchor outside the article's text: where it leads, what it says, which list it stands in."""

    url: str
    text: str
    block: str = ""  # signature of the list or container that holds it
    zone: str = ""  # nav, main, aside, footer


@dataclass(slots=True)
class Shell:
    """Signs of a page that only a browser can fill."""

    is_shell: bool = False
    signs: list[str] = field(
        default_factory=list
    )  # app_root, empty_body, unfilled, waiting, noscript, scripts_without_text, no_links


@dataclass(slots=True)
class Fate:
    """One block of the whole page with what became of it; only filled when read(..., explain=True)."""

    text: str
    tag: str
    path: str
    fate: str
    rule: str
    score: float


@dataclass(slots=True)
class Reading:
    """All facts of one page. Built by reader.read; the same page and profile always give the same reading."""

    url: str
    encoding: str = "utf-8"
    canonical_url: str | None = None  # rel=canonical or og:url, absolute; a claim of the page, not yet checked
    kind: Kind = "other"
    confidence: float = 0.0  # of kind
    problem: str | None = None  # a crawler.outcomes.Reason value that forbids publishing: mojibake, parse_depth ...
    title: str | None = None
    title_raw: str | None = None
    headline: str | None = None  # the h1, or what stands for it
    claimed_titles: list[str] = field(default_factory=list)  # what meta elements and JSON-LD call the article
    subtitle: str | None = None
    lines: list[Line] = field(default_factory=list)
    body_confidence: float = 0.0
    authors: list[str] = field(default_factory=list)
    source: str | None = None
    source_url: str | None = None
    editor: str | None = None
    column: str | None = None
    category: str | None = None
    breadcrumb: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    published_at: str | None = None
    published: Published | None = None
    modified_at: str | None = None
    language: str | None = None
    images: list[Image] = field(default_factory=list)
    views: int | None = None
    likes: int | None = None
    comments: int | None = None
    previous: Neighbour | None = None
    next: Neighbour | None = None
    related: list[Related] = field(default_factory=list)
    entries: list[Related] = field(default_factory=list)  # what a listing lists
    next_page: str | None = None  # of a listing, or of an article in several pages
    links: list[PageLink] = field(default_factory=list)
    text_links: list[str] = field(
        default_factory=list
    )  # on-site ones amid the text: of a page without an article, lists
    feeds: list[str] = field(default_factory=list)
    refresh: str | None = None  # target of a meta refresh
    identity: Identity = field(default_factory=Identity)
    outside_text: list[str] = field(default_factory=list)  # text before <html> or after </html>
    hidden_links: list[PageLink] = field(default_factory=list)  # off-site anchors in hidden nodes
    offsite_links: list[PageLink] = field(
        default_factory=list
    )  # those that a visitor sees, above and below the article
    theme: str | None = None
    body_path: str | None = None  # CSS selector of the container the body was found in
    flags: list[str] = field(default_factory=list)
    shell: Shell = field(default_factory=Shell)
    blocks: list[Fate] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The article's paragraphs, joined by a newline, before stripping."""
        return "\n".join(line.text for line in self.lines if line.fate == "text")
