"""What a digest says of itself, by language: the phrases are data, one file a language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from monitor.digest.words import en, zh

Phrase = str | tuple[str, str]
"""A pattern for `str.format`; of two, the first is for exactly one, the second for any other number."""


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of one language. `tag` is its BCP 47 tag, as `<html lang>` wants it."""

    tag: str
    phrases: Mapping[str, Phrase]

    def say(self, key: str, /, **values: object) -> str:
        """The phrase `key` with its places filled; whole numbers are written with thousands parted."""
        phrase = self.phrases[key]
        assert isinstance(phrase, str), f"{key} has forms for one and many"
        return phrase.format(**_written(values)) if values else phrase

    def many(self, key: str, count: int, /, **values: object) -> str:
        """The form of the phrase `key` for `count` things; `{n}` is the number."""
        phrase = self.phrases[key]
        form = phrase if isinstance(phrase, str) else phrase[count != 1]
        return form.format(n=f"{count:,}", **_written(values))

    def joined(self, parts: Sequence[str]) -> str:
        """`a, b and c`."""
        last = self.say("and").join(filter(None, [self.comma.join(parts[:-1]), *parts[-1:]]))
        return last if len(parts) > 1 else "".join(parts)

    def reason(self, why: str) -> str:
        """Why a rule over time tells something: a sentence of `monitor.alerts.reasons`, which are English."""
        return why if self.tag == "en" else _in_chinese(why)

    @property
    def comma(self) -> str:
        """What parts the items of a list."""
        return self.say("comma")


_SPAN = re.compile(rf"\b(\d+) ({'|'.join(zh.UNITS)})s?\b")
_DAY = re.compile(rf"\b(\d+) ({'|'.join(zh.MONTHS)}) (\d{{4}})\b")
_REASONS = [(re.compile(pattern), chinese) for pattern, chinese in zh.REASONS]


def _in_chinese(why: str) -> str:
    why = _SPAN.sub(lambda found: f"{found[1]} {zh.UNITS[found[2]]}", why)
    why = _DAY.sub(lambda found: f"{found[3]} 年 {zh.MONTHS.index(found[2]) + 1} 月 {found[1]} 日", why)
    return "；".join(_clause(clause) for clause in why.split("; "))


def _clause(clause: str) -> str:
    found = ((pattern.fullmatch(clause), chinese) for pattern, chinese in _REASONS)
    return next((match.expand(chinese) for match, chinese in found if match), clause)


def _written(values: Mapping[str, object]) -> dict[str, object]:
    return {name: f"{value:,}" if type(value) is int else value for name, value in values.items()}


LANGUAGES: Mapping[str, Words] = MappingProxyType(
    {"en": Words("en", MappingProxyType(en.PHRASES)), "zh": Words("zh-Hans", MappingProxyType(zh.PHRASES))}
)
"""The languages that digests are written in, by the name that the configuration gives them."""
