"""`monitor silence add`: mute alerts by watchlist, rule, fact, story, source or words, with author, reason and end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from monitor.alerts.silences import Holds, covers, silence_words
from monitor.app import amend, utc_now
from monitor.checks import load_all
from monitor.commands._rules import rule_called
from monitor.commands._silence_lines import as_json as line_of
from monitor.errors import MonitorError
from monitor.model import Mute, Scope, Silence
from monitor.rulebook.searching import Search, lists_of, parsed
from monitor.settings import Settings
from monitor.settings.duration import parse_duration
from monitor.store import Store
from monitor.stories.keys import parts_of
from monitor.terminal import complain, count, say
from monitor.text.canonical import canonical
from monitor.watchlist.nouns import Loaded
from monitor.watchlist.page import did_you_mean


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says."""

    watchlist: str
    rule: str
    fact: tuple[str, ...]
    story: str
    source: str
    words: str
    subscription: str
    until: str | None
    span: str | None
    until_new: str
    author: str
    reason: str


def add(config: Path, asked: Asked, *, as_json: bool) -> int:
    """Store a silence, and mute what waits and is in its scope; both or neither.

    Raises MonitorError where the end, the author or the reason is missing, where the scope is empty or names something
    that there is not; ConfigError, RuleError, StoreError.
    """
    configuration, loaded = load_all(config)
    store = amend(configuration.settings)
    try:
        silence = _silence(asked, configuration.settings, loaded, store, utc_now())
        with store.transaction():
            store.add_silence(silence)
            mutes = [*_waiting(silence, configuration.settings, store, Search(loaded))]
            store.mute(mutes, silence.created)
    finally:
        store.close()
    if as_json:
        say(json.dumps(line_of(silence, len({mute.alert for mute in mutes}), silence.created), ensure_ascii=False))
    else:
        say(f"{silence.id}: {silence_words(silence)}")
        complain(f"{count(len({mute.alert for mute in mutes}), 'alert')} that waited {_is(mutes)} muted")
    return 0


def _silence(asked: Asked, settings: Settings, loaded: Loaded, store: Store, now: datetime) -> Silence:
    author, reason = asked.author.strip(), asked.reason.strip()
    if not author or not reason:
        raise MonitorError("a silence needs an author (--author) and a reason (--why): the digest tells both")
    scope = _scope(asked, settings, loaded, store)
    until = _end(asked, now)
    if until is None and not asked.until_new:
        raise MonitorError("a silence has to end: say --until 2026-12-01, --for 7d, or --until-new SLOT")
    if asked.until_new:
        _check_slot(asked.until_new, scope, loaded)
    identity = hashlib.sha256(f"{scope}{author}{now.isoformat()}".encode()).hexdigest()[:8]
    known = frozenset(_known(asked.until_new, scope, loaded, store)) if asked.until_new else frozenset()
    return Silence(identity, scope, author, reason, now, until, asked.until_new, known)


def _scope(asked: Asked, settings: Settings, loaded: Loaded, store: Store) -> Scope:
    watchlist, rule = asked.watchlist, asked.rule
    if rule:
        found = rule_called(loaded, f"{watchlist}/{rule}" if watchlist and "/" not in rule else rule)
        if watchlist and watchlist != found.watchlist:
            raise MonitorError(f"the rule {rule} is none of the watchlist {watchlist}")
        watchlist, rule = found.watchlist, found.id
    _check_name("watchlist", watchlist, [each.name for each in loaded.watchlists])
    _check_name("source", asked.source, [each.name for each in settings.source])
    _check_name("subscription", asked.subscription, [each.name for each in settings.subscription])
    if asked.words:
        parsed(asked.words, lists_of(loaded))
    scope = Scope(
        watchlist=watchlist,
        rule=rule,
        fact=tuple((slot, _value(slot, value, loaded, store)) for slot, value in map(_pair, asked.fact)),
        story=_story(asked.story, store) if asked.story else "",
        source=asked.source,
        words=asked.words,
        subscription=asked.subscription,
    )
    if scope == Scope(subscription=scope.subscription):
        raise MonitorError("say what to mute: --watchlist, --rule, --fact, --story, --source or --words")
    for slot, _ in scope.fact:
        _check_slot(slot, scope, loaded)
    return scope


def _check_name(kind: str, name: str, known: Sequence[str]) -> None:
    if name and name not in known:
        hint = did_you_mean(name, known)
        raise MonitorError(f"there is no {kind} {name}{f'; {hint}' if hint else ''}")


