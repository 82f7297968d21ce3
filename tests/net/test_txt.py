"""TXT records, asked of a real name server on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.net.txt import NoAnswerError, name_servers, txt_records
from tests.net.dns import GARBAGE, name_server, record

NOBODY = ("127.0.0.1", 1)


async def test_texts_behind_an_alias_with_their_strings_joined() -> None:
    records = {"example.org": [record("v=spf1 mx ", "-all"), record("x" * 255, "y" * 200)]}
    async with name_server(records) as server:
        assert await txt_records("example.org.", [server]) == ["v=spf1 mx -all", "x" * 255 + "y" * 200]


async def test_a_name_without_records_and_one_that_is_not_there() -> None:
    async with name_server({"example.org": []}) as server:
        assert await txt_records("example.org", [server]) == []
        assert await txt_records("elsewhere.example.org", [server]) == []


async def test_the_next_server_is_asked_where_one_is_silent() -> None:
    async with name_server({"example.org": [record("here")]}) as server:
        assert await txt_records("example.org", [NOBODY, server]) == ["here"]


@pytest.mark.parametrize("answer", [b"", b"\x00", GARBAGE, GARBAGE[:12] + b"\x40" * 400])
async def test_an_answer_that_cannot_be_read(answer: bytes) -> None:
    async with name_server({}, answer=answer) as server:
        with pytest.raises(NoAnswerError):
            await txt_records("example.org", [server])


async def test_a_server_that_refuses() -> None:
    async with name_server({"example.org": [record("x")]}, code=5) as server:
        with pytest.raises(NoAnswerError, match="code 5"):
            await txt_records("example.org", [server])


@pytest.mark.parametrize("name", ["a" * 64 + ".org", "..", "", "\ud800.org"])
async def test_a_name_that_cannot_be_asked_for(name: str) -> None:
    async with name_server({}) as server:
        with pytest.raises(NoAnswerError):
            await txt_records(name, [server])


async def test_nobody_to_ask() -> None:
    with pytest.raises(NoAnswerError, match="no name server is known"):
        await txt_records("example.org", [])


def test_the_servers_of_this_machine(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    assert name_servers(file) == []
    file.write_text("# nameserver 192.0.2.9\nsearch example.org\nnameserver 192.0.2.1\nnameserver\nnameserver ::1 x\n")
    assert name_servers(file) == [("192.0.2.1", 53), ("::1", 53)]
