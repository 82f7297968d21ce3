"""Every code that a problem of a rule file can carry: a stable number, a title and an explanation.

E0 and W0: the file. E1: a query or spelling (found by the query room). E2 and W2: rules, lists and cases.
W3: rules on past articles. E900: a case that was run.
`docs/problems.md` is made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One way to be wrong. E codes keep a rule out, W codes do not."""

    code: str
    title: str
    explanation: str

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E")


def explain(code: str) -> Code | None:
    """What a code means; None if there is none of that name."""
    return _BY_NAME.get(code.upper())


def document() -> str:
    """The text of `docs/problems.md`."""
    parts = [_HEAD]
    for start, heading in _GROUPS:
        parts.append(f"## {heading}\n")
        for code in (each for each in CODES if each.code[1] == start):
            word = "error" if code.is_error else "warning"
            parts.append(f"### {code.code} {code.title}\n\n*{word}* — {code.explanation}\n")
    return "\n".join(parts)


_HEAD = """\
# Problems that `monitor check` finds

Every finding has a place (`file:line:column`), a stable code and, where there is something to write instead, a hint.
An **error** keeps a rule out, and with it only the rules that refer to it; an error in a case or an unknown key of one
does not. A **warning** keeps nothing out. A running daemon keeps the last good version of what is broken, and says so.

This page is made from `monitor/watchlist/codes.py`; a test holds the two together.
"""

_GROUPS = (
    ("0", "The file"),
    ("1", "Queries and spellings"),
    ("2", "Rules, lists and cases"),
    ("3", "Rules on past articles"),
    ("9", "Cases that were run, files that were there"),
)

