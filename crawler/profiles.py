"""Profiles: what the pages of a host have in common, learned by a survey and renewed between runs.

`learn` is pure: the same readings and previous profile always give the same profile. The parts of the work are in
crawler/surveying; plain words and site classes in crawler/surveying/words.py.
"""

import heapq
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from operator import itemgetter
from urllib.parse import urlsplit

from crawler.reading.profile import Profile
from crawler.reading.reading import Reading
from crawler.stripping.brands import agree
from crawler.stripping.repeated import belongs_to_article, counts_inside
from crawler.surveying.addresses import url_patterns
from crawler.surveying.formulaic import formulaic
from crawler.surveying.judging import candidate_names, judge_names, own_names
from crawler.surveying.phrases import learn_phrases
from crawler.surveying.planted import planted_names
from crawler.surveying.sketch import Sketch, clusters_of, sketch
from crawler.surveying.slots import learn_slots
from crawler.surveying.words import describe, site_class

__all__ = ["ProfileLearner", "describe", "has_changed", "learn", "site_class"]

LEAST_REPEATS = 3  # articles that must share a line
LEAST_OFFSITE = 2  # ... that is nothing but a link to another site, above or below the text
SAMPLE = 64  # sketches that a learner keeps of one host
JUDGED = 10  # pages that say whether a template has changed
MOST_BODIES = 8  # containers of articles that a profile knows: sections have templates of their own
LEAST_ACCUSED = 2  # articles that stand elsewhere under another name, before a host's profile takes that up
FORGET_AFTER = 20  # articles without a line after which a profile lets it go
MOST_REPEATED = 400  # lines a zone
MOST_BETWEEN = 2  # repeated lines between the paragraphs of one article that may be adverts


def learn(readings: Sequence[Reading], previous: Profile | None) -> Profile:
    """The profile of the host of `readings` (articles, and listings where there are any; the first names the host)."""
    host = previous.host if previous and previous.host else urlsplit(readings[0].url).netloc if readings else ""
    return _learn([sketch(reading) for reading in readings], host, previous or Profile(host=host))


class ProfileLearner:
    """Collects what a run reads of one host, in bounded memory, and turns it into the host's next profile at the end."""

    def __init__(self, host: str, previous: Profile | None = None) -> None:
        self.previous = previous or Profile(host=host)
        self.host = host
        self.seen = 0
        self._kept: list[tuple[int, str, Sketch]] = []  # heap: largest digest first out
        self._judged: list[tuple[int, str, Reading]] = []  # those with the smallest digests
        self._accused: dict[str, tuple[int, str]] = {}  # name -> articles that stand elsewhere under another, evidence

    def accuse(self, name: str, phrase: str) -> None:
        """Take in that an article stands on another host under another name than this one."""
        self._accused[name] = (self._accused.get(name, (0, ""))[0] + 1, phrase)

    def add(self, reading: Reading, *, expected: bool = True) -> None:
        """Take in one article or listing. The sample does not depend on the order of pages.

        expected: whether an article was to be there, by the place of its link. Only such pages say that a template has changed.
        """
        self.seen += 1
        digest = int.from_bytes(blake2b(reading.url.encode(), digest_size=8).digest(), "big")
        if expected or reading.kind == "article":
            insort(self._judged, (digest, reading.url, reading), key=itemgetter(0))
            del self._judged[JUDGED:]
        if len(self._kept) >= SAMPLE and -digest <= self._kept[0][0]:
            return
        if any(url == reading.url for _, url, _ in self._kept):
            return
        entry = (-digest, reading.url, sketch(reading))
        if len(self._kept) < SAMPLE:
            heapq.heappush(self._kept, entry)
        else:
            heapq.heapreplace(self._kept, entry)

    def profile(self) -> Profile | None:
        """The next profile; None when too little was read to say anything new. A changed template is learned afresh."""
        kept = sorted(self._kept, key=lambda entry: entry[1])
        sketches = [one for _, _, one in kept]
        if sum(one.kind == "article" for one in sketches) < LEAST_REPEATS:
            return None
        previous = self.previous
        if self.changed():
            previous = Profile(host=self.host, version=previous.version, site_names=previous.site_names)
        elsewhere = {name: phrase for name, (count, phrase) in self._accused.items() if count >= LEAST_ACCUSED}
        return _learn(sketches, self.host, previous, elsewhere)

    def changed(self) -> str | None:
        """Why the site's template seems to be another one than the profile's, by a sample of the pages; None while it fits."""
        return has_changed(self.previous, [reading for _, _, reading in self._judged])


