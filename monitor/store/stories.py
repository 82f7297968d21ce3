"""What articles are grouped by: profiles of stories, counts of terms, signatures of texts; and merges of stories.

The store keeps them as bytes and does not look into them: what they mean is the matter of `monitor.stories`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from struct import pack, unpack

from monitor.model import KeyMemory
from monitor.store.codec import dumps, micros, moment
from monitor.store.memories import Memories, memory_of

_MOST_IN_A_BAND = 256
_A_FEW = 8
_OVER = 12
"""How many texts a band finds, how many texts are compared, and how many stories that are over."""

_GROUPED = "the number of the last article that was grouped"


@dataclass(frozen=True, slots=True)
class MergedStory:
    """A story that goes by another's name: which article showed that the two are one, how surely, and when (UTC)."""

    story: str
    article: str
    score: float
    at: datetime


class Stories(Memories):
    """Rows of the window, signatures and merges."""

    def grouped(self) -> int:
        """The number of the last article that was grouped; 0 before the first."""
        noted = self._database.within()
        if noted is not None and _GROUPED in noted:
            return int(noted[_GROUPED])
        row = self._database.one("grouped")
        assert row is not None
        self._note_grouped(row["touched"])
        return int(row["touched"])

    def profiles(self) -> Iterator[tuple[str, bytes]]:
        """The stories of the window, the longest untouched first."""
        return ((row["story"], row["profile"]) for row in self._database.all("open_profiles"))

    def profile(self, story: str) -> bytes | None:
        """What one story is known by; also of one that is over."""
        row = self._database.one("profile", story=story)
        return None if row is None else bytes(row["profile"])

    def save_profile(self, touched: int, story: str, profile: bytes) -> None:
        """The story's newest article is number `touched`; one that was over is open again."""
        self._database.run("save_profile", touched=touched, story=story, profile=profile)

    def drop_profile(self, story: str) -> None:
        self._database.run("drop_profile", story=story)

    def close_profile(self, story: str, terms: Iterable[int]) -> None:
        """A story is over. It is kept, under `terms`, where a rule without a fact told it."""
        if self._database.one("told_without_fact", story=story) is None:
            self.drop_profile(story)
            return
        self._database.run("close_profile", story=story)
        self._database.many("add_story_term", [{"term": term, "story": story} for term in terms])

    def open_again(self, story: str) -> None:
        """A story that was over is found in the window from now on."""
        self._database.run("drop_story_terms", story=story)

    def stories_over(self, terms: Mapping[int, float], rules: Iterable[str], least: float) -> list[tuple[str, bytes]]:
        """The stories that are over, that rules have told, and that share most of these weighed terms.

        `rules` are the beginnings of their keys; `least` is what must be shared.
        """
        rows = self._database.all(
            "stories_over", terms=dumps(list(terms.items())), rules=dumps(list(rules)), least=least, limit=_OVER
        )
        found = ((row["story"], self.profile(row["story"])) for row in rows)
        return [(story, profile) for story, profile in found if profile is not None]

    def rarity(self) -> tuple[float, bytes] | None:
        """The counts of terms as they were written last: of how many articles, and the counts."""
        row = self._database.one("rarity")
        return None if row is None else (row["articles"], row["counts"])

    def lessons(self) -> Iterator[bytes]:
        """The terms of the articles that came since, in order."""
        return (row["terms"] for row in self._database.all("lessons"))

    def add_lesson(self, touched: int, terms: bytes) -> None:
        self._database.run("add_lesson", touched=touched, terms=terms)
        self._note_grouped(touched)

    def save_rarity(self, touched: int, articles: float, counts: bytes) -> None:
        """Write the counts up to article number `touched`, in the place of its lessons and those before."""
        with self._database.transaction():
            self._database.run("forget_rarity")
            self._database.run("save_rarity", touched=touched, articles=articles, counts=counts)
            self._database.run("forget_lessons")
        self._note_grouped(touched)

    def _note_grouped(self, touched: int) -> None:
        noted = self._database.within()
        if noted is not None:
            noted[_GROUPED] = touched

    def merge_stories(self, kept: str, dropped: str, article: str, score: float, at: datetime) -> None:
        """From now on `dropped` goes by the name of `kept`, with all that is stored of it; `article` showed it.

        Keys that name the dropped story are the matter of `replace_memory`.
        """
        names = {"kept": kept, "dropped": dropped}
        with self._database.transaction():
            self._database.run("rename_merges", **names)
            self._database.run("add_merge", article=article, score=score, at=micros(at), **names)
            self._database.run("move_articles", **names)
            self._database.run("move_alerts", **names)
            self._database.run("move_memories", **names)
            self._database.run("rename_silences_of_story", **names)
            self._database.run("unite_sightings", **names)
            self._database.run("move_sightings", **names)
            self._database.run("drop_sightings", dropped=dropped)
            self._database.run("drop_story", dropped=dropped)
            self._database.run("drop_profile", story=dropped)
            self._database.run("drop_story_terms", story=dropped)

    def story_memories(self, story: str) -> list[KeyMemory]:
        """What rules without a fact know of a story."""
        return [memory_of(row) for row in self._database.all("story_memories", story=story)]

    def replace_memory(self, old: str, memory: KeyMemory) -> None:
        """Remember under another key; what readers were told under the old one they were told under the new one."""
        with self._database.transaction():
            self._database.run("forget_memory", key=old)
            self.remember(memory)
            names = {"old": old, "new": memory.key}
            self._database.run("rename_telling", **names)
            self._database.run("drop_telling", key=old)
            self._database.run("rename_alert_key", **names)

    def merged_into(self, story: str) -> list[MergedStory]:
        """The stories that go by the name of this one."""
        return [
            MergedStory(row["dropped"], row["article"], row["score"], moment(row["at"]))
            for row in self._database.all("merged_into", kept=story)
        ]

    def current_story(self, story: str) -> str:
        """The name that a story goes by today."""
        row = self._database.one("current_name", story=story)
        return story if row is None else str(row["kept"])

    def put_signature(self, article: str, bands: Sequence[int], content: bytes) -> None:
        """What a stored article's text is known by, in the place of what it was known by before."""
        row = {
            "article": article,
            "ingested": self._now(),
            "bands": pack(f"<{len(bands)}q", *bands),
            "content": content,
        }
        with self._database.transaction():
            added = self._database.add("add_signature", **row)
            if added is None:
                self._drop_signatures(self._database.all("signature_of", article=article))
                added = self._database.add("add_signature", **row)
            assert added is not None, "an article has one signature, and that was dropped"
            self._database.run("add_bands", bands=dumps(bands), signature=added["id"], last=_MOST_IN_A_BAND - 1)

    def similar_signatures(self, bands: Sequence[int]) -> list[tuple[str, bytes]]:
        """The articles whose texts share most bands, at least two where there are two; the best first."""
        if not bands:
            return []
        rows = self._database.all(
            "similar_signatures", bands=dumps(list(bands)), least=min(2, len(bands)), limit=_A_FEW
        )
        return [(row["article"], row["content"]) for row in rows]

    def drop_old_signatures(self, before: datetime, limit: int) -> int:
        """Forget what old texts were known by, at most so many; how many that were."""
        with self._database.transaction():
            rows = self._database.all("old_signatures", before=micros(before), limit=limit)
            self._drop_signatures(rows)
            return len(rows)

    def _drop_signatures(self, rows: Sequence[sqlite3.Row]) -> None:
        for row in rows:
            bands = unpack(f"<{len(row['bands']) // 8}q", row["bands"])
            self._database.many("drop_band", [{"band": band, "signature": row["id"]} for band in bands])
        self._database.many("drop_signature", [{"id": row["id"]} for row in rows])
