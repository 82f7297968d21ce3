"""`monitor retire`: a watchlist whose file is gone on purpose."""

from __future__ import annotations

from pathlib import Path

from monitor.app import amend
from monitor.checks import setting_faults
from monitor.errors import RuleError
from monitor.rulebook.files import present_files
from monitor.settings import load_config
from monitor.terminal import count, say
from monitor.watchlist.load import watchlist_name


def retire(watchlist: str, config: Path) -> int:
    """Forget the last good version of a watchlist; a running daemon follows within a minute or at SIGHUP.

    Its memory and what was told stay. Raises RuleError where there is nothing to retire, or its file is still there
    and would bring it back; ConfigError, StoreError.
    """
    settings = load_config(config, setting_faults).settings
    for path in present_files(settings.rules.paths):
        if watchlist_name(str(path)) == watchlist and path.parent.name != "terms" and path.stat().st_size:
            raise RuleError(f"{path} is still there: delete it first, or mend it")
    store = amend(settings)
    try:
        retired = store.retire(watchlist)
    finally:
        store.close()
    if not retired:
        raise RuleError(f"no rule of a watchlist {watchlist!r} is at work")
    say(f"{count(retired, 'rule')} of {watchlist} retired")
    return 0