def _learn(sketches: list[Sketch], host: str, previous: Profile, elsewhere: Mapping[str, str] | None = None) -> Profile:
    articles = [one for one in sketches if one.kind == "article"]
    listings = [one for one in sketches if one.kind == "listing"]
    clusters = clusters_of(articles)
    of_one_form = formulaic(articles, clusters)
    own = own_names(articles)
    listed = frozenset[str]().union(*(one.linked for one in listings))
    slots = learn_slots(articles, [*candidate_names(articles), *previous.injected_names], of_one_form, listed)
    verdicts = {verdict.name: verdict for verdict in judge_names(articles, slots, elsewhere or {})}
    injected = {name: tuple(v.phrases) for name, v in verdicts.items() if v.is_injected}
    for name in previous.injected_names:
        injected.setdefault(name, previous.name_evidence.get(name, ()))
    names = [name for name in own if name not in injected and not any(agree(name, bad) for bad in injected)]
    titled = [name for name in injected if slots.pages[name] or name in previous.injected_names]
    return Profile(
        host=host,
        version=previous.version + 1,
        pages=len(articles),
        timezone=_timezone(articles) or previous.timezone,
        site_names=_united(names, previous.site_names, 12),
        injected_names=tuple(sorted(injected)),
        name_evidence=injected,
        advert_phrases=_united(
            learn_phrases(articles, clusters, of_one_form, list(injected)), previous.advert_phrases, 80
        ),
        advert_names=_united(planted_names(articles, clusters, list(injected)), previous.advert_names, 12),
        advert_hosts=_united(_advert_hosts(articles, clusters, titled), previous.advert_hosts, 40),
        noise=_noise(articles) or (previous.noise if len(articles) < FORGET_AFTER else ()),
        title_prefixes=_united(slots.prefixes, previous.title_prefixes, 24),
        title_suffixes=_united(slots.suffixes, previous.title_suffixes, 24),
        theme=_common([one.theme for one in articles], 0.5) or previous.theme,
        selectors=dict(previous.selectors) | _selectors(articles),
        bodies=_united(_bodies(articles), previous.bodies, MOST_BODIES),
        remove=previous.remove,
        repeated=_repeated(articles, clusters, of_one_form, previous),
        link_blocks=_link_blocks(articles) or dict(previous.link_blocks),
        article_urls=_article_urls(articles, listings) or previous.article_urls,
        listing_urls=_listing_urls(articles, listings) or previous.listing_urls,
        render=_render(articles, previous),
    )


def _united(new: Iterable[str], old: Iterable[str], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*new, *old]))[:most]


def _common(values: Sequence[str | None], share: float) -> str | None:
    counts = Counter(value for value in values if value)
    value, count = max(counts.items(), key=lambda item: (item[1], item[0]), default=(None, 0))
    return value if value and count >= max(2, share * len(values)) else None


def _noise(articles: Sequence[Sketch]) -> tuple[str, ...]:
    """What two articles or more, and a quarter of them, have."""
    counts = Counter(name for one in articles for name in one.noise)
    return tuple(sorted(name for name, count in counts.items() if count >= max(2, 0.25 * len(articles))))


def _timezone(articles: Sequence[Sketch]) -> str | None:
    """A zone only where the pages state their offset, and it is the one of China; others stay with their dates."""
    offsets = {one.offset for one in articles if one.offset}
    chinese = any((one.language or "").startswith("zh") for one in articles)
    return "Asia/Shanghai" if chinese and offsets and offsets <= {"+08:00", "+0800"} else None


def _selectors(articles: Sequence[Sketch]) -> dict[str, str]:
    path = _common([one.body_path for one in articles], 0.8)
    return {"body": path} if path and len(articles) >= LEAST_REPEATS else {}


def _bodies(articles: Sequence[Sketch]) -> list[str]:
    counts = Counter(one.body_path for one in articles if one.body_path)
    return [path for path, count in counts.most_common(MOST_BODIES) if count >= LEAST_REPEATS]


def _render(articles: Sequence[Sketch], previous: Profile) -> dict[str, bool]:
    shells = sum(one.is_shell for one in articles)
    return {**previous.render, "article": True} if articles and shells > 0.6 * len(articles) else dict(previous.render)


def _repeated(
    articles: Sequence[Sketch], clusters: Sequence[int], of_one_form: Sequence[bool], previous: Profile
) -> dict[str, frozenset[str]]:
    """Lines on several articles, by zone; lines known before stay while the sample is small or still shows them.

    In the flow of articles of one form repetition says nothing; what stands apart from the flow is template there too.
    """
    holders: dict[tuple[str, str], set[int]] = defaultdict(set)
    anywhere: dict[str, set[int]] = defaultdict(set)
    tags: dict[str, str] = {}
    flowing: set[str] = set()  # forms that stand among paragraphs like one of them
    for one, cluster, is_form in zip(articles, clusters, of_one_form, strict=True):
        for line in one.lines:
            anywhere[line.form].add(cluster)
            if line.is_apart or not (is_form or belongs_to_article(line.text, line.zone)):
                holders[line.zone, line.form].add(cluster)
                tags[line.form] = line.tag
            if not line.is_apart:
                flowing.add(line.form)
    offsite = {line.form for one in articles for line in one.lines if line.off_hosts}
    repeated: dict[str, frozenset[str]] = {}
    for zone in ("head", "inside", "tail"):
        counts = {
            form: len(where)
            for (z, form), where in holders.items()
            if z == zone and len(where) >= (LEAST_OFFSITE if form in offsite and z != "inside" else LEAST_REPEATS)
        }
        if zone == "inside":
            counts = {form: count for form, count in counts.items() if counts_inside(form, tags[form])}
            counts = _without_forms(counts, articles, flowing)
        for form in previous.repeated.get(zone, ()):
            if form in anywhere or len(articles) < FORGET_AFTER:
                counts.setdefault(form, 1)
        kept = sorted(counts, key=lambda form: (-counts[form], form))[:MOST_REPEATED]
        if kept:
            repeated[zone] = frozenset(kept)
    return repeated


