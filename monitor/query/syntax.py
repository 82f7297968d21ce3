"""The grammar of queries: text -> tree, or faults that say what to write.

query  = and { OR and }                  AND and OR on one level need parentheses
and    = not { AND not | AND MAYBE part }
not    = near { AND NOT near }
near   = part { (NEAR/n | BEFORE/n) [MAYBE] part }  |  part NOT NEAR/n part
part   = field: part | ATLEAST/n part | FIRST/n part | n OF ( query, ... ) | ( query ) | term
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import re2

from monitor.model import SEARCHED_FIELDS
from monitor.query import complaints
from monitor.query.compile import is_mention, regex_options
from monitor.query.fault import Fault
from monitor.query.lexer import Kind, Token, tokenise
from monitor.query.spelling import parse_spelling
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
)

FIELDS = (*SEARCHED_FIELDS, "lead")
DEEPEST = 60
LONGEST_CHAIN = 8
_STARTS = {
    Kind.WORD,
    Kind.PHRASE,
    Kind.REGEX,
    Kind.LIST,
    Kind.RULE,
    Kind.FIELD,
    Kind.OPEN,
    Kind.ATLEAST,
    Kind.FIRST,
    Kind.NAME,
    Kind.MONEY,
    Kind.MAYBE,
}


_SAID = {And: "AND", AndNot: "AND NOT", AndMaybe: "AND MAYBE"}


class _BrokenError(Exception):
    """Leaves the parser at the first syntax error, with what to tell."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def parse(text: str) -> tuple[Node | None, tuple[Fault, ...]]:
    """The tree of a query; None and the faults if it is no query. Never raises, whatever the text."""
    tokens, faults = tokenise(text)
    if faults:
        return None, tuple(faults)
    parser = _Parser(text, tokens)
    try:
        node = parser.whole()
    except _BrokenError as broken:
        return None, tuple(sorted({*parser.faults, broken.fault}))
    return (None if parser.faults else node), tuple(sorted(set(parser.faults)))


