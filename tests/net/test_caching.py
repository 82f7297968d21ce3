from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.ingest.wishes import read_wishes
from monitor.model import Wishes
from monitor.net.caching import fresh_for, http_date

NOW = datetime(2025, 2, 1, 8, 0, tzinfo=UTC)

DATE = "Sat, 01 Feb 2025 06:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache-control": "max-age=7200"}, 7200),
        ({"cache-control": 'public, MAX-AGE="7200"', "age": "200"}, 7000),
        ({"cache-control": "max-age=60", "age": "200"}, 0),
        ({"cache-control": "s-maxage=7200"}, 0),
        ({"cache-control": "no-cache, max-age=7200"}, 0),
        ({"cache-control": "max-age=100", "expires": "Sat, 01 Feb 2025 12:00:00 GMT"}, 100),
        ({"expires": "Sat, 01 Feb 2025 09:00:00 GMT"}, 3600),
        ({"expires": "Sat, 01 Feb 2025 09:00:00 GMT", "date": DATE}, 10_800),
        ({"expires": "0"}, 0),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"cache-control": "max-age=nonsense"}, 0),
    ],
)
def test_freshness(headers: dict[str, str], seconds: float) -> None:
    assert fresh_for(lambda name: headers.get(name, ""), NOW) == seconds


def test_dates_of_headers() -> None:
    assert http_date(DATE) == datetime(2025, 2, 1, 6, tzinfo=UTC)
    assert http_date("tomorrow") is None


def test_wishes_of_a_feed() -> None:
    raw = b"<channel><ttl>90</ttl><skipHours><hour>0</hour><hour> 24 </hour><hour>99</hour><hour>5</hour></skipHours>"
    raw += b"<skipDays><day>Saturday</day><day>sunday</day><day>Caturday</day></skipDays>"
    assert read_wishes(raw, "90") == Wishes(5400.0, frozenset({0, 5}), frozenset({5, 6}))


@pytest.mark.parametrize("ttl", ["", "-5", "soon", "٣"])
def test_a_ttl_that_makes_no_sense(ttl: str) -> None:
    assert read_wishes(b"<skipHours><hour>1</hour>" + b"<hour>2</hour>" * 1000, ttl) == Wishes()
