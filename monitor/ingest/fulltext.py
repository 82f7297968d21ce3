"""The whole article where a feed gives only its beginning: the page is fetched and extracted (extra `fulltext`).

Only articles that nobody knows yet are fetched, a few for each read, by the same client as feeds: same limits, same
guard, one request at a time per host, and only what the site's robots.txt allows. Whatever goes wrong, the feed's own
text stays.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec

from monitor.errors import SourceError
from monitor.ingest.blocks import paragraphs
from monitor.ingest.charset import decode, html_charset
from monitor.ingest.http import HttpClient
from monitor.ingest.robots import Robots
from monitor.model import Article
from monitor.net.urls import canonical_url, only_redirects, redact, url_fault
from monitor.text.clean import clean

log = logging.getLogger(__name__)

MOST = 25
"""Pages that are fetched in one read of a feed."""

_HTML = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page, to be extracted."""

    raw: bytes
    url: str


Extract = Callable[[Page], Awaitable[str]]
"""A way to have a page extracted off the event loop. Raises SourceError where a limit ended it."""


def is_available() -> bool:
    """Whether the extra is installed."""
    return find_spec("trafilatura") is not None and find_spec("protego") is not None


def extract(page: Page) -> str:
    """The article in a page, one paragraph a line; empty where there is none (pure, but slow: 4 ms)."""
    markup = decode(page.raw, html_charset(page.raw))
    found = import_module("trafilatura").extract(markup, url=page.url, include_comments=False, include_tables=False)
    return paragraphs(clean(found)) if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True)
class FullText:
    """Fills in the bodies of new articles. `is_known` is asked with an article's identities, in a thread."""

    client: HttpClient
    robots: Robots
    extract: Extract
    is_known: Callable[[Sequence[str]], bool]

    async def filled(self, articles: Sequence[Article], now: datetime, *, allow_private: bool) -> tuple[Article, ...]:
        """The articles, the new ones with the text of their pages where that is longer.

        Their identities stay those of the feed's text, by which they are known when the feed is read again; where the
        feed's link is that of a shortener or redirector, the address of the page is one more (case 23).
        """
        done: list[Article] = []
        fetched = 0
        for article in articles:
            wanted = fetched < MOST and article.url and not url_fault(article.url)
            if wanted and not await asyncio.to_thread(self.is_known, article.identities):
                fetched += 1
                article = await self._filled(article, now, allow_private=allow_private)
            done.append(article)
        return tuple(done)

    async def _filled(self, article: Article, now: datetime, *, allow_private: bool) -> Article:
        if not await self.robots.allows(article.url, now, allow_private=allow_private):
            log.info("%s: its site's robots.txt forbids its page, its summary stays", redact(article.url))
            return article
        try:
            answer = await self.client.get(article.url, now, allow_private=allow_private, accept=_HTML)
            text = await self.extract(Page(answer.body, answer.url))
        except SourceError as error:
            log.info("the page of an article cannot be read, its summary stays: %s", error)
            return article
        text = text.removeprefix(f"{article.title}\n")  # which extraction takes for the first line
        if len(text) <= len(article.body or article.summary):
            log.debug("%s: its page says no more than its feed", redact(article.url))
            return article
        return replace(resolved(article, answer.url), body=text)


def resolved(article: Article, url: str) -> Article:
    """The article known by the address at which its page was found, if its link only redirects.

    Elsewhere a redirect may lead to what many articles have in common (a consent page, a home page).
    """
    target = canonical_url(url)
    identity = f"url:{target}"
    if not target or not only_redirects(article.url) or only_redirects(url) or identity in article.identities:
        return article
    return replace(article, url=url, identities=(*article.identities, identity))
