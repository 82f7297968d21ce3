"""Which language a text is in: by its script, else as the source says, else English. No detector changes this."""

from __future__ import annotations

import re

_LETTER = re.compile(r"[^\W\d_]")
_SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u30ff\u31f0-\u31ff]")),
    ("ko", re.compile(r"[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ENOUGH = {"ja": 0.1, "ko": 0.2, "zh": 0.2}
_SAMPLE = 2000
_BEYOND_LATIN = re.compile(r"[^\x00-\u036f]+")
"""Every script that is told by its letters lies there, and most texts have next to nothing of it."""


def guess_language(text: str, hint: str = "") -> str:
    """Primary tag of BCP 47 in lower case. `hint` is what the feed or file says ("en-GB", "zh_CN")."""
    sample, said = text[:_SAMPLE], primary_tag(hint)
    beyond = "".join(_BEYOND_LATIN.findall(sample))
    letters = len(_LETTER.findall(sample)) if beyond else 0
    if not letters:
        return said or "en"
    for tag, script in _SCRIPTS:
        if len(script.findall(beyond)) / letters >= _ENOUGH.get(tag, 0.5):
            return tag
    if len(_CYRILLIC.findall(beyond)) / letters >= 0.5:
        return said if said in {"ru", "uk", "bg", "sr", "mk", "be"} else "ru"
    return said or "en"


def primary_tag(tag: str) -> str:
    """`en-GB` -> en; empty where it is no tag."""
    found = re.match(r"\s*([A-Za-z]{2,3})(?:[-_].*)?\s*$", tag)
    return found[1].lower() if found else ""
