"""When a mail goes out at once, and what is in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.digest.compose import compose
from monitor.digest.instant import InstantReason, instant_due, pressing_stories, quiet_until
from monitor.digest.render import render
from monitor.model import Accounting, Instant, InstantMail, Period, Quiet, Severity
from tests.digest.material import END, PERIOD, SUBSCRIPTION, waiting

NOW = datetime(2025, 1, 30, 12, tzinfo=UTC)
PRAGUE = "Europe/Prague"
NIGHT = Quiet(time(22), time(7))
INSTANT = Instant((Severity.CRITICAL,), timedelta(minutes=2), per_hour=2)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("raised", "sent", "reason", "wait"),
    [
        ([], [], InstantReason.NOTHING, None),
        ([ago(minutes=1)], [], InstantReason.GATHERING, 1),
        ([ago(minutes=2)], [], InstantReason.DUE, None),
        ([ago(minutes=5), ago(seconds=1)], [], InstantReason.DUE, None),
        ([ago(minutes=5)], [ago(minutes=50)], InstantReason.DUE, None),
        ([ago(minutes=5)], [ago(minutes=50), ago(minutes=20)], InstantReason.LIMITED, 10),
        ([ago(minutes=5)], [ago(minutes=50), ago(minutes=20), ago(minutes=19)], InstantReason.LIMITED, 40),
        ([ago(minutes=5)], [ago(minutes=60), ago(minutes=20)], InstantReason.DUE, None),
        ([ago(minutes=5)], [ago(hours=-1), ago(hours=-2)], InstantReason.DUE, None),
    ],
)
def test_what_presses_gathers_for_a_moment_and_is_limited(
    raised: list[datetime], sent: list[datetime], reason: InstantReason, wait: int | None
) -> None:
    due = instant_due(INSTANT, "UTC", raised, sent, NOW)
    assert (due.reason, due.at) == (reason, None if wait is None else NOW + timedelta(minutes=wait))


def test_quiet_hours_hold_back_what_is_due() -> None:
    night = datetime(2025, 1, 30, 23, tzinfo=UTC)
    quiet = replace(INSTANT, quiet=NIGHT)
    due = instant_due(quiet, "UTC", [night - timedelta(hours=3)], [], night)
    assert (due.reason, due.at) == (InstantReason.QUIET, datetime(2025, 1, 31, 7, tzinfo=UTC))
    assert instant_due(quiet, "UTC", [night], [], due.at).reason is InstantReason.DUE


@pytest.mark.case(81)
@pytest.mark.parametrize(
    ("now", "quiet", "end"),
    [
        ("2025-01-30T20:59:59", NIGHT, None),
        ("2025-01-30T21:00:00", NIGHT, "2025-01-31T06:00:00"),
        ("2025-01-31T05:59:59", NIGHT, "2025-01-31T06:00:00"),
        ("2025-01-31T06:00:00", NIGHT, None),
        # the night is an hour shorter, and an hour longer
        ("2025-03-29T21:30:00", NIGHT, "2025-03-30T05:00:00"),
        ("2025-10-25T21:30:00", NIGHT, "2025-10-26T06:00:00"),
        # an end that the clock skips comes with the gap's end; one that comes twice counts once
        ("2025-03-30T00:59:00", Quiet(time(22), time(2, 30)), "2025-03-30T01:00:00"),
        ("2025-03-30T01:00:00", Quiet(time(22), time(2, 30)), None),
        ("2025-10-26T00:29:00", Quiet(time(22), time(2, 30)), "2025-10-26T00:30:00"),
        ("2025-10-26T01:10:00", Quiet(time(22), time(2, 30)), None),
        # within one day
        ("2025-01-30T11:30:00", Quiet(time(12), time(14)), "2025-01-30T13:00:00"),
        ("2025-01-30T13:00:00", Quiet(time(12), time(14)), None),
    ],
)
def test_quiet_hours_are_those_on_the_wall(now: str, quiet: Quiet, end: str | None) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert quiet_until(quiet, PRAGUE, moment) == (datetime.fromisoformat(end).replace(tzinfo=UTC) if end else None)


def test_a_story_in_which_something_presses_goes_out_whole_and_alone() -> None:
    ban = waiting(id="a", story="s", severity="critical", arrived=NOW)
    fold = waiting(id="b", story="s", severity="critical", novelty="fold", arrived=NOW)
    other = waiting(id="c", story="t", severity="normal", arrived=NOW)
    assert pressing_stories([ban, fold, other], {ban.alert.id}) == [ban, fold]


def test_a_mail_at_once_says_what_it_is_and_leaves_the_account_to_the_digest() -> None:
    reader = replace(SUBSCRIPTION, instant=INSTANT)
    rendered = render(
        compose(reader, Period(ago(minutes=2), NOW), [waiting(severity="critical")], Accounting(), (), instant=True)
    )
    assert rendered.subject == "Critical: Italy: DeepSeek banned"
    text = rendered.text.replace("\n  ", " ")
    assert "Sent at once because it is critical and new for you." in text
    assert "Next digest: Friday 08:00; what you read here is listed there as already sent, and not as new." in text
    assert "Read:" not in text and "Period:" not in text
    assert "Sent at once" in rendered.html


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (END - timedelta(hours=21, minutes=18), "Already sent at Thu 30 Jan, 10:42:"),
        (END - timedelta(hours=2), "Already sent at 06:00:"),
        (None, "Composed at 05:00, and not delivered yet:"),
    ],
)
def test_a_digest_lists_what_was_sent_at_once_and_tells_the_truth_about_it(sent: datetime | None, said: str) -> None:
    mail = InstantMail(END - timedelta(hours=3), sent, (waiting(title="Rome blocks it"),))
    digest = compose(SUBSCRIPTION, PERIOD, [], Accounting(), (), earlier=[mail])
    rendered = render(digest)
    assert said in rendered.text
    assert "Italy: DeepSeek banned · Rome blocks it" in rendered.text
    assert said.rstrip(":") in rendered.html and "https://news.example.org/rome" in rendered.html
