"""What pages try through a browser to reach inner addresses: nothing of it arrives."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import HtmlResponse, TextResponse
from scrapy.settings import BaseSettings

from crawler.reading.profile import Profile
from crawler.reading.reader import read
from crawler.reading.reading import Reading
from crawler.web.browser_errors import RenderError
from crawler.web.browser_need import Rendering
from tests.hostile.server import Asked, Hostile
from tests.web.test_browser import FILLED, SETTINGS, Bench, _document

pytestmark = pytest.mark.browser


class Inner:
    """A service that nobody may reach: it counts TCP connections and UDP packets at one port of 127.0.0.1 and 127.0.0.3."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        first = socket.create_server(("127.0.0.1", 0))
        self.port = first.getsockname()[1]
        self._sockets = [first, socket.create_server(("127.0.0.3", self.port))]
        for address in ("127.0.0.1", "127.0.0.3"):
            packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            packets.bind((address, self.port))
            self._sockets.append(packets)
        for number, listener in enumerate(self._sockets):
            threading.Thread(target=self._count, args=(listener, number < 2), daemon=True).start()

    def _count(self, listener: socket.socket, is_tcp: bool) -> None:
        with contextlib.suppress(OSError):  # closed: the test is over
            while True:
                if is_tcp:
                    connection, _ = listener.accept()
                    connection.settimeout(2)
                    try:
                        self.hits.append(f"tcp {connection.recv(80)!r}")
                    except TimeoutError:
                        self.hits.append("tcp, silent")
                    connection.close()
                else:
                    self.hits.append(f"udp {listener.recv(80)!r}")

    def close(self) -> None:
        for listener in self._sockets:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


@pytest.fixture(scope="module")
def inner() -> Iterator[Inner]:
    service = Inner()
    yield service
    service.close()


async def _answer(asked: Asked) -> None:
    """The site's own server: redirects wherever it is told, and gives scripts."""
    if asked.target.startswith("/to/"):
        await asked.reply(status="302 Found", Location=asked.target[4:])
    elif asked.target == "/busy":
        await asked.reply(status="503 Service Unavailable")
    elif asked.target == "/large.js":
        await asked.reply(b"document.title = 'large';" + b" " * 300_000, kind="application/javascript")
    elif asked.target.endswith(".js"):
        await asked.reply(b"document.title = 'script of the site'", kind="application/javascript")
    else:
        await asked.reply(b'{"ok": true}', kind="application/json", Access_Control_Allow_Origin="*")


