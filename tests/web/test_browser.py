"""The browser itself: what it fills, what it refuses, and that it comes back from whatever a page or a kill does to it."""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Iterator
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from scrapy.http import HtmlResponse
from scrapy.settings import BaseSettings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.web import browser_program as program
from crawler.web.browser import Browser
from crawler.web.browser_data import Growth
from crawler.web.browser_errors import NoBrowserError, RenderError

pytestmark = pytest.mark.browser

T = TypeVar("T")
SETTINGS = {
    "ALLOW_PRIVATE_ADDRESSES": ["127.0.0.0/8"],
    "BROWSER_MEMORY_MB": 4000,
    "BROWSER_PAGES": 100,
    "BROWSER_TABS": 2,
    "BROWSER_TIMEOUT": 20,
    "DOWNLOAD_MAXSIZE": 8 * 1024 * 1024,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "USER_AGENT": "winnow/0.1 (+test)",
}
FILLED = "<p>" + "这是由脚本写进来的一段话。" * 30 + "</p>"


class Bench:
    """A browser and the loop it lives in."""

    def __init__(self, hosts: tuple[str, ...] = ("127.0.0.1:9",), **settings: Any) -> None:
        self.loop = asyncio.new_event_loop()
        self.stats = MemoryStatsCollector(SimpleNamespace(settings=BaseSettings({"STATS_DUMP": False})))  # type: ignore[arg-type]
        self.browser = Browser(BaseSettings(SETTINGS | settings), hosts, self.stats)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def render(self, html: str, growth: Growth | None = None, url: str = "http://127.0.0.1:9/page") -> str:
        return self.run(self.browser.render(_document(html, url), growth)).html

    def count(self, name: str) -> int:
        return int(self.stats.get_value(f"winnow/browser/{name}", 0))

    def mark(self) -> str:
        assert self.browser._session is not None
        return self.browser._session.mark

    def close(self) -> None:
        self.run(self.browser.close())
        self.loop.close()


