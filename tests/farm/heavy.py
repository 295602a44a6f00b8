"""What portals load around their text: pictures, a font, a film, trackers that report home, adverts in frames."""

import random
import struct
import zlib
from functools import lru_cache

from tests.farm.answer import Answer

_JS = "application/javascript; charset=utf-8"
_PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
_LIBRARY = 60_000  # bytes of the code that a tracker or an advert server brings along
_BUSY = (
    "var end = performance.now() + 15; while (performance.now() < end) Math.sqrt(end);\n"  # what it does with a visitor
)
_TRACKER = (
    """for (var n = 0; n < 3; n++) new Image().src = "/heavy/beacon.gif?n=" + n + "&u=" + encodeURIComponent(location.href);
navigator.sendBeacon("/heavy/collect", "seen");
setInterval(function () { document.title.length; }, 50);
"""
    + _BUSY
)
_ADVERTS = (
    """document.querySelectorAll(".ad-slot").forEach(function (slot, n) {
  var frame = document.createElement("iframe");
  frame.width = 320; frame.height = 100; frame.src = "/heavy/ads/frame.html?n=" + n;
  slot.appendChild(frame);
});
"""
    + _BUSY
)
_FRAME = b"""<!DOCTYPE html><style>@keyframes move { from { transform: translateX(0) } to { transform: translateX(80px) } }
img { animation: move 1s infinite alternate }</style><a href="http://www.promo-click.example/"><img src="/heavy/banner.png"></a>
<script src="/heavy/ads/creative.js"></script>"""


def answer(path: str) -> Answer | None:
    """The answer at a path below /heavy/, if something stands there."""
    name = path.removeprefix("/heavy/")
    if name.endswith(".png"):
        return Answer(_picture(name), content_type="image/png")
    if name == "beacon.gif":
        return Answer(_PIXEL, content_type="image/gif")
    if name == "site.css":
        return Answer(b".gallery img { border-radius: 6px } " * 1000, content_type="text/css")
    if name == "farm.woff2":
        return Answer(bytes(90_000), content_type="font/woff2")
    if name == "clip.mp4":
        return Answer(bytes(300_000), content_type="video/mp4")
    if name == "ads/frame.html":
        return Answer(_FRAME)
    scripts = {"track.js": _TRACKER, "tongji.js": _TRACKER, "ads/show.js": _ADVERTS, "ads/creative.js": _BUSY}
    return Answer((_library() + scripts[name]).encode(), content_type=_JS) if name in scripts else None


@lru_cache(maxsize=64)
def _picture(name: str, width: int = 400, height: int = 260) -> bytes:
    """A PNG of grey noise, which no compression makes smaller than a photograph: about 100 KB."""
    noise = random.Random(name)
    rows = b"".join(b"\0" + noise.randbytes(width) for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


@lru_cache
def _library() -> str:
    one = "function lib%d(a, b) { var r = []; for (var i = 0; i < a; i++) { r.push({k: i, v: b + i}); } return r.length; }\n"
    count = _LIBRARY // len(one)
    return "".join(one % n for n in range(count)) + "".join(f"lib{n}(20, 1);\n" for n in range(0, count, 10))
