"""An explanation as lines for people and as plain values for programs. Colours are named, the terminal has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any

from monitor.model import Match
from monitor.query.explain import Explanation, Outcome, Quote, Step
from monitor.query.lacking import Lack
from monitor.query.rule import Rule

Line = tuple[tuple[str, str], ...]
"""Pieces of text, each with the name of a style of `rich` (empty: none)."""

_WIDEST, _WIDEST_HEAD = 240, 70
_MARKS = {
    Outcome.HOLDS: ("+", "green"),
    Outcome.FAILS: ("-", "red"),
    Outcome.OPEN: ("o", "dim"),
    Outcome.EXCLUDES: ("!", "yellow"),
    Outcome.ABSENT: ("o", "dim"),
}
_STAGES = ("require", "query", "except", "retract")


def lines_of(explanation: Explanation) -> Iterator[Line]:
    """The whole explanation: the verdict, every stage as a tree, the facts."""
    rule = explanation.rule
    yield (("bold", f"{rule.watchlist}/{rule.id}"), ("", f"  {_short(explanation.article.title)}"))
    yield from _verdict(explanation)
    yield ()
    yield (("bold", "candidate"), ("", "  " + candidacy(explanation)))
    for step in explanation.steps:
        yield (("bold", step.role), ("", f"  {step.note}" if step.note else ""))
        yield from step_lines(step, 1, wanted=step.role in ("require", "query"))
    if explanation.matches or explanation.given_way:
        yield (("bold", "facts"),)
        yield from (line for match in explanation.matches for line in _match_lines(explanation, match))
        yield from (
            (("dim", f"  ({_fact(match) or 'it'} {_not_told(explanation.rule, match)})"),)
            for match in explanation.given_way
        )


def _not_told(rule: Rule, match: Match) -> str:
    if match.relevance < rule.min_relevance and not match.retracts:
        return f"is told from a relevance of {rule.min_relevance:g} on, and has {match.relevance:g}: {match.standing}"
    return "gives way to a fuller fact or to a retraction"


def candidacy(explanation: Explanation) -> str:
    """What the index said."""
    if explanation.candidate:
        return "yes: the index calls the rule for this article"
    return "no: none of the words that the rule waits for is in the article"


def _verdict(explanation: Explanation) -> Iterator[Line]:
    if any(not match.retracts for match in explanation.matches):
        yield (("bold green", "matches"),)
    elif explanation.matches:
        yield (("bold yellow", "takes back"),)
    elif explanation.given_way:
        yield (("bold yellow", "matches, but gives way"),)
    else:
        yield (("bold red", "does not match"),)
    yield from lack_lines(explanation.lacks)


def lack_lines(lacks: tuple[Lack, ...], indent: str = "  ") -> Iterator[Line]:
    """The clauses that decided, each with how near it came."""
    for lack in lacks:
        yield (("", indent), ("cyan", _short(lack.clause)), ("", f"  {lack}"))


def step_lines(step: Step, depth: int, *, wanted: bool = True) -> Iterator[Line]:
    """A clause and those below it, a line each; of what only excludes (not `wanted`) no more than what is there."""
    if step.role == "except":
        wanted = False
    mark, style = _MARKS[step.outcome] if wanted else ("=" if step.holds else "o", "dim")
    role = f"{step.role} " if step.role in ("MAYBE", "NOT") else ""
    if step.role in _STAGES and depth > 1:
        role = f"{step.role}: "
    below = [child for child in step.children if child.holds or (wanted and step.role != "NOT")]
    clause = _head(step.clause) if below or not wanted else _short(step.clause)
    yield (("", "  " * depth), (style, f"{mark} "), ("", role), ("cyan", clause), *_proof(step))
    for child in below:
        yield from step_lines(child, depth + 1, wanted=wanted and step.role != "NOT")


def _proof(step: Step) -> Line:
    if step.quotes:
        values = " ".join(f"{slot}={value}" for slot, value in step.bound)
        quoted = "; ".join(f"{quote.place} `{_short(quote.text)}`" for quote in step.quotes)
        more = step.found - len(step.quotes) if not step.children else 0
        return (
            ("", f"  {quoted}"),
            ("dim", f" and {more} more" if more > 0 else ""),
            ("magenta", f"  {values}" if values else ""),
        )
    if step.lacks and step.lacks[0].clause == step.clause:
        return (("red", f"  {step.lacks[0]}"),)
    return (("dim", f"  {step.outcome.value}"),)


def _match_lines(explanation: Explanation, match: Match) -> Iterator[Line]:
    takes_back = "takes back " if match.retracts else ""
    yield (("", f"  {takes_back}"), ("magenta", _fact(match) or "(the rule names no fact)"), ("", f"  {match.title}"))
    yield (("dim", f"    relevance {match.relevance:g}: {match.standing}"),)
    for evidence in match.evidence:
        text = explanation.article.text_of(evidence.field)
        words = " … ".join(text[start:end] for start, end in evidence.spans)
        line = text.count("\n", 0, evidence.start) + 1
        yield (("", f"    {evidence.field} line {line} `{_short(words)}`"),)


def _fact(match: Match) -> str:
    return ", ".join(f"{slot}={value}" for slot, value in (*match.fact, *match.state, *match.shown))


def _short(text: str) -> str:
    """One line of it, cut where it is very long."""
    line = " ".join(text.split())
    return line if len(line) <= _WIDEST else line[: _WIDEST - 1] + "…"


def _head(clause: str) -> str:
    """How a clause begins, so that a line of the tree fits a terminal; parentheses that end further on are left out."""
    line = " ".join(clause.split())
    if len(line) <= _WIDEST_HEAD:
        return line
    head = line[:_WIDEST_HEAD].rstrip()
    while head.startswith("(") and not _closes(head):
        head = head[1:]
    return f"{head}…"


def _closes(text: str) -> bool:
    """Whether the parenthesis with which a text begins ends in it."""
    depths = accumulate((character == "(") - (character == ")") for character in text)
    return 0 in depths


def plain(lines: Iterable[Line]) -> str:
    """The lines without their colours."""
    return "\n".join("".join(text for _, text in line).rstrip() for line in lines) + "\n"


def as_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation as values that JSON knows; spans count characters of the field's text."""
    return {
        "watchlist": explanation.rule.watchlist,
        "rule": explanation.rule.id,
        "article": {
            "id": explanation.article.native_id or explanation.article.origin or explanation.article.id,
            "title": explanation.article.title,
        },
        "matches": bool(explanation.matches),
        "candidate": explanation.candidate,
        "lacks": [lack_json(lack) for lack in explanation.lacks],
        "stages": [_step_json(step) for step in explanation.steps],
        "facts": [_match_json(match) for match in explanation.matches],
        "given_way": [_match_json(match) for match in explanation.given_way],
    }


