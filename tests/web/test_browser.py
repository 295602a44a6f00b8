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
from crawler.web.browser_sessions import Session

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
        assert self.browser.sessions.current is not None
        return self.browser.sessions.current.mark

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
        assert bench.browser.sessions.current is not None
        assert not bench.browser.sessions.current.chromium.contexts
    finally:
        bench.close()


SLOW = "<div id=app></div><script>setTimeout(() => app.innerHTML = '" + FILLED + "', 700)</script>"


async def _killed(bench: Bench, times: int) -> None:
    """Kill a browser as soon as it has loaded a page, and those that follow it, so many in all."""
    last = None
    for _ in range(times):
        while (session := bench.browser.sessions.current) is None or session is last or not _loaded(session):
            await asyncio.sleep(0.02)
        last = session
        os.kill(program.processes(session.mark)[0], signal.SIGKILL)


def _loaded(session: Session) -> bool:
    return any(page.url.startswith("http") for context in session.chromium.contexts for page in context.pages)


def test_a_browser_that_is_killed_again_and_again_loses_no_page_and_leaves_no_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crawler.web.browser._PAUSES", (0.0,) * 8)
    bench = Bench()

    async def harvested() -> list[str]:
        pages = [bench.browser.render(_document(SLOW)) for _ in range(3)]
        *filled, _ = await asyncio.gather(*pages, _killed(bench, 4))
        return [page.html for page in filled if page]

    html = bench.run(harvested())
    mark = bench.mark()
    bench.close()
    assert [page.count('<div id="app"><p>') for page in html] == [1, 1, 1]
    assert bench.count("starts") >= 4
    assert program.processes(mark) == []


def test_a_page_that_crashes_its_tab_costs_itself_alone_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.web.browser._PAUSES", (0.0,) * 8)
    bench = Bench()
    greedy = _document("<script>for (const all = [];;) all.push(new Array(1e7).fill(1.1))</script>")

    async def both() -> tuple[Any, ...]:
        pages = bench.browser.render(greedy), bench.browser.render(_document(SLOW))
        return tuple(await asyncio.gather(*pages, return_exceptions=True))

    try:
        failed, filled = bench.run(both())
        assert isinstance(failed, RenderError)
        assert failed.reason == "render_crashed"
        assert filled.html.count('<div id="app"><p>') == 1
        assert bench.count("starts") == 1
    finally:
        bench.close()


def test_a_browser_that_crashes_under_page_after_page_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.web.browser._PAUSES", (0.0,))
    monkeypatch.setattr("crawler.web.browser._CULPRITS", 2)
    bench = Bench()
    try:
        for _ in range(2):
            killing = bench.loop.create_task(_killed(bench, 2))
            with pytest.raises(RenderError, match="render_crashed"):
                bench.run(bench.browser.render(_document(SLOW)))
            bench.loop.run_until_complete(killing)
        with pytest.raises(NoBrowserError, match="page after page"):
            bench.render(FILLED)
    finally:
        bench.close()


@pytest.mark.parametrize("limits", [{"BROWSER_PAGES": 2}, {"BROWSER_MEMORY_MB": 1}], ids=["pages", "memory"])
def test_a_browser_is_started_anew_after_so_many_pages_or_megabytes(
    limits: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.web.browser_sessions._LOOK_AT_MEMORY", 2)
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
    ("path", "told"),
    [("/nowhere/chromium", "apt-get install chromium"), ("/bin/false", "does not start: .*exitCode=1")],
)
def test_without_a_chromium_the_error_says_what_to_do(path: str, told: str) -> None:
    bench = Bench(BROWSER_PATH=path)
    try:
        with pytest.raises(NoBrowserError, match=told):
            bench.render(FILLED)
        assert bench.browser.sessions.missing
    finally:
        bench.close()


def test_a_chromium_is_found_where_systems_keep_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    def program_at(name: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return str(path)

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(program, "_DEBIANS", "/nowhere")
    assert program.find_chromium("") is None
    found: Callable[[str], str | None] = lambda setting: program.find_chromium(setting, own)  # noqa: E731
    own = program_at("chromium-1/chrome-linux/chrome")
    assert found("") == own
    shell = program_at("chromium_headless_shell-1/chrome-linux/headless_shell")
    assert found("") == shell
    chrome = program_at("google-chrome")
    assert found("") == chrome
    debian = program_at("chromium")
    assert found("") == debian
    lean = program_at("chrome-headless-shell")
    assert found("") == lean
    assert found(chrome) == chrome
