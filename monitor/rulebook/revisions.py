"""Rule files as they stand in a git revision: `HEAD~1:rules`, `main:rules/bans.toml`."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from monitor.errors import RuleError
from monitor.rulebook.files import TERMS, RuleTexts, read_rules

SECONDS = 60
"""After which git is given up."""


def rules_at(place: str) -> RuleTexts:
    """The rule files at a path, or, where there is no such path, in `REVISION:PATH` of the git repository here.

    Raises RuleError where neither has rule files.
    """
    revision, colon, path = place.partition(":")
    if Path(place).exists() or not colon:
        return read_rules([Path(place)])
    if not revision or revision.startswith("-") or not path:
        raise RuleError(f"{place}: write REVISION:PATH, for instance HEAD~1:rules")
    return _Revision(place, revision).texts(path.rstrip("/"))


class _Revision:
    def __init__(self, place: str, revision: str) -> None:
        self._place = place
        self._revision = revision

    def texts(self, path: str) -> RuleTexts:
        listed = self._toml_files(f"{path}/")
        files = listed or [path]
        folder = path if listed else str(PurePosixPath(path).parent)
        shared = self._toml_files(f"{folder}/{TERMS}/")
        texts = RuleTexts(self._read(files), self._read(shared))
        if not texts.files:
            raise RuleError(f"{self._place}: there is no rule file")
        return texts

    def _toml_files(self, folder: str) -> list[str]:
        """The rule files of a folder, by name; none where there is no such folder in this revision."""
        listed = self._git("ls-tree", "-z", "--name-only", self._revision, "--", folder).decode("utf-8", "replace")
        return sorted(name for name in listed.split("\0") if _is_rule_file(name))

    def _read(self, names: Sequence[str]) -> dict[str, bytes]:
        """Paths are relative to the current folder, which git takes them for when they begin with a dot."""
        return {f"{self._revision}:{name}": self._git("show", f"{self._revision}:{_dotted(name)}") for name in names}

    def _git(self, *words: str) -> bytes:
        try:
            done = subprocess.run(["git", *words], capture_output=True, check=False, timeout=SECONDS)  # noqa: S603, S607
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RuleError(f"{self._place}: git cannot be asked: {error}") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it says nothing"]
            raise RuleError(f"{self._place}: there is no such file or folder, and git says: {said[0]}")
        return done.stdout


def _is_rule_file(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix == ".toml" and not path.name.startswith(".")


def _dotted(name: str) -> str:
    return name if name.startswith("../") else f"./{name}"
