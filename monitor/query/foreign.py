"""The signs of other query languages (Factiva, Lexis, search engines, Lucene), and what to write here instead.

What is recognised here could mean nothing as a term, or something that its writer does not think of: it is always an
error, never guessed at. docs/coming-from.md is the same as a table, and a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from monitor.model import SEARCHED_FIELDS

_END = r"(?=[\s()]|$)"

FOREIGN_SLASH = r"/(?:[snpSNP]|[nN]?\d+)(?=[\s)]|$)"
"""What begins like a regular expression and is none: a pattern for the lexer, to be tried before that."""

FOREIGN = rf"""
    (?:[wW]|[pP][rR][eE]|near|NEAR|onear|ONEAR|adj|ADJ|before|BEFORE|within|followed)/?\d+{_END}
  | [nN]/\d+{_END}
  | (?i:within)\s+\d+(?:\s+words?)?(?:\s+of)?{_END}
  | (?:[wW]|[pP][rR][eE])/(?:[sSpP]|sent|para|seg|SENT|PARA|SEG){_END}
  | (?:atleast|ATLEAST|atl|ATL)\d+{_END}
  | (?i:headline|hlead|lead|body|ti|ab|allcaps|nocaps|caps|plural|singular|around)(?=\()
  | [A-Za-z]+=(?=[\w(\"@“])
  | \w+/[Ff]\d+/
  | [^\W\d_]{{3,}}\$\d*{_END}
  | \w*\?\w*(?=[\s()?*]|$)
  | &&? | \|\|?(?:\s*\|)? | ~\d+ | [-+!~](?=[\w\"(@]) | [-+](?=\s|$) | ~ | !
"""
"""A pattern for the lexer, verbose, to be tried after all that is ours and is not a word."""

_SIGNS = {
    "&": "write AND",
    "&&": "write AND",
    "|": "write OR",
    "||": "write OR",
    "-": "write AND NOT before the term; a hyphen within a word is fine",
    "!": "write AND NOT before the term",
    "+": "leave it out: a term without a sign must match",
    "~": "write every spelling that you mean, or put them in a list",
}
_FUNCTIONS = {
    "headline": "write title:(...)",
    "hlead": "write lead:(...)",
    "lead": "write lead:(...)",
    "body": "write body:(...)",
    "ti": "write title:(...)",
    "ab": "write summary:(...)",
    "allcaps": "write the word in capitals: US does not match us",
    "caps": "write the word with its capital: Apple does not match apple",
    "nocaps": "write the word in small letters; strike out the name with `except`",
    "plural": "write =chips for this form only",
    "singular": "write =chip for this form only",
    "around": "write NEAR/5",
}
_CODES = {
    "hd": "write title:",
    "hl": "write title:",
    "hlp": "write lead:",
    "lp": "write lead:",
    "td": "leave it out, or write body:",
    "by": "write author:",
    "la": "write lang:",
    "rst": "write publisher: or source:",
    "sc": "write publisher: or source:",
    "sn": "write publisher: or source:",
    "pub": "write publisher:",
    "ns": "write category:",
}
_FIELDS = {
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
    **{name: name for name in (*SEARCHED_FIELDS, "lead")},
}
_WITHIN = {"s": "NEAR/S", "sent": "NEAR/S", "p": "NEAR/P", "para": "NEAR/P", "seg": "AND"}
_ORDERED = re.compile(r"pre|onear|before|followed|adj|w\d")
"""What asks for an order: `w/5` does not, `w5` does."""
_NUMBER = re.compile(r"\d+")


def field_like(name: str, known: Sequence[str]) -> str:
    """The field that is meant by a name of another search engine, or by a slip; empty where none is near."""
    name = name.lower()
    return _FIELDS.get(name) or next(iter(get_close_matches(name, known, n=1)), "")


def translation(text: str, previous: str = "", before: str = "") -> str:
    """What to write instead of a sign; `previous` is the token that it hangs on, `before` the one that it follows."""
    lower = text.lower()
    number = _NUMBER.search(text)
    if previous and text == "!":
        return f"write {previous}* for any ending; a plain word finds its own inflections"
    if previous and text.startswith("~") and number and previous.startswith('"'):
        return f"write the words with NEAR/{number[0]} between them"
    if text[0] == "~":
        return _SIGNS["~"]
    if text in _SIGNS:
        return _SIGNS[text]
    if lower in _FUNCTIONS:
        return _FUNCTIONS[lower]
    if text.endswith("="):
        return _CODES.get(lower[:-1]) or _field_hint(lower[:-1])
    negation = "write NOT " if before.lower() == "not" else "write "
    return _of_word(text, lower, number[0] if number else "").replace("write ", negation, 1)


def _field_hint(name: str) -> str:
    if name in _FIELDS:
        return f"write {_FIELDS[name]}:"
    return "there is no such field; title, lead, publisher, author, category, lang are some"


def _of_word(text: str, lower: str, number: str) -> str:
    if "$" in text:
        return f"write {text.partition('$')[0]}* for any ending; a plain word finds its own inflections"
    if "?" in text:
        return "write every spelling that you mean, or a /regular expression/"
    if text.endswith("/"):
        return f"write FIRST/{number} {text.partition('/')[0]}"
    if lower.startswith("atl"):
        return f"write ATLEAST/{number}"
    unit = lower.rpartition("/")[2]
    if unit == "n":
        return "write NEAR/8"
    if unit in _WITHIN:
        ordered = lower.startswith("pre") and _WITHIN[unit] != "AND"
        return f"write {_WITHIN[unit].replace('NEAR', 'BEFORE') if ordered else _WITHIN[unit]}"
    if not number:
        return "write AND, OR or NEAR/8"
    return f"write {'BEFORE' if _ORDERED.match(lower) else 'NEAR'}/{number}"
