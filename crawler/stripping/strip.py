"""strip: an article's reading in, its clean title and text out, with every removed span."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.article import Removed
from crawler.reading.profile import Profile
from crawler.reading.reading import Reading
from crawler.stripping.adverts import host_of, leads_off, take_named, take_phrases, take_planted
from crawler.stripping.brands import label_of
from crawler.stripping.columns import cut_in_turn
from crawler.stripping.elsewhere import Copy, take_insertions
from crawler.stripping.evidence import explained
from crawler.stripping.names import other_name
from crawler.stripping.noisecuts import take_noise
from crawler.stripping.offsite import take_links
from crawler.stripping.titles import clean_title, cut_prefix, squeezed
from crawler.stripping.wholelines import (
    take_brand_lines,
    take_catalogue,
    take_dateline,
    take_fates,
    take_site_lines,
    take_tail_note,
)
from crawler.stripping.work import Work

HIDDEN_SPANS = 10  # spans outside the text that a record keeps


@dataclass(slots=True)
class Stripped:
    """A clean article. `fields` are values that boilerplate lines held (source, editor, views ...)."""

    title: str
    text: str
    subtitle: str | None = None
    removed: list[Removed] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    injected: dict[str, dict[str, str]] = field(default_factory=dict)  # names the page was injected with -> what spoke


def strip(reading: Reading, profile: Profile, copies: Sequence[Copy] = ()) -> Stripped:
    """Clear one reading. Pure: the same reading, profile and copies always give the same result.

    `copies` are the same article on other hosts. `rebuild(text, removed)` gives back the lines of the
    reading, character for character; a line that holds newlines comes back as several.
    """
    work = Work(reading, profile, copies)
    take_fates(work)
    take_site_lines(work)
    take_catalogue(work)
    take_brand_lines(work)
    take_noise(work)
    take_adverts(work, copies)
    take_tail_note(work)
    take_dateline(work)
    return _result(work)


def clean_link_title(title: str, profile: Profile) -> str:
    """The title of a linked article without the slots that its host's table knows."""
    known = profile.title_suffixes, profile.title_prefixes, profile.injected_names, profile.site_names
    return clean_title(title, None, None, *known).text


def take_adverts(work: Work, copies: Sequence[Copy]) -> None:
    """Adverts inside paragraphs, by the profile's phrases and hosts and by copies elsewhere."""
    numbers = work.open_lines()
    if work.profile.advert_phrases:
        whole = "\n".join(work.ledger.lines[n] for n in numbers)
        phrases = [phrase for phrase in work.profile.advert_phrases if phrase in whole]
        for phrase in phrases:
            take_phrases(work.ledger, numbers, [phrase], label_of(phrase))
    take_links(work, numbers)
    for name, verdict in work.names.items():
        if {"slot_repeats", "identity"} <= verdict.evidence.keys():
            take_named(work.ledger, numbers, name, verdict.phrases, verdict.score, verdict.label)
    for name in work.profile.advert_names:
        evidence = [f"repeats: sentences with {name} stand in several articles of this site, foreign to all of them"]
        take_planted(work.ledger, numbers, name, evidence, label_of(name))
    if copies:
        take_insertions(work.ledger, work.open_lines(), copies, list(work.names))


def _result(work: Work) -> Stripped:
    """Close the ledger."""
    text, removed = work.ledger.close()
    cut_prefix(work.title, (span.text for span in removed if span.rule == "keyword_block"), text)
    cut_in_turn(work.title, work.profile.title_prefixes, text)
    if work.names:
        work.flags.append("mirror")
    return Stripped(
        title=work.title.text,
        text=text,
        subtitle=work.subtitle,
        removed=explained([*_title_spans(work), *removed, *_hidden_spans(work)], work),
        flags=work.flags,
        fields=work.fields,
        injected={name: verdict.evidence for name, verdict in work.names.items()},
    )


def _title_spans(work: Work) -> list[Removed]:
    """What the title lost."""
    spans = []
    for slot in (part for whole in work.title.slots for part in whole.segments()):
        verdict = work.names.get(slot.name) or next((v for n, v in work.names.items() if n in slot.text), None)
        spans.append(
            Removed(
                kind="injected" if verdict else "template",
                slot=slot.slot,
                text=slot.text.strip(),
                rule=slot.rule,
                evidence=verdict.phrases if verdict else other_name(slot.name, work.reading, work.profile),
                score=verdict.score if verdict else None,
                label=verdict.label if verdict else None,
            )
        )
    return spans


def _hidden_spans(work: Work) -> list[Removed]:
    """Hidden links to other hosts and text outside the document, with the names they carry."""
    links = [link for link in work.reading.hidden_links if link.text and leads_off(link.url, work.reading.url)]
    spans = [
        Removed(
            kind="hidden",
            slot="document",
            text=squeezed(link.text)[:200],
            rule="hidden_link",
            evidence=[f"hidden: leads to {host_of(link.url)}"],
            label=label_of(link.text),
        )
        for link in links
    ]
    spans += [
        Removed(kind="hidden", slot="document", text=squeezed(text)[:200], rule="outside_document")
        for text in work.reading.outside_text
        if text.strip()
    ]
    return spans[:HIDDEN_SPANS]