ATTACKS = {
    "elements": """<script src="{u}/s.js"></script><iframe src="{u}/frame"></iframe><img src="{u}/i.png"><embed src="{u}/e.swf">
        <object data="{u}/o"></object><link rel=stylesheet href="{u}/c.css"><link rel=preconnect href="{u}"><link rel=prefetch
        href="{u}/p"><link rel=dns-prefetch href="{u}"><link rel=modulepreload href="{u}/m.js"><video src="{u}/v.mp4"></video>
        <iframe srcdoc="<script src='{u}/nested.js'></script>"></iframe><script type=module src="{u}/module.js"></script>""",
    "calls": """<script>fetch("{u}/fetch").catch(() => 0); fetch("{u}/post", {{method: "POST", body: "x"}}).catch(() => 0);
        fetch("{u}/put", {{method: "PUT", headers: {{"x-a": "b"}}}}).catch(() => 0);
        var x = new XMLHttpRequest(); x.open("GET", "{u}/xhr"); x.send(); navigator.sendBeacon("{u}/beacon", "x");
        new EventSource("{u}/events"); import("{u}/imported.js").catch(() => 0);</script>""",
    "sockets": """<script>for (const make of [() => new WebSocket("{w}/socket"), () => new WebTransport("{s}/transport"),
        () => {{ const r = new RTCPeerConnection({{iceServers: [{{urls: "stun:{a}"}}]}}); r.createDataChannel("x");
        r.createOffer().then(o => r.setLocalDescription(o)); }}]) try {{ make() }} catch (error) {{}}
        const f = document.createElement("iframe"); document.body.append(f);
        try {{ new f.contentWindow.WebSocket("{w}/framed") }} catch (error) {{}}
        try {{ const r = new f.contentWindow.RTCPeerConnection({{iceServers: [{{urls: "stun:{a}"}}]}});
        r.createDataChannel("x"); r.createOffer().then(o => r.setLocalDescription(o)); }} catch (error) {{}}</script>""",
    "workers": """<script>new Worker(URL.createObjectURL(new Blob([`fetch("{u}/worker").catch(() => 0);
        new WebSocket("{w}/worker"); importScripts("{u}/import.js")`])));
        new SharedWorker(URL.createObjectURL(new Blob([`fetch("{u}/shared").catch(() => 0); new WebSocket("{w}/shared")`])));
        navigator.serviceWorker && navigator.serviceWorker.register("/sw.js").catch(() => 0)</script>""",
    "moves": """<form id=f method=post action="{u}/form" target=_blank></form><a id=a href="{u}/blank" target=_blank ping="{u}/ping">x</a>
        <script>f.submit(); a.click(); window.open("{u}/open"); setTimeout(() => location = "{u}/moved", 200)</script>""",
    "redirects": """<script src="/to/{u}/redirected.js"></script><script>fetch("/to/{u}/fetched").catch(() => 0);
        fetch("/to//to/{u}/twice").catch(() => 0);</script><iframe src="/to/{u}/frame"></iframe>""",
    "schemes": """<iframe src="file:///etc/passwd"></iframe><script src="file:///etc/hostname"></script>
        <iframe src="ftp://{a}/"></iframe><iframe src="chrome://version"></iframe><iframe src="view-source:{u}"></iframe>
        <script>fetch("file:///etc/passwd").then(a => a.text()).then(t => document.body.append(t)).catch(() => 0)</script>""",
    "styles": """<style>@import url("{u}/imported.css"); @font-face {{ font-family: f; src: url("{u}/f.woff2") }}
        p {{ background: url("{u}/b.png"); font-family: f; cursor: url("{u}/c.cur"), auto }}</style>
        <p style="background-image: url('{u}/s.png')">x</p><svg width=9 height=9><image href="{u}/svg.png" width=9 height=9 />
        <use href="{u}/sprite.svg#a" /></svg><input type=image src="{u}/input.png"><img srcset="{u}/set.png 2x">
        <video poster="{u}/poster.png"><track default src="{u}/t.vtt"></video><script>
        new FontFace("g", "url({u}/g.woff2)").load().catch(() => 0); new Image().src = "{u}/made.png";
        CSS.paintWorklet && CSS.paintWorklet.addModule("{u}/paint.js").catch(() => 0);
        new Audio("{u}/a.mp3").play().catch(() => 0)</script>""",
    "documents": """<script>const inner = `<base href="{u}/"><meta http-equiv=refresh content="0;url={u}/refreshed">
        <script src="{u}/in.js"><\\/script><img src="relative.png"><p>inner</p>`;
        for (const url of [URL.createObjectURL(new Blob([inner], {{type: "text/html"}})), "data:text/html," + inner,
        "javascript:" + JSON.stringify(inner)]) {{
        const f = document.createElement("iframe"); f.src = url; document.body.append(f) }}
        document.head.insertAdjacentHTML("beforeend", `<meta http-equiv=refresh content="0;url={u}/top">`);
        new Worker("/to/{u}/worker.js"); new SharedWorker("/to/{u}/shared.js");
        const g = document.createElement("form"); g.action = "{u}/get"; document.body.append(g); g.submit()</script>""",
    "speculation": """<script type=speculationrules>{{"prefetch": [{{"source": "list", "urls": ["{u}/pf"], "eagerness": "immediate"}}],
        "prerender": [{{"source": "list", "urls": ["{u}/pr", "/to/{u}/own"], "eagerness": "immediate"}}]}}</script>
        <link rel=prerender href="{u}/old"><link rel=preload as=fetch href="{u}/pl"><link rel=icon href="{u}/icon.ico">
        <link rel=manifest href="{u}/m.json"><script>fetch("{u}/alive", {{keepalive: true}}).catch(() => 0);
        window.fetchLater && fetchLater("{u}/later", {{activateAfter: 0}}); navigator.sendBeacon("{u}/beacon")</script>""",
}
# What the answer of a document itself may ask a browser to do.
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "img-src 'none'; report-uri {u}/csp; report-to inner",
    "Link": "<{u}/h.js>; rel=preload; as=script, <{u}>; rel=preconnect, <{u}/h.css>; rel=stylesheet",
    "NEL": '{{"report_to": "inner", "max_age": 1000, "success_fraction": 1.0}}',
    "Refresh": "0;url={u}/refresh",
    "Report-To": '{{"group": "inner", "max_age": 1000, "endpoints": [{{"url": "{u}/report"}}]}}',
    "Reporting-Endpoints": 'inner="{u}/report", default="{u}/report"',
    "Speculation-Rules": '"{u}/rules.json"',
}


@pytest.fixture(scope="module")
def site() -> Iterator[Hostile]:
    with Hostile(_answer) as server:
        yield server


