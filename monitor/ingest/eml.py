"""A mail as articles: its stories if it is a newsletter, what it forwards if it is a forward (case 25)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import EmailMessage
from email.utils import parseaddr

from monitor.ingest.article import Draft
from monitor.ingest.blocks import Block, text_blocks
from monitor.ingest.charset import decode, html_charset
from monitor.ingest.html import html_blocks
from monitor.ingest.newsletter import split_newsletter
from monitor.ingest.textfile import drafts_of
from monitor.model import Rejection
from monitor.text.clean import clean, one_line

_MAX_DEPTH = 20
_FORWARD_WITHIN = 40
"""Blocks from the top of a mail in which a forward begins."""

_FORWARD_PREFIX = re.compile(r"^(?:\s*(?:fwd?|wg|tr|rv|vs|转发|轉寄|re|aw|sv)\s*[:：]\s*)+", re.IGNORECASE)
_FORWARD_MARK = re.compile(
    r"^[-_ ]*(?:(?:begin )?forwarded message|original message|weitergeleitete nachricht|转发的?邮件|原始邮件)"
    r"[-_: ]*$",
    re.IGNORECASE,
)
_HEADER_WORDS = {
    "from": "from", "von": "from", "de": "from", "da": "from", "发件人": "from", "發件人": "from",
    "date": "date", "sent": "date", "datum": "date", "gesendet": "date", "envoyé": "date", "fecha": "date",
    "enviado": "date", "data": "date", "inviato": "date", "日期": "date", "时间": "date", "发送时间": "date",
    "subject": "subject", "betreff": "subject", "objet": "subject", "asunto": "subject", "oggetto": "subject",
    "主题": "subject", "主旨": "subject",
}  # fmt: skip
"""The headers that mail programs write above what they forward, in their languages."""

_OTHER_HEADERS = "to|cc|bcc|reply-to|importance|an|à|para|a|kopie|收件人|抄送"
_FORWARD_HEADER = re.compile(
    rf"^(?P<name>{'|'.join(_HEADER_WORDS)}|{_OTHER_HEADERS})\s*[:：]\s*(?P<value>.*)$", re.IGNORECASE
)
_QUOTE = re.compile(r"^(?:>\s?)+", re.MULTILINE)


def mail_drafts(raw: bytes) -> Iterator[Draft | Rejection]:
    """The articles of one mail: title from Subject, publisher from From, date from Date, id from Message-ID."""
    try:
        message = _innermost(message_from_bytes(raw, policy=policy.default))
        blocks = _blocks(message)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        yield Rejection("", f"a mail that cannot be read: {type(error).__name__}: {str(error)[:200]}")
        return
    known = Draft(
        title=_FORWARD_PREFIX.sub("", header(message, "Subject")),
        publisher=_sender(header(message, "From")),
        published=header(message, "Date"),
        native_id=header(message, "Message-ID").strip("<> "),
        lang=header(message, "Content-Language").split(",")[0],
    )
    known, told = _unforwarded(known, blocks, is_forward=bool(_FORWARD_PREFIX.match(header(message, "Subject"))))
    if not told and not known.title:
        yield Rejection("", "a mail without subject and text")
        return
    yield from drafts_of(told, known)


def header(message: EmailMessage, name: str) -> str:
    """A header's decoded text. Python's own parser raises on some real headers; then the raw text is decoded."""
    try:
        return one_line(str(message.get(name, "")))
    except (ValueError, LookupError, AttributeError, TypeError, IndexError):
        raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    try:
        parts = decode_header(one_line(raw))
        return one_line("".join(decode(p, c or "") if isinstance(p, bytes) else p for p, c in parts))
    except (ValueError, LookupError):
        return one_line(raw)


def _sender(value: str) -> str:
    """The display name, else the domain: `"Example Post" <news@example.org>` is Example Post."""
    name, address = parseaddr(value)
    return name.strip() or address.rpartition("@")[2]


def _innermost(message: EmailMessage) -> EmailMessage:
    """The mail that a forward carries as an attachment, unless the outer one says something itself."""
    for _ in range(_MAX_DEPTH):
        attached = [part for part in _parts(message) if part.get_content_type() == "message/rfc822"]
        inner = attached[0].get_payload() if len(attached) == 1 else None
        if not isinstance(inner, list) or not inner or not isinstance(inner[0], EmailMessage):
            break
        if len("".join(block.text for block in _blocks(message))) > 500:
            break
        message = inner[0]
    return message


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """The leaves of a mail, attached mails unopened; not recursive, since depth is the sender's choice."""
    stack: list[EmailMessage] = [message]
    while stack:
        part = stack.pop()
        payload = part.get_payload()
        if part.get_content_type() == "message/rfc822" or not isinstance(payload, list):
            yield part
        else:
            stack.extend(reversed([inner for inner in payload if isinstance(inner, EmailMessage)]))


