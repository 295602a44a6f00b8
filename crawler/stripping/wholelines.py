"""Lines that go as a whole: what the reader found to be no article, what the site repeats, the catalogue, lines of a name."""

import re

from crawler.stripping import catalogue
from crawler.stripping.adverts import is_link, leads_off, shares_no_words
from crawler.stripping.brands import agree, label_of, opens_with
from crawler.stripping.columns import is_firm, own_part
from crawler.stripping.ledger import Cut
from crawler.stripping.lexicon import lexicon
from crawler.stripping.names import identities_of
from crawler.stripping.repeated import (
    HEADINGS,
    Row,
    apart,
    known_form,
    known_forms,
    normal_form,
    repeated_lines,
    zones_of,
)
from crawler.stripping.work import Work

_KINDS = {
    "comments": "comment",
    "related": "related",
    "neighbours": "related",
    "share": "share",
    "advert_word": "advert",
}
SENTENCE_END = re.compile(r"[。！？!?；;]")
# A note in brackets that ends the last paragraph: the credit of an origin or an editor.
_TAIL_NOTE = re.compile(
    r"[(（【\[]\s*(?:(?:本文|文章)(?:来自|来源|转自)|来源[:：]|原标题[:：]|原题[为:：]|责任?编辑?[:：]|编辑[:：]|更多.{2,10}请|转自[:：])"
    r"[^()（）【】\[\]]{1,80}[)）】\]]\s*$|(?:返回[\w·]{2,12}[，,]\s*查看更多)\s*$"
)

_DATELINE = re.compile(
    r"[【（(]?据?(?P<name>[^\s，。：:（()）【】]{2,30}?)(?:讯|消息|电|报道)(?:[】）)]|\s|(?=[，,：:（(]))[\s，,：:]*"
)
_DAY = re.compile(r"\d{1,2}月\d{1,2}日$")
LONGEST_TOWN = 3  # characters of the place between a name and the day
LONGEST_SAYING = 60  # characters of a line around the article that may say whose a dateline is


def take_fates(work: Work) -> None:
    """What the reader found to be no article: whole lines, by their fate; injected names in them by themselves."""
    for number, (line, text) in enumerate(zip(work.rows, work.ledger.lines, strict=True)):
        if line.fate == "text":
            continue
        work.take_names(number, text)
        score = line.score if line.rule == "model" else None
        kind = "advert" if line.rule == "related_heading" and _offers(work, number) else line.fate
        work.ledger.take_line(number, kind, line.rule or line.fate, line.slot, score=score)


def take_site_lines(work: Work) -> None:
    """Lines that this site repeats in the same zone, whatever their words."""
    if not work.profile.repeated:
        return
    numbers = work.open_lines()
    texts = [work.ledger.left(n) for n in numbers]
    known = known_forms(*work.profile.repeated.values())
    forms = [known_form(text, work.title.text, known) for text in texts]
    if known.forms.isdisjoint(forms):
        return
    away = apart(texts, [work.rows[n].path for n in numbers], [is_link(work.rows[n]) for n in numbers])
    rows = [
        Row(form, work.rows[n].tag, text, is_apart)
        for n, form, text, is_apart in zip(numbers, forms, texts, away, strict=True)
    ]
    zones = zones_of(len(rows))
    for at, zone in repeated_lines(
        rows, work.profile.repeated, lambda at: catalogue.match(texts[at], zones[at]) is not None
    ):
        number = numbers[at]
        work.take_names(number, work.ledger.lines[number])
        work.ledger.take_line(
            number,
            _repeated_kind(work, number),
            "repeated_line",
            zone,
            ["repeats: in this zone of other articles of the site"],
        )


def _repeated_kind(work: Work, number: int) -> str:
    """An advert when the repeated line is a link to another host, else boilerplate."""
    off_site = any(leads_off(a.url, work.reading.url) for a in work.rows[number].anchors)
    return "advert" if off_site else "boilerplate"


def take_catalogue(work: Work) -> None:
    """Boilerplate of single pages; a second look when the first opened a new edge."""
    for _ in range(2):
        numbers = work.open_lines()
        taken = 0
        for number, zone in zip(numbers, zones_of(len(numbers)), strict=True):
            text = work.ledger.left(number)
            found = catalogue.match(text, zone)
            if found is None or (zone == "inside" and _may_be_text(work.rows[number].tag, found.name)):
                continue
            work.take_names(number, work.ledger.lines[number])
            kind = "credit" if found.action == "lift" else _KINDS.get(found.name, "boilerplate")
            kind = "advert" if kind == "related" and _offers(work, number) else kind
            taken += work.ledger.take_line(number, kind, found.name, zone)
            for name, value in found.fields.items():
                work.fields.setdefault(name, value)
        if not taken:
            break
    _take_title_again(work)