CODES = (
    Code(
        "E001",
        "the file is no UTF-8 text",
        "The bytes are UTF-16 or of an old code page, so every name with an accent would be wrong. Save as UTF-8.",
    ),
    Code("E002", "a control character", "NUL and other control characters have no place in TOML and are never meant."),
    Code(
        "E003",
        "this is no TOML",
        'TOML is how a rule file is written (`key = "value"`, `[[rule]]`), and this line cannot be read as such. '
        "Usual reasons: a quote or bracket that is not closed, a comma that is missing, curly quotes or a no-break "
        "space pasted from a document, text without quotes, a key or table that is written twice. Only the first "
        "such place of a file can be found; no rule of the file is loaded until it is mended.",
    ),
    Code("E004", "brackets nest too deep", "Lists within lists within lists, hundreds of them: no rule needs that."),
    Code(
        "E005",
        "unknown key",
        "Nothing is silently ignored: a key that the language does not know is an error, because it is nearly "
        "always a slip in one that it knows.",
    ),
    Code("E006", "a value of the wrong type", "For instance a number or a date where text in quotes is wanted."),
    Code("E007", "an empty text", "A title, query, spelling or case without anything in it."),
    Code("E008", "a value that is not allowed", "The key is right, its value is none of those that it can take."),
    Code(
        "E009",
        "a file name that cannot be the name of a watchlist",
        "The file's name without `.toml` is the watchlist's name; it becomes part of keys and paths. Small "
        "letters, digits and single hyphens, 100 at most, and none of the names that Windows keeps for devices.",
    ),
    Code("E010", "two files for one watchlist", "Two files of the same name in different folders: rename one."),
    Code("W001", "a byte order mark", "The file was saved as UTF-8 with BOM. It is read all the same."),
    Code(
        "W002",
        "a #:schema line that no editor obeys",
        "`#:schema ./rules.schema.json` lets editors complete and check the file; it stands once, at the top.",
    ),
    Code(
        "E101",
        "two terms side by side",
        "Without an operator it could mean the phrase, both words, or either: write which one.",
    ),
    Code(
        "E102",
        "AND and OR on one level",
        "`a AND b OR c` can be read in two ways. Parentheses say which one is meant; both are shown.",
    ),
    Code(
        "E103",
        "an unknown field",
        "Fields are title, summary, body, lead, publisher, author, category, url, lang and source.",
    ),
    Code("E104", "an unknown list", "`@name` refers to a list of the file's [terms] or of the shared terms files."),
    Code(
        "E105",
        "an operator of another query language",
        "The sign or word means something in Factiva, Lexis, Lucene or a search engine, and something else or "
        "nothing here. The hint translates it.",
    ),
    Code("E106", "a parenthesis without its partner", "Every ( needs a ) and the other way round."),
    Code(
        "E107",
        "something is missing or out of place",
        "An operator without a term beside it, a comma outside of OF, a NOT without AND, an operator within a "
        "spelling or between quotation marks, where it would be looked for as a word.",
    ),
    Code(
        "E108",
        "NOT without a positive term",
        "Everything that does not mention a word is nearly everything: say first what you look for.",
    ),
    Code(
        "E109",
        "whole articles inside a NEAR",
        "NEAR, ATLEAST and FIRST need words that stand somewhere. AND, OF and %rule tell of whole articles and "
        "stand nowhere.",
    ),
    Code("E110", "a term that can never match", "After normalising there is no letter or digit left."),
    Code("E111", "a star after too few letters", "Fewer than three letters before the star would match far too much."),
    Code("E112", "# without a name", "`Opus #` is a name with any number; alone the sign means nothing."),
    Code(
        "E113",
        "a sign that cannot stand here",
        "Signs that are no part of words must be left out or written as an operator. Signs of Chinese typing such "
        "as `（` and `，` have their plain form, and braces stand in titles only.",
    ),
    Code(
        "E114",
        "unequal distances in one chain",
        "A chain ties its parts with one distance. Parentheses say which parts belong together.",
    ),
    Code(
        "E115",
        "a distance or count that is none",
        "NEAR and BEFORE take a number of words, S or P; ATLEAST and FIRST take a number from 1.",
    ),
    Code(
        "E116",
        "a regular expression that is refused",
        "RE2 takes every expression that can be searched in linear time: no look-around, no back-references.",
    ),
    Code(
        "E117",
        "a regular expression that matches nothing at all",
        "It agrees with the empty text, so it would match everywhere.",
    ),
    Code(
        "E118",
        "MAYBE in the wrong place",
        "MAYBE is a part of a chain beside at least one part that must be there, or stands after AND.",
    ),
    Code("E119", "a quotation mark or slash without its partner", "Phrases and regular expressions end as they begin."),
    Code(
        "E120",
        "too long or too deep a query",
        "Long lists of terms belong into [terms], parts of a query into rules that %rule refers to.",
    ),
    Code("E121", "an unknown name of a list", "`@list:Name` takes one name of a list with all its spellings."),
    Code("E122", "the list is empty", "A list without spellings can never match."),
    Code("E123", "AS without a slot", "After AS stands the name of a slot, in letters."),
    Code("E126", "an empty query", "There is nothing to look for."),
    Code("E127", "an impossible count", "`n OF (...)` counts from 1 to the number of its parts."),
    Code("E201", "a list name that cannot be one", "A list is called by `@name`, so its name is made like a word."),
    Code("E202", "an empty list", "A list or a name of a list without spellings can never match."),
    Code(
        "E203",
        "an unknown list is taken in",
        'A spelling `"@other"` takes in another list, and there is none of that name.',
    ),
    Code(
        "E204",
        "a list takes itself in",
        "Directly, or in a circle. A list that is to extend a shared one needs a name of its own.",
    ),
    Code(
        "E205",
        "a broken list is taken in",
        "The other list has an error; this one would silently lack its spellings.",
    ),
    Code("E206", "a shared list twice", "Two terms files define one list, and nothing says which is meant."),
    Code("E210", "a rule without id", "The id is the rule's name in every table, link and memory."),
    Code(
        "E211",
        "an id that cannot be one",
        "Ids become parts of keys and paths: small letters, digits and single hyphens between them, 100 at most.",
    ),
    Code("E212", "an id twice", "Two rules of one file have the same id. The first keeps it, the second is out."),
    Code("E213", "a rule without query", "There is nothing that the rule could match."),
    Code(
        "E214",
        "a slot that the query does not bind",
        "`fact`, `state` and `when` can only name slots that the query has.",
    ),
    Code(
        "E215",
        "a slot that only some branches bind",
        "Every OR branch must bind every slot of `fact` and `state`, or the slot needs a default; a MAYBE part "
        "binds its slot only sometimes. A default may be empty.",
    ),
    Code("E216", "a default for a slot that there is not", "`default` gives values to slots that the query binds."),
    Code("E217", "the title speaks of no slot", "`{name}` in a title is filled with the slot of that name."),
    Code("E218", "a lonely brace in a title", "Braces stand in pairs around the name of a slot."),
    Code("E219", "an unknown rule", "`%name` refers to a rule of the same file."),
    Code(
        "E220",
        "rules in a cycle",
        "A rule cannot depend on itself, directly or by way of others. All of them are out.",
    ),
    Code("E221", "a case without text", "A case needs a text, or at least a title."),
    Code(
        "E222", "a case expects an unknown slot", "A case can expect values of the slots in `fact`, `state` and `show`."
    ),
    Code("E223", "it refers to something broken", "The rule or list that it refers to has an error; mend that first."),
    Code(
        "E224",
        "the head of the file is broken",
        "What stands at the top belongs to every rule of the file; loading the rules without a `require`, say, would "
        "widen them.",
    ),
    Code("E225", "a slot named twice", "A slot stands once, in `fact` or in `state`."),
    Code("E226", "a case that is to match and not to match", "The same text stands under match and no_match."),
    Code("E227", "renamed, but still there", "`was` names the former id of a rule; a rule of that id exists."),
    Code(
        "E228",
        "a retract that does not say what it takes back",
        "What a `retract` matches takes a fact back, so it must bind every slot of `fact` as the query does, or the "
        "slot needs a default.",
    ),
    Code(
        "E229",
        "rules that nest too deeply",
        "A rule refers to a rule that refers to a rule, and so on, a hundred times.",
    ),
    Code(
        "E230",
        "a key that this `when` does not take",
        "Each kind of `when` takes keys of its own; another one would be ignored.",
    ),
    Code(
        "E231",
        "a rule over time that also tells facts",
        "A rule with a `when` tells what it has counted. It shares no memory of facts (`about`) and takes none back "
        "(`retract`); a rule beside it does that.",
    ),
    Code(
        "E232",
        "a sequence that cannot happen",
        "It begins with another rule, and the facts of the two have a slot in common: that is what they are about.",
    ),
    Code(
        "E233",
        "a timeline that goes backwards",
        "The moments of a timeline are told in their order. An article that comes late says when it was `published`.",
    ),
    Code("E234", "a vague name that no list has", "`vague` names entries of lists, as a slot takes them."),
    Code(
        "E235",
        "a slot that would need two values",
        "A slot that stands twice in a query takes one and the same name, so `@place:Italy AND @place:Spain` can never "
        "match where `place` is asked for. `AS` gives one of them a slot of its own.",
    ),
    Code(
        "W201",
        "a list wins over a shared one",
        "The file has a list of the same name; in this file it is the one meant.",
    ),
    Code(
        "W202",
        "a name that is no spelling",
        "Only listed spellings match. If the name itself is to match too, it must stand among them. Lists that only "
        'tell a `state` are spared: nobody need write the words "in force".',
    ),
    Code("W203", "a spelling twice", "The same spelling stands twice in a list."),
    Code(
        "W204",
        "a spelling of two names",
        "The spelling belongs to two names of one list; only one can be the value.",
    ),
    Code("W205", "an unused list", "No query and no other list of the file refers to it."),
    Code("W206", "a spelling that adds nothing", "A shorter spelling of the same name matches wherever this one does."),
    Code("W207", "a rule without cases", "Examples are what tells you that an edit broke a rule."),
    Code(
        "W208",
        "slots that combine freely",
        "Slots in different parts of an AND are combined each with each: an article with three places and two "
        "products makes six facts, and a slot that is only shown may be any of the article's. NEAR ties what belongs "
        "together.",
    ),
    Code(
        "W209",
        "AND NOT where except is meant",
        "AND NOT excludes whole articles. A round-up that has a good match beside the unwanted one is lost; "
        "`except` strikes out only the matches that share words with it.",
    ),
    Code(
        "W210",
        "an everyday word with a capital",
        "A capital tells a name from a word only in running text; Title Case headlines capitalise every word.",
    ),
    Code("W211", "everyday words only", "No name, no list and no rare word narrows the query: it will match too much."),
    Code("W212", "two rules ask the same", "Two rules of one file have the same query and the same except."),
    Code("W213", "a case twice", "The same case stands twice in a rule."),
    Code("W214", "a file without rules", "The file loads, and finds nothing."),
    Code(
        "W216",
        "a hole in the title",
        "The slot may stay empty, and then so does its place in the title; a default fills it.",
    ),
    Code("W217", "a capital among inflected words", "A spelling with a capital matches only as it is written."),
    Code(
        "W218",
        "a slot that always has its default",
        "No part of the query gives the slot a value (what stands after AND NOT or NOT NEAR gives none).",
    ),
    Code(
        "W219",
        "an `inhibit` that mutes nothing",
        "The rule that it names is not among the files that were read, or does not tell the slots that have to agree.",
    ),
    Code(
        "W220",
        "rules that mute each other",
        "Nobody would be told of either. None of the circle mutes anything until one `inhibit` is taken out.",
    ),
    Code(
        "W221",
        "a shared list that nobody uses",
        "No watchlist of the folder refers to the list, nor does a list that one of them uses. It is looked for only "
        "where a whole folder is checked, and every query in it can be read.",
    ),
    Code(
        "W222",
        "a rule that is tried on every article",
        "Most rules cost nothing until a word of theirs comes up. A query that can match without any term or list (a "
        "regular expression, NAME or MONEY alone, or as one side of an OR) has no such word. For every article a "
        "regular expression takes about a tenth of a millisecond, MONEY one, NAME three.",
    ),
    Code(
        "W223",
        "everyday words anywhere in the article",
        "`DeepSeek AND court` matches every long article about DeepSeek in which a court comes up. Looser queries do "
        "better on the title and the lead, or with their words tied in one sentence.",
    ),
    Code(
        "W301",
        "an except that strikes nothing",
        "Told by `monitor check --on ARTICLES` or `--since 30d`, and by `monitor backtest`: in all these articles the "
        "`except` has struck out no match. Either what it is for does not happen, or it is written in words that it "
        "does not share with what the rule finds. An `except` of the file counts where it struck in one of its rules.",
    ),
    Code(
        "W302",
        "more facts in one article than are told",
        "Told by `monitor check --on` or `--since`, and by `monitor backtest`. At most 50 facts of a rule in one "
        "article are told, and names combine in at most 5,000 ways: more is a slip in the rule, usually slots that "
        "combine freely (W208). A running daemon says so in its log, in `monitor status` and at the end of the digest.",
    ),
    Code(
        "E900",
        "a case fails",
        "The rule does not do with the text of a case what the file says. Either the rule is wrong or the case.",
    ),
    Code(
        "E901",
        "a rule file is gone",
        "A running daemon knew the file and finds it no more; it works on with the last good version, and says so.",
    ),
)

_BY_NAME = {code.code: code for code in CODES}
