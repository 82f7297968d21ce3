"""The feed-fetch scorecard, R1 to R30 (../shared/cases.md), read off the log of seven simulated days.

`make feed-score` prints it. Real requests to a real server on loopback, the real store, rounds and parser processes;
only the clock is a fake. Once a simulated day and, for three hours of the second, every ten minutes, the program is
"restarted": store, client and sources are closed and made anew.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from monitor.digest.freeze import Letterhead
from monitor.ingest.feed import FeedSource
from monitor.ingest.http import HttpClient
from monitor.ingest.parsing import ParserPool
from monitor.model import Article, Match, SourceState, Subscription
from monitor.pipeline import Pipeline
from monitor.rounds import ingest_round
from monitor.store import Database, Store
from monitor.stories.kept import KeptStories
from monitor.stories.novelty import NoveltySettings

from .feedserver import START, Answer, Behaviour, FakeClock, FeedServer, Request, Wire, serving

TICK = timedelta(minutes=10)
DAYS = 7
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ODD = "/plain?b=2&a=%7E&utm_source=rss"
CHANGED_AT = START + 3 * DAY


class NoRules:
    def match(self, article: Article) -> Sequence[Match]:
        return ()


def pipeline_of(store: Store) -> Pipeline:
    """Three subscriptions: a feed is read once, however many people wait for it."""
    readers = [Subscription(name, ("ana@example.org",), "mail", schedule="0 8 * * *", zone="UTC") for name in "abc"]
    return Pipeline(
        store, NoRules(), readers, {"mail": Letterhead("test", "w@example.org")}, NoveltySettings(), KeptStories(store)
    )


@dataclass
class World:
    """What the checks look at when the week is over."""

    server: FeedServer
    states: dict[str, SourceState]
    titles: list[str]

    def times(self, path: str) -> list[float]:
        """Hours between the requests for a path."""
        found = self.server.of(path)
        return [(later.at - earlier.at) / HOUR for earlier, later in pairwise(found)]


def _moved(status: int, target: str) -> Behaviour:
    return lambda request, now: Answer(status, headers={"Location": target})


def _status(status: int, **headers: str) -> Behaviour:
    return lambda request, now: Answer(
        status, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def wires() -> dict[str, Wire]:
    three_hours = "<ttl>180</ttl>"
    skips = "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(6)) + "</skipHours>"
    return {
        "/plain": Wire("plain", START),
        "/strange": Wire("strange", START, etag=False, strange_date=True),
        "/etag": Wire("etag", START, modified=False),
        "/bare": Wire("bare", START, etag=False, modified=False),
        "/touch": Wire("touch", START, pace=timedelta(days=30), touched=timedelta(hours=5)),
        "/liar": Wire("liar", START, honest=False, pace=timedelta(days=2)),
        "/maxage": Wire("maxage", START, headers={"Cache-Control": "public, max-age=10800"}),
        "/expires": Wire("expires", START, headers={}),
        "/ttl": Wire("ttl", START, channel=three_hours),
        "/skip": Wire("skip", START, channel=f"{skips}<skipDays><day>Wednesday</day></skipDays>"),
        "/new": Wire("new", START),
        "/elsewhere": Wire("elsewhere", START),
        "/before": Wire("before", START, etag=True),
        "/after": Wire("after", START),
        "/crash": Wire("crash", START),
        "/manual": Wire("manual", START),
        "/hasty": Wire("hasty", START, headers={"Cache-Control": "max-age=10800"}),
    }


def behave(server: FeedServer) -> None:
    server.behaviours.update(wires())
    expires = server.behaviours["/expires"]

    def in_three_hours(request: Request, now: datetime) -> Answer:
        answer = expires(request, server.clock.now)
        at = (server.clock.now + 3 * HOUR).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return replace(answer, headers={**answer.headers, "Expires": at})

    server.behaviours["/expires"] = in_three_hours
    server.behaviours["/moved"] = _moved(301, "/hop")
    server.behaviours["/hop"] = _moved(308, "/new")
    server.behaviours["/temporary"] = _moved(302, "/elsewhere")
    server.behaviours["/gone"] = _status(410)
    server.behaviours["/missing"] = _status(404)
    server.behaviours["/busy"] = _status(429, Retry_After="7200")
    server.behaviours["/down"] = _status(503)
    server.behaviours["/week"] = _status(429, Retry_After=str(6 * 86_400))
    server.behaviours["/forbidden"] = _status(403)
    server.behaviours["/bad"] = _status(400)


PATHS = [ODD, *[path for path in wires() if path not in ("/plain", "/new", "/elsewhere", "/before", "/after")]]
PATHS += ["/moved", "/temporary", "/gone", "/missing", "/busy", "/down", "/week", "/forbidden", "/bad"]


def sources(server: FeedServer, client: HttpClient, pool: ParserPool) -> list[FeedSource]:
    """The configuration, which changes once: the source "edited" gets another URL after three days."""
    edited = "/before" if server.clock.now < CHANGED_AT else "/after"
    places = {**{path.strip("/").partition("?")[0]: path for path in PATHS}, "edited": edited}
    return [
        FeedSource(
            name,
            url=server.url(path),
            client=client,
            allow_private=True,
            parse=pool.parse,
            every=1800.0 if name == "hasty" else None,
        )
        for name, path in places.items()
    ]


async def live(folder: Path, *, days: int = DAYS) -> World:
    """Let the days go by."""
    clock = FakeClock(START)
    server = FeedServer(clock, delay=0.001)
    pool = ParserPool(workers=1)
    behave(server)
    async with serving(server):
        end = START + timedelta(days=days)
        first = True
        while clock.now < end:
            until = min(end, _next_restart(clock))
            store = Store(Database.open(folder / "week.db", create=True, check=False), clock)
            client = HttpClient(timeout=5)
            try:
                if first:
                    await _crash(server, client, pool, store)
                    first = False
                await _run(clock, until, store, sources(server, client, pool))
                _ask_by_hand(store, clock)
            finally:
                await client.close()
                states = {state.name: state for state in store.source_states()}
                store.close()
        await pool.close()
    return World(server, states, stored_titles(folder / "week.db"))


def stored_titles(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [title for (title,) in database.execute("SELECT title FROM article")]


def _next_restart(clock: FakeClock) -> datetime:
    into = clock.now - START
    return clock.now + (TICK if DAY <= into < DAY + 3 * HOUR else DAY - into % DAY)


async def _run(clock: FakeClock, until: datetime, store: Store, feeds: list[FeedSource]) -> None:
    pipeline = pipeline_of(store)
    while clock.now < until:
        await ingest_round(pipeline, feeds, clock, lambda report: None)
        clock.now += TICK


async def _crash(server: FeedServer, client: HttpClient, pool: ParserPool, store: Store) -> None:
    """The program dies after a feed was read and before anything of it was committed (R24)."""
    (source,) = [one for one in sources(server, client, pool) if one.name == "crash"]
    read = source.read(store.source_state("crash"), server.clock.now)
    await anext(read)
    await read.aclose()


def _ask_by_hand(store: Store, clock: FakeClock) -> None:
    """Somebody wants one feed read now (R26)."""
    state = store.source_state("manual")
    store.save_source(replace(state, next_at=clock.now))


# --- the checks


def _validators_are_exact(world: World, header: str, index: int) -> bool:
    """Every validator sent is the one of the last answer with a body or a 304, byte for byte."""
    ok = seen = 0
    for path, wire in wires().items():
        if path in ("/expires", "/crash"):
            continue
        previous = None
        for request in world.server.of(path):
            sent = request.headers.get(header)
            if sent is not None and previous is not None:
                seen += 1
                ok += sent == wire.validators(previous.at)[index]
            previous = request
    return seen > 100 and ok == seen


def _unconditional(world: World) -> bool:
    once = ["/plain", "/strange", "/etag", "/touch", "/maxage", "/ttl", "/skip", "/new", "/elsewhere", "/manual"]
    return all(sum(not request.conditional for request in world.server.of(path)) == 1 for path in once)


def _spacing(world: World) -> bool:
    plain = ["/plain", "/strange", "/etag", "/touch", "/liar"]
    return all(min(world.times(path)) >= 1 for path in plain) and min(world.times("/bare")) >= 24


def _restarts(world: World) -> bool:
    start, end = START + DAY, START + DAY + 3 * HOUR
    return all(
        sum(start <= request.at < end for request in world.server.of(path)) <= 3
        for path in ("/plain", "/liar", "/etag")
    )


def _first_hour(world: World) -> bool:
    early = Counter(request.target for request in world.server.log if request.at < START + HOUR)
    early["/crash"] -= 1  # the one that was lost
    return all(count == 1 for target, count in early.items() if target != "/hasty")


def _freshness(world: World) -> bool:
    long = all(min(world.times(path)) >= 3 for path in ("/maxage", "/expires", "/ttl"))
    skipped = world.server.of("/skip")[1:]
    return long and bool(skipped) and all(one.at.hour >= 6 and one.at.weekday() != 2 for one in skipped)


def _moves(world: World) -> bool:
    moved, target = len(world.server.of("/moved")), len(world.server.of("/new"))
    temporary, there = len(world.server.of("/temporary")), len(world.server.of("/elsewhere"))
    return moved == 3 and target > 100 and temporary == there > 100


def _backs_off(world: World, path: str, most: int) -> bool:
    waits = world.times(path)
    return len(world.server.of(path)) <= most and all(later >= earlier * 0.8 for earlier, later in pairwise(waits))


def _jitter(world: World) -> bool:
    minutes = Counter(request.at.minute for request in world.server.log if request.at > START + DAY)
    busiest = Counter(request.at for request in world.server.log if request.at > START + 2 * DAY).most_common(1)[0][1]
    return len(minutes) == 6 and minutes[0] < sum(minutes.values()) * 0.25 and busiest < len(PATHS) * 0.75


def _new_url(world: World) -> bool:
    after = world.server.of("/after")
    return not after[0].conditional and after[1].conditional and world.server.of("/before")[-1].at < after[0].at


def _crashed(world: World) -> bool:
    crash = world.server.of("/crash")
    told = [title for title in world.titles if title.startswith("crash:")]
    return not crash[1].conditional and crash[2].conditional and len(told) == len(set(told)) > 20


def _touched(world: World) -> bool:
    told = [title for title in world.titles if title.startswith("touch:")]
    wire = wires()["/touch"]
    last, before = world.server.of("/touch")[-1], world.server.of("/touch")[-2]
    return len(told) == 1 and last.headers["if-none-match"] == wire.validators(before.at)[0]


def _no(world: World, header: str) -> bool:
    return not any(header in request.headers for request in world.server.log)


def _paths(world: World) -> bool:
    return {request.target for request in world.server.log} <= {
        *PATHS,
        "/before",
        "/after",
        "/new",
        "/hop",
        "/elsewhere",
    }


def _storm(world: World) -> bool:
    bursts = Counter((request.at, request.path) for request in world.server.log)
    return max(bursts.values()) <= 2


def _liar(world: World) -> bool:
    told = [title for title in world.titles if title.startswith("liar:")]
    return (
        len(told) == 4
        and min(world.times("/liar")) >= 1
        and all(one.conditional for one in world.server.of("/liar")[1:])
    )


def _refusals(world: World) -> bool:
    return min(world.times("/busy")) >= 2 and _backs_off(world, "/down", 12)


def _as_given(world: World) -> bool:
    return {request.target for request in world.server.of("/plain")} == {ODD}


def _named(world: World) -> bool:
    form = re.compile(r"[\w-]+/[\w.]+ \(\+https?://\S+\)")
    return all(form.fullmatch(request.headers["user-agent"]) for request in world.server.log)


def _sent_away(world: World) -> bool:
    return len(world.server.of("/week")) <= 2 and min(world.times("/week"), default=144) >= 144


CHECKS: list[tuple[str, Callable[[World], bool]]] = [
    ("at most one unconditional request", _unconditional),
    ("If-Modified-Since is the exact Last-Modified", lambda w: _validators_are_exact(w, "if-modified-since", 1)),
    ("If-None-Match is the exact ETag", lambda w: _validators_are_exact(w, "if-none-match", 0)),
    ("validators move with every answer", lambda w: _touched(w) and _validators_are_exact(w, "if-none-match", 0)),
    ("an hour between polls, a day without validators", _spacing),
    ("a restart polls nothing early", _restarts),
    ("no double request at the start", _first_hour),
    ("429 and 503: Retry-After, else at least double", _refusals),
    ("no cookies", lambda w: _no(w, "cookie")),
    ("no Referer", lambda w: _no(w, "referer")),
    ("no cache-busting query", _paths),
    ("the URL exactly as given", _as_given),
    ("User-Agent with name, version and URL", _named),
    ("Accept-Encoding: gzip", lambda w: all("gzip" in one.headers["accept-encoding"] for one in w.server.log)),
    ("max-age, Expires, ttl, skipHours and skipDays honoured", _freshness),
    ("301/308 remembered after repeated sight, 302 kept", _moves),
    ("410 stops, 404 backs off", lambda w: len(w.server.of("/gone")) <= 2 and _backs_off(w, "/missing", 12)),
    ("no favicon or page with the polls", _paths),
    ("one fetch for three subscriptions", lambda w: len(w.server.of("/plain")) <= 7 * 24),
    ("validators dropped when the URL changes", _new_url),
    ("jitter, no herd at the full hour", _jitter),
    ("one request at a time per host", lambda w: w.server.most_at_once == {"127.0.0.1": 1}),
    ("400 and 403 back off", lambda w: _backs_off(w, "/forbidden", 12) and _backs_off(w, "/bad", 12)),
    ("validators stored only with the articles", _crashed),
    ("a touched feed gives its new validators", _touched),
    ("reading by hand is conditional too", lambda w: all(one.conditional for one in w.server.of("/manual")[1:])),
    ("If-Modified-Since never of our own making", lambda w: _validators_are_exact(w, "if-modified-since", 1)),
    ("no storm of requests", _storm),
    ("Retry-After of six days honoured", _sent_away),
    ("a server that never says 304 is not asked more often", _liar),
]  # fmt: skip


def score(world: World) -> list[tuple[str, str, bool]]:
    """Number, rule, and whether it was kept."""
    return [(f"R{number}", rule, check(world)) for number, (rule, check) in enumerate(CHECKS, 1)]


def main() -> int:
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        world = asyncio.run(live(Path(folder)))
    rows = score(world)
    for number, rule, kept in rows:
        print(f"{number:4} {'yes' if kept else 'NO '}  {rule}")
    kept = sum(row[2] for row in rows)
    print(f"{kept} of {len(rows)}; {len(world.server.log):,} requests in {DAYS} simulated days")
    return int(kept != len(rows))


if __name__ == "__main__":
    sys.exit(main())