def _blocks(message: EmailMessage) -> list[Block]:
    """The blocks of the text that says more.

    HTML keeps headings and links, so it wins, unless it is nearly empty or only the plain text shows the stories.
    """
    plain, html = "", ""
    for part in _parts(message):
        if part.get_content_disposition() == "attachment":
            continue
        kind = part.get_content_type()
        if kind == "text/plain":
            plain = f"{plain}\n\n{_text(part)}" if plain else _text(part)
        elif kind == "text/html" and not html:
            html = _text(part, html=True)
    from_html = html_blocks(html) if html else []
    from_plain = text_blocks(_plain_text(message, plain)) if plain.strip() else []
    if not (from_html and from_plain):
        return from_html or from_plain
    enough = sum(len(block.text) for block in from_html) * 2 >= sum(len(block.text) for block in from_plain)
    clearer = bool(split_newsletter(from_html)) or not split_newsletter(from_plain)
    return from_html if enough and clearer else from_plain


def _plain_text(message: EmailMessage, plain: str) -> str:
    """A forward's quotation marks go; a signature too (RFC 3676, section 4.3)."""
    text = re.split(r"\n-- \n", plain)[0] if re.search(r"\n-- \n", plain) else plain
    quoted = len(_QUOTE.findall(text)) * 2 > text.count("\n")
    return _QUOTE.sub("", text) if quoted or _FORWARD_PREFIX.match(header(message, "Subject")) else text


def _text(part: EmailMessage, *, html: bool = False) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    declared = str(part.get_param("charset", "") or "")
    return clean(decode(payload, declared or (html_charset(payload) if html else "")))


def _unforwarded(known: Draft, blocks: Sequence[Block], *, is_forward: bool) -> tuple[Draft, Sequence[Block]]:
    """What an inline forward says of the mail that it carries: who sent it, when, under which subject.

    Some programs set a mark above that (`Forwarded message`), Outlook sets only the headers.
    """
    for at in range(min(len(blocks), _FORWARD_WITHIN)):
        marked = _FORWARD_MARK.match(blocks[at].text) is not None
        if not marked and not is_forward:
            continue
        told, end = _headers_at(blocks, at + marked)
        if ("from" in told or "subject" in told) if marked else ("from" in told and "subject" in told):
            return _as_sent(known, told), blocks[end:]
    return known, blocks


def _headers_at(blocks: Sequence[Block], at: int) -> tuple[dict[str, str], int]:
    """The headers that stand one below the other from block `at`, and where they end."""
    told: dict[str, str] = {}
    while at < len(blocks) and (found := _FORWARD_HEADER.match(blocks[at].text)):
        name = found["name"].lower()
        told[_HEADER_WORDS.get(name, name)] = found["value"]
        at += 1
    return told, at


def _as_sent(known: Draft, told: Mapping[str, str]) -> Draft:
    return replace(
        known,
        title=_FORWARD_PREFIX.sub("", told.get("subject", "")) or known.title,
        publisher=_sender(told["from"]) if told.get("from") else known.publisher,
        published=told.get("date") or known.published,
    )
