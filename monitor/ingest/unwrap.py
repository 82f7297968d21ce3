"""Hard-wrapped text (mail, old text files) becomes text in which a newline always ends a paragraph.

A line was broken by a machine if the next line's first word would not have fitted on it any more. That is the whole
rule; it is applied only where a text as a whole is wrapped, so that lists, verse and ordinary paragraphs stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

MIN_WIDTH = 45
MAX_WIDTH = 100
_MIN_PAIRS = 3
_WRAPPED_SHARE = 0.6

_STARTS_ANEW = re.compile(r"^(?:[-*•·–—+]\s|\d{1,3}[.)]\s|[>|#]|https?://|\[\d+\])|^\S{1,20}:\s*https?://")
_CJK = re.compile(r"[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]")


def unwrap(text: str) -> str:
    """The text with one paragraph a line, and without empty lines. Takes text with `\\n` line ends."""
    groups = [_lines(group) for group in re.split(r"\n[ \t\u00a0]*\n", text)]
    width = _wrap_width(groups)
    return "\n".join(line for group in groups for line in (_joined(group, width) if width else group))


def single_blanks(line: str) -> str:
    """A line with every run of white space one blank, and none at its edges. Most come so, and are only looked at."""
    tidy = line.isprintable() and "  " not in line and not line.startswith(" ") and not line.endswith(" ")
    return line if tidy else " ".join(line.split())


def _lines(group: str) -> list[str]:
    return list(filter(None, map(single_blanks, group.split("\n"))))


def _wrap_width(groups: Sequence[Sequence[str]]) -> int:
    """The column at which the text was wrapped; 0 if it was not."""
    lines = [line for group in groups for line in group if " " in line or _CJK.search(line)]
    width = max(map(len, lines), default=0)
    if not MIN_WIDTH <= width <= MAX_WIDTH:
        return 0
    pairs = [pair for group in groups for pair in pairwise(group) if not _STARTS_ANEW.match(pair[1])]
    broken = sum(_was_broken(first, second, width) for first, second in pairs)
    wrapped = broken >= _MIN_PAIRS and broken >= len(pairs) * _WRAPPED_SHARE
    return width if wrapped else 0


def _was_broken(line: str, following: str, width: int) -> bool:
    if _STARTS_ANEW.match(following) or len(line) * 2 < width:
        return False
    first_word = following[:1] if _CJK.match(following) else following.split(" ", 1)[0]
    # Wrappers differ in whether they count the last blank, so a word that would just have fitted proves nothing.
    return len(line) + 1 + len(first_word) > width - 2


def _joined(group: Sequence[str], width: int) -> list[str]:
    done: list[str] = []
    last = ""
    for line in group:
        if done and _was_broken(last, line, width):
            done[-1] += _glue(done[-1], line) + line
        else:
            done.append(line)
        last = line
    return done


def _glue(left: str, right: str) -> str:
    if _CJK.match(left[-1]) and _CJK.match(right):
        return ""
    return "" if re.search(r"\w-$", left) and right[:1].isalpha() else " "
