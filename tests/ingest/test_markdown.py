from __future__ import annotations

import pytest

from monitor.ingest.blocks import STRONG
from monitor.ingest.markdown import markdown_blocks, split_front_matter


def _texts(text: str) -> list[str]:
    return [block.text for block in markdown_blocks(text)]


def test_paragraphs_are_joined_and_markup_goes() -> None:
    text = "# Title #\n\nOne *two* **three**\nfour `five` snake_case_name.\n\n> quoted\n> on\n\n"
    text += "- item one\n- item two\n1. third\n\n---\nend\n"
    assert _texts(text) == [
        "Title", "One two three four five snake_case_name.", "quoted on", "item one", "item two", "third", "end",
    ]  # fmt: skip


def test_links_of_every_form() -> None:
    text = '[Whole title here](https://e.org/a "t")\n\nsee [x][1] and <https://e.org/c> ![pic](p.png)\n\n[1]: https://e.org/b\n'
    blocks = markdown_blocks(text)
    assert blocks[0].whole_link == "https://e.org/a"
    assert blocks[1].text == "see x and https://e.org/c pic"
    assert [link.url for link in blocks[1].links] == ["https://e.org/b"]


def test_levels() -> None:
    text = "Top\n===\n\nSub\n---\n\n### Third\n\n**Bold line**\ntext"
    assert [block.level for block in markdown_blocks(text)] == [1, 2, 3, STRONG, 0]


def test_simple_front_matter() -> None:
    front = split_front_matter(
        '---\ntitle: "Ban: the story"\ntags: [ai, bans]\nlist:\n  - a\n  - b\n---\nText\n---\nmore'
    )
    assert front.values == {"title": "Ban: the story", "tags": "ai, bans", "list": "a, b"}
    assert front.text == "Text\n---\nmore"


def test_toml_front_matter() -> None:
    front = split_front_matter('+++\ntitle = "Ban"\ndate = 2025-01-30\n+++\nText')
    assert (front.values["title"], front.values["date"], front.text) == ("Ban", "2025-01-30", "Text")


def test_broken_toml_front_matter_says_so() -> None:
    front = split_front_matter("+++\ntitle = \n+++\nText")
    assert "no TOML" in front.fault and front.text == "Text"


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert split_front_matter("---\n\nJust text, no keys\n\n---\nmore").text.startswith("---")


@pytest.mark.parametrize(
    "hostile", ["*a " * 50_000, "[" * 50_000, "![" * 50_000, "# " + "#" * 50_000 + "x", "_a" * 50_000, "`" * 50_000]
)
def test_hostile_text_ends(hostile: str) -> None:
    markdown_blocks(hostile)
    split_front_matter("---\n" + hostile)
