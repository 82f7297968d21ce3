from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from monitor.ingest import detect
from monitor.ingest.article import Draft, Setting, build_all
from monitor.ingest.detect import DETECTED, detected
from monitor.model import Article

from .conftest import NOW

ITALIAN = "Il Garante ha bloccato l'applicazione in tutta Italia per motivi di protezione dei dati personali"


def _article(text: str, lang: str = "") -> Article:
    (found,) = build_all([Draft(title=text, lang=lang)], Setting("wire", "wire", NOW))
    assert isinstance(found, Article)
    return found


def test_without_the_extra_nothing_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "_identifier", lambda: None)
    assert detected(ITALIAN) == ""
    assert DETECTED not in _article(ITALIAN).extra


def test_a_detector_changes_nothing_that_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("py3langid")
    seen = _article(ITALIAN)
    assert (seen.lang, seen.extra[DETECTED]) == ("en", "it")
    assert DETECTED not in _article(ITALIAN, "de").extra and DETECTED not in _article("意大利封禁DeepSeek" * 5).extra
    monkeypatch.setattr(detect, "_identifier", lambda: None)
    assert replace(seen, extra=MappingProxyType({})) == replace(_article(ITALIAN), extra=MappingProxyType({}))
    assert detected("DeepSeek-R1") == ""
