"""Bytes to text, whatever they claim to be: nothing raises, nothing is lost but what no charset explains (case 25)."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
_SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}
_NO_CHARSETS = frozenset({"unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "utf-7"})
_HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def decode(raw: bytes, declared: str = "") -> str:
    """The text of some bytes: byte order mark or its like, the declared charset, UTF-8, the likeliest other."""
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(name, "replace")
    for name in (_wide(raw), _codec(declared), "utf-8"):
        text = _strict(raw, name)
        if text is not None:
            return text
    return _guess(raw)


def wide_text(raw: bytes) -> str:
    """The text of UTF-16 or UTF-32 bytes, with or without a mark; empty for anything else."""
    for mark, name in _BOMS[1:]:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(name, "replace")
    name = _wide(raw)
    return raw.decode(name, "replace") if name else ""


def html_charset(raw: bytes) -> str:
    """The charset that a page declares in its first kilobytes; empty if none."""
    found = _META_CHARSET.search(raw[:4096])
    return found[1].decode("ascii") if found else ""


def _codec(declared: str) -> str:
    """Python's name of a text codec; empty for unknown ones and for those that are no charsets (base64, zlib)."""
    try:
        name = codecs.lookup(declared.strip().strip("\"'")).name
        b"".decode(name)
    except (LookupError, ValueError):
        return ""
    return "" if name in _NO_CHARSETS else _SUPERSETS.get(name, name)


def _wide(raw: bytes) -> str:
    """UTF-16 and UTF-32 without a mark show themselves by the NULs in their ASCII."""
    sample = raw[:2000]
    if len(sample) < 4 or len(raw) % 2 or sample.count(0) < len(sample) // 4:
        return ""
    if sample.count(0) * 3 >= len(sample) * 2 and len(raw) % 4 == 0:
        return "utf-32-be" if sample[:1] == b"\x00" else "utf-32-le"
    return "utf-16-be" if sample[0::2].count(0) > sample[1::2].count(0) else "utf-16-le"


def _strict(raw: bytes, name: str) -> str | None:
    if not name:
        return None
    try:
        return raw.decode(name)
    except (UnicodeError, LookupError):
        return None


def _guess(raw: bytes) -> str:
    text = _strict(raw, "gb18030")
    if text is not None and len(_HAN.findall(text)) * 3 > len(text):
        return text
    broken = raw.decode("utf-8", "replace")
    return broken if broken.count("\ufffd") * 50 < len(broken) else raw.decode("cp1252", "replace")
