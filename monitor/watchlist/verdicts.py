"""Why a case came out as it did: the clauses that decided, or the words that matched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from monitor.model import Article, Fact, Match
from monitor.query.explain import Explainer
from monitor.query.rule import Rule
from monitor.query.tell import lack_json
from monitor.watchlist.cases import CaseOutcome, CaseResult, article_of

_SEVERAL_WAYS = (
    "the rule finds it, and gives way to a fuller fact of the same `about`, to a retraction, or to its `min_relevance`"
)


def reasons(result: CaseResult, rule: Rule, explainer: Explainer) -> tuple[str, ...]:
    """Lines that say what decided; none for a case that passed or was not run."""
    article = article_of(result.case)
    match result.outcome:
        case CaseOutcome.MISSED | CaseOutcome.KNOWN_GAP if not result.found:
            lacks = explainer.lacks(rule, article)
            return tuple(f"{lack.clause}  {lack}" for lack in lacks) or (_SEVERAL_WAYS,)
        case CaseOutcome.OTHER_FACT | CaseOutcome.KNOWN_GAP:
            return (f"expected {_facts(result.missing)}", *_found(article, result.found))
        case CaseOutcome.MATCHED | CaseOutcome.GAP_CLOSED:
            return tuple(_found(article, result.found))
        case _:
            return ()


def as_json(watchlist: str, file: str, result: CaseResult, rule: Rule | None, explainer: Explainer) -> dict[str, Any]:
    """A case and what became of it, as values that JSON knows."""
    case = result.case
    missed = rule is not None and not result.found and not result.ok
    return {
        "watchlist": watchlist,
        "rule": case.rule,
        "kind": case.kind.value,
        "file": file,
        "line": case.line,
        "column": case.column,
        "title": case.title,
        "text": case.text,
        "ok": result.ok,
        "outcome": result.outcome.name.lower(),
        "missing": [fact.as_dict() for fact in result.missing],
        "found": [{**match.fact.as_dict(), **match.state.as_dict(), **match.shown.as_dict()} for match in result.found],
        "lacks": [lack_json(lack) for lack in explainer.lacks(rule, article_of(case))] if missed and rule else [],
    }


def _facts(facts: Iterable[Fact]) -> str:
    return "; ".join(", ".join(f"{slot}={value}" for slot, value in fact) for fact in facts)


def _found(article: Article, matches: Iterable[Match]) -> Iterator[str]:
    for match in matches:
        words = [
            article.text_of(evidence.field)[start:end] for evidence in match.evidence for start, end in evidence.spans
        ]
        values = ", ".join(f"{slot}={value}" for slot, value in (*match.fact, *match.state, *match.shown))
        takes_back = "takes back" if match.retracts else "found"
        yield f"{takes_back} {f'{values} in ' if values else ''}`{' … '.join(words)}`"