def _document(html: str, url: str = "http://127.0.0.1:9/page") -> HtmlResponse:
    return HtmlResponse(url, body=html.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    opened = Bench()
    yield opened
    opened.close()


def test_scripts_fill_the_page_and_nothing_is_asked_for_again(bench: Bench) -> None:
    html = bench.render(f"<div id=app></div><script>setTimeout(() => app.innerHTML = '{FILLED}', 200)</script>")
    assert "这是由脚本写进来的一段话" in html
    assert bench.count("requests") == 0


def test_dialogs_windows_and_downloads_do_not_hold_a_page(bench: Bench) -> None:
    html = bench.render(
        f"""<div id=app></div><a id=file href="data:text/plain,x" download="x.txt">x</a><script>
        alert("打开APP"); confirm("看广告"); window.open("/advert"); file.click();
        app.innerHTML = '{FILLED}';</script>"""
    )
    assert "这是由脚本写进来的一段话" in html
    assert bench.count("dialogs") >= 2


def test_pages_share_no_cookies_and_no_storage(bench: Bench) -> None:
    bench.render("<script>document.cookie = 'seen=1; path=/'; localStorage.seen = 1</script>" + FILLED)
    html = bench.render(
        f"<p id=p></p>{FILLED}<script>p.textContent = `[${{document.cookie}}|${{localStorage.seen}}]`</script>"
    )
    assert "[|undefined]" in html


def test_images_fonts_and_trackers_are_not_loaded_and_faults_are_counted(bench: Bench) -> None:
    before = {name: bench.count(name) for name in ("blocked/image", "blocked/tracker", "console_errors", "page_errors")}
    html = bench.render(
        """<img src="/banner.jpg"><script src="https://www.google-analytics.com/analytics.js"></script>
        <script src="/js/track.js"></script><link rel=stylesheet href="/a.css" onload="document.title = 'styled'">
        <script>console.error("x"); setTimeout(() => { throw new Error("y") }, 1)</script>"""
        + FILLED
    )
    assert "<title>styled</title>" in html
    assert bench.count("blocked/tracker") == before["blocked/tracker"] + 2
    assert bench.count("console_errors") > before["console_errors"]
    assert bench.count("page_errors") == before["page_errors"] + 1
    assert bench.count("blocked/stylesheet") == 1


def test_a_list_is_followed_by_its_button_to_a_budget_and_links_are_not_clicked(bench: Bench) -> None:
    page = f"""{FILLED}<ul id=l></ul><a href="/elsewhere">加载更多</a><a id=more href="javascript:;">加载更多</a><script>
        more.onclick = () => l.insertAdjacentHTML("beforeend", `<li><a href="/${{l.children.length}}">x</a></li>`);</script>"""
    template = page.count("<li>")  # in the script itself
    assert bench.render(page, Growth(rounds=3)).count("<li>") == template + 3
    assert bench.render(page).count("<li>") == template


def test_a_script_that_moves_the_tab_is_not_followed_but_told(bench: Bench) -> None:
    for script in ("location.href = '/elsewhere'", "setTimeout(() => location.replace('/elsewhere'), 300)"):
        rendered = bench.run(bench.browser.render(_document(f"{FILLED}<script>{script}</script>")))
        assert rendered.moved == "http://127.0.0.1:9/elsewhere"
        assert "这是由脚本写进来的一段话" in rendered.html


def test_a_page_that_never_ends_costs_its_time_and_the_next_one_is_rendered() -> None:
    bench = Bench(BROWSER_TIMEOUT=2)
    try:
        with pytest.raises(RenderError):
            bench.render("<p>x</p><script>while (true) {}</script>")
        bench.browser._timeout = 20
        assert "这是由脚本写进来的一段话" in bench.render(FILLED)
        assert bench.browser._session is not None
        assert not bench.browser._session.chromium.contexts
    finally:
        bench.close()


def test_a_killed_browser_costs_one_page_one_more_attempt_and_no_process_stays() -> None:
    bench = Bench()
    slow = "<div id=app></div><script>setTimeout(() => app.innerHTML = '" + FILLED + "', 1500)</script>"

    async def killed() -> str:
        pages = [asyncio.ensure_future(bench.browser.render(_document(slow))) for _ in range(2)]
        while not (bench.browser._session and bench.browser._session.chromium.contexts):
            await asyncio.sleep(0.05)
        os.kill(program.processes(bench.mark())[0], signal.SIGKILL)
        return "".join([page.html for page in await asyncio.gather(*pages)])

    html = bench.run(killed())
    mark = bench.mark()
    bench.close()
    assert html.count('<div id="app"><p>') == 2
    assert bench.count("starts") == 2
    assert program.processes(mark) == []


@pytest.mark.parametrize("limits", [{"BROWSER_PAGES": 2}, {"BROWSER_MEMORY_MB": 1}], ids=["pages", "memory"])
def test_a_browser_is_started_anew_after_so_many_pages_or_megabytes(
    limits: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.web.browser._LOOK_AT_MEMORY", 2)
    bench = Bench(**limits)
    marks = []
    try:
        for _ in range(3):
            bench.render(FILLED)
            marks.append(bench.mark())
        assert marks[0] == marks[1] != marks[2]
        assert program.processes(marks[0]) == []
    finally:
        bench.close()


@pytest.mark.parametrize(
    ("path", "told"), [("/nowhere/chromium", "apt-get install chromium"), ("/bin/false", "does not start")]
)
def test_without_a_chromium_the_error_says_what_to_do(path: str, told: str) -> None:
    bench = Bench(BROWSER_PATH=path)
    try:
        with pytest.raises(NoBrowserError, match=told):
            bench.render(FILLED)
        assert bench.browser.is_missing
    finally:
        bench.close()


def test_a_chromium_is_found_where_systems_keep_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    def program_at(name: str) -> str:
        path = tmp_path / name
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return str(path)

    monkeypatch.setenv("PATH", str(tmp_path))
    assert program.find_chromium("") is None
    found: Callable[[str], str | None] = lambda setting: program.find_chromium(setting, own)  # noqa: E731
    own = program_at("own")
    assert found("") == own
    chrome = program_at("google-chrome")
    assert found("") == chrome
    debian = program_at("chromium")
    assert found("") == debian
    assert found(chrome) == chrome
