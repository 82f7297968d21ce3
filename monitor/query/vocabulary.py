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

from monitor.query.spelling import Spelling, Variant, Word, WordKind
from monitor.text.fold import fold
from monitor.text.inflect import headword, lemmas
from monitor.text.tokens import normal_word

_VERSION = re.compile(r"[vV]?\d+(?:[.,]\d+)*[a-zA-Z]{0,2}")
MOST_KEPT = 100_000
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


class Vocabulary:
    """Interns spellings. Adding one is cheap and never rebuilds what stands."""

    def __init__(self) -> None:
        self._terms: dict[str, int] = {}
        self._symbols: dict[Word, int] = {}
        self._lexicons: dict[str, Lexicon] = {}
        self.singles: dict[int, list[int]] = defaultdict(list)
        self.children: list[dict[int, int]] = [{}]
        self.ends: dict[int, list[tuple[int, Variant]]] = defaultdict(list)
        self.kinds: list[WordKind] = []
        self.spellings: list[Spelling] = []

    def add(self, spelling: Spelling) -> int:
        """The number of the term that a spelling means; the same text always means the same."""
        term = self._terms.get(spelling.text)
        if term is None:
            term = self._terms[spelling.text] = len(self.spellings)
            self.spellings.append(spelling)
            for variant in spelling.variants:
                self._add_variant(term, variant)
            self._lexicons.clear()
        return term

    def _add_variant(self, term: int, variant: Variant) -> None:
        symbols = [self._symbol(word) for word in variant.words]
        if len(symbols) == 1:
            self.singles[symbols[0]].append(term)
            return
        node = 0
        for symbol in symbols:
            following = self.children[node].get(symbol)
            if following is None:
                following = self.children[node][symbol] = len(self.children)
                self.children.append({})
            node = following
        self.ends[node].append((term, variant))

    def _symbol(self, word: Word) -> int:
        symbol = self._symbols.get(word)
        if symbol is None:
            symbol = self._symbols[word] = len(self.kinds)
            self.kinds.append(word.kind)
        return symbol

    def words(self) -> Iterable[tuple[Word, int]]:
        """Every word with its symbol."""
        return self._symbols.items()

    def lexicon(self, lang: str) -> Lexicon:
        """The look-up for texts in a language (as `monitor.text.inflect.language_for` names it)."""
        lexicon = self._lexicons.get(lang)
        if lexicon is None:
            lexicon = self._lexicons[lang] = Lexicon(self, lang)
        return lexicon


class Lexicon(dict[str, Entry | None]):
    """Word of a text, as it stands there -> Entry, or None if no rule knows it. Filled at first sight of a word."""

    def __init__(self, vocabulary: Vocabulary, lang: str) -> None:
        super().__init__()
        self._vocabulary = vocabulary
        self.lang = lang
        self._inflected: dict[str, list[int]] = defaultdict(list)
        self._forms: dict[str, list[int]] = defaultdict(list)
        self._cased: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._acronyms: dict[str, int] = {}
        self._prefixes: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._numbered: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._numbers: list[int] = []
        for word, symbol in vocabulary.words():
            self._add(word, symbol)
        self._prefix_lengths = sorted({len(prefix) for prefix in self._prefixes})

    def _add(self, word: Word, symbol: int) -> None:
        lower = word.text.lower()
        match word.kind:
            case WordKind.INFLECTED:
                self._inflected[headword(lower, self.lang)].append(symbol)
            case WordKind.ANY_CASE | WordKind.FORM | WordKind.CHARACTER:
                self._forms[lower].append(symbol)
            case WordKind.CAPITALS:
                self._cased[lower].append((word.text, symbol))
            case WordKind.ACRONYM:
                self._acronyms[word.text] = symbol
            case WordKind.PREFIX:
                self._prefixes[lower].append((word.text, symbol))
            case WordKind.NUMBERED:
                self._numbered[lower].append((word.text, symbol))
            case WordKind.NUMBER:
                self._numbers.append(symbol)

    def __missing__(self, surface: str) -> Entry | None:
        if len(self) > MOST_KEPT:
            self.clear()
        folded = fold(surface).text
        word = normal_word(folded)
        accented = surface[:-2] if folded[-2:] in ("'s", "'S") else surface
        symbols = tuple(dict.fromkeys(self._satisfied(word, accented.lower())))
        doubtful = word.lower() in _COMMON_WHEN_SMALL and "." not in surface
        entry = self._entry(symbols, doubtful) if symbols else None
        self[surface] = entry
        return entry

    def _entry(self, symbols: Sequence[int], doubtful: bool) -> Entry:
        kinds, singles = self._vocabulary.kinds, self._vocabulary.singles
        root = self._vocabulary.children[0]
        terms: list[int] = []
        acronyms: list[int] = []
        names: list[int] = []
        for symbol in symbols:
            into = acronyms if doubtful and kinds[symbol] is WordKind.ACRONYM else terms
            into.extend(singles.get(symbol, ()))
            if into is terms and kinds[symbol] not in LOWER_CASE:
                names.extend(singles.get(symbol, ()))
        nodes = tuple(root[symbol] for symbol in symbols if symbol in root)
        in_name = Entry(tuple(symbols), tuple(names), tuple(acronyms), nodes)
        return Entry(tuple(symbols), tuple(terms), tuple(acronyms), nodes, in_name)

    def _satisfied(self, word: str, accented: str) -> Iterator[int]:
        """The symbols that a word satisfies. `word` is folded, its case kept; lemma tables want its accents."""
        lower = word.lower()
        yield from self._forms.get(lower, ())
        if word.isalpha():
            for base in lemmas(lower if accented.isascii() else accented, self.lang):
                yield from self._inflected.get(fold(base).text, ())
        for written, symbol in self._cased.get(lower, ()):
            if keeps_capitals(written, word):
                yield symbol
        yield from self._acronym(word)
        yield from self._beginnings(word, lower)

    def _acronym(self, word: str) -> Iterator[int]:
        for form in (word, word[:-1] if word.endswith("s") else ""):
            if form in self._acronyms:
                yield self._acronyms[form]

    def _beginnings(self, word: str, lower: str) -> Iterator[int]:
        for length in self._prefix_lengths:
            for written, symbol in self._prefixes.get(lower[:length], ()):
                if len(word) >= length and keeps_capitals(written, word):
                    yield symbol
        if not any(c.isdigit() for c in word):
            return
        if self._numbers and _VERSION.fullmatch(word):
            yield from self._numbers
        if self._numbered and (split := re.match(r"[^\W\d_]+", word)) and _VERSION.fullmatch(word, split.end()):
            for written, symbol in self._numbered.get(split[0].lower(), ()):
                if keeps_capitals(written, word):
                    yield symbol


def keeps_capitals(written: str, found: str) -> bool:
    """Where the rule has a capital the text has one too; where the rule has none, the text may have either."""
    return all(not w.isupper() or f.isupper() for w, f in zip(written, found, strict=False))
