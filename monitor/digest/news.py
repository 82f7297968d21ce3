"""What is new in a card, in words: `DeepSeek. New: Czechia. Told again: Australia, South Korea, Italy.`"""

from __future__ import annotations

from collections.abc import Sequence

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


def news_lines(alerts: Sequence[ReaderAlert]) -> tuple[NewsLine, ...]:
    """One line per memory (`about`), each fact once, in the best novelty that any alert of the card gives it."""
    best: dict[str, ReaderAlert] = {}
    for alert in sorted(alerts, key=importance):
        best.setdefault(alert.waiting.alert.key, alert)
    groups: dict[str, list[ReaderAlert]] = {}
    for alert in best.values():
        groups.setdefault(alert.waiting.alert.match.about, []).append(alert)
    return tuple(_line(group) for group in groups.values())


def _line(group: Sequence[ReaderAlert]) -> NewsLine:
    if len(group) == 1:
        return NewsLine((_whole(group[0]),))
    shared = _shared(group)
    texts: dict[str, list[str]] = {}
    for alert in group:
        change = change_of(alert)
        text = _name(alert, shared)
        texts.setdefault(_LABELS[alert.novelty], []).append(f"{text} ({change})" if change else text)
    clauses = tuple(Clause(kind, _listed(values)) for kind, values in texts.items())
    return NewsLine(clauses, ", ".join(shared.values()))


def _whole(alert: ReaderAlert) -> Clause:
    """The only fact of its kind: the rule's own title says it best."""
    title, change = label(alert.waiting.alert.match.title), change_of(alert)
    if alert.novelty is Novelty.UPDATE and not change:
        change = str(alert.reason if alert.waiting.alert.novelty is Novelty.NEW else alert.waiting.alert.reason)
    return Clause(_LABELS[alert.novelty], f"{title}; {change}" if change else title)


def change_of(alert: ReaderAlert) -> str:
    """What an update adds: `was proposed, now in force`, `adds 30,000`; empty for what is new or only told again."""
    told = alert.waiting.alert
    if alert.novelty is not Novelty.UPDATE:
        return ""
    if told.reason is Reason.RETRACTED:
        return str(Reason.RETRACTED)
    if told.former:
        now = label(str(told.match.state))
        return f"was {label(told.former)}, now {now}" if now else f"was {label(told.former)}"
    return f"adds {_listed([label(value) for value in told.added])}" if told.added else ""


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
