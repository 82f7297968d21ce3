"""Which alerts are muted by alerts of other rules. Decided when a digest is composed, so that the order in which the
two arrived does not matter; what was mailed before cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.alerts.counting import values_of
from monitor.model import Alert, Inhibition, Mute, Novelty, RuleName, TimedAlert
from monitor.text.canonical import canonical


def inhibit(
    subscription: str, waiting: Sequence[TimedAlert], told: Sequence[TimedAlert], inhibitions: Sequence[Inhibition]
) -> list[Mute]:
    """The alerts among those `waiting` for a reader that others mute, which wait as well or were `told` before.

    An alert that is muted in this way still mutes those of its own inhibitions; background (a recap) mutes nothing.
    Where several rules found an alert, all of them have to be muted.
    """
    speaking = [each for each in (*waiting, *told) if each.alert.novelty is not Novelty.RECAP]
    mutes: list[Mute] = []
    for each in sorted(waiting, key=lambda each: each.alert.id):
        causes = [_cause(rule, each, speaking, inhibitions) for rule in rules_of(each.alert)]
        if causes and all(causes):
            cause = next(filter(None, causes)).alert
            rule = f"{cause.match.watchlist}/{cause.match.rule}"
            mutes.append(Mute(subscription, each.alert.id, inhibited_by=cause.id, rule=rule))
    return mutes


def earliest(waiting: Sequence[TimedAlert], inhibitions: Sequence[Inhibition]) -> datetime | None:
    """Since when what was told has to be known to `inhibit`; None where nothing that waits can be muted."""
    longest = max((each.within for each in inhibitions), default=timedelta())
    muted = {each.muted for each in inhibitions}
    times = [each.at for each in waiting if muted & set(rules_of(each.alert))]
    return min(times) - longest if times else None


def without_cycles(inhibitions: Sequence[Inhibition]) -> tuple[Inhibition, ...]:
    """The inhibitions that are in no circle: rules that mute each other would leave nothing to tell."""
    circles = cycles(inhibitions)
    return tuple(each for each in inhibitions if each not in circles)


def cycles(inhibitions: Sequence[Inhibition]) -> list[Inhibition]:
    """The inhibitions that take part in a circle."""
    after: dict[RuleName, set[RuleName]] = {}
    for each in inhibitions:
        after.setdefault(each.by, set()).add(each.muted)
    return [each for each in inhibitions if each.by in _reached(each.muted, after)]


def rules_of(alert: Alert) -> tuple[RuleName, ...]:
    """The rules that found an alert."""
    return tuple((alert.match.watchlist, rule) for rule in (alert.match.rule, *alert.agreeing))


def _reached(start: RuleName, after: Mapping[RuleName, Iterable[RuleName]]) -> set[RuleName]:
    reached, waiting = {start}, [start]
    while waiting:
        for name in after.get(waiting.pop(), ()):
            if name not in reached:
                reached.add(name)
                waiting.append(name)
    return reached


def _cause(
    rule: RuleName, muted: TimedAlert, speaking: Sequence[TimedAlert], inhibitions: Sequence[Inhibition]
) -> TimedAlert | None:
    """The alert that mutes another as a match of `rule`; the earliest, where several do."""
    asked = [each for each in inhibitions if each.muted == rule]
    found = [other for other in speaking if any(_inhibits(each, other, muted) for each in asked)]
    return min(found, key=lambda other: (other.at, other.alert.id), default=None)


def _inhibits(inhibition: Inhibition, cause: TimedAlert, muted: TimedAlert) -> bool:
    if inhibition.by not in rules_of(cause.alert) or abs(cause.at - muted.at) >= inhibition.within:
        return False
    values, others = values_of(cause.alert.match), values_of(muted.alert.match)
    return all(
        canonical(values.get(slot, "")) and canonical(values[slot]) == canonical(others.get(slot, ""))
        for slot in inhibition.same
    )
