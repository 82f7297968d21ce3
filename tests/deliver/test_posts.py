"""Digests as posts: hostile titles do nothing but be read, limits are kept, and nothing is cut in silence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.apprise import posts as apprise_posts
from monitor.deliver.chat import INVISIBLE, defused, pieces
from monitor.deliver.slack import block_posts, markdown_posts
from monitor.deliver.slack.format import LONGEST_MARKDOWN
from monitor.deliver.teams import posts as teams_posts
from monitor.deliver.telegram import posts as telegram_posts
from monitor.deliver.telegram.format import units
from monitor.model.record import PassageRecord, Posts, Record
from tests.deliver.records import HOSTILE, a_notice, a_record, a_story

FORMATS: dict[str, Posts] = {
    "blocks": block_posts,
    "markdown": markdown_posts,
    "teams": teams_posts,
    "telegram": telegram_posts,
    "apprise": apprise_posts,
}
each_format = pytest.mark.parametrize("posts", FORMATS.values(), ids=FORMATS)


def strings(value: Any, *skip: str) -> Iterator[str]:
    """Every string in parsed JSON that a reader sees."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in skip:
                yield from strings(inner, *skip)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, *skip)


def seen(bodies: list[Any]) -> str:
    """What a reader sees of some posts, in order, without what nobody sees."""
    shown = "".join(strings(bodies, "url", "type", "$schema", "contentType", "selectAction"))
    return re.sub(r"\\([\\`*_{}\[\]()<>#+\-.!|~&:])", r"\1", shown.replace(INVISIBLE, ""))


def parsed(posts: Posts, record: Record) -> list[Any]:
    return [json.loads(body) for body in posts(record)]


@each_format
def test_a_digest_tells_its_story(posts: Posts) -> None:
    shown = seen(parsed(posts, a_record(warning="1 source is failing", page="https://digests.example.org/1")))
    for words in ("Watchlist morning", "Czechia bars DeepSeek (1)", "banned or blocked", "from its ministries."):
        assert words in shown
    for words in ("Example Post", "also in Other Post", "1 source is failing", "The whole digest"):
        assert words in shown


@each_format
def test_the_addresses_that_we_give_can_be_followed(posts: Posts) -> None:
    page = "https://digests.example.org/1?a=b"
    [body] = posts(a_record(page=page))
    assert page in body.decode()
    assert a_story().url in body.decode()


@each_format
def test_a_digest_without_stories_is_a_post_all_the_same(posts: Posts) -> None:
    record = a_record(subject="Watchlist morning: nothing new")
    [body] = parsed(posts, replace(record, stories=()))
    assert "nothing new" in seen([body])


@each_format
def test_a_notice_comes_whole(posts: Posts) -> None:
    text = "\n".join(f"bans.toml:{line}: this rule is broken, see line {line}" for line in range(400))
    shown = seen(parsed(posts, a_notice(text)))
    assert [line for line in text.split("\n") if line not in shown] == []


@each_format
def test_equal_records_give_equal_bytes(posts: Posts) -> None:
    assert posts(a_record(a_story(headline=HOSTILE))) == posts(a_record(a_story(headline=HOSTILE)))


@each_format
def test_many_stories_become_several_posts_in_order_with_nothing_missing(posts: Posts) -> None:
    passage = PassageRecord("DeepSeek was barred from ministries, said the agency. " * 10, ((0, 8),))
    stories = [a_story(number, passages=(passage,) * 3) for number in range(1, 121)]
    bodies = parsed(posts, a_record(*stories))
    assert len(bodies) > 1
    shown = seen(bodies)
    places = [shown.index(f"Czechia bars DeepSeek ({number})") for number in range(1, 121)]
    assert places == sorted(places)
    assert f"(1 of {len(bodies)})" in seen(bodies[:1])
    assert f"({len(bodies)} of {len(bodies)})" in seen(bodies[-1:])


@each_format
@pytest.mark.parametrize("sentences", [3, 60], ids=["long sentences", "endless ones"])
def test_a_story_too_long_for_any_post_says_that_it_is_shortened(posts: Posts, sentences: int) -> None:
    passage = PassageRecord("word " * 300 * sentences, ((0, 4),))
    bodies = parsed(posts, a_record(a_story(passages=(passage,) * 3)))
    shown = seen(bodies)
    whole = shown.count("word ") >= 3 * 300 * sentences - 3
    assert whole or "more sentence" in shown or "shortened to its headline" in shown


@each_format
@given(text=st.text(max_size=6_000))
def test_any_text_makes_posts_within_the_limits(posts: Posts, text: str) -> None:
    story = a_story(headline=text[:300], title=text[:120], passages=(PassageRecord(text or "x", ((0, 1),)),))
    for body in posts(a_record(story, a_story(2))):
        LIMITS[posts](json.loads(body), body)


