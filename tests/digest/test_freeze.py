from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from monitor.digest.freeze import Letterhead, digest_id, freeze
from monitor.model import FrozenDigest, MailFormat
from tests.digest.material import END, GOLDEN, PERIOD, Case, load

LETTERHEAD = Letterhead("office", "Watch <watch@example.org>")
NOW = END + timedelta(seconds=5)


def frozen(
    case: Case, letterhead: Letterhead = LETTERHEAD, recipients: tuple[str, ...] = ("a@example.org",)
) -> FrozenDigest:
    return freeze(case.compose(), replace(case.subscription, recipients=recipients), letterhead, NOW)


def test_the_identity_is_the_subscription_and_the_end_of_its_period() -> None:
    assert digest_id("morning", PERIOD) == "morning@20250131T070000Z"


def test_one_message_per_recipient_each_with_its_own_message_id() -> None:
    digest = frozen(load("morning"), recipients=("a@example.org", "b@example.org", "a@example.org"))
    assert [message.recipient for message in digest.messages] == ["a@example.org", "b@example.org"]
    ids = [message.message_id for message in digest.messages]
    assert len(set(ids)) == 2
    for message in digest.messages:
        sent = message_from_bytes(message.raw, policy=default)
        assert sent["To"] == message.recipient
        assert sent["Message-ID"] == message.message_id
        assert message.message_id.endswith("@example.org>")


@pytest.mark.case(60)
def test_an_address_outside_ascii_gets_its_digest_and_no_other_mail_is_changed_by_it() -> None:
    plain, foreign = frozen(load("morning"), recipients=("a@example.org", "jürgen@exämple.org")).messages
    assert "To: jürgen@xn--exmple-cua.org\r\n".encode() in foreign.raw
    assert plain.raw.partition(b"\r\n\r\n")[0].isascii()
    assert plain.raw == frozen(load("morning")).messages[0].raw


def test_freezing_twice_gives_the_same_bytes() -> None:
    assert frozen(load("hostile")) == frozen(load("hostile"))


def test_another_installation_has_other_message_ids() -> None:
    one, two = (frozen(load("morning"), replace(LETTERHEAD, instance=name)) for name in ("office", "home"))
    assert one.messages[0].message_id != two.messages[0].message_id


def test_digests_of_one_story_share_a_thread_and_other_digests_that_of_their_subscription() -> None:
    case = load("morning")
    one, other = (tuple(w for w in case.waiting if w.alert.story == story) for story in _stories(case)[:2])
    assert _thread(replace(case, waiting=one)).startswith("<story-")
    later = replace(case, waiting=one, subscription=replace(case.subscription, name="evening"))
    assert _thread(later) == _thread(replace(case, waiting=one))
    assert _thread(replace(case, waiting=other)) != _thread(replace(case, waiting=one))
    assert _thread(case).startswith("<digest-series-")
    assert _thread(replace(case, waiting=(*one, *other))) == _thread(case)


def _thread(case: Case) -> str:
    (message,) = frozen(case).messages
    return str(message_from_bytes(message.raw, policy=default)["References"])


def _stories(case: Case) -> list[str]:
    return list(dict.fromkeys(waiting.alert.story for waiting in case.waiting))


def test_it_names_the_alerts_and_keys_that_it_tells() -> None:
    case = load("morning")
    digest = frozen(case)
    assert sorted(digest.alerts) == sorted(item.alert.id for item in case.waiting)
    assert set(digest.keys) == {item.alert.key for item in case.waiting}


@pytest.mark.case(61)
def test_what_does_not_fit_is_not_marked_as_told() -> None:
    case = load("morning")
    small = replace(case, subscription=replace(case.subscription, max_stories=2))
    digest = frozen(small)
    assert 0 < len(digest.alerts) < len(case.waiting)
    assert "wait for the next digest" in digest.messages[0].text


@pytest.mark.case(58)
@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_the_sent_bytes_carry_both_parts_and_the_subject(name: str) -> None:
    (message,) = frozen(load(name)).messages
    sent = message_from_bytes(message.raw, policy=default)
    plain, html = sent.iter_parts()
    assert plain.get_content().splitlines() == message.text.splitlines()
    assert html.get_content().splitlines() == message.html.splitlines()
    assert str(sent["Subject"]) == message.subject.replace("=?", "= ?")
    assert all(len(line) <= 78 for line in message.raw.split(b"\r\n"))


@pytest.mark.parametrize(
    ("form", "parts"),
    [
        (MailFormat.BOTH, ["text/plain", "text/html"]),
        (MailFormat.TEXT, ["text/plain"]),
        (MailFormat.HTML, ["text/html"]),
    ],
)
@pytest.mark.parametrize("name", ["morning", "hostile", "morning-zh"])
def test_a_mail_has_the_parts_that_its_reader_wants(name: str, form: MailFormat, parts: list[str]) -> None:
    case = load(name)
    reader = replace(case.subscription, format=form)
    [message] = freeze(case.compose(), reader, LETTERHEAD, NOW).messages
    sent = message_from_bytes(message.raw, policy=default)
    found = [part.get_content_type() for part in sent.walk() if not part.is_multipart()]
    assert found == parts
    for part in sent.walk():
        if not part.is_multipart():
            shown = message.text if part.get_content_type() == "text/plain" else message.html
            assert part.get_content().replace("\r\n", "\n").rstrip("\n") == shown.replace("\r\n", "\n").rstrip("\n")
    assert message.text and message.html, "channels that write files have both anyway"


def test_a_mail_at_once_has_an_identity_of_its_own_and_the_thread_of_its_story() -> None:
    case = load("instant")
    frozen_one = frozen(case)
    assert frozen_one.id == "desk.instant@20250131T094200Z"
    assert frozen_one.instant and frozen_one == frozen(case)
    sent = message_from_bytes(frozen_one.messages[0].raw, policy=default)
    assert sent["References"].startswith("<story-")
    assert sent["Subject"] == "Critical: Italy: DeepSeek banned or blocked (in force)"
