"""Feeds in worker processes: the same articles, limits that hold, and workers that come again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.errors import FeedFormatError
from monitor.ingest.article import Setting
from monitor.ingest.feedformat import FeedBody
from monitor.ingest.parsing import Order, Parsed, ParserPool, parse, parse_in_thread
from monitor.model import Fault

from .conftest import NOW
from .test_feedformat import _rss as rss


def _order(raw: bytes) -> Order:
    return Order(FeedBody(raw, "https://example.org/rss"), Setting("wire", "https://example.org/rss", NOW, lang="en"))


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    pool = ParserPool(workers=1)
    yield pool
    await pool.close()


async def test_a_worker_parses_as_we_do(pool: ParserPool) -> None:
    order = _order(rss(3))
    assert await pool.parse(order) == parse(order) == await parse_in_thread(order)


@pytest.mark.case(2)
async def test_a_refusal_comes_back_with_its_kind_and_the_worker_goes_on(pool: ParserPool) -> None:
    with pytest.raises(FeedFormatError, match=r"example\.org/rss: the answer is empty") as caught:
        await pool.parse(_order(b""))
    assert caught.value.fault is Fault.EMPTY
    assert (await pool.parse(_order(rss(1)))).entries == 1
    assert len(pool._idle) == 1


def _hostile() -> dict[str, bytes]:
    def feed(inside: bytes) -> bytes:
        return b"<rss version='2.0'><channel><title>t</title>" + inside + b"</channel></rss>"

    letters = b"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a '" + b"a" * 60 + b"'>]>"
    return {
        "nested": feed(b"<item><title>x</title><description>" + b"<b>" * 50_000 + b"</description></item>"),
        "nested elements": feed(b"<item>" + b"<a>" * 50_000 + b"x" + b"</a>" * 50_000 + b"</item>"),
        "attributes": feed(b"<item " + b" ".join(b"a%d='1'" % n for n in range(100_000)) + b"><title>x</title></item>"),
        "unclosed": feed(b"<item><title>x</title><description>" + b"<" * 200_000 + b"</description></item>"),
        "quadratic": letters + feed(b"<item><title>" + b"&a;" * 200_000 + b"</title></item>"),
        "one long title": feed(b"<item><title>" + b"x&amp;&#x41; " * 200_000 + b"</title></item>"),
        "one long date": feed(b"<item><title>x</title><pubDate>" + b"1" * 200_000 + b"</pubDate></item>"),
        "deep json": b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 100_000,
    }


@pytest.mark.case(10)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
async def test_the_hostile_set_stays_within_two_hundred_megabytes(pool: ParserPool) -> None:
    for name, raw in _hostile().items():
        try:
            found: Parsed | None = await pool.parse(_order(raw))
        except FeedFormatError as error:
            assert "memory" not in str(error) and "within" not in str(error), name
            found = None
        assert found is None or found.entries <= 1
        (worker,) = pool._idle
        status = Path(f"/proc/{worker._process.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        assert peak < 200 * 1024, name


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux limits memory")
async def test_too_much_memory_costs_the_feed_and_not_the_program() -> None:
    pool = ParserPool(workers=1, megabytes=60)
    big = _order(
        rss(1).replace(
            b"</channel>",
            b"<item><title>x</title><description>" + b"y" * 60_000_000 + b"</description></item></channel>",
        )
    )
    with pytest.raises(FeedFormatError, match="memory"):
        await pool.parse(big)
    assert (await pool.parse(_order(rss(2)))).entries == 2
    await pool.close()


async def test_too_much_time_ends_the_worker_and_a_new_one_comes() -> None:
    pool = ParserPool(workers=1)
    await pool.parse(_order(rss(1)))
    (first,) = pool._idle
    pool._seconds = 0.0
    with pytest.raises(FeedFormatError, match="cannot be parsed within 0 s"):
        await pool.parse(_order(rss(3000)))
    assert not first.is_alive
    pool._seconds = 30.0
    assert (await pool.parse(_order(rss(2)))).entries == 2
    await pool.close()


async def test_a_cancelled_parse_takes_its_worker_along() -> None:
    pool = ParserPool(workers=1)
    await pool.parse(_order(rss(1)))
    (worker,) = pool._idle
    task = asyncio.create_task(pool.parse(_order(rss(20_000))))
    while pool._idle:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not worker.is_alive
    await pool.close()


@pytest.mark.case(13)
async def test_the_event_loop_goes_on_while_a_giant_is_parsed(pool: ParserPool) -> None:
    task = asyncio.create_task(pool.parse(_order(rss(3000))))
    turns = 0
    while not task.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 20 and (await task).entries == 3000
