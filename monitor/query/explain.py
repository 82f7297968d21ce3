"""Why a rule matches an article, or what it lacks: the same clauses, solved one by one.

Every node of a rule's queries is compiled by the engine's own compiler and solved in the scope that it has within the
whole, so that what is told here is what decides there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from monitor.model import Article, Match
from monitor.query import lacking
from monitor.query.chains import ChainClause
from monitor.query.clauses import FirstWords, Mentions
from monitor.query.engine import Engine, Trial
from monitor.query.found import Clause, Finding, Run, Scope, best_of
from monitor.query.lacking import How, Lack, Place
from monitor.query.not_near import NotNearClause
from monitor.query.rule import Rule
from monitor.query.tree import (
    And,
    AndMaybe,
    AndNot,
    Chain,
    Node,
    NotNear,
    Or,
    RuleRef,
    Scoped,
    SomeOf,
    Term,
    children,
)
from monitor.query.written import written

_EVERYWHERE = Scope()
_MOST_QUOTED = 3


class Outcome(StrEnum):
    """What became of a clause."""

    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "may be missing, and is"
    EXCLUDES = "is there, and excludes"
    ABSENT = "is not there, as wanted"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the article: half-open character ranges in the original text of a field, and what stands there."""

    place: Place
    spans: tuple[tuple[int, int], ...]
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One clause of a query: as written, what became of it, its evidence, and what it lacks.

    `role` is MAYBE or NOT where the clause has one within its parent, or what it is to the rule. `found` counts the
    ways in which it holds, of which the first are quoted; `bound` are the slot values of the tightest. `choice`: any
    of its children would do (OR).
    """

    clause: str
    outcome: Outcome
    role: str = ""
    found: int = 0
    quotes: tuple[Quote, ...] = ()
    bound: tuple[tuple[str, str], ...] = ()
    lacks: tuple[Lack, ...] = ()
    note: str = ""
    choice: bool = False
    children: tuple[Step, ...] = ()

    @property
    def holds(self) -> bool:
        return self.outcome is Outcome.HOLDS


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule and an article. `candidate`: the index did not rule the rule out.

    `matches` are what the engine tells; `given_way` those that it finds and does not tell, since a fuller fact or a
    retraction stands for them. `lacks` is empty exactly where `require`, `query` and `except` let the rule match.
    """

    rule: Rule
    article: Article
    candidate: bool
    query: Step
    require: Step | None
    except_: Step | None
    retract: Step | None
    matches: tuple[Match, ...]
    given_way: tuple[Match, ...]
    lacks: tuple[Lack, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The stages that the rule has, in the order in which they are decided."""
        return tuple(step for step in (self.require, self.query, self.except_, self.retract) if step is not None)


class Explainer:
    """Explains the rules of one engine; clauses are compiled once and serve for many articles."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._compiled: dict[tuple[int, bool, bool], tuple[Node, Clause]] = {}

    def explain(self, rule: Rule, article: Article) -> Explanation:
        """Why `rule`, one of the engine's, matches the article or does not."""
        trial = self._engine.trial(article)
        told = tuple(m for m in self._engine.match(article) if (m.watchlist, m.rule) == (rule.watchlist, rule.id))
        number = self._engine.number(rule.watchlist, rule.id)
        found = [told.match for told in trial.matches(number)]
        stages = self.stages(rule, trial, set())
        return Explanation(
            rule=rule,
            article=article,
            candidate=rule in self._engine.candidates(trial.reading),
            query=stages.query,
            require=stages.require,
            except_=stages.except_,
            retract=stages.retract,
            matches=told,
            given_way=tuple(match for match in found if match not in told),
            lacks=stages.lacks,
        )

    def lacks(self, rule: Rule, article: Article) -> tuple[Lack, ...]:
        """What a rule lacks in an article, least first where there is a choice; nothing where it matches."""
        return self.stages(rule, self._engine.trial(article), set(), whole=False).lacks

    def near_miss(self, rule: Rule, article: Article) -> Lack | None:
        """The one clause for which a rule does not match an article that has something of the rest; None otherwise."""
        stages = self.stages(rule, self._engine.trial(article), set(), whole=False)
        if stages.query.holds:
            return stages.lacks[0] if len(stages.lacks) == 1 else None
        return _near(stages.query) if stages.require is None or stages.require.holds else None

    def stages(self, rule: Rule, trial: Trial, told: set[str], *, whole: bool = True) -> _Stages:
        """Every query of a rule on an article, or (not `whole`) only those that decide whether it matches.

        `told` are the ids of rules that are told already: once is enough.
        """
        told.add(rule.id)
        walk = _Walk(self, rule, trial, told)
        require = walk.stage(rule.require, "require") if rule.require is not None else None
        query = walk.stage(rule.query, "query", slots=True)
        except_ = (
            self._except(rule, walk, trial, query) if rule.except_ is not None and (whole or query.holds) else None
        )
        retract = walk.stage(rule.retract, "retract", slots=True) if rule.retract is not None and whole else None
        lacks = (*(require.lacks if require else ()), *query.lacks, *(except_.lacks if except_ else ()))
        return _Stages(query, require, except_, retract, lacks)

    def _except(self, rule: Rule, walk: _Walk, trial: Trial, query: Step) -> Step:
        assert rule.except_ is not None
        step = walk.stage(rule.except_, "except", late=True)
        if not step.holds or not query.holds:
            return step
        struck = trial.struck(self.clause(rule, rule.except_, slots=False, late=True))
        left = self.clause(rule, rule.query, slots=True, late=False).solve(trial.without(struck), _EVERYWHERE)
        gone = len({found.bound for found in walk.findings}) - len({found.bound for found in left})
        if left:
            return replace(step, note=f"strikes out {gone} of the facts" if gone else "strikes out no fact")
        branch = step
        while branch.choice:
            branch = next(child for child in branch.children if child.holds)
        quote = branch.quotes[0] if branch.quotes else None
        needs = f"a match that shares no word with except (`{quote.text}`)" if quote else "no match of except"
        lack = Lack(branch.clause, How.STRUCK, needs, place=quote.place if quote else None)
        return replace(step, lacks=(lack,), note="strikes out every match")

    def clause(self, rule: Rule, node: Node, *, slots: bool, late: bool) -> Clause:
        """A part of a rule's query as the engine has it."""
        key = (id(node), slots, late)
        known = self._compiled.get(key)
        if known is None:
            known = self._compiled[key] = (node, self._engine.clause(rule, node, slots=slots, late=late))
        return known[1]

    def rule_of(self, watchlist: str, name: str) -> Rule:
        """A rule that another one refers to."""
        return self._engine.stored(self._engine.number(watchlist, name)).rule


@dataclass(frozen=True, slots=True)
class _Stages:
    query: Step
    require: Step | None
    except_: Step | None
    retract: Step | None
    lacks: tuple[Lack, ...]


@dataclass(slots=True)
class _Walk:
    """One walk through the queries of one rule on one article."""

    explainer: Explainer
    rule: Rule
    trial: Trial
    told: set[str]
    slots: bool = False
    findings: Sequence[Finding] = field(default_factory=tuple)

    def stage(self, node: Node, role: str, *, slots: bool = False, late: bool = False) -> Step:
        """One whole query of the rule."""
        self.slots = slots
        if slots and role == "query":
            self.findings = self._clause(node, late).solve(self._run, _EVERYWHERE)
        step = self.step(node, _EVERYWHERE, late=late)
        return replace(step, role=role) if role in ("require", "query") else replace(step, role=role, lacks=())

    @property
    def _run(self) -> Run:
        return self.trial.run

    def _clause(self, node: Node, late: bool, *, slots: bool | None = None) -> Clause:
        return self.explainer.clause(self.rule, node, slots=self.slots if slots is None else slots, late=late)

    def step(self, node: Node, scope: Scope, *, late: bool, role: str = "") -> Step:
        """A node and all below it, in its scope."""
        found = self._clause(node, late).solve(self._run, scope)
        below = self._below(node, scope, late)
        outcome = Outcome.HOLDS if found else Outcome.FAILS
        if role == "MAYBE" and not found:
            outcome = Outcome.OPEN
        elif role == "NOT":
            outcome = Outcome.EXCLUDES if found else Outcome.ABSENT
        return Step(
            clause=written(node),
            outcome=outcome,
            role=role,
            found=len(found),
            quotes=self._quotes(found, leaf=not children(node)),
            bound=best_of(found).values if found else (),
            lacks=self._lacks(node, scope, late, below) if outcome is Outcome.FAILS else (),
            choice=isinstance(node, Or),
            children=below,
        )

    def _below(self, node: Node, scope: Scope, late: bool) -> tuple[Step, ...]:
        match node:
            case Scoped():
                return (self.step(node.child, scope.within(node.field), late=late),)
            case AndNot() | NotNear():
                wanted = self.step(node.wanted, scope, late=late)
                return (wanted, self.step(node.unwanted, scope, late=True, role="NOT"))
            case AndMaybe():
                inner, offered = _offers(node)
                offers = (self.step(each, scope, late=late, role="MAYBE") for each in offered)
                return (self.step(inner, scope, late=late), *offers)
            case Chain():
                parts = ((part.node, "MAYBE" if part.maybe else "") for part in node.parts)
                return tuple(self.step(part, scope, late=late, role=role) for part, role in parts)
            case RuleRef():
                return self._of_rule(node)
            case _:
                return tuple(self.step(child, scope, late=late) for child in children(node))

    def _of_rule(self, node: RuleRef) -> tuple[Step, ...]:
        if node.rule in self.told:
            return ()
        other = self.explainer.rule_of(self.rule.watchlist, node.rule)
        stages = self.explainer.stages(other, self.trial, self.told)
        return tuple(step for step in (stages.require, stages.query, stages.except_) if step is not None)

    def _quotes(self, found: Sequence[Finding], *, leaf: bool) -> tuple[Quote, ...]:
        """The tightest finding of a composed clause; of a leaf the first few."""
        shown = found[:_MOST_QUOTED] if leaf else ([best_of(found)] if found else [])
        return tuple(dict.fromkeys(quote for finding in shown for quote in quotes_of(self._run, finding)))

    # what is lacking

    def _lacks(self, node: Node, scope: Scope, late: bool, below: tuple[Step, ...]) -> tuple[Lack, ...]:
        elsewhere = lacking.elsewhere(written(node), scope, self._run, lambda wide: self._solve(node, late, wide))
        if elsewhere is not None:
            return (elsewhere,)
        return _of_parts(node, below) or self._own(node, scope, late)

    def _solve(self, node: Node, late: bool, scope: Scope) -> Sequence[Finding]:
        return self._clause(node, late).solve(self._run, scope)

    def _own(self, node: Node, scope: Scope, late: bool) -> tuple[Lack, ...]:
        """What a clause lacks whose parts are there."""
        clause, text, run = self._clause(node, late), written(node), self._run
        match clause:
            case ChainClause():
                free = self._clause(node, late, slots=False)
                return (lacking.of_chain(text, clause, free, run, scope),)
            case NotNearClause():
                assert isinstance(node, NotNear)
                return (lacking.of_not_near(text, clause, written(node.unwanted), run, scope),)
            case Mentions():
                return (lacking.of_count(text, clause, run, scope),)
            case FirstWords():
                return (lacking.of_first(text, clause, run, scope),)
            case _:
                return (self._leaf(node, text, scope),)

    def _leaf(self, node: Node, text: str, scope: Scope) -> Lack:
        if isinstance(node, And | SomeOf):
            return Lack(text, How.DISAGREE, "one value for each slot")
        if isinstance(node, RuleRef):
            return Lack(text, How.MISSING, "that rule to match")
        other = lacking.other_form(node.spelling.text, self._run, scope) if isinstance(node, Term) else None
        if other is not None:
            return Lack(text, How.MISSING, "it as it is written", f"`{other[0]}`", other[1])
        return Lack(text, How.MISSING)


def _offers(node: AndMaybe) -> tuple[Node, list[Node]]:
    """What is wanted, and all that is offered to it, in the order in which it is written: one level for the reader."""
    wanted: Node = node
    offered: list[Node] = []
    while isinstance(wanted, AndMaybe):
        offered.insert(0, wanted.offered)
        wanted = wanted.wanted
    return wanted, offered


def _of_parts(node: Node, below: tuple[Step, ...]) -> tuple[Lack, ...]:
    """What the parts of a clause lack; nothing where they are all right, and only the whole fails."""
    match node:
        case Or():
            return min((step.lacks for step in below), key=_nearness)
        case SomeOf():
            wanting = node.count - sum(step.holds for step in below)
            return _together(sorted((s.lacks for s in below if not s.holds), key=_nearness)[: max(0, wanting)])
        case AndNot():
            wanted, unwanted = below
            return wanted.lacks + (_excluded(unwanted) if unwanted.outcome is Outcome.EXCLUDES else ())
        case _:
            return _together(step.lacks for step in below)


def _near(step: Step) -> Lack | None:
    """What alone is lacking; None where nothing of the clause is there, or too much of it is not."""
    if step.choice:
        branches = [found for child in step.children if (found := _near(child)) is not None]
        return min(branches, key=lambda found: found.how.rank, default=None)
    if len(step.lacks) != 1:
        return None
    (lack,) = step.lacks
    if lack.how is not How.MISSING or lack.closest or any(child.holds for child in step.children):
        return lack
    return next((near for child in step.children if (near := _near(child)) is not None), None)


def quotes_of(run: Run, finding: Finding) -> Iterable[Quote]:
    """The evidence of a finding, field by field."""
    by_field: dict[str, set[tuple[int, int]]] = {}
    for mention in (*finding.mentions, *finding.beside):
        by_field.setdefault(mention.field, set()).update((*mention.words, *mention.optional))
    for name, ranges in by_field.items():
        reading = run.reading.fields[name]
        spans = tuple(reading.range_of(start, end) for start, end in sorted(ranges))
        line = reading.original.count("\n", 0, spans[0][0]) + 1
        yield Quote(Place(name, line), spans, " … ".join(reading.original[start:end] for start, end in spans))


def _excluded(step: Step) -> tuple[Lack, ...]:
    quote = step.quotes[0] if step.quotes else None
    place = quote.place if quote else None
    return (Lack(f"NOT {step.clause}", How.EXCLUDED, f"no {step.clause}", f"`{quote.text}`" if quote else "", place),)


def _together(lacks: Iterable[tuple[Lack, ...]]) -> tuple[Lack, ...]:
    return tuple(dict.fromkeys(lack for each in lacks for lack in each))


def _nearness(lacks: tuple[Lack, ...]) -> tuple[int, int]:
    return len(lacks), sum(lack.how.rank for lack in lacks)
