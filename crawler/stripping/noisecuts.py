"""Noise that was set into an article: pronunciations, emoji, and lines of search words."""

from crawler.stripping import noise
from crawler.stripping.brands import label_of
from crawler.stripping.ledger import Cut
from crawler.stripping.wholelines import SENTENCE_END
from crawler.stripping.work import Work

LONGEST_KEYWORDS = 60


def take_noise(work: Work) -> None:
    """Pronunciations, emoji and search words that were set into the article."""
    numbers = work.open_lines()
    texts = {number: work.ledger.lines[number] for number in numbers}
    for flag, spans_of, is_noise in (
        ("pinyin_noise", noise.pinyin_spans, noise.is_pinyin_noise),
        ("emoji_noise", noise.emoji_spans, noise.is_emoji_noise),
    ):
        spans = {number: found for number, text in texts.items() if (found := spans_of(text))}
        if is_noise(texts, spans):
            work.flags.append(flag)
            count = sum(map(len, spans.values()))
            for number, found in spans.items():
                for start, end in found:
                    evidence = [f"{count} of them in this article"]
                    work.ledger.take(number, Cut(start, end, "noise", flag, "inside", evidence))
    take_keywords(work, numbers, texts)


def take_keywords(work: Work, numbers: list[int], texts: dict[int, str]) -> None:
    """Blocks of search words, and what stands above an article to be found by searches."""
    title = work.title.text
    queries = {number: tokens for number, text in texts.items() if (tokens := noise.query_tokens(text, title))}
    first = numbers[0] if numbers and not SENTENCE_END.search(texts[numbers[0]]) else None
    article = "\n".join(text for number, text in texts.items() if number not in queries and number != first)
    edges = (*numbers[:2], *numbers[-2:])
    for number in dict.fromkeys((*numbers[:2], *queries)):
        text, words = texts[number], queries.get(number)
        if words is not None and noise.is_stuffed(words, article, number in edges, title in text):
            spoke = "no sentence, words of searches, foreign to the article"
        elif number in numbers[:2] and noise.is_doorway(text, title):
            spoke = "offers the article's title as a work"
        elif number == first and len(text) <= LONGEST_KEYWORDS and label_of(text) and noise.is_foreign(text, article):
            spoke = "above the article, no sentence, foreign to it"
        else:
            continue
        work.take_names(number, text)
        work.ledger.take_line(number, "injected", "keyword_block", "inside", [spoke], label=label_of(text))
