"""What the families of injected sites have in common: their facts, and how a page is printed with its gold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from tests.farm.render import environment


@dataclass(frozen=True, slots=True)
class Story:
    """A text to print: its title and its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class InjectedSite:
    """One site: what is alike on its pages, and how it was injected."""

    number: int
    series: str
    layout: str
    is_english: bool
    name: str
    separator: str
    size: int
    technique: str
    brand: str
    share: float  # of its pages that are injected
    base: str = field(init=False)  # where it stands
    facts: dict[str, Any] = field(default_factory=dict)


def printed(
    one: InjectedSite,
    story: Story,
    page: dict[str, Any],
    strings: list[str],
    *,
    template: str,
    shown: Mapping[str, Any],
    places: Iterable[str],
    encoding: str,
) -> tuple[bytes, dict[str, Any]]:
    """A page as bytes, and its gold (url, title, text, lines, site_name, brand, strings).

    page: what its template asks for; `places` of it are markup. strings: what was injected. shown: of the site, beside its
    facts.
    """
    for place in places:
        page[place] = Markup(page[place])
    site = {**one.facts, "base": one.base, "name": one.name, "number": one.number, **shown}
    html = environment().get_template(template).render(o=site, a=page)
    return html.encode(encoding), {
        "url": page["url"],
        "title": story.title,
        "text": "\n".join(story.paragraphs),
        "lines": list(story.paragraphs),
        "site_name": one.name,
        "brand": one.brand if strings else None,
        "strings": strings,
    }
