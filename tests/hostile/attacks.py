"""Answers that do harm: bombs, slow ones, cut ones. Each is a coroutine over `Asked`; none allocates what it sends."""

import asyncio
import gzip
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import brotli  # type: ignore[import-untyped]
from backports import zstd

from tests.hostile.server import Asked, Behaviour

MEGABYTE = 1024 * 1024
_BLOCK = bytes(MEGABYTE)


def page(title: str = "A page", paragraphs: int = 40) -> bytes:
    """A whole and harmless article page."""
    text = "".join(
        f"<p>第{n}段：天气很好，人们在河边散步，孩子们放风筝，老人们下棋，大家都说这个春天来得比去年早一些。</p>"
        for n in range(paragraphs)
    )
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><div><h1>{title}</h1>{text}</div></body></html>".encode()


def _zlib_bomb(megabytes: int, wbits: int) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return b"".join([*(compressor.compress(_BLOCK) for _ in range(megabytes)), compressor.flush()])


def _brotli_bomb(megabytes: int) -> bytes:
    compressor = brotli.Compressor(quality=3)
    return b"".join([*(compressor.process(_BLOCK) for _ in range(megabytes)), compressor.finish()])


def _zstd_bomb(megabytes: int) -> bytes:
    compressor = zstd.ZstdCompressor(level=3)
    return b"".join([*(compressor.compress(_BLOCK) for _ in range(megabytes)), compressor.flush()])


@lru_cache
def bomb(coding: str, megabytes: int = 1024) -> bytes:
    """A few kilobytes to a megabyte that decode to `megabytes` MB of zeros."""
    makers: dict[str, Callable[[], bytes]] = {
        "gzip": lambda: _zlib_bomb(megabytes, 31),
        "deflate": lambda: _zlib_bomb(megabytes, 15),
        "br": lambda: _brotli_bomb(megabytes),
        "zstd": lambda: _zstd_bomb(megabytes),
        "gzip, gzip": lambda: gzip.compress(_zlib_bomb(megabytes, 31)),
        ", ".join(["gzip"] * 50): lambda: _stacked(50),
    }
    return makers[coding]()


def _stacked(times: int) -> bytes:
    body = page()
    for _ in range(times):
        body = gzip.compress(body)
    return body


def coded(coding: str, body: bytes, length: int | None = None) -> Behaviour:
    """An answer with this Content-Encoding; `length` overrides the true Content-Length."""

    async def answer(asked: Asked) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body) if length is None else length}\r\n\r\n"
        await asked.send(head.encode() + body)

    return answer


def raw(*pieces: bytes, end: str = "close", pause: float = 0.0) -> Behaviour:
    """Exactly these bytes, then `end`: close, reset, hold."""

    async def answer(asked: Asked) -> None:
        for piece in pieces:
            await asked.send(piece)
            await asyncio.sleep(pause)
        if end == "reset":
            await asyncio.sleep(0.05)  # let the bytes arrive before the reset does
            asked.reset()
        elif end == "hold":
            await asyncio.sleep(600)
        else:
            asked.writer.close()

    return answer


def endless(head: bytes, piece: bytes, megabytes: int = 500, pause: float = 0.0) -> Behaviour:
    """`head`, then `piece` again and again up to `megabytes` MB."""

    async def answer(asked: Asked) -> None:
        await asked.send(head)
        sent = 0
        while sent < megabytes * MEGABYTE and not asked.writer.is_closing():
            await asked.send(piece)
            sent += len(piece)
            if pause:
                await asyncio.sleep(pause)
        asked.writer.close()

    return answer


_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


def _numbered_headers(count: int) -> bytes:
    return b"".join(b"X-%d: %s\r\n" % (n, b"v" * 90) for n in range(count))


