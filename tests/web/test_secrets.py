"""Secrets never reach a log handler."""

import io
import logging
from collections.abc import Iterator

import pytest

from crawler.web.secrets import mask_logs, masked

SECRET = "hunter2SECRET"
LINES = [
    f"Crawled http://user:{SECRET}@a.cn/x",
    f"proxy http://{SECRET}@10.0.0.1:3128",
    f"{{'HTTPAUTH_PASS': '{SECRET}', 'BOT_NAME': 'winnow'}}",
    f"'AWS_SECRET_ACCESS_KEY': '{SECRET}'",
    f"Authorization: Basic {SECRET}",
    f"{{b'Proxy-Authorization': [b'Basic {SECRET}']}}",
    f"GET http://a.cn/?access_token={SECRET}&x=1",
    f"GET http://a.cn/?api_key={SECRET}",
    f"STATE_URL=postgresql+psycopg://winnow:{SECRET}@db/winnow",
    f"Cookie: session={SECRET}; x=2",
    f"password={SECRET}",
]
HARMLESS = [
    "Author: 李四，编辑：王五",
    "Crawled (200) <GET http://a.cn/2024/05/token-economy.html>",
    "'LOG_LEVEL': 'INFO', 'TELNETCONSOLE_ENABLED': False",
    "mail to a@b.cn about http://a.cn/@user/post",
    "discovered 13 = done 1 + dropped 10",
]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    factory = logging.getLogRecordFactory()
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("secrets-test")
    logger.addHandler(handler)
    logger.propagate = False
    mask_logs()
    mask_logs()
    yield stream
    logger.removeHandler(handler)
    logging.setLogRecordFactory(factory)


@pytest.mark.parametrize("line", LINES)
def test_a_secret_is_masked(line: str) -> None:
    assert SECRET not in masked(line)
    assert "***" in masked(line)


@pytest.mark.parametrize("line", HARMLESS)
def test_what_is_no_secret_stays(line: str) -> None:
    assert masked(line) == line


def test_arguments_and_tracebacks_of_records_are_masked(log: io.StringIO) -> None:
    logger = logging.getLogger("secrets-test")
    logger.warning("asked %s for %r", f"http://u:{SECRET}@a.cn/", {"auth_token": SECRET})
    try:
        int(f"http://u:{SECRET}@a.cn/")
    except ValueError:
        logger.exception("failed")
    assert SECRET not in log.getvalue()
    assert "ValueError" in log.getvalue()
