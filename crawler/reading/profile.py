"""Profile: what is known of a site before one of its pages is read. Learned in crawler/profiles.py, only used here."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Self

# The fields for which a site class may give a selector.
STATED_FIELDS = (
    "title", "body", "date", "author", "source", "editor", "category", "tags", "related", "next_page",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """Facts of one host that make a reading exact and fast. An empty profile is valid: the page then speaks for itself."""

    host: str = ""
    version: int = 0  # counts renewals; 0 = nothing learned
    pages: int = 0  # articles it was learned from
    timezone: str | None = None  # IANA name; None = by language
    site_names: tuple[str, ...] = ()  # the host's own names (og:site_name, copyright holder, logo ...)
    injected_names: tuple[str, ...] = ()  # slot strings that disagree with the host's identity
    name_evidence: dict[str, tuple[str, ...]] = field(default_factory=dict)  # injected name -> what spoke for it
    advert_phrases: tuple[str, ...] = ()  # strings that were set into paragraphs of several articles
    advert_names: tuple[str, ...] = ()  # what sentences speak of that were set into articles
    advert_hosts: tuple[str, ...] = ()  # hosts that adverts on this site lead to
    noise: tuple[str, ...] = ()  # kinds of noise (pinyin_noise, emoji_noise) that are set into its articles
    title_prefixes: tuple[str, ...] = ()  # with their separator, as they stand in <title>
    title_suffixes: tuple[str, ...] = ()
    theme: str | None = None  # name of a known theme in themes.toml
    selectors: dict[str, str] = field(
        default_factory=dict
    )  # field -> CSS selector; a site class or the survey gives them
    bodies: tuple[str, ...] = ()  # containers in which articles stood, those of all sections
    remove: tuple[str, ...] = ()  # CSS selectors of advert boxes, from the site class
    filters: tuple[str, ...] = ()  # paths of filter files in EasyList format (AD_FILTERS); laid over, never learned
    # zone (head, inside, tail) -> normal forms of lines that repeat there (see crawler.stripping)
    repeated: dict[str, frozenset[str]] = field(default_factory=dict)
    link_blocks: dict[str, str] = field(
        default_factory=dict
    )  # signature of a link list -> role (related, hot, next, nav)
    article_urls: tuple[str, ...] = ()  # regular expressions, from the site class or learned
    listing_urls: tuple[str, ...] = ()
    render: dict[str, bool] = field(default_factory=dict)  # page kind -> needs a browser

    def to_json(self) -> str:
        """Deterministic JSON, as the state keeps it."""
        data = asdict(self)
        data["repeated"] = {zone: sorted(lines) for zone, lines in self.repeated.items()}
        return json.dumps(data, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The inverse of to_json; unknown keys of a newer version are ignored."""
        data: dict[str, Any] = {k: v for k, v in json.loads(text).items() if k in cls.__dataclass_fields__}
        data["repeated"] = {zone: frozenset(lines) for zone, lines in data.get("repeated", {}).items()}
        data["name_evidence"] = {name: tuple(spoke) for name, spoke in data.get("name_evidence", {}).items()}
        fields: Any = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        return cls(**fields)
