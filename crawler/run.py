"""Run: one harvest of one site; what scheduler, spider, pipelines and extensions of one crawl share."""

import logging
import os
import secrets
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from sqlalchemy import Connection

from crawler.budget import Budget
from crawler.duplicates import duplicates_of
from crawler.exitcodes import Exit, WinnowError
from crawler.outcomes import Outcome, Reason
from crawler.profiles import ProfileLearner
from crawler.reading.profile import Profile
from crawler.reading.reading import Reading
from crawler.state import FrontierEntry, Lease, State, UnsafeRecordError, frontier_key
from crawler.state.articles import GONE_RUNS
from crawler.stripping.audit import RemovedSample
from crawler.urls import canonical_url, other_scheme
from crawler.web.gate import Tally

logger = logging.getLogger(__name__)

# Asked for in every run: where new articles show. Deeper listing pages are opened when the page before had news.
ALWAYS_VISITED = {"start", "listing", "sitemap", "feed"}

MOST_LISTED = 20_000  # URLs whose category is remembered

_RUNS: WeakKeyDictionary[Crawler, "Run"] = WeakKeyDictionary()


def run_of(crawler: Crawler) -> "Run":
    """The run of this crawl; the scheduler opens it before any other component works."""
    return _RUNS[crawler]


def runs_of() -> "WeakKeyDictionary[Crawler, Run]":
    """All runs of this process, for the command that started them."""
    return _RUNS


def state_url(settings: BaseSettings) -> str:
    """Where the state is: STATE_URL, or SQLite below OUTPUT_DIR."""
    return settings.get("STATE_URL") or f"sqlite:///{Path(settings['OUTPUT_DIR']) / 'state' / 'winnow.db'}"


