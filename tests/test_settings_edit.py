"""Sources added to and removed from the text of a configuration."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.settings.edit import append_sources, remove_source

EXAMPLE = (Path(__file__).resolve().parents[1] / "config.example.toml").read_text(encoding="utf-8")
NEW = {"name": "New", "feed": "https://n.example/f"}

names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=30)


def test_a_source_comes_and_goes_without_a_trace() -> None:
    added = append_sources(EXAMPLE, [(NEW, "added today")])
    assert added.startswith(EXAMPLE) and '# added today\n[[source]]\nname = "New"' in added
    assert remove_source(added, "New").rstrip() == EXAMPLE.rstrip()


def test_a_source_in_the_middle_takes_its_own_comments_along_and_no_others() -> None:
    left = remove_source(EXAMPLE, "Example Post")
    assert "examples/feed.xml" not in left and "# The ways out." in left and "[channel.files]" in left
    left = remove_source(EXAMPLE, "inbox")
    assert "examples/inbox" not in left and "Example Post" in left


@given(st.lists(names, unique=True, max_size=5), st.data())
def test_any_names(given_names: list[str], data: st.DataObject) -> None:
    text = append_sources(EXAMPLE, [({"name": name, "feed": "https://n.example/f"}, "") for name in given_names])
    sources = tomllib.loads(text)["source"]
    assert [source["name"] for source in sources[2:]] == given_names
    for name in data.draw(st.permutations(sorted(given_names))):
        if name not in ("inbox", "Example Post"):
            text = remove_source(text, name)
    assert tomllib.loads(text)["channel"] == tomllib.loads(EXAMPLE)["channel"]


@pytest.mark.parametrize(
    "text",
    [
        'source = [{ name = "a", folder = "x" }, { name = "b", folder = "y" }]',
        "[[source]\n",
        'note = """\n[[source]]\n"""\n[[source]]\nname = "b"\n[[source]]\nname = "a"\n',
    ],
)
def test_what_cannot_be_changed_safely_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        remove_source(text, "a")
    if "[[source]]\nname" not in text:
        with pytest.raises(ConfigError):
            append_sources(text, [(NEW, "")])
