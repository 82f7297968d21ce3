"""What language a text seems to be in, where the extra `lang` (py3langid) is installed.

Never what an article is matched in: `Article.lang` comes from script and source alone, so that installing a detector
changes no match (design, section 4). The guess is kept beside it, in `extra`, for people.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

log = logging.getLogger(__name__)

DETECTED = "detected_lang"
"""The key in `Article.extra`."""

CERTAIN = 0.9
_FEWEST_CHARACTERS = 30


def detected(text: str) -> str:
    """A primary tag of BCP 47; empty where the text is short, the guess unsure, or the extra not installed."""
    identifier = _identifier() if len(text) >= _FEWEST_CHARACTERS else None
    if identifier is None:
        return ""
    tag, share = identifier.classify(text)
    return str(tag) if share >= CERTAIN else ""


def load() -> None:
    """Load the detector now and not with the first text: it takes half a second and 100 MB.

    It unpacks its model through a temporary file, the only one that reading articles ever opens.
    """
    _identifier()


@cache
def _identifier() -> Any:
    """Loaded once a process, and only where it is needed. Where that fails, articles are read without a guess."""
    if find_spec("py3langid") is None:
        return None
    try:
        module = import_module("py3langid.langid")
        return module.LanguageIdentifier.from_model_file(module.MODEL_FILE, norm_probs=True)
    except (OSError, ValueError) as error:  # a read-only system without room for temporary files
        log.warning("languages are not guessed, the detector cannot be loaded: %s", error)
        return None
