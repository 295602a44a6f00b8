"""Pages that show no article and carry it as data for their scripts."""

import html
import json
import time

import pytest

from crawler.reading.body import find_body
from crawler.reading.page import Page
from crawler.reading.profile import Profile
from tests.reading.test_body import SENTENCES, TITLE

MARKUP = "".join(f"<p>{text}</p>" for text in SENTENCES)
OTHER = "".join(f"<p>{text}</p>" for text in SENTENCES[::-1][:2])


def escaped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


FORMS = {
    "next_data": f"<div id='__next'></div><script id='__NEXT_DATA__' type='application/json'>"
    f"{escaped({'props': {'article': {'title': TITLE, 'content': MARKUP}, 'more': [{'content': OTHER}]}})}</script>",
    "stream_of_next": f"<script>self.__next_f.push([1,{escaped('24:T5a,' + MARKUP)}])</script>",
    "state_inside_a_string": f"<div id='app'></div><script>window.__STATE__ = JSON.parse({escaped(escaped({'body': MARKUP}))})</script>",
    "entities": f"<script>var BASE_DATA = {{articleInfo: {{title: '{TITLE}', content: '{html.escape(json.dumps(MARKUP, ensure_ascii=False))}'}}}}</script>",
    "single_quotes": f"<script>window.page = {{'html': '{MARKUP}'}}</script>",
    "json_ld_markup": f"<script type='application/ld+json'>{escaped({'@type': 'NewsArticle', 'articleBody': MARKUP})}</script>",
    "json_ld_lines": "<script type='application/ld+json'>"
    + escaped({"@type": "NewsArticle", "articleBody": "\n".join(SENTENCES)})
    + "</script>",
}


def page(data: str, shown: str = "") -> Page:
    return Page(f"<html><head><title>{TITLE}</title></head><body>{shown}{data}</body></html>", "http://h.example/1")


def chosen(found: Page) -> list[str]:
    return [found.blocks[i].text for i in find_body(found, Profile()).indices]


@pytest.mark.parametrize("form", FORMS)
def test_article_in_the_data_of_scripts_is_read(form: str) -> None:
    assert chosen(page(FORMS[form]))[-len(SENTENCES) :] == list(SENTENCES)


def test_data_beside_a_shown_article_is_not_read_twice() -> None:
    found = page(FORMS["next_data"], f"<h1>{TITLE}</h1><div class='content'>{MARKUP}</div>")
    assert chosen(found) == list(SENTENCES)


def test_markup_that_breaks_a_limit_is_left_alone() -> None:
    bomb = f"<p {'a=1 ' * 6000}>" + MARKUP
    assert chosen(page(f"<script>var a = {escaped({'b': bomb})}</script>")) == []


@pytest.mark.parametrize("piece", ["'<p<p <p", '"<p>\\', "'<p>", '"\\u003cp', '{"a":"<p>"},', "\\\\\\'<br>"])
def test_any_script_is_searched_in_linear_time(piece: str) -> None:
    started = time.process_time()
    page(f"<script>{piece * (1_000_000 // len(piece))}</script>")
    assert time.process_time() - started < 2
