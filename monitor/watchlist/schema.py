"""JSON Schema (2020-12) of rule files and terms files, for editors that complete and check TOML as it is typed.

What only the loader can tell (does the query parse, is there such a list) is left to `monitor check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from monitor.model import SEARCHED_FIELDS, Severity
from monitor.watchlist.draft import IDENTIFIER
from monitor.watchlist.lists import LIST_NAME
from monitor.watchlist.nouns import Foretold
from monitor.watchlist.whens import KINDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def watchlist_schema() -> Schema:
    """The schema of a rule file."""
    head = {
        "title": _text("Heading in the digest."),
        "owner": _text("Who hears of it when the file breaks: an e-mail address."),
        "review": {"type": "string", "format": "date", "description": "The day by which to look at it again."},
        "severity": _choice(Severity, "For every rule that does not say otherwise."),
        "require": _text("A query that every rule of the file needs as well."),
        "except": _text("A query for every rule of the file: strikes out matches that share words with it."),
        "also": _texts("What every rule tells beside its fact, where the article has it: lead: @maker AS maker."),
        "vague": _texts("Names in lists that mean nothing particular: a fact with one gives way to a fuller one."),
        "was": _texts("Former names of the file, without .toml."),
        "terms": {**_lists(), "description": "Lists that queries refer to as @name."},
        "rule": {"type": "array", "items": {"$ref": "#/$defs/rule"}, "description": "The rules, [[rule]] each."},
    }
    definitions = {"rule": _rule(), "case": _case(), "fact": _fact(), "spellings": _spellings(), "list": _list()}
    return {"$schema": DIALECT, "title": "A watchlist of monitor", **_table(head), "$defs": definitions}


def terms_schema() -> Schema:
    """The schema of a file of shared lists."""
    definitions = {"spellings": _spellings(), "list": _list()}
    return {"$schema": DIALECT, "title": "Shared term lists of monitor", **_lists(), "$defs": definitions}


def _rule() -> Schema:
    searched = ", ".join(SEARCHED_FIELDS)
    return _table(
        {
            "id": {**_text("Names the rule; what it has told is remembered under it."), **_identifier()},
            "about": _text("Rules of the file with one `about` share one memory of facts; without it, the id."),
            "title": _text("What happened, in one line; {slot} is filled in."),
            "query": _text(f"What it looks for: terms, @lists, AND, OR, NEAR/8, NEAR/S. Fields: lead, {searched}."),
            "severity": _choice(Severity, "How much it matters; the digest shows the highest first."),
            "except": _text("Strikes out single matches that share words with a match of this query."),
            "fact": _texts("Slots whose values make it the same news."),
            "state": _texts("Slots whose change makes an update."),
            "show": _texts("Slots that are told beside the fact and are no part of it."),
            "default": {**_values(), "description": "Values of slots that the text leaves open."},
            "match": _cases("Texts that the rule must match."),
            "no_match": _cases("Texts that it must not match; with a fact, not with that fact."),
            "todo_match": _cases("Texts that it should match and does not yet: told, not failing."),
            "was": _texts("Former ids."),
            "when": _when(),
            "inhibit": {"oneOf": [_inhibit(), {"type": "array", "items": _inhibit()}]},
            "retract": _text("What it matches takes a fact back; it binds every slot of `fact`."),
            "expect": _table({"per_week": {**_text("Stories a week: 1..12, ..12 or 1.."), "pattern": r"^\d*\.\.\d*$"}}),
            "min_relevance": {"type": "number", "minimum": 0, "maximum": 1},
            "timeline": {"type": "array", "items": _moment()},
        },
        required=("id", "query"),
    )


def _case() -> Schema:
    facts = {"oneOf": [{"$ref": "#/$defs/fact"}, {"type": "array", "items": {"$ref": "#/$defs/fact"}}]}
    table = _table(
        {
            "text": _text("Read as the beginning of an article's body."),
            "title": _text("The title of the article."),
            "fact": {**facts, "description": "The values that are expected, of the slots in fact and state."},
        }
    )
    return {"oneOf": [{"type": "string", "pattern": r"\S"}, {**table, "anyOf": _any_of("text", "title")}]}


def _any_of(*keys: str) -> list[Schema]:
    return [{"required": [key]} for key in keys]


def _fact() -> Schema:
    return _values()


def _when() -> Schema:
    """One table for each kind, so that editors offer its own keys."""
    keys = {
        "stories": {"type": "integer", "minimum": 1, "description": "How many stories; for an absence, too few."},
        "within": _span("The span that is counted, or the longest from first step to second (sequence)."),
        "ratio": {"type": "number", "exclusiveMinimum": 1, "description": "Times what is usual."},
        "baseline": _span("The span before it that tells what is usual (8w)."),
        "slot": _text("The slot whose new values are told."),
        "per": _text("Keep one account for each value of this slot."),
        "first": _text("The id of the rule that comes first."),
    }
    return {
        "description": "When a match becomes an alert.",
        "oneOf": [
            _table(
                {"kind": {"enum": [kind.value]}, **{key: keys[key] for key in (*each.needs, *each.may)}},
                required=("kind", *each.needs),
            )
            for kind, each in KINDS.items()
        ],
    }


def _inhibit() -> Schema:
    return _table(
        {
            "rule": _text("The rule that is muted: its id, or watchlist/id."),
            "same": {**_texts("Slots whose values have to agree."), "minItems": 1},
            "within": _span("How far apart the articles may speak (1d)."),
        },
        required=("rule", "same"),
    )


def _moment() -> Schema:
    facts = {"oneOf": [{"$ref": "#/$defs/fact"}, {"type": "array", "items": {"$ref": "#/$defs/fact"}}]}
    return _table(
        {
            "at": {"description": "When the article arrives, or to when time passes: a date or time, UTC."},
            "text": _text("Its body. Without text and title only time passes."),
            "title": _text("Its title."),
            "published": {"description": "When it says that it was published: for one that comes late."},
            "fact": {**facts, "description": "The values that are expected of what is told."},
            "expect": _choice(Foretold, "What the rule tells then."),
        },
        required=("at",),
    )


def _span(description: str) -> Schema:
    return {"type": "string", "pattern": "^[1-9][0-9]{0,5}[mhdw]$", "description": f'{description} "12h", "7d".'}


def _lists() -> Schema:
    pattern = {f"^{LIST_NAME.pattern}$": {"$ref": "#/$defs/list"}}
    return {"type": "object", "patternProperties": pattern, "additionalProperties": False}


def _list() -> Schema:
    named = {
        "type": "object",
        "additionalProperties": {
            "oneOf": [
                {"$ref": "#/$defs/spellings"},
                _table({"spellings": {"$ref": "#/$defs/spellings"}, "was": _texts("Former names.")}),
            ]
        },
    }
    return {"oneOf": [{"$ref": "#/$defs/spellings"}, {**named, "minProperties": 1}]}


def _spellings() -> Schema:
    item = {"type": "string", "pattern": r"\S"}
    described = "Ways to write it: lower case inflects, Capital stays, @other takes in another list."
    return {"type": "array", "minItems": 1, "items": item, "description": described}


def _table(properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    table: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**table, "required": list(required)} if required else table


def _text(description: str) -> Schema:
    return {"type": "string", "pattern": r"\S", "description": description}


def _texts(description: str) -> Schema:
    return {"type": "array", "items": {"type": "string", "pattern": r"\S"}, "description": description}


def _cases(description: str) -> Schema:
    return {"type": "array", "items": {"$ref": "#/$defs/case"}, "description": description}


def _values() -> Schema:
    return {"type": "object", "additionalProperties": {"type": "string"}}


def _choice(kinds: type[StrEnum], description: str) -> Schema:
    return {"enum": [kind.value for kind in kinds], "description": description}


def _identifier() -> Schema:
    return {"pattern": f"^{IDENTIFIER.pattern}$", "maxLength": 100}
