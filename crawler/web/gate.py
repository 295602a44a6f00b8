"""The quality gate of a delivery: is this run like the good runs before it? Pure; the history is handed in.

A run that fails is held: its articles stay in the state and the delivery stays as it was, until somebody looks.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any, Self

from crawler.article import Article

BASELINE_RUNS = 14  # good runs that make the baseline
BASELINE_LEAST = 5  # with fewer, only the absolute rules speak
FEW_ARTICLES = 10  # below this, shares and medians of articles are noise
FEW_PAGES = 20
FIELDS = ("title", "text", "published_at", "url", "authors", "source")


@dataclass(slots=True)
class RunFacts:
    """What the gate knows of one run. Shares are 0 to 1; times are epoch seconds."""

    at: float = 0.0
    finish: str = "finished"  # Scrapy's closing reason, or "time_budget"
    limited: bool = False  # a sample or a small page budget: its counts are not compared
    pages: int = 0  # answers that came, of any status
    articles: int = 0  # article events: add and update
    new: int = 0  # add
    read: int = 0  # pages that gave an article, new or known, or had not changed
    failed: int = 0
    forbidden: int = 0  # 403, 429 and pages that ask for a proof of being human
    quarantined: int = 0
    invalid: int = 0
    copies: int = 0
    robots: int = 0  # URLs that robots.txt refused
    not_found_pages: int = 0
    same_text: int = 0  # most URLs of this run that share one text
    odd_characters: int = 0  # U+FFFD and private use
    characters: int = 0
    median_length: float = 0.0  # characters of an article's text
    coverage: dict[str, float] = field(default_factory=dict)  # field -> share of articles that have it
    gap: int = 0  # URLs that the books cannot account for
    state_sound: bool = True

    def as_dict(self) -> dict[str, Any]:
        """For the run's detail in the state."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of as_dict; unknown keys of a newer version are ignored."""
        return cls(**{key: value for key, value in data.items() if key in cls.__dataclass_fields__})


@dataclass(slots=True)
class Tally:
    """Gathers what RunFacts needs of the articles of a run, one by one; a few bytes an article."""

    lengths: list[int] = field(default_factory=list)
    filled: Counter[str] = field(default_factory=Counter)
    texts: Counter[int] = field(default_factory=Counter)
    odd: int = 0

    def add(self, article: Article) -> None:
        """One article event that the run recorded."""
        self.lengths.append(len(article.text))
        self.filled.update(name for name in FIELDS if getattr(article, name))
        self.texts[hash(article.text)] += 1
        self.odd += sum(1 for character in article.text if character == "\ufffd" or "\ue000" <= character <= "\uf8ff")

    def fill(self, facts: RunFacts) -> RunFacts:
        """Put what was gathered into `facts`."""
        count = len(self.lengths)
        facts.median_length = float(median(self.lengths)) if self.lengths else 0.0
        facts.coverage = {name: self.filled[name] / count for name in FIELDS} if count else {}
        facts.same_text = max(self.texts.values(), default=0)
        facts.odd_characters, facts.characters = self.odd, sum(self.lengths)
        return facts


def facts_of(
    counts: Mapping[str, int], tally: Tally, *, at: float, finish: str, gap: int, limited: bool, forbidden: int
) -> RunFacts:
    """RunFacts from a run's counters in the state ("OUTCOME.REASON", add, update) and its tally."""

    def total(*prefixes: str) -> int:
        return sum(n for name, n in counts.items() if name.startswith(prefixes))

    facts = RunFacts(
        at=at,
        finish=finish,
        limited=limited,
        pages=total("done.", "unchanged.", "dropped.", "quarantined.", "gone.", "failed."),
        articles=counts.get("add", 0) + counts.get("update", 0),
        new=counts.get("add", 0),
        read=total("done.article", "unchanged.", "dropped.copy_"),
        failed=total("failed."),
        forbidden=forbidden + total("dropped.blocked"),
        quarantined=total("quarantined."),
        invalid=total("dropped.invalid"),
        copies=total("dropped.copy_"),
        robots=total("filtered.robots"),
        not_found_pages=total("dropped.not_found_page"),
        gap=gap,
    )
    return tally.fill(facts)


@dataclass(slots=True)
class Verdict:
    """Whether the delivery is held, and every reason why, each a sentence with its figures."""

    held: bool
    reasons: list[str]


