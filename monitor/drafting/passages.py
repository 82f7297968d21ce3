"""Articles as sentences, each with the names in it as the engine's own NAME slot sees them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from simplemma import is_known

from monitor.drafting.chinese import repeated
from monitor.drafting.runs import whole_names
from monitor.model import TEXT_FIELDS, Article
from monitor.query.engine import Engine
from monitor.query.open_slots import names_in
from monitor.text.clean import one_line
from monitor.text.fold import fold
from monitor.text.frequency import Background
from monitor.text.inflect import headword
from monitor.text.sentences import sentence_spans

LONGEST_NAME = 60
COMMON = 250
"""A word that one article in so many has may begin any sentence; a rarer one there is part of the name (Hellenic)."""
EVERYDAY = 25
"""A word that one article in so many has begins sentences rather than names, whatever follows it."""
_FIRST_WORD = re.compile(r"[A-Z][\w-]+")
_SIGNS = re.compile(r"[\W_]+")
_MEASURE = re.compile(
    r"[QH][1-4](?: \d{4})?|FY ?\d{2,4}|[kKMGT]Wh?|[KMGT]B|[GMk]Hz"
    r"|Eleven|Twelve|Twenty|Thirty|Forty|Fifty|Hundreds|Thousands|Dozens"
)
_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A name where it stands in its sentence, as it is written."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence: of which article (by number), and whether it stands at its head."""

    article: int
    text: str
    at_head: bool
    names: tuple[Name, ...]


def passages(articles: Sequence[Article], known: Collection[str], background: Background) -> list[Passage]:
    """The sentences of all articles, in order; sentences that stand twice count once. `known` are keys of names."""
    engine = Engine()
    chinese = _any_of(repeated(article.text_of(name) for article in articles for name in TEXT_FIELDS))
    found: dict[str, Passage] = {}
    for number, article in enumerate(articles):
        for name in TEXT_FIELDS:
            for passage in _of_field(engine, number, article, name, chinese):
                found.setdefault(passage.text, passage)
    inner = {name.text for passage in found.values() for name in passage.names if _is_inner(passage.text, name)}
    return [replace(each, names=tuple(_begun(each, inner, known, background))) for each in found.values()]


def _is_inner(sentence: str, name: Name) -> bool:
    """Does it stand behind the second word or further in?"""
    return name.start > 0 and " " in sentence[: name.start - 1]


def _begun(passage: Passage, inner: Collection[str], known: Collection[str], background: Background) -> Iterator[Name]:
    """The names of a sentence, rightly begun: its first word has a capital whether it belongs to a name or not.

    `inner` are the names that stand further in elsewhere, where a capital means something.
    """
    first = _FIRST_WORD.match(passage.text)
    is_listed = first is not None and key_of(first[0]) in known
    if first and is_listed and not any(name.start < first.end() for name in passage.names):
        yield Name(0, first.end(), first[0])
    for name in passage.names:
        follows = first is not None and not is_listed and passage.text[first.end() : name.start] == " "
        if (whole := passage.text[: name.end]) in inner or follows:
            name = Name(0, name.end, whole)
        while name.start == 0 and name.text not in inner and _is_ordinary(head := name.text.partition(" ")[0]):
            if (rest := name.text[len(head) + 1 :]) and rest not in inner and _belongs(head, rest, known, background):
                break
            name = Name(min(len(head) + 1, name.end), name.end, name.text[len(head) + 1 :])
        if name.start == 0 or name.start < name.end:
            yield name


def _belongs(head: str, rest: str, known: Collection[str], background: Background) -> bool:
    """Is the first word of a sentence part of the name behind it? Of New York, Hellenic Seaways, Blue Star Ferries."""
    if key_of(f"{head} {rest}") in known or _is_rare(head, background):
        return True
    return _is_ordinary(rest.partition(" ")[0]) and not head.endswith("ly") and not _is_everyday(head, background)


def key_of(spelling: str) -> str:
    """What the spellings of one name have in common: letters and digits in lower case."""
    return _SIGNS.sub("", fold(spelling).text.lower().removesuffix("'s"))


def _any_of(runs: Iterable[str]) -> re.Pattern[str]:
    """Finds any of some Chinese runs, the longest where several begin together."""
    return re.compile("|".join(sorted(runs, key=lambda run: (-len(run), run))) or r"(?!)")


def _of_field(engine: Engine, number: int, article: Article, name: str, chinese: re.Pattern[str]) -> Iterator[Passage]:
    reading = engine.read(article).fields.get(name)
    if reading is None:
        return
    ranges = [reading.range_of(start, end) for start, end, _ in names_in(reading)]
    for at, (start, end) in enumerate(sentence_spans(reading.original)):
        text = reading.original[start:end]
        if text.endswith("…") or not _LETTER.search(text):  # the beginning of something that stands elsewhere whole
            continue
        inside = [Name(a, b, text[a:b]) for a, b in whole_names(text, _within(ranges, start, end))]
        runs = [Name(*found.span(), found[0]) for found in chinese.finditer(text)]
        kept = tuple(each for each in sorted([*inside, *runs]) if _is_name(each.text))
        yield Passage(number, text, name != "body" or at == 0, kept)


def _within(ranges: Iterable[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """The ranges that lie in a sentence, counted from its beginning."""
    return [(a - start, b - start) for a, b in ranges if start <= a and b <= end]


def _is_ordinary(word: str) -> bool:
    """A capitalised word of the dictionary, which the beginning of a sentence explains."""
    return word[1:].islower() and is_known(word.lower(), lang="en")


def _is_rare(word: str, background: Background) -> bool:
    return background.counts.get(headword(word.lower(), "en"), 0) * COMMON < background.articles


def _is_everyday(word: str, background: Background) -> bool:
    return background.counts.get(headword(word.lower(), "en"), 0) * EVERYDAY > background.articles


def _is_name(text: str) -> bool:
    """Not what begins with a digit, which is a measure more often than a name; no unit, quarter or number."""
    fits = len(text) <= LONGEST_NAME and one_line(text) == text and not text[:1].isdigit()
    return fits and _LETTER.search(text) is not None and _MEASURE.fullmatch(text) is None
