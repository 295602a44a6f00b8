"""Bytes to text: BOM, HTTP header, meta, detection; a claim that the bytes deny does not win."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from resiliparse.parse.encoding import detect_encoding

META = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.I)
LATIN1_PAIR = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]")
META_BYTES = 4096
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Labels as pages write them -> the superset that reads all of them (WHATWG Encoding does the same).
SUPERSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "gb2312-80": "gb18030", "x-gbk": "gb18030",
    "cp936": "gb18030", "chinese": "gb18030", "hz-gb-2312": "hz", "utf8": "utf-8", "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932",
    "windows-31j": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "iso-8859-1": "cp1252", "latin1": "cp1252",
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874",
    "utf-16": "utf-16-le", "unicode": "utf-16-le", "x-x-big5": "big5hkscs",
}  # fmt: skip
MULTIBYTE = frozenset(
    {"gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "iso2022_jp", "hz", "utf-16-le", "utf-16-be"}
)
# The most frequent characters of Chinese and Japanese running text, both scripts. Right decodings of Chinese show
# 20-40 % of them among their Han characters, wrong ones (Big5 read as GBK ...) below 5 %.
COMMON = frozenset(
    "的一是不了在人有我他这個个们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發后後"
    "作里裡用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心本前开開但因只从從"
    "想实實日月市新者公司民工全高时期关關于与與及网網版权權"
)
MOJIBAKE_UTF8_AS_GBK = re.compile("[锛銆鐨鏄涓浠鍦鍙浜鏈鍥浗鏉ヤ绗鎴戠殑]")
MOJIBAKE_UTF8_AS_LATIN1 = re.compile("[ÃÂâåæç]")
FFFD_SHARE = 0.02  # of the non-ASCII characters: more and the decoding is wrong
UTF8_SHARE = 0.25  # valid multi-byte sequences do not come by chance: a page with some broken bytes is still UTF-8
SAMPLE = 65536
PLAUSIBLE_SAMPLE = 4000  # non-ASCII characters looked at
ASCII = bytes(range(128))
MOJIBAKE_SAMPLE = 32768  # from the middle of the page: the head is scripts
# What detection misses: tried last, taken only when the text is plausible.
LAST_RESORTS = ("gb18030", "cp949", "cp1251")
LATIN = frozenset({"cp1252", "cp1250", "cp1254", "cp1257", "iso8859-2", "iso8859-15", "mac-roman"})
# No language that Latin letters write has words of accented letters only: four in a row are another script's bytes.
ACCENTS = re.compile("[\u0080-\u00ff\u0152-\u02dc]{4,}")
# Control characters that no mix-up of Western encodings leaves (those of its quotes and dashes are left out).
CONTROLS = re.compile("[\u0081\u0083\u0086-\u0090\u009a-\u009f]")
UNSEEN = re.compile(r"<(style|script)\b.*?</\1>", re.I | re.S)


@dataclass(frozen=True, slots=True)
class Decoded:
    """`problem` is "mojibake" when no reading of the bytes makes sense; such text must not be published."""

    text: str
    encoding: str
    problem: str | None = None


def decode(body: bytes, headers_charset: str | None) -> Decoded:
    """The text of a page. Never raises; undecodable bytes become U+FFFD.

    Order: BOM; bytes that are valid UTF-8; the header's charset, then the page's own; detection (uchardet). A claim
    is taken when the bytes decode by it into plausible text, otherwise the next one is asked.
    """
    for bom, name in BOMS:
        if body.startswith(bom):
            return judged(body[len(bom) :].decode(name, "replace"), name)
    if wide := without_mark(body):
        return judged(body.decode(wide, "replace"), wide)
    if body.isascii():
        name = shifted(body, headers_charset)
        return Decoded(body.decode(name, "replace"), name)
    try:
        return judged(body.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    if replaced_share(text) <= UTF8_SHARE:
        return judged(text, "utf-8")
    best: tuple[float, str, str] | None = None
    for name in candidates(body, headers_charset):
        text = body.decode(name, "replace")
        score = plausibility(text, name)
        if score >= 1.0:
            return judged(text, name)
        if best is None or score > best[0]:
            best = (score, text, name)
    assert best is not None
    return judged(best[1], best[2])


def without_mark(body: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of the markup is NUL."""
    head = body[:64]
    if head.count(0) < len(head) // 4 or len(head) < 16:
        return None
    odd, even = head[1::2].count(0), head[::2].count(0)
    return "utf-16-le" if odd > 8 * even else "utf-16-be" if even > 8 * odd else None


def shifted(body: bytes, headers_charset: str | None) -> str:
    """The codec of ASCII bytes: ISO-2022-JP and HZ write their characters with nothing else; else UTF-8."""
    if b"\x1b$" in body:
        return "iso2022_jp"
    return "hz" if b"~{" in body and "hz" in claimed(body, headers_charset) else "utf-8"


def claimed(body: bytes, headers_charset: str | None) -> list[str]:
    """The codecs that the header and the page name, in this order."""
    match = META.search(body[:META_BYTES])
    names = (codec(headers_charset), codec(match.group(1).decode("ascii")) if match else None)
    return [name for name in names if name]


