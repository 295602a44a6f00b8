"""What titles, credits and dates all start from, made once a page."""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from crawler.reading.body import Body
from crawler.reading.datepatterns import TABLE
from crawler.reading.language import language_of
from crawler.reading.page import Page
from crawler.reading.places import Place, find_places
from crawler.reading.profile import Profile
from crawler.reading.structured import Claims, read_claims
from crawler.reading.titles import Title, read_title


@dataclass(slots=True)
class Facts:
    """`language` is an ISO 639-1 code, "" when unknown; `regional` says more where the page does (en-US); `zone` is that
    of naive times, None where the language has many; `blog` says that blog software made the page."""

    page: Page
    body: Body | None
    profile: Profile
    now: datetime
    language: str
    regional: str
    zone: tzinfo | None
    blog: bool
    claims: Claims
    title: Title
    places: list[Place]


_BLOG = re.compile(
    r"wordpress|hexo|hugo|typecho|z-?blog|ghost|halo|jekyll|emlog|vuepress|pbootcms|joomla", re.IGNORECASE
)
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/20\d\d")
_BLOG_THEMES = frozenset({"justnews", "zibll", "dux", "ripro", "b2", "begin", "z-blog", "discuz"})
_LAST: list[Facts] = []  # credits and dates of one page are read one after the other


def facts_of(page: Page, body: Body | None, profile: Profile, now: datetime) -> Facts:
    """Claims, title and the short blocks around the article; the last answer is kept for the next question."""
    if _LAST:
        last = _LAST[0]
        if last.page is page and last.body is body and last.profile is profile and last.now is now:
            return last
    claims = read_claims(page)
    title = read_title(page, body, claims, profile)
    language = language_of(page) or ""
    regional = _regional(page, language)
    zone = _zone(profile, language)
    places = find_places(page, body, title, now, zone, regional)
    facts = Facts(page, body, profile, now, language, regional, zone, _is_blog(page, profile), claims, title, places)
    _LAST[:] = [facts]
    return facts


def _regional(page: Page, language: str) -> str:
    declared = (page.root.get("lang") or page.meta.get("og:locale") or "").replace("_", "-")
    if language == "en" and "-" not in declared:
        shown = [
            m for b in page.blocks if 8 <= len(b.text) <= 60 and "/20" in b.text and (m := _SLASHED.search(b.text))
        ]
        # A day after the twelfth says how the page writes dates.
        return "en-us" if any(int(m[2]) > 12 for m in shown) and not any(int(m[1]) > 12 for m in shown) else "en"
    return declared if declared[:2].lower() == language and language else language


def _zone(profile: Profile, language: str) -> tzinfo | None:
    name = profile.timezone or TABLE["language_zones"].get(language[:2])
    return ZoneInfo(name) if name else None


def _is_blog(page: Page, profile: Profile) -> bool:
    return bool(_BLOG.search(page.meta.get("generator", ""))) or profile.theme in _BLOG_THEMES
