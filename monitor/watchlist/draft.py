"""A rule file as it is written, typed: nothing parsed as a query yet, every text with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from monitor.model import Fact, Severity, When
from monitor.watchlist.locate import Path
from monitor.watchlist.nouns import Case, CaseKind, Expect, Foretold, Moment
from monitor.watchlist.page import Page
from monitor.watchlist.raw import Table, Written
from monitor.watchlist.whens import InhibitDraft, read_inhibits, read_when

IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""Rule ids and file names become keys and paths (case 46)."""

FILE_KEYS = ("title", "owner", "review", "severity", "require", "except", "also", "vague", "was", "terms", "rule")
RULE_KEYS = (
    "id",
    "about",
    "title",
    "query",
    "severity",
    "except",
    "fact",
    "state",
    "show",
    "default",
    "match",
    "no_match",
    "todo_match",
    "was",
    "when",
    "inhibit",
    "retract",
    "expect",
    "min_relevance",
    "timeline",
)
CASE_KINDS = (CaseKind.MATCH, CaseKind.NO_MATCH, CaseKind.TODO_MATCH)
CASE_KEYS = ("text", "title", "fact")
MOMENT_KEYS = ("at", "text", "title", "fact", "published", "expect")
_LONGEST_IDENTIFIER = 100
_PER_WEEK = re.compile(r"(\d{1,6})?\.\.(\d{1,6})?")


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """A case, and where its facts stand."""

    case: Case
    path: Path
    fact_paths: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class MomentDraft:
    """A moment of a timeline, and where its facts stand."""

    moment: Moment
    fact_paths: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """One `[[rule]]` as written; `sound` is False where something that it means was wrong already.

    `meant` are the keys that misspelt ones were meant to be, and those of cases that may be broken: what they would
    say is not missing.
    """

    id: str
    path: Path
    sound: bool
    meant: frozenset[str]
    query: Written | None
    title: Written | None
    about: str
    severity: Severity
    except_: Written | None
    retract: Written | None
    fact: tuple[Written, ...]
    state: tuple[Written, ...]
    show: tuple[Written, ...]
    default: tuple[Written, ...]
    defaults: tuple[tuple[str, str], ...]
    cases: tuple[CaseDraft, ...]
    was: tuple[Written, ...]
    when: When
    expect: Expect
    min_relevance: float
    timeline: tuple[MomentDraft, ...]
    inhibits: tuple[InhibitDraft, ...]

    @property
    def named(self) -> tuple[Written, ...]:
        """The slots that it names, as fact, as state, or only to be told."""
        return (*self.fact, *self.state, *self.show)


@dataclass(frozen=True, slots=True)
class FileDraft:
    """The head of a rule file and its rules as written; `sound` is False where anything in the head was wrong."""

    title: str
    owner: str
    review: date | None
    severity: Severity
    require: Written | None
    except_: Written | None
    also: tuple[Written, ...]
    vague: tuple[Written, ...]
    sound: bool
    was: tuple[Written, ...]
    terms: Table | None
    rules: tuple[RuleDraft, ...]


def read_file(page: Page, values: dict[str, object]) -> FileDraft:
    """Everything of a rule file; whatever is wrong is reported on its page."""
    table, before = Table(page, (), values), page.errors
    meant = table.only(FILE_KEYS)
    severity = table.choice("severity", Severity, Severity.NORMAL)
    title, owner, was = table.plain("title"), table.plain("owner"), table.texts("was")
    _identifiers(page, was)
    review = table.moment("review")
    require, except_, also = table.text("require"), table.text("except"), table.texts("also")
    vague = table.texts("vague")
    sound = page.errors == before
    rules = tuple(_read_rule(each, severity) for each in table.tables("rule", "[[rule]] tables"))
    if not rules and not table.has("rule") and "rule" not in meant:
        page.report_span("W214", None, "the file has no [[rule]]")
    day = review.date() if review else None
    return FileDraft(
        title, owner, day, severity, require, except_, also, vague, sound, was, table.table("terms"), rules
    )


def _read_rule(table: Table, severity: Severity) -> RuleDraft:
    page, before = table.page, table.page.errors
    meant = table.only(RULE_KEYS) | {kind.value for kind in CASE_KINDS if table.values.get(kind.value)}
    name = _read_id(table, meant)
    query = table.text("query")
    if not table.has("query") and "query" not in meant:
        page.report("E213", table.path, "the rule has no query", "query = '...'")
    defaults = _read_defaults(table)
    was = table.texts("was")
    _identifiers(page, was)
    about = table.text("about")
    draft = RuleDraft(
        id=name,
        path=table.path,
        sound=True,
        meant=meant,
        query=query,
        title=table.text("title"),
        about=about.text if about else "",
        severity=table.choice("severity", Severity, severity),
        except_=table.text("except"),
        retract=table.text("retract"),
        fact=table.texts("fact"),
        state=table.texts("state"),
        show=table.texts("show"),
        default=tuple(Written(slot, path) for slot, path, _ in defaults),
        defaults=tuple((slot, value) for slot, _, value in defaults),
        cases=(),
        was=was,
        when=read_when(table),
        inhibits=read_inhibits(table),
        expect=Expect(),
        min_relevance=table.number("min_relevance"),
        timeline=(),
    )
    return replace(
        draft,
        sound=page.errors == before,
        # What is wrong with an example is an error, but the rule means what it means without it.
        cases=tuple(case for kind in CASE_KINDS for case in _read_cases(table, name, kind)),
        expect=_read_expect(table),
        timeline=_read_timeline(table),
    )


