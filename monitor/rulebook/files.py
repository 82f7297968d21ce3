"""Rule files on disk, read for the watchlist room, which opens no file itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import RuleError

TERMS = "terms"
"""The folder beside rule files that holds the lists they share."""

_LARGEST = 20_000_000


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """Rule files and the terms files that they share, by the path that messages show; not yet loaded.

    `whole` are the terms files of folders that were read whole.
    """

    files: Mapping[str, bytes]
    shared: Mapping[str, bytes]
    whole: frozenset[str] = frozenset()


def read_rules(paths: Sequence[Path]) -> RuleTexts:
    """The texts of the rule files at `paths`, with the lists that they share: files, or folders of `*.toml` with a
    folder `terms`. Raises RuleError where a path is not there, cannot be read, or holds no rule file."""
    files: dict[str, bytes] = {}
    shared: dict[str, bytes] = {}
    for path in paths:
        found = _rule_files(path)
        files |= {_shown(file): read_file(file) for file in found}
        for folder in dict.fromkeys(file.parent / TERMS for file in found):
            shared |= {_shown(file): read_file(file) for file in _toml_files(folder)}
    return RuleTexts(files, shared, _whole(paths))


def _whole(paths: Sequence[Path]) -> frozenset[str]:
    return frozenset(_shown(file) for path in paths if path.is_dir() for file in _toml_files(path / TERMS))


def rule_files(paths: Sequence[Path]) -> list[Path]:
    """The files at `paths`: themselves, or all of a folder and of its `terms`. Raises RuleError."""
    found: dict[Path, None] = {}
    for path in paths:
        found |= dict.fromkeys(_rule_files(path))
        found |= dict.fromkeys(_toml_files(path / TERMS))
    return list(found)


def read_what_is_there(paths: Sequence[Path]) -> tuple[RuleTexts, dict[str, str]]:
    """The texts at `paths` that can be read, and by path, as messages show it, why the others cannot."""
    files: dict[str, bytes] = {}
    shared: dict[str, bytes] = {}
    faults: dict[str, str] = {}
    for path in paths:
        try:
            found = _rule_files(path)
        except RuleError as error:
            faults[_shown(path)] = str(error)
            continue
        for file in found:
            _take(file, files, faults)
        for folder in dict.fromkeys(file.parent / TERMS for file in found):
            for file in _toml_files(folder):
                _take(file, shared, faults)
    return RuleTexts(files, shared, frozenset() if faults else _whole(paths)), faults


def present_files(paths: Sequence[Path]) -> list[Path]:
    """The rule and terms files that are there at present; what is missing is no error here."""
    folders = [path for path in paths if path.is_dir()]
    files = [*(file for folder in folders for file in _toml_files(folder)), *(path for path in paths if path.is_file())]
    return [
        *files,
        *(file for folder in dict.fromkeys(file.parent for file in files) for file in _toml_files(folder / TERMS)),
    ]


def shipped_rules() -> Path:
    """The rules that come with the program: beside the package in a checkout, inside it in an installed wheel."""
    return shipped("rules")


def shipped(name: str) -> Path:
    """A file or folder that is shipped with the program; raises FileNotFoundError where the installation is broken."""
    package = Path(__file__).parents[1]
    for candidate in (package / "_shipped" / name, package.parent / name):
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"the installation lacks its `{name}`")


def _rule_files(path: Path) -> list[Path]:
    if path.is_dir():
        if not (found := list(_toml_files(path))):
            raise RuleError(f"{path}: there is no rule file (*.toml) in this folder")
        return found
    if not path.exists():
        raise RuleError(f"{path}: there is no such rule file or folder")
    return [path]


def _toml_files(folder: Path) -> Iterator[Path]:
    """Rule files of a folder in the order of their names; what editors leave behind (`.#x.toml`) is none."""
    if folder.is_dir():
        yield from sorted(path for path in folder.glob("*.toml") if not path.name.startswith(".") and path.is_file())


def _take(file: Path, into: dict[str, bytes], faults: dict[str, str]) -> None:
    try:
        into[_shown(file)] = read_file(file)
    except RuleError as error:
        faults[_shown(file)] = str(error)


def read_file(path: Path) -> bytes:
    """The bytes of one rule file. Raises RuleError where it is none, too large or cannot be read."""
    try:
        if not path.is_file():
            raise RuleError(f"{path}: this is no file")
        if path.stat().st_size > _LARGEST:
            raise RuleError(f"{path}: the file is larger than {_LARGEST // 1_000_000} megabytes")
        return path.read_bytes()
    except OSError as error:
        raise RuleError(f"{path}: the file cannot be read: {error.strerror}") from None


def _shown(path: Path) -> str:
    """The path as messages show it: relative where it lies below the current folder."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
