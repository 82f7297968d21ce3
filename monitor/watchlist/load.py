"""Rule files as text in; watchlists, sound rules and every problem out. Nothing is read from disk here.

A broken rule is out and takes only those along that refer to it; everything else loads. Errors of all files are
collected, none stops the reading of another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Protocol

from monitor.query.lists import TermList
from monitor.watchlist.directive import check_schema_line
from monitor.watchlist.draft import is_identifier, read_file
from monitor.watchlist.inhibits import Inhibiting, Mutings, inhibitions, lint_inhibits
from monitor.watchlist.lint import lint_file, lint_lists, lint_shared, uses_outside
from monitor.watchlist.lists import NO_LISTS, Lists, WrittenList, build_lists, read_lists
from monitor.watchlist.names import lint_names, only_states
from monitor.watchlist.nouns import Loaded, RuleNotes, Watchlist
from monitor.watchlist.page import Page, open_page, page_at_rest
from monitor.watchlist.raw import Table
from monitor.watchlist.render import in_order
from monitor.watchlist.rules import CompiledFile, CompiledRule, compile_file
from monitor.watchlist.stow import Former, Stowed, stow, unstow

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


@dataclass(frozen=True, slots=True)
class _Shared:
    """The lists of all terms files (`texts`); `former` are their former names, by list."""

    texts: Mapping[str, str | bytes]
    pages: tuple[Page, ...]
    written: Mapping[str, WrittenList]
    lists: Lists
    former: Mapping[str, Former]

    def files_of(self, uses: Collection[str] | None) -> frozenset[str]:
        """The terms files that hold these lists and those that they take in; all where that cannot be said."""
        if uses is None:
            return frozenset(self.texts)
        return frozenset(self.written[name].page.file for name in self._with_those_taken_in(uses))

    def former_of(self, uses: Collection[str] | None) -> dict[str, Former]:
        """The former names in these lists and in those that they take in; in all where that cannot be said."""
        names = self.written if uses is None else self._with_those_taken_in(uses)
        return {name: self.former[name] for name in self.former if name in names}

    def _with_those_taken_in(self, uses: Iterable[str]) -> set[str]:
        found: set[str] = set()
        ahead = list(uses)
        while ahead:
            name = ahead.pop()
            if name in self.written and name not in found:
                found.add(name)
                ahead.extend(self.written[name].taken_in())
        return found


@dataclass(frozen=True, slots=True)
class _File:
    """What one watchlist file is, with the shared lists but apart from other watchlists.

    `uses` are the lists that it refers to and does not hold, None where that cannot be said; `rests_on` is what they
    are, or all that is shared. `former` has every list of its own; `hides` the shared ones that these win over, with
    their files. `states` are the lists that its rules look for only to tell a state by them.
    """

    watchlist: Watchlist
    muting: Inhibiting
    uses: frozenset[str] | None
    rests_on: Mapping[str, TermList | None] | _Shared
    former: Mapping[str, Former]
    hides: Mapping[str, str]
    states: frozenset[str]

    def stands(self, common: _Shared) -> bool:
        """Would it be the same with these shared lists?"""
        if isinstance(self.rests_on, _Shared):
            return self.rests_on is common
        same = all(common.lists.sound.get(name) is terms for name, terms in self.rests_on.items())
        return same and self.hides == _hidden(self.former, common)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it was read: its text, its page with so many problems of its own, and what it is (None: nothing)."""

    content: str | bytes
    named: bool
    page: Page
    problems: int
    file: _File | None

    def stands(self, content: str | bytes, common: _Shared, *, named: bool) -> bool:
        """Is it what would be read now?"""
        if self.content != content or self.named != named:
            return False
        return self.file is None or self.file.stands(common)