def lack_json(lack: Lack) -> dict[str, Any]:
    """One clause that fails, and how near it came."""
    place = {"field": lack.place.field, "line": lack.place.line} if lack.place else None
    return {"clause": lack.clause, "how": lack.how.value, "needs": lack.needs, "closest": lack.closest, "place": place}


def _step_json(step: Step) -> dict[str, Any]:
    return {
        "clause": step.clause,
        "role": step.role,
        "outcome": step.outcome.value,
        "note": step.note,
        "found": step.found,
        "slots": dict(step.bound),
        "evidence": [_quote_json(quote) for quote in step.quotes],
        "lacks": [lack_json(lack) for lack in step.lacks],
        "clauses": [_step_json(child) for child in step.children],
    }


def _quote_json(quote: Quote) -> dict[str, Any]:
    spans = [list(span) for span in quote.spans]
    return {"field": quote.place.field, "line": quote.place.line, "spans": spans, "text": quote.text}


def _match_json(match: Match) -> dict[str, Any]:
    return {
        "title": match.title,
        "fact": match.fact.as_dict(),
        "state": match.state.as_dict(),
        "shown": match.shown.as_dict(),
        "retracts": match.retracts,
        "relevance": match.relevance,
        "standing": match.standing,
        "evidence": [{"field": e.field, "spans": [list(span) for span in e.spans]} for e in match.evidence],
    }
