from __future__ import annotations

import re
from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.digest.compose import compose
from monitor.digest.content import Run
from monitor.digest.render import HTML_LIMIT, _templates, render, starred
from monitor.digest.wrap import WIDTH, width
from monitor.model import Accounting, SourceHealth, VitalSign
from tests.digest.material import GOLDEN, PERIOD, SUBSCRIPTION, load, waiting

CASES = sorted(path.stem for path in GOLDEN.glob("*.json"))


def squeezed(text: str) -> str:
    """Text without white space and stars: what both parts have in common whatever their lines are."""
    return re.sub(r"[\s*]+", "", text)


@pytest.mark.case(62)
@pytest.mark.parametrize("name", CASES)
def test_both_parts_carry_the_same_stories(name: str) -> None:
    rendered = render(load(name).compose())
    page = squeezed(LexborHTMLParser(rendered.html).body.text())
    text = squeezed(rendered.text)
    for card in rendered.digest:
        headline = squeezed("".join(run.text for run in card.headline))
        assert headline in page and headline in text
        for passage in card.passages:
            sentence = squeezed("".join(run.text for run in passage.runs))
            assert (sentence in page) == (sentence in text)
        if card.link:
            assert card.link.url in rendered.text
            assert card.link.host in page
    for section in rendered.digest.sections:
        for line in section.pointers:
            assert squeezed(line.title) in page and squeezed(line.title) in text
    for mail in rendered.digest.earlier:
        for story in mail.stories:
            assert squeezed(story.headline) in page and squeezed(story.headline) in text
    assert len(LexborHTMLParser(rendered.html).css("h3")) == sum(len(s.cards) for s in rendered.digest.sections)


@pytest.mark.case(62)
@pytest.mark.parametrize("name", CASES)
def test_the_page_holds_nothing_that_loads_or_runs(name: str) -> None:
    page = LexborHTMLParser(render(load(name).compose()).html)
    assert not page.css("script, img, iframe, form, input, link, base, svg, object, embed, video, [background], [src]")
    assert not [tag for tag in page.css("meta") if tag.attributes.get("http-equiv")]
    assert not [tag for tag in page.css("*") for name in tag.attributes if name.startswith("on")]
    assert all(re.match(r"https?://[^/]+", tag.attributes["href"]) for tag in page.css("[href]"))
    assert "url(" not in page.html and "@import" not in page.html


@pytest.mark.case(57)
@pytest.mark.case(62)
def test_article_text_is_printed_literally() -> None:
    rendered = render(load("hostile").compose())
    page = LexborHTMLParser(rendered.html).body.text()
    for literal in (
        "<script>alert('x')</script>",
        "{{ cycler.__init__.__globals__ }} {% raw %} %s {0} ${x}",
        "{{ 7*7 }}",
    ):
        assert literal in page and literal in rendered.text.replace("\n", " ")


def test_autoescape_is_on_whatever_a_template_is_called() -> None:
    for name in ("x", "x.txt", "digest.html.j2", ""):
        assert _templates().autoescape is True, name
    assert _templates().from_string("{{ a }}").render(a="<b>") == "&lt;b&gt;"


@pytest.mark.parametrize("name", CASES)
def test_lines_of_the_text_part_fit_unless_they_hold_an_address(name: str) -> None:
    for line in render(load(name).compose()).text.splitlines():
        assert width(line) <= WIDTH + 2 or re.search(r"https?://\S+$", line)


def test_dark_mode_survives_inlining() -> None:
    html = render(load("morning").compose()).html
    assert "@media (prefers-color-scheme:dark)" in html
    assert 'class="cell top" style="' in html


@pytest.mark.case(61)
@pytest.mark.case(85)
def test_a_flood_stays_within_the_limit_and_counts_the_rest() -> None:
    body = "The ministry banned the product and gave this long reason for it. " * 30
    alerts = [
        waiting(
            id=f"a{n}", key=f"k{n}", body=body, mark={"body": ["banned"]}, copies=(("B", f"https://b.example/{n}"),)
        )
        for n in range(5000)
    ]
    digest = compose(replace(SUBSCRIPTION, max_stories=400), PERIOD, alerts, Accounting(articles=5000), ())
    rendered = render(digest)
    shown = len(list(rendered.digest))
    assert len(rendered.html.encode()) <= HTML_LIMIT
    assert shown > 25
    more = f"{5000 - shown:,} more stories wait for the next digest"
    assert more in rendered.text.replace("\n", " ")
    assert more in LexborHTMLParser(rendered.html).body.text()
    assert rendered.digest.waiting == 5000 - shown
    assert f"{shown} new from 5,000 articles" in rendered.text
    assert f"! {5000 - shown:,} alerts wait for the next digest: see the account at the end." in rendered.text


def test_the_subject_names_the_most_important_headline_and_is_short() -> None:
    assert render(load("quiet").compose()).subject == "Watchlist morning: nothing new"
    subject = render(load("morning").compose()).subject
    assert subject == "Watchlist morning: 5 new, 2 updates, 1 recap - Italy: DeepSeek banned or blocked (in…"


def test_stars_hug_the_words() -> None:
    assert starred((Run("was "), Run(" banned ", True), Run("here"), Run(" ", True))) == "was  *banned* here "


def test_the_footer_accounts_for_every_alert() -> None:
    text = render(load("morning").compose()).text
    assert "Told: 10 alerts on 7 cards, 1 told before, 1 told again with nothing added." in text
    assert "! Failing: Chip Courier since Wed 29 Jan, 22:10: the server answered 503" in text
    assert "Quiet: Harbour Gazette." in text


def test_a_source_that_is_silent_against_its_habit_is_no_quiet_one() -> None:
    digest = load("morning").compose()
    since = digest.period.start
    sources = (SourceHealth("Wire", sign=VitalSign.QUIET, since=since), SourceHealth("Calm", sign=VitalSign.OK))
    text = render(replace(digest, accounting=replace(digest.accounting, sources=sources))).text
    assert "! Silent: Wire (quiet since " in text
    assert "Quiet: Calm." in text
