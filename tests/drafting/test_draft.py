"""A watchlist drafted from articles, read back by the room that checks watchlists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.drafting.draft import Suggestion, draft, suggest
from monitor.ingest.read import read_paths
from monitor.model import Article, ProblemSeverity
from monitor.query.engine import Engine
from monitor.rulebook.files import shipped_rules
from monitor.rulebook.load import load_rules
from monitor.text.clean import clean
from monitor.text.frequency import Background, shipped
from monitor.watchlist.cases import run_cases
from monitor.watchlist.load import load
from monitor.watchlist.nouns import Loaded

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SEEDS = (Path(__file__).resolve().parents[2] / "../shared/seeds").resolve()
FERRIES = (
    "Norsk Bolge orders four electric ferries from Vard Nordlys. The yard in Norway will deliver the NX-40 in May. "
    "Rival Blue Strait ordered two. The yard's NX-40 needs no crew.",
    "Malta suspended the ferries of Blue Strait on Monday. The ministry suspended them after a fire. "
    "Blue Strait's Anna Falk said the NX-40 was safe. Falk will appeal.",
    "Regulators in Norway suspend the NX 40. Norsk Bolge has to anchor its ferries, and Blue Strait anchored its own.",
)


def articles(*texts: str) -> list[Article]:
    return [Article(f"a{n}", "test", "", NOW, body=clean(text)) for n, text in enumerate(texts)]


def suggested(texts: Sequence[str], topic: str = "") -> tuple[Suggestion, Loaded, str]:
    shared = load_rules([shipped_rules()]).shared
    found, sentences = suggest(articles(*texts), topic, shared, shipped())
    text = draft(found, sentences, {terms.name for terms in shared})
    return found, load({"draft.toml": text}), text


def test_names_with_their_spellings_places_and_acts() -> None:
    found, _, text = suggested(FERRIES)
    names = {name.name: name.spellings for name in found.names}
    assert names["NX-40"] == ("NX-40", "NX 40")
    assert names["Blue Strait"] == ("Blue Strait",)
    assert names["Anna Falk"] == ("Anna Falk", "Falk"), "a surname is the only person's who has it"
    assert [place.name for place in found.places] == ["Norway", "Malta"], "as the shared list calls them"
    assert {"suspend", "anchor"} <= {act.word for act in found.acts}
    assert not {"ferry", "yard"} & {act.word for act in found.acts}, "nouns are no acts"
    assert any(word.startswith("ferry (3)") for word in found.words)
    assert '# 2 in 2 articles (suspend, suspended): "Malta suspended the ferries of Blue Strait on Monday."' in text


def test_what_is_drafted_is_sound_and_its_cases_come_out() -> None:
    _, loaded, _ = suggested(FERRIES)
    assert loaded.problems == ()
    [watchlist] = loaded.watchlists
    outcomes = run_cases(watchlist, Engine(loaded.rules).within(watchlist.name))
    assert outcomes and all(result.ok for result in outcomes)
    assert {case.kind.value for case in watchlist.cases} == {"match", "no_match"}
    assert [rule.id for rule in loaded.rules] == ["place-act-name", "name-act"]


def test_a_topic_keeps_the_sentences_that_speak_of_it() -> None:
    found, _, _ = suggested(FERRIES, "suspension suspend")
    assert "anchor" not in {act.word for act in found.acts}
    assert "Vard Nordlys" not in {name.name for name in (*found.names, *found.rare)}
    assert found.sentences == 3


def test_chinese_names_without_a_dictionary() -> None:
    texts = [
        "蓝海造船交付电动渡轮。记者从蓝海造船获悉订单增加。",
        "挪威停用蓝海造船渡轮。有人批评蓝海造船。",
        "当局要求蓝海造船说明。",
    ]
    found, loaded, _ = suggested(texts)
    assert "蓝海造船" in {name.name for name in found.names}
    assert [problem for problem in loaded.problems if problem.severity is ProblemSeverity.ERROR] == []


def test_what_news_at_large_says_as_well_does_not_stand_out() -> None:
    same = Background(100, {"ferry": 100})
    found, _ = suggest(articles(*FERRIES), "", (), same)
    assert not any(word.startswith("ferry") for word in found.words)


HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from("AaBb '\"\\{}[]()#=@%$*/<>\n.,-–’“”é«»禁北京 0123\u2028\u202e\u0130"), st.characters()
    ),
    max_size=200,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(HOSTILE, min_size=1, max_size=4), HOSTILE)
def test_whatever_an_article_holds_the_draft_is_a_sound_rule_file(texts: list[str], topic: str) -> None:
    found, sentences = suggest(articles(*texts), topic, (), Background(10, {}))
    loaded = load({"draft.toml": draft(found, sentences, ())})
    assert [str(problem) for problem in loaded.problems if problem.severity is ProblemSeverity.ERROR] == []
    for watchlist in loaded.watchlists:
        assert all(result.ok for result in run_cases(watchlist, Engine(loaded.rules).within(watchlist.name)))


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds are not here")
def test_the_seeds_give_their_names() -> None:
    read = [found for found in read_paths([SEEDS], NOW) if isinstance(found, Article)]
    shared = load_rules([shipped_rules()]).shared
    found, sentences = suggest(read, "", shared, shipped())
    listed = {spelling for name in (*found.names, *found.places) for spelling in (name.name, *name.spellings)}
    wanted = "DeepSeek R1 H20 Huawei Ascend MiniMax StepFun Doubao-1.5 CXMT Lutnick Italy Australia Czechia".split()
    assert set(wanted) | {"Qwen 2.5 Max", "South Korea", "Howard Lutnick"} <= listed
    assert {"ban", "block", "prohibit", "launch"} <= {act.word for act in found.acts}
    loaded = load({"draft.toml": draft(found, sentences, {terms.name for terms in shared})})
    assert loaded.problems == ()


def test_a_rare_word_at_the_beginning_of_a_sentence_belongs_to_the_name_and_a_common_one_does_not() -> None:
    found, _, _ = suggested(
        (
            "Hellenic Seaways ordered two ferries from Vard Nordlys.",
            "Yesterday Norsk Bolge ordered a ferry, and Hellenic Seaways cancelled one.",
        )
    )
    names = {name.name for name in found.names}
    assert {"Hellenic Seaways", "Norsk Bolge"} <= names
    assert "Seaways" not in names
    assert "cancel" in {act.word for act in found.acts}


def test_a_sentence_with_an_act_is_never_drafted_as_one_that_must_not_match() -> None:
    _, loaded, _ = suggested(
        (*FERRIES, "At the pier the harbour board suspended, far from Vard Nordlys, all the ferries.")
    )
    cases = [case.text for watchlist in loaded.watchlists for case in watchlist.cases if case.kind.value == "no_match"]
    assert cases
    assert not any("suspend" in text for text in cases)


def test_articles_without_a_word_of_the_topic_are_told() -> None:
    found, _, _ = suggested((*FERRIES, "挪威渡轮公司订购了四艘电动渡轮。"), topic="ferries")
    assert [article.id for article in found.unread] == ["a3"]
    assert suggested((*FERRIES, "挪威渡轮公司订购了四艘电动渡轮。"), topic="ferries 渡轮")[0].unread == ()


def test_places_that_no_list_knows_are_drafted_as_places() -> None:
    found, _, _ = suggested(
        (
            "Norsk Bolge will open a yard in the district of Osterdal. The yard near Osterdal builds the NX-40.",
            "A cable was cut off the island of Fjordholm. The Gull Bay ferry of Blue Strait lay at Fjordholm.",
            "Norsk Bolge invested in Blue Strait. It invested in Vard Nordlys too. Blue Strait ordered two.",
            "In Oregon the ferry stopped. Fires were seen in North Osterdal.",
        )
    )
    assert {"Osterdal", "Fjordholm", "North Osterdal", "Oregon, United States"} <= {each.name for each in found.places}
    assert not {"Blue Strait", "Vard Nordlys", "Norsk Bolge"} & {each.name for each in found.places}


def test_people_lose_their_titles_and_institutions_stay_whole() -> None:
    texts = (
        "On the pier the Norwegian Prime Minister Ilse Falk met with President Tove Berg and spoke. Falk left early.",
        "Last week the Department of Harbours and Lighthouses fined the company of Governor Kari Lund, from New York.",
        "Blue Star Ferries cancelled its trips. Two trips of Blue Star Ferries went on in Q3 2025 with 40 MW.",
    )
    found, _, _ = suggested(texts)
    names = {each.name: each.spellings for each in (*found.names, *found.rare)}
    assert names["Ilse Falk"] == ("Falk", "Ilse Falk")
    assert {"Tove Berg", "Kari Lund", "Department of Harbours and Lighthouses", "Blue Star Ferries"} <= set(names)
    assert {"Norway", "New York, United States"} == {each.name for each in found.places}
    assert not {"Star Ferries", "Ferries", "York", "MW", "Q3 2025", "Lighthouses"} & set(names)


def test_a_company_at_the_beginning_of_a_sentence_keeps_its_first_word() -> None:
    found, _, _ = suggested(("Blue Star Ferries cancelled its trips to Malta.", "Yesterday Norsk Bolge cancelled one."))
    assert {"Blue Star Ferries", "Norsk Bolge"} <= {each.name for each in (*found.names, *found.rare)}
