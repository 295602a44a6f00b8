"""What titles, credits and dates all start from, made once a page."""

from dataclasses import dataclass
from datetime import datetime

from crawler.reading.body import Body
from crawler.reading.language import language_of
from crawler.reading.page import Page
from crawler.reading.places import Place, find_places
from crawler.reading.profile import Profile
from crawler.reading.structured import Claims, read_claims
from crawler.reading.titles import Title, read_title


@dataclass(slots=True)
class Facts:
    """`language` is an ISO 639-1 code, "" when unknown."""

    page: Page
    body: Body | None
    profile: Profile
    now: datetime
    language: str
    claims: Claims
    title: Title
    places: list[Place]


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
    facts = Facts(page, body, profile, now, language, claims, title, find_places(page, body, title, now, language))
    _LAST[:] = [facts]
    return facts
