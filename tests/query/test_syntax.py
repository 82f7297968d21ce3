"""The grammar: how queries bind, and the exact words of every fault that it finds."""

from __future__ import annotations

import pytest

from monitor.query.syntax import DEEPEST, LONGEST_CHAIN, parse
from monitor.query.tree import (
    And,
    AndMaybe,
    AndNot,
    AtLeast,
    Chain,
    First,
    ListRef,
    Node,
    NotNear,
    OpenSlot,
    Or,
    Regex,
    RuleRef,
    Scoped,
    SomeOf,
    Term,
    children,
    walk,
)

WHOLE = "takes terms, lists, OR and NEAR; AND, OF, ATLEAST and %rule tell of whole articles"

SIDE_BY_SIDE = "two terms side by side without an operator"
DASH = "leave it out; a hyphen within a word is fine"
NO_SLOT = "a list, NAME, MONEY or a /regular expression/ fills a slot: put the words into a list"


def shown(node: Node) -> str:  # noqa: C901  (one line for each kind of node)
    """A tree with every parenthesis set."""
    inside = [shown(child) for child in children(node)]
    match node:
        case Term():
            return node.spelling.text
        case And() | Or():
            return "(" + f" {type(node).__name__} ".join(inside) + ")"
        case AndNot():
            return f"({inside[0]} AndNot {inside[1]})"
        case AndMaybe():
            return f"({inside[0]} AndMaybe {inside[1]})"
        case Chain():
            said = [("MAYBE " if p.maybe else "") + text for p, text in zip(node.parts, inside, strict=True)]
            signs = [("<" if part.ordered else "~") + str(node.distance) for part in node.parts]
            return "[" + said[0] + "".join(f" {sign} {s}" for sign, s in zip(signs[1:], said[1:], strict=True)) + "]"
        case NotNear():
            return f"[{inside[0]} not{'<' if node.ordered else '~'}{node.distance} {inside[1]}]"
        case AtLeast():
            return f"{inside[0]}x{node.count}"
        case First():
            return f"{inside[0]}^{node.words}"
        case SomeOf():
            return f"{node.count}of({', '.join(inside)})"
        case Scoped():
            return f"{node.field}:{inside[0]}"
        case ListRef():
            return f"@{node.list}.{node.name}.{node.binds}"
        case Regex():
            return f"/{node.pattern}/{node.slot}"
        case OpenSlot():
            return f"{node.kind}.{node.slot}"
        case RuleRef():
            return f"%{node.rule}"


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a", "a"),
        ("((a))", "a"),
        ("a AND b AND c", "(a And b And c)"),
        ("a OR (b AND c)", "(a Or (b And c))"),
        ("a AND b AND NOT c", "(a And (b AndNot c))"),
        ("a AND NOT b AND NOT c", "((a AndNot b) AndNot c)"),
        ("a AND MAYBE b", "(a AndMaybe b)"),
        ("a AND MAYBE b AND c", "((a And c) AndMaybe b)"),
        ("a AND NOT b AND MAYBE lead: (c OR d)", "((a AndNot b) AndMaybe lead:(c Or d))"),
        ("a AND MAYBE b AND MAYBE c", "((a AndMaybe b) AndMaybe c)"),
        ("a NEAR/3 b AND c", "([a ~3 b] And c)"),
        ("title: a NEAR/3 b", "[title:a ~3 b]"),
        ("title: (a NEAR/3 b)", "title:[a ~3 b]"),
        ("lead: title: a", "lead:title:a"),
        ("a NEAR/S b BEFORE/S MAYBE c", "[a ~S b <S MAYBE c]"),
        ("MAYBE a BEFORE/P b", "[MAYBE a <P b]"),
        ("a NOT NEAR/5 b OR c NOT BEFORE/S d", "([a not~5 b] Or [c not<S d])"),
        ("ATLEAST/2 a AND FIRST/9 (b OR c)", "(ax2 And (b Or c)^9)"),
        ("2 OF (a, b OR c, d AND e)", "2of(a, (b Or c), (d And e))"),
        ("2 OR a", "(2 Or a)"),
        ("@p AS x OR @p:N OR @p", "(@p..x Or @p.N.p Or @p..p)"),
        ("NAME AS n NEAR/S MONEY AS m", "[NAME.n ~S MONEY.m]"),
        ("/a+/ AS x AND %other", "(/a+/x And %other)"),
    ],
)
def test_binding(query: str, tree: str) -> None:
    node, faults = parse(query)
    assert node is not None, faults
    assert shown(node) == tree
    assert all(0 <= each.start < each.end <= len(query) for each in walk(node))


