"""The bytes of a sitemap or feed, piece by piece: unpacked, in an ASCII-compatible encoding, bounded."""

import codecs
import re
import zlib
from collections.abc import Iterator
from itertools import chain

MAX_BYTES = 50 * 1024 * 1024  # of one file, unpacked, as the sitemap protocol has it
STEP = 64 * 1024
_PACKINGS = 2  # gzip in gzip happens when a server packs what was packed
_GZIP = b"\x1f\x8b"

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Unpacked:
    """Iterate once. `fault`: what was wrong with the packing, or None; `is_recoded`: whether it is UTF-8 now, whatever it
    says of itself. Both are known for what has been read so far.
    """

    def __init__(self, body: bytes) -> None:
        self.fault: str | None = None
        self.is_recoded = False
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        pieces: Iterator[bytes] = (self._body[at : at + STEP] for at in range(0, len(self._body), STEP))
        for _ in range(_PACKINGS):
            head, pieces = _peeked(pieces)
            if not head.startswith(_GZIP):
                break
            pieces = self._gunzipped(pieces)
        head, pieces = _peeked(pieces)
        encoding = next((name for bom, name in _BOMS if head.startswith(bom)), None)
        if encoding is None and head[:4].count(0):
            encoding = "utf-16-be" if head[:1] == b"\0" else "utf-16-le"
        return pieces if encoding is None else self._recoded(pieces, encoding)

    def _gunzipped(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        decoder, size = zlib.decompressobj(31), 0
        for data in pieces:
            more = True
            while more and not decoder.eof:
                try:
                    piece = decoder.decompress(data, STEP)
                except zlib.error as error:
                    self.fault = self.fault or f"broken gzip: {error}"
                    return
                size += len(piece)
                if piece:
                    yield piece
                if size >= MAX_BYTES:
                    self.fault = self.fault or f"larger than {MAX_BYTES} bytes"
                    return
                data = decoder.unconsumed_tail
                more = bool(data) or len(piece) == STEP
        if not decoder.eof:
            self.fault = self.fault or "gzip stream is cut"

    def _recoded(self, pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
        """UTF-16 and UTF-32 as UTF-8, so that no DTD hides from a byte pattern."""
        self.is_recoded = True
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        first = True
        for piece in chain(pieces, [b""]):
            text = decoder.decode(piece, final=not piece)
            if first:
                text, first = _DECLARATION.sub("", text, count=1), False
            yield text.encode("utf-8", errors="replace")


def _peeked(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first piece, and all of them."""
    head = next(pieces, b"")
    return head, chain([head] if head else [], pieces)
