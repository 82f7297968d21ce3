"""Amounts in a sentence, in one notation, so that "$25bn", "25 billion dollars" and "250亿美元" are one number.

What counts is a number that tells something: money, shares, counts. Dates, times, years, ordinals, version numbers,
codes of listed companies, numbers in names (GPT-4o, Qwen 2.5, H20, Article 5) and addresses are not amounts. Three
limits are chosen: an ungrouped number from 1900 to 2099 is a year; in a headline with capitals throughout a small
number after a word is part of a name; numbers spelled out are read in English only, not 三百.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from monitor.stories.calendar import MONTH_NAMES
from monitor.stories.spelled import SPELLED, value_of_words
from monitor.text.fold import Folded, fold

_SCALES = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "mln": 6, "million": 6, "b": 9, "bn": 9, "billion": 9,
    "t": 12, "tn": 12, "trn": 12, "trillion": 12, "lakh": 5, "crore": 7, "hundred": 2,
    "百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12,
}  # fmt: skip
_UNITS_BEFORE = {
    "US$": "USD", "$": "USD", "USD": "USD", "HK$": "HKD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD",
    "S$": "SGD", "NT$": "TWD", "R$": "BRL", "€": "EUR", "EUR": "EUR", "£": "GBP", "GBP": "GBP", "¥": "¥",
    "CNY": "CNY", "RMB": "CNY", "JPY": "JPY", "₩": "KRW", "KRW": "KRW", "₹": "INR", "INR": "INR", "Rs": "INR",
    "CHF": "CHF", "百分之": "%",
}  # fmt: skip
_UNITS_AFTER = {
    "dollar": "USD", "US dollar": "USD", "U.S. dollar": "USD", "USD": "USD", "美元": "USD", "euro": "EUR", "EUR": "EUR",
    "欧元": "EUR", "pound": "GBP", "GBP": "GBP", "英镑": "GBP", "yuan": "CNY", "renminbi": "CNY", "RMB": "CNY",
    "CNY": "CNY", "人民币": "CNY", "元": "CNY", "元人民币": "CNY", "yen": "JPY", "JPY": "JPY", "日元": "JPY",
    "won": "KRW", "KRW": "KRW", "韩元": "KRW", "rupee": "INR", "Hong Kong dollar": "HKD", "港元": "HKD",
    "Australian dollar": "AUD", "Canadian dollar": "CAD", "Taiwan dollar": "TWD", "Singapore dollar": "SGD",
    "franc": "CHF", "Swiss franc": "CHF", "%": "%", "percent": "%", "per cent": "%", "pct": "%",
    "percentage point": "pp", "个百分点": "pp", "basis point": "bp",
}  # fmt: skip
_EITHER_YEN_OR_YUAN = frozenset({"¥", "CNY", "JPY"})
_UNIT_OF = {name.lower(): unit for name, unit in (*_UNITS_BEFORE.items(), *_UNITS_AFTER.items())}


def _any_of(names: Iterable[str], plural: str = "") -> str:
    """Alternatives, longest first; a Latin one ends with its word, and may take a plural s."""
    ends = {name: (plural + r"(?![A-Za-z])") if name[-1].isalpha() and name.isascii() else "" for name in names}
    return "|".join(re.escape(name) + ends[name] for name in sorted(names, key=len, reverse=True))


_LONG_SCALES = [scale for scale in _SCALES if len(scale) > 1 or not scale.isascii()]
_AMOUNT = re.compile(
    rf"""(?<![A-Za-z0-9_.,\#])
    (?: (?P<before>{_any_of(_UNITS_BEFORE).replace(r"(?![A-Za-z])", "")})[ ]? | (?<![A-Za-z]-) )
    (?: (?P<digits>\d{{1,3}}(?:,\d{{3}}){{1,5}}(?:\.\d{{1,9}})?|\d{{1,15}}(?:\.\d{{1,9}})?)
        (?: [ -]?(?P<scale>{_any_of(_LONG_SCALES)}) | (?P<letter>[kmbt](?![A-Za-z0-9])) )?
      | (?P<spelled>{SPELLED})(?![A-Za-z]) )
    (?: [ -]?(?P<after>{_any_of(_UNITS_AFTER, "s?")}) )?
    (?![A-Za-z0-9]|\.\d|,\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)

_MONTH = rf"(?-i:(?:{MONTH_NAMES})\.?)"
_COUNTED = rf"(?:\d{{1,4}}|{SPELLED})"
_NO_AMOUNT = re.compile(
    rf"""https?://\S+ | www\.\S+
    | \d{{3,6}}\.(?:HK|SS|SH|SZ|BJ|TW|TWO|KS|KQ|T)\b
    | (?:\b(?:SEHK|HKEX|HKG|TPE|TYO|TSE|KRX|SHA|SSE|SHE|SZSE|stock[ ]code|ticker)|代码|代號|代号)[ ]?[:：]?[ ]?\d{{3,6}}
    | \d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}} | \d{{1,4}}/\d{{1,4}} | \d{{1,2}}:\d{{2}}(?::\d{{2}})?
    | \d{{1,4}}[ ]?[年月日号时点](?!\d*元)
    | \d{{1,2}}[ ]?(?:a\.m\.|p\.m\.|am\b|pm\b|o'clock)
    | \b\d{{1,2}}(?:st|nd|rd|th)?[ ](?:of[ ])?{_MONTH}(?:,?[ ]\d{{4}})?\b
    | \b{_MONTH}[ ]\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?[ ]\d{{4}}\b)?
    | \b{_COUNTED}[ ](?:second|minute|hour|day|week|month|year|decade)s?[ ](?:ago|earlier|later|after|before)\b
    | \b(?:version|section|article|page|chapter|phase|part|level|series|type|model|rule|clause|no\.|number|top)
      [ ]\d[\d.]*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORD_BEFORE = re.compile(r"([^\W_][\w'.-]*) $")
_NOUN = re.compile(r"[ -]([A-Za-z]{2,40})(?![A-Za-z])")
_JOINER = re.compile(r" ?(?:-|to|~|至|到) ?|( ?and ?)", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween [^.;]{0,12}$", re.IGNORECASE)
_NO_NAME = frozenset(
    "a about above additional after all almost an and another any around as at before below between by can exactly "
    "for from fully further in into is just least less monday more most nearly of on only or out over roughly since "
    "some sunday saturday than the their these those thursday to tuesday friday under until up wednesday with within "
    "was were are its his her our".split()
)
_NO_NOUN = frozenset(
    "a after and are as at before but by for from had has have in is it its more new of on or other over per since so "
    "than that the their to under was were which while who will with would".split()
)
_SMALL = 100


@dataclass(frozen=True, slots=True)
class Amount:
    """One number of a text: its value, its unit ("" for a count), what is counted, and how it was written."""

    value: str
    unit: str
    noun: str
    written: str

    @property
    def canonical(self) -> str:
        """How it is remembered: `20000000 EUR`, `40 %`, `300 of agency`, `300`."""
        if self.unit:
            return f"{self.value} {self.unit}"
        return f"{self.value} of {self.noun}" if self.noun else self.value

    @classmethod
    def remembered(cls, canonical: str) -> Amount:
        """The amount of a remembered line."""
        value, _, rest = canonical.partition(" ")
        counted = not rest or rest.startswith("of ")
        return cls(value, "" if counted else rest, rest.removeprefix("of ") if counted else "", canonical)

    def equals(self, other: Amount) -> bool:
        """The same number of the same unit. What is counted is a matter of wording: 12 ministries, 12 of them."""
        return self.value == other.value and self._unit_agrees(other)

    def replaces(self, other: Amount) -> bool:
        """Another number of the same thing: money in one currency, a share, a count of one noun."""
        comparable = self.unit != "" or (self.noun != "" and self.noun == other.noun)
        return comparable and self._unit_agrees(other) and self.value != other.value

    def _unit_agrees(self, other: Amount) -> bool:
        return self.unit == other.unit or (
            "¥" in (self.unit, other.unit) and {self.unit, other.unit} <= _EITHER_YEN_OR_YUAN
        )


def amounts(text: str) -> list[Amount]:
    """The amounts of one sentence (or of any text), in order."""
    folded = fold(text)
    visible = _NO_AMOUNT.sub(lambda found: "\0" * len(found[0]), folded.text)
    headline = _is_headline(visible)
    found = [hit for hit in _AMOUNT.finditer(visible) if _is_amount(hit, visible, headline)]
    measures = [(_scale(hit), _unit(hit)) for hit in found]
    for index in range(len(found) - 1):
        if _is_range(found[index], found[index + 1], visible):
            measures[index : index + 2] = _shared(measures[index], measures[index + 1])
    return [_amount(hit, measure, folded, text) for hit, measure in zip(found, measures, strict=True)]


def _amount(hit: re.Match[str], measure: tuple[int, str], folded: Folded, text: str) -> Amount:
    scale, unit = measure
    noun = None if unit else _NOUN.match(hit.string, hit.end())
    if noun is not None and noun[1].lower() in _NO_NOUN:
        noun = None
    start, stop = folded.original(hit.start(), noun.end() if noun else hit.end())
    return Amount(
        value=_plain(_value(hit).scaleb(scale)),
        unit=unit,
        noun=_singular(noun[1]) if noun else "",
        written=" ".join(text[start:stop].split()),
    )


def _is_headline(text: str) -> bool:
    """Most words begin with a capital, so that capitals do not tell names."""
    starts = re.findall(r"(?<![\w'])[A-Za-z](?=[a-z]{3})", text)
    return len(starts) > 3 and sum(letter.isupper() for letter in starts) > 0.7 * len(starts)


def _is_amount(hit: re.Match[str], text: str, headline: bool) -> bool:
    if hit["before"] or hit["after"] or (hit["scale"] and hit["scale"].lower() not in ("hundred", "百")):
        return True
    if hit["spelled"]:
        return hit["spelled"].lower() != "one"
    digits = hit["digits"]
    if digits[0] == "0" and digits[1:2] not in ("", "."):
        return False
    if not hit["letter"] and len(digits) == 4 and 1900 <= float(digits) < 2100:
        return False
    return not _in_name(text, hit.start(), small=float(digits.replace(",", "")) < _SMALL, headline=headline)


def _in_name(text: str, start: int, *, small: bool, headline: bool) -> bool:
    """A number right after a capitalised or letter-digit word belongs to a name: Qwen 2.5, Opus 4, Group of 7 not."""
    before = _WORD_BEFORE.search(text[max(0, start - 40) : start])
    if before is None or before[1].lower() in _NO_NAME:
        return False
    word = before[1]
    named = any(c.isupper() for c in word) or (any(c.isdigit() for c in word) and any(c.isalpha() for c in word))
    return named and (small or not headline)


def _is_range(first: re.Match[str], second: re.Match[str], text: str) -> bool:
    """Two numbers that are the ends of one range: "$15-25bn", "from 3 to 5 %", "between 5 and 6 million"."""
    joint = _JOINER.fullmatch(text, first.end(), second.start())
    if joint is None:
        return False
    return not joint[1] or _BETWEEN.search(text[max(0, first.start() - 24) : first.start()]) is not None


def _shared(first: tuple[int, str], second: tuple[int, str]) -> list[tuple[int, str]]:
    """The ends of a range, each with what only the other one says of scale (the first) and unit (both)."""
    if first[1] and second[1] and first[1] != second[1]:
        return [first, second]
    unit = first[1] or second[1]
    return [(first[0] or second[0], unit), (second[0], unit)]


def _scale(hit: re.Match[str]) -> int:
    name = hit["scale"] or hit["letter"]
    return _SCALES[name.lower()] if name else 0


def _unit(hit: re.Match[str]) -> str:
    name = hit["after"] or hit["before"]
    if not name:
        return ""
    lower = name.lower()
    return _UNIT_OF.get(lower) or _UNIT_OF[lower.removesuffix("s")]


def _value(hit: re.Match[str]) -> Decimal:
    if hit["spelled"]:
        return value_of_words(hit["spelled"])
    return Decimal(hit["digits"].replace(",", ""))


def _plain(value: Decimal) -> str:
    """Digits without exponent and without a tail of zeros: 5.50 -> 5.5, 2E7 -> 20000000."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _singular(noun: str) -> str:
    """Enough of a singular to tell whether two counts are of one thing."""
    lower = noun.lower()
    if lower.endswith("ies") and len(lower) > 4:
        return lower[:-3] + "y"
    return lower[:-1] if lower.endswith("s") and not lower.endswith("ss") else lower
