"""Files that other projects test their parsers with: no exception, no hang, and the entries that they expect."""

from __future__ import annotations

import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import FeedFormatError
from monitor.ingest.article import Draft, Setting, build_all
from monitor.ingest.eml import mail_drafts
from monitor.ingest.feedformat import FeedBody, parse_feed
from monitor.ingest.jsonfeed import ParsedFeed
from monitor.ingest.jsonfile import json_drafts
from monitor.ingest.textfile import html_drafts
from monitor.model import Article

from .conftest import NOW, SHARED

ARCHIVE = SHARED / "feeds" / "corpora.tar.gz"
FEEDS = {"atom", "atom-entry", "rss2", "rss1", "cdf", "json", "xml", "other"}

pytestmark = pytest.mark.skipif(not ARCHIVE.is_file(), reason="the feed corpora are not here")


@dataclass(frozen=True)
class Sample:
    path: str
    format: str
    raw: bytes
    expect: dict[str, Any]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    root = tmp_path_factory.mktemp("corpora")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(root, filter="data")
    return list(_samples(root))


def _samples(root: Path) -> Iterator[Sample]:
    for line in (root / "INDEX.jsonl").read_text().splitlines():
        entry = json.loads(line)
        yield Sample(entry["path"], entry["format"], (root / entry["path"]).read_bytes(), entry.get("expect") or {})


def _parsed(sample: Sample) -> ParsedFeed | None:
    try:
        return parse_feed(FeedBody(sample.raw, "https://example.org/feeds/rss"))
    except FeedFormatError:
        return None


def _plain(text: str) -> str:
    return " ".join(unescape(unescape(text)).split())


def test_feeds(samples: list[Sample]) -> None:
    wrong: list[str] = []
    titles: Counter[bool] = Counter()
    for sample in samples:
        if sample.format not in FEEDS:
            continue
        feed = _parsed(sample)
        drafts = feed.drafts if feed else ()
        list(build_all(drafts, Setting("corpora", sample.path, NOW)))
        if sample.expect.get("n_entries", len(drafts)) != len(drafts):
            wrong.append(f"{sample.path}: {len(drafts)} entries, not {sample.expect['n_entries']}")
        named = sample.expect.get("titles")
        for index, title in named.items() if isinstance(named, dict) and drafts else ():
            wanted = {_plain(title or ""), _plain(re.sub("<[^>]*>", "", title or ""))}
            titles[_plain(drafts[int(index)].title) in wanted] += 1
    assert wrong == []
    assert titles[True] >= 0.99 * titles.total()


@pytest.mark.case(25)
def test_mails(samples: list[Sample]) -> None:
    for sample in samples:
        if sample.format == "eml":
            found = list(mail_drafts(sample.raw))
            list(build_all(found, Setting("corpora", sample.path, NOW)))
            assert found, sample.path


@pytest.mark.case(26)
def test_json(samples: list[Sample]) -> None:
    for sample in samples:
        if sample.format in ("json", "strings") and not sample.path.endswith(".txt"):
            assert list(json_drafts(sample.raw)) or b"[]" in sample.raw, sample.path


def test_pages(samples: list[Sample]) -> None:
    for sample in samples:
        if sample.format == "html":
            (article, *_) = build_all(html_drafts(sample.raw), Setting("corpora", sample.path, NOW))
            assert isinstance(article, Article) and article.body, sample.path


@pytest.mark.case(8)
def test_naughty_strings_survive_as_titles(samples: list[Sample]) -> None:
    (strings,) = [json.loads(sample.raw) for sample in samples if sample.path.endswith("blns.json")]
    for text in strings:
        for one in build_all([Draft(title=text, summary=text, body=text, url=text)], Setting("x", "x", NOW)):
            if isinstance(one, Article):
                assert one.title.isprintable() or one.title.encode()
                assert one.url == "" or one.url.lower().startswith("http")
