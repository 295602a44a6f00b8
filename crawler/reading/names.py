"""Names of people and of publications: telling them apart, splitting lists of them, cleaning what stands around them."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

_TABLE = tomllib.loads(Path(__file__).with_name("names.toml").read_text("utf-8"))


def _words(name: str) -> list[str]:
    return sorted(_TABLE[name].split(), key=len, reverse=True)


def _any(words: list[str]) -> str:
    return "|".join(map(re.escape, words))


_HAN = "\u3400-\u9fff"
_SURNAMES = "".join(dict.fromkeys("".join(_TABLE["surnames"].split())))
_DOUBLE = _any(_words("double_surnames"))
PERSON = rf"(?:(?:{_DOUBLE})[{_HAN}]{{1,2}}|[{_SURNAMES}][{_HAN}]{{1,2}})"
_PERSON = re.compile(rf"{PERSON}|[{_HAN}]{{1,6}}(?:[·•・][{_HAN}]{{1,8}}){{1,3}}")
_NOT_PEOPLE = frozenset(_TABLE["not_people"].split())
_ORGANISATION = re.compile(
    rf"(?:{_any(_words('organisations'))})(?:[（(][^（）()]{{1,12}}[）)])?$|^(?:{_any(_words('publications'))})"
)
_ENGLISH_ORGANISATION = re.compile(r"\b(?:news|times|post|press|media|magazine|agency|staff|team|editors?|editorial|desk|newsroom|inc|llc|ltd|university|institute|association|journal|daily|herald|tribune|reuters|afp|dpa|ap|admin|contributors?|redaktion|rédaction|redacción|redação|redazione|redakcja|редакция|correspondents?|company|network|online|web|group|foundation)\b|\.(?:com|org|net|de|co|cn)\b|[@/]", re.I)  # fmt: skip
_ROLES = re.compile(rf"^(?:.{{0,18}}?(?:{_any(_words('roles'))})\s*[:：/／|｜]?\s*)+")
_TAILS = re.compile(
    rf"\s*[/／]?\s*(?:{_any(_words('tails'))}|发自?[{_HAN}]{{2,4}}|[{_HAN}]{{2,4}}(?:报道|报导|電|电|摄))$"
)
_ENDS_IN_ROLE = re.compile(rf".{{3}}(?:{_any(_words('roles'))})$")
_NOBODY = frozenset(_TABLE["nobody"].split())
_CODE = re.compile(r"[\s_]*(?:[A-Z]{1,4}\d{2,6}|NN?\d{3,6}|[（(][^（）()]{0,12}[）)]|\d{3,})$")
_SPLIT = re.compile(
    r"\s*[、，,;；/／|｜&＆]\s*|\s+(?:和|与|及|and|und|et|y|e|och|og|en|i|и)\s+|(?<=[\u3400-\u9fff]{2})(?:和|与)(?=[\u3400-\u9fff]{2})"
)
_EDGE = " 　\t\n:：,，.。;；|｜/／-—–_·•>»<«（()）[]【】〔〕「」『』\"'“”‘’*#〓※★☆□■○●◎丨"


def has_han(text: str) -> bool:
    """Whether a Han character stands in the text."""
    return any("\u3400" <= c <= "\u9fff" for c in text)


@lru_cache(maxsize=4096)
def is_person(name: str) -> bool:
    """Whether a Chinese name is built like a person's: family name and one or two characters, or 约翰·史密斯."""
    return bool(_PERSON.fullmatch(name)) and name not in _NOT_PEOPLE and not _ORGANISATION.search(name)


@lru_cache(maxsize=4096)
def is_organisation(name: str) -> bool:
    """Whether a name ends, or begins, like a publication or an office."""
    if has_han(name):
        return bool(_ORGANISATION.search(name)) and not (
            len(name) <= 3 and _PERSON.fullmatch(name) and name[-1] in "网台部院社委局圈"
        )
    return bool(_ENGLISH_ORGANISATION.search(name))


def people(text: str, sure: bool = False, longest: int = 20) -> list[str]:
    """The people named in the value of a byline, in order, each once.

    `sure` asks of every Chinese name that it is built like one: for places where no label says that names follow.
    A list with one part that is no name gives nothing at all when `sure`.
    """
    found: list[str] = []
    for part in _parts(text):
        name = clean_name(part.split("：")[0])
        if has_han(name):
            good = (
                is_person(name)
                if sure
                else len(name) <= longest and not is_organisation(name) and not _ENDS_IN_ROLE.search(name)
            )
        else:
            good = not sure and 2 <= len(name) <= 40 and not name.isdigit() and not is_organisation(name)
        if not good or name.lower() in _NOBODY:
            if sure and name:
                return []
            continue
        if name not in found:
            found.append(name)
    return found


def clean_name(text: str) -> str:
    """One name without roles, codes and marks: 政能亮特约评论员 韩涵 -> 韩涵, 李曦_NN2587 -> 李曦."""
    text = text.strip(_EDGE)
    if has_han(text):
        text = _CODE.sub("", text)
        text = _ROLES.sub("", text) or text
        if len(text) > 3:
            text = _TAILS.sub("", text)
        text = text.strip(_EDGE)
        if " " in text and all(len(piece) == 1 for piece in text.split()):
            text = text.replace(" ", "")
    else:
        text = re.sub(r"^(?:by|von|par|por|di|av|door|written by|text|words by)[:\s]+", "", text, flags=re.I)
    return text.strip(_EDGE)


def _parts(text: str) -> list[str]:
    """Split a list of names: by marks, and by blanks between Chinese names, whose characters may stand apart (方 敏)."""
    parts: list[str] = []
    for piece in _SPLIT.split(text[:300]):
        piece = piece.strip(_EDGE)
        if not piece:
            continue
        words = piece.split()
        if len(words) > 1 and all(has_han(word) for word in words):
            parts += _join_single(words)
        else:
            parts.append(piece)
    return parts


def _join_single(words: list[str]) -> list[str]:
    joined: list[str] = []
    single = False
    for word in words:
        if len(word) == 1 and single:
            joined[-1] += word
            single = len(joined[-1]) < 2
        else:
            joined.append(word)
            single = len(word) == 1
    return joined
