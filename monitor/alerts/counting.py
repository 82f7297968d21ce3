"""What rules over time count of an article, and the alerts that they tell."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from monitor.alerts.overtime import Episode
from monitor.alerts.reasons import absent_title, reason_of
from monitor.model import (
    FIRST,
    Account,
    Alert,
    Fact,
    Inhibition,
    Match,
    Novelty,
    Reason,
    RuleName,
    Sighting,
    TimedRule,
    WhenKind,
)
from monitor.text.canonical import canonical

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NO_RULES: Mapping[RuleName, TimedRule] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Timing:
    """The rules over time that are at work, by name, and which rule inhibits which."""

    rules: Mapping[RuleName, TimedRule] = field(default_factory=lambda: _NO_RULES)
    inhibitions: tuple[Inhibition, ...] = ()

    def rule_of(self, alert: Alert) -> TimedRule | None:
        """The rule over time whose match an alert is; None where the rule tells every match."""
        return self.rules.get((alert.match.watchlist, alert.match.rule))


EVERY_MATCH = Timing()
"""No rule over time: every match is told."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A sighting, and the rule that counts it."""

    rule: TimedRule
    sighting: Sighting


def count(alert: Alert, story: str, speaks: datetime, timing: Timing) -> list[Counted]:
    """What rules over time count of a match: the rule that matched itself, and sequences that begin with it.

    `story` is the one that its key is remembered in, `speaks` when its article does (UTC). Background is no news and
    counts for nothing but an absence; a correction counts nowhere. A match without the value of an account counts in
    none.
    """
    if alert.match.retracts:
        return []
    own = timing.rule_of(alert)
    absence = own is not None and own.when.kind is WhenKind.ABSENCE
    found = _heard(own, alert, speaks) if own and absence else []
    if alert.novelty is Novelty.RECAP:
        return found
    if own and not absence:
        found = _counted(own, alert, story, speaks, _value(own, alert.match))
    rules = {(alert.match.watchlist, rule) for rule in (alert.match.rule, *alert.agreeing)}
    for rule in timing.rules.values():
        if rule.when.kind is WhenKind.SEQUENCE and (rule.watchlist, rule.when.first) in rules:
            found += _counted(rule, alert, story, speaks, FIRST)
    return found


def _heard(rule: TimedRule, alert: Alert, speaks: datetime) -> list[Counted]:
    """For an absence every article counts by itself, whatever it adds: the weekly report is a story that goes on."""
    account = _account(rule, alert.match)
    return [Counted(rule, Sighting(account, alert.article, alert.article, speaks))] if account else []


def _counted(rule: TimedRule, alert: Alert, story: str, speaks: datetime, value: str | None) -> list[Counted]:
    account = _account(rule, alert.match)
    if account is None or value is None:
        return []
    fact = sorted((slot, folded) for slot, shown in alert.match.fact if (folded := canonical(shown)))
    news = json.dumps(fact, ensure_ascii=False) if fact else ""
    return [Counted(rule, Sighting(account, story, alert.article, speaks, value, news))]


def _value(rule: TimedRule, match: Match) -> str | None:
    """What is counted apart within the account; None where there is nothing to count."""
    if rule.when.kind is WhenKind.NEW_VALUE:
        return canonical(values_of(match).get(rule.when.slot, "")) or None
    return ""


def _account(rule: TimedRule, match: Match) -> Account | None:
    """The account in which a match counts; None where it has no value for it."""
    values = values_of(match)
    slots = rule.shared if rule.when.kind is WhenKind.SEQUENCE else (rule.when.per,) if rule.when.per else ()
    shown = [values.get(slot, "") for slot in slots]
    if not all(canonical(value) for value in shown):
        return None
    key = json.dumps([canonical(value) for value in shown], ensure_ascii=False) if shown else ""
    return Account(rule.watchlist, rule.rule, key, ", ".join(shown))


def values_of(match: Match) -> dict[str, str]:
    """All slot values of a match."""
    return {**match.shown.as_dict(), **match.state.as_dict(), **match.fact.as_dict()}


def counted_alert(alert: Alert, why: str) -> Alert:
    """A match of a rule over time that is counted and told to nobody; `why` says how far the count has come."""
    return replace(alert, reason=Reason.COUNTED, why=why)


def held_alert(alert: Alert, counted: Counted, episode: Episode) -> Alert:
    """The alert that tells that a rule over time holds, in the article that made it so.

    Where that is the first step of a sequence, which came late, the article is another rule's match; then the
    alert has an id of its own.
    """
    rule = counted.rule
    held = replace(
        alert,
        key=_key(counted.sighting.account, episode, counted.sighting.value),
        novelty=Novelty.NEW,
        reason=Reason.OVER_TIME,
        former="",
        added=(),
        agreeing=(),
        why=reason_of(rule, episode, counted.sighting.account, values_of(alert.match).get(rule.when.slot, "")),
    )
    if rule.rule == alert.match.rule:
        return held
    match = replace(
        alert.match,
        rule=rule.rule,
        about=rule.rule,
        severity=rule.severity,
        title=_filled(rule.title, values_of(alert.match)),
    )
    return replace(held, id=_hash(alert.id, rule.rule), match=match)


def absent_alert(rule: TimedRule, account: Account, episode: Episode, seen: bool, now: datetime) -> Alert:
    """The alert that tells an absence at `now` (UTC); `seen`: there was a story before it."""
    values = {rule.when.per: account.shown} if rule.when.per else {}
    key = _key(account, episode, "")
    return Alert(
        id=_hash(key, now.isoformat()),
        article="",
        story=f"absence-{_hash(key)[:16]}",
        key=key,
        match=Match(
            watchlist=rule.watchlist,
            rule=rule.rule,
            about=rule.rule,
            severity=rule.severity,
            title=absent_title(rule.when, _filled(rule.title, values) or rule.rule),
            fact=Fact.of(values),
        ),
        novelty=Novelty.NEW,
        reason=Reason.OVER_TIME,
        raised=now,
        why=reason_of(rule, episode, account if seen else replace(account, shown=""), seen=seen),
    )


def _key(account: Account, episode: Episode, value: str) -> str:
    """Each time that a rule holds is news of its own, so it is remembered under its beginning."""
    parts = ("when", account.watchlist, account.rule, account.key, value, episode.begin.isoformat())
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def _filled(title: str, values: Mapping[str, str]) -> str:
    """A title with the values that are known; a slot without one leaves its place, and what joins it, out."""
    filled = _PLACEHOLDER.sub(lambda slot: values.get(slot[1], ""), title)
    return re.sub(r"\(\s*\)", "", " ".join(filled.split())).strip(" :,;-")


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
