"""What is remembered of a key after an article was decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.model import Article, KeyMemory, Match, Novelty, Reason
from monitor.stories.agreement import Agreed
from monitor.stories.keys import canonical


@dataclass(frozen=True, slots=True)
class Telling:
    """One article as the memory of a key takes it in.

    `numbers` and `places` are those of its whole text (and of its story, for a key that is new in it); `date` is when
    it speaks; `repeated` that it is a new version or a copy; `fresh` that the key's story was fresh when it arrived.
    """

    article: Article
    stored_as: str
    story: str
    numbers: frozenset[str]
    places: frozenset[str]
    date: datetime
    repeated: bool
    fresh: bool


def publisher_of(article: Article) -> str:
    """The publisher, folded for comparison; empty where the article names none."""
    return canonical(article.publisher)


def remembered(
    agreed: Agreed, novelty: Novelty, reason: Reason, memory: KeyMemory | None, telling: Telling
) -> KeyMemory:
    """The memory of a key once an article has told it.

    A recap, a late article and a version or copy that adds nothing are counted, and move nothing that decides freshness
    or age. An update when the story was over moves the key to the article's story, with publishers counted anew.
    """
    if reason is Reason.RETRACTED:
        assert memory is not None, "only what was told is corrected"
        return _forgotten(memory, telling)
    if memory is None or novelty is Novelty.NEW:
        return _first(agreed, novelty, telling)
    seen = replace(
        memory,
        last_seen=max(memory.last_seen, telling.article.arrived),
        tellings=memory.tellings + 1 if memory.tellings else 0,
        numbers=memory.numbers if novelty is Novelty.RECAP else memory.numbers | telling.numbers,
        places=memory.places if novelty is Novelty.RECAP else memory.places | telling.places,
    )
    late = reason is Reason.OLDER_THAN_TOLD or not memory.tellings
    if novelty is Novelty.RECAP or late or (novelty is Novelty.FOLD and telling.repeated):
        return seen
    return _told(seen, agreed.match, telling, changed=reason is Reason.STATE_CHANGED)


def united(one: KeyMemory, other: KeyMemory) -> KeyMemory:
    """Two memories as one, under the key and the story of the first: their stories turned out to be one."""
    later = max(one, other, key=lambda memory: memory.last_told)
    published = [memory.last_published for memory in (one, other) if memory.last_published]
    return replace(
        later,
        key=one.key,
        story=one.story,
        first_seen=min(one.first_seen, other.first_seen),
        last_seen=max(one.last_seen, other.last_seen),
        first_article=min(one, other, key=lambda memory: memory.first_seen).first_article,
        last_published=max(published, default=None),
        numbers=one.numbers | other.numbers,
        places=one.places | other.places,
        publishers=one.publishers | other.publishers,
        tellings=one.tellings + other.tellings,
        learned=one.learned and other.learned,
    )


def _first(agreed: Agreed, novelty: Novelty, telling: Telling) -> KeyMemory:
    """A key that was never seen. A correction of nothing leaves it forgotten: `tellings` is 0."""
    article = telling.article
    new = novelty is Novelty.NEW
    state = _state((), agreed.match) if new else ()
    return KeyMemory(
        key=agreed.key,
        first_seen=article.arrived,
        last_seen=article.arrived,
        last_told=article.arrived,
        story=telling.story,
        first_article=telling.stored_as,
        last_published=telling.date,
        state=state,
        state_since=telling.date if state else None,
        numbers=telling.numbers if new else frozenset(),
        places=telling.places if new else frozenset(),
        publishers=_publishers(article) if new else frozenset(),
        tellings=int(new),
    )


def _told(memory: KeyMemory, match: Match, telling: Telling, *, changed: bool) -> KeyMemory:
    """The memory after a telling; a state that is known stays unless it is `changed`."""
    publishers = _publishers(telling.article)
    learned = _state((), match)
    state = _state(memory.state, match) if changed else tuple(sorted((dict(learned) | dict(memory.state)).items()))
    return replace(
        memory,
        last_told=max(memory.last_told, telling.article.arrived),
        last_published=max(memory.last_published or telling.date, telling.date),
        story=memory.story if telling.fresh else telling.story,
        state=state,
        state_since=memory.state_since if _same(state, memory.state) else telling.date,
        state_left=memory.state if changed else memory.state_left,
        publishers=memory.publishers | publishers if telling.fresh else publishers,
    )


def _forgotten(memory: KeyMemory, telling: Telling) -> KeyMemory:
    arrived = telling.article.arrived
    return replace(
        memory,
        last_seen=max(memory.last_seen, arrived),
        last_told=max(memory.last_told, arrived),
        last_published=max(memory.last_published or telling.date, telling.date),
        state=(),
        state_since=None,
        state_left=(),
        numbers=frozenset(),
        places=frozenset(),
        publishers=frozenset(),
        tellings=0,
    )


def _publishers(article: Article) -> frozenset[str]:
    publisher = publisher_of(article)
    return frozenset({publisher}) if publisher else frozenset()


def _state(known: tuple[tuple[str, str], ...], match: Match) -> tuple[tuple[str, str], ...]:
    """The known state with what the match says of it."""
    state = dict(known) | {slot: value for slot, value in match.state if value}
    return tuple(sorted(state.items()))


def _same(state: tuple[tuple[str, str], ...], other: tuple[tuple[str, str], ...]) -> bool:
    """Whether two states say the same, in whatever letters."""
    return {slot: canonical(value) for slot, value in state} == {slot: canonical(value) for slot, value in other}
