from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.charset import decode, html_charset

CHINESE = "意大利封禁了这款应用，数据保护机构表示"


@pytest.mark.case(7)
@pytest.mark.case(25)
@pytest.mark.parametrize(
    ("raw", "declared", "text"),
    [
        ("ž“x”".encode(), "", "ž“x”"),
        (codecs.BOM_UTF8 + b"abc", "latin-1", "abc"),
        (codecs.BOM_UTF16_LE + "abč".encode("utf-16-le"), "", "abč"),
        ("Title of it".encode("utf-16-be"), "utf-8x", "Title of it"),
        ("<rss>".encode("utf-32-le") * 3, "", "<rss>" * 3),
        ("“quoted”".encode("cp1252"), "iso-8859-1", "“quoted”"),
        ("“quoted”".encode("cp1252"), "", "“quoted”"),
        (CHINESE.encode("gb18030"), "", CHINESE),
        (CHINESE.encode("gb18030"), "gb2312", CHINESE),
        ("日本".encode("cp932"), "shift_jis", "日本"),
        ("é".encode(), "X-UNKNOWN", "é"),
        (b"abc", "base64", "abc"),
        (b"abc", "\x00", "abc"),
    ],
)
def test_bytes_become_their_text(raw: bytes, declared: str, text: str) -> None:
    assert decode(raw, declared) == text


@given(st.binary(max_size=200), st.text(max_size=12))
def test_nothing_raises(raw: bytes, declared: str) -> None:
    assert isinstance(decode(raw, declared), str)


def test_html_charset() -> None:
    assert html_charset(b'<html><meta http-equiv="x" content="text/html; charset=gb2312">') == "gb2312"
    assert html_charset(b"<html>") == ""
