"""What an article would be to a reader, beside why a rule matches it: new, an update, folded or a recap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.alerts.counting import Timing, counted_alert
from monitor.alerts.reasons import when_words
from monitor.model import Alert, Article, Novelty, Reason
from monitor.pipeline import Pipeline
from monitor.query.rule import Rule
from monitor.query.tell import Line
from monitor.store import Store
from monitor.stories.identity import Recognition

_MEANING = {
    Novelty.NEW: ("bold green", "new"),
    Novelty.UPDATE: ("bold green", "update"),
    Novelty.FOLD: ("yellow", "fold"),
    Novelty.RECAP: ("yellow", "recap"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What an article is to a memory. `known`: the archive has it, and `alerts` are what was decided of it then.

    Otherwise they are what would be decided now; `version`: as an edit of an article that the archive has.
    """

    against: str
    known: bool = False
    version: bool = False
    alerts: tuple[Alert, ...] = field(default=())


class Judge:
    """Asks the pipeline itself, with all rules at hand as there. `memory` says in words what it knows."""

    def __init__(self, pipeline: Pipeline, store: Store, memory: str, timing: Timing) -> None:
        self._pipeline = pipeline
        self._store = store
        self._memory = memory
        self._timing = timing

    def of_archived(self, rule: Rule, article: str) -> Standing:
        """What was decided of an article of the archive when it came."""
        history = self._store.history(article)
        told = [each.alert for each in history.told] if history else []
        return Standing(self._memory, known=True, alerts=_of_rule(rule, told))

    def of(self, rule: Rule, article: Article, now: datetime) -> Standing:
        """What would be decided if the article came `now`."""
        decided = self._pipeline.decide(article, now)
        if decided.recognised.kind is Recognition.COPY:
            return self.of_archived(rule, decided.recognised.stored_as)
        alerts = _of_rule(rule, [self._counted(verdict.alert) for verdict in decided.verdicts])
        return Standing(self._memory, version=decided.recognised.kind is Recognition.VERSION, alerts=alerts)

    def _counted(self, alert: Alert) -> Alert:
        """A match of a rule over time is counted; what follows from that only time tells."""
        timed = self._timing.rule_of(alert)
        return counted_alert(alert, when_words(timed.when)) if timed else alert


def _of_rule(rule: Rule, alerts: Sequence[Alert]) -> tuple[Alert, ...]:
    return tuple(
        alert
        for alert in alerts
        if alert.match.watchlist == rule.watchlist and rule.id in (alert.match.rule, *alert.agreeing)
    )


def novelty_lines(standing: Standing) -> Iterator[Line]:
    """A heading, and a line for each alert."""
    yield (("bold", "novelty"), ("", f"  {_heading(standing)}"))
    for alert in standing.alerts:
        style, word = ("yellow", "counted") if alert.reason is Reason.COUNTED else _MEANING[alert.novelty]
        fact = ", ".join(f"{slot}={value}" for slot, value in (*alert.match.fact, *alert.match.state) if value)
        when = f"{alert.raised:%Y-%m-%d %H:%M} UTC  " if standing.known else ""
        yield (("", f"  {when}"), (style, word), ("", f": {why(alert)}"), ("magenta", f"  {fact}" if fact else ""))


def why(alert: Alert) -> str:
    """The reason, with what changed or was added."""
    former = f", formerly {alert.former}" if alert.former else ""
    added = f": {', '.join(alert.added)}" if alert.reason is Reason.NUMBER_ADDED else ""
    over_time = f"; {alert.why}" if alert.why else ""
    return f"{alert.reason.value}{former}{added}{over_time}"


def _heading(standing: Standing) -> str:
    if standing.known:
        decided = "what was decided when it came:" if standing.alerts else "nothing was told by this rule when it came"
        return f"{standing.against} has the article already; {decided}"
    edit = ", as an edit of an article that is there" if standing.version else ""
    if not standing.alerts:
        return f"nothing to tell, against {standing.against}{edit}"
    return f"if it came now, against {standing.against}{edit}"


def novelty_json(standing: Standing) -> dict[str, Any]:
    """The same as values that JSON knows."""
    return {
        "against": standing.against,
        "known": standing.known,
        "version": standing.version,
        "decisions": [
            {
                "novelty": None if alert.reason is Reason.COUNTED else alert.novelty.value,
                "reason": alert.reason.value,
                "why": alert.why,
                "fact": alert.match.fact.as_dict(),
                "state": alert.match.state.as_dict(),
                "former": alert.former,
                "added": list(alert.added),
                "story": alert.story,
            }
            for alert in standing.alerts
        ],
    }