def _without_forms(counts: dict[str, int], articles: Sequence[Sketch], flowing: set[str]) -> dict[str, int]:
    """Without what articles of one form have in common (interviews with the same questions, notices with the same points):
    several lines that repeat together in the flow of the text. Adverts come one or two at a time."""
    suspects = counts.keys() & flowing
    together: set[str] = set()
    for one in articles:
        here = {line.form for line in one.lines if line.form in suspects and not line.is_apart}
        if len(here) > MOST_BETWEEN:
            together |= here
    return {form: count for form, count in counts.items() if form not in together}


def _advert_hosts(articles: Sequence[Sketch], clusters: Sequence[int], injected: Sequence[str]) -> list[str]:
    """Hosts that repeated lines of nothing but a link lead to, when hidden links or injected names go there too."""
    lines: dict[str, set[int]] = defaultdict(set)
    hidden: Counter[str] = Counter()
    named: set[str] = set()
    for one, cluster in zip(articles, clusters, strict=True):
        hidden.update({host for _, host in one.hidden})
        named |= {host for text, host in one.hidden if text in injected}
        for line in one.lines:
            for host in line.off_hosts:
                lines[host].add(cluster)
                if any(name in line.text for name in injected):
                    named.add(host)
    return sorted(
        host for host, where in lines.items() if len(where) >= LEAST_REPEATS and (hidden[host] >= 2 or host in named)
    )


def _link_blocks(articles: Sequence[Sketch]) -> dict[str, str]:
    """Roles of link lists by what repeats: the same links everywhere are navigation or hot lists, others are related."""
    sets: dict[str, list[set[str]]] = defaultdict(list)
    zones: dict[str, str] = {}
    for one in articles:
        for signature, urls in one.blocks.items():
            sets[signature].append(urls)
            zones[signature] = one.zones[signature]
    own = {one.url for one in articles}
    roles = {}
    for signature, found in sorted(sets.items()):
        if len(found) < LEAST_REPEATS:
            continue
        union, shared = set.union(*found), set.intersection(*found)
        constant = len(shared) >= 0.7 * len(union)
        if zones[signature] in ("nav", "footer") or (constant and not union & own):
            roles[signature] = "nav"
        else:
            roles[signature] = "hot" if constant else "related"
    return roles


def _article_urls(articles: Sequence[Sketch], listings: Sequence[Sketch]) -> tuple[str, ...]:
    return tuple(url_patterns([one.url for one in articles], [one.url for one in listings]))


def _listing_urls(articles: Sequence[Sketch], listings: Sequence[Sketch]) -> tuple[str, ...]:
    return tuple(url_patterns([one.url for one in listings], [one.url for one in articles]))


def has_changed(profile: Profile, readings: Sequence[Reading]) -> str | None:
    """Why the site's template seems to be another one than the profile's; None while it fits or too little was read."""
    articles = [reading for reading in readings if reading.kind == "article"]
    others = len(readings) - len(articles)
    if profile.version == 0 or len(readings) < LEAST_REPEATS:
        return None
    if others >= 0.7 * len(readings):
        return f"{others} of {len(readings)} pages that should be articles read as none"
    body = profile.selectors.get("body")
    moved = sum(reading.body_path not in {body, *profile.bodies} for reading in articles)
    empty = sum(len(reading.text) < 80 or reading.body_confidence < 0.3 for reading in articles)
    undated = sum(reading.published_at is None for reading in articles)
    if body and moved >= 0.8 * len(articles) and profile.pages >= LEAST_REPEATS:
        return f"the body is no longer in {body} on {moved} of {len(articles)} pages"
    if empty >= 0.6 * len(articles):
        return f"{empty} of {len(articles)} articles have hardly any text"
    suffixes = profile.title_suffixes
    if suffixes and undated == len(articles) and not any((r.title_raw or "").endswith(suffixes) for r in articles):
        return "title slots and dates are gone from every page"
    share = _repeated_share(articles)
    if share > 0.5:
        return f"{share:.0%} of the text repeats from page to page"
    return None


def _repeated_share(articles: Sequence[Reading]) -> float:
    sketches = [sketch(reading) for reading in articles]
    clusters = clusters_of(sketches)
    if len(set(clusters)) < LEAST_REPEATS:
        return 0.0
    forms: dict[str, set[int]] = defaultdict(set)
    for one, cluster in zip(sketches, clusters, strict=True):
        for line in one.lines:
            forms[line.form].add(cluster)
    total = repeated = 0
    for one in sketches:
        total += len(one.lines)
        repeated += sum(len(forms[line.form]) >= LEAST_REPEATS for line in one.lines)
    return repeated / total if total else 0.0
