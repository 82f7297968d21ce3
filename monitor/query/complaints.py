"""What to say about a query that cannot be read: the message, and what to write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from monitor.query.fault import Fault
from monitor.query.foreign import field_like
from monitor.query.lexer import Kind, Token
from monitor.query.spelling import parse_spelling
from monitor.query.tree import Distance

_FOREIGN_WORDS = {
    "and": "write AND in capitals",
    "or": "write OR in capitals",
    "not": "write AND NOT in capitals",
    "near": "write NEAR/8",
    "adj": "write BEFORE/1",
    "same": "write NEAR/P",
    "with": "write NEAR/S",
    "sentence": "write NEAR/S",
    "paragraph": "write NEAR/P",
    "before": "write BEFORE/8",
    "after": "write what comes first first: b BEFORE/8 a",
    "within": "write NEAR/8",
    "followed": "write BEFORE/8",
    "but": "write AND NOT",
    "andnot": "write AND NOT",
    "and-not": "write AND NOT",
    "except": "write AND NOT, or give the rule a line except = '...'",
    "xor": "write (a OR b) AND NOT (a AND b)",
    "of": "write OF in capitals: 2 OF (a, b, c)",
    "as": "write AS in capitals",
    "maybe": "write MAYBE in capitals",
    **dict.fromkeys(("和", "与", "且"), "write AND"),
    **dict.fromkeys(("或", "或者"), "write OR"),
    **dict.fromkeys(("不含", "非"), "write AND NOT"),
}
_FOREIGN_NUMBERED = re.compile(r"(?:n|near|adj|w)/?(\d{1,4})", re.IGNORECASE)
_NO_OPERATOR = "two terms side by side without an operator"
_OURS = re.compile(r"AND|OR|NOT|MAYBE|OF|AS|NAME|MONEY|(?:NEAR|BEFORE|ATLEAST|FIRST)/\w+")


def at(token: Token, code: str, message: str, hint: str) -> Fault:
    """A fault that underlines a token."""
    return Fault(token.start, max(token.end, token.start + 1), code, message, hint)


def unknown_field(token: Token, known: Sequence[str]) -> Fault:
    """A field that articles do not have; other search engines have it under another name."""
    close = field_like(token.value, known)
    hint = f"did you mean {close}:?" if close else "fields: " + ", ".join(known)
    return at(token, "E103", f"unknown field {token.value}:", hint)


def unexpected(token: Token, before: Token | None) -> Fault:
    """Something stands where a term must stand; `before` is the token before it."""
    if token.kind is Kind.NOT and before is not None and before.kind in (Kind.NEAR, Kind.BEFORE):
        hint = f"write a NOT {before.text} b"
        return at(token, "E108", f"NOT cannot stand behind {before.text}", hint)
    if token.kind is Kind.NOT:
        hint = "write what you look for first: a AND NOT b"
        return at(token, "E108", "NOT without a positive term before it", hint)
    if token.kind is Kind.END:
        return at(token, "E107", "the query ends too early", "write a term after the last operator")
    if before is not None and before.text == token.text:
        return at(token, "E107", f"{token.text} stands twice", "delete one")
    quoted = f', or put the word in quotation marks: "{token.text}"' if token.text.isalpha() else ""
    what = f"{token.text} stands where a term is expected"
    return at(token, "E107", what, f"write a term before it{quoted}")


def side_by_side(written: str, end: int, token: Token) -> Fault:
    """Two terms without an operator; `written` is what stands before the second one and ends at `end`."""
    if token.kind is Kind.COMMA:
        hint = "write OR, or 2 OF (a, b, c)"
        return at(token, "E107", "a comma separates the parts of OF only", hint)
    last = _last(written)
    if token.kind is Kind.AS:
        return at(token, "E123", f"AS names a slot, and {last} catches nothing", _no_slot(last))
    for word, start in ((token.text, token.start), (last, end - len(last))):
        if not any(map(str.isalnum, word)):
            return next(iter(parse_spelling(word, start)[1]), at(token, "E101", _NO_OPERATOR, "leave it out"))
        if hint := _meant_operator(word, written[: len(written) - len(last)]):
            return Fault(start, start + len(word), "E105", f"{word!r} is no operator here", hint)
    last = last.lstrip("(")
    return at(token, "E101", _NO_OPERATOR, _joined(last, token, end))


def _last(written: str) -> str:
    """The last term of a stretch of a query: a phrase with all its words, and with the list that it is a name of."""
    quote = written.rfind('"', 0, -1) if written.endswith('"') else -1
    before = written[:quote] if quote >= 0 else written
    joined = before.rsplit(maxsplit=1)[-1] if before and not before[-1].isspace() else ""
    return joined + written[len(before) :]


def _meant_operator(word: str, before: str) -> str:
    """What to write instead of a word that is an operator elsewhere; `before` stands before both terms."""
    plain = unicodedata.normalize("NFKC", word)
    if plain != word and plain.isascii() and _OURS.fullmatch(plain):
        return f"write {plain} in half-width letters"
    if plain.lower() == "not" and before.endswith("AND "):
        return "write NOT in capitals"
    if numbered := _FOREIGN_NUMBERED.fullmatch(plain):
        return f"write NEAR/{numbered[1]}"
    return _FOREIGN_WORDS.get(plain.lower(), "")


def is_operator_elsewhere(token: Token) -> bool:
    """Whether a word is an operator in another query language, or nearly one of ours."""
    return bool(_meant_operator(token.text, ""))


def _no_slot(term: str) -> str:
    if term.upper() in ("NAME", "MONEY"):
        return f"write {term.upper()} in capitals"
    return "a list, NAME, MONEY or a /regular expression/ fills a slot: put the words into a list"


def _joined(last: str, token: Token, end: int) -> str:
    """How two terms side by side may be meant."""
    if token.start == end and last.endswith('"'):
        return "a phrase has quotation marks at its ends only"
    if token.start == end and last.startswith("@") and token.text[:1] in "=.":
        return f"write {last}:{token.text[1:]}"
    both_words = token.kind is Kind.WORD and last[-1:].isalnum() and not last.startswith(("@", "%", "/"))
    phrase = f'"{last} {token.text}" for the phrase, or ' if both_words else ""
    return f"write {phrase}{last} AND {token.text}"


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
