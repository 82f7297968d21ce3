"""When a rule over time holds: pure functions of what was counted, and of what readers were told already.

Everything goes by the time at which articles speak: their publication, or their arrival where that is missing or
doubtful. So an article that comes late counts where it belongs, a restart changes nothing, and articles that arrive
within one digest period decide the same in whatever order they come: what is not settled yet is judged anew with each.

A *heat* is a time at which the rule held; heats that lie at most `within` apart are one *episode*, and an episode is
told once. So a rule that goes on to hold stays quiet, and is armed again once it has not held for a whole `within`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor.model import FIRST, Firing, Listening, Sighting, When, WhenKind

PAUSE = timedelta(days=2)
"""A round a day, or a week, is no break: sources still have what came in between."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Episode:
    """An unbroken stretch of time in which a rule held.

    `stories` is the most that one span held; `usual` what a span of that length held before (spike only). For a
    sequence it begins with the first step and ends with the second.
    """

    begin: datetime
    until: datetime
    stories: int = 0
    usual: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do after an account has counted something.

    `told` is the episode that an alert now tells, None for none; `replaced` are alerts, not settled, that it takes the
    place of. `withdrawn` hold no longer. `grown` are firings that are told and go on, as they are from now.
    """

    told: Episode | None = None
    replaced: tuple[Firing, ...] = ()
    withdrawn: tuple[Firing, ...] = ()
    grown: tuple[Firing, ...] = ()


NOTHING = Decision()


@dataclass(frozen=True, slots=True)
class Times:
    """When stories speak, as whole microseconds since 1970 (UTC), in order: an account may hold many thousands."""

    micros: Sequence[int]

    def within(self, span: timedelta, until: datetime) -> int:
        """How many speak of the span that ends at a time; its beginning is not part of it."""
        end = _micros(until)
        return bisect_right(self.micros, end) - bisect_right(self.micros, end - span // _MICROSECOND)

    def since(self, begin: datetime) -> list[datetime]:
        """The times from one on, each once."""
        first = bisect_left(self.micros, _micros(begin))
        return [_EPOCH + at * _MICROSECOND for at in dict.fromkeys(self.micros[first:])]


def reach(when: When) -> timedelta:
    """How far before a sighting others matter to a frequency or a spike."""
    return 3 * when.within + when.baseline


def decide_heat(
    when: When, times: Times, firings: Sequence[Firing], new: datetime, listening: Listening | None
) -> Decision:
    """What follows for a frequency or a spike from a sighting at the time `new`.

    `times` are those of the account in its `reach`, `new` among them; `firings` those that are not over before.
    """
    since = listening.since if listening else new
    begin = new - 2 * when.within
    return _settle(_episodes(when, times, begin, since), firings, new, begin, when.within)


def decide_sequence(when: When, sightings: Sequence[Sighting], firings: Sequence[Firing], new: datetime) -> Decision:
    """What follows for a sequence; `sightings` and `firings` are all of the account."""
    return _settle(_sequences(when, sightings), firings, new, None, timedelta())


def _settle(
    episodes: Sequence[Episode], firings: Sequence[Firing], new: datetime, begin: datetime | None, apart: timedelta
) -> Decision:
    """Each episode that no settled firing tells is told by one alert: that of the article which came last in it.

    What began before `begin` was not looked at, so it stays as it is.
    """
    settled = [firing for firing in firings if firing.settled]
    grown = [_grown(firing, [each for each in episodes if _meet(each, firing, apart)]) for firing in settled]
    untold = [each for each in episodes if not any(_meet(each, firing, apart) for firing in settled)]
    open_ = [firing for firing in firings if not firing.settled]
    ours = next((each for each in untold if _counts_in(new, each, apart)), None)
    replaced = [firing for firing in open_ if ours and _meet(ours, firing, apart)]
    rest = [firing for firing in open_ if firing not in replaced and (begin is None or firing.begin >= begin)]
    return Decision(
        told=_joined(ours, replaced) if ours else None,
        replaced=tuple(replaced),
        withdrawn=tuple(firing for firing in rest if not any(_meet(each, firing, apart) for each in untold)),
        grown=tuple(firing for firing, before in zip(grown, settled, strict=True) if firing != before),
    )


def _joined(episode: Episode, replaced: Sequence[Firing]) -> Episode:
    """An episode with what was known of it before."""
    begin = min([episode.begin, *(firing.begin for firing in replaced)])
    return replace(episode, begin=begin, until=max([episode.until, *(firing.until for firing in replaced)]))


def _counts_in(at: datetime, episode: Episode, apart: timedelta) -> bool:
    """Whether a sighting of that time takes part in an episode: spans do not hold their own beginning."""
    return at <= episode.until and (episode.begin - apart < at or episode.begin == at)


def _meet(episode: Episode, firing: Firing, apart: timedelta) -> bool:
    return episode.begin - apart <= firing.until and firing.begin <= episode.until + apart


def _grown(firing: Firing, episodes: Iterable[Episode]) -> Firing:
    met = list(episodes)
    begin = min([firing.begin, *(each.begin for each in met)])
    until = max([firing.until, *(each.until for each in met)])
    return Firing(firing.account, begin, until, firing.alert, firing.settled, firing.value)


def _episodes(when: When, times: Times, begin: datetime, since: datetime) -> list[Episode]:
    """The episodes of a frequency or a spike from a time on, in order."""
    episodes: list[Episode] = []
    for at in times.since(begin):
        heat = _heat(when, times, at, since)
        if heat is None:
            continue
        last = episodes[-1] if episodes else None
        if last is None or at - last.until > when.within:
            episodes.append(heat)
        else:
            most = max(last, heat, key=lambda each: each.stories)
            episodes[-1] = Episode(last.begin, at, most.stories, most.usual)
    return episodes


def _heat(when: When, times: Times, at: datetime, since: datetime) -> Episode | None:
    """The rule at one time: the span that ends there, held against the number, and against what is usual."""
    stories = times.within(when.within, at)
    if stories < when.stories:
        return None
    if when.kind is WhenKind.FREQUENCY:
        return Episode(at, at, stories)
    if at - when.within - when.baseline < since:
        return None  # what is usual is not known before a whole baseline was listened to
    usual = times.within(when.baseline, at - when.within) * (when.within / when.baseline)
    return Episode(at, at, stories, usual) if stories >= when.ratio * usual else None


def _sequences(when: When, sightings: Sequence[Sighting]) -> list[Episode]:
    """Second steps that come after a first one, each with the latest before it. A first step begins one sequence."""
    firsts = sorted(each.at for each in sightings if each.value == FIRST)
    seconds = sorted(each.at for each in sightings if each.value != FIRST)
    found: list[Episode] = []
    for second in seconds:
        before = [at for at in firsts if at < second]
        if not before or (when.within and second - before[-1] > when.within):
            continue
        if not found or before[-1] > found[-1].until:
            found.append(Episode(before[-1], second))
    return found


def decide_value(sightings: Sequence[Sighting], firings: Sequence[Firing], new: Sighting) -> Decision:
    """A value is new once: the story that brings it, whatever date that bears, tells it."""
    before = [each for each in sightings if each.value == new.value and not each.is_same(new)]
    if before or any(firing.value == new.value for firing in firings):
        return NOTHING
    return Decision(told=Episode(new.at, new.at))


def decide_absence(when: When, sightings: Sequence[Sighting], firings: Sequence[Firing]) -> Decision:
    """A story that was there all the time takes back an absence that nobody was told yet."""
    last = last_enough(when, sightings)
    false = [firing for firing in firings if not firing.settled and last and firing.begin < last <= firing.until]
    return Decision(withdrawn=tuple(false))


def last_enough(when: When, sightings: Iterable[Sighting]) -> datetime | None:
    """The time of the story since which an account has too few, were none to follow; None where it never had enough."""
    latest = sorted((each.at for each in sightings), reverse=True)
    return latest[when.stories - 1] if len(latest) >= when.stories else None


def absence(
    when: When, last: datetime | None, firings: Sequence[Firing], listening: Listening, now: datetime
) -> Episode | None:
    """The absence of an account that is to be told at `now` (UTC), from its last story to the moment it was one.

    `last` is the time of its `stories`-th latest story. Time in which nobody listened does not count. An absence is
    told once: only a story that speaks of a time after it arms the rule again.
    """
    begin = max(last, listening.since) if last else listening.since
    until = begin + when.within
    if now < until:
        return None
    if any(last is None or last <= firing.until for firing in firings):
        return None
    return Episode(begin, until)


def listen(known: Listening | None, now: datetime, within: timedelta, *, attentive: bool = False) -> Listening:
    """The listening once all sources were heard up to `now`; `attentive`: there was no break since the last time.

    After a silence of the monitor itself, longer than `within` and the `PAUSE` that nobody minds, it begins anew:
    neither a long standstill nor a clock that runs ahead is taken for an absence of news. A clock that is put back
    takes `since` along.
    """
    if known is None or (not attentive and now - known.heard > within + PAUSE):
        return Listening(now, now)
    return Listening(min(known.since, now), now)


def learn(known: Listening | None, first: datetime, last: datetime, within: timedelta) -> Listening:
    """The listening once a stretch of history was learned: it reaches back as far as that, and never forgets."""
    if known is None or (last > known.heard and first - known.heard > within + PAUSE):
        return Listening(first, last)
    return Listening(min(known.since, first), max(known.heard, last))


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