class Shelf(Protocol):
    """Keeps bytes by their key, or forgets them."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, entry: bytes) -> None: ...


class Loader:
    """Loads rule files, and remembers what it made of them: what has not changed since is not read again.

    A file is read again where its text is another, or that of a shared list that it uses. What it is does not depend
    on what was loaded before.
    """

    def __init__(self, shelf: Shelf | None = None) -> None:
        """`shelf` keeps what sound files are over a restart."""
        self._shelf = shelf
        self._common = _load_shared({}, None)
        self._digests: dict[str, str] = {}
        self._shared_problems: dict[str, int] = {}
        self._read: dict[str, _Read] = {}

    def load(
        self,
        files: Mapping[str, str | bytes],
        shared: Mapping[str, str | bytes] | None = None,
        whole: Collection[str] = (),
    ) -> Loaded:
        """Load watchlists (`files`) with the lists they share (`shared`): path as shown -> content, UTF-8 where bytes.

        A watchlist's name is its file's name without the ending. `whole` are those of `shared` of which all watchlists
        are among the files, so that a list that none of them uses is used by nobody. Never raises for what stands in a
        file.
        """
        common = self._share(shared or {})
        names: dict[str, str] = {}
        read: dict[str, _Read] = {}
        for path, content in files.items():
            fault = _name_fault(path, names)
            read[path] = self._read_file(path, content, common, named=fault is None)
            if fault:
                read[path].page.report_span(*fault)
        self._read = read
        loaded = [each.file for each in read.values() if each.file]
        lint_inhibits([file.muting for file in loaded])
        lint_names(common.written, common.lists.sound, lambda: _shared_in_use(loaded))
        if len(loaded) == len(files):
            lint_shared(common.written, whole, (file.uses for file in loaded))
        pages = [*common.pages, *(each.page for each in read.values())]
        found = _loaded(loaded, [watchlist_name(path) for path, each in read.items() if not each.file], pages, common)
        for page in pages:
            page.rest()
        return found

    def _share(self, texts: Mapping[str, str | bytes]) -> _Shared:
        texts = dict(sorted(texts.items()))  # which of two lists of one name stands is told by the files' names
        if texts == self._common.texts:
            for page in self._common.pages:
                del page.problems[self._shared_problems[page.file] :]
        else:
            self._common = _load_shared(texts, self._common)
            self._digests = {}
            self._shared_problems = {page.file: len(page.problems) for page in self._common.pages}
        return self._common

    def _read_file(self, path: str, content: str | bytes, common: _Shared, *, named: bool) -> _Read:
        known = self._read.get(path)
        if known is not None and known.stands(content, common, named=named):
            del known.page.problems[known.problems :]
            return known
        if named and (shelved := self._take(path, content, common)):
            return shelved
        page, values = open_page(path, content)
        file = _load_file(page, watchlist_name(path), values, common) if named and values is not None else None
        read = _Read(content, named, page, len(page.problems), file)
        self._put(path, read)
        return read

    def _take(self, path: str, content: str | bytes, common: _Shared) -> _Read | None:
        """The file as it is on the shelf, if that is what would be read now."""
        entry = self._shelf.get(file_key(path, content)) if self._shelf else None
        if entry is None:
            return None
        try:
            stowed = unstow(entry, common.lists.sound)
        except ValueError:
            return None
        if stowed.uses != self._digested(stowed.uses) or stowed.hides != _hidden(stowed.former, common):
            return None
        page = page_at_rest(path, content, stowed.problems)
        rests_on = {name: common.lists.sound.get(name) for name in stowed.uses}
        muting = Inhibiting(page, stowed.watchlist.name, stowed.muting)
        uses, states = frozenset(rests_on), stowed.states
        file = _File(stowed.watchlist, muting, uses, rests_on, stowed.former, stowed.hides, states)
        return _Read(content, True, page, len(page.problems), file)

    def _put(self, path: str, read: _Read) -> None:
        """Shelve a sound file; what a broken one means depends on more than can be told."""
        file = read.file
        if self._shelf is None or file is None or file.uses is None or isinstance(file.rests_on, _Shared):
            return
        uses, problems = self._digested(file.uses), tuple(read.page.problems)
        mutings = file.muting.mutings
        stowed = Stowed(file.watchlist, mutings, uses, file.former, file.hides, problems, file.states)
        self._shelf.put(file_key(path, read.content), stow(stowed))

    def _digested(self, names: Iterable[str]) -> dict[str, str]:
        """Digests of shared lists, of those that there are."""
        sound = self._common.lists.sound
        for name in names:
            if name in sound and name not in self._digests:
                self._digests[name] = sha256(repr(_texts(sound[name])).encode("utf-8", "surrogatepass")).hexdigest()
        return {name: self._digests[name] for name in names if name in sound}


def load(
    files: Mapping[str, str | bytes],
    shared: Mapping[str, str | bytes] | None = None,
    whole: Collection[str] = (),
) -> Loaded:
    """Load files once; see `Loader.load`."""
    return Loader().load(files, shared, whole)


def _shared_in_use(files: Iterable[_File]) -> set[str]:
    """The shared lists that a file looks for otherwise than to tell a state by them."""
    return {name for file in files if file.uses for name in file.uses - file.states}


def _loaded(files: Sequence[_File], nothing: Iterable[str], pages: Iterable[Page], common: _Shared) -> Loaded:
    """All together; `nothing` are the names of files that are no watchlist."""
    watchlists = tuple(_among(file, common) for file in files)
    names = {watchlist.name for watchlist in watchlists}
    problems = tuple(in_order(dict.fromkeys(problem for page in pages for problem in page.problems)))
    return Loaded(
        watchlists=watchlists,
        rules=tuple(rule for watchlist in watchlists for rule in watchlist.rules),
        problems=problems,
        unreadable=tuple(name for name in nothing if name not in names),
        shared=tuple(common.lists.sound.values()),
    )


def _among(file: _File, common: _Shared) -> Watchlist:
    """The watchlist with the terms files that it uses, and the former names in all lists that it may use."""
    former = tuple(name for names in {**common.former_of(file.uses), **file.former}.values() for name in names)
    terms, known = common.files_of(file.uses), file.watchlist
    same = (former, terms) == (known.former_names, known.terms)
    return known if same else replace(known, former_names=former, terms=terms)


def file_key(path: str, content: str | bytes) -> str:
    """What a file is called on the shelf."""
    written = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return f"{path}\n{sha256(written).hexdigest()}"


def watchlist_name(file: str) -> str:
    """The name of the watchlist that a file holds."""
    return PurePosixPath(file.replace("\\", "/")).stem


def _load_shared(shared: Mapping[str, str | bytes], known: _Shared | None) -> _Shared:
    """Read all terms files; a list that says the same as a known one is that one."""
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
    if known is not None:
        lists = Lists({name: _same(terms, known.lists.sound) for name, terms in lists.sound.items()}, lists.broken)
    return _Shared(shared, tuple(pages), written, lists, _former_names(written))


def _same(terms: TermList, known: Mapping[str, TermList]) -> TermList:
    former = known.get(terms.name)
    return former if former is not None and _texts(former) == _texts(terms) else terms


def _texts(terms: TermList) -> list[tuple[str, list[str]]]:
    return [(name, [spelling.text for spelling in spellings]) for name, spellings in terms.names]


def _name_fault(path: str, names: dict[str, str]) -> tuple[str, None, str, str] | None:
    """File names become keys and paths (case 46), so they are held to what is one on every system."""
    name = watchlist_name(path)
    if not is_identifier(name) or name in _RESERVED:
        hint = "small letters, digits and hyphens name a file: chip-exports.toml"
        return "E009", None, f"`{name}` cannot be the name of a watchlist", hint
    if name in names:
        return "E010", None, f"there is a watchlist `{name}` already: {names[name]}", "rename one of the files"
    names[name] = path
    return None


def _load_file(page: Page, name: str, values: dict[str, object], common: _Shared) -> _File:
    check_schema_line(page)
    draft = read_file(page, values)
    written = read_lists(draft.terms) if draft.terms else {}
    own = build_lists(written, common.lists)
    lint_lists(written, own, common.written)
    compiled = compile_file(page, name, draft, own.over(common.lists))
    lint_file(page, compiled, written)
    rules = [each.rule for each in compiled.rules if each.rule]
    states = only_states(rules)
    lint_names(written, own.sound, lambda: written.keys() - states)
    uses, former = uses_outside(compiled, written), _former_names(written)
    file = _File(
        watchlist=_watchlist(page, name, compiled, tuple(own.sound.values())),
        muting=Inhibiting(page, name, Mutings.of(draft.rules)),
        uses=uses,
        rests_on=common if uses is None or page.errors else {each: common.lists.sound.get(each) for each in uses},
        former=former,
        hides=_hidden(former, common),
        states=frozenset(states),
    )
    return replace(file, watchlist=_among(file, common))


def _hidden(own: Iterable[str], common: _Shared) -> dict[str, str]:
    return {name: common.written[name].page.file for name in own if name in common.written}


def _watchlist(page: Page, name: str, file: CompiledFile, lists: tuple[TermList, ...]) -> Watchlist:
    draft, compiled = file.draft, file.rules
    rules = tuple(each.rule for each in compiled if each.rule)
    sound = {rule.id for rule in rules}
    return Watchlist(
        name=name,
        file=page.file,
        title=draft.title or name,
        owner=draft.owner,
        review=draft.review,
        severity=draft.severity,
        was=tuple(each.text for each in draft.was),
        rules=rules,
        notes=tuple(_notes(page, name, each) for each in compiled if each.rule),
        cases=tuple(case.case for each in compiled if _has_cases(each, sound) for case in each.draft.cases),
        broken=tuple(dict.fromkeys(_broken(compiled, sound))),
        lists=lists,
        except_=page.stretch(draft.except_.path) if draft.except_ else None,
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


def _former_names(written: Mapping[str, WrittenList]) -> dict[str, Former]:
    return {
        name: tuple((entry.name, entry.was) for entry in each.entries if entry.was) for name, each in written.items()
    }
