"""Files that other projects test their parsers with: no exception, no hang, no access, and the entries they expect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.ingest.article import Draft, Setting, build_all
from monitor.ingest.eml import mail_drafts
from monitor.ingest.jsonfile import json_drafts
from monitor.ingest.textfile import html_drafts
from monitor.model import Article

from .conftest import NOW
from .corpora import ARCHIVE, Row, Sample, Watch, samples, table

pytestmark = pytest.mark.skipif(not ARCHIVE.is_file(), reason="the feed corpora are not here")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    return list(samples(tmp_path_factory.mktemp("corpora")))


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="module")
def rows(found: list[Sample], watch: Watch) -> list[Row]:
    return list(table(found, watch).values())


@pytest.mark.case(1)
@pytest.mark.case(7)
def test_feeds_have_the_entries_and_titles_that_they_should(rows: list[Row]) -> None:
    assert [line for row in rows for line in row.wrong] == []
    assert sum(row.counted for row in rows) > 180
    assert sum(row.titles_right for row in rows) >= 0.99 * sum(row.titles for row in rows)


@pytest.mark.case(9)
@pytest.mark.case(40)
def test_nothing_raises_and_nothing_reaches_outside(rows: list[Row], watch: Watch) -> None:
    assert [line for row in rows for line in row.raised] == []
    assert watch.caught == []


def test_the_watch_hears_what_reaches_outside(watch: Watch) -> None:
    with watch.keeping(), pytest.raises(FileNotFoundError):
        Path("/nowhere/at/all").read_bytes()
    assert watch.caught.pop().startswith("open /nowhere")


@pytest.mark.case(25)
def test_mails(found: list[Sample]) -> None:
    for sample in found:
        if sample.format == "eml":
            assert list(mail_drafts(sample.raw)), sample.path


@pytest.mark.case(26)
def test_json(found: list[Sample]) -> None:
    for sample in found:
        if sample.format in ("json", "strings") and not sample.path.endswith(".txt"):
            assert list(json_drafts(sample.raw)) or b"[]" in sample.raw, sample.path


def test_pages(found: list[Sample]) -> None:
    for sample in found:
        if sample.format == "html":
            (article, *_) = build_all(html_drafts(sample.raw), Setting("corpora", sample.path, NOW))
            assert isinstance(article, Article) and article.body, sample.path


@pytest.mark.case(8)
def test_naughty_strings_survive_as_titles(found: list[Sample]) -> None:
    (strings,) = [json.loads(sample.raw) for sample in found if sample.path.endswith("blns.json")]
    for text in strings:
        for one in build_all([Draft(title=text, summary=text, body=text, url=text)], Setting("x", "x", NOW)):
            if isinstance(one, Article):
                assert one.title.isprintable() or one.title.encode()
                assert one.url == "" or one.url.lower().startswith("http")
