"""What is probably wrong though it loads: warnings that need no archive, each a small check of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import re2

from monitor.model import Fact
from monitor.query.compile import regex_options
from monitor.query.lists import TermList
from monitor.query.slots import bound_slots
from monitor.query.spelling import Spelling, Word, WordKind
from monitor.query.survey import is_anchored
from monitor.query.tree import (
    And,
    AndMaybe,
    AndNot,
    AtLeast,
    Chain,
    First,
    ListRef,
    Node,
    NotNear,
    OpenKind,
    OpenSlot,
    Or,
    Regex,
    Scoped,
    SomeOf,
    Term,
    walk,
)
from monitor.watchlist.common import COMMON_WORDS
from monitor.watchlist.draft import CASE_KINDS
from monitor.watchlist.lists import Lists, WrittenList
from monitor.watchlist.nouns import CaseKind
from monitor.watchlist.page import Page
from monitor.watchlist.rules import CompiledFile, CompiledRule, Query
from monitor.watchlist.slots import PLACEHOLDER

_MOST_EVERYDAY = 50
"""No list of everyday words is longer."""

_IN_EVERY_ARTICLE = ("the", "said", "of", "and", "a", "to", "is")


def lint_lists(written: Mapping[str, WrittenList], lists: Lists, outer: Mapping[str, WrittenList]) -> None:
    """The lists of one file; `outer` are the shared ones."""
    for name, each in written.items():
        if name in outer:
            message = f"@{name} wins over the shared list of that name"
            each.page.report_key("W201", each.path, message, f"the shared one stands in {outer[name].page.file}")
        if name in lists.sound:
            _check_two_names(each)
            _check_shadowed(each, lists.sound[name])
            _check_capitals(each, lists.sound[name])


def _check_two_names(written: WrittenList) -> None:
    owners: dict[str, str] = {}
    for entry in written.entries if written.named else ():
        for spelling in entry.spellings:
            owner = owners.setdefault(spelling.text, entry.name)
            if owner != entry.name and not spelling.text.startswith("@"):
                message = f"`{spelling.text}` is a spelling of `{owner}` too"
                written.page.report("W204", spelling.path, message, "keep it under the name that is meant")


def _words(spelling: Spelling) -> tuple[Word, ...]:
    return spelling.variants[0].words


def _only_word(spelling: Spelling) -> Word | None:
    words = _words(spelling)
    return words[0] if len(spelling.variants) == 1 and len(words) == 1 else None


def _check_shadowed(written: WrittenList, terms: TermList) -> None:
    """A phrase that holds a lower-case spelling of the same name matches nothing that the shorter one does not."""
    groups = [spellings for _, spellings in terms.names]
    if not written.named:
        groups = [tuple(each for group in groups for each in group)]
    shadowed = {longer: shorter for group in groups for longer, shorter in _shadows(group)}
    for spelling in written.spellings():
        if spelling.text in shadowed:
            message = f"`{spelling.text}` finds nothing that `{shadowed[spelling.text]}` does not find"
            written.page.report("W206", spelling.path, message, "leave it out")


def _shadows(group: Iterable[Spelling]) -> Iterator[tuple[str, str]]:
    """Pairs of (longer, shorter). Names may well be longer than need be: they are shown as evidence in full."""
    shorter = {
        _words(each): each.text for each in group if all(word.kind is WordKind.INFLECTED for word in _words(each))
    }
    for each in group:
        words = _words(each)
        parts = (words[start:end] for start in range(len(words)) for end in range(start + 1, len(words) + 1))
        found = next((shorter[part] for part in parts if part != words and part in shorter), None)
        if found is not None:
            yield each.text, found


def _check_capitals(written: WrittenList, terms: TermList) -> None:
    """A capitalised everyday word: among lower-case words probably a slip, among names one that headlines imitate."""
    single = {each.text: word for _, group in terms.names for each in group if (word := _only_word(each))}
    mostly_inflected = 2 * sum(word.kind is WordKind.INFLECTED for word in single.values()) > len(single)
    for spelling in written.spellings():
        word = single.get(spelling.text)
        if word is None or not _is_capitalised_common(word):
            continue
        if mostly_inflected:
            lower = spelling.text.lower()
            message = f"`{spelling.text}` matches neither `{lower}` nor its inflected forms"
            written.page.report("W217", spelling.path, message, f"write {lower}")
        else:
            written.page.report("W210", spelling.path, *_capitalised(spelling.text))


def _is_capitalised_common(word: Word) -> bool:
    return word.kind is WordKind.CAPITALS and word.text.lower() in COMMON_WORDS


def _capitalised(text: str) -> tuple[str, str]:
    message = f"`{text}` is an everyday word too, and Title Case headlines capitalise every word"
    return message, f'write the full name, or tie it to another word: "{text} Inc", {text} NEAR/8 ...'


def lint_file(page: Page, file: CompiledFile, written: Mapping[str, WrittenList]) -> None:
    """The rules of one file, and its own lists as far as they are unused."""
    _check_unused(page, file, written)
    _check_same_queries(page, file)
    for query in file.queries():
        _check_capitalised_terms(page, query)
    require, anchored = file.require.node if file.require else None, _anchored_rules(file)
    for rule in file.rules:
        _check_cases(page, rule)
        if rule.query and rule.query.node is not None:
            _check_free_slots(page, rule, rule.query)
            _check_and_not(page, rule.query)
            _check_loose(page, rule.query, rule.query.node)
            _check_anchor(page, rule.query, rule.query.node, require, anchored)


def _check_unused(page: Page, file: CompiledFile, written: Mapping[str, WrittenList]) -> None:
    if not _is_read(file):
        return  # what a broken query refers to is not known
    used = {other for name, each in written.items() for other in each.taken_in() if other != name}
    used.update(each.list for query in file.queries() for each in query.nodes if isinstance(each, ListRef))
    for name, each in written.items():
        if name not in used and each.sound:
            page.report_key("W205", each.path, f"nothing in this file refers to @{name}", "use it or take it out")


def _is_read(file: CompiledFile) -> bool:
    """Whether every rule has its query, and all could be read."""
    return all(rule.query for rule in file.rules) and all(query.node is not None for query in file.queries())


def uses_outside(file: CompiledFile, written: Mapping[str, WrittenList]) -> frozenset[str] | None:
    """The lists that a file refers to and does not hold (`written` are its own); None where a query cannot be read."""
    if not _is_read(file):
        return None
    used = {each.list for query in file.queries() for each in query.nodes if isinstance(each, ListRef)}
    used.update(other for each in written.values() for other in each.taken_in())
    return frozenset(used - written.keys())


def lint_shared(
    shared: Mapping[str, WrittenList], whole: Collection[str], uses: Iterable[frozenset[str] | None]
) -> None:
    """Shared lists that no file uses, in the terms files beside which every rule file is at hand (`whole`)."""
    found = list(uses)
    if None in found:
        return
    used: set[str] = set()
    ahead = [name for each in found if each for name in each]
    while ahead:
        name = ahead.pop()
        if name in shared and name not in used:
            used.add(name)
            ahead.extend(shared[name].taken_in())
    for name, each in shared.items():
        if name not in used and each.page.file in whole:
            each.page.report_key("W221", each.path, f"no watchlist refers to @{name}", "use it or take it out")


def _check_same_queries(page: Page, file: CompiledFile) -> None:
    seen: dict[tuple[str, str], str] = {}
    for rule in file.rules:
        if rule.query is None:
            continue
        key = (rule.query.written.text, rule.except_.written.text if rule.except_ else "")
        other = seen.setdefault(key, rule.draft.id)
        if other != rule.draft.id:
            page.report(
                "W212", rule.query.written.path, f"the rule `{other}` asks exactly the same", "keep one of them"
            )


def _check_capitalised_terms(page: Page, query: Query) -> None:
    for each in query.nodes:
        if isinstance(each, Term) and (word := _only_word(each.spelling)) and _is_capitalised_common(word):
            page.report_within("W210", query.written.path, each.start, each.end, *_capitalised(each.spelling.text))


def _check_cases(page: Page, rule: CompiledRule) -> None:
    if not rule.draft.cases and not rule.draft.meant.intersection(CASE_KINDS):
        hint = "add match = [...] and no_match = [...] with sentences that you know"
        page.report("W207", rule.draft.path, f"the rule `{rule.draft.id}` has no cases", hint)
    kinds: dict[tuple[str, str], CaseKind] = {}
    seen: set[tuple[CaseKind, str, str, tuple[Fact, ...]]] = set()
    for draft in rule.draft.cases:
        case = draft.case
        kind = kinds.setdefault((case.title, case.text), case.kind)
        if CaseKind.NO_MATCH in (kind, case.kind) and kind is not case.kind and not case.facts:
            page.report("E226", draft.path, f"the same case stands under `{kind.value}` too: it cannot be both")
        if (key := (case.kind, case.title, case.text, case.facts)) in seen:
            page.report("W213", draft.path, "the same case stands here twice")
        seen.add(key)


def _check_free_slots(page: Page, rule: CompiledRule, query: Query) -> None:
    """Slots in different parts of an AND combine freely: three places and two products make six facts."""
    kept = {slot.text for slot in (*rule.draft.fact, *rule.draft.state)}
    told = kept | {slot.text for slot in rule.draft.show}
    if rule.draft.title:
        told |= set(PLACEHOLDER.findall(rule.draft.title.text))
    for each in query.nodes:
        if not isinstance(each, And):
            continue
        if len(free := _untied(each, kept)) > 1:
            why = "combine freely: AND does not tie them"
        elif len(free := _untied(each, told)) > 1:
            why = "are told together, though AND does not tie them: one is any of the article's"
        else:
            continue
        message = f"the slots {' and '.join(f'`{slot}`' for slot in free)} {why}"
        page.report_within("W208", query.written.path, each.start, each.end, message, "tie them with NEAR/S")


def _untied(node: And, slots: Collection[str]) -> list[str]:
    """A slot of each part that binds any of `slots`; parts that share their first are one."""
    groups = [sorted(bound_slots(child).any & set(slots)) for child in node.children]
    return list(dict.fromkeys(group[0] for group in groups if group))


def _check_and_not(page: Page, query: Query) -> None:
    """What shares words with the wanted part, or is a matter of nearness, is meant to strike out single matches."""
    for each in query.nodes:
        if not isinstance(each, AndNot):
            continue
        near = any(isinstance(inner, Chain) for inner in walk(each.unwanted))
        if near or _leaves(each.unwanted) & _leaves(each.wanted):
            message = "AND NOT loses the whole article, a round-up with good matches too"
            hint = "to strike out single matches, write it under except = '...'"
            page.report_within("W209", query.written.path, each.unwanted.start, each.unwanted.end, message, hint)


def _leaves(node: Node) -> set[str]:
    leaves = set()
    for each in walk(node):
        if isinstance(each, Term):
            leaves.add(each.spelling.text)
        elif isinstance(each, ListRef):
            leaves.add(f"@{each.list}:{each.name}")
    return leaves


def _check_anchor(page: Page, query: Query, node: Node, require: Node | None, of_rule: Callable[[str], bool]) -> None:
    """Is there a rare word that every match needs, or at least a word? One warning is enough."""
    if not (_is_narrow(node) or (require is not None and _is_narrow(require))):
        code, hint = "W211", "add a name or a list of names"
        message = "the query rests on everyday words only and will match very many articles"
    elif not (is_anchored(node, of_rule) or (require is not None and is_anchored(require, of_rule))):
        code, hint = "W222", "tie it to a term or a list that every match has: @lab NEAR/S NAME AS product"
        message = "no word has to be there, so the rule is tried on every article"
    else:
        return
    page.report_within(code, query.written.path, node.start, node.end, message, hint)


def _anchored_rules(file: CompiledFile) -> Callable[[str], bool]:
    """Whether a rule of the file is anchored; one that cannot be read is not complained of a second time."""
    queries = {rule.draft.id: rule.query.node for rule in file.rules if rule.query and rule.query.node is not None}
    known: dict[str, bool] = {}

    def of_rule(name: str) -> bool:
        if name not in known:
            known[name] = True  # where rules refer to each other in a cycle, which is an error
            known[name] = name not in queries or is_anchored(queries[name], of_rule)
        return known[name]

    return of_rule


def _is_unscoped(node: Node) -> bool:
    """Does a part look in the whole article, for words without a capital?"""
    match node:
        case Term():
            return not any(word.kind in (WordKind.CAPITALS, WordKind.ACRONYM) for word in _words(node.spelling))
        case Scoped():
            return False
        case Or() | SomeOf():
            return any(map(_is_unscoped, node.children))
        case _:
            return not any(isinstance(below, Scoped) for below in walk(node))


def _check_loose(page: Page, query: Query, node: Node) -> None:
    """An everyday word that AND looks for in the whole article: every longer one has it somewhere."""
    match node:
        case And():
            loose = [child for child in node.children if _is_unscoped(child) and not _is_narrow(child)]
            for child in loose if len(loose) < len(node.children) else ():
                message = "AND finds everyday words anywhere in the article, so nearly every longer one has them"
                hint = "tie them with NEAR/S, or look at title: or lead:"
                page.report_within("W223", query.written.path, child.start, child.end, message, hint)
            for child in node.children:
                _check_loose(page, query, child)
        case Or():
            for child in node.children:
                _check_loose(page, query, child)
        case AndNot() | AndMaybe():
            _check_loose(page, query, node.wanted)
        case _:
            pass


def _is_rare(spelling: Spelling) -> bool:
    return any(word.text.lower() not in COMMON_WORDS for word in _words(spelling))


def _is_narrow(node: Node) -> bool:
    """Does every way to match need at least one word that is not an everyday one?"""
    match node:
        case Term():
            return _is_rare(node.spelling)
        case ListRef():
            groups = [group for _, group in node.terms.names] if node.terms else []
            number = sum(map(len, groups))
            return number == 0 or number > _MOST_EVERYDAY or any(_is_rare(each) for group in groups for each in group)
        case Regex():
            pattern = re2.compile(node.pattern, regex_options())
            return sum(pattern.search(word) is not None for word in _IN_EVERY_ARTICLE) < 2
        case OpenSlot():
            return node.kind is not OpenKind.NAME
        case And():
            return any(map(_is_narrow, node.children))
        case Or() | SomeOf():
            return all(map(_is_narrow, node.children))
        case Chain():
            return any(_is_narrow(part.node) for part in node.parts if not part.maybe)
        case AndNot() | AndMaybe() | NotNear():
            return _is_narrow(node.wanted)
        case AtLeast() | First() | Scoped():
            return _is_narrow(node.child)
        case _:
            return True
