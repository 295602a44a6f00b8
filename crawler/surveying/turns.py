"""Strings that take turns before the headlines of a site: brands that were put there, or columns of the site itself.

How often each stands there says nothing: columns repeat as well. What speaks against the strings of one form (brackets, separator)
are other places of the site, its own links, and names of firms that no article speaks of; where nothing does, they stay.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from crawler.stripping.brands import fold
from crawler.stripping.columns import form_of, is_column, is_firm, is_series, leading, own_part
from crawler.stripping.titles import bare_name
from crawler.surveying.sketch import Sketch

LEAST_TURNS = 2  # headlines that must open with accused strings of one form
MOST_SPOKEN = 0.2  # share of articles that may speak of what stands before their headlines
_MARKED = re.compile(r"[^{}：:·—-]")  # a form of brackets or bars: hardly a headline of its own has it


def is_silent(sketches: Sequence[Sketch], name: str, part: str | None = None) -> bool:
    """Whether the articles whose titles show a name hardly ever speak of it, or of a part of it."""
    pages = [one for one in sketches if name in one.title_raw]
    return sum(one.speaks_of(name, part) for one in pages) <= MOST_SPOKEN * len(pages)


@dataclass(slots=True)
class Turns:
    """`brands`: strings to cut, as they stand before headlines. `columns`: those that nothing speaks against."""

    brands: list[str] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)


def in_turn(sketches: Sequence[Sketch], named: Collection[str], confirmed: Counter[str]) -> Turns:
    """What takes turns before the headlines of a site's articles. `named`: strings that other places of the pages use as names;
    `confirmed`: names without which the site's own links or titles call articles -> how many."""
    forms: dict[str, dict[str, list[Sketch]]] = defaultdict(lambda: defaultdict(list))
    for one in sketches:
        text = leading(one.headline or one.title or one.title_raw)
        if bare_name(text):
            forms[form_of(text)][text].append(one)
    sections = frozenset().union(*(one.sections for one in sketches))
    known = frozenset(map(fold, named))
    stuffed = "\n".join(one.stuffed for one in sketches)
    turns = Turns()
    for form, texts in forms.items():
        names = {text: bare_name(text) for text in texts}
        free = {
            text
            for text, name in names.items()
            if not (is_column(text) or is_series(text) or fold(name) in sections) and is_silent(texts[text], name)
        }
        accused = {
            text
            for text in free
            if confirmed[names[text]]
            or fold(names[text]) in known
            or (len(names[text]) >= 4 and names[text] in stuffed)
            or (is_firm(text) and is_silent(texts[text], names[text], own_part(names[text])))
        }
        if sum(len(texts[text]) for text in accused) >= LEAST_TURNS:
            turns.brands += sorted(accused | {text for text in free if len(texts[text]) >= LEAST_TURNS})
        elif len(texts) > 1:
            alike = texts if _MARKED.search(form) else {text for text in texts if len(texts[text]) >= LEAST_TURNS}
            turns.columns |= {names[text] for text in alike if len(alike) > 1}
        turns.columns |= {names[text] for text in texts if text not in free}
    return turns
