"""URLs as text: which of them are refused, how they are compared, and how they are shown without secrets.

Nothing here resolves a name or opens a connection; what an address may be is decided at connect time by
`monitor.net.guard`.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

MAX_URL = 4096

_BAD_CHARACTER = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\<>\"{}|^`]")
_LINK_BREAKS = re.compile(r"[\t\r\n]")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*", re.IGNORECASE)
_NUMERIC_HOST = re.compile(r"(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+))*", re.IGNORECASE)
_DOTTED_QUAD = re.compile(r"(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}")
_IPV6_HOST = re.compile(r"[0-9a-f:.]+", re.IGNORECASE)
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING_PREFIXES = tuple("utm_ at_custom at_campaign at_medium hsa_ mtm_ pk_ piwik_ matomo_".split())
_TRACKING = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid igshid igsh mc_cid mc_eid mkt_tok _hsenc "
    "_hsmi vero_id wickedid oly_anon_id oly_enc_id rb_clickid s_cid cmpid icid ncid ocid cvid ref_src ref_url smid "
    "spm share_id xtor traffic_source amp amp_js_v usqp outputtype guccounter guce_referrer guce_referrer_sig "
    "__twitter_impression".split()
)
_REDIRECTORS = {
    "google.com/url": ("url", "q"),
    "l.facebook.com/l.php": ("u",),
    "lm.facebook.com/l.php": ("u",),
    "out.reddit.com/": ("url",),
    "t.umblr.com/redirect": ("z",),
    "youtube.com/redirect": ("q",),
    "bing.com/news/apiclick.aspx": ("url",),
}
_ONLY_REDIRECT = frozenset(
    "feedproxy.google.com feeds.feedburner.com news.google.com t.co bit.ly buff.ly ow.ly dlvr.it ift.tt lnkd.in "
    "trib.al flip.it goo.gl is.gd tinyurl.com tiny.cc reut.rs nyti.ms wapo.st econ.st on.ft.com bbc.in".split()
)
"""Hosts that hold no articles: their links only lead to one."""

_GOOGLE_NEWS = re.compile(r"/(?:rss/)?(?:articles|read)/([A-Za-z0-9_-]{20,})")
_URL_IN_BYTES = re.compile(rb"https?://[\x21-\x7e]+")
_AMP_CACHE = re.compile(r"/(?:[cvi]/)?(?:amp/)?(s/)?([^/]+\.[^/]+/.*)")
_AMP_PATH = re.compile(r"(?:/amp|\.amp(?:\.html)?)/?$|^/amp(?=/)", re.IGNORECASE)
_SECRET_NAME = re.compile(r"(?i)token|key|secret|pass|pwd|auth|sig|session|sid\b|code|credential|hash|user|email")
_LONG_OPAQUE = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_=+-]{24,}")


def url_fault(url: str) -> str:
    """Why a configured URL or a redirect's target is refused; empty if it is good (cases 39 and 40).

    Stricter than browsers on purpose: whatever two parsers could read in two ways is refused before it is used.
    """
    if not url or len(url) > MAX_URL:
        return "it is empty" if not url else f"it is longer than {MAX_URL} characters"
    if _BAD_CHARACTER.search(url):
        return "it holds a blank, a control character, a backslash or a bracket that no URL may hold"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it cannot be read as a URL"
    if parts.scheme.lower() not in _DEFAULT_PORTS:
        return "only http:// and https:// are read"
    return _authority_fault(parts, port)


def _authority_fault(parts: SplitResult, port: int | None) -> str:
    if "@" in parts.netloc:
        return "user names and passwords in a URL are not read"
    if "@" in parts.fragment:
        return "its fragment looks like another host"
    if port == 0:
        return "port 0 cannot be reached"
    return host_fault(parts.hostname or "")


def host_fault(host: str) -> str:
    """Why a host name is refused; empty if it is good. Numeric forms other than a dotted quad are (case 37)."""
    if not host:
        return "it names no host"
    if ":" in host:
        return "" if _IPV6_HOST.fullmatch(host) else "its address is not a plain IPv6 address"
    if host.endswith("."):
        return "its host ends in a dot"
    if not host.isascii():
        try:
            host = ascii_host(host)
        except UnicodeError:
            return "its host is no valid international name"
        if _NUMERIC_HOST.fullmatch(host):
            return "its host hides an address behind other digits"
    if _NUMERIC_HOST.fullmatch(host) and not _DOTTED_QUAD.fullmatch(host):
        return "its address is not written as four plain decimal numbers"
    return "" if _HOST.fullmatch(host) else "its host holds characters that no host may hold"


def ascii_host(host: str) -> str:
    """The host in the form that goes on the wire (IDNA). Raises UnicodeError."""
    return host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()


def safe_link(link: str, base: str = "") -> str:
    """A link of a feed or page as an absolute http(s) URL, or nothing (case 22; `javascript:`, `data:`, guids)."""
    link = _LINK_BREAKS.sub("", link.strip(" \x00\r\n\t\f\u00a0"))
    if not link:
        return ""
    try:
        absolute = urljoin(base, link) if base else link
        parts = urlsplit(absolute)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in _DEFAULT_PORTS or not host or len(absolute) > MAX_URL:
        return ""
    return quote(absolute, safe="%/:=&?~#+!$,;'@()*[]") if _BAD_CHARACTER.search(absolute) else absolute


def canonical_url(url: str) -> str:
    """The URL in the form in which two links to one article are equal (case 17); empty if it identifies nothing.

    For comparison only, never to be fetched: http counts as https, `www.` and `amp.` hosts as the bare one, and
    fragments, tracking parameters, AMP forms, doubled and trailing slashes are gone. A home page is nobody's article.
    """
    parts = _split(safe_link(url))
    if parts is None:
        return ""
    parts = _unwrapped(parts)
    host = _canonical_host(parts)
    path = _AMP_PATH.sub("", re.sub(r"/{2,}", "/", _normal_percent(parts.path))).rstrip("/")
    query = _canonical_query(parts.query)
    if not host or not (path or query):
        return ""
    return urlunsplit(("https", host, path, query, ""))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname else None


def _unwrapped(parts: SplitResult) -> SplitResult:
    """The target of a redirector or AMP cache whose URL names it; at most three deep."""
    for _ in range(3):
        inner = _split(safe_link(_wrapped_url(parts)))
        if inner is None:
            break
        parts = inner
    return parts


def _wrapped_url(parts: SplitResult) -> str:
    host = (parts.hostname or "").removeprefix("www.")
    if host.endswith(".cdn.ampproject.org") or (host == "google.com" and parts.path.startswith("/amp/")):
        found = _AMP_CACHE.fullmatch(parts.path)
        return f"https://{found[2]}" if found else ""
    if host == "news.google.com":
        return _google_news_target(parts.path)
    names = _REDIRECTORS.get(host + (parts.path or "/"), ())
    values = dict(parse_qsl(parts.query)) if names else {}
    return next((values[name] for name in names if name in values), "")


def _google_news_target(path: str) -> str:
    """The address that an older link of Google News carries in itself; the newer ones tell it to nobody."""
    found = _GOOGLE_NEWS.fullmatch(path)
    packed = urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)) if found and len(found[1]) % 4 != 1 else b""
    inner = _URL_IN_BYTES.search(packed)
    return inner[0].decode("ascii") if inner else ""


def only_redirects(url: str) -> bool:
    """Whether a link is that of a shortener or redirector, and so nobody's page."""
    parts = _split(url)
    return parts is not None and (parts.hostname or "").removeprefix("www.") in _ONLY_REDIRECT


