"""The journey of an article, in order: read, recognise, match, assign, decide, remember; `monitor.desk` composes.

The pipeline does the I/O in order and decides nothing: decisions are pure functions of the rooms; the store and the
sources are those of `monitor.protocols`. (Sending is the outbox's own loop: `monitor.deliver.postman`.) Store calls are
short and blocking; they run in a worker thread, one at a time, so that the event loop of the daemon stays free.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.alerts.audience import audience
from monitor.alerts.counting import EVERY_MATCH, Timing
from monitor.alerts.silences import Holds, ending_of, hush, nothing_holds
from monitor.desk.composing import Desk
from monitor.digest.freeze import Letterhead
from monitor.digest.render import Own
from monitor.model import (
    Alert,
    Article,
    Harvest,
    KeyMemory,
    Match,
    Novelty,
    Reason,
    Rejection,
    Story,
    Subscription,
    Verdict,
)
from monitor.overtime import OverTime
from monitor.protocols import Matcher, Source, Store
from monitor.stories.grouping import Placement, place
from monitor.stories.identity import Recognised, Recognition, lookup_order, recognise
from monitor.stories.kept import KeptStories
from monitor.stories.keys import fact_keys, fact_pairs, key_of
from monitor.stories.merging import as_one
from monitor.stories.novelty import NoveltySettings, judge
from monitor.stories.partial import coarser_keys, sure_of
from monitor.stories.signature import Signature, sign
from monitor.stories.window import Sought

log = logging.getLogger(__name__)


@dataclass(slots=True)
class RoundAccount:
    """What one round of ingest did, for the terminal, the log and `status`."""

    articles: int = 0
    copies: int = 0
    versions: int = 0
    stories: int = 0
    matches: int = 0
    novelties: Counter[Novelty] = field(default_factory=Counter)
    rejections: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one article: what it was to the archive, its story, and what was decided of its matches."""

    recognised: Recognised
    placement: Placement
    alerts: tuple[Alert, ...] = ()

    @property
    def story(self) -> str:
        """The id of its story."""
        return self.placement.story


