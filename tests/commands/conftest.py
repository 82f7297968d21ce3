"""A small house in a temporary folder: three articles, one watchlist, one subscription into files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CONFIG = """\
[[source]]
name = "inbox"
folder = "inbox"

[channel.files]
kind = "files"
folder = "out"

[[subscription]]
name = "morning"
to = ["ana@example.org"]
watchlists = ["bans"]
channel = "files"
"""

RULES = """\
title = "Bans"
severity = "high"

[terms]
ban = ["ban", "block"]
product = ["DeepSeek", "ChatGPT"]

[terms.place]
Italy = ["Italy", "Rome"]
Malta = ["Malta", "Valletta"]

[[rule]]
id = "ban"
title = "{place}: {product} banned"
query = '@place NEAR/S @ban NEAR/S @product'
fact = ["place", "product"]
match = ["Rome blocked the DeepSeek app on Monday."]
no_match = ["Rome welcomes the DeepSeek app."]
"""

ARTICLES = {
    "italy.txt": "Rome acts on chatbots\n\nItaly blocked DeepSeek on Monday, its data watchdog said.\n",
    "malta.txt": "Island follows\n\nMalta banned ChatGPT in schools, the minister said on Friday.\n",
    "bank.txt": "SoftBank reports a profit\n\nSoftBank of Japan made more money than expected.\n",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder of the test; nothing of the machine's environment reaches it."""
    for name in os.environ:
        if name.upper().startswith("MONITOR_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("COLUMNS", "200")
    home = tmp_path / "house"
    (home / "rules").mkdir(parents=True)
    (home / "inbox").mkdir()
    (home / "config.toml").write_text(CONFIG, encoding="utf-8")
    (home / "rules" / "bans.toml").write_text(RULES, encoding="utf-8")
    for name, text in ARTICLES.items():
        (home / "inbox" / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(home)
    return home
