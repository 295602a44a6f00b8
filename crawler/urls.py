"""URLs: their canonical form (the identity of a page), their shape, and the traps among them. Pure, no network, no state.

The canonical form is safe to fetch: it differs from the original only in spelling and in parameters that carry no
content. What carries none is said in tracking_keys.txt, what only leads round in circles in trap_patterns.txt.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote, urljoin

import idna

from crawler.outcomes import Reason

_HERE = Path(__file__).parent
MAX_LENGTH = 2000  # characters of a canonical URL; a percent-encoded Chinese slug of 200 characters still fits
MAX_SEGMENTS = 16
MAX_PARAMETERS = 10  # after the tracking keys are gone
_DEFAULT_PORTS = {"http": "80", "https": "443"}

# Already canonical, and nothing in it could be a session id: most links of most sites end here.
_CLEAN = re.compile(r"https?://[a-z0-9]+(?:[.-][a-z0-9]+)+(?::\d{2,5})?(?:/[A-Za-z0-9_~@-][A-Za-z0-9._~@-]*)*/?")
_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://)?([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?")
_HOST_V6 = re.compile(r"\[[0-9a-f:.]+\]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|%")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SESSION = re.compile(r"(?i);(?:jsessionid|phpsessid|sid)=[^/;]*|/\([SA]\([a-z0-9]{16,40}\)\)(?=/)")
_BLANKS = re.compile(r"[\t\r\n]")
_TOKEN = re.compile(r"(?=.*\d)(?=.*[A-Za-z])(?:[0-9a-fA-F]{8,}|[0-9A-Za-z_-]{12,})|[0-9A-Za-z_-]{20,}")


_USERINFO = re.compile(r"//[^/@\s]*@")  # may hold a password


class UrlError(ValueError):
    """The text is no URL that can be harvested. `reason` says why, as an outcome."""

    def __init__(self, url: str, reason: Reason):
        super().__init__(f"{reason}: {_USERINFO.sub('//***@', url)[:200]!r}")
        self.reason = reason


@dataclass(slots=True)
class _Keys:
    """tracking_keys.txt, parsed."""

    exact: set[str] = field(default_factory=set)
    prefixes: tuple[str, ...] = ()
    pairs: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    hosts: dict[str, set[str]] = field(default_factory=dict)


def _lines(name: str) -> list[str]:
    text = (_HERE / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _read_keys() -> _Keys:
    keys = _Keys()
    for line in _lines("tracking_keys.txt"):
        entry = line.split("  ", 1)[0].strip()
        host, _, name = entry.rpartition(" ")
        if host:
            keys.hosts.setdefault(host, set()).add(name)
        elif name.startswith("~"):
            keys.tokens.add(name[1:])
        elif name.endswith("*"):
            keys.prefixes += (name[:-1],)
        elif "=" in name:
            keys.pairs.add(name)
        else:
            keys.exact.add(name)
    return keys


def _read_traps() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (name, re.compile(pattern)) for name, pattern in (line.split(None, 1) for line in _lines("trap_patterns.txt"))
    ]


_KEYS = _read_keys()
_TRAPS = _read_traps()


def _unescape(match: re.Match[str]) -> str:
    digits = match[1]
    if digits is None:
        return "%25"
    byte = int(digits, 16)
    return chr(byte) if byte in _UNRESERVED else f"%{digits.upper()}"


def _escaped(text: str, safe: str) -> str:
    """Percent-encoding in one spelling: unreserved characters bare, hex upper-case, everything unsafe encoded as UTF-8."""
    if "%" in text:
        text = _ESCAPE.sub(_unescape, text)
    return quote(text, safe=safe, errors="replace")


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4."""
    out: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if out:
                out.pop()
        elif segment != ".":
            out.append(segment)
    if segments and segments[-1] in {".", ".."}:
        out.append("")
    return "/" + "/".join(out)


def _canonical_host(host: str, url: str) -> str:
    host = host.rstrip(".").lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise UrlError(url, Reason.URL_INVALID) from error
    if len(host) > 253 or not (_HOST.fullmatch(host) or _HOST_V6.fullmatch(host)):
        raise UrlError(url, Reason.URL_INVALID)
    return host


def _carries_nothing(key: str, value: str, host_keys: set[str]) -> bool:
    key = key.lower()
    return (
        key in _KEYS.exact
        or key.startswith(_KEYS.prefixes)
        or key in host_keys
        or f"{key}={value}" in _KEYS.pairs
        or (key in _KEYS.tokens and _TOKEN.fullmatch(value) is not None)
    )


