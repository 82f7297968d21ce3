from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.errors import FetchError
from monitor.ingest.http import USER_AGENT, HttpClient, Validators
from monitor.net.caching import retry_after

from .conftest import NOW

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(handler: Handler) -> AsyncIterator[str]:
    """A server that misbehaves below HTTP."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            await handler(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"


async def _get(client: HttpClient, url: str, **kwargs: str) -> object:
    return await client.get(url, NOW, allow_private=True, **kwargs)


async def test_a_plain_answer_and_the_manners_of_the_request(client: HttpClient, httpserver: HTTPServer) -> None:
    seen: list[Request] = []

    def answer(request: Request) -> Response:
        seen.append(request)
        headers = {"ETag": 'W/"a"', "Last-Modified": "Thu, 30 Jan 2025 09:15:00 GMT", "Set-Cookie": "a=b"}
        return Response(b"<rss/>", headers=headers, content_type="application/rss+xml")

    httpserver.expect_request("/feed").respond_with_handler(answer)
    for _ in range(2):
        fetched = await client.get(httpserver.url_for("/feed?a=%7Eb"), NOW, allow_private=True)
    assert (fetched.status, fetched.body, fetched.etag) == (200, b"<rss/>", 'W/"a"')
    assert fetched.last_modified == "Thu, 30 Jan 2025 09:15:00 GMT"
    assert fetched.content_type.startswith("application/rss+xml") and fetched.whole
    headers = seen[1].headers
    assert headers["User-Agent"] == USER_AGENT and "+https://" in USER_AGENT
    assert headers["Accept-Encoding"] == "gzip"
    assert not {"Cookie", "Referer", "If-None-Match", "If-Modified-Since"} & set(headers.keys())
    assert seen[1].query_string == b"a=%7Eb"


@pytest.mark.case(27)
async def test_validators_go_back_byte_for_byte(client: HttpClient, httpserver: HTTPServer) -> None:
    etag, modified = 'W/"caf\xe9  x"', "thu, 30 jan 2025 9:15:00 +0000"

    def answer(request: Request) -> Response:
        same = request.headers["If-None-Match"] == etag and request.headers["If-Modified-Since"] == modified
        return Response(status=304 if same else 500)

    httpserver.expect_request("/feed").respond_with_handler(answer)
    url = httpserver.url_for("/feed")
    assert (await client.get(url, NOW, Validators(url, etag, modified), allow_private=True)).not_modified


@pytest.mark.case(27)
async def test_304_to_an_unconditional_request_is_an_error(client: HttpClient, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data("", status=304)
    with pytest.raises(FetchError, match="unconditional"):
        await _get(client, httpserver.url_for("/feed"))


@pytest.mark.case(30)
async def test_redirects_are_followed_and_permanent_ones_told(client: HttpClient, httpserver: HTTPServer) -> None:
    for number, status in ((1, 301), (2, 308), (3, 301)):
        httpserver.expect_request(f"/{number}").respond_with_data(
            "", status=status, headers={"Location": f"/{number + 1}"}
        )
    httpserver.expect_request("/4").respond_with_data("<rss/>")
    httpserver.expect_request("/t").respond_with_data("", status=302, headers={"Location": "/1"})
    fetched = await client.get(httpserver.url_for("/1"), NOW, allow_private=True)
    assert fetched.url == fetched.moved_to == httpserver.url_for("/4")
    assert (await client.get(httpserver.url_for("/t"), NOW, allow_private=True)).moved_to == ""


async def test_redirects_to_unencoded_utf_8(client: HttpClient) -> None:
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = not seen
        seen.append(b"x")
        location = "/é".encode()
        moved = b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
        writer.write(moved if first else b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>")
        await writer.drain()

    async with raw_server(serve) as url:
        fetched = await client.get(url, NOW, allow_private=True)
    assert fetched.body == b"<rss/>" and fetched.url.endswith("/é")


@pytest.mark.case(30)
async def test_redirect_loops_end(client: HttpClient, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=301, headers={"Location": "/a"})
    with pytest.raises(FetchError, match="more than 5 redirects"):
        await _get(client, httpserver.url_for("/a"))
    assert len(httpserver.log) == 6


@pytest.mark.case(37)
@pytest.mark.case(40)
@pytest.mark.parametrize("target", ["file:///etc/hostname", "http://127.1/", "gopher://e.org/", "http://u:p@e.org/"])
async def test_each_hop_is_judged(client: HttpClient, httpserver: HTTPServer, target: str) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=302, headers={"Location": target})
    with pytest.raises(FetchError, match="refused"):
        await _get(client, httpserver.url_for("/a"))


@pytest.mark.case(37)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_private_addresses_are_refused_unless_allowed(
    client: HttpClient, httpserver: HTTPServer, host: str
) -> None:
    httpserver.expect_request("/a").respond_with_data("<rss/>")
    with pytest.raises(FetchError, match=r"private address .*allow_private"):
        await client.get(f"http://{host}:{httpserver.port}/a", NOW)
    assert httpserver.log == []


@pytest.mark.case(41)
async def test_proxy_variables_are_not_heeded(
    client: HttpClient, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    httpserver.expect_request("/a").respond_with_data("<rss/>")
    fresh = HttpClient(timeout=5)
    assert (await fresh.get(httpserver.url_for("/a"), NOW, allow_private=True)).body == b"<rss/>"
    await fresh.close()


@pytest.mark.parametrize("status", [400, 403, 404, 410, 429, 500, 503])
async def test_refusals_carry_status_and_wish(client: HttpClient, httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/a").respond_with_data("no", status=status, headers={"Retry-After": "120"})
    with pytest.raises(FetchError) as caught:
        await _get(client, httpserver.url_for("/a"))
    assert (caught.value.status, caught.value.retry_after, caught.value.gone) == (status, 120.0, status == 410)


@pytest.mark.case(28)
@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0), ("0", 0.0), ("-5", None), ("soon", None), ("", None), ("1000000000000", 1e12),
        (format_datetime(NOW + timedelta(hours=2)), 7200.0), (format_datetime(NOW - timedelta(days=1)), 0.0),
        ("²", None), ("9" * 5_000, 999_999_999_999_999.0),
    ],
)  # fmt: skip
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
)
async def test_packed_bodies(
    client: HttpClient, httpserver: HTTPServer, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    body = b"<rss>" + b"x" * 90_000
    httpserver.expect_request("/a").respond_with_data(pack(body), headers={"Content-Encoding": encoding})
    assert (await client.get(httpserver.url_for("/a"), NOW, allow_private=True)).body == body


async def test_gzip_of_several_members(client: HttpClient, httpserver: HTTPServer) -> None:
    packed = gzip.compress(b"one") + gzip.compress(b"two")
    httpserver.expect_request("/a").respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    assert (await client.get(httpserver.url_for("/a"), NOW, allow_private=True)).body == b"onetwo"


@pytest.mark.case(11)
@pytest.mark.parametrize("packed", [gzip.compress(b"\0" * 50_000_000), b"x" * 300_000])
async def test_bombs_and_giants_stop_at_the_cap(client: HttpClient, httpserver: HTTPServer, packed: bytes) -> None:
    headers = {"Content-Encoding": "gzip"} if packed[:1] == b"\x1f" else {}
    httpserver.expect_request("/a").respond_with_data(packed, headers=headers)
    with pytest.raises(FetchError, match="larger than 200,000 bytes"):
        await _get(client, httpserver.url_for("/a"))


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "gzip"])
async def test_other_encodings_and_damage_are_errors(client: HttpClient, httpserver: HTTPServer, encoding: str) -> None:
    httpserver.expect_request("/a").respond_with_data(b"not packed", headers={"Content-Encoding": encoding})
    with pytest.raises(FetchError, match=r"encoding|damaged"):
        await _get(client, httpserver.url_for("/a"))


@pytest.mark.case(12)
async def test_a_dripping_body_meets_the_deadline() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    client = HttpClient(timeout=0.3)
    async with raw_server(drip) as url:
        with pytest.raises(FetchError, match=r"no complete answer within 0\.3 s"):
            await client.get(url, NOW, allow_private=True)
    await client.close()


@pytest.mark.case(35)
async def test_a_server_that_says_nothing_costs_its_own_feed_its_time_and_no_other(httpserver: HTTPServer) -> None:
    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    httpserver.expect_request("/a").respond_with_data(b"<rss/>")
    client = HttpClient(timeout=2.0)
    async with raw_server(silent) as url:
        waiting = asyncio.create_task(client.get(url, NOW, allow_private=True))
        assert (await client.get(httpserver.url_for("/a"), NOW, allow_private=True)).body == b"<rss/>"
        assert not waiting.done()
        with pytest.raises(FetchError, match=r"no (complete )?answer within 2 s|timed out"):
            await waiting
    await client.close()


@pytest.mark.case(6)
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<rss>half",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n<rss>half\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"<rss>half")[:-4],
    ],
)
async def test_a_body_that_breaks_off_is_kept_and_marked(client: HttpClient, answer: bytes) -> None:
    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with raw_server(cut) as url:
        fetched = await client.get(url, NOW, allow_private=True)
    assert (fetched.body, fetched.whole) == (b"<rss>half", False)


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"])
async def test_no_answer_at_all(client: HttpClient, answer: bytes) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with raw_server(hang_up) as url:
        with pytest.raises(FetchError):
            await _get(client, url)


@pytest.mark.case(47)
async def test_errors_show_no_secrets(client: HttpClient, httpserver: HTTPServer) -> None:
    with pytest.raises(FetchError) as caught:
        await _get(client, httpserver.url_for("/a?token=hunter2"))
    assert "hunter2" not in str(caught.value) and "token=***" in str(caught.value)
    with pytest.raises(FetchError) as refused:
        await _get(client, "http://ann:hunter2@example.org/a")
    assert "hunter2" not in str(refused.value)
