"""`monitor sources test`: what would be read, without any memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from monitor.app import utc_now
from monitor.ingest.http import HttpClient
from monitor.ingest.parsing import ParserPool
from monitor.ingest.probe import Probe, Prober
from monitor.terminal import complain, count, say


def test(places: Sequence[str], *, as_jsonl: bool, allow_private: bool) -> int:
    """Print every article, and why something cannot be read; 1 if there was such a thing."""
    return int(asyncio.run(_test(places, as_jsonl=as_jsonl, allow_private=allow_private)) > 0)


def line(probe: Probe) -> str:
    """One find as JSON: file, and error, or id, title, url and published; `rejected` says why it would not be taken."""
    if probe.error:
        return json.dumps({"file": probe.file, "error": probe.error})
    article = probe.article
    found = {
        "file": probe.file,
        "id": (article.native_id or article.id) if article else "",
        "title": article.title if article else "",
        "url": article.url if article else "",
        "published": article.published.isoformat()
        if article and article.published and not article.date_doubtful
        else None,
    }
    return json.dumps(found | ({"rejected": probe.rejected} if probe.rejected else {}))


async def _test(places: Sequence[str], *, as_jsonl: bool, allow_private: bool) -> int:
    client, pool = HttpClient(), ParserPool()
    articles = errors = 0
    try:
        async for probe in Prober(client, pool.parse, utc_now(), allow_private).probe(places):
            errors += bool(probe.error)
            articles += probe.article is not None
            if as_jsonl:
                say(line(probe))
            else:
                _tell(probe)
    finally:
        await client.close()
        await pool.close()
    if not as_jsonl:
        say(f"{count(articles, 'article')}, {count(errors, 'error')}")
    return errors


def _tell(probe: Probe) -> None:
    article = probe.article
    if article is None:
        complain(f"{probe.file}: {probe.error or 'not taken: ' + probe.rejected}")
        return
    dated = f"{article.published:%Y-%m-%d}" if article.published and not article.date_doubtful else "no date   "
    say(f"{dated}  {article.title}  {article.url}".rstrip())
