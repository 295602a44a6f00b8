"""The commands around a crawl: what a maintainer, an operator and a data team type."""

import json
import re
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.commands.show import Command as Show
from crawler.exitcodes import Exit
from tests.crawl.harvesting import Ended, records, scrapy
from tests.farm import Farm, Server, serve


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(Farm(articles=14, seed=5, light=True, traps=False, second=False)) as running:
        yield running


@pytest.fixture(scope="module")
def article(server: Server) -> str:
    return next(str(gold["url"]) for gold in server.farm.gold() if gold["layout"] == "justnews")


@pytest.fixture(scope="module")
def harvested(server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    output = tmp_path_factory.mktemp("output")
    return output, scrapy(["harvest", "--url", f"{server.url}/", "-a", "name=farm"], output)


def test_a_feed_of_one_run_holds_the_records_as_delivered(server: Server, tmp_path: Path) -> None:
    feed = tmp_path / "run.jsonl"
    ended = scrapy(["crawl", "any", "-a", f"url={server.url}/", "-a", "name=farm", "-o", str(feed)], tmp_path)
    assert ended.code == Exit.OK, ended.err[-2000:]
    lines = [json.loads(line) for line in feed.read_text(encoding="utf-8").split("\n") if line]
    assert {line["id"]: line for line in lines} == {line["id"]: line for line in records(tmp_path, "farm")}


def test_harvest_says_in_two_lines_how_a_site_went_and_where_its_delivery_is(harvested: tuple[Path, Ended]) -> None:
    output, ended = harvested
    assert ended.code == Exit.OK, ended.err[-2000:]
    line, folder = ended.out.splitlines()
    assert re.match(r"farm: ok \(0\); \d+ pages, 14 articles, 0 copies, ", line)
    assert folder == f"delivery: {output / 'farm'}"


def test_harvest_leaves_a_heartbeat_status_and_metrics(harvested: tuple[Path, Ended]) -> None:
    output, _ = harvested
    assert json.loads((output / "state" / "heartbeat.json").read_text())["pid"] > 0
    (status,) = (output / "status").glob("*.json")
    assert json.loads(status.read_text())["phase"] == "closed"
    assert "winnow_" in status.with_suffix(".prom").read_text()


def test_the_state_is_for_its_owner_only(harvested: tuple[Path, Ended]) -> None:
    output, _ = harvested
    assert (output / "state" / "winnow.db").stat().st_mode & 0o077 == 0


def test_latest_writes_one_jsonl_of_current_articles(harvested: tuple[Path, Ended], tmp_path: Path) -> None:
    output, _ = harvested
    assert scrapy(["latest", str(output / "farm"), str(tmp_path / "now.jsonl")], output).code == Exit.OK
    lines = (tmp_path / "now.jsonl").read_text(encoding="utf-8").split("\n")
    assert len([json.loads(line) for line in lines if line]) == 14


def test_report_shows_the_runs(harvested: tuple[Path, Ended]) -> None:
    output, _ = harvested
    ended = scrapy(["report"], output)
    assert ended.code == Exit.OK
    site, run = ended.out.splitlines()
    assert site == "farm"
    assert " ok " in run
    assert "14 articles" in run


def test_a_harvest_of_nothing_says_what_to_do(tmp_path: Path) -> None:
    ended = scrapy(["harvest"], tmp_path)
    assert ended.code == Exit.USAGE
    assert "--url" in ended.err


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (["report"], Exit.USAGE, "nothing was harvested yet"),
        (["deliver", "nowhere"], Exit.USAGE, "nothing was harvested yet"),
        (["latest", "nowhere", "now.jsonl"], Exit.DAMAGED, "nowhere holds no delivery"),
        (["survey", "http://127.0.0.1:1/", "--write", "My Site"], Exit.USAGE, "lower-case letters"),
        (["harvest", "--url", "http://127.0.0.1:1/", "--time-budget", "0"], Exit.USAGE, "above 0"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_one_line_and_leaves_nothing(
    command: list[str], code: Exit, said: str, tmp_path: Path
) -> None:
    ended = scrapy(command, tmp_path)
    assert ended.code == code
    assert said in ended.err.splitlines()[-1]
    assert not list(tmp_path.iterdir())


def test_a_site_that_nobody_harvested_is_named_with_the_one_that_may_be_meant(harvested: tuple[Path, Ended]) -> None:
    output, _ = harvested
    for command in ("report", "deliver", "dedupe"):
        ended = scrapy([command, "fram"], output)
        assert ended.code == Exit.USAGE
        assert ended.err == "winnow: no site 'fram'; did you mean 'farm'?\n"


def test_show_names_fields_fates_and_removals(article: str, tmp_path: Path) -> None:
    ended = scrapy(["show", article], tmp_path)
    assert ended.code == Exit.OK, ended.err
    for word in ("title", "fate", "removed", "injected"):
        assert word in ended.out


def test_show_writes_a_page_to_look_at(article: str, tmp_path: Path) -> None:
    assert scrapy(["show", article, "--html", str(tmp_path / "page.html")], tmp_path).code == Exit.OK
    assert "<html" in (tmp_path / "page.html").read_text(encoding="utf-8").lower()


def test_show_reads_with_what_the_site_class_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "papers.py").write_text(
        "from crawler.site import SiteSpider\n\n\nclass Paper(SiteSpider):\n"
        "    name = 'paper'\n    start_urls = ['https://paper.example/']\n"
        "    selectors = {'author': '.who', 'source': '.from'}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    page = tmp_path / "page.html"
    page.write_text("<html><body><h1>Town row</h1><p class='who'>Ann Lee</p><p>The town has a row.</p></body></html>")
    settings = Settings({"SPIDER_MODULES": ["papers"], "OUTPUT_DIR": str(tmp_path), "STATE_URL": ""})
    given = Namespace(url="https://paper.example/1.html", html=None, render=False, no_profile=False)
    assert Show().work(settings, [str(page)], given) is Exit.OK
    said = capsys.readouterr().out
    assert f"with what {tmp_path / 'papers.py'} states" in said
    assert "nothing on this page is .from, the selector of source" in said
    assert re.search(r"authors\s+Ann Lee", said)


def test_show_refuses_private_addresses_unless_told(article: str, tmp_path: Path) -> None:
    ended = scrapy(["show", article], tmp_path, {"ALLOW_PRIVATE_ADDRESSES": ""})
    assert ended.code == Exit.UNREACHABLE
    assert "guard_address" in ended.err


def test_survey_says_what_repeats_and_writes_a_class_once(server: Server, tmp_path: Path) -> None:
    (tmp_path / "spiders").mkdir()
    (tmp_path / "tests" / "pages").mkdir(parents=True)
    command = ["survey", f"{server.url}/", "--write", "demo", "--into", str(tmp_path)]
    ended = scrapy(command, tmp_path)
    assert ended.code == Exit.OK, ended.err[-2000:]
    source = (tmp_path / "spiders" / "demo.py").read_text(encoding="utf-8")
    assert "class Demo(SiteSpider)" in source
    assert len(list((tmp_path / "tests" / "pages").iterdir())) == 4
    again = scrapy(command, tmp_path)
    assert again.code == Exit.USAGE
    assert "never overwrites" in again.err
    assert (tmp_path / "spiders" / "demo.py").read_text(encoding="utf-8") == source


def test_a_survey_that_finds_nothing_says_why(server: Server, tmp_path: Path) -> None:
    ended = scrapy(["survey", f"{server.url}/"], tmp_path, {"ALLOW_PRIVATE_ADDRESSES": ""})
    assert ended.code == Exit.UNREACHABLE
    assert "(filtered/guard_address" in ended.err


def test_dedupe_finds_nothing_to_take_back_after_a_good_harvest(harvested: tuple[Path, Ended]) -> None:
    output, _ = harvested
    ended = scrapy(["dedupe"], output)
    assert ended.code == Exit.OK, ended.err[-2000:]
    assert "0 articles retracted" in ended.out


def test_a_lost_state_is_rebuilt_from_the_deliveries(server: Server, tmp_path: Path) -> None:
    crawl = ["crawl", "any", "-a", f"url={server.url}/", "-a", "name=farm"]
    assert scrapy(crawl, tmp_path).code == Exit.OK
    for path in (tmp_path / "state").glob("winnow.db*"):
        path.unlink()
    assert scrapy(["rebuild"], tmp_path).code == Exit.OK
    assert scrapy(crawl, tmp_path).code == Exit.OK
    assert len(list((tmp_path / "farm").glob("part-*"))) == 1  # everything was known: nothing is delivered again
