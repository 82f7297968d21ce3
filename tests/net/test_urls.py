from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.net.urls import canonical_url, only_redirects, redact, safe_link, url_fault

ARTICLE = "https://example.org/2025/ban"


@pytest.mark.case(17)
@pytest.mark.parametrize(
    "variant",
    [
        "http://example.org/2025/ban",
        "https://EXAMPLE.org:443/2025/ban/",
        "HTTPS://www.example.org/2025/ban#comments",
        "https://example.org/2025/ban?utm_source=rss&utm_medium=feed&fbclid=1&gclid=2",
        "https://example.org//2025//ban",
        "https://example.org/2025/ban/amp",
        "https://example.org/2025/ban?amp=1",
        "https://amp.example.org/2025/ban",
        "https://example.org/amp/2025/ban",
        "https://example.org/2025/%62an",
        "https://www.google.com/amp/s/example.org/2025/ban",
        "https://example-org.cdn.ampproject.org/c/s/example.org/2025/ban",
        "https://www.google.com/url?rct=j&url=https%3A%2F%2Fexample.org%2F2025%2Fban&ct=ga",
    ],
)
def test_variants_of_one_link_are_equal(variant: str) -> None:
    assert canonical_url(variant) == ARTICLE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a", "https://example.org/b"),
        ("https://example.org:8080/a", "https://example.org/a"),
        ("https://news.example.org/a", "https://example.org/a"),
        ("https://example.org/A", "https://example.org/a"),
        ("https://example.org/camp", "https://example.org/c"),
    ],
)
def test_different_articles_stay_different(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_the_order_of_parameters_does_not_matter() -> None:
    assert canonical_url("https://example.org/?b=2&a=1") == canonical_url("https://example.org/?a=1&b=2")


@pytest.mark.parametrize("url", ["https://example.org", "https://www.example.org/#top", "", "mailto:a@example.org"])
def test_a_home_page_identifies_nothing(url: str) -> None:
    assert canonical_url(url) == ""


@given(st.text())
def test_clean_up_never_raises_and_is_idempotent(text: str) -> None:
    for url in (text, f"https://example.org/{text}", f"https://{text}/a"):
        once = canonical_url(url)
        assert canonical_url(once) == once
        assert safe_link(url) == "" or safe_link(url).lower().startswith(("http://", "https://"))
        url_fault(url)
        redact(url)


@pytest.mark.case(22)
@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("/a", "https://example.org/a"),
        ("b.html", "https://example.org/feeds/b.html"),
        (" https://example.net/x y ", "https://example.net/x%20y"),
        ("//example.net/c", "https://example.net/c"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/hostname", ""),
        ("http://", ""),
        ("http://[::1", ""),
        ("http://example.org:99999/", ""),
        ("urn:uuid:1", ""),
    ],
)
def test_links_become_absolute_or_nothing(link: str, absolute: str) -> None:
    assert safe_link(link, "https://example.org/feeds/rss") == absolute


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/rss?a=1&b=[2]"[:-3] + "2",
        "http://example.org:8080/",
        "https://münchen.example/",
        "http://[2a00::1]/x",
    ],
)
def test_good_urls_have_no_fault(url: str) -> None:
    assert url_fault(url) == ""


@pytest.mark.case(39)
@pytest.mark.case(40)
@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://169.254.169.254:8888\\@pub/",
        "http://pub#@127.0.0.1",
        "http://user:secret@example.org/",
        "http://exa%2fmple.org/",
        "http://example.org./",
        "http://example.org/a b",
        "http://example.org/\r\nX: y",
        "http://example.org/\tx",
        "http://①②⑦.⓪.⓪.①/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http:///x",
        "http://example.org:0/",
        "http://example.org:port/",
        "http://[fe80::1%25eth0]/",
        "file:///etc/hostname",
        "FILE:/etc/hostname",
        " file:/etc/hostname",
        "gopher://example.org/",
        "ftp://example.org/",
        "dict://example.org/",
        "data:text/xml,x",
        "source:file:/etc/hostname",
        "//example.org/",
        "example.org/rss",
        "https://example.org/" + "x" * 5000,
    ],
)
def test_two_faced_urls_are_refused(url: str) -> None:
    assert url_fault(url) != ""


@pytest.mark.case(47)
@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:hunter2@example.org/rss", "https://example.org/rss"),
        ("https://example.org/rss?token=abc&format=xml", "https://example.org/rss?token=***&format=xml"),
        ("https://example.org/rss?x=0123456789abcdef0123", "https://example.org/rss?x=***"),
        ("https://example.org/private/0a1b2c3d4e5f60718293a4b5c6/rss", "https://example.org/private/***/rss"),
        ("https://example.org/2025/italy-blocks-an-app", "https://example.org/2025/italy-blocks-an-app"),
    ],
)
def test_secrets_are_starred(url: str, shown: str) -> None:
    assert redact(url) == shown


@pytest.mark.case(23)
def test_an_older_link_of_google_news_tells_where_it_leads() -> None:
    target = b"https://post.example/2025/01/30/ban?utm_source=x"
    packed = b'\x08\x13"' + bytes([len(target)]) + target + b"\xd2\x01\x00"
    token = urlsafe_b64encode(packed).decode().rstrip("=")
    for path in ("rss/articles", "articles", "read"):
        assert canonical_url(f"https://news.google.com/{path}/{token}?oc=5") == "https://post.example/2025/01/30/ban"


@pytest.mark.case(23)
@pytest.mark.parametrize("token", ["CBMiAU_yqLNothingToSeeHere00", "A" * 25, "A" * 24, "-_" * 20])
def test_a_link_that_hides_its_target_stands_for_itself(token: str) -> None:
    assert (
        canonical_url(f"https://news.google.com/rss/articles/{token}")
        == f"https://news.google.com/rss/articles/{token}"
    )


@pytest.mark.case(23)
def test_hosts_that_only_redirect() -> None:
    assert only_redirects("https://t.co/x") and only_redirects("http://www.bit.ly/x")
    assert not only_redirects("https://post.example/t.co") and not only_redirects("nonsense")
