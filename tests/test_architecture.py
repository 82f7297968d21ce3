"""The house's own rules, read from the code: directions of import, no cycles, purity, sizes, the layout in the docs."""

from __future__ import annotations

import ast
import keyword
import re
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / "monitor"

BASE = {"model", "errors", "text"}
PURE = {"text", "query", "watchlist", "stories", "alerts", "digest", "model"}
EDGES = {"ingest", "deliver", "store"}
ALLOWED = {
    "model": {"model"},
    "errors": {"model"},
    "text": {"text", "model"},
    "query": BASE | {"query"},
    "watchlist": BASE | {"watchlist", "query"},
    "drafting": BASE | {"drafting", "query", "watchlist"},
    "stories": BASE | {"stories"},
    "alerts": BASE | {"alerts"},
    "digest": BASE | {"digest"},
    **{edge: BASE | {edge} for edge in EDGES},
    "net": BASE | {"net"},
    "ingest": BASE | {"ingest", "net"},
    "deliver": BASE | {"deliver", "net"},
    "overtime": BASE | {"alerts"},
    "protocols": BASE | {"overtime", "stories"},
    "pipeline": BASE | {"desk", "overtime", "protocols", "stories", "alerts", "digest"},
    "source_watch": BASE | {"pipeline", "alerts", "digest"},
    "rounds": BASE | {"pipeline", "protocols", "source_watch", "digest", "deliver"},
    "daemon": BASE | {"pipeline", "rounds", "source_watch", "deliver", "digest", "health", "file_watch"},
    "file_watch": set(),
    "memory": set(),
    "health": BASE | {"health", "store", "net"},
    "desk": BASE | {"desk", "protocols", "alerts", "digest"},
    "rulebook": BASE | {"rulebook", "query", "watchlist", "alerts", "stories", "store"},
    # The settings read TOML with the page of the watchlist room, so that problems look the same everywhere.
    "settings": BASE | {"settings", "watchlist"},
    "terminal": set(),
    "logs": BASE | {"terminal"},
    "backtests": BASE | {"backtests", "pipeline", "rulebook", "ingest", "query", "watchlist", "digest"},
    "__main__": {"cli"},
}
"""What each module or room may import; `app`, `checks`, `cli` and `commands` stand above and may import anything."""

ABOVE = {"app", "rehearsals", "channels", "reload", "diagnosis", "checks", "cli", "commands"}
LAZY = {"cli", "commands", "terminal"}
"""Where an import may stand in a function: for the time that a command takes to start."""

IMPURE_MODULES = {"random", "time", "os", "socket", "subprocess", "sqlite3", "asyncio", "secrets", "tempfile", "shutil"}
IMPURE_CALLS = {
    "open",
    "print",
    "input",
    "now",
    "utcnow",
    "today",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
}
READS_ITS_DATA: set[str] = {"monitor/text/frequency.py"}
"""Pure files that read what is shipped with the package: word counts."""

MOST_LINES, MOST_FUNCTION_LINES = 400, 60


@cache
def files() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def name_of(path: Path) -> str:
    """`monitor.ingest.feed` for its file; a package for its `__init__`."""
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


@cache
def modules() -> frozenset[str]:
    return frozenset(name_of(path) for path in files())


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules of ours that a tree imports, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "monitor":
                yield name if name in modules() else name.rpartition(".")[0]


def where(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(REPOSITORY)}:{getattr(node, 'lineno', 1)}"


def test_imports_go_in_the_directions_of_the_design() -> None:
    wrong = []
    for path, tree in files().items():
        room = room_of(name_of(path))
        if room in ABOVE or not room:
            continue
        allowed = ALLOWED[room]
        wrong += [f"{where(path)} imports {name}" for name in imported(tree) if room_of(name) not in {"", *allowed}]
    assert not wrong


def test_settings_take_only_the_page_from_the_watchlists() -> None:
    taken = {
        name
        for path, tree in files().items()
        if room_of(name_of(path)) == "settings"
        for name in imported(tree)
        if room_of(name) == "watchlist"
    }
    assert taken <= {"monitor.watchlist.page"}


