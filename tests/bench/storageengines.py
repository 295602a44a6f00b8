"""The storage engine as a crawl uses it, and three with a well-known mistake that a count of kills must catch.

A: a URL is done before its article is durable; B: files are written in place; C: files are published before the seal.
"""

import hashlib
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from crawler.article import Article, Http, Via
from crawler.delivery import deliver
from crawler.delivery.files import Step, whole_file
from crawler.delivery.manifest import FIRST_PREVIOUS, DeliveredFile, Manifest, manifest_name
from crawler.delivery.parts import zstd
from crawler.outcomes import Outcome, Reason
from crawler.state import FrontierEntry, Lease, State, frontier_key
from crawler.state.schema import outbox

SITE = "farm"
LISTINGS, PER_LISTING = 10, 30
ARTICLES = LISTINGS * PER_LISTING


def entry(kind: str, number: int) -> FrontierEntry:
    """A listing or an article of the farm."""
    url = f"http://farm.test/{kind}/{number}"
    priority = 0 if kind == "listing" else 1
    return FrontierEntry(frontier_key(SITE, url), url, SITE, "farm.test", kind, priority=priority)


def article_of(lease: Lease, run: str) -> dict[str, object]:
    """A page that is another one at every fetch."""
    article = Article(
        id=lease.url.rsplit("/", 1)[1],
        site=SITE,
        url=lease.url,
        canonical_url=lease.url,
        title="标题",
        text=os.urandom(40).hex() * random.randint(1, 20),
        fetched_at="2026-01-01T00:00:00Z",
        run=run,
        via=Via(kind="listing"),
        http=Http(status=200),
    )
    return article.model_dump(mode="json", by_alias=True)


class Engine:
    """The engine as it is."""

    name = "as it is"

    def __init__(self, state: State, output: Path, at: Step) -> None:
        self.state, self.output, self.at = state, output, at

    def page(self, lease: Lease, run: str) -> None:
        """One page: links, article, done."""
        self.at("fetched")
        with self.state.unit() as connection:
            if lease.kind == "listing":
                number = int(lease.url.rsplit("/", 1)[1])
                links = [entry("article", number * PER_LISTING + i) for i in range(PER_LISTING)]
                links += [entry("listing", number + 1)] if number + 1 < LISTINGS else []
                self.state.frontier.add(connection, links, run)
            else:
                data = article_of(lease, run)
                self.state.articles.record(connection, data, str(data["text"]), now=time.time())
            self.at("recorded")
            self.finish(connection, lease, run)
        self.at("unit.done")

    def finish(self, connection: object, lease: Lease, run: str) -> None:
        """The URL's end."""
        reason = Reason.ARTICLE if lease.kind == "article" else Reason.LISTING
        self.state.frontier.finish(connection, lease.key, Outcome.DONE, reason, run=run, now=time.time())  # type: ignore[arg-type]

    def deliver(self, run: str) -> None:
        """What consumers get."""
        deliver(self.state, SITE, run, self.output, at=self.at)


class DoneBeforeDurable(Engine):
    """Mistake A."""

    name = "A done before durable"

    def page(self, lease: Lease, run: str) -> None:
        if lease.kind == "article":
            with self.state.unit() as connection:
                self.finish(connection, lease, run)
            self.state.commit()
        super().page(lease, run)


class InPlace(Engine):
    """Mistake B: marked as delivered, then written under the final names."""

    name = "B written in place"

    def deliver(self, run: str) -> None:
        self.state.commit()
        while batch := self.state.outbox.seal(SITE, run, time.time(), 1000):
            self.state.outbox.published(batch, "")
            lines = [f"{line.payload}\n".encode() for line in self.state.outbox.lines(batch, "part")]
            write_delivery(self.output / SITE, batch.number, run, lines, in_place(self.at))


class PublishedBeforeSeal(Engine):
    """Mistake C: the events are marked only when their files are out."""

    name = "C published before the seal"

    def deliver(self, run: str) -> None:
        self.state.commit()
        folder = self.output / SITE
        with self.state.read() as connection:
            open_events = select(outbox.c.payload).where(outbox.c.batch.is_(None)).order_by(outbox.c.seq)
            lines = [f"{payload}\n".encode() for payload in connection.scalars(open_events)]
        if lines:
            number = len(list(folder.glob("manifest-*.json"))) + 1
            write_delivery(folder, number, run, lines, whole(self.at))
            self.at("T2.before")
            batch = self.state.outbox.seal(SITE, run, time.time(), 100_000)
            assert batch is not None
            self.state.outbox.published(batch, "")
            self.at("T5.after")


def in_place(at: Step) -> Callable[[Path, bytes], None]:
    """Writes straight under the final name, as if nothing could happen in between."""

    def write(path: Path, data: bytes) -> None:
        with path.open("wb") as file:
            for start in range(0, len(data), 512):
                file.write(data[start : start + 512])
                file.flush()
                at("part.begun")
        at("part.renamed")

    return write


def whole(at: Step) -> Callable[[Path, bytes], None]:
    """Writes as the engine does."""

    def write(path: Path, data: bytes) -> None:
        with whole_file(path, at, path.name.partition("-")[0]) as file:
            file.write(data)

    return write


def write_delivery(
    folder: Path, number: int, run: str, lines: list[bytes], write: Callable[[Path, bytes], None]
) -> None:
    """A part and its manifest."""
    folder.mkdir(exist_ok=True)
    packed = zstd.compress(b"".join(lines))
    previous = folder / manifest_name(number - 1)
    part = DeliveredFile(
        file=f"part-{number:06d}.jsonl.zst",
        kind="articles",
        records=len(lines),
        bytes=len(packed),
        sha256=hashlib.sha256(packed).hexdigest(),
        lines_bytes=sum(map(len, lines)),
        lines_sha256=hashlib.sha256(b"".join(lines)).hexdigest(),
        first_seq=1,
        last_seq=len(lines),
        ops={},
    )
    manifest = Manifest(
        schema_="manifest/1",
        site=SITE,
        number=number,
        run=run,
        sealed_at="",
        previous_sha256=hashlib.sha256(previous.read_bytes()).hexdigest() if previous.exists() else FIRST_PREVIOUS,
        files=[part],
    )
    write(folder / part.file, packed)
    write(folder / manifest_name(number), manifest.to_bytes())
