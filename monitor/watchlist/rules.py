"""From rules as written to rules as the engine takes them: queries parsed, lists resolved, references followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from monitor.query.resolve import resolve
from monitor.query.rule import ExceptOf, Rule
from monitor.query.slots import Bound
from monitor.query.syntax import no_mention, parse
from monitor.query.tree import AndMaybe, ListRef, Node, OpenSlot, Or, Regex, RuleRef, children, walk
from monitor.text.canonical import canonical
from monitor.watchlist.draft import FileDraft, RuleDraft
from monitor.watchlist.graph import order, way
from monitor.watchlist.lists import Lists
from monitor.watchlist.page import Page, did_you_mean
from monitor.watchlist.raw import Written
from monitor.watchlist.slots import check_retract, check_slots

MOST_DEEP = 100
"""Levels of a query, and of all rules that it refers to one within the other; nobody can follow so many."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query with its place: `node` is None where it is broken. `nodes` are the node and all below it."""

    written: Written
    node: Node | None
    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule and what came of it; `rule` is None where it is out."""

    draft: RuleDraft
    query: Query | None
    except_: Query | None
    retract: Query | None
    rule: Rule | None = None

    def queries(self) -> list[Query]:
        return [query for query in (self.query, self.except_, self.retract) if query]


@dataclass(frozen=True, slots=True)
class CompiledFile:
    """A file's head and rules."""

    name: str
    draft: FileDraft
    require: Query | None
    except_: Query | None
    also: tuple[Query, ...]
    rules: tuple[CompiledRule, ...]

    @property
    def head(self) -> list[Query]:
        """The queries that belong to every rule of the file."""
        return [query for query in (self.require, self.except_, *self.also) if query]

    def queries(self) -> list[Query]:
        return self.head + [query for rule in self.rules for query in rule.queries()]


def compile_file(page: Page, name: str, draft: FileDraft, lists: Lists) -> CompiledFile:
    """Compile every rule of a file; what is wrong is reported on its page, all of it."""

    def compiled(written: Written | None) -> Query | None:
        return _compile_query(page, written, lists) if written else None

    require, except_ = compiled(draft.require), compiled(draft.except_)
    rules = tuple(
        CompiledRule(rule, compiled(rule.query), compiled(rule.except_), compiled(rule.retract)) for rule in draft.rules
    )
    also = tuple(_compile_offered(page, written, lists) for written in draft.also)
    _check_vague(page, draft, lists)
    file = CompiledFile(name, draft, require, except_, also, rules)
    return replace(file, rules=_Linker(page, file).link())


def _check_vague(page: Page, draft: FileDraft, lists: Lists) -> None:
    names = {name for terms in lists.sound.values() for name, _ in terms.names} if draft.vague else set()
    for written in draft.vague:
        if written.text not in names and not lists.broken:
            page.report(
                "E234", written.path, f"no list has the name `{written.text}`", did_you_mean(written.text, names)
            )


def _compile_query(page: Page, written: Written, lists: Lists) -> Query:
    before = page.errors
    node, faults = parse(written.text)
    for fault in faults:
        page.report_fault(written.path, fault)
    if node is None:
        return Query(written, None)
    spans = _report_broken_lists(page, written, node, lists) if lists.broken else []
    node, faults = resolve(node, lists.sound)
    for fault in faults:
        if not any(start <= fault.start and fault.end <= end for start, end in spans):
            page.report_fault(written.path, fault)
    return Query(written, node, tuple(walk(node))) if page.errors == before else Query(written, None)


def _compile_offered(page: Page, written: Written, lists: Lists) -> Query:
    """A member of `also`, which every query of the file is offered as by AND MAYBE."""
    query = _compile_query(page, written, lists)
    fault = no_mention(query.node, "also") if query.node else None
    if fault is None:
        return query
    page.report_fault(written.path, fault)
    return Query(written, None)


def _named_by_as(query: Query) -> set[str]:
    """The slots that a query names itself. A list without AS, such as a verb, is no slot that anybody asks for."""
    lists = {node.slot for node in query.nodes if isinstance(node, ListRef) and node.slot}
    open_slots = {node.slot for node in query.nodes if isinstance(node, OpenSlot | Regex) and node.slot}
    return lists | {f"{slot}_written" for slot in lists} | open_slots


def _report_broken_lists(page: Page, written: Written, node: Node, lists: Lists) -> list[tuple[int, int]]:
    broken = [ref for ref in walk(node) if isinstance(ref, ListRef) and ref.list in lists.broken]
    for ref in broken:
        message = f"the list @{ref.list} is broken, and so is what refers to it"
        page.report_within("E223", written.path, ref.start, ref.end, message)
    return [(ref.start, ref.end) for ref in broken]


