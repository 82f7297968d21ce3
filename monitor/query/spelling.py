"""One way to write a term, and how strictly each of its words is meant (design, section 4, the table of terms).

A spelling is compiled into variants: sequences of words with what may stand between them. Only a part between letters
and digits makes more than one: `GPT-4o` is GPT + 4o or GPT4o, `Qwen2.5` is Qwen2.5 or Qwen + 2.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from monitor.query.fault import Fault
from monitor.text.fold import fold
from monitor.text.tokens import ANY_WORD, is_cjk, normal_word


class WordKind(StrEnum):
    """How a word of a spelling is compared with a word of the text."""

    INFLECTED = "any case, any inflection"
    FORM = "this form, any case, but no part of a hyphenated name"
    ANY_CASE = "a name by itself, any case"
    CAPITALS = "capitals stay capitals, this form"
    ACRONYM = "all capitals, a plural s is allowed"
    PREFIX = "any ending"
    CHARACTER = "this character"
    NUMBER = "any number or version"
    NUMBERED = "this name with a number or version joined to it"


class Gap(IntEnum):
    """What may stand between two neighbouring words of a variant."""

    PHRASE = 0  # space, hyphen, dot, slash and the like, within a sentence
    NOTHING = 1  # characters side by side
    HYPHEN = 2
    HYPHEN_OR_SPACE = 3


class Word(NamedTuple):
    """A word as it is compared: `text` is folded, in the case in which it was written."""

    kind: WordKind
    text: str


@dataclass(frozen=True, slots=True)
class Variant:
    """`gaps[i]` stands between `words[i]` and `words[i + 1]`."""

    words: tuple[Word, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelling as written, and the variants that match it."""

    text: str
    variants: tuple[Variant, ...]


_LEAST_BEFORE_STAR = 3
_MOST_FLEXIBLE = 6
_PIECE = re.compile(rf"(?P<exact>=?)(?P<word>{ANY_WORD.pattern})(?P<star>\*?)|(?P<number>\#)")
_COMPOUND = re.compile(r"\S+")
_DIGIT = re.compile(r"\d")
_ATOM = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]|^[A-Z][A-Z]+[a-z]{2}")
LETTERS_ONLY = re.compile(r"=?[A-Za-z]++(?:[ -]=?[A-Za-z]++)*+")
_EXACT_LETTERS = re.compile(r"(=?)([A-Za-z]+)")
_LONELY = {
    "/": "write OR between alternatives",
    "=": "a field is written with a colon: title: ban",
    **dict.fromkeys("–—―", "leave it out; a hyphen within a word is fine"),
}
"""What to write instead of signs that stand where a term could stand, by the first of them."""
_NUMBERED = "write it behind a name: Opus #"
_OPERATOR = re.compile(r"(?:^|\s)(?:AND|OR|NOT|(?:NEAR|BEFORE)(?:/\w+)?)\s")
_TRUNCATED = re.compile(r"(?<!\w)([a-z]{3,})[!$](?!\w)|\w\?+\w")
_HARMLESS = re.compile(r"[\s\-./'\"&_+!?,:;()·•、，。：；！？《》「」『』“”$€£¥%—]*")


@dataclass(frozen=True, slots=True)
class _Atom:
    """A run of letters or of digits, and how it hangs on the one before it (`apart`: something stands between).

    `name`: it is part of something like GPT-4o or DeepSeek-R1, which is a name by itself in any case.
    """

    text: str
    exact: bool
    name: bool
    star: bool
    joined: bool
    hyphen: bool
    apart: bool


def parse_spelling(text: str, offset: int = 0) -> tuple[Spelling | None, tuple[Fault, ...]]:
    """Compile a spelling. Faults have offsets in the query or list entry that begins `offset` before `text`."""
    folded = fold(text).text
    if _OPERATOR.search(folded) and not folded.isupper():
        hint = "operators stand in queries, outside of quotation marks; write each spelling by itself"
        message = f"the term {text!r} holds an operator, and would be looked for word by word"
        return None, (Fault(offset, offset + len(text), "E107", message, hint),)
    if LETTERS_ONLY.fullmatch(folded):
        return Spelling(text, (_of_letters(folded),)), ()
    faults = list(_faults(text, folded, offset))
    if faults:
        return None, tuple(faults)
    atoms = list(_atoms(folded))
    options = [_options(before, after) for before, after in pairwise(atoms)]
    variants = tuple(dict.fromkeys(_variant(atoms, choice) for choice in product(*_limited(options))))
    return Spelling(text, variants), ()


def _of_letters(folded: str) -> Variant:
    """Most spellings are words of plain letters, and those of a long list many: what the rest of this file says."""
    words = tuple(_letters(each, bool(exact)) for exact, each in _EXACT_LETTERS.findall(folded))
    return Variant(words, (Gap.PHRASE,) * (len(words) - 1))


@lru_cache(maxsize=50_000)
def _letters(text: str, exact: bool) -> Word:
    return Word(_kind(text, exact), text)


