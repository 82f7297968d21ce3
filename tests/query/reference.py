"""A second evaluator of the rule language: small, obvious, slow. The engine is held to it over random rules and texts.

It is written from the definition (design, section 4) and what the docstrings of `monitor.query` say where that leaves
freedom: no index, no trie, no lexicon; every clause is answered by trying everything. It takes from the project the
text room (folding, words, sentences, lemmas), the tree with its parsed spellings, and what looks like a name or an
amount (`monitor.query.open_slots`), which are tested by tables of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from itertools import product
from typing import Any

import re2

from monitor.model import SEARCHED_FIELDS, TEXT_FIELDS, Article, Evidence, Fact, Match
from monitor.query.facts import MOST_FACTS
from monitor.query.open_slots import amounts_in, names_in
from monitor.query.rule import Rule
from monitor.query.spelling import Gap, Spelling, Variant, Word, WordKind
from monitor.query.tree import (
    And,
    AndMaybe,
    AndNot,
    AtLeast,
    Chain,
    Distance,
    First,
    ListRef,
    Node,
    NotNear,
    OpenKind,
    OpenSlot,
    Or,
    Part,
    Regex,
    RuleRef,
    Scoped,
    SomeOf,
    Term,
    Unit,
    walk,
)
from monitor.query.vocabulary import _COMMON_WHEN_SMALL as COMMON_WHEN_SMALL
from monitor.text.fold import fold
from monitor.text.inflect import headword, language_for, lemmas
from monitor.text.sentences import paragraph_spans, sentence_spans
from monitor.text.tokens import ANY_WORD, CJK, normal_word

Range = tuple[int, int]
Bound = tuple[tuple[str, str], ...]
Find = Callable[["Text"], Iterable[tuple[int, int, str]]]

ORDER = {name: at for at, name in enumerate(SEARCHED_FIELDS)}
IS_CJK = re.compile(f"[{CJK}]")
VERSION = re.compile(r"[vV]?\d+([.,]\d+)*[a-zA-Z]{0,2}")
BETWEEN = {Gap.PHRASE: r"[ \t./'\"&_+-]*", Gap.NOTHING: "", Gap.HYPHEN: "-", Gap.HYPHEN_OR_SPACE: "[ -]"}
APPOSITION = re.compile(
    r"""[\s"'“”‘’「」《》(（]*(,?\s*(such as|like|including|called|named)\s+|(比如|例如|如)\s*)?["'“”‘’「」《》(（]*""",
    re.IGNORECASE,
)
JOINER = re.compile(
    r"\s*([,、，]\s*((and|or|&|和|或|及|以及|与|與)\s*)?|(and|or|&)\s+|(和|或|及|以及|与|與)\s*)((the|an?)\s+)?",
    re.IGNORECASE,
)


