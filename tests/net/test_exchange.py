"""One request and its answer: where it stands when something goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from monitor.net.exchange import MAX_ANSWER, Exchange, ExchangeError, Request, host_of
from tests.deliver.http_bench import BadHttp, Misdeed, Reply, exchanging, web


@pytest.fixture
async def server() -> AsyncIterator[BadHttp]:
    async with web() as bad:
        yield bad


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    async with exchanging(deadline=1.5) as found:
        yield found


def ask(server: BadHttp, body: bytes = b'{"a": 1}') -> Request:
    return Request(server.url, body, headers={"Content-Type": "application/json"}, allow_private=True)


async def test_an_answer_comes_with_status_headers_and_body(server: BadHttp, exchange: Exchange) -> None:
    server.script = [Reply(202, b"taken", {"Retry-After": "7"})]
    answer = await exchange.send(ask(server))
    assert (answer.status, answer.headers["retry-after"], answer.body) == (202, "7", b"taken")
    [heard] = server.heard
    assert heard.line.startswith("POST /services/")
    assert heard.body == b'{"a": 1}'
    assert not {"cookie", "referer", "authorization"} & set(heard.headers)


@pytest.mark.parametrize(
    "misdeed", [Misdeed.CUT, Misdeed.CUT_STATUS, Misdeed.HANG, Misdeed.DRIP, Misdeed.NONSENSE, Misdeed.CUT_UNREAD]
)
async def test_without_an_answer_it_may_have_arrived(server: BadHttp, exchange: Exchange, misdeed: Misdeed) -> None:
    server.script = [misdeed]
    with pytest.raises(ExchangeError) as caught:
        await exchange.send(ask(server))
    assert caught.value.arrived


async def test_without_a_connection_nothing_arrived(server: BadHttp, exchange: Exchange) -> None:
    with pytest.raises(ExchangeError) as caught:
        await exchange.send(Request("http://127.0.0.1:1/x", b"{}", allow_private=True))
    assert not caught.value.arrived


@pytest.mark.case(37)
async def test_a_private_address_is_refused_unless_it_is_allowed(server: BadHttp, exchange: Exchange) -> None:
    with pytest.raises(ExchangeError, match="private address") as caught:
        await exchange.send(Request(server.url, b"{}"))
    assert not caught.value.arrived
    assert server.heard == []


@pytest.mark.case(30)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_is_not_followed(server: BadHttp, exchange: Exchange, status: int) -> None:
    server.script = [Reply(status, b"", {"Location": f"http://127.0.0.1:{server.port}/elsewhere"})]
    assert (await exchange.send(ask(server))).status == status
    assert len(server.heard) == 1


async def test_a_huge_answer_is_read_as_far_as_it_is_of_interest(server: BadHttp, exchange: Exchange) -> None:
    server.script = [Reply(200, b"x" * 5_000_000)]
    assert len((await exchange.send(ask(server))).body) == MAX_ANSWER


async def test_an_answer_that_breaks_off_keeps_its_status(server: BadHttp, exchange: Exchange) -> None:
    server.script = [Reply(200, b"half of it is missing", cut=True)]
    assert (await exchange.send(ask(server))).status == 200


async def test_a_proxy_in_the_environment_is_not_heeded(
    server: BadHttp, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert (await exchange.send(ask(server))).status == 200


async def test_interrupted_after_the_body_it_may_have_arrived(server: BadHttp, exchange: Exchange) -> None:
    server.script = [Misdeed.HANG]
    task = asyncio.create_task(exchange.send(ask(server)))
    await server.arrived.wait()
    task.cancel()
    with pytest.raises(ExchangeError, match="interrupted") as caught:
        await task
    assert caught.value.arrived


async def test_interrupted_before_anything_left_it_is_only_interrupted(exchange: Exchange, server: BadHttp) -> None:
    task = asyncio.create_task(exchange.send(ask(server)))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.case(47)
async def test_no_error_tells_more_of_an_address_than_its_host(server: BadHttp, exchange: Exchange) -> None:
    server.script = [Misdeed.CUT]
    with pytest.raises(ExchangeError) as caught:
        await exchange.send(ask(server))
    assert "s3cr3t" not in f"{caught.value!r} {ask(server)!r}"
    assert host_of("https://user:pass@hooks.example.org/services/secret?token=1") == "hooks.example.org"
    assert host_of("https://[broken/secret") == "the address"
