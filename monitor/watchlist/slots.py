"""Does every slot that a rule names take a value: in every OR branch, or by a default?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from monitor.model import Fact, WhenKind
from monitor.query.slots import Bound, bound_slots
from monitor.query.tree import And, AndMaybe, AndNot, AtLeast, Chain, First, ListRef, Node, NotNear, Scoped, walk
from monitor.watchlist.draft import RuleDraft
from monitor.watchlist.locate import Path
from monitor.watchlist.page import Page, did_you_mean
from monitor.watchlist.raw import Written
from monitor.watchlist.whens import check_inhibits, check_when

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
"""A slot in a title."""

_REFERENCE = re.compile(r"@([\w-]+)")
_MOST_OFFERED = 12


def check_slots(page: Page, draft: RuleDraft, query: Node, made: Mapping[str, Bound], rules: Collection[str]) -> Bound:
    """Report every slot of fact, state, default, title, cases and `when` that takes no value; what the query binds.

    `made` are the slots that the rules bind to which `%rule` can refer, `rules` the ids of all rules of the file.
    """
    bound = bound_slots(query, lambda rule: made.get(rule, Bound()))
    named = {slot.text for slot in draft.named}
    defaults = dict(draft.defaults)
    known = sorted(bound.any | (named & defaults.keys()))
    filled = bound.any if "default" in draft.meant else bound.always | defaults.keys()
    before = page.errors
    for slot in draft.default:
        if slot.text not in known:
            message = f"`default` names `{slot.text}`, which the query does not bind"
            page.report_key("E216", slot.path, message, _offer(slot.text, known))
        elif slot.text not in bound.any:
            message = f"`{slot.text}` always has its default: the query does not bind it"
            page.report_key("W218", slot.path, message, did_you_mean(slot.text, bound.any - named))
    for slot in draft.named:
        _check_known(page, "E214", slot.text, slot.path, known, f"`{slot.path[-2]}` names")
        if slot not in draft.show and slot.text in bound.sometimes and slot.text not in filled:
            message = f"the query does not bind `{slot.text}` in every branch"
            hint = f'bind it, or add default = {{ {slot.text} = "..." }}'
            page.report("E215", slot.path, message, hint)
    _check_one_value(page, draft, query)
    slots_stand = page.errors == before and draft.meant.isdisjoint(("fact", "state", "show"))
    _check_repeats(page, draft.named)
    _check_title(page, draft, known, filled)
    if slots_stand:  # otherwise the cases may well be right
        _check_cases(page, draft)
        _check_timeline(page, draft)
    _check_over_time(page, draft, rules)
    return bound


def check_retract(page: Page, draft: RuleDraft, retract: Node, made: Mapping[str, Bound]) -> None:
    """Report every slot of `fact` that the retract leaves open: it would take back a fact that nobody was told."""
    bound = bound_slots(retract, lambda rule: made.get(rule, Bound()))
    filled = bound.always | dict(draft.defaults).keys()
    for slot in draft.fact:
        if slot.text not in filled:
            branch = " in every branch" if slot.text in bound.sometimes else ""
            message = f"the retract does not bind `{slot.text}`{branch}, so nobody knows which fact it takes back"
            page.report("E228", (*draft.path, "retract"), message, _offer(slot.text, sorted(bound.any)))


def _check_known(page: Page, code: str, slot: str, path: Path, known: list[str], who: str) -> None:
    if slot not in known:
        page.report(code, path, f"{who} `{slot}`, which the query does not bind", _offer(slot, known))


def _offer(slot: str, known: list[str]) -> str:
    plain = [name for name in known if not name.endswith("_written")]
    return did_you_mean(slot, known) or f"the query binds {', '.join(plain[:_MOST_OFFERED]) or 'none'}"


def _check_one_value(page: Page, draft: RuleDraft, query: Node) -> None:
    """A slot that stands twice takes one value: two names that differ are never found together."""
    for node in walk(query):
        if not isinstance(node, And | Chain):
            continue
        for slot in draft.named:
            chosen = {name: part for part in _parts(node) for name in _chosen(part, slot.text)}
            if len(chosen) > 1:
                names, part = " and ".join(f"`{name}`" for name in chosen), list(chosen.values())[-1]
                message = f"the slot `{slot.text}` would have to be {names} at once: nothing can match"
                hint = "write AS and another name for the slot of one of them"
                page.report_within("E235", (*draft.path, "query"), part.start, part.end, message, hint)


def _parts(node: And | Chain) -> Sequence[Node]:
    return node.children if isinstance(node, And) else [part.node for part in node.parts if not part.maybe]


def _chosen(node: Node, slot: str) -> set[str]:
    """The name of a list (`@place:Italy`) that a slot takes in every match of a node, if it is one."""
    match node:
        case ListRef():
            return {node.name} if node.name and node.binds == slot else set()
        case And() | Chain():
            return set().union(*(_chosen(part, slot) for part in _parts(node)))
        case AndNot() | AndMaybe() | NotNear():
            return _chosen(node.wanted, slot)
        case AtLeast() | First() | Scoped():
            return _chosen(node.child, slot)
        case _:
            return set()


def _check_repeats(page: Page, slots: tuple[Written, ...]) -> None:
    seen: set[str] = set()
    for slot in slots:
        if slot.text in seen:
            page.report("E225", slot.path, f"the slot `{slot.text}` is named twice in `fact`, `state` and `show`")
        seen.add(slot.text)


def _check_title(page: Page, draft: RuleDraft, known: list[str], filled: Iterable[str]) -> None:
    if draft.title is None:
        return
    text, path = draft.title.text, draft.title.path
    for place in PLACEHOLDER.finditer(text):
        slot = place[1]
        if slot not in known:
            message = f"the title speaks of {{{slot}}}, which is no slot of the query"
            page.report_within("E217", path, *place.span(), message, _offer(slot, known))
        elif not slot.isidentifier():
            message = f"{{{slot}}} cannot be filled in: the name of a slot in a title is made of letters and _"
            page.report_within("E217", path, *place.span(), message, f"write @{slot} AS {slot.replace('-', '_')}")
        elif slot not in filled:
            message = f"{{{slot}}} stays empty where the query does not bind it"
            page.report_within("W216", path, *place.span(), message, f'default = {{ {slot} = "..." }}')
    for reference in _REFERENCE.finditer(text):
        if reference[1] in known:
            message = f"the title would show {reference[0]} as it stands"
            page.report_within("E217", path, *reference.span(), message, f"write {{{reference[1]}}}")
    for brace in re.finditer(r"[{}]", PLACEHOLDER.sub(lambda place: " " * len(place[0]), text)):
        page.report_within("E218", path, *brace.span(), "a brace without its partner", "slots are written {slot}")


def _check_cases(page: Page, draft: RuleDraft) -> None:
    slots = [slot.text for slot in draft.named]
    for case in draft.cases:
        _check_expected(page, case.case.facts, case.fact_paths, slots)


def _check_expected(page: Page, facts: Sequence[Fact], paths: Sequence[Path], slots: list[str]) -> None:
    for fact, path in zip(facts, paths, strict=True):
        for slot, _ in fact:
            if slot not in slots:
                hint = did_you_mean(slot, slots) or f"the rule names {', '.join(slots) or 'none'}"
                message = f"the case expects `{slot}`, which is in none of `fact`, `state`, `show`"
                page.report_key("E222", (*path, slot), message, hint)


def _check_timeline(page: Page, draft: RuleDraft) -> None:
    slots = [slot.text for slot in draft.named]
    for each in draft.timeline:
        _check_expected(page, each.moment.facts, each.fact_paths, slots)


def _check_over_time(page: Page, draft: RuleDraft, rules: Collection[str]) -> None:
    """`when` and `inhibit`, and what does not go together with them."""
    slots = [slot.text for slot in draft.named]
    check_when(page, (*draft.path, "when"), draft.when, slots, rules, draft.id)
    check_inhibits(page, draft.inhibits, slots, rules)
    if draft.when.kind is not WhenKind.ANY:
        for key, given in (("about", draft.about), ("retract", draft.retract)):
            if given:
                message = f"a rule over time takes no `{key}`: it tells what it has counted, and no fact by itself"
                page.report_key("E231", (*draft.path, key), message, f"leave `{key}` to the rule that tells the facts")
    if draft.min_relevance > 1:
        message = "`min_relevance` is more than any match can have: the rule would tell nothing"
        page.report_key("E008", (*draft.path, "min_relevance"), message, "0.2 is anywhere, 1 in the title")