def test_nothing_but_the_edge_imports_settings() -> None:
    users = {
        room_of(name_of(path))
        for path, tree in files().items()
        if any(room_of(name) == "settings" for name in imported(tree))
    }
    assert users <= {"settings", "channels", "checks", "app", "rehearsals", "reload", "diagnosis", "commands"}


def test_there_are_no_cycles_of_imports() -> None:
    """Imports inside functions count too."""
    graph = {name_of(path): set(imported(tree)) - {name_of(path)} for path, tree in files().items()}
    done: set[str] = set()
    while ready := {name for name, needs in graph.items() if name not in done and needs <= done}:
        done |= ready
    assert sorted(set(graph) - done) == []


def test_imports_stand_at_the_top() -> None:
    lazy = [
        where(path, node)
        for path, tree in files().items()
        if room_of(name_of(path)) not in LAZY
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not lazy


def test_pure_rooms_touch_nothing_outside() -> None:
    wrong = []
    for path, tree in files().items():
        if room_of(name_of(path)) not in PURE or str(path.relative_to(REPOSITORY)) in READS_ITS_DATA:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                wrong += [where(path, node) for alias in node.names if alias.name.split(".")[0] in IMPURE_MODULES]
            elif isinstance(node, ast.ImportFrom):
                wrong += [where(path, node)] if (node.module or "").split(".")[0] in IMPURE_MODULES else []
            elif isinstance(node, ast.Call) and _called(node) in IMPURE_CALLS:
                wrong.append(where(path, node))
    assert not wrong


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    if isinstance(node.func, ast.Attribute) and node.func.attr not in ("open", "print", "input"):
        return node.func.attr
    return ""


def test_every_parameter_is_typed() -> None:
    untyped = []
    for path, tree in files().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                given = node.args
                every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
                untyped += [
                    f"{where(path, node)} {node.name}({argument.arg})"
                    for argument in every
                    if argument and argument.annotation is None and argument.arg not in ("self", "cls")
                ]
    assert not untyped


def lengths() -> dict[str, int]:
    """The lines of every function without its docstring."""
    found = {}
    for path, tree in files().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                said = node.body[0] if ast.get_docstring(node) else None
                spoken = (said.end_lineno or 0) - said.lineno + 1 if said else 0
                found[f"{where(path, node)} {node.name}"] = (node.end_lineno or 0) - node.lineno + 1 - spoken
    return found


def test_functions_and_files_stay_small() -> None:
    measured = lengths()
    ordered = sorted(measured.values())
    assert {name: lines for name, lines in measured.items() if lines > MOST_FUNCTION_LINES} == {}
    assert statistics.median(ordered) <= 8
    assert ordered[int(len(ordered) * 0.95)] <= 35
    long = [path for path in files() if path.read_text(encoding="utf-8").count("\n") > MOST_LINES]
    assert [where(path) for path in long] == []


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    assert not [path for path in files() if path.stem in ("utils", "util", "helpers", "misc")]


def test_the_layout_in_the_docs_is_the_tree() -> None:
    text = (REPOSITORY / "docs" / "design.md").read_text(encoding="utf-8")
    table = text.split("## Rooms", 1)[1].split("\n## ", 1)[0]
    documented = set(re.findall(r"^\| `([a-z_]+(?:\.py|/))` \|", table, re.MULTILINE))
    present = {
        f"{path.name}/" if path.is_dir() else path.name
        for path in PACKAGE.iterdir()
        if (path.is_dir() and (path / "__init__.py").exists()) or (path.suffix == ".py" and path.name[0] != "_")
    }
    assert documented == present


@pytest.mark.parametrize("verb", sorted(path.stem for path in (PACKAGE / "commands").glob("[a-z]*.py")))
def test_every_verb_is_a_function_that_returns_an_exit_code(verb: str) -> None:
    tree = files()[PACKAGE / "commands" / f"{verb}.py"]
    name = verb.split("_")[-1]
    name = f"{name}_" if keyword.iskeyword(name) else name
    public = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    assert len(public) == 1
    assert isinstance(public[0].returns, ast.Name)
    assert public[0].returns.id == "int"
