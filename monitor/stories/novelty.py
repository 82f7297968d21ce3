"""New, update, fold or recap: what an article adds to what is known (design, section 5).

Each key of an article is decided by itself, against its own memory: known keys beside a new one are not updates for
that. What the design leaves open is decided like this:

- *Time of freshness* is the time of arrival: half-open, 7 days after the arrival of the last article told.
- *Told numbers* and *told places* are all amounts and listed places in the whole text of the story's earlier
  articles; *added* ones stand in a sentence with evidence. A place that is part of a fact told here is no addition
  to another. In the sentence after the evidence, of the same paragraph, a number is added only where it takes the
  place of a told one: another count of the same noun (1,400 women, then 1,700 women), without a word that looks
  back. Further away, and for money and shares, a figure may be anybody's.
- Once a story is over, a number counts only where it takes the place of a told one (the same currency, a share, a
  count of the same noun) in a sentence with evidence that is not background: in the lead, without a word or a date
  that looks back.
- A *state* that was unknown is learned, not changed. A state that differs in a sentence which dates itself before
  the day when the present one was first told is the past, retold.
- A state that *comes back* within two days of having been left is another desk's wording, and changes nothing.
- An article *older* than the last telling is a fold while the story is fresh, else a recap, and never prolongs.
- An *edited* article is compared with its own last version: where neither the marked words of a match nor an amount
  or a listed place beside them are new, it adds nothing; what is new in it is of the day of the edit.
- A *correction* of something told is an update and forgets the key: its next telling is new, unless that was
  published before the correction. A correction of what was never told is a fold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model import Alert, Article, KeyMemory, Match, Novelty, Place, Reason, Verdict
from monitor.stories.agreement import Agreed, agree
from monitor.stories.calendar import latest_date, looks_back
from monitor.stories.freshness import NoveltySettings, date_of, is_fresh, is_older_than_told
from monitor.stories.grouping import Placement, story_of
from monitor.stories.identity import Recognised, Recognition
from monitor.stories.keys import alert_id, canonical
from monitor.stories.memory import Telling, publisher_of, remembered
from monitor.stories.numbers import Amount, amounts
from monitor.stories.partial import align
from monitor.stories.sentences import Sentence, all_sentences, evidence_sentences, sentences_after
from monitor.text.tokens import words

__all__ = ["Decision", "NoveltySettings", "decide", "judge"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a match is, why, which state it changes and which numbers it adds (as the article writes them)."""

    novelty: Novelty
    reason: Reason
    former: str = ""
    added: tuple[str, ...] = ()


def judge(
    article: Article,
    recognised: Recognised,
    placement: Placement,
    matches: Sequence[Match],
    memories: Mapping[str, KeyMemory],
    now: datetime,
    settings: NoveltySettings,
) -> list[Verdict]:
    """One verdict for each key of the article's matches; rules that found the same key agree with it.

    `memories` holds what is known of the keys under which the matches are remembered in the story of `placement`, and
    of facts that say less or more;
    `now` (UTC) is when the alerts are raised, while freshness goes by the article's arrival. Nothing is decided by
    the order of the matches.
    """
    if not matches:
        return []
    former = Former.of(recognised)
    said = Said(
        frozenset(amount.canonical for text in all_sentences(article) for amount in amounts(text)),
        frozenset(place.name for match in matches for place in match.places),
    )
    told_here = frozenset(value for match in matches for _, value in match.fact)
    aligned = align(matches, memories, article.arrived, settings)
    memories = aligned.memories
    verdicts = []
    for agreed in agree(matches, placement.story, aligned.standing):
        memory = memories.get(agreed.key)
        story = memory.story if memory else placement.story
        told = Said.of(known for known in memories.values() if known.story == story)
        sentences = evidence_sentences(article, agreed.match)
        after = sentences_after(article, sentences)
        edit = former.compare([*sentences, *after], agreed.match.places, recognised) if former else Edit()
        beside = replace(told, places=told.places | told_here)
        decision = decide(article, agreed.match, sentences, after, edit, memory, beside, settings)
        refines = aligned.refines.get(agreed.key, "")
        if refines and not decision.novelty.is_news:
            decision = Decision(Novelty.UPDATE, Reason.REFINED)
        telling = Telling(
            article=article,
            stored_as=recognised.stored_as,
            story=story_of(agreed.match, agreed.key, recognised.stored_as, placement.story),
            numbers=said.numbers | (told.numbers if memory is None else frozenset()),
            places=said.places | (told.places if memory is None else frozenset()),
            date=edit.date(article),
            repeated=recognised.kind is not Recognition.FIRST,
            fresh=memory is not None and is_fresh(memory, article.arrived, settings),
        )
        known = remembered(agreed, decision.novelty, decision.reason, memory, telling)
        verdicts.append(Verdict(_alert(agreed, decision, recognised, placement, known, now), known, refines))
    return verdicts


