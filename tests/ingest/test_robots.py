"""What a site allows us to fetch of its pages (RFC 9309), asked of real servers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from monitor.ingest.fulltext import is_available
from monitor.ingest.http import AGENT, HttpClient
from monitor.ingest.robots import KEPT, RETRIED, Robots

from .conftest import NOW

pytestmark = pytest.mark.skipif(not is_available(), reason="the extra is not installed")

RULES = """\ufeffUser-agent: *
Disallow: /

User-agent: Watchlist-Monitor
Disallow: /paid/
Disallow: /*.pdf$
Allow: /paid/open/
"""


async def allowed(robots: Robots, httpserver: HTTPServer, path: str, later: timedelta = timedelta()) -> bool:
    return await robots.allows(httpserver.url_for(path), NOW + later, allow_private=True)


@pytest.mark.parametrize(
    ("path", "allows"),
    [("/news/1", True), ("/paid/1", False), ("/paid/open/1", True), ("/a.pdf", False), ("/a.pdf.html", True)],
)
async def test_the_longest_rule_of_our_own_name_decides(
    httpserver: HTTPServer, client: HttpClient, path: str, allows: bool
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data(RULES, content_type="text/plain")
    assert await allowed(Robots(client, AGENT), httpserver, path) is allows


@pytest.mark.parametrize(
    ("status", "allows"), [(404, True), (403, True), (401, True), (410, True), (429, False), (500, False), (503, False)]
)
async def test_no_file_allows_all_and_a_failing_server_nothing(
    httpserver: HTTPServer, client: HttpClient, status: int, allows: bool
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_response(Response(status=status))
    assert await allowed(Robots(client, AGENT), httpserver, "/1") is allows


async def test_a_site_is_asked_once_a_day(httpserver: HTTPServer, client: HttpClient) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data(RULES)
    robots = Robots(client, AGENT)
    for hours in (0, 1, 23):
        assert await allowed(robots, httpserver, "/1", timedelta(hours=hours))
    assert len(httpserver.log) == 1
    assert await allowed(robots, httpserver, "/1", KEPT)
    assert len(httpserver.log) == 2


async def test_a_failing_server_is_asked_again_after_an_hour(httpserver: HTTPServer, client: HttpClient) -> None:
    httpserver.expect_ordered_request("/robots.txt").respond_with_response(Response(status=503))
    httpserver.expect_ordered_request("/robots.txt").respond_with_data(RULES)
    robots = Robots(client, AGENT)
    assert not await allowed(robots, httpserver, "/1")
    assert not await allowed(robots, httpserver, "/1", RETRIED / 2)
    assert len(httpserver.log) == 1
    assert await allowed(robots, httpserver, "/1", RETRIED)


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff\xfe", b"User-agent\n" * 9, b"<html><body>Not found</body></html>", b"D" * 150_000]
)
async def test_nonsense_forbids_nothing(httpserver: HTTPServer, client: HttpClient, body: bytes) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data(body)
    assert await allowed(Robots(client, AGENT), httpserver, "/1")


async def test_the_guard_judges_the_file_too(httpserver: HTTPServer, client: HttpClient) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data(RULES)
    assert not await Robots(client, AGENT).allows(httpserver.url_for("/1"), NOW, allow_private=False)
    assert httpserver.log == []
