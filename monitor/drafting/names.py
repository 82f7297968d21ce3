"""Names counted, and the spellings of one name put together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.drafting.passages import Passage, key_of
from monitor.drafting.places import place_weight
from monitor.query.lists import TermList

_PERSON = re.compile(r"[A-Z][\w'-]+(?: [A-Z][\w'.-]+){1,2}")

PLACES = ("place", "state")
"""The shared lists whose names are drafted as places."""


@dataclass(frozen=True, slots=True)
class Named:
    """One name: its spellings, the most frequent first; how often and in how many articles it stands; its best
    sentence. `list` is the shared list that knows it, empty if none does; `is_place` where a list or the words around
    it say so."""

    name: str
    spellings: tuple[str, ...]
    mentions: int
    articles: int
    sentence: str
    list: str = ""
    is_place: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the shared lists call a spelling: the list and the name in it, by the spelling's key."""

    names: Mapping[str, tuple[str, str]]
    words: frozenset[str]
    """The single words in lower case among the spellings."""

    @classmethod
    def of(cls, lists: Iterable[TermList]) -> Known:
        """The names of all lists; the first list that knows a spelling has it."""
        found: dict[str, tuple[str, str]] = {}
        plain = set()
        for terms in sorted(lists, key=lambda terms: terms.name not in PLACES):
            for name, spellings in terms.names:
                for spelling in spellings:
                    if spelling.text.islower():
                        plain.add(spelling.text)
                    else:
                        found.setdefault(key_of(spelling.text), (terms.name, name))
        return cls(found, frozenset(plain))


_DIRECTION = re.compile(r"(?:North|South|East|West|Central|Upper|Lower|Greater|New)(?:ern|east|west)? ")
"""What stands before the name of a place and makes it another one: Central Sulawesi is no Ms Sulawesi."""

_SURNAMES = frozenset(
    "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo Lin Gao Luo Zheng Liang Xie Song Tang "
    "Han Feng Deng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su Lu Ding Ren Yao Shen "
    "Zhong Cui Tan Fan Shi Liao Jin Jia Xia Fu Fang Zou Xiong Bai Meng Qin Qiu Hou Yin Xue Yan Duan Lei Qian "
    "Dai Xi Hao Gong Shao Mao Kim Lee Park Choi Nguyen Tran".split()
)
"""Surnames that stand first."""


def named(found: Sequence[Passage], known: Known) -> list[Named]:
    """The names of some sentences, those of most articles first. A surname joins the one full name that ends in it."""
    spelled: defaultdict[str, Counter[str]] = defaultdict(Counter)
    where: defaultdict[str, set[int]] = defaultdict(set)
    sentences: dict[str, str] = {}
    placed: Counter[str] = Counter()
    surnames = _surnames(found, known)
    for passage in found:
        for name in passage.names:
            key = _identity(surnames.get(name.text, name.text), known)
            spelled[key][name.text.replace("\u2019", "'")] += 1
            where[key].add(passage.article)
            sentences.setdefault(key, passage.text)
            placed[key] += place_weight(passage.text, name)
    for key, seen in spelled.items():
        inner = [key_of(_DIRECTION.sub("", text)) for text in seen if _DIRECTION.match(text)]
        placed[key] += sum(max(placed[part], 0) for part in inner)
    names = [_named(key, spelled[key], len(where[key]), sentences[key], placed[key]) for key in spelled]
    return sorted(names, key=lambda each: (-each.articles, -each.mentions, each.name))


def _identity(spelling: str, known: Known) -> str:
    key = key_of(spelling)
    return "\x1f".join(known.names[key]) if key in known.names else key


def _named(key: str, spelled: Counter[str], articles: int, sentence: str, placed: int) -> Named:
    spellings = tuple(sorted(spelled, key=lambda text: (-spelled[text], text)))
    terms, _, name = key.rpartition("\x1f")
    fullest = max(spellings, key=lambda text: (_PERSON.fullmatch(text) is not None, spelled[text], len(text)))
    is_place = terms in PLACES or (not terms and placed > 1)
    return Named(name if terms else fullest, spellings, spelled.total(), articles, sentence, terms, is_place)


def _surnames(found: Sequence[Passage], known: Known) -> dict[str, str]:
    """For each surname that stands alone the full name that it stands for, if there is but one.

    What a shared list knows is no surname (East China is not what China is short for).
    """
    full: defaultdict[str, set[str]] = defaultdict(set)
    alone = set()
    for passage in found:
        for name in passage.names:
            if _PERSON.fullmatch(name.text) and not _DIRECTION.match(name.text):
                first, last = name.text.split(" ")[0], name.text.rpartition(" ")[2]
                for short in (first, last) if first in _SURNAMES else (last,):
                    full[short].add(name.text)
            if key_of(name.text) not in known.names:
                alone.add(name.text)
    return {last: next(iter(names)) for last, names in full.items() if len(names) == 1 and last in alone}
