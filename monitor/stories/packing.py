"""Profiles, signatures and counts as bytes, for a store: short, the same on every machine, and exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from struct import Struct, pack, unpack, unpack_from

from monitor.stories.profile import MOST_NUMBERS, MOST_OF_A_STORY, MOST_TERMS, ONCE, Profile
from monitor.stories.signature import Signature

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NEVER = -(1 << 63)
_PROFILE = Struct("<IdBqqqBB")
_SIGNATURE = Struct("<IHIBBHHHH")
_ALONE = [Struct(f"<{many}I{many}f{many}H{many}B") for many in range(MOST_TERMS + 1)]
"""The columns of a story of one article: terms, weights, rarity, and whether each is a name, and one of the lead."""
_SEVERAL = [Struct(f"<{many}I{many}f{many}H{many}H{many}H{many}H") for many in range(MOST_OF_A_STORY + 1)]
_TERMS = [Struct(f"<{many}I") for many in range(3 * MOST_NUMBERS + 1)]
_NAMED, _LED = bytes(flag & 1 for flag in range(256)), bytes(flag >> 1 & 1 for flag in range(256))


def pack_profile(profile: Profile) -> bytes:
    """All of a profile but its name: of a story of one article about 600 bytes, at most 2.2 kB."""
    many, numbers, terms = len(profile.terms), profile.numbers, profile.terms
    head = _PROFILE.pack(
        profile.articles,
        profile.square,
        profile.days,
        micros(profile.opened),
        micros(profile.arrived),
        micros(profile.spoken) if profile.spoken else _NEVER,
        many,
        len(numbers),
    )
    if profile.articles == 1:
        flags = [name | lead << 1 for name, lead in zip(profile.names, profile.leads, strict=True)]
        columns = _ALONE[many].pack(*terms, *profile.weights, *profile.rarity, *flags)
        return head + columns + _TERMS[2 * len(numbers)].pack(*chain.from_iterable(numbers))
    columns = _SEVERAL[many].pack(
        *terms, *profile.weights, *profile.rarity, *profile.counts, *profile.names, *profile.leads
    )
    counted = chain.from_iterable((number, noun, count) for (number, noun), count in numbers.items())
    return head + columns + _TERMS[3 * len(numbers)].pack(*counted)


def unpack_profile(story: str, packed: bytes) -> Profile:
    """The profile that `pack_profile` made bytes of."""
    articles, square, days, opened, arrived, spoken, many, counted = _PROFILE.unpack_from(packed)
    layout = (_ALONE if articles == 1 else _SEVERAL)[many]
    columns = layout.unpack_from(packed, _PROFILE.size)
    start = _PROFILE.size + layout.size
    if articles == 1:
        flags = bytes(columns[3 * many :])
        counts: Sequence[int] = ONCE[:many]
        names: Sequence[int] = flags.translate(_NAMED)
        leads: Sequence[int] = flags.translate(_LED)
        parts = iter(_TERMS[2 * counted].unpack_from(packed, start))
        numbers = dict.fromkeys(zip(parts, parts, strict=True), 1)
    else:
        counts, names, leads = (columns[place * many : (place + 1) * many] for place in (3, 4, 5))
        parts = iter(_TERMS[3 * counted].unpack_from(packed, start))
        numbers = {(number, noun): count for number, noun, count in zip(parts, parts, parts, strict=True)}
    return Profile(
        terms=columns[:many],
        counts=counts,
        names=names,
        leads=leads,
        weights=columns[many : 2 * many],
        rarity=columns[2 * many : 3 * many],
        story=story,
        articles=articles,
        square=square,
        numbers=numbers,
        days=days,
        opened=_moment(opened),
        arrived=_moment(arrived),
        spoken=None if spoken == _NEVER else _moment(spoken),
    )


def arrival(packed: bytes) -> int:
    """When the last article of a packed profile arrived, in microseconds of `micros`."""
    return int(_PROFILE.unpack_from(packed)[4])


def heaviest(packed: bytes, many: int) -> tuple[int, ...]:
    """The terms of a packed profile that weigh most, at most so many."""
    return _TERMS[min(many, packed[_PROFILE.size - 2])].unpack_from(packed, _PROFILE.size)


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


def _hashes(sketch: int, opening: int, *words: int) -> str:
    return f"<{sketch + opening}Q{sum(words)}I"


def micros(at: datetime) -> int:
    """A moment as it is packed: microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def _moment(value: int) -> datetime:
    return _EPOCH + value * _MICROSECOND
