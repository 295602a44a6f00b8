"""The farm's server: what a crawler meets."""

import gzip
import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from tests.farm import Farm, Server, farm_process, serve


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(Farm(articles=60, seed=3)) as running:
        yield running


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_a_page_that_did_not_change_is_answered_304(server: Server) -> None:
    for url in (server.url + "/", server.farm.gold()[0]["url"]):
        _, headers, _ = fetch(url)
        for condition in (
            {"If_None_Match": headers["ETag"]},
            {"If_Modified_Since": headers["Last-Modified"]},
        ):
            status, _, body = fetch(url, **condition)
            assert (status, body) == (304, b"")
        assert fetch(url, If_None_Match='"other"')[0] == 200


def test_related_posts_come_in_another_order_while_the_etag_stays(server: Server) -> None:
    url = next(g["url"] for g in server.farm.gold() if g["layout"] == "justnews")
    answers = [fetch(url) for _ in range(5)]
    assert len({body for _, _, body in answers}) > 1
    assert len({headers["ETag"] for _, headers, _ in answers}) == 1
    assert len({bytes(sorted(body)) for _, _, body in answers}) == 1


def test_a_connection_serves_many_requests_and_head_has_no_body(server: Server) -> None:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    connection.request("GET", "/")
    length = len(connection.getresponse().read())
    first = connection.sock
    connection.request("HEAD", "/")
    answer = connection.getresponse()
    assert (answer.read(), int(answer.headers["Content-Length"])) == (b"", length)
    connection.request("GET", "/robots.txt")
    assert b"Disallow: /private/" in connection.getresponse().read()
    assert connection.sock is first
    connection.close()


def test_the_sitemap_leads_to_every_article_that_needs_no_browser(server: Server) -> None:
    found: set[str] = set()
    for base in (server.url, server.second_url):
        _, _, index = fetch(base + "/sitemap.xml")
        for part in index.decode().split("<loc>")[1:]:
            _, _, body = fetch(part.partition("</loc>")[0])
            found |= {row.partition("</loc>")[0] for row in gzip.decompress(body).decode().split("<loc>")[1:]}
    assert found == {g["url"] for g in server.farm.gold()}


def test_edited_removed_and_added_articles_change_what_is_served() -> None:
    farm = Farm(articles=40, seed=9, layouts=("justnews",), second=False)
    with serve(farm) as server:
        edited, gone, soft = (g for g in farm.gold()[5:20:5])
        _, before, _ = fetch(edited["url"])
        farm.edit(edited["id"])
        farm.remove(gone["id"], 410)
        farm.remove(soft["id"], 200)
        (new,) = farm.add(1)
        status, after, body = fetch(edited["url"], If_None_Match=before["ETag"])
        assert (status, after["ETag"] != before["ETag"]) == (200, True)
        text = farm.gold(lambda a: a.number == edited["id"])[0]["text"]
        assert len(text) > len(edited["text"])
        assert all(line in body.decode() for line in text.split("\n"))
        assert fetch(gone["url"])[0] == 410
        assert fetch(soft["url"])[0] == 200
        assert "页面不存在" in fetch(soft["url"])[2].decode()
        _, _, front = fetch(server.url + "/")
        assert front.decode().index(farm.url(farm.articles[new])) < front.decode().index(farm.url(farm.articles[40]))
        assert gone["url"] not in front.decode()


def test_faults_come_when_asked_for() -> None:
    with serve(Farm(articles=5, seed=1, second=False, fail_every=3)) as server:
        assert [fetch(server.url + "/")[0] for _ in range(6)] == [200, 200, 503, 200, 200, 503]
        assert server.count(503) == 2


def test_pages_are_compressed_when_asked_for_and_accepted() -> None:
    with serve(Farm(articles=5, seed=1, second=False, compress=True)) as server:
        _, plain, page = fetch(server.url + "/")
        _, headers, body = fetch(server.url + "/", Accept_Encoding="gzip")
        assert ("Content-Encoding" in plain, headers["Content-Encoding"]) == (False, "gzip")
        assert gzip.decompress(body) == page


def test_traps_have_no_end(server: Server) -> None:
    assert "/calendar/2031/01" in fetch(server.url + "/calendar/2030/12")[2].decode()
    assert "/roll/page/1000000" in fetch(server.url + "/roll/page/999999")[2].decode()
    first, second = (fetch(f"{server.url}/bbs/?sid={n}")[2] for n in "12")
    assert first != second
    assert fetch(server.url + "/docs/docs/files/docs/files/more/list.html")[0] == 200
    assert fetch(server.url + "/missing/1.html")[0] == 200
    assert fetch(server.url + "/no-such-page")[0] == 404


def test_the_farm_runs_in_a_process_of_its_own() -> None:
    farm = Farm(articles=12, seed=4)
    with farm_process("--articles", "12", "--seed", "4") as (first, second):
        farm.bind(first, second)
        gold = farm.gold()[3]
        assert gold["title"].encode() in fetch(gold["url"])[2]
