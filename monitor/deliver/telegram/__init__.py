"""The way out to Telegram."""

from monitor.deliver.telegram.channel import TelegramChannel
from monitor.deliver.telegram.format import posts

__all__ = ["TelegramChannel", "posts"]
