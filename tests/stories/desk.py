"""Articles about invented events, for the tests of stories and copies."""
# ruff: noqa: E501

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.model import Article

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def article(name: str, title: str, body: str = "", *, publisher: str = "", hours: float = 0.0) -> Article:
    """An article that arrives some hours after noon."""
    return Article(
        id=name, source="desk", title=title, body=body, publisher=publisher, arrived=NOON + timedelta(hours=hours)
    )


QUAKES = {
    "toramo": (
        ("Quake of magnitude 6.3 hits Toramo", "An earthquake of magnitude 6.3 struck near the port of Toramo in northern "
         "Velandia on Monday, killing four people, the seismic institute in Quilla said."),
        ("Four dead after earthquake in Velandia", "At least four people died when a 6.3 magnitude earthquake shook "
         "Toramo, a port in northern Velandia. Rescue teams from Quilla are on their way."),
        ("Toramo searches its ruins", "Rescuers searched collapsed houses in Toramo after Monday's earthquake of "
         "magnitude 6.3 in Velandia. The mayor, Ilse Barrenko, spoke of nine dead."),
    ),
    "ostrava bay": (
        ("Quake of magnitude 5.1 rattles Hessund", "An earthquake of magnitude 5.1 struck near the town of Hessund in "
         "southern Norrheim on Thursday, injuring two people, the seismic service in Lavik said."),
        ("Two hurt as earthquake shakes Hessund", "Two people were injured when a 5.1 magnitude earthquake shook Hessund "
         "in southern Norrheim. The service in Lavik expects aftershocks."),
        ("Hessund counts broken windows", "Residents of Hessund in Norrheim swept up glass after Thursday's 5.1 "
         "magnitude earthquake. Mayor Jorun Tveito said that two people were in hospital."),
    ),
}  # fmt: skip

BANS = {
    "carvania": (
        ("Carvania's data watchdog blocks Lumera chatbot", "The data protection authority of Carvania ordered the Lumera "
         "chatbot to stop processing the data of its citizens on Tuesday. Director Oleg Pastrik in Bremna gave the "
         "company twenty days."),
        ("Lumera must leave Carvania", "Carvania has blocked Lumera, the chatbot, over privacy. Oleg Pastrik, who heads "
         "the data protection authority in Bremna, said that citizens had not been asked."),
    ),
    "tolmark": (
        ("Tolmark's privacy regulator suspends Lumera app", "The privacy commissioner of Tolmark suspended downloads of "
         "the Lumera chatbot on Friday. Commissioner Mirja Sandvoort in Eikholm asked where the data of children goes."),
        ("Tolmark suspends chatbot Lumera", "Downloads of Lumera are suspended in Tolmark, commissioner Mirja Sandvoort "
         "said in Eikholm, until the company explains how it treats the data of children."),
    ),
}  # fmt: skip


def told(events: dict[str, tuple[tuple[str, str], ...]]) -> list[tuple[str, Article]]:
    """The articles of several events, each event after the other, with the name of the event."""
    return [
        (event, article(f"{event}-{number}", title, body, publisher=f"Paper {number}", hours=number))
        for event, articles in events.items()
        for number, (title, body) in enumerate(articles)
    ]


RELEASE = (
    "QUILLA, March 4, 2026 - Tervane Foundry will build a plant for inference chips outside Quilla, the company told its "
    "shareholders in a letter. The plant will cost 3.2 billion crowns and employ 1,400 people once it runs at full "
    "capacity. Construction begins in May, and the first wafers are planned for the autumn after next.\n"
    "Chief executive Dorthe Malling called the site the heart of a second supply line that does not depend on any one "
    "port or strait. The government of Velandia adds a loan and a road. Opponents in the valley fear for their water, "
    "and have announced that they will go to court before the first tree is felled.\n"
    "Analysts were surprised by the size of the plan. Tervane had told them last summer that it would rather rent "
    "capacity than own it, and that no decision on a site was to be expected within the year. Its shares lost four "
    "percent in the morning, and recovered when the letter had been read to the end.\n"
)
BOILERPLATE = (
    "About this service: our wire carries announcements of companies to newsrooms, investors and readers in more than "
    "forty countries. The issuer alone answers for what is said above. Forward-looking statements rest on present "
    "expectations and are subject to risks, among them the course of markets, the law, and the weather. We are under no "
    "obligation to update them. To unsubscribe, to correct a record, or to speak with a person, write to the desk, name "
    "the number of the release, and allow two working days for an answer. All rights in the marks remain with their "
    "owners, and nothing here is an offer to buy or to sell a security in any place where that would be forbidden.\n"
)
