"""A whole round out through every channel that is no mail: real folders, real servers, one command."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest

from monitor.cli import run_command
from tests.deliver.http_bench import BadHttp, Misdeed, Reply, web
from tests.deliver.test_posts import seen

WAYS = ("hook", "slack", "teams", "telegram")
RULES = """\
title = "Bans"
[terms]
ban = ["ban", "block"]
product = ["DeepSeek", "ChatGPT"]
[terms.place]
Italy = ["Italy", "Rome"]
Malta = ["Malta", "Valletta"]
[[rule]]
id = "ban"
title = "{place}: {product} banned"
query = '@place NEAR/S @ban NEAR/S @product'
fact = ["place", "product"]
"""


@pytest.fixture
async def servers() -> AsyncIterator[dict[str, BadHttp]]:
    async with AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(web()) for name in WAYS}


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in os.environ:
        if name.upper().startswith("MONITOR_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    (tmp_path / "inbox").mkdir()
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "bans.toml").write_text(RULES, encoding="utf-8")
    article(tmp_path, "italy", "Italy blocked DeepSeek on Monday, its data watchdog said.")
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def article(folder: Path, name: str, text: str) -> None:
    path = folder / "inbox" / f"{name}.txt"
    path.write_text(f"{name.capitalize()} acts on @channel chatbots\n\n{text}\n", encoding="utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))  # it has stood still for long


def configured(folder: Path, servers: dict[str, BadHttp]) -> None:
    tables = {
        "hook": 'kind = "webhook"\nurl_file = "hook.url"\nsecret = "0123456789abcdef"\nallow_private = true\n',
        "slack": f'kind = "slack"\nurl = "{servers["slack"].url}"\nallow_private = true\n',
        "teams": f'kind = "teams"\nurl = "{servers["teams"].url}"\nallow_private = true\n',
        "telegram": f'kind = "telegram"\nserver = "http://127.0.0.1:{servers["telegram"].port}"\n'
        'token = "42:s3cr3t-token"\nchat = "-1001"\nallow_private = true\n',
        "feed": 'kind = "feed"\npath = "out/alerts.xml"\n',
    }
    (folder / "hook.url").write_text(servers["hook"].url, encoding="utf-8")
    text = '[[source]]\nname = "inbox"\nfolder = "inbox"\n'
    for name, table in tables.items():
        text += f'\n[channel.{name}]\n{table}\n[[subscription]]\nname = "{name}"\nchannel = "{name}"\n'
    (folder / "config.toml").write_text(text, encoding="utf-8")


async def command(*words: str) -> int:
    return await asyncio.to_thread(run_command, list(words))


async def outbox(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The states of what did not go out, by channel."""
    capsys.readouterr()
    await command("outbox", "list", "--format", "jsonl")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {line["channel"]: line["state"] for line in lines}


def schema(capsys: pytest.CaptureFixture[str]) -> Any:
    assert run_command(["schema", "--digest"]) == 0
    return json.loads(capsys.readouterr().out)


async def test_one_round_tells_the_same_story_everywhere(
    house: Path, servers: dict[str, BadHttp], capsys: pytest.CaptureFixture[str]
) -> None:
    configured(house, servers)
    assert await command("check") == 0
    assert await command("run", "--once") == 0
    said = capsys.readouterr()
    bodies = {name: json.loads(server.heard[0].body) for name, server in servers.items()}
    for name, body in bodies.items():
        assert "Italy: DeepSeek banned" in seen([body]), name
        assert "its data watchdog said" in seen([body]), name
    jsonschema.validate(bodies["hook"], schema(capsys))
    assert bodies["hook"]["stories"][0]["facts"] == [{"place": "Italy", "product": "DeepSeek"}]
    assert bodies["telegram"]["chat_id"] == "-1001"
    assert servers["telegram"].heard[0].line == "POST /bot42:s3cr3t-token/sendMessage HTTP/1.1"
    read = feedparser.parse((house / "out" / "alerts.xml").read_bytes())
    assert [entry.title for entry in read.entries] == ["Italy acts on @channel chatbots"]
    assert "s3cr3t" not in said.out + said.err


async def test_what_fails_waits_is_told_and_comes_once(
    house: Path, servers: dict[str, BadHttp], capsys: pytest.CaptureFixture[str]
) -> None:
    configured(house, servers)
    servers["hook"].script = [Misdeed.CUT]
    servers["slack"].script = [Reply(404, b"no_service")]
    servers["teams"].script = [Reply(400, b"bad card")]
    servers["telegram"].script = [Reply(429, b'{"ok":false,"parameters":{"retry_after":3}}')]
    assert await command("run", "--once") == 1
    print(capsys.readouterr())
    assert await outbox(capsys) == {"hook": "queued", "slack": "queued", "teams": "failed", "telegram": "queued"}
    assert await command("run", "--once") == 1
    assert [len(servers[name].heard) for name in WAYS] == [1, 2, 1, 2]
    assert await outbox(capsys) == {"hook": "queued", "teams": "failed"}
    everything = (house / "xdg").rglob("*") if (house / "xdg").exists() else ()
    assert not any(b"s3cr3t" in path.read_bytes() for path in everything if path.is_file())


async def test_what_is_told_once_is_not_told_again(
    house: Path, servers: dict[str, BadHttp], capsys: pytest.CaptureFixture[str]
) -> None:
    configured(house, servers)
    assert await command("run", "--once") == 0
    article(house, "malta", "Malta banned ChatGPT in schools, the minister said on Friday.")
    assert await command("run", "--once") == 0
    for server in servers.values():
        first, second = (seen([json.loads(heard.body)]) for heard in server.heard)
        assert "Malta" not in first
        assert "Italy: DeepSeek" not in second
    assert len(feedparser.parse((house / "out" / "alerts.xml").read_bytes()).entries) == 2


async def test_the_ledger_knows_where_a_story_went(
    house: Path, servers: dict[str, BadHttp], capsys: pytest.CaptureFixture[str]
) -> None:
    configured(house, servers)
    assert await command("run", "--once") == 0
    capsys.readouterr()
    assert await command("sent", "why", "Italy acts") == 0
    said = capsys.readouterr().out
    assert all(name in said for name in (*WAYS, "feed"))
    assert "s3cr3t" not in said


async def test_a_replay_shows_what_would_have_been_posted_and_posts_nothing(
    house: Path, servers: dict[str, BadHttp]
) -> None:
    configured(house, servers)
    assert await command("replay", "inbox", "--config", "config.toml", "--digests", "then") == 0
    pages = [path.read_text() for path in (house / "then").rglob("*.html")]
    assert len(pages) == len(WAYS) + 1
    assert all("Italy: DeepSeek banned" in page for page in pages)
    assert all(server.heard == [] for server in servers.values())


async def test_a_broken_rule_file_is_told_where_its_readers_are(house: Path, servers: dict[str, BadHttp]) -> None:
    configured(house, servers)
    assert await command("run", "--once") == 0
    rules = house / "rules" / "bans.toml"
    rules.write_text('owner = "ana@example.org"\n' + RULES.replace("@ban NEAR", "@ban NEARLY"), encoding="utf-8")
    await command("run", "--once")
    told = [json.loads(heard.body) for server in servers.values() for heard in server.heard[1:]]
    assert [seen([body]) for body in told if "bans.toml" in seen([body])]
