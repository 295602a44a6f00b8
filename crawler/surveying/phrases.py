"""Adverts set into paragraphs: strings that several articles of a site share where articles share nothing."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from crawler.surveying.sketch import Sketch

LEAST_ARTICLES = 3
LEAST_NAMED = 2  # what holds an injected name needs fewer
SENTENCE_SHARE = 0.3  # a whole sentence must stand in this share of the articles that were read
NAME_SHARE = 0.15
LONGEST_PHRASE = 80
MOST_PHRASES = 60
MOST_VARIANTS = 12
_TRIM = "。，、；：！？,;:!? \n"


def learn_phrases(
    sketches: Sequence[Sketch], clusters: Sequence[int], of_one_form: Sequence[bool], names: Sequence[str]
) -> list[str]:
    """Phrases to cut, longest first: sentences that repeat, and what stands around injected names in several articles.

    What articles `of_one_form` say alike is their own.
    """
    found = _sentences(sketches, clusters, of_one_form)
    for name in names:
        found += _around(name, sketches, clusters)
    unique = dict.fromkeys(sorted(found, key=lambda text: (-len(text), text)))
    return list(unique)[:MOST_PHRASES]


def _sentences(sketches: Sequence[Sketch], clusters: Sequence[int], of_one_form: Sequence[bool]) -> list[str]:
    holders: dict[str, set[int]] = defaultdict(set)
    for one, cluster, is_form in zip(sketches, clusters, of_one_form, strict=True):
        for sentence in () if is_form else one.sentences:
            holders[sentence].add(cluster)
    least = max(LEAST_ARTICLES, SENTENCE_SHARE * len(set(clusters)))
    return [sentence for sentence, where in holders.items() if len(where) >= least]


def _around(name: str, sketches: Sequence[Sketch], clusters: Sequence[int]) -> list[str]:
    """The longest strings around a name that repeat over articles; what varies stays: see take_named."""
    places: list[tuple[int, str, int]] = []
    for one, cluster in zip(sketches, clusters, strict=True):
        places += [(cluster, one.prose, found.start()) for found in re.finditer(re.escape(name), one.prose)]
    articles = {cluster for cluster, _, _ in places}
    if len(articles) < max(LEAST_NAMED, NAME_SHARE * len(set(clusters))):
        return []
    phrases: list[str] = []
    while places:
        start, end = 0, len(name)
        group = places
        for step in (1, -1):
            while end - start < LONGEST_PHRASE:
                at = end if step == 1 else start - 1
                nexts = Counter(_character(prose, place + at) for _, prose, place in group)
                nexts.pop("", None)
                character, _count = max(nexts.items(), key=lambda item: item[1], default=("", 0))
                same = [p for p in group if _character(p[1], p[2] + at) == character]
                if (
                    not character
                    or len({cluster for cluster, _, _ in same}) < LEAST_ARTICLES
                    or len(same) < 0.5 * len(group)
                ):
                    break
                group = same
                start, end = (start, end + 1) if step == 1 else (start - 1, end)
        _, prose, place = group[0]
        phrase = prose[place + start : place + end].strip(_TRIM)
        if phrase != name and name in phrase:
            phrases.append(phrase)
        places = [p for p in places if p not in group]
        if len({cluster for cluster, _, _ in places}) < LEAST_NAMED or len(phrases) == MOST_VARIANTS:
            break
    return phrases


def _character(prose: str, at: int) -> str:
    """One character of a paragraph; empty at its ends, so that a phrase never spans two."""
    return prose[at] if 0 <= at < len(prose) and prose[at] != "\n" else ""
