"""A query's text as tokens. Signs that mean something in other query languages become faults that translate."""

from __future__ import annotations

import re
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
_BARE = r"[^\s()\",:@%&|~^!<>{}\[\]“”（），：]+"
_TOKEN = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<foreign_slash>{FOREIGN_SLASH})
    | (?P<regex>/(?:[^/\\\n]|\\.)+/)
    | (?P<phrase>[\"“”][^\"“”]*[\"“”])
    | (?P<list>@{_LIST_NAME}(?::(?:\"[^\"]*\"|{_BARE}))?)
    | (?P<rule>%[\w-]+)
    | (?P<open>\() | (?P<close>\)) | (?P<comma>,)
    | (?P<counted>(?:NEAR|BEFORE|ATLEAST|FIRST)/[^\s()\",]*)
    | (?P<keyword>(?:AND|OR|NOT|MAYBE|OF|AS|NAME|MONEY|NEAR|BEFORE|ATLEAST|FIRST)(?=[\s()\",]|$))
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
_REPLACEMENTS = {
    "（": "write (",
    "）": "write )",
    "，": "write ,",
    "：": "write :",
    "{": "write (",
    "}": "write )",
    "[": "write (",
    "]": "write )",
    '"': "close the quotation mark",
    "“": "close the quotation mark",
    "”": "close the quotation mark",
    "@": "write the name of a list after @",
    "%": "write the id of a rule after %",
    ":": "a field stands before a colon: title: lead: body:; put other colons in quotation marks",
    "^": "leave it out: no term weighs more than another",
}


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
    end = start + len(text)
    if group in ("foreign", "foreign_slash"):
        previous = before[-1] if before else Token(Kind.END, "", 0)
        hint = translation(text, previous.text if previous.end == start else "", previous.text)
        return Fault(start, end, "E105", f"{text} is an operator of another query language", hint)
    if group == "other":
        code = "E119" if text in '"“”/' else "E113"
        return Fault(start, end, code, f"{text!r} cannot stand here", _REPLACEMENTS.get(text, "leave it out"))
    if group == "word" and text.startswith("/"):
        return Fault(start, end, "E119", f"the regular expression {text} has no end", "close it with /")
    if group == "grouped":
        hint = f'write "{text}" in quotation marks, or a space after the comma'
        return Fault(start, end, "E107", f"{text} may be one number or several terms", hint)
    if group == "number_sign" and not (before and before[-1].kind is Kind.WORD):
        return Fault(start, end, "E112", "# stands for the number after a name, and no name stands before it", "Opus #")
    if group == "counted" and not re.fullmatch(r"(?:NEAR|BEFORE)/(?:\d{1,4}|[SP])|(?:ATLEAST|FIRST)/\d{1,6}", text):
        name = text.partition("/")[0]
        example = f"{name}/8, {name}/S or {name}/P" if name in ("NEAR", "BEFORE") else f"{name}/3"
        return Fault(start, end, "E115", f"{text} is no distance or count", f"write {example}")
    if group == "keyword" and text in _COUNTED:
        example = f"{text}/8, {text}/S or {text}/P" if text in ("NEAR", "BEFORE") else f"{text}/3"
        return Fault(start, end, "E115", f"{text} needs a number", f"write {example}")
    return None


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
