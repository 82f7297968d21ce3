"""The configuration: config.toml and the `MONITOR_*` environment, read once, checked whole, every field documented.

The core never sees these models: `monitor.app` turns them into the plain values of `monitor.model`.
"""

from monitor.settings.load import Configuration, load_config
from monitor.settings.models import (
    Channel,
    FilesChannel,
    HealthSettings,
    NoveltySettings,
    PagesSettings,
    RetentionSettings,
    RulesSettings,
    Security,
    Settings,
    SmtpChannel,
    SourceSettings,
    StoreSettings,
)
from monitor.settings.subscriptions import SubscriptionSettings
from monitor.settings.wording import Code, Fault, offer

__all__ = [
    "Channel",
    "Code",
    "Configuration",
    "Fault",
    "FilesChannel",
    "HealthSettings",
    "NoveltySettings",
    "PagesSettings",
    "RetentionSettings",
    "RulesSettings",
    "Security",
    "Settings",
    "SmtpChannel",
    "SourceSettings",
    "StoreSettings",
    "SubscriptionSettings",
    "load_config",
    "offer",
]