@dataclass(slots=True)
class _Parser:
    text: str
    tokens: Sequence[Token]
    at: int = 0
    depth: int = 0
    faults: list[Fault] = field(default_factory=list)
    wrapped: dict[int, tuple[Node, int, int]] = field(default_factory=dict)

    def peek(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def accept(self, *kinds: Kind) -> Token | None:
        """Take the next token if it is of one of these kinds."""
        return self.take() if self.peek().kind in kinds else None

    def after_next(self) -> Token:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    # the levels, loosest first

    def whole(self) -> Node:
        if self.peek().kind is Kind.END:
            raise _BrokenError(
                Fault(0, max(1, len(self.text)), "E126", "the query is empty", "write at least one term")
            )
        node = self.either()
        if self.peek().kind is Kind.CLOSE:
            raise _BrokenError(complaints.at(self.peek(), "E106", "this parenthesis closes nothing", "delete it"))
        if self.peek().kind is not Kind.END:
            raise _BrokenError(self._side_by_side(node))
        return node

    def either(self) -> Node:
        """OR, and the check that AND does not stand on the same level."""
        nodes = [self.both()]
        while self.accept(Kind.OR):
            nodes.append(self.both())
        if len(nodes) == 1:
            return nodes[0]
        for node in nodes:
            if isinstance(node, And | AndNot | AndMaybe) and id(node) not in self.wrapped:
                raise _BrokenError(self._mixed(nodes, node))
        return Or(nodes[0].start, nodes[-1].end, tuple(nodes))

    def both(self) -> Node:
        """AND; what stands after AND MAYBE is offered to all of it, wherever it is written."""
        nodes, offered = [self.without()], []
        while self.accept(Kind.AND):
            if self.accept(Kind.MAYBE):
                offered.append(self.part())
                self._must_be_mention(offered[-1], "AND MAYBE")
            else:
                nodes.append(self.without())
        node = nodes[0] if len(nodes) == 1 else And(nodes[0].start, nodes[-1].end, tuple(nodes))
        for each in offered:
            node = AndMaybe(node.start, max(node.end, each.end), node, each)
        return node

    def without(self) -> Node:
        node = self.chain()
        while self.peek().kind is Kind.AND and self.after_next().kind is Kind.NOT:
            self.take()
            self.take()
            unwanted = self.chain()
            node = AndNot(node.start, unwanted.end, node, unwanted)
        if self.peek().kind is Kind.NOT:
            raise _BrokenError(complaints.at(self.peek(), "E107", "NOT stands alone", "write AND NOT, or NOT NEAR/5"))
        return node

    def chain(self) -> Node:
        """NEAR and BEFORE with one distance, or one NOT NEAR."""
        start = self.peek().start
        parts = [Part(*self._maybe_part())]
        distance: Distance | None = None
        while True:
            if self.peek().kind is Kind.NOT and self.after_next().kind in (Kind.NEAR, Kind.BEFORE):
                return self._not_near(parts, distance)
            operator = self.accept(Kind.NEAR, Kind.BEFORE)
            if operator is None:
                break
            here = _distance(operator)
            if distance is not None and here != distance:
                raise _BrokenError(self._unequal(parts, operator, distance))
            distance = here
            node, _, maybe = self._maybe_part()
            parts.append(Part(node, operator.kind is Kind.BEFORE, maybe))
        return self._chained(start, parts, distance)

    def _maybe_part(self) -> tuple[Node, bool, bool]:
        maybe = self.accept(Kind.MAYBE)
        return self.part(), False, maybe is not None

    def _chained(self, start: int, parts: list[Part], distance: Distance | None) -> Node:
        if distance is None:
            if parts[0].maybe:
                fault = Fault(start, start + 5, "E118", "MAYBE needs a NEAR or an AND", "write a NEAR/S MAYBE b")
                raise _BrokenError(fault)
            return parts[0].node
        if len(parts) > LONGEST_CHAIN:
            hint = "join with AND what need not stand together"
            raise _BrokenError(
                Fault(start, parts[-1].node.end, "E120", f"a chain of more than {LONGEST_CHAIN} parts", hint)
            )
        for part in parts:
            self._must_be_mention(part.node, "NEAR")
        if all(part.maybe for part in parts):
            raise _BrokenError(Fault(start, parts[-1].node.end, "E118", "a chain of MAYBE alone", "drop one MAYBE"))
        return Chain(start, parts[-1].node.end, tuple(parts), distance)

    def _not_near(self, parts: list[Part], distance: Distance | None) -> Node:
        negation, operator = self.take(), self.take()
        if distance is not None or parts[0].maybe:
            hint = "put the NOT NEAR or the NEAR into parentheses"
            raise _BrokenError(Fault(negation.start, operator.end, "E114", "NEAR and NOT NEAR in one chain", hint))
        unwanted = self.part()
        for node in (parts[0].node, unwanted):
            self._must_be_mention(node, "NOT NEAR")
        if self.peek().kind in (Kind.NEAR, Kind.BEFORE, Kind.NOT):
            hint = "put the NOT NEAR into parentheses"
            raise _BrokenError(complaints.at(self.peek(), "E114", "NEAR and NOT NEAR in one chain", hint))
        wanted = parts[0].node
        return NotNear(wanted.start, unwanted.end, wanted, unwanted, _distance(operator), operator.kind is Kind.BEFORE)

    def part(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            hint = "split the query into rules and refer to them with %rule"
            raise _BrokenError(complaints.at(self.peek(), "E120", "nested too deeply", hint))
        try:
            return self._part()
        finally:
            self.depth -= 1

    def _part(self) -> Node:
        token = self.take()
        match token.kind:
            case Kind.FIELD:
                return self._scoped(token)
            case Kind.ATLEAST:
                child = self.part()
                self._must_be_mention(child, "ATLEAST")
                self._must_count(token, int(token.value))
                return AtLeast(token.start, child.end, int(token.value), child)
            case Kind.FIRST:
                child = self.part()
                self._must_be_mention(child, "FIRST")
                self._must_count(token, int(token.value))
                return First(token.start, child.end, int(token.value), child)
            case Kind.WORD if token.value.isdecimal() and self.peek().kind is Kind.OF:
                return self._some_of(token)
            case Kind.OPEN:
                return self._parenthesis(token)
            case _:
                return self._atom(token)

    def _scoped(self, token: Token) -> Node:
        if token.value not in FIELDS:
            self.faults.append(complaints.unknown_field(token, FIELDS))
        child = self.part()
        return Scoped(token.start, child.end, token.value, child)

    def _some_of(self, token: Token) -> Node:
        self.take()
        opening = self.accept(Kind.OPEN)
        if opening is None:
            raise _BrokenError(complaints.at(self.peek(), "E107", "OF needs a parenthesis", "write 2 OF (a, b, c)"))
        nodes = [self.either()]
        while self.accept(Kind.COMMA):
            nodes.append(self.either())
        closing = self._closing(opening)
        count = int(token.value)
        if not 1 <= count <= len(nodes):
            message = f"{count} OF {len(nodes)} can never be"
            self.faults.append(complaints.at(token, "E127", message, f"write a number from 1 to {len(nodes)}"))
        return SomeOf(token.start, closing.end, count, tuple(nodes))

    def _parenthesis(self, opening: Token) -> Node:
        node = self.either()
        if self.peek().kind in (*_STARTS, Kind.COMMA):
            raise _BrokenError(self._side_by_side(node))
        closing = self._closing(opening)
        self.wrapped[id(node)] = (node, opening.start, closing.end)
        return node

    def _closing(self, opening: Token) -> Token:
        closing = self.accept(Kind.CLOSE)
        if closing is None:
            raise _BrokenError(
                complaints.at(opening, "E106", "this parenthesis is never closed", "write ) where it ends")
            )
        return closing

    # terms

    def _atom(self, token: Token) -> Node:
        match token.kind:
            case Kind.WORD | Kind.PHRASE:
                return self._term(token)
            case Kind.REGEX:
                slot, end = self._as(token.end)
                self._check_regex(token)
                return Regex(token.start, end, token.value, slot)
            case Kind.LIST:
                slot, end = self._as(token.end)
                return ListRef(token.start, end, token.value, token.extra, slot)
            case Kind.NAME | Kind.MONEY:
                slot, end = self._as(token.end)
                return OpenSlot(token.start, end, OpenKind(token.text), slot)
            case Kind.RULE:
                return RuleRef(token.start, token.end, token.value)
            case _:
                before = self.tokens[self.at - 2] if self.at > 1 else None
                raise _BrokenError(complaints.unexpected(token, before))

    def _as(self, end: int) -> tuple[str, int]:
        """The slot after AS, if there is one."""
        said = self.accept(Kind.AS)
        if said is None:
            return "", end
        name = self.accept(Kind.WORD)
        if name is None or not name.value.isidentifier():
            wrong = name or self.peek()
            raise _BrokenError(
                complaints.at(wrong, "E123", "AS needs the name of a slot", "write letters: NAME AS product")
            )
        if self.peek().kind is Kind.WORD and not complaints.is_operator_elsewhere(self.peek()):
            hint = f"write {name.value}_{self.peek().text}, or AND between"
            raise _BrokenError(complaints.at(self.peek(), "E123", "the name of a slot is one word", hint))
        return name.value, name.end

    def _term(self, token: Token) -> Node:
        inside = token.start + (token.kind is Kind.PHRASE)
        spelling, faults = parse_spelling(token.value, inside)
        self.faults.extend(faults)
        if spelling is None:
            spelling, _ = parse_spelling("unreadable")
            assert spelling is not None
        return Term(token.start, token.end, spelling)

    def _check_regex(self, token: Token) -> None:
        try:
            pattern = re2.compile(token.value, regex_options())
        except (re2.error, UnicodeEncodeError) as refused:
            reason = str(refused).strip("b'\"")
            hint = "RE2 knows no look-around and no back-references"
            self.faults.append(complaints.at(token, "E116", f"this regular expression is refused: {reason}", hint))
            return
        if pattern.search("") is not None:
            hint = "let it need at least one character: + instead of *"
            self.faults.append(complaints.at(token, "E117", "this regular expression matches nothing at all", hint))

    # faults

    def _side_by_side(self, before: Node) -> Fault:
        return complaints.side_by_side(self.text[before.start : before.end], before.end, self.peek())

    def _written(self, node: Node) -> str:
        """A node as it is written, with its parentheses if it has some of its own."""
        _, start, end = self.wrapped.get(id(node), (node, node.start, node.end))
        return self.text[start:end]

    def _mixed(self, nodes: list[Node], conjunction: And | AndNot | AndMaybe) -> Fault:
        loose = [isinstance(node, And | AndNot | AndMaybe) and id(node) not in self.wrapped for node in nodes]
        texts = [self._written(node) for node in nodes]
        message, hint = complaints.mixed(texts, loose, _SAID[type(conjunction)])
        return Fault(nodes[0].start, nodes[-1].end, "E102", message, hint)

    def _unequal(self, parts: list[Part], operator: Token, distance: Distance) -> Fault:
        first, last = parts[0].node, parts[-1].node
        written = self.text[first.start : last.end]
        return complaints.unequal(written, self.text[last.start : last.end], operator, distance)

    def _must_be_mention(self, node: Node, operator: str) -> None:
        fault = no_mention(node, operator)
        if fault is not None:
            self.faults.append(fault)

    def _must_count(self, token: Token, count: int) -> None:
        if count < 1:
            self.faults.append(complaints.at(token, "E115", f"{token.text} counts from 1", "write a larger number"))


def no_mention(node: Node, operator: str) -> Fault | None:
    """The complaint where a node tells of whole articles and so cannot stand under `operator`."""
    if is_mention(node):
        return None
    message = f"{operator} takes terms, lists, OR and NEAR; AND, OF, ATLEAST and %rule tell of whole articles"
    inside = ", or tie its parts with NEAR too" if isinstance(node, And) else ""
    return Fault(node.start, node.end, "E109", message, f"take it out of the {operator}{inside}")


def _distance(operator: Token) -> Distance:
    if operator.value.isdecimal():
        return Distance(Unit.WORDS, int(operator.value))
    return Distance(Unit(operator.value))