FAULTS = [
    ("a b", 2, 3, "E101", SIDE_BY_SIDE, 'write "a b" for the phrase, or a AND b'),
    ("(a b)", 3, 4, "E101", SIDE_BY_SIDE, 'write "a b" for the phrase, or a AND b'),
    ("@a b", 3, 4, "E101", SIDE_BY_SIDE, "write @a AND b"),
    ("a and b", 2, 5, "E105", "'and' is no operator here", "write AND in capitals"),
    ("a AND not b", 6, 9, "E105", "'not' is no operator here", "write NOT in capitals"),
    ("a ＡＮＤ b", 2, 5, "E105", "'ＡＮＤ' is no operator here", "write AND in half-width letters"),
    ("a N5 b", 2, 4, "E105", "'N5' is no operator here", "write NEAR/5"),
    ("a 或 b", 2, 3, "E105", "'或' is no operator here", "write OR"),
    ("2 of (a, b)", 2, 4, "E105", "'of' is no operator here", "write OF in capitals: 2 OF (a, b, c)"),
    ("a AND AND b", 6, 9, "E107", "AND stands twice", "delete one"),
    ("a NEAR/S NOT b", 9, 12, "E108", "NOT cannot stand behind NEAR/S", "write a NOT NEAR/S b"),
    ("a – b", 2, 3, "E110", "the term '–' has no letter or digit and can never match", DASH),
    ("a … b", 2, 3, "E110", "the term '…' has no letter or digit and can never match", "write a word"),
    ('"a "b" c"', 4, 5, "E101", SIDE_BY_SIDE, "a phrase has quotation marks at its ends only"),
    ('@a:"B C" d', 9, 10, "E101", SIDE_BY_SIDE, 'write @a:"B C" AND d'),
    ('a OR "b c" d', 11, 12, "E101", SIDE_BY_SIDE, 'write "b c" AND d'),
    ("@a=B", 2, 4, "E101", SIDE_BY_SIDE, "write @a:B"),
    ("a AS b", 2, 4, "E123", "AS names a slot, and a catches nothing", NO_SLOT),
    ("money AS b", 6, 8, "E123", "AS names a slot, and money catches nothing", "write MONEY in capitals"),
    ("@a as b", 3, 5, "E105", "'as' is no operator here", "write AS in capitals"),
    ("@a AS b c", 8, 9, "E123", "the name of a slot is one word", "write b_c, or AND between"),
    ("@a AS b and c", 8, 11, "E105", "'and' is no operator here", "write AND in capitals"),
    (
        "a OR b AND c", 0, 12, "E102", "AND and OR on one level can be read in two ways",
        "write a OR (b AND c) or (a OR b) AND c",
    ),
    (
        "a AND NOT b OR c", 0, 16, "E102", "AND and OR on one level can be read in two ways",
        "write (a AND NOT b) OR c or a AND NOT (b OR c)",
    ),
    ("tittle: a", 0, 7, "E103", "unknown field tittle:", "did you mean title:?"),
    ("(a", 0, 1, "E106", "this parenthesis is never closed", "write ) where it ends"),
    ("a)", 1, 2, "E106", "this parenthesis closes nothing", "delete it"),
    ("a, b", 1, 2, "E107", "a comma separates the parts of OF only", "write OR, or 2 OF (a, b, c)"),
    ("(a, b)", 2, 3, "E107", "a comma separates the parts of OF only", "write OR, or 2 OF (a, b, c)"),
    ("a AND", 5, 6, "E107", "the query ends too early", "write a term after the last operator"),
    ("2 OF a", 5, 6, "E107", "OF needs a parenthesis", "write 2 OF (a, b, c)"),
    ("a NOT b", 2, 5, "E107", "NOT stands alone", "write AND NOT, or NOT NEAR/5"),
    (
        "a AND OR b", 6, 8, "E107", "OR stands where a term is expected",
        'write a term before it, or put the word in quotation marks: "OR"',
    ),
    ("NOT a", 0, 3, "E108", "NOT without a positive term before it", "write what you look for first: a AND NOT b"),
    ("a NEAR/3 (b AND c)", 10, 17, "E109", f"NEAR {WHOLE}", "take it out of the NEAR, or tie its parts with NEAR too"),
    ("a NOT NEAR/3 %r", 13, 15, "E109", f"NOT NEAR {WHOLE}", "take it out of the NOT NEAR"),
    (
        "ATLEAST/2 (a AND b)", 11, 18, "E109", f"ATLEAST {WHOLE}",
        "take it out of the ATLEAST, or tie its parts with NEAR too",
    ),
    ("FIRST/2 (title: (a AND b))", 9, 24, "E109", f"FIRST {WHOLE}", "take it out of the FIRST"),
    (
        "a NEAR/3 b NEAR/5 c", 11, 17, "E114", "a chain has one distance, and here are 3 and 5",
        "set parentheses: (a NEAR/3 b) NEAR/5 ... or a NEAR/3 (b NEAR/5 ...)",
    ),
    ("a NEAR/3 b NOT NEAR/2 c", 11, 21, "E114", "NEAR and NOT NEAR in one chain",
     "put the NOT NEAR or the NEAR into parentheses"),
    ("a NOT NEAR/2 b NEAR/3 c", 15, 21, "E114", "NEAR and NOT NEAR in one chain", "put the NOT NEAR into parentheses"),
    ("ATLEAST/0 a", 0, 9, "E115", "ATLEAST/0 counts from 1", "write a larger number"),
    ("FIRST/0 a", 0, 7, "E115", "FIRST/0 counts from 1", "write a larger number"),
    ("/[/", 0, 3, "E116", "this regular expression is refused: missing ]: [",
     "RE2 knows no look-around and no back-references"),
    ("/a*/", 0, 4, "E117", "this regular expression matches nothing at all",
     "let it need at least one character: + instead of *"),
    (
        "a AND MAYBE b OR c", 0, 18, "E102", "AND and OR on one level can be read in two ways",
        "write (a AND MAYBE b) OR c or a AND MAYBE (b OR c)",
    ),
    ("a AND MAYBE %r", 12, 14, "E109", f"AND MAYBE {WHOLE}", "take it out of the AND MAYBE"),
    ("MAYBE a", 0, 5, "E118", "MAYBE needs a NEAR or an AND", "write a NEAR/S MAYBE b"),
    ("MAYBE a NEAR/S MAYBE b", 0, 22, "E118", "a chain of MAYBE alone", "drop one MAYBE"),
    ("(" * (DEEPEST + 1) + "a", 60, 61, "E120", "nested too deeply",
     "split the query into rules and refer to them with %rule"),
    (" NEAR/2 ".join("abcdefghi"), 0, 73, "E120", f"a chain of more than {LONGEST_CHAIN} parts",
     "join with AND what need not stand together"),
    ("NAME AS", 7, 8, "E123", "AS needs the name of a slot", "write letters: NAME AS product"),
    ("NAME AS OR", 8, 10, "E123", "AS needs the name of a slot", "write letters: NAME AS product"),
    ("NAME AS 1x", 8, 10, "E123", "AS needs the name of a slot", "write letters: NAME AS product"),
    ("", 0, 1, "E126", "the query is empty", "write at least one term"),
    ("3 OF (a, b)", 0, 1, "E127", "3 OF 2 can never be", "write a number from 1 to 2"),
    ("0 OF (a, b)", 0, 1, "E127", "0 OF 2 can never be", "write a number from 1 to 2"),
    ("...", 0, 3, "E110", "the term '...' has no letter or digit and can never match", "write a word"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "start", "end", "code", "message", "hint"), FAULTS, ids=[f[0][:30] for f in FAULTS])
def test_faults(query: str, start: int, end: int, code: str, message: str, hint: str) -> None:
    node, faults = parse(query)
    assert node is None
    [fault] = faults
    assert (fault.start, fault.end, fault.code, fault.message, fault.hint) == (start, end, code, message, hint)


def test_all_terms_at_fault_are_told_at_once() -> None:
    _, faults = parse("tittle: ... OR ab*")
    assert [fault.code for fault in faults] == ["E103", "E110", "E111"]
