"""Rules over time at work: what they count goes into the store, what they tell comes out as alerts.

Does the I/O in order and decides nothing: that is done by `monitor.alerts`. All of it joins the transaction that is
open, so that a count, the alert that it leads to and its places are kept together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.alerts import overtime
from monitor.alerts.counting import Counted, Timing, absent_alert, count, counted_alert, held_alert
from monitor.alerts.overtime import Decision, Episode, Times
from monitor.alerts.reasons import progress
from monitor.model import (
    Account,
    Alert,
    Article,
    Firing,
    Listening,
    Reason,
    RuleName,
    Sighting,
    TimedRule,
    Verdict,
    WhenKind,
)


class Accounts(Protocol):
    """What rules over time need of the database."""

    def add_sighting(self, sighting: Sighting) -> bool: ...
    def counted_of(self, story: str) -> list[Sighting]: ...
    def sightings(self, account: Account, value: str | None, latest: int) -> list[Sighting]: ...
    def sighting_times(self, account: Account, since: datetime) -> list[int]: ...
    def accounts(self, rule: RuleName) -> list[Account]: ...
    def firings(self, account: Account, since: datetime | None) -> list[Firing]: ...
    def save_firing(self, firing: Firing) -> None: ...
    def drop_firing(self, firing: Firing) -> None: ...
    def listening(self, rule: RuleName) -> Listening | None: ...
    def save_listening(self, rule: RuleName, listening: Listening) -> None: ...
    def withdraw(self, alert: str, reason: Reason) -> None: ...


@dataclass(frozen=True, slots=True)
class OverTime:
    """The rules over time of a pipeline.

    `learning`: what is counted is history, and known to every reader. `awaited`: somebody waits for a digest, until
    which what is told can still be told better; otherwise it is told at once.
    """

    store: Accounts
    timing: Timing
    learning: bool = False
    awaited: bool = True

    def count(self, verdict: Verdict, article: Article) -> list[Alert]:
        """What becomes of the alert of a verdict: itself, or what rules over time make of it."""
        alert = verdict.alert
        own = self.timing.rule_of(alert)
        told: list[Alert] = [] if own else [alert]
        why = ""
        for counted in count(alert, verdict.memory.story, article.speaks, self.timing):
            held, so_far = self._count(counted, alert)
            told += [held] if held else []
            why = so_far if counted.rule is own else why
        if own and not any(each.id == alert.id for each in told):
            told.insert(0, counted_alert(alert, why))
        return told

    def hear(self, now: datetime, *, attentive: bool = False) -> list[Alert]:
        """The absences that are to be told at `now` (UTC), up to which all that there was has been counted.

        `attentive`: there was no break since the last time.
        """
        told: list[Alert] = []
        for rule in self.timing.rules.values():
            known = self.store.listening(rule.name)
            listening = overtime.listen(known, now, rule.when.within, attentive=attentive)
            self.store.save_listening(rule.name, listening)
            if rule.when.kind is WhenKind.ABSENCE:
                told += self._absences(rule, listening, now)
        return told

    def learn(self, spoken: Iterable[datetime]) -> None:
        """A stretch of history was learned: what its articles speak of (UTC) was listened to."""
        times = sorted(spoken)
        for rule in self.timing.rules.values() if times else ():
            known = self.store.listening(rule.name)
            self.store.save_listening(rule.name, overtime.learn(known, times[0], times[-1], rule.when.within))

    def merged(self, stories: Sequence[str]) -> None:
        """Stories have become one: what was counted as two counts once, and what held only so is taken back."""
        for sighting in (each for story in stories for each in self.store.counted_of(story)):
            rule = self.timing.rules.get((sighting.account.watchlist, sighting.account.rule))
            if rule is not None:
                self._take_back(self._decide(rule, sighting))

    def _decide(self, rule: TimedRule, new: Sighting) -> Decision:
        when, account = rule.when, new.account
        match when.kind:
            case WhenKind.NEW_VALUE:
                seen = self.store.sightings(account, new.value, 2)
                return overtime.decide_value(seen, self.store.firings(account, None), new)
            case WhenKind.ABSENCE:
                latest = self.store.sightings(account, None, when.stories)
                return overtime.decide_absence(when, latest, self.store.firings(account, None))
            case WhenKind.SEQUENCE:
                steps = self.store.sightings(account, None, 0)
                return overtime.decide_sequence(when, steps, self.store.firings(account, None), new.at)
            case _:
                firings = self.store.firings(account, new.at - overtime.reach(when))
                times = self._times(rule, new)
                return overtime.decide_heat(when, times, firings, new.at, self.store.listening(rule.name))

    def _times(self, rule: TimedRule, new: Sighting) -> Times:
        return Times(self.store.sighting_times(new.account, new.at - overtime.reach(rule.when)))

    def _count(self, counted: Counted, alert: Alert) -> tuple[Alert | None, str]:
        """The alert that follows from a sighting, if one does, and how far the count has come."""
        rule, new = counted.rule, counted.sighting
        if not self.store.add_sighting(new):
            return None, self._progress(rule, new)
        decision = self._decide(rule, new)
        self._take_back(decision)
        if decision.told is None or (self.learning and decision.replaced):
            # What waits for readers is theirs, also where its past is learned only now.
            return None, self._progress(rule, new)
        for firing in decision.replaced:
            self.store.withdraw(firing.alert, Reason.COUNTED)
            self.store.drop_firing(firing)
        held = held_alert(alert, counted, decision.told)
        self._save(new.account, decision.told, held.id, new.value)
        return (None, "") if self.learning else (held, "")

    def _progress(self, rule: TimedRule, new: Sighting) -> str:
        heats = rule.when.kind in (WhenKind.FREQUENCY, WhenKind.SPIKE)
        return progress(rule.when, self._times(rule, new).within(rule.when.within, new.at) if heats else 0)

    def _take_back(self, decision: Decision) -> None:
        """What holds no longer, and what goes on."""
        for firing in decision.withdrawn:
            self.store.withdraw(firing.alert, Reason.WITHDRAWN)
            self.store.drop_firing(firing)
        for firing in decision.grown:
            self.store.save_firing(firing)

    def _absences(self, rule: TimedRule, listening: Listening, now: datetime) -> list[Alert]:
        accounts = self.store.accounts(rule.name)
        if not rule.when.per and not accounts:
            accounts = [Account(rule.watchlist, rule.rule)]
        told = []
        for account in accounts:
            latest = self.store.sightings(account, None, rule.when.stories)
            last = overtime.last_enough(rule.when, latest)
            episode = overtime.absence(rule.when, last, self.store.firings(account, None), listening, now)
            if episode is not None:
                alert = absent_alert(rule, account, episode, last is not None and last == episode.begin, now)
                self._save(account, episode, alert.id, "")
                told.append(alert)
        return told

    def _save(self, account: Account, episode: Episode, alert: str, value: str) -> None:
        settled = self.learning or not self.awaited
        alert = "" if settled else alert
        self.store.save_firing(Firing(account, episode.begin, episode.until, alert, settled, value))
