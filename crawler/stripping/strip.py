"""strip: an article's reading in, its clean title and text out, with every removed span."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.article import Removed
from crawler.reading.profile import Profile
from crawler.reading.reading import Line, Reading
from crawler.stripping import catalogue, noise
from crawler.stripping.adverts import (
    host_of,
    is_link,
    is_link_row,
    is_set_in,
    leads_off,
    row_names,
    shares_no_words,
    take_anchors,
    take_named,
    take_phrases,
    take_planted,
    with_brackets,
)
from crawler.stripping.brands import Verdict, is_glued, label_of, opens_with
from crawler.stripping.elsewhere import Copy, take_insertions
from crawler.stripping.ledger import Cut, Ledger
from crawler.stripping.names import injected_names, other_name, says_its_host
from crawler.stripping.repeated import TAIL_LINES, Row, apart, normal_form, repeated_lines, zones_of
from crawler.stripping.titles import Title, clean_title, squeezed

_KINDS = {
    "comments": "comment",
    "related": "related",
    "neighbours": "related",
    "share": "share",
    "advert_word": "advert",
}
_SENTENCE_END = re.compile(r"[。！？!?；;]")
ROW_FATES = frozenset(("text", "advert", "boilerplate", "template"))  # share and credit rows name honest places
LONGEST_KEYWORDS = 60
HIDDEN_SPANS = 10  # spans outside the text that a record keeps
# A note in brackets that ends the last paragraph: the credit of an origin or an editor.
_TAIL_NOTE = re.compile(
    r"[(（【\[]\s*(?:(?:本文|文章)(?:来自|来源|转自)|来源[:：]|原标题[:：]|原题[为:：]|责任?编辑?[:：]|编辑[:：]|更多.{2,10}请|转自[:：])"
    r"[^()（）【】\[\]]{1,80}[)）】\]]\s*$|(?:返回[\w·]{2,12}[，,]\s*查看更多)\s*$"
)


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
    removed_ratio: float = 0.0
    link_ratio: float = 0.0


def strip(reading: Reading, profile: Profile, copies: Sequence[Copy] = ()) -> Stripped:
    """Clear one reading. Pure: the same reading, profile and copies always give the same result.

    `copies` are the same article on other hosts. `rebuild(text, removed)` gives back the lines of the
    reading, character for character; a line that holds newlines comes back as several.
    """
    work = _Work(reading, profile, copies)
    work.take_fates()
    work.take_site_lines()
    work.take_catalogue()
    work.take_brand_lines()
    work.take_noise()
    work.take_adverts(copies)
    work.take_tail_note()
    return work.result()


def clean_link_title(title: str, profile: Profile) -> str:
    """The title of a linked article without the slots that its host's table knows."""
    known = profile.title_suffixes, profile.title_prefixes, profile.injected_names, profile.site_names
    return clean_title(title, None, None, *known).text


