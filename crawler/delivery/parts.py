"""Parts: lines of a sealed batch as one compressed file. The same batch gives the same lines; nothing else decides."""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from crawler.delivery.errors import DamagedError
from crawler.delivery.files import Step, cannot_write, no_step, sha256_of, whole_file
from crawler.delivery.manifest import DeliveredFile, file_name
from crawler.state import State
from crawler.state.outbox import STREAMS, Batch
from crawler.state.payload import MAX_LINE_BYTES

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

KINDS = {"part": "articles", "copies": "copies", "quarantine": "quarantine"}
_OPTIONS: dict[int, int] = {
    zstd.CompressionParameter.compression_level: 9,
    # Half the memory of the level's own tables, for files 2 % larger.
    zstd.CompressionParameter.hash_log: 19,
    zstd.CompressionParameter.chain_log: 19,
    zstd.CompressionParameter.checksum_flag: 1,
}


class _Tally:
    """What a manifest says of the lines of one file."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.records = self.lines_bytes = self.first_seq = self.last_seq = 0
        self.hash = hashlib.sha256()
        self.ops: Counter[str] = Counter()

    def add(self, seq: int, line: bytes) -> None:
        self.records += 1
        self.lines_bytes += len(line)
        self.hash.update(line)
        self.first_seq = self.first_seq or seq
        self.last_seq = seq
        if self.stream == "part":
            self.ops[json.loads(line)["op"]] += 1

    def delivered(self, name: str, size: int, sha256: str) -> DeliveredFile:
        return DeliveredFile.model_validate(
            {
                "file": name,
                "kind": KINDS[self.stream],
                "records": self.records,
                "bytes": size,
                "sha256": sha256,
                "lines_bytes": self.lines_bytes,
                "lines_sha256": self.hash.hexdigest(),
                "first_seq": self.first_seq,
                "last_seq": self.last_seq,
                "ops": dict(sorted(self.ops.items())),
            }
        )


def write_parts(state: State, batch: Batch, folder: Path, at: Step = no_step) -> list[DeliveredFile]:
    """Writes the batch's files, each whole or not at all; an empty stream gives none. Raises CannotWriteError."""
    files: list[DeliveredFile] = []
    for stream in STREAMS:
        lines = state.outbox.lines(batch, stream)
        first = next(lines, None)
        if first is None:
            continue
        path = folder / file_name(stream, batch.number)
        tally = _Tally(stream)
        with whole_file(path, at, stream) as file, zstd.ZstdFile(file, "w", options=_OPTIONS) as packed:
            line = f"{first.payload}\n".encode()
            packed.write(line)
            tally.add(first.seq, line)
            at(f"{stream}.begun")
            for seq, payload in lines:
                line = f"{payload}\n".encode()
                packed.write(line)
                tally.add(seq, line)
        with cannot_write(path):
            files.append(tally.delivered(path.name, path.stat().st_size, sha256_of(path)))
    return files


def described(state: State, batch: Batch, stream: str) -> DeliveredFile | None:
    """What write_parts would put into the stream's file, without its compressed size and hash."""
    tally = _Tally(stream)
    for seq, payload in state.outbox.lines(batch, stream):
        tally.add(seq, f"{payload}\n".encode())
    return tally.delivered(file_name(stream, batch.number), 0, "") if tally.records else None


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of a delivered file, each with its newline. Raises DamagedError naming the file."""
    try:
        with zstd.open(path, "rb") as file:
            while line := file.readline(MAX_LINE_BYTES + 1):
                if not line.endswith(b"\n"):
                    raise DamagedError(
                        f"{path} is damaged: a line is torn or longer than 4 MiB; restore it from a backup"
                    )
                yield line
    except FileNotFoundError as error:
        raise DamagedError(f"{path} is missing; restore it from a backup") from error
    except (zstd.ZstdError, EOFError, OSError) as error:
        raise DamagedError(f"{path} is damaged: {error}; restore it from a backup") from error