@dataclass(slots=True)
class _Linker:
    """Follows `%rule` through one file and makes the rules that are sound."""

    page: Page
    file: CompiledFile
    bound: dict[str, Bound] = field(default_factory=dict)
    deep: dict[str, int] = field(default_factory=dict)

    def link(self) -> tuple[CompiledRule, ...]:
        first = self._first_of_each_id()
        names, circles = order(
            {name: [ref.rule for _, ref in self._references(self.file.rules[index])] for name, index in first.items()}
        )
        out = self._report_circles(first, circles)
        head_is_sound = self._check_head()
        made: dict[str, Rule] = {}
        for index in self._ordered(first, names):
            compiled = self.file.rules[index]
            rule = self._make(compiled, made, first, out)
            if rule and head_is_sound and first[rule.id] == index and rule.id not in out:
                made[rule.id] = rule
        self._check_retracts(made, first)
        self._check_sequences(made, first)
        self._drop_dangling(made, first)
        return tuple(
            replace(compiled, rule=made.get(compiled.draft.id) if first.get(compiled.draft.id) == index else None)
            for index, compiled in enumerate(self.file.rules)
        )

    def _check_retracts(self, made: dict[str, Rule], first: Mapping[str, int]) -> None:
        """A `retract` may refer to rules that come later, so what it binds is known only when all are made."""
        for name, rule in list(made.items()):
            before, compiled = self.page.errors, self.file.rules[first[name]]
            refs = _rule_refs(compiled.retract) if compiled.retract else []
            if rule.retract is not None and all(ref.rule in made for ref in refs):
                check_retract(self.page, compiled.draft, rule.retract, self.bound)
                self._check_depth(self._references(compiled, retract=True), compiled.queries())
            if self.page.errors > before:
                del made[name]

    def _check_sequences(self, made: dict[str, Rule], first: Mapping[str, int]) -> None:
        """A sequence is about one fact, so its two rules need a slot of `fact` in common."""
        for name in list(made):
            compiled = self.file.rules[first[name]]
            step, path = compiled.draft.when.first, (*compiled.draft.path, "when", "first")
            if not step:
                continue
            if step not in made:
                self.page.report("E223", path, f"the rule {step} is broken, and so is the sequence that it begins")
                del made[name]
            elif not shared_slots(made[name], made[step]):
                hint = f"the fact of {step}: {', '.join(made[step].fact) or 'none'}"
                self.page.report("E232", path, f"the rule and {step} have no slot of `fact` in common", hint)
                del made[name]

    def _check_depth(self, references: Sequence[tuple[Query, RuleRef]], queries: Sequence[Query]) -> int:
        """How deep a rule nests with all that it refers to: a query is solved by as many calls within calls."""
        own = max((_depth(query.node) for query in queries if query.node is not None), default=0)
        deepest = max(references, key=lambda reference: self.deep.get(reference[1].rule, 0), default=None)
        if deepest is None:
            return own
        depth = own + self.deep.get(deepest[1].rule, 0)
        if depth > MOST_DEEP:
            self._report(
                "E229", *deepest, "with all that it refers to the rule nests too deeply", "refer to fewer rules"
            )
        return depth

    def _drop_dangling(self, made: dict[str, Rule], first: Mapping[str, int]) -> None:
        """Rules that a `retract` keeps out take along those that refer to them, by their `retract` or otherwise."""
        while True:
            dangling = {
                name: (query, ref)
                for name in made
                for query, ref in self._references(self.file.rules[first[name]], retract=True)
                if ref.rule not in made
            }
            for name, (query, ref) in dangling.items():
                self._report_broken(query, ref)
                del made[name]
            if not dangling:
                return

    def _first_of_each_id(self) -> dict[str, int]:
        first: dict[str, int] = {}
        for index, compiled in enumerate(self.file.rules):
            name = compiled.draft.id
            if name and first.setdefault(name, index) != index:
                line = self.page.place((*self.file.rules[first[name]].draft.path, "id"))[0]
                message = f"the id `{name}` is taken: line {line}"
                self.page.report("E212", (*compiled.draft.path, "id"), message, "give this rule another id")
        for compiled in self.file.rules:
            for former in compiled.draft.was:
                if former.text in first:
                    message = f"`was` says that `{former.text}` was renamed, but there is a rule of that id"
                    self.page.report("E227", former.path, message)
        return first

    def _references(self, compiled: CompiledRule, *, retract: bool = False) -> list[tuple[Query, RuleRef]]:
        """The rules that this one cannot do without. Its `retract` may well speak of itself or of later ones."""
        queries = [compiled.query, compiled.except_, self.file.require, self.file.except_]
        queries += [compiled.retract] if retract else []
        return [(query, ref) for query in queries if query for ref in _rule_refs(query)]

    def _report_circles(self, first: Mapping[str, int], circles: list[list[str]]) -> set[str]:
        for circle in circles:
            then = circle[1 % len(circle)]
            references = self._references(self.file.rules[first[circle[0]]])
            query, ref = next((query, ref) for query, ref in references if ref.rule == then)
            self._report("E220", query, ref, f"the rules refer to each other in a cycle: {way(circle, '%')}")
        return {name for circle in circles for name in circle}

    def _ordered(self, first: Mapping[str, int], names: list[str]) -> list[int]:
        linked = [first[name] for name in names]
        rest = set(range(len(self.file.rules))) - set(linked)
        return linked + sorted(rest)

    def _check_head(self) -> bool:
        sound = self.file.draft.sound and all(query.node for query in self.file.head)
        if not sound and self.file.rules:
            self.page.report_span("E224", None, "no rule of this file is loaded until its head is mended")
        return sound

    def _make(
        self, compiled: CompiledRule, made: Mapping[str, Rule], first: Mapping[str, int], out: set[str]
    ) -> Rule | None:
        draft, before = self._with_shown(compiled.draft), self.page.errors
        complete = self._check_references(compiled, made, first, out)
        query = self._with_offers(compiled.query.node) if compiled.query and compiled.query.node else None
        if query is not None and complete:
            self.bound[draft.id] = check_slots(self.page, draft, query, self.bound, first)
            self.deep[draft.id] = self._check_depth(self._references(compiled), compiled.queries())
        if query is None or not draft.id or not draft.sound or self.page.errors > before:
            return None
        if any(each.node is None for each in compiled.queries()):
            return None
        return Rule(
            watchlist=self.file.name,
            id=draft.id,
            query=query,
            title=draft.title.text if draft.title else draft.id,
            about=draft.about,
            severity=draft.severity,
            except_=_joined(compiled.except_, self.file.except_),
            except_of=_except_of(compiled.except_, self.file.except_),
            require=self.file.require.node if self.file.require else None,
            retract=compiled.retract.node if compiled.retract else None,
            fact=tuple(slot.text for slot in draft.fact),
            state=tuple(slot.text for slot in draft.state),
            show=tuple(slot.text for slot in draft.show),
            min_relevance=draft.min_relevance,
            default=MappingProxyType(dict(draft.defaults)),
            vague=frozenset(canonical(name.text) for name in self.file.draft.vague),
        )

    def _with_offers(self, node: Node) -> Node:
        """The query of a rule with what `also` offers to it."""
        for query in self.file.also:
            if query.node is not None:
                node = AndMaybe(node.start, node.end, node, query.node)
        return node

    def _with_shown(self, draft: RuleDraft) -> RuleDraft:
        """A rule that shows, beside what it says itself, every slot that `also` names by AS and it does not."""
        taken, shown = {slot.text for slot in draft.named}, list(draft.show)
        for query in self.file.also:
            for slot in sorted(_named_by_as(query) - taken):
                taken.add(slot)
                shown.append(Written(slot, query.written.path))
        return replace(draft, show=tuple(shown))

    def _check_references(
        self, compiled: CompiledRule, made: Mapping[str, Rule], first: Mapping[str, int], out: set[str]
    ) -> bool:
        """Report references to nothing; False if a rule is missing whose facts this one would inherit."""
        references = self._references(compiled)
        for query, ref in self._references(compiled, retract=True):
            if ref.rule not in first:
                self._report("E219", query, ref, f"unknown rule %{ref.rule}", did_you_mean(ref.rule, first, "%"))
        missing = [(query, ref) for query, ref in references if ref.rule not in made]
        for query, ref in missing:
            if ref.rule in first and compiled.draft.id not in out:
                self._report_broken(query, ref)
        return not missing

    def _report_broken(self, query: Query, ref: RuleRef) -> None:
        self._report("E223", query, ref, f"the rule %{ref.rule} is broken, and so is what refers to it")

    def _report(self, code: str, query: Query, ref: RuleRef, message: str, hint: str = "") -> None:
        self.page.report_within(code, query.written.path, ref.start, ref.end, message, hint)


def shared_slots(rule: Rule, other: Rule) -> tuple[str, ...]:
    """The slots that both facts have: what two rules are compared by."""
    return tuple(slot for slot in rule.fact if slot in other.fact)


def _depth(node: Node) -> int:
    depth, level = 0, [node]
    while level:
        depth += 1
        level = [below for each in level for below in children(each)]
    return depth


def _rule_refs(query: Query) -> list[RuleRef]:
    return [each for each in query.nodes if isinstance(each, RuleRef)]


def _except_of(own: Query | None, files: Query | None) -> ExceptOf:
    if own is None:
        return ExceptOf.FILE
    return ExceptOf.BOTH if files else ExceptOf.RULE


def _joined(own: Query | None, files: Query | None) -> Node | None:
    nodes = tuple(query.node for query in (own, files) if query and query.node)
    return Or(0, 0, nodes) if len(nodes) > 1 else next(iter(nodes), None)
