"""Breaking one operator on purpose must fail at least three rows of the conformance table.

    python -m tests.query.mutations

prints the mutation table in Markdown: for every mutation the number of rows that notice it, and some of them.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import pytest

from monitor.model import Article, Evidence, Match
from monitor.query import chains, chunks, clauses, compile, engine, leaves, spelling
from monitor.query.engine import Engine
from monitor.query.found import Finding
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
    Scoped,
    SomeOf,
    Unit,
)
from monitor.text import fold, tokens
from tests.query import test_conformance as table

Patch = pytest.MonkeyPatch
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Mutation:
    """One way to be wrong; `rows` are the files of the table that are asked first."""

    name: str
    apply: Callable[[Patch], None]
    rows: tuple[str, ...]


MUTATIONS: list[Mutation] = []


def mutation(name: str, *rows: str) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """Register what a function does to the engine."""

    def register(apply: Callable[[Patch], None]) -> Callable[[Patch], None]:
        MUTATIONS.append(Mutation(name, apply, rows))
        return apply

    return register


# the rows that notice


def notices(mutation: Mutation | None, rows: list[Any]) -> Generator[str, None, None]:
    """The ids of the rows that fail under a mutation (None: under none)."""
    with pytest.MonkeyPatch.context() as patch:
        if mutation is not None:
            mutation.apply(patch)
        for row in rows:
            try:
                table.test_row(*row.values)
            except Exception:
                yield str(row.id)


def rows_for(mutation: Mutation) -> list[Any]:
    """All rows, those that the mutation is most likely to break first."""
    return sorted(table.rows(), key=lambda row: str(row.id).split(":")[0] not in mutation.rows)


def first_that_notice(mutation: Mutation, enough: int = ENOUGH) -> list[str]:
    """Rows that fail under the mutation and not without it, until there are enough."""
    rows = rows_for(mutation)
    by_id = {row.id: row for row in rows}
    asked = enough
    while True:
        with closing(notices(mutation, rows)) as noticing:
            found = list(islice(noticing, asked))
        broken = set(notices(None, [by_id[each] for each in found]))
        sound = [each for each in found if each not in broken]
        if len(sound) >= enough or len(found) < asked:
            return sound
        asked *= 4


def everywhere(patch: Patch, name: str, value: Any) -> None:
    """Replace a function wherever the room uses it, as a method or under a name that another module imported."""
    owners = [module for known, module in list(sys.modules.items()) if known.startswith("monitor.")]
    owners += [each for module in owners for each in vars(module).values() if isinstance(each, type)]
    found = {id(owner): owner for owner in owners if name in vars(owner)}
    assert found, f"nothing is called {name}"
    for owner in found.values():
        patch.setattr(owner, name, value)


# mutations of the tree


def rewritten(node: Node, change: Callable[[Any], Node]) -> Node:
    """The tree with every node changed, from the leaves up."""

    def below(child: Node) -> Node:
        return rewritten(child, change)

    match node:
        case And() | Or() | SomeOf():
            node = replace(node, children=tuple(map(below, node.children)))
        case AndNot() | NotNear():
            node = replace(node, wanted=below(node.wanted), unwanted=below(node.unwanted))
        case AndMaybe():
            node = replace(node, wanted=below(node.wanted), offered=below(node.offered))
        case Chain():
            node = replace(node, parts=tuple(replace(part, node=below(part.node)) for part in node.parts))
        case AtLeast() | First() | Scoped():
            node = replace(node, child=below(node.child))
    return change(node)


def changing_rules(patch: Patch, change: Callable[[Rule], Rule]) -> None:
    original = Engine.__init__
    patch.setattr(Engine, "__init__", lambda self, rules=(): original(self, [change(rule) for rule in rules]))


def changing(patch: Patch, kind: type[Any] | tuple[type[Any], ...], change: Callable[[Any], Node]) -> None:
    def changed(node: Node | None) -> Any:
        return node and rewritten(node, lambda each: change(each) if isinstance(each, kind) else each)

    changing_rules(
        patch,
        lambda rule: replace(
            rule, query=changed(rule.query), except_=changed(rule.except_), require=changed(rule.require)
        ),
    )


def parts_changed(patch: Patch, change: Callable[[Part], Part]) -> None:
    changing(patch, Chain, lambda chain: replace(chain, parts=tuple(map(change, chain.parts))))


def distance_changed(patch: Patch, change: Callable[[Distance], Distance]) -> None:
    changing(patch, (Chain, NotNear), lambda node: replace(node, distance=change(node.distance)))


@mutation("BEFORE as NEAR", "before")
def _(patch: Patch) -> None:
    parts_changed(patch, lambda part: replace(part, ordered=False))


@mutation("NEAR as BEFORE", "near")
def _(patch: Patch) -> None:
    parts_changed(patch, lambda part: replace(part, ordered=True))


@mutation("NEAR/n as NEAR/n+1", "near", "before", "not_near")
def _(patch: Patch) -> None:
    distance_changed(patch, lambda d: replace(d, words=d.words + 1))


@mutation("NEAR/n as NEAR/n-1", "near", "before", "not_near")
def _(patch: Patch) -> None:
    distance_changed(patch, lambda d: replace(d, words=d.words - 1))


@mutation("NEAR/S as NEAR/P", "sentences")
def _(patch: Patch) -> None:
    distance_changed(patch, lambda d: Distance(Unit.PARAGRAPH) if d.unit is Unit.SENTENCE else d)


@mutation("NEAR/P as NEAR/S", "sentences")
def _(patch: Patch) -> None:
    distance_changed(patch, lambda d: Distance(Unit.SENTENCE) if d.unit is Unit.PARAGRAPH else d)


@mutation("NEAR/P as the whole field", "sentences")
def _(patch: Patch) -> None:
    distance_changed(patch, lambda d: Distance(Unit.WORDS, 9999) if d.unit is Unit.PARAGRAPH else d)


@mutation("NOT NEAR ignored", "not_near")
def _(patch: Patch) -> None:
    changing(patch, NotNear, lambda node: node.wanted)


@mutation("NOT BEFORE as NOT NEAR", "not_near", "before")
def _(patch: Patch) -> None:
    changing(patch, NotNear, lambda node: replace(node, ordered=False))


@mutation("MAYBE required", "maybe")
def _(patch: Patch) -> None:
    parts_changed(patch, lambda part: replace(part, maybe=False))


@mutation("MAYBE left out", "maybe")
def _(patch: Patch) -> None:
    def without(chain: Chain) -> Node:
        required = tuple(part for part in chain.parts if not part.maybe)
        return replace(chain, parts=required)

    changing(patch, Chain, without)


@mutation("AND MAYBE as AND", "maybe", "also")
def _(patch: Patch) -> None:
    changing(patch, AndMaybe, lambda node: And(node.start, node.end, (node.wanted, node.offered)))


@mutation("AND MAYBE left out", "maybe", "also")
def _(patch: Patch) -> None:
    changing(patch, AndMaybe, lambda node: node.wanted)


@mutation("show ignored", "also")
def _(patch: Patch) -> None:
    changing_rules(patch, lambda rule: replace(rule, show=()))


@mutation("ATLEAST/n as ATLEAST/n-1", "atleast_first_nof")
def _(patch: Patch) -> None:
    changing(patch, AtLeast, lambda node: replace(node, count=node.count - 1))


@mutation("ATLEAST counts overlapping mentions", "atleast_first_nof")
def _(patch: Patch) -> None:
    patch.setattr(clauses, "_apart", list)


@mutation("FIRST ignored", "atleast_first_nof")
def _(patch: Patch) -> None:
    changing(patch, First, lambda node: node.child)


@mutation("FIRST/n as FIRST/n-1", "atleast_first_nof")
def _(patch: Patch) -> None:
    changing(patch, First, lambda node: replace(node, words=node.words - 1))


@mutation("n OF as n-1 OF", "atleast_first_nof")
def _(patch: Patch) -> None:
    changing(patch, SomeOf, lambda node: replace(node, count=node.count - 1))


@mutation("n OF as all OF", "atleast_first_nof")
def _(patch: Patch) -> None:
    changing(patch, SomeOf, lambda node: replace(node, count=len(node.children)))


@mutation("AND as OR", "and_not", "fields")
def _(patch: Patch) -> None:
    changing(patch, And, lambda node: Or(node.start, node.end, node.children))


@mutation("OR as AND", "and_not", "fields")
def _(patch: Patch) -> None:
    changing(patch, Or, lambda node: And(node.start, node.end, node.children))


@mutation("AND NOT ignored", "and_not")
def _(patch: Patch) -> None:
    changing(patch, AndNot, lambda node: node.wanted)


@mutation("AND NOT as AND", "and_not")
def _(patch: Patch) -> None:
    changing(patch, AndNot, lambda node: And(node.start, node.end, (node.wanted, node.unwanted)))


@mutation("field prefix ignored", "fields")
def _(patch: Patch) -> None:
    changing(patch, Scoped, lambda node: node.child)


@mutation("lead is the whole body", "fields")
def _(patch: Patch) -> None:
    everywhere(patch, "lead_end", property(lambda self: len(self.words)))


@mutation("lead is the body alone", "fields")
def _(patch: Patch) -> None:
    changing(patch, Scoped, lambda n: Scoped(n.start, n.end, "body", n) if n.field == "lead" else n)


@mutation("unscoped terms search all fields", "fields")
def _(patch: Patch) -> None:
    every = ("title", "summary", "body", "publisher", "author", "category", "url")
    changing_rules(patch, lambda r: replace(r, query=Or(0, 0, tuple(Scoped(0, 0, field, r.query) for field in every))))


@mutation("AS ignored", "slots_and_coordination", "lists", "open_slots")
def _(patch: Patch) -> None:
    changing(patch, (ListRef, OpenSlot, Regex), lambda node: replace(node, slot=""))


@mutation("@list:Name as @list", "lists")
def _(patch: Patch) -> None:
    changing(patch, ListRef, lambda node: replace(node, name=""))


@mutation("NAME finds nothing", "open_slots")
def _(patch: Patch) -> None:
    patch.setitem(compile._OPEN, OpenKind.NAME, lambda reading: [])


@mutation("MONEY finds nothing", "open_slots")
def _(patch: Patch) -> None:
    patch.setitem(compile._OPEN, OpenKind.MONEY, lambda reading: [])


@mutation("regular expressions in any case", "terms", "open_slots")
def _(patch: Patch) -> None:
    changing(patch, Regex, lambda node: replace(node, pattern=f"(?i){node.pattern}"))


@mutation("regular expressions find nothing", "terms", "open_slots")
def _(patch: Patch) -> None:
    changing(patch, Regex, lambda node: replace(node, pattern="never[^\\x00-\\x{10FFFF}]"))


# mutations of rules


@mutation("%rule without its facts", "rule_refs")
def _(patch: Patch) -> None:
    original = clauses.OtherRule.solve

    def solve(self: Any, run: Any, scope: Any) -> list[Finding]:
        return [replace(found, bound=()) for found in original(self, run, scope)]

    patch.setattr(clauses.OtherRule, "solve", solve)


@mutation("%rule always there", "rule_refs")
def _(patch: Patch) -> None:
    patch.setattr(clauses.OtherRule, "solve", lambda self, run, scope: [Finding(())])


@mutation("except ignored", "except")
def _(patch: Patch) -> None:
    changing_rules(patch, lambda rule: replace(rule, except_=None))


@mutation("except excludes whole articles", "except")
def _(patch: Patch) -> None:
    def whole(rule: Rule) -> Rule:
        if rule.except_ is None:
            return rule
        return replace(rule, query=AndNot(0, 0, rule.query, rule.except_), except_=None)

    changing_rules(patch, whole)


@mutation("require ignored", "fields", "rule_refs")
def _(patch: Patch) -> None:
    changing_rules(patch, lambda rule: replace(rule, require=None))


@mutation("default ignored", "defaults_state")
def _(patch: Patch) -> None:
    changing_rules(patch, lambda rule: replace(rule, default={}))


@mutation("state ignored", "defaults_state")
def _(patch: Patch) -> None:
    changing_rules(patch, lambda rule: replace(rule, state=()))


@mutation("an emptier fact stays beside a fuller one", "defaults_state", "slots_and_coordination")
def _(patch: Patch) -> None:
    patch.setattr(engine, "fuller_only", lambda found: [told.match for told in found])


# mutations of terms


def no_short_cut(patch: Patch) -> None:
    """Spellings of plain letters go the way of all others, which a property test holds to be the same."""
    patch.setattr(spelling, "LETTERS_ONLY", re.compile(r"(?!)"))


def atoms_changed(patch: Patch, change: Callable[[Any], Any]) -> None:
    no_short_cut(patch)
    original = spelling._atoms
    patch.setattr(
        spelling, "_atoms", lambda text: (new for atom in original(text) if (new := change(atom)) is not None)
    )


def kinds_changed(patch: Patch, kinds: dict[WordKind, WordKind]) -> None:
    no_short_cut(patch)

    def word(kind: WordKind, text: str) -> Word:
        return Word(kinds.get(kind, kind), text)

    patch.setattr(spelling, "Word", word)


def spellings_changed(patch: Patch, change: Callable[[Variant], Variant]) -> None:
    def changed(text: str, variants: tuple[Variant, ...]) -> Spelling:
        return Spelling(text, tuple(dict.fromkeys((*variants, *map(change, variants)))))

    patch.setattr(spelling, "Spelling", changed)


@mutation("= ignored", "terms", "names_and_caps")
def _(patch: Patch) -> None:
    atoms_changed(patch, lambda atom: replace(atom, exact=False))


@mutation("* ignored", "terms")
def _(patch: Patch) -> None:
    atoms_changed(patch, lambda atom: replace(atom, star=False))


@mutation("# ignored", "letters_digits", "lists")
def _(patch: Patch) -> None:
    atoms_changed(patch, lambda atom: None if atom.text == "#" else atom)


@mutation("no inflection", "terms")
def _(patch: Patch) -> None:
    kinds_changed(patch, {WordKind.INFLECTED: WordKind.FORM})


@mutation("a term matches what it begins", "terms")
def _(patch: Patch) -> None:
    kinds_changed(patch, {WordKind.INFLECTED: WordKind.PREFIX})


@mutation("a capital first ignored", "names_and_caps")
def _(patch: Patch) -> None:
    kinds_changed(patch, {WordKind.CAPITALS: WordKind.ANY_CASE})


@mutation("ALL CAPS ignored", "names_and_caps", "headlines")
def _(patch: Patch) -> None:
    kinds_changed(patch, {WordKind.ACRONYM: WordKind.ANY_CASE})


@mutation("no plural of ALL CAPS", "names_and_caps")
def _(patch: Patch) -> None:
    kinds_changed(patch, {WordKind.ACRONYM: WordKind.CAPITALS})


@mutation("a capital further in is no name by itself", "names_and_caps")
def _(patch: Patch) -> None:
    kinds_changed(patch, {WordKind.ANY_CASE: WordKind.CAPITALS})


@mutation("capitals that are common words match in a line of capitals", "headlines")
def _(patch: Patch) -> None:
    everywhere(patch, "in_capitals", lambda self, at: False)


@mutation("lower case matches parts of hyphenated names", "names_and_caps", "terms")
def _(patch: Patch) -> None:
    everywhere(patch, "hangs_on_left", lambda *_: False)
    everywhere(patch, "hangs_on_right", lambda *_: False)


@mutation("the order of a phrase ignored", "phrases")
def _(patch: Patch) -> None:
    spellings_changed(patch, lambda variant: Variant(variant.words[::-1], variant.gaps[::-1]))


@mutation("anything may stand in the gaps of a phrase", "phrases")
def _(patch: Patch) -> None:
    everywhere(patch, "_BETWEEN", dict.fromkeys(Gap, re.compile("(?s).*")))


@mutation("only a space may stand in the gaps of a phrase", "phrases")
def _(patch: Patch) -> None:
    signs = {Gap.NOTHING: "", Gap.HYPHEN: "-", Gap.HYPHEN_OR_SPACE: "[- ]", Gap.PHRASE: " "}
    everywhere(patch, "_BETWEEN", {gap: re.compile(sign) for gap, sign in signs.items()})


@mutation("a phrase crosses the end of a sentence", "phrases", "sentences")
def _(patch: Patch) -> None:
    everywhere(patch, "sentence_ends", lambda text, end, start: False)


@mutation("letters and digits never part", "letters_digits")
def _(patch: Patch) -> None:
    patch.setattr(spelling, "_limited", lambda options: [choices[:1] for choices in options])


@mutation("the characters of Chinese in any order", "chinese")
def _(patch: Patch) -> None:
    def back(variant: Variant) -> Variant:
        chinese = all(word.kind is WordKind.CHARACTER for word in variant.words)
        return Variant(variant.words[::-1], variant.gaps[::-1]) if chinese else variant

    spellings_changed(patch, back)


@mutation("a character of Chinese counts as a word", "chinese")
def _(patch: Patch) -> None:
    everywhere(patch, "between", lambda self, end, start: start - end)


# mutations of slots


@mutation("no coordination", "slots_and_coordination")
def _(patch: Patch) -> None:
    everywhere(patch, "coordinated", lambda field, name, names: [name])


@mutation("a common noun stands for itself", "slots_and_coordination")
def _(patch: Patch) -> None:
    everywhere(patch, "stands_for", lambda field, noun, name: False)


@mutation("everything is coordinated", "slots_and_coordination")
def _(patch: Patch) -> None:
    everywhere(patch, "joins", lambda field, before, after: True)


@mutation("the farthest name instead of the nearest", "slots_and_coordination")
def _(patch: Patch) -> None:
    original = chains.ChainClause._nearest
    patch.setattr(chains.ChainClause, "_nearest", lambda *args: [*original(*args)][::-1])


@mutation("every name in reach", "slots_and_coordination")
def _(patch: Patch) -> None:
    patch.setattr(chains.ChainClause, "_pivots", lambda self, run: list(range(len(self.links))))


@mutation("overlapping names of a list all count", "lists", "slots_and_coordination")
def _(patch: Patch) -> None:
    patch.setattr(leaves, "longest", sorted)


@mutation("the parts of a NEAR share words", "near", "before")
def _(patch: Patch) -> None:
    patch.setattr("monitor.query.found.Mention.shares_words", lambda self, other: False)


# mutations of the text


def folding_changed(patch: Patch, change: Callable[[str, str], str]) -> None:
    original = fold._fold_character
    patch.setattr(fold, "_fold_character", lambda character: change(character, original(character)))
    patch.setattr(fold, "_TABLE", fold._Table())
    everywhere(patch, "split_chunk", chunks._Splits().__getitem__)


@mutation("a possessive is not cut", "normalisation", "names_and_caps")
def _(patch: Patch) -> None:
    patch.setattr(tokens, "_POSSESSIVE", re.compile("(?!)"))


@mutation("U.S. is not US", "names_and_caps", "normalisation")
def _(patch: Patch) -> None:
    patch.setattr(tokens, "_DOTTED", re.compile("(?!)"))


@mutation("accents stay", "normalisation")
def _(patch: Patch) -> None:
    def accented(character: str, folded: str) -> str:
        marks = unicodedata.normalize("NFD", character)[1:]
        return character if any(unicodedata.combining(mark) for mark in marks) else folded

    folding_changed(patch, accented)


@mutation("zero-width characters and soft hyphens stay", "normalisation")
def _(patch: Patch) -> None:
    folding_changed(patch, lambda character, folded: folded or character)
    patch.setattr(fold, "_DROPPED", re.compile("(?!)"))


@mutation("full width and ligatures stay", "normalisation", "chinese")
def _(patch: Patch) -> None:
    def wide(character: str, folded: str) -> str:
        return character if unicodedata.decomposition(character).startswith("<") else folded

    folding_changed(patch, wide)


@mutation("typographic quotes and dashes stay", "normalisation", "phrases")
def _(patch: Patch) -> None:
    folding_changed(patch, lambda character, folded: character if folded in ("'", '"', "-") else folded)


@mutation("title and body are one", "near", "sentences", "fields")
def _(patch: Patch) -> None:
    original = Engine.match

    def match(self: Engine, article: Article) -> list[Match]:
        offset = len(article.title) + 1
        body = f"{article.title} {article.body}"
        return [_apart_again(each, offset) for each in original(self, replace(article, body=body))]

    patch.setattr(Engine, "match", match)


def _apart_again(match: Match, offset: int) -> Match:
    """The evidence in the fields in which it was before title and body were joined."""
    spans = {(e.field, *span) for e in match.evidence if e.field != "body" for span in e.spans}
    for start, end in (span for e in match.evidence if e.field == "body" for span in e.spans):
        spans.add(("title", start, end) if start < offset else ("body", start - offset, end - offset))
    names = sorted({name for name, *_ in spans})
    return replace(
        match,
        evidence=tuple(Evidence(n, tuple(sorted((s, e) for name, s, e in spans if name == n))) for n in names),
    )


@mutation("a text is one sentence", "sentences", "phrases")
def _(patch: Patch) -> None:
    everywhere(patch, "sentence_spans", lambda text: [(0, len(text))])


@mutation("every full stop ends a sentence", "sentences", "phrases")
def _(patch: Patch) -> None:
    everywhere(patch, "sentence_spans", lambda text: [m.span() for m in re.finditer(r"[^.!?。！？\n]+", text)])


@mutation("a newline ends no paragraph", "sentences", "fields")
def _(patch: Patch) -> None:
    everywhere(patch, "paragraph_spans", lambda text: [(0, len(text))])


def line_of(number: int) -> tuple[str, list[str]]:
    """One line of the table: the mutation and the rows that notice it."""
    return MUTATIONS[number].name, list(notices(MUTATIONS[number], list(table.rows())))


def main() -> None:
    """Print the mutation table."""
    broken = set(notices(None, list(table.rows())))
    print(f"{len(list(table.rows()))} rows; failing before any mutation: {len(broken)}\n")
    print("| mutation | rows that notice | for example |\n|---|---:|---|")
    with ProcessPoolExecutor() as pool:
        for name, failing in pool.map(line_of, range(len(MUTATIONS))):
            noticing = [row for row in failing if row not in broken]
            print(f"| {name} | {len(noticing)} | {', '.join(noticing[:ENOUGH])} |", flush=True)


if __name__ == "__main__":
    main()