class Run:
    """State, budgets and books of one crawl. Every lease ends here, by exactly one outcome."""

    def __init__(self, crawler: Crawler, site: str, budget: Budget) -> None:
        self.settings = crawler.settings
        self.stats = crawler.stats
        self.site = site
        self.budget = budget
        self.started = datetime.now(UTC)
        self.id = f"{self.started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        self.owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self.state = State.open(state_url(crawler.settings))
        self.resting: Callable[[], Mapping[str, float]] = dict  # hosts that must not be asked now -> until when
        self.open_leases: dict[bytes, Lease] = {}
        self.outcomes: Counter[tuple[Outcome, Reason]] = Counter()
        self.postponed: Counter[Reason] = Counter()
        self.refused: Counter[Reason] = Counter()  # links that were not followed, each time a page offered one
        self.events: Counter[str] = Counter()
        self.articles = 0
        self.tally = Tally()  # what the quality gate compares
        self.removed = RemovedSample()
        self.touched: set[str] = set()  # other sites that this run took copies back from
        self.is_limited = (
            False  # a sample or a page budget of the caller: figures do not compare with those of other runs
        )
        self._handed: set[bytes] = set()  # leases whose article went to the pipelines and was not kept out by them
        self.exit: Exit | None = None  # set when the run has ended
        self.fault: WinnowError | None = None  # what ended it, where a person can act on it
        self.pending: int | None = None  # URLs still to do, when they were last counted
        self.listed: dict[str, str] = {}  # URL -> category, as listings show it
        self._without_category: dict[str, str] = {}  # URL -> id of an article that was recorded without one
        self.rendered: dict[str, dict[str, bool]] = {}  # host -> Profile.render, as this run taught it
        self._profiles: dict[str, Profile] = {}
        self._learners: dict[str, ProfileLearner] = {}
        self.state.runs.start(self.id, site, time.time())
        _RUNS[crawler] = self

    # --- links -----------------------------------------------------------------------------------------------------
    def add(self, entries: Iterable[FrontierEntry], conn: Connection | None = None) -> int:
        """Put URLs into the frontier; returns how many of them were never known before.

        With `conn`, inside the caller's unit; else in a unit of its own.
        """
        batch = list(entries)
        if not batch:
            return 0
        with nullcontext(conn) if conn is not None else self.state.unit() as unit:
            new = self.state.frontier.add(unit, batch, self.id)
        self._count("links/new", new)
        return new

    def insist(self, entries: Iterable[FrontierEntry]) -> None:
        """Put URLs into the frontier that are to be asked as they are spelled: where to start, targets of redirects."""
        batch = [replace(entry, twin=None) for entry in entries]
        with self.state.unit() as conn:
            self.add(batch, conn)
            self.state.frontier.open_twins(conn, [entry.key for entry in batch], run=self.id)

    def refuse(self, reason: Reason) -> None:
        """A link does not enter the frontier: another site's, a trap, no URL."""
        self.refused[reason] += 1
        self._count(f"links/refused/{reason}")

    def leave_out(self, lease: Lease, links: int) -> None:
        """A page offers more links than are followed from one page; within the unit that adds the others."""
        self.state.count(self.id, "left_out", links)
        self._count("links/left_out", links)
        self.event(
            "links_left_out", f"{lease.url} offers {links} links more than are followed from one page in one run"
        )

    def take_up(self, *, revisit_all: bool) -> None:
        """Start of a run: what a killed run had leased is free again, and what is due for a visit is opened.

        Sources and first listing pages are asked for in every run; articles when their revisit time has come, or all.
        """
        kinds = ALWAYS_VISITED | ({"article", "related", "neighbour", "link"} if revisit_all else set())
        now = time.time()
        with self.state.unit() as conn:
            self.state.frontier.release(conn, site=self.site)
            self.state.frontier.reopen(conn, self.site, kinds, now=now, run=self.id)

    def follow_paging(self, page: FrontierEntry, conn: Connection, *, new_articles: int, goes_on: bool) -> None:
        """The next page of a listing: fetched when never seen, and again when the page before it had news."""
        if not goes_on:
            page = replace(page, outcome=Outcome.FILTERED, reason=Reason.PAGING_END)
        known = not self.state.frontier.add(conn, [page], self.id)
        if known and goes_on and new_articles:
            self.state.frontier.reopen_keys(conn, [page.key], run=self.id)

    def lease(self, per_host: int, skip_hosts: set[str]) -> list[Lease]:
        """A small batch of URLs to fetch, most urgent first."""
        return self.state.frontier.lease(
            self.owner, self.site, 4 * per_host, per_host, skip_hosts, now=time.time(), run=self.id
        )

    def next_due(self) -> float | None:
        """When the site's next URL may be fetched: 0.0 now, an epoch time, or None when nothing waits."""
        return self.state.frontier.next_due(self.site, self.resting())

    def count_pending(self) -> int:
        """URLs still to do and not at work; counted anew only after a few seconds."""
        self.pending = self.state.frontier.count_waiting(self.site)
        return self.pending

    def has_due_urls(self) -> bool:
        """Whether a URL could be leased now."""
        due = self.next_due()
        return due is not None and due <= time.time() and not self.budget.is_spent()

    # --- ends ------------------------------------------------------------------------------------------------------
    def finish(
        self, lease: Lease, outcome: Outcome, reason: Reason, *, conn: Connection | None = None, **facts: Any
    ) -> None:
        """End a lease. With `conn`, inside the caller's unit (the article's); else in a unit of its own.

        `facts` are kept with the URL: etag, last_modified, content_hash, article_id, revisit.
        """
        if self.open_leases.pop(lease.key, None) is None:
            return
        with nullcontext(conn) if conn is not None else self.state.unit() as unit:
            self.state.frontier.finish(unit, lease.key, outcome, reason, run=self.id, now=time.time(), **facts)
            if outcome in {Outcome.FAILED, Outcome.GONE}:  # the site may answer under the other scheme alone
                twin = frontier_key(self.site, other_scheme(canonical_url(lease.url)))
                self.state.frontier.open_twins(unit, [twin], run=self.id)
        if outcome is Outcome.DROPPED:
            self._handed.discard(lease.key)
        self.outcomes[outcome, reason] += 1
        self._count(f"outcome/{outcome}/{reason}")
        if conn is None:
            self.state.commit_if_due()

    def hand_over(self, lease: Lease, sample: int | None) -> bool:
        """Whether an article may go to the pipelines; when the sample is full, its URL waits for the next run."""
        if sample is not None and len(self._handed) >= sample:
            self.postpone(lease, time.time(), Reason.SAMPLE_FULL)
            return False
        self._handed.add(lease.key)
        return True

    @property
    def handed_over(self) -> int:
        """Articles that went to the pipelines and were not kept out by them."""
        return len(self._handed)

    def unchanged(self, lease: Lease, reason: Reason) -> None:
        """The page is as it was: an article is asked for again after twice the time."""
        self.finish(lease, Outcome.UNCHANGED, reason, revisit=self.next_revisit(lease) if lease.article_id else None)

    def next_revisit(self, lease: Lease) -> float:
        """Seconds until an article's next visit: REVISIT_DAYS, doubled with each visit that changed nothing, up to 64 times."""
        first = self.first_revisit()
        return first if lease.revisit is None else min(2 * lease.revisit, 64 * first)

    def first_revisit(self) -> float:
        """Seconds until a new or changed article's next visit."""
        return self.settings.getfloat("REVISIT_DAYS") * 86400

    def postpone(self, lease: Lease, not_before: float, reason: Reason, *, attempt: bool = False) -> None:
        """Give a lease back for later, in this run or another; `attempt`: the page itself failed, and that counts."""
        if self.open_leases.pop(lease.key, None) is None:
            return
        with self.state.unit() as conn:
            self.state.frontier.postpone(conn, lease.key, not_before, attempt=attempt)
        self.postponed[reason] += 1
        self._count(f"postponed/{reason}")
        self.state.commit_if_due()

    def quarantine(self, lease: Lease, reason: Reason, detail: str, body: bytes = b"") -> None:
        """End a lease as one quarantined page, with what is needed to understand it later."""
        with self.state.unit() as conn:
            self.state.quarantine.add(
                conn,
                site=self.site,
                url=lease.url,
                reason=reason,
                detail=detail,
                body=body,
                run=self.id,
                fetched_at=self.now(),
            )
            self.finish(lease, Outcome.QUARANTINED, reason, conn=conn)

    def fail(self, lease: Lease, reason: Reason) -> None:
        """One attempt failed: try again later, or give up after ATTEMPTS_MAX."""
        if self.has_attempts_left(lease):
            delay = self.settings.getfloat("RETRY_DELAY") * 3**lease.attempts
            self.postpone(lease, time.time() + delay, reason, attempt=True)
        else:
            self.finish(lease, Outcome.FAILED, reason)

    def has_attempts_left(self, lease: Lease) -> bool:
        """Whether a URL may be tried once more."""
        return lease.attempts + 1 < self.settings.getint("ATTEMPTS_MAX")

    def gone(self, lease: Lease, status: int) -> None:
        """404 or 410: gone for now; in the second run that finds it so, its article is retracted."""
        with self.state.unit() as conn:
            if lease.article_id:
                recorded = self.state.articles.gone(
                    conn,
                    self.site,
                    lease.article_id,
                    run=self.id,
                    now=time.time(),
                    fetched_at=self.now(),
                    status=status,
                )
                if recorded.op == "retract":
                    duplicates_of(self.state).forget(conn, lease.article_id)  # its copies may be delivered again
            revisit = 0.0 if lease.article_id and lease.gone_runs + 1 < GONE_RUNS else None
            self.finish(lease, Outcome.GONE, Reason.HTTP_GONE, conn=conn, revisit=revisit)
        self.state.commit_if_due()

    def close(self) -> None:
        """The state is closed; the figures stay."""
        self.state.close()

    def release(self) -> None:
        """Give back all leases of this run; durable when it returns."""
        self.open_leases.clear()
        with self.state.unit() as conn:
            self.state.frontier.release(conn, owner=self.owner)
        self.state.commit()

    # --- profiles --------------------------------------------------------------------------------------------------
    def profile(self, host: str) -> Profile:
        """What is known of a host; fixed for the run once something was learned."""
        if host not in self._profiles:
            text = self.state.profiles.get(host)
            self._profiles[host] = Profile.from_json(text) if text else Profile(host=host)
        return self._profiles[host]

    def learn(self, profile: Profile) -> None:
        """Keep what the survey learned, for this run's remaining pages and the runs to come."""
        self.keep(profile)
        self._profiles[profile.host] = profile

    def feed(self, host: str, reading: Reading, *, expected: bool) -> None:
        """One more page of a host, towards its next profile. expected: whether an article was to be there."""
        self._learner(host).add(reading, expected=expected)

    def accuse(self, host: str, name: str, phrase: str) -> None:
        """An article of a host stands elsewhere under another name than this one: evidence for its next profile."""
        self._learner(host).accuse(name, phrase)

    def _learner(self, host: str) -> ProfileLearner:
        if host not in self._learners:
            self._learners[host] = ProfileLearner(host, self.profile(host))
        return self._learners[host]

    def renew_profiles(self) -> None:
        """At the end of the run: what its pages taught, for the runs to come."""
        for learner in self._learners.values():
            if why := learner.changed():
                self.event("template_changed", f"{learner.host}: {why}; its profile is learned afresh")
            profile = learner.profile()
            if profile is not None:
                self.keep(profile)

    def keep_rendered(self) -> None:
        """At the end of the run, after the profiles were renewed: which pages of which hosts needed a browser."""
        for host, facts in self.rendered.items():
            text = self.state.profiles.get(host)
            profile = Profile.from_json(text) if text else Profile(host=host)
            self.keep(replace(profile, render=profile.render | facts))

    def keep(self, profile: Profile) -> None:
        """Keep a renewed profile for the runs to come; this run goes on with the one it started with."""
        with self.state.unit() as conn:
            self.state.profiles.put(conn, profile.host, profile.to_json(), now=time.time())

    def lacks_category(self, lease: Lease, article_id: str) -> None:
        """An article was recorded without a category: a list may show it yet."""
        if len(self._without_category) < MOST_LISTED:
            self._without_category[lease.url] = article_id

    def fill_categories(self) -> None:
        """At the end of the run, before the delivery: categories that lists showed after their articles had been read."""
        found = {id_: self.listed[url] for url, id_ in self._without_category.items() if url in self.listed}
        if found:
            with self.state.unit() as conn:
                for article_id, category in found.items():
                    with suppress(UnsafeRecordError):  # it is too long: the article stays as it is
                        self.state.outbox.amend(conn, self.site, article_id, {"category": category})

    def end_by(self, error: WinnowError) -> None:
        """A fault that the run cannot go on with: its first one gives the exit code, and the command says it."""
        logger.error("%s", error)
        self.fault = self.fault or error
        self.exit = self.fault.exit_code

    # --- books -----------------------------------------------------------------------------------------------------
    def now(self) -> str:
        """The time as records carry it."""
        return datetime.now(UTC).isoformat(timespec="seconds")

    def answers(self, status: int) -> int:
        """How many answers of a status this run got."""
        return int(self.stats.get_value(f"downloader/response_status_count/{status}", 0)) if self.stats else 0

    def event(self, name: str, detail: str) -> None:
        """Something an operator should see in the run's summary."""
        logger.warning("%s: %s", name, detail)
        self.events[name] += 1
        self._count(f"event/{name}")

    def _count(self, name: str, by: int = 1) -> None:
        if self.stats is not None:
            self.stats.inc_value(f"winnow/{name}", by)
