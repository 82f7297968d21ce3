"""The channel through the library apprise: real calls to a server on loopback, threads that hang, secrets."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import pytest

from monitor.deliver.apprise import AppriseChannel, address_is_known, posts
from monitor.errors import DeliveryError
from tests.deliver.bench import a_delivery
from tests.deliver.http_bench import BadHttp, Misdeed, Reply, kind, web
from tests.deliver.records import a_post

pytest.importorskip("apprise", reason="the extra `channels` is not installed")


@pytest.fixture
async def server() -> AsyncIterator[BadHttp]:
    async with web() as bad:
        yield bad


def channel(server: BadHttp, deadline: float = 5.0) -> AppriseChannel:
    return AppriseChannel("ops", f"json://127.0.0.1:{server.port}/s3cr3t-token?cto=1&rto=1", deadline=deadline)


async def test_title_and_text_arrive(server: BadHttp) -> None:
    assert await channel(server).send(a_post(posts)) == "taken"
    [heard] = server.heard
    told = json.loads(heard.body)
    assert told["title"].startswith("Watchlist morning: 1 new")
    assert "from its ministries" in told["message"]


@pytest.mark.parametrize("step", [Reply(500), Reply(404), Misdeed.CUT, Misdeed.HANG], ids=str)
async def test_a_no_has_many_meanings_so_nobody_knows(
    server: BadHttp, step: Reply | Misdeed, caplog: pytest.LogCaptureFixture
) -> None:
    server.script = [step]
    with caplog.at_level(logging.DEBUG), pytest.raises(DeliveryError) as caught:
        await channel(server).send(a_post(posts))
    assert kind(caught.value) == "ambiguous"
    assert "s3cr3t" not in caplog.text + str(caught.value)


async def test_a_call_that_hangs_ends_at_the_deadline_and_nothing_is_sent_beside_it(server: BadHttp) -> None:
    server.script = [Misdeed.HANG]
    hanging = channel(server, deadline=0.3)
    with pytest.raises(DeliveryError, match="no answer") as caught:
        await hanging.send(a_post(posts))
    assert kind(caught.value) == "ambiguous"
    with pytest.raises(DeliveryError, match="has not ended") as caught:
        await hanging.send(a_post(posts))
    assert kind(caught.value) == "channel"
    assert len(server.heard) == 1
    await asyncio.sleep(1.2)
    assert await AppriseChannel.send(hanging, a_post(posts)) == "taken"


async def test_an_address_that_no_service_has_is_the_channels_fault() -> None:
    with pytest.raises(DeliveryError) as caught:
        await AppriseChannel("ops", "nonsense://s3cr3t").send(a_post(posts))
    assert kind(caught.value) == "channel, permanent"
    assert "s3cr3t" not in str(caught.value)


def test_a_configuration_can_ask_whether_a_service_is_known() -> None:
    assert address_is_known("json://127.0.0.1/x")
    assert not address_is_known("nonsense://x")


async def test_a_mail_that_waits_for_it_is_refused(server: BadHttp) -> None:
    with pytest.raises(DeliveryError, match="another kind") as caught:
        await channel(server).send(a_delivery(channel="ops"))
    assert kind(caught.value) == "permanent"
