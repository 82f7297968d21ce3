"""Rule files as text in; watchlists, sound rules and every problem out. Nothing is read from disk here.

A broken rule is out and takes only those along that refer to it; everything else loads. Errors of all files are
collected, none stops the reading of another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from monitor.model import Problem
from monitor.query.lists import TermList
from monitor.watchlist.directive import check_schema_line
from monitor.watchlist.draft import is_identifier, read_file
from monitor.watchlist.inhibits import Inhibiting, inhibitions, lint_inhibits
from monitor.watchlist.lint import lint_file, lint_lists, lint_shared, uses_outside
from monitor.watchlist.lists import NO_LISTS, Lists, WrittenList, build_lists, read_lists
from monitor.watchlist.nouns import Loaded, RuleNotes, Watchlist
from monitor.watchlist.page import Page, open_page
from monitor.watchlist.raw import Table
from monitor.watchlist.rules import CompiledFile, CompiledRule, compile_file

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


@dataclass(frozen=True, slots=True)
class _Shared:
    """The lists of all terms files."""

    pages: tuple[Page, ...]
    written: Mapping[str, WrittenList]
    lists: Lists


@dataclass(frozen=True, slots=True)
class _File:
    """One watchlist file, read and compiled; `written` are the lists that it can refer to, the shared ones too."""

    page: Page
    name: str
    written: Mapping[str, WrittenList]
    compiled: CompiledFile
    lists: tuple[TermList, ...]
    uses: frozenset[str] | None


def load(
    files: Mapping[str, str | bytes],
    shared: Mapping[str, str | bytes] | None = None,
    whole: Collection[str] = (),
) -> Loaded:
    """Load watchlists (`files`) with the lists they share (`shared`): display path -> content, UTF-8 where bytes.

    A watchlist's name is its file's name without the ending. `whole` are those of `shared` of which all watchlists are
    among the files, so that a list that none of them uses is used by nobody. Never raises for what stands in a file.
    """
    common = _load_shared(shared or {})
    pages: list[Page] = list(common.pages)
    unreadable: list[str] = []
    loaded: list[_File] = []
    names: dict[str, str] = {}
    for file, content in files.items():
        page, values = open_page(file, content)
        pages.append(page)
        name = watchlist_name(file)
        named = _check_name(page, name, names)
        if values is None or not named:
            unreadable.append(name)
        else:
            loaded.append(_load_file(page, name, values, common))
    lint_inhibits([Inhibiting(file.page, file.name, file.compiled.draft.rules) for file in loaded])
    if len(loaded) == len(files):
        lint_shared(common.written, whole, (file.uses for file in loaded))
    watchlists = tuple(_watchlist(file) for file in loaded)
    read = {watchlist.name for watchlist in watchlists}
    rules = tuple(rule for watchlist in watchlists for rule in watchlist.rules)
    broken = tuple(name for name in unreadable if name not in read)
    return Loaded(watchlists, rules, _sorted(pages), broken, tuple(common.lists.sound.values()))


def watchlist_name(file: str) -> str:
    """The name of the watchlist that a file holds."""
    return PurePosixPath(file.replace("\\", "/")).stem


def _sorted(pages: list[Page]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problem for page in pages for problem in page.problems)))


def _load_shared(shared: Mapping[str, str | bytes]) -> _Shared:
    pages: list[Page] = []
    written: dict[str, WrittenList] = {}
    for file, content in shared.items():
        page, values = open_page(file, content)
        pages.append(page)
        check_schema_line(page)
        for name, each in read_lists(Table(page, (), values or {})).items():
            if name in written:
                message = f"the list @{name} stands in {written[name].page.file} already"
                page.report_key("E206", each.path, message, "give one of them another name")
            else:
                written[name] = each
    lists = build_lists(written, NO_LISTS)
    lint_lists(written, lists, {})
    return _Shared(tuple(pages), written, lists)


def _check_name(page: Page, name: str, names: dict[str, str]) -> bool:
    """File names become keys and paths (case 46), so they are held to what is one on every system."""
    if not is_identifier(name) or name in _RESERVED:
        message = f"`{name}` cannot be the name of a watchlist"
        page.report_span("E009", None, message, "small letters, digits and hyphens name a file: chip-exports.toml")
        return False
    if name in names:
        page.report_span(
            "E010", None, f"there is a watchlist `{name}` already: {names[name]}", "rename one of the files"
        )
        return False
    names[name] = page.file
    return True


def _load_file(page: Page, name: str, values: dict[str, object], common: _Shared) -> _File:
    check_schema_line(page)
    draft = read_file(page, values)
    written = read_lists(draft.terms) if draft.terms else {}
    own = build_lists(written, common.lists)
    lint_lists(written, own, common.written)
    lists = own.over(common.lists)
    compiled = compile_file(page, name, draft, lists)
    lint_file(page, compiled, written)
    return _File(
        page, name, {**common.written, **written}, compiled, tuple(own.sound.values()), uses_outside(compiled, written)
    )


def _watchlist(file: _File) -> Watchlist:
    draft, compiled = file.compiled.draft, file.compiled.rules
    rules = tuple(each.rule for each in compiled if each.rule)
    sound = {rule.id for rule in rules}
    return Watchlist(
        name=file.name,
        file=file.page.file,
        title=draft.title or file.name,
        owner=draft.owner,
        severity=draft.severity,
        was=tuple(each.text for each in draft.was),
        rules=rules,
        notes=tuple(_notes(file.page, file.name, each) for each in compiled if each.rule),
        cases=tuple(case.case for each in compiled if _has_cases(each, sound) for case in each.draft.cases),
        broken=tuple(dict.fromkeys(_broken(compiled, sound))),
        lists=file.lists,
        former_names=_former_names(file.written),
        except_=file.page.stretch(draft.except_.path) if draft.except_ else None,
    )


def _has_cases(compiled: CompiledRule, sound: set[str]) -> bool:
    """A second rule of the same id is out, and its cases are none of the first one's."""
    return bool(compiled.draft.id) and (compiled.rule is not None or compiled.draft.id not in sound)


def _broken(compiled: Iterable[CompiledRule], sound: set[str]) -> Iterator[str]:
    """The ids of the rules that are out; one without is named by its number, counted from 1."""
    for number, each in enumerate(compiled, start=1):
        if each.draft.id not in sound:
            yield each.draft.id or f"#{number}"


def _notes(page: Page, name: str, compiled: CompiledRule) -> RuleNotes:
    draft = compiled.draft
    return RuleNotes(
        id=draft.id,
        line=page.place(draft.path)[0],
        was=tuple(each.text for each in draft.was),
        when=draft.when,
        expect=draft.expect,
        min_relevance=draft.min_relevance,
        timeline=tuple(each.moment for each in draft.timeline),
        inhibits=inhibitions(name, draft),
        query=page.stretch(draft.query.path) if draft.query else None,
        except_=page.stretch(draft.except_.path) if draft.except_ else None,
    )


def _former_names(written: Mapping[str, WrittenList]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((entry.name, entry.was) for each in written.values() for entry in each.entries if entry.was)
