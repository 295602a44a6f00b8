"""Known themes: recognised by marks in the source, read by the selectors of themes.toml."""

import tomllib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from crawler.reading.page import Page
from crawler.reading.profile import Profile

_HEAD = 60_000  # characters of the source that are searched for marks
_PATH = "theme"  # half of the marks hold it, and most of a source does not
_REACH = 40  # characters; marks are shorter
_OTHER_KEYS = frozenset({"name", "marks", "names", "names_all"})


@lru_cache(maxsize=1)
def themes() -> dict[str, dict[str, Any]]:
    """All themes by name, in the order of the file."""
    data = tomllib.loads(Path(__file__).with_name("themes.toml").read_text("utf-8"))
    return {theme["name"]: theme for theme in data["theme"]}


def recognised(page: Page) -> str | None:
    """The name of the first theme whose marks the page carries."""
    head = page.text[:_HEAD]
    around = _around(head, _PATH)
    names = "\n".join({node.names for node in page.nodes})
    for name, theme in themes().items():
        if not all(word in names for word in theme.get("names_all", ())):
            continue
        if any(word in names for word in theme.get("names", ())) or any(
            mark in (around if _PATH in mark else head) for mark in theme.get("marks", ())
        ):
            return name
    return None


def is_of_theme(profile: Profile, field: str) -> bool:
    """Whether a profile's selector is that of its theme, known by hand, and not the site's own."""
    selector = profile.selectors.get(field)
    return selector is not None and selector == themes().get(profile.theme or "", {}).get(field)


def _around(text: str, word: str) -> str:
    """The surroundings of every place where a word stands, wide enough for any mark that holds it."""
    pieces = []
    at = text.find(word)
    while at >= 0:
        pieces.append(text[max(0, at - _REACH) : at + _REACH])
        at = text.find(word, at + 1)
    return "\n".join(pieces)


def adapted(profile: Profile, page: Page, timezone: str | None) -> Profile:
    """The profile with the theme's selectors under its own, and a zone where it names none.

    What a learned profile says of the theme is believed; without one the source is searched.
    """
    name = (profile.theme if profile.theme or profile.version else recognised(page)) or ""
    key = (id(profile), name, timezone)
    known = _ADAPTED.get(key)
    if known is not None and known[0] is profile:
        return known[1]
    if len(_ADAPTED) > 500:
        _ADAPTED.clear()
    theme = themes().get(name, {})
    selectors = {field: value for field, value in theme.items() if field not in _OTHER_KEYS}
    changed = replace(
        profile,
        theme=name or None,
        selectors={**selectors, **profile.selectors},
        timezone=profile.timezone or timezone,
    )
    _ADAPTED[key] = (profile, changed)
    return changed


_ADAPTED: dict[tuple[int, str, str | None], tuple[Profile, Profile]] = {}
