"""The timelines of rule files, run: articles arrive at virtual times over an empty store, and time passes.

The journey is the pipeline's own. Nobody waits for a digest there, so what is told at a moment is told at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

from monitor.backtests.journey import ArticleTime
from monitor.model import Alert, Article, Reason
from monitor.pipeline import Pipeline, RoundAccount, Taken
from monitor.text.language import guess_language
from monitor.watchlist.cases import CaseOutcome, CaseResult, facts_in_vain
from monitor.watchlist.nouns import Case, CaseKind, Foretold, Moment, RuleNotes, Watchlist

Open = Callable[[ArticleTime, Callable[[Taken], None]], AbstractContextManager[Pipeline]]
"""A pipeline over an empty store whose time is that of a clock, and which tells of each article that it takes."""


def run_timelines(watchlist: Watchlist, open_pipeline: Open) -> Iterator[tuple[CaseResult, tuple[str, ...]]]:
    """Every moment of every timeline of a watchlist that expects something, with the lines that say why it failed."""
    for notes in watchlist.notes:
        if notes.timeline:
            yield from _run(watchlist.name, notes, open_pipeline)


def _run(watchlist: str, notes: RuleNotes, open_pipeline: Open) -> Iterator[tuple[CaseResult, tuple[str, ...]]]:
    clock, taken = ArticleTime(), list[Taken]()
    with open_pipeline(clock, taken.append) as pipeline:
        for number, moment in enumerate(notes.timeline):
            clock.now = moment.at
            taken.clear()
            alerts = [*pipeline.hear(RoundAccount(), moment.at, attentive=number > 0)]
            if moment.text or moment.title:
                pipeline.take([_article(moment, number)], RoundAccount(), moment.at)
                alerts += [alert for each in taken for alert in each.alerts]
            ours = [alert for alert in alerts if _is_of(alert, watchlist, notes.id)]
            if moment.expect is not None:
                yield _judge(notes.id, moment, moment.expect, ours)


def _article(moment: Moment, number: int) -> Article:
    text = f"{moment.title}\n{moment.text}"
    return Article(
        id=f"moment-{number}",
        source="timeline",
        title=moment.title,
        arrived=moment.at,
        body=moment.text,
        lang=guess_language(text),
        published=moment.published,
        identities=(f"text:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}",),
    )


def _is_of(alert: Alert, watchlist: str, rule: str) -> bool:
    return alert.match.watchlist == watchlist and rule in (alert.match.rule, *alert.agreeing)


def _judge(rule: str, moment: Moment, expect: Foretold, alerts: Sequence[Alert]) -> tuple[CaseResult, tuple[str, ...]]:
    told = [alert for alert in alerts if alert.reason not in (Reason.COUNTED, Reason.WITHDRAWN)]
    fitting = tuple(alert.match for alert in told if alert.novelty.value == expect.value)
    case = Case(CaseKind.TIMELINE, rule, moment.text, moment.title, moment.facts, moment.line, moment.column)
    missing = facts_in_vain(moment.facts, fitting)
    passed = not told if expect is Foretold.NOTHING else bool(fitting) and not missing
    outcome = CaseOutcome.PASSED if passed else CaseOutcome.NOT_FORETOLD
    found = tuple(alert.match for alert in told)
    return CaseResult(case, outcome, missing, found), () if passed else tuple(_why(moment, expect, alerts))


def _why(moment: Moment, expect: Foretold, alerts: Sequence[Alert]) -> Iterator[str]:
    yield f"at {moment.at:%Y-%m-%d %H:%M} UTC: expected {expect.value}"
    for alert in alerts:
        why = f"; {alert.why}" if alert.why else ""
        if alert.reason is Reason.COUNTED:
            yield f"counted: {alert.match.title}{why}"
        else:
            yield f"told as {alert.novelty.value} ({alert.reason.value}): {alert.match.title}{why}"
    if not alerts:
        yield "told nothing" + (": the rule did not match" if moment.text or moment.title else "")
