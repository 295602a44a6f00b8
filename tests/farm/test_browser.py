"""The part of the farm that needs a browser, read by a real one."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from crawler.web.browser_program import find_chromium
from tests.farm import Farm, Server, serve


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(Farm(articles=20, seed=5, browser=9)) as running:
        yield running


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with sync_playwright() as playwright:
        path = find_chromium("", playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


@pytest.mark.browser
def test_a_shell_shows_its_articles_to_a_browser_only(server: Server, tab: Page) -> None:
    for layout in ("vue", "react", "state"):
        gold = next(g for g in server.farm.gold() if g["layout"] == layout)
        tab.goto(gold["url"], wait_until="networkidle")
        shown = tab.inner_text("body")
        assert all(line in shown for line in [gold["title"], *gold["text"].split("\n")])
        raw = tab.request.get(gold["url"]).text()
        assert gold["title"] not in raw
        assert gold["needs_browser"]


@pytest.mark.browser
def test_hidden_text_becomes_visible(server: Server, tab: Page) -> None:
    gold = next(g for g in server.farm.gold() if g["layout"] == "wechat")
    tab.goto(gold["url"], wait_until="networkidle")
    assert gold["text"].split("\n")[0] in tab.inner_text("#js_content")
    assert 'id="js_content" style="visibility: hidden; opacity: 0;"' in tab.request.get(gold["url"]).text()


@pytest.mark.browser
def test_lists_grow_by_scrolling_and_by_a_button(server: Server, tab: Page) -> None:
    for path, layout in (("/scroll/", "scroll"), ("/more/", "more")):
        wanted = {g["url"] for g in server.farm.gold() if g["layout"] == layout}
        tab.goto(server.url + path, wait_until="networkidle")
        assert tab.locator("#list a").count() < len(wanted)
        for _ in range(10):
            tab.evaluate("window.scrollTo(0, document.body.scrollHeight)")
            if tab.locator(".load-more").count():
                tab.locator(".load-more").click()
            tab.wait_for_load_state("networkidle")
            tab.wait_for_timeout(50)
        assert {a.get_attribute("href") for a in tab.locator("#list a").all()} == wanted
