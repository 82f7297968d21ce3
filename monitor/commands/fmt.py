"""`monitor fmt`: rule files in their canonical layout."""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from monitor.errors import RuleError
from monitor.model import Problem
from monitor.rulebook.files import read_file, rule_files
from monitor.terminal import complain, count, say
from monitor.watchlist.fmt import format_text
from monitor.watchlist.page import open_page
from monitor.watchlist.render import render_problems


@dataclass(frozen=True, slots=True)
class _Layout:
    """What became of one file: `laid_out` is its text as it should be, None where it is no TOML."""

    path: Path
    content: bytes
    laid_out: bytes | None
    problems: tuple[Problem, ...] = ()

    @property
    def changes(self) -> bool:
        return self.laid_out is not None and self.laid_out != self.content


def fmt(paths: Sequence[Path], config: Path, *, check: bool, as_json: bool = False) -> int:
    """Lay out the rule files at `paths` (none: those of the configuration), or with `check` only name them.

    1 if `check` names one, and where a file is no TOML: it is left as it is, and its problem shown. Raises RuleError
    for what is not there or cannot be read or written, ConfigError.
    """
    files = [_layout(path) for path in rule_files(paths or _configured(config))]
    for file in files:
        if file.problems and not as_json:
            complain(render_problems(file.problems).rstrip("\n"))
        if file.changes and file.laid_out is not None and not check:
            _replace(file.path, file.laid_out)
        if file.changes and not as_json:
            say(f"{'would lay out' if check else 'laid out'} {file.path}")
    changed = sum(file.changes for file in files)
    if as_json:
        say(json.dumps([_data(file) for file in files], indent=2))
    else:
        say(f"{count(len(files), 'file')}, {changed} {'to lay out' if check else 'laid out'}")
    return int(bool(any(file.problems for file in files) or (check and changed)))


def _data(file: _Layout) -> dict[str, object]:
    return {"file": str(file.path), "changes": file.changes, "problems": [asdict(problem) for problem in file.problems]}


def _configured(config: Path) -> Sequence[Path]:
    """Imported late: the settings take several times as long to load as a rule file to lay out."""
    from monitor.settings import load_config

    return load_config(config).settings.rules.paths


def _layout(path: Path) -> _Layout:
    content = read_file(path)
    page, values = open_page(str(path), content)
    if values is None:
        return _Layout(path, content, None, tuple(page.problems))
    text = format_text(page.text)
    if repr(tomllib.loads(text)) != repr(values):
        raise AssertionError(f"the layout of {path} would mean something else; the file was left as it is")
    return _Layout(path, content, text.encode("utf-8"))


def _replace(path: Path, content: bytes) -> None:
    """Whole or not at all; a link stays one, and the file keeps its permissions."""
    path = path.resolve()
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(content)
        written = Path(file.name)
        try:
            written.chmod(path.stat().st_mode)
            written.replace(path)
        except OSError:
            written.unlink()
            raise
    except OSError as error:
        raise RuleError(f"{path}: the file cannot be written: {error.strerror}") from None