def _read_id(table: Table, meant: frozenset[str]) -> str:
    written = table.text("id")
    if written is None:
        if not table.has("id") and "id" not in meant:
            table.page.report("E210", table.path, "the rule has no id", 'id = "a-short-name"')
        return ""
    _identifiers(table.page, (written,))
    return written.text


def _identifiers(page: Page, names: tuple[Written, ...]) -> None:
    for written in names:
        if not is_identifier(written.text):
            near = "-".join(re.findall(r"[a-z0-9]+", written.text.lower()))
            offer = f"write {near}: " if near and is_identifier(near) else ""
            hint = f"{offer}small letters, digits and single hyphens between them, 100 at most"
            page.report("E211", written.path, f"`{written.text[:40]}` cannot be an id", hint)


def is_identifier(name: str) -> bool:
    """May it be the id of a rule or the name of a watchlist?"""
    return len(name) <= _LONGEST_IDENTIFIER and IDENTIFIER.fullmatch(name) is not None


def _read_defaults(table: Table) -> list[tuple[str, Path, str]]:
    """Slot, place and value. An empty value is allowed: the slot may stay open."""
    defaults = table.table("default")
    if defaults is None:
        return []
    values = ((slot, defaults.text(slot, may_be_empty=True)) for slot in defaults.values)
    return [(slot, written.path, written.text) for slot, written in values if written]


def _read_cases(table: Table, rule: str, kind: CaseKind) -> list[CaseDraft]:
    items = table.items(kind.value, "a list of texts or tables")
    return [case for path, value in items if (case := _read_case(table, rule, kind, path, value))]


def _read_case(table: Table, rule: str, kind: CaseKind, path: Path, value: object) -> CaseDraft | None:
    line, column = table.page.place(path)
    if isinstance(value, str):
        if not value.strip():
            table.page.report("E007", path, "the case is empty")
            return None
        return CaseDraft(Case(kind, rule, value, line=line, column=column), path)
    case = table.as_table(path, value, "text or { text = ..., fact = { ... } }")
    if case is None:
        return None
    case.only(CASE_KEYS)
    text, title = case.plain("text"), case.plain("title")
    if not text and not title:
        if not (case.has("text") or case.has("title")):
            table.page.report("E221", path, "the case has neither text nor title", '{ text = "..." }')
        return None
    facts = _read_facts(case)
    written = Case(kind, rule, text, title, tuple(fact for fact, _ in facts), line, column)
    return CaseDraft(written, path, tuple(place for _, place in facts))


def _read_facts(case: Table) -> list[tuple[Fact, Path]]:
    """`fact = { ... }`, or several of them in an array."""
    value = case.values.get("fact", [])
    items = [((*case.path, "fact"), value)] if isinstance(value, dict) else case.items("fact", "a table of slots")
    tables = [table for path, each in items if (table := case.as_table(path, each))]
    return [(_read_fact(table), table.path) for table in tables]


def _read_fact(table: Table) -> Fact:
    values = ((slot, table.text(slot, may_be_empty=True)) for slot in table.values)
    return Fact(tuple((slot, written.text) for slot, written in values if written))


def _read_expect(table: Table) -> Expect:
    expect = table.table("expect")
    if expect is None:
        return Expect()
    expect.only(("per_week",))
    written = expect.text("per_week")
    bounds = _PER_WEEK.fullmatch(written.text) if written else None
    least, most = ((int(each) if each else None) for each in bounds.groups()) if bounds else (None, None)
    backwards = least is not None and most is not None and least > most
    if written and (backwards or (least is None and most is None)):
        table.page.report("E008", written.path, "`per_week` is no range", 'write "1..12", "..12" or "1.."')
    return Expect(least, most)


def _read_timeline(table: Table) -> tuple[MomentDraft, ...]:
    """The moments that can be told; one whose time cannot be read is reported and left out."""
    moments: list[MomentDraft] = []
    for each in table.tables("timeline", "[[rule.timeline]] tables"):
        draft = _read_moment(each)
        if draft is None:
            continue
        if moments and draft.moment.at < moments[-1].moment.at:
            hint = "an article that comes late says `published`"
            each.page.report("E233", (*each.path, "at"), "the timeline goes backwards here", hint)
            continue
        moments.append(draft)
    return tuple(moments)


def _read_moment(table: Table) -> MomentDraft | None:
    table.only(MOMENT_KEYS)
    text, title, facts = table.plain("text"), table.plain("title"), _read_facts(table)
    if not table.has("at"):
        table.page.report("E008", table.path, "the moment has no `at`", "at = 2026-05-04T08:00:00Z")
    at, published = table.moment("at"), table.moment("published")
    wanted = table.choice("expect", Foretold, Foretold.NOTHING) if table.has("expect") else None
    if published and not (text or title):
        table.page.report_key("E221", (*table.path, "published"), "there is no article that was published then")
    if at is None:
        return None
    line, column = table.page.place(table.path)
    moment = Moment(at, text, title, published, wanted, tuple(fact for fact, _ in facts), line, column)
    return MomentDraft(moment, tuple(place for _, place in facts))
