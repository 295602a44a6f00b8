"""What a run removed: the top rules and strings for its summary, and the alarm when a rule goes wild."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from crawler.article import Removed

LEAST_RUNS = 3  # runs before which there is nothing to compare with
FACTOR = 4.0  # times the usual rate of a rule
LEAST_RATE = 0.5  # removed spans an article below which no rule alarms
LEAST_ARTICLES = 20
ARTICLES = "articles"  # the key of a run's counts that holds its number of articles
MOST_STRINGS = 2_000
LONGEST_STRING = 80


def alarming(rule_counts_now: Mapping[str, int], history: Sequence[Mapping[str, int]]) -> list[str]:
    """Rules that remove far more an article than in the runs before, in plain words; empty when all is as usual.

    Each mapping is rule -> spans removed, and "articles" -> articles of that run. A rule alarms when its rate is above
    four times the highest of its usual rates and above one span in two articles.
    """
    articles = rule_counts_now.get(ARTICLES, 0)
    before = [run for run in history if run.get(ARTICLES, 0) >= LEAST_ARTICLES]
    if articles < LEAST_ARTICLES or len(before) < LEAST_RUNS:
        return []
    found = []
    for rule, count in sorted(rule_counts_now.items()):
        if rule == ARTICLES:
            continue
        rate = count / articles
        rates = sorted(run.get(rule, 0) / run[ARTICLES] for run in before)
        usual = statistics.median(rates)
        if rate >= LEAST_RATE and rate > FACTOR * max(usual, 0.05) and rate > 2 * rates[-1]:
            found.append(
                f"rule {rule} removed {rate:.2f} spans an article; {usual:.2f} in the {len(before)} runs before"
            )
    return found


class RemovedSample:
    """Counts removed spans of one site in bounded memory, for the run's summary."""

    def __init__(self) -> None:
        self.rules: Counter[str] = Counter()
        self.strings: Counter[tuple[str, str]] = Counter()  # (rule, string)

    def add(self, removed: Iterable[Removed]) -> None:
        """Take in one article's spans."""
        for span in removed:
            self.rules[span.rule] += 1
            key = (span.rule, span.text.strip()[:LONGEST_STRING])
            if key in self.strings or len(self.strings) < MOST_STRINGS:
                self.strings[key] += 1

    def top(self, most: int = 10) -> dict[str, list[dict[str, str | int]]]:
        """The most frequent rules and strings: {"rules": [{rule, count}], "strings": [{rule, text, count}]}."""
        return {
            "rules": [{"rule": rule, "count": count} for rule, count in self.rules.most_common(most)],
            "strings": [
                {"rule": rule, "text": text, "count": count} for (rule, text), count in self.strings.most_common(most)
            ],
        }
