"""Injected names that sentences set into articles speak of: adverts in paragraphs whose words vary from page to page."""

from collections.abc import Sequence

from crawler.stripping.adverts import LONGEST_ENGLISH, LONGEST_SENTENCE, is_chinese, shares_no_words
from crawler.surveying.sketch import Sketch

LEAST_ARTICLES = 2


def planted_names(sketches: Sequence[Sketch], clusters: Sequence[int], injected: Sequence[str]) -> list[str]:
    """Which injected names stand in short sentences of several articles that share no words with the article around them.

    Strings that nothing else accuses are left alone: writers have stock phrases ("业内人士认为") that look the same.
    """
    found = []
    for name in injected:
        holders = {
            cluster
            for one, cluster in zip(sketches, clusters, strict=True)
            for sentence in one.sentences
            if name in sentence and _is_short(sentence) and shares_no_words(sentence, [one.prose], name)
        }
        if len(holders) >= LEAST_ARTICLES:
            found.append(name)
    return found


def _is_short(sentence: str) -> bool:
    return len(sentence) <= (LONGEST_SENTENCE if is_chinese(sentence) else LONGEST_ENGLISH)
