"""The way out to a program: signed JSON."""

from monitor.deliver.webhook.channel import WebhookChannel, posts, secret_fault, signature

__all__ = ["WebhookChannel", "posts", "secret_fault", "signature"]