@dataclass(frozen=True, slots=True)
class Decided:
    """What an article is to the archive, its story, and a verdict for each key of its matches; nothing is stored yet.

    `known_story` is the stored story of the placement, None where the article opens it. `signature` is what its text
    is known by, and `sought` the article as it was compared with stories; None where it was not.
    """

    recognised: Recognised
    placement: Placement
    known_story: Story | None = None
    verdicts: Sequence[Verdict] = ()
    signature: Signature | None = None
    sought: Sought | None = None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Joins the rooms. Built by `monitor.app`; driven by `monitor.daemon` and by `monitor run --once`.

    `letterheads` are keyed by the names of the channels; by those of subscriptions their own `templates`, and the
    `owners` of these, who hear of it when they fail. `naming` has the sources of the configuration, each with the
    rules (watchlist, id) that name it. `learning`: what is taken in is history, and known to every reader; `again`:
    also what the rules of today find in it and did not know when it was taken in first. `witness` is told of each
    article once it is decided, inside the transaction. `timing` are the rules over time, `holds` tries the words of
    silences on an article.
    """

    store: Store
    matcher: Matcher
    subscriptions: Sequence[Subscription]
    letterheads: Mapping[str, Letterhead]
    novelty: NoveltySettings
    stories: KeptStories
    broken_rules: Sequence[str] = ()
    naming: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    templates: Mapping[str, Own] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    learning: bool = False
    again: bool = False
    witness: Callable[[Taken], None] | None = None
    timing: Timing = EVERY_MATCH
    holds: Holds = nothing_holds

    async def ingest(self, source: Source, account: RoundAccount, clock: Callable[[], datetime]) -> None:
        """Read one source to its end, one transaction a batch. Raises SourceError once all that was read is stored."""
        state = await asyncio.to_thread(self.store.source_state, source.name)
        async for harvest in source.read(state, clock()):
            await asyncio.to_thread(self._take, harvest, account, clock())

    def take(self, articles: Sequence[Article], account: RoundAccount, now: datetime) -> None:
        """Take in articles that come from no source of the configuration: a history. One transaction; blocking."""
        with self.store.transaction():
            self.store.expect([identity for article in articles for identity in article.identities])
            for article in articles:
                taken = self._take_article(article, account, now)
                if self.witness is not None:
                    self.witness(taken)
            if self.learning:
                self.over_time.learn(article.speaks for article in articles)

    def hear(self, account: RoundAccount, now: datetime, *, attentive: bool = False) -> Sequence[Alert]:
        """Rules over time are told that all there was up to `now` has been taken in; the absences that they tell.

        `attentive`: nothing was missed since the last time, however long ago that was, as in a history.
        """
        with self.store.transaction():
            absences = self.over_time.hear(now, attentive=attentive)
            for alert in absences:
                self._raise(alert, None, account)
        return absences

    @property
    def desk(self) -> Desk:
        """Where digests are composed, over the store."""
        given = (self.broken_rules, self.naming, self.templates, self.owners, self.timing)
        return Desk(self.store, self.letterheads, *given)

    @property
    def over_time(self) -> OverTime:
        """The rules over time, over the store."""
        return OverTime(self.store, self.timing, self.learning, awaited=bool(self.subscriptions))

    def _take(self, harvest: Harvest, account: RoundAccount, now: datetime) -> None:
        with self.store.transaction():
            self.take(harvest.articles, account, now)
            self.store.add_rejections(harvest.state.name, harvest.rejections, now)
            self.store.save_source(harvest.state)
        account.rejections.extend(harvest.rejections)

    def decide(self, article: Article, now: datetime) -> Decided:
        """What would become of an article that is taken in at `now`. Reads the store, and changes nothing."""
        known = self.store.find_article(lookup_order(article.identities))
        recognised = recognise(article, known)
        if recognised.kind is Recognition.COPY:
            return Decided(recognised, place(article, recognised, (), {}, self.novelty))
        signature = sign(article)
        recognised = self._repeated(recognised, signature)
        matches = self.matcher.match(article)
        facts = self._facts(matches)
        placement, sought = place(article, recognised, matches, facts, self.novelty), None
        if recognised.kind is Recognition.FIRST:
            sought = self.stories.seek(article, placement, matches)
            placement = sought.placement
        verdicts = judge(
            article, recognised, placement, matches, self._known(matches, placement, facts), now, self.novelty
        )
        recognised = recognised.telling(verdicts)
        if recognised.kind is Recognition.COPY:
            return Decided(recognised, placement)
        return Decided(recognised, placement, self.store.story(placement.story), verdicts, signature, sought)

    def _repeated(self, recognised: Recognised, signature: Signature) -> Recognised:
        """Whether an article that was never seen repeats a known one in nearly the same words."""
        if recognised.kind is not Recognition.FIRST:
            return recognised
        likeness = self.stories.duplicate_of(signature)
        original = self.store.known_article(likeness.original) if likeness.original else None
        return recognised.nearly(original, likeness.reason) if original else recognised

    def _facts(self, matches: Sequence[Match]) -> Mapping[str, KeyMemory]:
        """What is known of the facts of matches, and of those that say less or more."""
        told = [(match, key_of(match, "")) for match in matches if match.fact]
        known = dict(self.store.recall([key for _, key in told]))
        for match, key in told:
            if key in known and known[key].tellings:
                continue
            known |= self.store.recall([*coarser_keys(match)])
            if sure := fact_pairs(sure_of(match)):
                start = fact_keys(match.watchlist, match.about)
                known |= {memory.key: memory for memory in self.store.finer(start, sure, key)}
        return known

    def _known(
        self, matches: Sequence[Match], placement: Placement, facts: Mapping[str, KeyMemory]
    ) -> Mapping[str, KeyMemory]:
        """What is known of the keys of matches, as it will be once the stories of the placement are one."""
        names = sorted(placement.names)
        keys = [key_of(match, name) for match in matches if not match.fact for name in names]
        memories = {**facts, **self.store.recall(keys)}
        stories = [story for name in names if (story := self.store.story(name))] if placement.merges else []
        return as_one(memories, placement, stories)

    def _take_article(self, article: Article, account: RoundAccount, now: datetime) -> Taken:
        decided = self.decide(article, now)
        recognised, placement = decided.recognised, decided.placement
        match recognised.kind:
            case Recognition.FIRST | Recognition.EXTENDED:
                account.articles += 1
                self.store.add_article(
                    article,
                    placement.story,
                    recognised.fingerprint,
                    why=placement.reason,
                    score=placement.score,
                    copy_of=recognised.copy_of,
                )
            case Recognition.VERSION:
                account.versions += 1
                assert recognised.known is not None
                self.store.add_version(recognised.known, article, recognised.fingerprint)
            case Recognition.COPY:
                account.copies += 1
                self.store.add_copy(recognised.copy, article.identities)
                alerts = self._learn_again(article, recognised, placement, account, now) if self.again else []
                return Taken(recognised, placement, tuple(alerts))
        self._group(article, decided)
        account.stories += decided.known_story is None
        self.over_time.merged([merge.kept for merge in placement.merges])
        alerts = [alert for verdict in decided.verdicts for alert in self._tell(verdict, article, account)]
        return Taken(recognised, placement, tuple(alerts))

    def _learn_again(
        self, article: Article, copy: Recognised, placement: Placement, account: RoundAccount, now: datetime
    ) -> list[Alert]:
        """What the rules of today find in a known article and nobody knows yet."""
        assert copy.known is not None
        known = replace(copy.known, last_version=None)
        recognised = replace(copy, kind=Recognition.VERSION, known=known)
        matches = self.matcher.match(article)
        memories = self._known(matches, placement, self._facts(matches))
        verdicts = judge(article, recognised, placement, matches, memories, now, self.novelty)
        unknown = [verdict for verdict in verdicts if verdict.alert.novelty is Novelty.NEW]
        return [alert for verdict in unknown for alert in self._tell(verdict, article, account)]

    def _group(self, article: Article, decided: Decided) -> None:
        """Keep what later articles are compared with."""
        placement = decided.placement
        if decided.signature is not None:
            self.stories.sign(decided.recognised.stored_as, decided.signature)
        if decided.sought is not None:
            self.stories.take(article, decided.sought)
        known = self.store.story(placement.story) if placement.merges else decided.known_story
        self.store.save_story(placement.after(known, article, decided.verdicts))

    def _tell(self, verdict: Verdict, article: Article, account: RoundAccount) -> Sequence[Alert]:
        memory = replace(verdict.memory, learned=True) if self.learning else verdict.memory
        self.store.replace_memory(verdict.refines, memory) if verdict.refines else self.store.remember(memory)
        alerts = self.over_time.count(verdict, article)
        for alert in alerts:
            self._raise(alert, article, account)
        return alerts

    def _raise(self, alert: Alert, article: Article | None, account: RoundAccount) -> None:
        """`article` is None where an alert tells that none came."""
        readers = audience(alert, article.lang if article else "", self.subscriptions)
        hushed = hush(alert, article, readers, self.store.open_silences(alert.raised), self.holds)
        for silence in hushed.ended:
            self.store.end_silence(silence.id, alert.raised, ending_of(silence, alert))
        self.store.add_alert(alert, hushed.told(readers), hushed.mutes)
        _log_decision(alert, article, hushed.told(readers))
        account.matches += 1
        account.novelties.update([alert.novelty] if alert.reason is not Reason.COUNTED else ())


def _log_decision(alert: Alert, article: Article | None, readers: Sequence[str]) -> None:
    """One line per decision, with the ids that lead from the article to the mail."""
    log.info(
        "article %s: %s/%s is %s: %s; story %s, alert %s for %s",
        alert.article or "-",
        alert.match.watchlist,
        alert.match.rule,
        alert.novelty.value,
        alert.reason.value,
        alert.story,
        alert.id,
        ", ".join(readers) or "nobody",
        extra={
            "ids": {
                "article": alert.article,
                "source": article.source if article else "",
                "watchlist": alert.match.watchlist,
                "rule": alert.match.rule,
                "story": alert.story,
                "alert": alert.id,
                "novelty": alert.novelty.value,
                "reason": alert.reason.name.lower(),
            }
        },
    )
