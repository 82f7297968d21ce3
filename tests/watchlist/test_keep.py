"""What is at work: sound rules as they stand, broken ones as they last were (design, section 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from monitor.model import GoodRule, Problem, ProblemSeverity
from monitor.query.engine import Engine
from monitor.watchlist.cases import article_of
from monitor.watchlist.keep import Name, Renamed, Standing, is_hidden, stand, unproven
from monitor.watchlist.load import load
from monitor.watchlist.nouns import Case, CaseKind, Watchlist

TWO = """\
owner = "ana@example.org"
[[rule]]
id = "one"
query = "first"
[[rule]]
id = "two"
query = "second AND %one"
"""


def former(texts: Mapping[str, str]) -> Callable[[str, str], Watchlist | None]:
    def found(name: str, version: str) -> Watchlist | None:
        if version not in texts:
            return None
        return next(iter(load({f"{name}.toml": texts[version]}).watchlists), None)

    return found


def standing(
    text: str | None,
    *,
    before: str = TWO,
    failing: tuple[str, ...] = (),
    was: tuple[str, ...] = ("one", "two"),
    file: str = "w",
) -> Standing:
    """The decision about one file that was `before` and is `text` now; None where it is gone."""
    files = {} if text is None else {f"{file}.toml": text}
    problem = Problem("w.toml", 1, 1, "E900", ProblemSeverity.ERROR, "a case")
    good = {"w": {name: GoodRule("old", name) for name in was}}
    bad = {("w", name): [problem] for name in failing}
    return stand(load(files), {file: "new"}, bad, good, former({"old": before}))


def names(found: Standing) -> set[Name]:
    """What is good."""
    return {(watchlist, rule) for watchlist, rules in found.good.items() for rule in rules}


def told(found: Standing, text: str) -> set[str]:
    matches = Engine(found.live.rules).match(article_of(Case(CaseKind.MATCH, "", text)))
    return {match.rule for match in matches if not is_hidden(match.rule)}


def test_what_is_sound_is_as_it_stands() -> None:
    found = standing(TWO.replace("first", "third"))
    assert told(found, "third second") == {"one", "two"}
    assert found.broken == ()
    assert {known.version for rules in found.good.values() for known in rules.values()} == {"new"}


def test_a_rule_that_was_taken_out_is_out() -> None:
    found = standing(TWO[: TWO.rindex("[[rule]]")])
    assert names(found) == {("w", "one")}
    assert found.broken == ()


@pytest.mark.parametrize("text", ["[", None, "\udc80", "owner = 7\n" + TWO])
def test_a_file_that_cannot_be_read_works_on(text: str | None) -> None:
    found = standing(text)
    assert told(found, "first second") == {"one", "two"}
    assert {known.version for rules in found.good.values() for known in rules.values()} == {"old"}
    assert found.broken[0].kept == ("one", "two")
    assert found.broken[0].owner in ("ana@example.org", "")


def test_a_rule_that_refers_to_a_failing_one_is_kept_with_it() -> None:
    found = standing(TWO.replace("first", "third"), failing=("one",))
    assert told(found, "third second") == set()
    assert told(found, "first second") == {"one", "two"}
    assert found.broken[0].kept == ("one", "two")


def test_a_kept_rule_sees_the_rules_of_its_own_time() -> None:
    found = standing(TWO.replace("first", "third").replace("second AND", "second AND AND"))
    assert told(found, "third second") == {"one"}
    assert told(found, "first second") == {"two"}
    assert any(is_hidden(rule.id) for rule in found.live.rules)


def test_a_broken_rule_that_was_never_good_is_out() -> None:
    found = standing(TWO + "[[rule]]\nid = 'three'\nquery = '('\n")
    assert (found.broken[0].kept, found.broken[0].out) == ((), ("three",))
    assert told(found, "first second") == {"one", "two"}


def test_while_a_file_is_broken_nothing_that_vanished_is_gone() -> None:
    found = standing(TWO.replace('id = "one"', 'id = "one').replace("%one", "first"))
    assert told(found, "first second") == {"one", "two"}
    found = standing(TWO.replace('id = "one"\nquery = "first"', 'id = "uno"\nquery = "("').replace("AND %one", ""))
    assert (found.broken[0].kept, found.broken[0].out) == (("one",), ("uno",))


def test_a_renamed_rule_leaves_its_former_self() -> None:
    found = standing(TWO.replace('id = "one"', 'id = "uno"\nwas = ["one"]').replace("%one", "%uno"))
    assert names(found) == {("w", "uno"), ("w", "two")}
    assert found.renamed == (Renamed("w", "uno", "uno", "w", "one", "one"),)


def test_a_renamed_rule_that_is_broken_works_on_under_its_former_name() -> None:
    found = standing(
        TWO.replace('id = "one"', 'id = "uno"\nwas = ["one"]').replace('"first"', '"("').replace("%one", "%uno")
    )
    assert told(found, "first second") == {"one", "two"}
    assert found.renamed == ()


def test_a_renamed_file_takes_its_rules_along() -> None:
    found = standing('was = ["w"]\n' + TWO, file="v")
    assert names(found) == {("v", "one"), ("v", "two")}
    assert found.renamed == (Renamed("v", "", "", "w", "", ""),)
    assert found.broken == ()


def test_a_renamed_file_that_is_broken_as_well() -> None:
    found = standing('was = ["w"]\n' + TWO.replace('"first"', '"("'), file="v")
    assert told(found, "first second") == {"one", "two"}
    assert {rule.watchlist for rule in found.live.rules} == {"v"}


def test_a_name_that_is_in_use_again_is_nobody_s_former_one() -> None:
    files = {"v.toml": 'was = ["w"]\n' + TWO, "w.toml": TWO}
    found = stand(load(files), {"v": "1", "w": "2"}, {}, {"w": {"one": GoodRule("2", "one")}}, former({}))
    assert found.renamed == ()
    assert ("w", "one") in names(found)


def test_another_about_takes_the_facts_along() -> None:
    found = standing(TWO.replace('id = "one"', 'id = "one"\nabout = "ban"'))
    assert found.renamed == (Renamed("w", "one", "ban", "w", "one", "one"),)


def test_a_version_that_nobody_can_read_any_more_is_lost() -> None:
    found = standing("[", before="[")
    assert found.live.rules == ()
    assert found.broken[0].kept == ()


def test_only_what_is_new_is_run() -> None:
    now = load({"w.toml": TWO})
    good = {"w": {"one": GoodRule("new", "one"), "two": GoodRule("old", "two")}}
    assert unproven(now, {"w": "new"}, good) == {("w", "two")}


def test_a_gone_list_keeps_the_rules_that_refer_to_it() -> None:
    text = "[[rule]]\nid = 'one'\nquery = '@verbs'\n"
    old = load({"w.toml": text}, {"terms/verbs.toml": "verbs = ['ban']"}).watchlists[0]
    good = {"w": {"one": GoodRule("old", "one")}}
    found = stand(load({"w.toml": text}), {"w": "new"}, {}, good, lambda name, version: old)
    assert told(found, "It was banned.") == {"one"}
    assert "E104" in found.broken[0].problems[0]
