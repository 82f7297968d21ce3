"""What a silence mutes, and when it ends. Pure: the silences that hold at a moment, and an alert of that moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.alerts.counting import values_of
from monitor.model import Alert, Article, Mute, MutedCount, Scope, Silence
from monitor.text.canonical import canonical

Holds = Callable[[str, Article], bool]
"""Whether an article matches a query."""


@dataclass(frozen=True, slots=True)
class Hush:
    """What silences do to an alert: whom they keep it from, and which of them it ends."""

    mutes: tuple[Mute, ...] = ()
    ended: tuple[Silence, ...] = ()

    def told(self, readers: Sequence[str]) -> list[str]:
        """The readers from whom it is not kept."""
        muted = {mute.subscription for mute in self.mutes}
        return [reader for reader in readers if reader not in muted]


def hush(
    alert: Alert, article: Article | None, readers: Sequence[str], silences: Sequence[Silence], holds: Holds
) -> Hush:
    """What the silences that hold now do to an alert. The oldest that covers it has kept it from a reader.

    A silence that waits for a new value ends with the first alert in its scope that brings one, and does not mute it.
    What else is raised at that moment it still mutes, so that the order within one moment changes nothing.
    """
    covering = [silence for silence in silences if covers(silence.scope, alert, article, holds)]
    ended = tuple(silence for silence in covering if _brings_new_value(silence, alert))
    muting = [silence for silence in covering if silence not in ended]
    mutes = [
        Mute(reader, alert.id, silence=by.id)
        for reader in readers
        if (by := next((each for each in muting if each.scope.subscription in ("", reader)), None))
    ]
    return Hush(tuple(mutes), ended)


def muted_counts(mutes: Sequence[Mute], silences: Sequence[Silence]) -> tuple[MutedCount, ...]:
    """How much each silence, and each rule that inhibits others, kept from a reader; the most first."""
    words = {silence.id: silence_words(silence) for silence in silences}
    counts = Counter((mute.inhibited_by != "", words.get(mute.silence) or mute.rule) for mute in mutes)
    ordered = sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    return tuple(MutedCount(name, number, inhibited=inhibited) for (inhibited, name), number in ordered)


def nothing_holds(_query: str, _article: Article) -> bool:
    """For those who know no queries: histories, in which nobody is silenced."""
    return False


def ending_of(silence: Silence, alert: Alert) -> str:
    """Why a silence ended that waited for a new value."""
    return f"a new {silence.until_new}: {values_of(alert.match).get(silence.until_new, '')}"


def covers(scope: Scope, alert: Alert, article: Article | None, holds: Holds) -> bool:
    """Whether an alert is in a scope; for which reader, the scope says by itself.

    Where several rules found the same, it is in the scope of a rule only if that one found it alone: the others still
    tell it. An absence has no article, so it is in no scope of a source or of words.
    """
    match = alert.match
    if scope.watchlist and scope.watchlist != match.watchlist:
        return False
    if scope.rule and (scope.rule != match.rule or alert.agreeing):
        return False
    if scope.story and scope.story != alert.story:
        return False
    values = {slot: canonical(value) for slot, value in values_of(match).items()}
    if any(values.get(slot, "") != canonical(value) for slot, value in scope.fact):
        return False
    if article is None:
        return not scope.source and not scope.words
    if scope.source and scope.source != article.source:
        return False
    return not scope.words or holds(scope.words, article)


def _brings_new_value(silence: Silence, alert: Alert) -> bool:
    if not silence.until_new:
        return False
    value = canonical(values_of(alert.match).get(silence.until_new, ""))
    return bool(value) and value not in silence.known


def scope_words(scope: Scope) -> str:
    """A scope in words: `bans/government-ban, product=DeepSeek`."""
    name = "/".join(filter(None, (scope.watchlist, scope.rule)))
    parts = [name] if name else []
    parts += [f"{slot}={value}" for slot, value in scope.fact]
    parts += [f"{kind} {value}" for kind, value in (("story", scope.story), ("source", scope.source)) if value]
    parts += [f"words `{scope.words}`"] if scope.words else []
    return ", ".join(parts) + (f" for {scope.subscription}" if scope.subscription else "")


def end_words(silence: Silence) -> str:
    """When a silence ends: `until 2026-12-01 00:00 UTC`, `until a new place`."""
    ends = [f"{silence.until:%Y-%m-%d %H:%M} UTC"] if silence.until else []
    ends += [f"a new {silence.until_new}"] if silence.until_new else []
    return f"until {' or '.join(ends)}"


def silence_words(silence: Silence) -> str:
    """A silence in words, for a footer: what, until when, by whom and why."""
    return f"{scope_words(silence.scope)} ({silence.author}, {end_words(silence)}: {silence.reason})"
