"""Pages that are hard to read: heavy ones, mislabelled ones, and the endless spaces of traps."""

from tests.hostile.server import Asked, Behaviour
from tests.hostile.site import article_page, sentences, text

_HTML = b"<!DOCTYPE html><html><head><title>heavy</title></head><body>"
_END = b"</body></html>"


def heavy(scale: float = 1) -> dict[str, bytes]:
    """Name -> a page under the size limit that costs a naive reader seconds or gigabytes."""
    many = int(100_000 * scale)
    return {
        "attributes": _HTML + b"<div " + b" ".join(b"a%d=1" % n for n in range(many)) + b">x</div>" + _END,
        "one-long-attribute": _HTML + b'<div class="' + b"x " * (10 * many) + b'">x</div>' + _END,
        "depth": _HTML + b"<div>" * many + b"deep" + b"</div>" * many + _END,
        "inline-depth": _HTML + b"<b>" * many + b"deep" + _END,
        "paragraphs": _HTML + b"<p>x" * int(1_500_000 * scale) + _END,
        "one-text": _HTML + b"<p>" + b"x" * int(7_000_000 * scale) + b"</p>" + _END,
        "spaces": _HTML + b"<p>" + b" " * int(5_000_000 * scale) + b"2024 </p>" + _END,
        "digits": _HTML + b"<p>" + b"2024-" * int(200_000 * scale) + b"</p>" + _END,
        "open-comments": _HTML + b"<!--" * many * 5 + _END,
        "open-scripts": _HTML + b"<script>" * many * 5 + _END,
        "entities": _HTML + b"&amp;" * many * 10 + _END,
        "tables": _HTML + b"<table><tr><td>" * int(20_000 * scale) + b"x" + _END,
        "links": _HTML + b"".join(b'<a href="/l/%d">link number %d</a>' % (n, n) for n in range(many)) + _END,
        "json-ld": _HTML + b'<script type="application/ld+json">' + b"[" * many + b"</script>" + _END,
        "forms": _HTML + b"<form><select><option>" * int(50_000 * scale) + _END,
    }


def charsets() -> list[tuple[str, bytes, str | None, str]]:
    """(name, body, charset of the Content-Type header, the right text) of 14 cases."""

    def case(
        name: str, number: int, codec: str, header: str | None, meta: str | None, spoil: bool = False
    ) -> tuple[str, bytes, str | None, str]:
        page = article_page(number)
        page = page.replace('<meta charset="utf-8">', f'<meta charset="{meta}">' if meta else "")
        body = page.encode(codec, errors="xmlcharrefreplace")
        if spoil:  # one broken byte outside the article
            body = body.replace(b"</footer>", b"\xff</footer>")
        return name, body, header, text(number)

    return [
        case("utf-8 as labelled", 700, "utf-8", "utf-8", "utf-8"),
        case("gb18030 as labelled", 701, "gb18030", "gb18030", "gb18030"),
        case("gb2312 in meta only", 702, "gb18030", None, "gb2312"),
        case("gbk in header only", 703, "gb18030", "gbk", None),
        case("gb18030 labelled utf-8 by header", 704, "gb18030", "utf-8", None),
        case("gb18030 labelled utf-8 by header, right by meta", 705, "gb18030", "utf-8", "gbk"),
        case("utf-8 labelled gbk by header", 706, "utf-8", "gbk", None),
        case("utf-8 labelled gb2312 by meta", 707, "utf-8", None, "gb2312"),
        case("utf-8 labelled latin-1", 708, "utf-8", "iso-8859-1", None),
        case("gb18030 without a label", 709, "gb18030", None, None),
        case("utf-8 without a label", 710, "utf-8", None, None),
        case("utf-16 with a byte order mark", 711, "utf-16", None, None),
        case("a character set that does not exist", 712, "utf-8", "utf-99", None),
        case("one broken byte", 713, "utf-8", "utf-8", "utf-8", spoil=True),
    ]


def labelled(body: bytes, charset: str | None) -> Behaviour:
    """An answer with this charset in its Content-Type."""

    async def answer(asked: Asked) -> None:
        await asked.reply(body, kind="text/html" + (f"; charset={charset}" if charset else ""))

    return answer


def trap_links() -> str:
    """The ways from the front page into all traps."""
    ways = {
        "/cal/2024/5": "日历",
        "/shop/?sid=a1b2c3d4e5f60718&p=1": "会员",
        "/more/1": "更多",
        "/gone/1.html": "旧闻",
        "deep/er/": "目录",
        "/loop/a": "转到",
        "/facet?a=1": "筛选",
        "/self": "本页",
    }
    return "<div>" + "".join(f'<p><a href="{url}">{name}</a></p>' for url, name in ways.items()) + "</div>"


def looping() -> dict[str, Behaviour | str | bytes]:
    """Redirect loops: of two pages, of one, and one that never ends."""

    def to(location: str) -> Behaviour:
        async def answer(asked: Asked) -> None:
            await asked.reply(status="302 Found", Location=location)

        return answer

    return {"/loop/a": to("/loop/b"), "/loop/b": to("/loop/a"), "/self": to("/self")}


def trap_page(target: str) -> str | None:
    """A page of an endless space: every one leads to more of them."""
    path, _, query = target.partition("?")
    parts = [part for part in path.split("/") if part]
    if not parts:
        return None
    links: list[str] = []
    if parts[0] == "cal" and len(parts) == 3:
        months = int(parts[1]) * 12 + int(parts[2])
        links = [f"/cal/{(months + step - 1) // 12}/{(months + step - 1) % 12 + 1}" for step in (-1, 1, 12)]
    elif parts[0] == "shop":
        seed = abs(hash(target))
        links = [f"/shop/?sid={(seed * n) % 2**64:016x}&p={(seed + n) % 50}" for n in (3, 5, 7)]
    elif parts[0] == "more" and parts[-1].isdigit():
        links = [f"/more/{int(parts[-1]) + 1}"]
    elif parts[0] == "gone":
        return (
            "<html><head><title>页面不存在</title></head><body><p>抱歉，您访问的页面不存在</p>"
            f'<a href="/gone/{len(target) * 7}.html">返回</a></body></html>'
        )
    elif "deep" in parts:
        links = ["er/", "deep/er/", "../er/deep/"]
    elif parts[0] == "facet":
        links = [f"{path}?{query}&f{n}={n}" for n in range(len(query) % 9, len(query) % 9 + 3)]
    else:
        return None
    filler = sentences(len(target), 1)[0]
    items = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    return f"<!DOCTYPE html><html><head><title>{path}</title></head><body><p>{filler[:20]}</p><ul>{items}</ul></body></html>"
