"""A whole watchlist as the guide would show it, and ways to load small ones."""

from __future__ import annotations

from monitor.model import Problem
from monitor.watchlist.load import load
from monitor.watchlist.nouns import Loaded

SHARED = """\
ban = ["ban", "bar", "block", "outlaw", "forbid", "suspend", "封禁"]
ai = ["AI", "artificial intelligence", "@lab"]
lab = ["DeepSeek", "OpenAI"]

[place]
Italy = ["Italy", "Italian", "Rome", "意大利"]
Czechia = ["Czechia", "Czech Republic", "Czech", "Prague", "捷克"]
"South Korea" = ["South Korea", "Korean", "Seoul"]

[product]
DeepSeek = ["DeepSeek", "深度求索"]
ChatGPT = ["ChatGPT"]
"""

WATCHLIST = """\
title    = "Bans on AI products"       # heading in the digest
owner    = "ana@example.org"
severity = "high"
was      = ["ai-bans"]

require  = '@ai OR @lab OR @product'

[terms.status]
proposed = ["proposed", "plan", "consider"]
lifted   = { spellings = ["lifted", "lift"], was = ["ended"] }

[[rule]]
id    = "government-ban"
about = "ban"
title = "{place}: {product} banned or blocked ({status})"
query = '@place NEAR/S @ban NEAR/S @product NEAR/S MAYBE @status'
except = '@ban BEFORE/3 account'
fact    = ["place", "product"]
state   = ["status"]
default = { status = "in force" }
was     = ["state-ban"]
expect  = { per_week = "1..12" }
match = [
  "The privacy regulator in Rome has barred the DeepSeek app from stores.",
  { text = "Prague forbids DeepSeek on the phones of its ministries.", fact = { place = "Czechia", product = "DeepSeek", status = "in force" } },
  { title = "Seoul suspends DeepSeek", text = "New downloads stop on Saturday." },
]
no_match = ["Italian police say that OpenAI blocked accounts."]
todo_match = ["The same step was taken in Rome: nobody may load DeepSeek."]

[[rule]]
id = "study"
severity = "low"
query = '%government-ban AND lead: study'
match = [{ text = "Rome bars DeepSeek after a study of it.", fact = {} }]
"""  # noqa: E501


def load_one(text: str | bytes, shared: str = "", file: str = "rules/bans.toml") -> Loaded:
    """One watchlist, with one terms file where there is text for it."""
    return load({file: text}, {"rules/terms/common.toml": shared} if shared else None)


def codes(loaded: Loaded) -> list[str]:
    return [problem.code for problem in loaded.problems]


def only(loaded: Loaded) -> Problem:
    """The only problem, which there is."""
    (problem,) = loaded.problems
    return problem
