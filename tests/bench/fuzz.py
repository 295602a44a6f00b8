"""Every parser of ours under structured random input: nothing but its own errors escapes, and no input takes over two seconds.

`make bench-fuzz`, or `python -m tests.bench.fuzz --minutes 10 --targets html,dates`. Each target runs in a process of its own, so
that a crash is a finding, too. An input that breaks a promise is written below --keep, with the seed that made it.
"""

import argparse
import multiprocessing
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from scrapy.http import HtmlResponse

from crawler.arguments import AnyArguments, ArgumentsError, parse_arguments
from crawler.continuation import is_page_of
from crawler.reading.creditlines import read_line
from crawler.reading.dateforms import find_dates, parse_date
from crawler.reading.profile import Profile
from crawler.reading.reader import read, warm_up
from crawler.stripping import strip
from crawler.urls import UrlError, canonical_url, is_trap, joined, url_pattern
from crawler.web.addresses import GuardPolicy
from crawler.web.backoff import retry_after
from crawler.web.blocked import judge_response
from crawler.web.codings import parse_codings
from crawler.web.completeness import looks_cut
from crawler.web.errors import LimitError
from crawler.web.guard import refusal
from crawler.web.robots import Rules, decode_robots, looks_like_robots
from crawler.web.sources import read_source
from tests.hostile import soup, soup_pages

MOST_SECONDS = 2.0  # processor time of one input
_ROUND = 200  # examples between two looks at the clock
_NOW = datetime(2026, 11, 23, 10, 20, tzinfo=timezone(timedelta(hours=8)))
_LANGUAGES = ("", "zh", "en", "de", "ru", "ja")
_POLICY = GuardPolicy.build(["a.cn"], [80], [])


def _html(body: bytes) -> None:
    """HTML reading and stripping: what a worker and the pipelines do with a page."""
    reading = read(body, "http://a.cn/news/2024/1.html", {"content-type": "text/html"}, Profile(), _NOW)
    if reading.lines:
        strip(reading, Profile())


def _transport(body: bytes) -> None:
    """What looks at a body before it is read: walls, cut pages."""
    looks_cut(body, framed=len(body) % 2 == 0)
    judge_response(HtmlResponse("http://a.cn/x", body=body))


def _dates(text: str) -> None:
    for language in _LANGUAGES:
        parse_date(text, _NOW, _NOW.tzinfo, language)
        for found in find_dates(text, _NOW, _NOW.tzinfo, language):
            assert found.at.tzinfo is not None or found.at is not None


def _credits(text: str) -> None:
    for language in ("zh", "en"):
        read_line(text, _NOW, _NOW.tzinfo, language)


def _urls(url: str) -> None:
    refusal(url, _POLICY)
    is_page_of(url, "http://a.cn/1.html")
    for make in (canonical_url, lambda link: joined("http://a.cn/x/", link)):
        try:
            canonical = make(url)
        except UrlError:
            continue
        assert canonical_url(canonical) == canonical, f"not a fixed point: {canonical!r}"
        url_pattern(canonical)
        is_trap(canonical)


def _robots(text: str) -> None:
    decoded = decode_robots(text.encode("utf-8", "replace"))
    if looks_like_robots(decoded):
        rules = Rules(decoded)
        for url in ("http://a.cn/", "http://a.cn/" + "a" * 900, "http://a.cn/a/b?c=1&d=%E4"):
            rules.allows(url, "winnow")
        rules.crawl_delay("winnow")
        rules.sitemaps("http://a.cn/")


def _headers(text: str) -> None:
    retry_after(text, time.time())
    with suppress(LimitError):
        parse_codings(text)


def _arguments(given_arguments: dict[str, str]) -> None:
    try:
        parse_arguments(AnyArguments, given_arguments)
    except ArgumentsError as error:
        said = str(error)
    else:
        said = ""
    assert "\n" not in said, "an error is one line"


TARGETS: dict[str, tuple[Callable[[Any], None], st.SearchStrategy[Any]]] = {
    "html": (_html, soup_pages.bodies()),
    "transport": (_transport, soup_pages.bodies()),
    "dates": (_dates, soup.LINES),
    "credits": (_credits, soup.LINES),
    "urls": (_urls, soup.URLS),
    "robots": (_robots, soup.ROBOTS),
    "xml": (lambda body: void(read_source(body, "http://a.cn/sitemap.xml")), soup.XML),
    "headers": (_headers, soup.LINES),
    "arguments": (_arguments, soup.ARGUMENTS),
}


