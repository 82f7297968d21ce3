"""The way out to a program: signed JSON."""

from monitor.deliver.webhook.channel import WebhookChannel, posts, signature

__all__ = ["WebhookChannel", "posts", "signature"]
