"""Copies are known, strangers with the same boilerplate or the same form are not."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Article
from monitor.stories.duplicates import DuplicateReason, Duplication, MemoryIndex, near_duplicate, resemblance
from monitor.stories.signature import BANDS, KEPT, Signature, sign
from tests.stories.desk import BOILERPLATE, NOON, RELEASE, article

STREAM = Path(__file__).resolve().parents[2] / "../shared/eval/stream.jsonl.gz"
LABELS = Path(__file__).with_name("near_duplicate_pairs.jsonl")
ORIGINAL = article("original", "Tervane plans a chip plant", RELEASE + BOILERPLATE, publisher="Valley Wire")


def compared(copy: Article, known: Article = ORIGINAL) -> Duplication:
    index = MemoryIndex()
    index.put_signature(sign(known))
    signature = sign(copy)
    return near_duplicate(signature, index.candidates(signature.bands))


def test_the_same_words_under_another_headline_are_a_copy() -> None:
    answer = compared(replace(ORIGINAL, id="b", title="A plant for Quilla", publisher="Northern Post"))
    assert answer == Duplication("original", DuplicateReason.SAME_WORDS, 1.0)


def test_one_line_that_says_nothing_makes_no_copies_of_its_headlines() -> None:
    line = "Read more about this and about other stories at our site."
    known = article("a", "Quake in Toramo kills four", line, publisher="One")
    assert compared(article("b", "Chip plant for Quilla is off", line, publisher="Two"), known).original is None
    assert compared(replace(known, id="b"), known).reason is DuplicateReason.SAME_WORDS


@pytest.mark.parametrize(("publisher", "copy"), [("Valley Wire", False), ("", False), ("Northern Post", True)])
def test_the_same_words_under_quite_another_headline(publisher: str, copy: bool) -> None:
    """A page that shows the same lines instead of each article; another publisher writes its own headline."""
    other = replace(ORIGINAL, id="b", title="Old machines for army radios", publisher=publisher)
    assert (compared(other).original == "original") is copy


def test_a_copy_without_its_last_paragraphs_is_a_copy() -> None:
    answer = compared(article("b", "Chip plant", "\n".join(RELEASE.split("\n")[:2]), publisher="Northern Post"))
    assert answer.original == "original"
    assert answer.reason is DuplicateReason.CUT


def test_a_lightly_edited_copy_with_another_place_line_is_a_copy() -> None:
    text = RELEASE.replace("QUILLA, March 4, 2026 - ", "BREMNA (Allied Desk), March 5, 2026 - ").replace(
        "Analysts were surprised by", "Observers had not expected"
    )
    answer = compared(article("b", "Chip plant", text, publisher="Northern Post"))
    assert answer.original == "original"


def test_a_copy_with_other_boilerplate_is_a_copy() -> None:
    other = "The editors of the Post took this text from a wire and did not check it. " * 2
    assert compared(article("b", "Chip plant", RELEASE + other, publisher="Northern Post")).original == "original"


def test_strangers_with_the_same_boilerplate_are_strangers() -> None:
    news = (
        "The choir of Hessund sang for the first time since its hall burnt down; people stood in the snow to hear it. "
        "A new roof is paid for; the organ is not. Whoever has old wood of a certain age is asked to call the sexton."
    )
    answer = compared(article("b", "Choir sings again", news + "\n" + BOILERPLATE, publisher="Northern Post"))
    assert answer.original is None


def test_boilerplate_longer_than_the_news_does_not_glue() -> None:
    ones = article("a", "Choir sings", "The choir of Hessund sang in the snow on Sunday.\n" + BOILERPLATE)
    others = article("b", "Ferry is late", "A ferry to Lavik ran aground near the old mole at dawn.\n" + BOILERPLATE)
    assert compared(others, ones).original is None


def test_the_same_form_with_other_numbers_is_another_report() -> None:
    first = RELEASE.replace("March 4, 2026", "May 6, 2026")
    second = first.replace("3.2 billion", "2.7 billion").replace("1,400", "900")
    answer = compared(article("b", "Report", second, publisher="Post"), article("a", "Report", first, publisher="Wire"))
    assert answer == Duplication(None, DuplicateReason.OTHER_NUMBERS, answer.alike)


def test_the_same_form_about_another_place_and_company_is_another_report() -> None:
    other = RELEASE.replace("Quilla", "Lavik").replace("Tervane Foundry", "Ostholm Silicon").replace("QUILLA", "LAVIK")
    other = (
        other.replace("Dorthe Malling", "Henk Aalders").replace("Velandia", "Norrheim").replace("Tervane", "Ostholm")
    )
    answer = compared(
        article("b", "Report", other, publisher="Post"), article("a", "Report", RELEASE, publisher="Wire")
    )
    assert answer.original is None


def test_a_publisher_that_fills_in_its_own_form_does_not_copy_itself() -> None:
    form = "The town of {} closes its swimming hall for repairs. " + RELEASE.replace("Quilla", "the town")
    one, other = (
        article(town, "Notice", form.format(f"{town} in {valley}"), publisher="Valley Wire")
        for town, valley in (("Lavik", "Norrheim"), ("Bremna", "Carvania"))
    )
    assert compared(other, one).reason is DuplicateReason.SAME_PUBLISHER
    assert compared(replace(other, publisher="Northern Post"), one).original == "Lavik"


def test_headlines_are_too_short_to_be_copies_unless_they_are_the_same() -> None:
    one = article("a", "Two people were hurt when an earthquake shook the town of Hessund on Thursday morning")
    alike = article("b", "Two people were hurt when an earthquake shook the town of Toramo on Thursday morning")
    assert compared(alike, one).reason is DuplicateReason.TOO_SHORT
    assert compared(replace(one, id="c"), one).reason is DuplicateReason.SAME_WORDS


def test_nothing_known_means_nothing_near() -> None:
    empty = sign(article("a", ""))
    assert near_duplicate(empty, []) == Duplication(None, DuplicateReason.NOTHING_NEAR, 0.0)
    assert compared(replace(ORIGINAL, id="b", title="", body=""), article("a", "")).original is None


def test_an_article_is_no_copy_of_itself() -> None:
    assert near_duplicate(sign(ORIGINAL), [sign(ORIGINAL)]).original is None


def test_of_several_originals_the_most_alike_is_named() -> None:
    cut = article("cut", "Chip plant", RELEASE, publisher="Northern Post")
    index = MemoryIndex()
    for known in (cut, ORIGINAL):
        index.put_signature(sign(known))
    copy = sign(replace(ORIGINAL, id="copy", publisher="Coast Herald"))
    assert near_duplicate(copy, index.candidates(copy.bands)).original == "original"


def test_a_signature_is_plain_numbers_of_bounded_size() -> None:
    signature = sign(replace(ORIGINAL, body=ORIGINAL.body + " ".join(f"word{n}" for n in range(100_000))))
    assert len(signature.sketch) == KEPT
    assert len(signature.bands) == BANDS
    assert list(signature.sketch) == sorted(signature.sketch)
    assert all(0 <= hashed < 2**63 for hashed in signature.sketch)


def test_a_signature_is_the_same_on_every_machine() -> None:
    assert sign(article("a", "", "one two three four five")).sketch == (3130551025098332044, 4683937419295404920)


@given(st.lists(st.integers(0, 50), max_size=80), st.lists(st.integers(0, 50), max_size=80))
def test_resemblance_is_that_of_the_sets_while_they_are_small(one: list[int], other: list[int]) -> None:
    a, b = sorted(set(one)), sorted(set(other))
    expected = len({*a} & {*b}) / len({*a} | {*b}) if a and b else 0.0
    assert resemblance(a, b) == pytest.approx(expected)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["front", "back", "both"]))
def test_boilerplate_around_a_copy_does_not_hide_it_where_the_opening_stays(seed: int, where: str) -> None:
    chance = random.Random(seed)
    noise = " ".join(f"noise{chance.randrange(10**6)}" for _ in range(40)) + ".\n"
    text = (noise[:60] + "\n" if where != "back" else "") + RELEASE + (noise if where != "front" else "")
    assert compared(article("b", "Chip plant", text, publisher="Post")).original == "original"


@pytest.fixture(scope="module")
def stream() -> dict[str, Article]:
    if not STREAM.exists():
        pytest.skip("the shared stream is not here")
    with gzip.open(STREAM, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {
        row["id"]: Article(
            id=row["id"], source="s", title=row["title"], body=row["text"], publisher=row["publisher"], arrived=NOON
        )
        for row in rows
    }


@pytest.fixture(scope="module")
def labels() -> list[tuple[str, str, bool]]:
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    return [(row["one"], row["other"], row["copy"]) for row in rows]


def test_precision_and_recall_on_labelled_pairs(
    stream: dict[str, Article], labels: list[tuple[str, str, bool]]
) -> None:
    """The copies were read. The strangers are the most alike of the candidates that an early version found, a part of
    them read by headline: a guard against getting worse, no independent measurement."""
    answers = [(compared(stream[one], stream[other]).original is not None, copy) for one, other, copy in labels]
    right = sum(said and copy for said, copy in answers)
    said, true = sum(answer for answer, _ in answers), sum(copy for _, copy in answers)
    assert right / said >= 0.9
    assert right / true >= 0.8, "twelve copies; one publisher sent one of them again under quite another headline"


def test_recall_of_cut_copies_of_the_stream(stream: dict[str, Article]) -> None:
    """Real releases of 150 words or more, cut to their first half and sent by another publisher."""
    long = [each for each in stream.values() if len(each.body.split()) >= 150][::25]
    index = MemoryIndex()
    for each in stream.values():
        index.put_signature(sign(each))
    found = 0
    for each in long:
        words = each.body.split(" ")
        signature: Signature = sign(
            replace(each, id="copy", title="", body=" ".join(words[: len(words) // 2]), publisher="Another Paper")
        )
        answer = near_duplicate(signature, index.candidates(signature.bands)).original
        found += answer == each.id
    assert found / len(long) >= 0.95
