from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.numbers import Amount, amounts


def canonical(text: str) -> list[str]:
    return [amount.canonical for amount in amounts(text)]


@pytest.mark.parametrize(
    "notation",
    [
        "$25bn", "$25 bn", "US$25 billion", "25 billion dollars", "USD 25bn", "25bn US dollars", "$25,000 million",
        "$25,000,000,000", "25-billion-dollar", "twenty-five billion dollars", "250亿美元", "２５０亿美元", "$25.0BN",
    ],
)  # fmt: skip
def test_one_amount_in_many_notations(notation: str) -> None:
    assert canonical(f"It is worth {notation}.") == ["25000000000 USD"]


@pytest.mark.parametrize("notation", ["40%", "40 %", "40 percent", "40 per cent", "forty pct", "百分之40", "40.00％"])
def test_a_share_in_many_notations(notation: str) -> None:
    assert canonical(f"down by {notation} now") == ["40 %"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("€20m", ["20000000 EUR"]),
        ("20 million euros", ["20000000 EUR"]),
        ("2000万欧元", ["20000000 EUR"]),
        ("£1.5 million", ["1500000 GBP"]),
        ("3000亿元人民币", ["300000000000 CNY"]),
        ("1.2万亿日元", ["1200000000000 JPY"]),
        ("Rs 500 crore", ["5000000000 INR"]),
        ("HK$3 million", ["3000000 HKD"]),
        ("a Near-$100M round", ["100000000 USD"]),
        ("by 2 percentage points", ["2 pp"]),
        ("12 ministries", ["12 of ministry"]),
        ("twelve ministries", ["12 of ministry"]),
        ("a dozen ministries", ["12 of ministry"]),
        ("three hundred and five men", ["305 of men"]),
        ("two thousand and one nights", ["2001 of night"]),
        ("671B parameters", ["671000000000 of parameter"]),
        ("共12个部委", ["12"]),
        ("2,025 offices", ["2025 of office"]),
        ("Some 300 of them", ["300"]),
        ("On Tuesday 12 towns joined", ["12 of town"]),
        ("0.5 percent of 0 firms", ["0.5 %", "0 of firm"]),
    ],
)
def test_amounts(text: str, expected: list[str]) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("between $15 and $25 billion", ["15000000000 USD", "25000000000 USD"]),
        ("$15-25bn", ["15000000000 USD", "25000000000 USD"]),
        ("15 to 25 billion euros", ["15000000000 EUR", "25000000000 EUR"]),
        ("3–5%", ["3 %", "5 %"]),
        ("a vote of 5-4", ["5", "4"]),
        ("$3 and 5 million people", ["3 USD", "5000000 of people"]),
        ("from $3 to €4 million", ["3 USD", "4000000 EUR"]),
    ],
)
def test_ranges_share_scale_and_unit(text: str, expected: list[str]) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "GPT-4o, Qwen 2.5 Max, DeepSeek-R1, H20 and Opus 4", "Janus 7B by itself", "v2.1 and 2.5.1", "5G on 16nm",
        "Article 5, section 301 and version 3", "the 5th, the 21st", "in 2025", "since 1999", "30 January 2025",
        "January 30, 2025", "Jan. 30", "2025-01-30", "30/01/2025", "2025年1月30日", "at 14:30 or 8 a.m.", "24/7",
        "two weeks ago", "5 days after the vote", "https://example.org/2024/12/300", "one of them", "No. 7", "#5",
        "case 007",
    ],
)  # fmt: skip
def test_names_dates_and_versions_are_no_amounts(text: str) -> None:
    assert canonical(text) == []


def test_headline_in_capitals_keeps_its_large_numbers() -> None:
    assert canonical("Rome Widens DeepSeek Ban Covers 300 Offices") == ["300 of office"]
    assert canonical("Tidal Labs Launches Its Orca 3 Today") == []


def test_may_and_march_are_words_too() -> None:
    assert canonical("it may 12 times march 13 miles") == ["12 of time", "13 of mile"]


def test_written_as_the_article_writes_it() -> None:
    written = [amount.written for amount in amounts("Fines of “€ 20 million”, １２ ministries and 5 of them")]
    assert written == ["€ 20 million", "１２ ministries", "5"]


def test_equal_whatever_is_counted_and_yen_or_yuan_where_unsaid() -> None:
    [ministries], [bare] = amounts("12 ministries"), amounts("12 of those")
    assert ministries.equals(bare)
    [sign], [yuan], [yen], [dollars] = amounts("¥100"), amounts("100 yuan"), amounts("100 yen"), amounts("$100")
    assert sign.equals(yuan) and sign.equals(yen)
    assert not yuan.equals(yen) and not sign.equals(dollars)


def test_replaces_another_number_of_the_same_thing() -> None:
    [twelve], [thirteen], [towns], [bare] = (
        amounts(text) for text in ("12 ministries", "13 ministries", "9 towns", "7")
    )
    assert thirteen.replaces(twelve)
    assert not towns.replaces(twelve) and not bare.replaces(twelve) and not twelve.replaces(twelve)
    [five], [six], [euros] = amounts("$5"), amounts("$6"), amounts("€6")
    assert six.replaces(five) and not euros.replaces(five)


@given(st.text(alphabet=st.sampled_from("0123456789,.-$€% mbnkoetwhundra百万亿元月日年A"), max_size=60))
def test_any_text_gives_amounts_that_survive_being_remembered(text: str) -> None:
    for amount in amounts(text):
        again = Amount.remembered(amount.canonical)
        assert again.equals(amount) and again.canonical == amount.canonical
        assert amount.written in " ".join(text.split())


@pytest.mark.case(48)
@pytest.mark.parametrize("text", ["1" * 50_000, "1," * 30_000, "two " * 20_000, "$ " * 30_000, "May 1 " * 10_000])
def test_hostile_length_ends(text: str) -> None:
    amounts(text)


@pytest.mark.parametrize(
    "text",
    [
        "Shares of Lumera (9988.HK) rose.",
        "Lumera (SEHK: 9988) rose.",
        "Lumera (stock code: 700) rose.",
        "Lumera（688256.SH）涨停。",
        "Lumera（股票代码：688256）涨停。",
    ],
)
def test_the_number_of_a_share_is_no_amount(text: str) -> None:
    assert amounts(text) == []
