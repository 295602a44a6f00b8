"""Content codings, decoded while they arrive: bounded in size and depth, and sure that the stream really ended."""

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]

from crawler.outcomes import Reason
from crawler.web.errors import LimitError

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    from backports import zstd

ACCEPTED = "gzip, deflate, br, zstd"
MAX_CODINGS = 2  # a proxy may compress what was compressed; more is an attack
_STEP = 256 * 1024  # bytes decoded at a time
_ZSTD_WINDOW_LOG = 23  # 8 MiB, the most RFC 9659 allows for HTTP; the library's own limit is 128 MiB a stream


class Decoder(Protocol):
    """One content coding. `finished` is True when the stream's own end mark was read."""

    finished: bool

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decoded pieces of at most _STEP bytes; raises ValueError on a broken stream."""
        ...


class _Zlib:
    """gzip (several members in a row, trailing padding) and deflate (zlib or raw)."""

    def __init__(self, coding: str) -> None:
        self._gzip = coding == "gzip"
        self._decoder = zlib.decompressobj(31 if self._gzip else 15)
        self._fresh = True
        self._plain = False
        self.finished = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._fresh and data:
            self._fresh = False
            if self._gzip and not b"\x1f\x8b".startswith(data[:2]):
                self._plain = self.finished = True  # labelled gzip, served plain: a common mistake of servers
            elif not self._gzip and not (data[0] & 15 == 8 and data[0] >> 4 < 8):
                self._decoder = zlib.decompressobj(-15)  # raw deflate, as old Microsoft servers send it
        if self._plain:
            yield data
            return
        while data:
            if self.finished:
                if not self._gzip or data[:2] != b"\x1f\x8b":
                    return  # padding behind the stream
                self._decoder = zlib.decompressobj(31)
                self.finished = False
            try:
                piece = self._decoder.decompress(data, _STEP)
            except zlib.error as error:
                raise ValueError(str(error)) from error
            if piece:
                yield piece
            self.finished = self._decoder.eof
            data = self._decoder.unused_data if self.finished else self._decoder.unconsumed_tail


class _Brotli:
    def __init__(self) -> None:
        self._decoder = brotli.Decompressor()
        self.finished = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            piece = b"" if self.finished else self._decoder.process(data, output_buffer_limit=_STEP)
            while piece:
                yield piece
                piece = b"" if self._decoder.is_finished() else self._decoder.process(b"", output_buffer_limit=_STEP)
        except brotli.error as error:
            raise ValueError(str(error)) from error
        self.finished = self._decoder.is_finished()


class _Zstd:
    def __init__(self) -> None:
        self._decoder = self._new()
        self.finished = False

    @staticmethod
    def _new() -> "zstd.ZstdDecompressor":
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while data or not (self.finished or self._decoder.needs_input):
                if self.finished:
                    self._decoder = self._new()
                piece = self._decoder.decompress(data, _STEP)
                if piece:
                    yield piece
                self.finished = self._decoder.eof
                data = self._decoder.unused_data if self.finished else b""
        except zstd.ZstdError as error:
            raise ValueError(str(error)) from error


def _decoder(coding: str) -> Decoder:
    if coding in {"gzip", "x-gzip"}:
        return _Zlib("gzip")
    if coding == "deflate":
        return _Zlib("deflate")
    if coding == "br":
        return _Brotli()
    if coding == "zstd":
        return _Zstd()
    raise LimitError(Reason.TOO_MANY_CODINGS, f"unknown coding {coding[:40]!r}")


def parse_codings(header: str) -> list[str]:
    """The codings of Content-Encoding in the order they were applied, without "identity".

    Raises LimitError when there are more than MAX_CODINGS.
    """
    codings = [name for part in header.split(",") if (name := part.strip().lower()) and name != "identity"]
    if len(codings) > MAX_CODINGS:
        raise LimitError(Reason.TOO_MANY_CODINGS, f"{len(codings)} content codings")
    return codings


class BodyReader:
    """Collects a body while it arrives, decoding its codings.

    limit: bytes after decoding. truncate: stop quietly at the limit (`truncated` is then True) instead of raising.
    Raises LimitError with TOO_LARGE, or INCOMPLETE for a stream that is broken or ends before its end mark.
    """

    def __init__(self, codings: list[str], limit: int, *, truncate: bool = False) -> None:
        self._decoders = [_decoder(coding) for coding in reversed(codings)]
        self._pieces: list[bytes] = []
        self._limit = limit
        self._truncate = truncate
        self._any = False
        self.size = 0
        self.truncated = False

    @property
    def proven(self) -> bool:
        """Whether a coding's end mark proves that the body is whole."""
        return bool(self._decoders) and self._any

    def feed(self, data: bytes) -> None:
        """Take in what arrived."""
        self._any = self._any or bool(data)
        if not self._decoders:
            self._keep(data)
            return
        try:
            for piece in self._decoded(data, 0):
                self._keep(piece)
                if self.truncated:
                    return
        except ValueError as error:
            raise LimitError(Reason.INCOMPLETE, f"broken compression: {error}") from error

    def _decoded(self, data: bytes, level: int) -> Iterator[bytes]:
        if level == len(self._decoders):
            yield data
            return
        for piece in self._decoders[level].feed(data):
            yield from self._decoded(piece, level + 1)

    def _keep(self, piece: bytes) -> None:
        self.size += len(piece)
        if self._limit and self.size > self._limit:
            if not self._truncate:
                self._pieces.clear()  # the error's traceback would keep them alive
                raise LimitError(Reason.TOO_LARGE, f"more than {self._limit} bytes")
            piece = piece[: len(piece) - (self.size - self._limit)]
            self.size = self._limit
            self.truncated = True
        self._pieces.append(piece)

    def finish(self) -> bytes:
        """The whole body."""
        if self._any and not self.truncated and not all(decoder.finished for decoder in self._decoders):
            raise LimitError(Reason.INCOMPLETE, "compressed stream ends before its end mark")
        return b"".join(self._pieces)
