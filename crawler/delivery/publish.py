"""deliver(): seal -> parts -> manifest -> mark. The manifest is the commit point for consumers.

A crash before the seal leaves the events for the next delivery; after it, the sealed batch is written again from the
state, with the same lines under the same names; after the manifest, the batch only needs its mark. No order of crashes
loses a line or delivers one twice (research: outbox pattern, write-ahead by rename).
"""

import logging
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crawler.delivery.card import write_card
from crawler.delivery.errors import DamagedError
from crawler.delivery.files import Step, locked_folder, no_step, remove_temporaries, sha256_of, whole_file
from crawler.delivery.manifest import (
    FIRST_PREVIOUS,
    DeliveredFile,
    Link,
    Manifest,
    manifest_name,
    read_chain,
    read_manifest,
)
from crawler.delivery.parts import described, write_parts
from crawler.state import State
from crawler.state.outbox import STREAMS, Batch

logger = logging.getLogger(__name__)

BATCH_LINES = 50_000  # of each stream in one delivery; more become several deliveries


@dataclass(slots=True)
class Delivery:
    """What one call delivered: usually one manifest."""

    folder: Path
    manifests: list[Path] = field(default_factory=list)
    ops: dict[str, int] = field(default_factory=dict)  # add, update, retract
    copies: int = 0
    quarantined: int = 0
    bytes: int = 0

    @property
    def articles(self) -> int:
        """Delivered article records of all ops."""
        return sum(self.ops.values())

    def include(self, path: Path, manifest: Manifest) -> None:
        """Counts one manifest in."""
        self.manifests.append(path)
        for file in manifest.files:
            self.bytes += file.bytes
            for op, n in file.ops.items():
                self.ops[op] = self.ops.get(op, 0) + n
            if file.kind == "copies":
                self.copies += file.records
            elif file.kind == "quarantine":
                self.quarantined += file.records


def site_folder(output: Path, site: str) -> Path:
    """output/<site>. The name never leaves the folder: ValueError when it is not plain."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", site):
        raise ValueError(f"{site!r} cannot be a folder: letters, digits, '-', '_' and '.' only")
    return output / site


def deliver(
    state: State, site: str, run: str, output: Path, *, at: Step = no_step, batch_lines: int = BATCH_LINES
) -> Delivery | None:
    """Delivers all that is undelivered of the site into output/<site>, and completes what a crash left; None: nothing.

    `at` is called with the name of each step (tests kill the process there).
    Raises CannotWriteError (what was sealed is delivered next time), DamagedError (folder and state disagree: nothing is
    written), BusyError, StateError.
    """
    state.commit()
    folder = site_folder(output, site)
    batches = state.outbox.batches(site)
    if not batches and not any(state.outbox.unsealed(site).values()) and not folder.exists():
        return None
    delivery = Delivery(folder)
    with locked_folder(folder):
        remove_temporaries(folder)
        chain = read_chain(folder)
        _compare(state, folder, chain, batches)
        for sealed in batches:
            if sealed.state == "sealed":
                _publish(state, sealed, folder, chain, delivery, at)
        at("T2.before")
        while batch := state.outbox.seal(site, run, time.time(), batch_lines):
            at("T2.after")
            _publish(state, batch, folder, chain, delivery, at)
        write_card(folder, chain)
    if not delivery.manifests:
        return None
    logger.info("Delivered %s: %d articles in %d manifest(s)", folder, delivery.articles, len(delivery.manifests))
    return delivery


def _compare(state: State, folder: Path, chain: list[Link], batches: list[Batch]) -> None:
    """Folder and state must tell the same story. Raises DamagedError."""
    if len(chain) > len(batches):
        raise DamagedError(
            f"{folder / manifest_name(len(batches) + 1)} is unknown to {state.where}: the state is older than the delivery; "
            "restore the newer state, or move it away and run `scrapy rebuild`"
        )
    for batch in batches[: len(chain)]:
        link = chain[batch.number - 1]
        if batch.state == "published" and batch.manifest_sha256 != link.sha256:
            raise DamagedError(
                f"{folder / manifest_name(batch.number)} was altered after its delivery; restore it from a backup"
            )
    for batch in batches[len(chain) :]:
        if batch.state == "published":
            raise DamagedError(f"{folder / manifest_name(batch.number)} is missing; restore the folder from a backup")
    for file in (file for link in chain for file in link.manifest.files):
        path = folder / file.file
        if not path.is_file():
            raise DamagedError(f"{path} is missing; restore it from a backup")
        if path.stat().st_size != file.bytes:
            raise DamagedError(f"{path} has another size than its manifest says; restore it from a backup")


def _publish(state: State, batch: Batch, folder: Path, chain: list[Link], delivery: Delivery, at: Step) -> None:
    path = folder / manifest_name(batch.number)
    if len(chain) >= batch.number:
        # The process died between the manifest and its mark.
        _compare_sealed(state, batch, folder, chain[batch.number - 1].manifest)
    else:
        at("P3.before")
        files = write_parts(state, batch, folder, at)
        manifest = Manifest(
            schema_="manifest/1",
            site=batch.site,
            number=batch.number,
            run=batch.run,
            sealed_at=datetime.fromtimestamp(batch.sealed_at, UTC).isoformat(timespec="seconds"),
            previous_sha256=chain[-1].sha256 if chain else FIRST_PREVIOUS,
            files=files,
        )
        with whole_file(path, at, "manifest") as file:
            file.write(manifest.to_bytes())
        chain.append(read_manifest(path))
    at("T5.before")
    link = chain[batch.number - 1]
    state.outbox.published(batch, link.sha256)
    at("T5.after")
    delivery.include(path, link.manifest)


def _compare_sealed(state: State, batch: Batch, folder: Path, manifest: Manifest) -> None:
    """The files of an unmarked manifest must hold exactly the batch. Raises DamagedError."""
    on_disk = {file.file: file for file in manifest.files}
    expected = [file for stream in STREAMS if (file := described(state, batch, stream)) is not None]
    if {_lines(file) for file in expected} != {_lines(file) for file in manifest.files}:
        raise DamagedError(
            f"{folder / manifest_name(batch.number)} does not hold what the state sealed; restore a backup"
        )
    for name, file in on_disk.items():
        if sha256_of(folder / name) != file.sha256:
            raise DamagedError(f"{folder / name} was altered; restore it from a backup")


def _lines(file: DeliveredFile) -> tuple[str, int, str]:
    # Not the compressed hash: another version of zstd may pack the same lines in another way.
    return file.file, file.records, file.lines_sha256
