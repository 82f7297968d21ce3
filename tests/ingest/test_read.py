from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import SourceError
from monitor.ingest.read import read_paths
from monitor.model import Article, Rejection

from .conftest import NOW, SHARED

SEEDS = SHARED / "seeds"


def test_files_in_the_order_given_and_folders_by_name(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.txt", "x.bin"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"Title {name}\nThe text of {name}.")
    found = list(read_paths([tmp_path / "sub", tmp_path / "b.txt", tmp_path], NOW))
    titles = [one.title for one in found if isinstance(one, Article)]
    assert titles == ["Title sub/c.txt", "Title b.txt", "Title a.txt", "Title b.txt", "Title sub/c.txt"]
    assert [one.origin for one in found if isinstance(one, Rejection)] == [str(tmp_path / "x.bin")]
    assert {one.arrived for one in found if isinstance(one, Article)} == {NOW}


def test_a_named_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Title\nText.")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    (article,) = read_paths([tmp_path / "link.txt"], NOW)
    assert isinstance(article, Article) and article.origin == str(tmp_path / "link.txt")


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        list(read_paths([tmp_path / "nope.txt"], NOW))


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed articles are not here")
class TestSeeds:
    def _of(self, prefix: str) -> list[Article]:
        found = read_paths(sorted(SEEDS.glob(f"{prefix}_*.txt")), NOW)
        return [one for one in found if isinstance(one, Article)]

    @pytest.mark.parametrize("prefix", ["000", "001", "002", "003"])
    def test_plain_articles_stay_whole(self, prefix: str) -> None:
        (article,) = self._of(prefix)
        (path,) = SEEDS.glob(f"{prefix}_*.txt")
        words = path.read_text().split()
        assert f"{article.title} {article.body}".split() == words or article.body.split() == words
        assert article.lang == "en"

    def test_titles(self) -> None:
        assert self._of("000")[0].title.startswith("In the slipstream of DeepSeek")
        assert self._of("001")[0].title.endswith("…")
        assert self._of("002")[0].title.startswith("China's artificial intelligence (AI) industry")

    @pytest.mark.case(25)
    def test_the_newsletter_is_nine_stories(self) -> None:
        stories = self._of("004")
        assert [story.publisher for story in stories] == [
            "Nikkei Asia", "Nikkei Asia", "Guardian", "Nikkei Asia", "South China Morning Post",
            "South China Morning Post", "Foreign Policy", "Foreign Policy", "Nikkei Asia",
        ]  # fmt: skip
        assert [story.title.split()[0] for story in stories] == [
            "DeepSeek", "Analysis:", "SoftBank", "DeepSeek", "Trump’s", "China’s", "The", "DeepSeek", "OpenAI",
        ]  # fmt: skip
        hosts = [story.url.split("/")[2] for story in stories]
        assert hosts == [
            "asia.nikkei.com", "asia.nikkei.com", "www.theguardian.com", "asia.nikkei.com", "www.scmp.com",
            "www.scmp.com", "foreignpolicy.com", "foreignpolicy.com", "asia.nikkei.com",
        ]  # fmt: skip
        assert [len(story.body.split("\n")) for story in stories] == [1, 1, 1, 1, 1, 1, 3, 3, 1]
        assert len({story.id for story in stories}) == 9
        assert len({story.origin for story in stories}) == 1
        assert not any("subscribe" in story.body or "Our mission" in story.body for story in stories)