@pytest.fixture(scope="module")
def bench(site: Hostile) -> Iterator[Bench]:
    opened = Bench(hosts=(f"127.0.0.1:{site.port}",))
    yield opened
    opened.close()


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_request_of_a_page_reaches_an_inner_address(attack: str, inner: Inner, site: Hostile, bench: Bench) -> None:
    html = ""
    for host in ("127.0.0.1", "127.0.0.3", "localhost", "2130706433", "[::ffff:127.0.0.1]"):
        address = f"{host}:{inner.port}"
        html += (
            ATTACKS[attack]
            .format(u=f"http://{address}", w=f"ws://{address}", s=f"https://{address}", a=address)
            .replace("id=f ", "")
            .replace("id=a ", "")
            .replace("<script>f.submit(); a.click();", "<script>document.forms[0].submit();")
        )
    document = _document(FILLED + html, site.url("/page"))
    rendered = bench.run(bench.browser.render(document))
    assert "这是由脚本写进来的一段话" in rendered.html
    assert "root:" not in rendered.html
    assert inner.hits == []
    if attack in {"elements", "calls", "redirects"}:
        assert bench.count("refused/guard_address") + bench.count("refused/guard_port") >= 5


def test_no_header_of_a_document_makes_the_browser_reach_an_inner_address(
    inner: Inner, site: Hostile, bench: Bench
) -> None:
    headers = {name: value.format(u=f"http://127.0.0.1:{inner.port}") for name, value in HEADERS.items()}
    body = f"{FILLED}<img src='/x.png'><script>document.title = 'run'</script>".encode()
    rendered = bench.run(bench.browser.render(HtmlResponse(site.url("/page"), body=body, headers=headers)))
    assert "<title>run</title>" in rendered.html
    assert inner.hits == []


def test_the_sites_own_scripts_and_calls_are_answered(site: Hostile, bench: Bench) -> None:
    """What is refused above is refused for its address: the same requests to the site itself arrive."""
    page = (
        FILLED
        + """<script src="/own.js"></script><p id=p></p>
        <script>fetch("/to//api").then(a => a.json()).then(d => p.textContent = "called " + d.ok)</script>"""
    )
    html = bench.run(bench.browser.render(_document(page, site.url("/page")))).html
    assert "script of the site" in html
    assert "called true" in html


def test_a_shell_whose_site_was_busy_is_tried_again_and_its_plain_page_taken_at_the_last(
    site: Hostile,
) -> None:
    shell = "<div id=app></div><script>fetch('/busy').then(a => a.json()).then(d => app.textContent = d)</script>"
    response = _document(shell, site.url("/news/1"))
    settings = BaseSettings(SETTINGS | {"ATTEMPTS_MAX": 2, "BROWSER_MORE": 1, "DOWNLOAD_DELAY": 0})
    rendering = Rendering("auto", settings, (f"127.0.0.1:{site.port}",), None, {})

    async def reading_of(page: TextResponse) -> Reading:
        return read(page.body, page.url, {}, Profile(), datetime(2026, 11, 24, tzinfo=UTC))

    async def tried_twice() -> None:
        plain = await reading_of(response)
        lease: Any = SimpleNamespace(kind="article", attempts=0, host="a", pattern="a/news/#", key=b"1234")
        with pytest.raises(RenderError, match="1 requests of the page were not answered"):
            await rendering.improved(response, plain, lease, Profile(), reading_of)
        lease.attempts = 1
        assert await rendering.improved(response, plain, lease, Profile(), reading_of) == (response, plain)
        await rendering.close()

    asyncio.run(tried_twice())


def test_names_that_lead_to_inner_addresses_are_refused_when_the_connection_is_made(
    inner: Inner, site: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = socket.getaddrinfo

    def rebound(host: object, *args: object, **kwargs: object) -> object:
        return resolve("127.0.0.3" if host == "harmless.example" else host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    bench = Bench(hosts=(f"127.0.0.1:{site.port}",), ALLOWED_PORTS=[inner.port])
    try:
        page = f"{FILLED}<script src='http://harmless.example:{inner.port}/x.js'></script>"
        assert "这是由脚本写进来的一段话" in bench.render(page, url=site.url("/page"))
        assert bench.count("refused/guard_address") == 1
        assert inner.hits == []
    finally:
        bench.close()


def test_an_answer_beyond_the_size_limit_is_not_handed_to_the_page(site: Hostile) -> None:
    bench = Bench(hosts=(f"127.0.0.1:{site.port}",), DOWNLOAD_MAXSIZE=200_000)
    try:
        page = FILLED + '<script src="/own.js"></script><script src="/large.js"></script>'
        assert "<title>script of the site</title>" in bench.render(page, url=site.url("/page"))
        assert bench.count("network_errors/too_large") == 1
    finally:
        bench.close()
