from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.blocks import Block, text_blocks
from monitor.ingest.html import html_blocks
from monitor.ingest.letter_lines import Story
from monitor.ingest.markdown import markdown_blocks
from monitor.ingest.newsletter import split_newsletter

ROME = (
    "Rome's data watchdog has ordered the chatbot off the shelves, pending answers on where it stores what users type."
)
SEOUL = (
    "Ministries in Seoul have cut off access to the assistant on their own computers, citing a risk to state secrets."
)
TOKYO = (
    "A maker of wafer tools in Tokyo expects fewer orders from abroad, now that the new licences have come into force."
)
MORE = (
    "Lawyers for the company said that they would appeal, and that the service stays up for those who have it already."
)
HELLO = (
    "Good morning, and welcome to The Silicon Letter, where we gather what you need to know before the first coffee."
)
BYE = "You receive this letter because you signed up for it. To unsubscribe, write to us. All rights reserved, 2025."


def _short(stories: Sequence[Story]) -> list[tuple[str, str, str]]:
    return [(story.title, story.publisher, story.url) for story in stories]


EXPECTED = [
    ("Rome pulls a chatbot", "Alpine Post", "https://post.example/rome"),
    ("Seoul cuts off an assistant", "Harbour Times", "https://times.example/seoul"),
    ("Fewer tools for export", "Alpine Post", "https://post.example/tools"),
]


@pytest.mark.case(25)
def test_title_publisher_text_url() -> None:
    text = f"""Rome pulls a chatbot; Seoul cuts off an assistant
{HELLO}
Rome pulls a chatbot
Alpine Post
{ROME}
{MORE}
https://post.example/rome
Seoul cuts off an assistant
Harbour Times
{SEOUL}
https://times.example/seoul
Fewer tools for export
Alpine Post
{TOKYO}
https://post.example/tools
{BYE}
"""
    stories = split_newsletter(text_blocks(text))
    assert _short(stories) == EXPECTED
    assert stories[0].body == f"{ROME}\n{MORE}"
    assert stories[2].body == TOKYO


def test_publisher_above_the_title_and_labels_before_the_urls() -> None:
    text = "\n\n".join(
        [
            HELLO,
            *(f"{p}\n{t}\n{b}\nRead more: {u}" for (t, p, u), b in zip(EXPECTED, (ROME, SEOUL, TOKYO), strict=True)),
            BYE,
        ]
    )
    assert _short(split_newsletter(text_blocks(text))) == EXPECTED


def test_hard_wrapped_mail_with_numbers_and_publishers_in_brackets() -> None:
    text = textwrap.fill(HELLO, 70)
    for number, ((title, publisher, url), body) in enumerate(zip(EXPECTED, (ROME, SEOUL, TOKYO), strict=True), 1):
        text += f"\n\n{number}. {title} ({publisher})\n\n{textwrap.fill(f'{body} {MORE}', 70)}\n\n<{url}>"
    stories = split_newsletter(text_blocks(f"{text}\n\n{textwrap.fill(BYE, 70)}"))
    assert _short(stories) == EXPECTED
    assert stories[1].body == f"{SEOUL} {MORE}"


def test_url_under_the_title() -> None:
    text = HELLO + "".join(
        f"\n\n{t}\n{u}\n{p}\n{b}" for (t, p, u), b in zip(EXPECTED, (ROME, SEOUL, TOKYO), strict=True)
    )
    stories = split_newsletter(text_blocks(f"{text}\n\n{BYE}"))
    assert _short(stories) == EXPECTED
    assert stories[2].body == TOKYO


def test_section_names_between_stories_are_no_titles() -> None:
    text = f"""{HELLO}
Rome pulls a chatbot
Alpine Post
{ROME}
https://post.example/rome
ASIA
Seoul cuts off an assistant
Harbour Times
{SEOUL}
https://times.example/seoul
Fewer tools for export
Alpine Post
{TOKYO}
https://post.example/tools"""
    assert _short(split_newsletter(text_blocks(text))) == EXPECTED


def test_markdown_digest_with_linked_headings() -> None:
    text = f"# The Silicon Letter\n\n{HELLO}\n\n" + "\n\n".join(
        f"## [{t}]({u})\n*{p}*\n\n{b}" for (t, p, u), b in zip(EXPECTED, (ROME, SEOUL, TOKYO), strict=True)
    )
    assert _short(split_newsletter(markdown_blocks(f"{text}\n\n## About us\n\n{BYE}"))) == EXPECTED