@dataclass(frozen=True, slots=True)
class Said:
    """The numbers, in canonical notation, and the listed places of some articles."""

    numbers: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    @classmethod
    def of(cls, memories: Iterable[KeyMemory]) -> Said:
        """What the articles of these memories said."""
        known = list(memories)
        return cls(
            frozenset().union(*(memory.numbers for memory in known)),
            frozenset().union(*(memory.places for memory in known)),
        )


@dataclass(frozen=True, slots=True)
class Edit:
    """How the evidence of a match relates to the last version of the same article.

    `repeats`: the last version had it already. `renewed`: an edit brought it. Neither for an article that is seen
    first, or whose last version is not at hand.
    """

    repeats: bool = False
    renewed: bool = False

    def date(self, article: Article) -> datetime:
        """When the evidence speaks: the day of the edit that brought it, else the article's date."""
        return article.arrived if self.renewed else date_of(article)


@dataclass(frozen=True, slots=True)
class Former:
    """The last version of an edited or copied article: the words of its sentences, and its amounts."""

    sentences: tuple[tuple[str, ...], ...]
    numbers: tuple[Amount, ...]

    @classmethod
    def of(cls, recognised: Recognised) -> Former | None:
        """None for an article that is not an edited one, or whose last version is not at hand."""
        if recognised.known is None or recognised.known.last_version is None:
            return None
        texts = list(all_sentences(recognised.known.last_version))
        return cls(
            sentences=tuple(tuple(words(text)) for text in texts),
            numbers=tuple(amount for text in texts for amount in amounts(text)),
        )

    def compare(self, sentences: Sequence[Sentence], places: Sequence[Place], recognised: Recognised) -> Edit:
        """Whether the version had the marked words, in their order, in one sentence, and what stands beside them.

        That are amounts and listed `places`. What a copy has more is no edit: it is of the day of the copy.
        """
        repeats = all(
            any(_holds_in_order(old, sentence.marked) for old in self.sentences)
            and not _unknown(amounts(sentence.text), self.numbers)
            and all(self._names(sentence.words_of(place)) for place in places if sentence.holds(place))
            for sentence in sentences
        )
        return Edit(repeats=repeats, renewed=not repeats and recognised.kind is Recognition.VERSION)

    def _names(self, place: Sequence[str]) -> bool:
        return any(_holds_in_order(old, place) for old in self.sentences)


def decide(
    article: Article,
    match: Match,
    sentences: Sequence[Sentence],
    after: Sequence[Sentence],
    edit: Edit,
    memory: KeyMemory | None,
    told: Said,
    settings: NoveltySettings,
) -> Decision:
    """What one match is, by its `sentences` and those `after` them. `told` is what earlier articles of the story of
    `memory` said, and what counts as that."""
    older = memory is not None and not edit.renewed and is_older_than_told(article, memory)
    if memory is None or not memory.tellings:
        return _decide_unknown(article, match, memory, older, settings)
    fresh = is_fresh(memory, article.arrived, settings)
    quiet = Novelty.FOLD if fresh else Novelty.RECAP
    if older:
        return Decision(quiet, Reason.OLDER_THAN_TOLD)
    nothing = Decision(quiet, Reason.ADDS_NOTHING if fresh else Reason.BACKGROUND)
    if edit.repeats:
        return nothing
    if match.retracts:
        return Decision(Novelty.UPDATE, Reason.RETRACTED)
    added = _added(sentences, told.numbers, memory, article, fresh=fresh)
    added += tuple(one for one in _replaced(after, told.numbers) if fresh and one not in added)
    places = _places_added(match, sentences, told.places) if fresh else ()
    if former := _changed_state(match, memory):
        since = memory.state_since or memory.first_seen
        if sentences and all(_speaks_of_before(since, sentence, article) for sentence in sentences):
            return Decision(quiet, Reason.OLDER_THAN_TOLD)
        if not _comes_back(match, memory, edit.date(article)):
            return Decision(Novelty.UPDATE, Reason.STATE_CHANGED, former, added + places)
    if added or places:
        reason = Reason.NUMBER_ADDED if added else Reason.PLACE_ADDED
        return Decision(Novelty.UPDATE, reason, added=added + places)
    if fresh and _publishers_reached(article, memory, settings):
        return Decision(Novelty.UPDATE, Reason.PUBLISHERS_REACHED)
    return nothing


