"""What is probably wrong with rules, and only past articles can show: the warnings of `monitor check --on`, W3."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from monitor.model import Match, Problem, ProblemSeverity
from monitor.watchlist.locate import Stretch
from monitor.watchlist.nouns import Loaded, Watchlist

Name = tuple[str, str]
"""A watchlist and a rule of it; without a rule the file itself."""


@dataclass(slots=True)
class Past:
    """What was seen of rules on past articles.

    `struck` are the rules and files whose `except` struck something out; `cut` has for each rule that found more in an
    article than it tells how much that was, and the headline.
    """

    articles: int = 0
    struck: set[Name] = field(default_factory=set)
    cut: dict[Name, tuple[str, str]] = field(default_factory=dict)

    def see(self, headline: str, matches: Collection[Match]) -> None:
        """Take in one article."""
        self.articles += 1
        for match in matches:
            if match.cut:
                self.cut.setdefault((match.watchlist, match.rule), (match.cut, headline))


def past_problems(loaded: Loaded, texts: Mapping[str, str | bytes], past: Past) -> list[Problem]:
    """The warnings, in the order of the files; `texts` are the files, by the path that messages show."""
    return sorted(
        problem for watchlist in loaded.watchlists for problem in _problems(watchlist, texts[watchlist.file], past)
    )


def _problems(watchlist: Watchlist, text: str | bytes, past: Past) -> Iterator[Problem]:
    lines = (text.decode("utf-8", "replace") if isinstance(text, bytes) else text).split("\n")

    def problem(code: str, at: Stretch, message: str, hint: str) -> Problem:
        source = lines[at.line - 1].rstrip("\r")
        severity = ProblemSeverity.WARNING
        return Problem(watchlist.file, at.line, at.column, code, severity, message, hint, at.length, source)

    excepts = [
        ((watchlist.name, ""), watchlist.except_),
        *(((watchlist.name, n.id), n.except_) for n in watchlist.notes),
    ]
    for name, at in excepts if past.articles else ():
        if at is not None and name not in past.struck:
            message = f"this `except` struck nothing out in {past.articles} past article{'s' * (past.articles != 1)}"
            yield problem("W301", at, message, "take it out, or write it so that it shares a word with what is to go")
    for notes in watchlist.notes:
        if notes.query is not None and (watchlist.name, notes.id) in past.cut:
            what, headline = past.cut[watchlist.name, notes.id]
            hint = "tie its slots with NEAR, or name fewer of them"
            yield problem("W302", notes.query, f"`{notes.id}` finds {what}: {headline!r}", hint)
