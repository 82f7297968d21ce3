from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digest.message import Letter, UnsafeHeaderError, _check, domain_of, message_bytes, token

LETTER = Letter(
    sender="Watch <watch@example.org>",
    recipient="ana@example.org",
    composed=datetime(2025, 1, 31, 8, 0, 5, tzinfo=timezone(timedelta(hours=1))),
    message_id="0123456789abcdef@example.org",
    series="digest-series-1@example.org",
    list_name="morning",
    subject="Watchlist morning: 3 new",
    plain_subject="Watchlist digest: 3 new",
    text="Hello\n",
    html="<p>Hello</p>\n",
)
HEADERS = [
    *("From", "To", "Date", "Message-ID", "Subject", "References", "List-Id", "List-Unsubscribe"),
    *("Auto-Submitted", "Precedence", "MIME-Version", "Content-Type"),
]


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_headers_follow_the_checklist() -> None:
    message = read(message_bytes(LETTER))
    assert message.keys() == HEADERS
    assert message["Date"] == "Fri, 31 Jan 2025 07:00:05 +0000"
    assert message["Message-ID"] == "<0123456789abcdef@example.org>"
    assert message["References"] == "<digest-series-1@example.org>"
    assert message["List-Id"] == "<morning.example.org>"
    assert message["List-Unsubscribe"] == "<mailto:watch@example.org?subject=unsubscribe%20morning>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe-Post" not in message


def test_plain_text_comes_first_and_both_parts_read_back() -> None:
    message = read(message_bytes(LETTER))
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    assert (plain.get_content_type(), plain.get_content()) == ("text/plain", "Hello\r\n")
    assert (html.get_content_type(), html.get_content()) == ("text/html", "<p>Hello</p>\r\n")


def test_equal_letters_are_equal_bytes() -> None:
    assert message_bytes(LETTER) == message_bytes(replace(LETTER))


HOSTILE = [
    "=?utf-8?q?=0d=0aBcc:_eve@example.net?= ban",
    "a\r\nBcc: eve@example.net",
    "a\nX: y",
    "a\r\n\r\nbody",
    "line\u2028two\u2029three\u0085four\x0bfive\x0csix\x1cseven\x1deight\x1enine",
    "lone \ud800 surrogate",
    "nul \x00 here",
    "x" * 2000,
    "word " * 400,
    "意大利封禁" * 100,
    "🚫" * 200,
    "\u202etxet desrever",
    "منع DeepSeek في الوزارات",
    "=?",
    "",
    "=?utf-8?b?DQpCY2M6IGV2ZUBleGFtcGxlLm5ldA==?=",
    "= ?utf-8?q?x?= =?utf-8?q?y?=",
    'quoted "name" <eve@example.net>, other@example.net',
    # does not survive folding on Python 3.11: the plain subject takes its place
    f"?a\xa0{'x' * 70}\u2003q封utf-8:  \ufeff\u3000;_\u200b;\u0301b@\u0301  é",
]


@pytest.mark.case(58)
@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_breaks_out_of_the_subject(title: str) -> None:
    raw = message_bytes(replace(LETTER, subject=f"Watchlist morning: 3 new - {title}"))
    assert read(raw).keys() == HEADERS
    block = raw.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 998 for line in block.split(b"\r\n"))
    assert b"\nBcc" not in block
    assert b"\n" not in block.replace(b"\r\n", b"")


@pytest.mark.case(58)
@given(st.text(max_size=200))
def test_any_subject_is_one_legal_header(title: str) -> None:
    assert read(message_bytes(replace(LETTER, subject=title))).keys() == HEADERS


@pytest.mark.case(59)
@pytest.mark.parametrize("name", [*HOSTILE[:7], "名前" * 30, "Watch, the (first)"])
def test_no_sender_name_breaks_out_of_its_header(name: str) -> None:
    quoted = name.replace('"', "")
    raw = message_bytes(replace(LETTER, sender=f'"{quoted}" <watch@example.org>', list_name=name))
    assert read(raw).keys() == HEADERS
    assert read(raw)["From"].addresses[0].addr_spec == "watch@example.org"


@pytest.mark.case(60)
@pytest.mark.parametrize(
    "recipient",
    [
        "ana@example.org\r\nBcc: eve@example.net",
        "not an address",
        "",
        "a@b@c",
        "a@example.org, b@example.org",
        "a b@example.org",
    ],
)
def test_a_recipient_that_the_configuration_let_through_is_an_error_and_not_a_mail(recipient: str) -> None:
    with pytest.raises(ValueError):
        message_bytes(replace(LETTER, recipient=recipient))


@pytest.mark.case(61)
@pytest.mark.parametrize(
    "body", ["x" * 5000, ".\n..\nFrom here\n", "封禁" * 3000, "bare \r return\n", "=_" * 500, "--=_0123\n--\n"]
)
def test_any_body_has_short_lines_and_reads_back(body: str) -> None:
    raw = message_bytes(replace(LETTER, text=body, html=f"<p>{body}</p>"))
    assert all(len(line) <= 78 for line in raw.split(b"\r\n")[12:])
    assert b"\n" not in raw.replace(b"\r\n", b"")
    plain, html = read(raw).iter_parts()
    assert plain.get_content().splitlines() == body.splitlines()
    assert html.get_content().splitlines() == f"<p>{body}</p>".splitlines()


@pytest.mark.case(58)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject:", b"Bcc: eve@example.net\r\nSubject:"),
        (b"Precedence: bulk\r\n", b""),
        (b": 3 new", b": 4 new"),
        (b"Date: ", b"Date: \n"),
        (b"List-Id: ", b"List-Id: " + b"x" * 998),
    ],
)
def test_bytes_that_are_not_what_was_meant_are_refused(old: bytes, new: bytes) -> None:
    raw = message_bytes(LETTER)
    _check(raw, LETTER.subject)
    assert old in raw
    with pytest.raises(UnsafeHeaderError):
        _check(raw.replace(old, new, 1), LETTER.subject)


def test_an_error_that_even_the_plain_subject_keeps_is_raised() -> None:
    with pytest.raises((UnsafeHeaderError, ValueError)):
        message_bytes(replace(LETTER, message_id="a>\r\nBcc: <eve@example.net"))


def test_domains_and_tokens() -> None:
    assert domain_of("Watch <watch@b\u00fccher.example>") == "xn--bcher-kva.example"
    with pytest.raises(ValueError):
        domain_of("nobody")
    assert token("Morning brief / EU") == "morning-brief---eu"
    assert token("早报") == token("早报") != token("晚报")