class Text:
    """One field: its words, and to which sentence and paragraph each belongs."""

    def __init__(self, name: str, original: str, lang: str) -> None:
        self.name, self.original, self.lang = name, original, lang
        self.folded = fold(original)
        spans = [found.span() for found in ANY_WORD.finditer(self.folded.text)]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        self.words = [self.folded.text[start:end] for start, end in spans]
        self.normal = [normal_word(word) for word in self.words]
        self.real_sentences = self._numbers(sentence_spans(self.folded.text))
        one = [0] * len(spans)
        self.sentences = one if name == "title" else self.real_sentences
        self.paragraphs = one if name == "title" else self._numbers(paragraph_spans(self.folded.text))
        self.occurring: dict[Spelling, set[Range]] = {}
        self.listed: dict[int, list[tuple[int, int, str]]] = {}

    def _numbers(self, spans: Sequence[Range]) -> list[int]:
        return [sum(begin <= start for begin, _ in spans) for start in self.starts]

    def gap(self, end: int, start: int) -> str:
        return self.folded.text[self.ends[end - 1] : self.starts[start]]

    def between(self, end: int, start: int) -> float:
        """Words between; two characters of Chinese count as one."""
        return sum(0.5 if IS_CJK.match(word) else 1.0 for word in self.words[end:start])

    @cached_property
    def lead(self) -> int:
        """How many words are lead: of a body those of its first paragraph, at most five sentences or 100 words."""
        if self.name != "body":
            return len(self.words)
        inside = [
            self.paragraphs[at] == self.paragraphs[0]
            and self.sentences[at] < self.sentences[0] + 5
            and self.between(0, at + 1) <= 100
            for at in range(len(self.words))
        ]
        return [*inside, False].index(False)

    def shown(self, start: int, end: int) -> Range:
        """Original characters, without a possessive at the end."""
        possessive = 2 if self.words[end - 1].lower().endswith("'s") else 0
        return self.folded.original(self.starts[start], self.ends[end - 1] - possessive)

    # terms

    def occurrences(self, spelling: Spelling) -> set[Range]:
        if spelling not in self.occurring:
            self.occurring[spelling] = {
                (start, start + len(variant.words))
                for variant in spelling.variants
                for start in range(len(self.words) - len(variant.words) + 1)
                if self._matches(variant, start)
            }
        return self.occurring[spelling]

    def _matches(self, variant: Variant, start: int) -> bool:
        end = start + len(variant.words)
        words = all(self._satisfies(word, at) for at, word in enumerate(variant.words, start))
        return words and self._gaps_hold(variant, start) and self._stands(variant.words[0].kind, start, end)

    def _gaps_hold(self, variant: Variant, start: int) -> bool:
        return all(
            re.fullmatch(BETWEEN[gap], self.gap(at, at)) and self.real_sentences[at - 1] == self.real_sentences[at]
            for at, gap in enumerate(variant.gaps, start + 1)
        )

    def _satisfies(self, wanted: Word, at: int) -> bool:
        word, text = self.normal[at], wanted.text
        capitals = all(f.isupper() for w, f in zip(text, word, strict=False) if w.isupper())
        match wanted.kind:
            case WordKind.INFLECTED:
                forms = {text.lower(), headword(text.lower(), self.lang)}
                return word.isalpha() and not forms.isdisjoint(self._bases(at))
            case WordKind.ANY_CASE | WordKind.FORM | WordKind.CHARACTER:
                return word.lower() == text.lower()
            case WordKind.CAPITALS:
                return word.lower() == text.lower() and capitals
            case WordKind.ACRONYM:
                return word in (text, text + "s")
            case WordKind.PREFIX:
                return word.lower().startswith(text.lower()) and capitals
            case WordKind.NUMBER:
                return VERSION.fullmatch(word) is not None
            case WordKind.NUMBERED:
                rest = word[len(text) :]
                return word.lower().startswith(text.lower()) and capitals and VERSION.fullmatch(rest) is not None

    def _bases(self, at: int) -> set[str]:
        """The folded lemmas that a word may be a form of; lemma tables of other languages want the accents."""
        word = self.normal[at].lower()
        if self.lang != "en" and not self.original.isascii():
            accented = self.original[slice(*self.shown(at, at + 1))].lower()
            word = word if accented.isascii() else accented
        return {fold(base).text for base in lemmas(word, self.lang)}

    def _stands(self, kind: WordKind, start: int, end: int) -> bool:
        first = self.words[start]
        if kind in (WordKind.INFLECTED, WordKind.FORM) and first[0].isupper():
            hangs_before = start > 0 and self.gap(start, start) == "-" and self.words[start - 1][0].isupper()
            hangs_after = (
                end < len(self.words)
                and self.gap(end, end) == "-"
                and self.words[end - 1][0].isupper()
                and self.words[end][0].isupper()
            )
            return not hangs_before and not hangs_after
        if kind is WordKind.ACRONYM and self.normal[start].lower() in COMMON_WHEN_SMALL and "." not in first:
            text, at = self.folded.text, self.starts[start]
            line = text[:at].rpartition("\n")[2] + text[at:].partition("\n")[0]
            return not (line.isupper() and len(line.split()) >= 3 and not IS_CJK.search(line))
        return True

    def names(self, node: ListRef) -> list[tuple[int, int, str]]:
        """Mentions of a list's names; of overlapping ones the longest, then the earlier, then the first in the list."""
        assert node.terms is not None
        if id(node.terms) not in self.listed:
            said: dict[tuple[Variant, ...], str] = {}
            for name, spellings in node.terms.names:
                for spelling in spellings:
                    said.setdefault(spelling.variants, name)
            ranked = [
                (start - end, start, rank, name)
                for rank, (variants, name) in enumerate(said.items())
                for start, end in self.occurrences(Spelling("", variants))
            ]
            kept: list[tuple[int, int, str]] = []
            for minus_length, start, _, name in sorted(ranked):
                end = start - minus_length
                if all(end <= other or start >= other_end for other, other_end, _ in kept):
                    kept.append((start, end, name))
            self.listed[id(node.terms)] = kept
        return [found for found in self.listed[id(node.terms)] if node.name in ("", found[2])]


