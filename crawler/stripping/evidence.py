"""Why a span was taken out, for rules that are their own evidence: the last step before the record."""

from collections.abc import Sequence

from crawler.article import Removed
from crawler.reading.reading import Line
from crawler.stripping.work import Work

_BOX_STEPS = 3  # of a line's path that are said
_LONGEST_BOX = 150  # characters
# What speaks for a rule by itself. Beside it stands the box that held the line, where it had one.
_SPOKE = {
    "ad_filter": "filter: a rule of the filter files matches its box",
    "ad_words": "name: class or id of its box calls it an advert",
    "breadcrumb": "form: the way to the page, step by step",
    "class": "name: class or id of its box says the field",
    "container_name": "name: class or id of its box says what it is",
    "date_bar": "form: date and credits of the article in one bar",
    "date_line": "form: holds nothing but the date and what stands with it",
    "empty_line": "form: says nothing",
    "headline": "headline: is the headline itself",
    "headline_again": "headline: says the headline again",
    "hidden_node": "hidden: the page does not show it",
    "junk_selector": "name: class or id of its box is one that never holds text",
    "legal_notice": "form: a legal notice behind the text",
    "outside_document": "outside: stands before or behind the document",
    "related_heading": "form: heads a list of other articles",
    "related_list": "links: stands in a list of other articles",
    "site_remove": "selector: the site's class names its box",
    "tail_note": "form: a credit in brackets behind the last sentence",
}
_SPOKE_IN_TITLE = {
    "headline": "headline: the title without it is the headline",
    "keyword_line": "keyword_line: a removed line of search words says it",
    "in_turn": "in_turn: a firm, in the form of others before headlines of the site; the article never speaks of it",
    "title_slot": "slot: stands there in other titles of the site",
}


def explained(removed: Sequence[Removed], work: Work) -> list[Removed]:
    """The same spans; those without evidence or slot get what their rule and their place say."""
    kept = work.open_lines()
    first, last = (kept[0], kept[-1]) if kept else (0, -1)
    for span in removed:
        if span.place is None:
            span.evidence = span.evidence or [_SPOKE_IN_TITLE.get(span.rule) or _of_rule(span)]
            continue
        number = span.place.line
        if span.slot is None:
            span.slot = "head" if number < first else "tail" if number > last else "inside"
        if not span.evidence:
            span.evidence = _of_line(span, work.rows[number])
    return list(removed)


def _of_line(span: Removed, line: Line) -> list[str]:
    by_model = span.rule == "model"
    spoke = f"model: article text with a probability of {line.score:.2f}" if by_model else _of_rule(span)
    box = ">".join(line.path.split(">")[-_BOX_STEPS:])[:_LONGEST_BOX]
    return [spoke, f"box: {''.join(filter(str.isprintable, box))}"] if box else [spoke]


def _of_rule(span: Removed) -> str:
    if span.rule.startswith("label:"):
        return f"label: “{span.rule.removeprefix('label:')}” stands before the value"
    if spoke := _SPOKE.get(span.rule):
        return spoke
    return (
        f"form: a line like others that give the {span.slot}"
        if span.kind == "credit"
        else f"form: of the class {span.rule}"
    )
