from __future__ import annotations

from collections.abc import Iterable

from monitor.ingest.article import Draft
from monitor.ingest.textfile import html_drafts, markdown_drafts, text_drafts
from monitor.model import Rejection

LONG = "The regulator said on Monday that the app may no longer be offered in any store of the country. " * 3


def _only(found: Iterable[Draft | Rejection]) -> Draft:
    (draft,) = found
    assert isinstance(draft, Draft)
    return draft


def test_a_short_first_line_is_the_title() -> None:
    draft = _only(text_drafts(f"A ban in Rome\n\n{LONG}".encode()))
    assert (draft.title, draft.body) == ("A ban in Rome", LONG.strip())


def test_a_long_first_line_and_a_photo_credit_stay_in_the_body() -> None:
    assert _only(text_drafts(f"{LONG}\n{LONG}".encode())).title == ""
    draft = _only(text_drafts(f"AI Photo: Agency\n{LONG}".encode()))
    assert (draft.title, draft.body.split("\n")[0]) == ("", "AI Photo: Agency")


def test_a_single_line_is_a_body() -> None:
    assert _only(text_drafts(b"Just this.")).body == "Just this."


def test_front_matter_speaks_for_a_markdown_text() -> None:
    raw = f"---\ntitle: A ban\nsource: Alpine Post\ndate: 2025-01-30\nid: 7\nmood: grim\n---\n# A ban\n\n{LONG}"
    draft = _only(markdown_drafts(raw.encode()))
    assert (draft.title, draft.publisher, draft.published, draft.native_id) == (
        "A ban",
        "Alpine Post",
        "2025-01-30",
        "7",
    )
    assert draft.extra == {"mood": "grim"}
    assert draft.body == LONG.strip()


def test_a_markdown_heading_is_the_title() -> None:
    draft = _only(
        markdown_drafts(f"# A ban in Rome, the city that never sleeps.\n\n{LONG}\n\n## Part\n\n{LONG}".encode())
    )
    assert draft.title == "A ban in Rome, the city that never sleeps."
    assert "Part" in draft.body


def test_a_fault_in_front_matter_is_told_and_the_text_read() -> None:
    found = list(markdown_drafts(b"+++\n= broken\n+++\n# T\n\ntext"))
    assert isinstance(found[0], Rejection) and "no TOML" in found[0].reason
    assert isinstance(found[1], Draft) and found[1].title == "T"


def test_a_saved_page() -> None:
    raw = f"<html lang=de><meta charset=iso-8859-1><title>Verbot für Chatbot</title><body><p>{LONG}</p></html>"
    draft = _only(html_drafts(raw.encode("latin-1")))
    assert (draft.title, draft.lang, draft.body) == ("Verbot für Chatbot", "de", LONG.strip())


def test_a_page_that_names_its_address_is_one_article_whatever_it_links_to() -> None:
    links = "".join(f"<h3><a href='/{n}'>Another story number {n}</a></h3><p>{LONG}</p>" for n in range(4))
    menu = "<ul><li><a href='/sport'>Sport and leisure</a></li></ul>"
    head = "<link rel=canonical href='https://post.example/ban'><title>A ban in Rome</title>"
    draft = _only(html_drafts(f"<head>{head}</head><body>{menu}<h1>A ban in Rome</h1><p>{LONG}</p>{links}".encode()))
    assert (draft.title, draft.url) == ("A ban in Rome", "https://post.example/ban")
    assert LONG.strip() in draft.body and "Sport" not in draft.body
