"""Conditional requests: a page that was read before is only sent again when it changed."""

from scrapy import Request


class RevisitMiddleware:
    """Downloader middleware: puts the validators of the last visit into the request.

    `request.meta["validators"]` is (ETag, Last-Modified), each as it was served, or None.
    """

    def process_request(self, request: Request) -> None:
        """If-None-Match and If-Modified-Since (RFC 9110, 13.1)."""
        etag, last_modified = request.meta.get("validators") or (None, None)
        if etag:
            request.headers["If-None-Match"] = etag
        if last_modified:
            request.headers["If-Modified-Since"] = last_modified
