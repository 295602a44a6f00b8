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
COMMON_SURNAMES = frozenset(_TABLE["common_surnames"])
PERSON = rf"(?:(?:{_DOUBLE})[{_HAN}]{{1,2}}|[{_SURNAMES}][{_HAN}]{{1,2}})"
_PERSON = re.compile(rf"{PERSON}|[{_HAN}]{{1,6}}(?:[·•・][{_HAN}]{{1,8}}){{1,3}}")
PARTICLES = frozenset(_TABLE["particles"].split())
_NOT_PEOPLE = frozenset(_TABLE["not_people"].split())
_ORGANISATION = re.compile(
    rf"(?:{_any(_words('organisations'))})(?:[（(][^（）()]{{1,12}}[）)])?$|^(?:{_any(_words('publications'))})"
)
_HOUSE = re.compile(rf"(?:{_any(_words('houses'))})$")
_SECTION = re.compile(rf"(?:{_any(_words('sections'))})+")
_PIECES = re.compile(r"[-－—·/]")
_ENGLISH_ORGANISATION = re.compile(r"\b(?:news|times|post|press|media|magazine|agency|staff|team|editors?|editorial|desk|newsroom|inc|llc|ltd|university|institute|association|journal|daily|herald|tribune|reuters|xinhua|cgtn|afp|dpa|ap|admin|contributors?|redaktion|rédaction|redacción|redação|redazione|redakcja|редакция|correspondents?|company|network|online|web|group|foundation)\b|(?:일보|신문|뉴스|방송|경제|매일|타임스)\b|\.(?:com|org|net|de|co|cn)\b|[@/]", re.I)  # fmt: skip
_ROLES = re.compile(rf"^(?:.{{0,18}}?(?:{_any(_words('roles'))})\s*[:：/／|｜]?\s*)+")
_ROLE_WORDS = frozenset(_words("roles"))
_TAILS = re.compile(
    rf"\s*[/／]?\s*(?:{_any(_words('tails'))}|发自?[{_HAN}]{{2,4}}|[{_HAN}]{{2,4}}(?:报道|报导|電|电|摄))$"
)
_ENDS_IN_ROLE = re.compile(rf".{{3}}(?:{_any(_words('roles'))})$")
_COLON = re.compile(r"(?<=\S)\s?[:：]")
# 4 minutes, andrew.keaveney, mdelatorreq6vkpg2ma0ci
_NO_NAME = re.compile(r"^\W*\d|\d\s?(?:min|h\b)|^[a-z0-9_]+[._][a-z0-9._]+$|^(?=.*\d.*[a-z].*\d)[a-z0-9]{8,}$|^\d+$|@")
_NO_HAN_NAME = re.compile(
    "推荐|相关|阅读|更多|热门|评论|分享|点击|下载|登录|注册|搜索|版权|声明|首页|栏目|专题|来源|投稿|表示|すべて|一覧|[。！？…]"
)
_SHORT_NAME = re.compile(rf"[{_HAN}]{{2,3}}")
_NOBODY = frozenset(_TABLE["nobody"].split())
_KOREAN_ROLES = re.compile(r"\s?(?:선임|수석|인턴)?\s?(?:기자|특파원|논설위원|앵커)$")  # 이서준 기자
_CODE = re.compile(r"[\s_]*(?:[Ll][Vv]\.?\s?\d{1,3}|[A-Z]{1,4}\d{2,6}|NN?\d{3,6}|[（(][^（）()]{0,16}[）)]?|\d{3,})$")
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
        if name in _ROLE_WORDS:
            return False
        if len(name) <= 3 and name[0] in COMMON_SURNAMES and _PERSON.fullmatch(name) and name[-1] in "台部院社委局圈":
            return False
        return any(_ORGANISATION.search(piece) for piece in _PIECES.split(name) if piece)
    return bool(_ENGLISH_ORGANISATION.search(name))


def is_house(name: str) -> bool:
    """Whether a name ends like that of a firm or an office, not of a publication."""
    return _HOUSE.search(name) is not None


def is_section(name: str) -> bool:
    """Whether a name says no more than what sections are called by: 快讯, 财经频道."""
    return _SECTION.fullmatch(name) is not None


def people(text: str, sure: bool = False, longest: int = 20) -> list[str]:
    """The people named in the value of a byline, in order, each once.

    `sure` asks of every Chinese name that it is built like one: for places where no label says that names follow.
    A list with a part that is no name, or with more than half of them doubtful, then gives nothing at all.
    """
    found: list[str] = []
    doubtful = 0
    for part in _parts(_COLON.split(text, maxsplit=1)[0]):
        name = clean_name(part)
        if not name or name in _ROLE_WORDS or "=" in name or name.startswith(("http", "www.")):
            continue
        if sure:
            if not is_person(name):
                if not _SHORT_NAME.fullmatch(name) or name in _NOT_PEOPLE or is_organisation(name):
                    return []
                doubtful += 1
        elif not _plausible(name, longest):
            continue
        if name.lower() not in _NOBODY and name not in found:
            found.append(name)
    return [] if sure and doubtful * 2 > len(found) else found


def _plausible(name: str, longest: int) -> bool:
    """Whether the value of a label can be a name or an account."""
    if is_organisation(name):
        return False
    if has_han(name):
        return not _NO_HAN_NAME.search(name) and 1 < len(name) <= longest and not _ENDS_IN_ROLE.search(name)
    return 2 <= len(name) <= 40 and not _NO_NAME.search(name)


def names_nobody(name: str) -> bool:
    """Whether a value stands in for a missing name: 佚名, admin."""
    return name.lower() in _NOBODY


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
        text = _KOREAN_ROLES.sub("", text)
        text = re.sub(
            r"^(?:(?:posted |written |words |story )?by|von|par|por|di|av|door|text)[:\s]+", "", text, flags=re.I
        )
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
            japanese = len(words) == 2 and all(len(w) <= 3 for w in words) and not any(map(is_person, words))
            parts += [piece] if japanese and min(map(len, words)) > 1 else _join_single(words)
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
