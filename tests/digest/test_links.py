from __future__ import annotations

import pytest

from monitor.digest.links import safe_link


@pytest.mark.parametrize(
    ("url", "shown", "host"),
    [
        ("https://news.example.org/a?b=1&c=2#d", "https://news.example.org/a?b=1&c=2#d", "news.example.org"),
        ("HTTP://News.Example.org:8080/x", "http://news.example.org:8080/x", "news.example.org:8080"),
        ("https://example.org", "https://example.org", "example.org"),
        (" https://example.org/封禁 ", "https://example.org/%E5%B0%81%E7%A6%81", "example.org"),
        ("https://example.org/%E5%B0", "https://example.org/%E5%B0", "example.org"),
        ("https://b\u00fccher.example/", "https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("https://\u0430pple.example/", "https://xn--pple-43d.example/", "xn--pple-43d.example"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x", "[2001:db8::1]"),
    ],
)
@pytest.mark.case(63)
def test_a_web_address_is_shown_in_ascii_with_its_real_host(url: str, shown: str, host: str) -> None:
    link = safe_link(url)
    assert link is not None
    assert (link.url, link.host) == (shown, host)


@pytest.mark.case(62)
@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "\u00a0javascript:alert(1)",
        "data:text/html,<script>",
        "file:///etc/hosts",
        "cid:part1",
        "//example.org/x",
        "/relative",
        "https://",
        "https://user:secret@example.org/",
        "https://good.example@evil.example/",
        "https://good.example\\@evil.example/",
        "https://example.org/a b",
        "https://example.org/a\nb",
        'https://example.org/"onclick=x',
        "https://example.org/\u202egpj.exe",
        "https://[::1",
        "https://example.org:port/",
        "https://" + "a" * 70 + ".example/",
        "https://example.org/" + "a" * 3000,
    ],
)
def test_anything_else_is_no_link(url: str) -> None:
    assert safe_link(url) is None
