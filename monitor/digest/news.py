"""What is new in a card, in words: `Czechia: DeepSeek banned. Told again: Australia, South Korea, Italy.`"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from monitor.digest.content import Clause, NewsLine
from monitor.digest.cutting import label
from monitor.digest.novelty import ReaderAlert, ReaderReason
from monitor.digest.words import Words
from monitor.model import Fact, Novelty, Reason
from monitor.text.tokens import words as words_of

MOST_FACTS = 12
"""How many facts one clause lists before it counts the rest."""

_RANK = {Novelty.NEW: 0, Novelty.UPDATE: 1, Novelty.RECAP: 2, Novelty.FOLD: 3}
_KINDS = {Novelty.NEW: "new", Novelty.UPDATE: "update", Novelty.FOLD: "again", Novelty.RECAP: "again"}


def importance(alert: ReaderAlert) -> tuple[int, int, bool]:
    """Sorts new before update before what was told; within that the more severe rule, then what the title proves."""
    match = alert.waiting.alert.match
    in_title = any(evidence.field == "title" for evidence in match.evidence)
    return _RANK[alert.novelty], -match.severity.rank, not in_title


@dataclass(frozen=True, slots=True)
class Saying:
    """What a card says of one key: its best novelty, in the words of the latest alert that changed something."""

    kind: str
    rule: str
    title: str
    fact: Fact
    change: str = ""

    @property
    def says(self) -> frozenset[str]:
        """The values of its fact, as they are told apart."""
        return frozenset(_bare(value) for _, value in self.fact if value)

    def adds_nothing_to(self, other: Saying) -> bool:
        """Whether each value of its fact is one of the other's, or all of them are the same words in another order."""
        if self.rule == other.rule or not self.says:
            return False
        return self.says <= other.says or _words(self.fact) == _words(other.fact)

    @classmethod
    def of(cls, kind: str, alert: ReaderAlert, change: str = "") -> Saying:
        """`title` is the rule's own, its slots filled."""
        match = alert.waiting.alert.match
        return cls(kind, match.rule, label(match.title), match.fact, change)


def news_lines(alerts: Sequence[ReaderAlert], words: Words) -> tuple[NewsLine, ...]:
    """One line per memory (`about`), each fact once, in the best novelty that any alert of the card gives it."""
    keys: dict[str, list[ReaderAlert]] = {}
    for alert in sorted(alerts, key=importance):
        keys.setdefault(alert.waiting.alert.key, []).append(alert)
    groups: dict[str, list[Saying]] = {}
    for same in keys.values():
        groups.setdefault(same[0].waiting.alert.match.about, []).append(_saying(same, words))
    return tuple(_line(_distinct(group), words) for group in groups.values())


def merged(titles: Sequence[str], words: Words) -> str:
    """`Czechia, Italy: DeepSeek banned` of two titles that differ in one place; else they stand one after the other."""
    if len(titles) == 1:
        return titles[0]
    start, end = _shared_start(titles), _shared_end(titles)
    middles = [title[len(start) : len(title) - len(end)] for title in titles]
    if (start.strip() or end.strip(" :：")) and all(middle.strip() for middle in middles):
        return f"{start}{_listed(middles, words.comma, words)}{end}"
    return _listed(titles, words.say("semicolon"), words)


def _saying(same: Sequence[ReaderAlert], words: Words) -> Saying:
    """A correction has the last word unless the key is news again after it; `same` comes in order of importance."""
    best = same[0]
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
        return label(told.why, 200)
    if alert.novelty is not Novelty.UPDATE:
        return ""
    if told.former:
        now, former = label(str(told.match.state)), label(told.former)
        return words.say("changed", former=former, now=now) if now else words.say("was", former=former)
    if not told.added or best is not Novelty.UPDATE:
        return ""
    quoted = [words.say("quoted", text=label(value)) for value in told.added]
    return words.say("adds", text=_listed(quoted, words.comma, words))


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
    """What two rules caught of one thing is said once, as the one that says more; facts of one rule all stay."""
    if len(group) == 1:
        return group
    kept: list[Saying] = []
    for saying in sorted(group, key=lambda saying: (-len(saying.says), -len(saying.title))):
        if not any(saying.kind == other.kind and saying.adds_nothing_to(other) for other in kept):
            kept.append(saying)
    return [saying for saying in group if saying in kept]


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
    first = next(iter(kinds.values()))
    return NewsLine(tuple(clauses), merged([saying.title for saying in first], words))


def _titles(sayings: Sequence[Saying], words: Words) -> str:
    """What did not change in one list; what changed, each with its change."""
    plain = [saying.title for saying in sayings if not saying.change]
    changed = [f"{saying.title}{words.say('semicolon')}{saying.change}" for saying in sayings if saying.change]
    return _listed([*([merged(plain, words)] if plain else []), *changed], words.say("semicolon"), words)


def _names(sayings: Sequence[Saying], shared: set[str], words: Words) -> str:
    """Only what parts the facts of the card, where something does."""
    found = []
    for saying in sayings:
        name = _name(saying, shared) or saying.title
        found.append(f"{name}{words.say('space')}{words.say('bracket', text=saying.change)}" if saying.change else name)
    return _listed(found, words.comma, words)


def _shared(facts: Sequence[dict[str, str]]) -> set[str]:
    """The slots that have one value in all facts of the group."""
    return {slot for slot, value in facts[0].items() if value and all(fact.get(slot) == value for fact in facts)}


def _name(saying: Saying, shared: Iterable[str] = ()) -> str:
    return " - ".join(label(value) for slot, value in saying.fact if value and slot not in shared)


def _shared_start(titles: Sequence[str]) -> str:
    """What all titles begin with, up to the end of a word."""
    start = _common(titles)
    while start and not start[-1].isspace():
        start = start[:-1]
    return start


def _shared_end(titles: Sequence[str]) -> str:
    """What all titles end with, from the end of a word, and without what they begin with."""
    end = _common([title[::-1] for title in titles])[::-1]
    room = min(map(len, titles)) - len(_shared_start(titles))
    end = end[max(0, len(end) - room + 1) :]
    while end and end[0].isalnum():
        end = end[1:]
    return end


def _bare(value: str) -> str:
    return "".join(filter(str.isalnum, value)).casefold()


def _words(fact: Fact) -> set[str]:
    return {word for _, value in fact for word in words_of(value)}


def _common(texts: Sequence[str]) -> str:
    """The characters with which all texts begin."""
    same = takewhile(lambda column: len(set(column)) == 1, zip(*texts, strict=False))
    return "".join(column[0] for column in same)


def _listed(values: Sequence[str], separator: str, words: Words) -> str:
    if len(values) <= MOST_FACTS:
        return separator.join(values)
    return words.say("and_more", text=separator.join(values[:MOST_FACTS]), n=len(values) - MOST_FACTS)
