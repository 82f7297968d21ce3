"""Loading: what a sound file gives, and what is left of the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Fact, ProblemSeverity, Severity, When, WhenKind
from monitor.query.tree import Or
from monitor.watchlist.load import load, watchlist_name
from monitor.watchlist.nouns import CaseKind, Expect, Foretold, Loaded, Moment
from tests.watchlist.sample import SHARED, WATCHLIST, codes, load_one, only

RULE = """
[[rule]]
id = "{id}"
query = '{query}'
match = ["DeepSeek."]
"""


def rules(*pairs: tuple[str, str]) -> str:
    return "".join(RULE.format(id=name, query=query) for name, query in pairs)


def test_the_sample_loads_whole() -> None:
    loaded = load_one(WATCHLIST, SHARED)
    assert loaded.problems == ()
    (watchlist,) = loaded.watchlists
    assert (watchlist.name, watchlist.title, watchlist.owner) == ("bans", "Bans on AI products", "ana@example.org")
    assert watchlist.severity is Severity.HIGH
    assert watchlist.was == ("ai-bans",)
    assert watchlist.former_names == (("lifted", ("ended",)),)
    assert [rule.id for rule in loaded.rules] == ["government-ban", "study"]
    assert watchlist.broken == ()


def test_a_rule_carries_everything_the_engine_needs() -> None:
    ban, study = load_one(WATCHLIST, SHARED).rules
    assert (ban.watchlist, ban.about, ban.memory) == ("bans", "ban", "ban")
    assert ban.severity is Severity.HIGH
    assert (ban.fact, ban.state, dict(ban.default)) == (("place", "product"), ("status",), {"status": "in force"})
    assert ban.except_ is not None
    assert ban.require is not None
    assert study.severity is Severity.LOW
    assert study.title == study.memory == "study"


def test_cases_carry_their_rule_facts_and_line() -> None:
    (watchlist,) = load_one(WATCHLIST, SHARED).watchlists
    kinds = [case.kind for case in watchlist.cases]
    assert kinds == [CaseKind.MATCH] * 3 + [CaseKind.NO_MATCH, CaseKind.TODO_MATCH, CaseKind.MATCH]
    prague = watchlist.cases[1]
    assert prague.facts == (Fact((("place", "Czechia"), ("product", "DeepSeek"), ("status", "in force"))),)
    assert WATCHLIST.split("\n")[prague.line - 1].strip().startswith('{ text = "Prague')
    assert watchlist.cases[2].title == "Seoul suspends DeepSeek"


def test_notes_keep_the_keys_of_later_stages() -> None:
    text = RULE.format(id="one", query="DeepSeek") + (
        'was = ["uno"]\n'
        'when = { kind = "frequency", stories = 3, within = "2d", per = "lab" }\n'
        'fact = ["lab"]\n'
        'min_relevance = 0.5\nexpect = { per_week = "..12" }\n'
        '[[rule.timeline]]\nat = 2025-01-30\ntext = "DeepSeek."\nexpect = "new"\n'
    )
    loaded = load_one("[terms]\nlab = ['DeepSeek']\n" + text.replace("'DeepSeek'\n", "'@lab'\n"))
    assert codes(loaded) == []
    assert loaded.rules[0].min_relevance == 0.5
    notes = loaded.watchlists[0].notes[0]
    assert notes.was == ("uno",)
    assert notes.when == When(WhenKind.FREQUENCY, stories=3, within=timedelta(days=2), per="lab")
    assert notes.min_relevance == 0.5
    assert notes.expect == Expect(None, 12)
    at = datetime(2025, 1, 30, tzinfo=UTC)
    assert notes.timeline == (Moment(at, "DeepSeek.", expect=Foretold.NEW, line=13, column=1),)
    assert notes.line == 3 + 1


def test_the_except_of_file_and_rule_are_joined() -> None:
    text = "except = 'account'\n" + RULE.format(id="one", query="DeepSeek") + "except = 'study'\n"
    loaded = load_one(text + RULE.format(id="two", query="OpenAI"))
    one, two = loaded.rules
    assert isinstance(one.except_, Or)
    assert two.except_ is not None
    assert not isinstance(two.except_, Or)


def test_a_broken_rule_takes_along_only_those_that_refer_to_it() -> None:
    loaded = load_one(rules(("a", "@nowhere"), ("b", "%a AND DeepSeek"), ("c", "%b AND OpenAI"), ("d", "DeepSeek")))
    assert [rule.id for rule in loaded.rules] == ["d"]
    assert loaded.watchlists[0].broken == ("a", "b", "c")
    assert codes(loaded) == ["E104", "E223", "E223"]


def test_a_rule_may_refer_to_one_that_follows() -> None:
    loaded = load_one(rules(("a", "%b AND embargo"), ("b", "DeepSeek")))
    assert loaded.problems == ()
    assert [rule.id for rule in loaded.rules] == ["a", "b"]


def test_the_facts_of_a_rule_are_inherited() -> None:
    text = '[terms]\nlab = ["DeepSeek"]\n' + RULE.format(id="a", query="@lab") + 'fact = ["lab"]\n'
    child = RULE.format(id="b", query="%a AND embargo") + 'fact = ["lab"]\ntitle = "{lab} studied"\n'
    assert load_one(text + child).problems == ()
    assert codes(load_one(text + child.replace("%a AND", "DeepSeek AND"))) == ["E214", "E217"]


def test_a_broken_require_keeps_the_whole_file_out_and_no_other() -> None:
    broken = "require = 'DeepSeek AND'\n" + rules(("a", "DeepSeek"), ("b", "OpenAI"))
    loaded = load({"rules/one.toml": broken, "rules/two.toml": rules(("a", "DeepSeek"))})
    assert [(rule.watchlist, rule.id) for rule in loaded.rules] == [("two", "a")]
    assert loaded.watchlists[0].broken == ("a", "b")


@pytest.mark.parametrize("head", ["excpet = 'x'", "require = 1", "severity = 'urgent'", "except = '@x'", "titel = 'x'"])
def test_anything_wrong_at_the_head_keeps_the_file_out(head: str) -> None:
    loaded = load_one(f"{head}\n" + rules(("a", "DeepSeek")))
    assert "E224" in codes(loaded)
    assert loaded.rules == ()


def test_a_retract_may_speak_of_its_own_rule_and_of_later_ones_but_not_of_broken_ones() -> None:
    own = load_one(rules(("a", "DeepSeek")) + "retract = '%a AND correction'\n")
    assert [rule.id for rule in own.rules] == ["a"]
    later = load_one(rules(("a", "DeepSeek")) + "retract = '%b'\n" + rules(("b", "%a AND correction")))
    assert [rule.id for rule in later.rules] == ["a", "b"]
    broken = load_one(rules(("a", "DeepSeek")) + "retract = '%b'\n" + rules(("b", "@x")))
    assert codes(broken) == ["E104", "E223"]
    assert broken.rules == ()
    unknown = load_one(rules(("a", "DeepSeek")) + "retract = '%c'\n")
    assert codes(unknown) == ["E219"]
    binds = "[terms]\nlab = ['DeepSeek']\n" + rules(("a", "@lab")) + "fact = ['lab']\nretract = 'correction'\n"
    assert codes(load_one(binds)) == ["E228"]
    assert codes(load_one(binds.replace("'correction'", "'@lab AND correction'"))) == []
    assert codes(load_one(binds + "default = { lab = 'a lab' }\n")) == []


def test_a_retract_that_is_out_takes_along_those_that_refer_to_its_rule() -> None:
    loaded = load_one(rules(("a", "DeepSeek")) + "retract = '%b'\n" + rules(("b", "@x"), ("c", "%a AND embargo")))
    assert codes(loaded) == ["E104", "E223", "E223"]
    assert loaded.rules == ()


def test_a_slot_may_have_nothing_but_its_default() -> None:
    loaded = load_one(rules(("a", "DeepSeek")) + "state = ['status']\ndefault = { status = 'in force' }\n")
    assert codes(loaded) == ["W218"]
    assert loaded.rules[0].state == ("status",)


def test_what_a_broken_rule_would_pass_on_is_not_missed_too() -> None:
    text = '[terms]\nlab = ["DeepSeek"]\n' + RULE.format(id="a", query="@lab AND @x") + 'fact = ["lab"]\n'
    loaded = load_one(text + RULE.format(id="b", query="%a AND embargo") + 'fact = ["lab"]\n')
    assert codes(loaded) == ["E104", "E223"]


def test_an_error_in_a_case_is_an_error_but_the_rule_stays() -> None:
    loaded = load_one(RULE.format(id="a", query="DeepSeek") + 'no_match = [{ txt = "x", text = "y" }]\n')
    assert codes(loaded) == ["E005"]
    assert [rule.id for rule in loaded.rules] == ["a"]


@pytest.mark.case(50)
def test_the_first_of_two_rules_with_one_id_stays() -> None:
    loaded = load_one(rules(("a", "DeepSeek"), ("a", "OpenAI"), ("b", "%a AND embargo")))
    assert codes(loaded) == ["E212"]
    assert [rule.id for rule in loaded.rules] == ["a", "b"]
    first = load_one(rules(("a", "DeepSeek"))).rules[0]
    assert loaded.rules[0] == first
    assert loaded.watchlists[0].broken == ()
    assert [case.rule for case in loaded.watchlists[0].cases] == ["a", "b"]


def test_a_rule_without_id_is_named_by_its_number() -> None:
    loaded = load_one(rules(("a", "DeepSeek")) + "[[rule]]\nquery = 'OpenAI'\n")
    assert "E210" in codes(loaded)
    assert loaded.watchlists[0].broken == ("#2",)


@pytest.mark.case(46)
@pytest.mark.parametrize("name", ["../../x", "CON", "a/b", "/etc/passwd", "a b", "", "x" * 101, "a--b", "-a", "é"])
def test_ids_that_could_be_paths_are_refused(name: str) -> None:
    loaded = load_one(rules((name, "DeepSeek")))
    assert set(codes(loaded)) <= {"E211", "E007"}
    assert loaded.rules == ()


@pytest.mark.case(46)
@pytest.mark.parametrize(
    "file", ["rules/CON.toml", "nul.toml", "rules/My List.toml", "rules/..toml", "rules/lpt1.toml"]
)
def test_file_names_that_could_harm_are_refused(file: str) -> None:
    loaded = load_one(rules(("a", "DeepSeek")), file=file)
    assert codes(loaded) == ["E009"]
    assert loaded.rules == ()
    assert loaded.unreadable == (watchlist_name(file),)


@pytest.mark.parametrize("file", ["rules/bans.toml", "bans.toml", "C:\\rules\\bans.toml", "/a/b/bans.toml"])
def test_the_name_is_the_file_without_folder_and_ending(file: str) -> None:
    assert watchlist_name(file) == "bans"


@pytest.mark.case(49)
@pytest.mark.parametrize("content", [b'title = "x', WATCHLIST.encode("utf-16"), WATCHLIST.encode("utf-16-be"), b"\xff"])
def test_an_unreadable_file_is_named_and_stops_no_other(content: bytes) -> None:
    loaded = load({"rules/bad.toml": content, "rules/good.toml": rules(("a", "DeepSeek"))})
    assert loaded.unreadable == ("bad",)
    assert [rule.watchlist for rule in loaded.rules] == ["good"]
    assert len(loaded.errors) == 1


@pytest.mark.case(51)
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Norway = [NO]", "E003"),
        ("Norway = [no]", "E003"),
        ("Norway = [2025-01-30]", "E006"),
        ("Norway = [1_000]", "E006"),
        ("Norway = [false]", "E006"),
        ("Norway = [“NO”]", "E003"),
        ("Norway =\u00a0['NO']", "E003"),
        ("Norway = ['NO']\nNorway = ['N']", "E003"),
        ("\tNorway = ['NO']", ""),
    ],
)
def test_traps_of_configuration_formats_are_told_with_their_line(line: str, code: str) -> None:
    loaded = load_one(f"[terms.place]\n{line}\n{rules(('a', '@place'))}")
    if not code:
        assert loaded.rules
        return
    problem = loaded.problems[0]
    assert problem.code == code
    assert problem.line in (2, 3)
    assert problem.column
    assert loaded.rules == ()


@pytest.mark.case(51)
def test_windows_line_ends_and_a_byte_order_mark_change_no_position() -> None:
    text = rules(("a", "@nowhere"))
    plain = only(load_one(text))
    marked = load_one("\ufeff" + text.replace("\n", "\r\n"))
    assert codes(marked) == ["E104", "W001"]
    assert (marked.problems[0].line, marked.problems[0].column) == (plain.line, plain.column)


def test_problems_are_in_order_of_file_and_place() -> None:
    loaded = load({"b.toml": rules(("a", "@x"), ("b", "@y")), "a.toml": rules(("a", "@z"))})
    places = [(problem.file, problem.line) for problem in loaded.problems]
    assert places == sorted(places)
    assert len(places) == 3


def test_nothing_gives_nothing() -> None:
    assert load({}) == Loaded()


def assert_sane(loaded: Loaded, text: str) -> None:
    lines = text.replace("\r\n", "\n").removeprefix("\ufeff").split("\n")
    for problem in loaded.problems:
        if problem.file != "rules/bans.toml":
            continue
        assert problem.line <= len(lines)
        if problem.line:
            assert problem.source == lines[problem.line - 1]
            assert 1 <= problem.column <= len(problem.source) + 1
    if not loaded.errors:
        assert not loaded.unreadable
        assert all(not watchlist.broken for watchlist in loaded.watchlists)
    else:
        assert all(problem.severity is ProblemSeverity.ERROR for problem in loaded.errors)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_ends_in_problems_never_in_a_traceback(text: str) -> None:
    assert_sane(load_one(text), text)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_end_in_problems(content: bytes) -> None:
    load_one(content, "x = 1")


SIGNS = [*"'\"[]{}@%()#=\n,\\1\0\ufeff封", "true", "{place}", "'''", '"""']
WORDS = ["[[rule]]\n", "[terms]\n", "@ban", "NEAR/", "MAYBE ", "id = 'x'\n", "fact = ['x']\n"]
snippets = st.sampled_from([*SIGNS, *WORDS])


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_mangled_file_ends_in_problems(data: st.DataObject) -> None:
    text = WATCHLIST
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        text = text[:start] + data.draw(snippets) + text[end:]
    assert_sane(load_one(text, SHARED), text)


