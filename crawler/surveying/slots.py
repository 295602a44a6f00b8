"""Title slots: the suffixes and prefixes that a site puts around its headlines."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from crawler.stripping.brands import fold
from crawler.stripping.columns import is_column, is_firm, is_genre, is_series, leading
from crawler.stripping.titles import bare_name, headline_within, slot_chain, trailing_segments
from crawler.surveying.sketch import Sketch
from crawler.surveying.turns import Turns, in_turn, is_silent

LEAST_PAGES = 3  # a slot that no headline confirms must repeat on so many pages ...
LEAST_SHARE = 0.6  # ... and on this share of them
HEADLESS = 2.0  # weight of a page without a headline, where the title is all there is
NAME_SHARE = 0.5  # a prefix without a separator needs a name of the site, or this share and silence of the articles
LONGEST_PREFIX = 24
SHORTEST_SHARED = 4
FORMULAIC = 0.34  # share of articles of one form from which alike headlines say nothing
_CLOSED = re.compile(r".*[\]】)）』」〗〕：:|｜丨_—-]")


@dataclass(slots=True)
class Slots:
    """Suffixes and prefixes as they stand in <title>, most frequent first, and the pages that show each name."""

    suffixes: list[str] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    pages: Counter[str] = field(default_factory=Counter)  # bare name -> pages
    confirmed: Counter[str] = field(default_factory=Counter)  # bare name -> pages where the rest is the headline


def learn_slots(
    sketches: Sequence[Sketch], names: Sequence[str], of_one_form: Sequence[bool], listed: frozenset[str] = frozenset()
) -> Slots:
    """The title slots of a site's articles. `names` are strings that other places of the pages use as names, `listed` what
    listings call articles. The headlines of articles `of_one_form` open alike because they are alike."""
    slots = Slots()
    ends, starts = (
        defaultdict[str, float](float),
        defaultdict[str, float](float),
    )  # what may be one, by separators alone
    sure_ends, sure_starts = Counter[str](), Counter[str]()  # what is one: the rest is the headline
    linked = listed.union(*(one.linked for one in sketches))
    for one in sketches:
        raw = one.title_raw
        for text, at_end in _beside_linked(one, linked):
            slots.confirmed[bare_name(text)] += 1
            (sure_ends if at_end else sure_starts)[text] += 1
        inner = headline_within(raw, one.headline)
        if inner:
            suffix, prefix = raw[inner[1] :], raw[: inner[0]]
            sure_ends.update(set(slot_chain(suffix)) if suffix.strip() else ())
            sure_starts.update(set(slot_chain(prefix, at_end=False)) if prefix.strip() else ())
            slots.confirmed.update(
                {bare_name(t) for t in (*slot_chain(suffix), *slot_chain(prefix, at_end=False))} - {""}
            )
            raw = one.headline  # the headline may carry a slot of its own
        weight = 1.0 if one.headline else HEADLESS  # what the headline says too is rarely a slot
        for text in set(trailing_segments(raw)):
            ends[text] += 0.0 if one.headline and is_column(text) else weight
        if text := leading(raw):
            starts[text] += 0.0 if one.headline and (is_column(text) or is_series(text)) else weight
        slots.pages.update(
            {bare_name(text) for text in (*trailing_segments(one.title_raw), leading(one.title_raw))} - {""}
        )
    turns = in_turn(sketches, names, slots.confirmed)
    for text in [text for text in starts if bare_name(text) in turns.columns]:
        del starts[text]
    least = max(LEAST_PAGES, LEAST_SHARE * len(sketches))
    slots.suffixes = _chosen(sure_ends, ends, least, slots.confirmed, sketches)
    slots.prefixes = _chosen(sure_starts, starts, least, slots.confirmed, sketches)
    slots.prefixes += [text for text in turns.brands if text not in slots.prefixes]
    slots.prefixes += _glued_prefixes(sketches, names, slots.prefixes) or _shared_prefixes(
        sketches, slots.prefixes, turns, sum(of_one_form) > FORMULAIC * len(sketches)
    )
    slots.suffixes += _glued_suffixes(sketches, names, slots.suffixes)
    slots.pages |= slots.confirmed
    return slots


def _beside_linked(one: Sketch, linked: frozenset[str]) -> list[tuple[str, bool]]:
    """What the headline has around the title by which other pages of the site link an article: (string, whether behind it)."""
    headline = one.headline
    if not headline or headline in linked:
        return []
    linked = linked.union(one.claimed)
    for cut in range(2, min(LONGEST_PREFIX, len(headline) - 2) + 1):
        for rest, text, at_end in ((headline[cut:], headline[:cut], False), (headline[:-cut], headline[-cut:], True)):
            if rest.strip() in linked and len(bare_name(text)) > 1 and not is_genre(text):
                return [(text, at_end)]
    return []


def _chosen(
    sure: Counter[str], seen: dict[str, float], least: float, confirmed: Counter[str], sketches: Sequence[Sketch]
) -> list[str]:
    """Slots that headlines confirm on two pages, or that repeat where no article speaks of them."""
    chosen = {text for text in sure if confirmed[bare_name(text)] >= 2}
    chosen |= {text for text, count in seen.items() if count >= least and is_silent(sketches, bare_name(text))}
    return sorted(chosen, key=lambda text: (-sure[text] - seen.get(text, 0), -len(text), text))


def _glued_prefixes(sketches: Sequence[Sketch], names: Sequence[str], known: Sequence[str]) -> list[str]:
    """Prefixes without a separator that many titles share: only where they hold a name that stands elsewhere too."""
    return _glued([_headline(one) for one in sketches], names, known)


def _shared_prefixes(sketches: Sequence[Sketch], known: Sequence[str], turns: Turns, is_form: bool) -> list[str]:
    """Strings of Chinese that open half of the headlines (all, where articles are of one form; two are enough for what reads
    like a firm's name), and that no article speaks of, not even in part."""
    groups: dict[str, dict[str, Sketch]] = defaultdict(dict)
    for one in sketches:
        groups[_headline(one)[:SHORTEST_SHARED]].setdefault(_headline(one), one)
    distinct = sum(map(len, groups.values()))
    found = []
    for titles in groups.values():
        same = takewhile(lambda letters: len(set(letters)) == 1, zip(*titles, strict=False))
        prefix = "".join(letters[0] for letters in same).strip()
        if end := _CLOSED.match(prefix):
            prefix = end.group()
        name = bare_name(prefix)
        is_many = len(titles) >= max(LEAST_PAGES, distinct * (1.0 if is_form else NAME_SHARE))
        if not is_many and not (len(titles) >= 2 and is_firm(name)):
            continue
        if len(name) < SHORTEST_SHARED or is_column(name + ":") or is_series(name) or not _is_chinese(name):
            continue
        if name in turns.columns or any(name.startswith(bare_name(text)) for text in known):
            continue
        if not is_silent(list(titles.values()), name):
            continue
        parts = {name[at : at + 3] for at in range(len(name) - 2)}
        spoken = sum(any(one.speaks_of(part) for part in parts) for one in titles.values())
        if spoken <= 0.2 * len(titles):
            found.append(prefix)
    return found


def _is_chinese(name: str) -> bool:
    return any("㐀" <= c <= "鿿" for c in name) and all(c.isalnum() for c in name)


def _glued_suffixes(sketches: Sequence[Sketch], names: Sequence[str], known: Sequence[str]) -> list[str]:
    mirrored = _glued([_headline(one)[::-1] for one in sketches], [n[::-1] for n in names], [k[::-1] for k in known])
    return [text[::-1] for text in mirrored]


def _headline(one: Sketch) -> str:
    return one.headline or one.title or one.title_raw


def _glued(titles: Sequence[str], names: Sequence[str], known: Sequence[str]) -> list[str]:
    counts = Counter(title[:length] for title in titles for length in range(2, min(LONGEST_PREFIX, len(title)) + 1))
    found: list[str] = []
    for name in names:
        same = [text for text, count in counts.items() if count >= 2 and fold(text) == fold(name)]
        best = max(same, key=lambda text: counts[text], default=None)
        if best is None or best in known:
            continue
        # Take along what always follows the name: 必威 + 买球 in every title.
        while longer := [
            t for t in counts if len(t) == len(best) + 1 and t.startswith(best) and counts[t] == counts[best]
        ]:
            best = longer[0]
        found.append(best)
    return found
