"""Every way to be wrong, with the exact text that an analyst sees: `<CODE>-<slug>.toml` and its `.out`.

A fixture's file is loaded as `rules/<slug>.toml`; `<CODE>-<slug>.terms.toml` beside it holds shared lists, which no
other file uses. The rules of a W3 are tried on the lines of `<CODE>-<slug>.txt`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.watchlist.cases import article_of
from monitor.watchlist.load import load
from monitor.watchlist.nouns import Case, CaseKind
from monitor.watchlist.past import Past, past_problems
from monitor.watchlist.render import render_problems

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "problems"
FIXTURES = sorted(file for file in GOLDEN.glob("*.toml") if not file.name.endswith(".terms.toml"))


def past(rules: Sequence[Rule], file: Path) -> Past:
    """What the lines of a file, each an article, show of rules."""
    engine, seen = Engine(rules), Past()
    for line in file.read_text("utf-8").splitlines() if file.exists() else ():
        seen.see(line, engine.match(article_of(Case(CaseKind.MATCH, "", line))))
    seen.struck |= engine.struck
    return seen


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.stem)
def test_golden(file: Path, update_golden: bool) -> None:
    code, slug = file.stem.split("-", 1)
    terms = file.with_suffix(".terms.toml")
    shared = {f"rules/terms/{slug}.toml": terms.read_bytes()} if terms.exists() else {}
    files = {f"rules/{slug}.toml": file.read_bytes()}
    if code == "E010":
        files[f"rules/old/{slug}.toml"] = file.read_bytes()
    if code == "E206":
        shared["rules/terms/more.toml"] = terms.read_bytes()
    loaded = load(files, shared, whole=shared)
    problems = [*loaded.problems, *past_problems(loaded, files, past(loaded.rules, file.with_suffix(".txt")))]
    text = render_problems(problems)
    out = file.with_suffix(".out")
    if update_golden:
        out.write_text(text, "utf-8", newline="\n")
    assert code in {problem.code for problem in problems}
    assert out.read_text("utf-8") == text