@settings(deadline=None)
@given(st.data())
def test_mangled_shared_lists_end_in_problems(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SHARED)))
    end = min(len(SHARED), start + data.draw(st.integers(0, 30)))
    load_one(WATCHLIST, SHARED[:start] + data.draw(snippets) + SHARED[end:])


def test_a_huge_list_loads_and_a_huge_query_is_told() -> None:
    names = ", ".join(f'"Name{number}"' for number in range(20_000))
    query = " OR ".join(f"Name{number}" for number in range(20_000))
    loaded = load_one(f"[terms]\nlab = [{names}]\n" + rules(("a", "@lab"), ("b", query)))
    assert [rule.id for rule in loaded.rules] == ["a"]
    assert codes(loaded) == ["E120"]


def test_very_many_problems_in_one_line_are_told_and_no_line_is_copied() -> None:
    bad = ", ".join(["'!'"] * 20_000)
    loaded = load_one(f"[terms]\nlab = [{bad}]\n" + rules(("a", "DeepSeek")))
    assert len(loaded.errors) == 20_000
    assert len({id(problem.source) for problem in loaded.errors}) == 1
    escapes = '\\"' * 20_000
    assert load_one(RULE.replace("'{query}'", '"{query}"').format(id="a", query=escapes + "@")).errors


def test_deep_brackets_are_told_plainly() -> None:
    for text in ("x = " + "[" * 100_000, "x = " + "{a=" * 100_000, "x = " + "[" * 5000 + "]" * 5000):
        assert load_one(text).errors
