"""What becomes of a delivery after an attempt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.policy import (
    MOST_DOUBTFUL,
    PATIENCE,
    AfterReason,
    OnAmbiguous,
    after,
    backoff,
    outcome_of,
    pause,
    waited,
)
from monitor.errors import DeliveryError
from monitor.model import DeliveryState, Outcome
from tests.deliver.bench import NOW, a_delivery

RESEND, HOLD = OnAmbiguous.RESEND, OnAmbiguous.HOLD


@pytest.mark.case(64)
def test_retries_wait_1_2_5_15_30_60_and_then_60_minutes() -> None:
    decisions = [after(a_delivery(attempts=number), Outcome.RETRY, NOW, RESEND) for number in range(8)]
    waits = [(decision.next_at - NOW) / timedelta(minutes=1) for decision in decisions if decision.next_at]
    assert waits == [1, 2, 5, 15, 30, 60, 60, 60]
    assert {decision.state for decision in decisions} == {DeliveryState.QUEUED}


@pytest.mark.case(64)
def test_a_server_that_says_later_for_five_days_is_given_up() -> None:
    attempts, now = 0, NOW
    while (decision := after(a_delivery(attempts=attempts), Outcome.RETRY, now, RESEND)).next_at is not None:
        attempts, now = attempts + 1, decision.next_at
    assert decision == (DeliveryState.FAILED, None, AfterReason.TOO_LONG)
    assert PATIENCE - timedelta(hours=1) <= now - NOW <= PATIENCE


def test_sent_and_refused_are_final() -> None:
    assert after(a_delivery(), Outcome.SENT, NOW, HOLD) == (DeliveryState.SENT, None, AfterReason.DONE)
    assert after(a_delivery(), Outcome.FAILED, NOW, RESEND) == (DeliveryState.FAILED, None, AfterReason.REFUSED)


@pytest.mark.case(67)
def test_doubt_is_resent_or_held_as_the_channel_says() -> None:
    again = after(a_delivery(), Outcome.AMBIGUOUS, NOW, RESEND)
    assert again == (DeliveryState.QUEUED, NOW + timedelta(minutes=1), AfterReason.IN_DOUBT)
    held = after(a_delivery(), Outcome.AMBIGUOUS, NOW, HOLD)
    assert held == (DeliveryState.UNKNOWN, None, AfterReason.HELD)


def test_a_server_that_swallows_every_answer_does_not_repeat_a_mail_for_days() -> None:
    decision = after(a_delivery(attempts=MOST_DOUBTFUL - 1), Outcome.AMBIGUOUS, NOW, RESEND)
    assert decision == (DeliveryState.UNKNOWN, None, AfterReason.TOO_DOUBTFUL)


@given(st.integers(0, 10_000))
def test_a_fault_of_the_channel_never_gives_a_delivery_up_and_keeps_its_place(attempts: int) -> None:
    decision = after(a_delivery(attempts=attempts), Outcome.CHANNEL_DOWN, NOW + timedelta(days=30), RESEND)
    assert decision == (DeliveryState.QUEUED, NOW, AfterReason.CHANNEL)


@given(st.integers(0, 500))
def test_waits_add_up(failures: int) -> None:
    assert waited(failures + 1) == waited(failures) + backoff(failures)


@pytest.mark.case(65)
def test_a_refused_password_is_tried_once_an_hour() -> None:
    assert pause(0, permanent=True) == timedelta(hours=1)
    assert [pause(strikes, permanent=False) / timedelta(minutes=1) for strikes in (0, 1, 9)] == [1, 2, 60]


def test_outcomes_of_errors() -> None:
    assert outcome_of(DeliveryError("x")) is Outcome.RETRY
    assert outcome_of(DeliveryError("x", permanent=True)) is Outcome.FAILED
    assert outcome_of(DeliveryError("x", permanent=True, channel=True)) is Outcome.CHANNEL_DOWN
    assert outcome_of(DeliveryError("x", permanent=True, ambiguous=True)) is Outcome.AMBIGUOUS
