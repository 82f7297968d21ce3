"""The pages of articles, fetched where a feed gives only their beginning."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from monitor.ingest.feed import FeedSource
from monitor.ingest.fulltext import FullText, Page, extract, is_available, resolved
from monitor.ingest.http import AGENT, HttpClient
from monitor.ingest.parsing import ParserPool
from monitor.ingest.robots import Robots
from monitor.model import Article, SourceState

from .conftest import NOW

pytestmark = pytest.mark.skipif(not is_available(), reason="the extra is not installed")

SENTENCE = "The data protection authority has ordered the removal of the application from all stores in the country. "
PAGE = (
    "<html><head><title>Rome bars it</title></head><body><nav><a href='/'>Home</a> <a href='/x'>Sport</a></nav>"
    f"<article><h1>Rome bars it</h1><p>{SENTENCE * 3}</p><p>It gave the company ten days. {SENTENCE}</p></article>"
    "<footer>Imprint and cookies</footer></body></html>"
)


def test_a_page_without_its_furniture() -> None:
    text = extract(Page(PAGE.encode(), "https://example.org/1"))
    assert "ten days" in text and "Sport" not in text and "cookies" not in text
    assert extract(Page(b"", "https://example.org/1")) == extract(Page(b"\x00\xff<", "https://example.org/1")) == ""


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    pool = ParserPool(workers=1)
    yield pool
    await pool.close()


class Site:
    """A feed of three articles; the page of the second is missing, and of the third says less than the feed."""

    def __init__(self, httpserver: HTTPServer, client: HttpClient, pool: ParserPool, robots: str = "") -> None:
        self.server = httpserver
        self.known: set[str] = set()
        items = "".join(
            f"<item><title>Story {n}</title><link>{httpserver.url_for(f'/{n}')}</link><guid>g-{n}</guid>"
            f"<description>{'Beginning of the story. ' * (1 if n < 3 else 40)}</description></item>"
            for n in (1, 2, 3)
        )
        feed = f"<rss version='2.0'><channel><title>Post</title>{items}</channel></rss>"
        httpserver.expect_request("/rss").respond_with_data(feed, content_type="application/rss+xml")
        httpserver.expect_request("/robots.txt").respond_with_data(robots, status=200 if robots else 404)
        page = PAGE.replace("Rome bars it", "Story 1")
        httpserver.expect_request("/1").respond_with_data(page, content_type="text/html")
        httpserver.expect_request("/2").respond_with_response(Response(status=500))
        httpserver.expect_request("/3").respond_with_data(PAGE.replace(SENTENCE, ""), content_type="text/html")
        fulltext = FullText(client, Robots(client, AGENT), pool.extract, lambda keys: bool(self.known & set(keys)))
        url = httpserver.url_for("/rss")
        self.source = FeedSource(
            "wire", url=url, client=client, allow_private=True, parse=pool.parse, fulltext=fulltext
        )

    async def read(self) -> list[Article]:
        return [one async for harvest in self.source.read(SourceState("wire"), NOW) for one in harvest.articles]


async def test_new_articles_are_filled_and_failures_leave_the_summary(
    httpserver: HTTPServer, client: HttpClient, pool: ParserPool
) -> None:
    site = Site(httpserver, client, pool)
    bare = replace(site.source, fulltext=None)
    plain = [one async for harvest in bare.read(SourceState("wire"), NOW) for one in harvest.articles]
    first, second, third = await site.read()
    assert first.title == "Story 1" and first.body.startswith(SENTENCE[:20]), "the title stands above the text once"
    assert "ten days" in first.body and first.summary == plain[0].summary
    assert first.identities == plain[0].identities, "known by the feed's text when it is read again"
    assert (second, third) == (plain[1], plain[2])


async def test_what_is_known_is_not_fetched_again(httpserver: HTTPServer, client: HttpClient, pool: ParserPool) -> None:
    site = Site(httpserver, client, pool)
    site.known = {key for article in await site.read() for key in article.identities}
    before = len(httpserver.log)
    await site.read()
    assert len(httpserver.log) == before + 1


async def test_a_private_page_is_guarded(httpserver: HTTPServer, client: HttpClient, pool: ParserPool) -> None:
    site = Site(httpserver, client, pool)
    article = (await site.read())[1]
    assert site.source.fulltext is not None
    before = len(httpserver.log)
    assert await site.source.fulltext.filled([article], NOW, allow_private=False) == (article,)
    assert len(httpserver.log) == before


async def test_a_page_that_its_site_forbids_is_left_alone(
    httpserver: HTTPServer, client: HttpClient, pool: ParserPool
) -> None:
    site = Site(httpserver, client, pool, robots="User-agent: *\nDisallow: /1\n")
    first, _, _ = await site.read()
    assert "ten days" not in first.body
    assert "/1" not in [request.path for request, _ in httpserver.log]


@pytest.mark.case(23)
@pytest.mark.parametrize(
    ("link", "page", "known"),
    [
        ("https://feedproxy.google.com/~r/post/~3/x", "https://post.example/ban?utm_source=rss", True),
        ("https://t.co/Ab1", "https://www.post.example/ban/", True),
        ("https://post.example/go/1", "https://consent.example/ask", False),
        ("https://t.co/Ab1", "https://bit.ly/x", False),
        ("https://t.co/Ab1", "https://post.example/", False),
    ],
)
def test_an_article_behind_a_redirector_is_known_by_the_address_of_its_page(link: str, page: str, known: bool) -> None:
    plain = Article("a1", "wire", "Rome bars it", NOW, url=link, identities=("guid:wire:1", "text:x"))
    found = resolved(plain, page)
    if known:
        assert (found.url, found.identities) == (page, (*plain.identities, "url:https://post.example/ban"))
    else:
        assert found == plain