@lru_cache(maxsize=1024)
def _host_keys(host: str) -> set[str]:
    return {key for name, keys in _KEYS.hosts.items() if host == name or host.endswith("." + name) for key in keys}


def _canonical_query(query: str, host: str) -> str:
    host_keys = _host_keys(host)
    kept = []
    for part in query.replace(" ", "+").replace("%20", "+").split("&"):
        if part:
            key, _, value = part.partition("=")
            if not _carries_nothing(key, value, host_keys):
                kept.append(_escaped(part, "%!$'()*+,;=:@/?-._~"))
    kept.sort()
    return "&".join(kept)


_MOST_CHARACTERS = 10_000  # before tracking keys are taken off; a page can hold megabytes in one href


@lru_cache(maxsize=1024)  # guard, robots, back-off and record ask for the same page's, one after the other
def canonical_url(url: str) -> str:
    """The one spelling of a page's address; raises UrlError when it is none that can be harvested.

    Absolute http(s) URLs only. Lower-case scheme and host, IDNA, no default port, no dot segments, one percent-encoding,
    sorted query without tracking keys and session ids, no fragment. Idempotent.
    """
    if len(url) > _MOST_CHARACTERS:
        raise UrlError(url[:200], Reason.URL_INVALID)
    if _CLEAN.fullmatch(url) and not url.endswith(("/.", "/..")):
        scheme, _, rest = url.partition("://")
        port = rest.partition("/")[0].partition(":")[2]
        if not port or (port[0] != "0" and port != _DEFAULT_PORTS[scheme] and len(port) < 5):
            return url if "/" in rest else url + "/"
    parts = _PARTS.fullmatch(
        _BLANKS.sub("", url.strip("\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x1b\x1f \u3000\u00a0\ufeff"))
    )
    if parts is None:
        raise UrlError(url, Reason.URL_INVALID)
    scheme, authority, path, query = parts[1].lower(), parts[2], parts[3], parts[4]
    if scheme not in _DEFAULT_PORTS:
        raise UrlError(url, Reason.GUARD_SCHEME)
    if "\\" in authority:  # browsers read it as a slash, most HTTP clients do not: two hosts in one URL
        raise UrlError(url, Reason.URL_INVALID)
    if "@" in authority:
        raise UrlError(url, Reason.GUARD_USERINFO)
    host, colon, port = authority.rpartition(":") if not authority.endswith("]") else (authority, "", "")
    if not colon:
        host, port = authority, ""
    if port and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise UrlError(url, Reason.GUARD_PORT)
    host = _canonical_host(host, url)
    path = _escaped(path.replace("\\", "/"), "/%!$&'()*+,;=:@-._~")
    if ";" in path or "(" in path:
        path = _PATH_SESSION.sub("", path)
    if "/." in path:
        path = _without_dots(path)
    port = port.lstrip("0")
    netloc = f"{host}:{port}" if port and port != _DEFAULT_PORTS[scheme] else host
    query = query and _canonical_query(query, host)
    canonical = f"{scheme}://{netloc}{path or '/'}?{query}" if query else f"{scheme}://{netloc}{path or '/'}"
    if len(canonical) > _MOST_CHARACTERS:
        raise UrlError(url[:200], Reason.URL_INVALID)
    return canonical


def url_key(url: str) -> str:
    """The identity of a page as 32 hexadecimal digits: BLAKE2b of its canonical URL. Raises UrlError."""
    return blake2b(canonical_url(url).encode("ascii"), digest_size=16).hexdigest()


def other_scheme(url: str) -> str:
    """A canonical URL under http when it is https, and the other way round: nearly always the same page."""
    scheme, _, rest = url.partition("://")
    return f"{'http' if scheme == 'https' else 'https'}://{rest}"


def host_of(url: str) -> str:
    """The host of a canonical URL, with its port when that is not the scheme's own: "example.org", "127.0.0.1:8001"."""
    return url.split("://", 1)[1].split("/", 1)[0].split("?", 1)[0]


def joined(base: str, link: str) -> str:
    """The canonical URL of `link` as found on the page `base`. Raises UrlError."""
    try:
        return canonical_url(urljoin(base, link.strip()))
    except UrlError:
        raise
    except ValueError as error:  # urljoin of "http://[": bad IPv6 literal
        raise UrlError(link, Reason.URL_INVALID) from error


