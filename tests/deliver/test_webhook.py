"""The channel that posts signed JSON, against a server that misbehaves."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from monitor.deliver.policy import LONGEST_PAUSE, OnAmbiguous
from monitor.deliver.postman import Postman
from monitor.deliver.webhook import WebhookChannel, posts, signature
from monitor.deliver.webhook.channel import secret_fault
from monitor.errors import DeliveryError
from monitor.model import DeliveryState, Outcome
from monitor.net.exchange import Exchange
from monitor.store import Store
from tests.deliver.bench import NOW, Clock, a_delivery
from tests.deliver.http_bench import BadHttp, Misdeed, Reply, exchanging, kind, web
from tests.deliver.outbox_bench import enqueue, states
from tests.deliver.records import a_post

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


@pytest.fixture
async def server() -> AsyncIterator[BadHttp]:
    async with web() as bad:
        yield bad


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    async with exchanging(deadline=1.0) as found:
        yield found


def webhook(server: BadHttp, exchange: Exchange, clock: Clock | None = None, **changes: OnAmbiguous) -> WebhookChannel:
    return WebhookChannel("ops", exchange, server.place(**changes), clock or Clock(), SECRET)


async def test_the_frozen_bytes_arrive_and_the_signature_proves_them(server: BadHttp, exchange: Exchange) -> None:
    delivery = a_post(posts)
    assert await webhook(server, exchange).send(delivery) == "200 ok"
    [heard] = server.heard
    assert heard.body == delivery.message.raw
    assert heard.headers["content-type"] == "application/json; charset=utf-8"
    identity, stamp = heard.headers["webhook-id"], heard.headers["webhook-timestamp"]
    assert identity == heard.headers["idempotency-key"] == "0123456789abcdef@ops.invalid"
    assert int(stamp) == int(NOW.timestamp())
    signed = f"{identity}.{stamp}.".encode() + heard.body
    mine = hmac.new(b"0123456789abcdef0123456789abcdef", signed, hashlib.sha256).digest()
    assert heard.headers["webhook-signature"] == f"v1,{base64.b64encode(mine).decode()}"
    assert json.loads(heard.body)["stories"][0]["facts"] == [{"place": "Czechia", "product": "DeepSeek"}]


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of the specification."""
    secret, identity = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert (
        signature(secret, identity, "1614265330", b'{"test": 2432232314}')
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@pytest.mark.parametrize(
    ("secret", "fault"), [(SECRET, ""), ("a" * 16, ""), ("short", "shorter"), ("whsec_!", "base64")]
)
def test_a_secret_that_protects_nothing_is_refused(secret: str, fault: str) -> None:
    assert fault in secret_fault(secret)
    assert bool(fault) == bool(secret_fault(secret))


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Reply(400), "permanent"),
        (Reply(413), "permanent"),
        (Reply(422), "permanent"),
        (Reply(401), "channel, permanent"),
        (Reply(403), "channel, permanent"),
        (Reply(404), "channel, permanent"),
        (Reply(410), "channel, permanent"),
        (Reply(301, headers={"Location": "https://other.example.org/"}), "channel, permanent"),
        (Reply(307, headers={"Location": "https://other.example.org/"}), "channel, permanent"),
        (Reply(408), "later"),
        (Reply(429), "channel"),
        (Reply(500), "later"),
        (Reply(502), "later"),
        (Reply(503), "later"),
        (Reply(503, headers={"Retry-After": "90"}), "channel"),
        (Reply(504), "ambiguous"),
        (Reply(999), "ambiguous"),
        (Misdeed.CUT, "ambiguous"),
        (Misdeed.CUT_STATUS, "ambiguous"),
        (Misdeed.HANG, "ambiguous"),
        (Misdeed.DRIP, "ambiguous"),
        (Misdeed.NONSENSE, "ambiguous"),
    ],
    ids=str,
)
async def test_what_an_answer_means(server: BadHttp, exchange: Exchange, step: Reply | Misdeed, expected: str) -> None:
    server.script = [step]
    with pytest.raises(DeliveryError) as caught:
        await webhook(server, exchange).send(a_post(posts))
    assert kind(caught.value) == expected
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize("step", [Reply(200), Reply(202, b""), Reply(204, b""), Reply(200, b"x" * 3_000_000, cut=True)])
async def test_whatever_follows_a_2xx_it_is_sent(server: BadHttp, exchange: Exchange, step: Reply) -> None:
    server.script = [step]
    assert (await webhook(server, exchange).send(a_post(posts))).startswith("20")