class _Work:
    """One article on its way; methods are the rules, in the order of `strip`."""

    def __init__(self, reading: Reading, profile: Profile, copies: Sequence[Copy]) -> None:
        self.reading = reading
        self.profile = profile
        self.title: Title = clean_title(
            reading.title,
            reading.title_raw,
            reading.headline,
            profile.title_suffixes,
            profile.title_prefixes,
            profile.injected_names,
            profile.site_names,
        )
        self.names: dict[str, Verdict] = injected_names(reading, profile, self.title, copies)
        self.rows: list[Line] = []
        texts: list[str] = []
        for line in reading.lines:
            for part in line.text.split("\n"):
                texts.append(part)
                self.rows.append(line)
        self.ledger = Ledger(texts)
        self.still_open = list(range(len(texts)))
        self.flags: list[str] = []
        self.fields: dict[str, str] = {}
        self.subtitle = reading.subtitle

    def open_lines(self) -> list[int]:
        """Numbers of the lines that still give text."""
        self.still_open = [number for number in self.still_open if self.ledger.is_open(number)]
        return self.still_open

    def take_fates(self) -> None:
        """What the reader found to be no article: whole lines, by their fate; injected names in them by themselves."""
        for number, (line, text) in enumerate(zip(self.rows, self.ledger.lines, strict=True)):
            if line.fate == "text":
                continue
            self.take_names(number, text)
            score = line.score if line.fate == "template" else None
            self.ledger.take_line(number, line.fate, line.rule or line.fate, line.slot, score=score)

    def take_names(self, number: int, text: str) -> None:
        """Cut injected names out of a line that goes as a whole, so that the record says what they were."""
        for name, verdict in self.names.items():
            at = text.find(name)
            if at >= 0:
                slot = "disclaimer" if is_glued(text) else "anchor" if self.rows[number].anchors else "inside"
                self.ledger.take(number, _name_cut(at, at + len(name), verdict, slot))

    def take_site_lines(self) -> None:
        """Lines that this site repeats in the same zone, whatever their words."""
        if not self.profile.repeated:
            return
        numbers = self.open_lines()
        texts = [self.ledger.left(n) for n in numbers]
        away = apart(texts, [self.rows[n].path for n in numbers], [is_link(self.rows[n]) for n in numbers])
        rows = [
            Row(normal_form(text, self.title.text), self.rows[n].tag, text, is_apart)
            for n, text, is_apart in zip(numbers, texts, away, strict=True)
        ]
        zones = zones_of(len(rows))
        for at, zone in repeated_lines(
            rows, self.profile.repeated, lambda at: catalogue.match(texts[at], zones[at]) is not None
        ):
            number = numbers[at]
            self.take_names(number, self.ledger.lines[number])
            self.ledger.take_line(
                number,
                self.repeated_kind(number),
                "repeated_line",
                zone,
                ["repeats: in this zone of other articles of the site"],
            )

    def repeated_kind(self, number: int) -> str:
        """An advert when the repeated line is a link to another host, else boilerplate."""
        off_site = any(leads_off(a.url, self.reading.url) for a in self.rows[number].anchors)
        return "advert" if off_site else "boilerplate"

    def take_catalogue(self) -> None:
        """Boilerplate of single pages; a second look when the first opened a new edge."""
        for _ in range(2):
            numbers = self.open_lines()
            taken = 0
            for number, zone in zip(numbers, zones_of(len(numbers)), strict=True):
                text = self.ledger.left(number)
                found = catalogue.match(text, zone)
                if found is None or (self.rows[number].tag == "pre" and zone == "inside"):
                    continue
                self.take_names(number, self.ledger.lines[number])
                kind = "credit" if found.action == "lift" else _KINDS.get(found.name, "boilerplate")
                taken += self.ledger.take_line(number, kind, found.name, zone)
                for name, value in found.fields.items():
                    self.fields.setdefault(name, value)
            if not taken:
                break
        self.take_title_again()

    def take_title_again(self) -> None:
        """The title printed once more below a headline of the printed paper ("——..."): a subtitle, no paragraph."""
        first = (*self.open_lines()[:3], len(self.rows))
        for number in range(first[min(2, len(first) - 1)]):
            text = self.ledger.lines[number].strip()
            if text.startswith(("—", "–", "-")) and normal_form(text) == normal_form(self.title.text):
                self.ledger.take_line(number, "credit", "title_again", "subtitle", evidence=["says the title"])
                self.subtitle = self.subtitle or text
                return

    def take_brand_lines(self) -> None:
        """Lines that are about an injected name and nothing else."""
        if not self.names:
            return
        numbers = self.open_lines()
        for number, zone in zip(numbers, zones_of(len(numbers)), strict=True):
            text = self.ledger.left(number)
            for name, verdict in self.names.items():
                if name not in text:
                    continue
                glued = opens_with(text, name)
                others = (self.ledger.lines[other] for other in numbers if other != number)
                is_short = len(name) >= 0.3 * len(text) and not _SENTENCE_END.search(text)
                introduces = text.strip().removesuffix(name)[-1:] in tuple(":：，,、")
                if is_short and (introduces or not shares_no_words(text, others, name)):
                    self.take_names(number, self.ledger.lines[number])  # set into a line of the article
                elif glued or is_short:
                    self.take_names(number, self.ledger.lines[number])
                    kind = "boilerplate" if glued else "injected"
                    self.ledger.take_line(
                        number, kind, "brand_line", zone, verdict.phrases, verdict.score, verdict.label
                    )
                    break

    def take_noise(self) -> None:
        """Pronunciations, emoji and search words that were set into the article."""
        numbers = self.open_lines()
        texts = {number: self.ledger.lines[number] for number in numbers}
        for flag, spans_of, is_noise in (
            ("pinyin_noise", noise.pinyin_spans, noise.is_pinyin_noise),
            ("emoji_noise", noise.emoji_spans, noise.is_emoji_noise),
        ):
            spans = {number: found for number, text in texts.items() if (found := spans_of(text))}
            if is_noise(texts, spans):
                self.flags.append(flag)
                count = sum(map(len, spans.values()))
                for number, found in spans.items():
                    for start, end in found:
                        evidence = [f"{count} of them in this article"]
                        self.ledger.take(number, Cut(start, end, "noise", flag, "inside", evidence))
        self.take_keywords(numbers, texts)

    def take_keywords(self, numbers: list[int], texts: dict[int, str]) -> None:
        """Blocks of search words, and what stands above an article to be found by searches."""
        title = self.title.text
        queries = {number: tokens for number, text in texts.items() if (tokens := noise.query_tokens(text, title))}
        first = numbers[0] if numbers and not _SENTENCE_END.search(texts[numbers[0]]) else None
        article = "\n".join(text for number, text in texts.items() if number not in queries and number != first)
        edges = (*numbers[:2], *numbers[-2:])
        for number in dict.fromkeys((*numbers[:2], *queries)):
            text, words = texts[number], queries.get(number)
            if words is not None and noise.is_stuffed(words, article, number in edges, title in text):
                spoke = "no sentence, words of searches, foreign to the article"
            elif number in numbers[:2] and noise.is_doorway(text, title):
                spoke = "offers the article's title as a work"
            elif (
                number == first and len(text) <= LONGEST_KEYWORDS and label_of(text) and noise.is_foreign(text, article)
            ):
                spoke = "above the article, no sentence, foreign to it"
            else:
                continue
            self.take_names(number, text)
            self.ledger.take_line(number, "injected", "keyword_block", "inside", [spoke], label=label_of(text))

    def take_adverts(self, copies: Sequence[Copy]) -> None:
        """Adverts inside paragraphs, by the profile's phrases and hosts and by copies elsewhere."""
        numbers = self.open_lines()
        if self.profile.advert_phrases:
            whole = "\n".join(self.ledger.lines[n] for n in numbers)
            phrases = [phrase for phrase in self.profile.advert_phrases if phrase in whole]
            for phrase in phrases:
                take_phrases(self.ledger, numbers, [phrase], label_of(phrase))
        for name, verdict in self.names.items():
            if {"slot_repeats", "identity"} <= verdict.evidence.keys():
                take_named(self.ledger, numbers, name, verdict.phrases, verdict.score, verdict.label)
        for name in self.profile.advert_names:
            evidence = [
                f"repeats: sentences with {name} stand in several articles of this site, foreign to all of them"
            ]
            take_planted(self.ledger, numbers, name, evidence, label_of(name))
        self.take_links(numbers)
        if copies:
            take_insertions(self.ledger, self.open_lines(), copies, list(self.names))

    def take_links(self, numbers: list[int]) -> None:
        """Rows of links to other sites below the text, and links inside it that rows or hidden nodes repeat."""
        here = self.reading.url
        hidden = {host_of(link.url) for link in self.reading.hidden_links if leads_off(link.url, here)}
        linked = [n for n in numbers if self.rows[n].anchors and self.rows[n].text == self.ledger.lines[n]]
        names = set(self.names)
        still = set(numbers)
        for number, line in enumerate(self.rows):  # rows that are gone already
            if line.anchors and number not in still and line.fate in ROW_FATES and is_link_row(line, here):
                names |= row_names(line)
        for number in linked:
            line = self.rows[number]
            if number in numbers[-TAIL_LINES:] and is_link_row(line, here):
                names |= row_names(line)
                self.ledger.take_line(
                    number, "advert", "link_row", "tail", ["off_site: nothing but links to other sites"]
                )
                continue
            foreign = [a for a in line.anchors if host_of(a.url) in hidden]
            covered = sum(
                a.end - a.start for a in foreign if not says_its_host(line.text[a.start : a.end], host_of(a.url))
            )
            if covered and covered >= 0.8 * len(line.text.strip()):
                evidence = ["off_site: hidden links of this page lead to the same host"]
                self.ledger.take_line(number, "advert", "hidden_host", "anchor", evidence, label=label_of(line.text))
        hosts = frozenset(self.profile.advert_hosts)
        alone = self.repeated_links()
        for number in linked:
            text = self.rows[number].text
            for anchor in self.rows[number].anchors:
                if (text[anchor.start : anchor.end].strip(), host_of(anchor.url)) in alone and is_set_in(text, anchor):
                    evidence = [f"off_site: a line of the site's own links by this name to {host_of(anchor.url)}"]
                    start, end = with_brackets(text, anchor.start, anchor.end)
                    self.ledger.take(number, Cut(start, end, "advert", "advert_link", "anchor", evidence))
            off = [anchor for anchor in self.rows[number].anchors if leads_off(anchor.url, here)]
            take_anchors(self.ledger, number, off, hosts, frozenset(names))

    def repeated_links(self) -> set[tuple[str, str]]:
        """(words, host) of links to other sites that are a line of their own, which the site repeats."""
        found = set()
        for number, line in enumerate(self.rows):
            cuts = self.ledger.cuts[number]
            if is_link(line) and cuts and cuts[0].rule == "repeated_line":
                found |= {
                    (line.text[a.start : a.end].strip(), host_of(a.url))
                    for a in line.anchors
                    if leads_off(a.url, self.reading.url)
                }
        return found

    def take_tail_note(self) -> None:
        """A bracketed credit behind the last sentence of the article."""
        for number in self.open_lines()[-1:]:
            text = self.ledger.lines[number]
            if (found := _TAIL_NOTE.search(text)) and found.start():
                self.ledger.take(number, Cut(*found.span(), "credit", "tail_note", "tail"))

    def result(self) -> Stripped:
        """Close the ledger."""
        text, removed = self.ledger.close()
        read = sum(map(len, self.ledger.lines))
        if self.names:
            self.flags.append("mirror")
        return Stripped(
            title=self.title.text,
            text=text,
            subtitle=self.subtitle,
            removed=[*self.title_spans(), *removed, *self.hidden_spans()],
            flags=self.flags,
            fields=self.fields,
            injected={name: verdict.evidence for name, verdict in self.names.items()},
            removed_ratio=round(sum(len(r.text) for r in removed) / read, 4) if read else 0.0,
            link_ratio=self.link_ratio(),
        )

    def title_spans(self) -> list[Removed]:
        """What the title lost."""
        spans = []
        for slot in (part for whole in self.title.slots for part in whole.segments()):
            verdict = self.names.get(slot.name) or next((v for n, v in self.names.items() if n in slot.text), None)
            spans.append(
                Removed(
                    kind="injected" if verdict else "template",
                    slot=slot.slot,
                    text=slot.text.strip(),
                    rule=slot.rule,
                    evidence=verdict.phrases if verdict else other_name(slot.name, self.reading, self.profile),
                    score=verdict.score if verdict else None,
                    label=verdict.label if verdict else None,
                )
            )
        return spans

    def hidden_spans(self) -> list[Removed]:
        """Hidden links to other hosts and text outside the document, with the names they carry."""
        links = [link for link in self.reading.hidden_links if link.text and leads_off(link.url, self.reading.url)]
        spans = [
            Removed(
                kind="hidden",
                slot="document",
                text=squeezed(link.text)[:200],
                rule="hidden_link",
                evidence=[f"hidden: leads to {host_of(link.url)}"],
                label=label_of(link.text) if squeezed(link.text) in self.names else None,
            )
            for link in links
        ]
        spans += [
            Removed(kind="hidden", slot="document", text=squeezed(text)[:200], rule="outside_document")
            for text in self.reading.outside_text
            if text.strip()
        ]
        return spans[:HIDDEN_SPANS]

    def link_ratio(self) -> float:
        """Share of the kept characters that stand in links."""
        kept = linked = 0
        for number, line in enumerate(self.rows):
            left = len(self.ledger.left(number))
            if left:
                kept += left
                linked += min(left, sum(a.end - a.start for a in line.anchors))
        return round(linked / kept, 4) if kept else 0.0


def _name_cut(start: int, end: int, verdict: Verdict, slot: str) -> Cut:
    return Cut(start, end, "injected", "injected_name", slot, verdict.phrases, verdict.score, verdict.label)
