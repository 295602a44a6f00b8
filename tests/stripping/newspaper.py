"""Small newspapers on loopback for crawls: pages are a dict that a test may change between two runs."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.farm.articles import Section, write_article
from tests.farm.farm import NOW, site_data


class Newspaper:
    """The pages of one host, and how often each was asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pages: dict[str, str] = {}
        self.hits: Counter[str] = Counter()

    def front(self, paths: list[str]) -> None:
        """A front page that lists these articles."""
        links = "".join(f'<li><a href="{path}">{story(int(path.split("/")[-1][:-5]))[0]}</a></li>' for path in paths)
        self.pages["/"] = f"<html><head><title>首页</title></head><body><ul class='list'>{links}</ul></body></html>"


@contextmanager
def newspaper(address: str = "127.0.0.1") -> Iterator[Newspaper]:
    """Serves on a free port of a loopback address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paper.hits[self.path] += 1
            html = paper.pages.get(self.path)
            body = (html or "not here").encode()
            self.send_response(200 if html else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((address, 0), Handler)
    paper = Newspaper(f"http://{address}:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield paper
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def story(number: int) -> tuple[str, list[str]]:
    """Title and paragraphs of a number."""
    topics = [section for section in site_data()["section"] if section["layout"] == "justnews"]
    section = Section(**topics[number % len(topics)])
    written = write_article(6_000_000, number, section, NOW - timedelta(days=number), "head")
    return written.title, [line.text for line in written.lines if line.is_article]


def page(
    number: int, suffix: str, *, og: str = "", paragraphs: list[str] | None = None, box: str = "article-content"
) -> str:
    """An article's page: `suffix` behind its title, `og` as og:site_name."""
    title, texts = story(number)
    body = "".join(f"<p>{text}</p>" for text in paragraphs or texts)
    meta = f'<meta property="og:site_name" content="{og}">' if og else ""
    return (
        f"<html><head><title>{title}{suffix}</title>{meta}</head><body><div class='nav'><a href='/'>首页</a></div>"
        f"<div class='main'><h1>{title}</h1><p class='time'>2026-05-{number % 28 + 1:02d} 10:00</p><div class='{box}'>{body}</div></div></body></html>"
    )
