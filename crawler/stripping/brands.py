"""Injected brands, found by evidence: a name in the site's slots that the rest of the page contradicts.

The common idea (S&P 2017 "How to Learn Klingon Without a Dictionary", S&P 2016 SEISE, ESORICS 2021 "Mingling of Clear and
Muddy Water") is to look for disagreement between a slot and its document, not for words. No word list takes part in
the decision; the lexicon only names what was found.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache

from crawler.stripping.lexicon import lexicon

# What boilerplate says behind the name of its site: "某某网的版权声明".
GLUED = re.compile(
    r"^[\s【\[(（©*※]*(?P<name>[^，。！？；：:,;!?\s]{2,24}?)的?"
    r"(?P<noun>版权声明|版权所有|免责声明|官方网站|官网|首页|友情链接|技术支持|网站地图|联系方式|客服)"
)
_NOUN = re.compile(
    r"\s*的?(?:版权声明|版权所有|免责声明|官方网站|官网|首页|友情链接|技术支持|网站地图|联系方式|客服)"
    r"|[\s,.]+(?:official (?:web)?site|official page|all rights reserved|site ?map|home ?page)\b",
    re.IGNORECASE,
)
GLUED_ENGLISH = re.compile(
    r"^[\s©(]*(?P<name>[\w&'’. -]{2,40}?)[\s,.]+(?P<noun>official (?:web)?site|official page|all rights reserved|site ?map|home ?page)\b",
    re.IGNORECASE,
)
LONGEST_GLUED = 600
# Weights of the evidence.
WEIGHTS = {
    "glued": 3,  # E1 in a title slot and glued to a boilerplate noun
    "slot_repeats": 2,  # E2 the same slot string on several pages of the host
    "identity": 2,  # E3 the host's other identities say another name
    "absent": 1,  # E4 the article and its related titles never speak of it
    "lexicon": 2,  # E5 a compound of the lexicon; never counted for a removal
    "off_site": 3,  # E6 its anchors lead to another host
    "set_in": 2,  # links by this name are set into articles that never speak of it
    "hidden": 2,  # E7 it stands in hidden nodes or outside the document
    "not_headline": 1,  # E8 the title without it is the headline
    "elsewhere": 3,  # E9 the same article stands on another host under another name
    "stuffed": 3,  # a line of search words says it over and over
    "every_page": 1,  # it is in the title of every page, the site's own name of none
}
CONTRADICTIONS = frozenset(("off_site", "elsewhere"))
INJECTED_SCORE = 5


@dataclass(slots=True)
class Verdict:
    """What is known of one name: its evidence (key of WEIGHTS -> phrase for the record) and what follows."""

    name: str
    evidence: dict[str, str] = field(default_factory=dict)
    label: str | None = None

    @property
    def score(self) -> float:
        """Sum of all evidence, the lexicon's too."""
        return float(sum(WEIGHTS[key] for key in self.evidence))

    @property
    def is_injected(self) -> bool:
        """Whether facts speak against the name; the lexicon may only name what facts already took out of its slot."""
        facts = self.evidence.keys() - {"lexicon"}
        if sum(WEIGHTS[key] for key in facts) < INJECTED_SCORE:
            return False
        if "lexicon" in self.evidence and facts >= {
            "identity",
            "slot_repeats",
        }:  # between headline and the site's own name
            return True
        if facts & CONTRADICTIONS or ("identity" in facts and facts & {"glued", "every_page", "hidden"}):
            return True
        return "lexicon" in self.evidence and "glued" in facts

    @property
    def phrases(self) -> list[str]:
        """The evidence as the record shows it."""
        return [f"{key}: {phrase}" for key, phrase in self.evidence.items()]


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """For comparing names: width, case and frequent traditional forms folded, blanks and punctuation dropped."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(_SIMPLIFIED)
    return "".join(character for character in folded if character.isalnum())


_SIMPLIFIED = str.maketrans(
    "發凱國際樂娛網體壇亞雲遊戲彩電競場線開戶註冊錄龍億達寶門賽車碼視頻會員廣東華報聯盟機臺灣澳學術館業",
    "发凯国际乐娱网体坛亚云游戏彩电竞场线开户注册录龙亿达宝门赛车码视频会员广东华报联盟机台湾澳学术馆业",
)


@cache
def _labels() -> list[tuple[str, re.Pattern[str]]]:
    patterns = []
    for row in lexicon()["label"]:
        brands, products = (_either(row[key]) for key in ("brands", "products"))
        compounds = [f"(?:{brands})(?:{products})", f"(?:{products})(?:{brands})"] if brands and products else []
        patterns.append((row["name"], re.compile("|".join([*compounds, *map(re.escape, map(fold, row["phrases"]))]))))
    return patterns


def _either(words: list[str]) -> str:
    return "|".join(re.escape(fold(word)) for word in words)


def label_of(text: str) -> str | None:
    """The lexicon's word for a string that was removed on other grounds, or None."""
    folded = fold(text)
    return next((name for name, pattern in _labels() if pattern.search(folded)), None)