def _slack_limits(message: Any, body: bytes) -> None:
    assert len(message["blocks"]) <= 50
    assert len(json.dumps(message["blocks"], ensure_ascii=False)) <= 13_000
    assert len(message["blocks"][0]["text"]["text"]) <= 150
    for block in message["blocks"][1:]:
        elements = [element for section in block["elements"] for element in section["elements"]]
        assert all(element["text"] for element in elements)
        assert sum(len(element["text"]) for element in elements) <= 12_000


def _markdown_limits(message: Any, body: bytes) -> None:
    assert len(message["text"]) <= LONGEST_MARKDOWN + 500


def _teams_limits(message: Any, body: bytes) -> None:
    assert len(body) <= 20_000
    for block in message["attachments"][0]["content"]["body"]:
        assert block["inlines"]
        assert all(run["text"] for run in block["inlines"])


def _telegram_limits(message: Any, body: bytes) -> None:
    assert 0 < units(message["text"]) <= 4_096
    assert message["text"] == message["text"].strip()
    assert len(message["entities"]) <= 100
    for entity in message["entities"]:
        assert entity["length"] > 0
        assert entity["offset"] + entity["length"] <= units(message["text"])


def _apprise_limits(message: Any, body: bytes) -> None:
    assert message["title"] and message["body"]


LIMITS: dict[Posts, Callable[[Any, bytes], None]] = {
    block_posts: _slack_limits,
    markdown_posts: _markdown_limits,
    teams_posts: _teams_limits,
    telegram_posts: _telegram_limits,
    apprise_posts: _apprise_limits,
}


@pytest.mark.parametrize(
    "text",
    ["@channel", "@here", "@everyone", "a@example.org", "#tag", "/start", "https://evil.example/x", "evil.example"],
)
def test_what_looks_like_more_than_text_is_broken_where_it_begins(text: str) -> None:
    assert INVISIBLE in defused(text)
    assert defused(text).replace(INVISIBLE, "") == text


@pytest.mark.parametrize("text", ["U.S. bans 3.5 of 4", "and/or", "Nr. 5", "GPT-4.1", "C# is #", "a @ b", "..."])
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert defused(text) == text


@each_format
def test_a_hostile_title_notifies_nobody(posts: Posts) -> None:
    for body in parsed(posts, a_record(a_story(headline=HOSTILE, title=HOSTILE))):
        shown = "".join(strings(body, "url"))
        assert not re.search(r"@(channel|here|everyone|U123)|<!|<@|#tag|/start|://evil", shown.replace("\\", ""))


def test_slack_parses_nothing_of_a_title() -> None:
    """A title stands in elements of rich text, which know no markup; the only text that is parsed is escaped."""
    [message] = parsed(block_posts, a_record(a_story(headline=HOSTILE, title=HOSTILE), subject=HOSTILE))
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", message["text"])
    assert "mrkdwn" not in json.dumps(message)
    kinds = {element["type"] for block in message["blocks"][1:] for s in block["elements"] for element in s["elements"]}
    assert kinds == {"text", "link"}
    links = [
        element["url"]
        for block in message["blocks"][1:]
        for section in block["elements"]
        for element in section["elements"]
        if element["type"] == "link"
    ]
    assert links == ["https://news.example.org/1?a=1&b=2"]


def test_markdown_has_one_link_and_no_other_markup() -> None:
    [message] = parsed(markdown_posts, a_record(a_story(headline=HOSTILE)))
    assert re.findall(r"(?<!\\)\]\((?!\\)([^)]*)\)", message["text"]) == ["https://news.example.org/1?a=1&b=2"]
    assert not re.search(r"(?<!\\)[`<>~]", message["text"])


def test_teams_parses_nothing_of_a_title() -> None:
    [message] = parsed(teams_posts, a_record(a_story(headline=HOSTILE)))
    card = message["attachments"][0]["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert "entities" not in card.get("msteams", {}), "a mention needs its entity"
    links = [run["selectAction"]["url"] for block in card["body"] for run in block["inlines"] if "selectAction" in run]
    assert links == ["https://news.example.org/1?a=1&b=2"]


def test_telegram_says_where_links_are_and_parses_nothing() -> None:
    [message] = parsed(telegram_posts, a_record(a_story(headline=f"\U0001f6a8 {HOSTILE}")))
    assert "parse_mode" not in message
    assert message["link_preview_options"] == {"is_disabled": True}
    [link] = [entity for entity in message["entities"] if entity["type"] == "text_link"]
    text = message["text"].encode("utf-16-le")
    linked = text[2 * link["offset"] : 2 * (link["offset"] + link["length"])].decode("utf-16-le")
    assert linked.replace(INVISIBLE, "") == f"\U0001f6a8 {HOSTILE}"
    bold = [entity for entity in message["entities"] if entity["type"] == "bold"]
    words = [text[2 * b["offset"] : 2 * (b["offset"] + b["length"])].decode("utf-16-le") for b in bold]
    assert words[-3:] == ["Czechia", "bars", "DeepSeek"]


@given(st.text(max_size=500), st.integers(1, 40))
def test_pieces_are_the_text(text: str, limit: int) -> None:
    assert "".join(pieces(text, limit)) == text
    assert all(len(piece) <= limit for piece in pieces(text, limit))
