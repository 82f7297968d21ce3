"""Which addresses are taken, before anything is sent to them (case 60)."""

from __future__ import annotations

from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.address import address_fault, on_the_wire, recipient_faults

pytestmark = pytest.mark.case(60)


@pytest.mark.parametrize(
    "address",
    [
        "ana@example.org",
        "o'brien+news@mail.example.co.uk",
        "a=b@example.org",
        "root@localhost",
        "用户@example.org",
        "ana@bücher.example",
        "ana@xn--bcher-kva.example",
    ],
)
def test_good_addresses(address: str) -> None:
    assert address_fault(address) == ""


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("ana@example.org\r\nRCPT TO:<eve@example.org>", "control character"),
        ("ana@example.org\n", "control character"),
        ("ana @example.org", "space"),
        ("ana\u00a0b@example.org", "space"),
        ("ana\u202e@example.org", "control character"),
        ("ana\ud800@example.org", "control character"),
        ("ana@example.org>", "domain"),
        ("<ana@example.org>", "before the @"),
        ("Ana<ana@example.org>", "before the @"),
        ("ana@ben@example.org", "before the @"),
        ("ana,ben@example.org", "before the @"),
        ("ana@example.org,ben@example.org", "before the @"),
        ('"ana"@example.org', "before the @"),
        (".ana@example.org", "before the @"),
        ("a..b@example.org", "before the @"),
        ("ana", "not of the form"),
        ("@example.org", "not of the form"),
        ("ana@", "not of the form"),
        ("", "not of the form"),
        ("ana@-example.org", "domain"),
        ("ana@example..org", "domain"),
        ("ana@exam_ple.org", "domain"),
        ("ana@[127.0.0.1]", "domain"),
        (f"ana@{'a' * 64}.org", "domain"),
        (f"ana@é{'a' * 64}.org", "domain"),
        (f"{'a' * 65}@example.org", "64 octets"),
        (f"{'é' * 33}@example.org", "64 octets"),
        (f"ana@{'a.' * 130}org", "254 octets"),
    ],
)
def test_bad_addresses(address: str, told: str) -> None:
    assert told in address_fault(address)


def test_the_same_mailbox_twice() -> None:
    faults = recipient_faults(["ana@example.org", "ben@example.org", "Ana@Example.ORG", "ana@example.org", "x"])
    assert faults == [
        "'x' is not of the form name@example.org",
        "'Ana@Example.ORG' is the same as 'ana@example.org'",
        "'ana@example.org' is the same as 'ana@example.org'",
    ]
    assert recipient_faults(["ana@example.org", "ben@example.org"]) == []


def test_only_the_local_part_needs_smtputf8() -> None:
    assert on_the_wire("ana@bücher.example") == "ana@xn--bcher-kva.example"
    assert on_the_wire("用户@bücher.example") == "用户@bücher.example"


@given(st.text(alphabet="ab@.-_+!<>\"'(),;:\\ \r\n\té用", max_size=30) | st.emails())
def test_what_is_taken_reaches_the_wire_unchanged(address: str) -> None:
    if not address_fault(address):
        assert parseaddr(on_the_wire(address)) == ("", on_the_wire(address))
