"""Who wrote an article, where it is from, who edited it: the credit lines around the text and the claims they agree with."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from crawler.reading.body import Body
from crawler.reading.bylines import Byline, bylines, claimed_authors, owner
from crawler.reading.counters import read_counters
from crawler.reading.creditlines import LABELLED
from crawler.reading.facts import facts_of
from crawler.reading.identity import read_identity
from crawler.reading.names import clean_name, has_han, is_house, is_person, names_nobody, people
from crawler.reading.page import Page, folded
from crawler.reading.places import Place
from crawler.reading.profile import Profile
from crawler.reading.reading import Identity
from crawler.reading.selecting import texts
from crawler.reading.sources import Source, choose_source, clean_source, names_edition
from crawler.reading.themes import is_of_theme
from crawler.reading.titles import SEPARATOR, Title
from crawler.reading.trail import Trail, read_tags, read_trail
from crawler.reading.western import western_authors

_EDITOR_RANK = {
    "责任编辑": 0,
    "責任編輯": 0,
    "责编": 0,
    "責編": 0,
    "责任编缉": 0,
    "责 编": 0,
    "本版编辑": 1,
    "值班编辑": 2,
}
MOST_CLAIMED = 6  # titles that meta elements give
_NEXT_LABEL = re.compile(r"(?<!\S)[^\s:：]{1,20}\s?[:：].*", re.DOTALL)
_AROUND = ("above", "head", "tail")  # zones that are not the text itself
_LIFTED_SLOTS = frozenset(
    {
        "author",
        "source",
        "editor",
        "views",
        "comments",
        "likes",
        "tags",
        "category",
        "original_title",
        "reviewer",
        "date",
    }
)


@dataclass(slots=True)
class Credits:
    """`lifted`: block index -> (slot, rule) of the lines that consist of credits and nothing else."""

    title: str | None = None
    title_raw: str | None = None
    headline: str | None = None
    claimed_titles: list[str] = field(default_factory=list)
    subtitle: str | None = None
    authors: list[str] = field(default_factory=list)
    source: str | None = None
    source_url: str | None = None
    editor: str | None = None
    column: str | None = None
    category: str | None = None
    breadcrumb: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    views: int | None = None
    likes: int | None = None
    comments: int | None = None
    identity: Identity = field(default_factory=Identity)
    lifted: dict[int, tuple[str, str]] = field(default_factory=dict)


def read_credits(page: Page, body: Body | None, profile: Profile, fetched_at: datetime) -> Credits:
    """All credits of a page: read from the lines around the text, then from claims that agree with the page."""
    facts = facts_of(page, body, profile, fetched_at)
    claims, title, language, places = facts.claims, facts.title, facts.language, facts.places
    found = Credits(title=title.text, title_raw=page.title_raw, subtitle=title.subtitle)
    found.headline = title.block.text if title.block is not None else None
    found.claimed_titles = claims.titles[:MOST_CLAIMED]
    found.editor = _editor(places)
    source = choose_source(page, places, claims, facts.blog or language != "zh")
    found.source, found.source_url = source.name, source.url
    lines = bylines(page, body, places, title.text or "", facts.blog)
    lines = [line for line in lines if not all(_is_of_site(page, name) for name in line.names)]
    if language in ("zh", "ja", ""):
        found.authors = _authors(lines, source, places, claimed_authors(claims, places, _own_names(page, title)))
    if source.rule in ("class", "name_line") and found.authors == [source.name]:
        source = Source()  # an account that the page claims as its author
        found.source, found.source_url = None, None
    if not found.authors and facts.blog:
        found.authors = owner(page, claims, places)
    if not found.authors and language != "zh":
        found.authors = western_authors(page, claims, places)
    found.tags = read_tags(page, places, claims, profile)
    trail = read_trail(page, body, title, profile, places, found.tags or claims.keywords, claims.section)
    found.breadcrumb, found.category, found.column = trail.crumbs, trail.category, trail.column or source.column
    counters = read_counters(page, places)
    found.views, found.likes, found.comments = counters.views, counters.likes, counters.comments
    found.identity = read_identity(page, title, trail)
    _by_selectors(page, profile, found)
    _take_known(places, found)
    found.lifted = _lifted(places, body, title, lines, source, trail, language == "zh")
    return found


def _by_selectors(page: Page, profile: Profile, found: Credits) -> None:
    """What the selectors of a site class say wins: they are written where the reader errs. A theme's source is the account
    that publishes, which stands back behind a source that the article names."""
    selectors = profile.selectors
    authors = [name for text in texts(page, selectors.get("author")) for name in people(_unlabelled(text))]
    found.authors = list(dict.fromkeys(authors)) or found.authors
    for text in texts(page, selectors.get("source"))[:1]:
        source = clean_source(LABELLED.sub("", text))
        if source and not (found.source and is_of_theme(profile, "source")):
            found.source = source.name
    for text in texts(page, selectors.get("editor"))[:1]:
        found.editor = _editor_name(LABELLED.sub("", text)) or found.editor


def _unlabelled(text: str) -> str:
    """The value between its label and the next one: Words: Ann Lee | Pictures: Tom Ash -> Ann Lee |."""
    return _NEXT_LABEL.sub("", LABELLED.sub("", text) or text)


def _take_known(places: list[Place], found: Credits) -> None:
    """What was read into a field is no rest of its line: 2019年12月11日 • 科研百科 • 张小三 consists of credits."""
    known = {folded(v) for v in (*found.authors, found.source, found.category, found.editor, *found.tags) if v}
    for place in places:
        if place.line.dates and place.zone in _AROUND:
            place.line.rest = [t for t in place.line.rest if folded(t) not in known]


def _is_of_site(page: Page, name: str) -> bool:
    """Whether a name shortens that of the organisation whose site it is: 恒达阀门 of 恒达阀门有限公司."""
    segments = SEPARATOR.split(page.title_raw or "")
    return not is_person(name) and any(s != name and s.startswith(name) and is_house(s) for s in segments)


def _own_names(page: Page, title: Title) -> str:
    """What <title> says beside the headline, folded."""
    return folded(page.title_raw or "").replace(folded(title.text or ""), " ")


def _editor(places: list[Place]) -> str | None:
    """The editor answerable for the article comes before any other editor."""
    best: tuple[int, str] | None = None
    for place in places:
        if place.zone == "inside" and len(place.block.text) > 60:
            continue
        for value in place.line.values:
            if value.slot == "editor" and value.text:
                name = _editor_name(value.text)
                rank = _EDITOR_RANK.get(value.word.replace("　", " "), 3)
                if name and (best is None or rank < best[0]):
                    best = (rank, name)
    return best[1] if best else None


def _editor_name(text: str) -> str | None:
    """The names as the page writes them, without staff numbers: 李曦_NN2587 -> 李曦."""
    words = text.split()
    if words and has_han(words[0]) and not (len(words) > 1 and all(has_han(w) and len(w) <= 3 for w in words)):
        text = words[0]
    name = clean_name(text)
    return name if 1 < len(name) <= 20 and not name.isdigit() and not names_nobody(name) else None


def _authors(lines: list[Byline], source: Source, places: list[Place], claimed: list[str]) -> list[str]:
    """The names of the most trusted kind of byline; claimed ones that the page shows come after its own labels."""
    if claimed and (not lines or lines[0].rank > 2 or lines[0].names == claimed):
        return claimed
    lines = [b for b in lines if b.names != [source.name]]
    if lines:
        rank = lines[0].rank
        if rank >= 3 and source.people:
            return list(source.people)
        names = [n for b in lines if b.rank == rank for n in b.names]
        return list(dict.fromkeys(names))[:10]
    if source.people:
        return list(source.people)
    for place in places:
        if place.zone in ("end", "tail"):
            for value in place.line.values:
                if value.slot == "source" and is_person(value.text) and source.name != value.text:
                    return [value.text]
    return []


def _lifted(
    places: list[Place],
    body: Body | None,
    title: Title,
    lines: list[Byline],
    source: Source,
    trail: Trail,
    chinese: bool,
) -> dict[int, tuple[str, str]]:
    """The lines that hold nothing but credits."""
    lifted: dict[int, tuple[str, str]] = {}
    for line in lines:
        if line.block is not None and line.rule in ("reporter_line", "name_line", "end_name", "class"):
            lifted[line.block] = ("author", line.rule)
    # Poems with their commentaries and papers name an author above every part: then these lines are content.
    several = sum(p.zone not in _AROUND and p.line.first("author") is not None for p in places) > 1
    for place in places:
        stated = place.line.values or place.line.dates
        if place.block.index in lifted or not stated or place.line.rest:
            continue
        values = [v for v in place.line.values if v.slot in _LIFTED_SLOTS]
        within = place.zone not in _AROUND
        if values and not (within and (not chinese or (several and values[0].slot == "author"))):
            lifted[place.block.index] = (values[0].slot, f"label:{values[0].word}")
        elif place.zone in ("head", "above") and any(d.form != "yearless" for d in place.line.dates):
            lifted[place.block.index] = ("published_at", "date_line")
    if source.block is not None and source.rule in ("name_line", "class", "edition", "date_bar"):
        lifted.setdefault(source.block, ("source", source.rule))
    for place in places:
        if place.zone in ("end", "tail") and chinese and names_edition(place.block.text):
            lifted.setdefault(place.block.index, ("source", "edition"))
    if title.block is not None and title.text is not None:
        lifted.setdefault(title.block.index, ("title", "headline"))
    subtitle = title.subtitle_block
    if subtitle is not None and (chinese or (body is not None and subtitle.index not in body.indices)):
        lifted.setdefault(subtitle.index, ("subtitle", "subtitle_line"))
    if trail.block is not None:
        lifted.setdefault(trail.block, ("category", "breadcrumb"))
    return lifted
