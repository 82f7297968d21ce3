"""Half a year of invented news, decided as the table says that it must be."""

from __future__ import annotations

import pytest

from monitor.model import Verdict
from monitor.stories.keys import fact_values, key_of

from .journey import Journey, Step, Told, load_steps

STEPS = load_steps()
KINDS = {"first": "first seen", "version": "a new version of a known article", "copy": "a copy of a known article"}


@pytest.fixture(scope="module")
def half_year() -> dict[str, Told]:
    journey = Journey()
    return {step.name: journey.take(step.article, step.matches) for step in STEPS}


def described(verdict: Verdict) -> str:
    """An alert in the words of the table."""
    alert = verdict.alert
    parts = [alert.novelty.value, alert.reason.value]
    if alert.former:
        parts.append(f"former={alert.former}")
    if alert.added:
        parts.append("adds=" + "; ".join(alert.added))
    if alert.agreeing:
        parts.append("with=" + " ".join(alert.agreeing))
    return ", ".join(parts)


def outcomes(step: Step, told: Told) -> list[str]:
    """What became of each match of a step: its alert, or that its rule agrees with another one's alert."""
    alerts = {verdict.alert.key: verdict for verdict in told.verdicts}
    result = []
    for match in step.matches:
        verdict = alerts.pop(key_of(match, told.placement.story if told.placement else ""), None)
        told_here = verdict is not None and verdict.alert.match.rule == match.rule
        if verdict is not None and not told_here:
            alerts[verdict.alert.key] = verdict
        result.append(described(verdict) if verdict is not None and told_here else "agrees")
    assert not alerts, "an alert without a match"
    return result


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_step_is_decided_as_written_down(step: Step, half_year: dict[str, Told]) -> None:
    told = half_year[step.name]
    assert told.recognised.kind == KINDS[step.kind]
    assert outcomes(step, told) == list(step.expected)


@pytest.mark.parametrize("step", [step for step in STEPS if step.kind != "copy"], ids=lambda step: step.name)
def test_step_is_in_the_story_that_is_written_down(step: Step, half_year: dict[str, Told]) -> None:
    placement, opener = half_year[step.name].placement, half_year[step.story].placement
    assert placement is not None and opener is not None
    assert placement.story == opener.story


def test_rules_that_agree_are_named_by_the_alert(half_year: dict[str, Told]) -> None:
    for step in STEPS:
        verdicts = half_year[step.name].verdicts
        for match in step.matches:
            values = set(fact_values(match.fact))
            holders = [
                v.alert
                for v in verdicts
                if v.alert.match.about == match.about and values <= set(fact_values(v.alert.match.fact))
            ]
            assert any(match.rule in (alert.match.rule, *alert.agreeing) for alert in holders)


def test_replaying_gives_the_same(half_year: dict[str, Told]) -> None:
    journey = Journey()
    assert {step.name: journey.take(step.article, step.matches) for step in STEPS} == half_year


def test_order_of_matches_decides_nothing(half_year: dict[str, Told]) -> None:
    journey = Journey()
    for step in STEPS:
        told = journey.take(step.article, step.matches[::-1])
        by_key = {verdict.alert.key: verdict for verdict in told.verdicts}
        assert by_key == {verdict.alert.key: verdict for verdict in half_year[step.name].verdicts}


def test_alert_ids_are_unique(half_year: dict[str, Told]) -> None:
    ids = [verdict.alert.id for told in half_year.values() for verdict in told.verdicts]
    assert len(ids) == len(set(ids)) > 80
