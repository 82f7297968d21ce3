"""The configuration: config.toml and the `MONITOR_*` environment, read once, checked whole, every field documented.

The core never sees these models: `monitor.app` turns them into the plain values of `monitor.model`.
"""

from monitor.settings.channels import (
    AppriseChannel,
    Channel,
    ChannelTable,
    FeedChannel,
    FilesChannel,
    MailTable,
    PostTable,
    Security,
    SlackChannel,
    SmtpChannel,
    TeamsChannel,
    TelegramChannel,
    WebhookChannel,
)
from monitor.settings.load import Configuration, load_config
from monitor.settings.models import (
    HealthSettings,
    NoveltySettings,
    PagesSettings,
    RetentionSettings,
    RulesSettings,
    Settings,
    SourceSettings,
    StoreSettings,
)
from monitor.settings.subscriptions import SubscriptionSettings
from monitor.settings.wording import Code, Fault, offer

__all__ = [
    "AppriseChannel",
    "Channel",
    "ChannelTable",
    "Code",
    "Configuration",
    "Fault",
    "FeedChannel",
    "FilesChannel",
    "HealthSettings",
    "MailTable",
    "NoveltySettings",
    "PagesSettings",
    "PostTable",
    "RetentionSettings",
    "RulesSettings",
    "Security",
    "Settings",
    "SlackChannel",
    "SmtpChannel",
    "SourceSettings",
    "StoreSettings",
    "SubscriptionSettings",
    "TeamsChannel",
    "TelegramChannel",
    "WebhookChannel",
    "load_config",
    "offer",
]
