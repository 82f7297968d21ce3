"""What is new in a card, in words: `DeepSeek. New: Czechia. Told again: Australia, South Korea, Italy.`"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.digest.content import Clause, NewsLine
from monitor.digest.cutting import label
from monitor.digest.novelty import ReaderAlert
from monitor.model import Novelty, Reason

MOST_FACTS = 12
"""How many facts one clause lists before it counts the rest."""

_RANK = {Novelty.NEW: 0, Novelty.UPDATE: 1, Novelty.RECAP: 2, Novelty.FOLD: 3}
_LABELS = {Novelty.NEW: "New", Novelty.UPDATE: "Update", Novelty.FOLD: "Told again", Novelty.RECAP: "Told again"}


def importance(alert: ReaderAlert) -> tuple[int, int]:
    """Sorts new before update before what was told; within that the more severe rule first."""
    return _RANK[alert.novelty], -alert.waiting.alert.match.severity.rank


@dataclass(frozen=True, slots=True)
class Saying:
    """What a card says of one key: its best novelty, in the words of the latest alert that changed something."""

    label: str
    alert: ReaderAlert
    change: str = ""


def news_lines(alerts: Sequence[ReaderAlert]) -> tuple[NewsLine, ...]:
    """One line per memory (`about`), each fact once, in the best novelty that any alert of the card gives it."""
    keys: dict[str, list[ReaderAlert]] = {}
    for alert in sorted(alerts, key=importance):
        keys.setdefault(alert.waiting.alert.key, []).append(alert)
    groups: dict[str, list[Saying]] = {}
    for same in keys.values():
        groups.setdefault(same[0].waiting.alert.match.about, []).append(_saying(same))
    return tuple(_line(group) for group in groups.values())


def _saying(same: Sequence[ReaderAlert]) -> Saying:
    """A correction has the last word unless the key is news again after it; `same` comes in order of importance."""
    best = same[0]
    in_time = sorted(same, key=lambda alert: alert.waiting.alert.raised)
    for alert in reversed(in_time):
        if alert.waiting.alert.reason is Reason.RETRACTED:
            return Saying("Corrected", alert)
        if alert.waiting.alert.novelty is Novelty.NEW:
            break
    for alert in reversed(in_time):
        if change := _change(alert):
            return Saying(_LABELS[best.novelty], alert, change)
    return Saying(_LABELS[best.novelty], best, _why(best))


def _change(alert: ReaderAlert) -> str:
    """What an update adds: `was proposed, now in force`, `adds 30,000`."""
    told = alert.waiting.alert
    if alert.novelty is not Novelty.UPDATE:
        return ""
    if told.former:
        now = label(str(told.match.state))
        return f"was {label(told.former)}, now {now}" if now else f"was {label(told.former)}"
    return f"adds {_listed([label(value) for value in told.added])}" if told.added else ""


def _why(alert: ReaderAlert) -> str:
    """An update that cannot say what it adds says why it is one."""
    if alert.novelty is not Novelty.UPDATE:
        return ""
    told = alert.waiting.alert
    return str(alert.reason if told.novelty is Novelty.NEW else told.reason)


def _line(group: Sequence[Saying]) -> NewsLine:
    """A fact that is alone of its kind is said in the words of the rule's own title; several share what they can."""
    if len(group) == 1:
        (saying,) = group
        title = label(saying.alert.waiting.alert.match.title)
        return NewsLine((Clause(saying.label, f"{title}; {saying.change}" if saying.change else title),))
    shared = _shared([saying.alert for saying in group])
    texts: dict[str, list[str]] = {}
    for saying in group:
        name = _name(saying.alert, shared)
        texts.setdefault(saying.label, []).append(f"{name} ({saying.change})" if saying.change else name)
    clauses = tuple(Clause(kind, _listed(values)) for kind, values in texts.items())
    return NewsLine(clauses, ", ".join(shared.values()))


def _shared(group: Sequence[ReaderAlert]) -> dict[str, str]:
    """The slots that have one value in all facts of the group; every fact keeps at least one slot of its own."""
    facts = [alert.waiting.alert.match.fact.as_dict() for alert in group]
    return {
        slot: label(value)
        for slot, value in facts[0].items()
        if value and all(fact.get(slot) == value for fact in facts)
    }


def _name(alert: ReaderAlert, shared: dict[str, str]) -> str:
    match = alert.waiting.alert.match
    own = [label(value) for slot, value in match.fact if value and slot not in shared]
    return " - ".join(own) or label(match.title)


def _listed(values: Sequence[str]) -> str:
    if len(values) <= MOST_FACTS:
        return ", ".join(values)
    return f"{', '.join(values[:MOST_FACTS])} and {len(values) - MOST_FACTS} more"
