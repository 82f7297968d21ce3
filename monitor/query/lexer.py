"""A query's text as tokens. Signs that mean something in other query languages become faults that translate."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from monitor.query.fault import Fault
from monitor.query.foreign import FOREIGN, FOREIGN_SLASH, translation


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    PHRASE = auto()
    REGEX = auto()
    LIST = auto()
    RULE = auto()
    FIELD = auto()
    OPEN = auto()
    CLOSE = auto()
    COMMA = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEAR = auto()
    BEFORE = auto()
    MAYBE = auto()
    ATLEAST = auto()
    FIRST = auto()
    OF = auto()
    AS = auto()
    NAME = auto()
    MONEY = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the token as written; `value` its inside: a phrase without quotes, a list's name, the 8 of NEAR/8."""

    kind: Kind
    text: str
    start: int
    value: str = ""
    extra: str = ""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


LONGEST_QUERY = 100_000
_LIST_NAME = r"[^\W\d][\w-]*"
_BARE = r"[^\s()\",:;@%&|~^!<>{}\[\]“”„«»‹›「」『』（），：；、＂＠％]+"
_COUNTED_WORD = "NEAR|BEFORE|ATLEAST|FIRST"
_TERM_ENDS = r"(?=[\s()\",]|$)"
_TOKEN = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<foreign_slash>{FOREIGN_SLASH})
    | (?P<regex>/(?:[^/\\\n]|\\.)+/)
    | (?P<phrase>[\"“”][^\"“”]*[\"“”])
    | (?P<list>@{_LIST_NAME}(?::(?:\"[^\"]*\"|{_BARE}))?)
    | (?P<rule>%[\w-]+)
    | (?P<open>\() | (?P<close>\)) | (?P<comma>,)
    | (?P<quoted>‘[^‘’]*’ | '[^']*'{_TERM_ENDS} | „[^“”„"]*[“”"] | [«‹][^«»‹›]*[»›] | 「[^「」]*」 | 『[^『』]*』)
    | (?P<braced>@?\{{[\w-]+\}})
    | (?P<parted>(?:{_COUNTED_WORD})(?:\s*/\s+|\s+/?|[-:=]|\s*\()\d+\)?{_TERM_ENDS})
    | (?P<counted>(?:{_COUNTED_WORD})/[^\s()\",]* | (?i:{_COUNTED_WORD})/(?:\d+|[sp]){_TERM_ENDS})
    | (?P<keyword>(?:AND|OR|NOT|MAYBE|OF|AS|NAME|MONEY|{_COUNTED_WORD}){_TERM_ENDS})
    | (?P<field>[A-Za-z_]+:(?!//))
    | (?P<foreign>{FOREIGN})
    | (?P<number_sign>\#)
    | (?P<grouped>\d+(?:,\d+)+)
    | (?P<word>{_BARE})
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COUNTED = {"NEAR": Kind.NEAR, "BEFORE": Kind.BEFORE, "ATLEAST": Kind.ATLEAST, "FIRST": Kind.FIRST}
_SIMPLE = {"open": Kind.OPEN, "close": Kind.CLOSE, "comma": Kind.COMMA}
_EXACT_COUNT = re.compile(r"(?:NEAR|BEFORE)/(?:\d{1,4}|[SP])|(?:ATLEAST|FIRST)/\d{1,6}")
_CAPITALS = string.ascii_uppercase
_BESIDE_NUMBER = f"{string.whitespace}/-:=()"
_CLOSE_QUOTES = "close the quotation mark"
_REPLACEMENTS = {
    "（": "write (",
    "）": "write )",
    "，": "write OR between alternatives, and a plain , within OF",
    ";": "write OR between alternatives",
    "；": "write OR between alternatives",
    "、": "write OR between alternatives",
    "：": "write :",
    "＂": 'write "',
    "＠": "write @",
    "％": "write %",
    "{": "write (",
    "}": "write )",
    "[": "write ( around alternatives; dates are no terms",
    "]": "write ) after alternatives; dates are no terms",
    "<": "leave it out: a query cannot compare numbers or dates",
    ">": "leave it out: a query cannot compare numbers or dates",
    **dict.fromkeys('"“”„«»‹›「」『』', _CLOSE_QUOTES),
    "@": "write the name of a list after @",
    "%": "write the id of a rule after %",
    ":": "a field stands before a colon: title: lead: body:; put other colons in quotation marks",
    "^": "leave it out: no term weighs more than another",
}
_Complaint = tuple[str, str, str]
"""Code, message and hint."""


def tokenise(text: str) -> tuple[list[Token], list[Fault]]:
    """All tokens, and a fault for everything that is none. The last token is END."""
    if len(text) > LONGEST_QUERY:
        hint = "put long lists of terms into [terms] and write @list"
        return [], [Fault(0, 1, "E120", f"the query is longer than {LONGEST_QUERY} characters", hint)]
    tokens: list[Token] = []
    faults: list[Fault] = []
    for found in _TOKEN.finditer(text):
        group = found.lastgroup or "other"
        if group == "space":
            continue
        fault = _fault(group, found[0], found.start(), tokens)
        if fault is not None:
            faults.append(fault)
        else:
            tokens.extend(_tokens(group, found[0], found.start(), tokens, text))
    tokens.append(Token(Kind.END, "", len(text)))
    return tokens, faults


def _fault(group: str, text: str, start: int, before: list[Token]) -> Fault | None:
    """What is wrong with a piece of the text; None if it can be a token."""
    complaint = _never(group, text, start, before) or _not_so(group, text, before)
    return Fault(start, start + len(text), *complaint) if complaint else None


def _never(group: str, text: str, start: int, before: list[Token]) -> _Complaint | None:
    """The complaint about what no query has."""
    match group:
        case "foreign" | "foreign_slash":
            previous = before[-1] if before else Token(Kind.END, "", 0)
            hint = translation(text, previous.text if previous.end == start else "", previous.text)
            return "E105", f"{text} is an operator of another query language", hint
        case "quoted":
            inside = text[1:-1].strip()
            hint = f"write {inside} without them" if inside[:1] in ("@", "%") else f'write "{inside}"'
            return "E119", "a phrase stands in straight quotation marks", hint
        case "braced":
            hint = f"a list is written @{text.strip('@{}')}; braces stand in titles only"
            return "E113", f"{text} cannot stand here", hint
        case "parted":
            name, number = text.rstrip(f"{_BESIDE_NUMBER}{string.digits}"), text.strip(_BESIDE_NUMBER + _CAPITALS)
            return "E115", f"{name} and its number are written as one", f"write {name}/{number}"
        case "grouped":
            hint = f'write "{text}" in quotation marks, or a space after the comma'
            return "E107", f"{text} may be one number or several terms", hint
        case "other":
            return _stray_sign(text, start, before)
    return None


def _stray_sign(text: str, start: int, before: list[Token]) -> _Complaint:
    hint = _REPLACEMENTS.get(text, "leave it out")
    if text == ":" and before and before[-1].kind is Kind.LIST and before[-1].end == start:
        name = before[-1].text
        hint = f'one name of a list is written {name}:Name or {name}:"Two Words", several with OR between them'
    code = "E119" if text == "/" or hint == _CLOSE_QUOTES else "E113"
    return code, f"{text!r} cannot stand here", hint


def _not_so(group: str, text: str, before: list[Token]) -> _Complaint | None:
    """The complaint about what a query can have, but not like this."""
    if group == "word" and text.startswith("/") and len(text) > 1:
        return "E119", f"the regular expression {text} has no end", "close it with /"
    if group == "number_sign" and not (before and before[-1].kind is Kind.WORD):
        hint = "write it behind a name: Opus #; a hashtag without its #"
        return "E112", "# stands for the number after a name, and no name stands before it", hint
    if group == "counted" and not _EXACT_COUNT.fullmatch(text):
        return "E115", f"{text} is no distance or count", _counted_hint(text)
    if group == "keyword" and text in _COUNTED:
        return "E115", f"{text} needs a number", _counted_hint(text)
    return None


def _counted_hint(text: str) -> str:
    """What to write instead of an operator whose number is missing or none."""
    if _EXACT_COUNT.fullmatch(text.upper()):
        return f"write {text.upper()}"
    name = text.partition("/")[0].upper()
    return f"write {name}/8, {name}/S or {name}/P" if name in ("NEAR", "BEFORE") else f"write {name}/3"


def _tokens(group: str, text: str, start: int, before: list[Token], whole: str) -> Iterator[Token]:
    match group:
        case "open" | "close" | "comma":
            yield Token(_SIMPLE[group], text, start)
        case "regex":
            yield Token(Kind.REGEX, text, start, text[1:-1].replace("\\/", "/"))
        case "phrase":
            yield Token(Kind.PHRASE, text, start, text[1:-1])
        case "list":
            name, _, chosen = text[1:].partition(":")
            yield Token(Kind.LIST, text, start, name, chosen.strip('"'))
        case "rule":
            yield Token(Kind.RULE, text, start, text[1:])
        case "counted":
            name, _, count = text.partition("/")
            yield Token(_COUNTED[name], text, start, count)
        case "keyword":
            yield Token(Kind[text], text, start)
        case "field":
            yield Token(Kind.FIELD, text, start, text[:-1])
        case "number_sign":
            name_token = before.pop()
            yield Token(
                Kind.WORD, whole[name_token.start : start + 1], name_token.start, whole[name_token.start : start + 1]
            )
        case _:
            yield Token(Kind.WORD, text, start, text)
