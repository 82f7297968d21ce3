"""Where digests are composed: what waits for a reader is read, composed, frozen and put into the outbox.

As the pipeline it does the I/O in order and decides nothing. Its calls are short and blocking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.alerts.counting import EVERY_MATCH, Timing
from monitor.alerts.inhibition import earliest, inhibit
from monitor.alerts.silences import muted_counts
from monitor.digest.compose import compose
from monitor.digest.content import Digest
from monitor.digest.due import Due, due
from monitor.digest.freeze import Letterhead, freeze
from monitor.digest.instant import LIMIT_SPAN, InstantDue, InstantReason, instant_due, pressing_stories
from monitor.digest.notice import freeze_notice
from monitor.digest.render import Own
from monitor.digest.template_notice import template_notice
from monitor.digest.times import OLD
from monitor.model import Accounting, FrozenDigest, Mute, Period, Subscription, TimedAlert, WaitingAlert
from monitor.protocols import Store

_INSTANT = timedelta(microseconds=1)
"""The finest step of time: what was raised now waits now."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Composes for readers.

    `letterheads` are keyed by the names of the channels; by those of subscriptions their own `templates`, and the
    `owners` of these, who hear of it when they fail. `naming` has the sources of the configuration, each with the
    rules (watchlist, id) that name it.
    """

    store: Store
    letterheads: Mapping[str, Letterhead]
    broken_rules: Sequence[str] = ()
    naming: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    templates: Mapping[str, Own] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    timing: Timing = EVERY_MATCH

    def due(self, subscription: Subscription, now: datetime) -> Due:
        """Whether a subscription's period has ended, and why or why not; a new subscription is noted as known."""
        since = self.store.last_period_end(subscription.name) or self.store.first_known(subscription.name, now)
        return due(subscription, since, now, self.store.decided(subscription.name))

    def compose(self, subscription: Subscription, period: Period, now: datetime) -> FrozenDigest | None:
        """One transaction: what waits, composed, rendered, frozen and put into the outbox. None if nothing waits."""
        with self.store.transaction():
            waiting, muted = self._waiting(subscription, period.end)
            digest = self._compose(subscription, period, waiting, muted)
            self.store.mute(muted, period.end - _INSTANT)
            self.store.compose_decided(subscription.name, period.end)
            if digest is None:
                return None
            return self._freeze(digest, subscription, now)

    def instant_due(self, subscription: Subscription, now: datetime) -> InstantDue:
        """Whether something goes out at once for a subscription, and why or why not."""
        instant = subscription.instant
        if instant is None:
            return InstantDue(InstantReason.NOTHING)
        pressing = self.store.pressing(subscription.name, instant.severities, OLD, now)
        sent = self.store.instants_since(subscription.name, now - LIMIT_SPAN) if pressing else ()
        return instant_due(instant, subscription.zone, list(pressing.values()), sent, now)

    def compose_instant(self, subscription: Subscription, now: datetime) -> FrozenDigest | None:
        """As `compose`, but only the stories that press, out of turn. None if nothing does."""
        instant = subscription.instant
        if instant is None or self.instant_due(subscription, now).reason is not InstantReason.DUE:
            return None
        with self.store.transaction():
            if self.instant_due(subscription, now).reason is not InstantReason.DUE:  # another one was faster
                return None
            pressing = self.store.pressing(subscription.name, instant.severities, OLD, now)
            waiting, _ = self._waiting(subscription, now + _INSTANT)
            stories = pressing_stories(waiting, pressing)
            if not stories:
                return None
            letterhead = self.letterheads[subscription.channel]
            period = Period(min(pressing.values()), now)
            digest = compose(
                subscription, period, stories, Accounting(), (), letterhead.titles, instant=True,
                whole=letterhead.shows_all,
            )  # fmt: skip
            return self._freeze(digest, subscription, now)

    def _freeze(self, digest: Digest, subscription: Subscription, now: datetime) -> FrozenDigest | None:
        name, letterhead = subscription.name, self.letterheads[subscription.channel]
        frozen = freeze(digest, subscription, letterhead, now, self.templates.get(name))
        if not self.store.save_digest(frozen):
            return None
        if frozen.fault != self.store.template_fault(name):  # its owner is told once of each fault
            self.store.note_template_fault(name, frozen.fault)
            if frozen.fault and (owner := self.owners.get(name)):
                notice = template_notice(name, frozen.fault)
                self.store.save_digest(freeze_notice(notice, [owner], subscription.channel, letterhead, now))
        return frozen

    def draft(self, subscription: Subscription, period: Period) -> Digest | None:
        """The digest as it would be composed, stored nowhere. None if nothing waits and the subscription wants none."""
        waiting, muted = self._waiting(subscription, period.end)
        return self._compose(subscription, period, waiting, muted)

    def _waiting(self, subscription: Subscription, before: datetime) -> tuple[list[WaitingAlert], list[Mute]]:
        """What waits for a reader, without what other rules inhibit, and why that is kept back."""
        waiting = self.store.waiting(subscription.name, before)
        timed = [TimedAlert(each.alert, each.article.speaks) for each in waiting]
        since = earliest(timed, self.timing.inhibitions)
        if since is None:
            return list(waiting), []
        rules = dict.fromkeys(each.by for each in self.timing.inhibitions)
        told = [alert for rule in rules for alert in self.store.told_of(subscription.name, rule, since)]
        muted = inhibit(subscription.name, timed, told, self.timing.inhibitions)
        kept_back = {mute.alert for mute in muted}
        return [each for each in waiting if each.alert.id not in kept_back], muted

    def _compose(
        self, subscription: Subscription, period: Period, waiting: Sequence[WaitingAlert], muted: Sequence[Mute]
    ) -> Digest | None:
        """None where nothing is to be said; tellings that add nothing then wait for the next one to count them."""
        if not waiting and not subscription.heartbeat:
            return None
        found = self.store.accounting(subscription.name, period)
        kept_back = muted_counts([*self.store.kept_in(subscription.name, period), *muted], self.store.silences())
        sources = tuple(each for each in found.sources if each.articles or not self.naming or each.name in self.naming)
        accounting = replace(found, sources=sources, broken_rules=tuple(self.broken_rules), muted=kept_back)
        volumes = self.store.daily_volumes(subscription, period.end)
        letterhead = self.letterheads[subscription.channel]
        earlier = self.store.instants(subscription.name, period)
        digest = compose(
            subscription, period, waiting, accounting, volumes, letterhead.titles, earlier, whole=letterhead.shows_all
        )
        return digest if digest.says_anything or subscription.heartbeat else None
