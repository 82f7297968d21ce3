"""Cases as JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree

from monitor.query.engine import Engine
from monitor.query.explain import Explainer
from monitor.watchlist.cases import CaseOutcome, run_cases
from monitor.watchlist.junit import Suite, junit
from monitor.watchlist.verdicts import reasons
from tests.watchlist.sample import load_one

RULES = """\
[terms.place]
Italy = ["Italy"]

[[rule]]
id = "ban"
query = '@place NEAR/2 ban'
fact = ["place"]
match = [
  "Italy bans it.",
  "Italy said that it would certainly ban \\u0008<it> & \\"that\\".",
  { text = "Italy bans it.", fact = { place = "Malta" } },
]
no_match = ["Now Italy bans it."]
todo_match = ["Italy speaks.", "Italy bans."]

[[rule]]
id = "broken"
query = '@nothing'
match = ["Anything."]
"""


def suite() -> Suite:
    loaded = load_one(RULES)
    engine = Engine(loaded.rules)
    explainer = Explainer(engine)
    results = run_cases(loaded.watchlists[0], engine.within(loaded.watchlists[0].name))
    return Suite(loaded.watchlists[0], [(each, reasons(each, loaded.rules[0], explainer)) for each in results])


def test_why_each_case_came_out_as_it_did() -> None:
    told = [(result.outcome, why) for result, why in suite().results]
    assert told == [
        (CaseOutcome.PASSED, ()),
        (CaseOutcome.MISSED, ("@place NEAR/2 ban  needs within 2 words: closest 5, body line 1",)),
        (CaseOutcome.OTHER_FACT, ("expected place=Malta", "found place=Italy in `Italy … bans`")),
        (CaseOutcome.MATCHED, ("found place=Italy in `Italy … bans`",)),
        (CaseOutcome.KNOWN_GAP, ("ban  not there",)),
        (CaseOutcome.GAP_CLOSED, ("found place=Italy in `Italy … bans`",)),
        (CaseOutcome.RULE_BROKEN, ()),
    ]


def test_build_servers_can_read_it() -> None:
    root = ElementTree.fromstring(junit([suite()]).encode("utf-8"))
    assert root.attrib == {"name": "monitor", "tests": "7", "failures": "4", "errors": "1"}
    assert root[0].attrib == {"name": "bans", "tests": "7", "failures": "4", "errors": "1", "skipped": "1"}
    cases = root.findall("testsuite/testcase")
    assert [next((child.tag for child in case), "passed") for case in cases] == [
        "passed",
        "failure",
        "failure",
        "failure",
        "skipped",
        "failure",
        "error",
    ]
    assert cases[0].attrib["classname"] == "bans.ban"
    assert (cases[1].attrib["file"], cases[1].attrib["line"]) == ("rules/bans.toml", "10")
    said = cases[1][0].text or ""
    assert 'certainly ban \ufffd<it> & "that"' in said
    assert "closest 5" in said


ALLOWED = {
    "testsuites": ({"name", "time", "tests", "failures", "disabled", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package", "file"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": ({"name", "classname", "time", "file", "line", "status"}, {"skipped", "error", "failure"}),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "skipped": ({"type", "message"}, set()),
}
"""Attributes and children that the schema of Jenkins' xUnit plugin (junit-10.xsd) allows."""


def test_it_keeps_to_the_schema_of_build_servers() -> None:
    root = ElementTree.fromstring(junit([suite()]).encode("utf-8"))
    assert root.tag == "testsuites"
    for element in root.iter():
        attributes, children = ALLOWED[element.tag]
        assert set(element.attrib) <= attributes, element.tag
        assert {child.tag for child in element} <= children, element.tag
        assert "name" in element.attrib or element.tag in ("failure", "error", "skipped")


def test_no_cases_make_a_document_too() -> None:
    assert ElementTree.fromstring(junit([])).attrib["tests"] == "0"