@pytest.mark.case(47)
async def test_an_answer_that_repeats_the_address_tells_no_secret(server: BadHttp, exchange: Exchange) -> None:
    server.script = [Reply(404, f"no webhook at {server.url}".encode())]
    with pytest.raises(DeliveryError) as caught:
        await webhook(server, exchange).send(a_post(posts))
    assert "no webhook at" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)
    assert "T0A1B2C3D" not in str(caught.value)


async def test_a_mail_that_waits_for_a_webhook_is_not_posted(server: BadHttp, exchange: Exchange) -> None:
    with pytest.raises(DeliveryError, match="another kind of channel") as caught:
        await webhook(server, exchange).send(a_delivery(channel="ops"))
    assert kind(caught.value) == "permanent"
    assert server.heard == []


async def test_interrupted_while_waiting_it_is_in_doubt(server: BadHttp, exchange: Exchange) -> None:
    server.script = [Misdeed.HANG]
    task = asyncio.create_task(webhook(server, exchange).send(a_post(posts)))
    await server.arrived.wait()
    task.cancel()
    with pytest.raises(DeliveryError) as caught:
        await task
    assert kind(caught.value) == "ambiguous"


def put(store: Store, digest: str) -> None:
    enqueue(store, digest, "ops", channel="ops", raw=a_post(posts).message.raw)


async def test_a_doubtful_end_is_repeated_with_the_same_bytes_and_the_same_id(
    server: BadHttp, exchange: Exchange, store: Store, clock: Clock
) -> None:
    put(store, "morning@1")
    server.script = [Misdeed.CUT]
    postman = Postman(store, {"ops": webhook(server, exchange, clock)}, clock)
    [first] = await postman.drain()
    clock.forward(minutes=2)
    [second] = await postman.drain()
    assert (first.outcome, second.outcome) == (Outcome.AMBIGUOUS, Outcome.SENT)
    one, two = server.heard
    assert one.body == two.body
    assert one.headers["webhook-id"] == two.headers["webhook-id"]
    assert one.headers["webhook-timestamp"] != two.headers["webhook-timestamp"]
    assert states(store) == [DeliveryState.SENT]


async def test_a_doubtful_end_is_held_where_the_channel_says_so(
    server: BadHttp, exchange: Exchange, store: Store, clock: Clock
) -> None:
    put(store, "morning@1")
    server.script = [Misdeed.CUT]
    channel = webhook(server, exchange, clock, on_ambiguous=OnAmbiguous.HOLD)
    await Postman(store, {"ops": channel}, clock).drain()
    assert states(store) == [DeliveryState.UNKNOWN]


@pytest.mark.case(28)
async def test_a_channel_rests_for_as_long_as_it_is_asked_to(
    server: BadHttp, exchange: Exchange, store: Store, clock: Clock
) -> None:
    put(store, "morning@1")
    put(store, "morning@2")
    server.script = [Reply(429, headers={"Retry-After": "7200"})]
    postman = Postman(store, {"ops": webhook(server, exchange, clock)}, clock)
    [attempt] = await postman.drain()
    assert attempt.outcome is Outcome.CHANNEL_DOWN
    clock.forward(minutes=119)
    assert await postman.drain() == []
    clock.forward(minutes=2)
    assert [attempt.outcome for attempt in await postman.drain()] == [Outcome.SENT, Outcome.SENT]


@pytest.mark.case(28)
async def test_nobody_makes_a_channel_rest_for_ever(
    server: BadHttp, exchange: Exchange, store: Store, clock: Clock
) -> None:
    put(store, "morning@1")
    server.script = [Reply(429, headers={"Retry-After": "999999999999"})]
    postman = Postman(store, {"ops": webhook(server, exchange, clock)}, clock)
    await postman.drain()
    clock.now += LONGEST_PAUSE + timedelta(seconds=1)
    assert [attempt.outcome for attempt in await postman.drain()] == [Outcome.SENT]


@pytest.mark.case(64)
async def test_a_receiver_that_is_broken_for_a_day_gets_everything_once(
    server: BadHttp, exchange: Exchange, store: Store, clock: Clock
) -> None:
    for number in range(1, 4):
        put(store, f"morning@{number}")
    postman = Postman(store, {"ops": webhook(server, exchange, clock)}, clock)
    end = clock.now + timedelta(days=1)
    while clock.now < end:
        server.script = [Reply(502)] * 3
        await postman.drain()
        clock.forward(minutes=30)
    assert set(states(store)) == {DeliveryState.QUEUED}
    server.script, server.heard = [], []
    clock.forward(hours=1)
    await postman.drain()
    assert set(states(store)) == {DeliveryState.SENT}
    assert len({heard.headers["webhook-id"] for heard in server.heard}) == len(server.heard) == 3