def void(_: object) -> None:
    """Takes a result that nobody needs."""


class TooSlowError(BaseException):
    """An input took more than MOST_SECONDS. Not an Exception: no parser may swallow it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooSlowError inside the block once it has used `seconds` of processor time."""

    def stop(*_: object) -> None:
        raise TooSlowError(f"more than {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)  # again, should a destructor have swallowed the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@dataclass
class Score:
    """What one target did. `findings`: what was raised -> an input that does it."""

    name: str
    examples: int = 0
    slowest: float = 0.0
    slowest_input: Any = b""
    seconds: float = 0.0
    findings: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """One row of the table."""
        said = "; ".join(self.findings) or "none"
        return f"| {self.name} | {self.examples:,} | {self.slowest:.2f} | {said.replace('|', '/')[:300]} | {self.seconds / 60:.1f} |"


def fuzz(name: str, *, minutes: float, first_seed: int, most: int | None = None) -> Score:
    """Run one target for so many minutes, or `most` examples."""
    function, inputs = TARGETS[name]
    score, began = Score(name), time.monotonic()
    warm_up()

    def check(value: Any) -> None:
        if time.monotonic() - began > 60 * minutes:
            return
        used = time.process_time()
        try:
            with limited(MOST_SECONDS):
                function(value)
        except (Exception, TooSlowError) as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            said = f"{type(error).__name__}: {str(error)[:80]} ({Path(place.filename).name}:{place.lineno})"
            known = score.findings.get(said)
            if known is None or len(str(known)) > len(str(value)):
                score.findings[said] = value
        used = time.process_time() - used
        score.examples += 1
        if used > score.slowest:
            score.slowest, score.slowest_input = used, value

    number = first_seed
    while time.monotonic() - began < 60 * minutes and (most is None or score.examples < most):
        run = settings(
            max_examples=min(_ROUND, most or _ROUND),
            database=None,
            deadline=None,
            phases=(Phase.generate,),  # climbing towards a time, which is never the same twice, need not end
            suppress_health_check=list(HealthCheck),
        )(given(inputs)(check))
        seed(number)(run)()
        number += 1
    score.seconds = time.monotonic() - began
    return score


def _child(name: str, minutes: float, first_seed: int, results: "multiprocessing.Queue[Score]") -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    results.put(fuzz(name, minutes=minutes, first_seed=first_seed))


def apart(name: str, minutes: float, first_seed: int) -> Score:
    """`fuzz` in a process of its own; one that dies or hangs is a finding."""
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[Score] = context.Queue()
    child = context.Process(target=_child, args=(name, minutes, first_seed, results))
    child.start()
    until = time.monotonic() + 60 * minutes + 300
    while child.is_alive() and results.empty() and time.monotonic() < until:
        time.sleep(0.2)
    if not results.empty():
        score = results.get()
        child.join(10)
        return score
    said = "hangs" if child.is_alive() else f"dies with {child.exitcode}"
    child.kill()
    return Score(name, findings={f"{said} (seed {first_seed})": b""}, seconds=60 * minutes)


def main() -> None:
    """Print the table; exits 1 when anything was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", help="not needed by this bench")
    parser.add_argument("--minutes", type=float, default=10.0, help="for each target")
    parser.add_argument("--targets", default=",".join(TARGETS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the inputs that broke a promise")
    arguments = parser.parse_args()
    print("| parser | inputs | slowest, s of CPU | findings | minutes |\n|---|---:|---:|---|---:|")
    broken = False
    for name in arguments.targets.split(","):
        score = apart(name, arguments.minutes, arguments.seed)
        print(score.line(), flush=True)
        broken |= bool(score.findings)
        for number, (said, value) in enumerate([*score.findings.items(), ("slowest", score.slowest_input)]):
            print(f"  {name}: {said}: {str(value)[:200]!r}", file=sys.stderr)
            if arguments.keep:
                arguments.keep.mkdir(parents=True, exist_ok=True)
                kept = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
                (arguments.keep / f"{name}-{number}").write_bytes(kept)
    sys.exit(broken)


if __name__ == "__main__":
    main()