def _check_slot(slot: str, scope: Scope, loaded: Loaded) -> None:
    """A slot that no rule in the scope tells would mute nothing, or never end."""
    slots = {
        name
        for rule in loaded.rules
        if scope.watchlist in ("", rule.watchlist) and scope.rule in ("", rule.id)
        for name in (*rule.fact, *rule.state, *rule.show)
    }
    if slot not in slots:
        hint = did_you_mean(slot, sorted(slots)) or f"there are {', '.join(sorted(slots)) or 'none'}"
        raise MonitorError(f"no rule in this scope tells a slot {slot}; {hint}")


def _pair(written: str) -> tuple[str, str]:
    slot, sign, value = (part.strip() for part in written.partition("="))
    if not slot or not sign or not value:
        raise MonitorError(f"--fact {written}: a fact is written SLOT=VALUE")
    return slot, value


def _value(slot: str, value: str, loaded: Loaded, store: Store) -> str:
    """The value as the list of the slot's name writes it, given by any of its spellings.

    Raises MonitorError where there is such a list, and neither it nor anything that was told has the value: a silence
    with a slip of the pen in it would mute nothing.
    """
    lists = [*loaded.shared, *(each for watchlist in loaded.watchlists for each in watchlist.lists)]
    entries = [entry for each in lists if each.name == slot for entry in each.names]
    spelled = {canonical(spelling.text): name for name, spellings in entries for spelling in spellings}
    named = spelled | {canonical(name): name for name, _ in entries}
    folded = canonical(value)
    if not entries or folded in named:
        return named.get(folded, value)
    for fact in store.known_facts():
        told = {**dict(fact.memory.state), **parts_of(fact.memory.key).fact.as_dict()}
        if canonical(told.get(slot, "")) == folded:
            return value
    hint = did_you_mean(value, sorted({name for name, _ in entries}))
    raise MonitorError(f"the list {slot} has no {value}, and nothing that was told{f'; {hint}' if hint else ''}")


def _story(name: str, store: Store) -> str:
    stories = {history.story for article in store.articles_called([name]) if (history := store.history(article))}
    if len(stories) != 1:
        raise MonitorError(f"{name} names {'no story' if not stories else 'several stories'} (see monitor sent why)")
    return stories.pop()


def _end(asked: Asked, now: datetime) -> datetime | None:
    if asked.until is not None and asked.span is not None:
        raise MonitorError("say --until or --for, not both")
    try:
        if asked.span is not None:
            return now + parse_duration(asked.span)
        if asked.until is None:
            return None
        until = _moment(asked.until)
    except ValueError as error:
        option = f"--until {asked.until}" if asked.span is None else f"--for {asked.span}"
        raise MonitorError(f"{option}: {error}") from None
    if until <= now:
        raise MonitorError(f"--until {asked.until}: that is past")
    return until


def _moment(written: str) -> datetime:
    try:
        at = datetime.combine(date.fromisoformat(written), time())
    except ValueError:
        at = datetime.fromisoformat(written)
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)


def _known(slot: str, scope: Scope, loaded: Loaded, store: Store) -> Iterator[str]:
    """The values of a slot that are known within a scope, learned ones too; folded."""
    memories = {
        (rule.watchlist, rule.memory)
        for rule in loaded.rules
        if scope.watchlist in ("", rule.watchlist) and scope.rule in ("", rule.id)
    }
    for fact in store.known_facts():
        parts = parts_of(fact.memory.key)
        values = {**dict(fact.memory.state), **parts.fact.as_dict()}
        agrees = all(canonical(values.get(name, value)) == canonical(value) for name, value in scope.fact)
        if (parts.watchlist, parts.name) in memories and agrees and (value := canonical(values.get(slot, ""))):
            yield value


def _waiting(silence: Silence, settings: Settings, store: Store, holds: Holds) -> Iterator[Mute]:
    for reader in settings.subscription:
        if silence.scope.subscription not in ("", reader.name):
            continue
        for waiting in store.waiting(reader.name, silence.created):
            article = waiting.article if waiting.alert.article else None
            if covers(silence.scope, waiting.alert, article, holds):
                yield Mute(reader.name, waiting.alert.id, silence=silence.id)


def _is(mutes: Sequence[Mute]) -> str:
    return "is" if len({mute.alert for mute in mutes}) == 1 else "are"
