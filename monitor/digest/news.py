"""What is new in a card, in words: `Czechia: DeepSeek banned. Told again: Australia, South Korea, Italy.`"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.digest.content import Clause, NewsLine
from monitor.digest.cutting import label
from monitor.digest.novelty import ReaderAlert, ReaderReason
from monitor.digest.titles import listed, merged
from monitor.digest.words import Words
from monitor.model import Fact, Novelty, Reason
from monitor.text.tokens import words as words_of

MOST_TITLES, MOST_NAMED = 50, 2
"""How many titles stand one after the other on a card, and where only its name is said."""

MOST_COMPARED = 200
"""Of how many facts a card looks in pairs for those that say the same; a round-up may have thousands."""

TOLD = (Novelty.FOLD, Novelty.RECAP)
"""What says nothing that the reader does not know."""

RANK: Mapping[Novelty, int] = {Novelty.NEW: 0, Novelty.UPDATE: 1, Novelty.RECAP: 2, Novelty.FOLD: 3}
_KINDS = {Novelty.NEW: "new", Novelty.UPDATE: "update", Novelty.FOLD: "again", Novelty.RECAP: "again"}


def importance(alert: ReaderAlert) -> tuple[bool, int, int, float, int]:
    """Sorts what was told last; before it the more severe rule first, so that no lesser news stands before the main
    one; then new before update, the more relevant match, the fuller fact."""
    match = alert.waiting.alert.match
    full = sum(bool(value) for _, value in match.fact)
    return alert.novelty in TOLD, -match.severity.rank, RANK[alert.novelty], -match.relevance, -full


def told_by(alerts: Sequence[ReaderAlert]) -> Sequence[ReaderAlert]:
    """The alerts that make a card what it is; the first of all where none is new or an update."""
    return [alert for alert in alerts if alert.novelty not in TOLD] or alerts[:1]


def novelty_of(alerts: Sequence[ReaderAlert]) -> Novelty:
    """What a card is to its reader: what its most important key is; `alerts` comes in any order."""
    key = min(alerts, key=importance).waiting.alert.key
    return min((alert.novelty for alert in alerts if alert.waiting.alert.key == key), key=RANK.__getitem__)


@dataclass(frozen=True)
class Saying:
    """What a card says of one key: its best novelty, in the words of the latest alert that changed something.

    `title` is the rule's own, its slots filled; before a `change` of its state it stands `bare` of that.
    """

    kind: str
    rule: str
    title: str
    bare: str
    fact: Fact
    change: str = ""

    @property
    def says(self) -> frozenset[str]:
        """The values of its fact, as they are told apart."""
        return frozenset(_bare(value) for _, value in self.fact if value)

    def adds_nothing_to(self, other: Saying) -> bool:
        """Whether each value of its fact is one of the other's, or all of them are the same words in another order.

        A name without a number says no more than a longer one with its words: `AI` beside `Vera Rubin AI`. Of one
        rule all facts stay but those that have a common noun where another one has a name: `chatbot` beside `Grok`.
        """
        if self.rule == other.rule:
            return self.is_vague and self._is_vaguer_than(other)
        if not self.says:
            return False
        mine, others = _words(self.fact), _words(other.fact)
        return self.says <= other.says or mine == others or (mine < others and not any(map(_has_digit, mine)))

    def _is_vaguer_than(self, other: Saying) -> bool:
        """Whether both say the same but for one value, and only this one's is a common noun, or a shorter one."""
        pairs = zip(self.fact, other.fact, strict=False)
        differing = [(mine, theirs) for (_, mine), (_, theirs) in pairs if mine != theirs]
        if len(differing) != 1 or not all(differing[0]):
            return False
        [(mine, theirs)] = differing
        longer = set(words_of(mine)) < set(words_of(theirs))
        same = self.title.casefold().replace(mine.casefold(), theirs.casefold(), 1) == other.title.casefold()
        return same and _is_common(mine) and (longer or not _is_common(theirs))

    @cached_property
    def is_vague(self) -> bool:
        """Whether its fact has a common noun."""
        return any(value and _is_common(value) for _, value in self.fact)

    @property
    def names(self) -> int:
        """How many values of its fact are names."""
        return sum(not _is_common(value) for _, value in self.fact if value)

    @classmethod
    def of(cls, kind: str, alert: ReaderAlert, change: str = "") -> Saying:
        told = alert.waiting.alert
        title = _capital(label(told.match.title))
        bare = _without_state(title, told.match.state)
        if kind == "corrected":  # nobody wrote the state of what is not so: it is the rule's default
            title = bare
        return cls(kind, told.match.rule, title, bare if told.former else title, told.match.fact, change)


def news_lines(alerts: Sequence[ReaderAlert], words: Words) -> tuple[NewsLine, ...]:
    """One line per memory (`about`), each fact once, in the best novelty that any alert of the card gives it.

    What takes back something that nobody was told is not said: "told again" would be the opposite of what it says.
    """
    keys: dict[str, list[ReaderAlert]] = {}
    meant = [alert for alert in alerts if alert.waiting.alert.reason is not Reason.NOTHING_TO_CORRECT]
    for alert in sorted(meant or alerts, key=importance):
        keys.setdefault(alert.waiting.alert.key, []).append(alert)
    groups: dict[str, list[Saying]] = {}
    for same in keys.values():
        groups.setdefault(same[0].waiting.alert.match.about, []).append(_saying(same, words))
    return tuple(_line(_distinct(group), words) for group in groups.values())


