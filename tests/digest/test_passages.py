"""Which sentences a card shows: whole ones that speak of what it tells, and none for the sake of having one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.digest.compose import compose
from monitor.digest.content import Card
from monitor.digest.sentences import touched, whole_sentences
from monitor.model import Accounting
from tests.digest.material import END, PERIOD, SUBSCRIPTION, waiting


def card(**given: Any) -> Card:
    [made] = compose(SUBSCRIPTION, PERIOD, [waiting(**given)], Accounting(), ())
    return made


def sentences(**given: Any) -> list[str]:
    return ["".join(run.text for run in passage.runs) for passage in card(**given).passages]


def test_a_single_proof_is_followed_by_the_sentence_after_it_if_that_speaks_of_the_same() -> None:
    body = "Rome has banned DeepSeek. The ban of DeepSeek holds for every office of the state. It rains."
    assert sentences(body=body, mark={"body": ["banned", "DeepSeek"]}) == [
        "Rome has banned DeepSeek.",
        "The ban of DeepSeek holds for every office of the state.",
    ]


@pytest.mark.parametrize(
    "after",
    [
        "The film of the year has made more money than all others before it.",
        "DeepSeek.",
        "DeepSeek " * 60 + ".",
        "Read more about DeepSeek and about all that happened in these weeks",
    ],
)
def test_what_follows_and_speaks_of_something_else_is_left_out(after: str) -> None:
    assert sentences(body=f"Rome has banned DeepSeek. {after}", mark={"body": ["banned", "DeepSeek"]}) == [
        "Rome has banned DeepSeek."
    ]


def test_the_last_change_of_a_state_has_its_sentence_before_what_was_added_on_the_way() -> None:
    def told(number: int, body: str, word: str, **more: Any) -> Any:
        values = {
            "id": f"a{number}",
            "story": "s",
            "key": "k",
            "publisher": f"P{number}",
            "url": f"https://p{number}.example/",
        }
        return waiting(**values, body=body, mark={"body": [word]}, arrived=END - timedelta(hours=9 - number), **more)

    alerts = [
        told(1, "Seoul has blocked it.", "blocked"),
        told(2, "Some 30,000 people have it.", "people", novelty="update", reason="adds a number", added=("30,000",)),
        told(3, "Seoul has suspended it.", "suspended", novelty="update", former="in force"),
        told(4, "Some 40,000 people had it.", "people", novelty="update", reason="adds a number", added=("40,000",)),
        told(5, "Seoul has lifted the block.", "lifted", novelty="update", former="suspended"),
    ]
    [made] = compose(SUBSCRIPTION, PERIOD, alerts, Accounting(), ())
    shown = {"".join(run.text for run in passage.runs) for passage in made.passages}
    assert shown == {"Seoul has blocked it.", "Seoul has suspended it.", "Seoul has lifted the block."}


def test_a_sentence_further_on_must_carry_more_of_the_evidence() -> None:
    body = (
        "Rome has banned DeepSeek.\nThe minister had met the makers of DeepSeek in the spring. "
        "Nobody knew of it.\nThe ban of DeepSeek holds for every office of the state."
    )
    assert sentences(body=body, mark={"body": ["banned", "DeepSeek"]}) == [
        "Rome has banned DeepSeek.",
        "The ban of DeepSeek holds for every office of the state.",
    ]


def test_a_sentence_that_says_the_same_again_is_no_second_one() -> None:
    body = (
        "Rome has banned DeepSeek from all offices of the state and of the regions.\n"
        "So Rome has banned DeepSeek from the offices of the state and of the regions."
    )
    assert len(sentences(body=body, mark={"body": ["Rome", "banned", "DeepSeek"]})) == 1


def test_a_headline_that_another_article_proves_keeps_a_sentence_of_its_own() -> None:
    opening = "The town halls of Denmark have to do without DeepSeek from Monday on."
    first = waiting(
        id="a1", story="s", key="k1", body=opening, title="Denmark bans DeepSeek", mark={"title": ["bans", "DeepSeek"]}
    )
    later = "One day later, 12 mayors have asked for another machine that writes minutes."
    second = waiting(id="a2", story="s", key="k2", url="https://b.example/", publisher="B", body=later,
                     mark={"body": ["mayors"]}, severity="low")  # fmt: skip
    [made] = compose(SUBSCRIPTION, PERIOD, [first, second], Accounting(), ())
    assert [("".join(run.text for run in p.runs), p.publisher) for p in made.passages] == [(opening, ""), (later, "B")]


def test_what_the_reader_knows_is_not_proven_again() -> None:
    body = "Prague has banned DeepSeek.\nIn January Italy blocked DeepSeek.\nIt rains in all of them."
    told = waiting(
        story="s",
        key="it",
        fact={"place": "Italy"},
        novelty="recap",
        told=True,
        body=body,
        mark={"body": ["Italy", "blocked"]},
    )
    new = waiting(story="s", key="cz", fact={"place": "Czechia"}, body=body, mark={"body": ["Prague", "banned"]})
    [made] = compose(SUBSCRIPTION, PERIOD, [told, new], Accounting(), ())
    assert ["".join(run.text for run in p.runs) for p in made.passages] == ["Prague has banned DeepSeek."]


def test_a_sentence_that_a_later_report_repeats_with_another_figure_gives_way_to_it() -> None:
    before = "The ministry said that the program had undressed 1,400 women in pictures."
    after = "The ministry said that the program had undressed 1,700 women in pictures; it had said fewer."
    told = [
        waiting(id="a1", story="s", key="k", body=before, mark={"body": ["ministry"]},
                arrived=END - timedelta(hours=9)),
        waiting(id="a2", story="s", key="k", body=after, mark={"body": ["ministry"]}, novelty="update",
                reason="adds a number", added=("1,700",), arrived=END - timedelta(hours=2)),
    ]  # fmt: skip
    [made] = compose(SUBSCRIPTION, PERIOD, told, Accounting(), ())
    assert ["".join(run.text for run in p.runs) for p in made.passages] == [after]
    other = waiting(id="a2", story="s", key="other", body=after, mark={"body": ["ministry"]})
    [made] = compose(SUBSCRIPTION, PERIOD, [told[0], other], Accounting(), ())
    assert len(made.passages) == 2, "another fact, so another sentence"


def test_a_title_alone_is_followed_by_the_first_sentence_that_speaks_of_it() -> None:
    body = f"Please add a link to the source of your news. {'Other news. ' * 60}"
    title, mark = "Rome bans DeepSeek", {"title": ["bans", "DeepSeek"]}
    assert sentences(title=title, body=body, mark=mark) == []
    told = "The watchdog gave DeepSeek twenty days for an answer. "
    assert sentences(title=title, body=told + body, mark=mark) == [told.strip()]


@pytest.mark.parametrize("break_", ["\n", "\r\n"])
def test_a_sentence_that_a_margin_has_broken_is_shown_whole(break_: str) -> None:
    body = (
        f"DeepSeek has again put off the release of R2, according to two people who work{break_}"
        "with the company. Nobody knows a date."
    )
    assert sentences(body=body.replace("\r", ""), mark={"body": ["DeepSeek", "R2"]})[0] == (
        "DeepSeek has again put off the release of R2, according to two people who work with the company."
    )


def test_lines_of_a_list_are_no_sentence() -> None:
    body = "Rome bans DeepSeek\nweather\nsport\nThe ministry said so."
    assert sentences(body=body, title="x", mark={"body": ["Rome", "DeepSeek"]})[0] == "Rome bans DeepSeek"


@pytest.mark.parametrize("long", [10, 300, 600, 2000])
def test_the_sentence_of_a_mark_is_found_wherever_it_stands(long: int) -> None:
    """Only the text around a mark is split into sentences; the answer is that of the whole text."""
    filler = "Mr. Smith of the U.S. office said so on Jan. 5 at noon. " * (long // 50)
    told = f"{'Very ' * (long // 10)}Rome has banned DeepSeek, said Mr. Rossi of the U.S. Senate."
    body = f"{filler}{told} {filler}"
    [shown, *_] = sentences(body=body, mark={"body": ["banned", "DeepSeek"]})
    assert shown == told if len(told) < 900 else shown.startswith("[…]")


TEXT = (
    "Mr. Smith of the U.S. office said so on Jan. 5 at noon. Rome (it said) has banned it! Why? " * 3
    + "A sentence that goes on and on, " * 30
    + 'as it were. He said: "Never." Then he left.\nA line\n'
    + "another line, which a margin has broken somewhere in the middle,\n"
    + "and which goes on here. 罗马封禁了它。“为什么？”他问。" * 8
)


@pytest.mark.parametrize("at", range(0, len(TEXT) - 4, 37))
def test_a_mark_finds_the_sentence_that_the_whole_text_has_there(at: int) -> None:
    whole = [span for span in whole_sentences(TEXT) if span[0] < at + 4 and at < span[1]]
    assert touched(TEXT, [(at, at + 4)]) == whole


def test_a_caption_is_no_sentence_of_the_news() -> None:
    body = (
        "FILE - Denmark's minister Ole Dahl speaks of DeepSeek with his guests in Aarhus, Denmark, on May 4, 2024. "
        "(Photo by A. Holm)\n\nAARHUS - Denmark has told its town halls to ban DeepSeek for good, officials said.\n\n"
        "The minister acted on a warning from his own auditors."
    )
    shown = sentences(title="Denmark bans DeepSeek", body=body, mark={"title": ["Denmark", "bans", "DeepSeek"]})
    assert shown[0] == "AARHUS - Denmark has told its town halls to ban DeepSeek for good, officials said."
    proof = {"title": ["bans"], "body": ["DeepSeek", "Denmark has told"]}
    assert sentences(title="Denmark bans DeepSeek", body=body, mark=proof)[0].startswith("AARHUS"), "not even as proof"
    alone = "FILE - Denmark's minister speaks of DeepSeek with his guests in Aarhus on May 4, 2024."
    assert sentences(title="x", body=alone, mark={"body": ["DeepSeek"]}) == [alone], "where there is nothing else"


@pytest.mark.parametrize(
    "furniture",
    [
        "We use cookies to show you what DeepSeek and Rome have in common.",
        "Subscribe to our newsletter on DeepSeek and all that happens in Rome.",
        "Read Also: Rome and DeepSeek, the story of a year in ten pictures.",
        "Follow us for more news of DeepSeek in Rome and elsewhere.",
        "(With inputs from DeepSeek correspondents of the agencies in Rome.)",
    ],
)
def test_the_furniture_of_a_page_is_no_sentence_of_the_news(furniture: str) -> None:
    told = "The watchdog of Rome gave DeepSeek twenty days for an answer."
    body = f"{furniture}\n\n{told}\n\nIt had asked twice before, and nobody had written back to it."
    mark = {"title": ["Rome", "bans", "DeepSeek"]}
    assert sentences(title="Rome bans DeepSeek", body=body, mark=mark)[0] == told


def test_the_card_begins_with_its_own_article_where_another_one_has_the_proof() -> None:
    """What another article says of the same comes after it, and not at all in another language."""
    own = "The maker of the board will deliver to China again, its head told reporters in Geneva."
    first = waiting(
        id="a1",
        story="s",
        key="k1",
        severity="high",
        title="Boards for China again",
        body=own,
        mark={"title": ["China"]},
    )
    other = waiting(
        id="a2", story="s", key="k2", url="https://b.example/", publisher="B", mark={"body": ["licences"]},
        body="Two licences for 900 boards were signed on Monday.", fact={"object": "board"},
    )  # fmt: skip
    foreign = waiting(id="a3", story="s", key="k3", lang="zh", publisher="C", url="https://c.example/", title="许可",
                      body="美国已经批准了许可证。", mark={"body": ["许可证"]}, fact={"object": "许可"})  # fmt: skip
    [made] = compose(SUBSCRIPTION, PERIOD, [foreign, other, first], Accounting(), ())
    shown = [("".join(run.text for run in passage.runs), passage.publisher) for passage in made.passages]
    assert shown == [(own, ""), ("Two licences for 900 boards were signed on Monday.", "B")]


def test_another_article_that_says_the_same_in_other_words_is_not_quoted() -> None:
    own = "Rome's data watchdog has banned the Chinese assistant DeepSeek over its handling of personal data."
    more = "It gave the company twenty days to explain which data it keeps."
    first = waiting(id="a1", story="s", key="k1", severity="high", body=f"{own} {more}", mark={"body": ["banned"]})
    echo = waiting(
        id="a2", story="s", key="k2", url="https://b.example/", publisher="B", mark={"body": ["blocked"]},
        body="On Thursday the data watchdog in Rome blocked the Chinese assistant DeepSeek over personal data.",
    )  # fmt: skip
    [made] = compose(SUBSCRIPTION, PERIOD, [first, echo], Accounting(), ())
    assert ["".join(run.text for run in passage.runs) for passage in made.passages] == [own, more]


@pytest.mark.parametrize(
    "after",
    [
        "The young firm wants to spend the money on machines and on people.",
        "They will have to look for another one before the summer.",
        "“We had no choice in the end,” a minister said on Friday.",
        "该公司表示将在二十天内作出答复，并会遵守当地的法律法规。",
    ],
)
def test_a_paragraph_that_refers_back_goes_on_with_the_news(after: str) -> None:
    body = f"Rome has banned DeepSeek.\n\n{after}"
    assert sentences(body=body, mark={"body": ["banned", "DeepSeek"]}) == ["Rome has banned DeepSeek.", after]


def test_of_what_a_text_begins_with_the_sentence_nearest_to_the_title_comes_first() -> None:
    body = (
        "Not long ago everybody spoke of DeepSeek at dinner and of little else.\n"
        "Denmark's town halls must do without DeepSeek from Monday, the minister for the towns said."
    )
    mark = {"title": ["Denmark", "DeepSeek"]}
    [first, *_] = sentences(title="Denmark's town halls lose DeepSeek", body=body, mark=mark)
    assert first.startswith("Denmark's town halls must")


def test_a_headline_that_is_proven_far_down_only_has_the_opening_first() -> None:
    """What proves a match deep in a text is often what was before; the news stands at the beginning."""
    opening = "The chip maker Tolvar will deliver its board to China again, its head said on Monday."
    filler = "The head of the firm travels a lot. He likes it. Nobody else does. So it is. It will rain for a week."
    proof = "But in April Washington had asked Tolvar for a licence to export the board."
    shown = sentences(
        title="Tolvar will sell its board to China again", body=f"{opening}\n{filler}\n{proof}",
        mark={"title": ["Tolvar", "sell"], "body": ["licence", "export"]},
    )  # fmt: skip
    assert shown == [opening, proof]


def test_the_next_sentence_of_a_paragraph_goes_on_where_it_shares_words_with_the_proof() -> None:
    body = (
        "Two men ran a ring that smuggled boards to China, the department said. "
        "Prosecutors wrote that boards were hidden in crates and flown to China by courier."
    )
    assert len(sentences(title="x", body=body, mark={"body": ["smuggled"]})) == 2


@pytest.mark.parametrize(
    ("paragraph", "shown"),
    [
        ("Danish minister Ole Dahl acted after a warning from the cybersecurity office of his state.", True),
        ("A Danish maker of windmills wants to hire for its works on the coast.", False),
    ],
)
def test_a_paragraph_that_shares_three_words_goes_on_with_the_news(paragraph: str, shown: bool) -> None:
    told = "Danish town halls may not use DeepSeek any more over fears for cybersecurity, a state office said."
    made = sentences(title="Denmark bans it", body=f"{told}\n\n{paragraph}", mark={"body": ["DeepSeek"]})
    assert made == [told, paragraph][: 1 + shown]


@pytest.mark.parametrize("sign", ["> ", ">> ", "• ", "> • "])
def test_the_sign_of_a_quotation_or_an_item_is_no_part_of_its_sentence(sign: str) -> None:
    told = "Rome has banned DeepSeek."
    assert sentences(body=f"{sign}{told}", mark={"body": ["banned"]}) == [told]
