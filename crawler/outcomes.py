"""How a URL can end, and why: the enumerations that state, stats, reports and docs share."""

from enum import StrEnum


class Outcome(StrEnum):
    """The one end of a URL within a run."""

    DONE = "done"  # its links and its article, if it has one, are durable
    UNCHANGED = "unchanged"  # 304, or the same content as before
    DROPPED = "dropped"  # read, and kept out of the delivery (a copy, too thin, not an article)
    FILTERED = "filtered"  # never fetched: robots, guard, trap, budget
    FAILED = "failed"  # every attempt failed
    QUARANTINED = "quarantined"  # fetched, but broken or unsafe; kept aside
    GONE = "gone"  # 404 or 410


class Reason(StrEnum):
    """Why a URL ended as it did. One word each; docs/operations.md says what an operator does about it."""

    # done
    ARTICLE = "article"
    LISTING = "listing"
    NO_ARTICLE = "no_article"  # neither an article nor a listing: links followed, nothing else
    REDIRECTED = "redirected"  # the target is a frontier entry of its own
    CONTINUATION = "continuation"  # a further page of an article, read with its first
    # done: the page names an address as its own at which its article is known; filtered: the address is known under https
    # (or http), and asked only there unless that fails
    OTHER_SPELLING = "other_spelling"
    SOURCE = "source"  # sitemap or feed
    # unchanged
    NOT_MODIFIED = "not_modified"
    SAME_CONTENT = "same_content"
    # dropped
    INVALID = "invalid"  # the record does not validate
    EMPTY = "empty"
    TOO_SHORT = "too_short"
    NOT_FOUND_PAGE = "not_found_page"  # a soft 404
    LOGIN_WALL = "login_wall"
    BLOCKED = "blocked"  # captcha, rate limit page, "access denied"
    LISTING_TEXT = "listing_text"  # link list taken for an article
    SAMPLE_FULL = "sample_full"
    COPY_EXACT = "copy_exact"
    COPY_NEAR = "copy_near"
    # filtered
    ROBOTS = "robots"
    GUARD_SCHEME = "guard_scheme"
    GUARD_USERINFO = "guard_userinfo"
    GUARD_PORT = "guard_port"
    GUARD_ADDRESS = "guard_address"
    GUARD_SITE = "guard_site"
    TRAP = "trap"
    BUDGET_PAGES = "budget_pages"
    BUDGET_PATTERN = "budget_pattern"
    BUDGET_DEPTH = "budget_depth"
    PAGING_END = "paging_end"
    URL_INVALID = "url_invalid"
    # failed
    HTTP_ERROR = "http_error"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    TLS = "tls"
    DNS = "dns"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    RENDER_FAILED = "render_failed"
    RENDER_CRASHED = "render_crashed"  # it crashes the browser every time
    INTERNAL = "internal"  # a fault of ours; the log has the traceback
    # quarantined
    TOO_LARGE = "too_large"
    TOO_MANY_HEADERS = "too_many_headers"
    TOO_MANY_CODINGS = "too_many_codings"
    TOO_MANY_ATTRIBUTES = "too_many_attributes"
    TOO_MANY_NODES = "too_many_nodes"
    PARSE_DEPTH = "parse_depth"
    READ_TIMEOUT = "read_timeout"
    READ_MEMORY = "read_memory"
    INCOMPLETE = "incomplete"
    MOJIBAKE = "mojibake"
    NOT_HTML = "not_html"
    # gone
    HTTP_GONE = "http_gone"
