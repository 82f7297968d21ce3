from __future__ import annotations

import pytest
from store_nouns import HOUR, NOW, alert, article, match

from monitor.errors import StoreError
from monitor.model import Judgement, Opinion, RuleRecord
from monitor.store import Store


@pytest.fixture
def told(store: Store) -> Store:
    store.add_article(article(), "story-1", "print")
    for number in range(1, 6):
        rule = "government-ban" if number < 5 else "school-ban"
        store.add_alert(alert(number, match=match(rule=rule)), ())
    return store


def test_last_word_on_an_alert_counts(told: Store) -> None:
    told.add_judgement("alert-1", Opinion.BAD, "an account", NOW)
    told.add_judgement("alert-1", Opinion.GOOD, "", NOW + HOUR)
    assert told.judgements() == [
        Judgement("alert-1", "bans", "government-ban", "article-1", Opinion.GOOD, "", NOW + HOUR)
    ]


def test_record_of_a_rule(told: Store) -> None:
    for number, opinion in enumerate((Opinion.GOOD, Opinion.BAD, Opinion.DUPLICATE, Opinion.OLD), 1):
        told.add_judgement(f"alert-{number}", opinion, "", NOW)
    record = told.rule_records()["bans", "government-ban"]
    assert record == RuleRecord("bans", "government-ban", good=1, bad=1, duplicate=1, old=1)
    assert (record.precision, record.worth) == (0.75, 0.25)
    assert ("bans", "school-ban") not in told.rule_records()


def test_nothing_judged_has_no_precision() -> None:
    assert RuleRecord("bans", "ban").precision is None
    assert RuleRecord("bans", "ban").worth is None


def test_judgements_of_one_rule(told: Store) -> None:
    told.add_judgement("alert-1", Opinion.BAD, "", NOW)
    told.add_judgement("alert-5", Opinion.BAD, "", NOW)
    assert [each.alert for each in told.judgements("bans", "school-ban")] == ["alert-5"]
    assert [each.alert for each in told.judgements("bans")] == ["alert-1", "alert-5"]
    assert told.judgements("launches") == []


def test_judgement_follows_a_renamed_rule(told: Store) -> None:
    told.add_judgement("alert-5", Opinion.GOOD, "", NOW)
    told.rename_rule("bans", "school-ban", "campus-ban", "ban")
    assert list(told.rule_records()) == [("bans", "campus-ban")]


def test_alert_that_is_not_there(store: Store) -> None:
    with pytest.raises(StoreError):
        store.add_judgement("alert-9", Opinion.GOOD, "", NOW)


def test_beginning_of_an_id(told: Store) -> None:
    assert told.alerts_called("alert-3") == ["alert-3"]
    assert len(told.alerts_called("alert")) == 5
    assert told.alerts_called("x") == []