def _offers(work: Work, number: int) -> bool:
    """Whether what a line recommends is an offer: its words say so, and it leads to no page of the site."""
    row, text = work.rows[number], work.ledger.lines[number].lower()
    own = any(not leads_off(anchor.url, work.reading.url) for anchor in row.anchors)
    return not own and any(word in text for word in lexicon()["offer"]["words"])


def _may_be_text(tag: str, name: str) -> bool:
    """Whether a line between paragraphs may be the article's own in spite of its words: code, or a heading "Next", "The End"."""
    return tag == "pre" or (tag in HEADINGS and name in ("neighbours", "end_mark"))


def _take_title_again(work: Work) -> None:
    """The title printed once more below a headline of the printed paper ("——..."): a subtitle, no paragraph."""
    first = (*work.open_lines()[:3], len(work.rows))
    for number in range(first[min(2, len(first) - 1)]):
        text = work.ledger.lines[number].strip()
        if text.startswith(("—", "–", "-")) and normal_form(text) == normal_form(work.title.text):
            work.ledger.take_line(number, "credit", "title_again", "subtitle", evidence=["says the title"])
            work.subtitle = work.subtitle or text
            return


def take_brand_lines(work: Work) -> None:
    """Lines that are about an injected name and nothing else."""
    if not work.names:
        return
    numbers = work.open_lines()
    for number, zone in zip(numbers, zones_of(len(numbers)), strict=True):
        text = work.ledger.left(number)
        for name, verdict in work.names.items():
            if name not in text:
                continue
            glued = opens_with(text, name)
            others = (work.ledger.lines[other] for other in numbers if other != number)
            is_short = len(name) >= 0.3 * len(text) and not SENTENCE_END.search(text)
            introduces = text.strip().removesuffix(name)[-1:] in tuple(":：，,、")
            if is_short and (introduces or not shares_no_words(text, others, name)):
                work.take_names(number, work.ledger.lines[number])  # set into a line of the article
            elif glued or is_short:
                work.take_names(number, work.ledger.lines[number])
                kind = "boilerplate" if glued else "injected"
                work.ledger.take_line(number, kind, "brand_line", zone, verdict.phrases, verdict.score, verdict.label)
                break


def take_tail_note(work: Work) -> None:
    """A bracketed credit behind the last sentence of the article."""
    for number in work.open_lines()[-1:]:
        text = work.ledger.lines[number]
        if (found := _TAIL_NOTE.search(text)) and found.start():
            work.ledger.take(number, Cut(*found.span(), "credit", "tail_note", "tail"))


def take_dateline(work: Work) -> None:
    """A firm's name where papers and agencies say whose report this is ("某某讯"): where the title or a line that is gone says it
    too, the site calls itself otherwise, and the article never speaks of it."""
    for number in work.open_lines()[:2]:
        found = _DATELINE.match(work.ledger.lines[number])
        name = _firm_of(found["name"]) if found else None
        if found is None or name is None or work.ledger.cuts[number]:
            continue
        said = [*(slot.text for slot in work.title.slots), *work.profile.title_prefixes, *work.profile.title_suffixes]
        said += [t for n, t in enumerate(work.ledger.lines) if len(t) <= LONGEST_SAYING and not work.ledger.is_open(n)]
        rest = "\n".join(work.ledger.left(n) for n in work.open_lines())[found.end() :]
        is_own = any(agree(name, own) for own in (*identities_of(work.reading.identity), *work.profile.site_names))
        if is_own or own_part(name) in rest or not any(name in text for text in said):
            continue
        evidence = ["glued: the title or a line around the article says it too, the article never does"]
        work.ledger.take(number, Cut(0, found.end(), "injected", "dateline", "head", evidence, None, label_of(name)))


def _firm_of(reporter: str) -> str | None:
    """The firm that a dateline begins with, without place and day; None where it is no firm."""
    name = _DAY.sub("", reporter)
    towns = (0, 2, LONGEST_TOWN) if name != reporter else (0,)
    return next((short for town in towns if is_firm(short := name[: len(name) - town])), None)