def _canonical_host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    try:
        host = ascii_host(host)
    except UnicodeError:
        host = host.lower()
    host = host.rstrip(".")
    if ":" not in host and not _HOST.fullmatch(host):
        return ""
    for prefix in ("www.", "amp."):
        if host.startswith(prefix) and host.count(".") > 1:
            host = host.removeprefix(prefix)
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, *_DEFAULT_PORTS.values()) else f"{host}:{parts.port}"


def _canonical_query(query: str) -> str:
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if not _is_tracking(name)]
    return urlencode(sorted(kept))


def _is_tracking(name: str) -> bool:
    name = name.lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _normal_percent(path: str) -> str:
    def normal(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if character in _UNRESERVED else found[0].upper()

    return _PERCENT.sub(normal, quote(path, safe="%/:=&~+!$,;'@()*[]"))


def redact(url: str) -> str:
    """The URL as it may be logged and shown: without user info, and with secret-looking parameters starred (case 47).

    Parameter names stay, so that the operator recognises the URL; so do values that cannot be secrets.
    """
    parts = _split(url)
    if parts is None:
        return url.split("?")[0].split("@")[-1][:200]
    host = parts.netloc.rpartition("@")[2]
    path = "/".join("***" if _LONG_OPAQUE.fullmatch(unquote(step)) else step for step in parts.path.split("/"))
    query = "&".join(_redacted_parameter(pair) for pair in parts.query.split("&")) if parts.query else ""
    return urlunsplit((parts.scheme, host, path, query, ""))


def _redacted_parameter(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if not equals:
        return "***" if len(name) >= 16 else name
    secret = _SECRET_NAME.search(name) or len(value) >= 16
    return f"{name}=***" if secret else pair
