"""Noise that was set into an article: pronunciations, emoji, and lines of search words."""

from collections.abc import Sequence
from itertools import takewhile

from crawler.stripping import noise
from crawler.stripping.brands import label_of
from crawler.stripping.ledger import Cut
from crawler.stripping.names import judge
from crawler.stripping.searchwords import is_doorway, is_foreign, is_stuffed, is_themed, query_tokens, theme_of
from crawler.stripping.wholelines import SENTENCE_END
from crawler.stripping.work import Work

LONGEST_KEYWORDS = 100
LONGEST_WORD = 24
LEAST_CLOUD = 4  # lines
SHORTEST_NAME = 3
EDGE = 2  # lines above and below an article


def take_noise(work: Work) -> None:
    """Pronunciations, emoji and search words that were set into the article."""
    numbers = work.open_lines()
    texts = {number: work.ledger.lines[number] for number in numbers}
    for flag, spans in noise.noises(texts, work.profile.noise):
        work.flags.append(flag)
        count = sum(map(len, spans.values()))
        for number, found in spans.items():
            for start, end in found:
                evidence = [f"{count} of them in this article"]
                work.ledger.take(number, Cut(start, end, "noise", flag, "inside", evidence))
    take_keywords(work, numbers, texts)


def take_keywords(work: Work, numbers: list[int], texts: dict[int, str]) -> None:
    """Blocks of search words, and what stands above an article to be found by searches."""
    for number, spoke in keyword_lines(texts, work.titles()).items():
        _take_keyword_line(work, number, spoke)
    _take_clouds(work, [number for number in numbers if work.ledger.is_open(number)], texts)


def keyword_lines(texts: dict[int, str], titles: Sequence[str]) -> dict[int, str]:
    """The lines of an article (number -> text) that are search words -> what speaks for it. `titles`: what the page calls it."""
    numbers = list(texts)
    queries = {number: tokens for number, text in texts.items() if (tokens := query_tokens(text, titles))}
    head, edges = numbers[:EDGE], {*numbers[:EDGE], *numbers[-EDGE:]}
    outer = {
        number for number in head if not SENTENCE_END.search(texts[number]) and len(texts[number]) <= LONGEST_KEYWORDS
    }
    themed = {number for number in edges if theme_of(texts[number])}
    suspect = {*queries, *outer, *themed}
    article = "\n".join(text for number, text in texts.items() if number not in suspect)
    found = {}
    for number in sorted({*head, *queries, *themed}):
        text, words = texts[number], queries.get(number)
        if words is not None and is_stuffed(words, article, number in edges, any(t in text for t in titles)):
            found[number] = "no sentence, words of searches, foreign to the article"
        elif number in themed and is_themed(text, article):
            found[number] = "one thing over and over, with words of searches; the article never names it"
        elif number in head and is_doorway(text, titles):
            found[number] = "offers the article's title as a work"
        elif number in outer and label_of(text) and is_foreign(text, article):
            found[number] = "above the article, no sentence, foreign to it"
    return found


def _take_clouds(work: Work, numbers: list[int], texts: dict[int, str]) -> None:
    """Search words above or below the article with a line for each."""
    for run in (list(takewhile(lambda n: _is_word(texts[n]), side)) for side in (numbers, numbers[::-1])):
        cloud, taken = " ".join(texts[number] for number in run), set(run)
        if len(run) >= LEAST_CLOUD and is_themed(cloud, "\n".join(texts[n] for n in numbers if n not in taken)):
            for number in run:
                _take_keyword_line(work, number, "search words, a line for each, foreign to the article")


def _is_word(text: str) -> bool:
    return len(text) <= LONGEST_WORD and not SENTENCE_END.search(text)


def _take_keyword_line(work: Work, number: int, spoke: str) -> None:
    text = work.ledger.lines[number]
    work.take_names(number, text)
    evidence = [spoke]
    theme = theme_of(text)
    if theme and len(theme) >= SHORTEST_NAME and theme not in work.names:
        verdict = judge(theme, work.reading, work.profile, work.title)
        if "identity" in verdict.evidence:  # never the site's own name
            verdict.evidence["stuffed"] = "a line of search words says it over and over"
            work.names[theme] = verdict
            evidence += verdict.phrases
    work.ledger.take_line(number, "injected", "keyword_block", "inside", evidence, label=label_of(text))