def versioned(text: Text, names: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """# in a name is the version that was found; without one it goes, and the space or hyphen before it."""
    for start, end, name in names:
        digits = [found[0] for word in text.words[start:end] if (found := re.search(r"\d.*", word))]
        yield start, end, name.replace("#", digits[-1]) if digits else re.sub("[ -]?#", "", name)


def read(article: Article) -> dict[str, Text]:
    """The fields of an article that hold something."""
    lang = language_for(article.lang)
    return {f: Text(f, article.text_of(f), lang) for f in SEARCHED_FIELDS if article.text_of(f)}


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of one field that satisfies a part of a query."""

    field: str
    start: int
    end: int
    words: tuple[Range, ...]
    bound: Bound = ()
    optional: tuple[Range, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.start, self.end, self.words, self.bound, self.optional)

    def shares(self, other: Hit) -> bool:
        return self.field == other.field and bool(numbers(self.words) & numbers(other.words))


def numbers(ranges: Iterable[Range]) -> set[int]:
    return {at for start, end in ranges for at in range(start, end)}


@dataclass(frozen=True, slots=True)
class Found:
    """One way in which a query is satisfied."""

    hits: tuple[Hit, ...]
    bound: Bound
    loose: Bound = ()
    beside: tuple[Hit, ...] = ()

    @property
    def values(self) -> dict[str, str]:
        return {**dict(self.loose), **dict(self.bound)}

    @property
    def tightness(self) -> tuple[Any, ...]:
        """Fewest words covered, then the field and the place of the first, then most of MAYBE, then by all places."""
        if not self.hits:
            return (0, 0, 0, 0)
        covered = sum(hit.end - hit.start for hit in self.hits)
        first = min((ORDER[hit.field], hit.start) for hit in self.hits)
        optional = -sum(len(hit.optional) for hit in self.hits)
        return (covered, *first, optional, tuple((ORDER[h.field], h.words, h.optional) for h in self.hits), self.bound)


def agreed(bounds: Iterable[Bound]) -> Bound | None:
    """All slots together; None where a slot would get two values."""
    pairs = {pair for bound in bounds for pair in bound}
    return tuple(sorted(pairs)) if len({slot for slot, _ in pairs}) == len(pairs) else None


def tightest(found: Iterable[Found]) -> list[Found]:
    by_bound: dict[Bound, list[Found]] = {}
    for each in found:
        by_bound.setdefault(each.bound, []).append(each)
    return [min(several, key=lambda f: f.tightness) for several in by_bound.values()]


def is_mention(node: Node) -> bool:
    if isinstance(node, Or):
        return all(map(is_mention, node.children))
    if isinstance(node, Scoped):
        return is_mention(node.child)
    return not isinstance(node, And | AndNot | AndMaybe | AtLeast | SomeOf | RuleRef)


def binds(node: Node, *, offered: bool = True) -> set[str]:
    """Slots that a part of a chain may bind, with those that a MAYBE offers or without; negated parts bind nothing."""
    match node:
        case ListRef():
            return {node.binds, node.binds_written}
        case OpenSlot() | Regex():
            return {node.slot} - {""}
        case NotNear():
            return binds(node.wanted, offered=offered)
        case Or():
            return set().union(*(binds(child, offered=offered) for child in node.children))
        case Chain():
            parts = [part for part in node.parts if offered or not part.maybe]
            return set().union(*(binds(part.node, offered=offered) for part in parts))
        case First() | Scoped():
            return binds(node.child, offered=offered)
        case _:
            return set()


@dataclass(frozen=True, slots=True)
class Scope:
    fields: tuple[str, ...] | None = None
    lead: bool = False

    def within(self, name: str) -> Scope:
        wanted = TEXT_FIELDS if name == "lead" else (name,)
        kept = tuple(f for f in wanted if self.fields is None or f in self.fields)
        return Scope(kept, self.lead or name == "lead")


class Reference:
    """All rules, tried one by one."""

    def __init__(self, rules: Iterable[Rule], reads: Callable[[Article], dict[str, Text]] | None = None) -> None:
        self.rules = list(rules)
        self.reads = reads or read
        self.by_name = {(rule.watchlist, rule.id): rule for rule in self.rules}
        self.loose: dict[Match, frozenset[str]] = {}

    def match(self, article: Article) -> list[Match]:
        """The matches of all rules; of one rule in no particular order."""
        trial = Trial(self, article)
        self.loose = {}
        found = [(rule, match) for rule in self.rules for match in trial.matches(rule)]
        return [match for rule, match in found if not self._gives_way(rule, match, found)]

    def matching(self, article: Article) -> set[tuple[str, str]]:
        """The rules that match, whether or not another rule's fuller fact is told instead."""
        trial = Trial(self, article)
        return {(rule.watchlist, rule.id) for rule in self.rules if trial.findings(rule)}

    def too_many(self, article: Article) -> bool:
        """Does a rule have more facts in the article than are told?"""
        trial = Trial(self, article)
        return any(len(trial.matches(rule)) > MOST_FACTS for rule in self.rules)

    def _gives_way(self, rule: Rule, match: Match, found: Sequence[tuple[Rule, Match]]) -> bool:
        """Is there a fact of the same memory that says all that this one says, and more? Defaults say nothing."""
        mine = said(rule, match)
        return any(
            other.watchlist == match.watchlist and other.about == match.about and mine < said(other_rule, other)
            for other_rule, other in found
        ) or any(
            other.watchlist == match.watchlist
            and other.about == match.about
            and tied(rule, match, self.loose) < tied(other_rule, other, self.loose)
            for other_rule, other in found
        )

    def wanted(self, rule: Rule) -> frozenset[str]:
        """The slots that a rule asks for."""
        return frozenset((*rule.fact, *rule.state, *rule.show, *re.findall(r"\{(\w+)\}", rule.title)))


def said(rule: Rule, match: Match) -> set[tuple[str, str]]:
    return {(slot, value) for slot, value in match.fact if value and value != rule.default.get(slot)}


def tied(rule: Rule, match: Match, loose: dict[Match, frozenset[str]]) -> set[tuple[str, str]]:
    """What a match says without the slots that AND MAYBE filled."""
    return {(slot, value) for slot, value in said(rule, match) if slot not in loose[match]}


@dataclass(frozen=True, slots=True)
class Run:
    watchlist: str
    wanted: frozenset[str]
    struck: dict[str, set[int]] = field(default_factory=dict)
    every: bool = False

    def strikes(self, hit: Hit) -> bool:
        return bool(self.struck.get(hit.field, set()) & numbers(hit.words))


class Trial:
    """All rules on one article."""

    def __init__(self, reference: Reference, article: Article) -> None:
        self.reference = reference
        self.texts = reference.reads(article)

    def matches(self, rule: Rule) -> list[Match]:
        facts: dict[Fact, list[Found]] = {}
        for found in self.findings(rule):
            values = {**rule.default, **found.values}
            facts.setdefault(Fact(tuple((slot, values.get(slot, "")) for slot in rule.fact)), []).append(found)
        best = [(fact, min(found, key=lambda f: f.tightness)) for fact, found in facts.items()]
        matches = [self._match(rule, fact, found) for fact, found in best]
        loose = [frozenset(slot for slot, _ in found.loose) for _, found in best]
        self.reference.loose.update(zip(matches, loose, strict=True))
        return matches

    def _match(self, rule: Rule, fact: Fact, found: Found) -> Match:
        values = {**rule.default, **found.values}
        title = rule.title or rule.id
        if (head := re.match(r"\{(\w+)\}(?:: *|：)(?=\S)", title)) and not values.get(head[1]):
            title = title[head.end() :]
        return Match(
            watchlist=rule.watchlist,
            rule=rule.id,
            about=rule.about or rule.id,
            severity=rule.severity,
            title=re.sub(r"\{(\w+)\}", lambda s: values.get(s[1]) or f"({s[1]} not named)", title),
            fact=fact,
            state=Fact(tuple((slot, values.get(slot, "")) for slot in rule.state)),
            shown=Fact(tuple((slot, values.get(slot, "")) for slot in rule.show)),
            evidence=tuple(self._evidence(found)),
        )

    def _evidence(self, found: Found) -> Iterator[Evidence]:
        for name in SEARCHED_FIELDS:
            ranges = {
                r for hit in (*found.hits, *found.beside) if hit.field == name for r in (*hit.words, *hit.optional)
            }
            if ranges:
                text = self.texts[name]
                yield Evidence(name, tuple(text.shown(start, end) for start, end in overlapping_joined(ranges)))

    def findings(self, rule: Rule, referring: Run | None = None) -> list[Found]:
        """What is left after `require` and `except`, the tightest for each binding.

        For a rule that refers to this one: with the slots that it asks for, without what is struck there, and all.
        """
        nothing = Run(rule.watchlist, frozenset())
        asked = self.reference.wanted(rule)
        if referring is not None:  # a slot that stands in a negated part only is none that the rule could give
            asked |= referring.wanted & self.offers(rule, rule.query)
        if rule.require is not None and not self.solve(rule.require, Scope(), nothing):
            return []
        struck: dict[str, set[int]] = {}
        if rule.except_ is not None:
            if not self.solve(rule.query, Scope(), Run(rule.watchlist, asked)):
                return []  # what does not match without except does not match with it
            for found in self.solve(rule.except_, Scope(), Run(rule.watchlist, frozenset(), every=True)):
                for hit in found.hits:
                    struck.setdefault(hit.field, set()).update(numbers(hit.words))
        left = self.solve(rule.query, Scope(), Run(rule.watchlist, asked, struck))
        if not left or referring is None or not (referring.every or referring.struck):
            return tightest(left)
        for name, words in referring.struck.items():
            struck[name] = struck.get(name, set()) | words
        return self.solve(rule.query, Scope(), Run(rule.watchlist, asked, struck, every=referring.every))

    def offers(self, rule: Rule, node: Node) -> set[str]:
        """The slots that a rule can give to one that refers to it."""
        match node:
            case And() | SomeOf() | Or():
                return {slot for child in node.children for slot in self.offers(rule, child)}
            case AndNot():
                return self.offers(rule, node.wanted)
            case AndMaybe():
                return self.offers(rule, node.wanted) | self.offers(rule, node.offered)
            case AtLeast() | Scoped():
                return self.offers(rule, node.child)
            case RuleRef():
                other = self.reference.by_name[rule.watchlist, node.rule]
                return self.offers(other, other.query)
            case _:
                return binds(node)

    # whole articles

    def solve(self, node: Node, scope: Scope, run: Run) -> list[Found]:
        if is_mention(node):
            return [Found((hit,), hit.bound) for hit in self.hits(node, scope, run) if not run.strikes(hit)]
        match node:
            case And():
                return together([self.solve(child, scope, run) for child in node.children], run)
            case Or():
                return [found for child in node.children for found in self.solve(child, scope, run)]
            case AndNot() | AndMaybe():
                return self._aside(node, scope, run)
            case SomeOf():
                solved = [found for child in node.children if (found := self.solve(child, scope, run))]
                if run.every:
                    return [each for found in solved for each in found] if len(solved) >= node.count else []
                return some_of(solved, node.count)
            case AtLeast():
                return self._at_least(node, scope, run)
            case Scoped():
                return self.solve(node.child, scope.within(node.field), run)
            case RuleRef():
                return self.findings(self.reference.by_name[run.watchlist, node.rule], run)
        raise TypeError(node)

    def _aside(self, node: AndNot | AndMaybe, scope: Scope, run: Run) -> list[Found]:
        """What excludes the article, or only offers values."""
        whole = Run(run.watchlist, run.wanted)
        if isinstance(node, AndNot):
            return [] if self.solve(node.unwanted, scope, whole) else self.solve(node.wanted, scope, run)
        wanted = self.solve(node.wanted, scope, run)
        if run.every or not binds(node.offered) & run.wanted:
            return wanted
        offered = self.hits(node.offered, scope, whole)
        return [self._filled(found, offered) for found in tightest(wanted)]

    def _filled(self, found: Found, offered: set[Hit]) -> Found:
        """Slots that stayed open, from the one hit that is nearest: by sentence, by paragraph, or the first of all."""
        known = found.values
        fitting = [
            hit
            for hit in offered
            if any(slot not in known for slot, _ in hit.bound)
            and all(known.get(slot, value) == value for slot, value in hit.bound)
            and not any(other.bound and hit.shares(other) for other in found.hits)
        ]
        if not fitting:
            return found
        nearest = min(fitting, key=lambda hit: (*self._remoteness(hit, found), hit.key))
        added = {slot: value for slot, value in nearest.bound if slot not in known}
        loose = tuple(sorted({**dict(found.loose), **added}.items()))
        return Found(found.hits, found.bound, loose, (*found.beside, nearest))

    def _remoteness(self, hit: Hit, found: Found) -> tuple[float, ...]:
        text = self.texts[hit.field]
        same = [other for other in found.hits if other.field == hit.field]
        for rank, stretch in enumerate((text.sentences, text.paragraphs)):
            near = [o for o in same if stretch[o.start] <= stretch[hit.start] <= stretch[o.end - 1]]
            if near:
                return (rank, min(self._words_between(hit, other) for other in near))
        return (2, ORDER[hit.field], hit.start)

    def _at_least(self, node: AtLeast, scope: Scope, run: Run) -> list[Found]:
        found = self.solve(node.child, scope, run)
        apart: list[Hit] = []
        for hit in sorted((f.hits[0] for f in found), key=lambda h: (h.end, -h.start, ORDER[h.field], h.key)):
            if all(hit.field != other.field or hit.start >= other.end for other in apart):
                apart.append(hit)
        bounds = sorted({each.bound for each in found})
        return [Found(tuple(apart), bound) for bound in bounds] if len(apart) >= node.count else []

    # stretches of one field

    def hits(self, node: Node, scope: Scope, run: Run) -> set[Hit]:
        match node:
            case Term():
                return self._plain(scope, lambda text: [(*r, "") for r in text.occurrences(node.spelling)])
            case ListRef():
                return self._list(node, scope, run)
            case Regex():
                return self._plain(scope, lambda text: regex_hits(node.pattern, text), node.slot, run)
            case OpenSlot():
                find: Callable[[Any], Any] = names_in if node.kind is OpenKind.NAME else amounts_in
                return self._plain(scope, find, node.slot, run)
            case Or():
                return set().union(*(self.hits(child, scope, run) for child in node.children))
            case Scoped():
                return self.hits(node.child, scope.within(node.field), run)
            case First():
                hits = self.hits(node.child, scope, run)
                return {hit for hit in hits if self.texts[hit.field].between(0, hit.end) <= node.words}
            case NotNear():
                unwanted = self.hits(node.unwanted, scope, Run(run.watchlist, run.wanted))
                return {
                    hit
                    for hit in self.hits(node.wanted, scope, run)
                    if not any(self._spoils(node, hit, other) for other in unwanted)
                }
            case Chain():
                return self._chain(node, scope, run)
        raise TypeError(node)

    def _list(self, node: ListRef, scope: Scope, run: Run) -> set[Hit]:
        """The names of a list, and the words as they stand where the rule asks for them too."""
        hits = self._plain(scope, lambda text: versioned(text, text.names(node)), node.binds, run)
        if node.binds_written not in run.wanted:
            return hits
        shown = {
            hit: self.texts[hit.field].original[slice(*self.texts[hit.field].shown(hit.start, hit.end))] for hit in hits
        }
        return {
            replace(hit, bound=tuple(sorted((*hit.bound, (node.binds_written, " ".join(text.split()))))))
            for hit, text in shown.items()
        }

    def _plain(self, scope: Scope, find: Find, slot: str = "", run: Run | None = None) -> set[Hit]:
        binding = run is not None and slot in run.wanted
        return {
            Hit(name, start, end, ((start, end),), ((slot, value),) if binding else ())
            for name in (TEXT_FIELDS if scope.fields is None else scope.fields)
            if name in self.texts
            for start, end, value in find(self.texts[name])
            if end <= (self.texts[name].lead if scope.lead else len(self.texts[name].words))
        }

    def _spoils(self, node: NotNear, hit: Hit, other: Hit) -> bool:
        """Is an unwanted hit that near? A hit of the same words is the wanted one itself."""
        if hit.field != other.field or hit.words == other.words or (node.ordered and other.start < hit.start):
            return False
        if node.distance.unit is Unit.WORDS:
            return self._words_between(hit, other) <= node.distance.words
        stretch = self._stretches(node.distance, hit.field)
        mine = set(range(stretch[hit.start], stretch[hit.end - 1] + 1))
        return bool(mine & set(range(stretch[other.start], stretch[other.end - 1] + 1)))

    def _stretches(self, distance: Distance, name: str) -> list[int]:
        text = self.texts[name]
        return text.sentences if distance.unit is Unit.SENTENCE else text.paragraphs

    def _words_between(self, one: Hit, other: Hit) -> float:
        first, second = sorted((one, other), key=lambda h: h.start)
        return self.texts[one.field].between(first.end, second.start)

    # chains

    def _chain(self, node: Chain, scope: Scope, run: Run) -> set[Hit]:
        required = [part for part in node.parts if not part.maybe]
        offered = [self.hits(part.node, scope, run) for part in required]
        slots = [bool(binds(part.node, offered=False) & run.wanted) for part in required]
        usable = [
            [hit for hit in hits if slot or not run.strikes(hit)] for slot, hits in zip(slots, offered, strict=True)
        ]
        choices = self._choices(node.distance, required, usable)
        pivots = [at for at, slot in enumerate(slots) if not slot or run.every] or range(len(required))
        found: set[Hit] = set()
        for pivot in pivots:
            for chosen in self._nearest_for_each(choices, pivot):
                coordinated = [
                    self._coordinated(hit, hits) if slot and is_name(part.node) else [hit]
                    for hit, hits, slot, part in zip(chosen, offered, slots, required, strict=True)
                ]
                extras = self._extras(node, chosen, scope, run)
                found.update(joined(parts, extra) for parts in product(*coordinated) for extra in product(*extras))
        return {hit for hit in found if hit is not None and not run.strikes(hit)}

    def _choices(self, distance: Distance, parts: Sequence[Part], usable: Sequence[list[Hit]]) -> list[tuple[Hit, ...]]:
        """Every way to take one hit for each part so that neighbours are tied and no word is taken twice."""
        choices: list[tuple[Hit, ...]] = [(hit,) for hit in usable[0] if self._stretch(distance, hit) is not None]
        for part, hits in zip(parts[1:], usable[1:], strict=True):
            choices = [
                (*choice, hit)
                for choice in choices
                for hit in hits
                if self._near(distance, choice[-1], hit)
                and (not part.ordered or choice[-1].end <= hit.start)
                and not any(hit.shares(other) for other in choice)
            ]
        return choices

    def _near(self, distance: Distance, one: Hit, other: Hit) -> bool:
        if one.field != other.field or self._stretch(distance, one) != self._stretch(distance, other):
            return False
        return distance.unit is not Unit.WORDS or self._words_between(one, other) <= distance.words

    def _stretch(self, distance: Distance, hit: Hit) -> int | None:
        """The sentence or paragraph that holds a hit whole."""
        if distance.unit is Unit.WORDS:
            return 0
        stretch = self._stretches(distance, hit.field)
        return stretch[hit.start] if stretch[hit.start] == stretch[hit.end - 1] else None

    def _nearest_for_each(self, choices: Sequence[tuple[Hit, ...]], pivot: int) -> Iterator[tuple[Hit, ...]]:
        """For each hit of one part the choice that is nearest to it: outwards to the right, then to the left."""
        for hit in {choice[pivot] for choice in choices}:
            yield min(
                (choice for choice in choices if choice[pivot] == hit), key=lambda choice: self._outwards(choice, pivot)
            )

    def _outwards(self, choice: tuple[Hit, ...], pivot: int) -> list[Any]:
        right = [(at, at - 1) for at in range(pivot + 1, len(choice))]
        left = [(at, at + 1) for at in range(pivot - 1, -1, -1)]
        return [
            (
                self._words_between(choice[at], choice[by]),
                choice[at].start > choice[by].start,
                choice[at].start,
                -choice[at].end,
                choice[at].key,
            )
            for at, by in right + left
        ]

    def _coordinated(self, hit: Hit, hits: Iterable[Hit]) -> list[Hit]:
        """A name, or the one that a common noun stands for, and those joined to it only by commas, and, or."""
        hits = list(hits)
        hit = self._stands_for(hit, hits)
        row: list[Hit] = [hit]
        apart = [o for o in hits if o.field == hit.field and (o == hit or o.end <= hit.start or hit.end <= o.start)]
        for other in sorted(apart, key=lambda h: (h.start, -h.end, h.key)):
            if all(other is known or other.end <= known.start or known.end <= other.start for known in row):
                row.append(other)
        row = sorted({*row}, key=lambda h: h.start)
        text = self.texts[hit.field]
        first = last = row.index(hit)
        while first > 0 and JOINER.fullmatch(text.gap(row[first - 1].end, row[first].start)):
            first -= 1
        while last + 1 < len(row) and JOINER.fullmatch(text.gap(row[last].end, row[last + 1].start)):
            last += 1
        return row[first : last + 1]

    def _stands_for(self, noun: Hit, hits: Iterable[Hit]) -> Hit:
        """The name that follows a common noun (the chatbot DeepSeek, chatbots such as DeepSeek); else the noun."""
        if not is_common(noun):
            return noun
        text = self.texts[noun.field]
        names = [hit for hit in hits if hit.field == noun.field and hit.start >= noun.end and not is_common(hit)]
        apposed = [hit for hit in names if APPOSITION.fullmatch(text.gap(noun.end, hit.start))]
        return min(apposed, key=lambda h: (h.start, -h.end, h.key), default=noun)

    def _extras(self, node: Chain, chosen: Sequence[Hit], scope: Scope, run: Run) -> list[list[Hit]]:
        """For each MAYBE that is there the nearest to the required part before it (else after it), and its row."""
        extras: list[list[Hit]] = []
        for at, neighbour, before, after in maybes(node.parts):
            tie = chosen[neighbour]
            unstruck = Run(run.watchlist, run.wanted, every=run.every)  # words of a MAYBE do not count
            taken = [*chosen, *(hit for extra in extras for hit in extra)]
            near = [
                hit
                for hit in self.hits(node.parts[at].node, scope, unstruck)
                if self._near(node.distance, tie, hit)
                and (not after or hit.start >= tie.end)
                and (not before or hit.end <= tie.start)
                and not any(hit.shares(other) for other in taken)
            ]
            if near:
                nearest = min(near, key=lambda hit: (self._words_between(hit, tie), hit.key))
                extras.append(self._coordinated(nearest, near) if is_name(node.parts[at].node) else [nearest])
        return extras


def is_common(hit: Hit) -> bool:
    """Are the values that it binds common nouns: does the last word of each begin with a small letter?"""
    return bool(hit.bound) and all(value.split()[-1][0].islower() for _, value in hit.bound)


def maybes(parts: Sequence[Part]) -> list[tuple[int, int, bool, bool]]:
    """Of every MAYBE: its place, the required part it is tied to, and whether it must stand before or after that."""
    tied, leading, required = [], [], -1
    for at, part in enumerate(parts):
        if not part.maybe:
            required += 1
        elif required >= 0:
            tied.append((at, required, False, part.ordered))
        else:
            leading.append((at, 0, parts[at + 1].ordered, False))
    return tied + leading


def is_name(node: Node) -> bool:
    return all(isinstance(each, ListRef | OpenSlot | Regex | Or) for each in walk(node))


def joined(parts: Sequence[Hit], extras: Sequence[Hit]) -> Hit | None:
    """The parts as one hit; none if a slot gets two values or two parts share words. A MAYBE that disagrees is left."""
    bound = agreed(part.bound for part in parts)
    if bound is None or any(a.shares(b) for i, a in enumerate(parts) for b in parts[:i]):
        return None
    optional = {r for part in parts for r in part.optional}
    for extra in extras:
        both = agreed((bound, extra.bound))
        if both is not None and not any(extra.shares(part) for part in parts):
            bound = both
            optional.update(extra.words)
    words = tuple(sorted({r for part in parts for r in part.words}))
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    return Hit(parts[0].field, start, end, words, bound, tuple(sorted(optional)))


def together(solved: Sequence[list[Found]], run: Run) -> list[Found]:
    """AND: one of each in every combination that agrees, from left to right. `except` wants every word of all."""
    if not all(solved):
        return []
    if run.every:
        return [found for several in solved for found in several]
    return reduce(lambda one, other: tightest(pairs(one, other)), [tightest(several) for several in solved])


def some_of(solved: Sequence[list[Found]], count: int) -> list[Found]:
    """So many at least that agree: of the choices with the same slots the one with the most parts, then the tightest.

    A choice whose slots are all in another one gives way to that.
    """
    choices: dict[Bound, list[tuple[Any, ...]]] = {}
    for chosen in product(*([None, *tightest(found)] for found in solved)):
        taken = [each for each in chosen if each is not None]
        bound = agreed(each.bound for each in taken)
        if bound is not None and len(taken) >= count:
            found = with_loose(taken, bound)
            choices.setdefault(bound, []).append((-len(taken), found.tightness, found))
    fullest = [bound for bound in choices if not any(set(bound) < set(other) for other in choices)]
    return [min(choices[bound], key=lambda choice: choice[:2])[2] for bound in fullest]


def pairs(one: Iterable[Found], other: Sequence[Found]) -> Iterator[Found]:
    for left in one:
        for right in other:
            bound = agreed((left.bound, right.bound))
            if bound is not None:
                yield with_loose((left, right), bound)


def with_loose(taken: Sequence[Found], bound: Bound) -> Found:
    """Several as one; of what AND MAYBE offered to them the first keeps a slot."""
    loose: dict[str, str] = {}
    for each in taken:
        loose = {**dict(each.loose), **loose}
    hits = tuple(hit for each in taken for hit in each.hits)
    beside = tuple(dict.fromkeys(hit for each in taken for hit in each.beside))
    return Found(hits, bound, tuple(sorted(loose.items())), beside)


def regex_hits(pattern: str, text: Text) -> Iterator[tuple[int, int, str]]:
    """What RE2 finds, widened to whole words; the value is the first group if there is one."""
    for found in re2.finditer(pattern, text.folded.text):
        inside = [
            at for at in range(len(text.words)) if text.starts[at] < found.end() and found.start() < text.ends[at]
        ]
        value = found[1] if found.re.groups and found[1] else found[0]
        if inside:
            yield inside[0], inside[-1] + 1, value.strip()


def overlapping_joined(ranges: Iterable[Range]) -> Iterator[Range]:
    row = sorted(ranges)
    start, end = row[0]
    for other, other_end in row[1:]:
        if other < end:
            end = max(end, other_end)
        else:
            yield start, end
            start, end = other, other_end
    yield start, end