def codec(label: str | None) -> str | None:
    """Python's codec for a charset label, widened to its superset; None when unknown."""
    if not label:
        return None
    label = label.strip().strip("\"'").lower()
    label = SUPERSETS.get(label, label)
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    name = SUPERSETS.get(info.name, info.name)
    return name if getattr(info, "_is_text_encoding", True) else None


def candidates(body: bytes, headers_charset: str | None) -> Iterator[str]:
    """Codecs to try, most trusted first. A single-byte claim never fails to decode, so it comes after the detection
    of a multi-byte encoding."""
    claims = claimed(body, headers_charset)
    yield from (name for name in claims if name in MULTIBYTE)
    detected = codec(detect_encoding(body, max_len=SAMPLE))
    if detected in MULTIBYTE and detected is not None:
        yield detected
    yield from (name for name in (*claims, detected, "utf-8", *LAST_RESORTS, "cp1252") if name)


def replaced_share(text: str) -> float:
    """U+FFFD over all non-ASCII characters; 0 for ASCII text."""
    bad = text.count("\ufffd")
    return bad / wide_count(text) if bad else 0.0


def wide_count(text: str) -> int:
    """Number of non-ASCII characters, counted at C speed."""
    return len(text) - len(text.encode("ascii", "ignore"))


def without_ascii(text: str) -> str:
    """The non-ASCII characters, picked out at C speed."""
    return text.encode("utf-8", "ignore").translate(None, ASCII).decode("utf-8")


def plausibility(text: str, name: str) -> float:
    """1 and more: good enough to stop; below: comparable between candidates."""
    bad = replaced_share(text)
    if bad > FFFD_SHARE:
        return 0.5 - bad
    if name in ("gb18030", "big5hkscs"):
        wide = without_ascii(text[len(text) // 3 :][:SAMPLE])[:PLAUSIBLE_SAMPLE]
        han = sum("\u4e00" <= c <= "\u9fff" for c in wide)
        if han >= 40:
            share = sum(c in COMMON for c in wide) / han
            private = sum("\ue000" <= c <= "\uf8ff" for c in wide) / han
            kana = sum("\u3041" <= c <= "\u30fe" for c in wide) / han
            if private > 0.05 or kana > 0.2:
                return 0.3
            return 1.0 if share >= 0.08 else share
    if name == "cp949":
        hangul = sum("\uac00" <= c <= "\ud7a3" for c in text)
        return 1.0 if hangul > 0.5 * wide_count(text) else 0.2
    if name in LATIN and in_accents(text) > 0.5:
        return 0.1
    return 1.0


def in_accents(text: str) -> float:
    """Share of the non-ASCII characters that stand in words of accented letters only."""
    sample = UNSEEN.sub("", text)[:SAMPLE]
    wide = wide_count(sample)
    return sum(map(len, ACCENTS.findall(sample))) / wide if wide else 0.0


def judged(text: str, name: str) -> Decoded:
    """The decoded text with its mojibake verdict."""
    return Decoded(text, name, "mojibake" if is_mojibake(text) else None)


def is_mojibake(text: str) -> bool:
    """True for text that was decoded wrongly here or before it was served.

    The signs: replacement characters; UTF-8 once read as GBK (its commas and particles give a few tell-tale
    characters), as windows-1251 (every other letter is one of two), or as Latin-1 (pairs such as U+00C3 U+00A9 that turn
    into one character again); other scripts once read as Latin-1 (words of accented letters, control characters).
    """
    if text.isascii():
        return False
    # Single characters that hardly any page holds are found at once; counting takes ten times longer.
    if "锟" in text and text.count("锟斤拷") >= 5:
        return True
    if (
        "\ufffd" in text
        and text.count("\ufffd") >= 5
        and replaced_share(text) > 0.05
        and replaced_share(UNSEEN.sub("", text)) > 0.05
    ):
        return True
    middle = max(0, len(text) // 2 - MOJIBAKE_SAMPLE // 2)
    sample = text[middle : middle + MOJIBAKE_SAMPLE]
    wide = without_ascii(sample)
    if len(MOJIBAKE_UTF8_AS_GBK.findall(wide)) > 6 and is_utf8_read_as_gbk(wide):
        return True
    if len(wide) >= 12 and (wide.count("Р") + wide.count("С") > 0.35 * len(wide)):
        return True  # UTF-8 once read as windows-1251
    if len(wide.encode("latin-1", "ignore")) < 0.1 * len(wide):
        return False  # no Latin-1 characters to speak of
    controls = CONTROLS.findall(wide)
    if len(set(controls)) > 2 and len(controls) > 0.1 * len(wide):
        return True
    if len(wide) >= 24 and in_accents(sample) > 0.5:
        return True
    if len(MOJIBAKE_UTF8_AS_LATIN1.findall(wide)) < 10:
        return False
    pairs = len(LATIN1_PAIR.findall(sample))
    return pairs > 12 and pairs > 0.3 * len(wide)


def is_utf8_read_as_gbk(wide: str) -> bool:
    """True when non-ASCII characters, taken back to GBK bytes, are UTF-8: by chance few sequences would be valid."""
    again = wide.encode("gb18030", "ignore").decode("utf-8", "ignore")
    return sum("\u3000" <= c <= "\uffef" for c in again) > 0.25 * len(wide)
