"""What stands in the text of a page and is no sentence of the news: captions, and what the page says of itself.

And what a sentence that goes on with the news begins with.
"""

from __future__ import annotations

import re

_CAPTION = re.compile(
    r"^\W*(?:files?(?: photos?)?|photo|image|picture)\b *[-–—:)]"
    r"|\bphotos? (?:by|via|credit)\b|\((?:\w+ )?photo\b|\b(?:image|photo)s? ?(?:credit)?:|getty images|shutterstock"
    r"|图片来源|图源|资料图",
    re.IGNORECASE,
)
"""What a line says that names a picture or whose it is."""

_HOUSEKEEPING = re.compile(
    r"\bcookies?\b|\bnewsletters?\b|\bsubscribe\b|\bsign up\b|\ball rights reserved\b|\badvertisement\b|\bclick here\b"
    r"|^\W*read (?:more|also|next)\b|^\W*(?:also read|related|see also)\b *:|\bfollow us\b|\bterms of (?:service|use)\b"
    r"|\binbox\b|\binputs from\b|\bjavascript\b|\bshare this\b|\bcontact us\b|^\W*copyright\b|©"
    r"|点击|扫码|关注我们|订阅|责任编辑|版权所有|转载",
    re.IGNORECASE,
)
"""What a page says to whoever reads it."""

_REFERS_BACK = re.compile(
    r"^(?:this|that|these|those|it|he|she|they|its|his|her|their|both)\b"
    r"|^the (?:[\w-]+ ){0,3}(?:action|agency|agreement|announcement|app|authority|ban|bill|block|case|chip|commission|"
    r"company|deal|decision|developer|firm|funding|giant|government|group|investment|investigation|lab|law|licen[cs]e|"
    r"maker|measure|ministry|model|money|move|order|penalty|plan|platform|probe|regulator|release|restriction|round|"
    r"rule|service|start-?up|step|suspension|system|tool|vendor|watchdog)s?\b"
    r"|^[该此这其它他她]|^(?:据|双方|对此)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^[\"“«‘'「].*\b(?:said|says|told|wrote|added)\b|^[“「].*[说表示称]", re.IGNORECASE | re.DOTALL)


def is_furniture(sentence: str, line: str) -> bool:
    """Whether a sentence is a part of the page and not of its news; `line` is the line that it stands in."""
    return bool(_HOUSEKEEPING.search(sentence) or _CAPTION.search(line))


def refers_back(sentence: str) -> bool:
    """Whether a sentence goes on with what stands before it: it begins with a pronoun, with a word that sums up what
    was told (the move, the young company), or with what somebody said of it."""
    return bool(_REFERS_BACK.search(sentence) or _QUOTED.search(sentence))
