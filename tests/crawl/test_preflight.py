"""What a run needs is looked at before it starts: a fault is one line for the operator, not a failed crawl."""

import os
import re
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.exitcodes import CannotWriteError, Exit
from crawler.locks import LockHeldError, harvest_lock, is_held, site_lock
from crawler.preflight import PreflightError, check, check_site
from crawler.site import SiteSpider


class Paper(SiteSpider):
    """A site class without faults."""

    name = "paper"
    start_urls = ["https://paper.example/"]
    remove = ("div.ad > p", "#banner")
    article_urls = r"/\d+\.html$"


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ({"start_url": ["https://paper.example/"]}, "start_url: .* did you mean 'start_urls'"),
        ({"name": "My Paper"}, "name: 'My Paper': use lower-case letters"),
        ({"start_urls": []}, "start_urls: it is empty"),
        ({"start_urls": ["paper.example"]}, "start_urls: 'paper.example' is no web address"),
        ({"start_urls": "https://paper.example/"}, "start_urls: .* into brackets"),
        ({"allowed_hosts": ("https://cdn.example/",)}, "allowed_hosts: 'https://cdn.example/' is no host"),
        ({"remove": ("div[[",)}, "remove: 'div\\[\\[' is no CSS selector"),
        ({"remove": ".advert"}, "remove: .* into brackets"),  # a comma is easily forgotten
        ({"selectors": {"body": "div >"}}, "selectors\\['body'\\]: 'div >' is no CSS selector"),
        ({"selectors": {"autor": ".by"}}, "selectors\\['autor'\\]: no such field; did you mean 'author'"),
        ({"selectors": {"price": ".by"}}, ".* no such field; known: author, body, .*title"),
        ({"article_urls": "(/news/"}, "article_urls: .* is no pattern"),
        ({"timezone": "Europe/Londn"}, "timezone: .* did you mean 'Europe/London'"),
        ({"timezone": "Asia/Beijing"}, "timezone: 'Asia/Beijing' is no IANA name of a zone$"),
        ({"render": "allways"}, "render: 'allways' is none of auto, always, never"),
    ],
)
def test_a_fault_of_a_site_class_names_the_attribute(stated: dict[str, object], says: str) -> None:
    with pytest.raises(PreflightError, match=f"^(paper|My Paper): {says}") as raised:
        check_site(type("Faulty", (Paper,), stated)())
    assert raised.value.exit_code is Exit.CONFIG


def test_a_site_class_without_faults_passes() -> None:
    check_site(Paper())


def test_filter_files_must_be_there_and_be_text(tmp_path: Path) -> None:
    binary = tmp_path / "filters.bin"
    binary.write_bytes(b"\xff\xfe\x00##.ad")
    for path, why in ((tmp_path / "nowhere.txt", "No such file"), (binary, "not UTF-8 text")):
        with pytest.raises(PreflightError, match=why) as raised:
            check(Settings({"OUTPUT_DIR": str(tmp_path), "AD_FILTERS": [str(path)]}))
        assert raised.value.exit_code is Exit.CONFIG
        assert str(path) in str(raised.value)


@pytest.mark.parametrize("name", ["", "logs", "status"])
def test_what_cannot_be_written_is_named_with_what_to_do(name: str, tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / (name or "file")).write_text("")
    folder = tmp_path / "output" / (name or "file/output")
    output = folder.parent if name else folder
    with pytest.raises(CannotWriteError) as raised:
        check(Settings({"OUTPUT_DIR": str(output)}))
    assert re.fullmatch(f"cannot write to {folder}: .+; let this user write there, then run again", str(raised.value))
    assert raised.value.exit_code is Exit.CANNOT_WRITE


def test_a_lock_says_what_is_at_work(tmp_path: Path) -> None:
    for lock, words in (
        (harvest_lock(tmp_path), "a harvest is running"),
        (harvest_lock(tmp_path, "another harvest is running"), "another harvest is running"),
        (site_lock(tmp_path, "farm"), "farm is being harvested"),
    ):
        assert not is_held(lock)
        with lock:
            assert is_held(lock)
            with pytest.raises(LockHeldError) as raised:
                lock.__enter__()
        assert str(raised.value) == f"{words} (process {os.getpid()}): run again when it has ended"
        assert not is_held(lock)
