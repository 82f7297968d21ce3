"""The channels of chat services: what their own ways of answering mean."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from monitor.deliver.channel import Channel
from monitor.deliver.post import Place
from monitor.deliver.slack import SlackChannel, block_posts
from monitor.deliver.teams import TeamsChannel
from monitor.deliver.teams import posts as teams_posts
from monitor.deliver.telegram import TelegramChannel
from monitor.deliver.telegram import posts as telegram_posts
from monitor.errors import DeliveryError
from monitor.model import Delivery
from monitor.net.exchange import Exchange
from tests.deliver.bench import Clock, a_delivery
from tests.deliver.http_bench import BadHttp, Misdeed, Reply, exchanging, kind, web
from tests.deliver.records import a_post

TOKEN = "987654321:AAs3cr3tTokenOfTheBot_x"
WAYS = {"slack": block_posts, "teams": teams_posts, "telegram": telegram_posts}


@pytest.fixture
async def server() -> AsyncIterator[BadHttp]:
    async with web() as bad:
        yield bad


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    async with exchanging(deadline=1.0) as found:
        yield found


def channel(name: str, server: BadHttp, exchange: Exchange) -> Channel:
    if name == "telegram":
        place = Place(f"http://127.0.0.1:{server.port}/bot{TOKEN}/sendMessage", allow_private=True)
        return TelegramChannel("ops", exchange, place, Clock(), "-1001")
    return (SlackChannel if name == "slack" else TeamsChannel)("ops", exchange, server.place(), Clock())


def delivery(name: str) -> Delivery:
    return a_post(WAYS[name])


async def failure(name: str, server: BadHttp, exchange: Exchange, *script: Reply | Misdeed) -> DeliveryError:
    server.script = list(script)
    with pytest.raises(DeliveryError) as caught:
        await channel(name, server, exchange).send(delivery(name))
    return caught.value


@pytest.mark.parametrize("name", WAYS)
async def test_the_frozen_bytes_arrive(server: BadHttp, exchange: Exchange, name: str) -> None:
    assert await channel(name, server, exchange).send(delivery(name)) == "200 ok"
    [heard] = server.heard
    frozen, sent = json.loads(delivery(name).message.raw), json.loads(heard.body)
    assert {key: sent[key] for key in frozen} == frozen
    assert set(sent) - set(frozen) == ({"chat_id"} if name == "telegram" else set())
    assert heard.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Reply(400, b"invalid_payload"), "permanent"),
        (Reply(403, b"action_prohibited"), "channel, permanent"),
        (Reply(404, b"no_service"), "channel, permanent"),
        (Reply(410, b"channel_is_archived"), "channel, permanent"),
        (Reply(429, b"", {"Retry-After": "30"}), "channel"),
        (Reply(500, b"rollup_error"), "later"),
        (Misdeed.CUT, "ambiguous"),
        (Misdeed.HANG, "ambiguous"),
    ],
    ids=str,
)
async def test_what_an_answer_means(
    server: BadHttp, exchange: Exchange, name: str, step: Reply | Misdeed, expected: str
) -> None:
    assert kind(await failure(name, server, exchange, step)) == expected


@pytest.mark.parametrize("name", WAYS)
async def test_a_mail_that_waits_there_is_not_posted(server: BadHttp, exchange: Exchange, name: str) -> None:
    with pytest.raises(DeliveryError, match="another kind of channel"):
        await channel(name, server, exchange).send(a_delivery(channel="ops"))
    assert server.heard == []


@pytest.mark.parametrize(
    ("status", "expected"), [(429, "channel"), (413, "permanent"), (404, "channel, permanent"), (502, "later")]
)
async def test_teams_says_no_behind_a_200(server: BadHttp, exchange: Exchange, status: int, expected: str) -> None:
    told = f"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error {status} with x"
    assert kind(await failure("teams", server, exchange, Reply(200, told.encode()))) == expected


async def test_telegram_says_in_the_body_how_long_to_wait(server: BadHttp, exchange: Exchange) -> None:
    told = b'{"ok":false,"error_code":429,"parameters":{"retry_after":77}}'
    error = await failure("telegram", server, exchange, Reply(429, told))
    assert (kind(error), error.retry_after) == ("channel", 77)


@pytest.mark.parametrize(
    "body", [b"", b"[1]", b"{", b"[" * 100_000, b'{"parameters": 3}', b'{"parameters": {"retry_after": -1}}']
)
async def test_a_telegram_that_talks_nonsense_is_left_alone_for_a_while(
    server: BadHttp, exchange: Exchange, body: bytes
) -> None:
    error = await failure("telegram", server, exchange, Reply(429, body))
    assert (kind(error), error.retry_after) == ("channel", 0)


async def test_a_chat_that_is_not_there_is_the_channels_fault(server: BadHttp, exchange: Exchange) -> None:
    told = b'{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}'
    assert kind(await failure("telegram", server, exchange, Reply(400, told))) == "channel, permanent"


@pytest.mark.case(47)
async def test_the_token_of_a_bot_is_in_no_error(server: BadHttp, exchange: Exchange) -> None:
    error = await failure("telegram", server, exchange, Reply(401, f"bot {TOKEN} is unauthorized".encode()))
    assert "s3cr3t" not in str(error)
    assert "unauthorized" in str(error)
