"""The words of all rules in one place: spellings become term numbers, a word of a text costs one dictionary look-up.

A *symbol* stands for one word of a spelling with its strictness. Variants of several words are paths of symbols in a
trie. A *lexicon* (one per language, because inflection differs) answers for a word of a text which symbols it satisfies
and, ready to use, which terms are complete with it and which paths begin with it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import NamedTuple

from monitor.query.kept import Kept
from monitor.query.spelling import Gap, Spelling, Variant, Word, WordKind
from monitor.text.fold import fold
from monitor.text.inflect import headword, lemmas
from monitor.text.tokens import normal_word

_LETTERS = re.compile(r"[^\W\d_]+")
_VERSION = re.compile(r"[vV]?\d+(?:[.,]\d+)*[a-zA-Z]{0,2}")
LOWER_CASE = (WordKind.INFLECTED, WordKind.FORM)
_COMMON_WHEN_SMALL = frozenset(
    """a act aid aids am an and any are arm art as ask at ban bar base be bet big bill but buy by can cap car care
    chip core cut day did do end eu far fast few fire fit for fun get go goal got had hard has he help her
    here him his home how if in is it its job just key last law lead let long lot love low main man may me
    men met more most my new no nor not now of off oil old on one open or our out over own pay per play post
    put race ran red run sad safe said save saw say see set she show sit six so some star start stem step
    stop sun sure take tax team ten that the them then they this time to too top two up us use via view war
    was way we who why will win wish with word work yes yet you""".split()
)
"""Words that an acronym may be by accident in a headline all in capitals: US and us, WHO and who, IT and it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one word of a text means to the rules.

    `terms` are complete with it; `acronyms` are so unless it stands in a line all in capitals; `nodes` are where the
    paths begin that it begins. `in_name` is what is left of it as a capitalised part of a hyphenated name: no term in
    lower case is complete there (Ray-Ban), but one of several words may still begin or go on (App-Store).
    """

    symbols: tuple[int, ...]
    terms: tuple[int, ...]
    acronyms: tuple[int, ...]
    nodes: tuple[int, ...]
    in_name: Entry | None = None


class Joints(NamedTuple):
    """What has to stand between the words of a term of several, and whether they are in lower case."""

    gaps: tuple[Gap, ...]
    lower_case: bool

    @classmethod
    def of(cls, variant: Variant) -> Joints:
        return cls(variant.gaps, variant.words[0].kind in LOWER_CASE)


class Vocabulary:
    """Interns spellings. Adding one is cheap and never rebuilds what stands; nothing is ever taken out.

    So the rules of one engine and of its successor can share it: a term that only the other knows is hit in vain.
    """

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self._forms: dict[str, _Forms] = {}
        self._lock = Lock()
        self.singles: dict[int, tuple[int, ...]] = {}
        self.children: list[dict[int, int]] = [{}]
        self.ends: dict[int, tuple[tuple[int, Joints], ...]] = {}
        self.words: list[Word] = []
        self.costs: list[float] = []

    def __len__(self) -> int:
        return len(self.costs)

    @cached_property
    def _symbols(self) -> dict[Word, int]:
        return {word: symbol for symbol, word in enumerate(self.words)}

    def add(self, spelling: Spelling) -> int:
        """The number of the term that a spelling means; the same text always means the same."""
        term = self.terms.get(spelling.text)
        if term is None:
            term = self.terms[spelling.text] = len(self.costs)
            self.costs.append(cost(spelling))
            for variant in spelling.variants:
                self._add_variant(term, variant)
        return term

    def paths(self, spellings: Iterable[Spelling]) -> tuple[tuple[int, ...], ...]:
        """The symbols of each way to write spellings, which are known."""
        variants = [variant for spelling in spellings for variant in spelling.variants]
        return tuple(dict.fromkeys(tuple(self._symbols[word] for word in variant.words) for variant in variants))

    def heads(self, paths: Iterable[Sequence[int]]) -> tuple[int, ...]:
        """The nodes that paths begin with; none where they are of one word."""
        return tuple(dict.fromkeys(self.children[0][path[0]] for path in paths if len(path) > 1))

    def _add_variant(self, term: int, variant: Variant) -> None:
        symbols = [self._symbol(word) for word in variant.words]
        if len(symbols) == 1:
            self.singles[symbols[0]] = (*self.singles.get(symbols[0], ()), term)
            return
        node = 0
        for symbol in symbols:
            node = self._child(node, symbol)
        self.ends[node] = (*self.ends.get(node, ()), (term, Joints.of(variant)))

    def _child(self, node: int, symbol: int) -> int:
        branches = self.children[node]
        following = branches.get(symbol)
        if following is None:
            following = len(self.children)
            self.children.append(NO_BRANCHES)
            if branches is NO_BRANCHES:
                branches = self.children[node] = {}
            branches[symbol] = following
        return following

    def _symbol(self, word: Word) -> int:
        symbol = self._symbols.get(word)
        if symbol is None:
            symbol = self._symbols[word] = len(self.words)
            self.words.append(word)
        return symbol

    def lexicon(self, lang: str) -> Lexicon:
        """The look-up for texts in a language (as `monitor.text.inflect.language_for` names it), as rules stand now."""
        with self._lock:
            forms = self._forms.setdefault(lang, _Forms(lang))
            forms.learn(self.words)
        return Lexicon(self, forms)


NO_BRANCHES: dict[int, int] = {}
"""Of all nodes where nothing goes on, which are most: a dictionary for each would weigh more than all the rest."""

_COST = {WordKind.INFLECTED: 20.0, WordKind.PREFIX: 20.0, WordKind.CHARACTER: 8.0, WordKind.NUMBER: 30.0}


def cost(spelling: Spelling) -> float:
    """A rough frequency: names are rare, ordinary words are not, each further word of a phrase makes it rarer."""
    return min(_COST.get(variant.words[0].kind, 1.0) * 0.2 ** len(variant.gaps) for variant in spelling.variants)


_ELIDING = frozenset(("ca", "fr", "it"))
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu|un|(?:d|n)?ell|(?:d|s)?all|sull|coll|quest|quell)'(?=\w)", re.IGNORECASE)
"""Before a vowel these languages write an article or a preposition with the word: L'Italia, nell'Unione, d'OpenAI."""


