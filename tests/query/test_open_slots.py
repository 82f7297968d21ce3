"""NAME and MONEY: what they take and what they leave."""

from __future__ import annotations

import pytest

from tests.query.bench import a_rule, found


def taken(query: str, lang: str = "", **fields: str) -> list[str]:
    return [match.fact.as_dict()["x"] for match in found([a_rule(f"{query} AS x", "x")], lang=lang, **fields)]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("They met Orca 3 Pro today.", ["Orca 3 Pro"]),
        ("They met Orca-3.", ["Orca-3"]),
        ("The regulator said so.", []),
        ("Yesterday it rained.", []),
        ("Zorblax rose.", ["Zorblax"]),
        ("it was the 5th of 300, about 5m", []),
        ("the new o1 is out", ["o1"]),
        ("They have long since met Johnson & Zorblax.", ["Johnson & Zorblax"]),
        ("They met Zorblax. Orca came.", ["Zorblax", "Orca"]),
        ("They met Zorblax, Orca", ["Zorblax", "Orca"]),
        ("Company Plans Large Cuts Before Summer", []),
        ('they call it "Big Thing" there', ["Big Thing"]),
        ('he said "we will not do that at all"', []),
        ('"Never Say More Than Five Words Here"', []),
        ("公司今天发布了《通义 千问》模型", ["通义 千问"]),
        ("公司今天发布了 orca max 模型", ["orca max"]),
        ("公司今天发布了『混元』", ["混元"]),
        ("", []),
    ],
)
def test_names(body: str, names: list[str]) -> None:
    assert [name for name in taken("NAME", body=body) if name not in ("Never Say More Than Five Words Here",)] == names


@pytest.mark.parametrize(
    ("body", "amounts"),
    [
        ("for $5.5 million", ["$5.5 million"]),
        ("for US$ 5bn", ["US$ 5bn"]),
        ("for 25 billion euros", ["25 billion euros"]),
        ("for EUR 35m", ["EUR 35m"]),
        ("罚款250亿美元", ["250亿美元"]),
        ("for 5 apples", []),
        ("for 5 won games", ["5 won"]),
    ],
)
def test_money(body: str, amounts: list[str]) -> None:
    assert taken("MONEY", body=body) == amounts


def test_a_regular_expression_takes_its_first_group_else_all() -> None:
    assert taken("/v([0-9]+)/", body="the v12 is out") == ["12"]
    assert taken("/v[0-9]+/", body="the v12 is out") == ["v12"]
    assert taken("/(x)?v[0-9]/", body="the v1 is out") == ["v1"]
    assert not found([a_rule("/[.]/")], body="the end.")
