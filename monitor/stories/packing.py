"""Profiles, signatures and counts as bytes, for a store: short, the same on every machine, and exact."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from struct import Struct, pack, unpack, unpack_from

from monitor.stories.profile import Profile
from monitor.stories.signature import Signature

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NEVER = -(1 << 63)
_PROFILE = Struct("<IdBqqqHH")
_SIGNATURE = Struct("<IHIBBHHHH")


def pack_profile(profile: Profile) -> bytes:
    """All of a profile but its name."""
    many, numbers = len(profile.terms), profile.numbers
    head = _PROFILE.pack(
        profile.articles,
        profile.square,
        profile.days,
        _micros(profile.opened),
        _micros(profile.arrived),
        _micros(profile.spoken) if profile.spoken else _NEVER,
        many,
        len(numbers),
    )
    columns = chain(
        profile.terms, profile.counts, profile.names, profile.leads, profile.weights, profile.rarity,
        chain.from_iterable((number, noun, count) for (number, noun), count in numbers.items()),
    )  # fmt: skip
    return head + pack(_columns(many, len(numbers)), *columns)


def unpack_profile(story: str, packed: bytes) -> Profile:
    """The profile that `pack_profile` made bytes of."""
    articles, square, days, opened, arrived, spoken, many, counted = _PROFILE.unpack_from(packed)
    values = unpack_from(_columns(many, counted), packed, _PROFILE.size)
    columns = [values[place * many : (place + 1) * many] for place in range(6)]
    numbers = values[6 * many :]
    return Profile(
        terms=array("I", columns[0]),
        counts=array("H", columns[1]),
        names=array("H", columns[2]),
        leads=array("H", columns[3]),
        weights=array("f", columns[4]),
        rarity=array("f", columns[5]),
        story=story,
        articles=articles,
        square=square,
        numbers={(numbers[at], numbers[at + 1]): numbers[at + 2] for at in range(0, len(numbers), 3)},
        days=days,
        opened=_moment(opened),
        arrived=_moment(arrived),
        spoken=None if spoken == _NEVER else _moment(spoken),
    )


def pack_signature(signature: Signature) -> bytes:
    """All of a signature but the article's id."""
    publisher = signature.publisher[:_LONGEST].encode("utf-8", "surrogatepass")
    parts: tuple[Sequence[int], ...] = (
        signature.sketch, signature.opening,
        sorted(signature.names), sorted(signature.numbers), sorted(signature.title),
    )  # fmt: skip
    head = _SIGNATURE.pack(
        signature.runs,
        signature.opening_runs,
        signature.words,
        *(len(part) for part in parts),
        len(publisher),
    )
    return head + pack(_hashes(*(len(part) for part in parts)), *chain.from_iterable(parts)) + publisher


def unpack_signature(article: str, packed: bytes) -> Signature:
    """The signature that `pack_signature` made bytes of."""
    runs, opening_runs, words, *lengths, publisher = _SIGNATURE.unpack_from(packed)
    values = unpack_from(_hashes(*lengths), packed, _SIGNATURE.size)
    ends = [sum(lengths[: place + 1]) for place in range(5)]
    text = packed[len(packed) - publisher :] if publisher else b""
    return Signature(
        article=article,
        publisher=text.decode("utf-8", "surrogatepass"),
        sketch=values[: ends[0]],
        opening=values[ends[0] : ends[1]],
        runs=runs,
        opening_runs=opening_runs,
        words=words,
        names=frozenset(values[ends[1] : ends[2]]),
        numbers=frozenset(values[ends[2] : ends[3]]),
        title=frozenset(values[ends[3] : ends[4]]),
    )


def pack_terms(terms: Iterable[int]) -> bytes:
    """The terms of one article."""
    given = tuple(terms)
    return pack(f"<{len(given)}I", *given)


def unpack_terms(packed: bytes) -> tuple[int, ...]:
    """The terms that `pack_terms` made bytes of."""
    return unpack(f"<{len(packed) // 4}I", packed)


def pack_counts(counts: Mapping[int, int]) -> bytes:
    """How often each term was seen, in the order in which they were seen first."""
    return pack(f"<{len(counts)}I", *counts) + pack(f"<{len(counts)}I", *counts.values())


def unpack_counts(packed: bytes) -> dict[int, int]:
    """The counts that `pack_counts` made bytes of."""
    values = unpack_terms(packed)
    half = len(values) // 2
    return dict(zip(values[:half], values[half:], strict=True))


_LONGEST = 100
"""Characters of a publisher's name that are kept: it is only compared."""


def _columns(many: int, counted: int) -> str:
    return f"<{many}I{many}H{many}H{many}H{many}f{many}f{3 * counted}I"


def _hashes(sketch: int, opening: int, *words: int) -> str:
    return f"<{sketch + opening}Q{sum(words)}I"


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _moment(value: int) -> datetime:
    return _EPOCH + value * _MICROSECOND
