"""Making hostile text safe to store, match and mail. Nothing readable is lost.

Lone surrogates crash SQLite and the e-mail package, U+2028 and its kin crash header serialisation (cases 8, 58, 87;
finding 2), bidi controls make a reader see another text than the one that is there (case 53).
"""

from __future__ import annotations

import re

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f\x80-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufffe\uffff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Every line end becomes a newline; controls and bidi marks go; lone surrogates become U+FFFD."""
    if text.replace("\n", "").isprintable():  # nothing that is taken out or replaced is printable
        return text
    text = _LINE_ENDS.sub("\n", text)
    return _SURROGATES.sub("\ufffd", _UNWANTED.sub("", text))


def one_line(text: str) -> str:
    """Cleaned, every run of white space one space, none at the ends: for titles and names."""
    return _SPACES.sub(" ", clean(text)).strip()
