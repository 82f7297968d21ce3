"""Mails that say that a mail came back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.smtp.bounce import Bounce, read_bounces

ID = "<0123abcd@example.org>"


def report(
    *,
    action: str = "failed",
    status: str = "5.1.1",
    recipient: str = "rfc822; ana@example.org",
    returned: str = "message/rfc822",
    message_id: str = ID,
    code: str = "smtp; 550 5.1.1 no such user",
) -> bytes:
    """A report as Postfix writes it."""
    return (
        "From: MAILER-DAEMON@mx.example.org\r\nTo: watch@example.org\r\nSubject: Undelivered Mail\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: {recipient}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: {code}\r\n\r\n"
        f"--B\r\nContent-Type: {returned}\r\n\r\n"
        f"From: Watch <watch@example.org>\r\nMessage-ID: {message_id}\r\nSubject: 1 new\r\n\r\nText\r\n--B--\r\n"
    ).encode()


@pytest.mark.case(69)
@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_recipient_message_and_reason(returned: str) -> None:
    [bounce] = read_bounces(report(returned=returned))
    assert bounce == Bounce("ana@example.org", (ID,), "5.1.1", "5.1.1 550 5.1.1 no such user")


@pytest.mark.case(69)
@pytest.mark.parametrize(
    ("status", "dead"),
    [("5.1.1", True), ("5.1.10", True), ("5.2.1", True), ("5.1.8", False), ("5.2.2", False), ("5.7.1", False)],
)
def test_only_some_reports_are_about_the_address(status: str, dead: bool) -> None:
    [bounce] = read_bounces(report(status=status))
    assert bounce.dead is dead


def test_the_address_that_we_wrote_to_counts_and_not_where_it_was_forwarded_to() -> None:
    raw = report(recipient="rfc822; gone@other.example").replace(
        b"Final-Recipient:", b"Original-Recipient: rfc822; ana@example.org\r\nFinal-Recipient:"
    )
    [bounce] = read_bounces(raw)
    assert bounce.recipient == "ana@example.org"


@pytest.mark.parametrize(
    "raw",
    [
        report(action="delayed", status="4.4.1"),
        report(action="relayed", status="2.0.0"),
        report(status="nonsense"),
        report(recipient=""),
        report(message_id=""),
        b"Subject: Out of office\r\n\r\nBack on Monday.\r\n",
        b"",
        b"\x00\xff" * 1000,
        b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n",
    ],
)
def test_what_is_no_report_of_failure_says_nothing(raw: bytes) -> None:
    assert read_bounces(raw) == []


@given(st.binary(max_size=400), st.integers(0, 900))
def test_no_mail_is_more_than_a_mail(noise: bytes, at: int) -> None:
    raw = report()
    read_bounces(raw[:at] + noise + raw[at:])
