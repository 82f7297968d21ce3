"""Addresses that may be clicked: absolute http(s), in ASCII, no login, no control characters (cases 62, 63)."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from monitor.digest.content import Link
from monitor.digest.cutting import label

LONGEST_URL = 2000
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\"'<>`{}|^\u2000-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")
_RESERVED = "%/:?#[]@!$&()*+,;=~-._"


@lru_cache(maxsize=4096)
def _ascii(host: str) -> str:
    """Raises UnicodeError for what is no host name."""
    return host.encode("idna").decode("ascii")


def safe_link(url: str) -> Link | None:
    """The link as it may be shown, or None where the address is not a plain web address.

    The host is shown in its ASCII form, so that a look-alike letter of another script is seen as `xn--`.
    """
    url = url.strip()
    if not url or len(url) > LONGEST_URL or _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
        host = _ascii(parts.hostname or "")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # UnicodeError is one: an unreadable port, bracket or host name
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    shown = f"[{host}]" if ":" in host else host
    rest = quote(url.partition("://")[2][len(parts.netloc) :], safe=_RESERVED, encoding="utf-8", errors="replace")
    return Link(f"{parts.scheme.lower()}://{shown}{port}{rest}", f"{shown}{port}")


def site(publisher: str, url: str) -> str:
    """Who published it: by name, else by the site that its address leads to, else nothing."""
    if name := label(publisher):
        return name
    link = safe_link(url)
    return link.host.removeprefix("www.") if link else ""
