"""The docs are executed and complete: what they tell people to type works, and nothing is left out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.settings import Code
from monitor.settings import models as settings_models
from monitor.settings.channels import KINDS
from monitor.settings.kinds import Strict

REPOSITORY = Path(__file__).resolve().parents[1]
DOCS = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
HYPHENATED = {"near-misses"}
VERBS = sorted(
    hyphened if (hyphened := path.stem.replace("_", "-")) in HYPHENATED else path.stem.replace("_", " ")
    for path in (REPOSITORY / "monitor" / "commands").glob("[a-z]*.py")
)
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path) -> list[str]:
    return _BLOCK.findall(read(path))


def test_the_readme_s_own_rule_works(tmp_path: Path) -> None:
    make, *tutorial = blocks(REPOSITORY / "README.md")
    assert all(line.startswith("make ") for line in make.strip().splitlines())
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(tutorial)],
        cwd=tmp_path,
        env=environment | {"PATH": path, "XDG_STATE_HOME": str(tmp_path), "COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 watchlist, 1 rule, 2 cases" in done.stdout
    assert "Strike in Gdansk" in done.stdout
    (digest,) = (tmp_path / "watch" / "out").glob("*.txt")
    assert "Strike in Gdansk" in read(digest)


def test_make_targets_that_the_docs_name_exist() -> None:
    makefile = read(REPOSITORY / "Makefile")
    named = {target for doc in DOCS for target in re.findall(r"(?:^|`)make ([a-z]+)", read(doc), re.MULTILINE)}
    assert {"run", "test", "check"} <= named
    assert not [target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_documented(verb: str) -> None:
    assert f"`monitor {verb}" in read(REPOSITORY / "docs" / "operating.md")


def test_every_verb_in_the_docs_exists() -> None:
    groups = {verb.split()[0] for verb in VERBS if " " in verb}
    second = "|".join(sorted({verb.split()[1] for verb in VERBS if " " in verb}))
    named = {verb for doc in DOCS for verb in re.findall(rf"`monitor ([a-z][a-z-]*(?: (?:{second}))?)", read(doc))}
    assert named <= {*VERBS, *groups}


def test_every_option_in_the_docs_exists() -> None:
    words = (REPOSITORY / "monitor" / "cli").glob("*.py")
    source = "".join(read(path) for path in words)
    named = {
        option
        for span in re.findall(r"`[^`]*`", read(DOCS[0]) + read(REPOSITORY / "docs" / "operating.md"))
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", span)
    }
    assert {"--once", "--config", "--format"} <= named
    assert not [option for option in named if f'"{option}"' not in source and option not in ("--help", "--version")]


def test_every_key_of_the_configuration_is_documented() -> None:
    text = read(REPOSITORY / "docs" / "operating.md")
    tables = [*vars(settings_models).values(), *KINDS.values()]
    models = [
        table for table in tables if isinstance(table, type) and issubclass(table, Strict) and table is not Strict
    ]
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}
    cells = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", text, re.MULTILINE)
    assert keys == {key for cell in cells for key in re.findall(r"[a-z_]+", cell)}


def test_every_code_of_the_configuration_is_documented() -> None:
    text = read(REPOSITORY / "docs" / "operating.md")
    assert {code.value for code in Code} == set(re.findall(r"^\| (C\d+) \|", text, re.MULTILINE))


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", read(path))
    assert not [target for target in targets if not (path.parent / target).exists()]


@pytest.mark.parametrize("path", sorted((REPOSITORY / "docs" / "decisions").glob("*.md")), ids=lambda path: path.stem)
def test_decisions_are_short_and_say_what_was_rejected(path: Path) -> None:
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+", path.stem)
    text = read(path)
    assert text.count("\n") <= 40
    assert "rejected" in text.casefold()


def test_readme_fits_a_screen_and_contributing_a_page() -> None:
    assert read(REPOSITORY / "README.md").count("\n") <= 75
    assert read(REPOSITORY / "CONTRIBUTING.md").count("\n") <= 45


def test_the_example_names_every_kind_of_table() -> None:
    text = read(REPOSITORY / "config.example.toml")
    assert all(table in text for table in ("[store]", "[rules]", "[[source]]", "[channel.", "[[subscription]]"))