def bombs() -> dict[str, Behaviour]:
    """Name -> an answer that would exhaust memory or time."""
    return {
        **{
            f"coded-{coding.replace(', ', '-')}": coded(coding, bomb(coding))
            for coding in ("gzip", "deflate", "br", "zstd", "gzip, gzip")
        },
        "coded-50": coded(", ".join(["gzip"] * 50), _stacked(50)),
        "endless-body": endless(_OK + b"\r\n", b"<p>x</p>" * 8192),
        "endless-chunks": endless(_OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        "endless-headers": endless(_OK, b"".join(b"X-A%d: %s\r\n" % (n, b"v" * 8000) for n in range(8))),
        "endless-header-line": endless(_OK + b"X-Long: ", b"v" * 65536),
        "endless-status-line": endless(b"HTTP/1.1 200 ", b"O" * 65536),
        "endless-trailers": endless(
            _OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"X-T: " + b"v" * 8000 + b"\r\n"
        ),
        "endless-chunk-extension": endless(_OK + b"Transfer-Encoding: chunked\r\n\r\n1;x=", b"v" * 65536),
        "endless-continues": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2048, megabytes=200),
        "many-headers": raw(_OK + _numbered_headers(100_000) + b"Content-Length: 1\r\n\r\nx"),
        "huge-length": raw(_OK + b"Content-Length: 99999999999999\r\n\r\nx", end="hold"),
        "negative-length": raw(_OK + b"Content-Length: -5\r\n\r\nx"),
        "two-lengths": raw(_OK + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nxxxxxxx"),
        "garbage": raw(b"\x00\x01\x02 not http at all\r\n\r\n" * 10),
        "http-0.9": raw(b"<html><body>old</body></html>"),
    }


def slow() -> dict[str, Behaviour]:
    """Name -> an answer that holds a slot."""
    return {
        "drip-body": endless(_OK + b"Content-Length: 100000\r\n\r\n", b"ab", pause=1),
        "drip-headers": endless(_OK, b"X", pause=0.5),
        "black-hole": raw(end="hold"),
        "half-and-hold": raw(_OK + b"Content-Length: 1000\r\n\r\n<html>", end="hold"),
        "reset": raw(end="reset"),
    }


def cut() -> dict[str, Behaviour]:
    """Name -> a page that arrives in part only."""
    body = page()
    half = body[: len(body) // 2]
    packed = gzip.compress(body)
    squeezed = brotli.compress(body)
    frozen = zstd.compress(body)
    chunk = b"%x\r\n%s\r\n" % (len(half), half)

    def sized(coding: str, data: bytes) -> bytes:
        return _OK + f"Content-Encoding: {coding}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data

    return {
        "reset-with-length": raw(_OK + b"Content-Length: %d\r\n\r\n" % len(body) + half, end="reset"),
        "close-with-length": raw(_OK + b"Content-Length: %d\r\n\r\n" % len(body) + half),
        "reset-without-length": raw(_OK + b"Connection: close\r\n\r\n" + half, end="reset"),
        "close-without-length": raw(_OK + b"Connection: close\r\n\r\n" + half),
        "short-length": raw(_OK + b"Content-Length: %d\r\n\r\n" % len(half) + body),
        "chunk-without-end": raw(_OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunk),
        "chunk-reset": raw(_OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"ff", end="reset"),
        "gzip-cut": raw(sized("gzip", packed[: len(packed) // 2])),
        "gzip-without-trailer": raw(sized("gzip", packed[:-8])),
        "deflate-cut": raw(sized("deflate", zlib.compress(body)[:-100])),
        "br-cut": raw(sized("br", squeezed[: len(squeezed) // 2])),
        "zstd-cut": raw(sized("zstd", frozen[: len(frozen) // 2])),
        "gzip-garbled": raw(sized("gzip", packed[:60] + b"\xff" * 40 + packed[100:])),
        "half-a-file-framed": raw(_OK + b"Content-Length: %d\r\n\r\n" % len(half) + half),
    }


def whole() -> dict[str, Behaviour]:
    """Name -> an odd but complete page that must be read."""
    body = page()
    packed = gzip.compress(body)
    return {
        "plain": raw(_OK + b"Content-Length: %d\r\n\r\n" % len(body) + body),
        "http-1.0": raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + body),
        "close-ends-body": raw(_OK + b"Connection: close\r\n\r\n" + body),
        "chunked": raw(_OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)),
        "gzip": coded("gzip", packed),
        "gzip-padded": coded("gzip", packed + b"\0" * 20),
        "gzip-two-members": coded("gzip", gzip.compress(body[:500]) + gzip.compress(body[500:])),
        "gzip-label-on-plain": coded("gzip", body),
        "raw-deflate": coded("deflate", zlib.compress(body)[2:-4]),
        "br": coded("br", brotli.compress(body)),
        "zstd": coded("zstd", zstd.compress(body)),
        "gzip-in-br": coded("gzip, br", brotli.compress(packed)),
        "no-end-tags": raw(
            _OK + b"Content-Length: 65\r\n\r\n<!doctype html><title>x</title><div><p>text one<p>text two</div>\n"
        ),
    }


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """`data` in pieces of `size` bytes."""
    return (data[at : at + size] for at in range(0, len(data), size))


def by_path(table: dict[str, Behaviour], default: Any = None) -> Behaviour:
    """The answer named by the last part of the path."""

    async def answer(asked: Asked) -> None:
        name = asked.target.partition("?")[0].rsplit("/", 1)[-1]
        behaviour = table.get(name, default)
        if behaviour is None:
            await asked.reply(b"<html><body>not here</body></html>", "404 Not Found")
        else:
            await behaviour(asked)

    return answer