def judge(history: Sequence[RunFacts], current: RunFacts) -> Verdict:
    """The gate. `history`: earlier runs of the site that passed, in any order; at most BASELINE_RUNS, the latest, count."""
    good = sorted(history, key=lambda run: run.at)[-BASELINE_RUNS:]
    reasons = _absolute(current)
    if len(good) >= BASELINE_LEAST:
        reasons += _against(good, current)
    return Verdict(bool(reasons), reasons)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _absolute(run: RunFacts) -> list[str]:
    reasons = []
    if run.finish not in {"finished", "time_budget"}:
        reasons.append(f"the run ended early: {run.finish}")
    if run.gap:
        reasons.append(f"the books do not balance: {abs(run.gap)} URLs {'lost' if run.gap > 0 else 'too many'}")
    if not run.state_sound:
        reasons.append("the state is damaged")
    if run.pages >= FEW_PAGES:
        bad = run.quarantined + run.invalid
        for part, limit, what in (
            (bad, 0.02, "quarantined or invalid"),
            (run.failed, 0.10, "failed"),
            (run.forbidden, 0.05, "forbidden or blocked"),
        ):
            if part >= 3 and _share(part, run.pages) > limit:
                reasons.append(f"{part} of {run.pages} pages {what}, more than {limit:.0%}")
    if run.same_text >= 5 and _share(run.same_text, run.articles) > 0.02:
        reasons.append(f"{run.same_text} articles have the same text: a template or a soft 404")
    if run.not_found_pages >= 5 and _share(run.not_found_pages, run.pages) > 0.10:
        reasons.append(f"{run.not_found_pages} of {run.pages} pages are 'not found' pages served as good ones")
    if _share(run.odd_characters, run.characters) > 0.001:
        reasons.append(f"{run.odd_characters} broken characters in {run.characters}: mojibake")
    return reasons


def _against(good: Sequence[RunFacts], run: RunFacts) -> list[str]:
    """The rules that need a baseline."""
    reasons = []
    full = [old for old in good if not old.limited] or list(good)
    usual_new = median(old.new for old in full)
    if not run.limited and usual_new >= 5 and run.new < 0.4 * usual_new:
        reasons.append(f"{run.new} new articles, usually {usual_new:g}")
    elif not run.limited and run.new == 0 and (dry := _dry_spell(full, run)) is not None:
        reasons.append(dry)
    if run.articles >= FEW_ARTICLES:
        reasons += _coverage(good, run)
        lengths = [old.median_length for old in good if old.articles >= FEW_ARTICLES]
        usual_length = median(lengths) if lengths else 0.0
        if usual_length and abs(run.median_length - usual_length) > 0.5 * usual_length:
            reasons.append(f"median text of {run.median_length:g} characters, usually {usual_length:g}")
    if run.pages >= FEW_PAGES:
        for what, now, usual, jump in (
            (
                "pages that gave an article",
                -_share(run.read, run.pages),
                [-_share(old.read, old.pages) for old in good],
                0.30,
            ),
            ("copies", _share(run.copies, run.pages), [_share(old.copies, old.pages) for old in good], 0.30),
        ):
            if now - median(usual) > jump:
                reasons.append(f"{abs(now):.0%} {what}, usually {abs(median(usual)):.0%}")
    met = run.pages + run.robots
    usual_robots = median(_share(old.robots, old.pages + old.robots) for old in good)
    if met >= FEW_ARTICLES and _share(run.robots, met) > 0.5 > 0.1 > usual_robots:
        reasons.append(f"robots.txt now refuses {run.robots} of {met} URLs")
    return reasons


def _dry_spell(good: Sequence[RunFacts], run: RunFacts) -> str | None:
    times = [old.at for old in good if old.new]
    if len(times) < 3:
        return None
    usual = median(later - earlier for earlier, later in pairwise(times))
    if usual > 0 and run.at - times[-1] > 3 * usual:
        return f"no new article for {(run.at - times[-1]) / 3600:.0f} h, usually every {usual / 3600:.0f} h"
    return None


def _coverage(good: Sequence[RunFacts], run: RunFacts) -> list[str]:
    reasons = []
    for name in FIELDS:
        known = [old.coverage[name] for old in good if name in old.coverage and old.articles >= FEW_ARTICLES]
        if not known:
            continue
        usual, now = median(known), run.coverage.get(name, 0.0)
        noise = 2 * (usual * (1 - usual) / run.articles) ** 0.5  # two standard errors of a share
        if usual - now > 0.05 + noise:
            reasons.append(f"{name} filled in {now:.0%} of articles, usually {usual:.0%}")
    return reasons
