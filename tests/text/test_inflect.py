"""Inflection, no derivation."""

from __future__ import annotations

import pytest

from monitor.text.inflect import headword, language_for, lemma


@pytest.mark.parametrize(
    ("form", "of"),
    [
        ("banned", "ban"),
        ("forbade", "forbid"),
        ("withdrew", "withdraw"),
        ("sold", "sell"),
        ("bans", "ban"),
        ("cancelled", "cancel"),
        ("travelling", "travel"),
        ("called", "call"),
    ],
)
def test_forms(form: str, of: str) -> None:
    assert lemma(form, "en") == of


@pytest.mark.parametrize(
    ("form", "no_form_of"), [("important", "import"), ("generation", "generate"), ("banner", "ban")]
)
def test_derivations_stay_apart(form: str, no_form_of: str) -> None:
    assert lemma(form, "en") != no_form_of


def test_a_word_with_forms_of_its_own_stands_for_itself() -> None:
    assert headword("found", "en") == "found"
    assert headword("banned", "en") == "ban"


def test_languages() -> None:
    assert (language_for("it"), language_for("zh"), language_for("")) == ("it", "en", "en")
    assert lemma("vietato", "it") == lemma("vieta", "it")
