from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
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


def test_a_detector_that_cannot_be_loaded_costs_the_guess_and_no_article(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("py3langid")
    detect._identifier.cache_clear()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no" / "room"))  # it unpacks its model there
    try:
        assert DETECTED not in _article(ITALIAN).extra
        assert [record.levelname for record in caplog.records] == ["WARNING"]
    finally:
        detect._identifier.cache_clear()
