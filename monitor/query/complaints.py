"""What to say about a query that cannot be read: the message, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from monitor.query.fault import Fault
from monitor.query.lexer import Kind, Token
from monitor.query.tree import Distance

_FOREIGN_WORDS = {
    "and": "write AND in capitals",
    "or": "write OR in capitals",
    "not": "write AND NOT in capitals",
    "near": "write NEAR/8",
    "adj": "write BEFORE/1",
    "same": "write NEAR/P",
    "with": "write NEAR/S",
    "before": "write BEFORE/8",
    "within": "write NEAR/8",
    "followed": "write BEFORE/8",
    "but": "write AND NOT",
}


_FOREIGN_FIELDS = {
    "headline": "title",
    "hlead": "lead",
    "intitle": "title",
    "allintitle": "title",
    "text": "body",
    "intext": "body",
    "content": "body",
    "site": "url",
    "inurl": "url",
    "byline": "author",
    "language": "lang",
    "section": "category",
    "feed": "source",
}


def at(token: Token, code: str, message: str, hint: str) -> Fault:
    """A fault that underlines a token."""
    return Fault(token.start, max(token.end, token.start + 1), code, message, hint)


def unknown_field(token: Token, known: Sequence[str]) -> Fault:
    """A field that articles do not have; other search engines have it under another name."""
    name = token.value.lower()
    close = _FOREIGN_FIELDS.get(name) or next(iter(difflib.get_close_matches(name, known, n=1)), "")
    hint = f"did you mean {close}:?" if close else "fields: " + ", ".join(known)
    return at(token, "E103", f"unknown field {token.value}:", hint)


def unexpected(token: Token) -> Fault:
    """Something stands where a term must stand."""
    if token.kind is Kind.NOT:
        hint = "write what you look for first: a AND NOT b"
        return at(token, "E108", "NOT without a positive term before it", hint)
    if token.kind is Kind.END:
        return at(token, "E107", "the query ends too early", "write a term after the last operator")
    what = f"{token.text} stands where a term is expected"
    return at(token, "E107", what, 'write a term, or put the word in quotation marks: "OR"')


def side_by_side(written: str, end: int, token: Token) -> Fault:
    """Two terms without an operator; `written` is what stands before the second one and ends at `end`."""
    if token.kind is Kind.COMMA:
        hint = "write OR, or 2 OF (a, b, c)"
        return at(token, "E107", "a comma separates the parts of OF only", hint)
    last = (written.rsplit(maxsplit=1)[-1:] or [""])[0]
    for word, start in ((token.text, token.start), (last, end - len(last))):
        if word.lower() in _FOREIGN_WORDS:
            hint = _FOREIGN_WORDS[word.lower()]
            return Fault(start, start + len(word), "E105", f"{word!r} is no operator here", hint)
    last = last.lstrip("(")
    both_words = token.kind is Kind.WORD and last[-1:].isalnum() and not last.startswith(("@", "%", "/"))
    phrase = f'"{last} {token.text}" for the phrase, or ' if both_words else ""
    hint = f"write {phrase}{last} AND {token.text}"
    return at(token, "E101", "two terms side by side without an operator", hint)


def mixed(texts: Sequence[str], loose: Sequence[bool], said: str) -> tuple[str, str]:
    """Message and hint for AND among ORs: `loose` says which alternatives hold an AND (`said`) without parentheses."""
    first = " OR ".join(f"({text})" if is_loose else text for text, is_loose in zip(texts, loose, strict=True))
    place = list(loose).index(True)
    operator = f" {said} "
    left, _, right = texts[place].partition(operator)
    alternatives = [*texts[:place], left] if place else [right, *texts[1:]]
    group = "(" + " OR ".join(alternatives) + ")"
    second = f"{group}{operator}{right}" if place else f"{left}{operator}{group}"
    return "AND and OR on one level can be read in two ways", f"write {first} or {second}"


def unequal(so_far: str, last: str, operator: Token, distance: Distance) -> Fault:
    """A chain with two distances; `so_far` is the chain before the operator, `last` its last part."""
    head = so_far[: len(so_far) - len(last)]
    hint = f"set parentheses: ({so_far}) {operator.text} ... or {head}({last} {operator.text} ...)"
    return at(operator, "E114", f"a chain has one distance, and here are {distance} and {operator.value}", hint)