def _decide_unknown(
    article: Article, match: Match, forgotten: KeyMemory | None, older: bool, settings: NoveltySettings
) -> Decision:
    """A key that was never seen, or that a correction has forgotten."""
    if match.retracts:
        why = Reason.NOTHING_TO_CORRECT if forgotten is None else Reason.ADDS_NOTHING
        return Decision(Novelty.FOLD, why)
    if forgotten is not None and older:
        fresh = is_fresh(forgotten, article.arrived, settings)
        return Decision(Novelty.FOLD if fresh else Novelty.RECAP, Reason.OLDER_THAN_TOLD)
    return Decision(Novelty.NEW, Reason.FIRST_SEEN)


def _changed_state(match: Match, memory: KeyMemory) -> str:
    """The former values of the state slots that change, empty if none does."""
    known = dict(memory.state)
    changed = [
        former
        for slot, value in match.state
        if value and (former := known.get(slot, "")) and canonical(former) != canonical(value)
    ]
    return ", ".join(changed)


_SETTLED = timedelta(days=2)


def _comes_back(match: Match, memory: KeyMemory, date: datetime) -> bool:
    """Whether all that changes is back to what was left within these days."""
    if memory.state_since is None or date - memory.state_since >= _SETTLED:
        return False
    known, left = ({slot: canonical(value) for slot, value in state} for state in (memory.state, memory.state_left))
    return all(
        canonical(value) in (known[slot], left.get(slot)) for slot, value in match.state if value and known.get(slot)
    )


def _added(
    sentences: Sequence[Sentence], told: frozenset[str], memory: KeyMemory, article: Article, *, fresh: bool
) -> tuple[str, ...]:
    """The amounts that count as added, each once, as the article writes them."""
    news = [sentence for sentence in sentences if fresh or not _is_background(sentence, memory, article)]
    found = [amount for sentence in news for amount in amounts(sentence.text)]
    known = [Amount.remembered(number) for number in told] if found else []
    added = [amount for amount in _unknown(found, known) if fresh or any(amount.replaces(former) for former in known)]
    return tuple(amount.written for amount in added)


def _replaced(sentences: Sequence[Sentence], told: frozenset[str]) -> tuple[str, ...]:
    """The counts that take the place of a told one of the same noun."""
    news = [sentence.text for sentence in sentences if not looks_back(sentence.text)]
    found = [amount for text in news for amount in amounts(text) if amount.noun]
    known = [Amount.remembered(number) for number in told] if found else []
    return tuple(new.written for new in _unknown(found, known) if any(new.replaces(former) for former in known))


def _places_added(match: Match, sentences: Sequence[Sentence], told: frozenset[str]) -> tuple[str, ...]:
    """The listed places that stand beside the evidence and that no earlier article of the story had, each once."""
    known = {canonical(name) for name in told}
    beside = (place for place in match.places if any(sentence.holds(place) for sentence in sentences))
    return tuple(dict.fromkeys(place.name for place in beside if canonical(place.name) not in known))


def _unknown(found: Sequence[Amount], known: Sequence[Amount]) -> list[Amount]:
    """The amounts that equal no known one, each once."""
    unknown: list[Amount] = []
    for amount in found:
        if not any(amount.equals(other) for other in (*known, *unknown)):
            unknown.append(amount)
    return unknown


def _is_background(sentence: Sentence, memory: KeyMemory, article: Article) -> bool:
    told = memory.last_published or memory.last_told
    return not sentence.in_lead or looks_back(sentence.text) or _speaks_of_before(told, sentence, article)


def _speaks_of_before(moment: datetime, sentence: Sentence, article: Article) -> bool:
    """Whether a sentence names dates, all of them before the day of a moment."""
    named = latest_date(sentence.text, date_of(article).date())
    return named is not None and named < moment.date()


def _publishers_reached(article: Article, memory: KeyMemory, settings: NoveltySettings) -> bool:
    """Whether this article's publisher is the one that makes the number full. Late articles were not counted."""
    publisher = publisher_of(article)
    if not settings.publishers_for_update or not publisher or publisher in memory.publishers:
        return False
    return len(memory.publishers) + 1 == settings.publishers_for_update


def _holds_in_order(sentence: Sequence[str], marked: Sequence[str]) -> bool:
    """Whether a sentence has the marked words, in their order."""
    remaining = iter(sentence)
    return all(word in remaining for word in marked)


def _alert(
    agreed: Agreed, decision: Decision, recognised: Recognised, placement: Placement, after: KeyMemory, now: datetime
) -> Alert:
    arrived, stored_as = recognised.article.arrived, recognised.stored_as
    return Alert(
        id=alert_id(stored_as, agreed.key, recognised.fingerprint, arrived, after.tellings),
        article=stored_as,
        story=placement.story,
        key=agreed.key,
        match=agreed.match,
        novelty=decision.novelty,
        reason=decision.reason,
        raised=now,
        former=decision.former,
        added=decision.added,
        agreeing=agreed.agreeing,
    )
