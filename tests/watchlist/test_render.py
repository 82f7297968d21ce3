"""A problem on a terminal: carets under the right columns, hostile characters shown harmless, long lines cut."""

from __future__ import annotations

import pytest

from monitor.model import Problem, ProblemSeverity
from monitor.watchlist.render import render_problem, render_problems


def problem(source: str, column: int, length: int = 1, **values: str) -> Problem:
    return Problem(
        "rules/bans.toml", 12, column, "E104", ProblemSeverity.ERROR, "unknown list @contry",
        values.get("hint", ""), length, source,
    )  # fmt: skip


def test_line_and_caret_under_the_span() -> None:
    found = problem("query = '@contry NEAR/S @ban'", 10, 7, hint="did you mean @country?")
    assert render_problem(found) == (
        "rules/bans.toml:12:10: E104 unknown list @contry; did you mean @country?\n"
        " 12 | query = '@contry NEAR/S @ban'\n"
        "    |          ^^^^^^^"
    )


def test_wide_characters_take_two_columns() -> None:
    lines = render_problem(problem('ban = ["封禁", "禁止"]', 15, 2)).split("\n")
    assert lines[2] == "    | " + " " * 16 + "^^^^"


def test_combining_marks_take_no_column() -> None:
    source = "q = 'e\u0301 x'"
    assert render_problem(problem(source, source.index("x") + 1)).endswith("| " + " " * 7 + "^")


@pytest.mark.case(87)
def test_terminal_controls_and_bidi_are_shown_harmless() -> None:
    text = render_problem(problem("q = '\x1b[31m\u202ex\t'", 6, 3))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\ufffd[31m\ufffdx " in text


def test_a_long_line_is_cut_to_a_window_around_the_span() -> None:
    source = "q = '" + "word " * 2_000_000 + "bad " + "word " * 100 + "'"
    text = render_problem(problem(source, source.index("bad") + 1, 3))
    shown, carets = text.split("\n")[1:]
    assert len(shown) < 120
    assert shown.count("…") == 2
    assert shown[carets.index("^") : carets.index("^") + 3] == "bad"


def test_a_span_longer_than_the_window_is_underlined_as_far_as_shown() -> None:
    text = render_problem(problem("q = '" + "x" * 500 + "'", 6, 500))
    shown, carets = text.split("\n")[1:]
    assert len(carets) <= len(shown)


def test_a_finding_about_the_whole_file_is_one_line() -> None:
    found = Problem("rules/x.toml", 0, 0, "E001", ProblemSeverity.ERROR, "the file is UTF-16 text", "save it as UTF-8")
    assert render_problem(found) == "rules/x.toml: E001 the file is UTF-16 text; save it as UTF-8"


def test_all_problems_end_with_the_account() -> None:
    error = problem("q = 1", 5)
    warning = Problem("rules/x.toml", 0, 0, "W214", ProblemSeverity.WARNING, "the file has no [[rule]]")
    text = render_problems([error, warning, warning])
    assert text.endswith("\n\n1 error, 2 warnings\n")
    assert text.count("\n\n") == 3
    assert render_problems([]) == ""
