"""Pings after rounds, to a real server on loopback."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from monitor.health.ping import Pinger, failing


@pytest.fixture
async def pinger(httpserver: HTTPServer) -> AsyncIterator[Pinger]:
    made = Pinger(httpserver.url_for("/abc"), allow_private=True, every=0)
    yield made
    await made.close()


def asked(server: HTTPServer) -> list[str]:
    return [request.path for request, _ in server.log]


async def test_a_good_round_and_a_bad_one_are_told_apart(httpserver: HTTPServer, pinger: Pinger) -> None:
    httpserver.expect_request("/abc").respond_with_data("OK")
    httpserver.expect_request("/abc/fail").respond_with_data("OK")
    assert await pinger.ping(True)
    assert await pinger.ping(False)
    assert asked(httpserver) == ["/abc", "/abc/fail"]


async def test_rounds_that_go_alike_are_one_ping_a_minute_and_a_change_is_told_at_once(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/abc").respond_with_data("OK")
    httpserver.expect_request("/abc/fail").respond_with_data("OK")
    pinger = Pinger(httpserver.url_for("/abc"), allow_private=True, every=3600)
    for well in (True, True, True, False, False):
        pinger.round_ended(well)
        while pinger._task and not pinger._task.done():
            await asyncio.sleep(0.01)
    await pinger.close()
    assert asked(httpserver) == ["/abc", "/abc/fail"]


@pytest.mark.case(37)
async def test_the_guard_keeps_a_ping_out_of_the_house_unless_it_is_allowed_there(httpserver: HTTPServer) -> None:
    guarded = Pinger(httpserver.url_for("/abc"))
    assert not await guarded.ping(True)
    await guarded.close()
    assert not asked(httpserver)


@pytest.mark.case(47)
@pytest.mark.parametrize("status", [301, 404, 500])
async def test_a_ping_that_is_not_heard_is_told_once_and_without_its_address(
    httpserver: HTTPServer, pinger: Pinger, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.INFO, "monitor.health.ping")
    httpserver.expect_ordered_request("/abc").respond_with_data("", status, {"Location": "/elsewhere"})
    httpserver.expect_ordered_request("/abc").respond_with_data("", status, {"Location": "/elsewhere"})
    httpserver.expect_ordered_request("/abc").respond_with_data("OK")
    heard = [await pinger.ping(True) for _ in range(3)]
    assert heard == [False, False, True]
    said = [record.getMessage() for record in caplog.records if record.name == "monitor.health.ping"]
    assert said == [
        f"the ping after a round is not heard: the answer is {status}",
        "the ping after a round is heard again",
    ]


async def test_nobody_listens_and_nothing_is_raised(tmp_path: Path) -> None:
    pinger = Pinger("http://127.0.0.1:9/abc", allow_private=True)
    pinger.round_ended(True)
    await pinger.close()
    assert not await Pinger("http://[::1", allow_private=True).ping(True)


def test_where_a_failure_is_told() -> None:
    assert failing("https://hc.example/abc/?x=1") == "https://hc.example/abc/fail?x=1"