class _Forms:
    """How the words of rules are found by those of a text in one language. It learns words, and forgets none."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.inflected: dict[str, list[int]] = defaultdict(list)
        self.plain: dict[str, list[int]] = defaultdict(list)
        self.cased: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.acronyms: dict[str, int] = {}
        self.prefixes: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.prefix_lengths: list[int] = []
        self.numbered: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.numbers: list[int] = []
        self._learnt = 0

    def learn(self, words: Sequence[Word]) -> None:
        """Take in those that are new."""
        count = len(words)
        for symbol in range(self._learnt, count):
            self._add(words[symbol], symbol)
        self._learnt = count
        self.prefix_lengths = sorted({len(prefix) for prefix in self.prefixes})

    def _add(self, word: Word, symbol: int) -> None:
        lower = word.text.lower()
        match word.kind:
            case WordKind.INFLECTED:
                # A folded word may have lost what its lemma hangs on: to the tables strasse is a form of Strass.
                for form in dict.fromkeys((lower, headword(lower, self.lang))):
                    self.inflected[form].append(symbol)
            case WordKind.ANY_CASE | WordKind.FORM | WordKind.CHARACTER:
                self.plain[lower].append(symbol)
            case WordKind.CAPITALS:
                self.cased[lower].append((word.text, symbol))
            case WordKind.ACRONYM:
                self.acronyms[word.text] = symbol
            case WordKind.PREFIX:
                self.prefixes[lower].append((word.text, symbol))
            case WordKind.NUMBERED:
                self.numbered[lower].append((word.text, symbol))
            case WordKind.NUMBER:
                self.numbers.append(symbol)

    def satisfied(self, word: str, accented: str) -> Iterator[int]:
        """The symbols that a word satisfies. `word` is folded, its case kept; lemma tables want its accents."""
        lower = word.lower()
        yield from self.plain.get(lower, ())
        if self.inflected and word.isalpha():
            for base in lemmas(lower if accented.isascii() else accented, self.lang):
                yield from self.inflected.get(base if base.isascii() else fold(base).text, ())
        for written, symbol in self.cased.get(lower, ()):
            if keeps_capitals(written, word):
                yield symbol
        yield from self._acronym(word)
        yield from self._beginnings(word, lower)
        if self.lang in _ELIDING and (article := _ELIDED.match(word)):
            yield from self.satisfied(word[article.end() :], accented[article.end() :])

    def _acronym(self, word: str) -> Iterator[int]:
        for form in (word, word[:-1] if word.endswith("s") else ""):
            if form in self.acronyms:
                yield self.acronyms[form]

    def _beginnings(self, word: str, lower: str) -> Iterator[int]:
        for length in self.prefix_lengths:
            for written, symbol in self.prefixes.get(lower[:length], ()):
                if len(word) >= length and keeps_capitals(written, word):
                    yield symbol
        if word.isalpha():
            return
        if self.numbers and _VERSION.fullmatch(word):
            yield from self.numbers
        for name in _names_before_a_version(word) if self.numbered else ():
            for written, symbol in self.numbered.get(name.lower(), ()):
                if keeps_capitals(written, word):
                    yield symbol


def _names_before_a_version(word: str) -> Iterator[str]:
    """The letters that a word begins with, where the rest is a version: `Opus4`, and `Opusv4` with its v."""
    letters = _LETTERS.match(word)
    end = letters.end() if letters else 0
    for at in (end, end - 1):
        if at > 0 and _VERSION.fullmatch(word, at):
            yield word[:at]


class Lexicon(Kept[Entry | None]):
    """Word of a text, as it stands there -> Entry, or None if no rule knows it. Filled at first sight of a word."""

    def __init__(self, vocabulary: Vocabulary, forms: _Forms) -> None:
        super().__init__()
        self._vocabulary = vocabulary
        self._forms = forms
        self.lang = forms.lang

    def learn(self, key: str) -> Entry | None:
        plain = key.isascii() and key.isalpha()  # then folding and cutting change nothing
        folded = key if plain else fold(key).text
        word = key if plain else normal_word(folded)
        accented = key[:-2] if folded[-2:] in ("'s", "'S") else key
        symbols = tuple(dict.fromkeys(self._forms.satisfied(word, accented.lower())))
        doubtful = word.lower() in _COMMON_WHEN_SMALL and "." not in key
        return self._entry(symbols, doubtful) if symbols else None

    def _entry(self, symbols: Sequence[int], doubtful: bool) -> Entry:
        words, singles = self._vocabulary.words, self._vocabulary.singles
        root = self._vocabulary.children[0]
        terms: list[int] = []
        acronyms: list[int] = []
        names: list[int] = []
        for symbol in symbols:
            into = acronyms if doubtful and words[symbol].kind is WordKind.ACRONYM else terms
            into.extend(singles.get(symbol, ()))
            if into is terms and words[symbol].kind not in LOWER_CASE:
                names.extend(singles.get(symbol, ()))
        nodes = tuple(root[symbol] for symbol in symbols if symbol in root)
        in_name = Entry(tuple(symbols), tuple(names), tuple(acronyms), nodes)
        return Entry(tuple(symbols), tuple(terms), tuple(acronyms), nodes, in_name)


def keeps_capitals(written: str, found: str) -> bool:
    """Where the rule has a capital the text has one too; where the rule has none, the text may have either."""
    return all(not w.isupper() or f.isupper() for w, f in zip(written, found, strict=False))
