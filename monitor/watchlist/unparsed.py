"""What is wrong with text that is no TOML, in plain words: `tomllib` names a place and speaks to programmers."""

from __future__ import annotations

import re
from typing import NamedTuple


class Complaint(NamedTuple):
    """What to say, what to write instead (or nothing), and the offset in the text at which it stands."""

    message: str
    hint: str
    offset: int


class _Hint(NamedTuple):
    """A hint for a line in which `line` is found, and for a place where `here` matches; for one message or for all."""

    text: str
    message: str = ""
    line: str = ""
    here: str = ""


_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_BACKSLASH = "a backslash means something else between double quotes"
_ENDS = "the line should end here"
_NO_COMMA = "a comma is missing before this"
_NO_EQUALS = "= is missing after the key"
_NO_VALUE = "no value can begin like this"
_NO_LINE = "no line can begin like this"
_TEXT_ENDS = "the quotation mark before this ends the text"
_TEXT_GOES_ON = "the line ends before its quotation mark is closed"
_TABLE_GOES_ON = "} is missing at the end of the line"
_LIST_GOES_ON = "] is missing before this"
_WORDING = (
    (r"(?:Illegal|Found invalid) character '\\n'", _TEXT_GOES_ON),
    (r"Unterminated string|Expected ['\"].*['\"]$", "a quotation mark is not closed"),
    (r"Cannot overwrite a value|Duplicate inline table key .*", "this key stands twice"),
    (
        r"Cannot (?:declare|mutate immutable namespace|redefine namespace) \((.*?),?\)(?: twice)?",
        r"the table \1 stands twice",
    ),
    (r"Expected newline or end of document after a statement", _ENDS),
    (r"Expected '=' after a key in a key/value pair", _NO_EQUALS),
    (r"Expected '(\]+)' at the end of an? (?:table|array) declaration", r"\1 is missing after the name"),
    (r"Invalid value", _NO_VALUE),
    (r"Invalid statement", _NO_LINE),
    (r"Invalid date or datetime", "there is no such date or time"),
    (r"Unescaped '\\' in a string|Invalid hex value|Escaped character is not a Unicode scalar value", _BACKSLASH),
)
_PLAIN = [(re.compile(expression), plain) for expression, plain in _WORDING]
_DATE = "a date is written 2027-01-31"
_QUOTES = "“”„‘’‚«»‹›「」『』＂＇"
_HINTS = (
    _Hint("straight quotes are wanted here: \" or '", here=f"[{_QUOTES}]"),
    _Hint("straight quotes are wanted here: \" or '", _TEXT_GOES_ON, line=f"[{_QUOTES}]"),
    _Hint("the signs [ ] { } = and , are those of an English keyboard", here="[［］【】（）｛｝＝，]"),
    _Hint("there is an invisible or wide space here: type a plain one", here="[\u00a0\u2007\u202f\u3000\ufeff]"),
    _Hint("write the text between single quotes: '...'", _BACKSLASH),
    _Hint("all between { and } stands on one line; only lists go on in the next", _TABLE_GOES_ON),
    _Hint("text of several lines goes between ''' and '''", _TEXT_GOES_ON, here=r"\n[^=\n\[]*['\"][ \t]*(?:\n|$)"),
    _Hint("write = and no colon", _NO_EQUALS, here=r"[ \t]*:"),
    _Hint('a key of several words goes between quotes: "South Korea" = [...]', _NO_EQUALS, here=r"[ \t]*\w"),
    _Hint('several values go between brackets: ["...", "..."]', _ENDS, here=r"[ \t]*,"),
    _Hint(_DATE, "there is no such date or time"),
    _Hint(_DATE, _ENDS, line=r"=\s*[\d./-]+\s*$"),
    _Hint("within '...' a phrase has double quotes: 'title: \"app store\"'", _TEXT_ENDS, here=r"(?<=[\s(]')"),
    _Hint("a text with an apostrophe in it goes between double quotes", _TEXT_ENDS, here=r"(?<=')"),
    _Hint("a text with double quotes in it goes between single quotes: '...'", _TEXT_ENDS, here=r'(?<=")'),
    _Hint("text wants quotes: \"...\" or '...'", _NO_VALUE, here=r"[^\W\d_]|[@%(/*~]"),
    _Hint("a comment begins with #", _NO_LINE, here=r"//|/\*|--|;|%"),
    _Hint("where a list is defined, its name has no @", _NO_LINE, here="@"),
    _Hint('a rule file has lines such as title = "..." and [[rule]]', _NO_LINE, here=r"[{*<]"),
    _Hint("each list ends with ]", _LIST_GOES_ON),
)
"""The first that fits is told."""
_ENDED_BY_QUOTE = ("Unclosed array", "Expected newline or end of document after a statement")
_BEHIND_QUOTE = re.compile(r"(?<=['\"])[^\W\d_]")
_MEMBER = re.compile(r"[\"'\d{\[]")
_HEADER_OR_KEY = re.compile(r"\[\[?[ \t]*[\w.\"'-]+[ \t]*\]|[\w-]+[ \t]*=")


def complaint(text: str, said: str) -> Complaint:
    """What to tell of a text, of which tomllib `said` what is wrong."""
    offset, said = _offset(text, said), _PLACE.sub("", said)
    if said == "Cannot overwrite a value":  # told at the end of the second value
        offset = text.rfind("\n", 0, offset) + 1
    message, line = _message(said, text, offset), _line(text, offset)
    hint = next((hint.text for hint in _HINTS if _fits(hint, message, line, text, offset)), "")
    return Complaint(message, hint, offset)


def _message(said: str, text: str, offset: int) -> str:
    if said in _ENDED_BY_QUOTE and _BEHIND_QUOTE.match(text, offset):
        return _TEXT_ENDS
    if said == "Unclosed array":
        before = text[text.rfind("\n", 0, offset) + 1 : offset]
        is_member = _MEMBER.match(text, offset) and (before.strip() or not _HEADER_OR_KEY.match(text, offset))
        return _NO_COMMA if is_member else _LIST_GOES_ON
    if said in ("Unclosed inline table", "Invalid initial character for a key part"):
        if text[offset : offset + 1] in ("", "\n", "#"):
            return _TABLE_GOES_ON
        return _NO_COMMA if said == "Unclosed inline table" else "the name of a key is missing here"
    return next((expression.sub(plain, said) for expression, plain in _PLAIN if expression.match(said)), said)


def _offset(text: str, said: str) -> int:
    """The offset of the place that a message names."""
    place = _PLACE.search(said)
    if place is None or place[1] is None:
        return len(text.rstrip())
    line = 0
    for _ in range(int(place[1]) - 1):
        line = text.find("\n", line) + 1
    return min(line + int(place[2]) - 1, len(text))


def _line(text: str, offset: int) -> str:
    """The line in which an offset lies."""
    end = text.find("\n", offset)
    return text[text.rfind("\n", 0, offset) + 1 : end if end >= 0 else len(text)]


def _fits(hint: _Hint, message: str, line: str, text: str, offset: int) -> bool:
    return (
        hint.message in ("", message)
        and (not hint.line or re.search(hint.line, line) is not None)
        and (not hint.here or re.compile(hint.here).match(text, offset) is not None)
    )
