"""Tokens of a query, and signs that are none."""

from __future__ import annotations

import pytest

from monitor.query.lexer import LONGEST_QUERY, Kind, tokenise


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("ban app-store", [(Kind.WORD, "ban"), (Kind.WORD, "app-store")]),
        ('"app store" “a b”', [(Kind.PHRASE, "app store"), (Kind.PHRASE, "a b")]),
        ("Opus # OR x", [(Kind.WORD, "Opus #"), (Kind.OR, ""), (Kind.WORD, "x")]),
        (r"/a\/b/", [(Kind.REGEX, "a/b")]),
        ('@place @a:B @a:"B c"', [(Kind.LIST, "place"), (Kind.LIST, "a"), (Kind.LIST, "a")]),
        ("%rule-1", [(Kind.RULE, "rule-1")]),
        ("title:x", [(Kind.FIELD, "title"), (Kind.WORD, "x")]),
        ("(a, b)", [(Kind.OPEN, ""), (Kind.WORD, "a"), (Kind.COMMA, ""), (Kind.WORD, "b"), (Kind.CLOSE, "")]),
        ("NEAR/8 BEFORE/S ATLEAST/2 FIRST/50", [(k, v) for k, v in zip(
            (Kind.NEAR, Kind.BEFORE, Kind.ATLEAST, Kind.FIRST), ("8", "S", "2", "50"), strict=True)]),
        ("AND NOT MAYBE OF AS NAME MONEY", [(k, "") for k in (
            Kind.AND, Kind.NOT, Kind.MAYBE, Kind.OF, Kind.AS, Kind.NAME, Kind.MONEY)]),
        ("ANDes nota", [(Kind.WORD, "ANDes"), (Kind.WORD, "nota")]),
    ],
)  # fmt: skip
def test_tokens(text: str, tokens: list[tuple[Kind, str]]) -> None:
    made, faults = tokenise(text)
    assert not faults
    assert [(token.kind, token.value) for token in made] == [*tokens, (Kind.END, "")]
    assert all(text[token.start : token.end] == token.text for token in made)


def test_the_name_chosen_from_a_list() -> None:
    made, _ = tokenise('@a:"B c" @a:B')
    assert [token.extra for token in made] == ["B c", "B", ""]


@pytest.mark.parametrize(
    ("text", "start", "code", "hint"),
    [
        ("a w/5 b", 2, "E105", "write NEAR/5"),
        ("a pre/5 b", 2, "E105", "write BEFORE/5"),
        ("a near5 b", 2, "E105", "write NEAR/5"),
        ("a /n b", 2, "E105", "write NEAR/"),
        ("a pre/s b", 2, "E105", "write BEFORE/S"),
        ("a w/seg b", 2, "E105", "write AND"),
        ("a NOT w/5 b", 6, "E105", "write NOT NEAR/5"),
        ("atleast5(a)", 0, "E105", "write ATLEAST/5"),
        ("hd=a", 0, "E105", "write title:"),
        ("pd=a", 0, "E105", "there is no such field"),
        ("headline(a)", 0, "E105", "write title:(...)"),
        ("ban$2", 0, "E105", "write ban* for any ending"),
        ("b?n", 0, "E105", "write every spelling"),
        ("ban/F5/", 0, "E105", "write FIRST/5 ban"),
        ("ban!", 3, "E105", "write ban* for any ending"),
        ('"a b"~5', 5, "E105", "write the words with NEAR/5 between them"),
        ("a adj5 b", 2, "E105", "/5"),
        ("a /s b", 2, "E105", "write NEAR/S"),
        ("a /p b", 2, "E105", "write NEAR/P"),
        ("a /5 b", 2, "E105", "write NEAR/5"),
        ("a & b", 2, "E105", "write AND"),
        ("a || b", 2, "E105", "write OR"),
        ("-a", 0, "E105", "write AND NOT before the term"),
        ("+a", 0, "E105", "leave it out"),
        ("~a", 0, "E105", "write every spelling"),
        ("a (", None, "", ""),
        ('a "b', 2, "E119", "close the quotation mark"),
        ("/abc", 0, "E119", "close it with /"),
        ("@ a", 0, "E113", "write the name of a list after @"),
        ("% a", 0, "E113", "write the id of a rule after %"),
        ("a {b}", 2, "E113", "a list is written @b"),
        ("@{b}", 0, "E113", "a list is written @b"),
        ("a {b OR c}", 2, "E113", "write ("),
        ("@a:(B OR C)", 2, "E113", '@a:"Two Words"'),
        ("a，b", 1, "E113", "a plain , within OF"),
        ("a; b", 1, "E113", "write OR between alternatives"),
        ("a、b", 1, "E113", "write OR between alternatives"),
        ("‘a b’", 0, "E119", 'write "a b"'),
        ("'a b'", 0, "E119", 'write "a b"'),
        ("„a b“", 0, "E119", 'write "a b"'),
        ("«a b»", 0, "E119", 'write "a b"'),
        ("「封禁」", 0, "E119", 'write "封禁"'),
        ("'@a' b", 0, "E119", "write @a without them"),
        ("l'Italia rock'n'roll", None, "", ""),
        ("a NEAR 5 b", 2, "E115", "write NEAR/5"),
        ("a NEAR/ 5 b", 2, "E115", "write NEAR/5"),
        ("a NEAR /5 b", 2, "E115", "write NEAR/5"),
        ("a NEAR(5) b", 2, "E115", "write NEAR/5"),
        ("a NEAR-5 b", 2, "E115", "write NEAR/5"),
        ("ATLEAST 2 b", 0, "E115", "write ATLEAST/2"),
        ("a NEAR 5G", 2, "E115", "write NEAR/8, NEAR/S or NEAR/P"),
        ("a near/5 b", 2, "E115", "write NEAR/5"),
        ("a Near/s b", 2, "E115", "write NEAR/S"),
        ("before/after", None, "", ""),
        ("a n/5 b", 2, "E105", "write NEAR/5"),
        ("a W5 b", 2, "E105", "write BEFORE/5"),
        ("TI(a)", 0, "E105", "write title:(...)"),
        ("a BEFORE5 b", 2, "E105", "write BEFORE/5"),
        ("a within 5 words of b", 2, "E105", "write NEAR/5"),
        ('title="a"', 0, "E105", "write title:"),
        ("headline=a", 0, "E105", "write title:"),
        ("a - b", 2, "E105", "write AND NOT"),
        ("a ^ b", 2, "E113", "leave it out"),
        ("#", 0, "E112", "Opus #"),
        ("a OR #", 5, "E112", "Opus #"),
        ("NEAR/x a", 0, "E115", "write NEAR/8, NEAR/S or NEAR/P"),
        ("NEAR/99999999999 a", 0, "E115", "write NEAR/8"),
        ("FIRST/S a", 0, "E115", "write FIRST/3"),
        ("a NEAR b", 2, "E115", "write NEAR/8, NEAR/S or NEAR/P"),
        ("ATLEAST a", 0, "E115", "write ATLEAST/3"),
        ("x" * (LONGEST_QUERY + 1), 0, "E120", "[terms]"),
    ],
)
def test_faults(text: str, start: int | None, code: str, hint: str) -> None:
    _, faults = tokenise(text)
    if start is None:
        assert not faults
        return
    assert (faults[0].start, faults[0].code) == (start, code)
    assert hint in faults[0].hint
