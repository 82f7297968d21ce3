"""Problems as GitHub and viewers of SARIF read them."""

from __future__ import annotations

import json

from monitor.model import Problem, ProblemSeverity
from monitor.watchlist.formats import github_lines, sarif

ODD = Problem(
    "rules/a b,c.toml", 12, 23, "E104", ProblemSeverity.ERROR, "unknown list @contry", "100 % sure:\n@country", 7, "x"
)
WHOLE = Problem("rules/bans.toml", 0, 0, "W214", ProblemSeverity.WARNING, "the file has no [[rule]]")


def test_github_reads_places_and_no_character_breaks_its_line() -> None:
    assert github_lines([ODD, WHOLE]) == [
        "::error file=rules/a b%2Cc.toml,line=12,col=23,endColumn=30,title=E104"
        "::unknown list @contry; 100 %25 sure:%0A@country",
        "::warning file=rules/bans.toml,title=W214::the file has no [[rule]]",
    ]


def test_sarif_has_a_rule_for_each_code_and_a_region_where_there_is_a_line() -> None:
    log = json.loads(json.dumps(sarif([ODD, WHOLE, ODD], "1.2.3")))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["version"] == "1.2.3"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["E104", "W214"]
    assert run["tool"]["driver"]["rules"][0]["shortDescription"] == {"text": "an unknown list"}
    first, second, _ = run["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "rules/a%20b%2Cc.toml"}
    assert place["region"] == {"startLine": 12, "startColumn": 23, "endColumn": 30}
    assert (second["level"], second["ruleIndex"]) == ("warning", 1)
    assert "region" not in second["locations"][0]["physicalLocation"]


def test_a_code_that_is_not_of_a_rule_file_has_an_entry_too() -> None:
    problem = Problem("config.toml", 1, 1, "C101", ProblemSeverity.ERROR, "unknown key")
    assert sarif([problem], "1")["runs"][0]["tool"]["driver"]["rules"] == [{"id": "C101"}]
    assert sarif([], "1")["runs"][0]["results"] == []