def _faults(text: str, folded: str, offset: int) -> Iterator[Fault]:
    whole = (offset, offset + max(1, len(text)))
    pieces = list(_PIECE.finditer(folded))
    words = [piece for piece in pieces if piece["word"]]
    if not words:
        hint = _LONELY.get(text[:1], "write a word")
        yield Fault(*whole, "E110", f"the term {text!r} has no letter or digit and can never match", hint)
        return
    for piece in words:
        if piece["star"] and sum(map(str.isalpha, piece["word"])) < _LEAST_BEFORE_STAR:
            hint = "write at least three letters before the star"
            yield Fault(*whole, "E111", f"{piece[0]!r} would match far too much", hint)
    if not pieces[0]["word"]:
        yield Fault(*whole, "E112", "# stands for the number after a name, and no name stands before it", _NUMBERED)
    if cut := _TRUNCATED.search(folded):
        hint = f"write {cut[1]}* for any ending, or leave the sign out" if cut[1] else "write every spelling you mean"
        yield Fault(*whole, "E105", f"{cut[0]} is written with a sign of another query language", hint)
    rest = _PIECE.sub(" ", folded)
    if not _HARMLESS.fullmatch(rest):
        sign = rest.strip()[:1]
        yield Fault(*whole, "E113", f"{sign!r} cannot stand here in a term", _sign_hint(sign))


def _sign_hint(sign: str) -> str:
    if sign == "*":
        return "a star stands at the end of a word: semiconduct*"
    if sign == "=":
        return "the sign = stands directly before a word: =banned"
    if sign == "@":
        return "a list stands outside the quotation marks: @place BEFORE/0 strike"
    return "leave it out"


def _atoms(folded: str) -> Iterator[_Atom]:
    """The letter and digit runs of all words; a word with an apostrophe, an acronym and a CJK character stay whole."""
    previous = 0
    names = _in_names(folded)
    for piece in _PIECE.finditer(folded):
        between, previous = folded[previous : piece.start()], piece.end()
        if piece["number"]:
            yield _Atom("#", False, False, False, not between, "-" in between, bool(between))
            continue
        word = normal_word(piece["word"])
        runs = [word] if "'" in word or not word.isascii() else _ATOM.findall(word)
        for index, run in enumerate(runs):
            last = index == len(runs) - 1
            yield _Atom(
                text=run,
                exact=bool(piece["exact"]),
                name=piece.start() in names,
                star=bool(piece["star"]) and last,
                joined=index > 0,
                hyphen="-" in between,
                apart=bool(between),
            )


def _in_names(folded: str) -> frozenset[int]:
    """The offsets that belong to a compound with digits and with a capital further in."""
    if _DIGIT.search(folded) is None:
        return frozenset()
    return frozenset(
        at for compound in _COMPOUND.finditer(folded) if _is_mixed(compound[0]) for at in range(*compound.span())
    )


def _is_mixed(compound: str) -> bool:
    if _DIGIT.search(compound) is None:
        return False
    letters = "".join(filter(str.isalpha, compound))
    return any(map(str.isupper, letters[1:])) and not letters.isupper()


def _options(before: _Atom, after: _Atom) -> tuple[Gap | None, ...]:
    """How two atoms may stand in a text: None means joined in one word."""
    if is_cjk(before.text[-1]) and is_cjk(after.text[0]):
        return (Gap.PHRASE,) if after.apart else (Gap.NOTHING,)
    if before.star:
        return (Gap.PHRASE,)
    letters_then_digits = before.text[-1].isalpha() and (after.text[0].isdigit() or after.text == "#")
    if is_cjk(before.text[-1]) or is_cjk(after.text[0]):
        return (Gap.PHRASE,)
    if letters_then_digits:
        parted = Gap.HYPHEN_OR_SPACE if len(before.text) >= 2 else Gap.HYPHEN
        return (None, parted) if after.joined else (Gap.PHRASE, None)
    if after.joined:
        return (None, Gap.HYPHEN)
    if after.hyphen and before.text[-1].isdigit() and after.text[0].isalpha():
        return (Gap.PHRASE, None)
    return (Gap.PHRASE,)


def _limited(options: list[tuple[Gap | None, ...]]) -> list[tuple[Gap | None, ...]]:
    """Two to the power of six variants are plenty; further parts stay as they are written."""
    flexible = 0
    limited = []
    for choices in options:
        flexible += len(choices) > 1
        limited.append(choices if flexible <= _MOST_FLEXIBLE else choices[:1])
    return limited


def _variant(atoms: list[_Atom], choice: tuple[Gap | None, ...]) -> Variant:
    groups: list[list[_Atom]] = [[atoms[0]]]
    gaps: list[Gap] = []
    for atom, gap in zip(atoms[1:], choice, strict=True):
        if gap is None:
            groups[-1].append(atom)
        else:
            groups.append([atom])
            gaps.append(gap)
    return Variant(tuple(_word(group) for group in groups), tuple(gaps))


def _word(group: list[_Atom]) -> Word:
    text = "".join(atom.text for atom in group)
    if text == "#":
        return Word(WordKind.NUMBER, "#")
    if text.endswith("#"):
        return Word(WordKind.NUMBERED, text[:-1])
    if is_cjk(text):
        return Word(WordKind.CHARACTER, text)
    if group[-1].star:
        return Word(WordKind.PREFIX, text)
    if group[0].name and not group[0].exact:
        return Word(WordKind.ANY_CASE, text)
    return Word(_kind(text, group[0].exact), text)


def _kind(text: str, exact: bool) -> WordKind:
    letters = text if text.isalpha() else "".join(filter(str.isalpha, text))
    if not letters or _INNER_CAPITAL.search(text) or (letters[0].islower() and not letters.islower()):
        return WordKind.ANY_CASE
    if letters.islower() or not letters[0].isupper():
        if not text.isalpha():
            return WordKind.ANY_CASE
        return WordKind.FORM if exact else WordKind.INFLECTED
    if letters.isupper():
        return WordKind.CAPITALS if exact else WordKind.ACRONYM
    return WordKind.CAPITALS
