from __future__ import annotations

from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.article import Draft
from monitor.ingest.eml import mail_drafts

BODY = "The watchdog has ordered the chatbot off the shelves, pending answers on where it stores what its users type."


def _mail(**headers: str) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = headers.get("sender", '"Alpine Post" <news@post.example>')
    message["Subject"] = headers.get("subject", "A ban in Rome")
    message["Date"] = "Thu, 30 Jan 2025 09:15:00 +0100"
    message["Message-ID"] = "<one@post.example>"
    return message


def _only(raw: bytes) -> Draft:
    (found,) = mail_drafts(raw)
    assert isinstance(found, Draft)
    return found


def test_headers_become_fields() -> None:
    message = _mail()
    message.set_content(BODY)
    draft = _only(bytes(message))
    assert (draft.title, draft.publisher, draft.native_id) == ("A ban in Rome", "Alpine Post", "one@post.example")
    assert (draft.body, draft.published) == (BODY, "Thu, 30 Jan 2025 09:15:00 +0100")


def test_html_is_read_where_it_says_as_much_and_attachments_are_not() -> None:
    message = _mail()
    message.set_content("short")
    message.add_alternative(f"<h1>Head</h1><p>{BODY}</p>", subtype="html")
    message.add_attachment("never read", filename="a.txt")
    assert _only(bytes(message)).body == f"Head\n{BODY}"


def test_signatures_and_quotation_marks_go() -> None:
    message = _mail(subject="Fwd: A ban in Rome")
    message.set_content(f"> {BODY}\n>\n> More of it.\n-- \nAnn\n")
    draft = _only(bytes(message))
    assert (draft.title, draft.body) == ("A ban in Rome", f"{BODY}\nMore of it.")


def test_an_inline_forward_speaks_for_its_first_sender() -> None:
    message = _mail(subject="FW: something", sender="ann@example.org")
    message.set_content(
        f"fyi\n\n---------- Forwarded message ---------\nFrom: Harbour Times <x@times.example>\n"
        f"Date: Wed, 29 Jan 2025 08:00:00 +0000\nSubject: Seoul acts\nTo: ann@example.org\n\n{BODY}\n"
    )
    draft = _only(bytes(message))
    assert (draft.title, draft.publisher, draft.body) == ("Seoul acts", "Harbour Times", BODY)
    assert draft.published == "Wed, 29 Jan 2025 08:00:00 +0000"


def test_a_forward_as_attachment() -> None:
    inner = _mail()
    inner.set_content(BODY)
    message = _mail(subject="Fwd: mail", sender="ann@example.org")
    message.set_content("see below")
    message.add_attachment(inner)
    assert _only(bytes(message)).publisher == "Alpine Post"


@pytest.mark.case(25)
@pytest.mark.parametrize("charset", [b"X-UNKNOWN", b"gb2312", b"utf-8", b"\xff\xfe", b""])
def test_any_charset_is_read(charset: bytes) -> None:
    raw = b"From: a@b.example\r\nSubject: =?x-unknown?q?B=C3=A4n?= 1\r\nContent-Type: text/plain; charset=" + charset
    draft = _only(
        raw
        + b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\nplain words "
        + "封禁".encode("gbk" if charset == b"gb2312" else "utf-8")
    )
    assert draft.body == "plain words 封禁"
    assert draft.title.endswith("1")


@pytest.mark.case(25)
def test_a_newsletter_by_mail_becomes_its_stories() -> None:
    message = _mail(subject="The Silicon Letter, no. 5", sender='"The Silicon Letter" <l@letter.example>')
    cards = "".join(
        f"<h2><a href='https://post.example/{n}'>Story number {n}</a></h2><p>{BODY} {n}.</p>" for n in (1, 2, 3)
    )
    message.set_content(f"<p>Hello!</p>{cards}<p>Unsubscribe</p>", subtype="html")
    found = [draft for draft in mail_drafts(bytes(message)) if isinstance(draft, Draft)]
    assert [(draft.title, draft.url) for draft in found] == [
        (f"Story number {n}", f"https://post.example/{n}") for n in (1, 2, 3)
    ]
    assert {draft.publisher for draft in found} == {"The Silicon Letter"}
    assert {draft.published for draft in found} == {"Thu, 30 Jan 2025 09:15:00 +0100"}
    assert {draft.native_id for draft in found} == {""}


@pytest.mark.case(25)
def test_the_part_that_shows_the_stories_is_read() -> None:
    message = _mail(subject="The Silicon Letter, no. 6")
    stories = [f"Story number {n}\nAlpine Post\n{BODY} {BODY} {n}.\nhttps://post.example/{n}" for n in (1, 2)]
    message.set_content("\n\n".join(stories))
    message.add_alternative(f"<p>{BODY} {BODY} 1.</p><p>{BODY} {BODY} 2.</p>", subtype="html")
    found = [draft for draft in mail_drafts(bytes(message)) if isinstance(draft, Draft)]
    assert [(draft.title, draft.publisher) for draft in found] == [(f"Story number {n}", "Alpine Post") for n in (1, 2)]


@given(st.binary(max_size=300))
def test_no_bytes_raise(raw: bytes) -> None:
    list(mail_drafts(raw))
    list(mail_drafts(b"Content-Type: multipart/mixed; boundary=x\r\nFrom: " + raw + b"\r\n\r\n--x\r\n" + raw))


def test_deep_nesting_ends() -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3_000))
    list(mail_drafts(raw))
