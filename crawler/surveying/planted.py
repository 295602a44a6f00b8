"""Names that sentences set into articles speak of: adverts in paragraphs whose words vary from page to page."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from crawler.stripping.adverts import LONGEST_ENGLISH, LONGEST_SENTENCE, is_chinese, is_credit, shares_no_words
from crawler.surveying.sketch import Sketch

LEAST_ARTICLES = 3
LEAST_SHARE = 0.5  # of the articles that must have such a sentence
LEAST_KNOWN = 2  # articles, for a name that is known as injected
SHORTEST, LONGEST = 4, 16  # characters of a name
MOST_NAMES = 4

_RUN = re.compile(r"[^\W_]+")
_NAME = re.compile(r"[A-Z][\w'’-]+(?: (?:[A-Z][\w'’-]+|&))+")


def planted_names(
    sketches: Sequence[Sketch], clusters: Sequence[int], of_one_form: Sequence[bool], known: Sequence[str]
) -> list[str]:
    """Strings that stand in sentences of half of a site's articles, share no words with any of them, and stand in no sentence
    that does: what varies is content, but what is foreign everywhere alike is set in. `known`: injected names."""
    holders: dict[str, set[int]] = defaultdict(set)
    at_home: list[str] = []
    foreign: dict[int, list[str]] = defaultdict(list)
    for one, cluster, is_form in zip(sketches, clusters, of_one_form, strict=True):
        if is_form:
            continue
        for sentence in one.sentences:
            if _is_short(sentence) and shares_no_words(sentence, [one.prose]):
                foreign[cluster].append(sentence)
            else:
                at_home.append(sentence)
    for cluster, sentences in foreign.items():
        for sentence in sentences:
            for string in _strings(sentence):
                holders[string].add(cluster)
    count = len(set(clusters))
    least = max(LEAST_ARTICLES, LEAST_SHARE * count)
    home = "\n".join(at_home)
    found = [s for s, where in holders.items() if len(where) >= least and s not in home and not is_credit(s)]
    longest: list[str] = []
    for string in sorted(found, key=lambda text: (-len(text), text)):
        if not any(string in other for other in longest):
            longest.append(string)
    names = [name for name in known if sum(any(name in s for s in said) for said in foreign.values()) >= LEAST_KNOWN]
    return list(dict.fromkeys([*names, *longest[:MOST_NAMES]]))


def _is_short(sentence: str) -> bool:
    return len(sentence) <= (LONGEST_SENTENCE if is_chinese(sentence) else LONGEST_ENGLISH)


def _strings(sentence: str) -> Iterable[str]:
    if not is_chinese(sentence):
        return set(_NAME.findall(sentence))
    found: set[str] = set()
    for run in _RUN.findall(sentence):
        for length in range(SHORTEST, min(LONGEST, len(run)) + 1):
            found.update(run[at : at + length] for at in range(len(run) - length + 1))
    return found
