"""`monitor sources ...`"""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from monitor.cli import run_command

FEED = """<rss version="2.0"><channel><title>Example   "Post" \x85</title>
<item><title>Rome bars DeepSeek</title><link>https://e.example/1</link><guid>g1</guid>
<pubDate>Thu, 30 Jan 2025 09:00:00 GMT</pubDate></item>
<item><title>Prague follows</title><link>https://e.example/2</link></item><item/></channel></rss>"""

Out = pytest.CaptureFixture[str]


@pytest.fixture
def feed(httpserver: HTTPServer) -> str:
    httpserver.expect_request("/rss").respond_with_data(
        FEED, headers={"ETag": '"1"'}, content_type="application/rss+xml"
    )
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    httpserver.expect_request("/").respond_with_data(page, content_type="text/html")
    return httpserver.url_for("/rss")


def _sources(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads((folder / "config.toml").read_text())["source"]
    return found


def test_the_feed_of_a_page_is_found_added_listed_and_removed(folder: Path, feed: str, capsys: Out) -> None:
    before = (folder / "config.toml").read_text()
    assert run_command(["sources", "add", feed.removesuffix("rss"), "--allow-private", "--every", "30m"]) == 0
    assert 'added Example "Post"' in capsys.readouterr().out
    assert _sources(folder)[1] == {"name": 'Example "Post"', "feed": feed, "every": "30m", "allow_private": True}
    assert (folder / "config.toml").read_text().startswith(before)
    assert run_command(["sources", "add", feed, "--allow-private"]) == 1
    assert "is a source already" in capsys.readouterr().err
    assert run_command(["sources", "list", "--format", "jsonl"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["kind"] for row in rows] == ["folder", "feed"] and rows[1]["every"] == "30 min"
    assert run_command(["sources", "list"]) == run_command(["check"]) == 0
    assert run_command(["sources", "remove", feed]) == 0
    assert (folder / "config.toml").read_text().strip() == before.strip()
    assert run_command(["sources", "remove", "inbox"]) == run_command(["sources", "remove", "x"]) == 1


def test_a_private_address_is_refused_unless_asked_for(feed: str, capsys: Out) -> None:
    assert run_command(["sources", "add", feed]) == 1
    assert "private" in capsys.readouterr().err
    assert run_command(["sources", "add", "file:///etc/passwd"]) == 1
    assert run_command(["sources", "add", feed, "--every", "soon"]) == 1


def test_a_page_without_a_feed(httpserver: HTTPServer, capsys: Out) -> None:
    httpserver.expect_request("/").respond_with_data("<html><a href='/rss'>x</a></html>", content_type="text/html")
    assert run_command(["sources", "add", httpserver.url_for("/"), "--allow-private"]) == 1
    assert "names no feed that can be read; tried: " in capsys.readouterr().err


def test_what_would_be_read(folder: Path, feed: str, capsys: Out) -> None:
    (folder / "inbox" / "feed.xml").write_text(FEED)
    (folder / "inbox" / "bad.json").write_text("[")
    places = ["sources", "test", "inbox", feed, "nowhere.xml", "--format", "jsonl", "--allow-private"]
    assert run_command(places) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    by_file = {name: [row for row in rows if row["file"] == name] for name in {row["file"] for row in rows}}
    assert "no JSON" in by_file["inbox/bad.json"][0]["error"] and "no such file" in by_file["nowhere.xml"][0]["error"]
    assert by_file[feed] == [{**row, "file": feed} for row in by_file["inbox/feed.xml"]]
    first, second, third = by_file[feed]
    assert first == {
        "file": feed,
        "id": "g1",
        "title": "Rome bars DeepSeek",
        "url": "https://e.example/1",
        "published": "2025-01-30T09:00:00+00:00",
    }
    assert second["published"] is None and second["id"] and third["rejected"]
    assert by_file["inbox/italy.txt"][0]["title"] == "Rome acts on chatbots"
    assert run_command(["sources", "test", "inbox"]) == 1
    assert "5 articles, 1 error" in capsys.readouterr().out
    assert run_command(["sources", "test", f"{feed}/nowhere", "--allow-private"]) == 1
    assert capsys.readouterr().err.count(f"{feed}/nowhere") == 1


@pytest.mark.case(24)
def test_opml_in_and_out(folder: Path, capsys: Out) -> None:
    opml = folder / "list.opml"
    opml.write_text(
        '<opml><body><outline text="A & B" xmlUrl="https://a.example/f?x=1&y=2"/>'
        '<outline text="inbox" xmlUrl="https://b.example/f"/><outline text="bad" xmlUrl="ftp://c.example/"/></body></opml>'
    )
    assert run_command(["sources", "import", "list.opml"]) == 0
    told = capsys.readouterr()
    assert "2 feeds added, 0 there already, 1 left out" in told.out and "line 1: ftp" in told.err
    assert [source["name"] for source in _sources(folder)] == ["inbox", "A & B", "inbox (2)"]
    assert run_command(["sources", "import", "list.opml"]) == 0
    assert "0 feeds added, 2 there already" in capsys.readouterr().out
    assert run_command(["sources", "export"]) == 0
    assert 'xmlUrl="https://a.example/f?x=1&amp;y=2"' in capsys.readouterr().out
    assert run_command(["sources", "export", "out.opml"]) == 0
    assert run_command(["sources", "import", "none.opml"]) == run_command(["sources", "import", "config.toml"]) == 1


def test_health(folder: Path, capsys: Out) -> None:
    assert run_command(["run", "--once"]) == 0
    config = folder / "config.toml"
    config.write_text(config.read_text() + '\n[[source]]\nname = "lost"\npath = "lost.xml"\n')
    assert run_command(["sources", "health"]) == 0
    run_command(["run", "--once"])
    capsys.readouterr()
    assert run_command(["sources", "health", "--format", "jsonl"]) == 1
    inbox, lost = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert inbox["state"] == "ok" and inbox["last_article"]
    assert lost["state"] == "failing" and "no such file" in lost["note"] and lost["since"] and lost["failures"] == 1


def test_health_of_many_sources_shows_those_that_need_a_look(
    folder: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    config = folder / "config.toml"
    many = "".join(f'\n[[source]]\nname = "wire {number}"\nfolder = "inbox"\n' for number in range(60))
    config.write_text(f'{config.read_text()}{many}\n[[source]]\nname = "lost"\npath = "lost.xml"\n')
    run_command(["run", "--once"])
    capsys.readouterr()
    assert run_command(["sources", "health"]) == 1
    told = capsys.readouterr().out
    assert "lost" in told and "wire 7" not in told
    assert told.startswith("62 sources: 61 ok, 1 failing; --all shows all of them\n")
    assert max(map(len, told.splitlines())) <= 80 and f"{datetime.now(UTC):%m-%d}" in told
    assert run_command(["sources", "health", "--all"]) == 1
    assert "wire 7" in capsys.readouterr().out
    run_command(["status"])
    told = capsys.readouterr().out
    assert "lost" in told and "wire 7" not in told and "62 sources: 61 ok, 1 failing" in told
