"""Between our nouns and the columns that hold them.

Times are whole microseconds since 1970-01-01 UTC: exact, and they sort as numbers. A naive time is our bug and raises
TypeError. Collections that no query looks into are JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import Evidence, Fact, Match, Severity

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """An aware time as a column."""
    return (at - _EPOCH) // _MICROSECOND


def micros_or_none(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def moment(value: int) -> datetime:
    """A column as an aware time in UTC."""
    return _EPOCH + value * _MICROSECOND


def moment_or_none(value: int | None) -> datetime | None:
    return None if value is None else moment(value)


def dumps(value: object) -> str:
    """Compact JSON with its characters as they are, so that a person can read the column."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def dump_set(values: Iterable[str]) -> str:
    """A set as JSON, sorted: equal sets are equal columns."""
    return dumps(sorted(values))


def load_set(column: str) -> frozenset[str]:
    return frozenset(json.loads(column))


def load_pairs(column: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(column))


def printable(text: str) -> str:
    """A name from outside, which need not be text (case 44), with what cannot be stored written as an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def path_bytes(path: str) -> bytes:
    """Any path as bytes that give back the same path: file names need not be text (case 44)."""
    return path.encode("utf-8", "surrogatepass")


def path_text(column: bytes) -> str:
    return column.decode("utf-8", "surrogatepass")


def dump_match(match: Match) -> str:
    """A match as JSON, evidence included."""
    return dumps(
        {
            "watchlist": match.watchlist,
            "rule": match.rule,
            "about": match.about,
            "severity": match.severity.value,
            "title": match.title,
            "fact": match.fact.slots,
            "state": match.state.slots,
            "evidence": [[evidence.field, evidence.spans] for evidence in match.evidence],
            "retracts": match.retracts,
            "shown": match.shown.slots,
            "cut": match.cut,
            "relevance": match.relevance,
            "standing": match.standing,
        }
    )


def load_match(column: str) -> Match:
    """The match that `dump_match` wrote."""
    value: dict[str, Any] = json.loads(column)
    return Match(
        watchlist=value["watchlist"],
        rule=value["rule"],
        about=value["about"],
        severity=Severity(value["severity"]),
        title=value["title"],
        fact=_fact(value["fact"]),
        state=_fact(value["state"]),
        evidence=tuple(
            Evidence(field, tuple((start, end) for start, end in spans)) for field, spans in value["evidence"]
        ),
        retracts=value["retracts"],
        shown=_fact(value["shown"]),
        cut=value["cut"],
        relevance=value["relevance"],
        standing=value["standing"],
    )


def _fact(pairs: list[list[str]]) -> Fact:
    return Fact(tuple((name, value) for name, value in pairs))
