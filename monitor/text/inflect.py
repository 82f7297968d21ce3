"""Inflection without derivation, from the lemma tables of simplemma: forbade -> forbid, important stays important."""

from __future__ import annotations

from functools import lru_cache

from simplemma import is_known, lemmatize

FALLBACK = "en"
_ALSO = {
    "rose": "rise",
    "left": "leave",
    "bound": "bind",
    "ground": "grind",
    "wound": "wind",
    "felt": "feel",
    "bore": "bear",
    "shot": "shoot",
    "broke": "break",
    "won": "win",
    "thought": "think",
    "shook": "shake",
    "bit": "bite",
    "bent": "bend",
    "swore": "swear",
    "sales": "sale",
    "axes": "axis",
    "people": "person",
}
"""English forms that the tables read as words of their own; they are forms of these too."""
_DOUBLED = frozenset(("cancell", "labell", "modell", "signall", "travell"))
"""What the tables give as the lemma of British forms (cancelled, travelling), and no word."""
_ENDINGS = ("s", "ed", "d", "ing", "es")


@lru_cache(maxsize=64)
def has_lemmas(lang: str) -> bool:
    """Does simplemma ship a table for this language (primary tag)?"""
    try:
        is_known("a", lang=lang)
    except ValueError:
        return False
    return True


def language_for(lang: str) -> str:
    """The language to inflect in: the article's own where there is a table for it, else English."""
    return lang if lang and has_lemmas(lang) else FALLBACK


def lemma(word: str, lang: str) -> str:
    """The lemma of a word in lower case; the word itself where it is not known. `lang` as `language_for` gives it."""
    found = lemmatize(word, lang=lang).lower()
    return found[:-1] if found in _DOUBLED and lang == "en" else found


def lemmas(word: str, lang: str) -> tuple[str, ...]:
    """Every lemma that a word in lower case may be a form of; itself among them."""
    found = (word, lemma(word, lang), _ALSO.get(word, word) if lang == "en" else word)
    return tuple(dict.fromkeys(found))


def headword(word: str, lang: str) -> str:
    """The lemma under which a rule's term is looked up.

    A word that has forms of its own stands for itself, though it may also be a form of another word: `found` means
    to found (its forms are founded, founding), and not to find. Numbers have no forms, and there is no end of them.
    """
    return word if word.isdigit() else _headword(word, lang)


@lru_cache(maxsize=65536)
def _headword(word: str, lang: str) -> str:
    other = lemma(word, lang)
    if other == word or any(lemma(word + ending, lang) == word for ending in _ENDINGS):
        return word
    return other
