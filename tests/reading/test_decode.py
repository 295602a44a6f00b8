"""Bytes become text: by BOM, validity, claims and detection, in that order of trust."""

import pytest

from crawler.reading.decode import decode

STORY = (
    "市政府昨天宣布，新的图书馆将于明年春天开放，预计每年接待读者三十万人次。负责人说，这是全市人民等待多年的好消息。"
    * 3
)
TRADITIONAL = (
    "市政府昨天宣布，新的圖書館將於明年春天開放，預計每年接待讀者三十萬人次。負責人說，這是全市人民等待多年的好消息。"
    * 3
)
JAPANESE = (
    "市は昨日、新しい図書館が来年の春に開館すると発表しました。年間三十万人の利用を見込んでいるということです。" * 3
)


def page(text: str, charset: str | None) -> str:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""
    return f"<html><head>{meta}<title>t</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "codec", "claim"),
    [
        (STORY, "gbk", "gb2312"),
        (STORY, "gb18030", "gbk"),
        (TRADITIONAL, "big5", "big5"),
        (JAPANESE, "cp932", "shift_jis"),
        (JAPANESE, "euc-jp", "euc-jp"),
        (STORY, "utf-8", "utf-8"),
    ],
)
def test_page_is_read_by_its_meta(text: str, codec: str, claim: str) -> None:
    decoded = decode(page(text, claim).encode(codec), None)
    assert text in decoded.text
    assert decoded.problem is None


@pytest.mark.parametrize(
    ("text", "codec"), [(STORY, "gbk"), (TRADITIONAL, "big5"), (STORY, "utf-8"), (JAPANESE, "cp932")]
)
def test_page_without_any_claim_is_detected(text: str, codec: str) -> None:
    assert text in decode(page(text, None).encode(codec), None).text


@pytest.mark.parametrize("header", ["iso-8859-1", "utf-8", "windows-1252", "no-such-charset", "rot13", ""])
def test_wrong_header_does_not_win_against_gbk_bytes(header: str) -> None:
    decoded = decode(page(STORY, None).encode("gbk"), header)
    assert STORY in decoded.text
    assert decoded.encoding == "gb18030"


def test_gb2312_in_the_meta_does_not_win_against_utf8_bytes() -> None:
    assert STORY in decode(page(STORY, "gb2312").encode(), "gbk").text


def test_gb2312_is_read_as_its_superset() -> None:
    text = STORY + "朱镕基、喆、€，以及𠮷。"
    assert text in decode(page(text, "gb2312").encode("gb18030"), "gb2312").text


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_wins_and_goes(codec: str) -> None:
    decoded = decode(page(STORY, "gbk").encode(codec), "gbk")
    assert decoded.text.startswith("<html>")
    assert STORY in decoded.text


def test_some_broken_bytes_leave_a_utf8_page_utf8() -> None:
    body = page(STORY, "utf-8").encode().replace("图书馆".encode(), "图书馆".encode()[:-1], 1)
    decoded = decode(body, None)
    assert decoded.encoding == "utf-8"
    assert decoded.problem is None


def test_western_quotes_of_windows_1252_are_read() -> None:
    body = page("It’s a “quoted” word – and a café.", None).encode("cp1252")
    assert "It’s a “quoted” word – and a café." in decode(body, "utf-8").text


@pytest.mark.parametrize(
    "broken",
    [
        STORY.encode().decode("gb18030", "replace"),
        STORY.encode().decode("latin-1"),
        "锟斤拷" * 20,
        "caf\ufffd r\ufffdsum\ufffd na\ufffdve d\ufffdj\ufffd vu \ufffd",
    ],
    ids=["utf-8 as gbk", "utf-8 as latin-1", "twice through gbk", "replacement characters"],
)
def test_mojibake_is_reported(broken: str) -> None:
    assert decode(page(broken, "utf-8").encode(), None).problem == "mojibake"


@pytest.mark.parametrize("clean", [STORY, TRADITIONAL, JAPANESE, "Déjà vu à l'école, où l'été s'achève bientôt. " * 8])
def test_clean_text_is_no_mojibake(clean: str) -> None:
    assert decode(page(clean, "utf-8").encode(), None).problem is None


@pytest.mark.parametrize("body", [b"", b"\x00", b"\xff\xfe", b"\x80\x81\xfe\xff" * 50, b"<meta charset=>"])
def test_any_bytes_give_a_text(body: bytes) -> None:
    assert isinstance(decode(body, None).text, str)
