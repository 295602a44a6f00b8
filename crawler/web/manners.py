"""What a rendered page loads from the site's own hosts goes by the rules of every request: the host's rest and its robots.txt."""

import time
from functools import lru_cache

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler.outcomes import Reason
from crawler.state import State
from crawler.urls import canonical_url, host_of
from crawler.web.backoff import asks_for_rest, let_rest, rest_until, retry_after
from crawler.web.blocked import header
from crawler.web.errors import PostponedError, RefusedError
from crawler.web.robots import Rules, kept_rules


class Manners:
    """Two hooks of crawler.web.handler. robots.txt itself is not asked for here: the page's own request did that."""

    def __init__(self, state: State, settings: BaseSettings) -> None:
        self._state = state
        self._obeys_robots = settings.getbool("ROBOTS_OBEY", True)
        self._user_agent = str(settings["USER_AGENT"]).partition("/")[0]

    def before_sending(self, request: Request) -> None:
        """Raises PostponedError while the host rests, RefusedError for what its robots.txt disallows."""
        url = canonical_url(request.url)
        until = rest_until(self._state, host_of(url))
        if until is not None:
            raise PostponedError(Reason.HTTP_ERROR, f"{host_of(url)} rests", until)
        text = kept_rules(self._state, f"{url.partition('://')[0]}://{host_of(url)}") if self._obeys_robots else None
        if text and not _parsed(text).allows(request.url, self._user_agent):
            raise RefusedError(Reason.ROBOTS, request.url[:200])

    def on_response(self, request: Request, response: Response) -> None:
        """Lets the host rest when the answer asks for it."""
        wait = retry_after(header(response, "Retry-After"), time.time())
        if asks_for_rest(response.status, wait):
            let_rest(self._state, host_of(canonical_url(request.url)), str(response.status), wait)


@lru_cache(maxsize=16)
def _parsed(text: str) -> Rules:
    return Rules(text)
