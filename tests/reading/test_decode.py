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


KOREAN = "시는 어제 새 도서관이 내년 봄에 문을 연다고 발표했다. 담당자는 기다려 온 소식이라고 말했다. " * 3
RUSSIAN = "Городские власти объявили вчера, что новая библиотека откроется следующей весной. " * 3
FRENCH = "La médiathèque ouvrira au printemps, a précisé l’élu chargé de la culture : « enfin ! » " * 3


@pytest.mark.parametrize(
    ("text", "codec", "meta", "header"),
    [
        (STORY, "gbk", "utf-8", "utf-8"),
        (STORY, "gbk", "utf-16", None),
        (STORY, "gbk", "big5", None),
        (TRADITIONAL, "gbk", None, None),
        (TRADITIONAL, "big5hkscs", "gb2312", "utf-8"),
        (JAPANESE, "cp932", None, "iso-8859-1"),
        (JAPANESE, "cp932", None, "gb2312"),
        (JAPANESE, "euc-jp", "shift_jis", None),
        (JAPANESE, "iso-2022-jp", "iso-2022-jp", None),
        (KOREAN, "cp949", "utf-8", None),
        (KOREAN, "euc-kr", None, "gbk"),
        (RUSSIAN, "cp1251", "utf-8", None),
        (RUSSIAN, "cp1251", None, "iso-8859-1"),
        (RUSSIAN, "koi8-r", None, None),
        (FRENCH, "cp1252", "gb2312", "utf-8"),
        (STORY, "utf-16-le", None, None),
        (STORY, "utf-16-be", "gbk", None),
        (STORY, "hz", "hz-gb-2312", None),
    ],
)
def test_bytes_win_against_what_the_page_and_the_server_say(
    text: str, codec: str, meta: str | None, header: str | None
) -> None:
    decoded = decode(page(text, meta).encode(codec), header)
    assert text in decoded.text
    assert decoded.problem is None


def test_a_few_characters_without_any_claim_are_read_as_gbk() -> None:
    assert "欢迎光临" in decode(page("欢迎光临", None).encode("gbk"), None).text


def test_four_bytes_of_gb18030_are_one_character() -> None:
    assert "𠮷㐂䶮" in decode(page(STORY + "𠮷㐂䶮", "gb2312").encode("gb18030"), "gb2312").text


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_a_page_cut_within_its_last_character_is_read(codec: str) -> None:
    body = page(STORY, codec).encode(codec).partition(b"</p></body>")[0][:-1]
    decoded = decode(body, None)
    assert STORY[:-1] in decoded.text
    assert decoded.problem is None


def test_a_foreign_fragment_leaves_the_page_its_encoding() -> None:
    body = page(STORY, "gbk").encode("gbk").replace(b"</body>", "<p>版权所有</p></body>".encode())
    assert STORY in decode(body, "gbk").text


@pytest.mark.parametrize(
    "broken",
    [
        STORY.encode("gbk").decode("latin-1"),
        RUSSIAN.encode("cp1251").decode("latin-1"),
        RUSSIAN.encode().decode("cp1251", "replace"),
        TRADITIONAL.encode("big5").decode("gbk", "replace"),
        JAPANESE.encode("cp932").decode("latin-1"),
    ],
    ids=["gbk as latin-1", "cp1251 as latin-1", "utf-8 as cp1251", "big5 as gbk", "shift_jis as latin-1"],
)
def test_other_scripts_read_wrongly_are_mojibake(broken: str) -> None:
    assert decode(page(broken, "utf-8").encode(), None).problem == "mojibake"


@pytest.mark.parametrize(
    "clean", [KOREAN, RUSSIAN, FRENCH, "AÇÃO E EMOÇÃO NÃO SÃO OPÇÕES, SÃO CORAÇÕES EM ORAÇÃO. " * 8]
)
def test_clean_text_of_other_languages_is_no_mojibake(clean: str) -> None:
    assert decode(page(clean, "utf-8").encode(), None).problem is None
