"""`when` and `inhibit` as they are written: which keys each kind takes, their ranges and what they are by default."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from monitor.model import When, WhenKind
from monitor.watchlist.locate import Path
from monitor.watchlist.page import Page, did_you_mean
from monitor.watchlist.raw import Table, Written

WHEN_KEYS = ("kind", "stories", "within", "ratio", "baseline", "slot", "per", "first")
INHIBIT_KEYS = ("rule", "same", "within")
LONGEST = timedelta(weeks=520)
"""Ten years: longer spans are slips."""

MOST_STORIES, MOST_TIMES = 10_000, 1000


@dataclass(frozen=True, slots=True)
class Kind:
    """The keys that a kind needs, those that it may have, and an example to offer."""

    needs: tuple[str, ...]
    may: tuple[str, ...]
    example: str
    default: When


KINDS: Mapping[WhenKind, Kind] = {
    WhenKind.ANY: Kind((), (), '{ kind = "any" }', When()),
    WhenKind.FREQUENCY: Kind(
        ("stories", "within"),
        ("per",),
        '{ kind = "frequency", stories = 4, within = "7d" }',
        When(WhenKind.FREQUENCY),
    ),
    WhenKind.SPIKE: Kind(
        ("ratio",),
        ("stories", "within", "baseline", "per"),
        '{ kind = "spike", ratio = 3 }',
        When(WhenKind.SPIKE, stories=3, within=timedelta(weeks=1), baseline=timedelta(weeks=8)),
    ),
    WhenKind.NEW_VALUE: Kind(("slot",), ("per",), '{ kind = "new_value", slot = "maker" }', When(WhenKind.NEW_VALUE)),
    WhenKind.ABSENCE: Kind(
        ("within",), ("stories", "per"), '{ kind = "absence", within = "14d" }', When(WhenKind.ABSENCE, stories=1)
    ),
    WhenKind.SEQUENCE: Kind(
        ("first",), ("within",), '{ kind = "sequence", first = "proposal" }', When(WhenKind.SEQUENCE)
    ),
}


@dataclass(frozen=True, slots=True)
class InhibitDraft:
    """One `inhibit` as written: the rule that is muted, `watchlist/rule` or one of this file, and where it stands."""

    rule: Written
    same: tuple[Written, ...]
    within: timedelta
    path: Path


def read_when(table: Table) -> When:
    """The `when` of a rule; whatever is wrong with it is reported."""
    when = table.table("when")
    if when is None:
        return When()
    when.only(WHEN_KEYS)
    if not when.has("kind"):
        kinds = ", ".join(kind.value for kind in WhenKind)
        when.page.report("E008", when.path, "`when` needs `kind`", f"one of {kinds}")
        return When()
    before = when.page.errors
    kind = when.choice("kind", WhenKind, WhenKind.ANY)
    if when.page.errors > before:
        return When()
    allowed = KINDS[kind]
    takes = (*allowed.needs, *allowed.may)
    for key in when.values:
        if key in WHEN_KEYS and key not in ("kind", *takes):
            message = f"`{kind.value}` takes no `{key}`"
            when.page.report_key("E230", (*when.path, key), message, _takes(takes))
    for key in allowed.needs:
        if not when.has(key):
            when.page.report("E008", when.path, f"`{kind}` needs `{key}`", f"when = {allowed.example}")
    found = _read(when, kind, takes)
    for key, holds, hint in _ranges(found) if when.page.errors == before and _is_whole(when, allowed) else ():
        if not holds:
            when.page.report("E008", (*when.path, key), f"`{key}` is out of range", hint)
    return found


def _is_whole(when: Table, kind: Kind) -> bool:
    """Whether nothing is missing: what is there can then be held against its range."""
    return all(when.has(key) for key in kind.needs)


def _takes(keys: tuple[str, ...]) -> str:
    return f"it takes {', '.join(keys)}" if keys else "every match is told: leave `when` out"


def _read(when: Table, kind: WhenKind, takes: tuple[str, ...]) -> When:
    default = KINDS[kind].default

    def given(key: str) -> bool:
        return key in takes and when.has(key)

    return When(
        kind=kind,
        stories=int(when.number("stories", whole=True)) if given("stories") else default.stories,
        within=when.span("within") if given("within") else default.within,
        ratio=when.number("ratio") if given("ratio") else default.ratio,
        baseline=when.span("baseline") if given("baseline") else default.baseline,
        slot=when.plain("slot") if given("slot") else "",
        per=when.plain("per") if given("per") else "",
        first=when.plain("first") if given("first") else "",
    )


def _ranges(found: When) -> Iterator[tuple[str, bool, str]]:
    """Keys, whether their values are in range, and what to write instead."""
    yield "within", found.within <= LONGEST, "520w at most"
    yield "baseline", found.baseline <= LONGEST, "520w at most"
    if found.kind is WhenKind.FREQUENCY:
        yield "stories", 2 <= found.stories <= MOST_STORIES, "2 at least: without `when` a rule tells every story"
    if found.kind in (WhenKind.SPIKE, WhenKind.ABSENCE):
        yield "stories", 1 <= found.stories <= MOST_STORIES, f"from 1 to {MOST_STORIES}"
    if found.kind is WhenKind.SPIKE:
        yield "ratio", 1 < found.ratio <= MOST_TIMES, "more than 1: three times the usual is `ratio = 3`"
        hint = "at least twice `within`; without one `within` is 7d, and `baseline` 8w"
        yield "baseline", 2 * found.within <= found.baseline, hint


def check_when(page: Page, path: Path, when: When, slots: Collection[str], rules: Collection[str], own: str) -> None:
    """Report what a `when` names and there is not. `slots` are those that the rule tells, `rules` those of the file."""
    for key, slot in (("slot", when.slot), ("per", when.per)):
        if slot and slot not in slots:
            hint = did_you_mean(slot, slots) or f"the rule names {', '.join(slots) or 'none'}"
            message = f"`{key}` names `{slot}`, which is in none of `fact`, `state`, `show`"
            page.report("E214", (*path, key), message, hint)
    if when.slot and when.slot == when.per:
        page.report("E008", (*path, "per"), "`per` and `slot` are one slot: each value has an account of its own", "")
    if when.first and when.first not in rules:
        page.report("E219", (*path, "first"), f"unknown rule {when.first}", did_you_mean(when.first, rules))
    elif when.first and when.first == own:
        page.report("E232", (*path, "first"), "a sequence begins with another rule", "name the rule that comes first")


def read_inhibits(table: Table) -> tuple[InhibitDraft, ...]:
    """`inhibit = { ... }`, or several of them in an array; whatever is wrong is reported."""
    if not table.has("inhibit"):
        return ()
    value, path = table.values["inhibit"], (*table.path, "inhibit")
    tables: list[Table | None]
    if isinstance(value, list):
        tables = [table.as_table(each, member) for each, member in table.items("inhibit", "a table")]
    else:
        tables = [table.as_table(path, value)]
    found = (_read_inhibit(each) for each in tables if each)
    return tuple(each for each in found if each)


def _read_inhibit(table: Table) -> InhibitDraft | None:
    table.only(INHIBIT_KEYS)
    rule, same = table.text("rule"), table.texts("same")
    example = 'inhibit = { rule = "adoption/government-use", same = ["product"], within = "1d" }'
    for key, missing in (("rule", not table.has("rule")), ("same", not same and table.values.get("same", []) == [])):
        if missing:
            table.page.report("E008", table.path, f"`inhibit` needs `{key}`", example)
    within = table.span("within") if table.has("within") else timedelta(days=1)
    if within > LONGEST:
        table.page.report("E008", (*table.path, "within"), "`within` is out of range", "520w at most")
    return InhibitDraft(rule, same, within, table.path) if rule and same else None


def check_inhibits(
    page: Page, inhibits: Collection[InhibitDraft], slots: Collection[str], rules: Collection[str]
) -> None:
    """Report slots that the rule itself does not tell, and rules of this file that there are not."""
    for each in inhibits:
        for slot in each.same:
            if slot.text not in slots:
                hint = did_you_mean(slot.text, slots) or f"the rule names {', '.join(slots) or 'none'}"
                message = f"`same` names `{slot.text}`, which is in none of `fact`, `state`, `show`"
                page.report("E214", slot.path, message, hint)
        if "/" not in each.rule.text and each.rule.text not in rules:
            hint = did_you_mean(each.rule.text, rules) or "a rule of another file is written watchlist/rule"
            page.report("E219", each.rule.path, f"unknown rule {each.rule.text}", hint)