@lru_cache(maxsize=8192)
def agree(name: str, other: str) -> bool | None:
    """Whether two strings can name one site; None when they cannot be compared (different scripts)."""
    one, two = fold(name), fold(other)
    if not one or not two:
        return None
    if one in two or two in one:
        return True
    chinese = [any("㐀" <= c <= "鿿" for c in text) for text in (one, two)]
    if chinese[0] != chinese[1]:
        return None
    shared = _longest_shared(one, two)
    if chinese[0]:
        return shared >= 2 and shared >= 0.4 * min(len(one), len(two))
    initials = ["".join(word[0] for word in re.findall(r"[a-z0-9]+", text.lower())) for text in (name, other)]
    if one in initials[1] or two in initials[0]:
        return True
    return shared >= max(3, 0.5 * min(len(one), len(two)))


def _longest_shared(one: str, two: str) -> int:
    best, row = 0, [0] * (len(two) + 1)
    for a in one:
        above = row
        row = [0] * (len(two) + 1)
        for number, b in enumerate(two, 1):
            if a == b:
                row[number] = above[number - 1] + 1
                best = max(best, row[number])
    return best


def weigh_identity(verdict: Verdict, identities: Iterable[str], holders: Iterable[str], host: str) -> None:
    """What the site calls itself, against or for a name.

    `identities` (og:site_name, logo, breadcrumb) that all say another name are evidence; a company as `holders` often has
    another name than its site and can only confirm. A name that they or the host's address confirm is the site's own:
    contradictions elsewhere (an app store that is linked by it, a hidden menu) then say nothing.
    """
    judged = [(identity, agree(verdict.name, identity)) for identity in identities]
    against = [identity for identity, same in judged if same is False]
    confirmed = any(same for _, same in judged) or any(agree(verdict.name, holder) for holder in holders)
    if against and not confirmed:
        verdict.evidence.setdefault("identity", f"the site calls itself {against[0]}")
    if (confirmed and not against) or any(agree(verdict.name, label) for label in host.split(".")[:-1]):
        for key in ("off_site", "set_in", "hidden", "identity", "every_page", "elsewhere"):
            verdict.evidence.pop(key, None)


def is_glued(line: str) -> bool:
    """Whether a line opens with something that can be a name, before a boilerplate noun."""
    return len(line) <= LONGEST_GLUED and bool(GLUED.match(line) or GLUED_ENGLISH.match(line))


def opens_with(line: str, name: str) -> str | None:
    """What a line opens with ("某某网的版权声明"), when that is this name before a boilerplate noun."""
    start = line.find(name, 0, len(name) + 8) if len(line) <= LONGEST_GLUED else -1
    if start < 0 or any(character.isalnum() for character in line[:start]):
        return None
    noun = _NOUN.match(line, start + len(name))
    return line[start : noun.end()] if noun else None
