"""Newsletters of other make-ups than the seed's: whole files, each story with all that is its own (case 25)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from textwrap import fill

import pytest

from monitor.ingest.article import Draft, Setting, build_all
from monitor.ingest.eml import mail_drafts
from monitor.ingest.textfile import markdown_drafts, text_drafts
from monitor.model import Article, Rejection

from .conftest import NOW

pytestmark = pytest.mark.case(25)

ITALY = (
    "Regulators in Rome have taken the DeepSeek app off the shelves with immediate effect. They said that the maker "
    "had not told them where it keeps what users type."
)
AUSTRALIA = (
    "Canberra no longer allows DeepSeek on any device of the government, on the advice of its security services. The "
    "minister said that the rule covers the web page as well as the app."
)
LAUNCH = (
    "OpenAI has launched o3-mini, a smaller model for reasoning that costs a third of the larger one. People who pay "
    "nothing may try it too, for the first time."
)
HELLO = "Good morning. Three stories that you should not miss today, and one number to remember on your way to work."
BYE = "You get this letter because you signed up for it."

WIRE, POST, LAB = "https://wire.example/italy", "https://post.example/au", "https://lab.example/o3"
STORIES = (
    ("Italy blocks DeepSeek", ITALY, "Example Wire", WIRE),
    ("Australia bans DeepSeek from government devices", AUSTRALIA, "Example Post", POST),
    ("OpenAI launches o3-mini", LAUNCH, "The Lab", LAB),
)
WITH_PUBLISHERS = [(title, publisher, url) for title, _, publisher, url in STORIES]
WITHOUT_LINKS = [(title, publisher, "") for title, _, publisher, _ in STORIES]

Reader = Callable[[bytes], Iterator[Draft | Rejection]]


def _read(reader: Reader, raw: bytes) -> list[Article]:
    found = list(build_all(reader(raw), Setting("inbox", "letter", NOW)))
    assert all(isinstance(one, Article) for one in found)
    return [one for one in found if isinstance(one, Article)]


def _told(articles: list[Article]) -> list[tuple[str, str, str]]:
    return [(article.title, article.publisher, article.url) for article in articles]


def _mail(subject: str, sender: str, text: str, html: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = sender, subject, "Wed, 05 Feb 2025 09:00:00 +0000"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def test_a_letter_that_names_its_papers_in_the_prose_and_ends_in_quick_hits() -> None:
    sections = "".join(
        f"<h3>{title}</h3><p>{body.split('. ')[0]}, <a href='{url}'>{paper} reports</a>. {body.split('. ', 1)[1]}</p>"
        for title, body, paper, url in STORIES
    )
    html = f"""<table><tr><td><p><a href='https://letter.example/web'>View in browser</a></p>
    <h1><a href='https://letter.example/5'>Week 5: bans and launches</a></h1><h3>What happened in policy</h3>
    <p>Mara Field</p><p><a href='https://letter.example/share'>SHARE</a></p><p>{HELLO}</p>{sections}
    <p>Subscribe now to get each letter a day earlier than everybody else.</p><h3>Quick hits</h3><ul>
    <li><a href='https://a.example/1'>Nvidia may face limits on the H20</a> (Example Herald)</li>
    <li><a href='https://a.example/2'>Taiwan keeps DeepSeek out of ministries</a></li></ul>
    <p>That is it for this week, and thank you for reading it to the end; do tell a friend about it.</p>
    <p><a href='https://letter.example/u'>Unsubscribe</a> 1 Example Street</p></td></tr></table>"""
    articles = _read(mail_drafts, _mail("Week 5", "The Letter <mara@letter.example>", "See the web version.", html))
    assert _told(articles) == [
        *WITH_PUBLISHERS,
        ("Nvidia may face limits on the H20", "Example Herald", "https://a.example/1"),
        ("Taiwan keeps DeepSeek out of ministries", "The Letter", "https://a.example/2"),
    ]
    assert [article.body for article in articles[3:]] == ["", ""]
    assert all(HELLO not in article.body and "Subscribe" not in article.body for article in articles)


def test_bullets_that_open_in_bold_and_close_with_their_source() -> None:
    closings = (f"([Example Wire]({WIRE}))", f"— [Example Post]({POST})", f"[The Lab]({LAB})")
    bullets = [
        f"- **{title}.** {body} {closing}" for (title, body, _, _), closing in zip(STORIES, closings, strict=True)
    ]
    text = (
        f"---\ntitle: Policy Digest\npublisher: Policy Desk\n---\n\n{HELLO}\n\n## Governments\n\n{bullets[0]}\n"
        f"{bullets[1]}\n\n## Labs\n\n{bullets[2]}\n\n---\n\n*{BYE} [Unsubscribe](https://e.org/u)*\n"
    )
    articles = _read(markdown_drafts, text.encode())
    assert _told(articles) == WITH_PUBLISHERS
    assert [article.body for article in articles] == [ITALY, AUSTRALIA, LAUNCH]


@pytest.mark.parametrize("numbered", [True, False])
def test_sections_between_rules_of_dashes(numbered: bool) -> None:
    contents = "".join(f"  {n}. {title}\n" for n, (title, *_) in enumerate(STORIES, 1)) if numbered else ""
    sections = "".join(
        f"{'-' * 72}\n{title.upper()}\n{paper}, 30 January 2025\n\n{fill(body, 72)}\n\nFull story: {url}\n\n"
        for title, body, paper, url in STORIES
    )
    top = f"THE DAILY CHIP | 5 February\n{'=' * 72}\n\nIN THIS ISSUE\n{contents}"
    text = f"{top}\n{sections}{'=' * 72}\nTo unsubscribe, write to us."
    articles = _read(text_drafts, text.encode())
    assert _told(articles) == [(title.upper(), paper, url) for title, paper, url in WITH_PUBLISHERS]
    assert [article.body for article in articles] == [ITALY, AUSTRALIA, LAUNCH]


def test_sections_between_rules_without_links() -> None:
    sections = "".join(f"{'-' * 40}\n{title}\n({paper})\n\n{fill(body, 72)}\n\n" for title, body, paper, _ in STORIES)
    text = f"THE DAILY CHIP\n\n{sections}{'-' * 40}\nTo unsubscribe, write to us."
    articles = _read(text_drafts, text.encode())
    assert _told(articles) == WITHOUT_LINKS
    assert articles[0].body == ITALY


CHINESE = (
    ("意大利封禁DeepSeek", "意大利数据保护机构周四下令下架DeepSeek应用，称公司没有说明用户数据存放在哪里。",
     "甲通讯社"),
    ("澳大利亚禁止政府设备使用DeepSeek", "澳大利亚政府周二宣布，政府设备即日起不得使用DeepSeek的产品。",
     "乙日报"),
    ("OpenAI发布o3-mini", "OpenAI周五发布推理模型o3-mini，成本约为三分之一，不付费的用户也可以使用。", "丙财经"),
)  # fmt: skip


@pytest.mark.parametrize(
    "items",
    [
        [f"{n}、{title}\n{body}（{paper}）" for n, (title, body, paper) in enumerate(CHINESE, 1)],
        [f"{n}. 【{title}】{body}（来源：{paper}）" for n, (title, body, paper) in enumerate(CHINESE, 1)],
        [f"{n}、{title}\n{body}\n来源：{paper}" for n, (title, body, paper) in zip("一二三", CHINESE, strict=True)],
    ],
)
def test_a_chinese_morning_paper_with_numbered_items(items: list[str]) -> None:
    text = (
        "科技早报｜2月5日\n各位早上好，以下是今天值得关注的科技要闻，祝您阅读愉快，也欢迎转给朋友。\n\n"
        + "\n\n".join(items)
    )
    articles = _read(text_drafts, f"{text}\n\n编辑：某某\n转载请注明出处，点击退订。\n".encode())
    assert _told(articles) == [(title, paper, "") for title, _, paper in CHINESE]
    assert [article.body for article in articles] == [body for _, body, _ in CHINESE]


def test_a_chinese_digest_whose_sources_are_links() -> None:
    text = "# 科技早报\n\n" + "\n\n".join(
        f"### {n}. {title}\n\n{body}\n\n来源：[{paper}](https://zh.example/{n})"
        for n, (title, body, paper) in enumerate(CHINESE, 1)
    )
    articles = _read(markdown_drafts, f"{text}\n\n退订请点击[这里](https://zh.example/u)\n".encode())
    assert _told(articles) == [
        (title, paper, f"https://zh.example/{n}") for n, (title, _, paper) in enumerate(CHINESE, 1)
    ]


@pytest.mark.parametrize("bold", [True, False])
def test_titles_without_numbers_above_prose_that_closes_with_its_paper(bold: bool) -> None:
    tag = "strong" if bold else "span"
    html = "<p>各位早上好。</p><h3>大公司</h3>" + "".join(
        f"<p><{tag}>{title}</{tag}></p><p>{body}</p><p>{body}（{paper}）</p>" for title, body, paper in CHINESE
    )
    articles = _read(mail_drafts, _mail("早报", "早报 <z@zh.example>", "-", f"{html}<p>点击退订。</p>"))
    assert _told(articles) == [(title, paper, "") for title, _, paper in CHINESE]
    assert [article.body for article in articles] == [f"{body}\n{body}" for _, body, _ in CHINESE]


HEADERS = ("From: The Letter <news@letter.example>", "Sent: Tuesday, January 14, 2025 9:00 AM", "To: Ana <ana@e.org>")


def test_a_letter_that_outlook_forwards_as_text() -> None:
    letter = "\n\n".join(f"{title}<{url}>\n{body}" for title, body, _, url in STORIES)
    text = (
        f"FYI\n\nAna Novak\n\n{'_' * 32}\n"
        + "\n".join(HEADERS)
        + f"\nSubject: Three stories\n\n{HELLO}\n\n{letter}\n\n"
        "Unsubscribe<https://letter.example/u> | Privacy<https://letter.example/p>\n"
    )
    articles = _read(mail_drafts, _mail("FW: Three stories", "Ana Novak <ana@e.org>", text))
    assert _told(articles) == [(title, "The Letter", url) for title, _, _, url in STORIES]
    assert [article.published and article.published.day for article in articles] == [14, 14, 14]
    assert articles[2].body == LAUNCH


def test_a_letter_that_outlook_forwards_as_html() -> None:
    stories = "".join(
        f"<p class=MsoNormal><b><a href='{url}'>{title}</a></b></p><p class=MsoNormal>{body}</p><p>&nbsp;</p>"
        for title, body, _, url in STORIES
    )
    head = "<br>".join(f"<b>{name}:</b>{value}" for name, _, value in (line.partition(":") for line in HEADERS))
    head = head.replace("<news", "&lt;news")
    html = (
        f"<div><p>FYI</p><div style='border:none'><p>{head}<br><b>Subject:</b> Three stories"
        f"</p></div><p>{HELLO}</p>{stories}<p><a href='https://letter.example/u'>Unsubscribe</a></p></div>"
    )
    articles = _read(mail_drafts, _mail("WG: Three stories", "Ana Novak <ana@e.org>", "FYI", html))
    assert _told(articles) == [(title, "The Letter", url) for title, _, _, url in STORIES]


@pytest.mark.parametrize(
    "names", [("Von", "Gesendet", "Betreff"), ("De", "Envoyé", "Objet"), ("发件人", "发送时间", "主题")]
)
def test_a_forwarded_article_is_that_of_its_sender(names: tuple[str, str, str]) -> None:
    sender, sent, subject = names
    headers = f"{sender}: Example Wire <a@wire.example>\n{sent}: 14 Jan 2025 09:00 +0000\n{subject}: Italy acts"
    text = f"siehe unten\n\n{headers}\n\n{ITALY}"
    (article,) = _read(mail_drafts, _mail("TR: Italy acts", "Ana Novak <ana@e.org>", text))
    assert (article.title, article.publisher, article.body) == ("Italy acts", "Example Wire", ITALY)


def test_numbered_headings_of_which_some_lead_on() -> None:
    html = (
        f"<h2>1 big thing: {STORIES[0][0]}</h2><p>{ITALY}</p>"
        f"<p><b>Why it matters:</b> {HELLO} <a href='{WIRE}'>Go deeper</a></p>"
        f"<h2>2. {STORIES[1][0]}</h2><p>{AUSTRALIA}</p><ul><li>{HELLO}</li></ul>"
        f"<p><a href='{POST}'>Share this story</a></p>"
        f"<h2>3. {STORIES[2][0]}</h2><p>{LAUNCH}</p>"
    )
    articles = _read(mail_drafts, _mail("Axis: Italy's block", "Axis <am@axis.example>", "See the web version.", html))
    assert _told(articles) == [
        (STORIES[0][0], "Axis", WIRE),
        (STORIES[1][0], "Axis", POST),
        (STORIES[2][0], "Axis", ""),
    ]
    assert "Why it matters" in articles[0].body and HELLO in articles[1].body


def test_a_title_that_begins_like_an_invitation_to_read_on_is_one() -> None:
    stories = (("More states ban DeepSeek", WIRE), ("OpenAI launches o3-mini", LAB), ("Here's what Rome decided", POST))
    html = "".join(f"<p><a href='{url}'>{title}</a></p><p>{ITALY}</p>" for title, url in stories)
    assert [article.title for article in _read(mail_drafts, _mail("A", "B <b@e.org>", "-", html))] == [
        title for title, _ in stories
    ]


def test_a_link_that_leads_to_the_article_is_no_title_and_minutes_are_no_part_of_one() -> None:
    minutes = "".join(
        f"<p><a href='{url}'><b>{title} (2 minute read)</b></a></p><p>{body}</p>" for title, body, _, url in STORIES
    )
    articles = "".join(
        f"<h2>#{n}</h2><h3>{title}</h3><p>{body}</p><p><a href='{url}'>Article on {paper}</a></p>"
        for n, (title, body, paper, url) in enumerate(STORIES, 1)
    )
    for html in (minutes, articles):
        found = _read(mail_drafts, _mail("The week", "The Letter <l@letter.example>", "-", f"<p>{HELLO}</p>{html}"))
        assert [(article.title, article.url) for article in found] == [(title, url) for title, _, _, url in STORIES]


def test_sections_that_all_say_why_they_matter() -> None:
    sections = "".join(
        f"<p>TECH</p><h2>{n}. {title}</h2><p>{body} See <a href='{url}'>the notice</a>.</p>"
        f"<p><b>Why it matters:</b> {body}</p>"
        for n, (title, body, _, url) in enumerate(STORIES, 1)
    )
    sponsor = f"<h2>Build it with The Maker</h2><p>{HELLO} <a href='https://maker.example'>Try it</a></p>"
    html = f"<p>{HELLO}</p>{sections}{sponsor}<p><a href='https://letter.example/u'>Unsubscribe</a></p>"
    articles = _read(mail_drafts, _mail("The week", "The Letter <l@letter.example>", "-", html))
    assert _told(articles) == [(title, "The Letter", url) for title, _, _, url in STORIES]
    assert all(article.body.count("Why it matters") == 1 and "TECH" not in article.body for article in articles)


@pytest.mark.parametrize("between", [" – ", ": ", " | ", ". "])
def test_items_that_open_with_a_linked_title(between: str) -> None:
    items = "\n".join(f"- [{title}]({url}){between}{body}" for title, body, _, url in STORIES)
    articles = _read(markdown_drafts, f"# The week\n\n{HELLO}\n\n## News\n\n{items}\n\n{BYE}\n".encode())
    assert [(article.title, article.url) for article in articles] == [(title, url) for title, _, _, url in STORIES]
    assert [article.body for article in articles] == [ITALY, AUSTRALIA, LAUNCH]


def test_a_list_of_headlines_that_are_links() -> None:
    titles = [title for title, *_ in STORIES] + ["Rome wants answers by Friday", "A maker of tools expects less"]
    items = "".join(f"<li><a href='https://a.example/{n}'>{title}</a></li>" for n, title in enumerate(titles))
    html = f"<h1>Monday review</h1><p>All that we wrote.</p><h3>General</h3><ul>{items}</ul><p>You can unsubscribe.</p>"
    articles = _read(mail_drafts, _mail("Monday review", "The Letter <l@letter.example>", "-", html))
    assert [(article.title, article.url) for article in articles] == [
        (title, f"https://a.example/{n}") for n, title in enumerate(titles)
    ]
    assert len(_read(mail_drafts, _mail("One", "A <a@e.org>", "-", f"<p>{ITALY} {AUSTRALIA} {LAUNCH}</p>{html}"))) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"Five\n{HELLO}\n1. What it is\n{ITALY}\n2. Who is against it\n{AUSTRALIA}\n3. What comes next\n{LAUNCH}",
        f"# A long piece\n\n## [From the paper's pages]({POST})\n\n"
        + f"{ITALY} {AUSTRALIA}\n\n" * 6
        + f"## [More of our good news]({WIRE})\n\n{LAUNCH}",
        f"# One bold opening\n\n**The main result so far.** {ITALY} [Wire]({WIRE})\n\n{AUSTRALIA}\n\n{LAUNCH}",
        f"# A study\n\n- **The main result so far.** {ITALY}\n- **What others say of it.** {AUSTRALIA}\n"
        f"- **The questions left open.** {LAUNCH}",
        f"A maker's news\n\n{ITALY}\n\nAbout The Maker\n\n{LAUNCH}\n\nConnect with us:\n\n"
        f"X - https://x.example/maker\n\nPhotos - https://photos.example/maker\n\nAbout Its Daughter\n\n{AUSTRALIA}"
        "\n\nConnect with us:\n\nX: https://x.example/daughter\n\nEmail: ir@daughter.example\n\n"
        f"Statements that look ahead\n\n{HELLO}",
        f"# A long piece\n\n{ITALY} {AUSTRALIA} {LAUNCH} {HELLO}\n\nRead also:\n\n"
        + "\n".join(f"- [{title}]({url}): {body}" for title, body, _, url in STORIES)
        + f"\n\n{ITALY} {AUSTRALIA}",
        f"A night in Rome\n{ITALY}\n* * *\n{AUSTRALIA}\n* * *\n{LAUNCH}\n* * *\n{HELLO}",
        f"# An essay\n\n{HELLO}\n\n## Rome moves first\n\n{ITALY} As [I wrote before]({WIRE}), it was to be.\n\n"
        f"## Canberra follows suit\n\n{AUSTRALIA} [A good paper]({POST}) asks why.\n\n## And then a launch\n\n{LAUNCH} "
        f"[It is cheap]({LAB}).\n\n[Unsubscribe](https://e.org/u)",
    ],
)
def test_an_article_with_lists_rules_or_headings_stays_whole(text: str) -> None:
    reader = markdown_drafts if text.startswith("#") else text_drafts
    assert len(_read(reader, text.encode())) == 1
