"""What the footer says of messages that nobody has got."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.digest.account import footer
from tests.digest.material import load


@pytest.mark.case(65)
@pytest.mark.parametrize(
    ("parked", "late", "told"),
    [
        (2, 0, "of earlier digests, 2 messages parked (monitor outbox list)"),
        (0, 1, "of earlier digests, 1 message still waiting for the mail server"),
        (1, 3, "of earlier digests, 3 messages still waiting for the mail server and 1 message parked"),
    ],
)
def test_messages_of_earlier_digests_that_nobody_has_got_are_accounted_for(parked: int, late: int, told: str) -> None:
    digest = load("morning").compose()
    digest = replace(digest, accounting=replace(digest.accounting, parked=parked, late=late))
    [line] = [line for line in footer(digest) if line.label == "Not delivered"]
    assert told in line.text
    assert line.alarming


def test_nothing_is_said_where_everything_was_sent() -> None:
    assert "Not delivered" not in {line.label for line in footer(load("morning").compose())}


def test_rules_that_found_more_than_they_tell_are_named() -> None:
    material = load("morning")
    digest = material.compose()
    assert "Cut short" not in {line.label for line in footer(digest)}
    digest = replace(digest, accounting=replace(digest.accounting, cut_short=("bans/places",)))
    [line] = [line for line in footer(digest) if line.label == "Cut short"]
    assert line.text == "bans/places: more facts in one article than are told"
    assert line.alarming
