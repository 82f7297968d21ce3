"""Mail over real sockets: every phase can fail, and every failure means one thing only (cases 64-71)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.policy import OnAmbiguous
from monitor.deliver.smtp import SmtpChannel, SmtpSettings, stuffed
from monitor.errors import DeliveryError
from monitor.model import Message
from tests.deliver.bench import DROP, HANG, BadServer, a_delivery, a_message, serving
from tests.deliver.smtp_bench import channel, failure, kind


@pytest.mark.case(61)
async def test_the_message_arrives_byte_for_byte(bad_server: BadServer) -> None:
    delivery = a_delivery()
    answer = await channel(bad_server.port).send(delivery)
    assert answer == "250 2.0.0 queued as 7"
    [(recipient, body)] = bad_server.taken
    assert recipient == "ana@example.org"
    assert body == stuffed(delivery.message.raw) + b".\r\n"
    assert body.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.") == delivery.message.raw
    assert bad_server.commands == [
        "EHLO monitor.test",
        "MAIL FROM:<watch@example.org>",
        "RCPT TO:<ana@example.org>",
        "DATA",
        "QUIT",
    ]


@pytest.mark.case(67)
@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        ("banner", "channel"),
        ("ehlo", "channel"),
        ("mail", "later"),
        ("rcpt", "later"),
        ("data", "later"),
        ("dot", "ambiguous"),
    ],
)
@pytest.mark.parametrize("how", [DROP, HANG])
async def test_a_link_that_dies(bad_server: BadServer, phase: str, expected: str, how: str) -> None:
    bad_server.script[phase] = how
    error = await failure(bad_server.port, timeout=0.2, answer_timeout=0.2)
    assert kind(error) == expected
    assert str(error)
    assert bad_server.taken == []
    assert bool(bad_server.offered) == (expected == "ambiguous")


@pytest.mark.case(67)
async def test_a_link_that_dies_in_the_middle_of_a_large_message_is_safe_to_repeat(bad_server: BadServer) -> None:
    bad_server.script["body"] = DROP
    large = replace(a_message(), raw=b"Subject: x\r\n\r\n" + b"a line of the digest\r\n" * 1_000_000)
    with pytest.raises(DeliveryError) as caught:
        await channel(bad_server.port).send(a_delivery(message=large))
    assert kind(caught.value) == "later"
    assert "before the end of the message" in str(caught.value)


@pytest.mark.case(67)
@pytest.mark.parametrize("how", [DROP, HANG, "500 what?", "hello?"])
async def test_after_the_250_nothing_matters(bad_server: BadServer, how: str) -> None:
    bad_server.script["quit"] = how
    assert (await channel(bad_server.port).send(a_delivery())).startswith("250")
    assert len(bad_server.taken) == 1


@pytest.mark.case(64)
@pytest.mark.parametrize(
    ("phase", "reply", "expected"),
    [
        ("banner", "421 busy", "channel"),
        ("ehlo", "421 busy", "channel"),
        ("mail", "451 local error", "later"),
        ("mail", "421 closing", "later"),
        ("rcpt", "450 greylisted", "later"),
        ("rcpt", "452 too many", "later"),
        ("data", "451 local error", "later"),
        ("dot", "421 closing", "later"),
        ("dot", "451 try again", "later"),
        ("dot", "452 disk full", "later"),
    ],
)
async def test_4xx_is_later(bad_server: BadServer, phase: str, reply: str, expected: str) -> None:
    bad_server.script[phase] = reply
    error = await failure(bad_server.port)
    assert kind(error) == expected
    assert reply in str(error)
    assert bad_server.taken == []


@pytest.mark.case(65)
@pytest.mark.parametrize(
    ("phase", "reply", "expected"),
    [
        ("banner", "554 no mail service here", "channel permanent"),
        ("ehlo", "550 go away", "channel permanent"),
        ("mail", "553 sender refused", "permanent"),
        ("mail", "530 5.7.0 must issue a STARTTLS command first", "channel permanent"),
        ("mail", "552 too big", "permanent"),
        ("rcpt", "550 no such user", "permanent"),
        ("rcpt", "553 bad mailbox", "permanent"),
        ("data", "554 no valid recipients", "permanent"),
        ("dot", "554 looks like spam", "permanent"),
        ("dot", "552 too big", "permanent"),
    ],
)
async def test_5xx_is_never(bad_server: BadServer, phase: str, reply: str, expected: str) -> None:
    bad_server.script[phase] = reply
    error = await failure(bad_server.port)
    assert kind(error) == expected
    assert reply in str(error)


@pytest.mark.case(71)
@pytest.mark.parametrize("phase", ["banner", "ehlo", "mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("reply", ["hello?", "999 what", "250 " + "x" * 100_000, "\0\xff\x1b]0;title\x07"])
async def test_garbage_is_bounded_and_never_taken_for_an_answer(bad_server: BadServer, phase: str, reply: str) -> None:
    bad_server.script[phase] = reply
    error = await failure(bad_server.port)
    assert not error.permanent
    assert error.ambiguous == (phase == "dot")
    assert len(str(error)) < 400
    assert "\x1b" not in str(error)


@pytest.mark.case(71)
async def test_a_hundred_lines_of_banner_and_an_endless_one() -> None:
    async def chatty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220-welcome\r\n" * 1_000_000)
        await writer.drain()

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 " + b"x" * 10_000_000)
        await writer.drain()

    for converse in (chatty, endless):
        async with serving(converse) as port:
            assert (await failure(port, timeout=2)).channel


async def test_a_server_that_drips_is_stopped(bad_server: BadServer) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"220-wait\r\n")
            await asyncio.sleep(0.05)

    async with serving(drip) as port:
        assert not (await failure(port, timeout=0.2)).ambiguous


@pytest.mark.case(66)
async def test_one_refused_one_later_one_sent(bad_server: BadServer) -> None:
    bad_server.script |= {"rcpt ben@example.org": "550 unknown", "rcpt cleo@example.org": "452 later"}
    sent = await channel(bad_server.port).send(a_delivery(recipient="ana@example.org"))
    assert sent.startswith("250")
    assert kind(await failure(bad_server.port, "ben@example.org")) == "permanent"
    assert kind(await failure(bad_server.port, "cleo@example.org")) == "later"
    assert [recipient for recipient, _ in bad_server.taken] == ["ana@example.org"]


@pytest.mark.case(60)
async def test_a_smuggled_command_is_refused_before_a_byte_leaves(bad_server: BadServer) -> None:
    error = await failure(bad_server.port, "ana@example.org\r\nRCPT TO:<eve@example.org>")
    assert kind(error) == "permanent"
    assert bad_server.commands == []


async def test_nobody_listens() -> None:
    async with serving(BadServer().converse) as port:
        pass
    assert kind(await failure(port)) == "channel"


async def test_cancelled_before_the_dot_nothing_was_sent(bad_server: BadServer) -> None:
    bad_server.script["rcpt"] = HANG
    task = asyncio.create_task(channel(bad_server.port).send(a_delivery()))
    while not bad_server.recipient:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert bad_server.offered == []


async def test_cancelled_after_the_dot_nobody_knows(bad_server: BadServer) -> None:
    bad_server.script["dot"] = HANG
    task = asyncio.create_task(channel(bad_server.port).send(a_delivery()))
    while not bad_server.offered:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(DeliveryError, match="interrupted") as caught:
        await task
    assert caught.value.ambiguous


async def test_smtputf8_only_where_it_is_needed(bad_server: BadServer) -> None:
    ascii_only = Message("ana@bücher.example", "<1@x>", "s", b"To: ana@xn--bcher-kva.example\r\n\r\nhi\r\n", "", "")
    await channel(bad_server.port).send(a_delivery(message=ascii_only))
    assert bad_server.commands[1:3] == ["MAIL FROM:<watch@example.org>", "RCPT TO:<ana@xn--bcher-kva.example>"]
    bad_server.commands.clear()
    await channel(bad_server.port).send(a_delivery(message=replace(ascii_only, recipient="用户@example.org")))
    assert bad_server.commands[1:3] == ["MAIL FROM:<watch@example.org> SMTPUTF8", "RCPT TO:<用户@example.org>"]


async def test_a_server_without_smtputf8_gets_no_such_address(bad_server: BadServer) -> None:
    bad_server.extensions = ("8BITMIME",)
    error = await failure(bad_server.port, "用户@example.org")
    assert kind(error) == "permanent"
    assert "SMTPUTF8" in str(error)
    assert bad_server.taken == []


@pytest.mark.case(61)
@given(st.binary(max_size=200))
def test_no_bare_line_end_and_no_early_dot_leaves(raw: bytes) -> None:
    wire = stuffed(raw)
    assert wire.endswith(b"\r\n")
    bare = wire.replace(b"\r\n", b"")
    assert b"\r" not in bare
    assert b"\n" not in bare
    assert b"\r\n.\r\n" not in b"\r\n" + wire
    assert all(not line.startswith(b".") or line.startswith(b"..") for line in wire.split(b"\r\n"))


def test_a_lease_can_outlast_the_longest_send() -> None:
    defaults = SmtpChannel("mail", SmtpSettings("localhost", 25, "watch@example.org"), OnAmbiguous.HOLD)
    assert defaults.longest >= timedelta(seconds=660)
    assert SmtpSettings("localhost", 25, "x@example.org").answer_timeout >= 600  # case 68


@pytest.mark.case(68)
async def test_silence_after_the_end_of_the_message_is_borne_for_ten_minutes_and_then_nobody_knows(
    bad_server: BadServer,
) -> None:
    usual = SmtpSettings("mail.example.org", 25, "watch@example.org")
    assert usual.answer_timeout >= 600, "a server may deliver before it answers (RFC 5321, 4.5.3.2.6)"
    assert SmtpChannel("mail", usual).longest > timedelta(seconds=usual.answer_timeout), "the lease outlasts it"
    bad_server.script["dot"] = HANG
    assert kind(await failure(bad_server.port, answer_timeout=0.2)) == "ambiguous"


@pytest.mark.case(69)
async def test_what_bounces_comes_back_to_the_sender_of_the_channel_and_names_its_message(
    bad_server: BadServer,
) -> None:
    delivery = a_delivery()
    await channel(bad_server.port).send(delivery)
    assert "MAIL FROM:<watch@example.org>" in bad_server.commands
    [(_, body)] = bad_server.taken
    assert f"Message-ID: {delivery.message.message_id}\r\n".encode() in body
