"""The configuration: config.toml and the `MONITOR_*` environment, read once, checked whole, every field documented.

The core never sees these models: `monitor.app` turns them into the plain values of `monitor.model`.
"""

from monitor.settings.load import load_settings
from monitor.settings.models import (
    Channel,
    FilesChannel,
    NoveltySettings,
    RulesSettings,
    Security,
    Settings,
    SmtpChannel,
    SourceSettings,
    StoreSettings,
    SubscriptionSettings,
)

__all__ = [
    "Channel",
    "FilesChannel",
    "NoveltySettings",
    "RulesSettings",
    "Security",
    "Settings",
    "SmtpChannel",
    "SourceSettings",
    "StoreSettings",
    "SubscriptionSettings",
    "load_settings",
]
