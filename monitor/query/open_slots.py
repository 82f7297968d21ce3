"""NAME and MONEY: slots that take what is on no list.

A name is a run of capitalised or letter-digit words, a Latin run in Chinese text, or what stands in 《》 or quotes
there. Words that only begin a sentence, and ordinary words in a headline where every word is capitalised, begin and end
no name.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator

from simplemma import is_known

from monitor.query.reading import FieldReading
from monitor.text.tokens import CJK, is_cjk

_ANY_CJK = re.compile(f"[{CJK}]")
_LONGEST_QUOTED = 5
_JOINT = re.compile(r"[ ]|-|\.|/|[ ]?&[ ]?")
_QUOTED = re.compile(r"[《「『]([^《》「」『』\n]{1,40})[》」』]|\"([^\"\n]{1,40})\"")
_NEVER_NAMES = frozenset(
    """a about after again against all also although am among an analysts and another any april are as ask at august
    be because been before being below between both but by can ceo chief clarification company correction could
    critics december details did do does down during each early even every exclusive experts february first for
    found four friday from further giant give given had half has have having he her here him his how however i if
    in including instead into is it its itself january july june largest last later latest lawmakers least less
    let like made major making many march maybe me meanwhile might model models monday much must my never new news
    next nine no none nor not nothing november now october of off officials on once only or other others our out
    over per perhaps plus put rather recently regulators report researchers rival rivals said saturday say says
    scientists see september several she should since so some soon startup startups still such sunday tech than
    that the their them themselves there these they third this those three through thursday thus to today together
    tomorrow too toward tuesday two under unlike until up upon us use very via want wants was watch way we
    wednesday week well were what whatever when where whether which while who whose why will win with within
    without would year years yes yesterday yet you your""".split()
)
_GENERIC = frozenset(
    """AGI AI API APIs AR ASIC ASICs B2B CEO CEOs CFO COO CPU CPUs CTO EU FAQ GDP GPU GPUs HBM IP IPO IT IoT LLM LLMs ML
    NPU NPUs PC PCs PR R&D SaaS SDK SDKs SMS SUV SUVs TPU TPUs TV TVs UI UK UN US USA VAT VC VCs VPN VR""".split()
)
"""What is written like a name and alone names nothing: acronyms of the trade, and countries, which lists know."""
_QUANTITY = re.compile(r"\d[\d.,]*(?:st|nd|rd|th|s|m|b|k|x|bn|mn|gb|tb|nm)")
"""2010s, 21B, 40GB: a size or an amount, no name; behind one it belongs to it (Llama 70B)."""
_SHORTEST_HEADLINE = {"title": 3}
_SHORTEST_SENTENCE = 5
"""Longer words of a text in Title Case: three in a headline; a short sentence of the body says nothing."""
_AMOUNT = r"\d+(?:[.,]\d+)*"
_SCALE = r"(?:\s?-?(?:hundred|thousand|million|billion|trillion|bn|mn|m|tn|k|b)\b)?"
_CURRENCY = r"(?:US|HK|NT|A|C|S)?[$€£¥₩₹]|(?:USD|EUR|GBP|CNY|RMB|HKD|JPY|KRW|INR)\s?"
_UNIT = r"(?:dollars?|euros?|pounds?|yuan|renminbi|yen|won|rupees?|USD|EUR|CNY|RMB|HKD|JPY)"
_CHINESE = r"(?:万亿|百亿|千亿|亿|百万|千万|万|千)?\s?(?:美元|欧元|英镑|人民币|港元|港币|日元|韩元|新台币|元)"
_MONEY = re.compile(
    rf"(?:{_CURRENCY})\s?{_AMOUNT}{_SCALE}(?:\s?{_UNIT}\b)?"
    rf"|{_AMOUNT}{_SCALE}\s(?:US\s|U\.S\.\s|Hong Kong\s|Chinese\s)?{_UNIT}\b"
    rf"|{_AMOUNT}\s?{_CHINESE}",
    re.IGNORECASE,
)


def names_in(reading: FieldReading) -> list[tuple[int, int, str]]:
    """Ranges of words that look like a name, with the name as it is written."""
    text = reading.folded.text
    found = [_ranged(reading, *m.span(m.lastindex or 0)) for m in _QUOTED.finditer(text) if _is_quoted_name(m[0])]
    ranges = [range_ for range_ in found if range_ is not None]
    ranges.extend(range_ for range_ in _runs(reading) if not _is_generic(reading, *range_))
    return [(start, end, text[reading.starts[start] : reading.ends[end - 1]]) for start, end in sorted(set(ranges))]


def _is_generic(reading: FieldReading, start: int, end: int) -> bool:
    return all(word.removesuffix("'s") in _GENERIC for word in reading.words[start:end])


def _is_quoted_name(quoted: str) -> bool:
    """Chinese names stand in quotes; of other quotations only short ones that begin with a capital are names."""
    return _ANY_CJK.search(quoted) is not None or (quoted[1:2].isupper() and len(quoted.split()) <= _LONGEST_QUOTED)


def amounts_in(reading: FieldReading) -> list[tuple[int, int, str]]:
    """Ranges of words that tell an amount of money, with the amount as it is written."""
    text = reading.folded.text
    found = []
    for amount in _MONEY.finditer(text):
        range_ = _ranged(reading, amount.start(), amount.end())
        if range_ is not None:
            found.append((*range_, amount[0].strip()))
    return found


def _ranged(reading: FieldReading, start: int, end: int) -> tuple[int, int] | None:
    """The words between two characters of the folded text."""
    first, after = bisect_right(reading.ends, start), bisect_left(reading.starts, end)
    return (first, after) if first < after else None


def _runs(reading: FieldReading) -> Iterator[tuple[int, int]]:
    start = -1
    title_case = _title_case(reading)
    plain = reading.folded.text.isascii()
    for at, word in enumerate(reading.words):
        named = not (plain and word.islower() and word.isalpha()) and _is_named(reading, at, start >= 0, title_case)
        if start >= 0 and not (named and _continues(reading, at)):
            yield start, at
            start = -1
        if named and start < 0 and _may_begin(reading, at):
            start = at
    if start >= 0:
        yield start, len(reading.words)


def _continues(reading: FieldReading, at: int) -> bool:
    """Does a word hang on the one before it, as the words of one name do?"""
    gap = reading.gap(at, at)
    return _JOINT.fullmatch(gap) is not None and reading.sentences[at] == reading.sentences[at - 1]


def _may_begin(reading: FieldReading, at: int) -> bool:
    return not reading.words[at][0].isdigit() or any(c.isalpha() for c in reading.words[at])


def _is_named(reading: FieldReading, at: int, running: bool, title_case: frozenset[int]) -> bool:
    word = reading.words[at]
    if is_cjk(word[0]):
        return False
    lower = word.lower().removesuffix("'s")
    if not running and _QUANTITY.fullmatch(lower):
        return False
    if _beside_cjk(reading, at):
        return any(c.isalnum() for c in word)
    if any(c.isdigit() for c in word):
        return running or any(c.isalpha() for c in word)
    if not any(c.isupper() for c in word) or lower in _NEVER_NAMES:
        return False
    inner = any(c.isupper() for c in word[1:])
    first = at == 0 or reading.sentences[at] != reading.sentences[at - 1]
    ordinary = (first and not running) or reading.sentences[at] in title_case
    return inner or not ordinary or not is_known(lower, lang="en")


def _beside_cjk(reading: FieldReading, at: int) -> bool:
    """Does a Latin word stand in Chinese text? Its whole line tells."""
    text = reading.folded.text
    if text.isascii():
        return False
    start, end = reading.starts[at], reading.ends[at]
    around = text[max(0, start - 12) : start] + text[end : end + 12]
    return len(_ANY_CJK.findall(around)) >= 4


def _title_case(reading: FieldReading) -> frozenset[int]:
    """The sentences in which nearly every longer word is capitalised: case tells nothing about names there."""
    longer: Counter[int] = Counter()
    capital: Counter[int] = Counter()
    for word, sentence in zip(reading.words, reading.sentences, strict=True):
        if len(word) > 3 and word.isalpha():
            longer[sentence] += 1
            capital[sentence] += word[0].isupper()
    least = _SHORTEST_HEADLINE.get(reading.name, _SHORTEST_SENTENCE)
    return frozenset(at for at, count in longer.items() if count >= least and capital[at] >= 0.75 * count)
