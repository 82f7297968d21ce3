"""Case, endings and scripts of many languages: what a term finds in them, and what it honestly does not."""

from __future__ import annotations

import pytest

from tests.query.bench import a_rule, found

FOUND = [
    ("tr", "istanbul", "İSTANBUL sokaklarında"),
    ("tr", "istanbul", "ISTANBUL"),
    ("tr", "ısı", "ISI arttı"),
    ("tr", "İstanbul", "Istanbul"),
    ("tr", "yasaklamak", "Türkiye uygulamayı yasakladı."),
    ("tr", "yasak", "Mahkeme yasağı kaldırdı."),
    ("de", "strasse", "Die Straße ist gesperrt."),
    ("de", "straße", "Alle Strassen und alle Straßen"),
    ("de", "Straße", "STRASSE"),
    ("de", "groß", "Das Verbot ist größer."),
    ("de", "verbieten", "Das Land verbot die App."),
    ("de", "verbieten", "Die App wurde verboten."),
    ("de", "verbot", "Neue Verbote drohen."),
    ("zh", "DeepSeek", "DeepSeek被禁"),
    ("zh", "被禁", "DeepSeek被禁"),
    ("zh", "DeepSeek被禁", "听说DeepSeek被禁了"),
    ("", "DeepSeek", "深度DeepSeek被禁"),
    ("ko", "딥시크", "정부가 딥시크를 금지했다"),
    ("ko", "금지", "정부가 딥시크를 금지했다"),
    ("", "딥시크", "한국 정부, 딥시크의 앱"),
    ("it", "vietare", "L'Italia vieta DeepSeek."),
    ("it", "vietare", "DeepSeek è stato vietato."),
    ("it", "bando", "I bandi dell'Unione"),
    ("it", "Italia", "L'Italia lo vieta."),
    ("it", "Italia", "Nell’Italia del nord"),
    ("it", "unione", "le regole dell'Unione"),
    ("fr", "OpenAI", "Le modèle d'OpenAI"),
    ("fr", "interdire", "L'application qu'interdisent les écoles"),
    ("cs", "zákaz", "Úřad vyzval k zákazu."),
    ("cs", "zakaz", "Nesouhlasí se zákazem aplikace."),
    ("cs", "zakázat", "Vláda zakázala DeepSeek."),
    ("cs", "praha", "Jednají v Praze."),
]
NOT_FOUND = [
    ("it", "bando", "la banda larga"),
    ("it", "ban", "il bando"),
    ("", "ban", "il bando"),
    ("", "Angelo", "D'Angelo sings."),
    ("", "vietare", "DeepSeek è stato vietato."),  # inflected as English, unless the feed says that it is Italian
    ("cs", "Praha", "Jednají v Praze."),  # a capital is not inflected: list the forms, or write it small
    ("de", "Verbot", "Neue Verbote drohen."),
    ("ko", "DeepSeek", "정부가 딥시크를 금지했다"),  # spellings are not transliterated
    ("zh", "封禁", "政府封了它又禁止"),
]


@pytest.mark.case(54)
@pytest.mark.parametrize(("lang", "query", "body"), FOUND)
def test_found(lang: str, query: str, body: str) -> None:
    assert found([a_rule(query)], body=body, lang=lang)


@pytest.mark.case(54)
@pytest.mark.parametrize(("lang", "query", "body"), NOT_FOUND)
def test_not_found(lang: str, query: str, body: str) -> None:
    assert not found([a_rule(query)], body=body, lang=lang)
