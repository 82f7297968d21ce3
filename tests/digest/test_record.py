"""A digest as data: what a mail tells, a record tells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import jsonschema
import pytest

from monitor.commands.schema import digest_schema
from monitor.digest.freeze import Letterhead, freeze
from monitor.digest.notice import notice_of_broken
from monitor.model import BrokenFile, FrozenDigest
from monitor.model.record import Record, record_bytes
from tests.digest.material import END, GOLDEN, Case, load

NOW = END + timedelta(seconds=5)
CASES = sorted(path.stem for path in GOLDEN.glob("*.json"))


def whole(record: Record) -> Sequence[bytes]:
    return [record_bytes(record)]


def in_two(record: Record) -> Sequence[bytes]:
    return [b"{1}", b"{2}"]


LETTERHEAD = Letterhead("office", "", posts=whole)


def frozen(case: Case, letterhead: Letterhead = LETTERHEAD) -> FrozenDigest:
    subscription = replace(case.subscription, recipients=("ops",), channel="ops")
    return freeze(case.compose(), subscription, letterhead, NOW)


@pytest.mark.parametrize("name", CASES)
def test_every_story_of_a_digest_is_in_its_record_and_the_schema_holds(name: str) -> None:
    case = load(name)
    digest, composed = frozen(case), case.compose()
    [message] = digest.messages
    record = json.loads(message.raw)
    jsonschema.validate(record, digest_schema())
    assert [story["story"] for story in record["stories"]] == [card.story for card in composed]
    assert digest.alerts == composed.alerts
    assert digest.keys == composed.keys
    assert {alert for story in record["stories"] for alert in story["alerts"]} <= set(digest.alerts)
    for story in record["stories"]:
        for passage in story["passages"]:
            assert all(passage["text"][start:end].strip() for start, end in passage["marks"])


def test_freezing_twice_gives_the_same_bytes_and_ids_and_another_installation_others() -> None:
    case = load("morning")
    assert frozen(case) == frozen(case)
    other = frozen(case, Letterhead("home", "", posts=whole))
    ids = [{story["id"] for story in json.loads(each.messages[0].raw)["stories"]} for each in (frozen(case), other)]
    assert not ids[0] & ids[1]
    assert frozen(case).messages[0].message_id != other.messages[0].message_id


def test_several_posts_have_a_number_each_and_names_of_their_own() -> None:
    messages = frozen(load("morning"), Letterhead("office", "", posts=in_two)).messages
    assert [message.recipient for message in messages] == ["ops (1 of 2)", "ops (2 of 2)"]
    assert len({message.message_id for message in messages}) == 2
    assert [message.raw for message in messages] == [b"{1}", b"{2}"]


def test_a_notice_is_a_record_too() -> None:
    broken = BrokenFile("bans", "bans.toml", owner="ana@example.org", problems=("bans.toml:3:1: E101 odd",))
    [message] = notice_of_broken(broken, "ops", LETTERHEAD, NOW).messages
    record = json.loads(message.raw)
    jsonschema.validate(record, digest_schema())
    assert (record["kind"], record["stories"], message.recipient) == ("notice", [], "ops")
    assert "E101" in record["text"]


def test_lone_surrogates_and_controls_cannot_break_the_bytes() -> None:
    case = load("hostile")
    raw = frozen(case).messages[0].raw
    assert json.loads(raw.decode("utf-8"))["kind"] == "digest"
