from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.errors import FeedFormatError, FetchError, SourceError
from monitor.ingest.feed import FeedSource
from monitor.ingest.http import HttpClient
from monitor.model import Article, Fault, Harvest, Move, SourceState

from .conftest import NOW
from .test_feedformat import _rss as rss


class Server:
    """A feed with knobs, and the requests that it got."""

    def __init__(self, httpserver: HTTPServer, client: HttpClient) -> None:
        self.body, self.etag, self.status = rss(3), '"1"', 200
        self.honest = True
        self.requests: list[Request] = []
        httpserver.expect_request("/rss").respond_with_handler(self._answer)
        self.source = FeedSource("wire", url=httpserver.url_for("/rss"), client=client, allow_private=True)
        self.state = SourceState("wire")

    def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        if self.honest and request.headers.get("If-None-Match") == self.etag:
            return Response(status=304, headers={"ETag": self.etag})
        return Response(self.body, status=self.status, headers={"ETag": self.etag} if self.etag else {})

    async def read(self) -> list[Harvest]:
        harvests = []
        async for harvest in self.source.read(self.state, NOW):
            harvests.append(harvest)
            self.state = harvest.state
        return harvests


@pytest.fixture
def server(httpserver: HTTPServer, client: HttpClient) -> Server:
    return Server(httpserver, client)


def _titles(harvests: list[Harvest]) -> list[str]:
    return [article.title for harvest in harvests for article in harvest.articles]


async def test_articles_and_state_come_home_together(server: Server) -> None:
    (harvest,) = await server.read()
    assert _titles([harvest]) == ["Ban 0", "Ban 1", "Ban 2"]
    first = harvest.articles[0]
    assert (first.source, first.publisher, first.lang) == ("wire", "Example Post", "en")
    assert first.origin == server.source.url and first.identities[0] == "guid:wire:g0"
    state = harvest.state
    assert (state.etag, state.last_read, state.last_article) == ('"1"', NOW, NOW)
    assert state.next_at is not None
    assert timedelta(hours=1) <= state.next_at - NOW <= timedelta(hours=1.1)
    assert not state.is_due(NOW + timedelta(minutes=59))


@pytest.mark.case(27)
async def test_304_brings_nothing_and_keeps_the_validators(server: Server) -> None:
    await server.read()
    (harvest,) = await server.read()
    assert harvest.unchanged and harvest.articles == () and harvest.state.etag == '"1"'
    assert server.requests[1].headers["If-None-Match"] == '"1"'


@pytest.mark.case(27)
async def test_a_touched_feed_brings_nothing_but_the_new_validators(server: Server) -> None:
    await server.read()
    server.etag = '"2"'
    (harvest,) = await server.read()
    assert harvest.unchanged and harvest.state.etag == '"2"'
    server.etag = ""
    (harvest,) = await server.read()
    assert harvest.unchanged and harvest.state.etag == ""


@pytest.mark.case(27)
async def test_a_server_that_never_says_304(server: Server) -> None:
    server.honest = False
    await server.read()
    (harvest,) = await server.read()
    assert harvest.unchanged


async def test_validators_come_only_with_the_last_batch(server: Server) -> None:
    server.body = rss(250)
    harvests = await server.read()
    assert [len(harvest.articles) for harvest in harvests] == [100, 100, 50]
    assert [harvest.state.etag for harvest in harvests] == ["", "", '"1"']
    assert [harvest.state.next_at is None for harvest in harvests] == [True, True, False]


def _hourly(hours: int, entries: int) -> bytes:
    """A feed of one entry an hour, the newest that many hours after NOW."""
    items = "".join(
        f"<item><title>Hour {n}</title><pubDate>{format_datetime(NOW + timedelta(hours=n))}</pubDate></item>"
        for n in range(hours, hours - entries, -1)
    )
    return f"<rss version='2.0'><channel><title>Post</title>{items}</channel></rss>".encode()


@pytest.mark.case(29)
@pytest.mark.parametrize(("entries", "after", "told"), [(6, 9, True), (6, 5, False), (2, 9, False)])
async def test_a_feed_that_holds_nothing_it_held_before_may_have_lost_something(
    server: Server, entries: int, after: int, told: bool
) -> None:
    server.body = _hourly(0, entries)
    (first,) = await server.read()
    assert first.rejections == ()
    server.body, server.etag = _hourly(after, entries), '"2"'
    (harvest,) = [one async for one in server.source.read(server.state, NOW + timedelta(hours=after))]
    assert len(harvest.articles) == entries
    assert [rejection.reason for rejection in harvest.rejections] == (
        [
            "all 6 entries are newer than what it held before: those between 2025-02-01 08:00 and 2025-02-01 12:00 "
            "UTC, if there were any, were never seen"
        ]
        if told
        else []
    )


@pytest.mark.case(5)
async def test_a_feed_that_breaks_off_is_kept_told_and_asked_for_again(server: Server) -> None:
    server.body = rss(3)[: rss(3).rindex(b"</item>")]
    with pytest.raises(FeedFormatError, match="breaks off after 2 whole entries"):
        await server.read()
    assert (server.state.etag, server.state.body_hash, server.state.last_article) == ("", "", NOW)
    server.body = rss(3)
    assert len(_titles(await server.read())) == 3
    assert "If-None-Match" not in server.requests[1].headers