def _saying(same: Sequence[ReaderAlert], words: Words) -> Saying:
    """A correction has the last word unless the key is news again after it; `same` comes in order of importance."""
    best = min(same, key=lambda alert: RANK[alert.novelty])
    in_time = sorted(same, key=lambda alert: alert.waiting.alert.raised)
    for alert in reversed(in_time):
        if alert.waiting.alert.reason is Reason.RETRACTED:
            return Saying.of("corrected", alert)
        if alert.waiting.alert.novelty is Novelty.NEW:
            break
    for alert in reversed(in_time):
        if change := _change(alert, best.novelty, words):
            return Saying.of(_KINDS[best.novelty], alert, change)
    return Saying.of(_KINDS[best.novelty], best, _why(best, words))


def _change(alert: ReaderAlert, best: Novelty, words: Words) -> str:
    """What an update changes or adds: `was proposed, now in force`, `adds “30,000”`; why a rule over time holds.

    What an article adds to something that is new to the reader anyway is no change for him.
    """
    told = alert.waiting.alert
    if told.why:
        return label(words.reason(told.why), 200)
    if alert.novelty is not Novelty.UPDATE:
        return ""
    if told.former:
        now, former = label(str(told.match.state)), label(told.former)
        return words.say("changed", former=former, now=now) if now else words.say("was", former=former)
    if not told.added or best is not Novelty.UPDATE:
        return ""
    quoted = [words.say("quoted", text=label(value)) for value in told.added]
    return words.say("adds", text=listed(quoted, words.comma, words))


def _why(alert: ReaderAlert, words: Words) -> str:
    """An update that cannot say what it adds says why it is one."""
    if alert.novelty is not Novelty.UPDATE:
        return ""
    told = alert.waiting.alert
    if alert.reason is ReaderReason.MISSED:
        return words.say("why_missed")
    if told.novelty is Novelty.NEW:
        return ""
    return words.say(f"why_{told.reason.name.lower()}")


def _distinct(group: Sequence[Saying]) -> Sequence[Saying]:
    """What was caught of one thing twice is said once, as the saying that says more."""
    if len(group) > MOST_COMPARED:
        return group
    kept: list[Saying] = []
    for saying in sorted(group, key=lambda saying: (-saying.names, -len(_words(saying.fact)), -len(saying.title))):
        if not any(saying.kind == other.kind and saying.adds_nothing_to(other) for other in kept):
            kept.append(saying)
    chosen = set(kept)
    return [saying for saying in group if saying in chosen]


def _line(group: Sequence[Saying], words: Words) -> NewsLine:
    """The clause that comes first speaks in the titles of the rules; those after it name no more than they must."""
    kinds: dict[str, list[Saying]] = {}
    for saying in group:
        kinds.setdefault(saying.kind, []).append(saying)
    shared = _shared([saying.fact.as_dict() for saying in group])
    clauses: list[Clause] = []
    for kind, sayings in kinds.items():
        text = _titles(sayings, words) if not clauses else _names(sayings, shared, words)
        clauses.append(Clause(kind, words.say(f"label_{kind}"), text))
    kind, first = next(iter(kinds.items()))
    title = merged([saying.title for saying in first], words, MOST_NAMED)
    if kind == "corrected":  # where only the title stands, it must not tell what is no longer so
        title = f"{words.say('label_corrected')}{words.say('colon')}{title}"
    return NewsLine(tuple(clauses), title)


def _titles(sayings: Sequence[Saying], words: Words) -> str:
    """What did not change in one list; what changed, each with its change."""
    plain = [saying.title for saying in sayings if not saying.change]
    changed = [f"{saying.bare}{words.say('semicolon')}{saying.change}" for saying in sayings if saying.change]
    told = [*([merged(plain, words, MOST_TITLES)] if plain else []), *changed]
    return listed(told, words.say("semicolon"), words, MOST_TITLES)


def _names(sayings: Sequence[Saying], shared: set[str], words: Words) -> str:
    """Only what parts the facts of the card, where something does."""
    found = []
    for saying in sayings:
        name = _name(saying, shared) or saying.title
        found.append(f"{name}{words.say('space')}{words.say('bracket', text=saying.change)}" if saying.change else name)
    return listed(found, words.comma, words)


def _shared(facts: Sequence[dict[str, str]]) -> set[str]:
    """The slots that have one value in all facts of the group."""
    return {slot for slot, value in facts[0].items() if value and all(fact.get(slot) == value for fact in facts)}


def _name(saying: Saying, shared: Iterable[str] = ()) -> str:
    return " - ".join(label(value) for slot, value in saying.fact if value and slot not in shared)


def _bare(value: str) -> str:
    return "".join(filter(str.isalnum, value)).casefold()


def _without_state(title: str, state: Fact) -> str:
    for _, value in state:
        title = title.removesuffix(f" ({value})")
    return title


def _capital(title: str) -> str:
    """With a capital at its beginning, unless the first word is a name that has none (xAI)."""
    first = title.partition(" ")[0]
    return title[:1].upper() + title[1:] if first.isalpha() and first.islower() else title


def _is_common(value: str) -> bool:
    """Whether a value is a common noun: it has no capital, no digit and no sign of a script without capitals."""
    return value.islower() and value.isascii() and not any(map(str.isdigit, value))


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _words(fact: Fact) -> set[str]:
    return {word for _, value in fact for word in words_of(value)}