_DIGITS = re.compile(r"\d+")
_OPAQUE = re.compile(r"(?=[a-f-]*\d)[0-9a-f-]{8,}|(?=[^/]*\d)(?=[^/]*[A-Za-z])[0-9A-Za-z_-]{20,}")


def _segment_shape(segment: str) -> str:
    stem, dot, extension = segment.rpartition(".")
    if not dot or len(extension) > 5:
        stem, dot, extension = segment, "", ""
    if "%" in stem or len(stem) > 40 or stem.count("-") > 2:
        stem = "*"
    elif _DIGITS.search(stem):
        stem = "*" if _OPAQUE.fullmatch(stem) and not stem.isdigit() else _DIGITS.sub("#", stem)
    return stem + dot + extension


def url_pattern(url: str) -> str:
    """The shape of a canonical URL, for budgets: numbers become "#", slugs and opaque tokens "*".

    "https://a.cn/news/2024/05/12345.html?page=3" -> "a.cn/news/#/#/#.html?page=#".
    """
    address, _, query = url.split("://", 1)[1].partition("?")
    host, _, path = address.partition("/")
    shape = "/".join(_segment_shape(segment) for segment in path.split("/"))
    if not query:
        return f"{host}/{shape}"
    pairs = (part.partition("=") for part in query.split("&"))
    values = [f"{key}={'#' if value.isdigit() else '*'}" if equals else key for key, equals, value in pairs]
    return f"{host}/{shape}?{'&'.join(values[: MAX_PARAMETERS + 1])}"


def _runs_in_circles(segments: list[str]) -> bool:
    """The same segment four times, or a group of several three times in a row: a relative link that never ends."""
    if len(segments) < 4:
        return False
    if max(Counter(segments).values()) >= 4:
        return True
    count = len(segments)
    for size in range(2, count // 3 + 1):
        for at in range(count - 3 * size + 1):
            group = segments[at : at + size]
            if segments[at + size : at + 2 * size] == group and segments[at + 2 * size : at + 3 * size] == group:
                return True
    return False


_CALENDAR = re.compile(
    r"(?i)(?:calendar|kalender|日历|%E6%97%A5%E5%8E%86|events?|tribe-bar-date|/day/|/month/|[?&](?:year|month|date|ym|day)=)"
)
_YEAR = re.compile(r"(?<!\d)(1\d{3}|2\d{3})(?=\d{2}(?:\d{2})?(?!\d)|(?!\d))")


def trap(url: str, this_year: int | None = None) -> str | None:
    """Why a canonical URL leads into an endless space ("circles", "calendar" ...), or None. Precise rather than complete:
    budgets by `url_pattern` stop what has no tell-tale spelling. `this_year` is for tests.
    """
    if len(url) > MAX_LENGTH:
        return "too_long"
    address, _, query = url.split("://", 1)[1].partition("?")
    segments = [segment for segment in address.split("/")[1:] if segment]
    if len(segments) > MAX_SEGMENTS:
        return "too_deep"
    if _runs_in_circles(segments):
        return "circles"
    if query:
        pairs = query.split("&")
        if len(pairs) > MAX_PARAMETERS:
            return "too_many_parameters"
        if len(pairs) > 3 and max(Counter(pair.partition("=")[0] for pair in pairs).values()) > 3:
            return "repeated_parameter"
        if "%252525" in query:
            return "nested_url"
    tail = url.split("://", 1)[1].partition("/")[2]
    if _CALENDAR.search("/" + tail):
        year = this_year or datetime.now(UTC).year
        found = _YEAR.search(tail)
        if found and not 1990 <= int(found[1]) <= year + 1:
            return "calendar"
    for name, pattern in _TRAPS:
        if pattern.search("/" + tail):
            return name
    return None


def is_trap(url: str) -> bool:
    """Whether `trap` has a reason against a canonical URL."""
    return trap(url) is not None


def site_name(url: str) -> str:
    """A folder-safe name for the site of a URL: [a-z0-9-], at most 64 characters, distinct hosts stay distinct. Raises UrlError."""
    host = host_of(canonical_url(url))
    slug = re.sub(r"[^a-z0-9]+", "-", host.removeprefix("www.")).strip("-")
    if slug.replace("-", ".") != host.removeprefix("www.") or len(slug) > 50:
        slug = f"{slug[:50]}-{blake2b(host.encode(), digest_size=4).hexdigest()}"
    return slug