@pytest.mark.case(2)
@pytest.mark.case(3)
@pytest.mark.case(4)
@pytest.mark.parametrize("body", [b"", b"<html><body>Log in</body></html>", b'{"error": "busy"}'])
async def test_a_false_answer_is_an_error_and_changes_nothing(server: Server, body: bytes) -> None:
    await server.read()
    before = server.state
    server.body, server.etag = body, '"2"'
    with pytest.raises(FeedFormatError) as caught:
        await server.read()
    assert server.state == before
    failed = server.source.failed(server.state, caught.value, NOW)
    assert (failed.etag, failed.failures, failed.failing_since) == ('"1"', 1, NOW)
    assert str(server.source.shown) in failed.error


async def test_a_refusal_backs_off(server: Server) -> None:
    server.status = 503
    with pytest.raises(FetchError) as caught:
        await server.read()
    failed = server.source.failed(server.state, caught.value, NOW)
    assert not failed.is_due(NOW + timedelta(hours=2))


async def test_another_url_under_the_same_name_gets_no_old_validators(server: Server, httpserver: HTTPServer) -> None:
    await server.read()
    httpserver.expect_request("/new").respond_with_handler(server._answer)
    server.source = replace(server.source, url=httpserver.url_for("/new"))
    (harvest,) = await server.read()
    assert "If-None-Match" not in server.requests[1].headers
    assert not harvest.unchanged and len(harvest.articles) == 3


@pytest.mark.case(16)
async def test_guids_that_repeat_identify_nothing(server: Server) -> None:
    server.body = rss(2).replace(b"g1", b"g0")
    (harvest,) = await server.read()
    assert len({article.id for article in harvest.articles}) == 2
    assert not any(key.startswith("guid:") for article in harvest.articles for key in article.identities)


async def test_what_the_configuration_says_wins(server: Server) -> None:
    server.source = replace(server.source, publisher="Wire", lang="de")
    (harvest,) = await server.read()
    assert {article.publisher for article in harvest.articles} == {"Wire"}


async def test_a_feed_file(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss(2))
    source = FeedSource("file", path=path)
    state = SourceState("file")
    (first,) = [harvest async for harvest in source.read(state, NOW)]
    assert _titles([first]) == ["Ban 0", "Ban 1"] and first.state.is_due(NOW)
    assert isinstance(first.articles[0], Article) and first.articles[0].origin == str(path)
    (second,) = [harvest async for harvest in source.read(first.state, NOW)]
    assert second.unchanged


@pytest.mark.parametrize("kind", ["missing", "folder", "link"])
async def test_a_feed_file_that_cannot_be_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "feed.xml"
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(SourceError, match=r"feed\.xml"):
        [harvest async for harvest in FeedSource("file", path=path).read(SourceState("file"), NOW)]


async def test_a_source_without_client_says_so() -> None:
    with pytest.raises(SourceError, match="no HTTP client"):
        [harvest async for harvest in FeedSource("x", url="https://example.org/").read(SourceState("x"), NOW)]


def _dated(entries: int, days: float) -> bytes:
    items = "".join(
        f"<item><title>Story {n} of many</title><link>https://e.org/{n}</link>"
        f"<pubDate>{format_datetime(NOW - timedelta(days=n * days))}</pubDate></item>"
        for n in range(entries)
    )
    return f"<rss version='2.0'><channel><title>Old</title>{items}</channel></rss>".encode()


@pytest.mark.case(14)
async def test_an_old_feed_begins_with_a_bounded_backfill_and_the_rest_is_told_once(server: Server) -> None:
    server.body = _dated(500, 1)
    harvests = await server.read()
    assert len(_titles(harvests)) == 50
    (told,) = harvests[-1].rejections
    assert told.reason.startswith("450 entries from before 2024-12-14 are history")
    server.body, server.etag = _dated(500, 1.0001), '"2"'
    harvests = await server.read()
    assert len(_titles(harvests)) <= 50 and harvests[-1].rejections == ()


@pytest.mark.case(14)
async def test_a_busy_feed_begins_with_all_of_a_month(server: Server) -> None:
    server.body = _dated(80, 0.1)
    assert len(_titles(await server.read())) == 80


async def test_a_valid_feed_without_entries_is_empty_and_no_failure(server: Server) -> None:
    server.body = b"<rss version='2.0'><channel><title>Nothing yet</title></channel></rss>"
    (harvest,) = await server.read()
    state = harvest.state
    assert (state.fault, state.fault_since, state.failing_since) == (Fault.EMPTY, NOW, None)
    (again,) = await server.read()
    assert (again.unchanged, again.state.fault) == (True, Fault.EMPTY)
    server.body, server.etag = rss(1), '"2"'
    (harvest,) = await server.read()
    assert (harvest.state.fault, harvest.state.rhythm.last) == (Fault.NONE, harvest.articles[0].published)


@pytest.mark.case(30)
async def test_a_place_that_a_feed_moved_to_and_that_is_lost_is_given_up(server: Server) -> None:
    moved = replace(server.state, move=Move(server.source.url, "https://e.org/new", 3))
    gone = server.source.failed(moved, FetchError("404", status=404), NOW)
    assert gone.move == Move()
    assert server.source.failed(moved, FetchError("down"), NOW).move == moved.move
    assert "write feed = " in server.source.advice(moved)
