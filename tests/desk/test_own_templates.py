"""Templates of the user's own: what they may do, and what becomes of a digest whose template may not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.desk.own_templates import LARGEST_FILE, MOST_FILES, OwnTemplates
from monitor.digest.render import render, values
from monitor.digest.sample import sample_digest

DOCS = Path(__file__).resolve().parents[2] / "docs" / "templates.md"


def rendered(folder: Path, text: str = "", page: str = "") -> tuple[str, str, str]:
    """Text, page and fault of the invented digest."""
    for name, content in (("digest.txt.j2", text), ("digest.html.j2", page)):
        if content:
            (folder / name).write_text(content, encoding="utf-8")
    made = render(sample_digest(), OwnTemplates(folder))
    return made.text, made.html, made.digest.fault


def test_an_empty_folder_leaves_both_parts_to_us(tmp_path: Path) -> None:
    assert rendered(tmp_path) == (render(sample_digest()).text, render(sample_digest()).html, "")


def test_one_part_may_be_ones_own_and_the_other_ours(tmp_path: Path) -> None:
    text, page, fault = rendered(tmp_path, text="{{ digest.subscription }}: {{ head }}")
    assert (text, fault) == ("sample: 1 new, 1 update and 1 recap\n", "")
    assert page == render(sample_digest()).html


def test_a_page_is_escaped_and_may_take_parts_of_ours(tmp_path: Path) -> None:
    (tmp_path / "style.css.j2").write_text("h1{color:#123456}")
    page = "<style>{% include 'style.css.j2' %}</style><body><h1>{{ sections[0].title }}</h1></body>"
    _, html, fault = rendered(tmp_path, page=page)
    assert fault == ""
    assert '<h1 style="color:#123456">Doors &amp; gates</h1>' in html


@pytest.mark.case(56)
@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("{{ cycler.__init__.__globals__ }}", r"line 1: SecurityError: access to attribute '__init__'"),
        ("{{ digest.__class__.__mro__ }}", r"line 1: SecurityError: access to attribute '__class__'"),
        ("{{ say.__func__.__globals__ }}", r"line 1: SecurityError: access to attribute '__func__'"),
        ("{{ digest.sections.append(1) }}", r"line 1: UndefinedError"),
        ("{{ nothing }}", r"line 1: UndefinedError: 'nothing' is undefined"),
        ("x\n{% for card in digest %}{{ 1 / 0 }}{% endfor %}", r"line 2: ZeroDivisionError"),
        ("x\n{% if %}", r"line 2: Expected an expression"),
        ("{% include 'passwd' %}", r"there is no template passwd"),
        ("{% include '/etc/passwd' %}", r"there is no template /etc/passwd"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", r"it calls itself without end"),
        ("{{ 'a'|center(10**10) }}", r"it takes too much memory"),
        ("{% for i in range(99999) %}{{ 'abcdefghijkl' * 9 }}{% endfor %}", r"more than 2,000,000 characters"),
        ("{% for i in range(9**5) %}{% endfor %}{{ range(10**6)|length }}", r"line 1: OverflowError: Range too big"),
        ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", r"it takes too long"),
        ("{{ 'a' * 10**9 }}", r"it takes too long|more than 2,000,000 characters|it takes too much memory"),
    ],
)
def test_a_template_that_goes_too_far_costs_its_layout_and_nothing_else(
    tmp_path: Path, template: str, fault: str
) -> None:
    text, html, told = rendered(tmp_path, text=template)
    assert re.match(rf"digest\.txt\.j2: ({fault})", told), told
    ours = render(sample_digest())
    assert ours.text.splitlines()[:20] == text.splitlines()[:20]
    assert "! Template: yours failed, so this is the built-in page: digest.txt.j2" in text
    assert "yours failed" in html


@pytest.mark.case(56)
def test_a_page_that_is_too_large_with_a_single_story_is_a_fault(tmp_path: Path) -> None:
    _, html, told = rendered(tmp_path, page="<p>{{ 'word ' * 20000 }}</p>")
    assert told == "digest.html.j2: its page is larger than 90,000 octets with a single story"
    assert len(html.encode()) <= 90_000


def test_what_is_read_of_the_folder_is_limited(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("password")
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "digest.txt.j2").symlink_to(secret)
    assert rendered(folder)[2] == "digest.txt.j2: this is no ordinary file"
    (folder / "digest.txt.j2").unlink()
    assert "octets" in rendered(folder, text="x" * (LARGEST_FILE + 1))[2]
    (folder / "digest.txt.j2").write_bytes(b"\xff")
    assert "UTF-8" in rendered(folder)[2]
    for number in range(MOST_FILES):
        (folder / f"{number}.j2").touch()
    assert f"more than {MOST_FILES} templates" in rendered(folder)[2]
    assert "No such file or directory" in render(sample_digest(), OwnTemplates(tmp_path / "gone")).digest.fault


def examples() -> dict[str, str]:
    """The templates in the documentation, by the names that stand before them."""
    return dict(re.findall(r"`([a-z.]+\.j2)`:\n\n```jinja\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL))


def test_the_templates_in_the_documentation_run(tmp_path: Path) -> None:
    found = examples()
    assert set(found) == {"digest.txt.j2", "digest.html.j2"}
    text, html, fault = rendered(tmp_path, found["digest.txt.j2"], found["digest.html.j2"])
    assert fault == ""
    for part in (text, html):
        assert "Northtown: a door" in part and "https://news.example.org/northtown" in part


def test_every_variable_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [name for name in values(sample_digest()) if f"`{name}" not in text] == []