def test_markdown_digest_with_bold_titles_and_read_more() -> None:
    text = f"{HELLO}\n\n" + "\n\n".join(
        f"**{t}** \n{b} \n[Read more]({u})" for (t, _, u), b in zip(EXPECTED, (ROME, SEOUL, TOKYO), strict=True)
    )
    found = _short(split_newsletter(markdown_blocks(text)))
    assert [(title, url) for title, _, url in found] == [(title, url) for title, _, url in EXPECTED]


def test_html_newsletter() -> None:
    cards = "".join(
        f"<tr><td><h3><a href='{u}'>{t}</a></h3><p><small>{p}</small></p><p>{b}</p><a href='{u}'>Read on</a></td></tr>"
        for (t, p, u), b in zip(EXPECTED, (ROME, SEOUL, TOKYO), strict=True)
    )
    page = f"<h1>The Silicon Letter</h1><p>{HELLO}</p><table>{cards}</table>"
    page += f"<p>{BYE} <a href='https://e.org/u'>Unsubscribe</a></p>"
    stories = split_newsletter(html_blocks(page))
    assert _short(stories) == EXPECTED
    assert stories[0].body == ROME
    assert stories[2].body == TOKYO


def test_chinese_newsletter() -> None:
    body = "意大利数据保护机构周四下令下架该聊天机器人，要求公司说明如何处理用户数据，并表示调查仍在继续。"
    text = "各位读者早上好，欢迎阅读今天的科技早报，以下是为您整理的重要新闻，祝您有愉快的一天，记得分享给朋友。\n"
    for n in (1, 2):
        text += f"意大利下令下架聊天机器人{n}\n示例日报\n{body}\nhttps://post.example/{n}\n"
    assert _short(split_newsletter(text_blocks(text))) == [
        (f"意大利下令下架聊天机器人{n}", "示例日报", f"https://post.example/{n}") for n in (1, 2)
    ]


@pytest.mark.parametrize(
    "blocks",
    [
        text_blocks(f"A headline\n{ROME}\n{SEOUL}\nGlobal recognition\n{TOKYO}\n{MORE}"),
        text_blocks(
            f"A headline\n{ROME}\n{SEOUL}\nSources:\nhttps://a.example/1\nhttps://a.example/2\nhttps://a.example/3"
        ),
        text_blocks(f"A headline\n{ROME}\n{SEOUL}\nhttps://a.example/1"),
        markdown_blocks(f"# A headline\n\n{ROME}\n\n## What it means\n\n{SEOUL}\n\n## What comes next\n\n{TOKYO}"),
        markdown_blocks(
            f"# A headline\n\n{ROME} [a link](https://a.example/)\n\n## Part\n\n{SEOUL}\n\n## Part two\n\n{TOKYO}"
        ),
        html_blocks(
            f"<h1>A headline</h1><p>{ROME}</p><h2>Part</h2><p>{SEOUL} <a href='http://a.example/x'>see</a></p><h2>Part</h2><p>{MORE}</p>"
        ),
        [],
    ],
)
def test_an_article_stays_whole(blocks: Sequence[Block]) -> None:
    assert split_newsletter(blocks) == []


def test_links_at_the_edge_of_a_long_article_do_not_split_it() -> None:
    text = f"A headline\n{ROME}\n{SEOUL}\n{TOKYO}\n{MORE}\n{HELLO}\n"
    text += f"About the maker\n{ROME}\nhttps://a.example/1\nContact\n{SEOUL}\nhttps://a.example/2"
    assert split_newsletter(text_blocks(text)) == []


LINES = st.sampled_from(
    ["", "Title", "# Head", "https://e.org/a", f"[Read more](https://e.org/{1})", ROME, MORE, "**Bold**"]
)


@given(st.lists(LINES | st.text(max_size=30), max_size=14))
def test_stories_only_hold_what_stands_in_the_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    for blocks in (text_blocks(text), markdown_blocks(text)):
        shown = {block.text for block in blocks}
        for story in split_newsletter(blocks):
            assert story.title and set(story.body.split("\n")) <= shown
